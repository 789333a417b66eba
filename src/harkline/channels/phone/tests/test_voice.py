"""Every prompt that a call may need can be spoken, in every language."""

import ast
from datetime import time
from pathlib import Path

import pytest

from harkline.channels.phone.voice import Prompts
from harkline.line import prompts_text

VALUES = {
    "language_offer": {"digit": 2},
    "queue_wait": {"place": 3, "minutes": 4},
    "return_code": {"code": "123456789012"},
    "receipt_said": {"code": "123456"},
    "callback_clock": {"hour": time(21, 45)},
    "callback_number_said": {"code": "00441632960119"},
    "closes_soon": {"days": 5},
    "whisper": {"language": "fa", "channel": "phone"},
}
FOLDER = Path(__file__).parents[1]


def keys() -> set[str]:
    """The first argument of every ``clip(…)`` and ``say(…)`` that is a text, and what ``unattended`` is told."""
    found = {"nobody", "nobody_free", "message_saved", "callback_saved", "callback_menu", "callback_key_number"}
    found |= {"callback_hours", "callback_key_clock", "callback_who", "callback_voicemail"}
    for file in FOLDER.glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Attribute)
                and node.func.attr in ("clip", "say")
            ):
                found |= {one.value for one in node.args[:1] if isinstance(one, ast.Constant)}
    return found


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("language", sorted(prompts_text.languages()))
async def test_every_prompt_of_a_call_can_be_heard(team_private: bytes, language: str) -> None:
    assert len(keys()) > 20
    for key in sorted(keys()):
        clip = await Prompts().say(key, language, **VALUES.get(key, {}))
        assert 0.1 < len(clip) / 16000 < (40 if key in ("hold", "return_code", "callback_number_said") else 12), key
