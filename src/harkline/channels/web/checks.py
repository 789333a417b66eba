"""What can be wrong with the web channel's configuration, and what to do about it."""

from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as Caution
from django.db import DatabaseError

from harkline.channels.web import adapter, place
from harkline.line import this


@register("channels")
def published(app_configs: object, **_more: object) -> list[CheckMessage]:
    """The page is one of the line's addresses, so that what is written on it counts for an address."""
    try:
        if this.address(adapter.CHANNEL, place.CLEARNET):
            return []
    except DatabaseError:
        return []  # no database yet: `harkline init` makes both
    return [
        Caution(
            "The web page is not one of the line's addresses: what is written on it is taken, and counted for no address.",
            hint="Add the address: web, /",
            id="web.W001",
        )
    ]


@register("channels")
def sealable(app_configs: object, **_more: object) -> list[CheckMessage]:
    """There is a team key to seal to; without one nothing can be taken."""
    try:
        adapter.team()
    except DatabaseError:
        return []
    except Exception as error:
        return [
            Error(
                "Nothing can be taken: there is no team key.",
                hint="Run harkline init.",
                obj=type(error).__name__,
                id="web.E001",
            )
        ]
    return []
