"""What the other files of a project do with the names of a module: who takes, names, patches or replaces them.

Laws: tests are read like all else, for a deferred import that breaks a test is a wrong edit. A file stands for every
name under which it may be imported, `src.app.m`, `app.m` and `m`: what is told too often only leaves an import alone.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from footprint.documents.python_trees import dotted_name, last_name, nodes_of, string_of, try_python
from footprint.names import ModuleName, ancestors
from footprint.values import dataclass, field, fields

_DOTTED = re.compile(r"[A-Za-z_]\w*(?:[.:][A-Za-z_]\w*)+")
_WORD = re.compile(r"[A-Za-z_][\w.]*")
_BY_NAME = frozenset({"getattr", "hasattr", "setattr", "delattr", "object", "spy", "stub", "multiple", "attrgetter"})
_PATHS = ("sys.path", "sys.meta_path", "sys.path_hooks")
_PATH_CALLS = frozenset({"chdir", "syspath_prepend", "addsitedir", "chroot", "fchdir"})
_HINT_READERS = frozenset({"get_type_hints", "get_annotations", "eval_str", "__annotations__", "ForwardRef"})
_ENVIRON_WRITES = frozenset({"putenv", "unsetenv", "setenv", "delenv", "load_dotenv", "setdefault", "update", "pop"})
_LONGEST_TEXT = 200


class Place(NamedTuple):
    """A line of a file of the project."""

    path: str
    line: int


class Kind(NamedTuple):
    """What is done with a dotted name at a place."""

    place: Place
    is_text: bool = False  # it stands in a text
    replaces: bool = False  # it is assigned, deleted or patched
    is_beginning: bool = False  # the place names something of it


class Keyed(NamedTuple):
    """A place that names a key, None where it cannot be told."""

    key: str | None
    place: Place


@dataclass(slots=True)
class ProjectNames:
    """The names of all files, by dotted name."""

    touched: dict[str, list[Kind]] = field(default_factory=dict)  # "app.m.np"
    stars: dict[ModuleName, Place] = field(default_factory=dict)  # modules whose names are taken with *
    texts: dict[str, list[Place]] = field(default_factory=dict)  # words of texts that may name a module
    attributes: dict[tuple[str, str], int] = field(default_factory=dict)  # (path, attribute of something unknown)
    unimported: dict[str, Place] = field(default_factory=dict)  # "a.b" of a file that imports only `a`
    rebound: dict[str, Place] = field(default_factory=dict)  # "app.m.X" that a function declares global
    asked: list[Keyed] = field(default_factory=list)  # of sys.modules
    environment: list[Keyed] = field(default_factory=list)  # variables that are set
    arguments: list[Place] = field(default_factory=list)  # where sys.argv is changed
    path_changes: list[tuple[str, Place]] = field(default_factory=list)
    hint_readers: list[Place] = field(default_factory=list)
    referred: dict[str, Place] = field(default_factory=dict)  # names that are read other than by calling them
    names: set[str] = field(default_factory=set)  # of files and folders, which a path may make modules

    def touch_text(self, text: str, place: Place) -> None:
        """Note a dotted name in a text, "app.m:np" or "app.m.np.array", and all that it begins with."""
        whole = text.replace(":", ".")
        for dotted in prefixes(whole):
            kind = Kind(place, is_text=True, is_beginning=dotted != whole)
            self.touched.setdefault(dotted, []).append(kind)


def module_names(path: str) -> tuple[ModuleName, ...]:
    """Return the names under which a file may be imported, the longest first; none for a file of another kind."""
    if not path.endswith((".py", ".pyw")):
        return ()
    parts = path.rpartition(".")[0].split("/")
    if parts[-1] == "__init__":
        parts.pop()
    return tuple(".".join(parts[start:]) for start in range(len(parts)))


def package_of(path: str) -> ModuleName:
    """Return the package, by its path, that relative imports of a file start from."""
    return ".".join(path.split("/")[:-1])


def absolute(node: ast.ImportFrom, path: str) -> ModuleName:
    """Return the module that a from-import names, a relative one by its path from the top of the project."""
    if not node.level:
        return node.module or ""
    parts = package_of(path).split(".") if package_of(path) else []
    kept = parts[: len(parts) - node.level + 1]
    return ".".join([*kept, *([node.module] if node.module else [])])


def read_project(texts: Mapping[str, str]) -> ProjectNames:
    """Return the names of a project by the texts of its files; what is not Python is searched for dotted names."""
    found = ProjectNames()
    for path, text in texts.items():
        found.names.update(path.rpartition(".")[0].split("/") if path.endswith((".py", ".pyw")) else ())
        tree = try_python(text.removeprefix("\ufeff")) if path.endswith((".py", ".pyw")) else None
        if tree is not None:
            _FileReader(path, found).read(tree)
            continue
        for number, line in enumerate(text.splitlines(), 1):
            for word in _DOTTED.findall(line):
                found.touch_text(word, Place(path, number))
    return found


def join_names(parts: Iterable[ProjectNames]) -> ProjectNames:
    """Return the names of files that were read one by one, as if they had been read together."""
    whole = ProjectNames()
    for part in parts:
        for item in fields(ProjectNames):
            held, more = getattr(whole, item.name), getattr(part, item.name)
            if isinstance(held, list):
                held += more
            elif isinstance(held, set):
                held |= more
            else:
                for key, value in more.items():
                    if isinstance(value, list):
                        held.setdefault(key, []).extend(value)
                    else:
                        held.setdefault(key, value)
    return whole


class _FileReader:
    """Reads one file into the names of the project."""

    def __init__(self, path: str, found: ProjectNames) -> None:
        self._path, self._found = path, found
        self._bound: dict[str, set[str]] = {}  # local name -> what it may stand for
        self._imported: set[str] = set()  # modules that an import statement of the file names
        self._keyed: set[int] = set()  # ids of `sys.modules` that are asked for a key

    def read(self, tree: ast.Module) -> None:
        """Read the tree: imports first, for names are read by them."""
        nodes = nodes_of(tree)
        for node in nodes:
            if isinstance(node, (ast.Import, ast.ImportFrom)):
                self._import(node)
        called = {id(node.func) for node in nodes if isinstance(node, ast.Call)}
        inner = {id(node.value) for node in nodes if isinstance(node, ast.Attribute)}
        for node in nodes:
            if isinstance(node, (ast.Name, ast.Attribute)):
                self._named(node, is_called=id(node) in called, is_part=id(node) in inner)
            elif isinstance(node, ast.Constant):
                self._text(node)
            elif isinstance(node, ast.Call):
                self._call(node)
            elif isinstance(node, (ast.Subscript, ast.Compare)):
                self._asked(node)
            elif isinstance(node, ast.Global):
                for name, module in ((name, module) for name in node.names for module in module_names(self._path)):
                    self._found.rebound.setdefault(f"{module}.{name}", self._place(node))
            elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)) and node.decorator_list:
                self._found.referred.setdefault(node.name, self._place(node))

    def _place(self, node: ast.AST) -> Place:
        return Place(self._path, getattr(node, "lineno", 1))

    def _touch(self, dotted: str, node: ast.AST, *, is_text: bool = False, replaces: bool = False) -> None:
        self._found.touched.setdefault(dotted, []).append(Kind(self._place(node), is_text, replaces))

    def _import(self, node: ast.Import | ast.ImportFrom) -> None:
        if isinstance(node, ast.Import):
            for alias in node.names:
                whole = alias.name if alias.asname else alias.name.partition(".")[0]
                self._bound.setdefault(alias.asname or whole, set()).add(whole)
                self._imported.update(prefixes(alias.name))
            return
        written = absolute(node, self._path)
        parts = written.split(".")
        modules = [".".join(parts[at:]) for at in range(len(parts))] if node.level else [written]
        for module in modules:
            self._take(module, node)

    def _take(self, module: ModuleName, node: ast.ImportFrom) -> None:
        self._imported.update(prefixes(module))
        for alias in node.names:
            if alias.name == "*":
                self._found.stars.setdefault(module, self._place(node))
                continue
            self._bound.setdefault(alias.asname or alias.name, set()).add(f"{module}.{alias.name}")
            self._touch(f"{module}.{alias.name}", node)
            self._imported.add(f"{module}.{alias.name}")
            if module == "sys" and alias.name == "modules":
                self._found.asked.append(Keyed(None, self._place(node)))
            elif module == "sys" and alias.name == "path":
                self._found.path_changes.append(("sys.path", self._place(node)))

    def _named(self, node: ast.Name | ast.Attribute, *, is_called: bool, is_part: bool) -> None:
        name = last_name(node)
        reads = isinstance(node.ctx, ast.Load)
        if reads and not is_called:
            self._found.referred.setdefault(name, self._place(node))
        if name in _HINT_READERS:
            self._found.hint_readers.append(self._place(node))
        if isinstance(node, ast.Name):
            return
        dotted = dotted_name(node)
        targets = self._stands_for(dotted)
        if not targets:
            self._found.attributes.setdefault((self._path, name), node.lineno)
        for target in targets:
            self._touch(target, node, replaces=not reads)
            if target not in self._imported:
                self._found.unimported.setdefault(target, self._place(node))
        if dotted == "sys.argv" and not reads:
            self._found.arguments.append(self._place(node))
        if not is_part or dotted is None:
            self._whole(dotted or f"?.{name}", node, reads=reads)

    def _whole(self, dotted: str, node: ast.Attribute, *, reads: bool) -> None:
        if dotted == "sys.path" and not reads:
            self._found.path_changes.append(("sys.path", self._place(node)))
        elif dotted == "sys.modules" and id(node) not in self._keyed:
            self._found.asked.append(Keyed(None, self._place(node)))

    def _stands_for(self, dotted: str | None) -> set[str]:
        top, _, rest = (dotted or "").partition(".")
        return {f"{target}.{rest}" for target in self._bound.get(top, ())} if rest else self._bound.get(top, set())

    def _text(self, node: ast.Constant) -> None:
        text = node.value
        if not isinstance(text, str) or not text.isascii() or len(text) > _LONGEST_TEXT:
            return
        if _DOTTED.fullmatch(text):
            self._found.touch_text(text, self._place(node))
        if _WORD.fullmatch(text):
            self._found.texts.setdefault(text, []).append(self._place(node))

    def _asked(self, node: ast.Subscript | ast.Compare) -> None:
        """Replace "somewhere in sys.modules" by the key that is asked for, and note variables that are set."""
        if isinstance(node, ast.Compare):
            container, key = node.comparators[-1], node.left
        else:
            container, key = node.value, node.slice
        if dotted_name(container) == "sys.modules":
            is_own = isinstance(key, ast.Name) and key.id == "__name__"
            self._ask(container, [] if is_own else [string_of(key)])
        elif isinstance(node, ast.Subscript) and last_name(container) == "environ":
            if not isinstance(node.ctx, ast.Load):
                self._found.environment.append(Keyed(string_of(key), self._place(node)))
        elif isinstance(node, ast.Subscript) and not isinstance(node.ctx, ast.Load):
            if dotted_name(container) in _PATHS:
                self._found.path_changes.append(("sys.path", self._place(node)))
            elif dotted_name(container) == "sys.argv":
                self._found.arguments.append(self._place(node))

    def _ask(self, container: ast.expr, keys: Iterable[str | None]) -> None:
        self._keyed.add(id(container))
        self._found.asked += [Keyed(key, self._place(container)) for key in keys]

    def _call(self, node: ast.Call) -> None:
        name, named = last_name(node.func), [*node.args, *(each.value for each in node.keywords)]
        dotted = dotted_name(node.func) or ""
        owner = dotted.rpartition(".")[0]
        if owner in _PATHS and name not in ("append", "index", "count", "copy"):
            self._found.path_changes.append((owner, self._place(node)))
        elif name in _PATH_CALLS:
            self._found.path_changes.append((f"{name}()", self._place(node)))
        elif owner == "sys.argv":
            self._found.arguments.append(self._place(node))
        if name in ("load_dotenv", "putenv", "setenv", "unsetenv", "delenv") or (
            name in _ENVIRON_WRITES and owner.rpartition(".")[2] == "environ"
        ):
            key = string_of(node.args[0]) if node.args and name != "load_dotenv" else None
            self._found.environment.append(Keyed(key, self._place(node)))
        if name in _BY_NAME:
            self._by_name(node, named)
        if owner == "sys.modules":
            self._found.asked.append(Keyed(string_of(node.args[0]) if node.args else None, self._place(node)))
        for each in node.args:
            table = dotted_name(each) or string_of(each) or ""
            if table == "sys.modules":
                self._ask(each, _keys_in(node))
            elif table.rpartition(".")[2] == "environ" and name in ("dict", "setitem", "delitem"):
                self._found.environment += [Keyed(key, self._place(node)) for key in _keys_in(node)]

    def _by_name(self, node: ast.Call, named: list[ast.expr]) -> None:
        """Note `setattr(m, "np", ...)`, `patch.object(m, "np")` and their like, of whatever `m` may be."""
        names = [text for each in named if (text := string_of(each)) and text.isidentifier()]
        names += [each.arg for each in node.keywords if each.arg and last_name(node.func) == "multiple"]
        replaces = last_name(node.func) not in ("getattr", "hasattr", "attrgetter")
        for each in named:
            for target in self._stands_for(dotted_name(each)):
                for name in names:
                    self._touch(f"{target}.{name}", node, is_text=True, replaces=replaces)
        for name in names:
            self._found.attributes.setdefault((self._path, name), node.lineno)


def _keys_in(node: ast.Call) -> list[str | None]:
    """Return what a call that is given a table may ask of it: texts among its arguments, keys of a literal table."""
    found: list[str | None] = []
    for each in node.args[1:]:
        found += [string_of(key) for key in each.keys] if isinstance(each, ast.Dict) else [string_of(each)][: not found]
    return found or [None]


def prefixes(module: ModuleName) -> tuple[ModuleName, ...]:
    """Return the names that a dotted name begins with, the shortest first, the whole one last."""
    return (*ancestors(module), module)


def first(kinds: Iterable[Kind], *, replaces: bool = False) -> Kind | None:
    """Return the first of these, of those that replace what they name if `replaces`; a text may do so."""
    return next((kind for kind in kinds if not replaces or kind.replaces or kind.is_text), None)
