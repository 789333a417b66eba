"""A telephone whose life goes on while a test looks at a page, and ears at a page's loudspeaker."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any, TypeVar

from tests.harness import HOST, NUMBER, Line
from tests.peers.phone import Phone

T = TypeVar("T")
OPERATOR_SAYS = 620  # hertz, into the browser's microphone

# Listens at the loudspeaker: whatever a page sends there is measured on the way.
EAR = """
const connect = AudioNode.prototype.connect;
AudioNode.prototype.connect = function (to, ...rest) {
  if (to instanceof AudioDestinationNode && this instanceof AudioWorkletNode) {
    window.ear = new AnalyserNode(this.context, { fftSize: 4096, smoothingTimeConstant: 0 });
    connect.call(this, window.ear);
  }
  return connect.call(this, to, ...rest);
};
"""
LOUDEST = """() => {
  if (!window.ear) return 0;
  const found = new Float32Array(window.ear.frequencyBinCount);
  window.ear.getFloatFrequencyData(found);
  const at = found.reduce((best, level, index) => (level > found[best] ? index : best), 1);
  return found[at] < -60 ? 0 : (at * window.ear.context.sampleRate) / window.ear.fftSize;
}"""


class Caller:
    """A telephone whose life goes on while a test looks at a page: its loop runs in a thread of its own."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.loop = asyncio.new_event_loop()
        self.thread = threading.Thread(target=self.loop.run_forever, daemon=True)
        self.thread.start()
        self.phone = self.run(self._pick_up())

    async def _pick_up(self) -> Phone:
        return await Phone().__aenter__()

    async def _hang_up_all(self) -> None:
        await self.phone.__aexit__()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for one in others:
            one.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    def run(self, work: Coroutine[Any, Any, T], within: float = 30) -> T:
        return asyncio.run_coroutine_threadsafe(work, self.loop).result(within)

    def rings(self) -> None:
        self.run(self.phone.calls(NUMBER, (HOST, self.line.sip)))

    def says(self, hertz: float, seconds: float) -> None:
        self.loop.call_soon_threadsafe(self.phone.says_tone, hertz, seconds)

    def hears(self, hertz: float, within: float = 10) -> None:
        self.run(self.phone.hears(hertz, within), within + 5)

    def forgets(self) -> None:
        self.loop.call_soon_threadsafe(self.phone.forgets)

    def presses(self, keys: str) -> None:
        self.run(self.phone.presses(keys))

    def hangs_up(self) -> None:
        self.run(self.phone.hang_up())

    def is_hung_up(self) -> None:
        self.run(self.phone.is_hung_up(15), 20)

    def leaves(self) -> None:
        self.run(self._hang_up_all())
        self.loop.call_soon_threadsafe(self.loop.stop)
        self.thread.join(5)
