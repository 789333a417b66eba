"""The radio channel: see CHANNEL.md."""
