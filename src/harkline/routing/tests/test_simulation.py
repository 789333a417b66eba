"""The simulation against the dispatcher, against Erlang A, and against the exact optimum; what can be read, and what is refused."""

import importlib
import io
import json
import sys
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from harkline.rota.erlang import Queue, erlang_a
from harkline.routing.dispatcher import Dispatcher
from harkline.routing.needs import Idle, Waiting
from harkline.routing.simulation import kernel, load, numbers, play, policies, scoreboard
from harkline.routing.simulation.load import Came, Kind, Person, Staffing

numpy = pytest.importorskip("numpy")
pytest.importorskip("numba", reason="the exact optimum is reckoned by numba: pip install 'harkline[simulate]'")

BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)


def by_the_dispatcher(one: load.Load, people: list[Person]) -> tuple[list[float], list[int]]:
    """The same load through the product's own core, event by event."""
    core = Dispatcher()
    waits, fate = [0.0] * len(one), [0] * len(one)
    arrivals, patience, handling = (list(map(float, part)) for part in (one.arrivals, one.patience, one.handling))
    done: list[tuple[float, int]] = []

    def moment(at: float) -> datetime:
        return BEGINNING + timedelta(seconds=at)

    def answered(pair, at: float) -> None:
        if pair:
            waits[pair.contact_id], fate[pair.contact_id] = at - arrivals[pair.contact_id], kernel.ANSWERED
            done.append((at + handling[pair.contact_id], pair.operator_id))

    events = [(at, 1, number) for number, at in enumerate(arrivals)]
    given_up = [(arrivals[n] + patience[n], 0, n) for n in range(len(one))]
    for number, who in enumerate(people):
        core.free(
            Idle(
                number,
                who.languages,
                {"call": 1},
                moment(0) - timedelta(1) + timedelta(microseconds=number),
                who.skills,
            )
        )
    waiting = sorted(events + given_up)
    while waiting or done:
        done.sort()
        if done and (not waiting or done[0][0] <= waiting[0][0]):
            at, who = done.pop(0)
            answered(core.free(Idle(who, people[who].languages, {"call": 1}, moment(at), people[who].skills)), at)
            continue
        at, arrives, number = waiting.pop(0)
        if arrives:
            kind = one.kinds[one.classes[number]]
            contact = Waiting(
                number, "phone", kind.language, moment(at), live=True, risk=kind.risk, skills=kind.needs.skills
            )
            answered(core.offer(contact), at)
        elif core.abandon(number):
            waits[number], fate[number] = patience[number], kernel.GAVE_UP
    return waits, fate


def test_the_simulation_decides_as_the_dispatcher_does() -> None:
    one, staffing = load.steady(1_500, 12, 1.1)
    # Without the risk within a rank the two agree to the last caller.
    outcome = play.play(one, staffing.people, policies.OURS)
    waits, fate = by_the_dispatcher(one, staffing.people)
    assert list(outcome.fate) == fate
    assert list(outcome.waits) == pytest.approx(waits, abs=2e-6)  # the dispatcher's clock counts microseconds


def test_plain_python_gives_the_same_figures(monkeypatch: pytest.MonkeyPatch) -> None:
    one, staffing = load.day(3_000, 30, 0.9)
    for rules in policies.ALL.values():
        quick = play.play(one, staffing.people, rules)
        with monkeypatch.context() as without:
            without.setitem(sys.modules, "numba", None)
            importlib.reload(kernel)
            assert not kernel.COMPILED
            without.setattr(numbers, "FAST", False)
            plain = load.Load(
                one.kinds, list(map(float, one.arrivals)), [int(k) for k in one.classes], list(map(float, one.patience)),
                list(map(float, one.handling)), one.mean_handling, one.mean_patience,
            )  # fmt: skip
            draws = [float(x) for x in numpy.random.default_rng(7).random(play.DRAWS)]
            without.setattr(play.Numbers, "uniform", lambda _self, number, draws=draws: draws[:number])
            slow = play.play(plain, staffing.people, rules)
            board = scoreboard.score(slow, staffing, rules, capacity=False)
        importlib.reload(kernel)
        assert list(quick.fate) == slow.fate
        assert list(quick.waits) == pytest.approx(slow.waits)
        assert board.abandoned == pytest.approx(scoreboard.score(quick, staffing, rules, capacity=False).abandoned)


def test_a_generated_load_without_numpy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(numbers, "FAST", False)
    one, _staffing = load.day(2_000, 20, 0.9)
    assert len(one) == 2_000
    assert sorted(one.arrivals) == one.arrivals
    assert max(one.arrivals) < load.DAY
    assert load.steady(100, 5, 0.5)[0].arrivals[0] > 0


def test_everybody_alike_is_erlang_a() -> None:
    one, staffing = load.steady(300_000, 20, 0.95)
    outcome = play.play(one, staffing.people, policies.BOUND)
    found = scoreboard.score(outcome, staffing, policies.BOUND)
    exact = erlang_a(Queue(0.95 * 20 / load.HANDLING, load.HANDLING, load.PATIENCE), 20)
    assert found.abandoned == pytest.approx(exact.abandons, rel=0.04)
    assert found.capacity == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(("pools", "share", "rho"), [((6, 2, 2), 0.7, 1.0), ((8, 0, 4), 0.75, 0.9)])
