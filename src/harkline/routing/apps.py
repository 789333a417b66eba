from django.apps import AppConfig


class RoutingConfig(AppConfig):
    name = "harkline.routing"
    label = "routing"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from harkline.routing import conflict, duress, expiring  # noqa: F401
