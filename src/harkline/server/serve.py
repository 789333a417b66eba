"""``harkline serve``: everything of one line in one process, supervised."""

import argparse
import asyncio
import contextlib
import gc
import logging
import os
import resource
import signal
import socket
import ssl
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from harkline.server import logs, ports, setup
from harkline.server.config import Settings, Web
from harkline.server.keys import Endpoint, PortRange
from harkline.server.lock import FolderLock, Taken
from harkline.server.setup import SetupError

if TYPE_CHECKING:
    from harkline.server.pages import Pages
    from harkline.server.supervise import Kept

log = logging.getLogger(__name__)

# Pages run on threads beside the loop that carries the voices: the shorter a thread holds the interpreter, the sooner a frame goes.
SWITCH_INTERVAL = 0.0005
OPEN_FILES = 65_536
YEAR = 365 * 24 * 3600
FIRST_SIGN = 10.0  # seconds that adapters have to listen before the server says that it is ready without them
LAST_WORDS = 10.0  # seconds that adapters have to tell callers that the line stops


@dataclass(frozen=True)
class Overrides:
    """What the command line says against ``harkline.toml``."""

    web: Endpoint | None = None
    smtp: Endpoint | None = None
    sip: Endpoint | None = None
    rtp: PortRange | None = None
    tls_cert: Path | None = None
    tls_key: Path | None = None


def overrides(args: argparse.Namespace) -> Overrides:
    """Read the flags. Raises SetupError in words."""

    def bind(name: str) -> Endpoint | None:
        given = getattr(args, name)
        return ports.parse(given, f"--{name}") if given else None

    return Overrides(bind("web"), bind("smtp"), bind("sip"), _rtp(args.rtp), args.tls_cert, args.tls_key)


def _rtp(text: str | None) -> PortRange | None:
    if not text:
        return None
    first, dash, last = text.partition("-")
    if not (dash and first.isdigit() and last.isdigit() and 1024 <= int(first) < int(last) < 65536):
        raise SetupError(f"--rtp takes FROM-TO, as in 20000-20400: not “{text}”")
    return PortRange(int(first), int(last))


def apply(settings: Settings, given: Overrides) -> Settings:
    """The settings with the flags in force."""
    from dataclasses import replace

    if bool(given.tls_cert) != bool(given.tls_key):
        raise SetupError("--tls-cert and --tls-key go together")
    web, smtp, sip = settings.web, settings.smtp, settings.sip
    if given.web:
        web = replace(web, bind=given.web)
    if given.tls_cert:
        web = replace(
            web, tls_cert=given.tls_cert.resolve(), tls_key=given.tls_key.resolve() if given.tls_key else None
        )
    if given.smtp:
        smtp = replace(smtp, bind=given.smtp)
    if given.sip:
        sip = replace(sip, bind=given.sip)
    if given.rtp:
        sip = replace(sip, rtp=given.rtp)
    return replace(settings, web=web, smtp=smtp, sip=sip)


def main(data: Path, given: Overrides) -> int:
    """Serve until SIGTERM or SIGINT; returns the exit code. Raises SetupError for what keeps it from starting."""
    logs.set_up()
    sys.setswitchinterval(SWITCH_INTERVAL)
    os.umask(0o077)
    _many_connections()
    settings = apply(setup.settings(data), given)
    lock = FolderLock(data)
    try:
        lock.take()
    except Taken:
        raise SetupError(f"another harkline serve works on {data}: stop it first, or use another folder") from None
    try:
        lock.say(setup.base_url(settings))
        return _open(settings)
    except ports.Busy as busy:
        raise SetupError(str(busy)) from None
    finally:
        lock.release()


