"""Thirty days of the demonstration: claimed, audited, copied into a folder, and judged by the verifier, which knows nothing of the line."""

from pathlib import Path

import pytest

from harkline.count import export, policy, publish
from harkline.demo import history, past
from harkline_verify import command

pytestmark = [pytest.mark.flow, pytest.mark.django_db]


@pytest.fixture
def copied(team_private: bytes, staff, tmp_path: Path):
    """The folder that anybody may have, and the fingerprint of its policy."""
    before = policy.present()
    staff("sue", role="supervisor")
    history.write(["en"])
    (tmp_path / "keys").mkdir()
    with past.outside(tmp_path) as around:
        past.live(tmp_path, around)
    export.write(tmp_path / "copy")
    yield tmp_path / "copy", publish.fingerprint()
    policy.use(before)


def test_the_verifier_says_the_right_sentences_and_refuses_a_changed_copy(
    copied, capsys, monkeypatch, tmp_path
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder, fingerprint = copied
    assert command.main([str(folder), "--policy", fingerprint]) == 0
    said = capsys.readouterr().out
    assert "Everything that can be checked holds." in said
    assert "2 of 2 outside witnesses confirm none was rewritten since" in said
    assert "At least 21 entries between" in said
    assert "are marked “The person said that they work for a public body”" in said
    assert "inspected 21:" in said
    assert "called unprompted, or that none was left out" in said
    entries = sorted((folder / "tile" / "entries").rglob("*"), key=lambda one: one.is_file())[-1]
    changed = bytearray(entries.read_bytes())
    changed[-40] ^= 1
    entries.write_bytes(changed)
    assert command.main([str(folder), "--policy", fingerprint]) != 0
    assert "Everything that can be checked holds." not in capsys.readouterr().out
    assert command.main([str(folder), "--policy", "0" * 64]) != 0
