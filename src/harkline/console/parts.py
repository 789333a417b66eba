"""How the parts of the installation are, one sentence each: what is wrong and what to do. Never any content."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.utils.translation import pgettext

from harkline.console import board, translations, words
from harkline.count import state as count_state
from harkline.intake import exclusions
from harkline.intake.models import ContactState
from harkline.line import this
from harkline.line.models import MailKey
from harkline.people import keys, kit
from harkline.people.kit import State
from harkline.people.models import Operator, TeamKey
from harkline.records import guard, joining, reseal
from harkline.routing import conflict
from harkline.routing.models import OutboundState, Presence, PresenceState
from harkline.runtime import cleaning, clock
from harkline.runtime.apart import apart, listed
from harkline.runtime.models import AdapterState, Timer

STALE = timedelta(seconds=30)
ENDS_SOON = timedelta(days=30)
STUCK = timedelta(minutes=10)
ON_THE_WAY = [OutboundState.QUEUED, OutboundState.SENDING]


@dataclass(frozen=True)
class Part:
    """One part. ``state``: ``up``, ``warning`` (it works, somebody should look), ``down``. ``sentence`` is for people, ``name``
    and ``state`` for monitoring."""

    name: str
    state: str
    title: str
    sentence: str


def everything(viewer: Operator | None) -> list[Part]:
    """Every part: the adapters first, then what stands on them, as far as it exists for the viewer."""
    return [
        *adapters(viewer),
        duty(viewer),
        reading(viewer),
        recovery(),
        timers(),
        keeping(),
        outbox(viewer),
        *codes(),
        cleaned_copies(),
        *encrypted_mail(),
        *open_count(),
        *translated(),
    ]


def worst(parts: Iterable[Part]) -> str:
    """``down`` if any is, else ``warning`` if any is, else ``up``."""
    states = {part.state for part in parts}
    return next((state for state in ("down", "warning") if state in states), "up")


def adapters(viewer: Operator | None) -> list[Part]:
    """One part for each adapter that the server supervises, and one that says so where it supervises none."""
    rows = list(AdapterState.objects.order_by("name"))
    if not rows:
        sentence = _("The server has written nothing down yet. Is “harkline serve” running?")
        return [Part("server", "down", _("Server"), sentence)]
    return [_adapter(row, viewer) for row in rows]


def _adapter(row: AdapterState, viewer: Operator | None) -> Part:
    title = str(words.CHANNELS.get(row.name, row.name.capitalize()))
    if clock.now() - row.seen_at > STALE:
        return Part(row.name, "down", title, _("Not running. Start the server: “harkline serve”."))
    if row.state == "up":
        return Part(row.name, "up", title, _received(row, viewer))
    if row.state == "off":
        return Part(row.name, "up", title, _("Switched off in the settings."))
    if row.state == "starting":
        return Part(row.name, "warning", title, _("Starting. It should be up within a few seconds."))
    sentence = _("Down since %(time)s and started again by itself (%(reason)s). If it stays down, see the log.")
    since = row.since.astimezone(this.zone())
    return Part(row.name, "down", title, sentence % {"time": f"{since:%H:%M}", "reason": row.reason or row.state})


def _received(row: AdapterState, viewer: Operator | None) -> str:
    # By the rows that exist for the viewer: the adapter itself would tell the hour of what is hidden from them.
    waiting = conflict.outbound(viewer).filter(channel=row.name, state__in=ON_THE_WAY).count()
    if waiting:
        return _("Running, with %(number)s still to send.") % {"number": waiting}
    arrived = exclusions.attempts(viewer).filter(channel=row.name).order_by("-arrived_at")
    found = arrived.values_list("arrived_at", flat=True).first()
    if found is None:
        return _("Running. Nothing has arrived yet: try it from outside.")
    last = found.astimezone(this.zone())
    return _("Running. Last received on %(day)s at %(time)s.") % {
        "day": apart(f"{last:%Y-%m-%d}"),
        "time": f"{last:%H:%M}",
    }


def codes() -> list[Part]:
    """Whether somebody tries out return codes. Nothing to say where nobody does."""
    wrong = joining.wrong_codes()
    if wrong < joining.MANY:
        return []
    sentence = _(
        "%(number)s wrong return codes within ten minutes: somebody may be trying them out. The audit says at whose desk."
    )
    return [Part("codes", "warning", _("Return codes"), sentence % {"number": wrong})]


def duty(viewer: Operator | None) -> Part:
    """Whether somebody would answer now, and whether the rota of the week has a hole."""
    title = _("Duty")
    there = Presence.objects.filter(state__in=[PresenceState.IDLE, PresenceState.BUSY]).count()
    hole = board.hole()
    if not there:
        waiting = exclusions.contacts(viewer).filter(state=ContactState.WAITING).exists()
        sentence = _("Nobody is ready to answer. Callers are told so, and can leave a message.")
        return Part("duty", "down" if waiting else "warning", title, sentence)
    if hole is None:
        return Part("duty", "up", title, _("%(number)s on duty; the coming week has no hole.") % {"number": there})
    if hole.now:
        sentence = _("%(number)s on duty, and it is nobody's shift: fill the hole in the shifts.")
        return Part("duty", "warning", title, sentence % {"number": there})
    at = hole.at.astimezone(this.zone())
    sentence = _("%(number)s on duty. Nobody's shift covers %(day)s at %(time)s: fill the hole in the shifts.")
    return Part(
        "duty", "warning", title, sentence % {"number": there, "day": apart(f"{at:%Y-%m-%d}"), "time": f"{at:%H:%M}"}
    )


def reading(viewer: Operator | None) -> Part:
    """Whether what arrives can be sealed, and opened by everybody who should."""
    title = pgettext("of the seal", "Keys")
    if not TeamKey.objects.exists():
        return Part("keys", "down", title, _("There is no team key, so nothing can be taken in. Run “harkline init”."))
    without = keys.waiting_for_grant()
    if without:
        names = listed(one.name for one in without)
        sentence = _("%(names)s cannot read yet: a colleague who can has to let them in.") % {"names": names}
        return Part("keys", "warning", title, sentence)
    if keys.renewal_due():
        sentence = _(
            "Somebody who could read has left. A supervisor or administrator has to unlock once, then the key is renewed."
        )
        return Part("keys", "warning", title, sentence)
    resealed = reseal.progress(viewer)
    if resealed.done < resealed.total:
        return Part("keys", "up", title, _("Everything that arrives is sealed. After a new team key: %s") % resealed)
    return Part("keys", "up", title, _("Everything that arrives is sealed, and everybody who should can read."))


RECOVERY = {
    State.NONE: _lazy(
        "There is none: if everybody who can read forgot their passphrase, all would be lost. An administrator makes it."
    ),
    State.UNCONFIRMED: _lazy("It was made and does not count yet: an administrator types two of its pages back."),
    State.INCOMPLETE: _lazy(
        "It cannot open every version of the team’s key. An administrator puts the missing one in."
    ),
    State.DRILL_DUE: _lazy(
        "Nobody has typed a page of it for a year: an administrator fetches two pages and types them."
    ),
    State.GOOD: _lazy("Three of its five pages open everything. They are typed for practice once a year."),
}


def recovery() -> Part:
    """Whether everything could be read again after everybody has forgotten their passphrase."""
    state, title = kit.state(), _("Recovery kit")
    if state in (State.NONE, State.UNCONFIRMED) and settings.DEMO:
        return Part(
            "recovery",
            "up",
            title,
            _("This is a demonstration: it has none and needs none. You can make one to try it."),
        )
    return Part("recovery", "up" if state == State.GOOD else "warning", title, str(RECOVERY[state]))


def timers() -> Part:
    """Whether what is due gets done."""
    title = _("Timers")
    late = Timer.objects.filter(due_at__lt=clock.now() - STALE).count()
    if late:
        return Part("timers", "down", title, _("%(number)s overdue. Restart the server.") % {"number": late})
    return Part("timers", "up", title, _("Nothing is overdue."))


def keeping() -> Part:
    """Whether what is due to go goes."""
    title = _("Retention")
    if guard.suspended():
        sentence = _("The clock has jumped: nothing is removed until a supervisor confirms it on the page “Retention”.")
        return Part("retention", "warning", title, sentence)
    return Part("retention", "up", title, _("What is due is removed every night."))


def outbox(viewer: Operator | None) -> Part:
    """Whether replies get out."""
    title = _("Outgoing")
    going = conflict.outbound(viewer)
    stuck = going.filter(state__in=ON_THE_WAY, created_at__lt=clock.now() - STUCK).count()
    if stuck:
        sentence = _("%(number)s waiting for more than ten minutes. Check the mail relay.") % {"number": stuck}
        return Part("outgoing", "warning", title, sentence)
    day = clock.now() - timedelta(days=1)
    failed = going.filter(state=OutboundState.FAILED, ended_at__gte=day).count()
    if failed:
        sentence = _("%(number)s could not be delivered since yesterday; the cases show which.") % {"number": failed}
        return Part("outgoing", "warning", title, sentence)
    return Part("outgoing", "up", title, _("Nothing is stuck."))


def cleaned_copies() -> Part:
    """Whether attachments get a copy without metadata."""
    title = _("Cleaned copies")
    if not cleaning.available():
        sentence = _("Attachments have no copy without metadata: mat2 is missing (Debian: apt-get install mat2).")
        return Part("cleaning", "warning", title, sentence)
    return Part("cleaning", "up", title, _("Attachments get a copy without metadata where their kind is known."))


def encrypted_mail() -> list[Part]:
    """The line's OpenPGP keys, where there are any. The server renews them by itself while their private halves are there."""
    title, soon = _("Encrypted mail"), clock.now() + ENDS_SOON
    rows = [row for row in MailKey.objects.filter(retired_at=None) if this.address("email", row.address)]
    for row in rows:
        if row.expires_at < soon:
            sentence = _("The key of %(address)s ends on %(day)s. Run “harkline openpgp renew”.")
            values = {"address": apart(row.address), "day": apart(f"{row.expires_at:%Y-%m-%d}")}
            return [Part("openpgp", "warning", title, sentence % values)]
    return [Part("openpgp", "up", title, _("Every key is valid."))] if rows else []


