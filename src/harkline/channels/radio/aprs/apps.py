from django.apps import AppConfig


class AprsConfig(AppConfig):
    name = "harkline.channels.radio.aprs"
    label = "aprs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept for how long."""
        from harkline.channels.radio.aprs import expiring  # noqa: F401
