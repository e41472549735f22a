"""Where the memory of an entry is, part by part, in a column for each moment: at the start, at first use, in calls.

Laws: in each column the parts add up to its total to the byte; what no part explains is a row of its own, and what is
estimated has a `~`. The process of a later moment is that of the start with what the moment adds.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.knowledge.frameworks import WEB_FRAMEWORKS
from footprint.model.audit import Audit, EntryRow
from footprint.model.memory_rows import Fit, FitPart, FitPartKind, MemoryPart
from footprint.model.runtime import LATER, StageName
from footprint.report.languages.figures import mebibytes, percent_of
from footprint.report.languages.messages import count_of, few, message, say
from footprint.report.text.section import Block, Grid, Heading, Sentences
from footprint.units import MIB
from footprint.values import dataclass

_STACKS_NAMED = 6
_LAST = 1_000  # of the order of rows
MOMENTS: dict[StageName, str] = {
    "interpreter": message("interpreter"),
    "import": message("imported"),
    "ready": message("startup"),
    "first_use": message("after lazy imports"),
    "calls": message("after the calls"),
}
_KINDS: dict[FitPartKind, tuple[int, str]] = {
    "tree": (0, message("all processes of the real command, ready")),
    "growth": (200, message("what lazy imports add")),
    "requests": (210, message("what the requests added")),
    "process": (20, message("the process")),
    "children": (220, message("its child processes")),
    "server": (230, message("the server around it")),
    "workers": (240, message("further workers")),
}


@dataclass(frozen=True, slots=True)
class MemoryShare:
    """One part of a moment. `order`: where its row stands among the others."""

    order: int
    name: str
    count_bytes: int
    measured: bool = True


@dataclass(frozen=True, slots=True)
class MemoryColumn:
    """One moment of an entry: its parts, which add up to `total_bytes`."""

    heading: str
    shares: tuple[MemoryShare, ...]
    total_bytes: int
    limit_bytes: int | None

    @property
    def measured(self) -> bool:
        """Whether no part of it is an estimate."""
        return all(share.measured for share in self.shares)


def memory_grid(audit: Audit, entry: EntryRow) -> Grid | None:
    """Return the parts of an entry's memory, with the limit below them; None where nothing was measured."""
    columns = memory_columns(audit, entry)
    if not columns:
        return None
    names = {share.name: share.order for column in columns for share in column.shares}
    ordered = sorted(names, key=lambda name: names[name])
    found = [(name, *(_share_cell(column, name) for column in columns)) for name in ordered]
    rows = [row for row in found if set(row[1:]) - {"-", _mebibytes(0)}]
    rows.append((say("all together"), *(_total_cell(column) for column in columns)))
    if any(column.limit_bytes for column in columns):
        rows.append((say("part of the limit"), *map(_ratio_cell, columns)))
        rows.append((say("headroom"), *map(_headroom_cell, columns)))
    headings = (Heading(say("MiB"), "text"), *(Heading(column.heading, "figure") for column in columns))
    return Grid(headings, tuple(rows), about=(say("~: estimated or predicted; without it a figure was measured"),))


def memory_blocks(audit: Audit) -> tuple[Block, ...]:
    """Return the grid of each measured entry, below its name where there are several."""
    grids = [(entry.name, memory_grid(audit, entry)) for entry in audit.started]
    known = [(name, grid) for name, grid in grids if grid is not None]
    if len(audit.started) == 1:
        return tuple(grid for _, grid in known)
    return tuple(block for name, grid in known for block in (Sentences((), heading=name), grid))


def memory_columns(audit: Audit, entry: EntryRow) -> tuple[MemoryColumn, ...]:
    """Return a column for each moment that was measured: those that are held against a limit, else the stages."""
    fits = [fit for fit in audit.fits if fit.entry == entry.name]
    start = _start_shares(entry)
    if fits:
        return tuple(_fit_column(audit, entry, fit, start) for fit in fits)
    found = []
    for stage in entry.stages:
        reading = stage.reading
        if stage is not entry.last_stage and reading.stage not in LATER:
            continue
        shares = [*_process_shares(audit, entry, reading.stage, reading.rss_bytes, start)]
        if reading.children_bytes:
            shares.append(_of_kind("children", reading.children_bytes))
        found.append(_closed(say(MOMENTS[reading.stage]), shares, reading.rss_bytes + reading.children_bytes, None))
    return tuple(found)


def _fit_column(audit: Audit, entry: EntryRow, fit: Fit, start: Sequence[MemoryShare]) -> MemoryColumn:
    shares: list[MemoryShare] = []
    for part in fit.parts:
        is_own = part.kind == "process" and not fit.live
        shares += _process_shares(audit, entry, fit.stage, part.bytes, start) if is_own else [_of_part(part)]
    total = fit.limit_bytes - fit.headroom_bytes
    if fit.resting_bytes is not None and total != fit.resting_bytes:
        shares.append(MemoryShare(250, say("more for a moment, at the peak"), total - fit.resting_bytes))
    return _closed(moment_of(fit), shares, total, fit.limit_bytes)


def moment_of(fit: Fit) -> str:
    """Return at which moment of an entry a verdict looks: `startup`, `live, after the requests`."""
    asked = any(part.kind == "requests" for part in fit.parts)
    moment = say("after the requests") if asked else say(MOMENTS[fit.stage])
    return say("live, {moment}", moment=moment) if fit.live else moment


