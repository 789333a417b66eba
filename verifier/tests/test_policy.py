"""Policies: what they accept, and what is no policy."""

import pytest

from harkline_verify.checkpoints import Checkpoint
from harkline_verify.errors import Refused
from harkline_verify.notes import COSIGNATURE, Signer
from harkline_verify.policy import Policy

LOG = Signer.generate("line.example/count")
PAPER, CLINIC, UNION = (Signer.generate(f"{name}.example/witness") for name in ("paper", "clinic", "union"))
WITNESSES = "\n".join(f"witness {one.name.split('.')[0]} {one.key(COSIGNATURE)}" for one in (PAPER, CLINIC, UNION))
TEXT = f"# who watches\nlog {LOG.key()} https://line.example/count\n\n{WITNESSES}\ngroup two 2 paper clinic union\nquorum two\n"
POLICY = Policy.parse(TEXT.encode())


def note(*cosigners, signer=LOG, origin=LOG.name, size=5):
    text = Checkpoint(origin, size, bytes(32)).text()
    return signer.sign(text) + "".join(one.cosign(text, 1000 + at) for at, one in enumerate(cosigners))


def test_two_of_three_are_a_quorum():
    verified = POLICY.verify(note(PAPER, UNION))
    assert verified.checkpoint.size == 5
    assert dict(verified.times) == {"paper": 1000, "union": 1001}
    assert POLICY.quorum_time(verified.times) == 1001
    assert verified.log == LOG.key()


def test_one_of_three_is_none_even_twice():
    for cosigners in ((), (PAPER,), (PAPER, PAPER)):
        with pytest.raises(Refused, match=r"\d of 3 outside witnesses confirm this; that is no quorum"):
            POLICY.verify(note(*cosigners))


def test_a_log_that_the_policy_does_not_name_is_refused():
    with pytest.raises(Refused, match="No log of the policy"):
        POLICY.verify(note(PAPER, CLINIC, signer=Signer.generate(LOG.name)))
    with pytest.raises(Refused, match="origin"):
        POLICY.verify(note(PAPER, CLINIC, origin="other.example/count"))


def test_groups_of_groups():
    policy = Policy.parse(
        TEXT.replace("2 paper clinic union", "any paper clinic")
        .replace("quorum two", "group both all two union\nquorum both")
        .encode()
    )
    assert policy.reached({"paper", "union"})
    assert not policy.reached({"paper", "clinic"})


def test_a_policy_may_ask_for_no_witness():
    assert Policy.parse(TEXT.replace("quorum two", "quorum none").encode()).verify(note()).since is None


def test_its_fingerprint_is_over_every_byte():
    assert len(POLICY.fingerprint) == 64
    assert Policy.parse(TEXT.replace("watches", "watched").encode()).fingerprint != POLICY.fingerprint


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("quorum two\n", ""),
        ("quorum two", "quorum three"),
        ("quorum two", "quorum two\nquorum two"),
        ("group two 2", "group two 4"),
        ("group two 2", "group two 0"),
        ("group two 2", "group paper 2"),
        ("group two 2", "group none 2"),
        ("clinic union\n", "clinic clinic\n"),
        ("clinic union\n", "clinic union\ngroup more any paper\n"),
        ("# who", "who"),
        ("# who", "\x07# who"),
        ("log ", "log x"),
        ("witness paper", "witness"),
        (str(PAPER.key(COSIGNATURE)), str(PAPER.key())),
        (str(PAPER.key(COSIGNATURE)), str(CLINIC.key(COSIGNATURE))),
    ],
    ids=range(15),  # the keys are drawn anew in each process
)
def test_what_is_no_policy_is_refused(old, new):
    assert old in TEXT
    with pytest.raises(Refused):
        Policy.parse(TEXT.replace(old, new).encode())
