"""Figures without persons: what left, what was waited for, how long it took."""
