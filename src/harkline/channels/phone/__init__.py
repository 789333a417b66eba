"""The phone channel: see CHANNEL.md."""
