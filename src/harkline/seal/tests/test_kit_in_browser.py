"""The recovery kit's modules in the browser: what they make is what ours read, and what they print other programs read.

They run in Node here, in Chromium in ``tests/pages``.
"""

import json
import random
import shutil
import subprocess
from pathlib import Path

import pytest

import harkline.server
from harkline.seal import shamir
from harkline.seal import share as shares
from harkline.seal.share import COUNT, THRESHOLD, Share, Unreadable
from harkline.seal.tests.test_browser import back, out

NODE = shutil.which("node")
MODULES = Path(harkline.server.__file__).parent / "static" / "harkline"
pytestmark = pytest.mark.skipif(NODE is None, reason="needs node 20 or newer (Debian: apt-get install nodejs)")
DRAWN = random.Random(7)


def browser(*calls):
    asked = json.dumps([{"call": name, "arguments": out(list(given))} for name, *given in calls])
    run = [NODE, "--no-warnings", str(Path(__file__).parent / "kit.mjs"), str(MODULES)]
    done = subprocess.run(run, input=asked, capture_output=True, text=True, check=True, timeout=60)
    return [one.get("result", one) for one in json.loads(done.stdout, object_hook=back)]


def some(index=1):
    return Share(DRAWN.randbytes(4), index, DRAWN.randbytes(32))


def told(page):
    return {"kit": page.kit, "index": page.index, "data": page.data}


def test_a_secret_split_in_the_browser_is_joined_here_and_the_other_way():
    secrets = [DRAWN.randbytes(32) for _trial in range(20)] + [bytes(32), b"\xff" * 32]
    for secret, split in zip(secrets, browser(*(("split", one) for one in secrets)), strict=True):
        made = {int(index): data for index, data in split.items()}
        assert sorted(made) == list(range(1, COUNT + 1))
        chosen = DRAWN.sample(sorted(made), THRESHOLD)
        assert shamir.join({index: made[index] for index in chosen}) == secret
        assert shamir.join({index: made[index] for index in chosen[:2]}) != secret
    ours = [shamir.split(one, THRESHOLD, COUNT) for one in secrets]
    joined = browser(*(("join", {str(i): one[i] for i in DRAWN.sample(sorted(one), THRESHOLD)}) for one in ours))
    assert joined == secrets


def test_both_write_and_read_the_same_words():
    pages = [some(index) for index in range(1, COUNT + 1) for _trial in range(5)]
    written = browser(*(("words", told(page)) for page in pages))
    assert written == [shares.words(page) for page in pages]
    assert browser(*(("read", " ".join(words).upper()) for words in written)) == [told(page) for page in pages]
    assert browser(*(("proof", told(page)) for page in pages)) == [shares.proof(page) for page in pages]
    assert browser(("recoveryInfo", "lusab-babad", 3)) == [shares.recovery_info("lusab-babad", 3)]


def test_both_say_the_same_of_what_was_mistyped():
    typed = []
    for _trial in range(150):
        words = shares.words(some(DRAWN.randint(1, COUNT)))
        for place in DRAWN.sample(range(len(words)), DRAWN.randint(1, 3)):
            words[place] = DRAWN.choice(["lamp", shares._word(DRAWN.randrange(65536))])
        typed.append(" ".join(words[: DRAWN.choice([22, 22, 22, 22, 21])]))
    for said, theirs in zip(typed, browser(*(("read", one) for one in typed)), strict=True):
        with pytest.raises(Unreadable) as ours:
            shares.read(said)
        expected = {name: getattr(ours.value, name) for name in ("why", "place", "right", "number")}
        assert theirs == {"error": "Unreadable", **expected}


def page_text(page):
    return " ".join(shares.words(page)).upper()


@pytest.mark.parametrize("mask", range(8))
def test_a_symbol_is_what_another_encoder_draws(mask):
    """Bit by bit, at every size that we draw."""
    qrcode = pytest.importorskip("qrcode")
    from qrcode.util import MODE_ALPHA_NUM, QRData

    texts = ["A", page_text(some()), *("LUSAB BABAD 0123 $%*+-./: "[: 1 + size] * 9 for size in range(0, 26, 3))]
    texts = [text for text in texts if len(text) <= 221]
    for text, drawn in zip(texts, browser(*(("qr", text, mask) for text in texts)), strict=True):
        other = qrcode.QRCode(error_correction=qrcode.constants.ERROR_CORRECT_Q, border=0, mask_pattern=mask)
        other.add_data(QRData(text, mode=MODE_ALPHA_NUM))
        other.make(fit=True)
        assert drawn == ["".join(str(int(bool(one))) for one in row) for row in other.get_matrix()]


def picture(rows, file):
    """A portable bitmap with a quiet zone, four dots a module."""
    side = len(rows) + 8
    wide = ["0" * side] * 4 + [f"0000{row}0000" for row in rows] + ["0" * side] * 4
    big = ["".join(one * 4 for one in row) for row in wide for _line in range(4)]
    file.write_text(f"P1\n{side * 4} {side * 4}\n" + "\n".join(big) + "\n")


needs_zbar = pytest.mark.skipif(
    not shutil.which("zbarimg"), reason="needs zbarimg (Debian: apt-get install zbar-tools)"
)
needs_poppler = pytest.mark.skipif(
    not shutil.which("pdftoppm"), reason="needs pdftoppm (Debian: apt-get install poppler-utils)"
)


def seen(file):
    run = subprocess.run(["zbarimg", "--raw", "-q", str(file)], capture_output=True, text=True, check=False, timeout=60)
    return run.stdout.strip()


@needs_zbar
def test_a_camera_reads_the_symbol_also_when_it_is_stained(tmp_path):
    text = page_text(some())
    (rows,) = browser(("qr", text))
    picture(rows, tmp_path / "clean.pbm")
    assert seen(tmp_path / "clean.pbm") == text
    stained = [row[:20] + "1" * 7 + row[27:] if 24 <= at < 31 else row for at, row in enumerate(rows)]
    picture(stained, tmp_path / "stained.pbm")
    assert seen(tmp_path / "stained.pbm") == text


@needs_poppler
def test_the_printed_file_is_read_by_another_program(tmp_path):
    text = page_text(some())
    (made,) = browser(("pdf", ["A (page) of “five” – \\ é", "lusab babad", text]))
    (tmp_path / "papers.pdf").write_bytes(made)
    shown = subprocess.run(
        ["pdftotext", str(tmp_path / "papers.pdf"), "-"], capture_output=True, text=True, check=True, timeout=60
    )
    assert shown.stderr == ""
    assert shown.stdout.split("\f")[0].split("\n")[0] == "A (page) of “five” – \\ é"
    assert shown.stdout.count("lusab babad") == 2
    if shutil.which("zbarimg"):
        drawn = [
            "pdftoppm",
            "-r",
            "150",
            "-png",
            "-f",
            "1",
            "-l",
            "1",
            str(tmp_path / "papers.pdf"),
            str(tmp_path / "p"),
        ]
        subprocess.run(drawn, check=True, timeout=60)
        assert seen(next(tmp_path.glob("p*.png"))) == text
