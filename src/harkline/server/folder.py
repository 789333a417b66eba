"""The data folder: where everything of one installation lives. Read by the settings, made by ``harkline init``."""

import os
import secrets
from hashlib import blake2b
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

VARIABLE = "HARKLINE_DATA"
HOST_KEY = "host.key"
DATABASE = "database"


def data() -> Path | None:
    """The folder named by ``HARKLINE_DATA``; None in tools that need no data."""
    named = os.environ.get(VARIABLE)
    return Path(named).resolve() if named else None


def make(path: Path) -> None:
    """Create the folder (0700) and the host key (0600). Raises FileExistsError where there already is an installation."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
    if any(path.iterdir()):
        raise FileExistsError(path)
    path.chmod(0o700)
    (path / "keys").mkdir(mode=0o700)
    handle = os.open(path / "keys" / HOST_KEY, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(secrets.token_bytes(32))
        file.flush()
        os.fsync(file.fileno())


def host_key(path: Path | None) -> bytes:
    """The 32 bytes that stay on this host, outside the database and its backups; fresh ones where there is no folder."""
    if path is None:
        return secrets.token_bytes(32)
    return (path / "keys" / HOST_KEY).read_bytes()


def host_secret(path: Path | None, use: str) -> str:
    """A secret for one use, derived from the host key."""
    return blake2b(host_key(path), person=use.encode()[:16], digest_size=32).hexdigest()


def postgresql(path: Path | None) -> dict[str, Any] | None:
    """Django's database settings where ``HARKLINE_DATABASE`` or the folder's file ``database`` names a PostgreSQL server.
    Raises ValueError as ``database`` does."""
    named = os.environ.get("HARKLINE_DATABASE", "")
    if not named and path and (path / DATABASE).is_file():
        named = (path / DATABASE).read_text(encoding="utf-8").strip()
    return database(named) if named else None


def database(named: str) -> dict[str, Any]:
    """Django's settings for ``postgresql://USER:PASSWORD@HOST:PORT/NAME?OPTION=VALUE``; every option goes to libpq, such as ``sslmode``.
    Raises ValueError, in words that do not repeat the password."""
    parts = urlsplit(named)
    if parts.scheme not in ("postgresql", "postgres") or not parts.path.strip("/"):
        raise ValueError(
            "a database is written as postgresql://USER@HOST/NAME, for instance postgresql://harkline@/harkline"
        )
    if find_spec("psycopg") is None:
        raise ValueError("PostgreSQL needs its driver: pip install 'harkline[postgresql]'")
    options = dict(parse_qsl(parts.query))
    host = parts.hostname or options.pop("host", "")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.strip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(host),
        "PORT": str(parts.port or ""),
        "OPTIONS": options,
        "CONN_MAX_AGE": None,
    }
