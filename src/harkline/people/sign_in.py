"""How allauth signs people in here: nobody signs up, nothing is mailed, no address of anybody is kept, secrets are boxed."""

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.db.models import Model
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.crypto import constant_time_compare
from django.utils.http import urlencode

from harkline.people import discreet, vault, ways
from harkline.people.models import Operator, Unlocker
from harkline.people.who import me
from harkline.runtime import clock
from harkline.seal.passphrase import same_name

NOWHERE = "0.0.0.0"  # noqa: S104  stands where allauth would keep a client's address
KNOWN = "known"  # the cookie of a browser that has signed in before
_YEAR = 365 * 86400
_SECOND_STEPS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


class AccountAdapter(DefaultAccountAdapter):
    """Sign-in by username and by what the browser derived from the passphrase."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """People are added by an administrator alone."""
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """Nobody's address is read, so none can be kept."""
        return NOWHERE

    def get_http_user_agent(self, request: HttpRequest) -> str:
        """Nor is what they browse with."""
        return ""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Nothing about sign-in is ever mailed."""

    def add_message(
        self, request: HttpRequest, level: int, message_template: Any = None, *args: Any, **kw: Any
    ) -> None:
        """Only what went wrong is said; that signing in worked can be seen."""
        if kw.get("message"):
            super().add_message(request, level, None, *args, **kw)

    def post_login(self, request: HttpRequest, user: Operator, **kwargs: Any) -> HttpResponse:
        """Go by way of the page on which the browser unlocks the keys, and remember the browser."""
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if isinstance(response, HttpResponseRedirect):
            response["Location"] = f"{reverse('people:ready')}?{urlencode({'next': response.url})}"
        _remember(request, response, user)
        # A page of sign-in makes a session's row; those that came to nothing go when somebody gets in.
        Session.objects.filter(expire_date__lt=clock.now()).delete()
        return response

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        # Counted by account, never by site or address: whoever floods one account with guesses delays that account alone. And
        # not there either where a browser has signed in before: its guesses are counted apart.
        username = same_name(credentials.get("username", ""))
        return f"known:{username}" if knows(request, username) else f"new:{username}"


def _remember(request: HttpRequest, response: HttpResponse, user: Operator) -> None:
    # It lets nobody in; it only has this browser's wrong guesses counted apart from a stranger's.
    value = vault.recognise("known browser", same_name(user.username).encode()).hex()
    response.set_cookie(
        KNOWN, value, max_age=_YEAR, httponly=True, samesite="Strict", secure=request.is_secure(), path="/account/"
    )


def knows(request: HttpRequest, username: str) -> bool:
    """Whether this browser has signed in as this operator before."""
    value = vault.recognise("known browser", same_name(username).encode()).hex()
    return constant_time_compare(request.COOKIES.get(KNOWN, ""), value)


class MFAAdapter(DefaultMFAAdapter):
    """Second steps: their secrets lie boxed under the host key."""

    def encrypt(self, text: str) -> str:
        """Box a TOTP seed or a recovery seed."""
        return vault.close(text.encode(), "second step").hex()

    def decrypt(self, encrypted_text: str) -> str:
        """Open it. Raises ``seal.envelope.Refused`` under another host's key."""
        return vault.open_(bytes.fromhex(encrypted_text), "second step").decode()

    def get_totp_issuer(self) -> str:
        """What an authenticator app shows: never the line's name or cause."""
        return discreet.name()

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """The site as a passkey sees it, without the line's name."""
        return {**super().get_public_key_credential_rp_entity(), "name": self.get_totp_issuer()}

    def can_delete_authenticator(self, authenticator: Authenticator) -> bool:
        """The last second step stays, and so does the last way to open one's key beside the passphrase."""
        unlocker = Unlocker.objects.filter(passkey=authenticator).first()
        if unlocker and ways.is_last(unlocker):
            return False
        others = Authenticator.objects.filter(user=authenticator.user, type__in=_SECOND_STEPS).exclude(
            pk=authenticator.pk
        )
        return bool(others.exists())


def has_second_step(request: HttpRequest) -> bool:
    """Whether the operator of this session has set up a second step; asked once a session, for the last one cannot be removed."""
    if not request.session.get("second_step"):
        if not has_set_up(me(request)):
            return False
        request.session["second_step"] = True
    return True


def has_set_up(operator: Operator) -> bool:
    """Whether somebody has a second step at all; who has one cannot sign in without it."""
    return bool(Authenticator.objects.filter(user=operator, type__in=_SECOND_STEPS).exists())


def enter(request: HttpRequest, operator: Operator) -> None:
    """Sign somebody in who has just accepted an invitation."""
    adapter = AccountAdapter(request)
    adapter.login(request, operator)
    record_authentication(request, operator, method="password", reauthenticated=True)
    from allauth.usersessions.models import UserSession

    UserSession.objects.create_from_request(request)


def forget_second_steps(operator: Operator) -> None:
    """Who comes by a new invitation has lost the old ones."""
    Authenticator.objects.filter(user=operator).delete()


def keep_no_client(sender: type[Model], instance: Any, **kwargs: Any) -> None:
    """Before a session's row is saved: neither address nor browser, whichever way they came."""
    instance.ip, instance.user_agent = NOWHERE, ""
