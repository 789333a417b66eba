from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "harkline.routing"
    label = "routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say from whom bells are kept, what is kept for how long, and what follows a sign-in."""
        from harkline.routing import alarms, conflict, duress, expiring, watch  # noqa: F401
