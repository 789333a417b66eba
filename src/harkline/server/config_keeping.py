"""The settings of what is kept, for how long, and who is told that nothing of it was changed."""

from dataclasses import dataclass

from harkline.server import keys as kind
from harkline.server.keys import key


@dataclass(frozen=True, kw_only=True)
class Audit:
    """The chain of what was done here, and who is told each day where it ends."""

    officers: tuple[str, ...] = key(
        kind.MAILS,
        [],
        "To whom the daily head is mailed: two people outside the host's reach. It says a number and a hash.",
        "Keeping the head from those who would notice that records were changed.",
    )
