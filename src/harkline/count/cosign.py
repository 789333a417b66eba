"""What a witness is asked, and what becomes of its answer (C2SP tlog-witness). Bytes in, bytes out: ``server`` carries them.

A witness that confirmed while we crashed says so with 409 and the size that it knows; it is asked again from there.
"""

from dataclasses import dataclass

from harkline.count import policy, publish
from harkline.count.models import Cosignature, Log
from harkline.count.policy import Witness
from harkline.runtime import clock
from harkline_verify.errors import Refused
from harkline_verify.notes import Key, Note, b64

DONE, AGAIN, TROUBLE = "done", "again", "trouble"
SAYS = {
    403: "it does not know our key",
    404: "it does not know our log",
    422: "it has seen another history, and refuses this one",
}


@dataclass(frozen=True)
class Ask:
    """One request: POST ``body`` to ``url``."""

    witness: Witness
    url: str
    body: bytes


def asks(log: Log) -> list[Ask]:
    """What is to be asked of whom, for ``latest`` to be confirmed by everybody."""
    now = publish.noted(publish.LATEST)
    if now is None:
        return []
    known = {row.witness: row for row in Cosignature.objects.all()}
    due = [
        one
        for one in policy.present().witnesses
        if one.name not in known or known[one.name].size != now.size or not known[one.name].line
    ]
    return [ask for one in due if (ask := _ask(log, one, known.get(one.name), now.size))]


def _ask(log: Log, one: Witness, row: Cosignature | None, size: int) -> Ask | None:
    old = row.size if row else 0
    if old > size:
        return None
    note = (policy.present().served / publish.LATEST).read_text(encoding="utf-8")
    lines = "".join(f"{b64(hash_)}\n" for hash_ in publish.proof(log, old))
    return Ask(one, f"{one.url.rstrip('/')}/add-checkpoint", f"old {old}\n{lines}\n{note}".encode())


def answered(one: Witness, status: int, body: bytes) -> str:
    """Take an answer in: ``done``, ``again`` (it knows another size: ask from there), or ``trouble``. ``status`` 0: not reached."""
    if status == 200:
        return _confirmed(one, body)
    if status == 409:
        return _elsewhere(one, body)
    return _trouble(one, SAYS.get(status, f"it answered {status}" if status else "it could not be reached"))


def _confirmed(one: Witness, body: bytes) -> str:
    latest = (policy.present().served / publish.LATEST).read_text(encoding="utf-8")
    now = publish.noted(publish.LATEST)
    try:
        lines = body.decode("utf-8")
        key = Key.parse(one.key)
        # It may send signatures of several keys; the one that we were given has to be among them, over this very text.
        mine = [line + "\n" for line in lines.splitlines() if line.split(" ")[1:2] == [key.name]]
        found = [line for line in mine if _is_of(key, latest, line)]
    except (UnicodeDecodeError, Refused):
        found = []
    if not found or now is None:
        return _trouble(one, "its confirmation is not signed by the key that we have of it")
    Cosignature.objects.update_or_create(
        witness=one.name,
        defaults={"size": now.size, "line": found[0], "signed_at": clock.now(), "trouble": "", "asked_at": clock.now()},
    )
    return DONE


def _is_of(key: Key, latest: str, line: str) -> bool:
    text = latest.rpartition("\n\n")[0] + "\n"
    try:
        return bool(Note.parse(f"{text}\n{line}").verified([key]))
    except Refused:
        return False


def _elsewhere(one: Witness, body: bytes) -> str:
    size = int(body) if body.strip().isdigit() else -1
    now = publish.noted(publish.LATEST)
    if now is None or size < 0:
        return _trouble(one, "it answered 409 without a size")
    if size > now.size:
        # It has confirmed more than we have: this folder is older than what the world has seen.
        publish.stop(publish.BEHIND)
        return _trouble(one, f"it has confirmed {size} entries, and here are {now.size}")
    Cosignature.objects.update_or_create(witness=one.name, defaults={"size": size, "line": "", "asked_at": clock.now()})
    return AGAIN


def _trouble(one: Witness, words: str) -> str:
    Cosignature.objects.update_or_create(witness=one.name, defaults={"trouble": words, "asked_at": clock.now()})
    return TROUBLE
