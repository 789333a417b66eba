from typing import Any

from django.apps import AppConfig
from django.db.models.signals import pre_save


def _note(sender: Any, **step: Any) -> None:
    from harkline.people import step_up

    step_up.note(step["request"], step["user"])


class PeopleConfig(AppConfig):
    name = "harkline.people"
    label = "people"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """No session's row holds an address or a browser; a session knows when somebody last showed who they are."""
        from allauth.account.signals import authentication_step_completed

        from harkline.people import expiring, recorded  # noqa: F401
        from harkline.people.sign_in import keep_no_client

        recorded.connect()

        authentication_step_completed.connect(_note, dispatch_uid="step_up")

        pre_save.connect(keep_no_client, sender="usersessions.UserSession", dispatch_uid="keep_no_client")
