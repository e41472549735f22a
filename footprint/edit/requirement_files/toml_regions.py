"""Where the pieces of a TOML text stand that go: items with their commas, keys with their lines, tables with theirs."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from footprint.documents.toml import TomlPath, TomlSpan, TomlSpans
from footprint.edit.requirement_files.cuts import cut_out, line_start, next_line
from footprint.edit.text_edits import Edit
from footprint.values import dataclass

_BLANK = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")
_EMPTY_LINES = re.compile(r"(?:[ \t]*\r?\n)*")
_Region = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Element:
    """An item of an array or a pair of an inline table, and where the comma after it stands."""

    start: int
    end: int
    comma: int | None
    goes: bool


class Pieces:
    """What goes of one text, by the paths of the values."""

    def __init__(self, text: str, spans: TomlSpans, gone: Sequence[TomlPath]) -> None:
        self._text, self._spans = text, spans
        self._gone = dict.fromkeys(gone)
        self._starts = sorted((span.key, span.end) for span in spans.values.values())

    def cuts(self) -> Iterator[Edit]:
        """Yield the cuts that take all of it out."""
        by_container: dict[TomlPath, list[TomlPath]] = {}
        regions: list[_Region] = []
        for path in self._gone:
            container = self._container(path)
            if container is not None:
                by_container.setdefault(container, []).append(path)
                continue
            sections = list(self._sections(path))
            regions += [(span.key, span.end) for span in self._outermost(path) if not _is_within(span, sections)]
            for start, end in sections:
                yield Edit(start, end)
        yield from cut_out(self._text, regions)
        for container, paths in by_container.items():
            yield from self._elements_cut(container, frozenset(paths))

    def _container(self, path: TomlPath) -> TomlPath | None:
        """Return the array or inline table that holds a value, None where it stands on lines of its own."""
        for count in range(len(path) - 1, 0, -1):
            if path[:count] in self._spans.values:
                return path[:count]
        return None

    def _outermost(self, path: TomlPath) -> list[TomlSpan]:
        """Return the assignments that make up what stands at a path: one, or one for each dotted key."""
        if path in self._spans.values:
            return [self._spans.values[path]]
        below = [span for at, span in self._spans.values.items() if at[: len(path)] == path]
        found: list[TomlSpan] = []
        for span in sorted(below, key=lambda each: (each.key, -each.end)):
            if not found or span.key >= found[-1].end:
                found.append(span)
        return found

    def _sections(self, path: TomlPath) -> Iterator[_Region]:
        """Yield the tables with headers of their own that make up what stands at a path, whole lines each."""
        ends = [start for _, start, _ in self._spans.headers[1:]] + [len(self._text)]
        for (at, start, end), until in zip(self._spans.headers, ends, strict=True):
            if at[: len(path)] != path:
                continue
            inside = self._starts[bisect_right(self._starts, (start, 0)) : bisect_right(self._starts, (until, 0))]
            last = max([end, *(end_of for _, end_of in inside)])
            first, after = line_start(self._text, start), next_line(self._text, last)
            is_apart = not self._text[line_start(self._text, max(first - 1, 0)) : first].strip()
            blank = _EMPTY_LINES.match(self._text, after) if is_apart else None
            yield first, blank.end() if blank else after

    def _elements_cut(self, container: TomlPath, gone: frozenset[TomlPath]) -> Iterator[Edit]:
        span = self._spans.values[container]
        elements = self._elements(container, span, gone)
        inside = span.start + 1, span.end - 1
        regions = list(self._regions(elements, is_table=self._text[span.start] == "{"))
        cuts = list(cut_out(self._text, regions))
        if all(element.goes for element in elements):
            rest, at = "", inside[0]
            for cut in sorted(cuts):
                rest, at = rest + self._text[at : cut.start], max(at, cut.end)
            if not (rest + self._text[at : inside[1]]).strip():
                cuts = [Edit(*inside)]
        yield from cuts

    def _elements(self, container: TomlPath, span: TomlSpan, gone: frozenset[TomlPath]) -> list[_Element]:
        depth = len(container)
        below = sorted(
            (each.key, -each.end, any(at[:count] in gone for count in range(depth + 1, len(at) + 1)))
            for at, each in self._spans.values.items()
            if len(at) > depth and at[:depth] == container and span.start < each.start < span.end
        )
        found: list[_Element] = []
        for start, minus_end, goes in below:
            if found and start < found[-1].end:
                continue
            blank = _BLANK.match(self._text, -minus_end)
            after = blank.end() if blank else -minus_end
            found.append(_Element(start, -minus_end, after if self._text[after] == "," else None, goes))
        return found

    def _regions(self, elements: Sequence[_Element], *, is_table: bool) -> Iterator[_Region]:
        """Yield what goes: each element with its comma; the last one, which has none, with that before it.

        An array on several lines may end in a comma, which then stays; an inline table may not.
        """
        kept = None
        for element in elements:
            if not element.goes:
                kept = element
            elif element.comma is not None:
                yield element.start, element.comma + 1
            elif kept is not None and (is_table or self._is_one_line(kept.end, element.start)):
                yield kept.end, element.end
            else:
                first = line_start(self._text, element.start)
                is_led = self._text[first : element.start].strip() == "," and not is_table  # a comma before each
                yield self._text.index(",", first) if is_led else element.start, element.end

    def _is_one_line(self, start: int, end: int) -> bool:
        return "\n" not in self._text[start:end]


def _is_within(span: TomlSpan, sections: Iterable[_Region]) -> bool:
    return any(start <= span.key < end for start, end in sections)
