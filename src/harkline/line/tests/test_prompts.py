"""What a caller hears."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from harkline.line import prompts
from harkline.line import prompts_audio as audio
from harkline.line import prompts_text as text

pytestmark = pytest.mark.django_db
CODES = sorted(text.languages())
NIGHT = datetime(2026, 3, 1, 23, 30, tzinfo=ZoneInfo("Europe/Kyiv"))
WORST: dict[str, text.Value] = {
    "place": 57,
    "minutes": 57,
    "number": 23,
    "days": 57,
    "hour": NIGHT.replace(hour=23, minute=57),
    "code": "700777000777",
    "digit": 7,
    "language": "prs",
    "channel": "email",
}


def seconds(pcm):
    return len(pcm) / 2 / audio.RATE


@pytest.mark.parametrize("code", CODES)
def test_no_prompt_takes_longer_than_a_frightened_person_waits(code):
    for key in [*text.languages()[code].texts, *text.SOUNDS]:
        heard = prompts.spoken(key, code, **WORST)
        assert 0.05 < seconds(heard) <= prompts.LONGEST, key


def test_a_caller_hears_their_own_language_and_else_the_one_that_was_named():
    assert prompts.spoken("connected", "fr") == audio.draft("connected", "fr")
    assert prompts.spoken("connected", "prs") == audio.draft("connected", "fa")
    assert prompts.spoken("connected", "ps") == audio.draft("connected", "en")
    assert prompts.spoken("connected", "xx") == audio.draft("connected", "en")


def test_a_language_without_a_voice_is_still_offered_by_its_name():
    heard = prompts.spoken("language_offer", "ps", digit=3)
    assert heard.startswith(audio.draft("language_offer", "ps"))
    assert heard != prompts.spoken("language_offer", "en", digit=3)


def test_place_and_wait_are_said_and_what_nobody_knows_is_left_out():
    with_wait = prompts.queue_wait("en", 3, 12)
    assert audio.draft("number_3", "en") in with_wait
    assert audio.draft("number_12", "en") in with_wait
    assert audio.draft("number_12", "en") not in prompts.queue_wait("en", 3, None)
    assert prompts.queue_wait("en", 3, 61) == prompts.spoken("queue_long", "en")
    assert prompts.queue_wait("en", 61, 5) == prompts.spoken("queue_long", "en")


def test_the_next_hour_with_somebody_there_is_said_with_its_day():
    def heard(**later):
        return prompts.nobody("en", NIGHT, NIGHT + timedelta(**later))

    assert heard(minutes=15).startswith(audio.draft("nobody", "en"))
    assert heard(hours=8).startswith(audio.draft("nobody_tomorrow", "en"))
    assert heard(days=3).startswith(audio.draft("nobody_later.0", "en"))
    assert prompts.nobody("en", NIGHT, None) == prompts.spoken("nobody_unknown", "en")
    assert heard(days=400) == prompts.spoken("nobody_unknown", "en")


def test_a_return_code_is_said_digit_by_digit_in_order():
    heard = prompts.spoken("return_code", "fr", code="012345678901")
    at = 0
    for digit in "012345678901":
        at = heard.index(audio.draft(f"number_{digit}", "fr"), at) + 1


def test_the_whisper_names_the_callers_language_in_that_language():
    heard = prompts.spoken("whisper", "en", language="fa", channel="phone")
    assert audio.draft("own_name", "fa") in heard
    assert audio.draft("channel_phone", "en") in heard


def test_a_prompt_that_does_not_exist_or_lacks_its_value_is_an_error_and_not_silence():
    with pytest.raises(KeyError):
        prompts.spoken("no_such_prompt", "en")
    with pytest.raises(KeyError):
        prompts.spoken("queue_place", "en")


def test_a_recording_takes_the_drafts_place_is_reviewed_and_can_be_taken_back():
    voice = audio.draft("greeting", "en")[:8000]
    prompts.replace("greeting", "en", voice)
    assert prompts.spoken("greeting", "en") == audio.from_mulaw(audio.to_mulaw(voice))
    assert prompts.review("greeting", "en")
    assert not prompts.review("greeting", "en")
    assert row("greeting", "en").state == "reviewed"
    prompts.replace("greeting", "en", voice)
    assert row("greeting", "en").state == "recorded"
    assert prompts.withdraw("greeting", "en")
    assert prompts.spoken("greeting", "en") == audio.draft("greeting", "en")
    assert not prompts.withdraw("greeting", "en")


def test_a_pashto_recording_is_heard_by_the_next_pashto_caller_and_its_number_until_recorded_in_english():
    voice = audio.draft("connected", "en")[:4000]
    prompts.replace("queue_place", "ps", voice)
    heard = prompts.spoken("queue_place", "ps", place=3)
    assert heard.startswith(audio.from_mulaw(audio.to_mulaw(voice)))
    assert heard.endswith(audio.draft("number_3", "en"))
    assert row("queue_place", "ps").heard_in == "ps"
    assert row("connected", "ps").heard_in == "en"


def test_the_real_offer_replaces_the_one_read_by_another_languages_voice():
    voice = audio.draft("connected", "en")[:4000]
    prompts.replace("language_offer.0", "ps", voice)
    prompts.replace("language_offer.1", "ps", voice)
    kept = audio.from_mulaw(audio.to_mulaw(voice))
    heard = prompts.spoken("language_offer", "ps", digit=3)
    assert heard.startswith(kept)
    assert heard.endswith(kept)


def test_hold_audio_of_ones_own():
    prompts.replace("hold", "", audio.draft("tone", ""))
    assert prompts.spoken("hold", "fa") == audio.from_mulaw(audio.to_mulaw(audio.draft("tone", "")))


@pytest.mark.parametrize("length", [0, int(12.1 * audio.RATE)])
def test_a_recording_that_is_empty_or_too_long_is_refused(length):
    with pytest.raises(ValueError, match="seconds"):
        prompts.replace("greeting", "en", bytes(2 * length))


def test_a_recording_of_what_is_no_piece_is_refused():
    for key, language in (("queue_wait", "en"), ("greeting", ""), ("hold", "en"), ("greeting", "xx")):
        with pytest.raises(KeyError):
            prompts.replace(key, language, bytes(1600))


def test_the_console_lists_every_piece_of_the_lines_languages_and_no_other():
    rows = prompts.listing(["en", "ps"])
    assert {one.language for one in rows} == {"", "en", "ps"}
    assert {one.key for one in rows if not one.language} == set(text.SOUNDS)
    assert all(one.state == "draft" for one in rows)


def row(key, language):
    return next(one for one in prompts.listing([language]) if (one.key, one.language) == (key, language))
