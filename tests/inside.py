"""What a test does inside an installation while its server runs, or after it was killed: a process of its own on the same folder.

``python -m tests.inside FOLDER FUNCTION`` with keyword arguments as JSON on standard input; the answer is JSON on standard output.
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

from tests import inside_rota

from harkline.server import setup


def team_private(link: str) -> str:
    """The team's private key out of the first administrator's link, as their browser gets it; in hexadecimal."""
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    from harkline.people import invite
    from harkline.seal.envelope import VERSION

    token, _hash, secret = link.rpartition("/")[2].partition("#")
    found = invite.find(token)
    assert found
    wrapped, raw = bytes(found.wrapped_team_key), base64.urlsafe_b64decode(secret + "=" * (-len(secret) % 4))
    key = HKDF(SHA256(), length=32, salt=None, info=VERSION + b"|invitation").derive(raw)
    return AESGCM(key).decrypt(wrapped[4:16], wrapped[16:], VERSION + b"|invitation|" + wrapped[:4]).hex()


def past_weeks(languages: list[str]) -> None:
    """The demonstration's made-up weeks, for lines that need a past."""
    from harkline.demo import history

    history.write(languages)


def opened(private: str) -> list[dict[str, Any]]:
    """Every sealed object, opened as a colleague's browser would: purpose, contact, text of the body (Latin-1), meta."""
    from harkline.intake.models import SealedObject
    from harkline.seal import envelope

    found = []
    for row in SealedObject.objects.prefetch_related("chunks", "wraps"):
        chunks = [bytes(one.data) for one in row.chunks.order_by("position")]
        wrap = next(bytes(one.data) for one in row.wraps.all() if one.recipient.startswith("team:"))
        document = envelope.open_(wrap, chunks, bytes.fromhex(private), row.purpose, row.pk, "team:1")
        found.append(
            {
                "id": str(row.pk),
                "purpose": row.purpose,
                "contact": str(row.contact_id or ""),
                "meta": document.meta,
                "body": document.body.decode("latin-1"),
                "complete": document.complete,
            }
        )
    return found


def add_operators(private: str, names: list[str], languages: list[str], role: str = "operator") -> list[str]:
    """People who have accepted their invitation and can read; their usernames. Nobody knows their passphrases."""
    from harkline.people import kdf, keys, operators, ways
    from harkline.seal import envelope

    added = []
    for name in names:
        row = operators.add(name, languages=languages, role=role)
        _private, public = envelope.generate()
        closed = bytes(keys.WRAPPED_PRIVATE)
        keys.store_operator_key(row, public, closed, kdf.fresh(row.username))
        ways.keep(row, ways.Kind.CODE, closed)
        wrap = envelope.wrap(bytes.fromhex(private), public, envelope.grant_info(1, row.pk))
        keys.grant(1, row, wrap)
        added.append(row.username)
    return added


def add_readers(private: str, names: list[str], words: str, languages: list[str], role: str = "operator") -> list[str]:
    """People who have accepted their invitation with this passphrase, so that a browser can open what they may read."""
    from harkline.people import operators

    rows = [operators.add(name, languages=languages, role=role) for name in names]
    for row in rows:
        operators.equip(row, words, bytes.fromhex(private))
    return [row.username for row in rows]


def add_reader_from_before(private: str, name: str, words: str) -> None:
    """Somebody whose passphrase was derived with PBKDF2, as it was at first, and is the only way to open their key."""
    from harkline.people import operators, vault
    from harkline.people.models import OperatorKey, Unlocker
    from harkline.seal import passphrase

    row = operators.add(name)
    operators.equip(row, "other words, for a moment", bytes.fromhex(private))
    key, kdf = OperatorKey.objects.get(operator=row), passphrase.pbkdf2(vault.line_salt(), row.username)
    # Its private half again: the same grants go to a key that is made anew.
    _fresh(row, key, words, kdf, bytes.fromhex(private))
    Unlocker.objects.filter(operator=row).delete()


def _fresh(row: Any, key: Any, words: str, kdf: dict[str, Any], team: bytes) -> None:
    from harkline.people import keys
    from harkline.seal import envelope, passphrase

    derived, (secret, public) = passphrase.derive(words, kdf), envelope.generate()
    key.public, key.wrapped_private, key.kdf = public, passphrase.wrap_private(secret, derived.unlock, public), kdf
    key.save()
    row.set_password(derived.sign_in)
    row.save(update_fields=["password"])
    version = keys.current_team_key().version
    keys.grant(version, row, envelope.wrap(team, public, envelope.grant_info(version, row.pk)))


