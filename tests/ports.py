"""Ports of loopback for the tests and the benchmarks.

Each test process (``pytest -n 2``) has a range of its own, and all lie below what the kernel gives to outgoing connections: nobody takes
a port between the moment it is asked for and the moment its server listens.
"""

import itertools
import os
import socket
from contextlib import suppress

HOST = "127.0.0.1"
PROCESS = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % 4
_LISTENING, _WIDTH = 10_000, 3_000
_SOUND, _BLOCKS, _BLOCK = 22_000, 6, 400  # RTP of a line's engine
_MEDIA, _MEDIA_WIDTH = 41_000, 4_000  # RTP of telephones

_listening = itertools.count(os.getpid() * 7)
_sound = itertools.count(os.getpid())
_media = itertools.count(0, 2)


def free_port() -> int:
    """A port that nobody has just now, neither for TCP nor for UDP. Raises OSError where there is none."""
    for turn in itertools.islice(_listening, _WIDTH):
        port = _LISTENING + PROCESS * _WIDTH + turn % _WIDTH
        with suppress(OSError), socket.socket() as tcp, socket.socket(type=socket.SOCK_DGRAM) as udp:
            tcp.bind((HOST, port))
            udp.bind((HOST, port))
            return port
    raise OSError("no free port")


def rtp_ports() -> tuple[int, int]:
    """First and last port for the sound of one line: 400, which the lines of a process take in turns."""
    first = _SOUND + (PROCESS * _BLOCKS + next(_sound) % _BLOCKS) * _BLOCK
    return first, first + _BLOCK - 1


def media_port() -> int:
    """The next free even port for the sound of one telephone."""
    while True:
        port = _MEDIA + PROCESS * _MEDIA_WIDTH + next(_media) % _MEDIA_WIDTH
        with suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as probe:
            probe.bind((HOST, port))
            return port
