"""Opening everything again with three pages of the recovery kit, and beginning again without them.

For ``harkline recover`` on the host alone: here, once, the team's private halves are in the hands of a program of ours. They are
handed on in a link's fragment and kept nowhere.
"""

from collections.abc import Iterable, Mapping

from django.db import transaction

from harkline.audit import chain
from harkline.audit.words import Act, Subject
from harkline.people import invite, keys, kit, operators
from harkline.people.models import Operator, RecoveryKit, Role
from harkline.seal import envelope, shamir, share
from harkline.seal.envelope import Refused
from harkline.seal.share import Share


def kit_of(page: Share) -> RecoveryKit | None:
    """The kit that a page belongs to, whether it still counts or has ended."""
    return RecoveryKit.objects.filter(kit=share.name_of(page.kit)).first()


def is_genuine(row: RecoveryKit, page: Share) -> bool:
    """Whether this is really a page of that kit."""
    return kit.recognises(row, page.index, share.proof(page))


def open_all(row: RecoveryKit, pages: Iterable[Share]) -> dict[int, bytes]:
    """Every team key that the kit holds: version → private half. Raises Refused if the pages do not give the kit's key."""
    private = shamir.join({page.index: page.data for page in pages})
    if envelope.public_of(private) != bytes(row.public):
        raise Refused("these pages do not give this kit's key")
    return {
        version: envelope.unwrap(wrapped, private, share.recovery_info(row.kit, version))
        for version, wrapped in kit.wraps(row).items()
    }


def let_in(name: str, team_keys: Mapping[int, bytes], languages: Iterable[str]) -> tuple[Operator, str]:
    """An administrator with a one-time link that carries these team keys: (who, path of the link).

    Somebody new, or the administrator of this name, whose own key is made anew on accepting. A crash before the commit leaves
    everything as it was. Raises ValueError, in words for people.
    """
    with transaction.atomic():
        row = Operator.objects.filter(username=operators.username_of(name)).first()
        if row is None:
            row = operators.add(name, languages=languages, role=Role.ADMINISTRATOR)
        elif row.role != Role.ADMINISTRATOR or not row.is_active:
            raise ValueError(f"“{row.username}” is there and is no administrator with access: choose another name")
        path = invite.invite(row, team_keys=team_keys)
        chain.record(Act.RECOVERED, Subject.OPERATOR, row.pk, actor_id=None)
    return row, path


def begin_again(name: str, languages: Iterable[str]) -> tuple[Operator, str, int]:
    """Where nobody can read any more and no pages are left: a new team key, and an administrator who alone gets it: (who, path of
    the link, version). What was sealed before stays closed for good; what arrives from the commit on is sealed to the new key.
    """
    with transaction.atomic():
        version, private = keys.found_again()
        row, path = let_in(name, {version: private}, languages)
    return row, path, version
