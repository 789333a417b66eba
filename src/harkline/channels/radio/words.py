"""What the radio's pages say, in fixed words."""

from django.utils.translation import gettext_lazy as _

# Why a line could not be drawn, or an answer not be taken: what to do next. {at} is a moment.
NO = {
    "no_such_card": _("There is no card of that name. Ask for its letters and its figure once more."),
    "ended": _(
        "This card was ended on {at}. Whoever speaks has no right to it, or does not know. Do not read a countersign."
    ),
    "expired": _("This card was good until {at}. Ask what else they know, and give them a new one."),
    "not_printed": _("This card was never printed, so nobody can have it. Ask for the name once more."),
    "no_such_line": _("A card has lines 1 to 25. Ask for the number once more."),
    "used": _(
        "This line was used on {at}. A line works once: ask for the next one. If it was just now, somebody else may have heard it."
    ),
    "gone": _("All cards were ended: none can be checked any more."),
    "nothing_asked": _("No line waits for an answer here. Ask for a line."),
}

# Words of procedure (ACP 125, ITU Radio Regulations), as they are said everywhere, and what they mean.
PROWORDS = (
    ("THIS IS", _("my call sign is …")),
    ("OVER", _("I have finished, and wait for you")),
    ("OUT", _("I have finished, and wait for nothing. Never “over and out”")),
    ("ROGER", _("I have received all of it. It does not mean yes")),
    ("AFFIRM", _("yes")),
    ("NEGATIVE", _("no")),
    ("SAY AGAIN", _("repeat all of it. Never “repeat”")),
    ("WORD AFTER, WORD BEFORE", _("repeat what came after, or before …")),
    ("I SPELL", _("the next word in letters, each by its word")),
    ("FIGURES", _("numbers follow, digit by digit")),
    ("CORRECTION", _("that was wrong; what is right is …")),
    ("READ BACK", _("repeat to me what you have received")),
    ("THAT IS CORRECT", _("you have read it back rightly")),
    ("WAIT", _("I come back in a few seconds")),
    ("WAIT OUT", _("I come back later, and call you")),
    ("RADIO CHECK", _("how well do you hear me?")),
    ("BREAK", _("now comes another part, or: let me in, it is urgent")),
)
