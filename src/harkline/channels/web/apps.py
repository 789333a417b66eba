from django.apps import AppConfig


class WebChannelConfig(AppConfig):
    name = "harkline.channels.web"
    label = "web_channel"
    default_auto_field = "django.db.models.BigAutoField"
