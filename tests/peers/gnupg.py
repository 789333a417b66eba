"""Somebody who writes with GnuPG: a key ring of their own, and mail as their program would build it (RFC 3156)."""

import email.policy
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

GPG = shutil.which("gpg")
HOW = "encrypted mail is tried with GnuPG (Debian: apt-get install gnupg)"
PERSON = "amina@caller.example"


@dataclass
class Person:
    """Their home folder holds the keys."""

    home: Path
    address: str = PERSON

    def gpg(self, *words: str, given: bytes = b"", fails: bool = False) -> tuple[bytes, str]:
        """Output and status lines."""
        assert GPG
        always = ("--homedir", str(self.home), "--batch", "--yes", "--trust-model", "always", "--status-fd", "2")
        ran = subprocess.run([GPG, *always, *words], input=given, capture_output=True, timeout=60, check=False)
        said = ran.stderr.decode("utf-8", "replace")
        assert fails or ran.returncode == 0, said
        return ran.stdout, said

    @property
    def key(self) -> bytes:
        return self.gpg("--armor", "--export", self.address)[0]

    def binary_key(self) -> bytes:
        return self.gpg("--export", "--export-options", "export-minimal", self.address)[0]

    @property
    def fingerprint(self) -> str:
        listed = self.gpg("--with-colons", "--list-keys", self.address)[0].decode()
        return next(row.split(":")[9] for row in listed.splitlines() if row.startswith("fpr")).lower()

    def learns(self, certificate: bytes) -> str:
        """Import a key; returns the status lines."""
        return self.gpg("--import", given=certificate)[1]

    def forgets(self, address: str) -> None:
        """Delete every key of an address that is somebody else's."""
        listed = self.gpg("--with-colons", "--list-keys", fails=True)[0].decode()
        keys = [block for block in listed.split("\npub:") if f"<{address}>" in block]
        for block in keys:
            fingerprint = next(row.split(":")[9] for row in block.splitlines() if row.startswith("fpr"))
            self.gpg("--delete-keys", fingerprint)

    def encrypts(self, clear: bytes, to: str, *options: str, sign: bool = True) -> bytes:
        signing = ("--sign", "--local-user", self.address) if sign else ()
        return self.gpg("--armor", *options, *signing, "--encrypt", "--recipient", to, given=clear)[0]

    def signs(self, clear: bytes) -> bytes:
        return self.gpg("--armor", "--detach-sign", "--local-user", self.address, given=clear)[0]

    def opens(self, raw: bytes) -> tuple[EmailMessage, str]:
        """The mail inside an encrypted mail, and the status lines."""
        outer = email.message_from_bytes(raw, policy=email.policy.default)
        _version, body = outer.iter_parts()
        clear, said = self.gpg("--decrypt", given=body.get_payload(decode=True))
        return email.message_from_bytes(clear, policy=email.policy.default), said  # type: ignore[return-value]


@contextmanager
def person(address: str = PERSON) -> Iterator[Person]:
    """Somebody with a fresh key. The folder's path is short: the agent's socket lies in it."""
    home = Path(tempfile.mkdtemp(prefix="gpg-", dir="/tmp"))
    home.chmod(0o700)
    one = Person(home, address)
    try:
        loopback = ("--passphrase", "", "--pinentry-mode", "loopback")
        one.gpg(*loopback, "--quick-gen-key", f"Amina <{address}>", "future-default", "default", "1y")
        yield one
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False, capture_output=True)
        shutil.rmtree(home, ignore_errors=True)


def protected(text: str, subject: str, *attached: tuple[str, bytes]) -> bytes:
    """What is encrypted: words, the true subject, files."""
    inner = EmailMessage(policy=email.policy.SMTP)
    inner["Subject"] = subject
    inner.set_content(text, cte="quoted-printable")
    for name, data in attached:
        inner.add_attachment(data, maintype="application", subtype="octet-stream", filename=name)
    inner.set_param("protected-headers", "v1")
    return inner.as_bytes()


def enclosed(armoured: bytes, to: str, **headers: str) -> bytes:
    """The mail around it."""
    outer = EmailMessage(policy=email.policy.SMTP)
    outer["From"], outer["To"], outer["Subject"] = f"Amina <{PERSON}>", to, "..."
    for name, value in headers.items():
        outer[name] = value
    version, body = EmailMessage(policy=email.policy.SMTP), EmailMessage(policy=email.policy.SMTP)
    version["Content-Type"] = "application/pgp-encrypted"
    version.set_payload("Version: 1\r\n")
    body["Content-Type"] = 'application/octet-stream; name="encrypted.asc"'
    body.set_payload(armoured.decode("ascii"))
    outer["MIME-Version"] = "1.0"
    outer["Content-Type"] = 'multipart/encrypted; protocol="application/pgp-encrypted"'
    outer.set_payload([version, body])
    return outer.as_bytes()
