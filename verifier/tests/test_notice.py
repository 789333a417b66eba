"""A line's signed list of addresses: believed by the key that a reader trusts, and refused altered, run out, out of date or revoked."""

import contextlib
import json
from datetime import UTC, datetime, timedelta

import pytest

from harkline_verify import check_words, notice
from harkline_verify.errors import Refused
from harkline_verify.notes import Key, Signer
from harkline_verify.notice import Address, Body, Hours, Signed, Standing, Successor, Withdrawn
from harkline_verify.notice_command import main
from harkline_verify.trust import Document, Seen, Verdict, judge

NOW = datetime(2026, 11, 27, 8, tzinfo=UTC)
ONE, TWO, OTHER = (Signer.from_seed("line.example/notice", bytes([at]) * 32) for at in (1, 2, 3))
ADDRESSES = (
    Address("page", "https://line.example/"),
    Address("phone", "+442079460123", "day and night", "en"),
    Address("radio", "X0LINE", hours=(Hours(("Mo", "Fr"), "18:00", "19:00"),), frequency="145.500 MHz FM"),
)


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(check_words, "ROUNDS", 10)


def body(serial=1, signer=ONE, **more) -> Body:
    return Body("The Line", serial, NOW, NOW + timedelta(days=90), signer.key(), ADDRESSES, **more)


def note(serial=1, signer=ONE, **more) -> str:
    return signer.sign(body(serial, signer, **more).text())


def document(written: str, *hand_overs: str, revoked=()) -> bytes:
    text = Signed.parse(written).text
    made = {"notice": json.loads(text), "note": written, "hand_overs": hand_overs, "revoked_keys": revoked}
    return json.dumps(made, ensure_ascii=False).encode()


def handed(old: Signer, new: Signer) -> str:
    text = notice.rotation(old.key(), new.key(), NOW)
    return old.sign(text) + new.line(text)


def judged(data: str | bytes, key: Key | None = None, now=NOW, seen=()):
    found = Document.parse(data.encode() if isinstance(data, str) else data)
    return judge(found, ONE.key() if key is None else key, now, seen)


def test_what_was_written_is_read_again():
    whole = body(
        3,
        previous="a" * 64,
        languages=("en", "fa"),
        page="https://line.example/notice",
        standing=Standing("succeeded", NOW, Successor("Others", "https://others.example/notice", str(TWO.key()))),
        openpgp=(("line@line.example", "ABCD"),),
        count=("line.example/count", "b" * 64),
        revoked=(Withdrawn(1, "c" * 64, NOW, "a number was seized"),),
    )
    assert Body.parse(whole.text()) == whole
    assert Signed.parse(ONE.sign(whole.text())).body == whole


def test_later_lines_may_say_more_and_nobody_may_say_anything_twice():
    text = body().text()
    assert Body.parse(text.replace('"line":', '"new": {"x": [1]},\n "line":')) == body()
    with pytest.raises(Refused, match="twice"):
        Body.parse(text.replace('"line":', '"serial": 1,\n "line":'))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"serial": 1', '"serial": true'),
        ('"serial": 1', '"serial": 0'),
        ('"type": "harkline-notice/v1"', '"type": "harkline-notice/v2"'),
        ('"channel": "phone"', '"channel": "pigeon"'),
        ("2027-02-25T08:00:00Z", "2026-11-27T07:00:00Z"),
        ("2027-02-25T08:00:00Z", "25 February"),
        ('"Mo"', '"Monday"'),
        ('"18:00"', '"25:00"'),
        ('"state": "open"', '"state": "succeeded"'),
        ("{", "["),
    ],
)
def test_a_list_that_is_malformed_is_refused(old, new):
    assert old in body().text()
    with pytest.raises(Refused):
        Body.parse(body().text().replace(old, new, 1))


def test_each_change_of_a_letter_is_refused():
    written = note()
    for at in range(0, len(written) - 1, 3):
        bent = f"{written[:at]}{'b' if written[at] == 'a' else 'a'}{written[at + 1 :]}"
        with contextlib.suppress(Refused):
            assert judged(bent).verdict != Verdict.HOLDS, at


