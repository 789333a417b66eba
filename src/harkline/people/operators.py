"""Add, change and deactivate the people who work the line."""

import re
import unicodedata
from collections.abc import Callable, Iterable

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people import kdf, keys, vault, ways
from harkline.people.models import Invitation, Operator, Role, Unlocker
from harkline.people.roles import READERS
from harkline.runtime import bell, clock
from harkline.seal import envelope, passphrase, printed

_PHONE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164


def username_of(name: str) -> str:
    """The username made of a name: lower case, dots between its words, letters and digits of any script."""
    words = re.findall(r"[\w-]+", unicodedata.normalize("NFKC", name).lower())
    return ".".join(words)[:40]


def add(
    name: str,
    *,
    languages: Iterable[str] = (),
    skills: Iterable[str] = (),
    role: str = Role.OPERATOR,
) -> Operator:
    """Add somebody, who can sign in once they have accepted an invitation. Raises ValueError, in words for people."""
    username, name = username_of(name), " ".join(name.split())
    if len(username) < 2 or len(name) > 80:
        raise ValueError(_("A name needs two letters at least, and eighty at most."))
    operator = Operator(username=username, name=name, role=Role(role), joined_at=clock.now())
    operator.languages, operator.skills = _words(languages), _words(skills)
    operator.set_unusable_password()
    try:
        with transaction.atomic():
            operator.save(force_insert=True)
            bell.ring("people", operator.pk, "desk")
            chain.record(Act.JOINED, Subject.OPERATOR, operator.pk, reason=operator.role)
    except IntegrityError:
        raise ValueError(_("There already is somebody called “%s”.") % username) from None
    return operator


def change(operator: Operator, *, name: str, languages: Iterable[str], skills: Iterable[str], role: str) -> None:
    """Change what somebody is called, speaks, knows and may do. The username stays: the passphrase's salt has it.

    Who may no longer read loses the team's keys. Raises ValueError, in words for people, if nobody could read then.
    """
    if Role(role) not in READERS:
        _keep_a_reader(operator)
    fields = {
        "name": " ".join(name.split())[:80] or operator.name,
        "languages": _words(languages),
        "skills": _words(skills),
        "role": Role(role),
    }
    with transaction.atomic():
        Operator.objects.filter(pk=operator.pk).update(**fields)
        if Role(role) not in READERS:
            keys.let_go(operator)
        bell.ring("people", operator.pk, "desk")
        if Role(role) != operator.role:
            chain.record(Act.ROLE_CHANGED, Subject.OPERATOR, operator.pk, reason=Role(role))


def deactivate(operator: Operator) -> None:
    """End somebody's access at once: their sessions, invitations and grants go; what they wrote stays.

    Raises ValueError, in words for people, if nobody could read then.
    """
    _keep_a_reader(operator)
    with transaction.atomic():
        Operator.objects.filter(pk=operator.pk).update(is_active=False)
        operator.is_active = False
        Invitation.objects.filter(operator=operator, used_at=None).delete()
        keys.let_go(operator)
        end_sessions(operator)
        bell.ring("people", operator.pk, "desk")
        chain.record(Act.LEFT, Subject.OPERATOR, operator.pk)


def _keep_a_reader(operator: Operator) -> None:
    if keys.is_last_reader(operator):
        raise ValueError(_("%s is the only one who can read. Give a colleague the team’s key first.") % operator.name)


def reactivate(operator: Operator) -> None:
    """Let somebody in again. They need the team's key anew."""
    with transaction.atomic():
        Operator.objects.filter(pk=operator.pk).update(is_active=True)
        bell.ring("people", operator.pk, "desk")
        chain.record(Act.RETURNED, Subject.OPERATOR, operator.pk)


def end_sessions(operator: Operator, *, but: str = "", but_if: Callable[[str], bool] = lambda _key: False) -> None:
    """Sign somebody out everywhere, the session ``but`` excepted, and those of which ``but_if`` says so by their key."""
    from allauth.usersessions.models import UserSession

    sessions = UserSession.objects.filter(user=operator).exclude(session_key=but)
    rows = [row for row in sessions if not but_if(row.session_key)]
    for row in rows:
        row.end()
    if rows:
        chain.record(Act.SESSIONS_ENDED, Subject.OPERATOR, operator.pk, count=len(rows))


def own_phone(operator: Operator) -> str:
    """The number on which somebody takes calls away from the browser; empty when there is none."""
    boxed = bytes(operator.own_phone)
    return vault.open_(boxed, f"own_phone|{operator.pk}").decode() if boxed else ""


def set_own_phone(operator: Operator, number: str) -> None:
    """Keep or, when empty, forget that number (E.164). Raises ValueError, in words for people."""
    number = re.sub(r"[\s().-]", "", number)
    if number and not _PHONE.fullmatch(number):
        raise ValueError(_("Write the number with its country: + and 7 to 15 digits."))
    boxed = vault.close(number.encode(), f"own_phone|{operator.pk}") if number else b""
    Operator.objects.filter(pk=operator.pk).update(own_phone=boxed)
    operator.own_phone = boxed


def equip(operator: Operator, words: str, team_private: bytes) -> None:
    """Do on the server what the browser does on accepting an invitation: passphrase, key, grant of the present team key.

    For the demonstration and tests alone: it needs both the passphrase and the team's private half.
    """
    how = kdf.fresh(operator.username)
    derived = passphrase.derive(words, how)
    private, public = envelope.generate()
    wrapped = passphrase.wrap_private(private, derived.unlock, public)
    version = keys.current_team_key().version
    with transaction.atomic():
        operator.set_password(derived.sign_in)
        operator.save(update_fields=["password"])
        keys.store_operator_key(operator, public, wrapped, how)
        closed = passphrase.wrap_private(private, printed.unlock(printed.generate()), public)
        ways.keep(
            operator, Unlocker.Kind.CODE, closed
        )  # on nobody's paper: it stands for one, so that nobody is asked to make it
        keys.grant(version, operator, envelope.wrap(team_private, public, envelope.grant_info(version, operator.pk)))


def _words(words: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(word.strip().lower() for word in words if word.strip()))
