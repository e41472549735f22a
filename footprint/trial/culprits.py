"""Who of those that were taken away is missed: read from an error and what was printed with it.

Pure. What names nobody is no guess: then the search takes halves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from footprint.names import ModuleName, NameSet, normalise
from footprint.values import dataclass

# Each finds a name, the most telling first; of several in a text the last, which is what the program died of.
_MODULE = re.compile(r"No module named ['\"]?([\w.]+)|from partially initialized module '([\w.]+)'")
_FROM = re.compile(r"cannot import name '(\w+)' from '([\w.]+)'")
_METADATA = re.compile(
    r"No package metadata was found for ['\"]?([\w.-]+)|PackageNotFoundError: ['\"]?([\w.-]+)|"
    r"The '([\w.-]+)[^']*' distribution was not found"
)
_FILE = re.compile(
    r"(?:No such file or directory|cannot open shared object file|not found)[^\n]*?['\"]([^'\"\n]+)['\"]"
)
_LIBRARY = re.compile(r"([\w.+-]+\.so[\w.]*): cannot open shared object file")
_WORD = re.compile(r"[A-Za-z][\w.-]*[A-Za-z0-9]")
_FRAME = re.compile(r'(?m)^\s*File "([^"\n]+)", line (\d+)|^([^\s:][^:\n]*\.py):(\d+): ')


@dataclass(frozen=True, slots=True)
class TakenAway:
    """What is away: which distributions have a module, and which a file by the end of its path."""

    names: NameSet
    of_module: Callable[[ModuleName], NameSet]
    of_file: Callable[[str], NameSet]


def find_culprits(message: str, printed: str, taken: TakenAway) -> NameSet:
    """Return who is missed: by the message of the error, else by the rest of what was printed, from its end."""
    for text in (message, printed):
        for pattern, owners in (
            (_MODULE, taken.of_module),
            (_FROM, lambda found: taken.of_module(found.rpartition(":")[2])),
            (_METADATA, lambda found: frozenset({normalise(found)}) & taken.names),
            (_LIBRARY, taken.of_file),
            (_FILE, taken.of_file),
        ):
            for found in reversed(list(pattern.finditer(text))):
                if missed := _owners(found, owners):
                    return missed
    return frozenset({normalise(word) for word in _WORD.findall(message)}) & taken.names


def _owners(found: re.Match[str], owners: Callable[[str], NameSet]) -> NameSet:
    """Return the owners of the last group that matched: `from b import a` misses b.a, or b."""
    groups = [group for group in found.groups() if group]
    if found.re is _FROM:
        name, module = groups
        return owners(f"{module}.{name}") or owners(module)
    return next(filter(None, (owners(group) for group in reversed(groups))), frozenset())


def find_asker(printed: str, message: str, passed_over: Iterable[str]) -> tuple[str, int] | None:
    """Return file and line of the frame that stands before the error in what was printed."""
    kind, _, text = message.partition(": ")
    end = max(printed.rfind(text[:80] or kind), 0) or len(printed)
    frames = [(path or other, int(line or number)) for path, line, other, number in _FRAME.findall(printed[:end])]
    skipped = tuple(passed_over)
    own = [(path, line) for path, line in frames if not path.startswith(("<", *skipped))]
    return own[-1] if own else None


def relative_to(path: str, tops: Mapping[str, str]) -> str:
    """Return a path as it is shown: without the folder of `tops` that it lies in, with what that is called."""
    for top, shown in sorted(tops.items(), key=lambda item: -len(item[0])):
        if path.startswith(f"{top}/"):
            return f"{shown}{path[len(top) + 1 :]}"
    return path
