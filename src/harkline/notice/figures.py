"""Figures that anybody can check: what was claimed, what that shows and does not, and the log itself as files.

Nothing here knows anything that is not in the log. Whoever asks is written down nowhere.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils import feedgenerator
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from harkline.count import claims, policy, publish, state
from harkline.count.models import Audit, Batch, Claim, Leaf
from harkline.line import this
from harkline.runtime.apart import apart
from harkline_verify import bounds, entries

_FILE = re.compile(r"checkpoint|latest|policy|tile/(?:[0-9]|entries)/(?:x[0-9]{3}/)*[0-9]{3}(?:\.p/[0-9]{1,3})?")
_MONTH = re.compile(r"(20[0-9]{2})-(0[1-9]|1[0-2])")
# A page of somebody else's reads the log: it is public, byte for byte.
ANYBODY = {"Access-Control-Allow-Origin": "*"}
MONTHS = 3  # whose lists are offered for a receipt

View = Callable[..., HttpResponseBase]


def counting(view: View) -> Callable[..., HttpResponseBase]:
    """A page that is there only where the line counts in the open."""

    @csrf_exempt
    @require_safe
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not policy.present().on:
            raise Http404
        return view(request, *args, **kwargs)

    return asked


@dataclass(frozen=True)
class Said:
    """One claim as the public sees it. ``audits``: (auditor, genuine at least, of, by lot)."""

    row: Claim
    sentence: str
    day: str
    shown: bool
    audits: list[tuple[Audit, int, int]]


def _claims() -> list[Said]:
    rows = Claim.objects.select_related("first", "last").prefetch_related("audits").order_by("-index")
    shown = publish.noted(publish.CHECKPOINT)
    size = shown.size if shown else 0
    return [
        Said(row, claims.of(row), _local(row.made_at, "%Y-%m-%d"), row.index < size, _audits(row, size)) for row in rows
    ]


def _local(at: datetime, form: str) -> str:
    return apart(f"{at.astimezone(this.zone()):{form}}")


def _audits(row: Claim, size: int) -> list[tuple[Audit, int, int]]:
    found = [one for one in row.audits.all() if one.index is not None and one.index < size]
    return [(one, *_statement(one)) for one in found]


def _statement(row: Audit) -> tuple[int, int]:
    """As the report in the log has it: the inspections themselves are forgotten."""
    assert row.index is not None
    leaf = Leaf.objects.get(index=row.index)
    read = entries.parse(bytes(leaf.data))
    assert isinstance(read, entries.Audit)
    total = max(row.claim.value, read.inspected)
    return bounds.at_least_genuine(total, read.inspected, read.defects), total


@counting
def figures(request: HttpRequest) -> HttpResponse:
    """Every claim with the state of its proof, what was counted, what is not shown."""
    found = state.state()
    context = {
        "state": found,
        "claims": _claims(),
        "columns": policy.present().columns,
        "confirmed": sum(one.size == found.log.published for one in found.witnesses) if found else 0,
        "since": _since(found),
        "last": Batch.objects.order_by("day").last(),
    }
    return render(request, "notice/figures.html", context)


def _since(found: state.State | None) -> str:
    at = [one.at for one in found.witnesses if one.at and one.size] if found else []
    return _local(max(at), "%Y-%m-%d %H:%M") if at else ""


@counting
def check(request: HttpRequest) -> HttpResponse:
    """How somebody checks it without this line."""
    context = {
        "fingerprint": publish.fingerprint() if state.state() else "",
        "origin": policy.present().origin,
        "witnesses": policy.present().witnesses,
        "base": f"{request.scheme}://{request.get_host()}",
    }
    return render(request, "notice/check.html", context)


@counting
def receipt(request: HttpRequest) -> HttpResponse:
    """Is my receipt in the count? Looked for in the reader's own browser, in lists that are the same for everybody."""
    return render(request, "notice/receipt.html", {"months": _months()})


def _months() -> list[str]:
    days = Batch.objects.order_by("-day").values_list("day", flat=True)
    return list(dict.fromkeys(f"{day:%Y-%m}" for day in days))[:MONTHS]


@counting
def receipts(request: HttpRequest, month: str) -> HttpResponse:
    """The codes of a month's days, a row each: ``2026-11-22 1234567890``. Decoys are among them: nobody can tell which."""
    found = _MONTH.fullmatch(month)
    if not found:
        raise Http404
    year, number = int(found[1]), int(found[2])
    rows = Batch.objects.filter(day__year=year, day__month=number).order_by("day")
    return HttpResponse("".join(_codes(rows)), content_type="text/plain; charset=ascii", headers=ANYBODY)


def _codes(rows: Any) -> Iterator[str]:
    for row in rows:
        inside = Leaf.objects.filter(index__gt=row.header, index__lte=row.header + row.count).order_by("index")
        for data in inside.values_list("data", flat=True):
            yield f"{row.day.isoformat()} {bytes(data[2:12]).decode('ascii')}\n"


@counting
def feed(request: HttpRequest) -> HttpResponse:
    """Claims as an Atom feed (RFC 4287), the latest first."""
    base = f"{request.scheme}://{request.get_host()}"
    made = feedgenerator.Atom1Feed(
        title=_("Figures that anybody can check"),
        link=f"{base}/figures",
        feed_url=f"{base}/figures.atom",
        description="",
        language=str(request.LANGUAGE_CODE),
        feed_guid=f"tag:{policy.present().origin.partition('/')[0]},{_begun():%Y-%m-%d}:count",
    )
    for one in _claims()[:100]:
        made.add_item(
            title=one.sentence,
            link=f"{base}/figures#entry-{one.row.index}",
            description=_("Entry %(index)s of the log. Check it without trusting this line.")
            % {"index": one.row.index},
            unique_id=f"tag:{policy.present().origin.partition('/')[0]},{_begun():%Y-%m-%d}:count/{one.row.index}",
            pubdate=one.row.made_at,
            updateddate=one.row.made_at,
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8", headers=ANYBODY)


def _begun() -> date | datetime:
    found = state.state()
    return found.log.begun_at if found else date(2026, 1, 1)


@counting
def log(request: HttpRequest, name: str) -> HttpResponse:
    """A file of the log, as it lies there."""
    path = policy.present().served / name
    if not _FILE.fullmatch(name) or not path.is_file():
        return HttpResponse(status=404, headers=ANYBODY)
    kind = "application/octet-stream" if name.startswith("tile/") else "text/plain; charset=utf-8"
    return HttpResponse(path.read_bytes(), content_type=kind, headers=ANYBODY)
