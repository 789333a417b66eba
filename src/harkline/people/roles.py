"""What each role may do. The only place where this is written down; pages and doors ask ``may``."""

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponseBase

from harkline.people.models import Role


class Action(StrEnum):
    """Something that not everybody may do."""

    ANSWER = "answer"  # go on duty, accept offers, talk, write, wrap up
    READ = "read"  # hold the team's key, open entries
    BOARD = "board"  # see the queue's and the colleagues' figures
    RENEW = "renew"  # make the team's next key, as when somebody has left
    OVERRIDE = "override"  # one of the two people who lift a caller's own terms for one try
    ROTA = "rota"  # change shifts, end somebody's duty
    PEOPLE = "people"  # add, invite, change and deactivate colleagues
    LINE = "line"  # change addresses, prompts and settings
    AUDIT = "audit"  # see who opened what
    COUNT = "count"  # claim figures in the open count, open an audit
    CARDS = "cards"  # issue, print and end contact cards for the radio
    RETENTION = "retention"  # place and lift legal holds, confirm the clock


_OPERATOR = frozenset({Action.ANSWER, Action.READ})
_SUPERVISOR = _OPERATOR | {
    Action.BOARD,
    Action.OVERRIDE,
    Action.ROTA,
    Action.RENEW,
    Action.RETENTION,
    Action.COUNT,
    Action.CARDS,
}
# In a line of three volunteers the administrator answers too. An auditor sees figures and openings, and no content.
_ADMINISTRATOR = _SUPERVISOR | {Action.PEOPLE, Action.LINE, Action.AUDIT}
_ALLOWED: dict[str, frozenset[Action]] = {
    Role.OPERATOR: _OPERATOR,
    Role.SUPERVISOR: _SUPERVISOR,
    Role.ADMINISTRATOR: _ADMINISTRATOR,
    Role.AUDITOR: frozenset({Action.BOARD, Action.AUDIT}),
}

READERS = [role for role, actions in _ALLOWED.items() if Action.READ in actions]


def may(operator: Any, action: Action | str) -> bool:
    """Whether somebody may do this; never for who is not signed in or has no access any more. Raises ValueError for no action."""
    if not getattr(operator, "is_active", False):
        return False
    return Action(action) in _ALLOWED.get(getattr(operator, "role", ""), frozenset())


View = Callable[..., HttpResponseBase]


def needs(action: Action) -> Callable[[View], View]:
    """A view for those only who may do this: others get 403. ``signed_in`` comes before it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def checked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user, action):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return checked

    return decorate