def make_kit(private: str) -> list[str]:
    """A recovery kit that counts, made as an administrator's browser makes it; the words of its five pages."""
    from harkline.people.tests.test_kit import Made
    from harkline.seal import share

    made = Made({1: bytes.fromhex(private)})
    made.kept()
    made.typed(1, 2)
    return [" ".join(share.words(page)) for page in made.pages]


def renew_team() -> int:
    """The next team key, sealed to everybody who reads and to the kits, as a colleague's browser does it; its version."""
    from harkline.people import keys, kit
    from harkline.seal import envelope, share

    private, public = envelope.generate()
    version = keys.current_team_key().version + 1
    grants = {
        one.pk: envelope.wrap(private, bytes(one.key.public), envelope.grant_info(version, one.pk))
        for one in keys.readers_now()
    }
    recovery = {
        one.kit: envelope.wrap(private, bytes(one.public), share.recovery_info(one.kit, version)) for one in kit.live()
    }
    return keys.renew_team(version, public, grants, recovery).version


def opened_by_link(link: str) -> tuple[int, int]:
    """How many sealed objects there are, and how many open with the team keys that a recovery's link carries."""
    from harkline.intake.models import SealedObject
    from harkline.people import invite
    from harkline.people.tests.opening import carried
    from harkline.seal import envelope
    from harkline.seal.envelope import Refused

    token, _hash, secret = link.rpartition("/")[2].partition("#")
    found = invite.find(token)
    assert found
    teams, opened, total = carried(bytes(found.wrapped_team_key), secret), 0, 0
    for row in SealedObject.objects.prefetch_related("chunks", "wraps"):
        total += 1
        chunks = [bytes(one.data) for one in row.chunks.order_by("position")]
        for wrap in row.wraps.all():
            version = int(wrap.recipient.removeprefix("team:")) if wrap.recipient.startswith("team:") else 0
            if version in teams:
                try:
                    envelope.open_(bytes(wrap.data), chunks, teams[version], row.purpose, row.pk, wrap.recipient)
                    opened += 1
                    break
                except Refused:
                    continue
    return total, opened


def clear_desk() -> None:
    """Everybody goes off duty, and what waits or is in hand is closed."""
    from harkline.intake.models import Contact, ContactState
    from harkline.routing import presence
    from harkline.routing.models import Presence
    from harkline.runtime import clock

    for row in Presence.objects.all():
        presence.sign_off(row.operator_id)
    Contact.objects.exclude(state=ContactState.CLOSED).update(state=ContactState.CLOSED, closed_at=clock.now())


def set_sign_in(usernames: list[str], value: str) -> None:
    """What these operators' browsers would send as the password."""
    from harkline.people.models import Operator

    for row in Operator.objects.filter(username__in=usernames):
        row.set_password(value)
        row.save(update_fields=["password"])


def sessions(usernames: list[str]) -> dict[str, str]:
    """A signed-in browser's cookie for each: what signing in with a passphrase and a second step leaves behind."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from harkline.people.models import Operator

    cookies = {}
    for row in Operator.objects.filter(username__in=usernames):
        store = SessionStore()
        store[SESSION_KEY] = str(row.pk)
        store[BACKEND_SESSION_KEY] = "harkline.people.backend.Backend"
        store[HASH_SESSION_KEY] = row.get_session_auth_hash()
        store["second_step"] = True
        store["second_step"] = True  # as ``people.sign_in`` notes it once it has seen one
        store.create()
        cookies[row.username] = str(store.session_key)
    return cookies


def sign_on(usernames: list[str], medium: str = "browser") -> None:
    """Go on duty."""
    from harkline.people.models import Operator
    from harkline.routing import presence

    for row in Operator.objects.filter(username__in=usernames):
        presence.sign_on(row.pk, medium)


def answer(text: str, read_back: bool = False) -> None:
    """Answer the newest thread as a colleague's browser does: sealed to the team and to the holder of the return code."""
    import uuid

    from harkline.intake import receive
    from harkline.intake.models import Thread
    from harkline.people import keys
    from harkline.seal import envelope

    row = Thread.objects.exclude(caller_public=None).order_by("-opened_at")[0]
    object_id, to = str(uuid.uuid4()), {**keys.recipients(), "caller": bytes(row.caller_public or b"")}
    meta = {"type": "text/plain; charset=utf-8", **({"read_back": True} if read_back else {})}
    done = envelope.seal(meta, text.encode(), "reply", object_id, to)
    receive.add(
        str(row.pk), [receive.SealedPart(object_id, "reply", done.chunks, done.wraps, done.size, by_caller=False)]
    )


def add_station(call_sign: str) -> None:
    """The line is reached there by data."""
    from harkline.line import radio

    radio.add_station(call_sign, 144_800_000, "amateur", data=True)


