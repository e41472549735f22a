"""Notebooks that are kept as text. Source: jupytext, formats; Visual Studio Code, "Python Interactive window"."""

from __future__ import annotations

import re

from footprint.late import late_pattern

# The header of jupytext, in a script or a page; the marks by which editors tell cells.
_MARKS = late_pattern(
    rb"\A(?:#[^\n]*\n)?(?:#[ ]?)?---\n(?:(?!(?:#[ ]?)?---)[^\n]*\n){0,20}?"
    rb"(?:#[ ]?)?(?:jupyter|jupytext|kernelspec):"
    rb"|^#[ ]?%%(?:\s|$)",
    re.MULTILINE,
)
_WORDS = (b"%%", b"jupyter:", b"jupytext:", b"kernelspec:")  # one of them stands in each


def is_text_notebook(data: bytes) -> bool:
    """Whether a file of Python or Markdown is a notebook."""
    # Plain searches first: the pattern is tried at the begin of every line.
    return any(word in data for word in _WORDS) and _MARKS.search(data) is not None
