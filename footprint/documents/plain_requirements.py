"""A requirement as a project or an installed distribution states it, and the condition behind its semicolon.

Nearly all are written in one way: a name, extras, versions, a condition of plain comparisons. Those are read here. All
others are left to packaging, whose parser takes as long to load as a twentieth of a short command, and which says what
is wrong with them.

Law: where something is read here, packaging reads the same in it.
Source: "Dependency specifiers" specification (PEP 508), PEP 440, PEP 685.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from packaging.specifiers import InvalidSpecifier, SpecifierSet

from footprint.names import normalise
from footprint.values import dataclass

_LONGEST = 500  # characters of a line that is read here: no two parts of it could share more blanks
_DEPTH_AT_MOST = 50  # packaging refuses a depth of its own
_NAME = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_CLAUSE = r"(?:[<>!=~]=|[<>])[ \t]*[A-Za-z0-9][A-Za-z0-9._+!*-]*"
_USUAL = re.compile(
    rf"[ \t]*({_NAME})[ \t]*(?:\[[ \t]*({_NAME}(?:[ \t]*,[ \t]*{_NAME})*)[ \t]*\][ \t]*)?"
    rf"({_CLAUSE}(?:[ \t]*,[ \t]*{_CLAUSE})*)?[ \t]*(?:;(.*))?"
)
# A bracket, a word between comparisons, or a comparison.
_PART = re.compile(
    r"""[ \t]*(?:([()])|(and|or)\b|([a-z_]+)[ \t]*([<>!=]=|[<>])[ \t]*(?:"([\w. +-]*)"|'([\w. +-]*)'))""", re.ASCII
)
_RELEASE = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,9}){0,5}")
_VERSIONS = frozenset({"python_version", "python_full_version", "implementation_version"})
_TEXTS = frozenset(
    {"os_name", "sys_platform", "platform_machine", "platform_system", "platform_python_implementation"}
    | {"implementation_name"}
)
_NO_VERSION = re.compile(r"(?![vV]\d)[A-Za-z][A-Za-z0-9_-]*", re.ASCII)  # "v2" may be one


class RequirementInvalid(ValueError):
    """A text that is no requirement."""


@dataclass(frozen=True, slots=True)
class RequirementLine:
    """What a requirement says."""

    name: str  # as it is spelled
    extras: frozenset[str]
    specifier: SpecifierSet
    marker: str | None  # in the one spelling that packaging gives it
    url: str | None


def read_requirement(text: str) -> RequirementLine:
    """Return what a requirement says. Raises: RequirementInvalid."""
    return _read_usual(text) or _read_by_packaging(text)


def plain_truth(marker: str, environment: Mapping[str, str]) -> bool | None:
    """Return whether a condition of plain comparisons holds; None for any other, and where a value is missing."""
    around: list[tuple[bool, bool]] = []  # of each open bracket: whether something before `or` holds, and all since
    before, since, is_asked, at = False, True, True, 0
    marker = marker.rstrip(" \t")
    while at < len(marker):
        part = _PART.match(marker, at)
        if part is None or is_asked != (part[3] is not None or part[1] == "("):
            return None
        at = part.end()
        if part[1] == "(":
            if len(around) == _DEPTH_AT_MOST:
                return None
            around.append((before, since))
            before, since = False, True
            continue
        if part[2] is not None:
            before, since = (before or since, True) if part[2] == "or" else (before, since)
            is_asked = True
            continue
        if part[1] == ")":
            if not around:
                return None
            found = before or since
            before, since = around.pop()
        else:
            compared = _compare(part[3], part[4], part[5] if part[5] is not None else part[6], environment)
            if compared is None:
                return None
            found = compared
        since, is_asked = since and found, False
    return None if around or is_asked else before or since


def _compare(variable: str, sign: str, value: str, environment: Mapping[str, str]) -> bool | None:
    """Return what a comparison comes to; None for one that is not plain."""
    here = environment.get(variable)
    if here is None:
        return None
    if variable in _VERSIONS:
        return _compare_releases(here, sign, value)
    if sign not in ("==", "!="):
        return None
    if variable == "extra":
        return (normalise(here) == normalise(value)) == (sign == "==")
    is_plain = variable in _TEXTS and _NO_VERSION.fullmatch(value) is not None
    return (here == value) == (sign == "==") if is_plain else None


def _compare_releases(here: str, sign: str, value: str) -> bool | None:
    """Return how two versions of numbers alone compare: 3.10 is 3.10.0."""
    if not (_RELEASE.fullmatch(here) and _RELEASE.fullmatch(value)):
        return None
    left, right = (_numbers(each) for each in (here, value))
    outcomes = {"==": left == right, "!=": left != right, "<": left < right, ">": left > right}
    return outcomes[sign] if sign in outcomes else left == right or outcomes[sign[0]]


def _numbers(release: str) -> tuple[int, ...]:
    numbers = [*map(int, release.split("."))]
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _read_usual(text: str) -> RequirementLine | None:
    usual = _USUAL.fullmatch(text) if len(text) <= _LONGEST else None
    if usual is None:
        return None
    marker = None if usual[4] is None else _spell_marker(usual[4])
    if marker == "":
        return None
    try:
        specifier = SpecifierSet(usual[3] or "")
    except InvalidSpecifier:
        return None
    extras = frozenset(each.strip(" \t") for each in usual[2].split(",")) if usual[2] else frozenset[str]()
    return RequirementLine(usual[1], extras, specifier, marker, None)


def _spell_marker(marker: str) -> str:
    """Return a condition without brackets and extras as packaging spells it; "" for any other."""
    words: list[str] = []
    at, marker = 0, marker.rstrip(" \t")
    while at < len(marker):
        part = _PART.match(marker, at)
        is_asked = len(words) % 2 == 0
        if part is None or part[1] is not None or is_asked != (part[3] is not None):
            return ""
        if part[2] is not None:
            words.append(part[2])
        elif part[3] in _VERSIONS or part[3] in _TEXTS:
            words.append(f'{part[3]} {part[4]} "{part[5] if part[5] is not None else part[6]}"')
        else:
            return ""
        at = part.end()
    return " ".join(words) if len(words) % 2 else ""


def _read_by_packaging(text: str) -> RequirementLine:
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        found = Requirement(text)
    except (InvalidRequirement, RecursionError) as error:
        raise RequirementInvalid(str(error)) from error
    marker = None if found.marker is None else str(found.marker)
    return RequirementLine(found.name, frozenset(found.extras), found.specifier, marker, found.url)