def set_up() -> None:
    """Somebody has gone through set-up to its end: from then on the line signs its notice by itself."""
    from harkline.line import this

    this.set_up()


def look_from_outside() -> None:
    """What the world serves was seen: a page that is changed, a mail server that is changed, a long key, and a name that looks alike."""
    from harkline.outside import compare
    from harkline.outside.names import Look

    page = "https://line.example/"
    compare.record(
        [
            Look("page", page, "link: tel:+442079460999\nscript: https://evil.example/x.js", "link: tel:+442079460123"),
            Look("mx", "line.example", "10 mx.line.example."),
            Look("dkim", "s1._domainkey.line.example", "v=DKIM1; p=" + "A" * 200),
            Look("dmarc", "line.example", None, trouble="no_answer"),
            Look("lookalike", "xn--cedrline-36g.example", "A 192.0.2.7\nMX 10 mx.evil.example."),
        ]
    )
    compare.record([Look("mx", "line.example", "10 mx.evil.example.")])


def close_waiting() -> int:
    """Close what waits, so that a test begins with an empty waiting list."""
    from harkline.intake.models import Contact

    return Contact.objects.filter(state="waiting").update(state="closed")


def take_in_hand(username: str) -> bool:
    """Accept what is offered to somebody; False while nothing is."""
    from harkline.routing import offers
    from harkline.routing.models import Offer

    offered = Offer.objects.filter(operator__username=username, state="offered").first()
    return bool(offered and offers.accept(str(offered.pk), offered.operator_id))


def set_own_phone(username: str, number: str) -> None:
    """Keep the number on which an operator takes calls."""
    from harkline.people import operators
    from harkline.people.models import Operator

    operators.set_own_phone(Operator.objects.get(username=username), number)


def answer_all(within: float) -> int:
    """Everybody on duty accepts whatever they are offered and closes it. Returns how many contacts nobody was offered in time."""
    import time

    from harkline.intake.models import Contact, ContactState
    from harkline.routing import contacts, offers, presence
    from harkline.routing.models import Offer, OfferState, Presence, PresenceState

    end = time.monotonic() + within
    waiting = Contact.objects.filter(state=ContactState.WAITING)
    while waiting.exists() and time.monotonic() < end:
        for who in Presence.objects.filter(state=PresenceState.NOT_READY):
            presence.ready(who.operator_id)
        for offer in Offer.objects.filter(state=OfferState.OFFERED):
            if offers.accept(str(offer.pk), offer.operator_id):
                contacts.wrap_up(str(offer.contact_id), offer.operator_id, "information", "resolved")
        time.sleep(0.05)
    return waiting.count()


def try_addresses() -> int:
    """Have the server try every address of the line now."""
    from harkline.intake import canaries
    from harkline.line import this

    rows = this.addresses()
    for row in rows:
        canaries.ask(row.pk)
    return len(rows)


def canaries() -> list[tuple[str, str]]:
    """What came of the newest trial, by channel: ``answered`` or why not."""
    from harkline.intake import canaries as trials

    return [(row.address.channel, row.reason or "answered") for row in trials.latest().values()]


def attempt_kinds() -> dict[str, int]:
    """How many attempts there are of each kind."""
    from collections import Counter

    from harkline.intake.models import Attempt

    return dict(Counter(Attempt.objects.values_list("machine_kind", flat=True)))


def waiting() -> int:
    """How many contacts wait."""
    from harkline.intake.models import Contact

    return Contact.objects.filter(state="waiting").count()


def main() -> None:
    """Run one function of this module."""
    setup.start(Path(sys.argv[1]))
    given = json.load(sys.stdin)
    function = globals().get(sys.argv[2]) or getattr(inside_rota, sys.argv[2])
    json.dump(function(**given), sys.stdout)


def two_mornings_later() -> str:
    """Close whatever is open, let two nights pass for the open count, and show it; one of the codes in the log."""
    from datetime import timedelta

    from harkline.count import publish, sequence
    from harkline.count.models import Receipt
    from harkline.intake.models import Contact
    from harkline.runtime import clock
    from harkline.server import adapters

    adapters.use_count(setup.settings(Path(sys.argv[1])))
    Contact.objects.update(state="closed", kind="counselling", closed_at=clock.now())
    now = clock.now()
    with clock.using(lambda: now + timedelta(days=2)):
        sequence.make_due()
        log = sequence.log()
        assert log
        publish.write(log)
        publish.show(log)
    found: str = Receipt.objects.filter(told=True).latest("given_at").code
    return found


if __name__ == "__main__":
    main()
