"""The solver over drafts, as the server runs it: its process is real, and so are the rows that it leaves."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime, time
from typing import Any

import pytest

from harkline.people.models import Operator
from harkline.rota import demand, picture, rotas, solves
from harkline.rota.models import Assignment, Pattern, Rota, Solve
from harkline.rota.plan import run as engine
from harkline.runtime import db
from harkline.server import solving

pytestmark = [
    pytest.mark.flow,
    pytest.mark.django_db(transaction=True),
    pytest.mark.skipif(not engine.available(), reason="the extra rota is missing: pip install 'harkline[rota]'"),
]
MONDAY = date(2027, 6, 7)
FIRST_MORNING = datetime(2027, 6, 7, 6, tzinfo=UTC)
NAMES = ("ash", "birch", "cedar", "elm", "fern", "hazel", "juniper", "maple", "oak")


@pytest.fixture
def boss(staff: Callable[..., Operator]) -> Operator:
    for code, hour in (("E", 6), ("L", 14), ("N", 22)):
        Pattern.objects.create(code=code, name=code, starts=time(hour), minutes=480)
    for name in NAMES:
        staff(name, "en", "fa")
    return staff("boss", role="supervisor")


@asynccontextmanager
async def a_server() -> AsyncIterator[None]:
    """The server's runner, from start to stop."""
    running = asyncio.create_task(solving.run())
    try:
        yield
    finally:
        running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await running


async def comes(what: Callable[[], Any], within: float = 90) -> Any:
    async with asyncio.timeout(within):
        while not (found := await db.run(what)):
            await asyncio.sleep(0.1)
    return found


def draft(boss: Operator, days: int = 14, need_from: str = "typed") -> Rota:
    return rotas.draft("June", MONDAY, days, boss, need_from)


def state(row: Solve) -> str:
    return str(Solve.objects.get(pk=row.pk).state)


def has_a_rota(row: Solve) -> bool:
    return Solve.objects.get(pk=row.pk).progress.get("objective") is not None


def holes(rota: Rota) -> list[str]:
    """The first night belongs to the rota before."""
    return [str(one) for one in picture.gaps(rota) if one.ends > FIRST_MORNING]


def is_filled(rota: Rota) -> bool:
    return Assignment.objects.filter(rota=rota).exists()


async def test_a_run_is_given_up_one_is_taken_early_and_one_outlives_the_server(boss: Operator):
    given_up, early, later = [await db.run(draft, boss) for _one in range(3)]
    async with a_server():
        row = await db.run(solves.ask, given_up.pk, boss, 600)
        await comes(lambda: state(row) == "running")
        assert await db.run(solves.cancel, row.pk)
        taken = await db.run(solves.ask, early.pk, boss, 600)
        await comes(lambda: has_a_rota(taken) or state(taken) == "done")
        await db.run(solves.take, taken.pk)
        await comes(lambda: state(taken) == "done")
        assert (await db.run(state, row), await db.run(is_filled, given_up)) == ("cancelled", False)
        assert await db.run(holes, early) == []
        last = await db.run(solves.ask, later.pk, boss, 600)
        await comes(lambda: state(last) == "running")
    assert not await db.run(is_filled, later)
    async with a_server():
        await comes(lambda: state(last) == "interrupted")
        again = await db.run(solves.ask, later.pk, boss, 600)
        await comes(lambda: has_a_rota(again) or state(again) == "done")
        await db.run(solves.take, again.pk)
        await comes(lambda: state(again) == "done")
    assert await db.run(is_filled, later)


async def test_a_draft_made_by_the_forecast_is_filled_for_what_the_forecast_wants(boss: Operator):
    rota = await db.run(draft, boss, 7, "forecast")
    wanted = await db.run(demand.of, rota)
    # Two at any hour, and more where calls are expected.
    assert sum(wanted(MONDAY, half_hour)[""] for half_hour in range(48)) >= 96
    async with a_server():
        row = await db.run(solves.ask, rota.pk, boss, 20)
        await comes(lambda: has_a_rota(row) or state(row) == "done")
        await db.run(solves.take, row.pk)
        await comes(lambda: state(row) == "done")
    assert await db.run(is_filled, rota)
    assert await db.run(holes, rota) == []