def _closed(heading: str, shares: Sequence[MemoryShare], total: int, limit: int | None) -> MemoryColumn:
    """Return a column whose parts add up: what is left has a row, where anything is."""
    rest = total - sum(share.count_bytes for share in shares)
    closing = [MemoryShare(_LAST, say("rest"), rest)] if rest else []
    return MemoryColumn(heading, (*shares, *closing), total, limit)


def _of_part(part: FitPart) -> MemoryShare:
    return _of_kind(part.kind, part.bytes, measured=part.measured)


def _of_kind(kind: FitPartKind, count_bytes: int, *, measured: bool = True) -> MemoryShare:
    order, name = _KINDS[kind]
    return MemoryShare(order, say(name), count_bytes, measured)


def _process_shares(
    audit: Audit, entry: EntryRow, stage: StageName, rss_bytes: int, start: Sequence[MemoryShare]
) -> Iterator[MemoryShare]:
    """Yield what a process consists of: the parts of its start, and what a later moment added."""
    if not start:
        yield _of_kind("process", rss_bytes)
        return
    yield from start
    more = rss_bytes - sum(share.count_bytes for share in start)
    if stage == "first_use":
        grown = [row for row in audit.first_uses if row.entry == entry.name and row.rss_bytes]
        grown.sort(key=lambda row: -(row.rss_bytes or 0))
        names = list(dict.fromkeys(name for row in grown for name in row.distributions))
        told = say("what lazy imports add: {names}", names=few(names)) if names else say("what lazy imports add")
        yield MemoryShare(200, told, more)
    elif stage == "calls":
        yield from _call_shares(audit, entry, more)


def _call_shares(audit: Audit, entry: EntryRow, more: int) -> Iterator[MemoryShare]:
    """Yield what calls added; of a single one, modules apart from data and models."""
    known = [call for call in audit.calls if call.entry == entry.name and call.rss_bytes is not None]
    modules = known[0].import_rss_bytes if len(known) == 1 else None
    if modules is None:
        yield MemoryShare(205, say("what the calls add"), more)
        return
    yield MemoryShare(205, say("modules that the call loads"), modules)
    yield MemoryShare(206, say("data and models that the call keeps"), more - modules)


def _start_shares(entry: EntryRow) -> tuple[MemoryShare, ...]:
    """Return the parts of the start in the order in which a reader asks for them: what is there before any of ours."""
    parts = entry.stacks or entry.memory
    stacks = sorted((part for part in parts if part.kind == "distribution"), key=_by_weight)
    web = [part for part in stacks if part.name in WEB_FRAMEWORKS]
    others = [part for part in stacks if part.name not in WEB_FRAMEWORKS]
    named, folded = others[:_STACKS_NAMED], others[_STACKS_NAMED:]
    found = [MemoryShare(1, say("interpreter"), part.rss_bytes) for part in parts if part.kind == "interpreter"]
    found += [MemoryShare(2, say("standard library"), part.rss_bytes) for part in parts if part.kind == "stdlib"]
    brings = bool(entry.stacks)
    for order, part in enumerate(web, start=10):
        name = say("{name}, with all it brings", name=part.name) if brings else part.name
        found.append(MemoryShare(order, say("web framework: {name}", name=name), part.rss_bytes))
    for order, part in enumerate(named, start=30):
        name = say("{name}, with all it brings", name=part.name) if brings else part.name
        found.append(MemoryShare(order, name, part.rss_bytes))
    if folded:
        name = count_of(len(folded), "smaller one")
        found.append(MemoryShare(30 + _STACKS_NAMED, name, sum(part.rss_bytes for part in folded)))
    own = [part for part in parts if part.kind == "first-party"]
    found += [MemoryShare(100, say("own code and its data"), part.rss_bytes) for part in own]
    rest = [part for part in parts if part.kind == "rest"]
    return (
        *found,
        *(MemoryShare(110, say("threads, frames, buffers"), part.rss_bytes) for part in rest if part.rss_bytes),
    )


def _by_weight(part: MemoryPart) -> tuple[int, str]:
    return -part.rss_bytes, part.name


def _share_cell(column: MemoryColumn, name: str) -> str:
    shares = [share for share in column.shares if share.name == name]
    if not shares:
        return "-"
    sign = "" if all(share.measured for share in shares) else "~"
    return f"{sign}{_mebibytes(sum(share.count_bytes for share in shares))}"


def _total_cell(column: MemoryColumn) -> str:
    return f"{'' if column.measured else '~'}{mebibytes(column.total_bytes)}"


def _ratio_cell(column: MemoryColumn) -> str:
    if not column.limit_bytes:
        return "-"
    return say(
        "{percent} % of {limit}",
        percent=percent_of(column.total_bytes, column.limit_bytes),
        limit=mebibytes(column.limit_bytes),
    )


def _headroom_cell(column: MemoryColumn) -> str:
    return "-" if column.limit_bytes is None else _mebibytes(column.limit_bytes - column.total_bytes)


def _mebibytes(count_bytes: int) -> str:
    """Return a signed figure that is never a zero with a sign."""
    return mebibytes(count_bytes if abs(count_bytes) >= MIB // 20 else 0)
