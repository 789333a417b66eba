from django.apps import AppConfig


class RadioChannelConfig(AppConfig):
    name = "harkline.channels.radio"
    label = "radio_channel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the timer and what goes with a thread."""
        from harkline.channels.radio import expiring, guesses  # noqa: F401
