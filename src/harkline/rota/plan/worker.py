"""The process that plans: ``python -m harkline.rota.plan.worker``, the only one that loads numba and highspy.

On standard input one line of JSON, {"problem": …, "seconds": …}; a second line, or the end of the input, cancels. On standard output lines of JSON:
{"progress": …} while it works, and at the end {"result": …} or {"refused": "a sentence"}. If the process that asked dies, its end of the pipe closes
and this one stops by itself.
"""

import json
import os
import sys
import threading
import time
from typing import Any, TextIO

from harkline.rota.plan.terms import Problem, Progress, Refused
from harkline.rota.plan.wire import plain, read

# Seconds that a thread keeps the interpreter: two searches share it, and each leaves it many times a millisecond.
SWITCH = 0.0002


def main() -> None:
    """Read one problem, plan it, write what comes."""
    began = time.monotonic()
    sys.setswitchinterval(SWITCH)
    out = _answers()
    asked = json.loads(sys.stdin.readline())
    cancelled = threading.Event()
    threading.Thread(target=_listen, args=(cancelled,), daemon=True).start()

    def say(kind: str, value: Any) -> None:
        try:
            print(json.dumps({kind: plain(value)}), file=out, flush=True)
        except BrokenPipeError:
            cancelled.set()

    try:
        from harkline.rota.plan.solve import solve

        def tell(progress: Progress) -> None:
            say("progress", progress)

        say(
            "result",
            solve(
                read(Problem, asked["problem"]),
                float(asked["seconds"]),
                tell,
                cancelled.is_set,
                began,
            ),
        )
    except Refused as refused:
        say("refused", str(refused))


def _listen(cancelled: threading.Event) -> None:
    sys.stdin.readline()
    cancelled.set()


def _answers() -> TextIO:
    """Standard output for the answers alone: whatever a library prints goes to standard error."""
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return out


if __name__ == "__main__":
    main()
