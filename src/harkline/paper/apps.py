from django.apps import AppConfig


class PaperConfig(AppConfig):
    name = "harkline.paper"
    label = "paper"
    default_auto_field = "django.db.models.BigAutoField"
