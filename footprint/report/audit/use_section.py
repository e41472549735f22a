"""How each distribution is used: one table or line a class, every claim with its place, the smaller ones counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from footprint.model.audit import Audit, DistributionRow, Usage
from footprint.model.memory_rows import FirstUseRow
from footprint.report.audit.row_cells import (
    by_weight,
    declared_places,
    evidence_places,
    name_heading,
    split_rows,
    weight_of,
)
from footprint.report.audit.transitive_blocks import requirer_blocks, transitive_blocks
from footprint.report.languages.figures import mebibytes, milliseconds
from footprint.report.languages.messages import few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.report.text.section import Block, Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_SHOWN = 15  # rows of one class
_BROUGHT = 4
_OF_OTHERS = "asked-for"  # a place in installed code: the reason names its module
_TITLES: Mapping[Usage, str] = {
    Usage.STARTUP: message("Imported when the app starts: {weight}"),
    Usage.LAZY: message("Lazy, imported only when certain functions run: {weight}"),
    Usage.IMPLIED: message("Implied, needed without an import of yours: {weight}"),
    Usage.UNREACHED: message("Unreached, imported only by modules that nothing imports: {weight}"),
    Usage.UNUSED: message("Unused, declared and no use found: {weight}"),
    Usage.TESTS: message("For tests or development only: {weight}"),
    Usage.TYPING: message("For type checking only: {weight}"),
    Usage.TRANSITIVE: message("Transitive, required by another distribution: {weight}"),
    Usage.ORPHAN: message("Orphans, neither declared nor required by what is declared: {weight}"),
}


def use_section(audit: Audit, view: View) -> Section:
    """Return what is used, how and where: a block for each class that occurs."""
    most = 0 if view.top == 0 else _SHOWN
    by_class: dict[Usage, list[DistributionRow]] = {}
    for row in sorted(audit.distributions, key=by_weight):
        by_class.setdefault(row.usage, []).append(row)
    blocks: list[Block] = []
    for usage in _TITLES:
        if rows := by_class.get(usage):
            blocks.append(Sentences((), heading=say(_TITLES[usage], weight=weight_of(rows))))
            blocks += _WRITERS[usage](audit, rows, most)
    blocks += requirer_blocks(audit, most)
    return Section("use", say("What is used, how and where"), tuple(blocks), say("Nothing is declared or installed"))


def _startup(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    measured = any(row.startup_self_rss_bytes is not None for row in rows)
    heads = [name_heading(), Heading(say("Disk MiB"), "figure")]
    if measured:
        heads += [Heading(say("RSS MiB"), "figure"), Heading(say("with what it loads"), "figure", 1)]
        heads.append(Heading(say("time ms"), "figure", 2))
    heads.append(Heading(say("Where"), "text"))
    shown, rest = split_rows(
        sorted(rows, key=lambda row: (-(row.startup_cumulative_rss_bytes or 0), *by_weight(row))), most
    )
    yield Grid(tuple(heads), tuple(_startup_cells(row, measured=measured) for row in shown), rest)


def _startup_cells(row: DistributionRow, *, measured: bool) -> tuple[str, ...]:
    figures: tuple[str, ...] = ()
    if measured:
        more = "+" if row.start_stopped and row.startup_self_rss_bytes is not None else ""
        figures = (
            f"{mebibytes(row.startup_self_rss_bytes)}{more}",
            f"{mebibytes(row.startup_cumulative_rss_bytes)}{more}",
            f"{milliseconds(row.import_cumulative_time_us)}{more}",
        )
    return (row.name, mebibytes(row.apparent_bytes), *figures, evidence_places(row.evidence) or retell(row.reason))


def _lazy(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    uses: dict[str, FirstUseRow] = {}
    for use in audit.first_uses:
        for name in use.distributions:
            uses.setdefault(name, use)
    shown, rest = split_rows(sorted(rows, key=lambda row: (-(row.exclusive_bytes or 0), *by_weight(row))), most)
    heads = [name_heading(), Heading(say("Disk MiB"), "figure"), Heading(say("frees MiB"), "figure", 2)]
    if uses:
        heads += [Heading(say("first use MiB"), "figure"), Heading(say("time ms"), "figure", 3)]
        heads.append(Heading(say("What it drags in, MiB"), "text", 1))
    heads.append(Heading(say("Where"), "text"))
    yield Grid(tuple(heads), tuple(_lazy_cells(row, uses) for row in shown), rest)


def _lazy_cells(row: DistributionRow, uses: Mapping[str, FirstUseRow]) -> tuple[str, ...]:
    weights = (row.name, mebibytes(row.apparent_bytes), mebibytes(row.exclusive_bytes))
    where = evidence_places(row.evidence) or retell(row.reason)
    if not uses:
        return (*weights, where)
    use = uses.get(row.name)
    drags = "-"
    if use is not None and use.chain:
        brings = [f"{item.name} {mebibytes(item.rss_bytes)}" for item in use.brings if item.rss_bytes]
        drags = " > ".join(use.chain) + (f" ({few(brings, _BROUGHT)})" if brings else "")
    return (*weights, mebibytes(row.first_use_rss_bytes), milliseconds(use.time_us if use else None), drags, where)


def _reasons(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    """Yield a table of why: what frees how much, where it is declared, the reason of its class."""
    shown, rest = split_rows(rows, most)
    heads = (
        *(name_heading(), Heading(say("Disk MiB"), "figure"), Heading(say("frees MiB"), "figure", 2)),
        *(Heading(say("Declared"), "text", 1), Heading(say("Why"), "text")),
    )
    yield Grid(heads, tuple(_reason_cells(row) for row in shown), rest)


def _reason_cells(row: DistributionRow) -> tuple[str, ...]:
    doubt = say(" (cannot be told)") if row.confidence == "cannot tell" else ""
    reason = retell(row.reason)
    where = evidence_places([each for each in row.evidence if each.placement != _OF_OTHERS])
    words = reason if not where or any(place(each.path, each.line) in row.reason for each in row.evidence) else ""
    return (
        *(row.name, mebibytes(row.apparent_bytes), mebibytes(row.exclusive_bytes) if row.declared else "-"),
        *(declared_places(row) or "-", f"{words or f'{reason} ({where})'}{doubt}"),
    )


def _names(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    """Yield one line: names with their weights and the first place of each."""
    shown = [_named(row) for row in rows]
    yield Sentences((few(shown, most or len(shown)),))


def _named(row: DistributionRow) -> str:
    where = evidence_places(row.evidence[:1]) or declared_places(row)
    weight = say("{size} MiB", size=mebibytes(row.apparent_bytes)) if row.apparent_bytes is not None else ""
    told = ", ".join(filter(None, (weight, where)))
    return f"{row.name} ({told})" if told else row.name


_Writer = Callable[[Audit, Sequence[DistributionRow], int], Iterable[Block]]
_WRITERS: Mapping[Usage, _Writer] = {
    Usage.STARTUP: _startup,
    Usage.LAZY: _lazy,
    Usage.IMPLIED: _reasons,
    Usage.UNREACHED: _reasons,
    Usage.UNUSED: _reasons,
    Usage.TESTS: _names,
    Usage.TYPING: _names,
    Usage.TRANSITIVE: transitive_blocks,
    Usage.ORPHAN: _names,
}
