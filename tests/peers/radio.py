"""Stations on the air: a modem that this test speaks for, byte by byte, and Dire Wolf, which hears and makes real sound.

``python tests/peers/radio.py SOCKET PORT COMMAND…`` runs a program where nobody else can reach its ports, and lets one in by a socket.
"""

import asyncio
import contextlib
import fcntl
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import threading
import wave
from array import array
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Self

RATE = 44_100
AVAILABLE = all(map(shutil.which, ("direwolf", "gen_packets", "atest", "multimon-ng")))
HOW = "needs direwolf and multimon-ng (Debian: apt-get install direwolf multimon-ng)"
_ALONE = ["unshare", "--net", "--map-root-user"]

# --- a modem of our own ---------------------------------------------------------------------------------------------------------


class Air:
    """What a modem hears and sends: ``await air.says("Help{1")`` puts a frame on the air, ``air.heard`` is what the line transmitted, as
    (kind of KISS frame, frame)."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.heard: list[tuple[int, bytes]] = []
        self.connected = 0
        self._writers: list[asyncio.StreamWriter] = []
        self._server: asyncio.Server | None = None

    async def open(self) -> None:
        """Switch the modem on."""
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def close(self) -> None:
        """Switch it off: whoever is connected is cut off."""
        if self._server:
            self._server.close()
        for one in self._writers:
            one.close()
        self._writers.clear()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._writers.append(writer)
        self.connected += 1
        rest = b""
        with contextlib.suppress(ConnectionError):
            while data := await reader.read(4096):
                *whole, rest = (rest + data).split(b"\xc0")
                self.heard += [(one[0], one[1:]) for one in whole if one]

    def transmits(self, raw: bytes) -> None:
        """A frame arrives by radio."""
        escaped = raw.replace(b"\xdb", b"\xdb\xdd").replace(b"\xc0", b"\xdb\xdc")
        for one in self._writers:
            one.write(b"\xc0\x00" + escaped + b"\xc0")

    @property
    def said(self) -> list[str]:
        """The information fields that the line transmitted."""
        return [raw.partition(b"\x03\xf0")[2].decode() for kind, raw in self.heard if kind == 0]


class Frequency:
    """The same in a thread of its own, for tests that wait for something else."""

    def __init__(self, port: int) -> None:
        self.air = Air(port)
        self._loop = asyncio.new_event_loop()

    def __enter__(self) -> Self:
        threading.Thread(target=self._loop.run_forever, daemon=True).start()
        asyncio.run_coroutine_threadsafe(self.air.open(), self._loop).result(10)
        return self

    def __exit__(self, *_reason: object) -> None:
        asyncio.run_coroutine_threadsafe(self.air.close(), self._loop).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)

    def transmits(self, source: str, info: str | bytes) -> None:
        """Somebody's set sends this."""
        self.sends(frame(source, info))

    def sends(self, raw: bytes) -> None:
        """A frame, whatever is in it."""
        self._loop.call_soon_threadsafe(self.air.transmits, raw)


def address(call_sign: str, last: bool = False) -> bytes:
    """A call sign as AX.25 2.2 (3.12) has it, written here by hand and not by what the line uses."""
    call, _dash, number = call_sign.partition("-")
    return bytes(ord(c) << 1 for c in f"{call:<6}") + bytes([0x60 | int(number or 0) << 1 | last])


def frame(source: str, info: str | bytes, destination: str = "APZ001") -> bytes:
    """A frame of a caller's set."""
    content = info.encode() if isinstance(info, str) else info
    return address(destination) + address(source, last=True) + b"\x03\xf0" + content


# --- Dire Wolf ------------------------------------------------------------------------------------------------------------------

CONFIGURATION = """
ADEVICE stdin sent
ARATE {rate}
ACHANNELS 1
CHANNEL 0
MYCALL X0LINE-1
MODEM 1200
PERSIST 255
TXDELAY 30
TXTAIL 10
AGWPORT 0
KISSPORT {port}
"""
ALSA = """
pcm.sent {{ type file
  slave.pcm "null"
  file "{sent}"
  format "raw" }}
ctl.sent {{ type hw card 0 }}
"""


@dataclass
class DireWolf:
    """A modem between sound and KISS. ``port`` is where its KISS is reached; ``alone``: nobody but this test reaches it."""

    port: int
    folder: Path
    process: "subprocess.Popen[bytes]"
    alone: bool

    def hears(self, pcm: bytes) -> None:
        """Play sound to it: signed 16 bits, ``RATE`` a second. As fast as it takes it, which is faster than it lasts."""
        assert self.process.stdin
        self.process.stdin.write(pcm)
        self.process.stdin.flush()

    def silence(self, seconds: float = 0.5) -> None:
        """A channel on which nobody is."""
        self.hears(bytes(int(RATE * seconds) * 2))

    @property
    def decoded(self) -> list[str]:
        """What it says that it has read, as a monitor writes it."""
        log = (self.folder / "log").read_text(encoding="latin-1")
        return re.findall(r"^\[0\.[0-9]\] (.*)$", log, re.MULTILINE)

    @property
    def sent(self) -> bytes:
        """All the sound that it has transmitted."""
        file = self.folder / "sent.raw"
        return file.read_bytes() if file.exists() else b""


def may_be_alone() -> bool:
    """Whether a program can be given a network of its own."""
    return subprocess.run([*_ALONE, "true"], capture_output=True, check=False).returncode == 0


