"""What somebody fills in. Nothing is required but a text or a file, and nothing that was written is ever thrown away by a mistake."""

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from harkline.channels.web import limits, terms, wire
from harkline.line import this
from harkline.routing import callback
from harkline.routing.lines import Given

# In quiet words, which say nothing to whoever reads along; the first page says what they mean. Value → flag.
ANSWERS = {"usual": "", "short": "listener_present", "later": "duress"}
# What a caller says of the record that was read back to them. Value → flag.
RECORD = {"right": "record_confirmed", "wrong": "record_corrected"}
TERMS = ("number", "safe_window", "who_may_answer", "name_to_use", "cover_story", "voicemail")


def flags(answer: str) -> tuple[str, ...]:
    """The flags of a choice of ``ANSWERS``; none for anything else, for nothing that was written is refused over it."""
    word = ANSWERS.get(answer, "")
    return (word,) if word else ()


def verdict(record: str) -> tuple[str, ...]:
    """The flag of a choice of ``RECORD``; none for anything else."""
    word = RECORD.get(record, "")
    return (word,) if word else ()


class AnyChoice(forms.ChoiceField):
    """A choice that is not insisted on."""

    def validate(self, value: Any) -> None:
        """Nothing is wrong."""


class ManyFiles(forms.FileInput):
    """A field for several files."""

    allow_multiple_selected = True

    def value_from_datadict(self, data: Any, files: Any, name: str) -> "list[UploadedFile[bytes]]":
        """All of them."""
        found: list[UploadedFile[bytes]] = files.getlist(name)
        return found


class FilesField(forms.FileField):
    """Attachments; a list, often empty."""

    widget = ManyFiles

    def clean(self, data: Any, initial: Any = None) -> "list[UploadedFile[bytes]]":
        """The files that were sent. An empty one is kept: its name may be what counts."""
        return list(data or [])


def _answers() -> tuple[tuple[str, Any], ...]:
    """A function, for every form copies what it has of choices, and a function costs nothing."""
    return (("usual", _("As usual")), ("short", _("In a few words")), ("later", _("There is no hurry")))


def _languages() -> list[tuple[str, str]]:
    return [(code, str(get_language_info(code)["name_local"])) for code in this.line().languages]


class _Shared(dict[str, forms.Field]):
    """Fields that every form shares instead of having copies. A form may put another one in the place of one of them, and may not change
    one."""

    def __deepcopy__(self, _memo: object) -> "_Shared":
        return _Shared(self)


class MoreForm(forms.Form):
    """A text and files: all that somebody needs who is here already."""

    text = forms.CharField(required=False, strip=False)
    attachments = FilesField(required=False)
    answer = AnyChoice(required=False, choices=_answers)

    def __init__(self, *args: Any, cut: bool = False, **more: Any) -> None:
        super().__init__(*args, **more)
        self.cut = cut  # so much arrived that the files were not kept in memory
        self.limits = limits.present()
        self.fields["text"] = forms.CharField(required=False, strip=False, max_length=self.limits.characters)

    def clean(self) -> dict[str, Any]:
        """One of the two has to be there, and together they must not be too large."""
        found = super().clean() or {}
        text, files = found.get("text", ""), found.get("attachments", [])
        if not (self.cut or self.errors or text.strip() or files):
            raise forms.ValidationError(
                _("There is nothing to send yet: write something, or add a file."), code="empty"
            )
        if self.cut or self._too_much(text, files):
            raise forms.ValidationError(
                _(
                    "That is more than fits: at most %(files)s files, of %(each)s MB each and %(total)s MB together. "
                    "Your text is still here; send some of the files later."
                ),
                code="large",
                params={"files": self.limits.files, "each": self.limits.each, "total": self.limits.total},
            )
        return found

    def _too_much(self, text: str, files: "list[UploadedFile[bytes]]") -> bool:
        sizes = [one.size or 0 for one in files]
        together = len(text.encode()) + sum(sizes)
        return (
            len(files) > self.limits.files
            or together > self.limits.total_bytes
            or any(size > self.limits.each_bytes for size in sizes)
        )

    def flags(self) -> tuple[str, ...]:
        """What the caller said by how they want to be answered."""
        return flags(self.cleaned_data.get("answer", ""))

    def reason(self) -> str:
        """Why it was refused: one fixed word."""
        codes = [error.code for errors in self.errors.as_data().values() for error in errors]
        return str(codes[0]) if codes else "invalid"

    def message(self, language: str) -> wire.Message:
        """What was written."""
        files = [
            wire.File(wire.safe_name(one.name or ""), wire.safe_type(one.content_type or ""), one.read())
            for one in self.cleaned_data["attachments"]
        ]
        return wire.Message(self.cleaned_data["text"], language, self.terms(), files, self.about_colleagues())

    def terms(self) -> dict[str, str]:
        """No terms here."""
        return {}

    def about_colleagues(self) -> str | None:
        """That is asked with the first message alone."""
        return None


MoreForm.base_fields = _Shared(MoreForm.base_fields)


class WriteForm(MoreForm):
    """The first message, with its language and, if somebody wants to be called back, the terms for it."""

    language = forms.ChoiceField(required=False, choices=_languages, initial=get_language)
    number = forms.CharField(required=False, max_length=120)
    safe_window = forms.CharField(required=False, max_length=300)
    who_may_answer = forms.CharField(required=False, max_length=300)
    name_to_use = forms.CharField(required=False, max_length=120)
    cover_story = forms.CharField(required=False, max_length=300)
    voicemail = forms.CharField(required=False, max_length=300)
    involved = forms.BooleanField(required=False)
    involved_who = forms.CharField(required=False, max_length=200)

    def spoken(self) -> str:
        """The language in which it was written; the page's where none was chosen."""
        return str(self.cleaned_data.get("language") or get_language())

    def given(self) -> Given:
        """What the server must know of them."""
        return terms.given(self.data, bool(self.cleaned_data.get("number", "").strip()))

    @property
    def places(self) -> tuple[str, ...]:
        """The time zones to choose from."""
        return callback.places()

    @property
    def here(self) -> str:
        """The line's own."""
        return str(self.data.get("zone") or this.line().timezone)

    @property
    def days(self) -> list[tuple[str, str, bool]]:
        """The days of the week, and whether each is chosen."""
        chosen: list[str] = getattr(self.data, "getlist", lambda _name: [])("day")
        return [(str(day), str(name), str(day) in chosen) for day, name in WEEKDAYS.items()]

    @property
    def numbers(self) -> list[str]:
        """The line's numbers, one of which may be shown."""
        return [one.value for one in this.addresses("phone") if one.published]

    def terms(self) -> dict[str, str]:
        """What was filled in of the safe ways to reply."""
        return {name: self.cleaned_data[name].strip() for name in TERMS if self.cleaned_data[name].strip()}

    def about_colleagues(self) -> str | None:
        """Who of the line is involved, as far as they say; None where nobody is."""
        who = str(self.cleaned_data["involved_who"]).strip()
        return who if who or self.cleaned_data["involved"] else None


WriteForm.base_fields = _Shared(WriteForm.base_fields)
