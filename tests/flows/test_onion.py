"""Tor takes what is written for it, and the line answers by its onion addresses. No network is used: this Tor knows nobody."""

import os
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.harness import Browser, Line, until
from tests.ports import HOST, free_port

from harkline.line import onion
from harkline.server.onion import program

pytestmark = pytest.mark.flow
needs_tor = pytest.mark.skipif(program() is None, reason="no tor (tests/needs.py says how to get it)")


def _settings(**given: object) -> str:
    ports = {name: f"{HOST}:{free_port()}" for name in ("public_bind", "operators_bind", "tor_metrics")}
    rows = [f'{name} = "{value}"' for name, value in {**ports, **given}.items()]
    return "\n".join(["[onion]", *rows])


@pytest.fixture
def private_tor(tmp_path: Path) -> Iterator[tuple[Line, Path, str]]:
    """A line, Tor's folder with a Tor of the line's own running in it, and a client's private key."""
    with Line(tmp_path) as line:
        line.init(settings=_settings())
        folder = tmp_path / "tor"
        folder.mkdir(mode=0o700)
        said = line.command("onion", "--client", "laptop-3", "--tor-dir", str(folder))
        key = re.search(r"asks for it:  ([A-Z2-7]{52})", said)
        assert key, said
        # As the printed steps say: first the clients' files, then Tor.
        for one in (folder / "operators", folder / "operators" / "authorized_clients"):
            one.mkdir(mode=0o700)
        for one in (line.data / "onion" / "authorized_clients").glob("*.auth"):
            (folder / "operators" / "authorized_clients" / one.name).write_bytes(one.read_bytes())
        process = _start(line, folder)
        try:
            until(lambda: (folder / "operators" / "hostname").exists(), 60)
            yield line, folder, key[1]
        finally:
            process.kill()
            process.wait()


def _start(line: Line, folder: Path) -> "subprocess.Popen[bytes]":
    nobody = f"x orport=1 v3ident={'01' * 20} {HOST}:1 {'01' * 20}"
    words = ["-f", str(line.data / "onion" / "torrc"), "--DataDirectory", str(folder), "--DirAuthority", nobody]
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([program() or "", *words], stdout=log, stderr=log)


@needs_tor
def test_tor_takes_the_file_makes_the_addresses_and_knows_the_clients(private_tor: tuple[Line, Path, str]):
    line, folder, key = private_tor
    torrc = str(line.data / "onion" / "torrc")
    verified = subprocess.run(
        [program() or "", "-f", torrc, "--verify-config"], capture_output=True, text=True, check=False
    )
    assert "Configuration was valid" in verified.stdout, verified.stdout
    assert "[warn]" not in verified.stdout.replace("[warn] You are running Tor as root", "")
    public, operators = ((folder / name / "hostname").read_text().strip() for name in ("public", "operators"))
    assert onion.is_onion(public)
    assert onion.is_onion(operators)
    # The key that was shown belongs to the file that Tor has read.
    from harkline.seal import envelope

    mine = envelope.public_of(onion.read_key(key) or b"")
    assert (folder / "operators" / "authorized_clients" / "laptop-3.auth").read_text().strip() == onion.authorised(mine)
    # An authorised client's file that Tor cannot read is said in its log.
    assert not re.search(r"\[(warn|err)\].*(client|authoriz)", (folder / "log").read_text(errors="replace"))
    _check_tells(line, folder, public, operators)


def _check_tells(line: Line, folder: Path, public: str, operators: str) -> None:
    """``harkline check`` asks the running Tor which addresses it serves."""
    settings = line.data / "harkline.toml"
    before = settings.read_text()
    settings.write_text(before + f'public = "{public}"\noperators = "{operators}"\n')
    assert "Tor does not" not in line.command("check", code=None)
    settings.write_text(before + f'public = "{onion.of(os.urandom(32))}"\n')
    assert "Tor does not serve the address that is set as public" in line.command("check", code=None)
    settings.write_text(before.replace("tor_metrics", "#") + f'public = "{public}"\n')
    assert "Tor does not answer" in line.command("check", code=None)


def test_what_comes_by_the_onion_address_counts_for_it(tmp_path: Path):
    public, operators = onion.of(os.urandom(32)), onion.of(os.urandom(32))
    settings = _settings(public=public, operators=operators)
    port = {name: int(re.search(rf'{name} = "[^:]+:(\d+)"', settings)[1]) for name in ("public_bind", "operators_bind")}  # type: ignore[index]
    with Line(tmp_path) as line:
        line.init(settings=settings)
        line.serve()
        with Browser(port["public_bind"], host=public) as browser:
            browser.writes("By Tor.")
            assert browser.get("/console")[0] == 404
            assert "Strict-Transport-Security" not in browser.headers
        with Browser(line.web) as browser:
            browser.writes("By the open network.")
            assert public in browser.get("/")[1]
            assert browser.headers["Onion-Location"] == f"http://{public}/"
        with Browser(port["operators_bind"], host=operators) as browser:
            assert browser.get("/account/sign-in")[0] == 200
            assert browser.get("/write")[0] == 404
        with Browser(port["operators_bind"], host=public) as browser:
            assert browser.get("/account/sign-in")[0] == 421
        counted = "SELECT value FROM line_address JOIN intake_attempt a ON a.address_id = line_address.id ORDER BY 1"
        assert [value for (value,) in line.rows(counted)] == ["/", public]
