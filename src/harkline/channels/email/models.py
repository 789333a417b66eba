"""What the email channel must remember: how far the mailbox is read, what was sent, and by which address a thread came."""

from django.db import models


class MailboxCursor(models.Model):
    """How far a mailbox has been read (RFC 9051, 2.3.1.1): every UID up to ``uid`` is stored here. ``mailbox`` is the
    configured account and folder. Unread flags are never looked at: another program may change them."""

    mailbox = models.CharField(max_length=254, unique=True)
    validity = models.BigIntegerField()
    uid = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return f"read up to {self.uid}"


class ThreadAddress(models.Model):
    """The line's address that a thread was begun with: replies come from it."""

    thread = models.UUIDField(primary_key=True)
    address = models.CharField(max_length=254)

    def __str__(self) -> str:
        return self.address


class SentMail(models.Model):
    """A mail that we sent, so that an answer or a bounce finds its thread. Message id and recipient are keyed hashes: they can
    be recognised and never read, the recipient only until the host loses its power."""

    job = models.UUIDField(primary_key=True)
    message = models.BinaryField(max_length=16, db_index=True)
    recipient = models.BinaryField(max_length=8, db_index=True)
    thread = models.UUIDField(null=True, db_index=True)
    automatic = models.BooleanField(default=False)
    sent_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"sent at {self.sent_at:%Y-%m-%d %H:%M}"
