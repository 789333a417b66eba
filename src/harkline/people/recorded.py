"""What happens at the door is put on record: who signed in, how often it failed, second steps that came or went."""

from typing import Any

from allauth.mfa import signals as mfa
from django.contrib.auth.signals import user_logged_in, user_login_failed

from harkline.audit import chain, failures
from harkline.audit.words import Act, Subject
from harkline.people.models import Operator


def connect() -> None:
    """Listen to the signals of sign-in, once a process."""
    user_logged_in.connect(_signed_in, dispatch_uid="record sign-in")
    user_login_failed.connect(_failed, dispatch_uid="record failed sign-in")
    mfa.authentication_failed.connect(_failed_second, dispatch_uid="record failed second step")
    for signal, word in (
        (mfa.authenticator_added, "added"),
        (mfa.authenticator_removed, "removed"),
        (mfa.authenticator_reset, "reset"),
    ):
        signal.connect(_changed(word), weak=False, dispatch_uid=f"record second step {word}")


def _signed_in(sender: Any, user: Operator, **more: Any) -> None:
    chain.record(Act.SIGNED_IN, Subject.OPERATOR, user.pk, actor_id=user.pk)


def _failed(sender: Any, credentials: dict[str, Any], **more: Any) -> None:
    username = str(credentials.get("username", ""))[:40]
    failures.count(Operator.objects.filter(username__iexact=username).values_list("pk", flat=True).first())


def _failed_second(sender: Any, user: Operator, **more: Any) -> None:
    failures.count(user.pk)


def _changed(word: str) -> Any:
    def record(sender: Any, user: Operator, authenticator: Any, **more: Any) -> None:
        chain.record(Act.SECOND_STEP_CHANGED, Subject.OPERATOR, user.pk, reason=f"{authenticator.type}_{word}")

    return record
