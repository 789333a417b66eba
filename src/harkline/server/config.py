"""The settings of one installation: ``harkline.toml`` in the data folder. Every key is declared here, once; the commented file
that ``harkline init`` writes and docs/reference/settings.md come from the same table. Secrets stand in files of their own."""

from dataclasses import dataclass, field
from pathlib import Path

from harkline.server import keys as kind
from harkline.server.config_alarms import AlarmStep, Watch
from harkline.server.config_cards import Cards
from harkline.server.config_count import Column, Count, Witness
from harkline.server.config_keeping import Audit, Retention
from harkline.server.config_need import FiguresSettings, Forecast, Need
from harkline.server.config_notice import Notice
from harkline.server.config_numbers import Conflict, Numbers
from harkline.server.config_onion import Onion
from harkline.server.config_outside import Outside
from harkline.server.config_pages import Print, WebForm
from harkline.server.config_phone import Network, Phone, Sip, Trunk
from harkline.server.config_radio import Radio
from harkline.server.config_routing import Interpreter, Routing
from harkline.server.keys import REQUIRED, Endpoint, Target, key

FILE = "harkline.toml"


@dataclass(frozen=True, kw_only=True)
class Web:
    """The pages that callers and operators open in a browser."""

    bind: Endpoint = key(
        kind.PAGES,
        "127.0.0.1:8000",
        "Where the pages are served. Anything but this machine itself needs a certificate here or a proxy in front.",
        "Opening the pages to a network from which nobody was meant to reach them.",
    )
    tls_cert: Path | None = key(
        kind.FILE,
        "",
        "The certificate, with its chain, as PEM.",
        "Nothing without tls_key; with it, the name by which browsers trust this line.",
    )
    tls_key: Path | None = key(
        kind.FILE,
        "",
        "The certificate's private key, as PEM.",
        "Reading and changing what browsers and this line say to each other.",
    )
    public_url: str | None = key(
        kind.URL,
        "",
        "The address under which the public reaches the pages. Invitations and receipts use it.",
        "Sending newly invited operators to a look-alike of this line.",
    )
    quick_exit: str = key(
        kind.URL,
        "https://www.google.com/",
        "Where “Leave this page” leads: a page that could be open in anybody's browser.",
        "Learning that somebody has just left this line's pages, and sending them anywhere.",
    )
    discreet_name: str = key(
        kind.TEXT,
        "Desk",
        "What stands where a stranger may see it: in an authenticator app, among a device's passkeys. Never the line's name.",
        "Naming the line on every operator's telephone.",
    )
    trusted_proxies: tuple[Network, ...] = key(
        kind.NETWORKS,
        [],
        "Networks of the proxies in front, which are believed when they say that a browser came by https.",
        "Passing off an open connection as an encrypted one.",
    )


@dataclass(frozen=True, kw_only=True)
class Smtp:
    """Mail that comes to us directly, or from a mail server in front."""

    bind: Endpoint | None = key(
        kind.BIND,
        "127.0.0.1:8025",
        "Where mail is received by SMTP.",
        "Handing in mail past the mail server in front and its checks.",
    )
    lmtp: Endpoint | None = key(
        kind.BIND,
        "",
        "Where mail is received by LMTP.",
        "Handing in mail past the mail server in front and its checks.",
    )
    max_megabytes: int = key(
        kind.whole(1, 200),
        30,
        "A larger mail is refused with a permanent error; the attempt is recorded.",
        "Filling the disk, or turning away long mails.",
    )
    tls_cert: Path | None = key(
        kind.FILE, "", "The certificate offered to mail servers (STARTTLS), as PEM.", "Nothing without tls_key."
    )
    tls_key: Path | None = key(kind.FILE, "", "Its private key, as PEM.", "Passing for this line towards mail servers.")


