"""What one file hands to functions that take names: loaders of modules, readers of metadata, other interpreters, lists.

Laws: a reference for each name that may arrive, with the line on which it is written and the time at which it is
taken. Files without such a function are not looked at: `find_takers` is asked first.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator, Mapping, Sequence
from functools import cache

from footprint.collect.imports.commands import RUNNERS, command_lines, modules_run, options_of
from footprint.collect.imports.flow import Flow
from footprint.collect.imports.frames import Met, Surroundings
from footprint.collect.imports.name_values import EACH, Arrival, NameValue, Steps, Values, ValueScope
from footprint.collect.imports.references import Gathered, Where
from footprint.collect.imports.value_index import index_values
from footprint.documents.python_trees import argument_of, dotted_name, last_name
from footprint.knowledge.frameworks import PLACES, installs
from footprint.knowledge.name_takers import FURTHER, TAKERS, taker_by_name
from footprint.late import late_pattern
from footprint.model.handed_names import COMMAND, URL, Asked, Taker, Taking
from footprint.model.source_modules import Placement
from footprint.names import ModuleName
from footprint.values import replace

_BLOCKS_AT_MOST = 20_000
_LISTS = frozenset(key for key in PLACES if key.isidentifier() and key.isupper()) | {"lazy_subcommands"}
_FILE = late_pattern(r"(?:\./)?[\w][\w./*-]*\.py")
_CALLS = {"Celery": ("include", "Celery() include"), "update": ("imports", "imports")}


def _is_list(name: str) -> bool:
    return name in _LISTS or name.endswith("MIDDLEWARE") or installs((name,))


def listed_values(values: Values, flow: Flow) -> Iterator[tuple[str, NameValue]]:
    """Yield the names of such lists with what they are given: assigned, added, returned by a property of that name."""
    pending, left = [values.top], _BLOCKS_AT_MOST
    while pending and left:
        left -= 1
        block = pending.pop()
        for name, found in block.values.items():
            if _is_list(name):
                yield from ((name, value) for value in (*found, *flow.changes_of(name, block)))
        for name, blocks in block.inner.items():
            pending += blocks
            if _is_list(name):
                yield from ((name, NameValue(given, each)) for each in blocks for given in each.returns)
    for name, found in values.attributes.items():
        if _is_list(name) or name in ("imports", "include"):
            place = name if _is_list(name) else f"conf.{name}"
            yield from ((place, value) for value in found if value.block.kind != "class")
    for name, found in values.changes.items():
        if _is_list(name):  # of what another file assigned: INSTALLED_APPS.append("x") after `import *`
            yield from ((name, value) for value in found if flow.home_of(name, value.block) is None)


def list_words(call: ast.Call, keyword: str) -> str | None:
    """Return the place of a keyword that takes such a list: `Celery(include=A)`, `configure(INSTALLED_APPS=B)`."""
    wanted, words = _CALLS.get(last_name(call.func) or "", ("", ""))
    if keyword and keyword == wanted:
        return words
    return keyword if keyword and _is_list(keyword) else None


def paths_in(call: ast.Call) -> Iterator[tuple[str, int]]:
    """Yield the paths of Python files that stand in the arguments of a call."""
    for node in ast.walk(ast.Tuple([*call.args, *(keyword.value for keyword in call.keywords)], ast.Load())):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _FILE.fullmatch(node.value):
            yield node.value, node.lineno


_LISTED = (
    "_APPS",
    "MIDDLEWARE",
    "SPIDER_MODULES",
    "CELERY_",
    "LOGGING_CONFIG",
    "lazy_subcommands",
    "Celery(",
    ".conf.",
)
_RUNS = {"-m": Taker("run"), "-c": Taker("run", "code")}
_OPTIONS = {"-m": ('"-m', "'-m"), "-c": ('"-c"', "'-c'")}
_PROCESSES = ("subprocess.", "os.system", "os.popen", "asyncio.", "shlex.", "commands.")
_COMMANDS = ("python -", "python3 -", "sys.executable")
_COMPOSED = ("+{", "}+", "}://", "s://", "+%", '"://', "'://", '+"', "+'")
_DIALECTS = ("postgres", "mysql", "mariadb", "sqlite", "oracle", "mssql", "cockroach", "clickhouse", "redshift")
_SCHEME = late_pattern(r"([A-Za-z][\w.-]*(?:\+[\w.-]+)*)(?:(://)|$)")
_ENTERS = ("module_from_spec", "exec_module", "load_module")
# What takes a function and then its argument: the way into that.
_HANDS_OVER: Mapping[str, Steps] = {"map": (EACH,), "partial": (), "submit": (), "to_thread": ()}
_HANDING_OVER = tuple(_HANDS_OVER)
_STATED = ("import_module", "__import__", "run_module")
_RUNS_FILES = ("exec", "execfile", "split_settings.tools.include")
_LAST_WORDS = frozenset(name.rpartition(".")[2] for name in (*TAKERS, *_RUNS_FILES)) | RUNNERS


def find_takers(met: Sequence[Met], imported: Mapping[str, ModuleName], text: str, asked: Asked) -> list[Met] | None:
    """Return the calls of a file that may take names; None when nothing in the file does, as in most."""
    asked_names = {name for name, _ in asked.loaders}
    runs_python = "python" in text or "sys.executable" in text
    runs_python = runs_python and any(word in text for word in _COMMANDS)

    @cache  # most functions are called many times
    def is_taker(name: str) -> bool:
        last = name.rpartition(".")[2]
        if not (last in _LAST_WORDS or "mport" in last or "azy" in last or name in imported or name in asked_names):
            return False
        return name in asked_names or _takes(name, last, imported, runs_python=runs_python)

    found = []
    for each in met:
        name = each.name or last_name(each.call.func)
        if name.endswith(_HANDING_OVER) and name.rpartition(".")[2] in _HANDS_OVER:
            name = next(map(dotted_name, each.call.args), None) or ""
        if is_taker(name):
            found.append(each)
    is_other = bool(asked.takings) or any(word in text for word in _LISTED) or _has_options(text) or _may_compose(text)
    return found if found or is_other else None


def _has_options(text: str) -> bool:
    return any(option in text and any(word in text for word in words) for option, words in _OPTIONS.items())


def _may_compose(text: str) -> bool:
    """Whether a file may put the URL of a database together from parts."""
    return any(word in text for word in _DIALECTS) and any(word in text for word in _COMPOSED)


def _takes(name: str, last: str, imported: Mapping[str, ModuleName], *, runs_python: bool) -> bool:
    """Whether a function may take names, by what it is called: built in, imported, or a method that runs commands."""
    first, dot, rest = name.partition(".")
    owner = imported.get(first)
    if owner is None:
        return name in TAKERS or (last in RUNNERS and runs_python)
    full = f"{owner}{dot}{rest}"
    if full in TAKERS or full in _RUNS_FILES:
        return True
    if last in RUNNERS:
        return runs_python or full.startswith(_PROCESSES)
    return not full.startswith("importlib.") and taker_by_name(last) is not None


def _is_read_elsewhere(given: ast.expr, word: str) -> bool:
    """Whether a literal is an import site anyhow, or a dotted name in a place that a framework reads."""
    if not isinstance(given, ast.Constant):
        return False
    is_dotted = isinstance(given.value, str) and not given.value.isidentifier()
    return word in _STATED or (is_dotted and f"{word}()" in PLACES)


class TakerReader:
    """Reads one tree once, after its statements: `met` are all its calls."""

    def __init__(
        self,
        path: str,
        tree: ast.Module,
        met: Sequence[Met],
        imported: Mapping[str, ModuleName],
        stars: Sequence[ModuleName],
    ) -> None:
        self._met, self._imported = met, imported
        self._values = index_values(tree)
        self._flow = Flow(self._values, imported, stars)
        self._contexts = {id(call): context for call, context, _ in met}
        self._gathered = Gathered(path)
        self._callers: dict[tuple[str, ...], set[int]] = {}  # ids of the functions that call one of these

    def read(self, takers: Sequence[Met], package: ModuleName, asked: Asked) -> Gathered:
        """Return what is handed on by the calls that find_takers found, and by all else that takes names.

        `package` is the one whose folder the file stands in.
        """
        loaders = dict(asked.loaders)
        for call, context, name in takers:
            block = self._values.blocks.get(id(call))
            if block is not None:
                written = name or last_name(call.func) or ""
                full = self._full(written, block)
                if written in loaders:
                    self._arguments(call, context, block, loaders[written].taker, full, (f"{written}(...)",))
                elif (taker := self._taker(written, full, block)) is not None:
                    by = (f"{written}(...)", *(() if full in TAKERS else (full,)))
                    self._arguments(call, context, block, taker, full, by)
                if last_name(call.func) in _HANDS_OVER:
                    self._handed_over(call, context, block)
                self._command_lines(call, context, block)
                if full in _RUNS_FILES:
                    self._files(call, context, package)
        self._interpreters()
        self._lists()
        self._urls()
        for taking in asked.takings:
            self._answer(taking)
        self._values.let_go()
        return self._gathered

    # Calls

    def _full(self, written: str, block: ValueScope) -> str:
        """Return the name of a function as its module knows it; as written for what is built in."""
        first, dot, rest = written.partition(".")
        if self._flow.home_of(first, block) is not None:
            return f"<own>.{written}"
        return f"{self._imported[first]}{dot}{rest}" if first in self._imported else written

    def _taker(self, written: str, full: str, block: ValueScope) -> Taker | None:
        taker = TAKERS.get(full)
        is_others = written.partition(".")[0] in self._imported and not full.startswith(("<own>", "importlib."))
        if taker is None and is_others:
            taker = taker_by_name(written.rpartition(".")[2])
        if taker is not None and self._meets(("LazyLoader",), block):
            return replace(taker, kind="later")
        if taker is not None and taker.kind == "sought" and self._meets(_ENTERS, block):
            return replace(taker, kind="loaded")
        return taker

    def _meets(self, words: tuple[str, ...], block: ValueScope) -> bool:
        """Whether one of these functions is called in the same function, or at the same level where that is none.

        What was sought is loaded there; what LazyLoader gets is loaded at its first use.
        """
        known = self._callers.get(words)
        if known is None:
            calls = (each for word in words for each in self._values.calls.get(word, ()))
            known = self._callers[words] = {id(around.function) for _, around in calls}
        return id(block.function) in known

    def _arguments(
        self, call: ast.Call, context: Surroundings, block: ValueScope, taker: Taker, full: str, by: tuple[str, ...]
    ) -> None:
        given = [argument_of(call, taker.position, taker.keyword)]
        given += [argument_of(call, position, keyword) for position, keyword in FURTHER.get(full, ())]
        if taker.keyword == "requirements":
            given += call.args[1:]
        for node in given:
            if node is not None and not _is_read_elsewhere(node, last_name(call.func) or ""):
                for found in self._flow.arriving(node, block):
                    self._take(found, taker, by, context, call)
                self._gathered.export(self._flow, taker, by[0], late=context.placement is Placement.FUNCTION)

    def _handed_over(self, call: ast.Call, context: Surroundings, block: ValueScope) -> None:
        """Take `map(import_module, ["redis"])` and its like."""
        if len(call.args) < 2:
            return
        written = dotted_name(call.args[0]) or ""
        taker = self._taker(written, self._full(written, block), block)
        if taker is not None:
            for found in self._flow.arriving(call.args[1], block, _HANDS_OVER[last_name(call.func) or ""]):
                self._take(found, taker, (f"{written}(...)",), context, call)

    def _take(self, found: Arrival, taker: Taker, by: tuple[str, ...], context: Surroundings, call: ast.Call) -> None:
        way = found.way
        if way.call is not None and (not way.late or taker.kind == "later"):
            context = self._contexts.get(id(way.call), context)
        where: Where = context.where
        if taker.kind == "later" and (context.placement is not Placement.FUNCTION or way.call is None):
            where = (Placement.FUNCTION, None)
        is_caught = id(call) in self._values.caught or id(way.call) in self._values.caught
        self._gathered.take(found, taker, by, where, guarded=context.guarded or is_caught)

    # Other interpreters

    def _interpreters(self) -> None:
        for node, options in options_of(self._values):
            block = self._values.blocks.get(id(node), self._values.top)
            for option, given in options:
                taker = _RUNS[option]
                for found in self._flow.arriving(given, block):
                    self._gathered.take(found, taker, (f"python {option}",), self._where(node, block), guarded=False)
                self._gathered.export(self._flow, taker, f"python {option}", late=True)

    def _command_lines(self, call: ast.Call, context: Surroundings, block: ValueScope) -> None:
        for line in command_lines(call):
            by = f"{dotted_name(call.func) or last_name(call.func)}(...)"
            for found in self._flow.arriving(line, block):
                for option, text in modules_run(found.text):
                    each = found._replace(text=text)
                    if option == "command":
                        self._gathered.add((COMMAND, by), (text, ()), found.line, context.where, guarded=True)
                    else:
                        self._gathered.take(each, _RUNS[option], (by,), context.where, guarded=False)

    def _where(self, node: ast.AST, block: ValueScope) -> Where:
        context = self._contexts.get(id(node))
        if context is not None:
            return context.where
        function = block.function
        return (Placement.FUNCTION, function.name) if function is not None else (Placement.MODULE, None)

    # Lists that frameworks read, and files that are run in place

    def _lists(self) -> None:
        for name, value in self._listed():
            taker, where = Taker("listed"), self._where(value.node, value.block)
            by = tuple(name.split())
            for found in self._flow.arriving(value.node, value.block, value.steps):
                self._gathered.take(found, taker, by, where, guarded=False)
            self._gathered.export(self._flow, taker, name, late=False)

    def _listed(self) -> Iterator[tuple[str, NameValue]]:
        yield from listed_values(self._values, self._flow)
        for call, context, _ in self._met:
            block = self._values.blocks.get(id(call)) if call.keywords else None
            for keyword in call.keywords if block is not None and not context.typing else ():
                words = list_words(call, keyword.arg or "")
                if words and block is not None:
                    yield words, NameValue(keyword.value, block)

    def _urls(self) -> None:
        """Take the schemes of URLs that are put together: f"postgresql+{driver}://..."."""
        for node, block in self._values.composed:
            for found in self._flow.arriving(node, block):
                scheme = _SCHEME.match(found.text)
                if scheme is not None and "+" in scheme[1]:
                    place = (URL, "://" if scheme[2] else "")
                    self._gathered.add(place, (scheme[1], ()), node.lineno, self._where(node, block), guarded=False)

    def _files(self, call: ast.Call, context: Surroundings, package: ModuleName) -> None:
        """Take `exec(open("apps.py").read())` and `include("components/*.py")` of split_settings."""
        for text, line in paths_in(call):
            place, module, names = "run_path()", text.removeprefix("./"), tuple[str, ...]()
            if "*" in text:
                module = f"{package}.{text.removesuffix('.py').replace('/', '.')}".lstrip(".")
                place, names = "import_module()", ("*",)
            self._gathered.add((place,), (module, names), line, context.where, guarded=False)

    # What other files ask

    def _answer(self, taking: Taking) -> None:
        where: Where = (Placement.FUNCTION, None) if taking.late else (Placement.MODULE, None)
        taker = Taker(taking.kind, taking.form)
        is_listed = taking.kind == "listed"
        by = tuple(taking.by.split()) if is_listed else (taking.by,)
        for found in self._flow.named(taking.source, taking.steps):
            self._gathered.take(found, taker, by, where, guarded=not is_listed)
        self._gathered.export(self._flow, taker, taking.by, late=taking.late)
