"""``harkline onion``: what Tor needs to lead to this line. Tor runs as a user of its own, makes its own keys, and keeps them.

In ``DIR/onion`` lie ``torrc`` and, for each operator who may look up the console's address, a file in ``authorized_clients``. The
private halves of those keys are printed once and kept nowhere here.
"""

import http.client
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from harkline.line import onion
from harkline.seal import envelope
from harkline.server.config_onion import Onion
from harkline.server.keys import Endpoint
from harkline.server.setup import SetupError

FOLDER = "onion"
INSTANCE = Path("/var/lib/tor-instances/harkline")  # Debian: tor-instance-create harkline
CLIENTS = "authorized_clients"
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,30}")

HEAD = """\
# Written by `harkline onion`; run it again instead of editing. One Tor for this line alone, under a user of its own.
SocksPort 0
ControlPort 0
AvoidDiskWrites 1
SafeLogging 1
# For `harkline check` alone; it says how often a service was reached, never by whom.
MetricsPort {metrics}
MetricsPortPolicy accept 127.0.0.1
"""
PUBLIC = """
# The public. Under a flood, callers' Tor solves a puzzle, the harder the longer the queue; without one they still come, later.
HiddenServiceDir {folder}/public
HiddenServicePort 80 {bind}
{pow}HiddenServicePoWDefensesEnabled 1
{pow}HiddenServicePoWQueueRate 100
{pow}HiddenServicePoWQueueBurst 1000
HiddenServiceEnableIntroDoSDefense 1
HiddenServiceMaxStreams 64
"""
OPERATORS = """
# Operators. Without a key of theirs in authorized_clients not even the existence of this address can be looked up.
HiddenServiceDir {folder}/operators
HiddenServicePort 80 {bind}
"""
NO_OPERATORS = """
# No onion address for operators yet: without an authorised client it would be open to all. harkline onion --client NAME
"""


def torrc(settings: Onion, folder: Path, *, clients: bool, puzzle: bool = True) -> str:
    """The whole configuration of one Tor whose state is in ``folder``. ``puzzle``: whether this Tor can do proof of work."""
    pow = "" if puzzle else "# this Tor cannot: "
    text = HEAD.format(metrics=settings.tor_metrics) + PUBLIC.format(folder=folder, bind=settings.public_bind, pow=pow)
    if not clients:
        return text + NO_OPERATORS
    return text + OPERATORS.format(folder=folder, bind=settings.operators_bind)


def write(data: Path, settings: Onion, folder: Path) -> Path:
    """Write ``torrc``; returns its path. Run again, it is written anew from the settings."""
    clients = _folder(data) / CLIENTS
    path = _folder(data) / "torrc"
    _put(path, torrc(settings, folder, clients=any(clients.glob("*.auth")), puzzle=has_puzzle()))
    return path


def authorise(data: Path, name: str) -> str:
    """Let one more browser look up the operators' address; returns the private key in Tor's writing, which is kept nowhere."""
    if not _NAME.fullmatch(name):
        raise SetupError(f"a client's name is of small letters, digits and hyphens, as in laptop-3: not “{name}”")
    path = _folder(data) / CLIENTS / f"{name}.auth"
    if path.exists():
        raise SetupError(f"there is a client “{name}”: remove it first, or choose another name")
    private, public = envelope.generate()
    _put(path, onion.authorised(public) + "\n")
    return onion.key(private)


def withdraw(data: Path, name: str) -> None:
    """Take a client's file away. Raises SetupError where there is none."""
    path = _folder(data) / CLIENTS / f"{name}.auth"
    if not (_NAME.fullmatch(name) and path.exists()):
        raise SetupError(f"there is no client “{name}”")
    path.unlink()


def _folder(data: Path) -> Path:
    path = data / FOLDER
    for one in (path, path / CLIENTS):
        one.mkdir(mode=0o700, exist_ok=True)
    return path


def _put(path: Path, text: str) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(text)


def program() -> str | None:
    """Where Tor is, if it is on this machine."""
    return shutil.which("tor", path=f"{os.environ.get('PATH', '')}:/usr/sbin")


def has_puzzle() -> bool:
    """Whether the Tor of this machine was built with proof of work (0.4.8 or newer). Assumed where there is none to ask."""
    tor = program()
    if tor is None:
        return True
    ran = subprocess.run([tor, "--list-modules"], capture_output=True, text=True, timeout=10, check=False)
    return "pow: yes" in ran.stdout


def hostname(folder: Path) -> str:
    """The address that Tor wrote down; empty where there is none yet, or where its user keeps it to itself."""
    try:
        found = (folder / "hostname").read_text(encoding="ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""
    return found if onion.is_onion(found) else ""


def served(metrics: Endpoint) -> set[str] | None:
    """The addresses that the running Tor serves; None where none answers."""
    asked = http.client.HTTPConnection(metrics.host, metrics.port, timeout=5)
    try:
        asked.request("GET", "/metrics")
        text = asked.getresponse().read().decode("utf-8", "replace")
    except (OSError, http.client.HTTPException):
        return None
    finally:
        asked.close()
    return {f"{one}.onion" for one in re.findall(r'^tor_hs_\w+\{onion="([a-z2-7]{56})"', text, re.MULTILINE)}


def steps(data: Path, folder: Path, settings: Onion) -> Iterator[str]:
    """What is left to do, in this order, as commands for Debian."""
    user, ours = f"_tor-{folder.name}", data / FOLDER
    authorised = any((ours / CLIENTS).glob("*.auth"))
    if folder.parent == INSTANCE.parent:
        yield f"sudo tor-instance-create {folder.name}"
        yield f"sudo install -m 644 {ours}/torrc /etc/tor/instances/{folder.name}/torrc"
    if authorised:
        # Before Tor starts: an operators' address that begins without them is open to all until it is started again.
        yield f"sudo install -d -o {user} -g {user} -m 700 {folder}/operators {folder}/operators/{CLIENTS}"
        # In a shell of root's: nobody else may list the data folder.
        placed = f"install -o {user} -g {user} -m 600 -t {folder}/operators/{CLIENTS} {ours}/{CLIENTS}/*.auth"
        yield f"sudo sh -c '{placed}'"
    if folder.parent == INSTANCE.parent:
        yield f"sudo systemctl enable --now tor@{folder.name} && sudo systemctl reload tor@{folder.name}"
    wanted = [("public", settings.public)] + ([("operators", settings.operators)] if authorised else [])
    for key, known in wanted:
        if not known:
            said = hostname(folder / key) or f"what `sudo cat {folder}/{key}/hostname` says"
            yield f"in {data}/harkline.toml, below [onion]:  {key} = {said}"
    yield f"restart harkline serve, then: harkline check --data {data}"
