"""``harkline recover``: at the host's own terminal, with three printed pages, and with no network."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from harkline.seal import share
from harkline.seal.share import THRESHOLD, WORDS, Share, Unreadable
from harkline.server.setup import SetupError

if TYPE_CHECKING:
    from harkline.people.models import Operator, RecoveryKit

SURE = "the past is lost"
AGAIN = "again"


@dataclass(frozen=True)
class Terminal:
    """Who types. ``ask`` gives the next line, or raises EOFError."""

    ask: Callable[[str], str] = input
    say: Callable[[str], None] = print


def pages(terminal: Terminal) -> tuple["RecoveryKit", list[Share]]:
    """Three different pages of one kit, asked for until they are right. Raises SetupError when the typing ends before."""
    terminal.say(
        f"Take {THRESHOLD} of the five pages. Type the {WORDS} words of each, in order, in one line or several."
    )
    terminal.say(f"Capitals and the numbers do not matter. A line “{AGAIN}” begins a page anew.")
    found: list[Share] = []
    row = None
    try:
        while len(found) < THRESHOLD:
            page = _page(terminal, len(found) + 1)
            kit = _belongs(terminal, page, row, found)
            if kit is not None:
                row = kit
                found.append(page)
                terminal.say(f"Page {page.index} of the kit {row.kit} is right.")
    except EOFError:
        raise SetupError("the words ended before three pages were complete; nothing was changed") from None
    assert row is not None
    return row, found


def _belongs(terminal: Terminal, page: Share, row: "RecoveryKit | None", found: list[Share]) -> "RecoveryKit | None":
    """The page's kit, if this page may stand beside those found before; else says why not."""
    from harkline.people import recover

    name = share.name_of(page.kit)
    kit = recover.kit_of(page)
    if kit is None:
        terminal.say(
            f"These words are right, and of a kit that this installation does not know ({name}). Take another page."
        )
    elif kit.ended_at is not None:
        terminal.say(
            f"The kit {name} ended on {kit.ended_at:%Y-%m-%d}; its pages open nothing. Take pages of a later kit."
        )
    elif row is not None and kit.pk != row.pk:
        terminal.say(f"This page is of the kit {name}, the first was of {row.kit}. All three must be of one kit.")
    elif page.index in [one.index for one in found]:
        terminal.say(f"This is page {page.index} again. Take another one.")
    elif not recover.is_genuine(kit, page):
        terminal.say(f"The words fit together, but this is no page of the kit {name}. Was it copied wrongly?")
    else:
        return kit
    return None


def _page(terminal: Terminal, number: int) -> Share:
    """One page, with every mistake said by its word, until it is right."""
    words: list[str] = []
    while True:
        while len(words) < WORDS:
            done = f", {len(words)} of {WORDS} words" if words else ""
            line = terminal.ask(f"Page {number} of {THRESHOLD}{done}: ").strip()
            words = [] if line.lower() == AGAIN else words + share.split_words(line)
        try:
            return share.read(" ".join(words))
        except Unreadable as wrong:
            words = _corrected(terminal, words, wrong)


def _corrected(terminal: Terminal, words: list[str], wrong: Unreadable) -> list[str]:
    """The words with one put right, or none where the page must be typed again."""
    if wrong.right and wrong.place:
        typed, right = words[wrong.place - 1], wrong.right
        terminal.say(f"Word {wrong.place}, “{typed}”, does not fit the others. By the check words it is “{right}”.")
        given = share.split_words(
            terminal.ask(f"Look at word {wrong.place}. Enter takes “{right}”, or type what is there: ")
        )
        words[wrong.place - 1] = given[0] if len(given) == 1 else right
        return words
    why = {
        "count": f"These are {wrong.number} words; a page has {WORDS}.",
        "word": f"Word {wrong.place} is none that a page has, and another one is wrong too.",
        "several": "More than one word is wrong. A word left out or typed twice moves all that follow it.",
        "version": "This page is of a later version of Harkline: use the version that printed it.",
    }
    terminal.say(f"{why[wrong.why]} Type this page again.")
    return []


def run(terminal: Terminal, administrator: str, base: str, *, drill: bool) -> int:
    """Open everything, and let an administrator in; with ``drill``, only show that it can be done."""
    from harkline.people import kit, recover
    from harkline.seal.envelope import Refused

    row, found = pages(terminal)
    try:
        teams = recover.open_all(row, found)
    except Refused:
        raise SetupError(
            "the pages are right one by one and do not open what is here: is this the right folder?"
        ) from None
    _clear(terminal)
    terminal.say(f"The pages open {len(teams)} version(s) of the team's key: {', '.join(map(str, teams))}.")
    for version in kit.missing(row):
        terminal.say(f"Version {version} was never put into this kit: what was sealed to it stays closed.")
    if drill:
        kit.drilled(row)
        terminal.say("The drill is written down. Put the pages back, apart from one another.")
        return 0
    operator, path = _let_in(administrator, teams)
    for line in _instructions(operator, base + path):
        terminal.say(line)
    return 0


def _let_in(administrator: str, teams: dict[int, bytes]) -> tuple["Operator", str]:
    from harkline.line import this
    from harkline.people import recover

    try:
        return recover.let_in(administrator, teams, this.line().languages)
    except ValueError as error:
        raise SetupError(str(error)) from None


def begin_again(terminal: Terminal, administrator: str, base: str, *, sure: bool) -> int:
    """A new team key without the old one."""
    from harkline.line import this
    from harkline.people import recover

    terminal.say("This begins a new team key, for when nobody can read and fewer than three pages are left.")
    terminal.say("What callers said until now stays closed to everybody, for good. Nothing is deleted.")
    terminal.say("Calls, mails and messages go on being taken in all the time, and are sealed to the new key.")
    terminal.say("The recovery kit ends: pages that are found later open nothing.")
    if not sure:
        try:
            typed = terminal.ask(f"Type “{SURE}” to go on: ")
        except EOFError:
            typed = ""
        if typed.strip().lower() != SURE:
            raise SetupError("nothing was changed")
    try:
        operator, path, version = recover.begin_again(administrator, this.line().languages)
    except ValueError as error:
        raise SetupError(str(error)) from None
    terminal.say(f"Version {version} of the team's key has begun.")
    for line in _instructions(operator, base + path):
        terminal.say(line)
    return 0


def _instructions(operator: "Operator", link: str) -> Iterator[str]:
    yield f"{operator.name} is an administrator and signs in as “{operator.username}”."
    yield f"1. Open this link, once, within 72 hours: {link}"
    yield "   Whoever has it reads everything that was opened here: give it to nobody, and write it down nowhere."
    yield "2. Choose a passphrase and a second step. From then on you can read."
    yield "3. On the page “People”, make new links for colleagues who forgot theirs, and give them the team's key."
    yield "4. Make a new recovery kit: these pages were together in one place. Until then there is only the old one, or none."


def _clear(terminal: Terminal) -> None:
    """The words do not stay on the screen, nor in what can be scrolled back to."""
    if sys.stdout.isatty():
        terminal.say("\033[H\033[2J\033[3J")
