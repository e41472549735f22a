"""What the suggestion rules look at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import field

from footprint.analysis.cost.avoidable import Saving
from footprint.analysis.graph.going_lines import NO_LINES, LinesByName
from footprint.model.audit import DistributionRow
from footprint.model.source_modules import ImportSite, SiteUse
from footprint.names import DistributionName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class SuggestionContext:
    """The rows, the startup imports behind them, and the names that other modules take from a module.

    `borrowed` holds pairs of a first-party module and a name that another one imports from it, patches in it or speaks
    of: ("pkg.mod", "pd"), or ("pkg.mod", "*") for a star import.
    """

    rows: tuple[DistributionRow, ...]
    startup_uses: Mapping[DistributionName, tuple[SiteUse, ...]]
    module_names: Mapping[str, tuple[str, ...]]  # path -> names under which the file can be imported
    borrowed: frozenset[tuple[str, str]]
    predict: Callable[[Iterable[ImportSite]], Saving | None]  # what cutting these imports saves at startup
    predict_removal: Callable[[Iterable[DistributionName]], Saving | None]  # what a start without these saves
    startup_functions: frozenset[tuple[str, str]] = frozenset()  # (path, dotted name), called while the app starts
    lines: LinesByName = NO_LINES
    rings: Mapping[DistributionName, tuple[DistributionName, ...]] = field(default_factory=dict)  # go as one
    stays: frozenset[DistributionName] = frozenset()  # what the environment was born with
    exclusive: Callable[[DistributionName], tuple[DistributionName, ...]] | None = None  # where the rows' may be cut

    def leaving(self, row: DistributionRow) -> tuple[DistributionName, ...]:
        """Return all that leaves with the distribution of a row, sorted."""
        return row.exclusive if self.exclusive is None else self.exclusive(row.name)
