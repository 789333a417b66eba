"""What the page “Print” was asked for: from a form to an order, or words about what is wrong with it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import QueryDict
from django.utils.translation import gettext as _

from harkline.notice.door import Address, Present
from harkline.paper import order, words
from harkline.paper.order import Guise, Order, Sheet
from harkline.runtime.apart import listed

SIZES = (("a4", "A4"), ("a3", "A3"))


@dataclass(frozen=True)
class Choice:
    """One of several things to tick. ``note``: what somebody should know who ticks it."""

    value: str
    label: str
    chosen: bool
    note: str = ""


def asked(query: QueryDict, notice: Present) -> Order:
    """The order; everything of the notice in its first language where nothing is said yet. Raises ValueError in words."""
    if "sheet" not in query:
        return Order(Sheet.POSTER, notice.languages[:1], [order.key(one) for one in notice.addresses])
    found = Order(
        sheet=_one_of(query.get("sheet", ""), Sheet.values),
        languages=[one for one in notice.languages if one in query.getlist("language")],
        addresses=query.getlist("address"),
        guise=_one_of(query.get("guise", Guise.OPEN), Guise.values),
        size=_one_of(query.get("size", "a4"), [value for value, _label in SIZES])
        if query.get("sheet") == Sheet.POSTER
        else "a4",
        proof="proof" in query,
    )
    _complete(found, notice)
    return found


def _one_of(given: str, known: Sequence[str]) -> str:
    if given not in known:
        raise ValueError(_("Choose one of the kinds that the page offers."))
    return given


def _complete(wanted: Order, notice: Present) -> None:
    if not wanted.languages:
        raise ValueError(_("Choose a language at least."))
    if not any(order.key(one) in wanted.addresses for one in order.offered(notice, neutral=wanted.neutral)):
        if wanted.neutral:
            raise ValueError(
                _(
                    "Choose a telephone number: a neutral sheet carries nothing else, for a page or a mail address tells whose it is."
                )
            )
        raise ValueError(_("Choose an address at least."))
    without = [order.own_name(one) for one in wanted.languages if not words.own(one, neutral=True)]
    if wanted.guise == Guise.OWN and without:
        raise ValueError(
            _("There are no neutral words of your own yet in: %s. Write them below, or choose another look.")
            % listed(without)
        )


def languages(wanted: Order, notice: Present) -> list[Choice]:
    """The line's languages, each with whether its words await a native speaker."""
    awaits = _("draft, awaits a native speaker")
    return [
        Choice(one, order.own_name(one), one in wanted.languages, awaits if words.draft(one) else "")
        for one in notice.languages
    ]


def addresses(wanted: Order, notice: Present) -> list[Choice]:
    """What the notice lists."""
    return [
        Choice(order.key(one), order.shown(one), order.key(one) in wanted.addresses, _note(one))
        for one in notice.addresses
    ]


def _note(one: Address) -> str:
    return one.label


@dataclass(frozen=True)
class Said:
    """What the organisation's sheets say in one language, as it is and as it would be without."""

    language: str
    neutral: bool
    heading: str
    text: str
    draft: str


def said(notice: Present) -> list[Said]:
    """Every wording that can be written."""
    return [_said(code, neutral) for neutral in (False, True) for code in notice.languages]


def _said(code: str, neutral: bool) -> Said:
    row = words.own(code, neutral=neutral)
    return Said(
        code, neutral, row.heading if row else "", row.text if row else "", "" if neutral else words.of(code)["text"]
    )
