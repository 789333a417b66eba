"""Whether a mail was written by a person or by a machine. Pure.

Sources: RFC 3834 (Auto-Submitted), RFC 3462 and 3464 (reports), RFC 3798 (read receipts), RFC 2919 and 2369 (lists), and the
headers that servers use besides. Where the signs are unclear, it is a person.
"""

from collections.abc import Callable

HUMAN, AUTO_REPLY, BOUNCE, DLR, LIST = "human", "auto_reply", "bounce", "dlr", "list"
Header = Callable[[str], str]

_DAEMONS = ("mailer-daemon@", "postmaster@")
_SILENT = ("no-reply@", "noreply@", "donotreply@", "do-not-reply@", *_DAEMONS)
_NEVER_ANSWERED = (
    "x-auto-response-suppress",
    "x-autoreply",
    "x-autorespond",
    "x-loop",
    "precedence",
    "list-id",
    "list-post",
)


def kind(header: Header, *, report: str, action: str, sender: str, envelope_from: str | None) -> str:
    """One of ``human``, ``auto_reply``, ``bounce``, ``dlr``, ``list``.

    ``report`` is the report-type of a multipart/report, ``action`` its first Action field, ``envelope_from`` is None where the
    mail came without an envelope (from a mailbox) and empty for the null sender.
    """
    if report == "delivery-status":
        return BOUNCE if action in ("failed", "") else DLR
    if report == "disposition-notification":
        return DLR
    if envelope_from == "" and sender.lower().startswith(_DAEMONS):
        return BOUNCE
    if _automatic(header):
        return AUTO_REPLY
    return LIST if any(header(name) for name in ("list-id", "list-post", "list-unsubscribe")) else HUMAN


def _automatic(header: Header) -> bool:
    submitted = header("auto-submitted").split(";")[0].strip().lower()
    if submitted not in ("", "no"):
        return True
    if header("precedence").strip().lower() == "auto_reply":
        return True
    return any(header(name) for name in ("x-autoreply", "x-autorespond"))


def never_answered(header: Header, *, sender: str, envelope_from: str | None) -> bool:
    """Whether an automatic acknowledgement could meet a machine, and start a loop (RFC 3834, 2)."""
    if envelope_from == "" or not sender or sender.lower().startswith(_SILENT):
        return True
    return _automatic(header) or any(header(name) for name in _NEVER_ANSWERED)
