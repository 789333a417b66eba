"""The fixed words that the console shows, and what they are called in the reader's language."""

from django.conf import settings
from django.utils.translation import get_language_info, gettext_lazy, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from harkline.people.models import Role

CHANNELS = {"phone": _("Phone"), "email": _("Mail"), "web": _("Web"), "radio": _("Radio"), "sms": _("SMS")}

FLAGS = {
    "listener_present": _("cannot speak freely"),
    "duress": _("under duress"),
    "safe_ending": _("ended safely: do not call back"),
    "held": _("held: look before opening"),
    "callback": _("asks for a call back"),
    "conflict": _("says that somebody here is involved"),
    "other_number": _("says which number to call"),
    "on_paper": _("taken on paper"),
    "interrupted": _("was cut off"),
    "open_line": _("silent but there"),
    "language_unchosen": _("no language chosen"),
    "recording": _("left a recording"),
    "recorded": _("agreed to be recorded"),
    "recording_refused": _("does not want to be recorded"),
    "recording_withdrawn": _("took back the recording"),
    "record_confirmed": _("confirmed what was written"),
    "record_corrected": _("corrected what was written"),
    "returned": _("came back with a code"),
    "possible_match": _("may belong to an earlier thread"),
    "other_sender": _("another sender than before"),
    "several_senders": _("names several senders"),
    "encrypted": _("encrypted: opened elsewhere"),
    "came_encrypted": _("came encrypted"),
    "undecodable": _("an attachment is damaged"),
    "bounce": _("could not be delivered"),
    "auto_reply": _("automatic reply"),
    "dlr": _("delivery report"),
    "list": _("from a mailing list"),
    "on_air": _("by radio: everybody can read it"),
}
DANGER = {"duress"}

RISKS = {0: _("usual"), 1: _("raised"), 2: _("high")}

KINDS = {
    "counselling": _("Counselling"),
    "information": _("Information"),
    "silent": _("Silent"),
    "test": _("Test"),
    "hang_up": _("Hung up"),
    "thank_you": _("Thank-you"),
    "wrong_number": _("Wrong number"),
    "abusive": _("Abusive"),
}
DISPOSITIONS = {
    "resolved": _("Resolved"),
    "referred": _("Referred"),
    "callback_agreed": _("Call back agreed"),
    "continues": _("Continues"),
    "passed_on": _("Passed on"),
    "no_action": _("No action"),
}
DECLINES = {
    "break": _("I need a break"),
    "language": _("Not my language"),
    "known": _("I know this caller"),
    "skill": _("Not something I can take"),
    "device": _("My microphone or phone does not work"),
}
RESTS = {
    "break": _("Short break"),
    "debrief": _("Debrief after a hard contact"),
    "writing": _("Writing up"),
    "device": _("Microphone or phone not working"),
}
# What the machinery writes down by itself.
REASONS = {
    **RESTS,
    **DECLINES,
    "silent": _("did not answer an offer"),
    "connection lost": _("the connection broke off"),
    "audio denied": _("the browser gave no microphone"),
}
# Why something has not gone out, or not yet.
OUTBOUND = {
    "later": _("the next server asks to wait"),
    "no_connection": _("the relay does not answer"),
    "no_encryption": _("the relay offers no encryption that can be trusted"),
    "login_refused": _("the relay refuses our password"),
    "refused": _("refused by the next server"),
    "no_such_recipient": _("there is no such address"),
    "address_not_supported": _("the relay cannot write to this address"),
    "malformed": _("the address is none"),
    "gave_up": _("tried for more than a day"),
    "bounced": _("came back"),
    "no_answer": _("the relay did not say whether it took it"),
    "power_cut": _("lost in a power cut: send it again"),
    "not_encrypted": _("held back: the caller wrote encrypted, and it could not be encrypted. Nothing was sent"),
    "key_revoked": _("held back: the caller's key was revoked. Nothing was sent"),
    "key_expired": _("held back: the caller's key has expired. Nothing was sent"),
    "key_unreadable": _("held back: the caller's key cannot be read. Nothing was sent"),
    "sent": _("sent; the station has not acknowledged it yet"),
    "duty_cycle": _("waits: as much was transmitted in this hour as is allowed"),
    "no_modem": _("waits: the modem does not answer"),
    "unheard": _("given up: sent many times, and the station never acknowledged"),
    "refused_by_station": _("the station refused it"),
    "listen_only": _("this station only listens"),
    "key_unusable": _("held back: the caller's key cannot be used. Nothing was sent"),
}
# How far a reply by radio has come, where the words for mail would mislead.
ON_AIR = {
    "queued": _("waiting to be sent"),
    "sending": _("being sent"),
    "delivered": _("acknowledged by the station"),
    "failed": _("given up"),
}
REVEALS = {
    "danger": _("Somebody is in danger"),
    "caller_asked": _("The caller asks for it"),
    "callback_failed": _("The call back does not get through"),
    "abuse": _("Abuse is to be stopped"),
    "law": _("The law demands it"),
}
BLOCKS = {"threats": _("Threats"), "harassment": _("Harassment"), "flooding": _("Calls that keep others out")}
WEEKDAYS = [_("Monday"), _("Tuesday"), _("Wednesday"), _("Thursday"), _("Friday"), _("Saturday"), _("Sunday")]

PURPOSES = {
    "message": _("Message"),
    "original": _("Original mail"),
    "attachment": _("Attachment"),
    "cleaned": _("Attachment, cleaned copy"),
    "recording": _("Recording"),
    "handle": _("Number or address"),
    "note": pgettext_lazy("what an operator writes down", "Note"),
    "reply": _("Reply"),
    "call_log": _("Call log"),
    "terms": _("Terms for calling back"),
    "phrase": _("Code phrase"),
}


def language(code: str) -> str:
    """A language's name in the reader's language; the code itself where we know no name."""
    if not code:
        return str(gettext_lazy("any language"))
    try:
        return str(dict(settings.LANGUAGES).get(code) or get_language_info(code)["name_translated"])
    except KeyError:
        return code


def flag(word: str) -> str:
    """What a flag means."""
    if word.startswith("team:"):
        return word.removeprefix("team:")
    return str(FLAGS.get(word, word.replace("_", " ")))


def team(word: str) -> str:
    """A team as an exclusion names it: a skill, a role, or everybody but the first readers."""
    if word == "*":
        return str(_("everybody but the first readers"))
    if word.startswith("role:"):
        return str(Role(word.removeprefix("role:")).label)
    return word
