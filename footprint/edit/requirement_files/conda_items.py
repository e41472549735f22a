"""Items of environment.yml, and of the list for pip in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from footprint.documents.yaml_nodes import YamlInvalid, YamlNode, parse_yaml
from footprint.edit.requirement_files.cuts import line_start, next_line
from footprint.edit.requirement_files.line_changes import (
    DropExtras,
    LeaveOut,
    LeftAlone,
    LineChange,
    LinePlan,
    MoveToDevelopment,
    WhyLeft,
)
from footprint.edit.requirement_files.written_names import names_in, without_extras
from footprint.edit.text_edits import Edit, replaced
from footprint.knowledge.shipped_files import load_data
from footprint.names import DistributionName, normalise
from footprint.pairs import group_pairs
from footprint.values import dataclass

_Shape = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _CondaItem:
    """One item of a list, and the item of the list around it that holds the list for pip."""

    node: YamlNode
    text: str
    around: YamlNode | None
    is_flow: bool

    def is_for(self, name: DistributionName) -> bool:
        if self.around is not None:
            return name in names_in(self.text)
        known = load_data("conda_names.toml")["index_names"]
        return any(name in (each, normalise(known.get(each, ""))) for each in names_in(self.text.rpartition("::")[2]))


def plan_conda(text: str, changes: tuple[LineChange, ...]) -> LinePlan:
    """Return how items of an environment.yml change."""
    try:
        root = parse_yaml(text)
        items = list(_items(root))
        rest = _rest(root)
    except YamlInvalid:
        return LinePlan((), tuple(LeftAlone(change, WhyLeft.UNREADABLE) for change in changes), lambda _: True)
    cuts, left = [], []
    by_line = group_pairs((item.node.line, item) for item in items)
    after = {id(item): (item.around, item.text) for item in items}
    for change in changes:
        meant = [item for item in by_line.get(change.line, ()) if item.is_for(change.name)]
        why = _why_not(meant, text)
        if why is not None:
            left.append(LeftAlone(change, why))
            continue
        item = meant[0]
        match change:
            case LeaveOut():
                cuts.append(_lines_of(item.node, text))
                after.pop(id(item), None)
            case MoveToDevelopment():
                left.append(LeftAlone(change, WhyLeft.NO_GROUP))
            case DropExtras(extras=extras):
                start, end = item.node.span
                here, there = without_extras(text[start:end].lstrip("\"'"), extras), without_extras(item.text, extras)
                if here is None or there is None:
                    left.append(LeftAlone(change, WhyLeft.NO_EXTRA))
                    continue
                start = end - len(text[start:end].lstrip("\"'"))
                cuts.append(Edit(start + here.start, start + here.end, here.text))
                after[id(item)] = item.around, replaced(item.text, [there])
    cuts += _emptied(items, {id(around) for around, _ in after.values()}, text)
    expected = [(around is not None, said) for around, said in after.values()]
    return LinePlan(tuple(cuts), tuple(left), lambda new: _reads_as(new, expected, rest))


def _items(root: YamlNode) -> Iterator[_CondaItem]:
    dependencies = dict(root.pairs()).get("dependencies")
    for node in dependencies.items() if dependencies is not None else ():
        is_flow = dependencies is not None and dependencies.is_flow
        if node.text is not None:
            yield _CondaItem(node, node.text, None, is_flow)
            continue
        for key, nested in node.pairs():
            for each in nested.items() if key == "pip" else ():
                yield _CondaItem(each, each.text or "", node, is_flow or node.is_flow or nested.is_flow)


def _why_not(meant: Sequence[_CondaItem], text: str) -> WhyLeft | None:
    """Return why an item cannot be edited; None where it can."""
    if not meant:
        return WhyLeft.NOT_THERE
    start, _ = meant[0].node.span
    before = text[line_start(text, start) : start]
    if meant[0].is_flow or text.startswith(("&", "*"), start):
        return WhyLeft.FLOW
    if len(meant) > 1:
        return WhyLeft.AMBIGUOUS
    return None if before.lstrip(" ").startswith("- ") and before.strip() == "-" else WhyLeft.LAYOUT


def _lines_of(node: YamlNode, text: str) -> Edit:
    """Return the cut of the lines of an item, with a comment behind it."""
    start, end = node.span
    return Edit(line_start(text, start), next_line(text, start + len(text[start:end].rstrip())))


def _emptied(items: Sequence[_CondaItem], kept: Collection[int], text: str) -> Iterator[Edit]:
    """Yield the cuts of lists for pip that hold nothing any more: conda refuses an empty one."""
    around = {id(item.around): item.around for item in items if item.around is not None}
    for node in around.values():
        if id(node) not in kept:
            start, _ = node.span
            yield Edit(line_start(text, start), next_line(text, start))


def _rest(root: YamlNode) -> _Shape:
    """Return all that stands beside the dependencies, as a flat list."""
    found: list[str] = []
    waiting = [node for key, node in root.pairs() if key != "dependencies"]
    while waiting and len(found) < 100_000:  # aliases may stand for more than the text holds
        node = waiting.pop()
        pairs = list(node.pairs())
        found += [node.kind, node.text or "", *(key for key, _ in pairs)]
        waiting += [*(value for _, value in pairs), *node.items()]
    return tuple(found)


def _reads_as(text: str, expected: list[tuple[bool, str]], rest: _Shape) -> bool:
    try:
        root = parse_yaml(text)
        return [(item.around is not None, item.text) for item in _items(root)] == expected and _rest(root) == rest
    except YamlInvalid:
        return False
