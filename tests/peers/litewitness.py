"""Debian testing's ``litewitness``: a witness by somebody else, in Go. ``scripts/unpack_litewitness.sh`` brings it."""

import base64
import contextlib
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from harkline_verify.notes import COSIGNATURE, Key

NAME = "newspaper.example/witness"
WANTED = ("litewitness", "witnessctl", "ssh-agent", "ssh-add", "ssh-keygen")


def missing() -> str:
    """What is not there, in words; empty where all is."""
    found = [one for one in WANTED if shutil.which(one) is None]
    return f"no {', '.join(found)} (scripts/unpack_litewitness.sh DIR, and DIR/usr/bin on PATH)" if found else ""


@dataclass(frozen=True)
class Litewitness:
    """It runs. ``url`` takes checkpoints."""

    folder: Path
    url: str
    key: Key

    def add(self, log: str) -> None:
        """Let it know a log by its verifier key."""
        origin = log.partition("+")[0]
        for words in (["add-log"], ["add-key", "-key", log]):
            done = ["witnessctl", words[0], "-db", str(self.folder / "w.db"), "-origin", origin, *words[1:]]
            subprocess.run(done, check=True, capture_output=True)


@contextlib.contextmanager
def running(folder: Path) -> Iterator[Litewitness]:
    """Its key lies in an ssh-agent of its own, as its documentation wants."""
    where = str(folder / "agent.sock")
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / "w")], check=True)
    public = base64.b64decode((folder / "w.pub").read_text().split()[1])[-32:]
    told = subprocess.run(["ssh-keygen", "-lf", str(folder / "w.pub")], check=True, capture_output=True, text=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", where], stdout=subprocess.DEVNULL)
    started = [agent]
    try:
        _until(lambda: Path(where).exists())
        env = {**os.environ, "SSH_AUTH_SOCK": where}
        subprocess.run(["ssh-add", "-q", str(folder / "w")], env=env, check=True)
        made = Litewitness(folder, f"http://127.0.0.1:{port}", Key(NAME, COSIGNATURE, public))
        words = ["litewitness", "-db", str(folder / "w.db"), "-name", NAME, "-key", told.stdout.split()[1]]
        with (folder / "log").open("wb") as log:
            words += ["-ssh-agent", where, "-listen", f"127.0.0.1:{port}"]
            started.append(subprocess.Popen(words, stdout=log, stderr=log))
        _until(lambda: _answers(port))
        yield made
    finally:
        for one in reversed(started):
            one.terminate()
            one.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as one:
        return one.connect_ex(("127.0.0.1", port)) == 0


def _until(true: object, within: float = 20.0) -> None:
    end = time.monotonic() + within
    while not true():  # type: ignore[operator]
        if time.monotonic() > end:
            raise TimeoutError
        time.sleep(0.05)
