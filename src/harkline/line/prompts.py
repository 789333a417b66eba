"""The line's spoken prompts: a recording where somebody made one, else the shipped draft, else the fallback language.

Synchronous; it reads the database. Asynchronous edges call it through ``runtime.db.run``.
"""

from dataclasses import dataclass
from datetime import date, datetime, time

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.line import prompts_audio as audio
from harkline.line import prompts_text as text
from harkline.line.models import PromptRecording, PromptState
from harkline.runtime import clock

LONGEST = 12.0  # seconds: nobody in fear listens to more before the next choice
BETWEEN = audio.silence(0.06)
AFTER_DIGIT = audio.silence(0.14)
AFTER_GROUP = audio.silence(0.3)


@dataclass(frozen=True)
class Row:
    """One piece in one language, for the console's page. ``heard_in`` is the language a caller hears now."""

    key: str
    language: str
    text: str
    state: str
    heard_in: str


def spoken(key: str, language: str, /, **values: text.Value) -> bytes:
    """The prompt as samples (8 kHz, 16 bits, little-endian).

    ``values`` fill the text's slots: whole numbers from 0 to 60, ``code`` a string of digits, ``hour`` a time or datetime in
    the line's zone, ``language`` and ``channel`` their codes. Raises KeyError for an unknown prompt or a missing value.
    """
    return _Voice().speak(key, language, values)


def queue_wait(language: str, place: int, minutes: int | None) -> bytes:
    """Where the caller stands in the queue and how long it may take; the wait is left out where nobody can say."""
    if place > text.LARGEST or (minutes or 0) > text.LARGEST:
        return spoken("queue_long", language)
    if minutes is None:
        return spoken("queue_place", language, place=place)
    return spoken("queue_wait", language, place=place, minutes=minutes)


def nobody(language: str, now: datetime, staffed: datetime | None) -> bytes:
    """That nobody is here, and when somebody will be. Both times in the line's zone."""
    days = _days(now.date(), staffed.date()) if staffed else None
    if staffed is None or days is None or days > text.LARGEST:
        return spoken("nobody_unknown", language)
    key = {0: "nobody", 1: "nobody_tomorrow"}.get(days, "nobody_later")
    return spoken(key, language, hour=staffed, days=days)


def _days(first: date, second: date) -> int:
    return max(0, (second - first).days)


def heard(key: str, language: str) -> bytes:
    """One piece alone, as a caller hears it now (samples as from ``spoken``). Raises KeyError for an unknown piece."""
    voice = _Voice()
    return voice.piece(key, voice.heard_in([key], language) if language else "")


def replace(key: str, language: str, pcm: bytes) -> None:
    """Put somebody's recording in the place of a piece. Raises KeyError for an unknown piece, ValueError for one that is empty or
    longer than ``LONGEST``."""
    if key not in (text.SOUNDS if not language else text.pieces(text.languages()[language])):
        raise KeyError(key)
    seconds = len(pcm) / 2 / audio.RATE
    if not 0 < seconds <= LONGEST:
        raise ValueError(f"a prompt lasts up to {LONGEST:g} seconds, this one {seconds:.1f}")
    made = {"audio": audio.to_mulaw(pcm), "state": PromptState.RECORDED, "recorded_at": clock.now()}
    with transaction.atomic():
        PromptRecording.objects.update_or_create(key=key, language=language, defaults=made)
        _changed(key, language, "prompt_replaced")


def review(key: str, language: str) -> bool:
    """Mark a recording as heard and found right; False where there is none that awaits it."""
    rows = PromptRecording.objects.filter(key=key, language=language, state=PromptState.RECORDED)
    with transaction.atomic():
        return rows.update(state=PromptState.REVIEWED) == 1 and _changed(key, language, "prompt_reviewed")


def withdraw(key: str, language: str) -> bool:
    """Go back to the draft; False where there was no recording."""
    with transaction.atomic():
        gone = PromptRecording.objects.filter(key=key, language=language).delete()[0] == 1
        return gone and _changed(key, language, "prompt_withdrawn")


def _changed(key: str, language: str, word: str) -> bool:
    chain.record(Act.SETTINGS_CHANGED, Subject.LINE, f"{language}:{key}", reason=word)
    return True


def listing(languages: list[str]) -> list[Row]:
    """Every piece of every one of these languages, with what a caller hears now."""
    voice = _Voice()
    rows = [Row(name, "", "", voice.states.get((name, ""), PromptState.DRAFT), "") for name in text.SOUNDS]
    for code in languages:
        if code in text.languages():
            for piece in text.pieces(text.languages()[code]).values():
                state = voice.states.get((piece.name, code), PromptState.DRAFT)
                rows.append(Row(piece.name, code, piece.text, state, voice.heard_in([piece.name], code)))
    return rows


class _Voice:
    """What can be heard at this moment."""

    def __init__(self) -> None:
        self.states = {
            (key, language): state
            for key, language, state in PromptRecording.objects.values_list("key", "language", "state")
        }

    def has(self, name: str, language: str) -> bool:
        return (name, language) in self.states or audio.has_draft(name, language)

    def heard_in(self, names: list[str], language: str) -> str:
        """The first language of the chain that has all these pieces."""
        tried = text.chain(language)
        return next((one for one in tried if all(self.has(name, one) for name in names)), tried[-1])

    def piece(self, name: str, language: str) -> bytes:
        if (name, language) in self.states:
            row = PromptRecording.objects.filter(key=name, language=language).first()
            if row:  # it may have been withdrawn since
                return audio.from_mulaw(bytes(row.audio))
        return audio.draft(name, language)

    def speak(self, key: str, language: str, values: dict[str, text.Value]) -> bytes:
        if key in text.SOUNDS:
            return self.piece(key, "")
        for code in text.chain(language):
            found = text.parts(key, self._text(key, code))
            if all(self.has(one.name, code) for one in found if isinstance(one, text.Piece)):
                break
        said = [
            self.piece(one.name, code) if isinstance(one, text.Piece) else self.value(one.value, values, code)
            for one in found
        ]
        return BETWEEN.join(said)

    def _text(self, key: str, code: str) -> str:
        own = text.languages()[code]
        # A draft read by another language's voice has a text of its own, until somebody records the real one.
        if key in own.aloud and not any(name.split(".")[0] == key and code == of for name, of in self.states):
            return own.aloud[key][1]
        return own.texts[key]

    def value(self, slot: str, values: dict[str, text.Value], language: str) -> bytes:
        value = values[slot]
        if isinstance(value, datetime | time):
            key = "hour_minutes" if value.minute else "hour_only"
            return self.speak(key, language, {"number": value.hour, "minutes": value.minute})
        if isinstance(value, int):
            return self.number(value, language)
        if slot == "language":
            return self.speak("own_name", value, {})
        if slot == "channel":
            return self.speak(f"channel_{value}", language, {})
        return self.digits(value, language)

    def number(self, value: int, language: str) -> bytes:
        for code in text.chain(language):
            names = text.number_names(value, text.languages()[code].order)
            if all(self.has(name, code) for name in names):
                break
        return b"".join(self.piece(name, code) for name in names)

    def digits(self, value: str, language: str) -> bytes:
        """One by one, with a breath after every third."""
        said = []
        for position, digit in enumerate(value, start=1):
            said += [self.number(int(digit), language), AFTER_GROUP if position % 3 == 0 else AFTER_DIGIT]
        return b"".join(said)
