from django.apps import AppConfig


class NoticeConfig(AppConfig):
    name = "harkline.notice"
    label = "notice"
