"""The signed list for programs: the note itself, JSON around it, its schema, a feed of its versions, sitemap and security.txt.

All of it is the same for everybody, and anybody's page may read it.
"""

import json
from functools import cache
from io import StringIO
from pathlib import Path
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import feedgenerator
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_safe

from harkline.count import policy as count_policy
from harkline.line import this
from harkline.notice import draft, policy, publish
from harkline.notice.models import Notice, NoticeKey
from harkline_verify.notice import EMERGENCY, OPEN, Standing, moment, read

ANYBODY = {"Access-Control-Allow-Origin": "*"}
SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
XHTML = "http://www.w3.org/1999/xhtml"
PAGES = ("/", "/notice", "/genuine")


def document() -> dict[str, Any]:
    """The newest version with what belongs to it: its check words, the hand-overs of its keys, the keys that were revoked."""
    row = publish.newest()
    if row is None:
        raise Http404
    keys = NoticeKey.objects.order_by("pk")
    return {
        "format": "harkline-notice/v1",
        "notice": read(publish.read(row).text),
        "note": row.note,
        "digest": row.digest,
        "check_words": row.check_words.split(),
        "check_number": row.check_number,
        "hand_overs": [one.handed_over for one in keys if one.handed_over],
        "revoked_keys": [one.revocation for one in keys if one.revocation],
    }


def _answer(text: str | bytes, kind: str) -> HttpResponse:
    return HttpResponse(text, content_type=kind, headers=ANYBODY)


@csrf_exempt
@require_safe
def note(request: HttpRequest) -> HttpResponse:
    """The signed note, as it is."""
    row = publish.newest()
    if row is None:
        raise Http404
    return _answer(row.note, "text/plain; charset=utf-8")


@csrf_exempt
@require_safe
def as_json(request: HttpRequest) -> HttpResponse:
    """JSON around the note."""
    return _answer(json.dumps(document(), ensure_ascii=False, indent=1), "application/json; charset=utf-8")


@csrf_exempt
@require_safe
def version(request: HttpRequest, serial: int) -> HttpResponse:
    """An earlier version, as it was signed."""
    row = Notice.objects.filter(serial=serial).first()
    if row is None:
        raise Http404
    return _answer(row.note, "text/plain; charset=utf-8")


@cache
def schema_text() -> str:
    """The JSON schema of ``as_json``."""
    return (Path(__file__).parent / "notice.schema.json").read_text(encoding="utf-8")


@csrf_exempt
@require_safe
def schema(request: HttpRequest) -> HttpResponse:
    """What stands in the JSON."""
    return _answer(schema_text(), "application/schema+json; charset=utf-8")


def _base(request: HttpRequest) -> str:
    return policy.present().page.rstrip("/") or f"{request.scheme}://{request.get_host()}"


