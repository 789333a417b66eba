"""Checks of the line: addresses, adapters, people, shifts, languages, escalation, what is stuck, the clock."""

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Max
from django.utils.translation import gettext as _

from harkline.channels.email import checks as mail_checks
from harkline.channels.phone import checks as phone_checks
from harkline.intake.models import Attempt
from harkline.line import prompts, this
from harkline.line.models import Channel, PromptState
from harkline.people import kit
from harkline.people.kit import State
from harkline.people.models import Operator, TeamGrant, TeamKey
from harkline.people.roles import Action, may
from harkline.rota import shifts
from harkline.routing.models import Outbound, OutboundState, Presence, PresenceState
from harkline.runtime import clock
from harkline.runtime.models import AdapterState, Timer
from harkline.server import adapters
from harkline.server.check import Finding, Place, failure, note, warning
from harkline.server.lock import FolderLock, Taken

SEEN = timedelta(seconds=30)
AHEAD = timedelta(hours=24)
LEEWAY = timedelta(minutes=5)
OFTEN = 5  # restarts


def running(place: Place) -> Iterator[Finding]:
    """The server runs, and every adapter with it."""
    if not _serving(place):
        yield failure(
            "server",
            _("The server is not running: nobody can reach the line."),
            _("Run: harkline serve --data %s") % place.data,
        )
        return
    for row in AdapterState.objects.exclude(state="off").order_by("name"):
        yield from _adapter(row)


def _serving(place: Place) -> bool:
    lock = FolderLock(place.data)
    try:
        lock.take()
    except Taken:
        return True
    lock.release()
    return False


def _adapter(row: AdapterState) -> Iterator[Finding]:
    remedy = _("See the server's log. It is started again by itself.")
    if row.state == "down" or clock.now() - row.seen_at >= SEEN:
        reason = f" ({row.reason})" if row.reason else ""
        yield failure(row.name, _("It is down.") + reason, remedy)
    elif row.restarts >= OFTEN:
        yield warning(row.name, _("It was started again %d times.") % row.restarts, remedy)


def addresses(place: Place) -> Iterator[Finding]:
    """Every published address has somebody who listens to it."""
    settings, rows = place.settings, this.addresses()
    channels = {row.channel for row in rows}
    if not rows:
        yield warning("addresses", _("The line has no address."), _("Run: harkline address add CHANNEL ADDRESS"))
    if Channel.PHONE in channels and settings.sip.bind is None:
        yield failure("phone", _("A number is published and no call is taken."), _("Set bind in [sip]."))
    if Channel.EMAIL in channels and not (settings.smtp.bind or settings.smtp.lmtp or settings.imap.server):
        yield failure(
            "email", _("A mail address is published and no mail is received."), _("Set bind in [smtp], or [imap].")
        )
    if Channel.EMAIL in channels and settings.relay.server is None:
        yield warning("email", _("Replies by mail cannot go out."), _("Set server in [relay]."))
    if settings.trunk:
        reached = {number for trunk in settings.trunk for number in trunk.numbers}
        for row in rows:
            if row.channel == Channel.PHONE and row.value not in reached:
                yield warning(
                    "phone",
                    _("No trunk brings calls to the number %s.") % row.value,
                    _("Add it to the numbers of its [[trunk]], if it does not come by another network."),
                )


def mail(place: Place) -> Iterator[Finding]:
    """What mail needs, and what would expose those who write it."""
    ours = [row.value for row in this.addresses(Channel.EMAIL)]
    for sentence, remedy in mail_checks.problems(adapters.email(place.settings), ours):
        yield warning("email", sentence, remedy)


def calls(place: Place) -> Iterator[Finding]:
    """What calls need to come in and to be heard."""
    ours = [row.value for row in this.addresses(Channel.PHONE)]
    if place.settings.sip.bind is None or not (ours or place.settings.trunk):
        return
    for sentence in phone_checks.problems(adapters.phone(place.settings, str(place.settings.sip.bind)), ours):
        yield warning("phone", sentence, _("See [sip] and [[trunk]] in docs/reference/settings.md."))


