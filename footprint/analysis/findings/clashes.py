"""Several lines for one requirement: repeated, or with versions that exclude each other.

Laws: pure. Two sets of specifiers exclude each other when no version satisfies both; to find one it is enough to
try the bounds themselves and what lies just above them, since every common range begins at one of these.
Source: version specifiers, PEP 440.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion, Version

from footprint.model.requirements import DeclaredRequirement
from footprint.values import dataclass

_MOST_LINES = 20
_MOST_CLAUSES = 100
_Pair = tuple[DeclaredRequirement, DeclaredRequirement]


@dataclass(frozen=True, slots=True)
class Clash:
    """Lines of one requirement that do not go together."""

    message: str
    lines: tuple[DeclaredRequirement, ...]
    is_conflict: bool  # False: the same thing said twice in one file


def find_clashes(lines: Sequence[DeclaredRequirement], installed: str | None) -> tuple[Clash, ...]:
    """Return what is wrong among the lines of one name that apply to the target; at most one clash per pair.

    Each is compared with each up to 20 lines, which nobody writes; beyond that as far as it goes in linear time.
    Only the group "main" counts: other groups are meant to be installed apart, or to differ.
    """
    main = list({(line.path, line.line): line for line in lines if line.group == "main"}.values())
    pairs, left = (list(combinations(main, 2)), None) if len(main) <= _MOST_LINES else _pairs_of_many(main)
    found = [_compare(first, second, installed) for first, second in pairs]
    return tuple(clash for clash in (*found, left) if clash is not None)


def _pairs_of_many(lines: Sequence[DeclaredRequirement]) -> tuple[list[_Pair], Clash | None]:
    """Return whom to compare among very many lines, and what is not compared: all pairs would take for ever.

    Each line with the first that says the same; of what says something else the first lines among themselves.
    """
    first_same: dict[tuple[object, ...], DeclaredRequirement] = {}
    different: dict[tuple[str, str | None], DeclaredRequirement] = {}
    pairs: list[_Pair] = []
    for line in lines:
        first = first_same.setdefault((line.specifier, line.url, line.path, line.extras, line.marker), line)
        if first is not line:
            pairs.append((first, line))
        different.setdefault((line.specifier, line.url), line)
    kept = list(different.values())
    pairs += combinations(kept[:_MOST_LINES], 2)
    if len(kept) <= _MOST_LINES:
        return pairs, None
    words = f"{len(kept)} lines ask for {kept[0].name} in different versions, from {_show(kept[_MOST_LINES])} on"
    return pairs, Clash(f"{words} they are not compared", (kept[0], kept[_MOST_LINES]), False)


def exclude_each_other(first: SpecifierSet, second: SpecifierSet) -> bool:
    """Return whether no version satisfies both."""
    both = (first, second)
    return not any(all(each.contains(version, prereleases=True) for each in both) for version in _candidates(*both))


def _compare(first: DeclaredRequirement, second: DeclaredRequirement, installed: str | None) -> Clash | None:
    pair = (first, second)
    if first.url or second.url:
        return None
    try:
        mine, theirs = SpecifierSet(first.specifier), SpecifierSet(second.specifier)
    except InvalidSpecifier:
        return None  # arbitrary strings of other tools: nothing can be said
    words = f"{_show(first)} and {_show(second)}"
    if mine == theirs:
        twice = first.path == second.path and first.extras == second.extras and first.marker == second.marker
        return Clash(f"{words} say the same twice", pair, False) if twice else None
    if len(mine) + len(theirs) > _MOST_CLAUSES:
        return None
    if exclude_each_other(mine, theirs):
        return Clash(f"{words} exclude each other", pair, True)
    if installed is not None and _fits(installed, mine) != _fits(installed, theirs):
        return Clash(f"{words} differ, and the installed {installed} satisfies only one", pair, True)
    return None


def _fits(version: str, specifier: SpecifierSet) -> bool | None:
    try:
        return specifier.contains(version, prereleases=True)
    except InvalidVersion:
        return None


def _candidates(*sets: SpecifierSet) -> Iterator[Version]:
    yield Version("0")
    for specifiers in sets:
        for specifier in specifiers:
            text = specifier.version.removesuffix(".*")
            try:
                version = Version(text)
            except InvalidVersion:
                continue  # === takes any string
            yield version
            release = ".".join(map(str, version.release))
            epoch = f"{version.epoch}!" if version.epoch else ""
            # Just above: a next release of the same series, twice because `!=` may have taken the first.
            for tail in (".0.0.1", ".0.0.2", ".0.0.3"):
                yield Version(f"{epoch}{release}{tail}")
            yield Version(f"{epoch}{release}")
            yield Version(f"{epoch}{version.release[0] + 1}")
            yield Version(f"{epoch}{'.'.join(map(str, (*version.release[:-1], version.release[-1] + 1)))}")


def _show(line: DeclaredRequirement) -> str:
    return f"{line.raw} ({line.path}:{line.line})"
