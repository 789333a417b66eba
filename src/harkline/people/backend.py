"""Who signs in with which passphrase. Two hashes are compared for everybody, whether or not a second passphrase was ever chosen and
whether or not there is such an operator; what follows from it is written down by one row of the same form (``people.duress``)."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.auth.base_user import AbstractBaseUser
from django.http import HttpRequest

from harkline.people import duress
from harkline.people.models import Operator


class Backend(AuthenticationBackend):
    """allauth's, with a second passphrase beside the first."""

    def authenticate(self, request: HttpRequest | None, **credentials: Any) -> AbstractBaseUser | None:
        """The operator whose first or second passphrase this is."""
        self._request = request
        found: AbstractBaseUser | None = super().authenticate(request, **credentials)
        return found

    def _check_password(self, user: AbstractBaseUser | None, password: str) -> AbstractBaseUser | None:
        if not isinstance(user, Operator):
            return None
        self._did_check_password = True
        matched = duress.matches(user.password, user.second_password, password)
        if not any(matched):
            return None
        if not self.user_can_authenticate(user):
            self._stash_user(user)
            return None
        duress.note(self._request, user, second=matched[1])
        return user

    def _mitigate_timing_attack(self, password: str) -> None:
        duress.matches("", "", password)
