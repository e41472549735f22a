"""What importing a library reads and changes besides itself: a later import may read another value, or change too late.

Laws: told from the text of its modules alone, without running them. What they do in a function that only others call
is left out; what their top level calls in the same file is read.
"""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator, Mapping
from typing import Literal, NamedTuple

from footprint.documents.python_trees import FUNCTIONS, dotted_name, last_name, running, string_of, try_python
from footprint.names import ModuleName, word_set

Read = Literal["environment", "directory", "arguments", "clock"]
_WORTH_A_LOOK = re.compile(
    r"environ|getenv|getcwd|\.cwd\(|argv|time\(|now\(|today\(|monotonic|^\w[\w.]*\(|^@|^\w+\.\w", re.MULTILINE
)
_CLOCKS = frozenset(
    {"time.time", "time.monotonic", "time.perf_counter", "time.time_ns", "datetime.now", "datetime.utcnow"}
    | {"datetime.datetime.now", "datetime.datetime.utcnow", "date.today", "datetime.date.today", "time", "perf_counter"}
)
_DIRECTORIES = frozenset({"os.getcwd", "Path.cwd", "pathlib.Path.cwd", "getcwd"})
# Calls that change what all of a process shares, by the module that offers them.
_CHANGES: Mapping[str, frozenset[str]] = {
    "asyncio": frozenset({"set_event_loop_policy", "set_event_loop"}),
    "builtins": frozenset({"setattr"}),
    "codecs": frozenset({"register", "register_error"}),
    "decimal": frozenset({"setcontext"}),
    "faulthandler": frozenset({"enable", "register"}),
    "gc": frozenset({"disable", "enable", "freeze", "set_threshold", "set_debug"}),
    "locale": frozenset({"setlocale"}),
    "logging": frozenset({"basicConfig", "setLoggerClass", "disable", "captureWarnings", "setLogRecordFactory"}),
    "mimetypes": frozenset({"add_type", "init"}),
    "multiprocessing": frozenset({"set_start_method", "freeze_support"}),
    "os": frozenset({"putenv", "unsetenv", "chdir", "umask", "nice", "setpriority", "register_at_fork"}),
    "random": frozenset({"seed"}),
    "resource": frozenset({"setrlimit"}),
    "signal": frozenset({"signal", "set_wakeup_fd", "alarm", "setitimer"}),
    "socket": frozenset({"setdefaulttimeout"}),
    "sys": frozenset(
        {"setrecursionlimit", "setswitchinterval", "setprofile", "settrace", "set_int_max_str_digits", "addaudithook"}
    ),
    "threading": frozenset({"setprofile", "settrace", "stack_size"}),
    "tracemalloc": frozenset({"start"}),
}
_TABLES = frozenset({"sys.path", "sys.meta_path", "sys.path_hooks", "sys.modules", "os.environ", "warnings.filters"})
# Backports: what they change elsewhere is what they bring, and whoever needs it imports them.
_BACKPORTS = frozenset({"six", "typing_extensions"})
_HARMLESS = frozenset({"re._MAXCACHE"})  # how many patterns are kept compiled
# A decorator of another package that only returns what it was given, or a wrapper of it.
_PLAIN_DECORATORS = word_set(
    "dataclass property staticmethod classmethod wraps contextmanager asynccontextmanager lru_cache cache "
    "cached_property total_ordering overload abstractmethod final override define frozen s attrs singledispatch "
    "deprecated runtime_checkable unique njit jit field_validator model_validator validator root_validator setter "
    "getter deleter no_type_check"
)


class LibraryRead(NamedTuple):
    """One value that the import of a module reads. `key` of the environment; None: any."""

    what: Read
    key: str | None
    module: ModuleName
    line: int


class LibraryChange(NamedTuple):
    """One thing outside of the library that its import changes: "codecs.register", "app.registry.add"."""

    what: str
    module: ModuleName
    line: int


class LibraryFacts(NamedTuple):
    """What importing a library does."""

    reads: tuple[LibraryRead, ...] = ()
    changes: tuple[LibraryChange, ...] = ()
    modules: frozenset[ModuleName] = frozenset()  # all that were read


def read_library(texts: Mapping[ModuleName, str], *, first_party: bool = False) -> LibraryFacts:
    """Return what importing these modules does; `own` names, those of their first parts, are their own affair.

    Of modules of the project (`first_party`) a decorator or a call of anything that another file has counts as a
    change: that is how tasks, routes and plugins register themselves.
    """
    reads: list[LibraryRead] = []
    changes: list[LibraryChange] = []
    own = {"" if first_party else name.partition(".")[0] for name in texts}
    for name, text in texts.items():
        tree = try_python(text) if first_party or _WORTH_A_LOOK.search(text) else None
        if tree is not None:
            reader = _LibraryReader(name, tree, own)
            reads += reader.reads()
            changes += reader.changes(first_party=first_party)
    return LibraryFacts(tuple(reads), tuple(changes), frozenset(texts))


