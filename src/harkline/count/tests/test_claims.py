"""What may be said of the figures, and who looks at what stands behind it."""

import hashlib
from datetime import timedelta

import pytest

from harkline.count import audits, claims, cosign, evidence, expiring, marks, openings, policy, publish, sequence
from harkline.count.claims import Asked
from harkline.count.models import Audit, Batch, Claim, Inspection, Leaf, Log, Opening, Receipt, Shown
from harkline.intake import receive
from harkline.intake.models import Contact, SealedObject
from harkline_verify import claims as proofs
from harkline_verify import contact, entries, group, sampling
from harkline_verify.notes import Signer

pytestmark = pytest.mark.django_db


@pytest.fixture
def two_weeks(counting, somebody, days_pass):
    """Fourteen days of two contacts each, of which one a day is under 18."""
    for _day in range(14):
        tried = somebody()
        marks.put(str(Contact.objects.get(attempt=tried).pk), ["young", "nonsense"])
        somebody("phone", outcome="answered")
        days_pass(show=False)
    publish.write(sequence.log())
    publish.show(sequence.log())
    first, last = claims.span()
    return first, last


def holds(row):
    claim = entries.parse(bytes(Leaf.objects.get(index=row.index).data))
    batches = Batch.objects.filter(header__gte=row.first_id, header__lte=row.last_id)
    leaves = [
        bytes(Leaf.objects.get(index=at).data)
        for one in batches
        for at in range(one.header + 1, one.header + 1 + one.count)
    ]
    summed = group.total(contact.parse(one, 3).columns[row.column][0] for one in leaves)
    return proofs.holds(claim, summed, len(leaves))


def test_at_least_is_proven_and_hides_the_total(two_weeks, staff):
    first, last = two_weeks
    row = claims.make(Asked(2, first, last, "ge", 12), staff("sue", role="supervisor").pk)
    assert holds(row)
    assert claims.of(row) == (
        f"At least 12 entries between {first} and {last} are marked “The person said that they are under 18”."
    )


def test_an_exact_figure_is_proven(two_weeks):
    first, last = two_weeks
    row = claims.make(Asked(2, first, last, "eq"), None)
    assert row.value == 14
    assert holds(row)


def test_the_preview_says_the_sentence_what_it_reveals_and_appends_nothing(two_weeks):
    first, last = two_weeks
    size = Log.objects.get().size
    found = claims.preview(Asked(2, first, last, "ge", 12))
    assert found.total == 14
    assert "hidden" in found.reveals[0]
    assert (found.refused, Log.objects.get().size) == ([], size)


def test_what_would_say_something_of_one_caller_is_refused(two_weeks):
    first, _last = two_weeks
    for column, days, relation, value, word in (
        (2, 14, "ge", 9, "fewer than 10"),
        (2, 14, "ge", 15, "not so"),
        (2, 6, "eq", 0, "7 days"),
        (2, 9, "eq", 0, "fewer than 10"),
        (0, 3, "ge", 6, "fewer than 10"),
    ):
        asked = Asked(column, first, first + timedelta(days=days - 1), relation, value)
        with pytest.raises(claims.Refused, match=word):
            claims.make(asked, None)
    assert not Claim.objects.exists()


def test_exact_figures_that_partly_overlap_are_refused(two_weeks):
    first, last = two_weeks
    claims.make(Asked(1, first, last, "eq"), None)
    with pytest.raises(claims.Refused, match="overlap"):
        claims.make(Asked(1, first, last - timedelta(days=1), "eq"), None)
    assert claims.make(Asked(1, first, last, "eq"), None).value == 0


def test_days_that_are_not_in_the_log_cannot_be_claimed(two_weeks):
    first, last = two_weeks
    with pytest.raises(claims.Refused, match="Not all"):
        claims.preview(Asked(0, first, last + timedelta(days=1), "ge", 12))
    with pytest.raises(claims.Refused):
        claims.preview(Asked(7, first, last, "ge", 12))


def test_figures_are_claimed_long_after_the_openings_are_gone(two_weeks, clock):
    first, last = two_weeks
    clock.forward(days=60)
    for row in Batch.objects.all():
        expiring.forget(row)
    assert not Opening.objects.exists()
    assert not Receipt.objects.exists()
    assert not list(policy.present().openings.iterdir())
    assert holds(claims.make(Asked(2, first, last, "ge", 12), None))


# --- audits -------------------------------------------------------------------------------------------------------------------------


def test_a_small_claim_is_inspected_entry_by_entry_and_the_report_is_in_the_log(two_weeks, staff):
    row = claims.make(Asked(2, *two_weeks, "ge", 12), None)
    who = staff("ann", role="auditor")
    audit = audits.begin(row, "The Law Clinic", who.pk, sample=False)
    assert len(audit.drawn) == 12
    for entry in audit.drawn[:11]:
        seen = audits.show(audit, entry, who.pk)
        leaf = contact.parse(bytes(Leaf.objects.get(index=entry).data), 3)
        opened = group.commit(seen.value, group.scalar_from_bytes(bytes.fromhex(seen.blinding)))
        assert (opened, seen.value) == (leaf.columns[2][0], 1)
        assert hashlib.sha256(seen.note.encode()).hexdigest() == seen.digest
        assert contact.evidence_commitment(bytes.fromhex(seen.salt), bytes.fromhex(seen.digest)) == leaf.evidence
        audits.found(audit, entry, seen.kind)
    assert audits.classes(audit) == {"E4": 0, "E3": 0, "E2": 0, "E1": 11, "E0": 1}
    assert audits.statement(audit) == (11, 12)
    signer = Signer.generate("clinic.example")
    index = audits.publish(audit, audits.sign(audit, signer), who.pk)
    said = entries.parse(bytes(Leaf.objects.get(index=index).data))
    assert (said.claim, said.inspected, said.defects) == (row.index, 12, 1)
    with pytest.raises(audits.Refused):
        audits.publish(Audit.objects.get(), audits.sign(audit, signer), who.pk)


