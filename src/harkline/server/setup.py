"""Make a new installation, and start Django on an existing one."""

import os
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from harkline.server import folder

if TYPE_CHECKING:
    from harkline.server.config import Settings

LANGUAGES = ("en", "fa", "prs", "ps", "ar", "fr", "uk")


class SetupError(Exception):
    """What is wrong and what to do, in a sentence."""


def start(data: Path) -> None:
    """Point Django at the folder. Raises SetupError where there is no installation."""
    if not (data / "keys" / folder.HOST_KEY).is_file():
        raise SetupError(f"there is no installation in {data}: harkline init --data {data} --name NAME")
    os.environ[folder.VARIABLE] = str(data)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "harkline.server.settings")
    import django

    try:
        folder.postgresql(data)
    except ValueError as error:
        raise SetupError(str(error)) from None
    django.setup()


def settings(data: Path) -> "Settings":
    """The folder's settings. Raises SetupError that names every mistake with its line."""
    start(data)
    from harkline.server import config, config_file

    try:
        return config.load(data)
    except config_file.Mistakes as mistakes:
        raise SetupError(str(mistakes)) from None


def base_url(given: "Settings") -> str:
    """Where people open the pages. Passkeys and microphones need a secure context, and browsers grant it to ``localhost``."""
    if given.onion.operators and not given.onion.console_elsewhere:
        return f"http://{given.onion.operators}"
    if given.web.public_url:
        return given.web.public_url.rstrip("/")
    scheme = "https" if given.web.tls_cert else "http"
    return f"{scheme}://localhost:{given.web.bind.port}"


def migrate() -> None:
    """Bring the database to this version."""
    from django.core.management import call_command

    call_command("migrate", interactive=False, verbosity=0)


def init(data: Path, name: str, languages: list[str], timezone: str, administrator: str, database: str = "") -> str:
    """Create the folder, the database, the keys and the first administrator; returns the path of the one-time sign-in link.
    Never overwrites. A crash half-way leaves a folder that ``init`` refuses: remove it and begin again; and a PostgreSQL
    ``database`` in which something is, to be emptied."""
    _check(name, languages, timezone)
    if database:
        _is_empty(database)
    os.umask(0o077)
    try:
        folder.make(data)
    except FileExistsError:
        raise SetupError(f"{data} is not empty, and nothing in it was changed: choose another folder") from None
    from harkline.server import config

    written = data / config.FILE
    written.touch(mode=0o600)
    written.write_text(config.template(), encoding="utf-8")
    if database:
        (data / folder.DATABASE).touch(mode=0o600)
        (data / folder.DATABASE).write_text(f"{database}\n", encoding="utf-8")
    start(data)
    migrate()
    return _found(name, languages, timezone, administrator)


def _is_empty(database: str) -> None:
    """Raises SetupError where the PostgreSQL database is not there, or holds anything already."""
    try:
        folder.database(database)
    except ValueError as error:
        raise SetupError(str(error)) from None
    import psycopg

    try:
        with psycopg.connect(database, connect_timeout=10) as link:
            found = link.execute("SELECT count(*) FROM pg_tables WHERE schemaname = current_schema()").fetchone()
    except psycopg.Error as error:
        raise SetupError(f"the database does not answer: {error}") from None
    if found and found[0]:
        raise SetupError("that database is not empty, and nothing in it was changed: name another one")


def _check(name: str, languages: list[str], timezone: str) -> None:
    if not name.strip():
        raise SetupError("a line needs a name: --name NAME")
    strange = [one for one in languages if one not in LANGUAGES]
    if strange or not languages:
        raise SetupError(f"languages are among {', '.join(LANGUAGES)}: not {', '.join(strange) or 'none'}")
    try:
        ZoneInfo(timezone)
    except Exception:
        raise SetupError(f"there is no time zone “{timezone}”; they are written as in Europe/Paris") from None


def _found(name: str, languages: list[str], timezone: str, administrator: str) -> str:
    from django.db import transaction

    from harkline.line import this
    from harkline.people import invite, keys, operators
    from harkline.people.models import Role

    with transaction.atomic():
        this.found(name.strip(), languages, timezone)
        this.add_address("web", "/")
        team_private = keys.found_team()
        first = operators.add(administrator, languages=languages, role=Role.ADMINISTRATOR)
        return invite.invite(first, team_keys={1: team_private})
