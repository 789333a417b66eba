"""Every test run has a data folder of its own, made before Django reads its settings."""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

import hypothesis

if "HARKLINE_DATA" not in os.environ:
    from harkline.server import folder

    _data = Path(tempfile.mkdtemp(prefix="harkline-test-"))
    atexit.register(shutil.rmtree, _data, ignore_errors=True)
    folder.make(_data)
    os.environ["HARKLINE_DATA"] = str(_data)

# How long an example takes says more of the machine than of the code.
hypothesis.settings.register_profile("harkline", deadline=None)
hypothesis.settings.load_profile("harkline")
