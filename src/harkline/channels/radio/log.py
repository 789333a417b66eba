"""Somebody was heard on one of the line's frequencies: from this moment on there is an attempt, and whoever heard it has the contact."""

from django.db import transaction

from harkline.intake import receive
from harkline.line.models import Channel, Station
from harkline.routing import on_air


class NotTaken(Exception):
    """Somebody else has this contact in hand."""


def heard(station: Station, language: str, operator_id: int, nonce: str) -> receive.ContactRef:
    """Record the attempt and its contact in the hand of who heard it, in one transaction: nobody else is offered it, and the same form
    sent twice counts once. Raises ``NotTaken``."""
    with transaction.atomic():
        tried = receive.attempt(Channel.RADIO, station.address.value, dedupe_key=nonce, language=language)
        found = receive.contact(tried.id, [], language=language, live=True)
        if found.new and not on_air.take(found.id, operator_id):
            raise NotTaken
    return found
