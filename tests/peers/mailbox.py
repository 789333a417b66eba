"""A real mailbox: Dovecot as an ordinary process on a port of its own, its files in a temporary folder."""

import grp
import imaplib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

DOVECOT = shutil.which("dovecot") or ("/usr/sbin/dovecot" if Path("/usr/sbin/dovecot").exists() else None)
HOW = "reading a mailbox needs Dovecot (Debian: apt-get install dovecot-imapd)"

_CONFIGURATION = """
protocols = imap
listen = 127.0.0.1
base_dir = {folder}/run
state_dir = {folder}/state
log_path = {folder}/log
{tls}
disable_plaintext_auth = no
default_login_user = {user}
default_internal_user = {user}
default_internal_group = {group}
first_valid_uid = 1
mail_location = maildir:{folder}/mail
passdb {{
  driver = static
  args = password=secret
}}
userdb {{
  driver = static
  args = uid={uid} gid={gid} home={folder}/home
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = {tls_port}
  }}
}}
service anvil {{
  chroot =
}}
"""


@dataclass
class Mailbox:
    """The mailbox as its own users see it."""

    folder: Path
    port: int
    tls_port: int = 0
    process: "subprocess.Popen[bytes] | None" = None

    def open(self) -> imaplib.IMAP4:
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=10)
        client.login("line", "secret")
        client.select("INBOX")
        return client

    def deliver(self, raw: bytes) -> None:
        """A mail arrives."""
        client = self.open()
        client.append("INBOX", "", "", raw)
        client.logout()

    def flags(self) -> list[bytes]:
        """What each mail in the mailbox is marked with."""
        client = self.open()
        _kind, lines = client.uid("FETCH", "1:*", "(FLAGS)")
        client.logout()
        return [line for line in lines if isinstance(line, bytes)]

    def renumber(self) -> None:
        """The server forgets its numbers: mails get new ones under a new UIDVALIDITY."""
        self.stop()
        for name in self.folder.glob("mail/dovecot*"):
            name.unlink()
        time.sleep(1.1)  # the new UIDVALIDITY is the time in seconds
        self.start()

    def start(self) -> None:
        assert DOVECOT
        command = [DOVECOT, "-F", "-c", str(self.folder / "dovecot.conf")]
        self.process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(100):
            try:
                self.open().logout()
                return
            except (OSError, imaplib.IMAP4.error):
                time.sleep(0.1)
        raise AssertionError((self.folder / "log").read_text())

    def stop(self) -> None:
        if self.process and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            self.process.wait(10)


@contextmanager
def mailbox(folder: Path, tls: tuple[Path, Path] | None = None) -> Iterator[Mailbox]:
    """A mailbox that is there until the end of the block; over TLS too, where a certificate and its key are given."""
    folder = folder.resolve()
    with socket.socket() as sock, socket.socket() as other:
        sock.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        port, tls_port = int(sock.getsockname()[1]), int(other.getsockname()[1]) if tls else 0
    user = pwd.getpwnam("nobody") if os.geteuid() == 0 else pwd.getpwuid(os.geteuid())
    secure = f"ssl = yes\nssl_cert = <{tls[0]}\nssl_key = <{tls[1]}" if tls else "ssl = no"
    values = {
        "tls": secure,
        "tls_port": tls_port,
        "folder": folder,
        "port": port,
        "user": user.pw_name,
        "group": grp.getgrgid(user.pw_gid).gr_name,
    }
    (folder / "dovecot.conf").write_text(_CONFIGURATION.format(uid=user.pw_uid, gid=user.pw_gid, **values))
    for name in ("mail", "home", "run", "state"):
        (folder / name).mkdir()
        if os.geteuid() == 0:
            os.chown(folder / name, user.pw_uid, user.pw_gid)
    box = Mailbox(folder, port, tls_port)
    box.start()
    try:
        yield box
    finally:
        box.stop()
