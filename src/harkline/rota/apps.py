from django.apps import AppConfig


class RotaConfig(AppConfig):
    name = "harkline.rota"
    label = "rota"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept for how long."""
        from harkline.rota import expiring  # noqa: F401
