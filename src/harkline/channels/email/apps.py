from django.apps import AppConfig


class EmailChannelConfig(AppConfig):
    name = "harkline.channels.email"
    label = "email_channel"
    default_auto_field = "django.db.models.BigAutoField"
