"""Fictional staff and simulated callers."""
