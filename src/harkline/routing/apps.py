from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "harkline.routing"
    label = "routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say from whom bells are kept."""
        from harkline.routing import conflict  # noqa: F401
