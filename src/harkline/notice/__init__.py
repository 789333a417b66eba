"""The public pages: is the line open, how to reach it."""
