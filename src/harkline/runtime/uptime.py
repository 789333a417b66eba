"""How long this host has been running, told by the kernel and not by the clock that people set."""

import time
from pathlib import Path

_UPTIME, _BOOT = Path("/proc/uptime"), Path("/proc/sys/kernel/random/boot_id")


def uptime() -> tuple[str, float]:
    """Which start of the host this is, and the seconds since, sleep included (proc(5)). Elsewhere than on Linux the process's own
    steady clock, which tells nothing across restarts."""
    try:
        return _BOOT.read_text(encoding="ascii").strip(), float(_UPTIME.read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return "", time.monotonic()
