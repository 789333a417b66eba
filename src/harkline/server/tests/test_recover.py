"""``harkline recover``: three typed pages let an administrator in who can read everything; every mistake is told by its word."""

import pytest

from harkline.people import invite, kit, operators
from harkline.people.kit import State
from harkline.people.models import Operator, Role, TeamKey
from harkline.people.tests import opening
from harkline.people.tests.test_kit import Made
from harkline.seal import envelope, share
from harkline.server import recover
from harkline.server.setup import SetupError

pytestmark = pytest.mark.django_db


class Typist:
    """Somebody at the terminal with lines to type; ``said`` is what they read."""

    def __init__(self, *lines):
        self.lines, self.said = list(lines), ""
        self.terminal = recover.Terminal(self.ask, self.say)

    def ask(self, prompt):
        self.said += prompt
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)

    def say(self, text):
        self.said += text + "\n"

    def recovers(self, name="Recovery", **how):
        return recover.run(self.terminal, name, "http://line.example", **({"drill": False} | how))


@pytest.fixture
def made(team_private):
    """A kit that holds two versions of the team's key."""
    private, public = envelope.generate()
    TeamKey.objects.create(version=2, public=public, created_at=TeamKey.objects.get().created_at)
    one = Made({1: team_private, 2: private})
    one.kept()
    one.typed(1, 2)
    one.teams = {1: team_private, 2: private}
    return one


def typed(page):
    return " ".join(share.words(page))


def carried(said):
    """The team keys in the link that was printed, as a browser gets them."""
    link = next(word for word in said.split() if "#" in word)
    row = invite.find(link.rpartition("/")[2].partition("#")[0])
    found = opening.carried(bytes(row.wrapped_team_key), link.partition("#")[2])
    return row.operator, found


def test_three_pages_let_an_administrator_in_who_can_read_everything(made):
    typist = Typist(*(typed(made.pages[at]) for at in (4, 0, 2)))
    assert typist.recovers() == 0
    operator, teams = carried(typist.said)
    assert teams == made.teams
    assert (operator.username, operator.role) == ("recovery", Role.ADMINISTRATOR)
    assert "2 version(s)" in typist.said
    for page in made.pages:
        assert typed(page) not in typist.said


def test_an_administrator_who_forgot_gets_a_link_of_their_own(made):
    ash = operators.add("Ash", role=Role.ADMINISTRATOR)
    typist = Typist(*(typed(page) for page in made.pages))
    typist.recovers("Ash")
    assert carried(typist.said) == (ash, made.teams)
    operators.add("Willow")
    with pytest.raises(SetupError, match="no administrator"):
        Typist(*(typed(page) for page in made.pages)).recovers("Willow")


def test_pages_may_come_in_several_lines_and_begin_anew(made):
    words = share.words(made.pages[0])
    first = ["1. " + " 2. ".join(words[:2]), "oh no", "again", " ".join(words[:10]).upper(), "", " ".join(words[10:])]
    assert Typist(*first, typed(made.pages[1]), typed(made.pages[2])).recovers() == 0


def test_one_wrong_word_is_told_and_put_right(made):
    words = share.words(made.pages[0])
    for wrong, answer in (("babab", ""), ("lamp", words[6]), ("bobob", "not two words")):
        mistaken = " ".join([*words[:6], wrong, *words[7:]])
        typist = Typist(mistaken, answer, typed(made.pages[1]), typed(made.pages[2]))
        assert typist.recovers() == 0
        assert f"Word 7, “{wrong}”" in typist.said
        assert f"“{words[6]}”" in typist.said


def test_what_cannot_be_put_right_is_told_and_typed_again(made, team_private):
    words = share.words(made.pages[0])
    stranger = Made({1: team_private})
    forged = share.Share(made.id, 4, bytes(32))
    other = Made({1: team_private, 2: made.teams[2]})
    other.kept()
    told = {
        " ".join(["babab", "bobob", *words[2:]]): "More than one word is wrong",
        " ".join(["lamp", "desk", *words[2:]]): "Word 1 is none that a page has",
        " ".join([*words, "babab"]): "These are 23 words",
        typed(made.pages[3]): "This is page 4 again",
        typed(stranger.pages[0]): "does not know",
        typed(forged): "This is page 4 again",
        typed(other.pages[0]): "All three must be of one kit",
    }
    typist = Typist(typed(made.pages[3]), *told, typed(made.pages[1]), typed(made.pages[2]))
    assert typist.recovers() == 0
    for words in told.values():
        assert words in typist.said
    assert "no page of the kit" in _said_of(forged)


def _said_of(page):
    typist = Typist(typed(page))
    with pytest.raises(SetupError, match="nothing was changed"):
        typist.recovers()
    return typist.said


def test_pages_of_a_kit_that_was_replaced_open_nothing(made, team_private):
    newer = Made(made.teams)
    newer.kept()
    newer.typed(1, 2)
    assert "its pages open nothing" in _said_of(made.pages[0])
    assert Typist(*(typed(page) for page in newer.pages)).recovers() == 0


def test_a_drill_at_the_terminal_is_written_down_and_lets_nobody_in(clock, made):
    clock.forward(days=400)
    assert kit.state() == State.DRILL_DUE
    typist = Typist(*(typed(page) for page in made.pages[:3]))
    assert typist.recovers(drill=True) == 0
    assert kit.state() == State.GOOD
    assert not Operator.objects.exists()


def test_without_pages_a_new_key_begins_and_it_is_said_what_is_lost(made):
    for answer in ("", "yes", "THE PAST"):
        with pytest.raises(SetupError, match="nothing was changed"):
            recover.begin_again(Typist(answer).terminal, "Recovery", "http://line.example", sure=False)
    typist = Typist("The past is lost")
    assert recover.begin_again(typist.terminal, "Recovery", "http://line.example", sure=False) == 0
    operator, teams = carried(typist.said)
    assert (operator.username, list(teams)) == ("recovery", [3])
    assert envelope.public_of(teams[3]) == bytes(TeamKey.objects.get(version=3).public)
    assert "stays closed to everybody, for good" in typist.said
    assert kit.state() == State.NONE
    assert "its pages open nothing" in _said_of(made.pages[0])
