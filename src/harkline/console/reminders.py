"""What an administrator is reminded of on every page, one thing at a time: the most pressing."""

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from harkline.line import this
from harkline.people import kit
from harkline.people.kit import State


def pressing() -> tuple[str, str] | None:
    """A sentence and where to see to it; None where nothing presses."""
    if this.line().set_up_at is None:
        return _("Set-up is not finished."), reverse("setup")
    state = kit.state()
    if state == State.GOOD or (settings.DEMO and state in (State.NONE, State.UNCONFIRMED)):
        return None
    sentences = {
        State.NONE: _("There is no recovery kit."),
        State.UNCONFIRMED: _("The recovery kit does not count yet: two of its pages must be typed back."),
        State.INCOMPLETE: _("The recovery kit cannot open every version of the team’s key."),
        State.DRILL_DUE: _("The yearly drill is due: fetch two pages of the recovery kit and type them."),
    }
    return sentences[state], reverse("people:kit")
