"""The open count: its formats, its proofs, and a verifier that trusts nobody. No Django, no database, no clock of its own."""
