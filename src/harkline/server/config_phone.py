"""The settings of the telephone: where it listens, by which trunks it is reached, and the course of a call."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network
from pathlib import Path

from harkline.server import keys as kind
from harkline.server.keys import LOOPBACK, REQUIRED, Endpoint, PortRange, key

Network = IPv4Network | IPv6Network


@dataclass(frozen=True, kw_only=True)
class Sip:
    """Calls: where the telephone engine listens."""

    bind: Endpoint | None = key(
        kind.BIND,
        "127.0.0.1:5060",
        "Where calls arrive. TLS listens on the port above.",
        "Making the line deaf, or opening it to other networks.",
    )
    transports: tuple[str, ...] = key(
        kind.choices("udp", "tcp", "tls"),
        ["udp", "tcp"],
        "The transports on which calls are taken.",
        "Having calls set up in the open.",
    )
    allow: tuple[Network, ...] = key(
        kind.NETWORKS,
        LOOPBACK,
        "Networks from which a call is taken without a registered trunk.",
        "Flooding the line with calls from anywhere.",
    )
    public_address: str | None = key(
        kind.IP,
        "",
        "The address to name to others when this host stands behind a NAT.",
        "Leading the callers' voices to another host.",
    )
    rtp: PortRange = key(
        kind.PORTS, "20000-20400", "Ports for the voices: two for each leg of a call.", "Calls without sound."
    )
    media_timeout_seconds: int = key(
        kind.whole(10, 600),
        60,
        "A caller of whom nothing has been heard this long, not even noise, counts as gone.",
        "Cutting off callers who are silent on a bad connection.",
    )
    max_calls: int = key(
        kind.whole(1, 500), 60, "Legs of calls held at once.", "Turning callers away, or overloading the host."
    )
    tls_cert: Path | None = key(kind.FILE, "", "The certificate for TLS, as PEM.", "Nothing without tls_key.")
    tls_key: Path | None = key(kind.FILE, "", "Its private key, as PEM.", "Passing for this line towards trunks.")


@dataclass(frozen=True, kw_only=True)
class Trunk:
    """A telephone provider's trunk. One section for each."""

    name: str = key(kind.NAME, REQUIRED, "What the trunk is called here.", "Nothing by itself.")
    server: Endpoint = key(
        kind.SIP_SERVER, REQUIRED, "The provider's server.", "Hearing every call that comes over it."
    )
    transport: str = key(
        kind.choice("udp", "tcp", "tls"), "udp", "How the trunk is reached.", "Having calls set up in the open."
    )
    encryption: str = key(
        kind.choice("none", "srtp", "srtp-mand", "dtls_srtp"),
        "none",
        "How the voices are encrypted on the way to the provider; srtp-mand refuses calls without.",
        "Listening in on the way to the provider.",
    )
    username: str = key(
        kind.TEXT, "", "The account; with one, the trunk is registered.", "Ringing out at another account's expense."
    )
    auth_user: str = key(
        kind.TEXT, "", "The name used to authenticate, where it is not the account's.", "Nothing by itself."
    )
    password_file: Path | None = key(
        kind.FILE,
        "",
        "The file that holds the password (mode 0600).",
        "Proving another file of this host to the provider as a password.",
    )
    numbers: tuple[str, ...] = key(
        kind.NUMBERS,
        [],
        "The numbers that ring on it; the first is shown when we call out.",
        "Having calls counted under another address.",
    )


@dataclass(frozen=True, kw_only=True)
class Phone:
    """The course of a call."""

    answer_target_seconds: int = key(
        kind.whole(10, 3600),
        120,
        "How long a caller waits before a message or a callback is offered.",
        "Making callers give up, or sending them away at once.",
    )
    offer_seconds: int = key(
        kind.whole(5, 120), 20, "How long one operator is rung.", "Having every call slip past its operators."
    )
    announce_seconds: int = key(
        kind.whole(10, 300), 30, "How often a waiting caller is told their place.", "Leaving callers in silence."
    )
    short_abandon_seconds: int = key(
        kind.whole(0, 60),
        5,
        "Who hangs up before this counts as short-abandoned.",
        "Making the service level look better than it is.",
    )
    record_calls: bool = key(
        kind.SWITCH,
        False,
        "Whether operators may ask callers for consent to record the talk.",
        "Having talks recorded at all.",
    )
    max_message_seconds: int = key(
        kind.whole(30, 3600), 300, "How long a message can be.", "Cutting callers off, or filling the disk."
    )
