"""The section of ``harkline.toml`` about the signed list of genuine addresses."""

from dataclasses import dataclass

from harkline.server import keys as kind
from harkline.server.config_count import matching
from harkline.server.keys import Kind, gettext_noop, key

CONTACT = Kind(
    gettext_noop("an address that begins with mailto:, https: or tel:, or empty"),
    '"mailto:security@line.example"',
    matching(r"|(?:mailto|https|tel):[^\s<>\"]{1,200}"),
)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """The signed list of the line's genuine addresses."""

    days: int = key(
        kind.whole(7, 365),
        90,
        "For how many days a version is valid.",
        "Having an old list believed for longer, or the list run out.",
    )
    renews_itself: bool = key(
        kind.SWITCH,
        True,
        "Whether the same list is signed again when a third of its time is left. Off: somebody has to, and an alarm says so.",
        "Letting the list run out; or, after a seizure, having it go on for as long as the computer runs.",
    )
    security_contact: str = key(
        CONTACT,
        "",
        "Where people report a weakness of the pages (security.txt); empty for the line's first mail address.",
        "Being told of weaknesses in your place.",
    )