def test_json_that_says_something_else_than_what_was_signed_is_refused():
    data = document(note())
    assert judged(data).verdict == Verdict.HOLDS
    # The number in the part that programs read, and not in the part that is signed.
    bent = data.replace(b"+442079460123", b"+442079460999", 1)
    with pytest.raises(Refused, match="something else"):
        judged(bent)


def test_another_key_is_refused_until_mine_has_handed_over_to_it():
    data = note(2, TWO)
    assert judged(data).verdict == Verdict.REFUSED
    found = judged(document(data, handed(ONE, TWO)))
    assert (found.verdict, found.handed_over) == (Verdict.HOLDS, True)
    assert judged(document(data, handed(OTHER, TWO))).verdict == Verdict.REFUSED
    # Signed by the new key alone: anybody could have written it.
    alone = TWO.sign(notice.rotation(ONE.key(), TWO.key(), NOW))
    with pytest.raises(Refused, match="both keys"):
        judged(document(data, alone))


def test_a_way_of_hand_overs_is_followed_to_its_end():
    data = document(note(3, OTHER), handed(ONE, TWO), handed(TWO, OTHER))
    assert judged(data).verdict == judged(data, TWO.key()).verdict == Verdict.HOLDS


def test_a_key_that_was_revoked_is_believed_no_more():
    gone = ONE.sign(notice.key_revocation(ONE.key(), NOW, "stolen"))
    found = judged(document(note(), revoked=(gone,)))
    assert found.verdict == Verdict.REFUSED
    assert "revoked on 2026-11-27" in found.reasons[0]
    # Whoever stole it may have handed it over as well.
    assert judged(document(note(2, TWO), handed(ONE, TWO), revoked=(gone,))).verdict == Verdict.REFUSED
    assert judged(document(note(2, TWO), handed(ONE, TWO), revoked=(gone,)), TWO.key()).verdict == Verdict.HOLDS
    with pytest.raises(Refused, match="own key"):
        judged(document(note(), revoked=(OTHER.sign(notice.key_revocation(ONE.key(), NOW)),)))


def test_without_a_key_nothing_is_believed():
    found = judge(Document.parse(note().encode()), None, NOW)
    assert found.verdict == Verdict.NO_KEY


@pytest.mark.parametrize(("days", "holds"), [(0, True), (89, True), (90, False), (-2, False)])
def test_a_list_holds_for_its_time(days, holds):
    assert (judged(note(), now=NOW + timedelta(days=days)).verdict == Verdict.HOLDS) is holds


def test_an_old_list_is_refused_once_a_later_one_or_its_revocation_is_known():
    first = note(1)
    withdrawn = Withdrawn(1, Signed.parse(first).digest, NOW, "seized")
    second = Signed.parse(note(2, revoked=(withdrawn,)))
    assert judged(first).verdict == Verdict.HOLDS  # nothing later is known: the signature alone cannot tell
    found = judged(first, seen=[Seen.of(second, "the other copy")])
    assert found.verdict == Verdict.REFUSED
    assert found.reasons == ["Version 1 was revoked, as the other copy shows."]
    later = Seen.of(Signed.parse(note(2)), "the other copy")
    assert "out of date" in judged(first, seen=[later]).reasons[0]
    assert judged(note(2), seen=[Seen.of(Signed.parse(first), "x")]).verdict == Verdict.HOLDS


def test_two_lists_with_one_number_are_told():
    other = Signed.parse(note(1, languages=("fa",)))
    assert judged(note(1), seen=[Seen.of(other, "a friend")]).verdict == Verdict.TWO_LISTS


# --- the command ---------------------------------------------------------------------------------------------------------------------


