"""Runs ``tests/counting.py``: kills while the open count sequences, and what is left after them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.harness import ROOT, outside


def kill_often(folder: Path, kills: int, seed: int) -> dict[str, Any]:
    """See ``tests/counting.py``; ``forks``, ``lost``, ``twice`` and ``stopped`` are to be nothing."""
    words = [sys.executable, str(ROOT / "tests" / "counting.py"), str(folder), str(kills), str(seed)]
    ran = subprocess.run(words, capture_output=True, text=True, env=outside(), timeout=3600, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found: dict[str, Any] = json.loads(ran.stdout)
    return found
