"""What ``harkline check`` and ``harkline notice`` say of the signed list."""

import pytest

from harkline.line import this
from harkline.notice import door, policy, publish
from harkline.server import check_notice, notice_command, setup
from harkline.server.check import Place, Severity
from harkline.server.command import parser
from harkline.server.config import Settings, Web
from harkline_verify import check_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def said(team_private, clock, tmp_path, monkeypatch):
    monkeypatch.setattr(check_words, "ROUNDS", 10)
    monkeypatch.setattr(policy, "_present", policy.Policy(folder=tmp_path))

    def look(url: str = "https://line.example"):
        place = Place(tmp_path, Settings(tmp_path, web=Web(public_url=url)))
        return [(one.severity, one.sentence) for check in check_notice.CHECKS for one in check(place)]

    return look


def test_nothing_is_asked_of_a_line_that_is_not_set_up(said):
    assert said() == []
    this.set_up()
    assert said() == [(Severity.WARNING, "No list of genuine addresses is signed.")]


def test_what_changed_what_runs_out_and_what_is_gone_is_said(said, clock, tmp_path):
    this.set_up()
    said()
    publish.sign(None)
    assert said() == []
    assert said("")[0][0] == Severity.NOTE
    this.add_address("phone", "+441632960001")
    assert said() == [(Severity.WARNING, "The addresses have changed and are not signed yet.")]
    [key] = tmp_path.glob("keys/notice-*")
    key.chmod(0o644)
    assert (Severity.FAILURE, "Others can read the notice's signing key.") in said()
    key.unlink()
    clock.forward(days=80)
    sentences = [sentence for _severity, sentence in said()]
    assert sentences[0] == "The signed list of genuine addresses runs out soon."
    assert "cannot be signed" in sentences[1]
    clock.forward(days=10)
    assert said()[0] == (Severity.FAILURE, "The signed list of genuine addresses has run out.")


@pytest.fixture
def run(said, tmp_path, monkeypatch, capsys):
    """``run("sign", "--yes")`` → exit code, what was printed."""
    monkeypatch.setattr(setup, "settings", lambda _data: Settings(tmp_path, web=Web(public_url="https://line.example")))

    def command(*words: str):
        args = parser().parse_args(["notice", *words, "--data", str(tmp_path)])
        return args.run(args), capsys.readouterr().out

    return command


def test_the_command_signs_only_when_it_is_told_to(run):
    assert run("show")[0] == notice_command.NONE
    code, told = run("sign")
    assert "NEW          +442079460123" in told
    assert door.present() is None
    code, told = run("sign", "--yes")
    assert (code, door.present().serial) == (0, 1)
    assert door.present().check_number in told
    assert run("show", "--note")[1] == door.present().note
    this.add_address("phone", "+441632960001")
    code, told = run("show")
    assert (code, "NEW          +441632960001" in told) == (1, True)


def test_the_command_rotates_revokes_and_closes(run):
    run("sign", "--yes")
    old = door.present().key
    assert "follows" in run("rotate")[1]
    run("rotate", "--yes")
    assert door.present().key != old
    run("revoke", "1", "--reason", "a slip", "--yes")
    with pytest.raises(setup.SetupError, match="revoked already"):
        run("revoke", "1", "--yes")
    run("close")
    assert door.state() == door.OPEN
    run("close", "--yes")
    assert door.state() == door.EMERGENCY
