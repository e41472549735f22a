"""Blocks for the scanner: the compound statements around an import, from indentation, and what holds inside them.

Laws: only header lines are looked at. In a file that parses, the nearest header above with less indentation opens
the block, since every other logical line with less indentation would have ended it. A line in brackets can look
like a header when it starts with `if` or `for`: those have to end in a colon and close what they open.
"""

from __future__ import annotations

import re
import sys
from bisect import bisect_right
from collections.abc import Iterable
from functools import cache, cached_property

from footprint.collect.imports.frames import TOP, Frame, HeaderTest, catches, suppresses, truths_of, under
from footprint.collect.imports.scan.text import BACKSLASH, SourceText, Unusual
from footprint.collect.imports.target_tests import flag_names, with_plain_flags
from footprint.documents.python_trees import gives_up, try_python
from footprint.late import late_pattern

_DEEPEST = 200  # twice what the interpreter's tokenizer takes

_HEADER = (
    rb"(?=[acdefimtw])(?:async[ \t]+(?![ \t]))?(?:"
    rb"(def|class|with|while|elif|except)\b|(else|try|finally)[ \t]*:|(if|for|match|case)\b)"
)
_MAY_BE_INSIDE = 4  # the group of the words that can start a line in brackets
_CLAUSES = frozenset({b"elif", b"else", b"except", b"finally"})
# On one line, with texts that hold nothing special, and brackets that hold no others.
_CODE = rb"[^\n#'\"\\()\[\]{}]*"
_SHORT = rb"(?:'[^'\\\n{]*'|\"[^\"\\\n{]*\")"
_INSIDE = _CODE + rb"(?:" + _SHORT + _CODE + rb")*"
_WORD = re.compile(r"\w+")
_PLAIN_HEADER = re.compile(
    _CODE + rb"(?:(?:" + _SHORT + rb"|\(" + _INSIDE + rb"\)|\[" + _INSIDE + rb"\])" + _CODE + rb")*"
    rb"(:)[ \t]*(?:#[^\n]*)?(?:\n|\Z)"
)
_NOWHERE = 1 << 62
_MARGIN = re.compile(rb"[ \t]*")
_ELSE = late_pattern(rb"\belse\b")
_MAY_END = late_pattern(rb"\b(?:raise|_?exit|quit)\b")
_NAME = re.compile(rb"(?:async[ \t]+)?(?:def|class)[ \t]+([A-Za-z_][A-Za-z0-9_]*)[ \t]*[(:\[\\\n]")


class ClauseBlock:
    """One clause of a compound statement: a `def`, an `if`, an `else`. Made for every header: costs count."""

    before: ClauseBlock | None = None  # the clause before, of the same statement
    opening: ClauseBlock | None = None  # the first clause of the same statement, None: this one
    handlers: tuple[ClauseBlock, ...] | list[ClauseBlock] = ()  # of a try
    frame: Frame | None = None
    other: Frame | None = None  # what holds in the clauses after an if or elif

    def __init__(self, indent: int, start: int, word: bytes, parent: ClauseBlock | None) -> None:
        self.indent, self.start, self.word, self.parent = indent, start, word, parent

    @property
    def first(self) -> ClauseBlock:
        """The first clause of the same statement."""
        return self.opening or self

    def is_in_try(self) -> bool:
        """Whether it is a clause of a try, or inside one."""
        block: ClauseBlock | None = self
        while block is not None and block.first.word != b"try":
            block = block.parent
        return block is not None

    def follow(self, before: ClauseBlock) -> None:
        """Become the clause after `before`."""
        self.before, self.opening = before, before.first
        if self.word == b"except":
            if not self.opening.handlers:
                self.opening.handlers = []
            self.opening.handlers.append(self)  # type: ignore[union-attr]