def test_no_more_than_one_percent_over_the_exact_optimum(pools: tuple[int, int, int], share: float, rho: float) -> None:
    from harkline.routing.tests.optimum import least_abandonment

    size, mean, patience = sum(pools), 600.0, 180.0
    rate = rho * size / mean
    best = least_abandonment(*pools, rate * share, rate * (1 - share), 1 / mean, 1 / patience, 16, 3000, 1e-4)
    people = [
        Person(frozenset(words.split()))
        for words, number in zip(("a", "b", "a b"), pools, strict=True)
        for _ in range(number)
    ]
    gone = {}
    for rules in (policies.OURS, policies.APP_QUEUE):
        lost = []
        for seed in range(3):
            draw = numbers.Numbers(seed)
            one = load.Load(
                [Kind("a"), Kind("b")], draw.poisson(800_000, rate), draw.kinds(800_000, [share, 1 - share]),
                draw.exponential(800_000, patience), draw.exponential(800_000, mean), mean, patience, True, 0.02,
            )  # fmt: skip
            lost.append(
                scoreboard.score(play.play(one, people, rules), Staffing(people), rules, capacity=False).abandoned
            )
        gone[rules.name] = sum(lost) / len(lost)
    assert gone["harkline"] <= best * 1.01
    assert gone["app_queue"] > gone["harkline"]


def test_people_come_and_go_with_their_shifts() -> None:
    people = [Person(frozenset(["en"]), begins=100, ends=200), Person(frozenset(["fa"]), begins=0, ends=1000)]
    came = [
        Came(at, Kind(language), 50.0, 30.0)
        for at, language in ((10, "en"), (90, "en"), (195, "en"), (210, "en"), (300, "fa"))
    ]
    outcome = play.play(load.given(came), people, policies.OURS)
    assert list(outcome.fate) == [kernel.GAVE_UP, kernel.ANSWERED, kernel.ANSWERED, kernel.GAVE_UP, kernel.ANSWERED]
    assert list(outcome.waits) == [30, 10, 0, 30, 0]


def test_tables_are_read_and_mistakes_named_by_their_line() -> None:
    came = load.read_contacts(io.StringIO("arrived,language,risk\n00:10,en,0\n3600,fa,2\n"))
    assert came == [Came(600, Kind("en")), Came(3600, Kind("fa", risk=2))]
    people = load.read_people(io.StringIO("languages,skills,from,until,number\nen fa,law,22:00,06:00,2\n"))
    assert people == [Person(frozenset({"en", "fa"}), frozenset({"law"}), 22 * 3600, 30 * 3600)] * 2
    for text, wrong in (
        ("arrived\n1\n", "missing: language"),
        ("arrived,language\n1,en\nsoon,en\n", "line 3: “soon”"),
        ("arrived,language,risk\n1,en,5\n", "line 2: risk"),
        ("arrived,language,handling\n1,en,-3\n", "line 2: handling"),
        ("arrived,language\n1,\n", "line 2"),
    ):
        with pytest.raises(load.Unreadable, match=wrong):
            load.read_contacts(io.StringIO(text))


@pytest.mark.django_db
def test_a_day_of_the_line_is_replayed_from_its_attempts(staff, arrives, clock) -> None:
    from harkline.intake import receive
    from harkline.rota.models import Duty
    from harkline.routing import contacts, offers
    from harkline.routing.simulation import replay

    robin = staff("robin", "en")
    first = arrives("phone")
    clock.forward(seconds=10)
    offers.claim(first.id, robin.pk)
    clock.forward(seconds=300)
    contacts.ended(first.id)
    tried = receive.attempt("phone", "+442079460123", dedupe_key="2")
    clock.forward(seconds=40)
    receive.finish(tried.id, "abandoned")
    now = datetime(2026, 6, 1, 12, 5, 50, tzinfo=UTC)
    Duty.objects.create(operator=robin, started_at=now - timedelta(hours=3), ended_at=now)
    day, zone = date(2026, 6, 1), ZoneInfo("UTC")
    assert replay.contacts(day, zone) == [
        Came(12 * 3600, Kind("en"), 300.0, None),
        Came(12 * 3600 + 310, Kind("en"), None, 40.0),
    ]
    [person] = replay.on_duty(day, zone).people
    assert (person.begins, person.ends) == (12 * 3600 + 350 - 3 * 3600, 12 * 3600 + 350)
    assert replay.contacts(date(2026, 6, 2), zone) == []


def test_the_command_prints_a_table_or_json(capsys, tmp_path) -> None:
    from harkline.server.command import main

    assert main(["simulate", "--contacts", "5000", "--policy", "harkline", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["contacts"], told["operators"], [one["policy"] for one in told["policies"]]) == (
        5000,
        40,
        ["harkline"],
    )
    (tmp_path / "c.csv").write_text("arrived,language,handling\n0,en,60\n10,en,60\n20,fa,60\n")
    (tmp_path / "s.csv").write_text("languages\nen fa\n")
    assert (
        main(["simulate", "--contacts-file", str(tmp_path / "c.csv"), "--staffing-file", str(tmp_path / "s.csv")]) == 0
    )
    assert "Harkline" in capsys.readouterr().out
    assert main(["simulate", "--contacts-file", str(tmp_path / "missing.csv"), "--operators", "3"]) == 2
    assert "missing.csv" in capsys.readouterr().err
    assert main(["simulate", "--contacts-file", str(tmp_path / "c.csv")]) == 2
