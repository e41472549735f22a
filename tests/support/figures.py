"""Figures taken out of a rendered report, in any language, so that two reports can be held against each other."""

from __future__ import annotations

import re
from collections import Counter
from html import unescape

_NUMBER = re.compile(r"\d(?:[\d.,]*\d)?")
_SCRIPT = re.compile(r"<(script|style)\b.*?</\1>", re.DOTALL)
_TAG = re.compile(r"<[^<>]*>")  # a template of ours has no such sign in an attribute
_UNITS = r"(?:B|[KMG]iB|ms|s|%)"
# With a unit: what is written in the signs of English, which Spanish takes for something else.
_OF_ENGLISH = re.compile(rf"(?<![\w.,:/-])(?:\d[\d,]*\.\d+|\d{{1,3}}(?:,\d{{3}})+)(?= {_UNITS}(?!\w))")
_GROUPED = re.compile(r"\d{2,3}(?:\.\d{3})+")  # of five digits and more: 12.345


def figures_of(text: str) -> Counter[str]:
    """Return every number of a text by its digits, without the signs between them: `1,204.5` and `1204,5` are one.

    Versions, line numbers and digits in names are among them: no language may change those either.
    """
    return Counter("".join(filter(str.isdigit, found)) for found in _NUMBER.findall(text))


def visible(page: str) -> str:
    """Return the text of a page without scripts, styles and where things are drawn: what a reader has without them."""
    return unescape(_TAG.sub("\n", _SCRIPT.sub("", page[page.index("<body") :])))


def english_figures(text: str) -> list[str]:
    """Return the figures of a Spanish text that stand there in the signs of English."""
    return [found for found in _OF_ENGLISH.findall(text) if not _GROUPED.fullmatch(found)]
