"""The SIP side: one baresip runtime, its accounts, and calls as legs.

Traps, each met once: without ``video_codecs=`` every answer is followed by a second INVITE; the library allows two calls
unless told otherwise; loopback is skipped unless ``net_interface`` names it; the dialled number stands in the To header.
``P-Asserted-Identity`` carries the number of a caller who withheld it: it is never asked for, so it ends here.
"""

import asyncio
import ipaddress
import logging
import os
import sys
from array import array
from collections.abc import Callable
from hashlib import blake2b
from typing import Any

from baresip import Account, Config, Runtime, UserAgent
from baresip.errors import AudioNotActive, AudioRestarted, BaresipError, StaleHandleError
from baresip.events import Event

from harkline.channels.phone import numbers
from harkline.channels.phone.engine import nat, sources
from harkline.channels.phone.engine.legs import Leg
from harkline.channels.phone.settings import PhoneSettings, Trunk

log = logging.getLogger(__name__)

HEADERS = ("To", "From", "Privacy", "Identity")
LONGEST_IDENTITY = 4096
PARAMETERS = ("video_codecs=",)
RETRY_REGISTRATION = 5.0
RATE = 8000


def narrow(pcm: bytes, fold: int) -> bytes:
    """To 8,000 samples a second, one channel: every ``fold`` samples become their mean."""
    if fold == 1:
        return pcm
    samples = array("h", pcm)
    return array("h", (sum(samples[at : at + fold]) // fold for at in range(0, len(samples), fold))).tobytes()


class SipAudio:
    """A call's sound. Outside a conversation (early, late, while the media moves) there simply is none."""

    def __init__(self, call: Any) -> None:
        self.call = call
        self.rest = b""
        self.draining = False

    def write(self, pcm: bytes) -> None:
        if self.draining:
            return
        try:
            self.call.audio.write(pcm)
        except (AudioNotActive, AudioRestarted):
            return

    def read(self) -> bytes:
        try:
            said = self.rest + self.call.audio.read(65536)
            info = self.call.audio.info()
        except (AudioNotActive, AudioRestarted):
            self.rest = b""
            return b""
        # What is sent is resampled by the library; what is received comes as the codec made it.
        fold = max(1, info.rx_sample_rate // RATE) * max(1, info.rx_channels)
        whole = len(said) - len(said) % (2 * fold)
        self.rest = said[whole:]
        return narrow(said[:whole], fold)

    def flush(self) -> None:
        """The library drops what is queued at its next packet, and with it whatever is written before: so nothing is until then."""
        try:
            if self.call.audio.info().tx_buffered:
                self.call.audio.flush_tx()
                self.draining = True
        except (AudioNotActive, AudioRestarted):
            self.draining = False

    def queued(self) -> int | None:
        try:
            info = self.call.audio.info()
        except (AudioNotActive, AudioRestarted):
            self.draining = False
            return None
        self.draining = self.draining and info.tx_buffered > 0
        return int(info.tx_buffered) if info.tx_ready and not self.draining else None


def local(settings: PhoneSettings) -> str:
    """The one local address that calls use; empty where the system chooses."""
    return settings.interface or ("" if settings.host in ("0.0.0.0", "::") else settings.host)  # noqa: S104


def config(settings: PhoneSettings) -> Config:
    """The library's configuration. The line's own limit is counted by the flow, so that a refused call is recorded too."""
    extra = [
        f"sip_listen {settings.listen}",
        f"rtp_ports {settings.rtp_ports}",
        "sip_transports " + ",".join(sorted({*settings.transports, *(one.transport for one in settings.trunks)})),
        "call_hold_other_calls no",
        f"audio_jitter_buffer_type {settings.jitter}",
        "audio_jitter_buffer_ms 40-200",
        "ausrc_srate 8000",
        "ausrc_channels 1",
    ]
    if settings.certificate:
        extra.append(f"sip_certificate {settings.certificate}")
    return Config(
        net_interface=local(settings) or None,
        max_concurrent_calls=4 * settings.conversations + 20,
        rtp_timeout=settings.media_timeout,
        expose_headers=HEADERS,
        native_log_level="error",
        extra_config_text="\n".join(extra) + "\n",
    )


def direct(settings: PhoneSettings, transport: str, extra: tuple[str, ...]) -> Account:
    """Whoever is let through by the source filter may ring without registration, whatever they dial."""
    return Account(
        user=settings.user,
        domain=f"{settings.interface or settings.host}:{settings.port}",
        password="",
        reg_interval=0,
        transport=transport,
        audio_codecs=settings.codecs,
        extra_params=(*PARAMETERS, "catchall=yes", *extra),
    )


def account(trunk: Trunk, settings: PhoneSettings, extra: tuple[str, ...], shown: str | None = None) -> Account:
    """One registration; or, with ``shown``, an identity to call by: a number, or nobody (RFC 3323 § 4.1.1.3)."""
    encryption = (f"mediaenc={trunk.encryption}",) if trunk.encryption else ()
    user = trunk.username or settings.user
    return Account(
        user=user if shown is None else shown or "anonymous",
        domain="anonymous.invalid" if shown == "" else trunk.domain,
        password=trunk.password,
        auth_user=trunk.auth_user or (None if shown is None else user),
        registrar=trunk.outbound or None,
        reg_interval=trunk.expires if trunk.register and shown is None else 0,
        transport=trunk.transport,
        audio_codecs=settings.codecs,
        extra_params=(*PARAMETERS, *encryption, *extra),
    )


class Telephony:
    """Calls in and out. ``emit(kind, leg, **detail)`` tells the other side what happens."""

    def __init__(self, settings: PhoneSettings, legs: dict[str, Leg], emit: Callable[..., None]) -> None:
        self.settings, self.legs, self.emit = settings, legs, emit
        self.runtime = Runtime()
        self.agents: dict[str, Any] = {}
        self.identities: dict[tuple[str, str], Any] = {}  # by which we call back: (trunk, number or nothing)
        self.extra: tuple[str, ...] = ()
        self.tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Bind, filter the sources, then let calls in; raises OSError or BaresipError when a port is taken."""
        self.runtime.on_dead = lambda: os._exit(70)  # the library cannot be started twice in one process
        await self.runtime.start(config(self.settings))
        await self.filter_sources()
        if self.settings.public_address:
            self.extra = await nat.serve(self.settings.public_address, local(self.settings) or "127.0.0.1")
        for transport in self.settings.transports:
            # One for each: a request that comes over another transport than the account's finds nobody.
            agent = await self._agent("", direct(self.settings, transport, self.extra))
            self.agents.setdefault("", agent)
        for trunk in self.settings.trunks:
            self.agents[trunk.name] = await self._agent(trunk.name, account(trunk, self.settings, self.extra))
            if trunk.register:
                self.spawn(self._register(trunk.name))

    async def filter_sources(self) -> None:
        """Let only the configured networks and the trunks' own hosts through. Run again when a trunk's address may have moved."""
        hosts = [host_of(trunk.outbound or trunk.domain) for trunk in self.settings.trunks]
        # Names are looked up on a thread: the clock of the sound runs on this loop.
        allow = await asyncio.to_thread(sources.networks, self.settings.allow, hosts)
        if sys.platform == "linux":
            attached = sources.attach(self.settings.port, allow)
        else:
            attached = ipaddress.ip_address(self.settings.host).is_loopback
        if not attached:
            raise OSError("the SIP port could not be opened, or cannot be guarded on this system")

    async def _agent(self, name: str, given: Account) -> Any:
        agent = await UserAgent.create(self.runtime, given, transfer_policy="reject")
        agent.on_incoming(lambda call: self._incoming(name, call))
        agent.on(lambda event: self._registration(name, event))
        return agent

    def _registration(self, name: str, event: Any) -> None:
        if name and event.event in (Event.REGISTER_OK, Event.REGISTER_FAIL):
            self.emit("registration", "", trunk=name, ok=event.event is Event.REGISTER_OK)

    async def _register(self, name: str) -> None:
        """Until it holds; the library renews it from then on."""
        while True:
            try:
                await self.agents[name].register()
                return
            except BaresipError:
                await asyncio.sleep(RETRY_REGISTRATION)

    def spawn(self, work: Any) -> None:
        """Run beside; kept until done."""
        task = asyncio.ensure_future(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    def _incoming(self, trunk: str, call: Any) -> None:
        leg = self._adopt(call)
        shown = {name.lower(): value for name, value in call.headers.items()}
        sender = shown.get("from") or call.peer or ""
        presentation = numbers.presentation(sender, shown.get("privacy", ""))
        self.emit(
            "incoming",
            leg.id,
            dialled=numbers.user(shown.get("to", "")),
            trunk=trunk,
            presentation=presentation,
            number=numbers.user(sender) if presentation == "allowed" else "",
            key=blake2b((call.call_id or leg.id).encode(), digest_size=16).hexdigest(),
            identity=shown.get("identity", "")[:LONGEST_IDENTITY] if presentation == "allowed" and trunk else "",
        )

    def _adopt(self, call: Any) -> Leg:
        leg = Leg(SipAudio(call), self.emit, call)
        self.legs[leg.id] = leg
        call.on(lambda event: self._event(leg, event))
        call.on_dtmf(lambda event: self.emit("digit", leg.id, digit=event.digit))
        return leg

    def _event(self, leg: Leg, event: Any) -> None:
        if event.event in (Event.CALL_RINGING, Event.CALL_PROGRESS):
            self.emit("ringing", leg.id)
        elif event.event is Event.CALL_ESTABLISHED:
            self.emit("answered", leg.id)
        elif event.event is Event.CALL_CLOSED:
            self._closed(leg, event.text or "")

    def _closed(self, leg: Leg, text: str) -> None:
        leg.unbridge()
        if self.legs.pop(leg.id, None) is None:
            return
        reason = "local" if leg.ending else closing(text)
        if reason == "media_lost":
            self.emit("media_lost", leg.id)
        self.emit("hung_up", leg.id, reason=reason)

    async def dial(self, target: str, trunk: str, shown: str | None = None) -> Leg:
        """Ring somebody. ``shown`` is the number that they are to see, empty for none at all; not said: as the trunk's account.
        Raises BaresipError when no INVITE could be sent, ValueError where the trunk cannot show that."""
        agent = (self.agents.get(trunk) or self.agents[""]) if shown is None else await self._identity(trunk, shown)
        # The trunk's provider knows who we are; it is asked not to hand that on (RFC 3325 § 9.3).
        hidden = {"Privacy": "id"} if shown == "" else None
        # A near line rings, answers or refuses before the library has given us the call: what it says till then is kept.
        early: list[Any] = []
        self.runtime.subscribe(early.append)
        try:
            leg = self._adopt(await agent.dial(self.address(target, trunk), hidden))
        finally:
            self.runtime.unsubscribe(early.append)
        for event in early:
            if event.call == leg.call.handle:
                asyncio.get_running_loop().call_soon(
                    self._event, leg, event
                )  # after the order's answer, which names the leg
        return leg

    async def _identity(self, trunk: str, shown: str) -> Any:
        found = next((one for one in self.settings.trunks if one.name == trunk), None)
        if found is None or not all(sign.isalnum() or sign in "+-._" for sign in shown):
            raise ValueError("a number can be shown through a trunk only")
        if (trunk, shown) not in self.identities:
            self.identities[trunk, shown] = await self._agent(trunk, account(found, self.settings, self.extra, shown))
        return self.identities[trunk, shown]

    def address(self, target: str, trunk: str) -> str:
        """A number becomes an address at the trunk; an address stays as it is."""
        if target.startswith(("sip:", "sips:")):
            return target
        at = next((one.domain for one in self.settings.trunks if one.name == trunk), "")
        if not at:
            raise ValueError("a number can be rung through a trunk only")
        return f"sip:{target}@{at}"

    async def end(self, leg: Leg, *, reject: bool = False) -> None:
        """Hang up in whatever state the call is. One that has gone already is what was wanted."""
        leg.ending = True
        try:
            await (leg.call.reject() if reject else leg.call.hangup())
        except StaleHandleError:
            self._closed(leg, "")

    async def close(self) -> None:
        """Hang up everything and give the ports back."""
        for task in list(self.tasks):
            task.cancel()
        for leg in [one for one in self.legs.values() if one.call]:
            try:
                await self.end(leg)
            except BaresipError:
                log.warning("a call could not be ended")
        await asyncio.sleep(0.1)
        await self.runtime.close()


def host_of(server: str) -> str:
    """The host of ``host``, ``host:port``, ``[v6]:port`` or ``sip:host;transport=tcp``."""
    plain = server.removeprefix("sips:").removeprefix("sip:").split(";")[0]
    if plain.startswith("["):
        return plain[1:].partition("]")[0]
    return plain.partition(":")[0]


def closing(text: str) -> str:
    """Why a call ended, from the library's free words, as one of ours."""
    words = text.lower()
    table = {
        "rtp stream": "media_lost",
        "486": "busy",
        "600": "busy",
        "603": "declined",
        "480": "no_answer",
        "408": "no_answer",
        "487": "local",
        "timed out": "no_answer",
        "488": "unusable",
        "415": "unusable",
    }
    found = next((reason for mark, reason in table.items() if mark in words), "")
    if found:
        return found
    return "failed" if words[:1] in ("4", "5", "6") else "remote"
