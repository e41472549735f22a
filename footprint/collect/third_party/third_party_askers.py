"""Reads used third-party code for imports of names that nobody else accounts for."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import TypeVar

from footprint.documents.python_trees import FUNCTIONS, catches_import_error, is_an_end, running, try_python
from footprint.files.file_facts import FileFacts, digest_of
from footprint.files.reader import StatedContent, try_read_stated
from footprint.model.source_modules import FileImports, Placement
from footprint.model.third_party_needs import Ask, InstalledModule, Mention
from footprint.names import ByModule, DistributionName, owner_of, text_bytes, top_level

Reader = Callable[..., FileImports]
_Row = tuple[DistributionName, int, str | None, bool]  # of an Ask: wanted, line, function, guarded
_T = TypeVar("_T")

_BY_NAME = (b"dependency(", b"import_module(", b"__import__(")  # import_optional_dependency, and what is built like it
_SEEKS = b"find_spec("  # whether it is installed
_LOADED_BY_NAME = (b"import_module", b"__import__")  # under whatever name: where it comes from it has its own
PART_OF_IMPORTERS = b"import_"  # of each that is not built like a dependency: few files have it
_IMPORT_ROWS = re.compile(rb"import[ \t\f][^\n]*")
_CONTINUED = re.compile(rb"\\\r?\n")


def find_askers(
    modules: Iterable[InstalledModule],
    wanted: ByModule[DistributionName],
    read: Reader,
    *,
    loaded: Collection[str],
    sources: Sources | None = None,
) -> tuple[Ask, ...]:
    """Return the imports of `wanted` modules, and of what is below them, in `modules`, in the order of these.

    `loaded` are the files that were in memory after startup.

    Imports that only a type checker sees do not count, nor those of a distribution by itself.
    A file that cannot be read asks for nothing: the probe has loaded it, so this is about evidence only.
    """
    if not wanted:
        return ()
    sources = sources or Sources()
    statements = _Statements(wanted)
    question = sources.question("asks", sorted(wanted.items()))
    asks: list[Ask] = []
    for module in modules:

        def read_rows(data: bytes, module: InstalledModule = module) -> list[_Row]:
            rows = list(_read_strings(data, module, wanted, statements.named))
            if statements.stand_in(data, module.distribution):
                rows += _read_statements(data, module, wanted, read)
            return rows

        for name, line, function, guarded in sources.ask(module, question, read_rows) or ():
            asks.append(Ask(name, module, line, function, guarded, module.file in loaded))
    return tuple(asks)


class _Statements:
    """Plain searches for imports of what is wanted, by whose module asks: of itself none asks for anything.

    Whatever a reader of statements would find is found, and more: texts that read like one.
    """

    def __init__(self, wanted: ByModule[DistributionName]) -> None:
        self._owners: dict[bytes, set[DistributionName]] = {}
        for module, name in wanted.items():
            self._owners.setdefault(text_bytes(top_level(module)), set()).add(name)
        # One choice for all that ask: with one for each, a thousand that are wanted make a million names.
        usual = b"|".join(re.escape(name) for name in sorted(self._owners))
        # Begins with a literal, which is found many times faster than a choice of two words.
        self._source = re.compile(rb"from[ \t\f]+(%s)\b" % usual)
        self._in_row = re.compile(rb"(?:import[ \t\f]+|,[ \t\f]*)(%s)\b" % usual)
        self._quoted = re.compile(rb"['\"](%s)\b" % usual)
        self.named = re.compile(rb"""['"]((?:%s)(?:\.\w+)*)['"]""" % usual)  # a whole text that may be one of them

    def stand_in(self, data: bytes, asker: DistributionName) -> bool:
        """Whether something in `data`, a text included, reads like an import of what another distribution has."""
        return any(self._owners[name] != {asker} for name in self._named_in(data))

    def _named_in(self, data: bytes) -> Iterator[bytes]:
        if _CONTINUED.search(data):
            data = _CONTINUED.sub(b" ", data)
        yield from self._source.findall(data)
        yield from self._in_row.findall(b"\n".join(_IMPORT_ROWS.findall(data)))
        if PART_OF_IMPORTERS in data and any(word in data for word in _LOADED_BY_NAME):
            yield from self._quoted.findall(data)


