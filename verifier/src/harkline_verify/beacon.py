"""Whether drand itself signed a round: BLS over BLS12-381, quicknet's scheme (signatures in G1, RFC 9380 hash to the curve).

Needs the extra ``beacon``. Without it the lot is still computed from the reported signature, and the report says that this was not checked:
a line that could choose the signature's bytes could choose whom the lot falls on.
"""

import hashlib
from importlib import import_module
from types import ModuleType

from harkline_verify.sampling import QUICKNET

# The chain's public key, as drand publishes it for this chain.
PUBLIC = bytes.fromhex(
    "83cf0f2896adee7eb8b5f01fcad3912212c437e0073e911fb90022d3e760183c"
    "8c4b450b6a0a6c3ac6a5776a2d1064510d1fec758c921cc22b0e17e63aaf4bcb"
    "5ed66304de9cf809bd274ca73bab4af5a6e9c76a4bc09e76eae8991ef5ece45a"
)
SCHEME = b"BLS_SIG_BLS12381G1_XMD:SHA-256_SSWU_RO_NUL_"


def holds(chain: str, number: int, signature: bytes) -> bool | None:
    """Whether this is the chain's signature of a round; None where it cannot be checked: another chain, or no library."""
    library = _library()
    if chain != QUICKNET or library is None:
        return None
    try:
        signed = library.G1Point.from_compressed_bytes(signature)
    except ValueError:
        return False
    message = hashlib.sha256(number.to_bytes(8, "big")).digest()
    hashed = library.G1Point.hash_to_curve(message, SCHEME)
    public = library.G2Point.from_compressed_bytes(PUBLIC)
    return bool(library.GT.pairing_check([hashed, -signed], [public, library.G2Point()]))


def _library() -> ModuleType | None:
    try:
        return import_module("py_arkworks_bls12381")
    except ImportError:
        return None