@contextmanager
def dire_wolf(port: int) -> Iterator[DireWolf]:
    """Dire Wolf listens on every interface: it runs in a network of its own, with one way in at ``port`` of loopback, where that is
    allowed; elsewhere this says that others can reach it for as long as the test runs."""
    with tempfile.TemporaryDirectory(prefix="air") as name:
        folder, alone = Path(name), may_be_alone()
        inside = 8001 if alone else port
        (folder / "direwolf.conf").write_text(CONFIGURATION.format(rate=RATE, port=inside))
        (folder / ".asoundrc").write_text(ALSA.format(sent=folder / "sent.raw"))
        command = ["direwolf", "-t", "0", "-q", "d", "-c", str(folder / "direwolf.conf")]
        if alone:
            command = [*_ALONE, sys.executable, __file__, str(folder / "kiss"), str(inside), *command]
        else:
            print("Dire Wolf runs without a network namespace: its port is open to the network while this test runs.")
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                command, stdin=subprocess.PIPE, stdout=log, stderr=log, env={**os.environ, "HOME": name}
            )
        try:
            with _way_in(folder / "kiss", port) if alone else contextlib.nullcontext():
                yield DireWolf(port, folder, process, alone)
        finally:
            process.terminate()
            process.wait(10)


@contextmanager
def _way_in(path: Path, port: int) -> Iterator[None]:
    """Whoever connects to ``port`` of loopback speaks with the socket at ``path``."""
    with socket.create_server(("127.0.0.1", port)) as server:
        stop = threading.Event()
        server.settimeout(0.2)
        thread = threading.Thread(target=_let_in, args=(server, path, stop), daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join(5)


def _let_in(server: socket.socket, path: Path, stop: threading.Event) -> None:
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            one, _peer = server.accept()
            other = socket.socket(socket.AF_UNIX)
            try:
                other.connect(str(path))
            except OSError:
                one.close()
                continue
            _joined(one, other)


def _joined(one: socket.socket, other: socket.socket) -> None:
    for source, sink in ((one, other), (other, one)):
        threading.Thread(target=_pour, args=(source, sink), daemon=True).start()


def _pour(source: socket.socket, sink: socket.socket) -> None:
    source.setblocking(True)
    with contextlib.suppress(OSError):
        while data := source.recv(65_536):
            sink.sendall(data)
    for end in (source, sink):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


def _inside(path: str, port: int, command: Sequence[str]) -> int:
    """In the network of its own: bring loopback up, run the program, and lead whoever comes by the socket to its port."""
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    _loopback_up()
    program = subprocess.Popen(command)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(path)
        server.listen()
        threading.Thread(target=_lead_in, args=(server, port), daemon=True).start()
        try:
            return program.wait()
        finally:
            program.kill()


def _lead_in(server: socket.socket, port: int) -> None:
    while True:
        one, _peer = server.accept()
        try:
            _joined(one, socket.create_connection(("127.0.0.1", port), 5))
        except OSError:
            one.close()


def _loopback_up() -> None:
    """netdevice(7): SIOCSIFFLAGS with IFF_UP | IFF_RUNNING."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, 0x8914, struct.pack("16sh14x", b"lo", 0x41))


# --- sound ----------------------------------------------------------------------------------------------------------------------


def sound(packets: Sequence[str], folder: Path) -> bytes:
    """Packets as another program's modem makes them (``gen_packets``), each as a monitor writes it: ``X0ABC-7>APZ001::X0LINE-1 :Help{1``."""
    made = folder / "packets.wav"
    (folder / "packets.txt").write_text("".join(f"{one}\n" for one in packets), encoding="utf-8")
    command = ["gen_packets", "-r", str(RATE), "-o", str(made), str(folder / "packets.txt")]
    subprocess.run(command, capture_output=True, check=True)
    with wave.open(str(made)) as file:
        return file.readframes(file.getnframes())


def by_atest(pcm: bytes, folder: Path) -> list[str]:
    """What Dire Wolf's own decoder of files reads in a sound."""
    path = folder / "heard.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, RATE, 0, "NONE", ""))
        file.writeframes(pcm)
    ran = subprocess.run(["atest", str(path)], capture_output=True, check=True)
    plain = re.sub(r"\x1b\[[0-9;]*[mJ]", "", ran.stdout.decode("latin-1"))
    return [re.sub(r"<0x0[ad]>", "", one[4:]) for one in plain.splitlines() if one.startswith("[0] ")]


def by_multimon(pcm: bytes) -> list[str]:
    """What a decoder of other people reads in it."""
    samples = array("h", pcm[: len(pcm) // 2 * 2])[::2]  # it takes 22,050 a second
    command = ["multimon-ng", "-q", "-a", "AFSK1200", "-A", "-t", "raw", "-"]
    ran = subprocess.run(command, input=samples.tobytes(), capture_output=True, check=True)
    return [one.removeprefix("APRS: ") for one in ran.stdout.decode("latin-1").splitlines() if one.startswith("APRS: ")]


@asynccontextmanager
async def modem(port: int) -> AsyncIterator[Air]:
    """A modem that is switched on."""
    air = Air(port)
    await air.open()
    try:
        yield air
    finally:
        await air.close()


if __name__ == "__main__":
    sys.exit(_inside(sys.argv[1], int(sys.argv[2]), sys.argv[3:]))
