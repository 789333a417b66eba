"""The fixed words of an audit record. Whoever records something new adds its word here; nothing else is ever written."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Act(TextChoices):
    """What was done."""

    SIGNED_IN = "signed_in", _("signed in")
    SIGN_IN_FAILED = "sign_in_failed", _("sign-in failed")
    SESSIONS_ENDED = "sessions_ended", _("sessions ended")
    SECOND_STEP_CHANGED = "second_step_changed", _("second step changed")
    PASSPHRASE_CHANGED = "passphrase_changed", _("passphrase changed")
    OPENED = "opened", _("opened")
    REVEALED = "revealed", _("revealed")
    EXPORTED = "exported", _("exported")
    DOWNLOADED = "downloaded", _("downloaded")
    JOINED = "joined", _("joined")
    INVITED = "invited", _("invited")
    SUSPENDED = "suspended", _("suspended")
    RESTORED = "restored", _("restored")
    LEFT = "left", _("access ended")
    RETURNED = "returned", _("access given back")
    ROLE_CHANGED = "role_changed", _("role changed")
    KEY_MADE = "key_made", _("key made")
    GRANTED = "granted", _("key granted")
    RENEWED = "renewed", _("key renewed")
    RECOVERED = "recovered", _("recovered")
    KIT_MADE = "kit_made", _("recovery kit made")
    KIT_TYPED = "kit_typed", _("recovery kit typed back")
    KIT_ENDED = "kit_ended", _("recovery kit ended")
    SETTINGS_CHANGED = "settings_changed", _("settings changed")
    CASE_JOINED = "case_joined", _("joined a case by its return code")
    WRONG_CODE = "wrong_code", _("wrong return code")
    OVERRODE = "overrode", _("overrode the terms")
    TERMS = "terms", _("terms for a call back")
    BLOCKED = "blocked", _("blocked")
    UNBLOCKED = "unblocked", _("block lifted")
    LINKED = "linked", _("linked to a case")
    EXCLUDED = "excluded", _("excluded from a case")
    READMITTED = "readmitted", _("exclusion lifted")
    HELD = "held", _("legal hold placed")
    HOLD_LIFT_ASKED = "hold_lift_asked", _("asked to lift a legal hold")
    HOLD_LIFTED = "hold_lifted", _("legal hold lifted")
    PURGED = "purged", _("purged")
    PURGE_SUSPENDED = "purge_suspended", _("purge suspended")
    PURGE_RESUMED = "purge_resumed", _("purge resumed")
    HEAD_EXPORTED = "head_exported", _("daily head exported")
    KEY_TAKEN = "key_taken", _("first audit key taken away")


class Subject(TextChoices):
    """The kind of thing that it was done to."""

    LINE = "line", _("line")
    OPERATOR = "operator", _("operator")
    CASE = "case", _("case")
    CONTACT = "contact", _("contact")
    THREAD = "thread", _("thread")
    ENTRY = "entry", _("entry")
    OBJECT = "object", _("sealed object")
    NUMBER = "number", _("number")
    TEAM_KEY = "team_key", _("team key")
    KIT = "kit", _("recovery kit")
    SETTINGS = "settings", _("settings")
    FIGURES = "figures", _("figures")
    RETENTION = "retention", _("retention")
    AUDIT = "audit", _("audit")
    BACKUP = "backup", _("backup")
