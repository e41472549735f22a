"""What a command gives out: formats that are printed, and others that `-o FORMAT:FILE` writes beside them."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence

from footprint.cli.arguments import Given
from footprint.cli.printing import check_format
from footprint.errors import UsageError
from footprint.files.writer import NotWritten, Place, check_place, write_file
from footprint.report.text.view import View
from footprint.values import dataclass

_STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Outputs:
    """Formats to print, in order, and formats with the place for each."""

    printed: tuple[str, ...]
    written: tuple[tuple[str, Place], ...]

    @classmethod
    def read(cls, given: Given, known: tuple[str, ...], example: str) -> Outputs:
        """Return what --format and --output ask for; each place can be written when this returns.

        Raises: UsageError for what is not `FORMAT:FILE`, a format that is not `known`, a place that cannot be written.
        """
        printed: list[str] = []
        written: list[tuple[str, Place]] = []
        for output in given["output"] or ():
            name, colon, file = output.partition(":")
            if not colon or not file:
                raise UsageError(f"-o {output}: write it as FORMAT:FILE, for example -o {example}")
            if check_format(name, known) and file == _STDOUT:
                printed.append(name)
            else:
                written.append((name, check_place(file)))
        return cls((check_format(given["format"], known), *printed), tuple(written))

    @property
    def formats(self) -> tuple[str, ...]:
        """All formats, printed or written."""
        return (*self.printed, *(name for name, _ in self.written))

    def write(self, render: Callable[[str, View], str], view: View) -> list[UsageError]:
        """Write every file, then print. Return what could not be written: nothing else is lost with it."""
        failed: list[UsageError] = []
        plain = view.for_file()
        for name, place in self.written:
            try:
                write_file(place, render(name, plain).encode("utf-8", "backslashreplace"))
            except NotWritten as error:
                failed.append(error)
        for name in self.printed:
            sys.stdout.write(render(name, view))
        return failed


def refuse(failed: Sequence[UsageError]) -> None:
    """End with what could not be written, once all else is printed. Raises: UsageError where anything failed."""
    sys.stdout.flush()
    if failed:
        raise UsageError("\n".join(map(str, failed)))
