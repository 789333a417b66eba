"""The work that a browser does by the way: a new team key where one is due, and old records sealed to it."""

import base64
import binascii
import json
from typing import Any
from uuid import UUID

from django.core.exceptions import BadRequest
from django.http import HttpRequest, HttpResponse, JsonResponse

from harkline.people import keys
from harkline.people.roles import Action, may
from harkline.people.views.colleagues import renewal
from harkline.people.who import me
from harkline.records import reseal
from harkline.records.reseal import Task


def tasks(request: HttpRequest) -> JsonResponse:
    """The next few, how far it is, and what to make a new team key with, for those who may where one is due."""
    operator = me(request)
    due = keys.renewal_due() and may(operator, Action.RENEW) and keys.can_read(operator)
    done = reseal.progress(operator)
    return JsonResponse(
        {
            "renewal": renewal() if due else None,
            "version": keys.current_team_key().version,
            "seal": [] if due else [_told(one) for one in reseal.to_seal(operator)],
            "compare": [] if due else [_told(one) for one in reseal.to_compare(operator)],
            "left": done.total - done.done,
            "says": str(done),
        }
    )


def _told(task: Task) -> dict[str, Any]:
    wraps = {who: base64.b64encode(wrap).decode() for who, wrap in task.wraps.items()}
    return {"id": task.object_id, "purpose": task.purpose, "wraps": wraps}


def done(request: HttpRequest) -> HttpResponse:
    """What the browser has done: ``{"sealed": {id: wrap}, "same": [id], "different": [id]}``."""
    try:
        said = json.loads(request.body)
        sealed = {UUID(one): base64.b64decode(wrap, validate=True) for one, wrap in said["sealed"].items()}
        same, different = ([UUID(one) for one in said[word]] for word in ("same", "different"))
    except (ValueError, KeyError, TypeError, AttributeError, binascii.Error) as error:
        raise BadRequest("not what a browser of ours sends") from error
    if max(len(sealed), len(same), len(different)) > reseal.BATCH:
        raise BadRequest("more than was asked for")
    reseal.seal(me(request), sealed)
    reseal.agree(me(request), same)
    reseal.differ(me(request), different)
    return HttpResponse(status=204)
