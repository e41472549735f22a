"""What requirements would cost, in words: the same in a terminal and in markdown."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.addition import AddedDistribution, AdditionReport, CandidateCost, ImportGrowth
from footprint.report.languages.messages import count_of
from footprint.units import MIB, few, mebibytes, milliseconds, size

_SHOWN = 6
_SMALLEST_BYTES = MIB  # two starts without any change differ by up to 0.6 MiB (bench_cost.py)
_ALONE, _APP = ("Alone MiB", "Alone ms"), ("App MiB", "App ms")
_HEADINGS = ("Requirement", "Version", "Download MiB", "Installed MiB", "New here MiB", "New distributions",
             *_ALONE, *_APP, "")  # fmt: skip
_ALIGNMENT = "llrrrrrrrrl"


def title(report: AdditionReport) -> str:
    """Return what was priced against what."""
    return f"Cost of {few([each.requirement for each in report.candidates], 4)} against {report.environment}"


def how_lines(report: AdditionReport) -> Iterator[str]:
    """Yield what the figures are."""
    bytecode = "with bytecode" if report.with_bytecode else "without bytecode"
    yield (
        f"Python {report.python}, {report.platform}, installed by {report.installer} into a shadow that is thrown "
        f"away. Download: wheels that are not there. Installed: it and all it requires, {bytecode}, whether there or "
        "not. New here: what the environment grows by."
    )
    if not _has_starts(report):
        return
    alone = "Alone: its import in a bare Python with that environment, resident memory and time, measured once."
    if report.entry is None or report.ready_rss_bytes is None:
        yield alone
        return
    yield (
        f"{alone} App: what the start of {report.entry} grows by ({mebibytes(report.ready_rss_bytes)} MiB as it is) "
        "with that import added to its file; the time is that of the modules which load for it alone. <1: two starts "
        "differ by as much without any change."
    )


def _has_starts(report: AdditionReport) -> bool:
    return any(each.alone or each.marginal for each in report.candidates)


def headings(report: AdditionReport) -> tuple[tuple[str, ...], str]:
    """Return the headings of the table and the sides of its columns."""
    kept = [place for place, name in enumerate(_HEADINGS) if _is_shown(name, report)]
    return tuple(_HEADINGS[place] for place in kept), "".join(_ALIGNMENT[place] for place in kept)


def cells(report: AdditionReport) -> list[tuple[str, ...]]:
    """Return the cells of the table."""
    kept = [place for place, name in enumerate(_HEADINGS) if _is_shown(name, report)]
    rows = map(_cells, report.candidates)
    return [tuple(row[place] for place in kept) for row in rows]


def side_by_side(report: AdditionReport) -> tuple[tuple[str, ...], str, list[tuple[str, ...]]]:
    """Return the same table with a column for each candidate."""
    heads, _ = headings(report)
    rows = cells(report)
    turned = [(head or "Remarks", *(row[place] for row in rows)) for place, head in enumerate(heads)]
    return turned[0], "l" * len(turned[0]), turned[1:]


def _is_shown(name: str, report: AdditionReport) -> bool:
    if report.branch is not None:  # whose start is told as a whole
        return name not in (*_ALONE, *_APP)
    return name not in _APP or report.ready_rss_bytes is not None


def _cells(row: CandidateCost) -> tuple[str, ...]:
    return (
        row.requirement,
        row.version or "-",
        mebibytes(row.download_bytes),
        mebibytes(row.installed_bytes),
        mebibytes(row.new_bytes),
        "-" if row.new_count is None else str(row.new_count),
        *_alone(row.alone),
        *_in_app(row.marginal),
        "; ".join(_remarks(row)),
    )


def _alone(growth: ImportGrowth | None) -> tuple[str, str]:
    return ("-", "-") if growth is None else (mebibytes(growth.rss_bytes), milliseconds(growth.time_us))


def _in_app(growth: ImportGrowth | None) -> tuple[str, str]:
    memory, time = _alone(growth)
    return "<1" if growth is not None and _is_small(growth.rss_bytes) else memory, time


def _is_small(growth_bytes: int) -> bool:
    return abs(growth_bytes) < _SMALLEST_BYTES


def started_growth(growth_bytes: int) -> str:
    """Return what a start grows by, in words."""
    if _is_small(growth_bytes):
        return "less than 1 MiB at startup"
    return f"{size(abs(growth_bytes))} {'less ' * (growth_bytes < 0)}at startup"


def disk_growth(growth_bytes: int) -> str:
    """Return what an environment grows by, in words."""
    return f"{'frees' if growth_bytes < 0 else 'adds'} {size(abs(growth_bytes))}"


def _remarks(row: CandidateCost) -> Iterator[str]:
    if row.refusal is not None:
        yield f"{row.refusal.message}"
        return
    if row.state == "excluded":
        yield "left out here by its marker"
        return
    if row.state == "present":
        yield "already there"
    if row.moved:
        yield f"moves {few([_move(each) for each in row.moved])}"
    built = [each.name for each in row.added if each.is_built]
    if built:
        yield f"built from source: {few(built)}"
    if any(note.code == "yanked" for note in row.notes):
        yield "yanked"
    if row.alone is None and row.why_not_alone:
        yield row.why_not_alone


def _move(each: AddedDistribution) -> str:
    return f"{each.name} {each.before} -> {each.version}"


def detail_lines(report: AdditionReport) -> Iterator[str]:
    """Yield what stands behind each row: what comes, in which file, what is imported, what to do next."""
    for row in report.candidates:
        yield from _details(row, app_starts=report.ready_rss_bytes is not None)


def _details(row: CandidateCost, *, app_starts: bool) -> Iterator[str]:
    if row.refusal is not None:
        yield f"{row.requirement}: {row.refusal.message}. Next: {row.refusal.advice}."
        yield from (f"    {line}" for line in row.refusal.said)
        return
    for note in row.notes:
        yield f"{row.requirement}: {note.message}."
    came = sorted(
        (each for each in row.added if each.before is None), key=lambda each: (-each.installed_bytes, each.name)
    )
    if came:
        listed = [f"{each.name} {each.version} {size(each.installed_bytes)}" for each in came]
        yield f"{row.requirement} brings {few(listed, _SHOWN)}."
    for each in row.moved:
        yield f"{row.requirement} moves {_move(each)}: {size(each.before_bytes)} -> {size(each.installed_bytes)}."
    yield from _own_file(row)
    if row.alone is not None:
        remembered = ", as remembered of the same wheels" if row.is_remembered else ""
        yield f"{row.requirement}: measured by `import {', '.join(row.imports)}`{remembered}."
    if row.why_not_marginal and row.alone is not None and app_starts:  # else a note says it of all
        yield f"{row.requirement}: nothing measured in the application: {row.why_not_marginal}."


def _own_file(row: CandidateCost) -> Iterator[str]:
    own = next((each for each in row.added if each.name == row.name), None)
    if own is None or row.version is None:  # of several lines, all that comes is told above
        return
    if own.is_built:
        yield f"{row.requirement}: there is no wheel for this platform; it was built from source here."
    elif own.wheel is not None:
        unknown = "" if row.download_bytes is not None else "; the index does not tell the bytes of all files"
        yield f"{row.requirement}: wheel {own.wheel}, {size(own.download_bytes)}{unknown}."


def branch_lines(report: AdditionReport) -> Iterator[str]:
    """Yield what a branch adds, in one sentence, and what it is made of."""
    branch = report.branch
    if branch is None:
        return
    row = next(iter(report.candidates), None)
    if not branch.added:
        yield f"Nothing is added to the requirement files since {branch.against}."
    elif row is None or row.new_bytes is None or row.new_count is None:
        yield f"What the change adds since {branch.against} cannot be priced."
    else:
        startup = branch.startup_bytes
        told = started_growth(startup) if startup is not None else "its start was not measured"
        also = " adds" if row.new_bytes < 0 else ""
        count = count_of(row.new_count, "distribution")
        yield f"This change {disk_growth(row.new_bytes)} and{also} {count}; {told}."
        yield f"Download {size(row.download_bytes)}. Against {branch.against}."
    if branch.why_not:
        yield f"The start was not measured: {branch.why_not}."
    yield from (f"Added: {line}" for line in branch.added)
    if branch.removed:
        yield f"Lines that went, of which nothing is counted here: {few(branch.removed, _SHOWN)}."


def note_lines(report: AdditionReport) -> Sequence[str]:
    """Return the notes of the whole."""
    return [f"{note.message}." for note in report.notes]
