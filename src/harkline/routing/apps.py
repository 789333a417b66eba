from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "harkline.routing"
    label = "routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say from whom bells are kept, and what is kept for how long."""
        from harkline.routing import conflict, expiring  # noqa: F401
