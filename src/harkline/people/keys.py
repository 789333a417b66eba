"""Whose keys are whose: the team's, the operators', and who still waits to be given the team's.

The server holds public halves, and private halves that it cannot open.
"""

from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people import kit
from harkline.people.models import Operator, OperatorKey, TeamGrant, TeamKey, Unlocker
from harkline.people.roles import READERS
from harkline.runtime import bell, clock, plainly
from harkline.seal import envelope, passphrase

WRAPPED_PRIVATE = 12 + 32 + 16  # nonce | AES-256-GCM ciphertext | tag


def found_team() -> bytes:
    """Make the first team key; returns its private half, which is kept nowhere: hand it to the first administrator's invitation."""
    private, public = envelope.generate()
    TeamKey.objects.create(version=1, public=public, created_at=clock.now())
    return private


def found_again() -> tuple[int, bytes]:
    """A new team key where nobody can open the present one any more: (version, private half, which is kept nowhere).

    Contacts are sealed to it from the commit on. What was sealed before stays closed, to everybody, for good.
    """
    private, public = envelope.generate()
    with transaction.atomic():
        version = current_team_key().version + 1
        TeamKey.objects.filter(lost_at=None).update(lost_at=clock.now())
        TeamKey.objects.create(version=version, public=public, created_at=clock.now())
        kit.end_all()
        chain.record(Act.RENEWED, Subject.TEAM_KEY, version, reason="past_lost")
    return version, private


def current_team_key() -> TeamKey:
    """The newest team key, to which contacts are sealed. Raises ``TeamKey.DoesNotExist`` before ``harkline init``."""
    return TeamKey.objects.latest("version")


def recipients() -> dict[str, bytes]:
    """To whom everything is sealed: ``{"team:1": public key}``."""
    found = plainly.rows("SELECT version, public FROM people_teamkey ORDER BY version DESC LIMIT 1")
    if not found:
        raise TeamKey.DoesNotExist
    return {f"team:{version}": bytes(public) for version, public in found}


def store_operator_key(operator: Operator, public: bytes, wrapped_private: bytes, kdf: dict[str, Any]) -> OperatorKey:
    """Keep an operator's new key, made in their browser. Grants to an earlier key open no more and are dropped.

    Raises ValueError for what cannot be such a key.
    """
    check(public, wrapped_private, kdf)
    with transaction.atomic():
        TeamGrant.objects.filter(operator=operator).delete()
        Unlocker.objects.filter(operator=operator).delete()
        key, _new = OperatorKey.objects.update_or_create(
            operator=operator,
            defaults={"public": public, "wrapped_private": wrapped_private, "kdf": kdf, "created_at": clock.now()},
        )
        bell.ring("people", operator.pk, "desk")
        chain.record(Act.KEY_MADE, Subject.OPERATOR, operator.pk)
    return key


def rewrap_operator_key(operator: Operator, wrapped_private: bytes, kdf: dict[str, Any]) -> None:
    """Keep the same key under a new passphrase; grants stay. Raises ValueError, ``OperatorKey.DoesNotExist``."""
    key = OperatorKey.objects.get(operator=operator)
    check(bytes(key.public), wrapped_private, kdf)
    with transaction.atomic():
        OperatorKey.objects.filter(pk=key.pk).update(wrapped_private=wrapped_private, kdf=kdf)
        chain.record(Act.PASSPHRASE_CHANGED, Subject.OPERATOR, operator.pk)


def grant(version: int, operator: Operator, wrapped: bytes) -> None:
    """Keep a team key's private half, sealed in a colleague's browser to this operator. Idempotent. Raises ValueError."""
    if len(wrapped) != envelope.WRAP or not OperatorKey.objects.filter(operator=operator).exists():
        raise ValueError("not a grant for somebody who has a key")
    team_key = TeamKey.objects.filter(version=version).first()
    if team_key is None:
        raise ValueError("there is no such team key")
    with transaction.atomic():
        TeamGrant.objects.update_or_create(
            team_key=team_key, operator=operator, defaults={"wrapped": wrapped, "granted_at": clock.now()}
        )
        bell.ring("people", operator.pk, "desk", f"operator:{operator.pk}")
        chain.record(Act.GRANTED, Subject.OPERATOR, operator.pk, reason=f"team_{version}")


def renew_team(
    version: int, public: bytes, grants: dict[int, bytes], recovery: dict[str, bytes] | None = None
) -> TeamKey:
    """A new team key, made in a colleague's browser and sealed there to those who may read (operator's pk → wrap) and to the
    recovery kit (its name → wrap).

    Contacts are sealed to it from the commit on. Raises ValueError if it is not the next version, as when two renew at once, or if
    a recovery kit could not open it.
    """
    readers = {one.pk: one for one in readers_now()}
    if version != current_team_key().version + 1 or not grants or not grants.keys() <= readers.keys():
        raise ValueError("not the next key of this team")
    _check_public(public)
    try:
        with transaction.atomic():
            key = TeamKey.objects.create(version=version, public=public, created_at=clock.now())
            kit.hold(key, recovery or {})
            for pk, wrapped in grants.items():
                grant(version, readers[pk], wrapped)
            chain.record(Act.RENEWED, Subject.TEAM_KEY, version)
    except IntegrityError as error:
        raise ValueError("somebody else has just renewed it") from error
    return key


def let_go(operator: Operator) -> None:
    """Somebody may read no longer: their grants go, and a new team key is due where they held the present one."""
    gone, _rows = TeamGrant.objects.filter(operator=operator, team_key=current_team_key()).delete()
    TeamGrant.objects.filter(operator=operator).delete()
    if gone:
        TeamKey.objects.filter(pk=current_team_key().pk, left_at=None).update(left_at=clock.now())


def renewal_due() -> bool:
    """Whether somebody has left who held the present team key."""
    return current_team_key().left_at is not None


def readers_now() -> list[Operator]:
    """Active colleagues who hold the present team key."""
    rows = Operator.objects.filter(is_active=True, suspended_at=None, role__in=READERS, key__isnull=False)
    return list(rows.filter(grants__team_key=current_team_key()).select_related("key").order_by("pk"))


def is_last_reader(operator: Operator) -> bool:
    """Whether nobody else could read any more, if this one could not."""
    return [one.pk for one in readers_now()] == [operator.pk]


def grants_of(operator: Operator) -> dict[int, bytes]:
    """The team keys that an operator can open: version → wrap."""
    rows = TeamGrant.objects.filter(operator=operator, operator__suspended_at=None).order_by("team_key__version")
    return {row.team_key.version: bytes(row.wrapped) for row in rows.select_related("team_key")}


def can_read(operator: Operator) -> bool:
    """Whether somebody has been given the present team key."""
    return TeamGrant.objects.filter(operator=operator, team_key=current_team_key()).exists()


def waiting_for_grant() -> list[Operator]:
    """Colleagues who may read, have made their key, and lack the present team key."""
    rows = Operator.objects.filter(is_active=True, role__in=READERS, key__isnull=False)
    return list(rows.exclude(grants__team_key=current_team_key()).select_related("key").order_by("pk"))


def check(public: bytes, wrapped_private: bytes, kdf: dict[str, Any]) -> None:
    """Raises ValueError for what cannot be an operator's key."""
    if len(wrapped_private) != WRAPPED_PRIVATE:
        raise ValueError("not an operator's key")
    _check_public(public)
    passphrase.checked(kdf, settings.KDF_MEMORY)


def _check_public(public: bytes) -> None:
    try:
        envelope.wrap(b"trial", public, b"trial")  # refuses keys of small order and of another length
    except ValueError as error:
        raise ValueError("not a usable public key") from error
