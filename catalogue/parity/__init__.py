"""The parity board: which publication exists in which language, and what to translate next."""
