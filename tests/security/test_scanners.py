"""Scanners for the web's usual holes look at a line that runs: public pages, and the console as somebody signed in."""

import json
import shutil
import subprocess
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.harness import HOST, Line

MODULES = "sql,xss,permanentxss,file,exec,crlf,redirect,csp,http_headers,cookieflags"
LONGEST = 600  # seconds
# Told of every site that is asked by http, as this one is here.
EXPECTED = {"HTTP Strict Transport Security (HSTS)", "Strict-Transport-Security is not set"}
needs_wapiti = pytest.mark.skipif(not shutil.which("wapiti"), reason="a web scan needs wapiti (Debian: wapiti)")
needs_sqlmap = pytest.mark.skipif(not shutil.which("sqlmap"), reason="SQL injection needs sqlmap (Debian: sqlmap)")


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
def test_wapiti_finds_nothing(fresh: Line, where: str, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    fresh.serve()
    words = ["-u", f"http://{HOST}:{fresh.web}/" + ("console" if where == "console" else ""), "--scope", "domain"]
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
        words += ["-H", f"Cookie: session={session(fresh)}"]
    told = _run(["wapiti", *words], tmp_path)
    assert (tmp_path / "found.json").exists(), told
    said: dict[str, Any] = json.loads((tmp_path / "found.json").read_text())
    found = {kind: rows for kind, rows in said["vulnerabilities"].items() if rows}
    high = {kind: [row["info"] for row in rows if not EXPECTED & {row["info"].strip()}] for kind, rows in found.items()}
    high = {kind: rows for kind, rows in high.items() if rows}
    broken = Counter(row["info"][:60] for rows in said["anomalies"].values() for row in rows if "500" in row["info"])
    figure(
        f"wapiti, {where}",
        f"{said['infos'].get('crawled_pages', '?')} pages; findings high = {sum(map(len, high.values()))}, server errors {sum(broken.values())}",
    )
    assert high == {}
    assert broken == {}
    assert "Traceback" not in fresh.log.read_text()


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
def test_sqlmap_finds_nothing_to_inject(fresh: Line, tmp_path: Path, figure: Callable[[str, str], None]) -> None:
    fresh.serve()
    told = {}
    for name, target in TARGETS.items():
        words = [f"http://{HOST}:{fresh.web}{one}" if one.startswith("/") else one for one in target]
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
