"""Requires-Dist lines of installed distributions, parsed only when somebody asks for them.

Laws: markers are those of the target, never of the interpreter that runs this; a line behind an extra is
not even looked at until that extra is requested. Most lines are: 2,537 of 3,350 in one measured environment.
Source: "Dependency specifiers" specification (PEP 508), PEP 685 for the names of extras.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
from packaging.requirements import InvalidRequirement, Requirement
from packaging.version import InvalidVersion

from footprint.names import normalise

_EXTRA_CLAUSE = re.compile(r"""\bextra\s*==\s*(?:'([^']*)'|"([^"]*)")""")
_EXTRA = re.compile(r"\bextra\b")
_OR = re.compile(r"\bor\b")


class Unparsable(ValueError):
    """A requirement or marker that the specification does not allow."""


@dataclass(frozen=True, slots=True)
class RequirementLines:
    """The Requires-Dist lines of one distribution, sorted by who may ask for them."""

    base: tuple[str, ...]  # may apply without any extra
    by_extra: Mapping[str, tuple[str, ...]]  # may apply when that extra is requested; normalised names
    any_extra: tuple[str, ...]  # written so that only evaluation tells: `extra != "x"`, `"x" == extra`

    def asked_by(self, extra: str) -> tuple[str, ...]:
        """Return the lines that may apply to the distribution with `extra`, "" for none."""
        return self.base if not extra else self.by_extra.get(extra, ()) + self.any_extra


def sort_lines(lines: Sequence[str]) -> RequirementLines:
    """Sort lines by the extras in their markers, without parsing them."""
    base: list[str] = []
    by_extra: dict[str, list[str]] = {}
    any_extra: list[str] = []
    for line in lines:
        marker = line.partition(";")[2]
        if "extra" not in marker:
            base.append(line)
            continue
        clauses = [normalise(single or double) for single, double in _EXTRA_CLAUSE.findall(marker)]
        if len(clauses) != len(_EXTRA.findall(marker)):
            base.append(line)
            any_extra.append(line)
            continue
        if not clauses or _OR.search(marker):  # `extra == "x" or python_version < "3"`
            base.append(line)
        for extra in dict.fromkeys(clauses):
            by_extra.setdefault(extra, []).append(line)
    return RequirementLines(tuple(base), {extra: tuple(found) for extra, found in by_extra.items()}, tuple(any_extra))


class Target:
    """Parses requirements and evaluates markers for one target environment, each text once."""

    def __init__(self, markers: Mapping[str, str]) -> None:
        self._environment = dict(markers)
        self._markers: dict[str, Marker] = {}
        self._outcomes: dict[tuple[str, str], bool] = {}
        self._requirements: dict[str, Requirement] = {}

    def requirement(self, line: str, extra: str) -> Requirement | None:
        """Return the requirement of a Requires-Dist line, None if its marker is false for `extra` here.

        Raises: Unparsable.
        """
        head, _, marker = line.partition(";")
        if "@" in head:  # a URL may hold a semicolon
            requirement = self._parse(line)
            marker = str(requirement.marker or "")
            return requirement if not marker or self.holds(marker, extra) else None
        if marker and not self.holds(marker, extra):
            return None
        return self._parse(head)

    def holds(self, marker: str, extra: str = "") -> bool:
        """Return whether a marker is true for the target. Raises: Unparsable."""
        key = (marker, extra)
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = self._evaluate(marker, extra)
        return outcome

    def _evaluate(self, marker: str, extra: str) -> bool:
        try:
            parsed = self._markers.get(marker)
            if parsed is None:
                parsed = self._markers[marker] = Marker(marker)
            return parsed.evaluate(self._environment | {"extra": extra})
        except (InvalidMarker, UndefinedComparison, UndefinedEnvironmentName, InvalidVersion) as error:
            raise Unparsable(str(error)) from error

    def _parse(self, text: str) -> Requirement:
        requirement = self._requirements.get(text)
        if requirement is None:
            try:
                requirement = self._requirements[text] = Requirement(text)
            except InvalidRequirement as error:
                raise Unparsable(str(error)) from error
        return requirement
