"""A witness confirms growth and refuses everything else (C2SP tlog-witness)."""

import pytest

from harkline.count import cosign, policy, publish, sequence, state
from harkline.count.models import Cosignature, Log
from harkline.count.witness import SIZE, Witness
from harkline_verify import tree
from harkline_verify.checkpoints import Checkpoint
from harkline_verify.errors import Refused
from harkline_verify.notes import Note, Signer, b64

ORIGIN = "line.example/count"


@pytest.fixture
def log():
    return Signer.generate(ORIGIN)


@pytest.fixture
def witness(tmp_path, log):
    made = Witness.make(tmp_path / "witness", "news.example/witness")
    made.add(str(log.key()))
    return made


def grown(size, word=b""):
    found = tree.Tree()
    for at in range(size):
        found.append(tree.leaf_hash(b"%s%d" % (word if at > 4 else b"", at)))
    return found


def request(log, old, trees, proof=None):
    size = len(trees)
    proof = tree.consistency(trees, old, size) if proof is None and 0 < old < size else proof or []
    note = log.sign(Checkpoint(log.name, size, trees.root()).text())
    return (f"old {old}\n" + "".join(f"{b64(one)}\n" for one in proof) + f"\n{note}").encode()


def test_growth_is_confirmed_and_the_confirmation_verifies(witness, log):
    for old, size in ((0, 5), (5, 300), (300, 300), (300, 1000)):
        answer = witness.add_checkpoint(request(log, old, grown(size)), 1_700_000_000)
        assert answer.status == 200
    note = Note.parse(log.sign(Checkpoint(ORIGIN, 1000, grown(1000).root()).text()) + answer.body)
    assert note.verified([witness.key, log.key()]) == {witness.key: 1_700_000_000, log.key(): None}
    assert Note.parse(witness.latest(ORIGIN)).verified([witness.key]) == {witness.key: 1_700_000_000}


def test_it_says_how_far_it_is(witness, log):
    witness.add_checkpoint(request(log, 0, grown(300)), 1)
    again = witness.add_checkpoint(request(log, 0, grown(400)), 2)
    assert (again.status, again.body, again.kind) == (409, "300\n", SIZE)
    other = witness.add_checkpoint(request(log, 300, grown(300, b"x")), 2)
    assert (other.status, other.body) == (409, "300\n")


def test_a_rewritten_history_is_refused_whatever_proof_it_brings(witness, log):
    witness.add_checkpoint(request(log, 0, grown(300)), 1)
    assert witness.add_checkpoint(request(log, 300, grown(500, b"x")), 2).status == 422
    honest = tree.consistency(grown(500), 300, 500)
    assert witness.add_checkpoint(request(log, 300, grown(500, b"x"), honest), 2).status == 422
    assert witness.add_checkpoint(request(log, 300, grown(500)), 2).status == 200


def test_strangers_and_nonsense_are_refused(witness, log):
    assert witness.add_checkpoint(request(Signer.generate("other.example"), 0, grown(3)), 1).status == 404
    assert witness.add_checkpoint(request(Signer.generate(ORIGIN), 0, grown(3)), 1).status == 403
    assert witness.add_checkpoint(request(log, 9, grown(3)), 1).status == 400
    for body in (b"", b"old 00\n\nx", b"old 1\n\xff\n\nx", request(log, 0, grown(3))[:-1], b"old 1\n" * 99):
        assert witness.add_checkpoint(body, 1).status == 400
    with pytest.raises(Refused):
        witness.add(str(witness.key))
    with pytest.raises(FileExistsError):
        Witness.make(witness.folder, "news.example/witness")


def test_what_it_confirmed_outlives_it(witness, log):
    witness.add_checkpoint(request(log, 0, grown(300)), 1)
    again = Witness(witness.folder)
    assert again.key == witness.key
    assert again.add_checkpoint(request(log, 0, grown(300)), 2).status == 409
    assert (witness.folder / "witness.key").stat().st_mode & 0o777 == 0o600


# --- the line's side ----------------------------------------------------------------------------------------------------------------


@pytest.fixture
def witnessed(counting, tmp_path):
    """A line with two witnesses, of whom both are needed, and how to ask them."""
    from harkline.count import signing

    made = [Witness.make(tmp_path / name, f"{name}.example/witness") for name in ("news", "clinic")]
    for one in made:
        one.add(str(signing.key()))
    named = tuple(policy.Witness(one.signer.name, str(one.key), f"http://{one.signer.name}") for one in made)
    policy.use(
        policy.Policy(origin=counting.origin, folder=counting.folder, own_columns=counting.own_columns, witnesses=named)
    )
    by_name = {one.signer.name: one for one in made}

    def ask(*but: str) -> list[str]:
        row = sequence.log()
        publish.write(row)
        said = []
        for one in cosign.asks(row):
            if one.witness.name in but:
                said.append(cosign.answered(one.witness, 0, b""))
                continue
            answer = by_name[one.witness.name].add_checkpoint(one.body, 1_800_000_000)
            said.append(cosign.answered(one.witness, answer.status, answer.body.encode()))
        publish.show(sequence.log())
        return said

    ask.by_name = by_name
    return ask


@pytest.mark.django_db
def test_what_is_shown_is_what_the_quorum_confirmed(witnessed, clock):
    assert witnessed() == ["done", "done"]
    assert state.state().confirmed
    clock.forward(days=1)
    sequence.make_due()
    assert witnessed("news.example/witness") == ["trouble", "done"]
    shown = publish.noted(publish.CHECKPOINT)
    assert (shown.size, publish.noted(publish.LATEST).size) == (1, 18)
    assert not state.state().confirmed
    assert witnessed() == ["done"]
    assert publish.noted(publish.CHECKPOINT).size == 18
    assert state.state().confirmed


@pytest.mark.django_db
def test_an_answer_that_was_lost_is_asked_for_again(witnessed, clock):
    clock.forward(days=1)
    sequence.make_due()
    publish.write(sequence.log())
    for one in cosign.asks(sequence.log()):
        witnessed.by_name[one.witness.name].add_checkpoint(one.body, 1)  # and we crash before we hear it
    assert witnessed() == ["again", "again"]
    assert witnessed() == ["done", "done"]


@pytest.mark.django_db
def test_a_witness_that_has_seen_more_than_we_have_stops_the_log(witnessed, clock):
    witnessed()
    one = policy.present().witnesses[0]
    assert cosign.answered(one, 409, b"99\n") == "trouble"
    assert Log.objects.get().stopped == publish.BEHIND
    assert "99" in Cosignature.objects.get(witness=one.name).trouble


@pytest.mark.django_db
def test_a_confirmation_by_another_key_is_none(witnessed):
    publish.write(sequence.log())
    one = policy.present().witnesses[0]
    forged = Signer.generate(one.name).cosign(publish.noted(publish.LATEST).text(), 1)
    assert cosign.answered(one, 200, forged.encode()) == "trouble"
    assert cosign.answered(one, 200, b"\xff") == "trouble"
    assert not Cosignature.objects.exclude(line="").exists()


@pytest.mark.django_db
def test_figures_are_stale_after_thirty_six_hours(witnessed, clock):
    witnessed()
    clock.forward(hours=36)
    assert not state.state().stale
    clock.forward(hours=1)
    assert state.state().stale
    assert state.state().wrong
