"""Checks of radio by data: who may transmit, what the modem is open to."""

import socket
from collections.abc import Iterator
from contextlib import suppress

from django.utils.translation import gettext as _

from harkline.channels.radio.aprs import beacon, checks
from harkline.line import radio as on_air
from harkline.server import adapters
from harkline.server.check import Finding, Place, failure, note, warning
from harkline.server.keys import Endpoint

_ELSEWHERE = ("192.0.2.1", 9)  # RFC 5737: nobody; nothing is sent there


def settings(place: Place) -> Iterator[Finding]:
    """What radio by data needs, and what would expose those who send."""
    modem = place.settings.radio.modem
    stations = on_air.stations(data=True)
    if modem is None:
        if stations:
            yield failure(
                "radio",
                _("A call sign is published by which data can be sent, and none is received."),
                _("Set modem in [radio]."),
            )
        return
    adapters.use_radio(place.settings)
    published = [(one.call_sign, one.band) for one in stations]
    for sentence, remedy in checks.problems(adapters.radio(place.settings), published, beacon.text()):
        yield warning("radio", sentence, remedy)
    yield from _modem(modem)
    if not adapters.radio(place.settings).may_transmit:
        yield note(
            "radio",
            _("The station only listens: callers get no acknowledgement, and no reply by radio."),
            _("Say so where the call sign is published, or set transmit, call_sign and licence in [radio]."),
        )


def _modem(modem: Endpoint) -> Iterator[Finding]:
    """Dire Wolf listens on every interface: whoever reaches its port transmits in this line's name."""
    if not _answers(modem):
        yield failure(
            "radio", _("The modem does not answer: nothing can be received by radio."), _("Start it (Dire Wolf).")
        )
        return
    for address in _own_addresses():
        if _answers(Endpoint(address, modem.port)):
            yield warning(
                "radio",
                _("The modem can be reached from the network, and asks nobody for a password."),
                _(
                    "Keep others away from its port %d: a firewall, or a network namespace. See docs/howto/radio-aprs.md."
                )
                % modem.port,
            )


def _answers(where: Endpoint) -> bool:
    with suppress(OSError), socket.create_connection(where, 2):
        return True
    return False


def _own_addresses() -> list[str]:
    """This host's address towards others, where it has one."""
    with suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(_ELSEWHERE)
        found = str(probe.getsockname()[0])
        return [] if found.startswith("127.") else [found]
    return []


CHECKS = (settings,)
