"""A measured start as tests take it: figures, names, and two assertions that say who is behind it when they fail."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from footprint.analysis.cost.memory_parts import startup_costs
from footprint.analysis.gate.presence import Hit, find_loaded
from footprint.analysis.gate.verdicts import line_of
from footprint.gate.one_entry import OneStart
from footprint.model.memory_rows import LoadStep
from footprint.names import ModuleName, NameSet
from footprint.report.text.safe import printable
from footprint.units import parse_size, size
from footprint.values import dataclass

_HEAVIEST = 8
_STEPS = 12  # of a chain of imports

Amount = str | int  # "150 MiB", or bytes


@dataclass(frozen=True)
class Start:
    """One entry after its start-up, measured in a process of its own. Figures are those that `footprint check` judges.

    Units: bytes. `anon_bytes` is None where the platform does not tell.
    """

    _found: OneStart

    @property
    def entry(self) -> str:
        """What was started: "app.main:app"."""
        return self._found.row.target

    @property
    def rss_bytes(self) -> int:
        """Resident memory of the process, ready."""
        return self._found.figures.rss_bytes

    @property
    def anon_bytes(self) -> int | None:
        """The part of it that no host can take back."""
        return self._found.figures.anon_bytes

    @cached_property
    def modules(self) -> frozenset[ModuleName]:
        """The modules in memory, dotted."""
        run = self._found.observed.run
        loaded = (*run.preloaded, *(cost.module for cost in startup_costs(run) if cost.ok))
        return frozenset(module for module in loaded if not module.startswith("<"))

    @cached_property
    def distributions(self) -> NameSet:
        """The distributions of which something is in memory, by normalised name."""
        return frozenset(self._found.observed.costs)

    def assert_not_loaded(self, *names: str) -> None:
        """Fail when a module or distribution is in memory. `names` may be patterns: "pandas.*", "boto*".

        The message has the chain of imports and the line of the project that asked for it.
        """
        __tracebackhide__ = True
        if text := self.describe_loaded(*names):
            raise AssertionError(text)

    def assert_at_most(self, *, anon: Amount | None = None, rss: Amount | None = None) -> None:
        """Fail when the start takes more memory than "150 MiB". The message has the heaviest distributions."""
        __tracebackhide__ = True
        if text := self.describe_excess(anon=anon, rss=rss):
            raise AssertionError(text)

    def describe_loaded(self, *names: str) -> str:
        """Return what is in memory of `names`, and how it got there; empty when nothing is."""
        found = ((name, find_loaded(self._found.observed, self._found.sources, name)) for name in names)
        return "\n".join(line for name, hit in found if hit is not None for line in self._loaded_lines(name, hit))

    def describe_excess(self, *, anon: Amount | None = None, rss: Amount | None = None) -> str:
        """Return by how much the start is over its budgets; empty when it is not.

        Raises: UsageError for a budget that is not a size.
        """
        lines = []
        for what, measured, budget in (("anon", self.anon_bytes, anon), ("RSS", self.rss_bytes, rss)):
            if budget is None:
                continue
            most = parse_size(budget) if isinstance(budget, str) else budget
            if measured is None:
                lines.append(f"{what} at startup of {self.entry} is not told by this platform: budget {size(most)}")
            elif measured > most:
                over = size(measured - most)
                lines.append(f"{self.entry} starts with {what} {size(measured)} of {size(most)}, {over} too much")
        return "\n".join(printable(line) for line in (*lines, *self._heaviest()) if line) if lines else ""

    def _loaded_lines(self, name: str, hit: Hit) -> Iterator[str]:
        yield printable(hit.tell(name, f" of {self.entry}"))
        for depth, each in enumerate(_ends(hit.chain)):
            place = f"  {each.path}:{each.line}" if each and each.path else ""
            yield f"{'  ' * (depth + 1)}{printable(f'{each.module}{place}' if each else '...')}"

    def _heaviest(self) -> Iterator[str]:
        observed = self._found.observed
        parts = [part for part in self._found.row.memory if part.rss_bytes > 0]
        yield "heaviest by RSS, each with its own modules:"
        for part in parts[:_HEAVIEST]:
            cost = observed.costs.get(part.name) if part.kind == "distribution" else None
            step = line_of(observed.steps_to(cost.first_module, self._found.sources)) if cost is not None else None
            place = f"  imported by {step.path}:{step.line}" if step else ""
            yield f"  {part.name} {size(part.rss_bytes)}{place}"
        if rest := parts[_HEAVIEST:]:
            yield f"  and {len(rest)} smaller: {size(sum(part.rss_bytes for part in rest))}"


def _ends(chain: tuple[LoadStep, ...]) -> tuple[LoadStep | None, ...]:
    """Return both ends of a long chain, None for what is between them."""
    if len(chain) <= _STEPS:
        return chain
    return (*chain[: _STEPS // 2], None, *chain[-_STEPS // 2 :])
