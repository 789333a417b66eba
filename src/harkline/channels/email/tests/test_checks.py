"""An administrator hears of a mistake in the mail settings before a caller does."""

from pathlib import Path

import pytest

from harkline.channels.email import checks
from harkline.channels.email.settings import Bind, EmailSettings, ImapSettings, RelaySettings

OURS = ["line@hotline.example"]
NEAR = Bind("127.0.0.1", 8025)


def test_an_ordinary_line_has_no_problem():
    settings = EmailSettings(
        smtp=NEAR,
        imap=ImapSettings("imap.hotline.example", "line", Path("password"), address="Line@hotline.example"),
        relay=RelaySettings("mail.hotline.example"),
    )
    assert checks.problems(settings, OURS) == []


@pytest.mark.parametrize(
    ("settings", "addresses", "word"),
    [
        (EmailSettings(smtp=Bind("0.0.0.0", 25)), OURS, "without encryption"),
        (EmailSettings(relay=RelaySettings("mail.example", security="none")), OURS, "without encryption"),
        (EmailSettings(imap=ImapSettings("imap.example", "x", security="none")), OURS, "without encryption"),
        (
            EmailSettings(imap=ImapSettings("imap.example", "x", address="other@hotline.example")),
            OURS,
            "no address of this",
        ),
        (EmailSettings(imap=ImapSettings("imap.example", "x")), [], "no mail address"),
        (EmailSettings(smtp=NEAR), ["l" * 31 + "@hotline.example"], "too long"),
        (EmailSettings(smtp=NEAR), ["line+a@hotline.example"], "plus sign"),
    ],
)
def test_a_mistake_is_said_with_what_to_do(settings, addresses, word):
    ((sentence, remedy),) = checks.problems(settings, addresses)
    assert word in sentence
    assert remedy


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost"])
def test_on_the_same_host_nothing_needs_encryption(host):
    assert checks.problems(EmailSettings(relay=RelaySettings(host, security="none")), OURS) == []
