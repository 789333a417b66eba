"""A supervisor claims a figure in three clicks; an auditor looks at what stands behind it."""

import pytest

from harkline.count import audits, claims, marks, policy, publish, sequence
from harkline.count.columns import Column
from harkline.count.models import Audit, Claim, Inspection, Receipt
from harkline.intake import receive
from harkline.intake.models import Contact
from harkline_verify.notes import Signer

pytestmark = pytest.mark.django_db
YOUNG = Column("young", "The person said that they are under 18", ("mark",))


@pytest.fixture
def counting(team_private: bytes, clock, tmp_path):
    before = policy.present()
    policy.use(policy.Policy(origin="line.example/count", folder=tmp_path, own_columns=(YOUNG,)))
    sequence.begin()
    yield policy.present()
    policy.use(before)


@pytest.fixture
def a_fortnight(counting, clock):
    for at in range(28):
        tried = receive.attempt("web", "/", dedupe_key=f"{at}")
        ref = receive.contact(tried.id, [], language="en", waiting=False)
        receive.finish(tried.id, "message")
        marks.put(ref.id, ["young"] if at % 2 else [])
        Contact.objects.filter(pk=ref.id).update(state="closed", kind="counselling", closed_at=clock())
        clock.forward(hours=12)
    clock.forward(days=1)
    sequence.make_due()
    publish.write(sequence.log())
    publish.show(sequence.log())
    return claims.span()


def asked(span, **more):
    said = {"column": "2", "first": span[0].isoformat(), "last": span[1].isoformat(), "relation": "ge", "value": "12"}
    return said | more


def test_a_supervisor_reads_what_it_would_say_and_then_publishes_it(a_fortnight, staff, signed_in):
    browser = signed_in(staff("sue", role="supervisor"))
    shown = browser.post("/claims", asked(a_fortnight)).content.decode()
    assert "At least 12 entries" in shown
    assert "The exact total stays hidden" in shown
    assert "You know that there are 14." in shown
    assert not Claim.objects.exists()
    assert browser.post("/claims", asked(a_fortnight, publish="1")).status_code == 302
    assert Claim.objects.get().value == 12
    assert "At least 12 entries" in browser.get("/claims").content.decode()


def test_what_is_refused_is_refused_with_its_reason(a_fortnight, staff, signed_in):
    browser = signed_in(staff("sue", role="supervisor"))
    for change, word in (
        ({"value": "9"}, "fewer than 10"),
        ({"value": "15"}, "It is not so"),
        ({"first": "2020-01-01"}, "Not all of these days"),
        ({"column": "x"}, "Say what is claimed"),
        ({"value": ""}, "fewer than 10"),
    ):
        shown = browser.post("/claims", asked(a_fortnight, publish="1", **change))
        assert shown.status_code == 422
        assert word in shown.content.decode()
    assert not Claim.objects.exists()


def test_before_there_is_anything_the_page_says_what_will_be_here(team_private: bytes, staff, signed_in):
    shown = signed_in(staff("sue", role="supervisor")).get("/claims").content.decode()
    assert "[count] of harkline.toml" in shown


def test_an_auditor_sees_an_entry_once_and_signs_what_they_found(a_fortnight, staff, signed_in):
    sue, ann = signed_in(staff("sue", role="supervisor")), signed_in(staff("ann", role="auditor"))
    claim = claims.make(claims.Asked(2, *a_fortnight, "ge", 12), None)
    sue.post("/audits", {"claim": claim.pk, "auditor": "The Law Clinic"})
    row = Audit.objects.get()
    address, first = f"/audits/{row.pk}", row.drawn[0]
    assert sue.post(f"{address}/entries/{first}", {"do": "show"}).status_code == 403
    shown = ann.post(f"{address}/entries/{first}", {"do": "show"}).content.decode()
    assert "Shown once." in shown
    assert "&quot;channel&quot;:&quot;web&quot;" in shown
    again = ann.post(f"{address}/entries/{first}", {"do": "show"})
    assert (again.status_code, "Evidence is shown once" in again.content.decode()) == (422, True)
    ann.post(f"{address}/entries/{first}", {"do": "E1"})
    assert Inspection.objects.get().found == "E1"
    signer = Signer.generate("clinic.example")
    text = ann.post(f"{address}/report", {"key": str(signer.key())}).content.decode()
    assert "opencount/v1 audit" in text
    forged = ann.post(f"{address}/report", {"signed": "nonsense"})
    assert forged.status_code == 422
    signed = audits.sign(Audit.objects.get(), signer).decode()
    assert ann.post(f"{address}/report", {"signed": signed.replace("\n", "\r\n")}).status_code == 302
    assert Audit.objects.get().state == "reported"
    publish.write(sequence.log())
    publish.show(sequence.log())
    assert "1 of 12 were found to be genuine" in ann.get("/figures").content.decode()


def test_a_document_is_held_against_the_log(a_fortnight, staff, signed_in):
    from io import BytesIO

    ann = signed_in(staff("ann", role="auditor"))
    row = audits.begin(claims.make(claims.Asked(2, *a_fortnight, "ge", 12), None), "x", None, sample=False)
    note = audits.show(row, row.drawn[0], None).note
    address = f"/audits/{row.pk}/entries/{row.drawn[0]}"
    right = ann.post(address, {"do": "fits", "document": BytesIO(note.encode())}).content.decode()
    wrong = ann.post(address, {"do": "fits", "document": BytesIO(b"{}")}).content.decode()
    assert "is what the log holds" in right
    assert "is not what the log holds" in wrong


def test_an_operator_ticks_columns_and_gives_a_receipt_to_who_asks(counting, arrives, staff, signed_in):
    robin = staff("robin")
    ref = arrives("email", text="May I have a receipt? 0815")
    Contact.objects.filter(pk=ref.id).update(operator=robin, state="in_hand")
    browser = signed_in(robin)
    assert "under 18" in browser.get(f"/contacts/{ref.id}", headers={"HX-Request": "true"}).content.decode()
    given = browser.post(f"/contacts/{ref.id}/receipt", {"chosen": "0815"})
    assert Receipt.objects.get().code in given.content.decode()
    assert browser.post(f"/contacts/{ref.id}/receipt", {"chosen": "8"}).status_code in (200, 422)
    browser.post(
        f"/contacts/{ref.id}/wrap-up", {"kind": "counselling", "disposition": "resolved", "column": ["young", "x"]}
    )
    row = Contact.objects.get(pk=ref.id)
    assert row.state == "closed"
    assert row.attempt.marked.columns == ["young"]
