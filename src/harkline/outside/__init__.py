"""How the world sees the line: its own pages and names as they look from outside, held against the notice. Nothing is asked unless it is set."""
