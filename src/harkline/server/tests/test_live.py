"""The doorbell over a real connection."""

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from uuid import uuid4

import pytest
import uvicorn
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore

from harkline.people.models import Operator, Role
from harkline.runtime import bell, clock, db, tickets
from harkline.server import live as live_module
from harkline.server.live import Live

pytestmark = pytest.mark.django_db(transaction=True)


def _signed_in(name: str, role: str = Role.OPERATOR, *, second_step: bool = True) -> tuple[Operator, str]:
    operator = Operator.objects.create(username=name, name=name, role=role, joined_at=clock.now())
    session = SessionStore()
    session[SESSION_KEY] = str(operator.pk)
    session[BACKEND_SESSION_KEY] = "harkline.people.backend.Backend"
    session[HASH_SESSION_KEY] = operator.get_session_auth_hash()
    session["second_step"] = second_step
    session.create()
    return operator, session.session_key


@asynccontextmanager
async def serving():
    live = Live()
    server = uvicorn.Server(uvicorn.Config(live, port=0, host="127.0.0.1", lifespan="off", log_level="critical"))
    task = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    try:
        yield live, server.servers[0].sockets[0].getsockname()[1]
    finally:
        live.stop()
        server.should_exit = True
        await task


class Listener:
    """A browser's end of the stream, read by hand."""

    def __init__(self, reader, writer, status):
        self.reader, self.writer, self.status = reader, writer, status

    async def event(self):
        name = None
        while True:
            line = (await asyncio.wait_for(self.reader.readline(), 5)).decode().strip()
            if line.startswith("event: "):
                name = line[7:]
            if line.startswith("data: "):
                return name, json.loads(line[6:])

    async def silence(self, seconds=0.3):
        with suppress(TimeoutError):
            return await asyncio.wait_for(self.event(), seconds)
        return None


async def listen(port, path, cookie=""):
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET {path} HTTP/1.1\r\nHost: line.example\r\nCookie: session={cookie}\r\n\r\n".encode())
    status = int((await reader.readline()).split()[1])
    while (await reader.readline()).strip():
        pass
    return Listener(reader, writer, status)


async def test_an_operator_hears_the_desk_and_what_is_theirs_and_nothing_else():
    operator, key = await db.run(_signed_in, "first")
    async with serving() as (_live, port):
        page = await listen(port, "/live/desk", key)
        assert await page.event() == ("hello", {})
        thread = uuid4()
        await db.run(bell.ring, "thread", thread, f"thread:{thread}")
        await db.run(bell.ring, "offer", 7, f"operator:{operator.pk + 1}")
        assert await page.silence() is None
        await db.run(bell.ring, "contact", 3, "desk")
        assert await page.event() == ("bell", [["contact", "3"]])
        await db.run(bell.ring, "offer", 8, f"operator:{operator.pk}")
        assert await page.event() == ("bell", [["offer", "8"]])


async def test_many_bells_at_once_arrive_as_few_events():
    _operator, key = await db.run(_signed_in, "first")
    async with serving() as (_live, port):
        page = await listen(port, "/live/desk", key)
        await page.event()

        def storm():
            for _ in range(500):
                bell.ring("contact", 1, "desk")

        await db.run(storm)
        heard = [await page.event()]
        while one := await page.silence():
            heard.append(one)
        assert len(heard) < 20
        assert all(one == ("bell", [["contact", "1"]]) for one in heard)


async def test_without_a_session_there_is_no_stream():
    async with serving() as (_live, port):
        assert (await listen(port, "/live/desk")).status == 401
        assert (await listen(port, "/live/desk", "made-up")).status == 401
        assert (await listen(port, "/live/thread?ticket=made-up")).status == 401
        assert (await listen(port, "/live/anything")).status == 404


async def test_a_revoked_session_ends_the_stream():
    _operator, key = await db.run(_signed_in, "first")
    async with serving() as (live, port):
        page = await listen(port, "/live/desk", key)
        await page.event()
        await live.recheck()
        assert await page.silence() is None
        await db.run(SessionStore(key).delete)
        await live.recheck()
        assert await page.event() == ("end", "session")


async def test_somebody_who_left_the_organisation_hears_no_more():
    operator, key = await db.run(_signed_in, "first")
    async with serving() as (live, port):
        page = await listen(port, "/live/desk", key)
        await page.event()
        await db.run(Operator.objects.filter(pk=operator.pk).update, is_active=False)
        await live.recheck()
        assert await page.event() == ("end", "session")
        assert (await listen(port, "/live/desk", key)).status == 401


async def test_an_auditor_hears_no_desk():
    _operator, key = await db.run(_signed_in, "auditor", Role.AUDITOR)
    async with serving() as (_live, port):
        page = await listen(port, "/live/desk", key)
        await page.event()
        await db.run(bell.ring, "contact", 3, "desk")
        assert await page.silence() is None


async def test_a_caller_hears_their_own_thread_until_the_ticket_ends():
    mine, other = uuid4(), uuid4()
    with clock.using(clock.Shifted()) as time:
        async with serving() as (live, port):
            page = await listen(port, f"/live/thread?ticket={tickets.ticket(mine)}")
            assert await page.event() == ("hello", {})
            await db.run(bell.ring, "thread", other, f"thread:{other}")
            await db.run(bell.ring, "contact", other, "desk")
            assert await page.silence() is None
            await db.run(bell.ring, "thread", mine, f"thread:{mine}")
            assert await page.event() == ("bell", [["thread", str(mine)]])
            time.forward(hours=1)
            await live.recheck()
            assert await page.event() == ("end", "session")


async def test_a_quiet_stream_beats_so_that_a_page_notices_when_it_dies(monkeypatch):
    monkeypatch.setattr(live_module, "HEARTBEAT", 0.05)
    _operator, key = await db.run(_signed_in, "first")
    async with serving() as (_live, port):
        page = await listen(port, "/live/desk", key)
        await page.event()
        assert await page.event() == ("beat", {})
        assert await page.event() == ("beat", {})


async def test_a_page_that_is_closed_is_forgotten():
    _operator, key = await db.run(_signed_in, "first")
    async with serving() as (live, port):
        page = await listen(port, "/live/desk", key)
        await page.event()
        assert len(live.streams) == 1
        page.writer.close()
        deadline = asyncio.get_running_loop().time() + 5
        while len(live.streams) and asyncio.get_running_loop().time() < deadline:
            await asyncio.sleep(0.02)
        assert len(live.streams) == 0


async def test_one_session_cannot_take_every_stream():
    _operator, key = await db.run(_signed_in, "first")
    async with serving() as (_live, port):
        pages = [await listen(port, "/live/desk", key) for _ in range(live_module.STREAMS_A_KEY)]
        assert {page.status for page in pages} == {200}
        assert (await listen(port, "/live/desk", key)).status == 503


async def test_a_stopping_server_says_so():
    _operator, key = await db.run(_signed_in, "first")
    async with serving() as (live, port):
        page = await listen(port, "/live/desk", key)
        await page.event()
        live.stop()
        assert await page.event() == ("end", "stopping")


async def test_a_passphrase_without_a_second_step_opens_no_stream(settings):
    _operator, key = await db.run(lambda: _signed_in("first", second_step=False))
    async with serving() as (_live, port):
        assert (await listen(port, "/live/desk", key)).status == 401
        settings.SECOND_STEP = False
        assert (await listen(port, "/live/desk", key)).status == 200
