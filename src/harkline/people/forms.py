"""What browsers send about keys and colleagues, checked."""

import base64
import binascii
import json
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from harkline.people.models import Role, Unlocker
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


class Wraps(forms.JSONField):
    """Many of one length (80 bytes, as HPKE wraps a key), each under a number or, with ``text``, a word: ``{"7": base64}``."""

    def __init__(self, length: int = envelope.WRAP, *, text: bool = False, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.one, self.name_of = Base64(length), str if text else int

    def clean(self, value: Any) -> dict[Any, bytes]:
        """Raises ValidationError for anything else."""
        given = super().clean(value) or {}
        try:
            return {self.name_of(name): self.one.clean(wrapped) for name, wrapped in given.items()}
        except (AttributeError, TypeError, ValueError) as error:
            raise ValidationError(_("The browser sent something unreadable. Please try again.")) from error


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
    """An invitation accepted: passphrase, key, the same key under a printed code, and where the link carried the team's keys, grants
    of them to oneself."""

    public = Base64(32)
    wrapped_by_code = Base64(12 + 32 + 16)
    grants = Wraps(required=False)


class PassphraseForm(KeyForm):
    """A new passphrase, given together with the present one; without it where the key was opened by a printed code or a passkey."""

    present = SignInField(required=False)


class UnlockerForm(forms.Form):
    """An operator's private key as the browser closed it under a printed code or a passkey."""

    kind = forms.ChoiceField(choices=Unlocker.Kind.choices)
    wrapped = Base64(12 + 32 + 16)
    passkey = forms.IntegerField(required=False, min_value=1)


class SecondForm(KeyForm):
    """A second passphrase with the key that it opens, given together with the present one."""

    present = SignInField()
    public = Base64(32)


class GrantForm(forms.Form):
    """A team key handed to a colleague."""

    version = forms.IntegerField(min_value=1)
    wrapped = Base64(envelope.WRAP)


class TeamKeyForm(forms.Form):
    """A new team key, and whom it was sealed to: ``{"7": base64}``."""

    version = forms.IntegerField(min_value=2)
    public = Base64(32)
    grants = Wraps()
    recovery = Wraps(text=True, required=False)  # by the name of the kit


class ColleagueForm(forms.Form):
    """Somebody who works the line."""

    name = forms.CharField(label=pgettext_lazy("of a person", "Name"), max_length=80)
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


class KitForm(forms.Form):
    """A recovery kit that was made in this browser: its public half, what recognises each page, and the team's keys sealed to it."""

    kit = forms.CharField(max_length=11)
    public = Base64(32)
    proofs = Wraps(32)
    wraps = Wraps()


class KitWrapsForm(forms.Form):
    """Team keys that the kit could not open before."""

    kit = forms.CharField(max_length=11)
    wraps = Wraps()


class DrillForm(forms.Form):
    """What shows that two pages were typed: ``{"2": base64, "5": base64}``. The pages themselves stay in the browser."""

    kit = forms.CharField(max_length=11)
    proofs = Wraps(32)
