"""A code from an authenticator app signs in once.

allauth remembers a used code for one period of thirty seconds; with a tolerance of one period on either side it is valid for three.
"""

from allauth.mfa.adapter import get_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.models import Authenticator
from django.core.cache import cache

VALID_FOR = 120  # seconds, more than three periods


def _once(authenticator: Authenticator, code: str) -> str:
    digits = "".join(filter(str.isdecimal, code))
    if authenticator.type == Authenticator.Type.TOTP and not cache.add(
        f"code:{authenticator.pk}:{digits}", 1, VALID_FOR
    ):
        raise get_adapter().validation_error("incorrect_code")
    return code


class CodeForm(AuthenticateForm):
    """The second step of signing in."""

    def clean_code(self) -> str:
        """Raises ValidationError for a wrong code, one that was used, and too many tries."""
        code = super().clean_code()
        return _once(self.authenticator, code)


class CodeAgainForm(ReauthenticateForm):
    """The same, before something delicate."""

    def clean_code(self) -> str:
        """As above."""
        code = super().clean_code()
        return _once(self.authenticator, code)