def find_mentions(project: Path, paths: Sequence[str], words: Iterable[str]) -> tuple[Mention, ...]:
    """Return where `words` stand as names in the project's own files, the first place per file and word."""
    sought = sorted(set(words))
    mentions, sources = [], Sources()
    for path in paths if sought else ():
        text = (sources.read(str(project / path)) or b"").decode("utf-8", "replace")
        there = tuple(word for word in sought if word in text)  # few words in a file, and a pattern of few is fast
        pattern, seen = _as_codes(there), set[str]()
        for number, line in enumerate(text.splitlines() if there else (), start=1):
            code = line.partition("#")[0]
            for match in pattern.finditer(code):
                word = match[0].strip(".( \t")
                if word not in seen:
                    seen.add(word)
                    mentions.append(Mention(word, path, number))
    return tuple(mentions)


@cache
def _as_codes(words: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(map(_as_code, words)))


def _as_code(word: str) -> str:
    """Return a pattern for `word` in code: a class anywhere, a function as an attribute or where it is called."""
    name = re.escape(word)
    return rf"\b{name}\b" if word[:1].isupper() else rf"\.{name}\b|\b{name}\s*\("


def _read_statements(
    data: bytes, module: InstalledModule, wanted: ByModule[DistributionName], read: Reader
) -> Iterable[_Row]:
    is_package = module.file.endswith("__init__.py")
    found = []
    for site in read(data, path=module.shown, module=module.module, is_package=is_package).sites:
        named = (f"{site.module}.{each}" for each in site.names) if site.names else (site.module,)
        name = next(filter(None, (owner_of(each, wanted) for each in named)), None)
        if name is None or site.placement in (Placement.TYPE_CHECKING, Placement.MAIN, Placement.ELSEWHERE):
            continue
        if site.level == 0 and name != module.distribution:
            found.append((name, site))
    raising = find_raising_lines(data, {site.line for _, site in found if site.guarded})
    for name, site in found:
        yield name, site.line, site.function, site.guarded and site.line not in raising


def _read_strings(
    data: bytes, module: InstalledModule, wanted: ByModule[DistributionName], named: re.Pattern[bytes]
) -> Iterable[_Row]:
    """Yield the strings that name a wanted module, in a file that imports by name."""
    seeks = _SEEKS in data
    if not seeks and PART_OF_IMPORTERS not in data and _BY_NAME[0] not in data:
        return
    imports = any(word in data for word in _BY_NAME)
    if not seeks and not imports:
        return
    for match in named.finditer(data):
        name = owner_of(match[1].decode("ascii", "replace"), wanted)
        if name is None or name == module.distribution:
            continue
        before = data[max(0, match.start() - 40) : match.start()].rstrip()
        # A bare word is a name only where it is handed to an importer.
        if imports and (b"." in match[1] or before.endswith(_BY_NAME)):
            yield name, data.count(b"\n", 0, match.start()) + 1, "a function that imports by name", True
        elif before.endswith(_SEEKS):
            yield name, data.count(b"\n", 0, match.start()) + 1, "a test of whether it is installed", True


LARGEST_BYTES = 4 << 20  # generated tables, never code that asks for a dependency
_KEPT_BYTES = 64 << 20


class Sources:
    """Reads files, and keeps what was read as far as there is room; answers questions about them by `facts`."""

    def __init__(self, facts: FileFacts | None = None, target: str = "") -> None:
        """Start with nothing. `target` differs where imports are settled otherwise, for another interpreter."""
        self._facts = facts if facts is not None and facts.is_kept else None
        self._target = target
        self._kept: dict[str, StatedContent | None] = {}
        self._room = _KEPT_BYTES

    def question(self, kind: str, *parts: object) -> str:
        """Return the name of a question about files, which differs where `parts` do."""
        return f"{kind} {digest_of(self._target, *parts)}" if self._facts is not None else kind

    def ask(self, module: InstalledModule, question: str, answer: Callable[[bytes], _T]) -> _T | None:
        """Return what `answer` says of a module's source, now or when it was asked before; None: it cannot be read.

        An answer is a value of JSON and follows from the source alone; what was a tuple may come back as a list.
        """
        if self._facts is not None:
            shelf = self._facts.shelf(f"{module.file[: -len(module.shown)]} {module.distribution}")
            return shelf.ask(module.file, question, self._read, answer)
        data = self.read(module.file)
        return None if data is None else answer(data)

    def read(self, file: str) -> bytes | None:
        """Return the bytes of a source file, None for one that cannot be read or is too large to be code."""
        content = self._read(file)
        return None if content is None else content.data

    def _read(self, file: str) -> StatedContent | None:
        if file in self._kept:
            return self._kept[file]
        content = try_read_stated(file, bytes_at_most=LARGEST_BYTES)
        size = 0 if content is None else len(content.data)
        if size <= self._room:
            self._kept[file] = content
            self._room -= size
        return content


# Guards that guard nothing: a failed import that is raised again, so that the module cannot do without it.

