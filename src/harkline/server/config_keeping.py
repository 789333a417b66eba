"""The settings of what is kept, for how long, and who is told that nothing of it was changed."""

from dataclasses import dataclass

from harkline.server import keys as kind
from harkline.server.keys import key


@dataclass(frozen=True, kw_only=True)
class Audit:
    """The chain of what was done here, and who is told each day where it ends."""

    officers: tuple[str, ...] = key(
        kind.MAILS,
        [],
        "To whom the daily head is mailed: two people outside the host's reach. It says a number and a hash.",
        "Keeping the head from those who would notice that records were changed.",
    )


@dataclass(frozen=True, kw_only=True)
class Retention:
    """How long what is kept is kept, in days. What is removed cannot be brought back."""

    content_days: int = key(
        kind.whole(7, 3650),
        90,
        "Cases: messages, notes, numbers, callback terms; counted from the last thing that happened in the case.",
        "Having evidence removed early, or kept for whoever seizes the host.",
    )
    recordings_days: int = key(
        kind.whole(1, 3650), 30, "Recordings, counted in the same way.", "Having voices kept that identify callers."
    )
    attempt_links_days: int = key(
        kind.whole(7, 3650),
        90,
        "The keyed hashes of attempts that came to no contact.",
        "Recognising callers over a longer time, with the host key.",
    )
    attempts_days: int = key(
        kind.whole(30, 3650),
        400,
        "Attempts one by one, to the hour; counts by day stay for ever.",
        "Removing what the figures were counted from.",
    )
    audit_days: int = key(
        kind.whole(365, 3650), 730, "Audit records.", "Removing what shows who opened what, once it is a year old."
    )
    openings_days: int = key(
        kind.whole(7, 400),
        45,
        "What opens the entries of the open count, receipts and their evidence: until the audit is over.",
        "Having a seized host tell whose entry is whose for longer; or leaving auditors nothing to look at.",
    )
    outbox_days: int = key(
        kind.whole(1, 400), 30, "Replies and alerts that have gone out.", "Hiding that a reply did not arrive."
    )
    alarms_days: int = key(
        kind.whole(1, 400), 90, "Alarms of the line that have ended.", "Hiding what was wrong, and who saw to it."
    )
    canaries_days: int = key(
        kind.whole(1, 40), 30, "Trials of the line's own addresses.", "Hiding since when an address has not answered."
    )
    sent_mail_days: int = key(
        kind.whole(1, 400), 90, "The keyed hashes of mails that we sent.", "Linking mails over a longer time."
    )
    drafts_days: int = key(kind.whole(1, 400), 30, "Unfinished notes, sealed.", "Having notes lost.")
    duties_days: int = key(
        kind.whole(30, 3650), 400, "Who was on duty.", "Keeping who worked here for whoever seizes the host."
    )
    invitations_days: int = key(kind.whole(1, 400), 30, "Used or expired invitations.", "Nothing by itself.")
