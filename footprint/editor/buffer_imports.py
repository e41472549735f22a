"""The import statements of a text in an editor, and which of them an audit has seen before.

Figures follow their statement through edits: it is the same where it imports the same in the same function. What was
moved into a function is another one, since it runs at another time.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Sequence
from functools import partial
from typing import NamedTuple

from footprint.collect.imports.scan.scanner import scan_imports
from footprint.editor.audited_places import AuditedPlace, AuditedProject
from footprint.model.audit import DistributionRow
from footprint.model.source_modules import ImportSite, name_under
from footprint.names import ModuleName, text_bytes, top_level
from footprint.values import dataclass

_ALIGNED_AT_MOST = 200  # statements and places that differ, on each side; the time is their product
_END = re.compile(r"\r\n|\r|\n")
_LINES_AT_MOST = 400  # of one statement
_Keys = frozenset[tuple[str | None, str]]  # with the function around it: a module, or "name:" of a distribution


@dataclass(frozen=True, slots=True)
class BufferImport:
    """The imports that begin on one line, in one function."""

    line: int  # from 1
    last_line: int
    sites: tuple[ImportSite, ...]
    rows: tuple[DistributionRow, ...]  # that may provide what they import

    @property
    def function(self) -> str | None:
        """The function that it stands in."""
        return self.sites[0].function

    @property
    def keys(self) -> frozenset[tuple[str | None, str]]:
        """What it may be known by, as `AuditedPlace.keys`."""
        names = {name for site in self.sites for name in _asked(site)} | {f"{row.name}:" for row in self.rows}
        return frozenset((self.function, name) for name in names)

    @property
    def is_ours_or_standard(self) -> bool:
        """Whether nothing of it can come from a distribution."""
        return all(site.level or top_level(site.module) in sys.stdlib_module_names for site in self.sites)


class Aligned(NamedTuple):
    """A statement with the place at which the audit saw it, None where it is new."""

    statement: BufferImport
    place: AuditedPlace | None


def read_buffer(text: str, path: str, project: AuditedProject) -> tuple[BufferImport, ...]:
    """Return the import statements of a text in the order of their lines; never raises for what it holds."""
    is_package = path.endswith(("/__init__.py", "/__init__.pyi")) or path in ("__init__.py", "__init__.pyi")
    found = scan_imports(text_bytes(text), path=path, module=name_under(path, ".") or "", is_package=is_package)
    by_line: dict[tuple[int, str | None], list[ImportSite]] = {}
    for site in found.sites:
        by_line.setdefault((site.line, site.function), []).append(site)
    lines = _END.split(text)
    ordered = sorted(by_line.items(), key=lambda item: item[0][0])
    following = [*(line for (line, _), _ in ordered), len(lines) + 1][1:]
    return tuple(
        BufferImport(
            line,
            _last_line(lines, line, before),
            tuple(sites),
            project.providers(name for site in sites if not site.level for name in site.asked_names),
        )
        for ((line, _), sites), before in zip(ordered, following, strict=True)
    )


def _last_line(lines: Sequence[str], line: int, before: int) -> int:
    """Return where a statement ends: with its bracket, or with the first line that does not go on."""
    first = lines[line - 1] if line <= len(lines) else ""
    is_open = "(" in first.partition("#")[0] and ")" not in first
    for number in range(line, min(before, len(lines) + 1, line + _LINES_AT_MOST)):
        shown = lines[number - 1].partition("#")[0]
        if (")" in shown) if is_open else not shown.endswith("\\"):
            return number
    return line


def _asked(site: ImportSite) -> Iterator[ModuleName]:
    """Yield all that a site may load; of a relative import also as it is called from a folder further in."""
    for name in site.asked_names:
        parts = name.split(".") if site.level else [name]
        yield from (".".join(parts[start:]) for start in range(len(parts)))


def align(statements: Sequence[BufferImport], places: Sequence[AuditedPlace]) -> tuple[Aligned, ...]:
    """Return each statement with its place. The order decides first, so that the same import twice keeps its own."""
    here, there = [each.keys for each in statements], [each.keys for each in places]
    known = frozenset(key for keys in there for key in keys)
    wanted = [number for number, keys in enumerate(here) if not keys.isdisjoint(known)]
    pairs = {wanted[i]: j for i, j in _in_order([here[number] for number in wanted], there)}
    free = set(range(len(places))) - set(pairs.values())
    by_key: dict[tuple[str | None, str], list[int]] = {}
    for number in sorted(free, reverse=True):
        for key in there[number]:
            by_key.setdefault(key, []).append(number)
    at_line = {(places[number].line, places[number].function): number for number in free}
    for number, each in enumerate(statements):
        if number in pairs:
            continue
        waiting = (by_key.get(key, []) for key in here[number])
        place = min((those[-1] for those in map(partial(_left, free), waiting) if those), default=None)
        if place is None and not each.rows and not each.is_ours_or_standard:  # nobody knows who provides it
            place = at_line.get((each.line, each.function))
        if place is not None and place in free:
            pairs[number] = place
            free.remove(place)
    return tuple(
        Aligned(each, places[pairs[number]] if number in pairs else None) for number, each in enumerate(statements)
    )


def _left(free: set[int], numbers: list[int]) -> list[int]:
    """Return a list without what is taken at its end."""
    while numbers and numbers[-1] not in free:
        numbers.pop()
    return numbers


def _in_order(here: Sequence[_Keys], there: Sequence[_Keys]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of what is the same on both sides in the same order."""
    start, end, shorter = 0, 0, min(len(here), len(there))
    while start < shorter and not here[start].isdisjoint(there[start]):
        yield start, start
        start += 1
    while end < shorter - start and not here[-1 - end].isdisjoint(there[-1 - end]):
        yield len(here) - 1 - end, len(there) - 1 - end
        end += 1
    left, right = here[start : len(here) - end], there[start : len(there) - end]
    for i, j in _common(left[:_ALIGNED_AT_MOST], right[:_ALIGNED_AT_MOST]):
        yield start + i, start + j


def _common(left: Sequence[_Keys], right: Sequence[_Keys]) -> Iterator[tuple[int, int]]:
    """Yield the numbers of a longest common subsequence."""
    best = [[0] * (len(right) + 1) for _ in range(len(left) + 1)]
    for i in range(len(left) - 1, -1, -1):
        for j in range(len(right) - 1, -1, -1):
            taken = 1 + best[i + 1][j + 1] if not left[i].isdisjoint(right[j]) else 0
            best[i][j] = max(taken, best[i + 1][j], best[i][j + 1])
    i = j = 0
    while i < len(left) and j < len(right):
        if not left[i].isdisjoint(right[j]) and best[i][j] == 1 + best[i + 1][j + 1]:
            yield i, j
            i, j = i + 1, j + 1
        elif best[i + 1][j] >= best[i][j + 1]:
            i += 1
        else:
            j += 1
