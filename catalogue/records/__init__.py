"""Editions described for machines: one set of facts, written in each standard's own way."""
