"""The lines that go when a distribution goes: its own, the pins of what leaves, and what a tool compiled. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence

from footprint.analysis.join.index import Joined
from footprint.analysis.use.use_facts import is_development
from footprint.model.audit import GoingLine
from footprint.model.requirements import DeclaredRequirement, lines_by_name
from footprint.names import DistributionName
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class LinesByName:
    """The lines of a project by the distribution that they name."""

    declared: Mapping[DistributionName, Sequence[DeclaredRequirement]]
    compiled: Mapping[DistributionName, Sequence[DeclaredRequirement]]
    production_names: Collection[DistributionName]

    @classmethod
    def of(cls, joined: Joined) -> LinesByName:
        """Sort what is declared and what was compiled from it."""
        declared = joined.facts.declared
        written = dict(declared.compiled)
        compiled = (line for line in declared.requirements if line.kind == "constraint" and line.path in written)
        return cls(joined.declared, lines_by_name(compiled), joined.production_names)

    def going(self, names: Sequence[DistributionName], leaving: Iterable[DistributionName]) -> tuple[GoingLine, ...]:
        """Return the lines of `names`, then those of the rest of what is `leaving`, then what is compiled anew.

        Of production go the lines of production: what is declared for development stays.
        """
        rest = sorted(set(leaving) - set(names))
        is_production = any(name in self.production_names for name in names)
        lines = [line for name in names for line in self.declared.get(name, ())]
        pins = (line for name in rest for line in self.declared.get(name, ()))
        lines += [line for line in pins if not is_production or not is_development(line.group)]
        known = dict.fromkeys(GoingLine(line.name, line.path, line.line) for line in lines)
        compiled = (line for name in (*names, *rest) for line in self.compiled.get(name, ()))
        known |= dict.fromkeys(GoingLine(line.name, line.path, line.line, compiled=True) for line in compiled)
        return tuple(known)


NO_LINES = LinesByName({}, {}, ())
