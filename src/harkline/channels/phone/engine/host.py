"""The engine's side of the door: orders in, events out."""

import asyncio
import logging
import os
import signal
from asyncio import StreamReader, StreamWriter
from typing import Any

from baresip.errors import BaresipError, StaleHandleError

from harkline.channels.phone.engine import clock, wire
from harkline.channels.phone.engine.legs import BrowserAudio, Leg, confer
from harkline.channels.phone.engine.sip import Telephony
from harkline.channels.phone.settings import from_json

log = logging.getLogger(__name__)

DEAF = 8 * 1024 * 1024  # what may wait to be read by Harkline: beyond it, it hangs, and so do we
REFRESH = 300.0


class Host:
    """One engine process: reads orders until the other side goes."""

    def __init__(self, reader: StreamReader, writer: StreamWriter) -> None:
        self.reader, self.writer = reader, writer
        self.legs: dict[str, Leg] = {}
        self.over = False  # nobody hears us any more: hang up and end
        self.sip: Telephony

    def emit(self, kind: str, leg: str, *, body: bytes = b"", **detail: Any) -> None:
        """Tell Harkline. A reader that hangs ends the engine: the supervisor starts a fresh one."""
        if self.over:
            return
        self.writer.write(wire.pack({"e": kind, "leg": leg, **detail}, body))
        if self.writer.transport.get_write_buffer_size() > DEAF:
            os._exit(71)

    async def run(self) -> None:
        """Begin with the settings that come first, then obey until the stream ends."""
        head, _body = await wire.read(self.reader)
        self.sip = Telephony(from_json(head["settings"]), self.legs, self.emit)
        try:
            await self.sip.start()
        except (OSError, BaresipError) as failure:
            self.emit("refused", "", why=type(failure).__name__)
            await self.writer.drain()
            return
        ticking = asyncio.create_task(clock.run(self.legs.values))
        refreshing = asyncio.create_task(self._refresh())
        self.emit("ready", "")
        try:
            await self._obey_until_the_end()
        finally:
            ticking.cancel()
            refreshing.cancel()
            await self.sip.close()

    async def _refresh(self) -> None:
        while True:
            await asyncio.sleep(REFRESH)
            await self.sip.filter_sources()

    async def _obey_until_the_end(self) -> None:
        while True:
            try:
                head, body = await wire.read(self.reader)
            except (asyncio.IncompleteReadError, ConnectionError):
                self.over = True
                return
            if head["do"] == "feed":
                self._feed(head["leg"], body)
            else:
                await self._answer(head, body)

    def _feed(self, leg: str, body: bytes) -> None:
        found = self.legs.get(leg)
        if found and isinstance(found.audio, BrowserAudio):
            found.audio.feed(body)

    async def _answer(self, head: dict[str, Any], body: bytes) -> None:
        """Obey one order and say what came of it: ``gone`` when the leg is no more."""
        try:
            result = await getattr(self, "do_" + head["do"])(head, body)
            self.emit("done", "", order=head["order"], result=result)
        except (KeyError, StaleHandleError):
            self.emit("done", "", order=head["order"], gone=True)
        except (BaresipError, ValueError) as failure:
            self.emit("done", "", order=head["order"], failed=type(failure).__name__)

    async def do_pulse(self, head: dict[str, Any], body: bytes) -> None:
        # A round through the SIP library's own thread, which changes nothing.
        await self.sip.runtime.set_sip_trace(False)

    async def do_answer(self, head: dict[str, Any], body: bytes) -> None:
        await self.legs[head["leg"]].call.answer()

    async def do_reject(self, head: dict[str, Any], body: bytes) -> None:
        await self.sip.end(self.legs[head["leg"]], reject=True)

    async def do_hangup(self, head: dict[str, Any], body: bytes) -> None:
        leg = self.legs[head["leg"]]
        leg.unbridge()
        if leg.call:
            await self.sip.end(leg)
        else:
            self.legs.pop(leg.id)
            self.emit("hung_up", leg.id, reason="local")

    async def do_dial(self, head: dict[str, Any], body: bytes) -> str:
        return (await self.sip.dial(head["target"], head["trunk"], head["shown"])).id

    async def do_play(self, head: dict[str, Any], body: bytes) -> None:
        clips, at = [], 0
        for size in head["sizes"]:
            clips.append(body[at : at + size])
            at += size
        self.legs[head["leg"]].play(head["ticket"], clips, head["loop"])

    async def do_stop(self, head: dict[str, Any], body: bytes) -> None:
        self.legs[head["leg"]].stop()

    async def do_record(self, head: dict[str, Any], body: bytes) -> None:
        self.legs[head["leg"]].recording = head["on"]

    async def do_confer(self, head: dict[str, Any], body: bytes) -> None:
        confer([self.legs[one] for one in head["legs"]], [self.legs[one] for one in head["silent"]])

    async def do_unbridge(self, head: dict[str, Any], body: bytes) -> None:
        self.legs[head["leg"]].unbridge()

    async def do_digits(self, head: dict[str, Any], body: bytes) -> None:
        call = self.legs[head["leg"]].call
        if call:
            self.sip.spawn(call.send_dtmf(head["keys"]))

    async def do_attach(self, head: dict[str, Any], body: bytes) -> str:
        leg = Leg(BrowserAudio(lambda pcm: self.emit("sound", leg.id, body=pcm)), self.emit)
        self.legs[leg.id] = leg
        return leg.id


async def serve(fd: int) -> None:
    """Speak over the inherited socket ``fd`` until it closes."""
    import socket

    reader, writer = await asyncio.open_unix_connection(sock=socket.socket(fileno=fd), limit=2**20)
    # Harkline decides when calls are told and ended: a signal to the whole group must not cut them before.
    for one in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(one, lambda: None)
    await Host(reader, writer).run()
