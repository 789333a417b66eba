"""Every dependency is named with its reason and licence, and none is named that is not there."""

import re
import tomllib
from importlib import metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "explanation" / "dependencies.md").read_text(encoding="utf-8")
ROWS = dict(re.findall(r"^\| `([\w-]+)` \| ([^|]+?) \|", PAGE, re.MULTILINE))


def wanted():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = [one for many in project["project"]["optional-dependencies"].values() for one in many]
    every = [*project["project"]["dependencies"], *extras, *project["dependency-groups"]["dev"]]
    return {re.match(r"[\w-]+", one)[0] for one in every}


def test_the_page_and_the_project_name_the_same_packages():
    assert set(ROWS) == wanted()


@pytest.mark.parametrize("name", sorted(ROWS))
def test_the_licence_is_the_one_that_the_package_declares(name):
    try:
        told = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        pytest.skip(f"{name} is not installed here")
    declared = " ".join(
        [told.get("License-Expression") or "", told.get("License") or "", *(told.get_all("Classifier") or [])]
    )
    if not (
        told.get("License-Expression") or told.get("License") or "License ::" in declared
    ):  # the file alone says it
        declared += metadata.distribution(name).read_text("licenses/LICENSE") or ""
    family = re.match(r"BSD|MIT|Apache|MPL|LGPL|ISC|PSF", ROWS[name])[0]
    words = {
        "BSD": "BSD",
        "MIT": "MIT",
        "Apache": "Apache",
        "MPL": "MPL|Mozilla",
        "LGPL": "LGPL|Lesser",
        "ISC": "ISC",
        "PSF": "Python Software",
    }[family]
    assert re.search(words, declared), declared[:200]


def test_the_engines_old_openssl_is_admitted():
    assert "OpenSSL of the 1.1.1 line" in PAGE
