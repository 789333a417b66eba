"""What browsers send about keys and colleagues, checked."""

import base64
import binascii
import json
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from harkline.people.models import Role
from harkline.seal import envelope

SIGN_IN = 43  # characters: 32 bytes in base64url


class Base64(forms.CharField):
    """Bytes, sent as base64; of one of the given lengths."""

    def __init__(self, *lengths: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.lengths = lengths

    def to_python(self, value: Any) -> bytes:  # type: ignore[override]
        """Raises ValidationError for what is no base64, or too long, or too short."""
        try:
            raw = base64.b64decode(super().to_python(value) or "", validate=True)
        except (binascii.Error, ValueError) as error:
            raise ValidationError(_("The browser sent something unreadable. Please try again.")) from error
        if raw and len(raw) not in self.lengths:
            raise ValidationError(_("The browser sent something unreadable. Please try again."))
        return raw


class SignInField(forms.CharField):
    """What the browser derived from a passphrase; never the passphrase."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min_length=SIGN_IN, max_length=SIGN_IN, **kwargs)


class KeyForm(forms.Form):
    """An operator's private key under a passphrase."""

    password = SignInField()
    wrapped = Base64(12 + 32 + 16)
    kdf = forms.JSONField()

    def clean_kdf(self) -> dict[str, Any]:
        """A JSON object; ``people.keys`` looks into it."""
        kdf = self.cleaned_data["kdf"]
        if not isinstance(kdf, dict) or len(json.dumps(kdf)) > 500:
            raise ValidationError(_("The browser sent something unreadable. Please try again."))
        return kdf


class AcceptForm(KeyForm):
    """An invitation accepted: passphrase, key, and where the link carried the team's key, a grant of it to oneself."""

    public = Base64(32)
    version = forms.IntegerField(required=False, min_value=1)
    grant = Base64(envelope.WRAP, required=False)


class PassphraseForm(KeyForm):
    """A new passphrase, given together with the present one."""

    present = SignInField()


class GrantForm(forms.Form):
    """A team key handed to a colleague."""

    version = forms.IntegerField(min_value=1)
    wrapped = Base64(envelope.WRAP)


class TeamKeyForm(forms.Form):
    """A new team key, and whom it was sealed to: ``{"7": base64}``."""

    version = forms.IntegerField(min_value=2)
    public = Base64(32)
    grants = forms.JSONField()

    def clean_grants(self) -> dict[int, bytes]:
        """By operator."""
        given, one = self.cleaned_data["grants"], Base64(envelope.WRAP)
        try:
            return {int(operator): one.clean(wrapped) for operator, wrapped in given.items()}
        except (AttributeError, TypeError, ValueError) as error:
            raise ValidationError(_("The browser sent something unreadable. Please try again.")) from error


class ColleagueForm(forms.Form):
    """Somebody who works the line."""

    name = forms.CharField(label=_("Name"), max_length=80)
    role = forms.ChoiceField(label=_("Role"), choices=Role.choices, initial=Role.OPERATOR)
    languages = forms.MultipleChoiceField(label=_("Languages"), widget=forms.CheckboxSelectMultiple, required=False)
    skills = forms.CharField(label=_("Skills"), required=False, max_length=200)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["languages"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = list(settings.LANGUAGES)

    def clean_skills(self) -> list[str]:
        """Words between commas."""
        return [word.strip() for word in self.cleaned_data["skills"].split(",") if word.strip()]
