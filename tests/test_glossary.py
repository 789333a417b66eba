"""One noun for each idea: the glossary and the models name the same things."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import TextChoices

DOCS = Path(__file__).parents[1] / "docs"
PAGE = (DOCS / "reference" / "glossary.md").read_text(encoding="utf-8")
ROWS = re.findall(r"^\| ([^|]+?) \| ([^|]+?) \| (?:`(\w+)\.(\w+)`)? ?\|$", PAGE, re.MULTILINE)
# Further words of a channel's or the console's own that are explained where they are used.
OURS = ("audit", "line", "intake", "people", "records", "rota", "routing", "runtime", "console", "count", "notice")


def test_the_page_was_read():
    assert len(ROWS) > 35


@pytest.mark.parametrize(("term", "label", "name"), [(row[0], row[2], row[3]) for row in ROWS if row[2]])
def test_every_model_in_the_glossary_exists(term, label, name):
    module = apps.get_app_config(label).models_module
    assert hasattr(module, name), f"{term}: there is no {label}.{name}"


def test_every_model_is_in_the_glossary():
    named = {(row[2], row[3]) for row in ROWS if row[2]}
    models = {
        (model._meta.app_label, model.__name__) for label in OURS for model in apps.get_app_config(label).get_models()
    }
    # A thread belongs to a case; the row that says so has no word of its own.
    assert models - named == {("records", "CaseThread")}


def test_every_list_of_words_is_in_the_glossary_or_belongs_to_a_model_that_is():
    named = {(row[2], row[3]) for row in ROWS if row[2]}
    for label in OURS:
        module = apps.get_app_config(label).models_module
        for name, found in vars(module).items():
            if isinstance(found, type) and issubclass(found, TextChoices) and found.__module__ == module.__name__:
                owner = name.removesuffix("State")
                assert (label, name) in named or any(one.startswith(owner) for _app, one in named), f"{label}.{name}"


def test_no_term_stands_twice():
    terms = [row[0] for row in ROWS]
    assert len(terms) == len(set(terms))
