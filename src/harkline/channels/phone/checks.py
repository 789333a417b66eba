"""What is wrong with the telephone's settings, in plain words, before a caller finds out."""

import ipaddress
import sys
from collections.abc import Iterable
from pathlib import Path

from django.utils.translation import gettext as _

from harkline.channels.phone import numbers
from harkline.channels.phone.settings import PhoneSettings

PORTS_A_CALL = 4  # RTP and RTCP, for a caller and an operator's own phone


def problems(settings: PhoneSettings, addresses: Iterable[str]) -> list[str]:
    """One sentence for each problem; empty when there is none."""
    return [
        *_reach(settings, list(addresses)),
        *_networks(settings),
        *_ports(settings),
        *_certificate(settings),
        *_trunks(settings, list(addresses)),
    ]


def _reach(settings: PhoneSettings, addresses: list[str]) -> Iterable[str]:
    if not addresses:
        yield _("No telephone number is an address of this line: harkline address add phone NUMBER.")


def _networks(settings: PhoneSettings) -> Iterable[str]:
    loopback = all(ipaddress.ip_network(one, strict=False).is_loopback for one in settings.allow)
    local = settings.host in ("127.0.0.1", "::1", "localhost")
    if not loopback and local:
        yield _("Calls are allowed from other networks, but the engine listens on this host only: change the SIP bind.")
    if not local and sys.platform != "linux":
        yield _("This system cannot refuse source networks: listen on 127.0.0.1, with a SIP proxy in front.")
    if any(ipaddress.ip_network(one, strict=False).prefixlen == 0 for one in settings.allow):
        yield _("Calls are allowed from everywhere: anybody on the internet can ring without passing a trunk.")


def _ports(settings: PhoneSettings) -> Iterable[str]:
    first, _dash, last = settings.rtp_ports.partition("-")
    if int(last) - int(first) < PORTS_A_CALL * settings.conversations:
        yield _("There are fewer audio ports than %(calls)d conversations need.") % {"calls": settings.conversations}


def _certificate(settings: PhoneSettings) -> Iterable[str]:
    if settings.certificate and not Path(settings.certificate).is_file():
        yield _("The certificate for SIP over TLS cannot be read.")


def _trunks(settings: PhoneSettings, addresses: list[str]) -> Iterable[str]:
    for trunk in settings.trunks:
        for number in trunk.numbers.values():
            if not numbers.chosen(number, {}, addresses):
                yield _("Trunk %(trunk)s brings a number that is not an address of this line.") % {"trunk": trunk.name}