def people(place: Place) -> Iterator[Finding]:
    """Somebody can answer, and more than one can read."""
    team = TeamKey.objects.order_by("-version").first()
    if team is None:
        yield failure(
            "people", _("The team has no key: nothing can be received."), _("Run: harkline init in a new folder.")
        )
        return
    ready = [row for row in Operator.objects.filter(is_active=True, key__isnull=False) if may(row, Action.ANSWER)]
    if not ready:
        yield failure(
            "people", _("Nobody has accepted an invitation."), _("Open the sign-in link that harkline init printed.")
        )
        return
    readers = TeamGrant.objects.filter(team_key=team, operator__is_active=True).values("operator").distinct().count()
    if readers < 2:
        yield warning(
            "people",
            _("One person alone can read: without them only the recovery kit is left."),
            _("Invite a second one, and give them the team's key on the page “People”."),
        )
    spoken = {language for row in ready for language in row.languages}
    for language in this.line().languages:
        if language not in spoken:
            yield warning(
                "people", _("Nobody speaks %s.") % language, _("Invite somebody who does, or take the language away.")
            )


def recovery(place: Place) -> Iterator[Finding]:
    """Set-up is finished, and its recovery kit counts, holds every key and was tried within a year."""
    remedy = _("Open the page “Set-up” as an administrator.")
    if this.line().set_up_at is None:
        yield warning("set-up", _("Set-up is not finished."), remedy)
    state = kit.state()
    sentences = {
        State.NONE: _("There is no recovery kit: if everybody forgets their passphrase, everything is lost."),
        State.UNCONFIRMED: _("The recovery kit does not count: no two of its pages were typed back."),
        State.INCOMPLETE: _("The recovery kit cannot open every version of the team's key."),
        State.DRILL_DUE: _("The yearly drill of the recovery kit is due."),
    }
    if state in sentences:
        yield warning("recovery", sentences[state], _("Open the page “Recovery kit” as an administrator: /account/kit"))


def rota(place: Place) -> Iterator[Finding]:
    """Somebody is or will soon be on duty."""
    now = clock.now()
    staffed = shifts.next_staffed(now)
    there = Presence.objects.exclude(state=PresenceState.OFF).exists()
    if staffed is None or staffed - now > AHEAD:
        tell = warning if there else failure
        yield tell("rota", _("No shift is planned for the next 24 hours."), _("Plan shifts on the page “Rota”."))
    elif staffed == now and not there:
        yield failure("rota", _("Somebody has a shift now and nobody is signed on."), _("Ring whoever is on the rota."))


def escalation(place: Place) -> Iterator[Finding]:
    """When nobody takes a contact, somebody outside the team learns of it."""
    chain = place.settings.escalation
    remedy = _("Add an [[escalation]] step with outside = true at the end.")
    if not chain:
        yield warning("escalation", _("When nobody answers, nobody is told."), remedy)
    elif not chain[-1].outside:
        yield warning("escalation", _("The escalation chain does not end outside the team."), remedy)


def languages(place: Place) -> Iterator[Finding]:
    """Callers hear their language."""
    if not any(row.channel == Channel.PHONE for row in this.addresses()):
        return
    rows = [row for row in prompts.listing(this.line().languages) if row.language]
    for language in this.line().languages:
        own = [row for row in rows if row.language == language]
        other = {row.heard_in for row in own} - {language}
        remedy = _("Record them on the page “Prompts”.")
        if not own or other:
            sentence = _("Callers who choose %(language)s hear prompts in %(other)s.")
            yield warning("prompts", sentence % {"language": language, "other": ", ".join(sorted(other))}, remedy)
        elif any(row.state == PromptState.DRAFT for row in own):
            yield note("prompts", _("Some prompts in %s are drafts read by a machine.") % language, remedy)


def stuck(place: Place) -> Iterator[Finding]:
    """Nothing lies where nobody looks."""
    late = Timer.objects.filter(due_at__lt=clock.now() - LEEWAY).count()
    if late:
        yield failure(
            "timers",
            _("%d timers are overdue: offers and alarms are late.") % late,
            _("See the server's log, and restart it."),
        )
    failed = Outbound.objects.filter(state=OutboundState.FAILED).count()
    if failed:
        yield warning(
            "outbox", _("%d replies or alerts could not be sent.") % failed, _("See them on the page “Health”.")
        )


def time_of_day(place: Place) -> Iterator[Finding]:
    """The clock has not been put back behind what was recorded."""
    seen = [
        Attempt.objects.aggregate(last=Max("arrived_at"))["last"],
        AdapterState.objects.aggregate(last=Max("seen_at"))["last"],
    ]
    last = max((one for one in seen if one), default=None)
    if last and last > clock.now() + LEEWAY:
        yield failure(
            "clock",
            _("The clock is behind what was recorded earlier: waits and shifts are wrong."),
            _("Set the host's clock (chrony or systemd-timesyncd), then restart the server."),
        )


CHECKS = (running, addresses, mail, calls, people, recovery, rota, escalation, languages, stuck, time_of_day)
