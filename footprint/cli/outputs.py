"""`-o FORMAT:FILE`: formats written to files beside what is printed."""

from __future__ import annotations

from pathlib import Path

from footprint.cli.parameters import check_format
from footprint.errors import UsageError


def parse_output(output: str, known: tuple[str, ...], example: str) -> tuple[str, Path]:
    """Return the format and the file. Raises: UsageError for anything else, or for a format that is not `known`."""
    name, colon, file = output.partition(":")
    if not colon or not file:
        raise UsageError(f"-o {output}: write it as FORMAT:FILE, for example -o {example}")
    return check_format(name, known), Path(file)


def write_text(path: Path, text: str) -> None:
    """Write a file. Raises: UsageError when it cannot be written."""
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise UsageError(f"cannot write {path}: {error.strerror}") from error
