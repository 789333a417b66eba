"""Who is offered to whom: how good, and how quickly.

Good: the share of callers who give up, beside Asterisk's app_queue as it comes (random queue, longest idle) and beside longest wait and
longest idle, and beside the bound in which everybody can do everything. Quick: a decision with 10,000 waiting and 1,000 operators,
beside the least that any decision can cost here (looking once at each bucket that an operator can take); the simulation's pace.
"""

import random
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from benchmarks.figures import Sheet, quantile, spread
from harkline.routing.dispatcher import Dispatcher
from harkline.routing.needs import Idle, Waiting
from harkline.routing.simulation import kernel, load, play, policies, scoreboard

NOW = datetime(2026, 1, 1, tzinfo=UTC)
WAITING, OPERATORS, EVENTS = 10_000, 1_000, 4_000
LANGUAGES, SKILLS = 30, 8
CONTACTS = 1_000_000 if kernel.COMPILED else 20_000
SIZES, LOADS = (12, 40, 200), (0.8, 0.95, 1.1)


def crowd(draw: random.Random) -> tuple[list[Waiting], list[Idle]]:
    """A large line: thirty languages, the rare ones rarely spoken, eight skills."""
    languages = [f"l{number}" for number in range(LANGUAGES)]
    weights = [1 / (number + 1) for number in range(LANGUAGES)]
    skills = [f"s{number}" for number in range(SKILLS)]
    waiting = [
        Waiting(
            number,
            "phone",
            draw.choices(languages, weights)[0],
            NOW - timedelta(seconds=draw.random() * 600),
            live=True,
            risk=draw.choices((0, 1, 2), (0.7, 0.15, 0.15))[0],
            skills=frozenset([draw.choice(skills)]),
        )
        for number in range(WAITING)
    ]
    operators = [
        Idle(
            number,
            frozenset(draw.choices(languages, weights, k=draw.choice((1, 2, 3)))),
            {"call": 1},
            NOW - timedelta(seconds=draw.random() * 60),
            frozenset(draw.sample(skills, draw.choice((2, 4, 6)))),
        )
        for number in range(OPERATORS)
    ]
    return waiting, operators


def timed(work: Callable[[], object]) -> float:
    """Seconds of this thread's processor time, so that what else runs on the host does not count."""
    began = time.thread_time()
    work()
    return time.thread_time() - began


def decisions() -> tuple[list[float], list[float], list[float]]:
    """Seconds of each event: an operator becomes free, a caller arrives while some are idle; and the bound."""
    draw = random.Random(1)
    waiting, operators = crowd(draw)
    core = Dispatcher()
    core.tick(NOW)
    for one in waiting:
        core.offer(one)
    by_number = {one.id: one for one in waiting}
    free, bound = [], []
    for _ in range(EVENTS):
        who = draw.choice(operators)
        made = []
        free.append(timed(lambda who=who, made=made: made.append(core.free(who))))
        bound.append(timed(lambda who=who: core.heads(who.shape)))
        if made[0]:
            core.offer(by_number[made[0].contact_id])  # somebody like them comes, so that as many wait as before
        core.leave(who.operator_id)
    idle = Dispatcher()
    for who in draw.sample(operators, OPERATORS // 3):
        idle.free(who)
    arrive = []
    known = {one.operator_id: one for one in operators}
    for one in draw.sample(waiting, EVENTS):
        made = []
        arrive.append(timed(lambda one=one, made=made: made.append(idle.offer(one))))
        if made[0]:
            idle.free(known[made[0].operator_id])
        idle.abandon(one.id)
    return free, arrive, bound


def table(sheet: Sheet) -> None:
    """Every size and load: who gives up under which policy."""
    sheet.say(
        f"{'operators':>9} {'load':>5} {'policy':14} {'in 20 s':>8} {'gave up':>8} {'high p95':>9} {'p99':>6} {'worst':>6} {'capacity':>9}"
    )
    for size in SIZES:
        for busy in LOADS:
            one, staffing = load.steady(CONTACTS, size, busy)
            found = {}
            for rules in policies.ALL.values():
                found[rules.name] = score = scoreboard.score(play.play(one, staffing.people, rules), staffing, rules)
                sheet.say(
                    f"{size:9} {busy:5} {rules.name:14} {score.level:8.3f} {score.abandoned:8.2%} {score.high_p95 or 0:7.0f} s"
                    f" {score.high_p99 or 0:4.0f} s {score.worst or 0:6.2f} {score.capacity or 0:9.3f}"
                )
            for peer in ("app_queue", "longest_idle"):
                ratio = found["harkline"].abandoned / found[peer].abandoned
                sheet.bar(f"gave up against {peer}, {size} operators at {busy}", ratio, most=0.9999)
            if (size, busy) == (40, 0.95):
                sheet.bar("effective capacity, 40 operators at 0.95", found["harkline"].capacity or 0, least=0.95)


def pace(sheet: Sheet) -> None:
    """Contacts a second of processor time at 40 operators, the draw included; and a national day."""
    play.play(*_people(load.steady(1_000, 40, 0.8)), policies.OURS)
    began = time.process_time()
    one, staffing = load.steady(CONTACTS, 40, 0.8)
    play.play(one, staffing.people, policies.OURS)
    sheet.bar("simulated contacts a second, 40 operators", CONTACTS / (time.process_time() - began), least=1e6)
    if kernel.COMPILED:
        began = time.process_time()
        one, staffing = load.day(3_000_000, 3_000, 0.8)
        play.play(one, staffing.people, policies.OURS)
        sheet.bar("a national day: 3 M contacts, 3,000 operators", time.process_time() - began, most=120, unit=" s")


def _people(made: tuple[load.Load, load.Staffing]) -> tuple[load.Load, list[load.Person]]:
    return made[0], made[1].people


def main() -> int:
    sheet = Sheet("Routing: who gives up, and how quickly it is decided")
    if not kernel.COMPILED:
        sheet.say("numba is not installed: a hundredth of the contacts, and the pace is that of plain Python")
    free, arrive, bound = decisions()
    sheet.say(f"an operator becomes free, {WAITING:,} waiting: {spread(free)}")
    sheet.say(f"a caller arrives, {OPERATORS // 3} of {OPERATORS:,} idle: {spread(arrive)}")
    sheet.bar("a decision, p99", max(quantile(free, 0.99), quantile(arrive, 0.99)) * 1000, most=1, unit=" ms")
    sheet.say(f"times the bound (median): {quantile(free, 0.5) / quantile(bound, 0.5):.1f}")
    table(sheet)
    pace(sheet)
    return sheet.code()


if __name__ == "__main__":
    sys.exit(main())
