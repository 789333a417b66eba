"""The email channel's settings, as ``harkline.toml`` gives them. Each says what someone who can change it gains."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Bind:
    """A host and port to listen on. Whoever changes it decides who can hand in mail."""

    host: str = "127.0.0.1"
    port: int = 8025


@dataclass(frozen=True)
class ImapSettings:
    """An existing mailbox to read. Whoever changes it can feed in another's mail, and learns the password from the file.

    ``security`` is ``tls``, ``starttls`` or ``none``. ``after`` says what happens to a mail in the mailbox once it is stored here: ``leave`` it as it was, mark it ``seen``, or
    ``delete`` it. ``address`` is the line's address that a mail reached when its headers name none of them.
    """

    host: str
    user: str
    password_file: Path | None = None
    port: int = 993
    security: str = "tls"
    folder: str = "INBOX"
    after: str = "leave"
    address: str = ""


@dataclass(frozen=True)
class RelaySettings:
    """The server that takes outgoing mail. Whoever changes it reads every reply and learns every caller's address."""

    host: str
    port: int = 587
    user: str = ""
    password_file: Path | None = None
    security: str = "starttls"


@dataclass(frozen=True)
class EmailSettings:
    """All of the channel. ``max_size`` is in bytes; ``auto_acknowledge`` tells whoever writes that the mail arrived, and
    whoever watches the caller's mailbox that there was one."""

    smtp: Bind | None = None
    lmtp: Bind | None = None
    imap: ImapSettings | None = None
    relay: RelaySettings | None = None
    auto_acknowledge: bool = False
    acknowledgement: str = ""  # its text; empty for the supplied one
    max_size: int = 25 * 1024 * 1024
    tls_cert: Path | None = None
    tls_key: Path | None = None
    connections: int = 200
    evidence: bool = (
        False  # look up DKIM, SPF, DMARC and ARC; ``resolver`` then learns who writes to the line from which domain
    )
    resolver: tuple[str, int] | None = None
