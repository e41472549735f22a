"""A trim as markdown: for a pull request or a mail."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from footprint.model.trim import FileDiff, Trim
from footprint.report.audit.markdown import table_lines
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import markdown_code as code
from footprint.report.text.safe import plain_ascii, printable
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.report.trim.trim_sentences import (
    ALIGNMENT,
    HEADER,
    install_lines,
    installed_words,
    left_lines,
    removal_rows,
    renewal_lines,
    title,
    total,
    trial_words,
)


def render(trim: Trim, view: View = DEFAULT_VIEW) -> str:
    """Return the removals, what they free, what is left alone, the diff, and what renews the lock files."""
    whole = "\n".join([f"# Footprint: {text(title(trim))}", "", *_parts(trim)]) + "\n"
    return plain_ascii(whole) if view.ascii else whole


def _parts(trim: Trim) -> Iterator[str]:
    rows = removal_rows(trim)
    if rows:
        yield from table_lines(HEADER, ALIGNMENT, map(_cells, rows))
        yield ""
    yield from (f"{text(line)}\n" for line in total(trim))
    yield from listed("Tried together, in a shadow of environment and project", trial_words(trim))
    yield from listed(installed_words(trim), install_lines(trim))
    yield from listed("Left alone", left_lines(trim))
    yield from listed("Written by a tool, and to be renewed afterwards", renewal_lines(trim))
    yield from diff_blocks(trim.files)


def diff_blocks(files: Iterable[FileDiff]) -> Iterator[str]:
    """Yield each diff as a block of code."""
    for file in files:
        fence = _fence(file.lines)
        yield from (f"{fence}diff", *map(printable, file.lines), fence, "")


def _cells(row: Sequence[str]) -> list[str]:
    return [code(row[0]), *(cell if cell == "-" else text(cell) for cell in row[1:])]


def listed(words: str, lines: Iterable[str]) -> Iterator[str]:
    """Yield a heading and a list, nothing where the list would be empty."""
    found = list(lines)
    if found:
        yield from (f"## {words}", "", *(f"- {text(line)}" for line in found), "")


def _fence(lines: Iterable[str]) -> str:
    """Return more backticks than any line holds in a row."""
    longest = 2
    for line in lines:
        while "`" * (longest + 1) in line:
            longest += 1
    return "`" * (longest + 1)
