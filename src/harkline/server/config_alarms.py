"""The settings of what watches over the line itself: who is alarmed, after what, and how often the line tries its own addresses."""

from dataclasses import dataclass

from harkline.server import keys as kind
from harkline.server.keys import REQUIRED, Target, key


@dataclass(frozen=True, kw_only=True)
class AlarmStep:
    """What happens when something is wrong with the line itself, step after step, until somebody says that they see to it. The last step
    is for somebody outside the team and is repeated. Without any, the steps of [[escalation]] are taken."""

    after_seconds: int = key(
        kind.whole(0, 86_400), REQUIRED, "How long it has been wrong when the step is taken.", "Delaying the alarm."
    )
    to: Target = key(
        kind.TARGET,
        REQUIRED,
        "Who is alarmed: a skill or a role, a telephone (press 1: I see to it), a mail address, or an address that is posted to.",
        "Learning when the line is in trouble; keeping it from others.",
    )
    outside: bool = key(kind.SWITCH, False, "Whether this is somebody outside the team.", "Silencing the check for it.")


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What counts as wrong."""

    absent_seconds: int = key(
        kind.whole(10, 86_400),
        120,
        "How long nobody of a language may be here in whose shift it is.",
        "Leaving callers alone for longer before anybody is told.",
    )
    adapter_down_seconds: int = key(
        kind.whole(10, 86_400),
        60,
        "How long a way in may be down before that is an alarm.",
        "Keeping a broken way in from being noticed.",
    )
    canary_minutes: int = key(
        kind.whole(0, 10_080),
        60,
        "How often the line rings its own numbers, mails its own addresses and writes on its own page; 0 for never. Such trials are "
        "in no figure. Calls and mails over a trunk and a relay may cost something.",
        "Keeping a dead number from being noticed; running up costs.",
    )
