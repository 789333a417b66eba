"""What is wrong with the mail settings, in plain words, before somebody who writes finds out. Pure."""

import ipaddress
from collections.abc import Iterable, Iterator, Sequence

from django.utils.translation import gettext as _

from harkline.channels.email import addressing, evidence_jail
from harkline.channels.email.settings import EmailSettings

Problem = tuple[str, str]  # what is wrong, what to do
LOCAL_PART = 64 - len("+bounce-") - 26  # RFC 5321, 4.5.3.1.1, less what a bounce address adds


def problems(settings: EmailSettings, addresses: Sequence[str]) -> list[Problem]:
    """Empty when all is well."""
    return [
        *_addresses(settings, addresses),
        *_receiving(settings, addresses),
        *_on_the_way(settings),
        *_installed(settings),
    ]


def _addresses(settings: EmailSettings, addresses: Sequence[str]) -> Iterator[Problem]:
    if not addresses:
        if settings.imap:
            yield (
                _("A mailbox is read, and no mail address is published."),
                _("Run: harkline address add email ADDRESS"),
            )
        return
    for address in addresses:
        local = address.rpartition("@")[0]
        if len(local) > LOCAL_PART:
            yield (
                _("The address %s is too long: what comes back could not be told apart.") % address,
                _("Publish one with at most %d characters before the @.") % LOCAL_PART,
            )
        if "+" in local:
            yield _("The address %s has a plus sign, which marks replies.") % address, _("Publish one without.")


def _receiving(settings: EmailSettings, addresses: Sequence[str]) -> Iterator[Problem]:
    imap = settings.imap
    if imap and imap.address and not addressing.reached(imap.address, addresses):
        yield (
            _("The mailbox stands for %s, which is no address of this line.") % imap.address,
            _("Correct address in [imap], or run: harkline address add email ADDRESS"),
        )
    if settings.smtp and not settings.tls_cert and not _near(settings.smtp.host):
        yield (
            _("Mail servers of others hand mail in without encryption."),
            _("Set tls_cert and tls_key in [smtp], or let a mail server in front receive."),
        )


def _installed(settings: EmailSettings) -> Iterator[Problem]:
    if settings.evidence and not evidence_jail.available():
        yield (
            _("Where mail comes from is to be checked, and what checks it is not installed."),
            _("Run: pip install 'harkline[mail-evidence]'"),
        )


def _on_the_way(settings: EmailSettings) -> Iterable[Problem]:
    if settings.imap and settings.imap.security == "none" and not _near(settings.imap.host):
        yield _("The mailbox is read without encryption."), _("Set security in [imap] to tls.")
    if settings.relay and settings.relay.security == "none" and not _near(settings.relay.host):
        yield _("Replies go to the relay without encryption."), _("Set security in [relay] to starttls or tls.")


def _near(host: str) -> bool:
    """Whether a host is this one."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
