"""The first page of the line, and the harmless one."""

import calendar
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import formats
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from harkline.count import policy as count_policy
from harkline.line import mail_keys, this
from harkline.line.models import Channel
from harkline.notice import elsewhere, listing
from harkline.notice.now import now
from harkline.runtime import clock


@require_safe
def front(request: HttpRequest) -> HttpResponse:
    """Is somebody there now, and how to reach them."""
    published = [row for row in this.addresses() if row.published]
    answer = render(
        request,
        "notice/front.html",
        {
            "described": listing.described(),
            "now": now(),
            "backup": elsewhere.present(),
            "zone": str(this.zone()).rpartition("/")[2].replace("_", " "),
            "onions": [row for row in published if row.channel == Channel.WEB and row.value.endswith(".onion")],
            "phones": [row for row in published if row.channel == Channel.PHONE],
            "mails": [(row, mail_keys.current(row.value)) for row in published if row.channel == Channel.EMAIL],
            "counting": count_policy.present().on,
            "radios": [row for row in published if row.channel == Channel.RADIO],
        },
    )
    answer["X-Robots-Tag"] = listing.FOUND
    return answer


@csrf_exempt
@require_safe
def away(request: HttpRequest) -> HttpResponse:
    """A page that could be anybody's, shown at once and from here; the browser goes on from it to a page of somebody else's."""
    return render(request, "notice/away.html", {"harmless": elsewhere.present().harmless, **_month()})


def _month() -> dict[str, Any]:
    today = clock.now().astimezone(this.zone()).date()
    first = formats.get_format("FIRST_DAY_OF_WEEK")
    weeks = calendar.Calendar((int(first) - 1) % 7).monthdatescalendar(today.year, today.month)
    return {"today": today, "weeks": weeks, "days": weeks[0]}
