"""Documents of a stranger as trees with lines: TOML, YAML, JSON and Python, read so that no text ends the audit."""

from __future__ import annotations


class DocumentInvalid(Exception):
    """A text that is not what it should be, or would exhaust the reader; the line where it is known."""

    def __init__(self, message: str, line: int | None = None, column: int | None = None) -> None:
        super().__init__(message)
        self.line, self.column = line, column
