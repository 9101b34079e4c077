"""Pages of the catalogue and its files. The same for everybody: no cookie, no session."""
