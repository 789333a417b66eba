"""Mails stored a second through real SMTP: read in the jail, sealed, committed, and only then acknowledged.

The bound, in the same run and on the same disk: the same SMTP library with a sink that does nothing but write each mail to a
file and wait until the disk has it.
"""

import asyncio
import email.policy
import os
import smtplib
import subprocess
import sys
import tempfile
import threading
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from tests.harness import ADDRESS, Line, outside, until
from tests.ports import HOST, free_port

from benchmarks.figures import Sheet, spread

SECONDS = 10.0
WARM_UP = 1.0
SENDERS = (1, 16)
WORDS = "Somebody is at the door and I do not know who it is.\n" * 20
FILE = 4 * 1024


@dataclass
class Load:
    """What the senders saw: seconds until each 250, and how many mails were refused."""

    seconds: list[float] = field(default_factory=list)
    refused: int = 0
    elapsed: float = 0.0


UNIQUE = b"0123456789abcdef"


def mail(name: str) -> bytes:
    """A mail unlike any other. The senders are other machines: what they spend on writing must not slow the line down."""
    return _TEMPLATE.replace(UNIQUE, name.encode().rjust(len(UNIQUE), b"0"))


def _template() -> bytes:
    """Text, HTML and a small attachment, as an ordinary program writes them."""
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = "Amina <amina@caller.example>", ADDRESS, "Ein Brief äöü"
    message["Message-ID"] = f"<{UNIQUE.decode()}@caller.example>"
    message.set_content(WORDS)
    message.add_alternative(f"<p>{WORDS}</p>", subtype="html")
    message.add_attachment(os.urandom(FILE), maintype="image", subtype="jpeg", filename="picture.jpg")
    return message.as_bytes()


_TEMPLATE = _template()


def sender(port: int, number: int, load: Load, over: threading.Event) -> None:
    """One mail server that hands in mail after mail over one connection."""
    with smtplib.SMTP(HOST, port, local_hostname="mx.example", timeout=60) as smtp:
        while not over.is_set():
            raw = mail(f"{time.time_ns():x}{number}")
            start = time.perf_counter()
            try:
                smtp.sendmail("amina@caller.example", [ADDRESS], raw)
                load.seconds.append(time.perf_counter() - start)
            except smtplib.SMTPException:
                load.refused += 1
                return


def measure(port: int, senders: int, seconds: float) -> Load:
    """So many senders at once, without a pause."""
    loads, over = [Load() for _ in range(senders)], threading.Event()
    threads = [threading.Thread(target=sender, args=(port, i, load, over)) for i, load in enumerate(loads)]
    start = time.perf_counter()
    for one in threads:
        one.start()
    time.sleep(seconds)
    over.set()
    for one in threads:
        one.join()
    whole = Load(elapsed=time.perf_counter() - start)
    for load in loads:
        whole.seconds += load.seconds
        whole.refused += load.refused
    return whole


# --- the bound ------------------------------------------------------------------------------------------------------------------


class Files:
    """Each mail becomes a file, safe on the disk before the answer."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    async def handle_DATA(self, _server: object, _session: object, envelope: object) -> str:  # noqa: N802
        self.count += 1
        await asyncio.to_thread(self._write, self.folder / str(self.count), envelope.content)  # type: ignore[attr-defined]
        return "250 OK"

    def _write(self, path: Path, content: bytes) -> None:
        with path.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


async def bound(folder: Path, port: int) -> None:
    """The bound's server: a process of its own, as the line is."""
    from aiosmtpd.smtp import SMTP

    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Files(folder), hostname="mx.example", loop=loop), HOST, port)
    await server.serve_forever()


def measured_bound(folder: Path, senders: int) -> Load:
    """The same senders against the bound."""
    folder.mkdir()
    port = free_port()
    with subprocess.Popen([sys.executable, __file__, "bound", str(folder), str(port)], env=outside()) as process:
        try:
            until(lambda: _listens(port))
            measure(port, senders, WARM_UP)
            return measure(port, senders, SECONDS)
        finally:
            process.terminate()


def _listens(port: int) -> bool:
    try:
        smtplib.SMTP(HOST, port, timeout=1).close()
    except OSError:
        return False
    return True


def main() -> int:
    sheet = Sheet(f"Mail: SMTP, text with HTML and {FILE // 1024} KiB attachment, jailed, sealed, committed")
    with tempfile.TemporaryDirectory() as folder, Line(Path(folder)) as line:
        line.init()
        line.serve()
        measure(line.smtp, 2, WARM_UP)
        for senders in SENDERS:
            before = line.count("intake_contact")
            load = measure(line.smtp, senders, SECONDS)
            stored = line.count("intake_contact") - before
            rate, peer = len(load.seconds) / load.elapsed, measured_bound(Path(folder) / f"bound{senders}", senders)
            least = len(peer.seconds) / peer.elapsed
            sheet.say(f"{senders} senders: {rate:.0f} stored/s, until the 250 {spread(load.seconds)}")
            sheet.say(
                f"{senders} senders: {rate / least:.2f} of the {least:.0f} mails/s of a sink that only writes files"
            )
            if senders > 1:
                sheet.bar(f"stored/s at {senders}", rate, least=80)
            sheet.bar(f"lost at {senders}", abs(len(load.seconds) - stored) + load.refused, most=0)
    return sheet.code()


if __name__ == "__main__":
    if sys.argv[1:2] == ["bound"]:
        asyncio.run(bound(Path(sys.argv[2]), int(sys.argv[3])))
    sys.exit(main())
