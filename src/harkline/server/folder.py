"""The data folder: where everything of one installation lives. Read by the settings, made by ``harkline init``."""

import os
import secrets
from hashlib import blake2b
from pathlib import Path
from typing import Any

VARIABLE = "HARKLINE_DATA"
HOST_KEY = "host.key"


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
    """Django's database settings where ``HARKLINE_DATABASE`` or the folder's file ``database`` names a PostgreSQL server."""
    named = os.environ.get("HARKLINE_DATABASE", "")
    if not named and path and (path / "database").is_file():
        named = (path / "database").read_text(encoding="utf-8").strip()
    if not named:
        return None
    from urllib.parse import parse_qs, unquote, urlsplit

    parts = urlsplit(named)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.path.lstrip("/"),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": None,
    }
