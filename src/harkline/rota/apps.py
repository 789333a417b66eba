from django.apps import AppConfig


class RotaConfig(AppConfig):
    name = "harkline.rota"
    label = "rota"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept for how long; register the timers."""
        from harkline.rota import alarms, expiring, swaps  # noqa: F401
