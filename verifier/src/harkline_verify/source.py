"""Where a log is read from: a folder, or a web address. What is full never changes, so a download goes on where it stopped."""

import hashlib
import http.client
import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit

# The longest file there is: a bundle of 256 of the longest entries.
LONGEST = 256 * (2 + 65_535)
TRIES = 4


class Unreachable(Exception):
    """Something could not be read. The text is for people."""


class Source(Protocol):
    """Whoever has a log's files."""

    name: str

    def read(self, path: str, *, fresh: bool = False) -> bytes:
        """A file of the log; ``fresh`` asks again for what was kept. Raises Unreachable."""


class Folder:
    """A log in a folder, as ``harkline count export`` writes it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.name = str(folder)

    def read(self, path: str, *, fresh: bool = False) -> bytes:
        try:
            return (self.folder / path).read_bytes()
        except OSError as error:
            raise Unreachable(f"{self.folder / path} cannot be read: {error.strerror}.") from error


class Web:
    """A log at a web address. Full tiles and bundles are kept in ``cache`` as they arrive, each whole or not at all."""

    def __init__(
        self, url: str, cache: Path, *, pause: Callable[[float], None] = time.sleep, timeout: float = 30
    ) -> None:
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ValueError("An address begins with https:// (or http://).")
        self.name = url.rstrip("/")
        self._secure = parts.scheme == "https"
        self._host, self._port, self._prefix = parts.hostname, parts.port, parts.path.rstrip("/")
        self._cache = cache / hashlib.sha256(self.name.encode()).hexdigest()[:32]
        self._pause, self._timeout = pause, timeout
        self._own = threading.local()

    def read(self, path: str, *, fresh: bool = False) -> bytes:
        keeps = path.startswith("tile/") and ".p/" not in path
        kept = self._cache / path
        if keeps and not fresh and kept.exists():
            return kept.read_bytes()
        data = self._fetched(path)
        if keeps:
            _write_whole(kept, data)
        return data

    def _fetched(self, path: str) -> bytes:
        for attempt in range(TRIES):
            try:
                return self._once(path)
            except (OSError, http.client.HTTPException) as error:
                self._drop()
                last = error
                if attempt + 1 < TRIES:
                    self._pause(0.5 * 2**attempt)
        reason = str(last) or type(last).__name__
        raise Unreachable(
            f"{self.name}/{path} cannot be fetched ({reason}). Run the same command again later: it goes on where it stopped."
        )

    def _once(self, path: str) -> bytes:
        connection = self._connection()
        connection.request(
            "GET", f"{self._prefix}/{path}", headers={"Accept-Encoding": "identity", "User-Agent": "harkline-verify"}
        )
        answer = connection.getresponse()
        data = answer.read(LONGEST + 1)
        if answer.status == 429 or answer.status >= 500:
            raise ConnectionError(f"the server answers {answer.status}")
        if 300 <= answer.status < 400:
            raise Unreachable(
                f"{self.name}/{path} has moved to {answer.getheader('Location', 'elsewhere')}. Give that address instead."
            )
        if answer.status != 200:
            raise Unreachable(f"{self.name}/{path} is not there (the server answers {answer.status}).")
        if len(data) > LONGEST:
            raise Unreachable(f"{self.name}/{path} is longer than any file of a log.")
        return data

    def _connection(self) -> http.client.HTTPConnection:
        if getattr(self._own, "connection", None) is None:
            kind = http.client.HTTPSConnection if self._secure else http.client.HTTPConnection
            self._own.connection = kind(self._host, self._port, timeout=self._timeout)
        connection: http.client.HTTPConnection = self._own.connection
        return connection

    def _drop(self) -> None:
        if getattr(self._own, "connection", None) is not None:
            self._own.connection.close()
            self._own.connection = None


def _write_whole(path: Path, data: bytes) -> None:
    # A crash before the rename leaves a file of another name, which nobody reads.
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}-{threading.get_ident()}.part")
    part.write_bytes(data)
    part.replace(path)
