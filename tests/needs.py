"""Says, before the tests run, what is missing on this machine and how to get it. In CI (CI=true) a missing part fails the run."""

import os
import shutil
import sys

# A browser without windows starts in half the time and asks for a third of the processor.
BROWSERS = ("chromium-headless-shell", "chromium")

NEEDS = {
    "dovecot": ("reading a mailbox", "apt-get install dovecot-imapd"),
    "pdftoppm": ("reading the printed recovery kit", "apt-get install poppler-utils"),
    "direwolf": ("radio by data", "apt-get install direwolf"),
    "multimon-ng": ("radio by data, read by a second decoder", "apt-get install multimon-ng"),
    "cc": ("the compiled part of the verifier", "apt-get install gcc libc6-dev"),
    "go": ("open-count tiles read by Go's own packages", "apt-get install golang-go golang-golang-x-mod-dev"),
    "node": ("the second implementation of the verifier", "apt-get install nodejs"),
    "gpg": ("encrypted mail against GnuPG", "apt-get install gnupg"),
    "mat2": ("copies of attachments without metadata", "apt-get install mat2"),
    "sipp": ("calls by an independent caller", "apt-get install sip-tester"),
    "tor": ("the onion service's configuration", "apt-get install tor"),
    "zbarimg": ("reading its symbols", "apt-get install zbar-tools"),
}
# Where they cannot be had, their tests are skipped in CI, too.
ALSO = {
    "litewitness": (
        "the log before a witness of somebody else",
        "scripts/unpack_litewitness.sh DIR, and DIR/usr/bin on PATH",
    )
}
# Debian keeps servers where an ordinary user's path does not lead.
PATH = f"{os.environ.get('PATH', '')}:/usr/sbin"


def browser_here() -> str | None:
    """The browser for page tests; None where there is none."""
    return next((path for name in BROWSERS if (path := shutil.which(name))), None)


def main() -> int:
    missing = [name for name in NEEDS if shutil.which(name, path=PATH) is None]
    if browser_here() is None:
        missing.append(BROWSERS[0])
    for name in missing:
        what, how = NEEDS.get(name, ("page tests", f"apt-get install {name}"))
        print(f"skipped: {what} need {name} (Debian: {how})")
    for name, (what, how) in ALSO.items():
        if shutil.which(name, path=PATH) is None:
            print(f"skipped: {what} needs {name} ({how})")
    return 1 if missing and os.environ.get("CI") else 0


if __name__ == "__main__":
    sys.exit(main())
