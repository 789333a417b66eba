"""What is written for Tor."""

import stat
from pathlib import Path

import pytest

from harkline.line import onion as address
from harkline.server import onion
from harkline.server.config_onion import Onion
from harkline.server.setup import SetupError

TOR = Path("/var/lib/tor-instances/harkline")


def test_no_operators_address_without_an_authorised_client(tmp_path: Path):
    path = onion.write(tmp_path, Onion(), TOR)
    assert "HiddenServiceDir /var/lib/tor-instances/harkline/public" in path.read_text()
    assert f"HiddenServiceDir {TOR}/operators" not in path.read_text()
    onion.authorise(tmp_path, "laptop-3")
    assert f"HiddenServiceDir {TOR}/operators" in onion.write(tmp_path, Onion(), TOR).read_text()
    onion.withdraw(tmp_path, "laptop-3")
    assert f"HiddenServiceDir {TOR}/operators" not in onion.write(tmp_path, Onion(), TOR).read_text()


def test_the_private_half_is_kept_nowhere(tmp_path: Path):
    private = onion.authorise(tmp_path, "laptop-3")
    assert len(address.read_key(private) or b"") == 32
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert [path.name for path in kept] == ["laptop-3.auth"]
    assert private not in kept[0].read_text()
    assert stat.S_IMODE(kept[0].stat().st_mode) == 0o600


@pytest.mark.parametrize("name", ["", "../x", "Laptop", "a b", "x" * 40])
def test_a_client_s_name_is_no_path(tmp_path: Path, name: str):
    with pytest.raises(SetupError):
        onion.authorise(tmp_path, name)
    with pytest.raises(SetupError):
        onion.withdraw(tmp_path, name)


def test_the_clients_files_are_in_place_before_tor_starts(tmp_path: Path):
    onion.authorise(tmp_path, "laptop-3")
    steps = list(onion.steps(tmp_path, TOR, Onion()))
    placed = next(i for i, one in enumerate(steps) if "laptop" in one or "*.auth" in one)
    started = next(i for i, one in enumerate(steps) if "systemctl" in one)
    assert placed < started


def test_a_tor_without_the_puzzle_is_not_asked_for_it():
    plain = onion.torrc(Onion(), TOR, clients=False, puzzle=False)
    assert not [row for row in plain.splitlines() if row.startswith("HiddenServicePoW")]