class _LibraryReader:
    def __init__(self, module: ModuleName, tree: ast.Module, own: set[str]) -> None:
        self._module, self._own, self._tree = module, own, tree
        self._stands_for: dict[str, str] = {}
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    top = alias.name.partition(".")[0]
                    self._stands_for[alias.asname or top] = alias.name if alias.asname else top
            elif isinstance(node, ast.ImportFrom):
                base = node.module or "" if not node.level else f".{node.module or ''}"
                self._stands_for.update({alias.asname or alias.name: f"{base}.{alias.name}" for alias in node.names})
        self._nodes = list(self._run(tree))

    def _run(self, tree: ast.Module) -> Iterator[ast.AST]:
        """Yield what importing the module runs: its top level, and the functions of the file that this calls."""
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, FUNCTIONS[:2])}
        pending: list[ast.AST] = [each for node in tree.body for each in _without_script(node)]
        entered = set[str]()
        while pending:
            found = list(running([pending.pop()]))
            yield from found
            for node in found:
                name = last_name(node.func) if isinstance(node, ast.Call) else ""
                if name in functions and name not in entered:
                    entered.add(name)
                    pending += functions[name].body

    def _full(self, node: ast.AST) -> str:
        """Return the dotted name of a node by what was imported: "os.environ.get", "" for what is none."""
        top, dot, rest = (dotted_name(node) or "").partition(".")
        return f"{self._stands_for.get(top, top)}{dot}{rest}"

    def reads(self) -> Iterator[LibraryRead]:
        """Yield what the import reads."""
        for node in self._nodes:
            line = getattr(node, "lineno", 1)
            if isinstance(node, ast.Call):
                yield from self._read_by_call(node, line)
            elif isinstance(node, ast.Subscript) and self._full(node.value) == "os.environ":
                if isinstance(node.ctx, ast.Load):
                    yield LibraryRead("environment", string_of(node.slice), self._module, line)
            elif isinstance(node, ast.Compare) and self._full(node.comparators[-1]) == "os.environ":
                yield LibraryRead("environment", string_of(node.left), self._module, line)
            elif isinstance(node, ast.Attribute) and self._full(node) == "sys.argv":
                yield LibraryRead("arguments", None, self._module, line)

    def _read_by_call(self, node: ast.Call, line: int) -> Iterator[LibraryRead]:
        called = self._full(node.func)
        if called in ("os.environ.get", "os.getenv", "os.environ.setdefault", "os.environ.pop"):
            key = string_of(node.args[0]) if node.args else None
            yield LibraryRead("environment", key, self._module, line)
        elif called.startswith("os.environ.") or any(self._full(each) == "os.environ" for each in node.args):
            yield LibraryRead("environment", None, self._module, line)
        elif called in _DIRECTORIES:
            yield LibraryRead("directory", None, self._module, line)
        elif called in _CLOCKS and not node.args:
            yield LibraryRead("clock", None, self._module, line)

    def changes(self, *, first_party: bool) -> Iterator[LibraryChange]:
        """Yield what the import changes elsewhere."""
        if self._module.rpartition(".")[2] in _BACKPORTS:
            return
        for node in self._nodes:
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Call):
                yield from self._changed_by_call(node.value, first_party=first_party)
            elif isinstance(node, (ast.Assign, ast.AugAssign, ast.Delete)):
                yield from self._changed_by_store(node)
            elif isinstance(node, (*FUNCTIONS[:2], ast.ClassDef)):
                yield from self._changed_by_decorator(node, first_party=first_party)

    def _is_foreign(self, full: str) -> bool:
        top = full.partition(".")[0]
        known = {each.partition(".")[0] for each in self._stands_for.values()}
        return bool(top) and top not in self._own and top in known

    def _changed_by_call(self, node: ast.Call, *, first_party: bool) -> Iterator[LibraryChange]:
        full = self._full(node.func)
        top, _, rest = full.partition(".")
        is_own = full.startswith(".") and not first_party
        if rest in _CHANGES.get(top, ()) or full.rpartition(".")[0] in _TABLES:
            yield LibraryChange(full, self._module, node.lineno)
        elif not is_own and top not in sys.stdlib_module_names and (full.startswith(".") or self._is_foreign(full)):
            yield LibraryChange(full.lstrip("."), self._module, node.lineno)

    def _changed_by_store(self, node: ast.Assign | ast.AugAssign | ast.Delete) -> Iterator[LibraryChange]:
        for target in [node.target] if isinstance(node, ast.AugAssign) else node.targets:
            stored = target.value if isinstance(target, ast.Subscript) else target
            full = self._full(stored)
            if full in _HARMLESS or self._is_own_entry(target) or (full == "os.environ" and self._restores_environment):
                continue
            of_table = isinstance(target, ast.Subscript) and (full in _TABLES or self._is_foreign(full))
            if of_table or (isinstance(stored, ast.Attribute) and self._is_foreign(full)):
                yield LibraryChange(full, self._module, node.lineno)

    def _is_own_entry(self, target: ast.expr) -> bool:
        """Whether it is the module's own place in sys.modules."""
        if not isinstance(target, ast.Subscript) or self._full(target.value) != "sys.modules":
            return False
        return isinstance(target.slice, ast.Name) and target.slice.id == "__name__"

    @property
    def _restores_environment(self) -> bool:
        """Whether the import also takes variables away again, as numpy does with those that it sets for a moment."""
        return any(
            isinstance(node, ast.Delete)
            and any(isinstance(each, ast.Subscript) and self._full(each.value) == "os.environ" for each in node.targets)
            for node in self._nodes
        )

    def _changed_by_decorator(
        self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef, *, first_party: bool
    ) -> Iterator[LibraryChange]:
        for decorator in node.decorator_list:
            named = decorator.func if isinstance(decorator, ast.Call) else decorator
            full = self._full(named)
            if last_name(named) in _PLAIN_DECORATORS or not full:
                continue
            is_other = self._is_foreign(full) and full.partition(".")[0] not in sys.stdlib_module_names
            if (first_party and (is_other or full.startswith("."))) or (is_other and "register" in last_name(named)):
                yield LibraryChange(full.lstrip("."), self._module, decorator.lineno)


def _without_script(node: ast.stmt) -> list[ast.stmt]:
    """Return a statement of the top level, or what of it runs when the file is imported and is no script."""
    named = isinstance(node, ast.If) and any(
        isinstance(each, ast.Name) and each.id in ("__name__", "TYPE_CHECKING") for each in ast.walk(node.test)
    )
    return node.orelse if named and isinstance(node, ast.If) else [node]
