"""Views of the staff's pages of the catalogue, a module for each subject."""
