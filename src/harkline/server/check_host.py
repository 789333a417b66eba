"""Checks of the host: the folder, its keys, the disk, certificates, the database's own health, the clock."""

import shutil
import stat
from collections.abc import Iterator
from datetime import timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.utils.translation import gettext as _

from harkline.runtime import clock
from harkline.server import folder
from harkline.server.check import Finding, Place, failure, warning
from harkline.server.keys import Endpoint

SCARCE = 1 << 30  # bytes free: a day of recordings
TOO_LITTLE = 100 << 20
EXPIRES_SOON = timedelta(days=14)


def permissions(place: Place) -> Iterator[Finding]:
    """Nobody else on this host reads the folder or a secret."""
    if _others(place.data):
        yield failure(
            "folder",
            _("Others on this host can look into the data folder."),
            _("Run: chmod 700 %s") % place.data,
        )
    key = place.data / "keys" / folder.HOST_KEY
    if not key.is_file():
        yield failure("keys", _("The host key is missing."), _("Restore keys/%s from the backup.") % folder.HOST_KEY)
    for secret in (key, *_secrets(place)):
        if secret.is_file() and _others(secret):
            yield failure(
                "keys",
                _("Others on this host may read %s.") % secret.name,
                _("Run: chmod 600 %s") % secret,
            )
        elif not secret.is_file() and secret != key:
            yield failure("keys", _("The file %s is missing.") % secret.name, _("Create it, or correct harkline.toml."))


def _others(path: Path) -> bool:
    return path.exists() and bool(path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO))


def _secrets(place: Place) -> list[Path]:
    one = place.settings
    named = [one.imap.password_file, one.relay.password_file, one.web.tls_key, one.smtp.tls_key, one.sip.tls_key]
    named += [trunk.password_file for trunk in one.trunk]
    return [path for path in named if path is not None]


def disk(place: Place) -> Iterator[Finding]:
    """There is room for what comes."""
    free = shutil.disk_usage(place.data).free
    remedy = _("Free space on the disk of %s.") % place.data
    if free < TOO_LITTLE:
        yield failure("disk", _("The disk is all but full: contacts will be refused."), remedy)
    elif free < SCARCE:
        yield warning("disk", _("Less than a gigabyte of the disk is free."), remedy)


def encryption(place: Place) -> Iterator[Finding]:
    """Pages that leave this machine are encrypted, and certificates are good."""
    web = place.settings.web
    if not _loopback(web.bind) and not web.tls_cert and not web.trusted_proxies:
        yield failure(
            "web",
            _("Pages are served to other machines without encryption."),
            _("Set tls_cert and tls_key in [web], or put a proxy in front and name its network in trusted_proxies."),
        )
    for part, certificate in (
        ("web", web.tls_cert), ("email", place.settings.smtp.tls_cert), ("phone", place.settings.sip.tls_cert),
    ):  # fmt: skip
        if certificate:
            yield from _certificate(part, certificate)


def _loopback(bind: Endpoint) -> bool:
    try:
        return ip_address(bind.host).is_loopback
    except ValueError:
        return bind.host == "localhost"


def _certificate(part: str, path: Path) -> Iterator[Finding]:
    now = clock.now()
    try:
        ends = x509.load_pem_x509_certificate(path.read_bytes()).not_valid_after_utc
    except (OSError, ValueError):
        yield failure(
            part, _("The certificate %s cannot be read.") % path.name, _("Correct tls_cert in harkline.toml.")
        )
        return
    remedy = _("Renew %s and restart the server.") % path.name
    if ends < now:
        yield failure(part, _("The certificate expired on %s.") % ends.date(), remedy)
    elif ends - now < EXPIRES_SOON:
        yield warning(part, _("The certificate expires on %s.") % ends.date(), remedy)


def database(place: Place) -> Iterator[Finding]:
    """It is whole, keeps what it has acknowledged through a power cut, and is of this version."""
    if connection.vendor == "sqlite":
        yield from _sqlite()
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield failure(
            "database",
            _("The database is of an earlier version."),
            _("Stop the server, back up, and start it again: harkline serve brings it up to date."),
        )


def _sqlite() -> Iterator[Finding]:
    if (verdict := _pragma("quick_check")) != "ok":
        yield failure("database", _("The database is damaged."), _("Stop the server and restore the last good backup."))
    if _pragma("synchronous") != 2:
        yield failure(
            "database",
            _("A power cut can lose contacts that were acknowledged."),
            _("Take out whatever sets SQLite's synchronous below FULL."),
        )
    if verdict == "ok" and _pragma("journal_mode") not in {"wal", "memory"}:
        yield warning(
            "database",
            _("The database does not use a write-ahead log, so pages wait for one another."),
            _("Keep the data folder on a local disk."),
        )


def _pragma(name: str) -> object:
    with connection.cursor() as cursor:
        cursor.execute(f"PRAGMA {name}")
        return cursor.fetchone()[0]


CHECKS = (permissions, disk, encryption, database)