@csrf_exempt
@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Each version of the notice as an Atom entry (RFC 4287), the latest first."""
    rows = list(Notice.objects.order_by("-serial")[:51])
    if not rows:
        raise Http404
    base, first = _base(request), Notice.objects.order_by("serial").first()
    assert first
    tag = f"tag:{publish.read(first).body.key.name.partition('/')[0]},{first.issued_at:%Y-%m-%d}:notice"
    made = feedgenerator.Atom1Feed(
        title=_("Our genuine addresses"),
        link=f"{base}/notice",
        feed_url=f"{base}/notice.atom",
        description="",
        language=str(request.LANGUAGE_CODE),
        feed_guid=tag,
    )
    for row, before in zip(rows[:50], [*rows[1:], None], strict=False):
        made.add_item(
            title=_("Version %(serial)s") % {"serial": row.serial},
            link=f"{base}/notice/{row.serial}",
            description=_difference(row, before),
            unique_id=f"{tag}/{row.serial}",
            pubdate=row.issued_at,
            updateddate=row.revoked_at or row.issued_at,
        )
    return _answer(made.writeString("utf-8"), "application/atom+xml; charset=utf-8")


def _difference(row: Notice, before: Notice | None) -> str:
    """What a version added and took away, and its check words."""
    found = draft.changes(publish.read(before).body if before else None, publish.read(row).body)
    parts = [
        (_("New: %(values)s."), found.added),
        (_("No longer ours: %(values)s."), found.removed),
        (_("Changed: %(values)s."), [new for _old, new in found.changed]),
    ]
    said = [words % {"values": ", ".join(_shown(one) for one in some)} for words, some in parts if some]
    if "standing" in found.other:
        said.append(_standing(publish.read(row).body.standing))
    if row.revoked_at:
        said.append(_("This version was revoked. Do not rely on it."))
    return " ".join([*said, _("Check words: %(words)s.") % {"words": row.check_words}])


def _standing(to: Standing) -> str:
    """What a version says of the line itself."""
    if to.state == EMERGENCY:
        return _("This line is closed. Do not call, do not write.")
    if to.state == OPEN or to.since is None:
        return _("This line is open.")
    day = date_format(to.since.astimezone(this.zone()), "DATE_FORMAT")
    if to.successor:
        return _("From %(day)s on %(name)s answers in our place.") % {"day": day, "name": to.successor.name}
    return _("This line closes on %(day)s.") % {"day": day}


def _shown(one: Any) -> str:
    return f"{one.value} {one.frequency}".strip()


@csrf_exempt
@require_safe
def sitemap(request: HttpRequest) -> HttpResponse:
    """The pages that search engines should find, in each of the line's languages (sitemaps.org, with hreflang)."""
    out = StringIO()
    made = SimplerXMLGenerator(out, "utf-8")
    made.startDocument()
    made.startElement("urlset", AttributesImpl({"xmlns": SITEMAP, "xmlns:xhtml": XHTML}))
    row, base, spoken = publish.newest(), _base(request), this.line().languages
    for page in (*PAGES, *(("/figures",) if count_policy.present().on else ())):
        for code in spoken:
            made.startElement("url", AttributesImpl({}))
            made.addQuickElement("loc", f"{base}/{code}{page}")
            if row:
                made.addQuickElement("lastmod", f"{row.issued_at:%Y-%m-%d}")
            for other in spoken:
                link = {"rel": "alternate", "hreflang": other, "href": f"{base}/{other}{page}"}
                made.addQuickElement("xhtml:link", None, link)
            made.endElement("url")
    made.endElement("urlset")
    made.endDocument()
    return _answer(out.getvalue(), "application/xml; charset=utf-8")


@csrf_exempt
@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Where the sitemap is. What must not be found says so itself, page by page."""
    return _answer(f"User-agent: *\nAllow: /\n\nSitemap: {_base(request)}/sitemap.xml\n", "text/plain; charset=utf-8")


@csrf_exempt
@require_safe
def security(request: HttpRequest) -> HttpResponse:
    """Where weaknesses of these pages are reported (RFC 9116). It ends when the notice does. 404 where the line names nobody."""
    row = publish.newest()
    contact = policy.present().security or _first_mail()
    if row is None or not contact:
        raise Http404
    lines = [f"Contact: {contact}", f"Expires: {moment(row.until)}"]
    mails = dict(publish.read(row).body.openpgp)
    if (print_ := mails.get(contact.removeprefix("mailto:"))) is not None:
        lines.append(f"Encryption: openpgp4fpr:{print_}")
    lines.append(f"Preferred-Languages: {', '.join(this.line().languages)}")
    if policy.present().page:
        lines.append(f"Canonical: {_base(request)}/.well-known/security.txt")
    return _answer("\n".join(lines) + "\n", "text/plain; charset=utf-8")


def _first_mail() -> str:
    mails = [one.value for one in draft.addresses() if one.channel == "email"]
    return f"mailto:{mails[0]}" if mails else ""
