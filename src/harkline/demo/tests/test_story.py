"""The demonstration is fiction, complete, and its voices say its words."""

import json
import re

import pytest

from harkline.demo import story
from harkline.line import prompts_text as text

TOLD = story.story()


def test_no_number_and_no_address_could_be_anybodys():
    for number in [*TOLD.line.phones, *(one.number for one in TOLD.calls if one.number)]:
        assert re.fullmatch(r"\+44(2079460\d{3}|1632960\d{3})", number)
    for address in [*TOLD.line.mails.values(), *(one.sender for one in TOLD.mails)]:
        assert address.endswith(".example")


def test_every_sentence_has_its_sound_and_no_words_changed_since():
    marks = {name: text.fingerprint(*draft) for name, draft in story.drafts().items()}
    listed = json.loads(story.VOICES.with_suffix(".json").read_text(encoding="utf-8"))
    assert listed == marks, "run scripts/make_prompts.py"
    for call in TOLD.calls:
        assert all(len(sentence) > 8000 for sentence in call.sentences())


@pytest.mark.parametrize("manner", ["talks", "leaves", "silent", "short"])
def test_every_manner_of_calling_occurs(manner):
    assert manner in {call.manner for call in TOLD.calls}


def test_callers_speak_what_the_line_speaks():
    spoken = set(TOLD.line.languages)
    assert {call.language for call in TOLD.calls} <= spoken
    assert {one.language for one in TOLD.reports} <= spoken
    assert {one.language for one in TOLD.mails} == set(TOLD.line.mails)
    assert all(set(one.languages) <= spoken for one in TOLD.staff)
    assert {one.role for one in TOLD.staff} == {"operator", "supervisor", "administrator"}
