"""The tables of a fleet's database: which value of a line becomes which column. docs/fleet-database.md tells them.

A line may come from anywhere: what is not of the kind of its column is NULL.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Literal

from footprint.report.text.safe import encodable
from footprint.values import dataclass

SqlType = Literal["VARCHAR", "BIGINT", "INTEGER", "BOOLEAN", "DOUBLE", "TIMESTAMP", "VARCHAR[]"]
Value = str | int | float | bool | list[str] | None
_Plain = Mapping[str, Any]
_LONGEST = 4_000  # characters of a text
_MOST = 10_000  # of a list


@dataclass(frozen=True, slots=True)
class TableColumn:
    """One column: its type, and where in the plain row its value stands, as names one below the other."""

    name: str
    kind: SqlType
    path: tuple[str, ...]

    def read(self, row: _Plain) -> Value:
        """Return the value of a row; None for what is not there, or of another kind."""
        found: Any = row
        for name in self.path:
            found = found.get(name) if isinstance(found, Mapping) else None
        return _READERS[self.kind](found)


@dataclass(frozen=True, slots=True)
class FleetTable:
    """One table: its columns behind the key, and the plain rows that an audit has for it."""

    name: str
    columns: tuple[TableColumn, ...]
    rows: Callable[[_Plain], Iterator[_Plain]]


def _text(value: Any) -> str | None:
    return encodable(value[:_LONGEST]) if isinstance(value, str) else None


def _whole(value: Any) -> int | None:
    return value if type(value) is int and abs(value) < 1 << 63 else None


def _small(value: Any) -> int | None:
    return value if type(value) is int and abs(value) < 1 << 31 else None


def _number(value: Any) -> float | None:
    return float(value) if type(value) is float or _whole(value) is not None else None


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _texts(value: Any) -> list[str] | None:
    return [text for each in value[:_MOST] if (text := _text(each)) is not None] if isinstance(value, list) else None


_READERS: Mapping[SqlType, Callable[[Any], Value]] = {
    "VARCHAR": _text, "BIGINT": _whole, "INTEGER": _small, "BOOLEAN": _flag, "DOUBLE": _number, "TIMESTAMP": _text,
    "VARCHAR[]": _texts,
}  # fmt: skip


def _columns(kind: SqlType, names: str) -> tuple[TableColumn, ...]:
    """Return columns of one kind: `name`, or `name=path.to.it` where it is called something else in the audit."""
    pairs = (each.partition("=") for each in names.split())
    return tuple(TableColumn(name, kind, tuple((path or name).split("."))) for name, _, path in pairs)


def _list(value: Any) -> Iterator[_Plain]:
    yield from (each for each in value if isinstance(each, dict)) if isinstance(value, list) else ()


def _rows_in(name: str) -> Callable[[_Plain], Iterator[_Plain]]:
    return lambda audit: _list(audit.get(name))


def _lines(audit: _Plain) -> Iterator[_Plain]:
    for row in _list(audit.get("distributions")):
        for line in _list(row.get("declared")):
            yield {**line, "distribution": row.get("name")}


def _entries(audit: _Plain) -> Iterator[_Plain]:
    for entry in _list(audit.get("entries")):
        if entry.get("beside") is not True:
            yield {**entry, "last": _last_stage(entry), "is_measured": _is_measured(entry)}


def _stages(audit: _Plain) -> Iterator[_Plain]:
    for entry in _list(audit.get("entries")):
        stages = entry.get("stages")
        for stage in stages.values() if isinstance(stages, dict) else ():
            if isinstance(stage, dict):
                yield {**stage, "entry": entry.get("name")}


def _last_stage(entry: _Plain) -> _Plain:
    stages = entry.get("stages")
    found = [stages.get(name) for name in ("ready", "import")] if isinstance(stages, dict) else []
    return next((stage for stage in found if isinstance(stage, dict)), {})


def _is_measured(entry: _Plain) -> bool:
    return bool(_last_stage(entry)) and entry.get("failure") is None and entry.get("not_measured") is None


def _fits(audit: _Plain) -> Iterator[_Plain]:
    for fit in _list(audit.get("fits")):
        limit, headroom = _whole(fit.get("limit_bytes")), _whole(fit.get("headroom_bytes"))
        takes = None if limit is None or headroom is None else limit - headroom
        yield {**fit, "takes_bytes": takes}


def _audit_in(line: _Plain) -> _Plain:
    audit = line.get("audit")
    return audit if isinstance(audit, dict) else {}


def _describe(line: _Plain) -> dict[str, Any]:
    """Return the plain row of `audits`: the line without its audit, and the totals of that."""
    audit = _audit_in(line)
    starts = [_whole(entry["last"].get("rss_bytes")) for entry in _entries(audit) if entry["is_measured"]]
    versions = [row for row in _list(audit.get("distributions")) if row.get("version") is not None]
    known = {name: audit.get(name) for name in ("disk", "limit", "environment", "tool", "removable_bytes")}
    return {
        **line,
        **known,
        # Where nothing is installed or locked, what the declared lines come to is not known.
        "distribution_count": None if not audit or _kind_of(audit) == "declared" else len(versions),
        "startup_rss_bytes": max((start for start in starts if start is not None), default=None),
    }


def _kind_of(audit: _Plain) -> str | None:
    environment = audit.get("environment")
    return _text(environment.get("kind")) if isinstance(environment, Mapping) else None


_BYTES = "apparent_bytes exclusive_bytes closure_bytes startup_self_rss_bytes first_use_rss_bytes avoidable_rss_bytes"
AUDITS = FleetTable(
    "audits",
    (
        *_columns("VARCHAR", "path source host processor libc python outcome reason"),
        *_columns("TIMESTAMP", "committed_at audited_at=at"),
        *_columns("DOUBLE", "seconds"),
        *_columns("VARCHAR", "environment_kind=environment.kind tool_version=tool.version"),
        *_columns("BIGINT", "disk_bytes=disk.site_apparent_bytes download_least_bytes=disk.downloads.least_bytes"),
        *_columns("BIGINT", "download_most_bytes=disk.downloads.most_bytes"),
        *_columns("BIGINT", "unpacked_least_bytes=disk.downloads.unpacked_least_bytes"),
        *_columns("BIGINT", "unpacked_most_bytes=disk.downloads.unpacked_most_bytes"),
        *_columns("BIGINT", "startup_rss_bytes removable_bytes"),
        *_columns("BIGINT", "limit_memory_bytes=limit.memory_bytes limit_disk_bytes=limit.disk_bytes"),
        *_columns("VARCHAR", "limit_source=limit.source"),
        *_columns("INTEGER", "distribution_count"),
    ),
    lambda audit: iter((audit,)),
)
TABLES = (
    AUDITS,
    FleetTable(
        "distributions",
        (
            *_columns("VARCHAR", "name version usage confidence reason loaded_at_stage"),
            *_columns("BIGINT", _BYTES),
            *_columns("BIGINT", "import_time_us download_least_bytes=download.least_bytes"),
            *_columns("BIGINT", "download_most_bytes=download.most_bytes"),
            *_columns("VARCHAR[]", "required_by loaded_by_entries"),
        ),
        _rows_in("distributions"),
    ),
    FleetTable(
        "lines",
        (*_columns("VARCHAR", "distribution file group_name=group specifier raw"), *_columns("INTEGER", "line")),
        _lines,
    ),
    FleetTable(
        "entries",
        (
            *_columns("VARCHAR", "name target role server command not_measured failure=failure.message"),
            *_columns("BOOLEAN", "is_measured"),
            *_columns("VARCHAR", "stage=last.stage"),
            *_columns("BIGINT", "rss_bytes=last.rss_bytes anon_bytes=last.anon_bytes"),
            *_columns("BIGINT", "peak_rss_bytes=last.peak_rss_bytes time_us=last.time_us"),
        ),
        _entries,
    ),
    FleetTable(
        "stages",
        (
            *_columns("VARCHAR", "entry stage"),
            *_columns("BIGINT", "rss_bytes anon_bytes peak_rss_bytes time_us"),
            *_columns("INTEGER", "module_count distribution_count"),
        ),
        _stages,
    ),
    FleetTable(
        "fits",
        (
            *_columns("VARCHAR", "entry stage source"),
            *_columns("BIGINT", "takes_bytes limit_bytes headroom_bytes"),
            *_columns("BOOLEAN", "fits live"),
        ),
        _fits,
    ),
    FleetTable(
        "findings",
        (
            *_columns("VARCHAR", "code severity message distribution path"),
            *_columns("INTEGER", "line"),
            *_columns("BOOLEAN", "suppressed"),
        ),
        _rows_in("findings"),
    ),
    FleetTable(
        "suggestions",
        (
            *_columns("VARCHAR", "code action distribution rss_kind verdict effort confidence detail"),
            *_columns("BIGINT", "disk_bytes rss_bytes measured_rss_bytes"),
            *_columns("BOOLEAN", "suppressed"),
            *_columns("VARCHAR[]", "distributions"),
        ),
        _rows_in("suggestions"),
    ),
)  # fmt: skip
KEY = (
    TableColumn("audit_id", "INTEGER", ()),
    *_columns("VARCHAR", "project commit"),
)  # of every table
# The newest line of each project, a failed one too: what lies in its folder before any commit, of commits the last one.
LATEST = "latest"
MOMENT = "CASE WHEN source = 'checkout' THEN audited_at ELSE coalesce(committed_at, audited_at) END"
# Commits may have one second: a rebase makes many in it. Their lines stand in the order of git, the newest first.
NEWEST_FIRST = f"{MOMENT} DESC NULLS LAST, CASE source WHEN 'checkout' THEN -audit_id ELSE audit_id END"


def age_of(line: _Plain, number: int) -> tuple[str, int]:
    """Return what orders the lines of a project, the oldest first: when it was so, and the place among those of a time.

    NEWEST_FIRST is the same in SQL.
    """
    if line["source"] == "checkout":
        return line["at"], number
    return line["committed_at"] or line["at"], -number


def definitions() -> Iterator[str]:
    """Yield the statements that make the tables, in order."""
    yield "CREATE TABLE made_by (format INTEGER, tool_version VARCHAR)"
    for table in TABLES:
        columns = ", ".join(f'"{column.name}" {column.kind}' for column in (*KEY, *table.columns))
        yield f"CREATE TABLE {table.name} ({columns})"


def views() -> Iterator[str]:
    """Yield the statements that make the views, in order."""
    order = f"source = 'checkout' DESC, {NEWEST_FIRST}"
    yield (
        f"CREATE VIEW {LATEST} AS SELECT * FROM audits "
        f"QUALIFY row_number() OVER (PARTITION BY project ORDER BY {order}) = 1"
    )
    for table in TABLES[1:]:
        yield f"CREATE VIEW {LATEST}_{table.name} AS SELECT t.* FROM {table.name} t SEMI JOIN {LATEST} USING (audit_id)"


def totals_of(line: _Plain) -> dict[str, Any]:
    """Return what a line is in the table `audits`, by column."""
    described = _describe(line)
    return {column.name: column.read(described) for column in AUDITS.columns}


def cells_of(line: _Plain, name: str, *columns: str) -> list[dict[str, Any]]:
    """Return what a line has in another table: of each row these columns."""
    table = next(table for table in TABLES if table.name == name)
    wanted = [column for column in table.columns if column.name in columns]
    return [{column.name: column.read(row) for column in wanted} for row in table.rows(_audit_in(line))]


def rows_of(line: _Plain, audit_id: int) -> Iterator[tuple[FleetTable, Sequence[Value]]]:
    """Yield every row that a line comes to, with its table."""
    key = (audit_id, _text(line.get("project")), _text(line.get("commit")))
    described = _describe(line)
    yield AUDITS, (*key, *(column.read(described) for column in AUDITS.columns))
    for table in TABLES[1:]:
        for row in table.rows(_audit_in(line)):
            yield table, (*key, *(column.read(row) for column in table.columns))
