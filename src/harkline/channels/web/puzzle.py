"""Proof of work as ALTCHA defines it (https://altcha.org/docs/v2/server-integration): find the number whose hash was given. Pure.

A challenge is ``{algorithm, challenge, maxnumber, salt, signature}``: ``challenge`` is the hexadecimal SHA-256 of salt and number,
``signature`` its HMAC-SHA256 under our key. The salt carries when it ends, and closes with ``&``, so that no digit can be moved
from the number into it. A solution is the base64 of ``{algorithm, challenge, number, salt, signature}`` as JSON.
"""

import base64
import hmac
import json
import secrets
from collections.abc import Mapping
from hashlib import sha256
from typing import Any
from urllib.parse import parse_qs

ALGORITHM = "SHA-256"
LIFETIME = 3600  # seconds
LONGEST = 1024  # characters of a solution


def challenge(key: bytes, effort: int, now: float) -> dict[str, Any]:
    """A new one, which takes ``effort`` / 2 hashes on average."""
    salt = f"{secrets.token_hex(8)}?expires={int(now) + LIFETIME}&"
    digest = _hash(salt, secrets.randbelow(effort + 1))
    given = {"algorithm": ALGORITHM, "challenge": digest, "maxnumber": effort, "salt": salt}
    return {**given, "signature": _sign(key, digest)}


def solve(given: Mapping[str, Any]) -> str:
    """What a browser does. Raises ValueError for a challenge that has no solution."""
    for number in range(int(given["maxnumber"]) + 1):
        if _hash(given["salt"], number) == given["challenge"]:
            return written(given, number)
    raise ValueError("no number has this hash")


def written(given: Mapping[str, Any], number: int) -> str:
    """The solution as it is sent."""
    kept = {name: given[name] for name in ("algorithm", "challenge", "salt", "signature")}
    return base64.b64encode(json.dumps({**kept, "number": number}).encode()).decode()


def proven(solution: str, key: bytes, now: float) -> str | None:
    """The challenge that this solves; None where it is not ours, is over, or is not solved."""
    try:
        said = json.loads(base64.b64decode(solution[:LONGEST], validate=True))
        salt, digest, number, signature = said["salt"], said["challenge"], said["number"], said["signature"]
        fits = said["algorithm"] == ALGORITHM and type(number) is int and salt.endswith("&") and digest.isascii()
        if not (fits and hmac.compare_digest(_sign(key, digest), str(signature).encode("ascii").decode())):
            return None
        ends = float(parse_qs(salt.partition("?")[2])["expires"][0])
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return None
    return digest if now < ends and _hash(salt, number) == digest else None


def _hash(salt: str, number: int) -> str:
    return sha256(f"{salt}{number}".encode()).hexdigest()


def _sign(key: bytes, digest: str) -> str:
    return hmac.new(key, digest.encode(), sha256).hexdigest()
