"""What expressions of a script mean: values, commands, applications. Nothing is run."""

from __future__ import annotations

import ast
import posixpath
from collections.abc import Mapping
from dataclasses import field, replace

from footprint.collect.deploy.commands.launcher_arguments import aim
from footprint.collect.deploy.commands.literals import Value, evaluate
from footprint.collect.deploy.files.locations import Locations
from footprint.collect.entries.lookup import Lookup
from footprint.collect.entries.python_code import ScriptCode, ScriptScope, names_of
from footprint.collect.entries.targets import entry_of
from footprint.model.entry_origins import Code
from footprint.model.source_modules import EntryPoint, Launch, StartCommand
from footprint.values import dataclass

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
        return entry_of(command, launch, self.lookup)


@dataclass(frozen=True, slots=True)
class Meanings:
    """The expressions of one entry's code, with the variables that its start sets."""

    codes: Codes
    entry: EntryPoint
    environ: Mapping[str, str]

    def function_of(self, name: str, scope: ScriptScope) -> ScriptScope | None:
        """Return the function of the project that a name means in a scope."""
        owner, _, last = name.rpartition(".")
        code = scope.code if not owner else self.codes.module(owner)
        return ScriptScope(code, code.functions[last]) if code is not None and last in code.functions else None

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
        name = there.absolute(made.func if isinstance(made, ast.Call) else made)
        own = there.code.classes.get(name) or self.class_of(name)
        for statement in own.body if own is not None else ():
            targets = statement.targets if isinstance(statement, ast.Assign) else [getattr(statement, "target", None)]
            if any(isinstance(each, ast.Name) and each.id == node.attr for each in targets):
                default = getattr(statement, "value", None)
                return (default, there) if isinstance(default, ast.expr) else None
        return None

    def class_of(self, name: str) -> ast.ClassDef | None:
        """Return the class of another file that an absolute name means."""
        owner, _, last = name.rpartition(".")
        code = self.codes.module(owner) if owner else None
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
            launch = aim(Launch("uvicorn", ()), value)
            if launch.module is None and launch.file is None:
                return None
            places = dict.fromkeys([self.entry.path_root, folder, self.entry.working_dir])
            return next(filter(None, (self.codes.entry_of(launch, self.entry, each) for each in places)), None)
        inner = scope.local_value(node)
        if inner is not None:
            return self.target(inner, scope, depth + 1)
        name = scope.absolute(node.func if isinstance(node, ast.Call) else node)
        if isinstance(node, ast.Call):
            function = self.function_of(name, scope)
            if function is not None:
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
        owner, _, attribute = name.rpartition(".")
        code = scope.code if not owner else self.codes.module(owner)
        is_there = code is not None and (
            attribute in code.assigned or attribute in code.functions or attribute in code.imported
        )
        if code is None or not is_there:
            return None
        shown = attribute if not arguments else f"{attribute}({arguments})"
        own = code.path == self.codes.path_of(self.entry)
        module = code.module if owner or not own else None
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
