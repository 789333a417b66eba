"""libsodium by ctypes: the system's where there is one with ristretto255 (1.0.18 or later), else the one that rbcl carries.

Every function returns nonzero for what it refuses. All lengths are 32 bytes, of a hash 64.
"""

import contextlib
import ctypes
import ctypes.util
import importlib
import os
import sys


def _from_the_system() -> ctypes.CDLL | None:
    name = ctypes.util.find_library("sodium")
    if name is None:
        return None
    library = ctypes.CDLL(name)
    return library if hasattr(library, "crypto_core_ristretto255_from_hash") else None


def _from_rbcl() -> ctypes.CDLL:
    # rbcl unpacks the library into a temporary file at each import and never removes it: once loaded, the name can go.
    importlib.import_module("rbcl")
    unpacked = sys.modules["rbcl._sodium"]
    if os.name == "posix":
        with contextlib.suppress(OSError):
            os.unlink(unpacked.lib_path)  # noqa: PTH108
    library: ctypes.CDLL = unpacked._sodium
    return library


def _loaded() -> ctypes.CDLL:
    library = _from_the_system() or _from_rbcl()
    if library.sodium_init() < 0:
        raise OSError("libsodium cannot be initialised")
    return library


LIBRARY = _loaded()