def _many_connections() -> None:
    """A connection is an open file, and the usual limit of 1,024 is reached by whoever holds that many open slowly."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(hard, OPEN_FILES)), hard))


def _secure(settings: Settings) -> None:
    """Where the pages come by https only, cookies go by https only and browsers are told to remember it."""
    from django.conf import settings as django

    public = settings.web.public_url or ""
    if settings.web.tls_cert or public.startswith("https:"):
        django.SESSION_COOKIE_SECURE = True
        django.CSRF_COOKIE_SECURE = True
    if public.startswith("https:"):
        django.SECURE_HSTS_SECONDS = YEAR


def _readable(web: Web) -> None:
    """Raises SetupError where the certificate or its key is not to be had: the pages could not be served."""
    if not web.tls_cert:
        return
    for path in (web.tls_cert, web.tls_key):
        if path and not os.access(path, os.R_OK):
            raise SetupError(
                f"{path} is not there, or this user may not read it (--tls-cert, --tls-key, or [web] of harkline.toml)"
            )
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(web.tls_cert, web.tls_key, password=lambda: b"")
    except (ssl.SSLError, ValueError) as error:
        raise SetupError(
            f"{web.tls_cert} and {web.tls_key} are no certificate with its key, as PEM and without a passphrase ({error})"
        ) from None


def _open(settings: Settings) -> int:
    _readable(settings.web)
    web = ports.take(settings.web.bind, "--web")
    by_tor = _take_onions(settings)
    if settings.smtp.bind:
        ports.probe(settings.smtp.bind, "--smtp", socket.SOCK_STREAM)
    if settings.sip.bind:
        ports.probe(settings.sip.bind, "--sip", socket.SOCK_DGRAM)
    setup.migrate()
    _secure(settings)
    from harkline.server import adapters, counting, daily

    daily.use(settings)
    counting.use(settings.audit.officers)
    adapters.use_policy(settings)
    adapters.use_count(settings)
    adapters.use_notice(settings)
    adapters.use_pages(settings)
    adapters.use_radio(settings)
    adapters.publish(settings)
    # What is loaded by now stays: the collector need not walk it again and again, nor stop the voices to do so.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)
    asyncio.run(_serve(settings, web, by_tor))
    return 0


def _take_onions(settings: Settings) -> list[socket.socket | None]:
    """The sockets on which Tor hands in what comes for the public's and for the operators' address."""
    onion = settings.onion
    wanted = (
        (onion.public, onion.public_bind, "public_bind"),
        (onion.operators, onion.operators_bind, "operators_bind"),
    )
    return [ports.take(bind, f"[onion] {key} =") if address else None for address, bind, key in wanted]


async def _serve(settings: Settings, web: socket.socket, by_tor: "list[socket.socket | None]") -> None:
    from harkline.server import adapters, canaries, counting, doors, outside, reconcile, solving, supervise, webhooks
    from harkline.server.live import live
    from harkline.server.pages import Pages

    stopping = asyncio.Event()
    _on_signals(stopping.set)
    kept = [supervise.Kept(name, one) for name, one in adapters.build(settings).items()]
    open_ = doors.present()
    socks = zip((open_.here, open_.public, open_.operators), (web, *by_tor), strict=True)
    pages = Pages(settings, {door: sock for door, sock in socks if door and sock}, adapters.audio(kept))
    tasks = [asyncio.create_task(one.run(), name=one.name) for one in kept]
    tasks += [
        asyncio.create_task(reconcile.run()),
        asyncio.create_task(supervise.watch(kept)),
        asyncio.create_task(counting.run()),
        asyncio.create_task(solving.run()),
        asyncio.create_task(canaries.run(settings, kept)),
        asyncio.create_task(outside.run(settings)),
        asyncio.create_task(webhooks.run()),
        *pages.start(),
    ]
    tasks += adapters.listeners()
    tell = asyncio.create_task(_tell(settings, pages, kept))
    await stopping.wait()
    log.info("stopping")
    live.stop()
    # Callers hear that the line stops before anything else goes away.
    farewells = [asyncio.create_task(one.adapter.stop()) for one in kept]
    await asyncio.wait([*farewells, tell], timeout=LAST_WORDS)
    await pages.stop()
    for task in [*tasks, tell]:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await asyncio.wait(tasks, timeout=LAST_WORDS)
    await _write_last()


async def _write_last() -> None:
    from harkline.runtime import db
    from harkline.runtime.models import AdapterState

    await db.run(lambda: AdapterState.objects.update(state="off", backlog=0))


def _on_signals(stop: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    for one in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(one, stop)


async def _tell(settings: Settings, pages: "Pages", kept: "list[Kept]") -> None:
    await pages.ready()
    with contextlib.suppress(TimeoutError):
        # An adapter that cannot start is shown on the health page; the others must not wait for it.
        await asyncio.wait_for(asyncio.gather(*(one.started() for one in kept)), FIRST_SIGN)
    parts = [f"pages {setup.base_url(settings)}"]
    parts += [f"onion {one}" for one in (settings.onion.public, settings.onion.operators) if one]
    if settings.smtp.bind:
        parts.append(f"mail {settings.smtp.bind}")
    if settings.sip.bind:
        parts.append(f"calls sip:{settings.sip.bind}")
    print("ready: " + ", ".join(parts), flush=True)
