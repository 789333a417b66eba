"""A hostile mail fetches nothing; an encrypted one is answered encrypted. In a real browser, on a real line."""

import email.policy
import threading
import urllib.request
from collections.abc import Callable, Iterator
from email.message import EmailMessage
from smtplib import SMTP as Client

import pytest
from aiosmtpd.controller import Controller
from playwright.sync_api import Page, expect
from tests.harness import ADDRESS, Line, until
from tests.pages.desk import Desk, readers, sit_down
from tests.peers import gnupg
from tests.peers.mail import Sink
from tests.ports import HOST, free_port

from harkline.channels.email import autocrypt
from harkline.line.mail_keys import directory_name
from harkline.runtime.tests.test_cleaning import picture

pytestmark = pytest.mark.page
OUTSIDE = "http://127.0.0.1:9/"  # nobody is there; that it is asked for is what counts

HOSTILE = f"""<html><head><meta http-equiv=refresh content="0;url={OUTSIDE}refresh"><base href="{OUTSIDE}">
<link rel=stylesheet href="{OUTSIDE}css"><link rel=preload as=image href="{OUTSIDE}preload"><link rel=prefetch href="{OUTSIDE}pre">
<link rel=dns-prefetch href="//outside.example"><link rel=preconnect href="{OUTSIDE}"><link rel=icon href="{OUTSIDE}icon">
<style>@import url({OUTSIDE}import); @font-face {{font-family:x; src:url({OUTSIDE}font)}} body {{font-family:x; background:url({OUTSIDE}bg)}}</style>
</head><body background="{OUTSIDE}background"><p>What can be read</p><img src="{OUTSIDE}img" srcset="{OUTSIDE}set 2x">
<picture><source srcset="{OUTSIDE}source"></picture><svg><image href="{OUTSIDE}svg"/><use href="{OUTSIDE}use#a"/></svg>
<iframe src="{OUTSIDE}frame" srcdoc="<img src={OUTSIDE}doc>"></iframe><object data="{OUTSIDE}object"></object><embed src="{OUTSIDE}embed">
<video poster="{OUTSIDE}poster" src="{OUTSIDE}video" autoplay></video><audio src="{OUTSIDE}audio" autoplay></audio>
<input type=image src="{OUTSIDE}input"><table background="{OUTSIDE}table"><td style="background:url({OUTSIDE}td)">x</td></table>
<script src="{OUTSIDE}script"></script><form action="{OUTSIDE}form"><button autofocus>go</button></form><a ping="{OUTSIDE}ping" href="{OUTSIDE}a">a</a>
<math><mtext><img src="{OUTSIDE}math" onerror="fetch('{OUTSIDE}onerror')"></mtext></math></body></html>"""


class Box(Sink):
    """The relay that the line's replies are handed to."""


@pytest.fixture(scope="module")
def box() -> Iterator[tuple[Box, int]]:
    sink, port = Box(), free_port()
    there = Controller(sink, hostname=HOST, port=port)
    there.start()
    yield sink, port
    there.stop()


@pytest.fixture(scope="module")
def line(tmp_path_factory: pytest.TempPathFactory, box: tuple[Box, int]) -> Iterator[Line]:
    with Line(tmp_path_factory.mktemp("privacy")) as line:
        line.init(settings=f'[relay]\nserver = "{HOST}:{box[1]}"\nsecurity = "none"')
        line.command("openpgp", "make", ADDRESS)
        line.serve()
        yield line


@pytest.fixture
def operator(line: Line, browse: Callable[..., Page]) -> Iterator[Desk]:
    (username,) = readers(line, f"Colleague {threading.get_ident()}{len(line.opened())}")
    desk = sit_down(line, browse(width=1280, height=900), username).opens()
    desk.signs_on()
    yield desk
    line.inside("clear_desk")


def hand_in(line: Line, raw: bytes) -> None:
    with Client(HOST, line.smtp, timeout=60) as client:
        client.sendmail(gnupg.PERSON, [ADDRESS], raw)


