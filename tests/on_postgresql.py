"""Runs a command against a PostgreSQL of its own: a cluster in a temporary folder, on a socket there, gone afterwards.

    python tests/on_postgresql.py pytest src

Where PostgreSQL is not installed it says so in one line and does nothing; in CI (CI=true) that is a failure.
"""

import os
import pwd
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

HOW = "skipped: the tests on PostgreSQL need a server (Debian: apt-get install postgresql)"


def tool(name: str) -> str | None:
    """Debian keeps the server's programs out of PATH."""
    found = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"))
    return str(found[-1]) if found else shutil.which(name)


def as_server(user: str | None, *command: str) -> list[str]:
    """PostgreSQL refuses to run as root."""
    return ["runuser", "-u", user, "--", *command] if user else list(command)


def server_user() -> str | None:
    """The user for the server, where this process is root."""
    if os.getuid():
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name).pw_name
        except KeyError:
            continue
    return None


@contextmanager
def cluster() -> Iterator[str]:
    """A server of its own; its address, with a place for a database's name. Raises LookupError where PostgreSQL is not installed."""
    initdb, pg_ctl = tool("initdb"), tool("pg_ctl")
    if not initdb or not pg_ctl:
        raise LookupError(HOW)
    user = server_user()
    home = Path(tempfile.mkdtemp(prefix="harkline-pg-"))
    if user:
        shutil.chown(home, user)
    kept = home / "cluster"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": home}
    make = [initdb, "-D", str(kept), "-A", "trust", "-U", "harkline", "-E", "UTF8", "--locale", "C.UTF-8"]
    subprocess.run(as_server(user, *make), check=True, **quiet)  # type: ignore[call-overload]
    options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    start = [pg_ctl, "-D", str(kept), "-w", "-o", options, "-l", str(home / "log"), "start"]
    subprocess.run(as_server(user, *start), check=True, **quiet)  # type: ignore[call-overload]
    try:
        yield f"postgresql://harkline@/{{}}?host={home}"
    finally:
        stop = [pg_ctl, "-D", str(kept), "-m", "immediate", "stop"]
        subprocess.run(as_server(user, *stop), check=False, **quiet)  # type: ignore[call-overload]
        shutil.rmtree(home, ignore_errors=True)


def main() -> int:
    """Start, run, stop; returns the command's exit code."""
    try:
        with cluster() as address:
            env = {**os.environ, "HARKLINE_DATABASE": address.format("harkline")}
            return subprocess.run([sys.executable, "-m", *sys.argv[1:]], env=env, check=False).returncode
    except LookupError as missing:
        print(missing)
        return 1 if os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
