"""Requires-Dist lines of installed distributions, parsed only when somebody asks for them.

Laws: markers are those of the target, never of the interpreter that runs this; a line behind an extra is
not even looked at until that extra is requested. Most lines are: 2,537 of 3,350 in one measured environment.
Source: "Dependency specifiers" specification (PEP 508), PEP 685 for the names of extras.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from footprint.documents.plain_requirements import RequirementInvalid, RequirementLine, plain_truth, read_requirement
from footprint.names import DistributionName, normalise
from footprint.values import dataclass

if TYPE_CHECKING:
    from packaging.markers import Marker

_EXTRA_CLAUSE = re.compile(r"""\bextra\s*==\s*(?:'([^']*)'|"([^"]*)")""")
_EXTRA = re.compile(r"\bextra\b")
_OR = re.compile(r"\bor\b")
# A requirement as nearly all are written: name, extras, specifiers; anything else is parsed by packaging.
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_CLAUSE = r"(?!===)[<>=!~][^();@,]*"
# No two parts of it match the same blanks, or 100,000 of them would be shared out in as many ways.
_USUAL = re.compile(
    rf"\s*({_NAME})\s*(?:\[({_NAME}(?:\s*,\s*{_NAME})*)\]\s*)?(\()?((?:{_CLAUSE}(?:,\s*{_CLAUSE})*)?)(?(3)\)\s*)"
)


class Unparsable(ValueError):
    """A requirement or marker that the specification does not allow."""


@dataclass(frozen=True, slots=True)
class AskedRequirement:
    """What one requirement line asks for, its marker apart."""

    name: DistributionName
    extras: tuple[str, ...]  # normalised, sorted
    specifier: SpecifierSet


@dataclass(frozen=True, slots=True)
class LinesByExtra:
    """The Requires-Dist lines of one distribution, sorted by who may ask for them."""

    base: tuple[str, ...]  # may apply without any extra
    by_extra: Mapping[str, tuple[str, ...]]  # may apply when that extra is requested; normalised names
    any_extra: tuple[str, ...]  # written so that only evaluation tells: `extra != "x"`, `"x" == extra`

    def asked_by(self, extra: str) -> tuple[str, ...]:
        """Return the lines that may apply to the distribution with `extra`, "" for none."""
        return self.base if not extra else self.by_extra.get(extra, ()) + self.any_extra


def sort_lines(lines: Sequence[str]) -> LinesByExtra:
    """Sort lines by the extras in their markers, without parsing them."""
    base: list[str] = []
    by_extra: dict[str, list[str]] = {}
    any_extra: list[str] = []
    for line in lines:
        marker = line.partition(";")[2]
        if "extra" not in marker:
            base.append(line)
            continue
        extras, without, unknown = _askers(marker)
        if without:
            base.append(line)
        if unknown:
            any_extra.append(line)
        for extra in extras:
            by_extra.setdefault(extra, []).append(line)
    return LinesByExtra(tuple(base), {extra: tuple(found) for extra, found in by_extra.items()}, tuple(any_extra))


@lru_cache(maxsize=4096)  # `extra == "dev"` comes again with every distribution
def _askers(marker: str) -> tuple[tuple[str, ...], bool, bool]:
    """Return which extras a marker names, whether it may hold without one, and whether it may hold with any."""
    clauses = [normalise(single or double) for single, double in _EXTRA_CLAUSE.findall(marker)]
    if len(clauses) != len(_EXTRA.findall(marker)):
        return (), True, True
    # `extra == "x" or python_version < "3"`
    return tuple(dict.fromkeys(clauses)), not clauses or _OR.search(marker) is not None, False


class MarkerTarget:
    """Parses requirements and evaluates markers for one target environment, each text once."""

    def __init__(self, markers: Mapping[str, str]) -> None:
        self._environment = dict(markers)
        self._markers: dict[str, Marker] = {}
        self._outcomes: dict[tuple[str, str], bool] = {}
        self._asked: dict[str, AskedRequirement] = {}
        self._specifiers: dict[str, SpecifierSet] = {}

    def asked(self, line: str, extra: str) -> AskedRequirement | None:
        """Return what a Requires-Dist line asks for, None if its marker is false for `extra` here.

        Raises: Unparsable.
        """
        head, _, marker = line.partition(";")
        if "@" in head:  # a URL may hold a semicolon
            requirement = _parse(line)
            extras = f"[{','.join(sorted(requirement.extras))}]" if requirement.extras else ""
            head, marker = f"{requirement.name}{extras}", requirement.marker or ""
        if marker and not self.holds(marker, extra):
            return None
        asked = self._asked.get(head)
        if asked is None:
            asked = self._asked[head] = self._read(head)
        return asked

    def holds(self, marker: str, extra: str = "") -> bool:
        """Return whether a marker is true for the target. Raises: Unparsable."""
        key = (marker, extra)
        outcome = self._outcomes.get(key)
        if outcome is None:
            outcome = self._outcomes[key] = self._evaluate(marker, extra)
        return outcome

    def may_hold(self, marker: str) -> bool:
        """Return whether a marker is true for the target, or cannot be decided."""
        try:
            return self.holds(marker)
        except (Unparsable, KeyError, TypeError):
            return True

    def _evaluate(self, marker: str, extra: str) -> bool:
        environment = self._environment | {"extra": extra}
        plain = plain_truth(marker, environment)
        return self._evaluate_by_packaging(marker, environment) if plain is None else plain

    def _evaluate_by_packaging(self, marker: str, environment: Mapping[str, str]) -> bool:
        from packaging.markers import InvalidMarker, Marker, UndefinedComparison, UndefinedEnvironmentName
        from packaging.version import InvalidVersion

        try:
            parsed = self._markers.get(marker)
            if parsed is None:
                parsed = self._markers[marker] = Marker(marker)
            return parsed.evaluate(environment)
        except (
            InvalidMarker,
            UndefinedComparison,
            UndefinedEnvironmentName,
            InvalidVersion,
            RecursionError,  # brackets inside brackets, thousands deep
        ) as error:
            raise Unparsable(str(error)) from error

    def _read(self, text: str) -> AskedRequirement:
        usual = _USUAL.fullmatch(text)
        if usual is None:
            requirement = _parse(text)
            name, extras, specifier = requirement.name, requirement.extras, requirement.specifier
        else:
            name, extras = usual[1], frozenset(extra.strip() for extra in (usual[2] or "").split(",") if extra)
            specifier = self._specifier(usual[4])
        return AskedRequirement(normalise(name), tuple(sorted({normalise(extra) for extra in extras})), specifier)

    def _specifier(self, text: str) -> SpecifierSet:
        specifier = self._specifiers.get(text)
        if specifier is None:
            try:
                specifier = self._specifiers[text] = SpecifierSet(text)
            except InvalidSpecifier as error:
                raise Unparsable(str(error)) from error
        return specifier


def _parse(text: str) -> RequirementLine:
    try:
        return read_requirement(text)
    except RequirementInvalid as error:
        raise Unparsable(str(error)) from error
