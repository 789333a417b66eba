"""How the server keeps what a browser derived from a passphrase: a keyed hash, and a fast one on purpose.

The value is already the end of argon2id (64 MiB, three passes). Who has stolen the database can try passphrases against the operator's closed key,
which lies beside it, so a slow hash here would cost a thief nothing more; but it would let anybody who sends wrong names and
passphrases keep the processors busy while a shift tries to sign in.
"""

from typing import Any

from django.contrib.auth.hashers import BasePasswordHasher
from django.utils.translation import gettext_noop as _

from harkline.people import vault
from harkline.seal.hashes import same


class DerivedHasher(BasePasswordHasher):
    """``derived$salt$hash``: keyed BLAKE2b under the host key, so that the database alone does not even confirm a guess."""

    algorithm = "derived"

    def encode(self, password: str, salt: str) -> str:
        """The stored form."""
        if "$" in salt:
            raise ValueError("a salt without $")
        return f"{self.algorithm}${salt}${vault.recognise('sign-in', f'{salt}${password}'.encode()).hex()}"

    def decode(self, encoded: str) -> dict[str, Any]:
        """Its parts."""
        algorithm, salt, hash_ = encoded.split("$", 2)
        return {"algorithm": algorithm, "salt": salt, "hash": hash_}

    def verify(self, password: str, encoded: str) -> bool:
        """Whether this is the value that was stored."""
        return same(self.encode(password, self.decode(encoded)["salt"]).encode(), encoded.encode())

    def safe_summary(self, encoded: str) -> dict[Any, Any]:
        """What may be shown of it: how, not what."""
        return {_("algorithm"): self.algorithm}

    def harden_runtime(self, password: str, encoded: str) -> None:
        """Nothing: every check takes the same time."""
