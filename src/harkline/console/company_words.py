"""What the console says of those who come into a call."""

from django.utils.translation import gettext_lazy as _

REFUSALS = {
    "not_in_hand": _("It is not in your hand any more."),
    "asked_already": _("Somebody is being asked already, or is on the way. Wait for the answer, or ask no longer."),
    "not_ready": _("They are not ready now. Choose somebody else."),
    "no_call": _("There is no call into which anybody could come."),
    "calling_back": _("During a call back nobody can be brought in: whoever picked up may be a stranger."),
    "not_there_yet": _("Nobody has taken over yet. The caller stays with you until your colleague is in the call."),
    "unknown": _("The settings name no such interpreter any more."),
    "no_line": _("The telephone is not running just now. Try again in a moment."),
    "not_allowed": _("This line does not listen in. An administrator can allow it: listen_in in harkline.toml."),
    "elsewhere": _("You are with somebody. Finish that first."),
}
# How a question, or a companion's part, ended.
ENDINGS = {
    "silent": _("did not answer"),
    "not now": _("not now"),
    "no key": _("did not press 1"),
    "no_answer": _("did not answer"),
    "busy": _("is busy"),
    "declined": _("declined"),
    "failed": _("could not be rung"),
    "connection lost": _("the connection broke off"),
    "left": _("has left"),
}
