"""A pytest plugin: every test process (``pytest -n 2``) has a data folder of its own, made before Django reads its settings."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from harkline.server import folder

# A worker inherits the name of the folder from the process that started it.
if folder.VARIABLE not in os.environ or "PYTEST_XDIST_WORKER" in os.environ:
    _data = Path(tempfile.mkdtemp(prefix="harkline-test-"))
    atexit.register(shutil.rmtree, _data, ignore_errors=True)
    folder.make(_data)
    os.environ[folder.VARIABLE] = str(_data)
