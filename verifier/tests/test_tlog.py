"""Go's golang.org/x/mod reads our checkpoints and tiles: an implementation that others wrote and rely on."""

import os
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from harkline_verify import tiles, tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.notes import Signer
from harkline_verify.notice import Address, Body, rotation

GO = shutil.which("go")
LIBRARY = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
pytestmark = pytest.mark.skipif(
    GO is None or not LIBRARY.is_dir(),
    reason="the independent check of tiles needs Go (Debian: apt-get install golang-go golang-golang-x-mod-dev)",
)
SIZES = (1, 255, 256, 257, 70_001)
SIGNER = Signer.generate("line.example/count")


@pytest.fixture(scope="module")
def program(tmp_path_factory):
    made = tmp_path_factory.mktemp("go") / "tlog"
    env = {
        **os.environ,
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOFLAGS": "",
        "GOCACHE": str(made.parent / "cache"),
    }
    source = Path(__file__).parent / "tlog" / "main.go"
    done = subprocess.run(
        [GO, "build", "-o", str(made), str(source)], env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return made


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """A folder for each size, all of one tree that grows from each to the next."""
    folders, files, old = [], {}, 0
    for size in SIZES:
        new = [b"entry %d" % number for number in range(old, size)]
        growing = tree.Growing(old, tiles.Tiles(old, files.__getitem__))
        for entry in new:
            growing.append(tree.leaf_hash(entry))
        last = [b"entry %d" % number for number in range(old - old % 256, old)]
        files.update(tiles.grown(growing, old, new, last))
        folder = tmp_path_factory.mktemp(f"log{size}")
        for path, data in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_bytes(data)
        (folder / "checkpoint").write_text(SIGNER.sign(Checkpoint(SIGNER.name, size, growing.root()).text()))
        folders.append(folder)
        old = size
    return folders


def run(program, *folders):
    words = [word for folder in folders for word in (str(folder), str(SIGNER.key()))]
    return subprocess.run([str(program), *words], capture_output=True, text=True, timeout=120, check=False)


def test_go_reads_every_leaf_and_proves_inclusion_and_growth(program, logs):
    done = run(program, *logs)
    assert done.returncode == 0, done.stdout
    told = [tuple(map(int, line.split())) for line in done.stdout.splitlines()]
    assert [count for count, _proofs in told] == list(SIZES)
    assert all(proofs for _count, proofs in told)


@pytest.mark.parametrize("path", ["checkpoint", "tile/0/000.p/255", "tile/entries/000.p/255"])
def test_go_refuses_what_was_changed(program, logs, path):
    changed = logs[1] / path
    data = changed.read_bytes()
    changed.write_bytes(data[:40] + bytes([data[40] ^ 1]) + data[41:])
    done = run(program, logs[1])
    changed.write_bytes(data)
    assert done.returncode == 1


def opened(program, path, key):
    return subprocess.run(
        [str(program), "note", str(path), str(key)], capture_output=True, text=True, timeout=60, check=False
    )


def test_go_opens_a_notice_and_refuses_one_that_was_altered(program, tmp_path):
    signer, at = Signer.generate("line.example/notice"), datetime(2026, 11, 27, 8, tzinfo=UTC)
    addresses = (Address("phone", "+442079460123", "شب و روز", "fa"),)
    body = Body("The Line — خط", 1, at, at + timedelta(days=90), signer.key(), addresses)
    path = tmp_path / "note"
    path.write_text(signer.sign(body.text()))
    done = opened(program, path, signer.key())
    assert (done.returncode, done.stdout) == (0, body.text())
    path.write_text(path.read_text().replace("+442079460123", "+442079460124"))
    assert opened(program, path, signer.key()).returncode == 1
    new = Signer.generate("line.example/notice")
    text = rotation(signer.key(), new.key(), at)
    path.write_text(signer.sign(text) + new.line(text))
    assert opened(program, path, signer.key()).stdout == opened(program, path, new.key()).stdout == text
