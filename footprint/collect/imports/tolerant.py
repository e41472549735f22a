"""Import statements of a file that `ast` refuses: logical lines by tokens, placement by indentation.

It reads statements, not expressions: uses of names are unknown here, so every site that runs at import counts as
used where it stands, and nobody will suggest to move it. Linear in the size of the file.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import NamedTuple

from footprint.collect.imports.frames import TOP, Frame, catches, site_of, suppresses, truths_of, under
from footprint.collect.imports.lazy_list import LazyList
from footprint.collect.imports.scopes import StatedImport, stated_by
from footprint.collect.imports.target_tests import conditions_of
from footprint.documents.python_trees import PARTS_AT_MOST, try_python
from footprint.knowledge.target_facts import LAZY_LIST
from footprint.model.note import Note
from footprint.model.source_modules import FileImports, ImportForm, ImportSite, Placement
from footprint.values import replace

# Linear: a quote without a partner takes the rest of its line, or every later quote would look for one again.
_TOKEN = re.compile(
    r"(?P<long>'''|\"\"\")|(?P<short>'[^'\\\n]*(?:\\.[^'\\\n]*)*'|\"[^\"\\\n]*(?:\\.[^\"\\\n]*)*\")"
    r"|(?P<rest>['\"][^\n]*)|(?P<comment>#[^\n]*)"
    r"|(?P<open>[(\[{])|(?P<close>[)\]}])|(?P<joined>\\\n)|(?P<newline>\n)",
    re.DOTALL,
)
_STATEMENT = re.compile(r"(?:async[ \t]+)?(?:def|class|import|from|if|elif|else|try|except|finally|with|lazy)\b")
_HEADER = re.compile(
    r"(?:async[ \t]+)?(?P<word>def|class|if|elif|else|try|except|finally|with|for|while)\b\*?[ \t]*(?P<rest>.*)",
    re.DOTALL,
)
_IMPORT = re.compile(r"(?P<lazy>lazy[ \t]+)?(?P<text>(?:import|from)\b.*)", re.DOTALL)
_DYNAMIC = re.compile(r"\b(?P<form>import_module|__import__)\(\s*(['\"])(?P<name>[A-Za-z_][\w.]*)\2")
_BINDS = re.compile(r"(?:async[ \t]+)?(?:def|class)[ \t]+(\w+)|(\w+)[ \t]*(?::[^=]+)?=(?!=)")
_TARGET = re.compile(r"\b(?:sys|os|platform|PY[23])\b")
_HEADERS_AT_MOST = 20  # in one line, where Python allows one
# No two parts beside each other take the same characters: a line of blanks would be split in every way.
_LOOSE_FROM = re.compile(r"from\s+(?:(\.+)\s*)?(?:(\w[\w.]*)\s+)?import\b[\s(]*([\w\s,*]*)")
_LOOSE_IMPORT = re.compile(r"import\s+(\w[\w.]*)")


class _Line(NamedTuple):
    """One logical line: `code` has empty strings and no comments, `raw` is as written."""

    number: int
    indent: int
    code: str
    raw: str


class _Block(NamedTuple):
    """An open block."""

    indent: int
    frame: Frame
    in_try: bool = False  # in any clause of one


def read_tolerantly(text: str, note: Note, *, path: str, module: str, is_package: bool) -> FileImports:
    """Return the import statements that can be saved from `text`, with `note` saying why it came to this."""
    if "import" not in text:
        return FileImports((), parsed=False, notes=(note,))
    reader = _LineReader(path, module, is_package=is_package, guarded_lines=_guarded_try_lines(text))
    for line in _logical_lines(text):
        reader.read(line)
    return FileImports(
        tuple(reader.sites), parsed=False, exports=tuple(reader.exports), binds=tuple(reader.binds), notes=(note,)
    )


def _logical_lines(text: str) -> Iterator[_Line]:
    """Yield the logical lines; a bracket that is never closed ends at the next line that opens a statement."""
    start, depth, code_from, end = 0, 0, 0, len(text)
    number, code, position = 1, [], 0
    first_number = 1
    while position <= end:
        found = _TOKEN.search(text, position)
        if found is None:
            code.append(text[code_from:])
            yield _line(first_number, code, text[start:])
            return
        position = found.end()
        kind = found.lastgroup
        if kind == "open":
            depth += 1
        elif kind == "close":
            depth = max(depth - 1, 0)
        elif kind == "newline":
            number += 1
            if depth and not _STATEMENT.match(text, position):
                continue
            depth = 0
            code.append(text[code_from : found.start()])
            yield _line(first_number, code, text[start : found.start()])
            start, code_from, code, first_number = position, position, [], number
        else:
            code.append(text[code_from : found.start()])
            if kind == "long":
                close = text.find(found[0], position)
                position = close + 3 if close >= 0 else position
            number += text.count("\n", found.start(), position)
            code.append({"comment": "", "joined": " "}.get(str(kind), '""'))
            code_from = position


def _line(number: int, code: list[str], raw: str) -> _Line:
    text = "".join(code)
    stripped = text.lstrip(" \t\f")
    lead = text[: len(text) - len(stripped)].replace("\f", "")
    return _Line(number, len(lead.expandtabs(8)), stripped.rstrip(), raw)


def _guarded_try_lines(text: str) -> frozenset[int]:
    """Return the lines of `try` headers with a handler that catches ImportError."""
    open_tries: dict[int, int] = {}
    guarded: set[int] = set()
    for line in _logical_lines(text):
        if not line.code:
            continue
        for indent in [indent for indent in open_tries if indent > line.indent]:
            del open_tries[indent]
        header = _HEADER.match(line.code)
        word = header["word"] if header else ""
        if word == "try":
            open_tries[line.indent] = line.number
        elif word == "except" and header and catches(header["rest"]) and line.indent in open_tries:
            guarded.add(open_tries[line.indent])
        elif word not in ("except", "else", "finally"):
            open_tries.pop(line.indent, None)
    return frozenset(guarded)


class _LineReader:
    def __init__(self, path: str, module: str, *, is_package: bool, guarded_lines: frozenset[int]) -> None:
        self._path, self._module, self._is_package, self._guarded = path, module, is_package, guarded_lines
        self._stack = [_Block(-1, TOP)]
        self._branches: dict[int, _Block] = {}  # indent -> what holds in the else of the block that ended there
        self._list = LazyList(module, is_package)
        self.sites: list[ImportSite] = []
        self.exports: list[str] = []
        self.binds: dict[str, None] = {}

    def read(self, line: _Line) -> None:
        """Take the next logical line."""
        if not line.code:
            return
        while self._stack[-1].indent >= line.indent:
            self._stack.pop()
        for indent in [indent for indent in self._branches if indent > line.indent]:
            del self._branches[indent]
        self._statement(line, line.code, self._stack[-1])
        if LAZY_LIST in line.code:
            self._change_list(line)
        if line.indent == 0 and line.code.startswith("__all__"):
            self.exports += re.findall(r"['\"](\w+)['\"]", line.raw)
        bound = _BINDS.match(line.code) if line.indent == 0 else None
        if bound:
            self.binds[bound[1] or bound[2]] = None

    def _change_list(self, line: _Line) -> None:
        """Take a line that changes the lazy list; what is not one plain statement at the margin leaves it unknown."""
        frame = self._stack[-1].frame
        if frame.function or frame.in_class:
            return
        tree = try_python(line.raw.strip()) if line.indent == 0 else None
        if tree is None or len(tree.body) != 1 or not self._list.change(tree.body[0], {}):
            self._list = LazyList(self._module, self._is_package)

    def _statement(self, line: _Line, code: str, block: _Block) -> None:
        for _ in range(_HEADERS_AT_MOST):
            header = _HEADER.match(code)
            if header is None:
                break
            condition, code = _split_header(header["rest"])
            block = self._open(line, header["word"], condition, block)
            self._stack.append(block)
            if not code:
                return
        for part in code.split(";"):
            self._import(line, part.strip(), block)
        for found in _DYNAMIC.finditer(line.raw) if "import" in code else ():
            form: ImportForm = "import_module" if found["form"] == "import_module" else "__import__"
            if f"{form}(" in code and found["name"].count(".") < PARTS_AT_MOST:  # not in a string or a comment
                self._add(StatedImport(form, found["name"], (), (), 0), line, block.frame)

    def _open(self, line: _Line, word: str, condition: str, around: _Block) -> _Block:
        """Return the block that a header opens."""
        frame = around.frame
        inner = _Block(line.indent, frame, around.in_try or word in ("try", "except", "finally"))
        name = re.match(r"\w+", condition)
        if word in ("def", "class") and name:
            return _Block(line.indent, frame.of(word, name[0]), inner.in_try and word == "class")
        if word == "try":
            self._branches[line.indent] = inner
            return inner._replace(frame=frame._replace(guarded=frame.guarded or line.number in self._guarded))
        outer = self._branches.get(line.indent, inner) if word in ("elif", "else", "except") else inner
        if word == "except":
            return outer._replace(frame=outer.frame._replace(guarded=True)) if catches(condition) else inner
        if word in ("if", "elif"):
            in_body, in_else = _truths(condition)
            for_body, for_else = _conditions(line, condition)
            self._branches[line.indent] = outer._replace(frame=under(outer.frame, in_else, for_else))
            return outer._replace(frame=under(outer.frame, in_body, for_body))
        if word == "with" and suppresses(condition, frozenset({"suppress"})):
            return inner._replace(frame=frame._replace(guarded=True))
        return outer

    def _import(self, line: _Line, code: str, block: _Block) -> None:
        match = _IMPORT.match(code)
        if match is None:
            return
        for node in _parse_import(match["text"]):
            for stated in stated_by(node, self._module, is_package=self._is_package):
                is_lazy = match["lazy"] or self._is_listed(stated, block)
                self._add(replace(stated, form="lazy") if is_lazy else stated, line, block.frame)

    def _is_listed(self, stated: StatedImport, block: _Block) -> bool:
        is_plain = block.frame.placement is Placement.MODULE and not block.in_try and stated.names != ("*",)
        return is_plain and self._list.holds(stated.module)

    def _add(self, stated: StatedImport, line: _Line, frame: Frame) -> None:
        site = site_of(stated, self._path, line.number, frame)
        is_used = site.placement.runs_at_import and stated.form != "lazy"
        self.sites.append(replace(site, used_at_import_line=line.number) if is_used else site)


def _split_header(rest: str) -> tuple[str, str]:
    """Split `condition: body` at the first colon outside brackets."""
    depth = 0
    for index, char in enumerate(rest):
        depth += (char in "([{") - (char in ")]}")
        if char == ":" and depth <= 0:
            return rest[:index].strip(), rest[index + 1 :].strip()
    return rest.strip(), ""


def _truths(condition: str) -> tuple[str | None, str | None]:
    if "__name__" in condition and re.search(r'__name__\s*==\s*""|""\s*==\s*__name__', condition):
        return "main", None  # strings are empty here; nothing else is ever compared with __name__
    return truths_of(condition, frozenset())[:2]


def _conditions(line: _Line, condition: str) -> tuple[str | None, str | None]:
    """Return what the branches of an `if` need of the target, by the line as written: `condition` has empty strings."""
    if not _TARGET.search(condition):
        return None, None
    header = line.raw.strip().removeprefix("el")
    for text in (header, f"{header}\n pass"):  # with a body on the same line, and without
        tree = try_python(text)
        if tree is not None:
            test = getattr(tree.body[0], "test", None)
            return conditions_of(test) if isinstance(test, ast.expr) else (None, None)
    return None, None


def _parse_import(text: str) -> list[ast.Import | ast.ImportFrom]:
    tree = try_python(text)
    if tree is not None:
        return [node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom))]
    if text.count(".") > PARTS_AT_MOST:
        return []
    loose = _LOOSE_FROM.match(text)
    if loose and (loose[1] or loose[2]):
        words = [part.split() for part in loose[3].replace("\n", " ").split(",")]
        aliases = [ast.alias(part[0], part[2] if len(part) == 3 else None) for part in words if part]
        is_begun = not loose[2] and not aliases  # `from . import`: nothing is named yet
        return [] if is_begun else [ast.ImportFrom((loose[2] or "").rstrip(".") or None, aliases, len(loose[1] or ""))]
    loose = _LOOSE_IMPORT.match(text)
    return [ast.Import([ast.alias(loose[1].rstrip("."))])] if loose else []
