"""Refuse source networks that are not configured, in the kernel, before a packet reaches the SIP parser.

A classic BPF program (Linux, ``SO_ATTACH_FILTER``; no privilege needed) is attached to the SIP sockets of this process: UDP
datagrams and TCP connection attempts from any other network are dropped unread, so a scanner learns nothing, not even that
something listens. Connections that Harkline opens itself (a trunk over TCP or TLS) are not filtered.
"""

import ctypes
import ipaddress
import os
import socket
import struct
from pathlib import Path

SO_ATTACH_FILTER = 26
NETWORK_HEADER = 0xFFF00000  # SKF_NET_OFF, linux/filter.h
LD_B, LD_W, RSH, AND, JEQ, RET = 0x30, 0x20, 0x74, 0x54, 0x15, 0x06
KEEP, DROP = 0xFFFFFFFF, 0
V4_SOURCE, V6_SOURCE = 12, 8

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Instruction = tuple[int, int, int, int]


def program(allow: list[Network]) -> list[Instruction]:
    """The filter: keep a packet whose source lies in one of ``allow``, drop every other. Pure."""
    four = [rule for one in allow if one.version == 4 for rule in _rule(V4_SOURCE, _words(one))]
    six = [rule for one in allow if one.version == 6 for rule in _rule(V6_SOURCE, _words(one))]
    head: list[Instruction] = [(LD_B, 0, 0, NETWORK_HEADER), (RSH, 0, 0, 4)]
    # Jumps are bytes, so the version is tested before each block and a wrong one returns by falling into it harmlessly.
    return [
        *head,
        (JEQ, 1, 0, 4),
        (0x05, 0, 0, len(four) + 1),  # JA: not version 4, over its rules and its return
        *four,
        (RET, 0, 0, DROP),
        (JEQ, 1, 0, 6),
        (RET, 0, 0, DROP),
        *six,
        (RET, 0, 0, DROP),
    ]


def _words(network: Network) -> list[tuple[int, int]]:
    """(mask, value) for each 32-bit word of the network; words without a mask are left out."""
    mask, base = network.netmask.packed, network.network_address.packed
    pairs = [struct.unpack(">II", mask[at : at + 4] + base[at : at + 4]) for at in range(0, len(mask), 4)]
    return [(one, value) for one, value in pairs if one]


def _rule(source: int, words: list[tuple[int, int]]) -> list[Instruction]:
    """Keep when every word agrees; otherwise fall through to the next rule."""
    rules: list[Instruction] = []
    left = len(words)
    for index, (mask, value) in enumerate(words):
        left -= 1
        rules += [
            (LD_W, 0, 0, NETWORK_HEADER + source + 4 * index),
            (AND, 0, 0, mask),
            (JEQ, 0, 3 * left + 1, value),
        ]
    return [*rules, (RET, 0, 0, KEEP)]


def attach(port: int, allow: list[Network]) -> int:
    """Filter every SIP socket of this process (``port``, and TLS one above). Returns how many were found.

    Raises OSError where the system has no such filter.
    """
    packed = b"".join(struct.pack("HBBI", *one) for one in program(allow))
    code = ctypes.create_string_buffer(packed)
    filter_ = struct.pack("HL", len(packed) // 8, ctypes.addressof(code))
    return sum(_attach(fd, port, filter_) for fd in _descriptors())


def _descriptors() -> list[int]:
    return [int(one.name) for one in Path("/proc/self/fd").iterdir()]


def _attach(fd: int, port: int, filter_: bytes) -> int:
    try:
        found = socket.socket(fileno=os.dup(fd))
    except OSError:  # not a socket, or closed since
        return 0
    with found:
        if found.family not in (socket.AF_INET, socket.AF_INET6) or found.getsockname()[1] not in (port, port + 1):
            return 0
        found.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, filter_)
        return 1


def networks(allow: tuple[str, ...], hosts: list[str]) -> list[Network]:
    """The networks of the settings, and the addresses that trunks resolve to. Raises ValueError for a bad network."""
    found: list[Network] = [ipaddress.ip_network(one, strict=False) for one in allow]
    for host in hosts:
        try:
            found += [ipaddress.ip_network(row[4][0]) for row in socket.getaddrinfo(host, None, type=socket.SOCK_DGRAM)]
        except OSError:
            continue  # asked again with the next refresh
    return list(dict.fromkeys(found))
