"""Make the draft audio of the spoken prompts (``src/harkline/line/audio/``) and the demonstration's callers.

    python scripts/make_prompts.py            only what changed
    python scripts/make_prompts.py --all      everything

Needs espeak-ng (Debian: apt-get install espeak-ng). It has no Pashto voice, and Dari is heard in Persian: see ``prompts.toml``.
"""

import argparse
import io
import itertools
import json
import math
import random
import subprocess
import sys
import wave
import zipfile
from array import array
from pathlib import Path

from harkline.demo import story
from harkline.line import prompts_audio as audio
from harkline.line import prompts_text as text

WORDS_A_MINUTE = {"ar": 195, "fa": 195}  # these two voices drawl
USUAL = 170
LEVEL = 3300  # root mean square of what is spoken: about -20 dB below full scale
PEAK = 26000
QUIET = 250  # below this nothing is said
LONGEST_PAUSE = 0.22  # seconds within a prompt
LONG_AGO = (1980, 1, 1, 0, 0, 0)  # so that the same speech makes the same file


def speech(words: str, voice: str) -> "array[int]":
    """What espeak-ng says, at 8 kHz."""
    command = ["espeak-ng", "-v", voice, "-s", str(WORDS_A_MINUTE.get(voice[:2], USUAL)), "--stdout", words]
    heard = subprocess.run(command, check=True, capture_output=True).stdout
    # Its header gives no length, because it was written to a pipe.
    with wave.open(io.BytesIO(heard)) as file:
        rate = file.getframerate()
    return resampled(audio.samples(heard[44:]), rate)


def low_pass(rate: int, cutoff: float, taps: int = 63) -> list[float]:
    """A windowed sinc (Blackman), gain 1."""
    middle, ratio = taps // 2, 2 * cutoff / rate
    window = [
        0.42 - 0.5 * math.cos(2 * math.pi * n / (taps - 1)) + 0.08 * math.cos(4 * math.pi * n / (taps - 1))
        for n in range(taps)
    ]
    sinc = [
        ratio if n == middle else math.sin(math.pi * ratio * (n - middle)) / (math.pi * (n - middle))
        for n in range(taps)
    ]
    found = [a * b for a, b in zip(window, sinc, strict=True)]
    return [one / sum(found) for one in found]


def resampled(values: "array[int]", rate: int) -> "array[int]":
    """To 8 kHz: low-pass at 3.5 kHz where it is needed, linear between neighbours."""
    taps = low_pass(rate, 3500)
    half = len(taps) // 2
    padded = [0] * half + list(values) + [0] * (half + 1)

    def filtered(at: int) -> float:
        return sum(map(lambda a, b: a * b, taps, padded[at : at + len(taps)]))

    out = array("h")
    for n in range(len(values) * audio.RATE // rate):
        at, rest = divmod(n * rate, audio.RATE)
        part = rest / audio.RATE
        value = filtered(at) * (1 - part) + (filtered(at + 1) * part if part else 0)
        out.append(max(-32768, min(32767, round(value))))
    return out


def trimmed(values: "array[int]") -> "array[int]":
    """Without silence before and after, and with short pauses within; 20 ms stay at either end."""
    edge, pause = audio.RATE // 50, int(LONGEST_PAUSE * audio.RATE)
    loud = [n for n, value in enumerate(values) if abs(value) > QUIET]
    if not loud:
        return array("h")
    out = array("h", values[max(0, loud[0] - edge) : loud[0] + 1])
    for before, after in itertools.pairwise(loud):
        gap = values[before + 1 : after + 1]
        out += gap if len(gap) <= pause else gap[: pause // 2] + gap[-(pause - pause // 2) :]
    return out + values[loud[-1] + 1 : loud[-1] + edge]


def levelled(values: "array[int]") -> "array[int]":
    """The same loudness for every piece."""
    loud = [value for value in values if abs(value) > QUIET]
    power = math.sqrt(sum(value * value for value in loud) / len(loud)) if loud else 1
    gain = min(LEVEL / power, PEAK / max(map(abs, values)))
    return array("h", [round(value * gain) for value in values])


def said(words: str, voice: str) -> bytes:
    """A piece, ready to be kept."""
    return audio.packed(levelled(trimmed(speech(words, voice))))


def tone() -> bytes:
    """The beep before a recording: 0.3 s at 620 Hz, with soft ends."""
    length = int(0.3 * audio.RATE)
    return audio.packed(
        array(
            "h",
            [
                round(5000 * math.sin(math.pi * n / length) * math.sin(2 * math.pi * 620 * n / audio.RATE))
                for n in range(length)
            ],
        )
    )


def hold(seconds: int = 10) -> bytes:
    """What is heard in the queue: soft noise with one slow swell, like a far sea. No melody. It repeats without a seam."""
    dice, length = random.Random(5), seconds * audio.RATE  # noqa: S311 (a noise, not a secret)
    white = [dice.uniform(-1, 1) for _ in range(length)]
    value = 0.0
    soft = []
    for n in range(2 * length):  # the second round starts where the first ended, so that the loop closes
        value += 0.12 * (white[n % length] - value)
        soft.append(value)
    swell = [0.55 - 0.3 * math.cos(2 * math.pi * n / length) for n in range(length)]
    return audio.packed(array("h", [round(5000 * a * b) for a, b in zip(soft[length:], swell, strict=True)]))


def kept(path: Path) -> dict[str, bytes]:
    """The drafts of a file."""
    if not path.is_file():
        return {}
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def keep(path: Path, drafts: dict[str, bytes]) -> None:
    """Write a file that depends on its content alone."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in sorted(drafts.items()):
            info = zipfile.ZipInfo(name, LONG_AGO)
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data, compresslevel=9)


def make(path: Path, drafts: dict[str, tuple[str, str]], everything: bool) -> None:
    """Speak what is new or changed, and list beside it which words were spoken."""
    listed = path.with_suffix(".json")
    old = kept(path)
    before = json.loads(listed.read_text(encoding="utf-8")) if listed.is_file() and not everything else {}
    marks = {name: text.fingerprint(*draft) for name, draft in drafts.items()}
    new = {
        name: old[name] if name in old and before.get(name) == marks[name] else audio.to_adpcm(said(words, voice))
        for name, (voice, words) in drafts.items()
    }
    keep(path, new)
    listed.write_text(json.dumps(marks, indent=1, sort_keys=True) + "\n", encoding="utf-8")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--all", action="store_true", help="speak every text again")
    everything = options.parse_args().all
    audio.FOLDER.mkdir(exist_ok=True)
    wanted = {
        **{audio.FOLDER / f"{code}.zip": text.drafts(language) for code, language in text.languages().items()},
        story.VOICES: story.drafts(),
    }
    for path, drafts in wanted.items():
        make(path, drafts, everything)
    keep(audio.FOLDER / "sounds.zip", {"tone": audio.to_adpcm(tone()), "hold": audio.to_adpcm(hold())})
    print(f"{sum(path.stat().st_size for path in audio.FOLDER.iterdir()) // 1000} kB in {audio.FOLDER}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
