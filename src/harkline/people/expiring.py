"""How long invitations and sessions are kept."""

from datetime import datetime

from django.contrib.sessions.models import Session
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from harkline.people.models import Invitation
from harkline.runtime import expiry


def _invitations(before: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(Q(used_at__lt=before) | Q(expires_at__lt=before))


def _sessions(before: datetime) -> QuerySet[Session]:
    return Session.objects.filter(expire_date__lt=before)


expiry.rows("invitations", _("used or expired invitations"), 30, _("They open nothing any more."), _invitations)
expiry.rows("sessions", _("sessions that have ended"), 1, _("Whoever left is signed out already."), _sessions)
