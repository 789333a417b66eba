"""What is wrong with the settings of radio by data, in plain words, before somebody who sends finds out. Pure."""

import ipaddress
from collections.abc import Iterator, Mapping, Sequence

from django.utils.translation import gettext as _

from harkline.channels.radio.aprs import beacon, frames
from harkline.channels.radio.aprs.settings import RadioSettings

Problem = tuple[str, str]  # what is wrong, what to do
NOBODYS = ("NOCALL", "N0CALL", "MYCALL")
OFTEN = 10  # minutes


Published = tuple[str, str]  # a call sign of the line's by which it is reached by data, and its band


def problems(settings: RadioSettings, published: Sequence[Published], status: str = "") -> list[Problem]:
    """Empty when all is well. ``status``: what the beacon would say."""
    return [
        *_installed(),
        *_modem(settings),
        *_call_sign(settings, dict(published)),
        *_sending(settings),
        *_beacon(settings, status),
    ]


def _installed() -> Iterator[Problem]:
    if not frames.available():
        yield (
            _("Radio by data is set up, and what reads its frames is not installed."),
            _("Run: pip install 'harkline[radio]'"),
        )


def _modem(settings: RadioSettings) -> Iterator[Problem]:
    if not _near(settings.host):
        yield (
            _("The modem is on another host: whoever is between can send in this line's name and feed it messages."),
            _("Run the modem on this host, or lead the connection through a tunnel."),
        )


def _call_sign(settings: RadioSettings, published: Mapping[str, str]) -> Iterator[Problem]:
    call_sign = settings.call_sign.upper()
    if not call_sign:
        yield _("Radio by data has no call sign: no message can be for it."), _("Set call_sign in [radio].")
    elif call_sign.partition("-")[0] in NOBODYS:
        yield _("%s is nobody's call sign.") % call_sign, _("Set your own as call_sign in [radio].")
    elif call_sign not in published:
        yield (
            _("The call sign %s is no station by data of this line: nobody can see that it is genuine.") % call_sign,
            _("Add it on the page “Radio”, “Stations”, with its frequency and its band, and mark it as data."),
        )
    elif published[call_sign] != settings.band:
        yield (
            _("The band of %s is another in the settings than among the line's addresses.") % call_sign,
            _("Correct band in [radio]: on amateur bands nothing may hide its meaning."),
        )


def _sending(settings: RadioSettings) -> Iterator[Problem]:
    if settings.transmit and not settings.may_transmit:
        yield (
            _("The station is to transmit, and has no call sign or no licence: it only listens."),
            _("Set call_sign and licence in [radio]."),
        )
    if settings.may_transmit and settings.band == "cb":
        yield (
            _("In most countries no data may be sent on the citizens' band."),
            _("Ask whoever regulates radio there; set transmit = false in [radio] until you know."),
        )
    if settings.canary and not (settings.may_transmit and settings.path):
        yield (
            _("The line cannot try its own call sign: no station is asked to repeat what it sends."),
            _("Set transmit and path in [radio], or canary = false."),
        )


def _beacon(settings: RadioSettings, status: str) -> Iterator[Problem]:
    if 0 < settings.beacon_minutes < OFTEN:
        yield (
            _("A beacon every %d minutes keeps others off the frequency.") % settings.beacon_minutes,
            _("Set beacon_minutes in [radio] to %d or more.") % OFTEN,
        )
    if settings.beacon_minutes and status and beacon.info(status) is None:
        yield _("What the beacon would say is too long: it says nothing."), _("Make the check words shorter.")


def _near(host: str) -> bool:
    """Whether a host is this one."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
