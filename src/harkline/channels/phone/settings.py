"""What an administrator sets for the telephone, as values. Read from ``[phone]`` in ``harkline.toml`` by the server."""

from dataclasses import asdict, dataclass, field
from typing import Any


@dataclass(frozen=True)
class Trunk:
    """One SIP trunk that the line registers with.

    ``numbers`` maps what the trunk calls a number to the address that was published, where the two differ. Whoever can change
    a trunk can have calls to the line answered elsewhere and can read the numbers that reach it.
    """

    name: str
    domain: str
    username: str
    password: str = field(default="", repr=False)
    auth_user: str = ""
    outbound: str = ""
    transport: str = "udp"
    register: bool = True
    expires: int = 300
    encryption: str = ""  # "", "srtp", "srtp-mand" or "dtls_srtp"
    numbers: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Timing:
    """Every pause of a call, in seconds. Tests shorten them; the order of a call never depends on them."""

    choice: float = 6.0  # silence after a menu before it is repeated
    choice_rounds: int = 2  # how often a menu is said before the call goes on without a choice
    place_every: float = 30.0  # between two announcements of the place in the queue
    target: float = 60.0  # no operator within this time: the way out without one is offered
    own_phone_ring: float = 25.0
    own_phone_choice: float = 12.0
    browser_join: float = 20.0  # an accepted offer whose browser does not open its audio
    message_longest: float = 180.0
    callback_longest: float = 60.0
    callback_ring: float = 25.0  # a call back rings no longer: most voicemail begins after that
    callback_rejoin: float = 8.0  # an operator's browser that broke off comes back, or the call back ends
    silence_longest: float = 20.0  # of a recording with nothing heard
    short_abandon: float = 5.0
    unattended_longest: float = 120.0
    farewell: float = 8.0  # what a stopping server leaves for its last words


@dataclass(frozen=True)
class PhoneSettings:
    """Everything the engine and the flow need.

    ``allow`` names the networks from which a direct INVITE is heard at all; anything else is dropped in the kernel before the
    engine reads it. Widening it lets strangers ring the line without passing a trunk.
    """

    listen: str = "127.0.0.1:5060"
    rtp_ports: str = "20000-20400"
    allow: tuple[str, ...] = ("127.0.0.0/8", "::1/128")
    public_address: str = ""
    interface: str = ""  # the local address that calls leave from; empty: the one in ``listen``
    transports: tuple[str, ...] = ("udp", "tcp")
    certificate: str = ""  # PEM file with key and chain; TLS listens on the port after ``listen``
    trunks: tuple[Trunk, ...] = ()
    backup: str = ""  # another service's number, offered when nobody is here; needs a trunk
    conversations: int = 30
    media_timeout: int = 60
    user: str = "line"
    codecs: tuple[str, ...] = ("pcmu", "pcma", "g722/16000/1", "opus/48000/2")
    jitter: str = "adaptive"  # "adaptive", "fixed" or "off"
    recording: bool = False  # whether an operator may ask a caller for consent to record the talk
    record_numbers: bool = True  # seal a caller's own number with a callback request that asks for it
    timing: Timing = field(default_factory=Timing)

    @property
    def host(self) -> str:
        """The address part of ``listen``."""
        return self.listen.rpartition(":")[0].strip("[]")

    @property
    def port(self) -> int:
        """The port part of ``listen``."""
        return int(self.listen.rpartition(":")[2])

    def as_json(self) -> dict[str, Any]:
        """A dictionary for the engine's first message."""
        return asdict(self)


def from_json(given: dict[str, Any]) -> PhoneSettings:
    """The inverse of ``PhoneSettings.as_json``."""
    trunks = tuple(Trunk(**one) for one in given.pop("trunks"))
    timing = Timing(**given.pop("timing"))
    for name in ("allow", "codecs", "transports"):
        given[name] = tuple(given[name])
    return PhoneSettings(**given, trunks=trunks, timing=timing)
