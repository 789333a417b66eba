"""The sections of ``harkline.toml`` about the form, and about what is printed."""

from dataclasses import dataclass
from pathlib import Path

from harkline.server import keys as kind
from harkline.server.keys import key


@dataclass(frozen=True, kw_only=True)
class WebForm:
    """What can be written and attached on the public page."""

    max_message_characters: int = key(
        kind.whole(500, 200_000), 20_000, "The longest message.", "Cutting reports short, or filling the disk."
    )
    max_attachments: int = key(kind.whole(0, 50), 5, "How many files.", "Turning evidence away, or filling the disk.")
    max_attachment_megabytes: int = key(
        kind.whole(1, 25), 10, "The largest single file.", "Turning evidence away, or filling the disk."
    )
    max_total_megabytes: int = key(
        kind.whole(1, 35), 25, "All files of one message together.", "Turning evidence away, or filling memory."
    )
    unsolved_a_minute: int = key(
        kind.whole(20, 100_000),
        120,
        "How many first messages a minute are nothing unusual. With more, browsers solve a puzzle, and whoever has no script waits a little.",
        "Letting a flood in unslowed, or making people wait on an ordinary day.",
    )


@dataclass(frozen=True, kw_only=True)
class Print:
    """Sheets to print (page “Print”)."""

    fonts: Path | None = key(
        kind.FILE,
        "",
        "The folder with the fonts of sheets, Noto Sans and Noto Naskh Arabic; empty for where the system keeps fonts.",
        "Changing what printed sheets look like, and making numbers on them read as others.",
    )
