"""What each figure is called, and what it counts: the words of the page, of its downloads and of docs/reference/figures.md."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

# Name → what it is called, and what it counts. Seconds and shares stand beside it on the page.
MEANINGS = {
    "offered": (
        _("Offered"),
        _("Answered, abandoned and unanswered together. Who was turned away or hung up at once is not among them."),
    ),
    "answered": (_("Answered"), _("A person took it: spoke to the caller, or opened the message.")),
    "in_time": (_("In time"), _("Answered within the threshold of the service level, from the first ring.")),
    "late": (pgettext_lazy("answered", "Late"), _("Answered after it.")),
    "unmeasured": (
        _("Not measured"),
        _("Answered, but how long it took was removed already; in no wait and no level."),
    ),
    "abandoned": (_("Abandoned"), _("The caller hung up, or left the page, before anybody answered.")),
    "abandoned_greeting": (_("… in the greeting"), _("While the greeting was spoken.")),
    "abandoned_language": (_("… at the languages"), _("While they were asked for their language.")),
    "abandoned_queue": (_("… in the queue"), _("While they waited for somebody.")),
    "abandoned_ringing": (_("… while it rang"), _("While an operator's browser or telephone rang.")),
    "unanswered": (
        _("Unanswered"),
        _(
            "Nobody came, and it ended otherwise: in a message, a request, an overflow, an interruption. Of messages: not read yet."
        ),
    ),
    "message": (_("Left a message"), _("Instead of waiting on.")),
    "callback_requested": (_("Asked to be called back"), _("Instead of waiting on, on their own terms.")),
    "overflowed": (_("Overflowed"), _("Put through to the backup line.")),
    "interrupted": (_("Interrupted"), _("The connection or the line itself broke off.")),
    "open": (_("Not read yet"), _("A message that nobody has taken so far.")),
    "short_abandoned": (
        _("Short-abandoned"),
        _("Hung up sooner than a person could have answered. Counted apart, in no sum and no share."),
    ),
}
GROUPS = {
    "all": _("Everybody"),
    "channel": _("By channel"),
    "language": _("By language"),
    "hour": _("By hour of the day"),
}
HIDDEN = _("hidden")
