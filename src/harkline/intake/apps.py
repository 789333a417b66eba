from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "harkline.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say from whom bells are kept, and what is kept for how long."""
        from harkline.intake import exclusions, expiring, repeat  # noqa: F401
