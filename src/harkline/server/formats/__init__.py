"""Dates and numbers of the languages that Django does not know."""
