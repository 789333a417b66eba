"""The head that leaves the host, and the command that holds the chain against it."""

import re
from datetime import date

import pytest

from harkline.audit import chain, heads
from harkline.audit.models import Head, Record
from harkline.server import folder
from harkline.server.command import main

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def verify(tmp_path, capsys):
    """Runs the command on the test's own folder; gives its exit code and what it said."""
    import os

    data = os.environ[folder.VARIABLE]

    def run(*args):
        code = main(["audit", "verify", "--data", data, *map(str, args)])
        return code, capsys.readouterr().out

    return run


def recorded(number=5):
    for one in range(number):
        chain.record("opened", "entry", one)


def test_a_days_head_is_made_once_and_can_be_read_back(clock, tmp_path):
    recorded()
    row = heads.take()
    assert heads.take().sequence == row.sequence == 6  # five, and the record of the head itself
    path = heads.write(row, tmp_path)
    assert path.name == "2026-06-01.txt"
    assert heads.parse(path.read_text()) == heads.parse(f"6 {bytes(row.link).hex()}")
    assert heads.written(tmp_path) == [heads.parse(path.read_text())]
    assert not list((tmp_path / heads.FOLDER).glob("*.new"))


@pytest.mark.parametrize("wrong", ["", "record: 3\nlink: abc", "x" * 70, "3 " + "g" * 64])
def test_what_is_no_head_is_refused(wrong):
    with pytest.raises(ValueError):
        heads.parse(wrong)


def test_a_whole_chain_is_proven_by_key_and_by_head(tmp_path, verify):
    recorded()
    head, key = tmp_path / "head", tmp_path / "key"
    head.write_text(heads.text(heads.now_at(date(2026, 6, 1))))
    key.write_text(heads.grouped(chain.first_key()))
    assert verify()[0] == 1
    assert verify("--head", head) == (
        0, "Whole: records 1 to 5; proven up to 5 by the head, the rest only hang together.\n",
    )  # fmt: skip
    assert verify("--key", key) == (0, "Whole: records 1 to 5, each proven by the first key.\n")


def test_what_was_changed_is_said_plainly(tmp_path, verify):
    recorded()
    head, key = tmp_path / "head", tmp_path / "key"
    head.write_text(heads.text(heads.now_at(date(2026, 6, 1))))
    key.write_text(chain.first_key().hex())
    Record.objects.filter(sequence=3).update(reason="other")
    code, said = verify("--key", key)
    assert code == 2
    assert "record 3 is not what was written" in said
    Record.objects.filter(sequence__gte=3).delete()
    code, said = verify("--head", head)
    assert code == 2
    assert "cut off: record 3" in said


def test_a_wrong_file_is_wrong_use(tmp_path, verify):
    recorded(1)
    (tmp_path / "key").write_text("nothing")
    assert verify("--key", tmp_path / "key")[0] == 2
    assert verify("--head", tmp_path / "nowhere")[0] == 2


def test_the_head_and_the_first_key_can_be_printed_and_the_key_removed(capsys):
    import os

    data = os.environ[folder.VARIABLE]
    recorded(2)
    key = chain.first_key()
    assert main(["audit", "head", "--data", data]) == 0
    assert heads.parse(capsys.readouterr().out).sequence == 2
    assert main(["audit", "key", "--data", data]) == 0
    assert bytes.fromhex(capsys.readouterr().out.strip()) == key
    assert main(["audit", "key", "--forget", "--data", data]) == 0
    assert main(["audit", "key", "--data", data]) == 2
    assert not Head.objects.exists()


def test_a_printed_sheet_proves_the_records_before_it(staff, signed_in, tmp_path, verify):
    recorded()
    page = signed_in(staff("audrey", role="auditor")).get("/audit/sheet").content.decode()
    sheet = tmp_path / "sheet"
    sheet.write_text("\n".join(re.findall(r"(?:day|link): [0-9a-f -]+", page)))
    assert verify("--head", sheet)[0] == 0
    Record.objects.filter(sequence__gte=2).delete()
    code, said = verify("--head", sheet)
    assert code == 2
    assert "no record has the link" in said