@dataclass(frozen=True, kw_only=True)
class Mail:
    """What is looked up about mail. Off, so that no DNS server learns who writes to the line."""

    evidence: bool = key(
        kind.SWITCH,
        False,
        "Whether DKIM, SPF, DMARC and ARC are checked on arrival. A DNS server learns from which domains mail comes, and when.",
        "Having a DNS server told, mail by mail, from where people write.",
    )
    resolver: Endpoint | None = key(
        kind.SERVER,
        "",
        "The DNS server that is asked, by its IP address; empty for the one that this host uses.",
        "Learning from which domains people write, and passing off a forged mail as a signed one.",
    )


@dataclass(frozen=True, kw_only=True)
class Imap:
    """An existing mailbox that is read for us."""

    server: Endpoint | None = key(kind.SERVER, "", "The mailbox's server.", "Feeding the line with mail of their own.")
    security: str = key(
        kind.choice("tls", "starttls", "none"),
        "tls",
        "How the connection is protected.",
        "Reading every mail on its way, with none.",
    )
    username: str = key(kind.TEXT, "", "The mailbox's user.", "Having another mailbox read, and marked as read.")
    password_file: Path | None = key(
        kind.FILE,
        "",
        "The file that holds the password (mode 0600).",
        "Sending another file of this host to the server as a password.",
    )
    folder: str = key(kind.TEXT, "INBOX", "The folder that is read.", "Hiding mail from the line.")
    after: str = key(
        kind.choice("leave", "seen", "delete"),
        "leave",
        "What becomes of a mail there once it is stored here.",
        "Leaving callers' mails where others may find them, or destroying the only other copy.",
    )
    address: str | None = key(
        kind.MAIL,
        "",
        "The published address that this mailbox stands for.",
        "Having attempts counted under another address.",
    )


@dataclass(frozen=True, kw_only=True)
class Relay:
    """The mail server that takes our replies."""

    server: Endpoint | None = key(
        kind.SERVER,
        "",
        "The relay. Without one, replies by mail stay queued.",
        "Reading every reply and to whom it goes.",
    )
    security: str = key(
        kind.choice("starttls", "tls", "none"),
        "starttls",
        "How the connection is protected.",
        "Reading every reply on its way, with none.",
    )
    username: str = key(kind.TEXT, "", "The user at the relay.", "Sending in another account's name.")
    password_file: Path | None = key(
        kind.FILE,
        "",
        "The file that holds the password (mode 0600).",
        "Sending another file of this host to the relay as a password.",
    )


@dataclass(frozen=True, kw_only=True)
class Step:
    """What happens when nobody takes a contact, step after step. The last step is for somebody outside the team."""

    after_seconds: int = key(
        kind.whole(0, 86_400),
        REQUIRED,
        "How long the contact has waited when the step is taken.",
        "Delaying the alarm.",
    )
    to: Target = key(
        kind.TARGET,
        REQUIRED,
        "Who is alerted. An alert says that somebody waits, never who or why.",
        "Learning when somebody waits; keeping it from others.",
    )
    outside: bool = key(kind.SWITCH, False, "Whether this is somebody outside the team.", "Silencing the check for it.")


@dataclass(frozen=True, kw_only=True)
class ServiceLevel:
    """The promise that the board and the figures are held against."""

    goal_percent: int = key(
        kind.whole(1, 100), 80, "How many are to be answered in time.", "Making the figures look better."
    )
    threshold_seconds: int = key(kind.whole(1, 3600), 20, "What in time means.", "Making the figures look better.")
    count_abandoned: bool = key(
        kind.SWITCH,
        True,
        "Whether callers who gave up after the threshold count as missed.",
        "Making the figures look better.",
    )


@dataclass(frozen=True, kw_only=True)
class AutoAcknowledge:
    """A short mail that says only that a mail has arrived. It can betray the sender to whoever reads their mailbox."""

    on: bool = key(kind.SWITCH, False, "Whether it is sent.", "Exposing people who wrote from a watched mailbox.")
    text: str = key(kind.TEXT, "", "Its text; empty for the one that is supplied.", "Saying anything to all who write.")


