"""The connection to the modem: KISS over TCP, made again whenever it breaks."""

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable

from harkline.channels.radio.aprs import airtime, kiss
from harkline.channels.radio.aprs.settings import RadioSettings

log = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = 0.5, 15.0
PATIENCE = 10.0  # seconds to connect, and to take what we send
Take = Callable[[bytes], Awaitable[None]]


class Modem:
    """One modem. ``connected`` says whether it is there; ``there`` is called when it has come."""

    def __init__(self, settings: RadioSettings, take: Take, there: Callable[[], object]) -> None:
        self.connected = asyncio.Event()
        self.tried = asyncio.Event()  # it is known whether it is there
        self._settings, self._take, self._there = settings, take, there
        self._writer: asyncio.StreamWriter | None = None

    async def run(self) -> None:
        """Until cancelled. A frame that was on its way when the connection broke is lost, as on the air: its sender repeats it."""
        pause, told = FIRST_PAUSE, False
        while True:
            try:
                await self._once()
                pause, told = FIRST_PAUSE, False
            except (OSError, TimeoutError) as error:
                if not told:
                    log.warning("no modem: %s; it is tried again and again", type(error).__name__)
                told = True
            finally:
                self._gone()
            self.tried.set()
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _once(self) -> None:
        """One connection, from its beginning to its end."""
        to = self._settings
        reader, self._writer = await asyncio.wait_for(asyncio.open_connection(to.host, to.port), PATIENCE)
        await self._write(self._parameters())
        self.connected.set()
        self.tried.set()
        self._there()
        await self._read(reader)

    def _parameters(self) -> bytes:
        """The delays that we reckon with are the ones that the modem keeps to. Nothing, from a station that only listens."""
        if not self._settings.may_transmit:
            return b""
        delay = kiss.frame(bytes([self._settings.delay_ms // 10]), kiss.TX_DELAY)
        return delay + kiss.frame(bytes([airtime.TAIL_MS // 10]), kiss.TX_TAIL)

    async def _read(self, reader: asyncio.StreamReader) -> None:
        cut = kiss.Unframer()
        while data := await reader.read(4096):
            for raw in cut.feed(data):
                await self._take(raw)

    async def send(self, raw: bytes) -> bool:
        """Hand a frame over; False where the modem is not there. It goes when the channel is free."""
        try:
            await self._write(kiss.frame(raw))
        except (OSError, TimeoutError):
            self._gone()
            return False
        return True

    async def _write(self, content: bytes) -> None:
        if self._writer is None:
            raise ConnectionError
        self._writer.write(content)
        await asyncio.wait_for(self._writer.drain(), PATIENCE)

    def _gone(self) -> None:
        self.connected.clear()
        if self._writer is not None:
            with contextlib.suppress(OSError, RuntimeError):
                self._writer.close()
        self._writer = None
