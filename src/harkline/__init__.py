"""Harkline: a 24-hour hotline in one program."""