@dataclass(frozen=True, kw_only=True)
class BackupLine:
    """Where callers are sent when nobody is here."""

    text: str = key(
        kind.TEXT,
        "",
        "What the pages say, such as another service and its hours.",
        "Sending callers to people of their own.",
    )
    number: str | None = key(
        kind.NUMBER,
        "",
        "The number that is shown; callers can be put through to it over the first trunk.",
        "Sending callers to people of their own.",
    )


@dataclass(frozen=True)
class Settings:
    """Everything that ``harkline.toml`` says, with defaults where it says nothing. Paths are absolute."""

    folder: Path
    web: Web = field(default_factory=Web)
    onion: Onion = field(default_factory=Onion)
    smtp: Smtp = field(default_factory=Smtp)
    mail: Mail = field(default_factory=Mail)
    imap: Imap = field(default_factory=Imap)
    relay: Relay = field(default_factory=Relay)
    sip: Sip = field(default_factory=Sip)
    trunk: tuple[Trunk, ...] = ()
    phone: Phone = field(default_factory=Phone)
    radio: Radio = field(default_factory=Radio)
    routing: Routing = field(default_factory=Routing)
    interpreter: tuple[Interpreter, ...] = ()
    escalation: tuple[Step, ...] = ()
    alarm: tuple[AlarmStep, ...] = ()
    watch: Watch = field(default_factory=Watch)
    outside: Outside = field(default_factory=Outside)
    service_level: ServiceLevel = field(default_factory=ServiceLevel)
    web_form: WebForm = field(default_factory=WebForm)
    print: Print = field(default_factory=Print)
    auto_acknowledge: AutoAcknowledge = field(default_factory=AutoAcknowledge)
    backup_line: BackupLine = field(default_factory=BackupLine)
    numbers: Numbers = field(default_factory=Numbers)
    conflict: Conflict = field(default_factory=Conflict)
    audit: Audit = field(default_factory=Audit)
    retention: Retention = field(default_factory=Retention)
    forecast: Forecast = field(default_factory=Forecast)
    need: Need = field(default_factory=Need)
    figures: FiguresSettings = field(default_factory=FiguresSettings)
    cards: Cards = field(default_factory=Cards)
    count: Count = field(default_factory=Count)
    column: tuple[Column, ...] = ()
    witness: tuple[Witness, ...] = ()
    notice: Notice = field(default_factory=Notice)


# Sections that stand once, and those that stand as often as needed, in the order of the file.
SINGLE: dict[str, type] = {
    "web": Web,
    "onion": Onion,
    "smtp": Smtp,
    "mail": Mail,
    "imap": Imap,
    "relay": Relay,
    "sip": Sip,
    "phone": Phone,
    "radio": Radio,
    "routing": Routing,
    "watch": Watch,
    "outside": Outside,
    "service_level": ServiceLevel,
    "web_form": WebForm,
    "print": Print,
    "auto_acknowledge": AutoAcknowledge,
    "backup_line": BackupLine,
    "numbers": Numbers,
    "conflict": Conflict,
    "audit": Audit,
    "retention": Retention,
    "forecast": Forecast,
    "need": Need,
    "figures": FiguresSettings,
    "cards": Cards,
    "count": Count,
    "notice": Notice,
}
MANY: dict[str, type] = {
    "trunk": Trunk,
    "interpreter": Interpreter,
    "escalation": Step,
    "alarm": AlarmStep,
    "column": Column,
    "witness": Witness,
}


def load(path: Path) -> Settings:
    """The settings of the data folder ``path`` (or of the file itself); all defaults where there is no file.

    Raises ``config_file.Mistakes``, which names every mistake with its line.
    """
    from harkline.server import config_file

    return config_file.read(path / FILE if path.is_dir() else path)


def template() -> str:
    """A commented ``harkline.toml`` that changes nothing, for ``harkline init``."""
    from harkline.server import config_file

    return config_file.template()
