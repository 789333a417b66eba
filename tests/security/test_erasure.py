"""Two thousand cases removed, and every copy looked for; the clock ten years ahead and back by the library faketime."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.faults.test_erasure import ROOT, erase, found
from tests.harness import Line

pytestmark = pytest.mark.slow

WRITE = """
import django; django.setup()
from harkline.intake import receive
from harkline.intake.models import Contact
from harkline.records import filing, guard
tried = receive.attempt("web", "/", dedupe_key="one")
receive.contact(tried.id, [receive.Part("message", {}, b"words")], language="en")
filing.file_pending()
Contact.objects.update(state="closed")
guard.look(force=True)
"""
LEFT = "import django; django.setup(); from harkline.intake.models import Wrap; print(Wrap.objects.count())"


def test_two_thousand_cases_leave_no_copy(fresh: Line, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    told = erase(fresh, temporary, 2000)
    hits = found(told["gone"], fresh.data, temporary)
    figure("copies after removal", f"{len(hits)} of {len(told['gone'])} marks, in {told['steps']} steps")
    assert hits == set()
    assert len(found(told["stays"], fresh.data)) == len(told["stays"])


def python(line: Line, code: str, *before: str) -> str:
    env = {**os.environ, "HARKLINE_DATA": str(line.data), "DJANGO_SETTINGS_MODULE": "harkline.server.settings"}
    made = subprocess.run(
        [*before, sys.executable, "-c", code], env=env, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return made.stdout


def removal(line: Line, *before: str) -> subprocess.CompletedProcess[str]:
    command = [*before, sys.executable, "-m", "harkline.server.command", "retention", "--data", str(line.data)]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.skipif(not shutil.which("faketime"), reason="faketime is not installed: apt-get install faketime")
@pytest.mark.parametrize("shift", ["+10 years", "-10 years"])
def test_with_the_clock_ten_years_off_nothing_is_removed(
    fresh: Line, figure: Callable[[str, str], None], shift: str
) -> None:
    python(fresh, WRITE)
    before = python(fresh, LEFT)
    done = removal(fresh, "faketime", shift)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "clock has jumped" in done.stdout
    again = removal(fresh)  # the clock is right again, and nobody has said so
    assert again.returncode == 1
    assert python(fresh, LEFT) == before
    figure(f"clock {shift}", "nothing removed, suspended until confirmed")
    confirmed = subprocess.run(
        [sys.executable, "-m", "harkline.server.command", "retention", "--confirm-clock", "--data", str(fresh.data)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert confirmed.returncode == 0
    assert python(fresh, LEFT) == before
