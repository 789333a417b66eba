"""The fixed words of calling back, and what they are called in the reader's language."""

from django.utils.translation import gettext_lazy as _

CALLBACK_REFUSALS = {
    "no_terms": _("No terms are recorded, so nobody is called."),
    "over": _("This call back is done, or not wanted any more."),
    "no_number": _("The caller gave no number, or it was wrong."),
    "under_way": _("It is being called, or what came of it is not said yet."),
    "not_asked": _("The caller did not ask for it themself."),
    "no_window": _("The caller named no safe hours."),
    "expired": _("The terms have expired: ask the caller anew when they come back."),
    "tries_used": _("All tries that the caller allowed are used up."),
    "safe_ending": _("The last call was ended because somebody listened: nobody rings back."),
    "replaced": _("The caller has set other terms since: those hold."),
    "unread": _("The caller has been in touch since: read or answer that first."),
    "too_soon": _("Too soon after the last try."),
    "outside": _("Outside the caller's safe hours."),
    "line_closed": _("The telephone is not running just now."),
    "line_busy": _("All lines are in use."),
    "no_trunk": _("There is no trunk that could show this number."),
    "not_in_hand": _("Take it in hand first."),
    "with_somebody": _("You are with somebody else: finish that first."),
    "no_override": _("No second person has confirmed it within the last ten minutes."),
    "number": _("That is no telephone number."),
}
CALLBACK_MISTAKES = {
    "zone": _("There is no time zone of this name."),
    "consent": _("Say who asked for the call."),
    "days": _("The last day lies before the first."),
    "shown": _("That is not a number of this line."),
    "under_way": _("It is being called: the terms can be changed afterwards."),
    "form": _("The hours need days, a beginning and an end."),
    "reason": _("Choose why, and write the reason."),
}
CALLBACK_OUTCOMES = {
    "reached": _("Reached"),
    "stranger": _("A stranger answered"),
    "voicemail": _("Voicemail"),
    "no_answer": _("No answer"),
    "busy": _("Busy"),
    "wrong": _("Wrong number"),
}
OVERRIDES = {
    "danger": _("Somebody is in danger"),
    "caller_asked": _("The caller asked for it in another way"),
    "court": _("A court or the law demands it"),
    "other": _("Another reason"),
}
