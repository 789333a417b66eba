"""Checks of the onion service: Tor runs and is the line's, its addresses are the ones we publish, the clock is right enough for it."""

import subprocess
from collections.abc import Iterator
from ipaddress import ip_address

from django.utils.translation import gettext as _

from harkline.line import this
from harkline.server import onion
from harkline.server.check import Finding, Place, failure, warning
from harkline.server.keys import Endpoint

PART = "onion"


def addresses(place: Place) -> Iterator[Finding]:
    """What is served by Tor is published."""
    ours = place.settings.onion
    if ours.public and not this.address("web", ours.public):
        yield warning(
            PART,
            _("The onion address is not one of the line's addresses: it is answered and not published."),
            _("Run: harkline address add web %s") % ours.public,
        )


def binds(place: Place) -> Iterator[Finding]:
    """Tor is on this machine; nobody else may come by its sockets."""
    ours = place.settings.onion
    for key, address, bind in (
        ("public_bind", ours.public, ours.public_bind), ("operators_bind", ours.operators, ours.operators_bind),
    ):  # fmt: skip
        if address and not _loopback(bind):
            yield failure(
                PART,
                _("%s lets other machines in past Tor.") % key,
                _("Set it to an address of this machine, such as 127.0.0.1:8081."),
            )


def _loopback(bind: Endpoint) -> bool:
    try:
        return ip_address(bind.host).is_loopback
    except ValueError:
        return bind.host == "localhost"


def tor(place: Place) -> Iterator[Finding]:
    """Tor runs, serves both addresses, and can make a flood pay."""
    ours = place.settings.onion
    if not (ours.public or ours.operators):
        return
    served = onion.served(ours.tor_metrics)
    if served is None:
        remedy = _("Run: systemctl start tor@harkline; why not is told by: journalctl -u tor@harkline")
        yield failure(PART, _("Tor does not answer: nobody comes by the onion address."), remedy)
        return
    for key, address in (("public", ours.public), ("operators", ours.operators)):
        if address and address not in served:
            yield failure(
                PART,
                _("Tor does not serve the address that is set as %s: whoever has it reaches nobody.") % key,
                _("Compare it with the file hostname in Tor's folder; follow the steps that harkline onion prints."),
            )
    if not onion.has_puzzle():
        yield warning(
            PART, _("This Tor has no proof of work: a flood keeps callers out."), _("Install Tor 0.4.8 or newer.")
        )


def clock(place: Place) -> Iterator[Finding]:
    """Tor refuses to work with a clock that is wrong by hours, and so nobody could come."""
    ours = place.settings.onion
    if not (ours.public or ours.operators):
        return
    if _timedatectl() == "no":
        yield warning(
            PART,
            _("Nothing sets this host's clock; an onion service ends when it is wrong by hours."),
            _("Install chrony or systemd-timesyncd."),
        )


def _timedatectl() -> str:
    """``yes``, ``no``, or nothing where there is no systemd to ask."""
    words = ["timedatectl", "show", "-p", "NTPSynchronized", "--value"]
    try:
        return subprocess.run(words, capture_output=True, text=True, timeout=10, check=False).stdout.strip()
    except OSError:
        return ""


CHECKS = (addresses, binds, tor, clock)
