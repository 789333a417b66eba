"""A rota from the first draft to what the line goes by: drafts, publishing, swaps, leave, feeds, tables, alarms."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from django.db.models import Q

from harkline.people.models import Operator
from harkline.rota import alarms, demand, feeds, picture, problem, rotas, shifts, swaps, tables, terms, wishes
from harkline.rota.models import AcceptedHole, Assignment, GapAlarm, Leave, Pattern, Rota, Rules, Swap
from harkline.runtime import timers

pytestmark = pytest.mark.django_db
MONDAY = date(2026, 6, 8)  # a week after the clock of the tests


@pytest.fixture(autouse=True)
def patterns(clock, team_private):
    for code, hour in (("E", 6), ("L", 14), ("N", 22)):
        Pattern.objects.create(code=code, name=code, starts=time(hour), minutes=480)
    terms.change_rules({"at_least": 1})


@pytest.fixture
def team(staff):
    return [staff(name, "en") for name in ("ash", "birch", "cedar", "elm")], staff("boss", role="supervisor")


def day(number: int) -> date:
    return MONDAY + timedelta(days=number)


def full_week(people: list[Operator], boss: Operator, days: int = 2) -> Rota:
    """Three of four people, round the clock."""
    rota = rotas.draft("June", MONDAY, days, boss)
    for number in range(days):
        for who, code in zip(people, "ELN", strict=False):
            rotas.put(rota.pk, who.pk, day(number), code, was="")
    return Rota.objects.get(pk=rota.pk)


def published(people: list[Operator], boss: Operator, **more: int) -> Rota:
    rota = full_week(people, boss, **more)
    holes = {rotas.key(one) for one in picture.gaps(rota)}
    return rotas.publish(rota.pk, boss, rota.version, holes)


def test_a_cell_is_changed_only_from_what_the_page_shows(team):
    people, boss = team
    rota = rotas.draft("June", MONDAY, 7, boss)
    rotas.put(rota.pk, people[0].pk, MONDAY, "E", was="")
    with pytest.raises(rotas.Changed):
        rotas.put(rota.pk, people[0].pk, MONDAY, "L", was="")
    rotas.put(rota.pk, people[0].pk, MONDAY, "L", was="E")
    rotas.put(rota.pk, people[0].pk, MONDAY, "", was="L")
    assert not rota.assignments.exists()
    for wrong in ({"code": "X"}, {"code": "E", "day": MONDAY - timedelta(days=1)}, {"code": "E", "operator_id": 999}):
        values = {"operator_id": people[0].pk, "day": MONDAY, "was": "", **wrong}
        with pytest.raises(rotas.Refused):
            rotas.put(rota.pk, **values)


def test_a_hole_is_published_only_under_a_name(team):
    people, boss = team
    rota = full_week(people, boss)
    # The first night begins at 22:00, so nobody is there before six in the morning of the first day.
    [hole] = picture.gaps(rota)
    assert (hole.begins, hole.ends) == (datetime(2026, 6, 8, tzinfo=UTC), datetime(2026, 6, 8, 6, tzinfo=UTC))
    with pytest.raises(rotas.Refused, match="holes"):
        rotas.publish(rota.pk, boss, rota.version)
    rotas.publish(rota.pk, boss, rota.version, [rotas.key(hole)])
    kept = AcceptedHole.objects.get()
    assert (kept.accepted_by, kept.begins, kept.have, kept.need) == (boss, hole.begins, 0, 1)


def test_duty_follows_what_is_published_and_the_weekly_shifts_hold_elsewhere(team):
    people, boss = team
    shifts.add(boss.pk, 0, time(10), 60)
    moment = datetime(2026, 6, 8, 10, 30, tzinfo=UTC)
    assert shifts.planned(moment) == {boss.pk}
    draft = full_week(people, boss)
    assert shifts.planned(moment) == {boss.pk}
    rotas.publish(draft.pk, boss, draft.version, {rotas.key(one) for one in picture.gaps(draft)})
    assert shifts.planned(moment) == {people[0].pk}
    assert shifts.planned(moment + timedelta(days=7)) == {boss.pk}
    assert shifts.planned(datetime(2026, 6, 10, 5, tzinfo=UTC)) == {people[2].pk}
    assert shifts.next_staffed(datetime(2026, 6, 8, 1, tzinfo=UTC)) == datetime(2026, 6, 8, 6, tzinfo=UTC)
    rotas.withdraw(draft.pk)
    assert shifts.planned(moment) == {boss.pk}


def test_who_is_on_call_covers_nothing_and_is_found_when_somebody_is_missing(team):
    people, boss = team
    rota = rotas.draft("June", MONDAY, 1, boss)
    rotas.put(rota.pk, people[3].pk, MONDAY, "E", was="", on_call=True)
    rota.refresh_from_db()
    assert rotas.key(picture.gaps(rota)[0]).startswith("202606080000-202606090000")
    rotas.publish(rota.pk, boss, rota.version, {rotas.key(one) for one in picture.gaps(rota)})
    moment = datetime(2026, 6, 8, 7, tzinfo=UTC)
    assert (shifts.planned(moment), shifts.on_call(moment)) == (set(), {people[3].pk})


def test_a_copy_replaces_what_it_was_made_of_unless_that_has_changed(team):
    people, boss = team
    rota = published(people, boss)
    first, second = rotas.copy(rota, boss), rotas.copy(rota, boss)
    rotas.put(first.pk, people[0].pk, MONDAY, "", was="E")
    rotas.put(first.pk, people[3].pk, MONDAY, "E", was="")
    changes = rotas.differences(rota, Rota.objects.get(pk=first.pk))
    assert [(who.username, a and a.code, b and b.code) for who, _day, a, b in changes] == [
        ("ash", "E", None),
        ("elm", None, "E"),
    ]
    first.refresh_from_db()
    rotas.publish(first.pk, boss, first.version, {rotas.key(one) for one in picture.gaps(first)})
    assert Rota.objects.get(pk=rota.pk).state == "replaced"
    with pytest.raises(rotas.Refused, match="changed since"):
        rotas.publish(second.pk, boss, second.version, {rotas.key(one) for one in picture.gaps(second)})


def test_a_rota_that_would_cut_another_in_two_is_refused(team):
    people, boss = team
    published(people, boss)
    other = rotas.draft("one day", MONDAY, 1, boss)
    with pytest.raises(rotas.Refused, match="June"):
        rotas.publish(other.pk, boss, other.version, {rotas.key(one) for one in picture.gaps(other)})


def test_of_two_who_publish_the_second_is_told(team):
    people, boss = team
    rota = full_week(people, boss)
    rotas.put(rota.pk, people[3].pk, MONDAY, "E", was="")
    with pytest.raises(rotas.Changed):
        rotas.publish(rota.pk, boss, rota.version, {rotas.key(one) for one in picture.gaps(rota)})


# --- swaps


def test_cover_is_asked_taken_and_approved(team):
    people, boss = team
    rota = published(people, boss)
    mine = Assignment.objects.get(operator=people[0], day=MONDAY)
    asked = swaps.ask(people[0], mine.pk)
    assert list(swaps.for_(people[3])) == [asked]
    swaps.accept(asked.pk, people[3])
    assert Assignment.objects.get(pk=mine.pk).operator == people[0]
    assert list(swaps.to_approve()) == [asked]
    swaps.approve(asked.pk, boss)
    assert Assignment.objects.get(pk=mine.pk).operator == people[3]
    assert Rota.objects.get(pk=rota.pk).version == rota.version + 1
    with pytest.raises(rotas.Refused):
        swaps.accept(asked.pk, people[2])


def test_a_swap_on_one_day_without_approval(team):
    people, boss = team
    terms.change_rules({"swaps_need_approval": False})
    published(people, boss, days=1)
    mine, theirs = (Assignment.objects.get(operator=who) for who in people[:2])
    swaps.accept(swaps.ask(people[0], mine.pk, people[1].pk, theirs.pk).pk, people[1])
    assert {one.operator_id: one.code for one in Assignment.objects.all()} == {
        people[0].pk: "L",
        people[1].pk: "E",
        people[2].pk: "N",
    }


def test_a_swap_that_breaks_a_rule_names_it(team):
    people, boss = team
    published(people, boss)
    asked = swaps.ask(people[0], Assignment.objects.get(operator=people[0], day=day(1)).pk)
    with pytest.raises(rotas.Refused, match="already work"):
        swaps.accept(asked.pk, people[1])
    Assignment.objects.filter(operator=people[2], day=day(1)).delete()
    with pytest.raises(swaps.Broke) as why:
        swaps.accept(asked.pk, people[2])  # comes off the night before
    assert {one.rule for one in why.value.broken} == {"rest"}
    Leave.objects.create(
        operator=people[3], first_day=day(1), last_day=day(1), state="granted", asked_at=datetime.now(UTC)
    )
    with pytest.raises(swaps.Broke) as why:
        swaps.accept(asked.pk, people[3])
    assert [one.rule for one in why.value.broken] == ["leave"]


def test_a_swap_ends_when_the_shift_begins(team, clock):
    people, boss = team
    published(people, boss)
    asked = swaps.ask(people[0], Assignment.objects.get(operator=people[0], day=MONDAY).pk)
    with pytest.raises(rotas.Refused):
        swaps.ask(people[0], asked.gives_id)
    clock.forward(days=6, hours=18)
    timers.run_due()
    assert Swap.objects.get().state == "expired"


# --- wishes, leave, fairness


def test_wishes_met_and_nights_are_counted_for_each(team):
    people, boss = team
    wishes.wish(people[0], "off", day=MONDAY)
    wishes.wish(people[0], "work", weekday=1, code="E")
    wishes.wish(people[2], "off", weekday=0, code="N")
    rota = full_week(people, boss)
    shares = {one.operator.username: one for one in picture.shares(rota)}
    assert [(shares[name].met, shares[name].wishes) for name in ("ash", "cedar", "elm")] == [(1, 2), (0, 1), (0, 0)]
    assert [shares[name].nights for name in ("ash", "cedar")] == [0, 2]
    rotas.publish(rota.pk, boss, rota.version, {rotas.key(one) for one in picture.gaps(rota)})
    assert picture.nights_before(day(2)) == {people[0].pk: 0, people[1].pk: 0, people[2].pk: 2}


def test_leave_is_asked_for_and_granted_once(team):
    people, boss = team
    asked = wishes.ask_leave(people[0], MONDAY, day(1))
    rota = full_week(people, boss)
    assert picture.broken(rota) == []
    assert wishes.decide_leave(asked.pk, boss, True)
    assert not wishes.decide_leave(asked.pk, boss, False)
    assert {one.rule for one in picture.broken(rota)} == {"leave"}
    assert wishes.withdraw_leave(asked.pk, people[0])
    with pytest.raises(rotas.Refused):
        wishes.ask_leave(people[0], day(1), MONDAY)


# --- feeds and tables


def test_a_feed_says_when_and_nothing_else(team, clock):
    people, boss = team
    published(people, boss)
    token = feeds.make(people[2], "Garden, club")
    text = feeds.read(token).decode()
    assert text.count("BEGIN:VEVENT") == 2
    assert "DTSTART:20260608T220000Z\r\nDTEND:20260609T060000Z\r\n" in text
    assert "SUMMARY:Garden\\, club\r\n" in text
    for word in ("Line", "cedar", "Cedar", "night", "harkline"):
        assert word not in text
    again = feeds.make(people[2])
    assert feeds.read(token) is None
    Operator.objects.filter(pk=people[2].pk).update(is_active=False)
    assert feeds.read(again) is None


def test_a_table_comes_back_as_it_went(team):
    people, boss = team
    rota = full_week(people, boss)
    text = "".join(tables.download(rota))
    other = rotas.draft("again", MONDAY, 2, boss)
    assert tables.upload(other, text.encode()) == 6
    assert rotas.differences(rota, other) == []
    assert tables.upload(other, text.replace(",", ";").encode("utf-8-sig")) == 6


def test_every_error_of_a_table_has_its_line_and_nothing_is_read_in(team):
    people, boss = team
    rota = full_week(people, boss)
    text = "day,username,shift\n2026-06-08,ash,L\n2026-06-08,nobody,E\nsoon,ash,E\n2026-07-08,ash,E\n2026-06-08,ash,N\n2026-06-09,ash,X\n"
    with pytest.raises(tables.Unreadable) as why:
        tables.upload(rota, text.encode())
    assert [one.line for one in why.value.problems] == [3, 4, 5, 6, 7]
    assert rota.assignments.count() == 6
    for wrong in (b"day,shift\n", b"\xff\xfe\x00", b'day,username,shift\n"x'):
        with pytest.raises(tables.Unreadable):
            tables.upload(rota, wrong)


@pytest.mark.parametrize("begins", ["=1+1", "+1", "-1", "@SUM", "\t=1", "\r=1"])
def test_no_cell_is_run_as_a_formula_and_it_comes_back(begins):
    assert tables.cell(begins).startswith("'")
    assert tables.plain(tables.cell(begins)) == begins
    assert tables.plain("plain") == "plain"


# --- alarms


def told(clock) -> list[tuple[int, str]]:
    timers.run_due()
    return [(one.hours, one.language) for one in GapAlarm.objects.order_by("raised_at", "hours")]


def test_a_hole_is_told_of_a_week_a_day_two_hours_before_and_when_it_begins(team, clock):
    people, boss = team
    rota = rotas.draft("June", MONDAY + timedelta(days=3), 1, boss)
    for who, code in zip(people, "EL", strict=False):
        rotas.put(rota.pk, who.pk, rota.first_day, code, was="")
    for number in range(7):  # the weekly shifts around it have no hole, and reach into its first morning
        shifts.add(boss.pk, number, time(0), 1440 + 360)
    rota.refresh_from_db()
    holes = picture.gaps(rota)
    heard = []
    alarms.tells(heard.append)
    try:
        rotas.publish(rota.pk, boss, rota.version, {rotas.key(one) for one in holes})
        assert told(clock) == []
        clock.forward(days=3, hours=9)  # the night before the eleventh is the boss's
        assert told(clock) == []
        night = datetime(2026, 6, 11, 22, tzinfo=UTC)
        for hours in (168, 24, 2, 0):
            clock.at = night - timedelta(hours=hours)
            assert (hours, "") in told(clock)
        assert len(told(clock)) == 4
        assert [one.hours for one in heard] == [168, 24, 2, 0]
        [open_] = alarms.open_()
        assert alarms.acknowledge(open_.pk, boss)
        assert not alarms.acknowledge(open_.pk, people[0])
        clock.forward(hours=3)
        timers.run_due()
        assert not alarms.open_().exists()
    finally:
        alarms._tells.remove(heard.append)


def test_a_gap_that_is_filled_is_told_of_no_more(team, clock):
    people, boss = team
    for number in range(7):
        shifts.add(boss.pk, number, time(0), 1440)
    assert told(clock) == []
    row = boss.shifts.get(weekday=2)
    shifts.remove(row.pk)
    assert told(clock) == [(168, "")]
    shifts.add(people[0].pk, 2, time(0), 1440)
    timers.run_due()
    assert not alarms.open_().exists()


def test_what_is_left_of_a_hole_that_had_begun_is_told_of_again_in_time(team, clock):
    people, boss = team
    for number in range(1, 7):
        shifts.add(boss.pk, number, time(0), 1440)
    shifts.add(boss.pk, 0, time(0), 600)
    clock.at = datetime(2026, 6, 8, 11, tzinfo=UTC)  # a Monday: nobody from ten on
    today = Q(begins__date=clock.at)

    def open_today() -> GapAlarm:
        timers.run_due()
        return alarms.open_().get(today)

    begun = open_today()
    assert begun.hours == 0
    assert alarms.acknowledge(begun.pk, boss)
    shifts.add(people[0].pk, 0, time(10), 300)  # somebody comes until three
    left = open_today()
    assert (left.hours, left.begins.hour, left.acknowledged_by) == (
        24,
        15,
        boss,
    )  # whoever saw to the whole sees to the rest
    clock.forward(hours=2)
    soon = open_today()
    assert (soon.hours, soon.acknowledged_by) == (2, None)


def test_a_need_by_language_is_alarmed_by_language(team, clock, staff):
    people, boss = team
    demand.put("fa", {(0, half): 1 for half in range(16, 24)})
    published(people, boss)
    clock.forward(days=1)
    assert (168, "fa") in told(clock)


def test_the_typed_need_and_the_least(team):
    demand.put("", {(0, 20): 5})
    need = demand.typed(MONDAY, 7)
    assert (need(MONDAY, 20)[""], need(MONDAY, 21)[""]) == (5, 1)
    demand.put("", {(0, 20): 0})
    assert demand.typed(MONDAY, 7)(MONDAY, 20) == {"": 1}
    with pytest.raises(ValueError):
        demand.put("xx", {(0, 0): 1})
    assert Rules.objects.count() == 1


def test_a_skill_that_somebody_on_duty_must_have(team):
    people, boss = team
    people[0].skills = ["first aid"]
    people[0].save()
    terms.change_rules({"skills": {"first aid": 1}})
    rota = full_week(people, boss, days=2)
    missing = [one for one in picture.gaps(rota) if one.language == "skill:first aid"]
    assert [(one.begins.hour, one.ends.hour, one.have, one.need) for one in missing] == [
        (0, 6, 0, 1),
        (14, 6, 0, 1),
        (14, 0, 0, 1),
    ]
    posed = problem.of(rota)
    assert {one.people for one in posed.slot_needs if one.skill == "first aid"} == {1}
    assert [one.skills for one in posed.people if one.name == str(people[0].pk)] == [frozenset({"first aid"})]
