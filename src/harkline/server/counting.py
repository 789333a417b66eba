"""The open count's own loop: makes what is due, writes files, asks the witnesses, sounds the alarm. Nobody's call waits for it.

Every step looks at what is there and does what is missing; nothing is remembered between two rounds, so a crash anywhere is
followed by the next round and by nothing else.
"""

import asyncio
import contextlib
import logging
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import timedelta
from urllib.parse import urlsplit

from harkline.count import audits, cosign, policy, publish, sequence, state
from harkline.count.cosign import Ask
from harkline.routing import outbox
from harkline.runtime import bell, clock, db

log = logging.getLogger(__name__)
PAUSE = 30.0
PATIENCE = 15  # seconds for a witness's answer
LARGEST = 64 * 1024
AGAIN = timedelta(minutes=5)  # after trouble
_officers: list[str] = []


def use(officers: Sequence[str]) -> None:
    """Who is told when the figures are no longer fresh."""
    _officers[:] = officers


def round_() -> None:
    """One round, synchronous."""
    if not policy.present().on:
        return
    sequence.make_due()
    row = sequence.log()
    if row is None or row.stopped or publish.write(row) is None:
        alarm()
        return
    ask_all()
    row = sequence.log()
    if row is not None:
        publish.show(row)
    draw_due()
    alarm()


def ask_all() -> None:
    """Ask every witness that has not confirmed yet; twice, where it knows another size than we thought."""
    row = sequence.log()
    if row is None:
        return
    for ask in cosign.asks(row):
        if _resting(ask):
            continue
        if cosign.answered(ask.witness, *post(ask)) == cosign.AGAIN:
            once_more = [one for one in cosign.asks(row) if one.witness == ask.witness]
            for one in once_more:
                cosign.answered(one.witness, *post(one))


def _resting(ask: Ask) -> bool:
    """Whether the witness was in trouble a moment ago."""
    from harkline.count.models import Cosignature

    row = Cosignature.objects.filter(witness=ask.witness.name).exclude(trouble="").first()
    return bool(row and row.asked_at and clock.now() - row.asked_at < AGAIN)


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """A witness answers where it was said to be, or not at all."""

    def redirect_request(self, *_more: object) -> None:
        return None


_opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), _NoRedirect)


def post(ask: Ask) -> tuple[int, bytes]:
    """Status and body of an answer; status 0 where there was none."""
    if urlsplit(ask.url).scheme not in ("http", "https"):
        return 0, b""
    request = urllib.request.Request(ask.url, ask.body, {"Content-Type": "text/plain"}, method="POST")  # noqa: S310
    try:
        with _opener.open(request, timeout=PATIENCE) as answer:
            return int(answer.status), bytes(answer.read(LARGEST))
    except urllib.error.HTTPError as error:
        with error:
            return int(error.code), bytes(error.read(LARGEST))
    except (OSError, ValueError):
        return 0, b""


def beacon(round_number: int) -> bytes | None:
    """The signature of a drand round from the configured relay; None where none is configured, or it does not answer."""
    now = policy.present()
    if not now.beacon_url:
        return None
    url = f"{now.beacon_url.rstrip('/')}/{now.beacon}/public/{round_number}"
    with contextlib.suppress(OSError, ValueError):
        import json

        with _opener.open(url, timeout=PATIENCE) as answer:
            return bytes.fromhex(json.loads(answer.read(LARGEST))["signature"])
    return None


def draw_due() -> None:
    """Fetch the rounds for which audits wait, where a relay is configured."""
    if policy.present().beacon_url:
        for row in audits.waiting():
            if row.round and (signature := beacon(row.round)):
                with contextlib.suppress(audits.Refused):
                    audits.draw(row, signature)


def alarm() -> None:
    """Tell the officers, once a day, that what the world sees is older than it should be or that the log has stopped."""
    found = state.state()
    if found is None or not found.wrong:
        return
    day = clock.now().date().isoformat()
    for number, to in enumerate(_officers):
        boxed = {"alert": "count", "to": to}
        outbox.queue("email", boxed, idempotency_key=f"count:{day}:{number}")


def guarded() -> None:
    """A round whose failure is logged, and followed by the next."""
    try:
        round_()
    except Exception:
        log.exception("the open count: a round failed")


async def run() -> None:
    """Rounds until cancelled, at once when somebody rings."""
    wake, loop = asyncio.Event(), asyncio.get_running_loop()

    def heard(ring: bell.Ring) -> None:
        if ring.to == "inside" and ring.kind == "count":
            loop.call_soon_threadsafe(wake.set)

    end = bell.subscribe(heard)
    try:
        while True:
            wake.clear()
            await db.run(guarded)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(wake.wait(), PAUSE)
    finally:
        end()
