"""The fallback pack's words, in the language of the moment."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import ngettext


def headings() -> Mapping[str, str]:
    """Of its parts."""
    return {
        "first": _("First"),
        "addresses": _("How callers reach the line"),
        "address": _("Address"),
        "day": _("Day"),
        "hours": _("Hours"),
        "who": _("Who"),
        "after": _("When"),
        "to_whom": _("Whom"),
        "people": _("Who answers"),
        "speaks": _("Languages"),
        "phone": _("Own telephone"),
        "shifts": _("Who is on duty in the next two weeks"),
        "chain": _("Who is told when nobody answers"),
        "divert": _("Let the provider send calls to a telephone"),
        "talk": _("While you talk"),
        "provider": _("Provider"),
        "numbers": _("Numbers"),
        "hotline": _("The provider's fault line, and our customer number"),
        "to": _("Diverted to"),
        "by": _("by whom, when"),
        "back": _("taken back"),
    }


def steps() -> list[str]:
    """What is done first."""
    return [
        _("Look at the next shift below. Ring whoever is on duty, and the supervisor."),
        _(
            "Divert the numbers at the provider to the telephone of whoever is on duty (next page). Write down to where, and when."
        ),
        _(
            "Take every contact on a form of this pack, one form each. Write the hour at once: it cannot be found out later."
        ),
        _("If the page is down, too, say so where people look for you; give no other number than those below."),
        _(
            "When the line runs again: take the diversions back, ring the numbers yourself, and enter every form on the page “Taken on paper”."
        ),
    ]


def divert() -> list[str]:
    """How a number is diverted."""
    return [
        _(
            "Sign in at the provider's page, or ring its fault line, and ask for “unconditional call forwarding” of each number."
        ),
        _(
            "Ask that the caller's number is not shown at the telephone it goes to, if the provider can. If not, do not read it, and delete the list of calls after each shift."
        ),
        _("Switch the mailbox of that telephone off: nobody may leave a message there."),
        _("Ring the number from another telephone and hear that it arrives."),
    ]


def talk() -> list[str]:
    """What is asked, in this order."""
    return [
        _("Is it safe to talk? If somebody listens: questions that yes and no answer."),
        _("What shall we do if we are cut off?"),
        _("Say who can read the form before they tell you anything."),
        _("Listen. Is anybody in danger now? Then the emergency number, if they want it and it is safe."),
        _(
            "No name unless they wish. No call back but on their own terms: who may answer, when, which name, what to say to a stranger."
        ),
        _("They need no code now; one is made when the form is entered, if they call again."),
    ]


def form() -> Mapping[str, str]:
    """What a form asks."""
    return {
        "title": _("Contact taken on paper"),
        "number": _("Form"),
        "at": _("Day and hour it began"),
        "until": _("and ended"),
        "way": _("Reached us by (number, radio, in person)"),
        "language": _("Language"),
        "by": _("Taken by"),
        "marks": _("Tick"),
        "listener": _("cannot speak freely"),
        "forced": _("seems forced"),
        "cut": _("was cut off"),
        "risk": _("Risk: usual / raised / high"),
        "said": _("What was said"),
        "callback": _("Call back: the caller's own terms"),
        "terms": _("Number · safe days and hours · who may answer · name to ask for · what to say to a stranger"),
        "entered": _("Entered on (day, by whom); then destroyed or filed"),
        "keep": _("Keep this form where nobody else reads it. It names nobody unless the caller wished it."),
    }


def after(seconds: float) -> str:
    """When a step of the chain is taken."""
    if seconds < 60:
        return (
            _("at once")
            if seconds == 0
            else ngettext("after %d second", "after %d seconds", int(seconds)) % int(seconds)
        )
    minutes = round(seconds / 60)
    return ngettext("after %d minute", "after %d minutes", minutes) % minutes
