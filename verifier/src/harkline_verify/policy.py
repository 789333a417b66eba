"""Trust policies (C2SP tlog-policy): which log, which witnesses, and how many of them must have confirmed a checkpoint."""

import hashlib
import re
from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from harkline_verify.checkpoints import Checkpoint, number
from harkline_verify.errors import Refused
from harkline_verify.notes import COSIGNATURE, SIGNATURE, Key, Note


@dataclass(frozen=True)
class Party:
    """A log or a witness: its key, and where it is reached ("" if the policy does not say)."""

    key: Key
    url: str


@dataclass(frozen=True)
class Group:
    """Counts as a witness when at least ``least`` of its members do."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True)
class Verified:
    """A checkpoint that the policy accepts, the note as it was served, and what each witness of the policy said of it: name → POSIX seconds."""

    written: str
    checkpoint: Checkpoint
    log: Key
    times: Mapping[str, int]

    @property
    def since(self) -> int | None:
        """The latest of the witnesses' times, POSIX seconds; None without witnesses."""
        return max(self.times.values(), default=None)


@dataclass(frozen=True)
class Policy:
    """A policy file. ``quorum`` names a witness or a group; "none" asks for no witness."""

    text: bytes
    logs: tuple[Party, ...]
    witnesses: Mapping[str, Party]
    groups: Mapping[str, Group]
    quorum: str

    @classmethod
    def parse(cls, data: bytes) -> "Policy":
        """Raises Refused, naming the line, for what is no policy file."""
        return _Reading(data).policy()

    @property
    def fingerprint(self) -> str:
        """SHA-256 over the file's bytes, 64 hex digits: what a reader is given by somebody they trust."""
        return hashlib.sha256(self.text).hexdigest()

    def reached(self, witnesses: Container[str]) -> bool:
        """Whether these witnesses (their names in the policy) are a quorum."""
        return self.quorum == "none" or self._counts(self.quorum, witnesses)

    def _counts(self, name: str, witnesses: Container[str]) -> bool:
        group = self.groups.get(name)
        if group is None:
            return name in witnesses
        return sum(self._counts(member, witnesses) for member in group.members) >= group.least

    def quorum_time(self, times: Mapping[str, int]) -> int | None:
        """When a quorum was first reached: the earliest time at which the witnesses up to then are one. None if never."""
        for time in sorted(times.values()):
            if self.reached({name for name, when in times.items() if when <= time}):
                return time
        return None

    def verify(self, note: str | bytes) -> Verified:
        """A served checkpoint under this policy. Raises Refused, saying what is missing or wrong."""
        parsed = Note.parse(note)
        by_key = {party.key: name for name, party in self.witnesses.items()}
        signed = parsed.verified([*by_key, *(party.key for party in self.logs)])
        log = next((party.key for party in self.logs if party.key in signed), None)
        if log is None:
            raise Refused("No log of the policy signed this checkpoint.")
        checkpoint = Checkpoint.parse(parsed.text)
        if checkpoint.origin != log.name:
            raise Refused("The checkpoint's origin is not the log that the policy names.")
        times = {by_key[key]: time for key, time in signed.items() if key in by_key and time is not None}
        if not self.reached(times):
            raise Refused(f"{len(times)} of {len(self.witnesses)} outside witnesses confirm this; that is no quorum.")
        return Verified(note if isinstance(note, str) else note.decode(), checkpoint, log, times)


class _Reading:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.logs: list[Party] = []
        self.witnesses: dict[str, Party] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum: str | None = None

    def policy(self) -> Policy:
        if re.search(rb"[\x00-\x08\x0b-\x1f\x7f]", self.data):
            raise Refused("a policy with control characters")
        for at, line in enumerate(self.data.decode("utf-8", "surrogateescape").split("\n"), 1):
            words = [word for word in re.split(r"[ \t]+", line) if word]
            if words and not words[0].startswith("#"):
                self._line(at, words)
        if self.quorum is None:
            raise Refused("a policy without a quorum line")
        return Policy(self.data, tuple(self.logs), self.witnesses, self.groups, self.quorum)

    def _line(self, at: int, words: list[str]) -> None:
        kinds: dict[str, Callable[..., None]] = {
            "log": self._log,
            "witness": self._witness,
            "group": self._group,
            "quorum": self._quorum,
        }
        read = kinds.get(words[0])
        try:
            if read is None:
                raise Refused(f"“{words[0]}” is no word of a policy")
            read(*words[1:])
        except TypeError as error:
            raise Refused(f"policy, line {at}: too few or too many words") from error
        except Refused as error:
            raise Refused(f"policy, line {at}: {error}") from error

    def _log(self, key: str, url: str = "") -> None:
        party = _party(key, url, SIGNATURE)
        if party.key.public in {one.key.public for one in self.logs}:
            raise Refused("the same log twice")
        self.logs.append(party)

    def _witness(self, name: str, key: str, url: str = "") -> None:
        party = _party(key, url, COSIGNATURE)
        if party.key.public in {one.key.public for one in self.witnesses.values()}:
            raise Refused("the same witness twice")
        self.witnesses[self._new(name)] = party

    def _group(self, name: str, least: str, *members: str) -> None:
        if not members or len(set(members)) < len(members) or self.members & set(members):
            raise Refused("a group without members, or with one that is counted twice")
        for member in members:
            self._known(member)
        wanted = {"all": len(members), "any": 1}.get(least) or number(least)
        if not 1 <= wanted <= len(members):
            raise Refused("a group that wants none, or more than it has")
        self.groups[self._new(name)] = Group(wanted, members)
        self.members.update(members)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise Refused("a second quorum line")
        if name != "none":
            self._known(name)
        self.quorum = name

    def _known(self, name: str) -> None:
        if name not in self.witnesses and name not in self.groups:
            raise Refused(f"“{name}” is not defined above")

    def _new(self, name: str) -> str:
        if name == "none" or name in self.witnesses or name in self.groups:
            raise Refused(f"“{name}” is taken")
        return name


def _party(key: str, url: str, kind: int) -> Party:
    party = Party(Key.parse(key), url)
    if party.key.kind != kind:
        raise Refused("a key of the wrong kind: logs sign with 0x01, witnesses with 0x04")
    return party
