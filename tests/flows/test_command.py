"""The command, as an administrator meets it: real processes, a real folder."""

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.peers.certificates import Authority
from tests.ports import free_port

pytestmark = pytest.mark.flow
Serving = tuple["subprocess.Popen[str]", dict[str, str]]


def outside() -> dict[str, str]:
    """The environment without what the test run set for itself."""
    return {key: value for key, value in os.environ.items() if not key.startswith(("HARKLINE_DATA", "DJANGO"))}


def harkline(*words: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "harkline.server.command", *words]
    return subprocess.run(command, capture_output=True, text=True, env=outside(), timeout=60, check=False)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    folder = tmp_path / "line"
    made = harkline("init", "--data", str(folder), "--name", "Open Door", "--languages", "en,fa")
    assert made.returncode == 0, made.stderr
    return folder


def ports() -> dict[str, str]:
    return {name: f"127.0.0.1:{free_port()}" for name in ("--web", "--smtp", "--sip")}


def flags(given: dict[str, str]) -> list[str]:
    return [word for pair in given.items() for word in pair]


@pytest.fixture
def serving(data: Path) -> Iterator[Serving]:
    given = ports()
    command = [sys.executable, "-m", "harkline.server.command", "serve", "--data", str(data), *flags(given)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=outside())
    assert process.stdout
    assert process.stdout.readline().startswith("ready:")
    yield process, given
    if process.poll() is None:
        process.kill()
    process.communicate()


def test_a_new_line_is_kept_from_others_and_never_overwritten(data: Path) -> None:
    assert stat.S_IMODE(data.stat().st_mode) == 0o700
    assert not [path for path in data.rglob("*") if path.is_file() and path.stat().st_mode & 0o077]
    key = (data / "keys" / "host.key").read_bytes()
    again = harkline("init", "--data", str(data), "--name", "Other")
    assert again.returncode == 2
    assert "nothing in it was changed" in again.stderr
    assert (data / "keys" / "host.key").read_bytes() == key


def test_the_first_link_is_for_localhost_and_holds_a_secret_no_server_sees(tmp_path: Path) -> None:
    made = harkline("init", "--data", str(tmp_path / "x"), "--name", "N")
    link = next(word for word in made.stdout.split() if word.startswith("http"))
    assert link.startswith("http://localhost:8000/account/")
    assert "#" in link


def test_a_language_we_do_not_have_is_refused_with_those_we_have(tmp_path: Path) -> None:
    made = harkline("init", "--data", str(tmp_path / "x"), "--name", "N", "--languages", "en,xx")
    assert made.returncode == 2
    assert "uk" in made.stderr
    assert not (tmp_path / "x").exists()


def test_it_serves_and_stops_clean(data: Path, serving: Serving) -> None:
    process, _given = serving
    adapters: dict[str, dict[str, str]] = {}
    for _turn in range(50):
        adapters = json.loads(harkline("status", "--data", str(data), "--json").stdout)["adapters"]
        if adapters and all(one["state"] == "up" for one in adapters.values()):
            break
        time.sleep(0.2)
    assert {name: one["state"] for name, one in adapters.items()} == {"email": "up", "phone": "up", "web": "up"}
    process.send_signal(signal.SIGTERM)
    assert process.wait(30) == 0
    assert process.stderr
    assert "Traceback" not in process.stderr.read()


def test_a_second_server_is_refused_and_a_link_leads_to_the_first(data: Path, serving: Serving) -> None:
    second = harkline("serve", "--data", str(data), "--web", f"127.0.0.1:{free_port()}")
    assert second.returncode == 2
    assert "another harkline serve works on" in second.stderr
    # Its port stands nowhere but on its command line: a link must lead there all the same.
    port = serving[1]["--web"].rpartition(":")[2]
    added = harkline("operator", "add", "Robin", "--data", str(data))
    assert f"http://localhost:{port}/account/invitation/" in added.stdout


@pytest.mark.parametrize("flag", ["--web", "--smtp", "--sip"])
def test_a_busy_port_is_named_with_its_flag(data: Path, flag: str) -> None:
    kind = socket.SOCK_DGRAM if flag == "--sip" else socket.SOCK_STREAM
    with socket.socket(socket.AF_INET, kind) as sock:
        sock.bind(("127.0.0.1", 0))
        if kind == socket.SOCK_STREAM:
            sock.listen()
        port = str(sock.getsockname()[1])
        refused = harkline("serve", "--data", str(data), *flags(ports() | {flag: f"127.0.0.1:{port}"}))
    assert refused.returncode == 2
    assert port in refused.stderr
    assert flag in refused.stderr


def test_pages_come_by_https_and_a_certificate_that_is_none_is_refused(data: Path, tmp_path: Path) -> None:
    authority = Authority(tmp_path)
    certificate, key = authority.signs("localhost")
    given = ports()
    start = [sys.executable, "-m", "harkline.server.command", "serve", "--data", str(data), *flags(given)]
    for wrong, said in (
        ((certificate, None), "go together"),
        ((tmp_path / "none.pem", key), "none.pem is not there"),
        ((key, certificate), "no certificate with its key"),
    ):
        words = ["--tls-cert", str(wrong[0]), *(["--tls-key", str(wrong[1])] if wrong[1] else [])]
        refused = harkline("serve", "--data", str(data), *flags(given), *words)
        assert refused.returncode == 2
        assert said in refused.stderr
    command = [*start, "--tls-cert", str(certificate), "--tls-key", str(key)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=outside()) as process:
        assert process.stdout
        port = given["--web"].rpartition(":")[2]
        assert f"https://localhost:{port}" in process.stdout.readline()
        page = urllib.request.urlopen(f"https://localhost:{port}/account/sign-in", context=authority.trust())
        assert all("Secure" in cookie for cookie in page.headers.get_all("Set-Cookie"))
        process.terminate()
        assert process.wait(30) == 0


def test_a_wrong_setting_is_named_by_line_with_the_nearest_right_word(data: Path) -> None:
    (data / "harkline.toml").write_text('[web]\nbnd = "127.0.0.1:8000"\n')
    refused = harkline("serve", "--data", str(data))
    assert refused.returncode == 2
    assert "line 2" in refused.stderr
    assert "bind" in refused.stderr


def test_operators_and_addresses_from_the_command_line(data: Path) -> None:
    where = ("--data", str(data))
    added = harkline("operator", "add", "Robin", *where, "--languages", "fa", "--skills", "law")
    assert "/account/" in added.stdout
    assert "robin" in harkline("operator", "list", *where).stdout
    assert harkline("operator", "add", "robin", *where).returncode == 2
    assert harkline("operator", "add", "Sam", *where, "--languages", "fr").returncode == 2
    assert harkline("address", "add", "phone", "+44 20 7946 0123", *where).returncode == 0
    assert harkline("address", "add", "email", "not a mail", *where).returncode == 2
    assert "+442079460123" in harkline("address", "list", *where).stdout
    assert harkline("operator", "remove", "robin", *where).returncode == 0
    assert "no access" in harkline("operator", "list", *where).stdout


def test_nothing_there_says_how_to_begin(tmp_path: Path) -> None:
    for words in (("serve",), ("status",), ("operator", "list")):
        refused = harkline(*words, "--data", str(tmp_path / "none"))
        assert refused.returncode == 2
        assert "harkline init" in refused.stderr
