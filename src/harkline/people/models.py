"""The people who work the line, and the keys by which they may read."""

import secrets
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What somebody is here for. Each role may do what its name says; none includes another but as ``people.roles`` lists."""

    OPERATOR = "operator", _("operator")
    SUPERVISOR = "supervisor", _("supervisor")
    ADMINISTRATOR = "administrator", _("administrator")
    AUDITOR = "auditor", _("auditor")


def unguessable() -> str:
    """A stored sign-in value that no passphrase gives; it looks like any other."""
    return f"derived${secrets.token_hex(11)}${secrets.token_hex(32)}"


class OperatorManager(BaseUserManager["Operator"]):
    """Look-up by username, which is case-insensitive."""

    def get_by_natural_key(self, username: str | None) -> "Operator":
        return self.get(username__iexact=username)


class Operator(AbstractBaseUser):
    """Somebody who signs in. ``password`` holds the hash of a value derived in the browser, never of the passphrase itself."""

    username = models.CharField(max_length=40, unique=True)
    name = models.CharField(max_length=80)
    role = models.CharField(max_length=16, choices=Role.choices, default=Role.OPERATOR)
    languages = models.JSONField(default=list)  # that they speak with callers
    console_language = models.CharField(max_length=8, blank=True, default="")  # people.tongues; "": as the browser asks
    skills = models.JSONField(default=list)
    own_phone = models.BinaryField(default=bytes, blank=True)  # boxed with the host key (people.vault)
    second_password = models.CharField(
        max_length=128, default=unguessable
    )  # people.duress; everybody has one that fits nothing
    suspended_at = models.DateTimeField(null=True)  # since they signed in under duress
    is_active = models.BooleanField(default=True)
    joined_at = models.DateTimeField()

    objects = OperatorManager()

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    def __str__(self) -> str:
        return self.name


class Invitation(models.Model):
    """A one-time sign-in link. Only a hash of its token is kept; ``wrapped_team_key`` (one version after another, see
    ``people.invite``) opens with the secret in the link's fragment, which no server sees."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="invitations")
    token_hash = models.BinaryField(max_length=32, unique=True)
    wrapped_team_key = models.BinaryField(default=bytes, blank=True)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"invitation of {self.operator}"


class TeamKey(models.Model):
    """One version of the team's X25519 key. Contacts are sealed to the newest; older ones go on opening what was sealed to them."""

    version = models.PositiveIntegerField(unique=True)
    public = models.BinaryField(max_length=32)
    created_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)  # when somebody left who held it: from then on a new version is due
    lost_at = models.DateTimeField(
        null=True
    )  # since when nobody can open it any more: given up by ``harkline recover``

    def __str__(self) -> str:
        return f"team key {self.version}"


class OperatorKey(models.Model):
    """An operator's X25519 key. ``wrapped_private`` is AES-256-GCM under a key that the browser derives from the passphrase."""

    operator = models.OneToOneField(Operator, on_delete=models.CASCADE, related_name="key")
    public = models.BinaryField(max_length=32)
    wrapped_private = models.BinaryField()
    kdf = (
        models.JSONField()
    )  # how: {"name": "argon2id", "memory": KiB, …}, or PBKDF2 for keys from before (seal.passphrase)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"key of {self.operator}"


class SecondKey(models.Model):
    """The key that an operator's second passphrase opens. It is real, and nothing was ever sealed to it."""

    operator = models.OneToOneField(Operator, on_delete=models.CASCADE, related_name="second_key")
    public = models.BinaryField(max_length=32)
    wrapped_private = models.BinaryField()
    kdf = models.JSONField()

    def __str__(self) -> str:
        return f"second key of {self.operator}"


class Suspension(models.Model):
    """An operator signed in under duress: the log of these alarms. They are let in again when a supervisor asks and another agrees."""

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="suspensions")
    since = models.DateTimeField()
    asked_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField(null=True)
    restored_by = models.ForeignKey(Operator, null=True, on_delete=models.PROTECT, related_name="+")
    restored_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"suspension of {self.operator}"


class Unlocker(models.Model):
    """One more way to open an operator's key beside the passphrase: the same private key, closed under what a passkey or a printed
    code gives in the browser. Goes with its passkey."""

    class Kind(models.TextChoices):
        PASSKEY = "passkey", _("passkey")
        CODE = "code", _("printed code")

    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="unlockers")
    kind = models.CharField(max_length=8, choices=Kind.choices)
    passkey = models.OneToOneField("mfa.Authenticator", on_delete=models.CASCADE, null=True)
    wrapped = models.BinaryField()
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["operator"], condition=models.Q(kind="code"), name="one_printed_code_an_operator"
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.operator}"


class TeamGrant(models.Model):
    """A team key's private half, sealed to one operator's public key by somebody who could open it."""

    team_key = models.ForeignKey(TeamKey, on_delete=models.CASCADE, related_name="grants")
    operator = models.ForeignKey(Operator, on_delete=models.CASCADE, related_name="grants")
    wrapped = models.BinaryField()
    granted_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["team_key", "operator"], name="one_grant_an_operator")]

    def __str__(self) -> str:
        return f"{self.team_key} for {self.operator}"


class RecoveryKit(models.Model):
    """The organisation's recovery key, of which the server has the public half. Its private half was made in an administrator's
    browser and is on five printed pages, of which any three give it back. At most one is confirmed and not ended."""

    kit = models.CharField(max_length=11, unique=True)  # its name, as printed: lusab-babad
    public = models.BinaryField(max_length=32)
    proofs = models.JSONField()  # {"1": SHA-256 in hexadecimal of what only page 1 gives (seal.share.proof)}
    made_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)  # two pages were typed back
    last_drill_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)  # another took its place, or its pages are lost

    def __str__(self) -> str:
        return self.kit


class RecoveryWrap(models.Model):
    """A team key's private half, sealed to a recovery key by somebody who could open it."""

    kit = models.ForeignKey(RecoveryKit, on_delete=models.CASCADE, related_name="wraps")
    team_key = models.ForeignKey(TeamKey, on_delete=models.CASCADE, related_name="recovery_wraps")
    wrapped = models.BinaryField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["kit", "team_key"], name="one_wrap_a_kit")]

    def __str__(self) -> str:
        return f"{self.team_key} in {self.kit}"
