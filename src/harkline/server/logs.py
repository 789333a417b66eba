"""Logs that give nobody away: time to the minute, level, logger and our own fixed words.

An exception is logged by its type and the places it passed, never by its message: a message may carry what a caller wrote.
"""

import logging
import sys
import traceback
from types import TracebackType

Exc = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class Discreet(logging.Formatter):
    """Minute, level, logger, message; exceptions without their words."""

    def __init__(self) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s", "%Y-%m-%d %H:%M")

    def formatException(self, ei: Exc) -> str:  # noqa: N802
        kind, _error, trace = ei
        places = [f"  {frame.name} {frame.filename.rsplit('/', 2)[-1]}:{frame.lineno}" for frame in _frames(trace)]
        return "\n".join([kind.__name__ if kind else "no exception", *places])


def _frames(trace: TracebackType | None) -> list[traceback.FrameSummary]:
    return list(traceback.extract_tb(trace)) if trace else []


# These write paths, addresses or words of a caller.
SILENT = (
    "django.request",
    "django.security",
    "django.server",
    "django.db.backends",
    "mail",
    "mail.log",
    "uvicorn.access",
    "aiosipua",
    "aiortp",
    "websockets",
)


def set_up(level: int = logging.INFO) -> None:
    """Send everything to standard error in the discreet form."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Discreet())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logging.getLogger("harkline").setLevel(level)
    for name in SILENT:
        logger = logging.getLogger(name)
        logger.handlers[:] = [logging.NullHandler()]
        logger.propagate = False
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers[:] = []
        logging.getLogger(name).setLevel(logging.CRITICAL)
