"""The import statements of one file without a syntax tree: what `walker` says of them, many times faster.

It looks for the word `import` and sorts only what it needs to know what that word means: strings and comments above
it, and the blocks around it. It stops after the last one. `walker` stays the definition: whatever does not look
plain raises `Unusual` in here and is read there. What a scan does not know is said by `complete=False`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

from footprint.collect.imports.decode import wide_encoding
from footprint.collect.imports.frames import TOP
from footprint.collect.imports.scan.blocks import Blocks, ClauseBlock
from footprint.collect.imports.scan.text import BACKSLASH, SourceText, Unusual, prepare
from footprint.collect.imports.scopes import absolute_module
from footprint.collect.imports.target_tests import OF_TARGET
from footprint.collect.imports.walker import read_imports
from footprint.documents.python_trees import PARTS_AT_MOST
from footprint.knowledge.target_facts import LAZY_LIST
from footprint.late import late_pattern
from footprint.model.note import Note
from footprint.model.source_modules import FileImports, ImportForm, ImportSite, Placement
from footprint.values import dataclass

if TYPE_CHECKING:
    from footprint.collect.imports.scan.lazy_modules import ScannedList

# A frozen dataclass sets each field through its slot, which takes twice as long; sites were a sixth of the time of a
# scan. This twin with the same slots is filled by plain assignment, and then becomes one: the interpreter allows that
# for classes of one layout.
_OpenSite = cast(
    "type[ImportSite]",
    dataclass(slots=True, eq=False)(
        type("_OpenSite", (), {"__annotations__": dict.fromkeys(ImportSite.__slots__, "object")})
    ),
)

_WORD = b"import"
_LAZY_LIST = LAZY_LIST.encode()
_STATEMENT = re.compile(
    rb"([ \t]*)(lazy[ \t]+(?![ \t]))?(?:"
    rb"import[ \t]([\w., \t]*(?:\\\n[\w., \t]*)*)"
    rb"|from[ \t]+(?![ \t])(\.*)((?:\w[\w.]*)?)[ \t]+import(?:"
    rb"[ \t]([\w, \t]*(?:\\\n[\w, \t]*)*)"
    rb"|[ \t]*\(([^()#\"';]*(?:\#[^\n]*\n[^()#\"';]*)*)\)[ \t]*"
    rb"|[ \t]+(\*)[ \t]*"
    rb"))(?:\#[^\n]*)?(?:\n|\Z)",
    re.ASCII,
)
_COMMENT = re.compile(r"#[^\n]*")
_LETTER = re.compile(rb"[\w\x80-\xff]")
_BY_CALL = re.compile(rb"(?<![\w\x80-\xff])(?:import_module|__import__)(?![\w\x80-\xff])")
_OWNER = late_pattern(rb"(?<![\w\x80-\xff.])(\w+)\.\Z")
_LONGEST_ALIAS = 40
_STATED = frozenset({"import", "from"})
_STAR = ("*",)
_IMPORTERS = frozenset({b"builtins", b"importlib"})
_OPENED = re.compile(rb"[ \t]*\(")
_BEFORE_CALL = late_pattern(
    rb"([ \t]*)(?:([A-Za-z_][\w.]*)[ \t]*=[ \t]*|return[ \t]+|if[ \t]+(?:not[ \t]+)?)?(?:\w+\.)?"
)
_PLAIN_NAME = late_pattern(rb"\s*(['\"])([A-Za-z_]\w*(?:\.\w+)*)\1\s*[,)]")
_LITERAL = re.compile(rb"\s*(?:[rRbBuU]{0,2}['\"]|name[ \t]*=|\\|#)")
# What looks like a literal at first and is computed: ("a.%s" % b), (".a", b.c).
_COMPUTED = late_pattern(
    rb"\s*['\"](?:[^'\"\\\n]*['\"][ \t]*[%+.]"
    rb"|\.[\w.]*['\"],[ \t]*(?!__name__|__package__|__spec__)[A-Za-z_][\w.]*[ \t]*\))"
)

_LONGEST = 2 * PARTS_AT_MOST  # of a name, and of `import a, b, c`: what is longer may be refused by the parser
# block, line, module, names, bound, level, form
_Found = tuple[ClauseBlock | None, int, str, tuple[str, ...], tuple[str, ...], int, ImportForm]


def scan_imports(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
    """Return every import that `data` states, from the scan if it can tell, else from the walker.

    Shape: as `walker.read_imports`. `complete` is False when the scan answered: then exports, binds, calls,
    references and the uses of names are unknown, and a site that runs at import counts as used where it stands.
    The rest of the file need not be good Python then: what follows the last import is not looked at.
    """
    try:
        return scan(data, path=path, module=module, is_package=is_package)
    except Unusual:
        return read_imports(data, path=path, module=module, is_package=is_package)


def scan(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
    """Return what the scan alone says. Raises: Unusual when the file has to be parsed."""
    if _WORD not in data:
        if wide_encoding(data) is not None:
            raise Unusual("encoding")
        return FileImports((), parsed=True, complete=False)
    data = prepare(data)
    scanner = _Scanner(data, path, module, is_package=is_package)
    scanner.run()
    return FileImports(scanner.sites(), parsed=True, notes=scanner.notes(), complete=False)


class _Scanner:
    """One file, from its first import to its last."""

    def __init__(self, data: bytes, path: str, module: str, *, is_package: bool) -> None:
        self._data, self._path, self._module, self._is_package = data, path, module, is_package
        self._end = data.rfind(_WORD) + len(_WORD)  # nothing after it says import
        self._text = SourceText(data, self._end)
        self._blocks = Blocks(self._text)
        self._found: list[_Found] = []
        self._line, self._counted = 0, 0  # line number of the place up to which line ends were counted
        self._last_start = 0  # of a statement
        self._odd_line = -1  # a line that holds the word and is no statement
        self._importlib = {b"importlib"}
        self._own_importers, self._called_importers = set[bytes](), set[bytes]()
        self._computed: list[tuple[ClauseBlock | None, Note]] = []

    def run(self) -> None:
        """Find the statements and the blocks that they stand in."""
        data, text, end = self._data, self._text, self._end
        start = before = 0
        position = data.find(_WORD)
        while position >= 0:
            if text.next_long < position:
                text.sort_until(position)
            if text.clear > position:
                position = data.find(_WORD, text.clear, end)
                continue
            line_end = data.rfind(b"\n", before, position)
            start = line_end + 1 if line_end >= 0 else start
            before = position
            found = _STATEMENT.match(data, start) if start != self._odd_line and text.clear <= start else None
            if found is not None and (data[start - 2] != BACKSLASH or start == 1):
                start = self._statements(found, start)
                before = position = start - 1
            else:
                self._odd_line = start
                self._odd(position)
                position += len(_WORD)
            position = data.find(_WORD, position, end)
        self._blocks.finish()

    def sites(self) -> tuple[ImportSite, ...]:
        """Return what was found, in line order."""
        made, path = list[ImportSite](), self._path
        placement, function, guarded, runs = Placement.MODULE, None, False, True
        condition: str | None = None
        around: ClauseBlock | None = None
        listed = asked = None if self._data.find(_LAZY_LIST, 0, self._end) < 0 else self._read_list()
        for block, line, module, names, bound, level, form in self._found:
            if block is not around:  # most stand where the one before stands
                around, frame = block, TOP if block is None else self._blocks.frame_of(block)
                placement, function, guarded = frame.placement, frame.function, frame.guarded
                runs, condition = placement.runs_at_import, frame.condition
                if listed is not None:
                    is_eager = placement is not Placement.MODULE or (block is not None and block.is_in_try())
                    asked = None if is_eager else listed
            if placement is Placement.TYPE_CHECKING and form in ("import_module", "__import__"):
                continue  # the walker looks at statements only there
            if asked is not None and form in _STATED and names != _STAR and asked.holds(module, line):
                form = "lazy"  # noqa: PLW2901
            used = line if runs and form != "lazy" else None
            places = (path, line, module, names, level, placement, function, guarded, form, bound)
            made.append(_OpenSite(*places, (), used, condition, hands_on=False))
        for site in made:
            site.__class__ = ImportSite
        return tuple(made)

    def _read_list(self) -> ScannedList | None:
        from footprint.collect.imports.scan.lazy_modules import read_list  # so far few files have one

        return read_list(self._data, self._end, self._module, is_package=self._is_package)

    def notes(self) -> tuple[Note, ...]:
        """Return the imports by call whose names are computed, where code can run."""
        frames = ((TOP if block is None else self._blocks.frame_of(block), note) for block, note in self._computed)
        return tuple(note for frame, note in frames if not frame.typing)

    # Statements

    def _statements(self, found: re.Match[bytes] | None, start: int) -> int:
        """Take a statement and those that follow it line by line, and return where the last one ends."""
        data, found_so_far, match, enter = self._data, self._found, _STATEMENT.match, self._blocks.enter
        line, counted = self._line, self._counted
        block: ClauseBlock | None = None
        last_margin: bytes | None = None
        while found is not None:
            margin, lazy, modules, dots, owner, on_line, in_brackets, star = found.groups()
            if margin != last_margin:  # most stand in the same block
                block, last_margin = enter(margin, start), margin
            line += data.count(b"\n", counted, start)
            counted = start
            if len(owner if modules is None else modules) > _LONGEST:
                raise Unusual("a long name", start)
            if modules is not None:
                self._modules(modules, start, block, line, "lazy" if lazy else "import")
            else:
                target, level = owner.decode(), len(dots)
                if level:
                    target = absolute_module(target or None, level, self._module, is_package=self._is_package)
                elif not target or target[-1] == ".":
                    raise Unusual("no module", start)
                elif target in OF_TARGET:
                    self._blocks.renames = True
                names, bound = (_STAR, ()) if star else _names_in(in_brackets if on_line is None else on_line, start)
                if names is not bound or target == "runpy":
                    self._learn(target, names, bound, start)
                found_so_far.append((block, line, target, names, bound, level, "lazy" if lazy else "from"))
            self._last_start, start = start, found.end()
            found = match(data, start)
        self._line, self._counted = line, counted
        return start

    def _modules(self, modules: bytes, start: int, block: ClauseBlock | None, line: int, form: ImportForm) -> None:
        """Take the modules of `import a, b.c as d`."""
        for name, alias in zip(*_names_in(modules, start), strict=True):
            if name == "runpy" or name == "importlib" != alias:
                self._learn_alias(name, alias, start)
            if name in OF_TARGET and alias != name:
                self._blocks.renames = True
            bound = alias if alias != name else name.partition(".")[0]
            self._found.append((block, line, name, (), (bound,), 0, form))

    def _learn(self, module: str, names: tuple[str, ...], bound: tuple[str, ...], start: int) -> None:
        """Take note of the aliases that decide what headers and calls further down mean."""
        if module == "runpy":
            self._refuse_run_module(start)
        for name, alias in zip(names, bound, strict=False):  # a star binds nothing
            if name == "TYPE_CHECKING":
                self._blocks.typing_names.add(alias)
            elif name == "suppress" and module == "contextlib":
                self._blocks.suppress_names.add(alias)
            elif name == "import_module" and module == "importlib" and alias != name:
                raise Unusual("import_module by another name", start)

    def _learn_alias(self, name: str, alias: str, start: int) -> None:
        if name == "runpy":
            self._refuse_run_module(start)
            return
        if len(alias) > _LONGEST_ALIAS:
            raise Unusual("importlib by a long name", start)
        self._importlib.add(alias.encode())

    def _refuse_run_module(self, start: int) -> None:
        if b"run_module" in self._data:
            raise Unusual("run_module: rare, and an import by another name", start)

    def _line_of(self, position: int) -> int:
        self._line += self._data.count(b"\n", self._counted, position)
        self._counted = position
        return self._line

    # The word where no statement starts

    def _odd(self, position: int) -> None:
        """Look at an `import` that is part of a name, of a text, or of a line that is not plain."""
        data = self._data
        end = position + len(_WORD)
        is_word = not _LETTER.match(data, end) and not _LETTER.match(data, position - 1)
        by_call = None if is_word else _BY_CALL.match(data, position - 2 if data[end : end + 2] == b"__" else position)
        if not (is_word or by_call) or self._text.is_text(position):
            return
        if by_call is None:
            raise Unusual("import inside a line", position)
        self._call(by_call)

    def _call(self, found: re.Match[bytes]) -> None:
        """Look at `import_module` or `__import__` in code: a literal is left to the walker, a computed name noted."""
        data, start, end = self._data, found.start(), found.end()
        if data[start - 4 : start] == b"def ":
            self._meet_namesake(found, self._own_importers, self._called_importers)
            return
        is_module = found[0] == b"import_module"
        if data[start - 1 : start] == b".":
            owner = _OWNER.search(data, max(start - _LONGEST_ALIAS - 2, 0), start)
            if owner is None or owner[1] not in (self._importlib if is_module else _IMPORTERS):
                # Of something else, but whoever reads it takes it for an import.
                return
        else:
            self._meet_namesake(found, self._called_importers, self._own_importers)
        opened = _OPENED.match(data, end)
        if opened is None:
            raise Unusual("import_module or __import__ not called", start)
        if _LITERAL.match(data, opened.end()) and not _COMPUTED.match(data, opened.end()):
            self._literal_call(start, opened.end() - 1, is_module=is_module)
            return
        message = f"{found[0].decode()} of a name that is computed"
        block = self._blocks.meet_computed(self._odd_line)
        self._computed.append((block, Note("dynamic-import", message, self._path, self._line_of(start))))

    def _meet_namesake(self, found: re.Match[bytes], these: set[bytes], others: set[bytes]) -> None:
        """Take note of a call or a function by the name of an importer. Raises: Unusual where a file has both."""
        these.add(found[0])
        if found[0] in others:
            raise Unusual("a function of that name, which may import nothing", found.start())

    def _literal_call(self, start: int, bracket: int, *, is_module: bool) -> None:
        """Take a call with a literal name where it is a plain statement: `x = import_module("a.b")`."""
        data = self._data
        margin_start = data.rfind(b"\n", 0, start) + 1
        before = _BEFORE_CALL.fullmatch(data, margin_start, start)
        name = _PLAIN_NAME.match(data, bracket + 1)
        is_short = name is not None and len(name[2]) <= _LONGEST
        if (
            before is None
            or name is None
            or not is_short
            or not (is_module or data[name.end() - 1 : name.end()] == b")")
        ):
            raise Unusual("import by call", start)
        self._blocks.read_until(margin_start, len(before[1].expandtabs(8)))
        if not self._text.starts_line(max(self._last_start, self._blocks.last_start), margin_start):
            raise Unusual("import by call", start)
        block, self._last_start = self._blocks.enter(before[1], margin_start), margin_start
        closed = self._text.closing(bracket)
        after = (data[closed : closed + 60] + b"\n" * (closed + 60 > len(data))).lstrip(b" \t")[:1]
        if after in (b";", b""):
            raise Unusual("import by call", start)
        is_value = before[2] and after in b"\n#"
        bound = (before[2].decode(),) if is_value and b"." not in before[2] else ()
        form: ImportForm = "import_module" if is_module else "__import__"
        self._found.append((block, self._line_of(margin_start), name[2].decode(), (), bound, 0, form))


def _names_in(source: bytes, position: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the names of a list and what they are bound to: the same tuple twice if none has an alias."""
    text = source.decode().strip()
    if text.isidentifier():
        names: tuple[str, ...] = (text,)
    elif not all(map(str.isidentifier, names := tuple(map(str.strip, text.removesuffix(",").split(","))))):
        return _unusual_names_in(text, position)
    if not text.isascii():
        raise Unusual("names", position)  # the interpreter normalises them
    return names, names


def _unusual_names_in(text: str, position: int) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Read a list with aliases, dotted names, comments, continued lines, or a comma at its end."""
    parts = [part.split() for part in _COMMENT.sub("", text).replace("\\\n", " ").split(",")]
    if not parts[-1]:
        parts.pop()
    names = tuple([part[0] for part in parts if len(part) == 1 or (len(part) == 3 and part[1] == "as")])
    words = [word for part in parts for name in part for word in name.split(".")]
    if not names or len(names) != len(parts) or not all(word.isascii() and word.isidentifier() for word in words):
        raise Unusual("names", position)
    if not any(len(part) == 3 for part in parts):
        return names, names
    return names, tuple([part[-1] for part in parts])
