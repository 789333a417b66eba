"""The ``Switch`` that the embedded engine carries: starts the child process, keeps it alive, and speaks with it.

The engine dies: every leg it carried is reported ``HungUp(interrupted)``, and a fresh one listens within two seconds. Harkline
dies: the engine sees its socket close, hangs up and ends, so that the ports are free for the next start.
"""

import asyncio
import contextlib
import logging
import socket
import sys
from collections.abc import Callable, Sequence
from typing import Any

from harkline.channels.phone import switch
from harkline.channels.phone.engine import wire
from harkline.channels.phone.settings import PhoneSettings
from harkline.channels.phone.switch import Event, LegGone, Listener, SwitchDown

log = logging.getLogger(__name__)

ENGINE = "harkline.channels.phone.engine"
PAUSES = (0.05, 0.2, 0.5, 1.0, 2.0)  # before a restart; the last one for as long as it keeps failing
STEADY = 10.0  # an engine that lived this long begins again with the first pause
PATIENCE = 8.0  # for an order to be taken
PULSE = 2.0  # between two looks at whether the engine still moves; one that does not within as long is killed


class EmbeddedSwitch:
    """Implements ``Switch``. ``run()`` supervises until cancelled; ``up`` is set while an engine listens."""

    def __init__(self, settings: PhoneSettings) -> None:
        self.settings = settings
        self.up = asyncio.Event()
        self.restarts = -1
        self.trunks: dict[str, bool] = {}
        self.trouble = ""
        self.process: asyncio.subprocess.Process | None = None
        self._listeners: list[Listener] = []
        self._legs: set[str] = set()
        self._dialling = 0
        self._fresh: set[str] = set()  # dialled, and not yet known to whoever dialled
        self._early: list[Event] = []  # what such legs said
        self._sounds: dict[str, Callable[[bytes], None]] = {}
        self._orders: dict[int, asyncio.Future[Any]] = {}
        self._number = 0
        self._writer: asyncio.StreamWriter | None = None

    # ---- the process

    async def run(self) -> None:
        """Start the engine, and start it again whenever it ends, until cancelled."""
        loop, failures = asyncio.get_running_loop(), 0
        while True:
            began = loop.time()
            try:
                await self._live()
            finally:
                self._all_gone()
            failures = 0 if loop.time() - began > STEADY else failures + 1
            await asyncio.sleep(PAUSES[min(failures, len(PAUSES)) - 1] if failures else PAUSES[0])

    async def _live(self) -> None:
        """One life of the engine."""
        ours, theirs = socket.socketpair()
        with theirs:
            self.process = await asyncio.create_subprocess_exec(
                sys.executable, "-m", ENGINE, str(theirs.fileno()), pass_fds=[theirs.fileno()], start_new_session=True
            )
        self.restarts += 1
        reader, self._writer = await asyncio.open_unix_connection(sock=ours, limit=2**20)
        self._writer.write(wire.pack({"settings": self.settings.as_json()}))
        pulse = asyncio.create_task(self._feel_pulse(self.process))
        try:
            await self._listen(reader)
        finally:
            pulse.cancel()
            self.up.clear()
            await self._end(self.process)

    async def _feel_pulse(self, process: asyncio.subprocess.Process) -> None:
        """An engine that hangs is worse than one that is dead: it is killed, and started again."""
        await self.up.wait()
        while True:
            await asyncio.sleep(PULSE)
            try:
                async with asyncio.timeout(PULSE):
                    await self._order("pulse")
            except (TimeoutError, SwitchDown):
                log.error("the telephone engine does not move: it is started again")
                with contextlib.suppress(ProcessLookupError):
                    process.kill()
                return

    async def _listen(self, reader: asyncio.StreamReader) -> None:
        while True:
            try:
                head, body = await wire.read(reader)
            except (asyncio.IncompleteReadError, ConnectionError, ValueError):
                return
            self._take(head, body)

    async def _end(self, process: asyncio.subprocess.Process) -> None:
        """The engine ends by itself once its socket closes; one that hangs is killed."""
        writer, self._writer = self._writer, None
        if writer:
            writer.close()
        try:
            async with asyncio.timeout(3):
                await process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                process.kill()
            await process.wait()

    def _all_gone(self) -> None:
        for order in self._orders.values():
            if not order.done():
                order.set_exception(SwitchDown())
        self._orders.clear()
        self._sounds.clear()
        legs, self._legs = self._legs, set()
        self._early.clear()
        self._fresh.clear()
        for leg in legs:
            self._tell(switch.HungUp(leg, "interrupted"))

    # ---- what it says

    def _take(self, head: dict[str, Any], body: bytes) -> None:
        kind, leg = head.pop("e"), head.pop("leg")
        if kind == "done":
            self._done(head)
        elif kind == "sound":
            if leg in self._sounds:
                self._sounds[leg](body)
        elif kind in ("ready", "refused", "registration"):
            self._state(kind, head)
        else:
            self._event(kind, leg, head, body)

    def _state(self, kind: str, head: dict[str, Any]) -> None:
        if kind == "ready":
            self.trouble = ""
            self.up.set()
        elif kind == "refused":
            self.trouble = f"{self.settings.listen} is in use or cannot be opened"
            log.error("the telephone engine could not open its port")
        else:
            self.trunks[head["trunk"]] = head["ok"]

    def _done(self, head: dict[str, Any]) -> None:
        order = self._orders.pop(head["order"], None)
        if order is None or order.done():
            return
        if head.get("gone"):
            order.set_exception(LegGone())
        elif head.get("failed"):
            order.set_exception(SwitchDown(head["failed"]))
        else:
            order.set_result(head["result"])

    def _event(self, kind: str, leg: str, head: dict[str, Any], body: bytes) -> None:
        if kind == "incoming":
            self._legs.add(leg)
        event: Event = switch.Heard(leg, body) if kind == "heard" else PLAIN[kind](leg, **head)
        if leg in self._fresh or (self._dialling and leg not in self._legs):
            self._early.append(event)
        else:
            self._happened(event)

    def _happened(self, event: Event) -> None:
        if isinstance(event, switch.HungUp):
            self._legs.discard(event.leg)
            self._sounds.pop(event.leg, None)
        self._tell(event)

    def _catch_up(self, leg: str) -> None:
        """Tell what a dialled leg said before whoever dialled it knew its name."""
        self._fresh.discard(leg)
        held, self._early = self._early, []
        for event in held:
            if event.leg == leg:
                self._happened(event)
            elif self._dialling or event.leg in self._fresh:
                self._early.append(event)

    def _tell(self, event: Event) -> None:
        for listener in list(self._listeners):
            try:
                listener(event)
            except Exception:
                log.exception("a listener failed on %s", type(event).__name__)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """See ``Switch``."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    # ---- orders

    async def _order(self, do: str, leg: str = "", body: bytes = b"", **detail: Any) -> Any:
        """Send an order and wait until it was taken. Raises LegGone, SwitchDown."""
        if self._writer is None or not self.up.is_set():
            raise SwitchDown
        self._number += 1
        taken: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._orders[self._number] = taken
        self._writer.write(wire.pack({"do": do, "leg": leg, "order": self._number, **detail}, body))
        try:
            async with asyncio.timeout(PATIENCE):
                return await taken
        except TimeoutError:
            raise SwitchDown from None

    async def answer(self, leg: str) -> None:
        """See ``Switch``."""
        await self._order("answer", leg)

    async def reject(self, leg: str) -> None:
        """See ``Switch``. The library knows one refusal: 486."""
        await self._order("reject", leg)

    async def hangup(self, leg: str) -> None:
        """See ``Switch``."""
        await self._order("hangup", leg)

    async def cancel(self, leg: str) -> None:
        """See ``Switch``."""
        await self._order("hangup", leg)

    async def dial(self, target: str, *, trunk: str = "", shown: str | None = None) -> str:
        """See ``Switch``."""
        self._dialling += 1
        try:
            leg = str(await self._order("dial", target=target, trunk=trunk, shown=shown))
        finally:
            self._dialling -= 1
        self._legs.add(leg)
        self._fresh.add(leg)
        asyncio.get_running_loop().call_soon(self._catch_up, leg)  # once whoever dialled has made room for the leg
        return leg

    async def play(self, leg: str, clips: Sequence[bytes], *, loop: bool = False) -> int:
        """See ``Switch``."""
        ticket = self._number + 1
        sizes = [len(one) for one in clips]
        await self._order("play", leg, b"".join(clips), ticket=ticket, sizes=sizes, loop=loop)
        return ticket

    async def stop(self, leg: str) -> None:
        """See ``Switch``."""
        await self._order("stop", leg)

    async def record(self, leg: str, on: bool = True) -> None:
        """See ``Switch``."""
        await self._order("record", leg, on=on)

    async def bridge(self, one: str, other: str) -> None:
        """See ``Switch``."""
        await self.confer([one, other])

    async def confer(self, legs: Sequence[str], silent: Sequence[str] = ()) -> None:
        """See ``Switch``."""
        await self._order("confer", legs=list(legs), silent=list(silent))

    async def unbridge(self, leg: str) -> None:
        """See ``Switch``."""
        await self._order("unbridge", leg)

    async def digits(self, leg: str, keys: str) -> None:
        """See ``Switch``."""
        await self._order("digits", leg, keys=keys)

    async def attach(self, sound: Callable[[bytes], None]) -> str:
        """See ``Switch``."""
        leg = str(await self._order("attach"))
        self._legs.add(leg)
        self._sounds[leg] = sound
        return leg

    def feed(self, leg: str, audio: bytes) -> None:
        """See ``Switch``."""
        if self._writer is not None and self.up.is_set():
            self._writer.write(wire.pack({"do": "feed", "leg": leg}, audio))


PLAIN: dict[str, Callable[..., Event]] = {
    "incoming": switch.Incoming,
    "hung_up": switch.HungUp,
    "ringing": switch.Ringing,
    "answered": switch.Answered,
    "digit": switch.Digit,
    "played": switch.Played,
    "media_lost": switch.MediaLost,
}
