"""Poetry's version constraints as PEP 440 specifiers. Source: Poetry documentation, "Dependency specification"."""

from __future__ import annotations

import re

from packaging.version import InvalidVersion, Version

_PART = re.compile(r"\s*(?:(\^|~=|~|===|==|!=|<=|>=|<|>|=)\s*)?v?([^\s,<>=!~^]+)\s*,?")


def to_specifier(constraint: str) -> str | None:
    """Return the specifier that says the same: `^1.2` is `>=1.2,<2`; "" for any version.

    Alternatives (`^1 || ^3`) have no equal in PEP 440 and limit nothing: "". None for what is no constraint.
    """
    constraint = constraint.strip()
    if constraint in ("", "*", "x", "X"):
        return ""
    if "|" in constraint:
        parts = [to_specifier(part) for part in constraint.replace("||", "|").split("|")]
        return None if None in parts else ""
    found, at = [], 0
    while at < len(constraint):
        match = _PART.match(constraint, at)
        if match is None:
            return None
        part = _convert(match[1] or "", match[2])
        if part is None:
            return None
        found.append(part)
        at = match.end()
    return ",".join(part for part in found if part)


def _convert(operator: str, text: str) -> str | None:
    wildcard = re.fullmatch(r"(\d+(?:\.\d+)*)(?:\.[xX*])+", text)
    if wildcard:
        return f"{operator if operator == '!=' else '=='}{wildcard[1]}.*" if operator in ("", "=", "==", "!=") else None
    if text in ("*", "x", "X"):
        return ""
    try:
        version = Version(text)
    except InvalidVersion:
        return None
    match operator:
        case "" | "=":
            return f"=={text}"
        case "^":
            return f">={text},<{_caret_limit(version)}"
        case "~":
            return f">={text},<{_bump(version, min(1, len(version.release) - 1))}"
        case _:
            return f"{operator}{text}"


def _caret_limit(version: Version) -> str:
    """Return the first version that `^` excludes: the leftmost part that is not zero may not change."""
    for position, part in enumerate(version.release):
        if part:
            return _bump(version, position)
    return _bump(version, len(version.release) - 1)


def _bump(version: Version, position: int) -> str:
    release = [*version.release[:position], version.release[position] + 1]
    epoch = f"{version.epoch}!" if version.epoch else ""
    return epoch + ".".join(str(part) for part in [*release, *[0] * (len(version.release) - len(release))])
