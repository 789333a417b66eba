from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "harkline.audit"
    label = "audit"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Say what is kept for how long."""
        from harkline.audit import expiring  # noqa: F401
