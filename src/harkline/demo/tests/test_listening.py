"""Simulated callers understand what they hear."""

import random
from array import array

import pytest

from harkline.demo import story
from harkline.demo.listening import Ears, Sound, level, pitch
from harkline.line import prompts_audio as audio
from harkline.line import prompts_text as text


def heard(pcm, ears=None):
    ears = ears or Ears()
    return [ears.hear(pcm[at : at + 320]) for at in range(0, len(pcm) - 319, 320)]


def test_the_sound_of_the_queue_is_waiting():
    ears = Ears()
    sounds = heard(audio.draft("hold", "") * 2, ears)
    assert set(sounds[80:]) == {Sound.WAITING}
    assert ears.waited
    ears.forget()
    assert not ears.waited


@pytest.mark.parametrize("code", [code for code, one in text.languages().items() if one.voice])
def test_no_prompt_and_no_sentence_is_mistaken_for_waiting_or_for_the_tone(code):
    spoken = [audio.draft(name, code) for name in text.pieces(text.languages()[code])]
    spoken += [story.spoken(name) for name in story.drafts()]
    for pcm in spoken:
        assert not {Sound.WAITING, Sound.TONE} & set(heard(pcm))


def test_the_tone_is_heard_even_after_the_queue():
    ears = Ears()
    heard(audio.draft("hold", ""), ears)
    assert Sound.TONE in heard(audio.draft("tone", ""), ears)


def test_silence_is_counted_and_ends_with_a_word():
    ears = Ears()
    assert set(heard(audio.silence(1.0), ears)) == {Sound.NOTHING}
    assert ears.quiet_for == pytest.approx(1.0)
    assert heard(audio.draft("connected", "en")[:3200], ears)[-1] is Sound.SPEECH
    assert ears.quiet_for == 0


def test_level_and_pitch_of_what_is_known():
    square = audio.packed(array("h", [1000, -1000] * 80))
    assert level(square) == pytest.approx(1000)
    assert pitch(square, 620) < 0.05
    assert pitch(b"", 620) == level(b"") == 0
    dice = random.Random(1)
    noise = audio.packed(array("h", [dice.randrange(-9000, 9000) for _ in range(160)]))
    assert pitch(noise, 620) < 0.3


@pytest.mark.parametrize("code", [code for code, one in text.languages().items() if one.voice])
def test_a_caller_understands_that_nobody_is_there_and_nothing_else_as_that(code):
    key = "menu_unattended"
    phrase = audio.draft(key, code)
    for shift in (0, 34, 160, 278):  # a frame seldom begins where the sentence does
        ears = Ears({key: phrase})
        heard(audio.silence(0.3) + bytes(shift) + phrase + audio.silence(0.2), ears)
        assert ears.understood == {key}
    ears = Ears({key: phrase})
    others = [name for name in text.pieces(text.languages()[code]) if name != key]
    heard(b"".join(audio.draft(name, code) + audio.silence(0.06) for name in others), ears)
    assert not ears.understood