class Blocks:
    """The blocks of one file, read as far as they are asked for."""

    def __init__(self, text: SourceText) -> None:
        self._text = text
        self._done = 0
        self._stack: list[ClauseBlock] = []
        self._last_at: dict[int, ClauseBlock | None] = {}  # by indentation; None: a statement on one line
        self._computed_line = self._computed_indent = -1  # of the last import by call with a computed name
        self._has_tabs = b"\t" in text.data
        self._passed = 0  # strings that end above the last header
        self._typing = self._suppress = frozenset[str]()
        self.last_start = 0  # of a header
        self.typing_names: set[str] = set()  # aliases of typing.TYPE_CHECKING
        self.suppress_names = {"suppress"}
        self._at_margin: dict[str, bool] = {}  # words, of which a line begins with some
        self._end_word = -1, -1  # from where on the next word of an end was looked for, and where it is
        self.renames = False  # a module of OF_TARGET is imported by another name, or something of one

    def read_until(self, position: int, indent: int) -> None:
        """Read the headers above a statement that is indented so far.

        Blocks that are indented as far or further have ended by then. Only clauses of those that are still open
        can matter besides the ones around it.
        """
        deepest = max(indent - 1, self._stack[-1].indent if self._stack else 0)
        self._open(_headers(deepest).finditer(self._text.data, self._done, position))
        self._done = max(self._done, position - 1)

    def enter(self, margin: bytes, position: int) -> ClauseBlock | None:
        """Return the innermost block around an import that follows a margin at `position`, None at the top level."""
        stack = self._stack
        if not margin:
            if stack:
                self.read_until(position, 0)
                stack.clear()
                self._last_at.clear()
            self._done = position - 1
            return None
        indent = len(margin.expandtabs(8))
        self.read_until(position, indent)
        while stack and stack[-1].indent >= indent:
            stack.pop()
        if not stack:
            raise Unusual("indented for no reason", position)
        return stack[-1]

    def meet_computed(self, line_start: int) -> ClauseBlock | None:
        """Return the block around an import by call whose name is computed.

        Its line may continue another, so it ends no block.
        """
        if line_start != self._computed_line:
            self.read_until(line_start, _DEEPEST * 8)
            margin = _MARGIN.match(self._text.data, line_start)
            self._computed_line, self._computed_indent = line_start, len(margin[0].expandtabs(8)) if margin else 0
        return next((block for block in reversed(self._stack) if block.indent < self._computed_indent), None)

    def finish(self) -> None:
        """Read on while a try that is still open holds an import: its handlers say whether that is guarded."""
        text = self._text
        self._typing, self._suppress = frozenset(self.typing_names), frozenset(self.suppress_names)
        tries = {clause.first for clause in self._stack if clause.first.word == b"try"}
        pending = {block for block in tries if not any(map(self._catches, block.handlers))}
        headers = _headers(max((block.indent for block in pending), default=0))
        while pending and (found := headers.search(text.data, self._done)) is not None:
            text.sort_until(found.end(1))
            opened = self._open((found,))
            self._done = found.end(1)
            if opened is not None:
                pending = {one for one in pending if one.indent < opened.indent or opened.first is one}
                if opened.word == b"except" and self._catches(opened):
                    pending.discard(opened.first)

    def _open(self, headers: Iterable[re.Match[bytes]]) -> ClauseBlock | None:
        """Take what looks like headers, in the order of the file, and return the last if it is one."""
        data, starts, ends = self._text.data, self._text.starts, self._text.ends
        stack, passed, block = self._stack, self._passed, None
        string = starts[passed] if passed < len(starts) else _NOWHERE  # start of the next that spans lines
        for found in headers:
            block = None
            margin_start, start = found.span(1)
            if string <= start:
                while passed < len(ends) and ends[passed] <= start:
                    passed += 1
                string = starts[passed] if passed < len(starts) else _NOWHERE
                if string <= start:
                    continue
            if data[margin_start - 2] == BACKSLASH and margin_start > 1:
                self._pass_continued(found)
                continue
            indent, group = start - margin_start, found.lastindex or 0
            if indent and self._has_tabs:
                indent = len(found[1].expandtabs(8))
            word = found[group]
            if group == _MAY_BE_INSIDE and not self._is_header(found.end(), indent, is_if=word == b"if"):
                continue
            while stack and stack[-1].indent >= indent:
                stack.pop()
            block = ClauseBlock(indent, start, word, stack[-1] if stack else None)
            if word in _CLAUSES and (before := self._last_at.get(indent)) is not None:
                block.follow(before)
            self._last_at[indent] = block
            self.last_start = start
            stack.append(block)
        self._passed = passed
        if len(stack) > _DEEPEST:
            raise Unusual("nested too deep", self.last_start)
        return block

    def _pass_continued(self, found: re.Match[bytes]) -> None:
        """Pass over the rest of a longer line; neither a comment nor a backslash alone has a rest."""
        data = self._text.data
        above = data[data.rfind(b"\n", 0, found.start()) : found.start()]
        if b"#" in above or not above.strip(b" \t\f\n\\"):
            raise Unusual("backslash after a number sign, or alone", found.start())

    def _is_header(self, position: int, indent: int, *, is_if: bool) -> bool:
        """Whether what follows an `if` or `for` is the rest of a header and not of an expression in brackets."""
        data = self._text.data
        plain = _PLAIN_HEADER.match(data, position)
        end = plain.end(1) if plain else self._text.logical_end(position)
        if end is None:
            return False
        if not plain and data[end - 1 : end] != b":":
            if b":" in data[position:end]:  # perhaps `if a: b`, which the next else belongs to
                self._last_at[indent] = None
            return False
        if is_if and data.find(b"else", position, end) > 0:
            self._refuse_choice(position, end)
        return True

    def _refuse_choice(self, position: int, end: int) -> None:
        r"""Raise for an else outside of brackets: {a\nif b else c: d} has a line that looks like a header."""
        for found in _ELSE.finditer(self._text.data, position, end):
            if self._text.depth_at(position, found.start()) == 0:
                raise Unusual("else in a header", position)

    # What holds in a block

    def frame_of(self, block: ClauseBlock) -> Frame:
        """Return what holds inside a block. For when `finish` has been called."""
        chain = []
        outer: ClauseBlock | None = block
        while outer is not None and outer.frame is None:
            chain.append(outer)
            outer = outer.parent
        for inner in reversed(chain):
            inner.frame = self._frame_in(inner, (inner.parent.frame if inner.parent else None) or TOP)
        assert block.frame is not None
        return block.frame

    def _frame_in(self, block: ClauseBlock, outer: Frame) -> Frame:
        word = block.word
        if word in _CLAUSES and block.before is None:
            raise Unusual("clause without a statement", block.start)
        if word in (b"def", b"class"):
            return self._definition(block, outer)
        if word in (b"if", b"elif"):
            self._test_until(block, outer)
            assert block.frame is not None
            return block.frame
        if word == b"try":
            catching = next(filter(self._catches, block.handlers), None)
            is_guard = catching is not None and (outer.function is not None or not self._gives_up(catching))
            return outer._replace(guarded=outer.guarded or is_guard)
        if word == b"except":
            return outer._replace(guarded=True) if self._catches(block) else outer
        if word == b"with":
            return outer._replace(guarded=outer.guarded or suppresses(self._header_of(block), self._suppress))
        return self._in_else(block, outer) if word == b"else" else outer

    def _definition(self, block: ClauseBlock, outer: Frame) -> Frame:
        found = _NAME.match(self._text.data, block.start)
        if found is None:
            raise Unusual("name", block.start)
        return outer.of(block.word.decode(), found[1].decode())

    def _test_until(self, block: ClauseBlock, outer: Frame) -> None:
        """Give frames to an `if` or `elif` and the clauses before it. A loop: there are chains of thousands."""
        chain = [block]
        while chain[-1].before is not None and chain[-1].before.other is None:
            chain.append(chain[-1].before)
        if chain[-1].before is None and chain[-1].word != b"if":
            raise Unusual("clause without a statement", chain[-1].start)
        for clause in reversed(chain):
            context = outer if clause.before is None else clause.before.other or outer
            header = self._header_of(clause)
            test = truths_of(header, self._typing)
            if test.in_body is None:
                test = self._with_flags(test, header, clause)
            clause.frame = under(context, test.in_body, test.for_body)
            clause.other = under(context, test.in_else, test.for_else)

    def _with_flags(self, test: HeaderTest, header: str, clause: ClauseBlock) -> HeaderTest:
        words = _WORD.findall(header)
        # A name that nothing at the left margin binds is none: that answers for most.
        if not self.renames and not any(map(self._is_at_margin, words)):
            return test
        names = self._flag_names.intersection(words)
        plain = with_plain_flags(header, names, self._text.data) if names else header
        if plain is not None:
            known = truths_of(plain, self._typing)
            return test._replace(for_body=known.for_body, for_else=known.for_else)
        if None in (test.for_body, test.for_else):
            raise Unusual("a test by a name that may stand for a fact of the target", clause.start)
        return test

    def _is_at_margin(self, word: str) -> bool:
        found = self._at_margin.get(word)
        if found is None:
            found = self._at_margin[word] = b"\n" + word.encode() in self._text.data
        return found

    @cached_property
    def _flag_names(self) -> frozenset[str]:
        return flag_names(self._text.data, renames=self.renames)

    def _in_else(self, block: ClauseBlock, outer: Frame) -> Frame:
        before, first = block.before, block.first
        if before is not None and first.word == b"if":
            if before.other is None:
                self._test_until(before, outer)
            return before.other or outer
        return outer  # of a try or a loop

    def _catches(self, handler: ClauseBlock) -> bool:
        return catches(self._header_of(handler))

    def _gives_up(self, handler: ClauseBlock) -> bool:
        """Whether a handler raises, or ends the process, whatever it finds."""
        start = self._end_of(handler)
        if not self._end_word[0] <= start <= self._end_word[1]:
            found = _MAY_END.search(self._text.data, start)
            self._end_word = start, found.start() if found else _NOWHERE
        if self._end_word[1] == _NOWHERE:
            return False
        tree = try_python(b"if 1:" + self._text.data[start : self._end_of_body(start, handler.indent)])
        if tree is None:  # a line in brackets that is indented less
            raise Unusual("a handler that does not parse alone", handler.start)
        return gives_up(tree.body[0].body)  # type: ignore[attr-defined]  # an If

    def _end_of_body(self, start: int, indent: int) -> int:
        """Return where the lines end that follow a header, indented further than it; lines of texts do not count."""
        text, data = self._text, self._text.data
        while start := data.find(b"\n", start) + 1:
            text.sort_until(start)
            string = bisect_right(text.starts, start) - 1
            if string >= 0 and start < text.ends[string]:
                continue
            margin = _MARGIN.match(data, start)
            assert margin is not None
            if data[margin.end() : margin.end() + 1] not in b"\r\n#" and len(margin[0].expandtabs(8)) <= indent:
                return start
        return len(data)

    def _header_of(self, block: ClauseBlock) -> str:
        """Return what stands between the word and the colon of a header."""
        text = self._text.data[block.start : self._end_of(block)].decode()
        return text.removeprefix("async").lstrip()[len(block.word) : -1].strip()

    def _end_of(self, block: ClauseBlock) -> int:
        """Return where the header of a block ends, behind its colon."""
        data = self._text.data
        plain = _PLAIN_HEADER.match(data, block.start)
        end = plain.end(1) if plain else self._text.logical_end(block.start)
        if end is None or data[end - 1 : end] != b":":
            raise Unusual("header without a colon", block.start)
        return end


@cache
def _headers_within(deepest: int | None) -> re.Pattern[bytes]:
    limit = b"" if deepest is None else b"(?![ \t]{%d})" % (deepest + 1)
    once = b"+" if sys.version_info >= (3, 11) else b""  # the same matches, without trying each shorter margin
    return re.compile(rb"\n" + limit + rb"([ \t]*" + once + rb")" + _HEADER)


def _headers(deepest: int) -> re.Pattern[bytes]:
    """Return the pattern of headers that are indented at most so far; further ones may be found as well."""
    return _headers_within(deepest if deepest <= 40 else None)
