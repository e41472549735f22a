"""`footprint why NAME --tree`: who requires a distribution, up to the declared lines, and all that it brings.

Laws: each distribution is opened once, whatever requires whom in a circle; what comes again says so. A tree ends after
so many lines, and says how many distributions it leaves out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from footprint.model.audit import Audit, DistributionRow
from footprint.pairs import group_pairs
from footprint.report.languages.figures import mebibytes, size
from footprint.report.languages.messages import say
from footprint.report.text.phrases import place
from footprint.report.text.view import View
from footprint.values import dataclass

_LINES = 120  # of one tree
_DEEPEST = 12  # levels: what lies below is told as more


@dataclass(frozen=True, slots=True)
class Branches:
    """The signs that a tree is drawn with."""

    inner: str
    last: str
    beside: str
    below: str


_DRAWN = Branches("├─ ", "└─ ", "│  ", "   ")
_PLAIN = Branches("|- ", "`- ", "|  ", "   ")
_Edges = Mapping[str, Sequence[DistributionRow]]


def tree_lines(audit: Audit, row: DistributionRow, view: View) -> list[str]:
    """Return both trees of a distribution, each below its heading."""
    branches, rows = _PLAIN if view.ascii else _DRAWN, {each.name: each for each in audit.distributions}
    above = {each.name: _heaviest(rows[name] for name in each.required_by if name in rows) for each in rows.values()}
    leaving = frozenset(row.exclusive)

    def brought(each: DistributionRow) -> str:
        stays = "" if each.name in leaving or each is row else say(", stays: others require it")
        return f"{_weight(each)}{stays}"

    return [
        say("Who requires it, up to the lines that are declared:"),
        *_bounded(row, above, _requirer, branches),
        say("What it brings:"),
        *_bounded(row, _below(audit.distributions), brought, branches),
    ]


def _below(rows: Iterable[DistributionRow]) -> _Edges:
    """Return what each distribution requires: who requires whom, turned round."""
    pairs = ((name, row) for row in rows for name in row.required_by)
    return {name: _heaviest(required) for name, required in group_pairs(pairs).items()}


def _heaviest(rows: Iterable[DistributionRow]) -> list[DistributionRow]:
    return sorted(rows, key=lambda row: (-(row.apparent_bytes or 0), row.name))


def _bounded(
    root: DistributionRow, edges: _Edges, words: Callable[[DistributionRow], str], branches: Branches
) -> Iterator[str]:
    """Yield the lines of a tree, and how many distributions are not among them."""
    shown: set[str] = set()
    for number, (row, line) in enumerate(_walk(root, edges, words, branches)):
        if number == _LINES:
            break
        shown.add(row.name)
        yield f"  {line}"
    if left := len(_reached(root, edges) - shown):
        yield f"  {say('and {count} more', count=left)}"


def _reached(root: DistributionRow, edges: _Edges) -> set[str]:
    found, pending = {root.name}, [root.name]
    while pending:
        for row in edges.get(pending.pop(), ()):
            if row.name not in found:
                found.add(row.name)
                pending.append(row.name)
    return found


def _walk(
    root: DistributionRow, edges: _Edges, words: Callable[[DistributionRow], str], branches: Branches
) -> Iterator[tuple[DistributionRow, str]]:
    """Yield each distribution with its line, from the root down; one that was opened before is not opened again."""
    opened = {root.name}
    yield root, words(root)
    pending = [(row, "", 1, place) for place, row in _from_the_end(edges.get(root.name, ()))]
    while pending:
        row, before, depth, from_end = pending.pop()
        line = f"{before}{branches.inner if from_end else branches.last}{words(row)}"
        inside = edges.get(row.name, ())
        if inside and row.name in opened:
            yield row, say("{line} (see above)", line=line)
            continue
        if inside and depth >= _DEEPEST:
            yield row, f"{line} ..."
            continue
        opened.add(row.name)
        yield row, line
        before += branches.beside if from_end else branches.below
        pending += [(each, before, depth + 1, place) for place, each in _from_the_end(inside)]


def _from_the_end(rows: Sequence[DistributionRow]) -> Iterator[tuple[int, DistributionRow]]:
    """Yield rows last first, each with how many follow it."""
    return enumerate(reversed(rows))


def _weight(row: DistributionRow) -> str:
    words = [row.name if row.version is None else f"{row.name} {row.version}"]
    if row.apparent_bytes is not None:
        words.append(size(row.apparent_bytes))
    if row.startup_self_rss_bytes is not None:
        words.append(say("{memory} MiB RSS at startup", memory=mebibytes(row.startup_self_rss_bytes)))
    return ", ".join(words)


def _requirer(row: DistributionRow) -> str:
    declared = [place(at.file, at.line) for at in row.declared]
    return f"{_weight(row)}{f', {declared[0]}' if declared else ''}"
