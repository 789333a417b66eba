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


def main() -> int:
    """Start, run, stop; returns the command's exit code."""
    initdb, pg_ctl = tool("initdb"), tool("pg_ctl")
    if not initdb or not pg_ctl:
        print(HOW)
        return 1 if os.environ.get("CI") else 0
    user = server_user()
    home = Path(tempfile.mkdtemp(prefix="harkline-pg-"))
    if user:
        shutil.chown(home, user)
    cluster = home / "cluster"
    quiet = {"stdout": subprocess.DEVNULL, "cwd": home}
    make = [initdb, "-D", str(cluster), "-A", "trust", "-U", "harkline", "-E", "UTF8", "--locale", "C.UTF-8"]
    subprocess.run(as_server(user, *make), check=True, **quiet)  # type: ignore[call-overload]
    options = f"-c listen_addresses='' -c unix_socket_directories='{home}' -c fsync=off"
    start = [pg_ctl, "-D", str(cluster), "-w", "-o", options, "-l", str(home / "log"), "start"]
    subprocess.run(as_server(user, *start), check=True, **quiet)  # type: ignore[call-overload]
    try:
        database = f"postgresql://harkline@/harkline?host={home}"
        return subprocess.run(
            [sys.executable, "-m", *sys.argv[1:]], env={**os.environ, "HARKLINE_DATABASE": database}, check=False
        ).returncode
    finally:
        stop = [pg_ctl, "-D", str(cluster), "-m", "immediate", "stop"]
        subprocess.run(as_server(user, *stop), check=False, **quiet)  # type: ignore[call-overload]
        shutil.rmtree(home, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main())
