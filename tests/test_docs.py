"""Links lead somewhere, commands that the documentation shows exist, and decisions are short."""

import re
from pathlib import Path

import pytest

from harkline.server import config
from harkline.server.command import parser

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md"), *(ROOT / "src").rglob("CHANNEL.md")]
NAMES = [str(page.relative_to(ROOT)) for page in PAGES]


@pytest.mark.parametrize("name", NAMES)
def test_every_link_within_the_repository_leads_to_a_file(name):
    page = ROOT / name
    for target in re.findall(r"\]\((?!https?:|mailto:)([^)#\s]+)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target


@pytest.mark.parametrize("name", NAMES)
def test_every_command_that_is_shown_is_one(name):
    known = set(next(one.choices for one in parser()._actions if one.choices and "serve" in one.choices))
    shown = re.findall(
        r"(?:^|[`/ ])harkline ([a-z]+)\b[^`\n]*(?=`|$)", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE
    )
    assert not {word for word in shown if f"harkline {word}" in _code(ROOT / name)} - known


def _code(page):
    text = page.read_text(encoding="utf-8")
    return " ".join([*re.findall(r"```.*?```", text, re.DOTALL), *re.findall(r"`[^`\n]+`", text)])


def test_decisions_are_half_a_page():
    for page in (ROOT / "docs" / "adr").glob("0*.md"):
        assert len(page.read_text(encoding="utf-8").split()) < 450, page.name


def test_the_readme_is_one_screen():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 50


BLOCKS = [
    (name, block)
    for name in NAMES
    for block in re.findall(r"^```toml\n(.*?)^```", (ROOT / name).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
]


@pytest.mark.parametrize(("name", "block"), BLOCKS)
def test_settings_that_are_shown_are_taken(name, block, tmp_path):
    """Each as it stands, with the password files that it names."""
    for file in re.findall(r'password_file = "([^"]+)"', block):
        (tmp_path / file).parent.mkdir(exist_ok=True)
        (tmp_path / file).touch(mode=0o600)
    (tmp_path / config.FILE).write_text(block, encoding="utf-8")
    config.load(tmp_path)