@pytest.fixture
def run(tmp_path, capsys):
    """``run(data, *options)`` → exit code, what was said."""

    def go(data: str | bytes, *options: str, key: str = str(ONE.key()), now=NOW):
        path = tmp_path / "list"
        path.write_bytes(data.encode() if isinstance(data, str) else data)
        code = main([str(path), "--key", key, "--state", str(tmp_path / "state"), *options], tmp_path, now)
        told = capsys.readouterr()
        return code, told.out + told.err

    return go


def test_the_command_says_whether_a_number_is_genuine(run):
    code, told = run(note(), "--genuine", "020 7946 0123", "--genuine", "x0line 145.5 mhz")
    assert code == 0
    assert "Genuine: +442079460123 (as it is dialled within its own country)." in told
    assert "Genuine: X0LINE 145.500 MHz FM." in told
    code, told = run(note(), "--genuine", "+44 20 7946 0124")
    assert code == 1
    assert "NOT GENUINE: +44 20 7946 0124 is not on this list." in told


def test_the_command_refuses_an_altered_list(run):
    code, told = run(note().replace("+442079460123", "+442079460124"))
    assert code == 1
    assert "is not right" in told


def test_the_command_remembers_what_it_has_seen(run):
    withdrawn = Withdrawn(1, Signed.parse(note()).digest, NOW)
    assert run(note())[0] == 0
    assert run(note(2, revoked=(withdrawn,)))[0] == 0
    code, told = run(note())
    assert code == 1
    assert "Version 1 was revoked, as your last visit shows." in told
    assert run(note(), "--forget")[0] == 0


def test_the_command_compares_with_another_copy(run, tmp_path):
    (tmp_path / "newer").write_text(note(5))
    code, told = run(note(4), "--against", str(tmp_path / "newer"))
    assert code == 1
    assert "has version 5" in told
    (tmp_path / "forged").write_text(note(9, OTHER))
    assert run(note(4), "--against", str(tmp_path / "forged"))[0] == 2


def test_the_command_says_that_a_line_is_closed(run):
    assert "THE LINE IS CLOSED: do not call" in run(note(standing=Standing("emergency", NOW)))[1]
    ends = Standing("succeeded", NOW + timedelta(days=7), Successor("Others", "https://others.example/"))
    assert "closes on 2026-12-04. Others goes on" in run(note(standing=ends), "--forget")[1]


def test_the_command_takes_the_key_from_a_file_and_tells_what_is_wrong_with_one(run, tmp_path):
    (tmp_path / "key").write_text(f"{ONE.key()}\n")
    assert run(note(), key=str(tmp_path / "key"))[0] == 0
    assert run(note(), key="what")[0] == 2
    _code, told = run(note(), "--json")
    assert json.loads(told)["verdict"] == "holds"


def test_the_command_holds_a_list_against_the_log(run, line):
    first, second = Signed.parse(note(1)), Signed.parse(note(2))
    add = line.published_notice
    add(1, first.digest)
    line.day(3)
    add(2, second.digest)
    line.publish()
    given = ("--log", str(line.folder), "--policy", line.policy.fingerprint, "--forget")
    assert run(second.note, *given)[0] == 0
    code, told = run(first.note, *given)
    assert code == 1
    assert "out of date: the log has version 2" in told
    assert run(note(2, languages=("fa",)), *given)[0] == 4
    add(2, second.digest, revoked=True)
    line.publish()
    code, told = run(second.note, *given)
    assert code == 1
    assert "Version 2 was revoked, as the log shows." in told


def test_the_words_are_those_that_anybody_reckons(monkeypatch):
    monkeypatch.setattr(check_words, "ROUNDS", 600_000)
    found = check_words.check("x\n")
    assert (found.spoken, found.number) == (WORDS_OF_X, NUMBER_OF_X)
    assert check_words.check("y\n").words != found.words


# PBKDF2-HMAC-SHA256 by OpenSSL's own command: openssl kdf -keylen 13 -kdfopt digest:SHA256 -kdfopt hexpass:… -kdfopt iter:600000 PBKDF2
WORDS_OF_X, NUMBER_OF_X = "market desert needle needle crane", "9384 3504 6005"
