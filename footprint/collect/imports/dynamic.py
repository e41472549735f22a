"""Imports by call: `importlib.import_module("x")` and `__import__("x")`, where the name can be read."""

from __future__ import annotations

import ast
from typing import Literal

from footprint.collect.imports.scopes import StatedImport, absolute_module
from footprint.documents.python_trees import PARTS_AT_MOST, argument_of, dotted_name, string_of
from footprint.names import ModuleName
from footprint.values import dataclass, field

# `run_module("pip", run_name="__main__")` needs the module as an import does.
_IMPORTERS = frozenset({("importlib", "import_module"), ("runpy", "run_module")})
Kind = Literal["import_module", "__import__"]
_OWNERS_OF_IMPORT = frozenset({"", "builtins", "importlib"})


@dataclass(slots=True)
class DynamicNames:
    """The names under which a file knows the two functions, filled as its imports are met."""

    importlib: set[str] = field(default_factory=lambda: {"importlib"})
    import_module: set[str] = field(default_factory=lambda: {"import_module"})
    runpy: set[str] = field(default_factory=set)
    stated: set[str] = field(default_factory=set)  # of import_module, those that an import of this file gives it

    def learn(self, module: ModuleName, name: str | None, bound: str) -> None:
        """Take note of `import importlib as bound` or `from importlib import import_module as bound`."""
        if module == "importlib" and name is None:
            self.importlib.add(bound)
        if module == "runpy" and name is None:
            self.runpy.add(bound)
        if (module, name) in _IMPORTERS:
            self.import_module.add(bound)
            self.stated.add(bound)

    def kind_of(self, name: str | None) -> Kind | None:
        """Return which of the two the dotted name of a function means."""
        if name is None:
            return None
        if name in self.import_module:
            return "import_module"
        owner, _, last = name.rpartition(".")
        if (last == "import_module" and owner in self.importlib) or (last == "run_module" and owner in self.runpy):
            return "import_module"
        return "__import__" if last == "__import__" and owner in _OWNERS_OF_IMPORT else None


def read_call(call: ast.Call, kind: Kind, module: ModuleName, *, is_package: bool) -> StatedImport | None:
    """Return the import that a call makes in `module`, None when its name is computed."""
    name = string_of(argument_of(call, 0, "name"))
    if name is None or name.count(".") > PARTS_AT_MOST:
        return None
    if kind == "import_module":
        return _read_import_module(call, name, module, is_package=is_package)
    level_node = argument_of(call, 4, "level")
    level = level_node.value if isinstance(level_node, ast.Constant) and isinstance(level_node.value, int) else 0
    names = argument_of(call, 3, "fromlist")
    items = names.elts if isinstance(names, (ast.List, ast.Tuple)) else []
    found = tuple(text for item in items if (text := string_of(item)) is not None)
    imported = absolute_module(name, max(level, 0), module, is_package=is_package)
    return StatedImport(kind, imported, found, (), max(level, 0))


def _read_import_module(call: ast.Call, name: str, module: ModuleName, *, is_package: bool) -> StatedImport | None:
    bare = name.lstrip(".")
    level = len(name) - len(bare)
    if level == 0:
        return StatedImport("import_module", name, (), (), 0) if name else None
    package = argument_of(call, 1, "package")
    # __name__ as package is right in an __init__ only, but then it is what the call says everywhere.
    anchor, anchor_is_package = string_of(package), True
    if isinstance(package, ast.Name) and package.id == "__name__":
        anchor = module
    elif package is not None and dotted_name(package) in {"__package__", "__spec__.parent"}:
        anchor, anchor_is_package = module, is_package
    if anchor is None:
        return None
    found = absolute_module(bare or None, level, anchor, is_package=anchor_is_package)
    # With a literal package the name does not depend on the importing module: as good as absolute.
    return StatedImport("import_module", found, (), (), 0 if isinstance(package, ast.Constant) else level)
