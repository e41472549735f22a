"""What of a fleet is made of all its lines at the end: the page, and the database that `footprint ask` asks.

The lines wait in a file without a name: an audit of many projects is not held in memory.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import IO

from footprint.cli.arguments import Given
from footprint.cli.outputs import Outputs
from footprint.errors import UsageError
from footprint.files.private import nameless_file
from footprint.files.writer import NotWritten, Place, write_file
from footprint.fleet.line_files import LINE_BYTES, StoredLine, parse_line
from footprint.model.note import Note

LATE = ("html", "duckdb")


class LateOutputs:
    """The page and the database that are asked for; nothing is kept where none is."""

    def __init__(self, wanted: Sequence[tuple[str, Place]]) -> None:
        self._wanted = wanted
        self._held = ExitStack()
        self._lines: IO[bytes] | None = self._held.enter_context(nameless_file()) if wanted else None

    @classmethod
    def read(cls, given: Given) -> LateOutputs:
        """Return what is asked for. Raises: UsageError for a place that cannot be written, and without DuckDB."""
        late = tuple(output for output in given["output"] or () if output.partition(":")[0] in LATE)
        found = Outputs.read({"format": LATE[0], "output": late}, LATE, "html:fleet.html")
        if found.printed[1:]:
            raise UsageError(f"-o {found.printed[1]}:- : a page or a database is a file: -o {found.printed[1]}:FILE")
        if "duckdb" in (name for name, _ in found.written):
            from footprint.fleet.fleet_database import require_duckdb

            require_duckdb()  # told before anything is audited
        return cls(found.written)

    def __enter__(self) -> LateOutputs:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._held.close()

    def add(self, lines: Iterable[StoredLine]) -> None:
        """Keep lines."""
        if self._lines is not None:
            self._lines.writelines(f"{line.text}\n".encode() for line in lines)

    def write(self, title: str, notes: Iterable[Note]) -> list[UsageError]:
        """Write what is asked for. Return what could not be written: nothing else is lost with it."""
        failed: list[UsageError] = []
        for name, place in self._wanted:
            try:
                write_file(place, self._made(name, title, notes))
            except NotWritten as error:
                failed.append(error)
        return failed

    def _made(self, name: str, title: str, notes: Iterable[Note]) -> bytes:
        if name == "duckdb":
            from footprint.fleet.fleet_database import make_database

            return make_database(self._kept())
        from footprint.fleet.picture_of_lines import make_picture
        from footprint.report import formats

        return formats.render("html", make_picture(self._kept(), title, notes)).encode("utf-8", "backslashreplace")

    def _kept(self) -> Iterator[StoredLine]:
        if self._lines is None:
            return
        self._lines.seek(0)
        while text := self._lines.readline(LINE_BYTES):
            line = parse_line(text.decode().rstrip("\n"))
            if line is not None:
                yield line
