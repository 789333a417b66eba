from django.apps import AppConfig


class EmailChannelConfig(AppConfig):
    name = "harkline.channels.email"
    label = "email_channel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept for how long."""
        from harkline.channels.email import expiring  # noqa: F401
