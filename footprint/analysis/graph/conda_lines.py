"""Lines for conda that are no Python distributions: C libraries, compilers, programs. Pure.

What is known decides, in this order: the environment, conda's own records of it, the project's imports, the name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from packaging.requirements import InvalidRequirement, Requirement

from footprint.model.requirements import DeclaredFiles, DeclaredRequirement, RequirementProblem, lines_by_name
from footprint.names import DistributionName, normalise
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class KnownPython:
    """What says that a name is one of a Python distribution."""

    installed: Collection[DistributionName]  # in the environment, or locked
    imported: Collection[str]  # import names of the project, normalised
    listed: Collection[DistributionName]  # of the table of well-known import names
    records: Mapping[str, bool] | None  # conda's packages that are installed: whether they have modules; None: no conda

    def tell(self, line: DeclaredRequirement) -> bool | None:
        """Return whether a line for conda is of a Python distribution; None where nothing tells."""
        if line.name in self.installed:
            return True
        if self.records is not None and line.conda_name in self.records:
            return self.records[line.conda_name]
        if line.name in self.imported or line.name in self.listed:
            return True
        return False if line.conda_name.startswith("lib") else None


def settle_conda(declared: DeclaredFiles, known: KnownPython) -> DeclaredFiles:
    """Return the declared files without the lines for conda that are of no Python distribution."""
    kept = tuple(line for line in declared.requirements if not line.conda_name or known.tell(line) is not False)
    return replace(declared, requirements=kept) if len(kept) < len(declared.requirements) else declared


def find_uncertain(declared: DeclaredFiles, known: KnownPython) -> frozenset[DistributionName]:
    """Return the names that only lines for conda declare and of which nothing tells what they are."""
    return frozenset(
        name
        for name, lines in lines_by_name(declared.requirements).items()
        if all(line.conda_name and known.tell(line) is None for line in lines)
    )


def without_uncertain(
    problems: Sequence[RequirementProblem], uncertain: Collection[DistributionName]
) -> tuple[RequirementProblem, ...]:
    """Return the problems without the missing lines that need not be distributions of Python."""
    return tuple(one for one in problems if not (uncertain and one.kind == "missing" and _name_of(one) in uncertain))


def _name_of(problem: RequirementProblem) -> DistributionName | None:
    try:
        return normalise(Requirement(problem.requirement).name) if problem.required_by is None else None
    except (InvalidRequirement, RecursionError):
        return None
