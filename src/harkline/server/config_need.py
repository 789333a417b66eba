"""The settings of the forecast, of how many people are needed, and of the figures."""

from dataclasses import dataclass

from harkline.server import keys as kind
from harkline.server.keys import key


@dataclass(frozen=True, kw_only=True)
class Forecast:
    """What is expected before the line has a past of its own, and which days are not like others."""

    calls_a_week: int = key(
        kind.whole(0, 1_000_000),
        70,
        "Calls in a usual week, as far as you can guess. It is worth two days; what really comes soon outweighs it.",
        "Having too few or too many people on duty in the first weeks.",
    )
    messages_a_week: int = key(
        kind.whole(0, 1_000_000),
        35,
        "Mails, reports and other messages in a usual week, all ways together.",
        "Having too few or too many people on duty in the first weeks.",
    )
    country: str = key(
        kind.COUNTRY,
        "",
        "The country whose public holidays are looked for in the past and the future; empty for none.",
        "Having holidays expected that are none.",
    )
    region: str = key(
        kind.REGION,
        "",
        "Its region, where holidays differ: the second part of its ISO 3166-2 code.",
        "Having holidays expected that are none.",
    )


@dataclass(frozen=True, kw_only=True)
class Need:
    """How many people are to be on duty, beside the service level that is promised and the least number, which is a rule of the rota."""

    abandoned_percent: int = key(
        kind.whole(0, 100),
        0,
        "How many callers may give up at most; 0 for no such promise beside the service level.",
        "Having too few people on duty.",
    )
    busy_percent: int = key(
        kind.whole(30, 100),
        85,
        "How busy people may be with calls and messages together, of their time on duty.",
        "Wearing out whoever is on duty.",
    )
    patience_seconds: int = key(
        kind.whole(10, 7200),
        180,
        "How long callers wait before they give up, until it is measured. It is worth five who gave up.",
        "Having too few people on duty in the first weeks.",
    )
    talk_minutes: int = key(
        kind.whole(1, 240),
        20,
        "How long a call takes with its wrap-up, until it is measured. It is worth ten calls.",
        "Having too few people on duty in the first weeks.",
    )
    message_minutes: int = key(
        kind.whole(1, 240), 20, "How long it takes to read and answer a message.", "Having too few people on duty."
    )
    message_hours: int = key(
        kind.whole(1, 168), 24, "Within how many hours a message is to be read.", "Having messages wait."
    )
    interpreted: tuple[str, ...] = key(
        kind.NAMES,
        [],
        "Languages, by their two letters, for which an interpreter is called in: nobody on duty has to speak them.",
        "Leaving callers of a language without anybody of the line's own.",
    )


@dataclass(frozen=True, kw_only=True)
class FiguresSettings:
    """The figures as others than supervisors see them."""

    small_cell: int = key(
        kind.whole(2, 100),
        5,
        "Fewer than so many are shown to nobody but supervisors, nor what would reveal them by subtraction.",
        "Recognising single callers in the figures.",
    )
