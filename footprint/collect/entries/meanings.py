"""What expressions of a script mean: values, commands, applications. Nothing is run."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property

from footprint.collect.deploy.commands.launcher_arguments import aim
from footprint.collect.deploy.files.deploy_files import Locations
from footprint.collect.deploy.settings_files import Value, evaluate
from footprint.collect.entries.targets import Lookup, entry_of
from footprint.documents import python_trees
from footprint.documents.plain_values import shell_words
from footprint.model.entry_origins import Code
from footprint.model.source_modules import EntryPoint, Launch, SourceModule, StartCommand
from footprint.values import dataclass, field, replace

Function = ast.FunctionDef | ast.AsyncFunctionDef
_UNKNOWN = "?"  # a word of a command that is only known where it runs
_WORDS_AT_MOST = 200


def names_of(nodes: Iterable[ast.expr]) -> set[str]:
    """Return the last parts of dotted names."""
    return {python_trees.last_name(node) for node in nodes}


@dataclass(frozen=True, slots=True)
class ScriptCode:
    """A file: what is imported, assigned and defined in it. `assigned` is what importing it leaves."""

    path: str
    module: str
    root: str  # from which it is imported by that name
    tree: ast.Module
    imported: Mapping[str, str]  # name -> "main.app"; also those of functions
    assigned: Mapping[str, ast.expr]
    functions: Mapping[str, Function]
    classes: Mapping[str, ast.ClassDef]

    @classmethod
    def read(cls, text: str, module: SourceModule) -> ScriptCode | None:
        """Return the code of a text, None for what is not Python."""
        tree = python_trees.try_python(text)
        if tree is None:
            return None
        package = module.module if module.is_package else module.module.rpartition(".")[0]
        outer = [node for node in _outside_functions(tree) if isinstance(node, ast.stmt)]
        return cls(
            module.path,
            module.module,
            module.root_of(module.module),
            tree,
            dict(_imports(tree, package)),
            _assignments(outer),
            {node.name: node for node in outer if isinstance(node, Function)},
            {node.name: node for node in outer if isinstance(node, ast.ClassDef)},
        )

    @property
    def calls(self) -> list[ast.Call]:
        """Every call in the file."""
        return [node for node in python_trees.nodes_of(self.tree) if isinstance(node, ast.Call)]


class ScriptScope:
    """The top level of a file with its main block, or one function of it."""

    def __init__(self, code: ScriptCode, function: Function | None) -> None:
        """Take the file, and the function; None for the top level."""
        self.code, self._function = code, function

    @cached_property
    def _nodes(self) -> list[ast.AST]:
        return list(_outside_functions(self._function or self.code.tree, inner=True))

    @cached_property
    def _local(self) -> Mapping[str, ast.expr]:
        if self._function is not None:
            return _assignments(self._nodes)
        blocks = (node for node in self.code.tree.body if _is_main(node))
        return _assignments(each for block in blocks for each in _outside_functions(block, inner=True))

    def calls(self) -> Iterator[ast.Call]:
        """Yield the calls that running it makes, those of nested functions with them."""
        return (node for node in self._nodes if isinstance(node, ast.Call))

    def absolute(self, node: ast.AST) -> str:
        """Return a dotted name with what its first part was imported as; "" for anything else."""
        first, dot, rest = (python_trees.dotted_name(node) or "").partition(".")
        return self.code.imported.get(first, first) + dot + rest

    def local_value(self, node: ast.expr) -> ast.expr | None:
        """Return what a name was given in the function or the main block: whoever imports the file has none such."""
        return self._local.get(node.id) if isinstance(node, ast.Name) else None

    def value_of(self, node: ast.expr) -> ast.expr:
        """Return what a name was given in the file, the node itself where it is no such name."""
        found = self.local_value(node)
        if found is None and isinstance(node, ast.Name):
            found = self.code.assigned.get(node.id)
        return node if found is None else found

    def words(self, node: ast.expr | None, text: Callable[[ast.expr, ScriptScope], str | None]) -> list[str]:
        """Return the words of a command line: of a list, a sum, a text; and what is added to its name elsewhere."""
        parts: list[ast.expr] = [node] if node is not None else []
        found: list[str] = []
        while parts and len(found) < _WORDS_AT_MOST:
            part = parts.pop(0)
            value = self.value_of(part)
            if isinstance(value, (ast.List, ast.Tuple)):
                found += [text(self._whole(each), self) or _UNKNOWN for each in value.elts]
            elif isinstance(value, ast.BinOp) and isinstance(value.op, ast.Add):
                parts[:0] = [value.left, value.right]
            elif isinstance(value, ast.Call) and python_trees.last_name(value.func) == "split" and value.args:
                parts.insert(0, value.args[0])
            elif (line := text(self._whole(value), self)) is not None:
                found += shell_words(line)
            parts += self._added(part) if isinstance(part, ast.Name) else []
        return found

    def _whole(self, node: ast.expr) -> ast.expr:
        """Return an f-string as a text, with a mark for what is only known where it runs."""
        if not isinstance(node, ast.JoinedStr):
            return node
        return ast.Constant("".join(python_trees.text_of(each) or _UNKNOWN for each in node.values))

    def _added(self, name: ast.Name) -> list[ast.expr]:
        """Return what is added to a list: `command += [...]`, `command.extend([...])`, `command.append(x)`."""
        found: list[ast.expr] = []
        for node in self._nodes:
            match node:
                case ast.AugAssign(target=ast.Name(id=name.id), value=value):
                    found.append(value)
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="extend"), args=[value]):
                    found += [value] if owner == name.id else []
                case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="append"), args=[value]):
                    found += [ast.List([value], ast.Load())] if owner == name.id else []
        return found


def _is_main(node: ast.AST) -> bool:
    """Whether a statement is `if __name__ == "__main__":`."""
    return isinstance(node, ast.If) and "__name__" in {
        each.id for each in ast.walk(node.test) if isinstance(each, ast.Name)
    }


def _outside_functions(top: ast.AST, *, inner: bool = False) -> Iterator[ast.AST]:
    """Yield what runs when `top` does, in order of the file, without the bodies of functions and classes.

    `inner`: with the main block and nested functions; else a main block is left out.
    """
    kept = (ast.ClassDef,) if inner and not isinstance(top, ast.Module) else (ast.ClassDef, *_FUNCTIONS)
    stack = python_trees.parts_of(top)[::-1]
    while stack:
        node = stack.pop()
        yield node
        if not isinstance(node, kept) and (inner or not _is_main(node)):
            stack += python_trees.parts_of(node)[::-1]


_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


def _assignments(nodes: Iterable[ast.AST]) -> dict[str, ast.expr]:
    found: dict[str, ast.expr] = {}
    for node in nodes:
        pairs = python_trees.assigned(node)
        found |= {target.id: value for target, value in pairs if isinstance(target, ast.Name)}
    return found


def _imports(tree: ast.Module, package: str) -> Iterator[tuple[str, str]]:
    for node in python_trees.statements_of(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield (alias.asname, alias.name) if alias.asname else (alias.name.partition(".")[0],) * 2
        elif isinstance(node, ast.ImportFrom):
            above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
            owner = ".".join(filter(None, [*above, node.module]))
            yield from ((alias.asname or alias.name, f"{owner}.{alias.name}") for alias in node.names)


_DEPTH_AT_MOST = 5


@dataclass(slots=True)
class Codes:
    """The files of a project as code; each is read once."""

    lookup: Lookup
    locations: Locations
    _codes: dict[str, ScriptCode | None] = field(default_factory=dict)

    def path_of(self, entry: EntryPoint) -> str | None:
        """Return the file that an entry runs, None where it is none of the project's."""
        if entry.file is not None:
            return entry.file
        module = entry.module or ""
        main = f"{module}.__main__" if entry.target.startswith("-m ") else module
        found = self.lookup.find(main) or self.lookup.find(module)
        return found.path if found is not None else None

    def of(self, entry: EntryPoint) -> ScriptCode | None:
        """Return the code that an entry runs."""
        return self._code(self.path_of(entry))

    def module(self, name: str) -> ScriptCode | None:
        """Return the code of a module of the project."""
        found = self.lookup.find(name)
        return self._code(found.path) if found is not None else None

    def _code(self, path: str | None) -> ScriptCode | None:
        module = self.lookup.by_path.get(path or "")
        if module is None:
            return None
        if module.path not in self._codes:
            text = self.locations.read(module.path)
            self._codes[module.path] = ScriptCode.read(text, module) if text is not None else None
        return self._codes[module.path]

    def entry_of(self, launch: Launch, entry: EntryPoint, folder: str) -> EntryPoint | None:
        """Return what a launch aims at, looked for from a folder."""
        command = StartCommand(entry.name, entry.command or "", entry.stated_in, 1, folder, launch)
        command = replace(command, folders=(entry.path_root, entry.working_dir), role=entry.role)
        return entry_of(command, self.lookup)


