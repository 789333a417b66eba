from django.apps import AppConfig


class PhoneChannelConfig(AppConfig):
    name = "harkline.channels.phone"
    label = "phone_channel"
    default_auto_field = "django.db.models.BigAutoField"
