"""Notebooks that are kept as text. Source: jupytext, formats; Visual Studio Code, "Python Interactive window"."""

from __future__ import annotations

import re

from footprint.late import late_pattern

# The header of jupytext, in a script or a page; the marks by which editors tell cells.
_HEADER = late_pattern(
    rb"(?:#[^\n]*\n)?(?:#[ ]?)?---\n(?:(?!(?:#[ ]?)?---)[^\n]*\n){0,20}?"
    rb"(?:#[ ]?)?(?:jupyter|jupytext|kernelspec):"
)
_CELL = late_pattern(rb"^#[ ]?%%(?:\s|$)", re.MULTILINE)


def is_text_notebook(data: bytes) -> bool:
    """Whether a file of Python or Markdown is a notebook."""
    # A header fails at the first sign of nearly every file; a plain search comes before the marks, tried at each line.
    return _HEADER.match(data) is not None or (b"%%" in data and _CELL.search(data) is not None)
