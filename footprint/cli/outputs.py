"""`-o FORMAT:FILE`: formats written to files beside what is printed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from footprint.cli.parameters import check_format
from footprint.errors import UsageError
from footprint.files.place import NotWritten, Place, check_place
from footprint.files.writer import write_file
from footprint.values import dataclass

STDOUT = "-"


@dataclass(frozen=True, slots=True)
class Output:
    """A format and the place for it; None for standard output."""

    format: str
    place: Place | None


def parse_outputs(outputs: Iterable[str], known: tuple[str, ...], example: str) -> tuple[Output, ...]:
    """Return where which format is to be written; each place can be written when this returns.

    Raises: UsageError for what is not `FORMAT:FILE`, a format that is not `known`, and a place that cannot be written.
    """
    return tuple(_parse(output, known, example) for output in outputs)


def write_outputs(outputs: Sequence[Output], render: Callable[[str], str]) -> list[NotWritten]:
    """Write every file and return what could not be written: the others and what is printed are not lost with it."""
    failed = []
    for output in outputs:
        if output.place is None:
            continue
        try:
            write_file(output.place, render(output.format).encode("utf-8", "backslashreplace"))
        except NotWritten as error:
            failed.append(error)
    return failed


def refuse(failed: Sequence[UsageError]) -> None:
    """End with what could not be written, once all else is printed. Raises: UsageError where anything failed."""
    if failed:
        raise UsageError("\n".join(map(str, failed)))


def _parse(output: str, known: tuple[str, ...], example: str) -> Output:
    name, colon, file = output.partition(":")
    if not colon or not file:
        raise UsageError(f"-o {output}: write it as FORMAT:FILE, for example -o {example}")
    return Output(check_format(name, known), None if file == STDOUT else check_place(file))
