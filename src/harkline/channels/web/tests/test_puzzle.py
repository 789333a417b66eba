"""Proof of work: what is solved, what is not, and what the load makes of it."""

import base64
import json
import math
import shutil
import subprocess
from hashlib import sha256
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import harkline
from harkline.channels.web import pressure, puzzle

KEY, NOW = b"k" * 32, 1_800_000_000.0
SCRIPTS = Path(harkline.__file__).parent / "server" / "static" / "harkline" / "public"


def _solved(effort: int = 50) -> tuple[dict, dict]:
    one = puzzle.challenge(KEY, effort, NOW)
    return one, json.loads(base64.b64decode(puzzle.solve(one)))


def _sent(said: object) -> str | None:
    return puzzle.proven(base64.b64encode(json.dumps(said).encode()).decode(), KEY, NOW)


def test_a_solved_puzzle_is_proven():
    one, said = _solved()
    assert _sent(said) == one["challenge"]
    assert one["challenge"] == sha256(f"{one['salt']}{said['number']}".encode()).hexdigest()


def test_it_ends():
    one, _said = _solved()
    assert puzzle.proven(puzzle.solve(one), KEY, NOW + puzzle.LIFETIME + 1) is None


@pytest.mark.parametrize("name", ["algorithm", "challenge", "salt", "number", "signature"])
def test_nothing_of_it_can_be_changed(name: str):
    _one, said = _solved()
    assert _sent({**said, name: said["number"] + 1 if name == "number" else said[name] + "0"}) is None
    assert _sent({key: value for key, value in said.items() if key != name}) is None
    assert _sent({**said, name: None}) is None


def test_no_later_end_can_be_moved_out_of_the_number():
    """Salt and number are hashed without a break: digits must not change sides (CVE-2025-68113)."""
    while True:
        one, said = _solved(5_000)
        if said["number"] > 9:
            break
    digits = str(said["number"])
    assert _sent({**said, "salt": one["salt"] + digits[0], "number": int(digits[1:])}) is None


def test_another_key_s_puzzle_is_not_ours():
    assert puzzle.proven(puzzle.solve(puzzle.challenge(b"x" * 32, 50, NOW)), KEY, NOW) is None


@given(st.text(max_size=200) | st.binary(max_size=200).map(lambda raw: base64.b64encode(raw).decode()))
def test_noise_is_no_solution_and_no_error(said: str):
    assert puzzle.proven(said, KEY, NOW) is None


@given(st.recursive(st.none() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)))
def test_no_json_makes_an_error(said: object):
    assert _sent(said) is None
    assert _sent(dict.fromkeys(("algorithm", "challenge", "salt", "number", "signature"), said)) is None


@pytest.mark.skipif(shutil.which("node") is None, reason="no node")
def test_the_browser_s_script_finds_the_same_number():
    given_ = [puzzle.challenge(KEY, effort, NOW) for effort in (0, 1, 500, 20_000)]
    texts = ["", "abc", "a" * 55, "a" * 56, "a" * 64, "a" * 119, "a" * 120]
    script = f"""
      import {{ find }} from "file://{SCRIPTS}/solver.js"; import {{ hex }} from "file://{SCRIPTS}/sha256.js";
      console.log(JSON.stringify([{json.dumps(given_)}.map(find), {json.dumps(texts)}.map(hex)]));"""
    ran = subprocess.run(
        ["node", "--input-type=module", "-e", script], capture_output=True, text=True, check=False, timeout=60
    )
    assert ran.returncode == 0, ran.stderr
    numbers, hashes = json.loads(ran.stdout)
    assert hashes == [sha256(one.encode()).hexdigest() for one in texts]
    for one, number in zip(given_, numbers, strict=True):
        assert puzzle.proven(puzzle.written(one, number), KEY, NOW) == one["challenge"]


# --- the load -------------------------------------------------------------------------------------------------------------------


def test_in_peace_there_is_neither_puzzle_nor_wait():
    gauge = pressure.Gauge()
    for second in range(600):
        gauge.note(NOW + second)
    assert pressure.effort(gauge.over(NOW + 600)) == pressure.wait(gauge.over(NOW + 600)) == 0


def test_a_flood_makes_it_hard_and_peace_makes_it_easy_again():
    gauge = pressure.Gauge()
    for one in range(2000):
        gauge.note(NOW + one / 200)
    over = gauge.over(NOW + 10)
    assert pressure.effort(over) > 100_000
    assert pressure.wait(over) > 10
    assert pressure.effort(gauge.over(NOW + 10 + 5 * pressure.SPAN)) == 0


@given(st.floats(0, 1e9), st.floats(0, 1e9))
def test_more_load_never_makes_it_easier_and_there_is_an_end(one: float, other: float):
    less, more = sorted((one, other))
    assert 0 <= pressure.effort(less) <= pressure.effort(more) <= pressure.HARDEST
    assert 0 <= pressure.wait(less) <= pressure.wait(more) <= pressure.LONGEST_WAIT


def test_a_large_service_is_not_flooded_by_an_ordinary_day():
    busy = pressure.Gauge(calm=1_000)
    for one in range(900):
        busy.note(NOW + one / 100)
    assert pressure.effort(busy.over(NOW + 9)) == 0


def test_a_clock_that_is_put_back_does_no_harm():
    gauge = pressure.Gauge(50.0, NOW)
    assert gauge.read(NOW - 10_000) == 50.0
    assert math.isfinite(gauge.read(NOW + 1e12))
