"""Everybody has forgotten their passphrase. Three pages of the printed kit, the host, and no network: how long until all of it opens?"""

import shutil
import subprocess
import sys
import time
from collections.abc import Callable

import pytest
from tests.harness import Line, outside

MESSAGES = 40  # for each version of the team's key
PASS_MARK = 30 * 60  # seconds
TYPING = 6.0  # seconds a word, for somebody who types with two fingers and looks each one up


def test_three_pages_open_every_version_without_a_network(fresh: Line, figure: Callable[[str, str], None]) -> None:
    fresh.staff("Cedar")
    pages = fresh.inside("make_kit", private=fresh.team)
    fresh.serve()
    for version in (1, 2, 3):
        for n in range(MESSAGES):
            fresh.writes(f"message {n} under version {version}")
        if version < 3:
            assert fresh.inside("renew_team") == version + 1
    fresh.stop()
    alone = ["unshare", "-rn"] if shutil.which("unshare") else []
    if alone and subprocess.run([*alone, "true"], check=False, capture_output=True).returncode:
        alone = []
    mistyped = pages[4].split()
    mistyped[15] = "lamp"
    typed = "\n".join([pages[1], " ".join(mistyped), "", pages[0]]) + "\n"
    began = time.monotonic()
    ran = subprocess.run(
        [*alone, sys.executable, "-m", "harkline.server.command", "recover", "--data", str(fresh.data)],
        input=typed,
        capture_output=True,
        text=True,
        env=outside(),
        timeout=PASS_MARK,
        check=False,
    )
    assert ran.returncode == 0, ran.stdout + ran.stderr
    link = next(word for word in ran.stdout.split() if "/account/invitation/" in word)
    total, opened = fresh.inside("opened_by_link", link=link)
    machine = time.monotonic() - began
    whole = machine + 3 * len(pages[0].split()) * TYPING
    how = "no network" if alone else "network not taken away: no unshare here"
    figure(
        "recovery drill", f"{opened} of {total} records open; {machine:.1f} s, {whole / 60:.0f} min with typing ({how})"
    )
    assert opened == total >= 3 * MESSAGES
    assert whole < PASS_MARK


@pytest.mark.parametrize("pages", [1, 2])
def test_fewer_pages_open_nothing(fresh: Line, pages: int) -> None:
    words = fresh.inside("make_kit", private=fresh.team)
    said = fresh.command("recover", typed="\n".join(words[:pages]) + "\n", code=2)
    assert "nothing was changed" in said
    assert "/account/invitation/" not in said
