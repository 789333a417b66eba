from django.apps import AppConfig


class CountConfig(AppConfig):
    name = "harkline.count"
    label = "count"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept for how long."""
        from harkline.count import expiring  # noqa: F401
