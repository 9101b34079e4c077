"""The staff's pages of the catalogue that Django's admin cannot give."""
