"""RFC 4475's kinds of unusual and wrong messages, over UDP and TCP: the engine lives on, and the next caller is answered."""

import socket
import time

import pytest
from tests.harness import HOST, Line, until
from tests.peers.invite import Caller
from tests.peers.torture import messages

pytestmark = pytest.mark.flow


def restarts(line: Line) -> int:
    """How often the engine was started again, as the server last wrote it down."""
    return int(line.rows("SELECT restarts FROM runtime_adapterstate WHERE name = 'phone'")[0][0])


def over_tcp(line: Line, message: bytes) -> None:
    """One connection for each: a peer that speaks nonsense may be hung up on."""
    with socket.create_connection((HOST, line.sip), 10) as wire:
        wire.sendall(message)
        wire.settimeout(0.05)
        try:
            wire.recv(4096)
        except OSError:
            return


def test_every_kind_of_torture_leaves_the_line_answering(line: Line) -> None:
    at = f"{HOST}:{line.sip}"
    with socket.socket(type=socket.SOCK_DGRAM) as wire:
        wire.bind((HOST, 0))
        for _name, message in messages(at):
            wire.sendto(message, (HOST, line.sip))
            time.sleep(0.01)
    for _name, message in messages(at):
        over_tcp(line, message)
    caller = Caller(line)
    assert caller.rings(within=20) == 200
    caller.hangs_up()
    seen = line.rows("SELECT seen_at FROM runtime_adapterstate WHERE name = 'phone'")
    until(lambda: line.rows("SELECT seen_at FROM runtime_adapterstate WHERE name = 'phone'") != seen, within=40)
    assert restarts(line) == 0
