"""Checkpoints (C2SP tlog-checkpoint): a log's origin, size and root hash as a signed note, without extension lines."""

import re
from dataclasses import dataclass

from harkline_verify.errors import Refused
from harkline_verify.notes import b64, unb64


@dataclass(frozen=True)
class Checkpoint:
    """The head of a tree: the log's origin, its number of entries, and the RFC 6962 root over them (32 bytes)."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The three lines that are signed."""
        return f"{self.origin}\n{self.size}\n{b64(self.root)}\n"

    @classmethod
    def parse(cls, text: str) -> "Checkpoint":
        """From a note's text. Raises Refused for anything but exactly three lines."""
        lines = text.split("\n")
        if len(lines) != 4 or not lines[0] or lines[3]:
            raise Refused("a checkpoint has three lines: origin, size, root")
        root = unb64(lines[2])
        if len(root) != 32:
            raise Refused("a checkpoint's root has 32 bytes")
        return cls(lines[0], number(lines[1]), root)


def number(text: str) -> int:
    """A decimal number of at most 15 digits (any language's numbers hold it), written in the one way it can be. Raises Refused."""
    if re.fullmatch(r"0|[1-9][0-9]{0,14}", text) is None:
        raise Refused("not a number written plainly")
    return int(text)
