"""The line's log before two witnesses: ours, and one that somebody else wrote. Both answer the same."""

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from tests.peers import litewitness

from harkline.count import cosign, policy, publish, sequence, signing
from harkline.count.models import Cosignature
from harkline.count.witness import Witness
from harkline.count.witness_server import listening
from harkline.runtime import clock
from harkline.server import counting
from harkline_verify import tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.notes import Note, Signer, b64

pytestmark = [pytest.mark.flow, pytest.mark.django_db]
ORIGIN = "line.example/count"


@pytest.fixture(params=["ours", "litewitness"])
def witness(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[policy.Witness, Callable[[str], object]]]:
    """A witness that runs, and how a log is made known to it."""
    if request.param == "ours":
        made = Witness.make(tmp_path / "witness", "news.example/witness")
        server = listening(made, "127.0.0.1", 0)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield policy.Witness(made.signer.name, str(made.key), f"http://127.0.0.1:{server.server_address[1]}"), made.add
        server.shutdown()
        server.server_close()
    elif said := litewitness.missing():
        pytest.skip(said)
    else:
        (tmp_path / "lite").mkdir()
        with litewitness.running(tmp_path / "lite") as one:
            yield policy.Witness(litewitness.NAME, str(one.key), one.url), one.add


@pytest.fixture
def line(witness, team_private: bytes, tmp_path: Path) -> Iterator[policy.Policy]:
    """A line that counts and asks this witness."""
    before = policy.present()
    policy.use(policy.Policy(origin=ORIGIN, folder=tmp_path, witnesses=(witness[0],)))
    (tmp_path / "keys").mkdir(exist_ok=True)
    sequence.begin()
    witness[1](str(signing.key()))
    yield policy.present()
    policy.use(before)


def test_every_day_is_confirmed_and_shown(line: policy.Policy) -> None:
    begun = sequence.log().begun_at
    wound = clock.Wound(begun)
    with clock.using(wound):
        for _day in range(3):
            wound.forward(days=2)
            counting.round_()
            [row] = Cosignature.objects.all()
            assert (row.trouble, row.size) == ("", sequence.log().size)
    note = Note.parse((line.served / "checkpoint").read_bytes())
    from harkline_verify.notes import Key

    key = Key.parse(line.witnesses[0].key)
    assert note.verified([key])[key] is not None
    assert publish.noted(publish.CHECKPOINT).size == sequence.log().size


def ask(witness: policy.Witness, log: Signer, old: int, size: int, word: bytes = b"") -> tuple[int, bytes]:
    """Show a witness a log of ``size`` entries, which are others from the fifth on where there is a ``word``."""
    trees = tree.Tree()
    for at in range(size):
        trees.append(tree.leaf_hash(b"%s%d" % (word if at > 4 else b"", at)))
    note = log.sign(Checkpoint(log.name, size, trees.root()).text())
    lines = "".join(f"{b64(one)}\n" for one in (tree.consistency(trees, old, size) if 0 < old < size else []))
    return counting.post(cosign.Ask(witness, f"{witness.url}/add-checkpoint", f"old {old}\n{lines}\n{note}".encode()))


def test_it_refuses_what_does_not_grow_out_of_what_it_has_seen(witness, tmp_path: Path) -> None:
    asked, add = witness
    log = Signer.generate("other.example/log")
    add(str(log.key()))
    assert ask(asked, log, 0, 300)[0] == 200
    assert ask(asked, log, 300, 1000)[0] == 200
    stale = ask(asked, log, 300, 1000)
    assert (stale[0], stale[1].strip()) == (409, b"1000")
    assert ask(asked, log, 1000, 1500, b"rewritten")[0] == 422
    assert ask(asked, Signer.generate("other.example/log"), 1000, 1000)[0] == 403
    assert ask(asked, Signer.generate("unknown.example"), 0, 5)[0] == 404
    assert ask(asked, log, 1000, 1500)[0] == 200
