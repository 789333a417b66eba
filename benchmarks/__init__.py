"""One command a figure. Each starts a real line of its own, prints what it measured, its bound or peer, and the ratio."""