_CLOSED = (*FUNCTIONS, ast.ClassDef)


def find_raising_lines(data: bytes, lines: Iterable[int]) -> frozenset[int]:
    """Return those of `lines`, the lines of guarded imports, whose failing ends the module or function around them.

    That is: a handler raises or ends the process, at once or under a condition; or it takes a note of the failing, and
    a condition at the top of the module raises by that note. A note that only functions look at makes no difference
    before one of them is called.

    The statements around the imports are parsed alone: to parse a large module whole for each takes ten times as long.
    """
    rows = data.split(b"\n")
    found: set[int] = set()
    for line in lines:
        block = _block_around(rows, line)
        answer = None if block is None else _ask_block(data, rows, line, *block)
        if answer is None:
            return _of_tree(try_python(data))
        found.update([line] if answer else [])
    return frozenset(found)


def _of_tree(tree: ast.Module | None) -> frozenset[int]:
    """Return the lines of all imports of a module that its guards let fail."""
    if tree is None:
        return frozenset()
    late, tries = _names_that_raise(tree), (node for node in ast.walk(tree) if isinstance(node, ast.Try))
    failing = (each for each in tries if any(_ends(one.body) or _notes(one) & late for one in _handlers(each)))
    return frozenset(line for each in failing for line in _imports_of(each))


def _ask_block(data: bytes, rows: Sequence[bytes], line: int, begin: int, end: int) -> bool | None:
    """Return whether the guards between two rows let the import at `line` fail; None: only the whole module tells."""
    body = b"\n".join(rows[begin:end])
    is_inner = body[:1] in b" \t"
    tree = try_python(b"if 1:\n" + body if is_inner else body)
    if tree is None:
        return None
    own = line - begin + is_inner
    guards = [node for node in ast.walk(tree) if isinstance(node, ast.Try) and own in _imports_of(node)]
    if not guards:
        return None
    handlers = [handler for node in guards for handler in _handlers(node)]
    if any(_ends(handler.body) for handler in handlers):
        return True
    noted = {text_bytes(name) for handler in handlers for name in _notes(handler)}
    looked_at = re.compile(rb"^(?:if|assert)\b(?:.*\b(?:%s)\b|[^:]*$)" % b"|".join(map(re.escape, noted)), re.MULTILINE)
    return None if noted and looked_at.search(data) else False


def _block_around(rows: Sequence[bytes], line: int) -> tuple[int, int] | None:
    """Return the rows, from and until, of the outermost `try` around a line that runs with it, by their indentation."""
    if line > len(rows):
        return None
    place, begin = line - 1, None
    indent = _indent(rows[place])
    if rows[place].lstrip().startswith(b"try:"):
        begin = place
    while indent and place:
        place -= 1
        row = rows[place].strip()
        if not row or row.startswith(b"#") or _indent(rows[place]) >= indent:
            continue
        if row.startswith((b"def ", b"class ", b"async def ")):
            break
        indent = _indent(rows[place])
        begin = place if row.startswith(b"try:") else begin
    if begin is None:
        return None
    outer = _indent(rows[begin])
    end = begin + 1
    while end < len(rows):
        row = rows[end].strip()
        if row and _indent(rows[end]) <= outer and not row.startswith((b"#", b"except", b"else", b"finally", b")")):
            break
        end += 1
    return begin, end


def _indent(row: bytes) -> int:
    return len(row) - len(row.lstrip(b" \t"))


def _handlers(node: ast.Try) -> list[ast.ExceptHandler]:
    return [each for each in node.handlers if catches_import_error(each.type)]


def _imports_of(node: ast.Try) -> Iterable[int]:
    return {part.lineno for part in running(node.body, _CLOSED) if isinstance(part, (ast.Import, ast.ImportFrom))}


def _ends(body: Sequence[ast.stmt]) -> bool:
    return any(map(is_an_end, running(body, _CLOSED)))


def _notes(handler: ast.ExceptHandler) -> set[str]:
    """Return the names that a handler assigns: HAVE_X = False, x = None, _error = e."""
    parts = running(handler.body, _CLOSED)
    return {part.id for part in parts if isinstance(part, ast.Name) and isinstance(part.ctx, ast.Store)}


def _names_that_raise(tree: ast.Module) -> frozenset[str]:
    """Return the names by which a condition at the top of the module raises."""
    asserts = [each.test for each in tree.body if isinstance(each, ast.Assert)]
    tests = [each.test for each in tree.body if isinstance(each, ast.If) and _ends(each.body)]
    return frozenset(part.id for test in asserts + tests for part in ast.walk(test) if isinstance(part, ast.Name))