def test_evidence_is_shown_once_and_what_was_not_drawn_never(two_weeks):
    row = claims.make(Asked(2, *two_weeks, "ge", 12), None)
    audit = audits.begin(row, "The Law Clinic", None, sample=False)
    audits.show(audit, audit.drawn[0], None)
    with pytest.raises(audits.Refused, match="once"):
        audits.show(audit, audit.drawn[0], None)
    other = next(at for at in range(2, 200) if at not in audit.drawn)
    with pytest.raises(audits.Refused):
        audits.show(audit, other, None)
    assert Inspection.objects.count() == 1


def test_a_report_that_says_more_than_was_seen_is_refused(two_weeks):
    row = claims.make(Asked(2, *two_weeks, "ge", 12), None)
    audit, signer = audits.begin(row, "x", None, sample=False), Signer.generate("clinic.example")
    report = audits.report(audit, signer.key())
    flattering = entries.Audit(report.schema, report.claim, {**report.classes, "E3": 12, "E0": 0}, signer.key())
    with pytest.raises(audits.Refused, match="something else"):
        audits.publish(audit, flattering.signed(signer), None)
    with pytest.raises(audits.Refused, match="no signed report"):
        audits.publish(audit, b"nonsense\n", None)


def test_a_large_claim_is_drawn_by_a_number_that_came_after_the_witnesses(two_weeks, outside, clock):
    row = claims.make(Asked(0, *two_weeks, "ge", 20), None)
    with pytest.raises(audits.Refused, match="quorum"):
        audits.begin(row, "x", None, sample=True)
    witness = outside("news.example/witness")
    policy.use(
        policy.Policy(
            origin=policy.present().origin,
            folder=policy.present().folder,
            own_columns=policy.present().own_columns,
            witnesses=(witness.witness,),
        )
    )
    publish.write(sequence.log())
    assert witness.confirms(clock().timestamp()) == cosign.DONE
    assert publish.show(sequence.log())
    audit = audits.begin(row, "x", None, sample=True)
    with pytest.raises(audits.Refused, match="not published"):
        audits.draw(audit, bytes(48))
    clock.forward(days=2)
    audit = audits.draw(audit, bytes(range(48)))
    assert 0 <= audit.contacts == len(audit.drawn) <= audit.drawn_count
    signer = Signer.generate("clinic.example")
    read = entries.parse(audits.sign(audit, signer))
    assert read.sample.round == sampling.round_for(
        int(Shown.objects.get().quorum_at.timestamp()), sequence.schema(Log.objects.get())
    )
    assert group.commit(read.sample.contacts, group.scalar_from_bytes(read.sample.opening)) == _drawn_sum(audit)
    with pytest.raises(audits.Refused, match="already"):
        audits.draw(audit, bytes(48))


def _drawn_sum(audit):
    schema = sequence.schema(Log.objects.get())
    from harkline_verify import tree

    chosen = [
        bytes(row.data)
        for row in Leaf.objects.all()
        if bytes(row.data[:1]) == b"\x01"
        and sampling.selected(
            bytes.fromhex(sequence.schema_hash(Log.objects.get())),
            0,
            schema.rate(0),
            sampling.randomness(bytes.fromhex(audit.beacon)),
            tree.leaf_hash(bytes(row.data)),
        )
    ]
    return group.total(contact.parse(one, 3).columns[0][0] for one in chosen)


# --- evidence -----------------------------------------------------------------------------------------------------------------------


def test_evidence_is_sealed_and_its_hash_is_in_the_log(counting, days_pass, clock):
    tried = receive.attempt("email", "line@harkline.example", dedupe_key="x")
    ref = receive.contact(tried.id, [], language="en")
    receive.finish(tried.id, "message")
    kind, said = evidence.of_mail(
        [{"what": "dkim", "result": "pass", "domain": "sender.example"}],
        {"s1._domainkey.sender.example": "v=DKIM1"},
        "ab",
    )
    assert evidence.keep(tried.id, kind, said)
    assert not evidence.keep(tried.id, kind, said)
    Contact.objects.filter(pk=ref.id).update(state="closed", kind="counselling", closed_at=clock())
    days_pass()
    [opened] = [one for one in openings.Openings().of_batch(Batch.objects.get()).values() if one.attempt]
    assert opened.kind == "E3"
    assert opened.note == ""
    assert SealedObject.objects.get(purpose="evidence").contact_id
    expiring.forget(Batch.objects.get())
    assert not SealedObject.objects.get(purpose="evidence").wraps.exists()


def test_a_mail_without_a_signature_that_holds_is_no_evidence(counting):
    assert evidence.of_mail([{"what": "dkim", "result": "fail", "domain": "a.example"}], {"k": "v"}, "ab") is None
    assert evidence.of_call({"started": "x"})[0] == "E2"
    assert evidence.of_call({"started": "x", "identity": "e.e.e"})[0] == "E3"
