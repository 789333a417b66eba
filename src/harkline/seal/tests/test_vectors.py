"""The published vectors: RFC 9180 (HPKE) as the CFRG gives them, RFC 7748 (X25519), NIST's GCM. Ours and the library's parts alike."""

import json

import cryptography_vectors
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from harkline.seal import envelope
from harkline.seal.envelope import Refused


def hpke_vectors():
    with cryptography_vectors.open_vector_file("HPKE/test-vectors.json", "r") as file:
        return [
            {
                name: bytes.fromhex(one[name])
                for name in ("info", "skRm", "pkRm", "enc", "shared_secret", "key", "base_nonce")
            }
            for one in json.load(file)
            if (one["mode"], one["kem_id"], one["kdf_id"], one["aead_id"]) == (0, 0x20, 1, 2)
        ]


def test_hpke_opens_what_the_rfcs_key_and_nonce_sealed():
    assert hpke_vectors()
    for one in hpke_vectors():
        # The RFC's own ciphertexts bind associated data, which an envelope does not use: seal afresh under its key and nonce.
        sealed = one["enc"] + AESGCM(one["key"]).encrypt(one["base_nonce"], b"Beauty is truth", b"")
        assert envelope.public_of(one["skRm"]) == one["pkRm"]
        assert envelope.unwrap(sealed, one["skRm"], one["info"]) == b"Beauty is truth"
        with pytest.raises(Refused):
            envelope.unwrap(sealed, one["skRm"], one["info"] + b"x")


def blocks(name, mode="r"):
    """NIST's and the RFCs' text files: paragraphs of ``NAME = value``."""
    with cryptography_vectors.open_vector_file(name, mode) as file:
        for paragraph in file.read().replace("\r", "").split("\n\n"):
            lines = [line.partition("=") for line in paragraph.splitlines() if line and line[0] not in "#["]
            yield {key.strip(): value.strip() for key, _equals, value in lines}, "FAIL" in paragraph


def test_x25519_agrees_as_rfc_7748_says():
    checked = 0
    for one, _fails in blocks("asymmetric/X25519/rfc7748.txt"):
        if "INPUT_U" in one:
            private = X25519PrivateKey.from_private_bytes(bytes.fromhex(one["INPUT_SCALAR"]))
            shared = private.exchange(X25519PublicKey.from_public_bytes(bytes.fromhex(one["INPUT_U"])))
            assert shared.hex() == one["OUTPUT_U"]
            checked += 1
    assert checked >= 2


def test_gcm_opens_and_refuses_as_nist_says():
    opened = refused = 0
    for one, fails in blocks("ciphers/AES/GCM/gcmDecrypt256.rsp"):
        if not one.get("Key") or len(one["IV"]) != 24 or len(one["Tag"]) != 32:
            continue
        key, iv, text, bound = (bytes.fromhex(one[name]) for name in ("Key", "IV", "CT", "AAD"))
        sealed = text + bytes.fromhex(one["Tag"])
        if fails:
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(iv, sealed, bound)
            refused += 1
        else:
            assert AESGCM(key).decrypt(iv, sealed, bound).hex() == one["PT"]
            opened += 1
    assert opened > 100
    assert refused > 100
