"""What the public can reach: the line's name, languages, addresses and prompts."""
