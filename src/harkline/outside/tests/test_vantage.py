"""Looking through a place outside at a page that comes by https."""

import pytest
from tests.peers import vantage as places
from tests.peers.certificates import Authority

from harkline.outside import vantage

URL = "https://line.example/"


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    authority = Authority(tmp_path_factory.mktemp("authority"))
    cert, key = authority.signs("line.example")
    with places.secure_page(b"<p>here</p>", str(cert), str(key)) as to:
        yield authority, to


@pytest.fixture
def trusted(page, monkeypatch):
    monkeypatch.setenv("SSL_CERT_FILE", str(page[0].file))
    return page[1]


def test_an_http_proxy_tunnels_and_the_certificate_is_checked_here(page, monkeypatch):
    with places.http_proxy(page[1]) as place:
        with pytest.raises(vantage.Unreachable, match="certificate"):
            vantage.through(f"http://127.0.0.1:{place.port}", URL)
        monkeypatch.setenv("SSL_CERT_FILE", str(page[0].file))
        assert vantage.through(f"http://127.0.0.1:{place.port}", URL) == vantage.Answer(200, "", "<p>here</p>")
        assert place.asked == ["line.example:443", "line.example:443"]


def test_a_socks_proxy_looks_the_name_up_and_the_certificate_is_checked_here(trusted):
    with places.socks_proxy(trusted) as place:
        assert vantage.through(f"socks5://127.0.0.1:{place.port}", URL).body == "<p>here</p>"
        with pytest.raises(vantage.Unreachable, match="certificate"):
            vantage.through(f"socks5://127.0.0.1:{place.port}", "https://other.example/")
        assert place.asked == ["line.example:443", "other.example:443"]


def test_this_server_is_asked_under_its_public_name_whatever_its_certificate(page):
    assert vantage.own(*page[1], True, URL).body == "<p>here</p>"


def test_who_does_not_answer_is_unreachable():
    for place in ("http://127.0.0.1:9", "socks5://127.0.0.1:9", "http://127.0.0.1:9/?u={url}"):
        with pytest.raises(vantage.Unreachable, match="no_answer"):
            vantage.through(place, URL)
