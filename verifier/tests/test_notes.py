"""Signed notes and checkpoints against published examples, and against every change of a character."""

import pytest

from harkline_verify.checkpoints import Checkpoint
from harkline_verify.errors import Refused
from harkline_verify.notes import COSIGNATURE, Key, Note, Signer

# Go's golang.org/x/mod/sumdb/note, its package example.
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
SAYING = """If you think cryptography is the answer to your problem,
then you don't know what your problem is.

— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=
"""
SOFA = """example.com/behind-the-sofa
20852163
CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=

— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=
— witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==
"""
POEM = """Ognuno sta solo sul cuor della terra
trafitto da un raggio di sole:

ed è subito sera.

— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihAQwaqP3ZekRwNtIc=
"""


def test_peter_neumanns_note_is_his():
    key = Key.parse(PETER)
    assert Note.parse(SAYING).verified([key]) == {key: None}


def test_no_character_of_a_note_can_change():
    key = Key.parse(PETER)
    for at in range(len(SAYING)):
        other = SAYING[:at] + chr(ord(SAYING[at]) ^ 1) + SAYING[at + 1 :]
        try:
            assert not Note.parse(other).verified([key]), at
        except Refused:
            continue


def test_the_text_of_a_note_ends_at_its_last_empty_line():
    note = Note.parse(POEM)
    assert note.text.endswith("\n\ned è subito sera.\n")
    assert [one.name for one in note.signatures] == ["quasimodo.example/salvatore"]


def test_a_cosigned_checkpoint_is_read_as_its_specification_shows_it():
    note = Note.parse(SOFA)
    assert Checkpoint.parse(note.text).size == 20852163
    assert Checkpoint.parse(note.text).text() == note.text
    cosignature = note.signatures[1]
    assert (cosignature.name, int.from_bytes(cosignature.data[:8], "big")) == ("witness.example.com/w1", 1679315147)


def test_a_cosignature_carries_its_time_and_only_over_this_text():
    witness = Signer.generate("paper.example/witness")
    text = Checkpoint("line.example/count", 3, bytes(32)).text()
    key = witness.key(COSIGNATURE)
    assert Note.parse(f"{text}\n{witness.cosign(text, 1_700_000_000)}").verified([key]) == {key: 1_700_000_000}
    with pytest.raises(Refused, match="not right"):
        Note.parse(f"{text.replace('3', '4')}\n{witness.cosign(text, 1)}").verified([key])


@pytest.mark.parametrize(
    "key",
    [
        "",
        "a+b",
        "PeterNeumann+c74f20a4" + PETER[21:],
        PETER + "=",
        "Peter Neumann" + PETER[12:],
        PETER.replace("ARpc", "Ahpc"),
    ],
)
def test_what_is_no_key_is_refused(key):
    with pytest.raises(Refused):
        Key.parse(key)


@pytest.mark.parametrize(
    "text", ["", "a\n", "a\n1\n", "a\n01\n" + "A" * 43 + "=\n", "a\n1\nAA==\n", "a\n1\n" + "A" * 43 + "=\nmore\n"]
)
def test_what_is_no_checkpoint_is_refused(text):
    with pytest.raises(Refused):
        Checkpoint.parse(text)
