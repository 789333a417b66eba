"""The demonstration line's rota: five weeks, published, with people enough that two are on duty at any hour; and a draft to try."""

from datetime import date, time, timedelta

from harkline.line import this
from harkline.people import operators
from harkline.people.models import Operator
from harkline.rota import picture, rotas, terms, wishes
from harkline.rota.models import Pattern, Rota
from harkline.runtime import clock

SHIFTS = (("E", "Early", 6), ("L", "Late", 14), ("N", "Night", 22))
# Ten days, one person on each: two on every shift of every day, two days off after three and after two nights.
ROUND = ("E", "E", "L", "", "", "L", "N", "N", "", "")
COLLEAGUES = (
    "Alder Quist",
    "Aspen Moyo",
    "Clover Diaz",
    "Heather Lund",
    "Linden Okoye",
    "Olive Sato",
    "Poppy Farah",
    "Sorrel Kent",
    "Tansy Adeyemi",
    "Yarrow Bell",
)
DAY = timedelta(days=1)
WEEKS = 5


def publish() -> Rota:
    """Add colleagues who only stand on the rota, and put five weeks in force."""
    missing = len(ROUND) - len(terms.people())
    for name in COLLEAGUES[: max(0, missing)]:
        operators.add(name, languages=this.line().languages)
    patterns = {code: _pattern(code, name, hour) for code, name, hour in SHIFTS}
    terms.change_rules({"weekends": 4})
    boss = Operator.objects.filter(role__in=["supervisor", "administrator"]).order_by("-role", "pk").first()
    assert boss is not None
    today = clock.now().astimezone(this.zone()).date()
    rota = rotas.draft("Demo weeks", today - today.weekday() * DAY, WEEKS * 7, boss)
    rotas.fill(rota, _rows(rota.first_day, patterns))
    rota.refresh_from_db()
    published = rotas.publish(rota.pk, boss, rota.version, {rotas.key(one) for one in picture.gaps(rota)})
    _asked(today)
    rotas.draft("Next", published.last_day + DAY, 28, boss)
    return published


def _pattern(code: str, name: str, hour: int) -> Pattern:
    row, _new = Pattern.objects.get_or_create(
        code=code, defaults={"name": name, "starts": time(hour), "minutes": 8 * 60}
    )
    return row


def _rows(first: date, patterns: dict[str, Pattern]) -> list[tuple[int, date, Pattern]]:
    people = [one.pk for one in terms.people()][: len(ROUND)]
    return [
        (pk, first + number * DAY, patterns[code])
        for turn, pk in enumerate(people)
        for number in range(WEEKS * 7)
        if (code := ROUND[(number + turn) % len(ROUND)])
    ]


def _asked(today: date) -> None:
    """Something to see in the grid and to answer."""
    people = terms.people()
    wishes.wish(people[0], "off", weekday=6)
    wishes.wish(people[1], "work", weekday=0, code="E", weight=2)
    wishes.ask_leave(people[2], today + 20 * DAY, today + 24 * DAY)
