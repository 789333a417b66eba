"""The ways in which people reach the line, a folder each."""
