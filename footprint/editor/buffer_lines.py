"""What a stored audit knows of the lines of a text in an editor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.editor.audited_places import AuditedPlace, AuditedProject, name_words
from footprint.editor.buffer_imports import Aligned, BufferImport, align, read_buffer
from footprint.editor.buffers import Buffer
from footprint.model.audit import DeclaredAt, DistributionRow, Suggestion
from footprint.model.edited_lines import EditedLine
from footprint.model.memory_rows import FirstUseRow
from footprint.model.runtime import Statement
from footprint.names import normalise
from footprint.pairs import group_pairs
from footprint.values import dataclass

_COMPARED_AT_MOST = 10_000  # requirements of one name with the lines that say it; of more the order decides
_PYTHON = (".py", ".pyi", ".pyw")


@dataclass(frozen=True, slots=True)
class BufferLines:
    """The lines of a text that the audit knows of, by line. `has_moved`: some stand elsewhere than it saw them."""

    lines: tuple[EditedLine, ...]
    has_moved: bool

    def at(self, line: int) -> EditedLine | None:
        """Return what is known of a line, or of the statement that goes on there."""
        return next((each for each in self.lines if each.line <= line <= each.last_line), None)

    def now_at(self, audited_line: int, name: str | None) -> int | None:
        """Return where a line that the audit saw stands now, None where it is gone or cannot be told."""
        found = [each for each in self.lines if each.audited_line == audited_line]
        named = [each for each in found if name is None or any(row.name == name for row in each.rows)]
        return next((each.line for each in named or found), None)


def read_lines(project: AuditedProject, path: str, buffer: Buffer) -> BufferLines:
    """Return what the audit knows of the lines of a file, whose text is now that of `buffer`."""
    requirements = _requirements(project, path, buffer)
    if not path.endswith(_PYTHON):
        return requirements
    imports = _imports(project, path, buffer)
    return BufferLines((*requirements.lines, *imports.lines), requirements.has_moved or imports.has_moved)


def _imports(project: AuditedProject, path: str, buffer: Buffer) -> BufferLines:
    places = project.places.get(path, ())
    aligned = align(read_buffer(buffer.text, path, project), places)
    lines = tuple(line for each in aligned if (line := _import_line(project, path, each)) is not None)
    seen = {id(each.place) for each in aligned if each.place is not None}
    # Of others the evidence may be no statement: `python -m uv` in a list, files("cyclonedx.schema").
    has_moved = any(place.was_run and id(place) not in seen for place in places) or any(
        each.place is not None and each.place.line != each.statement.line for each in aligned
    )
    return BufferLines(lines, has_moved)


def _import_line(project: AuditedProject, path: str, aligned: Aligned) -> EditedLine | None:
    """Return what is known of a statement, None where it is nothing: of the standard library, or never met."""
    statement, place = aligned
    uses = tuple(place.first_uses) if place is not None else ()
    uses = uses or tuple(_same_elsewhere(project, statement, place))
    rows = _rows(statement, place)
    if not rows and not uses and (place is None or not place.startup):
        return None
    first = statement.sites[0]
    return EditedLine(
        kind="import",
        line=statement.line,
        last_line=statement.last_line,
        rows=rows,
        audited_line=place.line if place is not None else None,
        module=first.module,
        function=first.function,
        placement=first.placement,
        startup=tuple(place.startup) if place is not None else (),
        first_uses=uses,
        suggestions=_about(project, path, place.line, rows) if place is not None else (),
    )


def _rows(statement: BufferImport, place: AuditedPlace | None) -> tuple[DistributionRow, ...]:
    """Return the distributions of a statement: those seen at its place, else those of which there is no doubt."""
    if place is not None and place.rows:
        return tuple(place.rows.values())
    if statement.is_ours_or_standard or len(statement.rows) > len(statement.sites):
        return ()
    return statement.rows


def _same_elsewhere(
    project: AuditedProject, statement: BufferImport, place: AuditedPlace | None
) -> Iterator[FirstUseRow]:
    """Yield what came of the same statement at another place: of several that say the same one is run."""
    if place is None or place.startup or statement.function is None:
        return
    for site in statement.sites:
        yield from project.statements.get(Statement(site.module, site.names), ())


def _about(project: AuditedProject, path: str, line: int, rows: Sequence[DistributionRow]) -> tuple[Suggestion, ...]:
    names = {row.name for row in rows}
    return tuple(
        each
        for each in project.suggestions.get(path, ())
        if each.distribution in names and any(at.path == path and at.line == line for at in each.evidence)
    )


# Requirements


def _requirements(project: AuditedProject, path: str, buffer: Buffer) -> BufferLines:
    declared = project.declared.get(path, ())
    words = group_pairs(
        (word, number)
        for number in range(buffer.line_count if declared else 0)
        for word in name_words(_said(buffer.line(number), path))
    )
    whole = group_pairs((_said(buffer.line(n), path).strip(), n) for n in range(buffer.line_count if declared else 0))
    by_name = group_pairs((row.name, (row, at)) for row, at in declared)
    lines = [
        _requirement_line(project, path, row, at, number + 1)
        for name, those in by_name.items()
        for (row, at), number in _placed(those, words.get(name) or whole.get(those[0][1].raw, ()), buffer)
    ]
    has_moved = len(lines) < len(declared) or any(each.line != each.audited_line for each in lines)
    return BufferLines(tuple(sorted(lines, key=lambda each: each.line)), has_moved)


def _said(line: str, path: str) -> str:
    """Return a line without its comment; in a script what is declared stands in comments."""
    if path.endswith(_PYTHON):
        return line if line.startswith("#") else ""
    return "" if line.startswith("#") else line.partition(" #")[0]


def _placed(
    declared: Sequence[tuple[DistributionRow, DeclaredAt]], lines: Sequence[int], buffer: Buffer
) -> Iterator[tuple[tuple[DistributionRow, DeclaredAt], int]]:
    """Yield requirements of one name with the lines where they stand now."""
    if len(declared) * len(lines) > _COMPARED_AT_MOST:
        yield from zip(declared, lines, strict=False)
        return
    free = list(lines)
    for row, at in declared:
        same = [each for each in free if at.raw and at.raw in buffer.line(each)]
        found = min(same or free, key=lambda each: abs(each + 1 - at.line), default=None)
        if found is not None:
            free.remove(found)
            yield (row, at), found


def _requirement_line(
    project: AuditedProject, path: str, row: DistributionRow, at: DeclaredAt, line: int
) -> EditedLine:
    about = tuple(
        each
        for each in project.suggestions.get(path, ())
        if any(
            going.file == path and going.line == at.line and normalise(going.name) == row.name for going in each.lines
        )
    )
    return EditedLine("requirement", line, line, (row,), at.line, declared=at, suggestions=about)
