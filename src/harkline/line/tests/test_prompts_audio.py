"""Sound survives being kept."""

import itertools
from array import array

from hypothesis import given
from hypothesis import strategies as st

from harkline.line import prompts_audio as audio

sample = st.integers(-32768, 32767)


@given(st.lists(sample, max_size=300))
def test_mulaw_keeps_every_sample_within_its_own_step(values):
    pcm = audio.packed(array("h", values))
    again = audio.samples(audio.from_mulaw(audio.to_mulaw(pcm)))
    assert len(again) == len(values)
    for before, after in zip(values, again, strict=True):
        # G.711: the step doubles with each segment, which begin at 128·2ⁿ after the bias of 132 is added.
        assert abs(before - after) <= (abs(before) + 132) / 32


@given(st.binary(max_size=300))
def test_mulaw_that_was_kept_once_never_changes_again(data):
    kept = audio.to_mulaw(audio.from_mulaw(data))
    assert audio.from_mulaw(kept) == audio.from_mulaw(data)
    assert kept.replace(b"\xff", b"\x7f") == data.replace(b"\xff", b"\x7f")  # two codes mean silence


def test_mulaw_agrees_with_the_recommendation():
    """Decision values of ITU-T G.711, table 2a, in 16 bits."""
    known = {0xFF: 0, 0x7F: 0, 0x80: 32124, 0x00: -32124, 0xFE: 8, 0x7E: -8, 0xEF: 132, 0x8F: 16764}
    assert {code: audio.samples(audio.from_mulaw(bytes([code])))[0] for code in known} == known


def tune(length=4000):
    """Something with the shape of speech: a rising and falling sum of tones."""
    import math

    return array(
        "h",
        [round(6000 * math.sin(n / 900) * (math.sin(n / 6) + 0.5 * math.sin(n / 2.7))) for n in range(length)],
    )


def test_adpcm_keeps_speech_recognisable():
    values = tune()
    again = audio.samples(audio.from_adpcm(audio.to_adpcm(audio.packed(values))))
    noise = sum((a - b) ** 2 for a, b in zip(values, again, strict=True))
    assert sum(value * value for value in values) / noise > 100  # 20 dB


@given(st.binary(max_size=200))
def test_adpcm_that_is_damaged_is_noise_and_no_error(data):
    assert len(audio.from_adpcm(data)) == 4 * len(data)


def test_the_sound_in_the_queue_repeats_without_a_click():
    values = audio.samples(audio.draft("hold", ""))
    steps = [abs(a - b) for a, b in itertools.pairwise(values)]
    assert abs(values[0] - values[-1]) <= max(steps)
    assert max(map(abs, values)) < 8000