def open_count() -> list[Part]:
    """Whether what the public is shown of the figures is fresh and confirmed. Nothing to say where the line does not count."""
    title, found = _("Open count"), count_state.state()
    if found is None:
        return []
    if found.log.stopped:
        return [Part("count", "down", title, str(count_state.STOPPED.get(found.log.stopped, found.log.stopped)))]
    if not found.fits:
        sentence = _(
            "The settings say something else than what the log began with. Nothing is appended until they are put back."
        )
        return [Part("count", "down", title, sentence)]
    if found.stale:
        silent = listed(one.name for one in found.witnesses if one.trouble) or _("the server's own loop")
        sentence = _("What the public sees is older than 36 hours. Look at: %(silent)s.")
        return [Part("count", "down", title, sentence % {"silent": silent})]
    trouble = [one for one in found.witnesses if one.trouble]
    if trouble:
        sentence = _("The witness %(name)s does not confirm: %(why)s.")
        return [Part("count", "warning", title, sentence % {"name": trouble[0].name, "why": trouble[0].trouble})]
    if not found.witnesses:
        return [
            Part(
                "count",
                "warning",
                title,
                _("Nobody outside confirms the log: it could be rewritten unnoticed. Name witnesses."),
            )
        ]
    return [Part("count", "up", title, _("%(number)s entries, shown and confirmed.") % {"number": found.log.published})]


def as_json(parts: Iterable[Part]) -> dict[str, Any]:
    """For monitoring: names and states."""
    rows = list(parts)
    return {"state": worst(rows), "parts": {part.name: part.state for part in rows}}


def translated() -> list[Part]:
    """Whether the texts of the line's languages were read by somebody whose first language it is. A draft is no fault: it works."""
    sentence = translations.sentence()
    return [Part("texts", "up", _("Languages"), sentence)] if sentence else []
