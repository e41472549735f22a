"""How each distribution is used: one table or line a class, every claim with its place, the smaller ones counted."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from footprint.model.audit import Audit, DistributionRow, Evidence, Usage
from footprint.model.memory_rows import FirstUseRow
from footprint.pairs import group_pairs
from footprint.report.languages.figures import mebibytes, milliseconds, size
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.report.text.section import Block, Grid, Heading, Section, Sentences
from footprint.report.text.view import View

_SHOWN = 15  # rows of one class
_PLACES, _BROUGHT = 3, 4
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
    for row in sorted(audit.distributions, key=_by_weight):
        by_class.setdefault(row.usage, []).append(row)
    blocks: list[Block] = []
    for usage in _TITLES:
        if rows := by_class.get(usage):
            blocks.append(Sentences((), heading=say(_TITLES[usage], weight=weight_of(rows))))
            blocks += _WRITERS[usage](audit, rows, most)
    blocks += _requirer_blocks(audit, most)
    return Section("use", say("What is used, how and where"), tuple(blocks), say("Nothing is declared or installed"))


def weight_of(rows: Sequence[DistributionRow]) -> str:
    """Return how many distributions these are, and what they weigh together: no file is in two of them."""
    count, known = count_of(len(rows), "distribution"), [row.apparent_bytes for row in rows if row.apparent_bytes]
    return say("{count}, {size}", count=count, size=size(sum(known))) if known else count


def evidence_places(evidence: Sequence[Evidence]) -> str:
    """Return the first places as `path:line`, with the function where the first import stands in one."""
    lines = group_pairs((item.path, item.line) for item in evidence)
    shown = [place_of(path, numbers) for path, numbers in lines.items()]
    function = next((item.function for item in evidence if item.function), None)
    words = few(shown, _PLACES)
    return say("{places} in {function}()", places=words, function=function) if function else words


def place_of(path: str, lines: Sequence[int | None]) -> str:
    """Return a file with its first lines: `app.py:3, 7, 9`."""
    numbers = [str(number) for number in dict.fromkeys(lines) if number is not None]
    return f"{path}:{few(numbers, _PLACES)}" if numbers else path


def _by_weight(row: DistributionRow) -> tuple[int, str]:
    return -(row.apparent_bytes or 0), row.name


def _split(rows: Sequence[DistributionRow], most: int) -> tuple[Sequence[DistributionRow], tuple[str, ...]]:
    """Return the heaviest rows, and the line that counts the others."""
    if not most or len(rows) <= most + 1:
        return rows, ()
    rest = rows[most:]
    return rows[:most], (say("and {weight} more", weight=weight_of(rest)),)


def _startup(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    measured = any(row.startup_self_rss_bytes is not None for row in rows)
    heads = [_name(), Heading(say("Disk MiB"), "figure")]
    if measured:
        heads += [Heading(say("RSS MiB"), "figure"), Heading(say("with what it loads"), "figure", 1)]
        heads.append(Heading(say("time ms"), "figure", 2))
    heads.append(Heading(say("Where"), "text"))
    shown, rest = _split(
        sorted(rows, key=lambda row: (-(row.startup_cumulative_rss_bytes or 0), *_by_weight(row))), most
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
    shown, rest = _split(sorted(rows, key=lambda row: (-(row.exclusive_bytes or 0), *_by_weight(row))), most)
    heads = (
        *(_name(), Heading(say("Disk MiB"), "figure"), Heading(say("with all only it needs"), "figure", 2)),
        *(Heading(say("first use MiB"), "figure"), Heading(say("time ms"), "figure", 3)),
        *(Heading(say("What it drags in, MiB"), "text", 1), Heading(say("Where"), "text")),
    )
    yield Grid(heads, tuple(_lazy_cells(row, uses.get(row.name)) for row in shown), rest)


def _lazy_cells(row: DistributionRow, use: FirstUseRow | None) -> tuple[str, ...]:
    drags = "-"
    if use is not None and use.chain:
        brings = [f"{item.name} {mebibytes(item.rss_bytes)}" for item in use.brings if item.rss_bytes]
        drags = " > ".join(use.chain) + (f" ({few(brings, _BROUGHT)})" if brings else "")
    return (
        *(row.name, mebibytes(row.apparent_bytes), mebibytes(row.exclusive_bytes)),
        *(mebibytes(row.first_use_rss_bytes), milliseconds(use.time_us if use else None), drags),
        evidence_places(row.evidence) or retell(row.reason),
    )


def _reasons(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    """Yield a table of why: what frees how much, where it is declared, the reason of its class."""
    shown, rest = _split(rows, most)
    heads = (
        *(_name(), Heading(say("Disk MiB"), "figure"), Heading(say("frees MiB"), "figure", 2)),
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


def declared_places(row: DistributionRow) -> str:
    """Return where a row is declared: `requirements.txt:7`."""
    return few([place(each.file, each.line) for each in row.declared], 2)


def _names(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    """Yield one line: names with their weights and the first place of each."""
    shown = [_named(row) for row in rows]
    yield Sentences((few(shown, most or len(shown)),))


def _named(row: DistributionRow) -> str:
    where = evidence_places(row.evidence[:1]) or declared_places(row)
    weight = say("{size} MiB", size=mebibytes(row.apparent_bytes)) if row.apparent_bytes is not None else ""
    told = ", ".join(filter(None, (weight, where)))
    return f"{row.name} ({told})" if told else row.name


def _transitive(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    shown, rest = _split([row for row in rows if not row.declared], most)
    measured = any(row.startup_self_rss_bytes is not None for row in shown)
    heads = [_name(), Heading(say("Disk MiB"), "figure")]
    heads += [Heading(say("RSS MiB"), "figure")] if measured else []
    heads.append(Heading(say("Required through"), "text"))
    heads += [Heading(say("Loaded at startup by"), "text", 1)] if measured else []
    cells = tuple(_transitive_cells(row, measured=measured) for row in shown)
    if cells:
        yield Grid(tuple(heads), cells, rest)
    if pins := [row for row in rows if row.declared]:
        lines = few([f"{row.name} ({declared_places(row)})" for row in pins], most or len(pins))
        yield Sentences(
            (say("Declared, and required by others anyway; the line pins a version: {lines}", lines=lines),)
        )


def _transitive_cells(row: DistributionRow, *, measured: bool) -> tuple[str, ...]:
    chain = list(row.requirement_chain[:-1]) or list(row.required_by[:1])
    through = " > ".join(chain) if len(chain) <= _BROUGHT else " > ".join([*chain[:2], "...", *chain[-1:]])
    others = row.whole_length("required_by") - 1
    if others > 0:
        through += say(" (and {others})", others=count_of(others, "other requirer"))
    ours = [step for step in row.load_chain if step.path is not None]
    loaded = place(ours[-1].path, ours[-1].line) if ours else "-"
    if not measured:
        return row.name, mebibytes(row.apparent_bytes), through or "-"
    memory = mebibytes(row.startup_self_rss_bytes)
    return row.name, mebibytes(row.apparent_bytes), memory, through or "-", loaded


def _requirer_blocks(audit: Audit, most: int) -> Iterator[Block]:
    """Yield what each declared line brings: through whom the transitive ones come."""
    rows = [row for row in audit.distributions if row.declared and row.whole_length("closure") > 1]
    rows.sort(key=lambda row: (-(row.closure_bytes or 0), row.name))
    if not rows:
        return
    yield Sentences((), heading=say("What each declared line brings; shared parts count in every one of them"))
    shown = rows[:most] if most else rows
    heads = (
        *(_name(), Heading(say("requires"), "figure"), Heading(say("with all it requires, MiB"), "figure")),
        *(Heading(say("of it for it alone, MiB"), "figure"), Heading(say("The heaviest of these, MiB"), "text")),
    )
    weights = {row.name: row.apparent_bytes or 0 for row in audit.distributions}
    left = len(rows) - len(shown)
    rest = (say("and {lines} that bring less", lines=count_of(left, "declared line")),) if left else ()
    yield Grid(heads, tuple(_requirer_cells(row, weights) for row in shown), rest)


def _requirer_cells(row: DistributionRow, weights: Mapping[str, int]) -> tuple[str, ...]:
    others = sorted((name for name in row.closure if name != row.name), key=lambda name: (-weights.get(name, 0), name))
    heaviest = few([f"{name} {mebibytes(weights[name])}" for name in others if name in weights])
    count = str(row.whole_length("closure") - 1)
    return row.name, count, mebibytes(row.closure_bytes), mebibytes(row.exclusive_bytes), heaviest or "-"


def _name() -> Heading:
    return Heading(say("Distribution"), "name")


_Writer = Callable[[Audit, Sequence[DistributionRow], int], Iterable[Block]]
_WRITERS: Mapping[Usage, _Writer] = {
    Usage.STARTUP: _startup,
    Usage.LAZY: _lazy,
    Usage.IMPLIED: _reasons,
    Usage.UNREACHED: _reasons,
    Usage.UNUSED: _reasons,
    Usage.TESTS: _names,
    Usage.TYPING: _names,
    Usage.TRANSITIVE: _transitive,
    Usage.ORPHAN: _names,
}
