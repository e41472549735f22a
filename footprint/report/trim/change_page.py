"""What is proposed as changes of files, laid out: a table, lists under headings, and the diff of each file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from footprint.model.trim import FileDiff
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import markdown_code as code
from footprint.report.text.safe import plain_ascii, printable
from footprint.report.text.section_markdown import table_lines
from footprint.report.text.text_table import render_rows
from footprint.report.text.view import View
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class ChangePage:
    """All that is shown, in the words of every format. A list that is empty is not shown."""

    title: str
    header: tuple[str, ...]
    alignment: str
    rows: Sequence[tuple[str, ...]]
    total: Iterable[str]
    lists: tuple[tuple[str, Iterable[str]], ...]  # by heading
    files: tuple[FileDiff, ...]

    def as_text(self, view: View) -> str:
        """Return it for a terminal or a pipe."""
        table = render_rows((self.header, self.alignment, self.rows), view) if self.rows else ""
        return view.join([self.title, ""]) + table + view.join(self._text_below())

    def _text_below(self) -> Iterator[str]:
        yield from self.total
        for heading, lines in self._filled():
            yield from ("", f"{heading}:", *(f"  {line}" for line in lines))
        for file in self.files:
            yield from ("", *file.lines)

    def as_markdown(self, view: View) -> str:
        """Return it for a pull request or a mail."""
        whole = "\n".join([f"# Footprint: {text(self.title)}", "", *self._markdown_below()]) + "\n"
        return plain_ascii(whole) if view.ascii else whole

    def _markdown_below(self) -> Iterator[str]:
        if self.rows:
            yield from (*table_lines(self.header, self.alignment, map(_cells, self.rows)), "")
        yield from (f"{text(line)}\n" for line in self.total)
        for heading, lines in self._filled():
            yield from (f"## {heading}", "", *(f"- {text(line)}" for line in lines), "")
        for file in self.files:
            fence = _fence(file.lines)
            yield from (f"{fence}diff", *map(printable, file.lines), fence, "")

    def _filled(self) -> Iterator[tuple[str, list[str]]]:
        return ((heading, found) for heading, lines in self.lists if (found := list(lines)))


def _cells(row: Sequence[str]) -> list[str]:
    return [code(row[0]), *(cell if cell == "-" else text(cell) for cell in row[1:])]


def _fence(lines: Iterable[str]) -> str:
    """Return more backticks than any line holds in a row."""
    longest = 2
    for line in lines:
        while "`" * (longest + 1) in line:
            longest += 1
    return "`" * (longest + 1)
