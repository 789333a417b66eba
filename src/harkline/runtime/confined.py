"""Runs another program with little: limits of the system, and no socket of any kind.

``python -m harkline.runtime.confined PROGRAM ARGUMENTS…`` gives up what the program must not have and becomes it. What is given up
holds for everything that it starts. Where it cannot be given up the program does not run (exit code 70).
"""

import ctypes
import os
import platform
import resource
import struct
import sys

MEMORY = 2 * 1024 * 1024 * 1024
CPU = 30  # seconds
FILE = 128 * 1024 * 1024  # bytes
FILES = 256
NOT_CONFINED = 70
_NO_NEW_PRIVILEGES, _SECCOMP, _FILTER = 38, 22, 2  # linux/prctl.h, linux/seccomp.h
# Machine → (its AUDIT_ARCH_…, number of the call ``socket``): linux/audit.h, asm/unistd.h.
_MACHINES = {"x86_64": (0xC000003E, 41), "aarch64": (0xC00000B7, 198)}
_IO_URING_SETUP = 425  # the same everywhere; it could open a socket by itself
_X32 = 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # linux/bpf_common.h
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # EACCES


def program(machine: str) -> bytes:
    """The filter for a machine as the kernel takes it. Raises KeyError for one that is not known."""
    arch, socket = _MACHINES[machine]
    steps = [
        (_LOAD, 0, 0, 4),  # seccomp_data.arch
        (_EQUAL, 0, 5, arch),  # another architecture's call: refused
        (_LOAD, 0, 0, 0),  # seccomp_data.nr
        (_EQUAL, 3, 0, socket),
        (_EQUAL, 2, 0, _IO_URING_SETUP),
        (_AT_LEAST, 1, 0, _X32),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    ]
    return b"".join(struct.pack("=HBBI", *step) for step in steps)


def confine() -> None:
    """For this process and all that it becomes or starts. Raises OSError or KeyError where that is not possible."""
    for limit, value in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU),
        (resource.RLIMIT_FSIZE, FILE),
        (resource.RLIMIT_NOFILE, FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(limit, (value, value))
    filter_ = program(platform.machine())
    kept = ctypes.create_string_buffer(filter_, len(filter_))
    head = struct.pack("@HP", len(filter_) // 8, ctypes.addressof(kept))
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.prctl(_SECCOMP, _FILTER, head, 0, 0):
        raise OSError(ctypes.get_errno(), "no seccomp")


if __name__ == "__main__":
    try:
        confine()
    except (OSError, KeyError, ValueError):
        sys.exit(NOT_CONFINED)
    os.nice(15)  # calls and pages go first
    os.execv(sys.argv[1], sys.argv[1:])  # noqa: S606
