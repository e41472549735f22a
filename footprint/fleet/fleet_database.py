"""A fleet's database: made out of its lines, and opened for questions. DuckDB, an extra, is imported here alone.

Laws: a database that is asked is opened for reading, without access to files, network, extensions and the variables of
this program, and its settings are locked: that is all that holds free SQL.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from decimal import Decimal
from math import isfinite
from pathlib import Path
from threading import Timer
from typing import TYPE_CHECKING, Any

from footprint import __version__
from footprint.errors import UsageError
from footprint.files.private import private_folder
from footprint.files.reader import NotRead, open_regular, read_given
from footprint.fleet.database_tables import KEY, TABLES, Value, definitions, rows_of, views
from footprint.fleet.line_files import StoredLine, read_lines
from footprint.model.fleet_answer import Cell
from footprint.model.note import Note
from footprint.values import dataclass

if TYPE_CHECKING:
    import duckdb

DATABASE_FORMAT = 1
_MISSING = (
    "DuckDB is not installed beside footprint, and questions about a fleet are answered by it: "
    "python -m pip install 'footprint-audit[fleet]'"
)
_MOST_BYTES = 64 << 30
_MAGIC = b"DUCK"
_MAGIC_AT = 8
_ROWS_AT_ONCE = 20_000
_LONGEST_CELL = 2_000  # characters
_MOST_ITEMS = 10_000  # of a list
_NO_SPILL = {"temp_directory": ""}  # it would write beside the database; once files are closed it cannot be set
_LOCKED = {
    "enable_external_access": "false",
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "python_enable_replacements": "false",
    "lock_configuration": "true",
}
_ANSWERED = ("SELECT", "EXPLAIN")  # DESCRIBE, SHOW and VALUES are the first
_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class SqlRows:
    """What a statement gave: columns, rows up to the number asked for, and whether there are more."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]
    truncated: bool


def require_duckdb() -> None:
    """Raises: UsageError with the command that installs DuckDB, where it is not there."""
    try:
        import duckdb  # noqa: F401
    except ImportError as error:
        raise UsageError(_MISSING) from error


def make_database(lines: Iterable[StoredLine]) -> bytes:
    """Return the bytes of a database of these lines. Raises: UsageError without DuckDB."""
    require_duckdb()
    import duckdb

    with private_folder("fleet") as folder:
        path = folder / "fleet.duckdb"
        with duckdb.connect(str(path)) as connection:
            _fill(connection, lines)
        try:
            return read_given(path, bytes_at_most=_MOST_BYTES)
        except NotRead as why:
            raise UsageError(f"the database could not be read back: {why}") from why


@contextmanager
def open_database(path: Path, notes: list[Note]) -> Iterator[FleetDatabase]:
    """Open a database, or the lines of a fleet, which become one in memory.

    Raises: UsageError for what is neither, and without DuckDB.
    """
    require_duckdb()
    import duckdb

    if not _is_database(path):
        with duckdb.connect(":memory:", config=dict(_NO_SPILL)) as connection:
            _fill(connection, read_lines(path, notes))
            yield FleetDatabase(connection)
        return
    try:
        connection = duckdb.connect(str(path.absolute()), read_only=True, config=dict(_NO_SPILL))
    except duckdb.Error as error:
        raise UsageError(f"cannot open {path} as a DuckDB database: {_first_line(error)}") from error
    with connection:
        database = FleetDatabase(connection)
        database.refuse_other(path)
        yield database


def _is_database(path: Path) -> bool:
    try:
        with open_regular(path, bytes_at_most=_MOST_BYTES) as file:
            return file.read(_MAGIC_AT + len(_MAGIC))[_MAGIC_AT:] == _MAGIC
    except NotRead as why:
        raise UsageError(f"cannot read {path}: {why}") from why


