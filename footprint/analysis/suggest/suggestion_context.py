"""What the suggestion rules look at, and what a suggestion is worth: by the figure that limits, memory or disk."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from footprint.analysis.cost.avoidable import SMALLEST_BYTES, Saving
from footprint.analysis.facts.weights import NO_LINES, LinesByName
from footprint.analysis.use.use_facts import Classification
from footprint.model.audit import DistributionRow, EntryRow, Limiting, Suggestion
from footprint.model.deferrals import DeferralForm
from footprint.model.lighter_variants import LighterVariant
from footprint.model.memory_rows import Fit, Limit
from footprint.model.source_modules import ImportSite, SiteUse
from footprint.names import ByName, DistributionName, ModuleName, NameSet
from footprint.values import dataclass, field


@dataclass(frozen=True, slots=True)
class SpelledExtra:
    """An extra of production lines: the class that each of what it brings would have on a line of its own."""

    extra: str
    members: tuple[tuple[DistributionName, Classification], ...]
    without: str = ""  # how the distribution does without, where that is known and nothing in the project speaks for it


@dataclass(frozen=True, slots=True)
class SuggestionContext:
    """The rows, the startup imports behind them, and the names that other modules take from a module.

    `borrowed` holds pairs of a first-party module and a name that another one imports from it, patches in it or speaks
    of: ("pkg.mod", "pd"), or ("pkg.mod", "*") for a star import.
    """

    rows: tuple[DistributionRow, ...]
    startup_uses: ByName[tuple[SiteUse, ...]]
    module_names: Mapping[str, tuple[str, ...]]  # path -> names under which the file can be imported
    borrowed: frozenset[tuple[str, str]]
    predict: Callable[[Iterable[ImportSite]], Saving | None]  # what cutting these imports saves at startup
    predict_removal: Callable[[Iterable[DistributionName]], Saving | None]  # what a start without these saves
    startup_functions: frozenset[tuple[str, str]] = frozenset()  # (path, dotted name), called while the app starts
    lines: LinesByName = NO_LINES
    rings: ByName[tuple[DistributionName, ...]] = field(default_factory=dict)  # go as one
    stays: NameSet = frozenset()  # what the environment was born with
    exclusive: Callable[[DistributionName], tuple[DistributionName, ...]] | None = None  # where the rows' may be cut
    variants: tuple[LighterVariant, ...] = ()  # against which nothing in the project speaks
    commanded: NameSet = frozenset()  # that some command of the project runs, for whatever purpose
    tested: NameSet = frozenset()  # that tests import
    extras: ByName[tuple[SpelledExtra, ...]] = field(default_factory=dict)
    guests: ByName[Classification] = field(default_factory=dict)  # that nothing declared requires; as if on a line
    leaving_without: Callable[[DistributionName, Sequence[str]], tuple[DistributionName, ...]] = lambda name, extras: ()
    leaving_by_moving: Callable[[Sequence[DistributionName]], NameSet] = lambda names: (
        frozenset()
    )  # all of them at once
    weigh: Callable[[Iterable[DistributionName]], int | None] = lambda names: None
    handed_on: Mapping[str, tuple[ImportSite, ...]] = field(default_factory=dict)  # by path of an `__init__`
    owners_of: Callable[[ModuleName], Sequence[DistributionName]] = lambda module: ()
    form: DeferralForm = "move"
    build_files: frozenset[str] = frozenset()  # files of the project that only its build runs
    is_published: bool = False  # others install the project, too
    offered: NameSet = frozenset()  # imported by what it offers for their tests

    def leaving(self, row: DistributionRow) -> tuple[DistributionName, ...]:
        """Return all that leaves with the distribution of a row, sorted."""
        return row.exclusive if self.exclusive is None else self.exclusive(row.name)


_NEAR = 0.5  # of a limit: below, there is room, and what saves most of either figure comes first


@dataclass(frozen=True, slots=True)
class Worth:
    """What savings are compared with. None: not measured, or no limit of it is known."""

    limiting: Limiting | None = None
    memory_bytes: int | None = None  # of the heaviest start
    disk_bytes: int | None = None  # of the site folders

    @classmethod
    def of(cls, limit: Limit | None, fits: Iterable[Fit], entries: Iterable[EntryRow], disk_bytes: int | None) -> Worth:
        """Tell which figure limits: the one that takes the larger part of its limit, if that is at least half of it."""
        parts: dict[Limiting, float] = {}
        taken = [1 - fit.headroom_bytes / fit.limit_bytes for fit in fits if fit.limit_bytes]
        if taken:
            parts["memory"] = max(taken)
        if limit is not None and limit.disk_bytes and disk_bytes is not None:
            parts["disk"] = disk_bytes / limit.disk_bytes
        starts = [last.reading.rss_bytes for entry in entries if (last := entry.last_stage) is not None]
        closest = max(parts, key=lambda each: parts[each], default=None)
        limiting = closest if closest is not None and parts[closest] >= _NEAR else None
        return cls(limiting, max(starts, default=None), disk_bytes)

    def order(self, suggestion: Suggestion) -> tuple[float, float, str]:
        """Return a key that sorts what is worth most first; of equal worth by the other figure, then by name."""
        disk, memory = suggestion.disk_bytes or 0, suggestion.rss_bytes or 0
        if suggestion.rss_kind == "predicted" and memory < SMALLEST_BYTES:
            memory = 0  # no more than the error of a prediction
        if self.limiting == "memory":
            return -memory, -disk, suggestion.distribution
        if self.limiting == "disk":
            return -disk, -memory, suggestion.distribution
        share = max(_share(disk, self.disk_bytes), _share(memory, self.memory_bytes))
        return -share, -disk - memory, suggestion.distribution


NO_LIMIT = Worth()


def _share(part: int, whole: int | None) -> float:
    return part / whole if whole else 0.0
