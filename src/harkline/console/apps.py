from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "harkline.console"
    label = "console"

    def ready(self) -> None:
        """Say what is kept for how long."""
        from harkline.console import expiring  # noqa: F401
