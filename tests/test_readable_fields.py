"""What the server may read is a fixed list: a new field fails here until somebody has said why it may be in clear."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import BinaryField

PAGE = (Path(__file__).parents[1] / "docs" / "reference" / "readable-fields.md").read_text(encoding="utf-8")
LISTED = {
    name: [
        (field.strip(), why)
        for fields, why in re.findall(r"^\| ([^|]+) \| ([^|]+) \|$", rows, re.MULTILINE)
        for field in fields.split(",")
    ]
    for name, rows in re.findall(r"^## (\w+)\n(.*?)(?=^## |\Z)", PAGE, re.MULTILINE | re.DOTALL)
}
MODELS = {
    "line": ["Cover", "Station", "Net"],
    "intake": [
        "Attempt",
        "Thread",
        "Contact",
        "SealedObject",
        "Chunk",
        "Wrap",
        "Exclusion",
        "HandleMark",
        "Block",
        "DayFigure",
        "Canary",
    ],
    "records": ["Case", "Entry", "Hold"],
    "rota": ["Handover"],
    "routing": ["Outbound", "Confidential", "Callback", "CallbackTry", "CallbackOverride", "Alarm"],
    "audit": ["Record"],
    "console": ["Draft"],
    "count": ["Leaf", "Batch", "Counted", "Opening", "Receipt", "Evidence", "Mark"],
    "radio_channel": ["CardKey", "Card", "Draw", "OnNet"],
    "aprs": ["RadioThread", "HeardMessage", "SentMessage", "Transmission"],
    "email_channel": ["SentMail", "ThreadAddress"],
}


def test_every_model_that_holds_something_of_a_caller_is_listed():
    assert set(LISTED) == {name for names in MODELS.values() for name in names}
    assert {model.__name__ for model in apps.get_app_config("intake").get_models()} == set(MODELS["intake"])


@pytest.mark.parametrize(("label", "name"), [(label, name) for label, names in MODELS.items() for name in names])
def test_the_list_is_the_models_fields_and_no_others(label, name):
    fields = {field.name: field for field in apps.get_model(label, name)._meta.concrete_fields}
    listed = [field for field, _why in LISTED[name] if field not in ("field", "---")]
    assert sorted(listed) == sorted(fields)
    for field, why in LISTED[name]:
        if field in fields:
            assert isinstance(fields[field], BinaryField) == why.startswith("`bytes`"), f"{name}.{field}"
