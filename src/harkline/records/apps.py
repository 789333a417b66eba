from django.apps import AppConfig


class RecordsConfig(AppConfig):
    name = "harkline.records"
    label = "records"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say from whom bells are kept, and what is kept for how long."""
        from harkline.records import conflict, retention  # noqa: F401
