"""Somebody outside takes the exported log, and checks it with the verifier alone."""

from dataclasses import replace

import pytest

from harkline.count import audits, claims, cosign, export, marks, policy, publish, sequence
from harkline.count.claims import Asked
from harkline.intake.models import Contact
from harkline_verify import sampling, sentences
from harkline_verify.notes import Signer
from harkline_verify.policy import Policy
from harkline_verify.report import Code
from harkline_verify.source import Folder
from harkline_verify.verify import Wishes, verify

pytestmark = pytest.mark.django_db


@pytest.fixture
def watched(counting, outside):
    """A line whose log one witness outside confirms, with a beacon whose rounds nobody here can sign."""
    witness = outside("news.example/witness")
    policy.use(replace(policy.present(), witnesses=(witness.witness,)))
    return witness


@pytest.fixture
def confirmed(watched, clock):
    """Write what is new, have it confirmed, show it."""

    def confirm():
        log = sequence.log()
        publish.write(log)
        assert watched.confirms(clock().timestamp()) == cosign.DONE
        assert publish.show(log)

    return confirm


def outsider(tmp_path, **wishes):
    to = tmp_path / "copy"
    assert export.write(to)
    trust = Policy.parse((to / "policy").read_bytes())
    assert trust.fingerprint == publish.fingerprint()
    report = verify(Folder(to), trust, Wishes(**wishes))
    return report, "\n".join(sentences.said(report))


def test_figures_and_audits_hold_for_whoever_takes_a_copy(watched, confirmed, somebody, clock, tmp_path, monkeypatch):
    for _day in range(14):
        tried = somebody()
        marks.put(str(Contact.objects.get(attempt=tried).pk), ["young"])
        somebody("phone", outcome="answered")
        clock.forward(days=1)
        sequence.make_due()
    span = claims.span()
    confirmed()
    small, large = claims.make(Asked(2, *span, "ge", 12), None), claims.make(Asked(0, *span, "eq"), None)
    confirmed()
    signer = Signer.generate("clinic.example")
    inspected = audits.begin(small, "The Law Clinic", None, sample=False)
    audits.publish(inspected, audits.sign(inspected, signer), None)
    drawn = audits.begin(large, "The Law Clinic", None, sample=True)
    clock.forward(days=2)
    drawn = audits.draw(drawn, bytes(range(48)))
    audits.publish(drawn, audits.sign(drawn, signer), None)
    confirmed()
    monkeypatch.setattr("harkline_verify.beacon.holds", lambda *_words: None)  # nobody can sign for drand
    report, told = outsider(tmp_path, auditors=frozenset([signer.key()]))
    assert report.code in (Code.HOLDS, Code.RULE_BROKEN), told
    assert report.broken == []
    assert "1 of 1 outside witnesses confirm none was rewritten" in told
    assert "Exactly 28 entries between" in told
    assert "At least 12 entries between" in told
    assert "clinic.example inspected 12: 12 without evidence, counted as not genuine" in told
    assert "drawn by lot" in told
    assert sampling.QUICKNET == policy.QUICKNET
