"""The pages of people: signing in, security, colleagues."""
