"""Sealed cases: entries, who opened what."""
