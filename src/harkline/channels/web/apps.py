from django.apps import AppConfig


class WebChannelConfig(AppConfig):
    name = "harkline.channels.web"
    label = "web_channel"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Register the timers and the checks."""
        from harkline.channels.web import adapter, checks  # noqa: F401
