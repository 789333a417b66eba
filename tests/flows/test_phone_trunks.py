"""Calls that come over trunks with which the line registers."""

import pytest
from tests.peers.phone_line import NUMBER, Line, open_line, until
from tests.peers.registrar import HOST, Registrar

from harkline.channels.phone.settings import Trunk
from harkline.line import this
from harkline.runtime import db

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("transactional_db", "team_private")]

SECOND = "+442079460124"


def trunk(provider: Registrar, name: str, *, password: str = "right", **given: object) -> Trunk:
    return Trunk(
        name=name,
        domain=f"{HOST}:{provider.port}",
        username="account",
        auth_user="digest-name",
        password=password,
        **given,  # type: ignore[arg-type]
    )


async def outcome_of(line: Line, provider: Registrar, dialled: str) -> str:
    """What address a call over this provider was counted under."""
    before = len(await line.attempts())
    provider.sends_call(dialled)
    await provider.answered()
    rows = await line.attempts()
    assert len(rows) == before + 1
    return str(rows[-1].address)


async def test_the_dialled_number_selects_the_address_on_several_trunks() -> None:
    await db.run(this.add_address, "phone", SECOND)
    async with Registrar("digest-name", "right") as one, Registrar("digest-name", "right") as two:
        trunks = (trunk(one, "one"), trunk(two, "two", numbers={"acc-77": SECOND}))
        async with open_line(trunks=trunks, allow=("192.0.2.0/24",)) as line:
            for provider in (one, two):
                await until(provider.registered.is_set)
            assert await outcome_of(line, one, NUMBER.removeprefix("+")) == NUMBER
            assert await outcome_of(line, one, SECOND) == SECOND
            assert await outcome_of(line, two, "acc-77") == SECOND
            assert await outcome_of(line, two, "whatever-it-writes") == SECOND
            assert line.adapter.health()["trunks"] == {"one": True, "two": True}


async def test_a_wrong_password_is_told_by_the_health_page_and_stops_nothing_else() -> None:
    async with Registrar("digest-name", "right") as one, Registrar("digest-name", "right") as two:
        trunks = (trunk(one, "one", password="wrong"), trunk(two, "two"))
        async with open_line(trunks=trunks) as line:
            await until(two.registered.is_set)
            await until(lambda: "one" in line.adapter.health()["reason"])
            assert not one.registered.is_set()
            assert await outcome_of(line, two, NUMBER) == NUMBER


async def test_the_public_address_is_what_callers_are_told_to_send_their_voice_to() -> None:
    async with (
        Registrar("digest-name", "right") as one,
        open_line(trunks=(trunk(one, "one"),), public_address="203.0.113.9") as line,
    ):
        await until(one.registered.is_set)
        one.sends_call(NUMBER)
        answer = await one.answered()
        assert "203.0.113.9" in answer.partition("\r\n\r\n")[2]
        await line.attempt()