def test_a_hostile_mail_and_what_is_attached_to_it_fetch_nothing(line: Line, operator: Desk, screenshots) -> None:
    message = EmailMessage(policy=email.policy.SMTP)
    message["From"], message["To"], message["Subject"] = gnupg.PERSON, ADDRESS, "<img src=x>"
    message.set_content(HOSTILE, subtype="html")
    message.add_attachment(HOSTILE.encode(), maintype="text", subtype="html", filename="page.html")
    drawn = f'<svg xmlns="http://www.w3.org/2000/svg" onload="fetch(\'{OUTSIDE}\')"><image href="{OUTSIDE}"/></svg>'
    message.add_attachment(drawn.encode(), maintype="image", subtype="svg+xml", filename="drawing.svg")
    message.add_attachment(picture(b"Amina Secret"), maintype="image", subtype="png", filename="door.png")
    asked: list[str] = []
    operator.page.context.on("request", lambda request: asked.append(request.url))
    hand_in(line, message.as_bytes())
    operator.is_offered("Mail")
    operator.accepts()
    operator.unlocks()
    expect(operator.middle).to_contain_text("What can be read")
    closed = operator.middle.locator("[data-kind=attachment] [data-open], [data-kind=original] [data-open]")
    for left in range(3, -1, -1):
        closed.first.click()
        expect(closed).to_have_count(left)
    saved = operator.middle.locator("[data-kind=attachment] a[download], [data-kind=original] a[download]")
    expect(saved).to_have_count(5)  # three attachments, the original mail, and the picture without metadata
    operator.page.screenshot(path=str(screenshots / "hostile-mail.png"), full_page=True)
    for link in operator.middle.locator("details.original summary").all():
        link.click()
    for link in saved.all():
        with operator.page.expect_download() as download:
            link.click()
        assert download.value.url.startswith("blob:")
    strip = operator.middle.locator("[data-kind=attachment]").filter(has_text="door.png").get_by_text("Save without")
    with operator.page.expect_download() as download:
        strip.click()
    assert b"Amina" not in download.value.path().read_bytes()
    outside = [one for one in asked if not one.startswith((operator.base, "data:", f"blob:{operator.base}"))]
    assert outside == []
    assert operator.middle.locator(".words img, .words svg, iframe, object, embed").count() == 0


@pytest.mark.skipif(gnupg.GPG is None, reason=gnupg.HOW)
def test_who_writes_encrypted_is_answered_encrypted(
    line: Line, operator: Desk, box: tuple[Box, int], browse: Callable[..., Page], screenshots
) -> None:
    local, _, domain = ADDRESS.partition("@")
    url = f"{operator.base}/.well-known/openpgpkey/{domain}/hu/{directory_name(local)}?l={local}"
    with gnupg.person() as amina:
        with urllib.request.urlopen(url, timeout=30) as found:
            assert "IMPORT_OK" in amina.learns(found.read())
        clear = gnupg.protected("They read my mail.", "Where can we meet?")
        armoured = amina.encrypts(clear, ADDRESS, "--compress-algo", "none")
        header = autocrypt.header(gnupg.PERSON, amina.binary_key())
        hand_in(line, gnupg.enclosed(armoured, ADDRESS, Autocrypt=header))
        operator.is_offered("Mail")
        operator.accepts()
        reply = operator.middle.locator("[data-reply]")
        expect(reply).to_contain_text("this reply goes encrypted or not at all")
        operator.unlocks()
        expect(operator.middle).to_contain_text("Where can we meet?")
        expect(reply.locator("[data-goes=encrypted]")).to_contain_text(amina.fingerprint[:4].upper())
        operator.middle.locator(".facts summary").click()
        expect(operator.middle).to_contain_text("Its signature was made by the key that came with it")
        operator.page.screenshot(path=str(screenshots / "encrypted-mail.png"), full_page=True)
        reply.locator("textarea").fill("At the library.")
        reply.get_by_role("button", name="Send").click()
        (raw,) = until(lambda: [raw for _from, _to, raw in box[0].got], 60)
        assert b"library" not in raw
        inner, said = amina.opens(raw)
    assert inner.get_content().strip() == "At the library."
    assert "GOODSIG" in said
    assert operator.page.complaints == []  # type: ignore[attr-defined]
    public = browse(width=390, height=900)
    public.goto(operator.base + "/")
    public.get_by_text("Encrypted mail (OpenPGP)").click()
    expect(public.get_by_role("link", name="Save the key")).to_be_visible()
    public.screenshot(path=str(screenshots / "openpgp-public.png"), full_page=True)
