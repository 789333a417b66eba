"""Settings of who is offered what, and who may be brought into a call."""

from dataclasses import dataclass

from harkline.server import keys as kind
from harkline.server.keys import REQUIRED, key


@dataclass(frozen=True, kw_only=True)
class Routing:
    """Who is offered what. One operator holds one call, or several chats, or mails."""

    chats_at_once: int = key(
        kind.whole(1, 10), 3, "How many chats one operator is offered at once.", "Overloading operators."
    )
    messages_at_once: int = key(
        kind.whole(1, 50), 3, "How many mails and messages one operator has in hand.", "Overloading operators."
    )
    ageing_hours: int = key(
        kind.whole(1, 72),
        4,
        "A message that has waited so long stands level with a call that comes in now.",
        "Leaving messages unread, or having calls wait behind them.",
    )
    same_operator_seconds: int = key(
        kind.whole(0, 600),
        45,
        "How long somebody who is there now waits for the operator they want again. High risk waits for nobody.",
        "Having callers wait for one person while others are idle.",
    )
    same_operator_hours: int = key(
        kind.whole(0, 72),
        8,
        "How long a message waits for the operator whom its writer wants again, if they are on duty.",
        "Having messages wait for one person.",
    )
    reserve_percent: int = key(
        kind.whole(0, 2),
        0,
        "How many of those on duty are kept idle for high risk. Never below 20 on duty.",
        "Having callers of usual risk wait while somebody is idle.",
    )
    listen_in: bool = key(
        kind.SWITCH,
        True,
        "Whether supervisors may listen in to a call. The operator sees it, and agrees, before anything is heard.",
        "Nothing without an operator's agreement.",
    )


@dataclass(frozen=True, kw_only=True)
class Interpreter:
    """Somebody outside who interprets, and whom an operator can have rung into a call over the first trunk. Nobody else can be."""

    name: str = key(kind.TEXT, REQUIRED, "What operators see.", "Passing for an interpreter of this line.")
    languages: tuple[str, ...] = key(
        kind.LANGUAGES, REQUIRED, "The languages they interpret.", "Being rung for these languages."
    )
    number: str | None = key(kind.NUMBER, REQUIRED, "Their number.", "Hearing every call into which they are brought.")
    press_one: bool = key(
        kind.SWITCH,
        True,
        "Whether they are asked to press 1 before they are in the call. Without it a voicemail could hear the caller.",
        "Bringing a machine into a call.",
    )
