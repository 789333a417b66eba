"""The tokens hold together: one night, enough contrast, nothing from outside."""

import re
from pathlib import Path

import pytest

from harkline import server

STATIC = Path(server.__file__).parent / "static" / "harkline"
TOKENS = (STATIC / "tokens.css").read_text(encoding="utf-8")
HEX = r"--([a-z-]+): (#[0-9a-f]{6});"


def _block(start: str) -> dict[str, str]:
    after = TOKENS[TOKENS.index(start) :]
    return dict(re.findall(HEX, after[: after.index("}")]))


DAY = _block(":root {")
NIGHT = _block(':root[data-theme="dark"] {')


def _light(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    high, low = sorted((_light(one), _light(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def test_the_switch_and_the_system_show_the_same_night():
    assert _block(':root:not([data-theme="light"]) {') == NIGHT
    assert DAY.keys() == NIGHT.keys()


@pytest.mark.parametrize("theme", [DAY, NIGHT], ids=["day", "night"])
@pytest.mark.parametrize("behind", ["paper", "surface", "sunken", "accent-soft", "waiting-soft", "danger-soft"])
@pytest.mark.parametrize("ink", ["ink", "ink-soft", "accent", "waiting", "danger"])
def test_every_ink_is_readable_on_every_ground(theme: dict[str, str], ink: str, behind: str):
    assert _contrast(theme[ink], theme[behind]) >= 4.5


@pytest.mark.parametrize("theme", [DAY, NIGHT], ids=["day", "night"])
def test_buttons_borders_and_focus_can_be_seen(theme: dict[str, str]):
    assert _contrast(theme["on-accent"], theme["accent"]) >= 4.5
    assert _contrast(theme["on-accent"], theme["accent-strong"]) >= 4.5
    assert _contrast(theme["on-danger"], theme["danger"]) >= 4.5
    for mark in ("line-strong", "focus", "waiting-mark"):
        assert _contrast(theme[mark], theme["surface"]) >= 3
        assert _contrast(theme[mark], theme["paper"]) >= 3


def test_styles_use_logical_properties_and_nothing_from_outside():
    physical = re.compile(
        r"(margin|padding|border)-(left|right|top|bottom)|text-align: (left|right)|^\s*(left|right|width|height):", re.M
    )
    for sheet in STATIC.glob("*.css"):
        text = sheet.read_text(encoding="utf-8")
        assert not physical.search(text), sheet.name
        assert not re.search(r"url\(|@import|https?:", text), sheet.name