@dataclass(frozen=True, slots=True)
class Meanings:
    """The expressions of one entry's code, with the variables that its start sets."""

    codes: Codes
    entry: EntryPoint
    environ: Mapping[str, str]

    def function_of(self, name: str, scope: ScriptScope) -> ScriptScope | None:
        """Return the function of the project that a name means in a scope."""
        code, last = self._place(name, scope)
        return ScriptScope(code, code.functions[last]) if code is not None and last in code.functions else None

    def _place(self, name: str, scope: ScriptScope) -> tuple[ScriptCode | None, str]:
        """Return the file that an absolute name is of, the scope's own where it has one part, and its last part."""
        owner, _, last = name.rpartition(".")
        return self.codes.module(owner) if owner else scope.code, last

    def value(self, node: ast.expr | None, scope: ScriptScope, depth: int = 0) -> Value | None:
        """Return the value of an expression; of names and settings of the project, where these are literals."""

        def named(each: ast.expr) -> Value | None:
            if depth > _DEPTH_AT_MOST:
                return None
            found = self._settled(each, scope, depth + 1)
            return self.value(found[0], found[1], depth + 1) if found is not None else None

        return evaluate(node, self.environ, named)

    def _settled(self, node: ast.expr, scope: ScriptScope, depth: int) -> tuple[ast.expr, ScriptScope] | None:
        """Return the expression that a name or `settings.workers` was given, and where."""
        value = scope.value_of(node)
        if value is not node:
            return value, scope
        owner, _, last = scope.absolute(node).rpartition(".")
        code = self.codes.module(owner)
        if code is not None and last in code.assigned:
            return code.assigned[last], ScriptScope(code, None)
        if not isinstance(node, ast.Attribute):
            return None
        found = self._settled(node.value, scope, depth + 1) if depth < _DEPTH_AT_MOST else None
        made, there = found if found is not None else (node.value, scope)
        own = self.class_of(there.absolute(made.func if isinstance(made, ast.Call) else made), there)
        for statement in own.body if own is not None else ():
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            if any(isinstance(each, ast.Name) and each.id == node.attr for each in targets):
                default = getattr(statement, "value", None)
                return (default, there) if isinstance(default, ast.expr) else None
        return None

    def class_of(self, name: str, scope: ScriptScope) -> ast.ClassDef | None:
        """Return the class that an absolute name means."""
        code, last = self._place(name, scope)
        return code.classes.get(last) if code is not None else None

    def text(self, node: ast.expr, scope: ScriptScope) -> str | None:
        """Return a word of a command, None for what is only known where it runs."""
        if isinstance(node, ast.Call) and names_of([node.func]) & {"str", "fspath"} and node.args:
            node = node.args[0]
        if scope.absolute(node) == "sys.executable":
            return "python"
        value = self.value(node, scope)
        return None if value is None else str(value)

    def target(self, node: ast.expr | None, scope: ScriptScope, depth: int = 0) -> EntryPoint | None:
        """Return the application that an expression means: a string, a name, a call of a factory or of a wrapper."""
        if node is None or depth > _DEPTH_AT_MOST:
            return None
        value = self.value(node, scope) if not isinstance(node, ast.Call) else None
        if isinstance(value, str):
            folder = posixpath.dirname(scope.code.path) or "."
            launch = aim(Launch("", ()), value)
            if launch.module is None and launch.file is None:
                return None
            places = dict.fromkeys([self.entry.path_root, folder, self.entry.working_dir])
            return next(filter(None, (self.codes.entry_of(launch, self.entry, each) for each in places)), None)
        inner = scope.local_value(node)
        if inner is not None:
            return self.target(inner, scope, depth + 1)
        name = scope.absolute(node.func if isinstance(node, ast.Call) else node)
        if isinstance(node, ast.Call):
            if self.function_of(name, scope) is not None:
                arguments = self._arguments(node, scope)
                return None if arguments is None else self._at(name, scope, arguments)
            wrapped = [*node.args, *(each.value for each in node.keywords)]
            return next(filter(None, (self.target(each, scope, depth + 1) for each in wrapped)), None)
        return self._at(name, scope) if isinstance(node, (ast.Name, ast.Attribute)) else None

    def _arguments(self, call: ast.Call, scope: ScriptScope) -> str | None:
        """Return what a factory is given as a text of literals, None where that is only known where it runs."""
        values = [(None, each) for each in call.args] + [(each.arg, each.value) for each in call.keywords]
        texts = [(name, self.value(each, scope)) for name, each in values]
        if any(value is None for _, value in texts):
            return None
        return ", ".join(repr(value) if name is None else f"{name}={value!r}" for name, value in texts)

    def _at(self, name: str, scope: ScriptScope, arguments: str | None = None) -> EntryPoint | None:
        """Return the entry that an absolute name is: of this file, or of another module of the project."""
        code, attribute = self._place(name, scope)
        if code is None or not any(attribute in known for known in (code.assigned, code.functions, code.imported)):
            return None
        shown = attribute if not arguments else f"{attribute}({arguments})"
        own = code.path == self.codes.path_of(self.entry)
        module = code.module if "." in name or not own else None
        return replace(
            self.entry,
            target=f"{module or code.path}:{shown}",
            module=module,
            file=None if module else code.path,
            attribute=shown,
            factory=arguments is not None,
            import_root=code.root if module else self.entry.import_root,
            is_console_script=False,
            source=Code(code.path),
        )

    def kind(self, receiver: ast.expr, served: EntryPoint | None, scope: ScriptScope) -> str:
        """Return the class that makes an application: `Flask`."""
        made = receiver
        if not isinstance(made, ast.Call) and served is not None:
            code = self.codes.module(served.module) if served.module else scope.code
            made = code.assigned.get(served.attribute or "", made) if code is not None else made
        return next(iter(names_of([made.func])), "") if isinstance(made, ast.Call) else ""
