"""The sections of ``harkline.toml`` about figures that outsiders can check."""

import re
from dataclasses import dataclass
from typing import Any

from harkline.server import keys as kind
from harkline.server.keys import REQUIRED, Kind, Wrong, gettext_noop, key


def matching(pattern: str) -> Any:
    def parse(value: Any) -> str:
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            raise Wrong
        return value

    return parse


ORIGIN = Kind(
    gettext_noop("a name without a scheme or spaces, as host and path, or empty"),
    '"line.example/count"',
    matching(r"|[A-Za-z0-9.-]+(?:/[A-Za-z0-9._-]+)*"),
)
SLOT = Kind(gettext_noop("an hour and minutes"), '"06:00"', matching(r"(?:[01]\d|2[0-3]):[0-5]\d"))
CHAIN = Kind(
    gettext_noop("64 hexadecimal digits"),
    '"52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971"',
    matching(r"[0-9a-f]{64}"),
)
SLUG = Kind(gettext_noop("a short name: small letters, digits, hyphens"), '"young"', matching(r"[a-z][a-z0-9-]{0,30}"))
WORDING = Kind(
    gettext_noop("one line of text"), '"The person said that they are under 18"', matching(r"[^\n\r]{0,200}")
)
RATE = Kind(gettext_noop("a share from 0.0001 to 1"), '"0.1"', matching(r"1|0\.[0-9]{0,3}[1-9]"))
VKEY = Kind(
    gettext_noop("a C2SP verifier key: name, hash and key with + between"),
    '"news.example/witness+9cdd6d75+BAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"',
    matching(r"[^\s+]+\+[0-9a-f]{8}\+[A-Za-z0-9+/=]+"),
)


@dataclass(frozen=True, kw_only=True)
class Count:
    """The open count. Off until the log has a name; what has once begun cannot be changed, only ended."""

    origin: str = key(
        ORIGIN,
        "",
        "The log's name, for ever: the host and path under which it is served. Empty: nothing is counted in the open.",
        "Beginning a second log, in which the past looks different; or ending the count.",
    )
    slot: str = key(
        SLOT,
        "06:00",
        "By UTC: when the batch of a day that is over is made, and when samples for audits are drawn.",
        "Shifting by hours when a figure can be seen.",
    )
    quorum: int = key(
        kind.whole(0, 9),
        0,
        "How many of the witnesses have to confirm a checkpoint before it is shown. 0: all but one, two at least where there are two.",
        "Showing figures that fewer outsiders have confirmed; readers hold to the policy that they were given.",
    )
    beacon: str = key(
        CHAIN,
        "52db9ba70e0cc0f6eaf7803dd07447a1f5477735fd3f661792ba94600c84e971",
        "The drand chain whose numbers choose what is audited (quicknet).",
        "Choosing a chain whose numbers they know, and with it what an auditor sees.",
    )
    beacon_url: str | None = key(
        kind.URL,
        "",
        "A drand relay that is asked for a round when an audit needs it. Empty: somebody types it in, and nothing leaves this host.",
        "Learning when an audit is drawn. A wrong number is found out by every reader.",
    )


@dataclass(frozen=True, kw_only=True)
class Witness:
    """Somebody outside, such as a newspaper or a law clinic, who confirms that nothing in the log was rewritten."""

    verifier_key: str = key(
        VKEY,
        REQUIRED,
        "The witness's verifier key, as it told you in person.",
        "Being their own witness, to whom nothing looks rewritten.",
    )
    url: str = key(
        kind.URL,
        REQUIRED,
        "Where it takes checkpoints (add-checkpoint, C2SP tlog-witness).",
        "Keeping the line from a confirmation; it learns how many entries there are, which is public.",
    )


@dataclass(frozen=True, kw_only=True)
class Column:
    """A figure of your own, beside contact and abandoned. It stands in the log for ever, word for word."""

    name: str = key(SLUG, REQUIRED, "What it is called in the console.", "Nothing by itself.")
    wording: str = key(
        WORDING,
        REQUIRED,
        "The sentence that a 1 in this column says, in the words that will be quoted.",
        "Having a figure say something else than what was counted.",
    )
    when: tuple[str, ...] = key(
        kind.NAMES,
        ["mark"],
        "Which contacts count: rules that must all hold, such as kind:counselling, channel:phone|email, or mark (ticked at wrap-up).",
        "Having other contacts counted than the wording says.",
    )
    rate: str = key(
        RATE,
        "1",
        "For a large claim: the share of its entries whose evidence an auditor is shown.",
        "Having fewer entries looked at.",
    )
