"""A new baseline out of the old one and of what was measured.

Laws: what did not change keeps its bytes, on another day, too. Without `allow_increase` no figure grows, and no
distribution or finding comes in. What was not measured, and what belongs to other environments and entries, stays.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any, TypeAlias, TypeVar

from footprint.analysis.gate.verdicts import allowed_growth
from footprint.config.options import Tolerance
from footprint.knowledge.codes import RULE_BY_CODE
from footprint.model.baseline import ENTRY_FIGURES, ENVIRONMENT_ROWS, Baseline, EntryBaseline, EnvironmentBaseline
from footprint.model.gate_report import BaselineChange
from footprint.units import MIB, size
from footprint.values import dataclass, field, replace

# A figure is written anew only when it moved by more than it does by itself.
_MEMORY_BYTES = MIB // 4  # anon repeats to 0.006 MiB, RSS to 0.11 MiB (docs/decisions.md, "Probe")
_RELATIVE = {row.field: row.relative for row in ENTRY_FIGURES}
# Of one distribution: shared pages fall to whoever touches them first.
_STARTUP_BYTES, _STARTUP_RELATIVE = MIB // 2, 0.05
_CALL_BYTES = MIB  # growth in a fork, which is never more than 1.6 MiB off a server's
_DISK_BYTES = MIB // 10
_TIME_RELATIVE = 0.25  # a choice: a busy machine slows the start more than the bare interpreter

_N = TypeVar("_N", int, float)
_Figure: TypeAlias = tuple[str | None, str, int | None, int | None]  # entry, what, before, after
_Entries: TypeAlias = Mapping[str, EntryBaseline]
_Files: TypeAlias = Mapping[str, tuple[int, ...]] | None
_Known: TypeAlias = Mapping[str, tuple[str, ...]]
_Sizes: TypeAlias = Mapping[str, int]
_Least: TypeAlias = Callable[[int], float]  # by how much a size moves by itself


@dataclass(frozen=True, slots=True)
class Update:
    """The baseline to write, what it changes, and the raises that were not allowed: these keep their old values."""

    baseline: Baseline
    changes: tuple[BaselineChange, ...]
    refused: tuple[BaselineChange, ...]


@dataclass(frozen=True, slots=True)
class Stale:
    """One part of the baseline that is out of date. `what` is worded as in BaselineChange."""

    entry: str | None
    what: str
    message: str


@dataclass(frozen=True, slots=True)
class _LedgerPage:
    """Where the changes are entered as they are found: those of one environment and entry, or of none in particular."""

    key: str
    allow_increase: bool
    entry: str | None = None
    changes: list[BaselineChange] = field(default_factory=list)  # of all pages, like the next
    refused: list[BaselineChange] = field(default_factory=list)

    def enter(self, what: str, before: str | None, after: str | None, *, raises: bool = False) -> bool:
        """Return whether the change is made."""
        made = self.allow_increase or not raises
        change = BaselineChange(self.key, self.entry, what, before, after, raises)
        (self.changes if made else self.refused).append(change)
        return made

    def settle(
        self, what: str, before: _N | None, after: _N | None, least: float, tell: Callable[[Any], str] = size
    ) -> _N | None:
        """Return the figure to write: the old one unless the new one is known and differs by more than `least`."""
        if after is None or (before is not None and abs(after - before) <= least):
            return before
        was = None if before is None else tell(before)
        made = self.enter(what, was, tell(after), raises=before is not None and after > before)
        return after if made else before


def update(old: Baseline | None, measured: Baseline, *, allow_increase: bool) -> Update:
    """Lay what was measured over the old baseline. Changes are ordered by environment, then by entry."""
    environments = dict(old.environments) if old is not None else {}
    whole = _LedgerPage("", allow_increase)
    for key, after in sorted(measured.environments.items()):
        page, before = replace(whole, key=key), environments.get(key)
        environments[key] = _add_environment(page, after) if before is None else _merge(page, before, after)
    changes, refused = (tuple(sorted(each, key=_place_of)) for each in (whole.changes, whole.refused))
    return Update(Baseline(dict(sorted(environments.items()))), changes, refused)


def _place_of(change: BaselineChange) -> tuple[str, str]:
    return change.key, change.entry or ""


def find_stale(
    before: EnvironmentBaseline | None, measured: EnvironmentBaseline, entries: Collection[str], tolerance: Tolerance
) -> tuple[Stale, ...]:
    """Return what is out of date in what the baseline holds of an environment.

    `entries`: the names of those that exist now, measured or not. Figures count that are lower by more than both parts
    of the tolerance; of what was not measured nothing is said.
    """
    if before is None:
        return ()
    gone = [_finding(*pair) for pair in _pairs(before.known) if pair not in _pairs(measured.known)]
    found = [Stale(None, each, f"{each} is accepted in the baseline, but no longer found") for each in gone]
    figures: list[_Figure] = [(None, "disk", before.disk_bytes, measured.disk_bytes)]
    for name, entry in sorted(before.entries.items()):
        if name not in entries:
            found.append(Stale(name, "entry", f"the baseline holds the entry {name}, which is no longer there"))
        elif name in measured.entries and entry.target in (None, measured.entries[name].target):
            now = measured.entries[name]
            figures += ((name, row.what, getattr(entry, row.field), getattr(now, row.field)) for row in ENTRY_FIGURES)
            figures += ((name, *figure) for figure in _pair_calls(entry.calls, now.calls))
            gone_calls = (entry.calls or {}).keys() - now.calls.keys() if now.calls else ()
            found += [Stale(name, f"call {each}", f"{each} is no longer called") for each in sorted(gone_calls)]
    for about, what, was, here in figures:
        if was is not None and here is not None and was - here > allowed_growth(was, tolerance):
            found.append(Stale(about, what, f"{what} is {size(here)}, the baseline still holds {size(was)}"))
    return tuple(found)


def _pair_calls(before: _Files, after: _Files) -> Iterator[tuple[str, int, int]]:
    for name in sorted((before or {}).keys() & (after or {}).keys()):
        both = zip((f"peak of {name}", f"call {name}"), (before or {})[name], (after or {})[name], strict=False)
        yield from both


def _add_environment(page: _LedgerPage, after: EnvironmentBaseline) -> EnvironmentBaseline:
    count = [] if after.distribution_count is None else [f"{after.distribution_count} distributions"]
    disk = [] if after.disk_bytes is None else [size(after.disk_bytes)]
    page.enter("environment", None, ", ".join([f"Python {after.python}", *count, *disk]))
    for code, name in _pairs(after.known):
        page.enter(_finding(code, name), None, "known")
    for name in sorted(after.entries):
        _add_entry(replace(page, entry=name), after.entries[name])
    return after


def _add_entry(page: _LedgerPage, after: EntryBaseline) -> EntryBaseline:
    anon = [] if after.anon_bytes is None else [f"{size(after.anon_bytes)} anon"]
    page.enter("entry", None, ", ".join([*anon, f"{size(after.rss_bytes)} RSS"]))
    return after


def _merge(page: _LedgerPage, before: EnvironmentBaseline, after: EnvironmentBaseline) -> EnvironmentBaseline:
    count = len(page.changes)
    merged = replace(
        before,
        disk_bytes=page.settle("disk", before.disk_bytes, after.disk_bytes, _DISK_BYTES),
        distribution_count=page.settle("distributions", before.distribution_count, after.distribution_count, 0, str),
        heavy=_settle_heavy(page, before, after),
        known=_settle_known(page, before.known, after.known),
        entries=_merge_entries(page, before.entries, after.entries),
    )
    if len(page.changes) == count and before.python == after.python:
        return before
    for row in ENVIRONMENT_ROWS:
        if row.kind == "text" and getattr(before, row.field) != getattr(after, row.field):
            page.enter(row.key, getattr(before, row.field), getattr(after, row.field))
    return replace(merged, python=after.python, tool_version=after.tool_version)


def _merge_entries(whole: _LedgerPage, before: _Entries, after: _Entries) -> _Entries:
    merged = dict(before)
    for name, entry in sorted(after.items()):
        page, old = replace(whole, entry=name), before.get(name)
        if old is None:
            merged[name] = _add_entry(page, entry)
        elif old.target is None or old.target == entry.target:
            merged[name] = _merge_entry(page, old, entry)
        elif page.enter("target", old.target, entry.target, raises=True):  # another program in its place
            merged[name] = entry
    return dict(sorted(merged.items()))


def _merge_entry(page: _LedgerPage, before: EntryBaseline, after: EntryBaseline) -> EntryBaseline:
    spread = max(_MEMORY_BYTES, before.noise_bytes, after.noise_bytes)
    moved = ((was, now) for was, now, least in _pair_memory(before, after, spread) if abs(now - was) > least)
    is_rewritten = any(now < was or page.allow_increase for was, now in moved)
    if is_rewritten:
        spread = max(_MEMORY_BYTES, after.noise_bytes)  # the noise that is written is the one to judge by
    figures: dict[str, Any] = {}
    for row in ENTRY_FIGURES:
        was, now = getattr(before, row.field), getattr(after, row.field)
        figures[row.field] = page.settle(row.what, was, now, max(spread, row.relative * (was or 0)))
    ratios = before.time_ratio, after.time_ratio
    grew = any(now - was > least for was, now, least in _pair_memory(before, after, spread))
    return EntryBaseline(
        **figures,
        noise_bytes=after.noise_bytes if is_rewritten else before.noise_bytes,
        time_ratio=page.settle("time ratio", *ratios, _TIME_RELATIVE * (before.time_ratio or 0), "{:.2f}".format),
        target=after.target,
        **_settle_workers(page, before, after, spread),
        own=_settle_own(page, before.own, after.own, grew=grew),
        calls=_settle_calls(page, before.calls, after.calls),
        startup=_settle_names(page, before.startup, after.startup, "{} at startup", _startup_spread, grew=grew),
    )


def _startup_spread(was: int) -> float:
    return max(_STARTUP_BYTES, _STARTUP_RELATIVE * abs(was))


def _settle_workers(page: _LedgerPage, before: EntryBaseline, after: EntryBaseline, spread: float) -> dict[str, Any]:
    """Return the workers with what they take together: both are written anew, or neither."""
    was, now = before.total_bytes, after.total_bytes
    is_same = (before.workers, before.preload) == (after.workers, after.preload)
    if now is None or (was is not None and is_same and abs(now - was) <= max(spread, _RELATIVE["rss_bytes"] * was)):
        return _workers_of(before)
    what = f"memory of {after.workers} workers"
    made = page.enter(what, None if was is None else size(was), size(now), raises=was is not None and now > was)
    return _workers_of(after if made else before)


def _workers_of(entry: EntryBaseline) -> dict[str, Any]:
    return {"workers": entry.workers, "preload": entry.preload, "total_bytes": entry.total_bytes}


def _settle_own(page: _LedgerPage, before: _Files, after: _Files, *, grew: bool) -> _Files:
    """Return what lines of ours added, by file: those of a file whose sum has not moved stay as they are."""
    if after is None:
        return before
    if before is None:  # nothing to have grown from
        return after if page.enter("own data", None, size(sum(map(sum, after.values())))) else None
    was, now = ({path: sum(sizes) for path, sizes in each.items()} for each in (before, after))
    settled = _settle_names(page, was, now, "own data of {}", lambda _: _STARTUP_BYTES, grew=grew)
    return {path: before[path] if size == was.get(path) else after[path] for path, size in settled.items()}


def _settle_calls(page: _LedgerPage, before: _Files, after: _Files) -> _Files:
    """Return what calls add. Those that came to no end are as they were; one that is new has nothing to grow from."""
    if after is None:
        return before
    settled: dict[str, tuple[int, ...]] = {}
    for name in sorted((before or {}).keys() | after.keys()):
        was, now = (before or {}).get(name, ()), after.get(name)
        if now is None:
            page.enter(f"call {name}", size(was[-1]) if was else None, None)
        elif len(was) < 2 or not now:
            if now and now != was:
                page.enter(f"call {name}", None, size(now[-1]))
            settled[name] = now or was
        else:
            pairs = zip((f"peak of {name}", f"call {name}"), was, now, strict=False)
            figures = (page.settle(*pair, max(_CALL_BYTES, _STARTUP_RELATIVE * pair[1])) for pair in pairs)
            settled[name] = tuple(figure or 0 for figure in figures)
    return settled or None


def _pair_memory(before: EntryBaseline, after: EntryBaseline, spread: float) -> Iterator[tuple[int, int, float]]:
    """Yield anon and RSS before and after, each with what it moves by itself; anon only where both are known."""
    yield before.rss_bytes, after.rss_bytes, max(spread, _RELATIVE["rss_bytes"] * before.rss_bytes)
    if before.anon_bytes is not None and after.anon_bytes is not None:
        yield before.anon_bytes, after.anon_bytes, spread


def _settle_heavy(page: _LedgerPage, before: EnvironmentBaseline, after: EnvironmentBaseline) -> _Sizes:
    """Return the heavy distributions; they are known where the disk was read."""
    if after.disk_bytes is None:
        return before.heavy
    if before.disk_bytes is None:
        return after.heavy  # nothing to have grown from
    grew = after.disk_bytes - before.disk_bytes > _DISK_BYTES
    return _settle_names(page, before.heavy, after.heavy, "distribution {}", lambda _: _DISK_BYTES, grew=grew)


def _settle_names(page: _LedgerPage, before: _Sizes, after: _Sizes, words: str, least: _Least, *, grew: bool) -> _Sizes:
    """Return sizes by distribution. `grew`: the whole did; where it did not, one took over from another: no raise."""
    settled = {}
    for name in sorted(before.keys() | after.keys()):
        was, now, what = before.get(name), after.get(name), words.format(name)
        if now is None:
            page.enter(what, size(was), None)
        elif was is None:
            if page.enter(what, None, size(now), raises=True):
                settled[name] = now
        else:
            is_moved = abs(now - was) > least(was)
            made = is_moved and page.enter(what, size(was), size(now), raises=grew and now > was)
            settled[name] = now if made else was
    return settled


def _settle_known(page: _LedgerPage, before: _Known, after: _Known) -> _Known:
    was, now = _pairs(before), _pairs(after)
    settled: dict[str, tuple[str, ...]] = {}
    for code, name in sorted({*was, *now}):
        what = _finding(code, name)
        if (code, name) not in now:
            page.enter(what, "known", None)
        elif (code, name) in was or page.enter(what, None, "known", raises=True):
            settled[code] = (*settled.get(code, ()), name)
    return settled


def _pairs(known: _Known) -> list[tuple[str, str]]:
    return sorted({(code, name) for code, names in known.items() for name in names})


def _finding(code: str, name: str) -> str:
    return f"{RULE_BY_CODE[code].called if code in RULE_BY_CODE else code} {name}"
