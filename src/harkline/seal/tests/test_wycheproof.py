"""The primitives under the envelope against Wycheproof's corner cases. (The browser's: ``tests/pages/test_vectors.py``.)"""

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from harkline.seal.tests import wycheproof


def agreed(private: bytes, public: bytes) -> bytes | None:
    try:
        return X25519PrivateKey.from_private_bytes(private).exchange(X25519PublicKey.from_public_bytes(public))
    except ValueError:
        return None  # a public key of small order


def test_x25519() -> None:
    cases = wycheproof.x25519()
    assert len(cases) > 400
    for one in cases:
        found = agreed(one["private"], one["public"])
        assert found == (one["shared"] if any(one["shared"]) else None)


def test_aes_256_gcm() -> None:
    cases = wycheproof.aes_256_gcm()
    assert {one["result"] for one in cases} == {"valid", "invalid"}
    for one in cases:
        if one["result"] == "valid":
            assert AESGCM(one["key"]).decrypt(one["iv"], one["sealed"], one["aad"]) == one["msg"]
            assert AESGCM(one["key"]).encrypt(one["iv"], one["msg"], one["aad"]) == one["sealed"]
        else:
            with pytest.raises(InvalidTag):
                AESGCM(one["key"]).decrypt(one["iv"], one["sealed"], one["aad"])


def test_hkdf_sha256() -> None:
    for one in wycheproof.hkdf_sha256():
        if one["result"] == "valid":
            made = HKDF(SHA256(), one["size"], one["salt"], one["info"]).derive(one["ikm"])
            assert made == one["okm"]
        else:
            with pytest.raises(ValueError):
                HKDF(SHA256(), one["size"], one["salt"], one["info"])
