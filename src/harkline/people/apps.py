from django.apps import AppConfig
from django.db.models.signals import pre_save


class PeopleConfig(AppConfig):
    name = "harkline.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """No session's row holds an address or a browser."""
        from harkline.people.sign_in import keep_no_client

        pre_save.connect(keep_no_client, sender="usersessions.UserSession", dispatch_uid="keep_no_client")
