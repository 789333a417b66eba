from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "harkline.console"
    label = "console"
