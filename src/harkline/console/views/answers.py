"""What the console says to a button that was pressed. The bell refetches the rest."""

import json
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.html import escape

from harkline.console import contact
from harkline.intake.models import Contact
from harkline.people.who import me


def done(**events: str) -> HttpResponse:
    """It is done; the page is told by events (``taken``, ``put_down`` with a contact's id)."""
    headers = {"HX-Trigger": json.dumps({name.replace("_", "-"): {"id": id_} for name, id_ in events.items()})}
    return HttpResponse(status=204, headers=headers if events else None)


def conflict(request: HttpRequest, sentence: str, status: int = 409) -> HttpResponse:
    """It was not done; the sentence says why, and the page shows it."""
    return HttpResponse(f"<p>{escape(sentence)}</p>", status=status)


def held(request: HttpRequest, contact_id: UUID) -> contact.InHand:
    """The contact that a request names. Raises Http404, PermissionDenied."""
    try:
        return contact.in_hand(me(request), str(contact_id))
    except Contact.DoesNotExist as error:
        raise Http404 from error
