from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "harkline.console"
    label = "console"

    def ready(self) -> None:
        """Say what is kept for how long; let a rota be made for the forecast."""
        from harkline.console import expiring, forecast_need  # noqa: F401
