"""Radio by data: APRS messages through a modem. See CHANNEL.md."""
