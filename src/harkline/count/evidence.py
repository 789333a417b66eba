"""By what a contact can be shown to be genuine, gathered while it is there, and sealed like everything else.

A document is JSON with a random part, so that its hash tells nothing to who guesses what is in it. It goes to the team's envelope;
the count keeps the hash alone, and puts a salted hash of that into the log: what was not gathered before the draw cannot be
invented after it.
"""

import hashlib
import json
import secrets
from collections.abc import Mapping
from typing import Any

from django.db import transaction

from harkline.count import policy
from harkline.count.models import Counted, Evidence, EvidenceClass
from harkline.intake import receive
from harkline.intake.models import Attempt, Contact

PURPOSE = "evidence"


def document(kind: str, said: Mapping[str, Any]) -> bytes:
    """The bytes that are hashed and shown: one JSON object, keys in order, with a nonce of 32 hexadecimal digits."""
    body = {"class": kind, "nonce": secrets.token_hex(16), **said}
    return json.dumps(body, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def keep(attempt_id: str, kind: str, said: Mapping[str, Any]) -> bool:
    """Seal a document with the attempt's contact. Once for each attempt; False where there is one, no contact, no open count, or
    the attempt has been entered already. In the transaction of what it is evidence of."""
    contact = Contact.objects.filter(attempt_id=attempt_id).first() if policy.present().on else None
    if contact is None or Evidence.objects.filter(attempt_id=attempt_id).exists():
        return False
    if Counted.objects.filter(attempt_id=attempt_id).exists():
        return False
    body = document(kind, said)
    part = receive.Part(PURPOSE, {"type": "application/json", "name": "evidence.json"}, body, by_caller=False)
    with transaction.atomic():
        [made] = receive.add(str(contact.thread_id), [part], contact_id=str(contact.pk))
        Evidence.objects.create(
            attempt_id=attempt_id, kind=EvidenceClass(kind), digest=hashlib.sha256(body).digest(), object_id=made
        )
    return True


def own_record(row: Attempt) -> str:
    """What the line itself wrote down of an attempt: to the hour, and nothing that names anybody. It is only worth as much as the
    line's word."""
    said = {
        "channel": row.channel,
        "hour": row.arrived_at.strftime("%Y-%m-%dT%H:00Z"),
        "outcome": row.outcome,
        "stage": row.stage,
        # Whoever audits a figure sees which of its contacts nobody but the line's own paper knows of.
        **({"taken": "on paper", "entered": row.paper_at.strftime("%Y-%m-%dT%H:00Z")} if row.paper_at else {}),
    }
    return document(EvidenceClass.E1, said).decode()


def of_mail(facts: list[dict[str, str]], keys: Mapping[str, str], sha256: str) -> tuple[str, dict[str, Any]] | None:
    """The class of a mail's evidence and what is kept of it: a domain's signature with the key that stood in its DNS then. None
    where no signature held: the mail itself, which the line could have written, is no evidence."""
    passed = [one["domain"] for one in facts if one["what"] == "dkim" and one["result"] == "pass"]
    if not passed or not keys:
        return None
    return EvidenceClass.E3, {"mail_sha256": sha256, "dkim": passed, "dns": dict(keys)}


def of_call(said: Mapping[str, str]) -> tuple[str, dict[str, Any]]:
    """The class of a call's evidence: the carrier's signed word (STIR PASSporT, RFC 8225) where the trunk brought one, else what the
    carrier's own list of calls can be held against."""
    kind = EvidenceClass.E3 if said.get("identity") else EvidenceClass.E2
    return kind, {name: value for name, value in said.items() if value}
