"""A pytest plugin: every test run has a data folder of its own, made before Django reads its settings."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

from harkline.server import folder

if folder.VARIABLE not in os.environ:
    _data = Path(tempfile.mkdtemp(prefix="harkline-test-"))
    atexit.register(shutil.rmtree, _data, ignore_errors=True)
    folder.make(_data)
    os.environ[folder.VARIABLE] = str(_data)
