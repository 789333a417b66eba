from django.apps import AppConfig


class RadioChannelConfig(AppConfig):
    name = "harkline.channels.radio"
    label = "radio_channel"
    default_auto_field = "django.db.models.BigAutoField"
