"""What the tables of an answer show: headings with units, figures, and what stands below."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from footprint.model.fleet_answer import Cell, FleetAnswer
from footprint.report.text.phrases import describe_notes
from footprint.units import mebibytes, milliseconds

_MOST_ITEMS = 8  # of a list in a cell
_LONGEST = 300  # characters of a text in a cell
_UNITS: Mapping[str, tuple[str, Callable[[int], str]]] = {
    "_bytes": (" MiB", mebibytes),
    "_us": (" ms", milliseconds),
    "_count": ("", "{:,}".format),
}
_EMPTY = "-"


def rows(answer: FleetAnswer) -> tuple[tuple[str, ...], str, list[tuple[str, ...]]]:
    """Return header, alignment and cells; "-" is not measured or not known."""
    columns = [_column(answer, place) for place in range(len(answer.columns))]
    header = tuple(heading for heading, _, _ in columns)
    alignment = "".join(side for _, side, _ in columns)
    return (
        header,
        alignment,
        [tuple(show(cell) for (_, _, show), cell in zip(columns, row, strict=True)) for row in answer.rows],
    )


def _column(answer: FleetAnswer, place: int) -> tuple[str, str, Callable[[Cell], str]]:
    """Return heading, alignment and what shows a cell: figures have a unit where all of them are whole numbers."""
    name, cells = answer.columns[place], [row[place] for row in answer.rows]
    is_figure = all(cell is None or (isinstance(cell, int | float) and not isinstance(cell, bool)) for cell in cells)
    is_whole = all(cell is None or type(cell) is int for cell in cells)
    suffix = next((each for each in _UNITS if name.endswith(each)), None)
    if suffix is None or not is_whole:
        return name.replace("_", " "), "r" if is_figure and cells else "l", _shown
    unit, write = _UNITS[suffix]
    return f"{name.removesuffix(suffix).replace('_', ' ')}{unit}", "r", lambda cell: _figure(cell, write)


def _figure(cell: Cell, write: Callable[[int], str]) -> str:
    return write(cell) if type(cell) is int else _EMPTY


def _shown(cell: Cell) -> str:
    if cell is None or cell == ():
        return _EMPTY
    if isinstance(cell, bool):
        return "yes" if cell else "no"
    if isinstance(cell, tuple):
        more = f" and {len(cell) - _MOST_ITEMS} more" if len(cell) > _MOST_ITEMS else ""
        return _cut(f"{', '.join(_EMPTY if each is None else each for each in cell[:_MOST_ITEMS])}{more}")
    return f"{cell:,.4g}" if isinstance(cell, float) else _cut(str(cell))


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def closing(answer: FleetAnswer) -> Iterator[str]:
    """Yield what stands below the rows: that there are none, or more, and the notes."""
    if not answer.rows:
        yield "No rows: nothing of that is in the audits"
    if answer.truncated:
        yield f"The first {len(answer.rows)} rows: --top 0 gives more"
    yield from (note.message if note.code == "counted" else describe_notes((note,))[0] for note in answer.notes)
