"""Whether a reply may go on the air, in words for whoever wrote it."""

from collections.abc import Callable

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from harkline.channels.radio.aprs import plain, wire
from harkline.channels.radio.aprs.settings import RadioSettings
from harkline.channels.radio.aprs.split import TooLong, split
from harkline.intake import threads
from harkline.line import radio
from harkline.seal import codes


def is_code(text: str) -> bool:
    """Whether a text is a return code of this line: one on the air is one for everybody."""
    if len(text) == codes.PHONE_LENGTH and text.isdigit():
        return threads.by_phone_code(text) is not None
    code = codes.normalise(text)
    return code is not None and threads.by_lookup(codes.lookup(code)) is not None


def refuses(settings: RadioSettings, text: str, known: Callable[[str], bool] = is_code) -> str:
    """Why this may not be sent, and what to do; nothing where it may."""
    if not settings.may_transmit:
        return _("This station only listens: the reply cannot be sent by radio.")
    if any(known(one) for one in plain.candidates(text)):
        return _("There is a return code in it: everybody who listens could use it. Write it without.")
    if not _heeded(settings.band, text):
        return _(
            "On amateur bands nothing may hide what it means, and part of this looks like a cipher. Write it in plain words."
        )
    return _form(settings, text)


def _heeded(band: str, text: str) -> bool:
    """Whether the rules of the band allow it."""
    try:
        radio.heed(band, radio.Sent.OBSCURED if plain.hidden(text) else radio.Sent.PLAIN)
    except radio.Forbidden:
        return False
    return True


def _form(settings: RadioSettings, text: str) -> str:
    if not text.strip():
        return _("The reply has no text.")
    if set(text) & set(wire.FORBIDDEN):
        return _("The signs | ~ { cannot be sent by radio. Write it without them.")
    try:
        pieces = split(text, settings.reply_messages)
    except TooLong as long:
        most = settings.reply_messages
        sentence = ngettext(
            "It would take %(needed)d messages, and %(most)d is allowed. Shorten it.",
            "It would take %(needed)d messages, and %(most)d are allowed. Shorten it.",
            most,
        )
        return sentence % {"needed": long.needed, "most": most}
    return (
        "" if all(map(wire.fits, pieces)) else _("There are signs in it that cannot be sent. Write it in plain words.")
    )
