"""What README and docs promise a reader: lines that fit, places that exist, words that a colleague would say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").glob("*.md"))]
WIDEST = 120
LONGEST_ARCHITECTURE = 200

_PLACE = re.compile(r"`((?:\w+/)+(?:\w+\.(?:py|toml|md))?|(?:\w+/)+\w+)`")


def too_wide(text: str) -> list[int]:
    """Return the lines that are too wide; a row of a table and what a program printed stay as they are."""
    lines = enumerate(text.splitlines(), 1)
    return [number for number, line in lines if len(line) > WIDEST and not line.startswith(("|", "    "))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_line_fits_a_screen(page: Path) -> None:
    assert too_wide(page.read_text(encoding="utf-8")) == []


def test_a_wide_line_is_found() -> None:
    assert too_wide("a\n" + "b" * 121 + "\n|" + "c" * 121 + "|\n    " + "d" * 121) == [2]


def test_the_architecture_is_read_in_one_sitting() -> None:
    assert len((ROOT / "docs/architecture.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_ARCHITECTURE


def test_the_places_that_the_architecture_names_exist() -> None:
    text = (ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    now, _, later = text.partition("## Rooms that will come")
    named = set(_PLACE.findall(now)) | set(_PLACE.findall(later.partition("## ")[2]))
    assert len(named) > 25
    assert [
        place for place in sorted(named) if not any((top / place).exists() for top in (ROOT / "footprint", ROOT))
    ] == []
