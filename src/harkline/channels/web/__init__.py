"""The web channel: see CHANNEL.md."""
