"""The email channel: see CHANNEL.md."""
