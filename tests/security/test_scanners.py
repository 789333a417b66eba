"""Scanners for the web's usual holes look at a line that runs: public pages, and the console as somebody signed in."""

import json
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.harness import HOST, Line

MODULES = "sql,xss,permanentxss,file,exec,crlf,redirect,csp,http_headers,cookieflags"
LONGEST = 600  # seconds
# Told of every site that is asked by http, as this one is here; and X-XSS-Protection does harm in the few browsers that know it.
EXPECTED = re.compile(
    r"Strict-Transport-Security is not set|X-XSS-Protection is not set|Secure flag is not set in the cookie : \w+"
)
needs_wapiti = pytest.mark.skipif(not shutil.which("wapiti"), reason="a web scan needs wapiti (Debian: wapiti)")
needs_sqlmap = pytest.mark.skipif(not shutil.which("sqlmap"), reason="SQL injection needs sqlmap (Debian: sqlmap)")


@pytest.fixture
def open_line(tmp_path: Path) -> Iterator[Line]:
    """A line that takes no number of requests for a flood: a scanner would wait at every form."""
    with Line(tmp_path / "open") as line:
        line.data.parent.mkdir()
        line.init(settings="[web_form]\nunsolved_a_minute = 100000")
        line.serve()
        yield line


def session(line: Line) -> str:
    """Of an operator who is signed in, second step and all."""
    [name] = line.staff("Cedar", role="administrator")
    found: dict[str, str] = line.inside("sessions", usernames=[name])
    return found[name]


def _run(words: list[str], home: Path) -> str:
    """What a scanner prints. It is Debian's, with Debian's Python, and keeps what it keeps in ``home``."""
    env = {"HOME": str(home), "PATH": "/usr/bin:/bin"}
    ran = subprocess.run(words, cwd=home, env=env, capture_output=True, text=True, timeout=LONGEST, check=False)
    return ran.stdout + ran.stderr


@needs_wapiti
@pytest.mark.parametrize("where", ["public pages", "console"])
def test_wapiti_finds_nothing(open_line: Line, where: str, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    words = ["-u", f"http://{HOST}:{open_line.web}/" + ("console" if where == "console" else ""), "--scope", "domain"]
    words += [
        "-m",
        MODULES,
        "--max-scan-time",
        "20",
        "--max-attack-time",
        "20",
        "-t",
        "40",
        "-v",
        "0",
        "--flush-session",
    ]
    words += ["--store-session", str(tmp_path), "-f", "json", "-o", str(tmp_path / "found.json")]
    if where == "console":
        words += ["-H", f"Cookie: session={session(open_line)}"]
    told = _run(["wapiti", *words], tmp_path)
    assert (tmp_path / "found.json").exists(), told
    said: dict[str, Any] = json.loads((tmp_path / "found.json").read_text())
    found = {kind: rows for kind, rows in said["vulnerabilities"].items() if rows}
    high = {
        kind: [row["info"] for row in rows if not EXPECTED.fullmatch(row["info"].strip())]
        for kind, rows in found.items()
    }
    high = {kind: rows for kind, rows in high.items() if rows}
    broken = Counter(row["info"][:60] for rows in said["anomalies"].values() for row in rows if "500" in row["info"])
    figure(
        f"wapiti, {where}",
        f"findings high = {sum(map(len, high.values()))}, server errors {sum(broken.values())}",
    )
    assert high == {}
    assert broken == {}
    assert "Traceback" not in open_line.log.read_text()


TARGETS = {
    "a code": ["-u", "/code", "--data", "code=AAAA", "-p", "code"],
    "a language": ["-u", "/?lang=en", "-p", "lang"],
    "a sealed look-up": ["-u", "/sealed/thread", "--data", "lookup=AAAA&have=x&talk=y", "-p", "lookup,have,talk"],
    "a report": [
        "-u",
        "/write",
        "--data",
        "token=x&text=x&language=en&answer=usual",
        "-p",
        "token,text,language,answer",
    ],
}


@needs_sqlmap
def test_sqlmap_finds_nothing_to_inject(open_line: Line, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    told = {}
    for name, target in TARGETS.items():
        words = [f"http://{HOST}:{open_line.web}{one}" if one.startswith("/") else one for one in target]
        words += [
            "--batch",
            "--technique",
            "BEU",
            "--dbms",
            "sqlite",
            "--level",
            "1",
            "--disable-coloring",
            "--ignore-code",
            "*",
        ]
        words += ["--output-dir", str(tmp_path), "--threads", "4", "--timeout", "40"]
        told[name] = _run(["sqlmap", *words], tmp_path)
    clean = [name for name, said in told.items() if "do not appear to be injectable" in said]
    found = [name for name, said in told.items() if "identified the following injection point" in said]
    figure(
        "sqlmap",
        f"{len(told)} forms, {sum(len(one[-1].split(',')) for one in TARGETS.values())} fields: findings high = {len(found)}",
    )
    assert found == []
    assert len(clean) == len(told), told
