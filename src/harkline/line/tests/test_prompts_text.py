"""Every prompt has words in every language, and audio or somebody else's audio."""

import doctest
import json

import pytest
from django.conf import settings

from harkline.line import prompts_audio as audio
from harkline.line import prompts_text as text

CODES = sorted(text.languages())


def test_the_examples_in_the_documentation_are_true():
    assert doctest.testmod(text).failed == 0


def test_a_caller_can_be_spoken_to_in_every_language_of_the_pages():
    assert {code for code, _name in settings.LANGUAGES} == set(CODES)


@pytest.mark.parametrize("code", CODES)
def test_no_language_lacks_a_text_or_a_slot(code):
    english, own = text.languages()["en"].texts, text.languages()[code].texts
    assert set(own) == set(english)
    for key in english:
        slots = [one for one in text.parts(key, own[key]) if isinstance(one, text.Slot)]
        # An hour may be said without minutes; nothing else may be left out.
        wanted = [one for one in text.parts(key, english[key]) if isinstance(one, text.Slot)]
        assert sorted(one.value for one in slots) == sorted(one.value for one in wanted), key
        assert own[key].strip()


@pytest.mark.parametrize("code", CODES)
def test_every_piece_is_heard_in_this_language_or_in_the_one_it_names_as_its_fallback(code):
    own = text.languages()[code]
    for name in text.pieces(own):
        if not audio.has_draft(name, code):
            assert not own.voice, f"{name} ({code}) has a voice but no draft: run scripts/make_prompts.py"
    assert text.chain(code)[-1] == "en"


def test_english_ends_every_chain_and_is_complete():
    english = text.languages()["en"]
    assert not english.fallback
    assert all(audio.has_draft(name, "en") for name in text.pieces(english))


def test_no_text_changed_after_it_was_spoken():
    for code, language in text.languages().items():
        listed = json.loads((audio.FOLDER / f"{code}.json").read_text(encoding="utf-8"))
        spoken = {name: text.fingerprint(*draft) for name, draft in text.drafts(language).items()}
        assert listed == spoken, f"{code}: run scripts/make_prompts.py"


def test_the_language_that_is_offered_is_never_offered_in_anothers_name():
    for code, language in text.languages().items():
        for key in ("language_offer", "own_name"):
            assert language.voice or key in language.aloud, f"{key} ({code})"


@pytest.mark.parametrize("order", sorted(text.ORDERS))
def test_every_number_of_the_hour_has_pieces_and_no_two_are_alike(order):
    names = [tuple(text.number_names(number, order)) for number in range(61)]
    assert len(set(names)) == 61
    with pytest.raises(ValueError, match="between 0 and 60"):
        text.number_names(61, order)


def test_the_drafts_stay_small():
    assert sum(path.stat().st_size for path in audio.FOLDER.iterdir()) < 3_300_000
