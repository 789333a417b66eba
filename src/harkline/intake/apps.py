from django.apps import AppConfig


class IntakeConfig(AppConfig):
    name = "harkline.intake"
    label = "intake"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say from whom bells are kept."""
        from harkline.intake import exclusions, repeat  # noqa: F401
