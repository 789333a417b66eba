"""The demonstration line's staff: fictional people with real keys, whose passphrases are printed."""

import base64
import itertools
import secrets
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import time

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.db import transaction

from harkline.demo import history, weeks
from harkline.demo.story import Story
from harkline.line import radio, this
from harkline.people import operators
from harkline.people.models import Invitation, Operator, Role
from harkline.rota import shifts
from harkline.routing import presence
from harkline.seal.envelope import VERSION

WORDS = [
    "amber",
    "birch",
    "cedar",
    "delta",
    "ember",
    "fern",
    "grove",
    "harbour",
    "island",
    "juniper",
    "kettle",
    "lantern",
    "maple",
    "north",
    "otter",
    "pebble",
]
ALWAYS_BUSY = "Demo Colleague"


@dataclass(frozen=True)
class Login:
    """What is printed."""

    name: str
    role: str
    username: str
    passphrase: str


def found(story: Story, link: str) -> list[Login]:
    """Give the new line its addresses and people; ``link`` is the first administrator's one-time link, which is used up here."""
    team_private = _team_key(link)
    for number in story.line.phones:
        this.add_address("phone", number)
    for language, mail in story.line.mails.items():
        this.add_address("email", mail, language=language)
    _on_the_air()
    logins = [
        _somebody(team_private, one.name, one.role, one.languages)
        for one in story.staff
        if one.role != Role.ADMINISTRATOR
    ]
    first = Operator.objects.get(role=Role.ADMINISTRATOR)
    logins.append(_equip(first, team_private))
    _colleague(team_private, story.line.languages)
    _week()
    history.write(story.line.languages)
    weeks.publish()
    this.set_up()
    return logins


def _on_the_air() -> None:
    """A station by voice with two evenings a week. No country gives out call signs that begin with X0."""
    station = radio.add_station("X0LINE", 145_500_000, "licensed")
    for weekday in (1, 4):
        radio.add_net(station, weekday, time(20), 60)


def _team_key(link: str) -> bytes:
    """What the browser does with the secret in a link's fragment."""
    secret = base64.urlsafe_b64decode(link.partition("#")[2] + "=")
    with transaction.atomic():
        row = Invitation.objects.exclude(wrapped_team_key=b"").get()
        wrapped = bytes(row.wrapped_team_key)
        row.delete()
    version, nonce, sealed = wrapped[:4], wrapped[4:16], wrapped[16:]
    key = HKDF(SHA256(), length=32, salt=None, info=VERSION + b"|invitation").derive(secret)
    return AESGCM(key).decrypt(nonce, sealed, VERSION + b"|invitation|" + version)


def _somebody(team_private: bytes, name: str, role: str, languages: Iterable[str]) -> Login:
    return _equip(operators.add(name, languages=languages, role=role), team_private)


def _equip(operator: Operator, team_private: bytes) -> Login:
    passphrase = "-".join(secrets.choice(WORDS) for _word in range(5))
    operators.equip(operator, passphrase, team_private)
    return Login(operator.name, operator.role, operator.username, passphrase)


def _colleague(team_private: bytes, languages: Iterable[str]) -> None:
    """Somebody on duty who is with a caller all the time: so the line is open, and whoever rings waits for the newcomer."""
    row = operators.add(ALWAYS_BUSY, languages=languages)
    _equip(row, team_private)
    presence.sign_on(row.pk)
    presence.busy(row.pk)


def _week() -> None:
    """Four-hour shifts, two people on each, round the clock."""
    people = list(Operator.objects.order_by("pk").values_list("pk", flat=True))
    turn = itertools.cycle(people)
    for weekday, hour in itertools.product(range(7), range(0, 24, 4)):
        for _seat in range(2):
            shifts.add(next(turn), weekday, time(hour), 4 * 60)
