"""The only cryptography: envelopes, return codes, keyed hashes."""