def _fill(connection: duckdb.DuckDBPyConnection, lines: Iterable[StoredLine]) -> None:
    for statement in definitions():
        connection.execute(statement)
    connection.execute("INSERT INTO made_by VALUES (?, ?)", [DATABASE_FORMAT, __version__])
    waiting: dict[str, list[Sequence[Value]]] = {table.name: [] for table in TABLES}
    for number, line in enumerate(lines, 1):
        for table, row in rows_of(line.values, number):
            waiting[table.name].append(row)
        if sum(map(len, waiting.values())) >= _ROWS_AT_ONCE:
            _insert(connection, waiting)
    _insert(connection, waiting)
    for statement in views():
        connection.execute(statement)


def _insert(connection: duckdb.DuckDBPyConnection, waiting: dict[str, list[Sequence[Value]]]) -> None:
    """Write the rows that wait, column by column: row by row takes a hundred times as long."""
    for table in TABLES:
        if rows := waiting[table.name]:
            kinds = [column.kind for column in (*KEY, *table.columns)]
            parts = ", ".join(_unnested(kind) for kind in kinds)
            connection.execute(
                f"INSERT INTO {table.name} SELECT {parts}", [list(each) for each in zip(*rows, strict=True)]
            )
            rows.clear()


def _unnested(kind: str) -> str:
    # A time may be anything in a file: what is none is NULL.
    return "try_cast(unnest(?::VARCHAR[]) AS TIMESTAMP)" if kind == "TIMESTAMP" else f"unnest(?::{kind}[])"


class FleetDatabase:
    """An open database, locked: statements in, plain values out."""

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        for name, value in _LOCKED.items():
            connection.execute(f"SET {name} = '{value}'")
        self._connection = connection

    def refuse_other(self, path: Path) -> None:
        """Raises: UsageError for a database that is not one of a fleet, or of another format."""
        try:
            found = self.ask("SELECT format FROM made_by", {}, 1).rows
        except UsageError:
            found = ()
        if found != ((DATABASE_FORMAT,),):
            what = f"a fleet in format {found[0][0]}" if found else "no database of a fleet"
            raise UsageError(
                f"{path} is {what}: `footprint fleet -o duckdb:FILE` writes one, in format {DATABASE_FORMAT}"
            )

    def ask(self, sql: str, parameters: dict[str, Any], most_rows: int) -> SqlRows:
        """Return what one statement gives. Raises: UsageError for a mistake in it, and where it takes too long."""
        import duckdb

        timer = Timer(_SECONDS, self._connection.interrupt)
        timer.daemon = True
        timer.start()
        try:
            kinds = [each.type.name for each in self._connection.extract_statements(sql)]
            if len(kinds) != 1 or kinds[0] not in _ANSWERED:
                raise UsageError("one SELECT at a time is answered, and nothing else")
            result = self._connection.execute(sql, parameters or None)
            rows = result.fetchmany(most_rows + 1)
            columns = [each[0] for each in result.description or ()]
        except duckdb.InterruptException as error:
            raise UsageError(f"the question took longer than {_SECONDS:.0f} s: ask for less") from error
        except duckdb.Error as error:
            raise UsageError(f"DuckDB says: {_first_line(error)}") from error
        finally:
            timer.cancel()
        shown = tuple(tuple(map(_cell, row)) for row in rows[:most_rows])
        return SqlRows(_each_once(columns), shown, len(rows) > most_rows)


def _cell(value: Any) -> Cell:
    if isinstance(value, Decimal):
        value = float(value)
    if value is None or isinstance(value, bool | int) or (isinstance(value, float) and isfinite(value)):
        return value
    if isinstance(value, list):
        return tuple(None if each is None else str(each)[:_LONGEST_CELL] for each in value[:_MOST_ITEMS])
    return str(value)[:_LONGEST_CELL]


def _each_once(names: Sequence[str]) -> tuple[str, ...]:
    """Return names of columns, a second one of a name with its number."""
    found: dict[str, None] = {}
    for name in names:
        number, free = 2, name
        while free in found:
            number, free = number + 1, f"{name}_{number}"
        found[free] = None
    return tuple(found)


def _first_line(error: Exception) -> str:
    lines = [line for line in str(error).splitlines() if line.strip()]
    return lines[0] if lines else type(error).__name__
