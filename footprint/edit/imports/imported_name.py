"""One name that an import statement binds, where it stands, and who uses it."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from typing import NamedTuple

from footprint.edit.imports.import_statements import Import, bound_name
from footprint.edit.imports.library_code import LibraryFacts
from footprint.edit.imports.name_uses import HintUse, NameScope, NameUse, NameUses
from footprint.edit.imports.project_names import Place, ProjectNames, absolute
from footprint.edit.imports.refusals import Obstacle, Refusal
from footprint.names import ModuleName
from footprint.values import dataclass


class ModuleAround(NamedTuple):
    """Where a module stands. `project` has read the module itself as well; `libraries` are by module or first part."""

    path: str
    project: ProjectNames
    libraries: Mapping[ModuleName, LibraryFacts] = {}


@dataclass(frozen=True, slots=True)
class ImportedName:
    """One alias of an import statement at the top level, and who uses what it binds."""

    node: Import
    alias: ast.alias
    uses: NameUses
    nodes: list[ast.AST]  # of the module
    around: ModuleAround

    @property
    def name(self) -> str:
        """The name that it binds."""
        return bound_name(self.node, self.alias)

    @property
    def modules(self) -> tuple[ModuleName, ...]:
        """The modules that it may load, absolute by path: "a.b" of `import a.b`, "a" and "a.b" of `from a import b`."""
        if isinstance(self.node, ast.Import):
            return (self.alias.name,)
        module = absolute(self.node, self.around.path)
        return (module, f"{module}.{self.alias.name}" if module else self.alias.name)

    @property
    def own_uses(self) -> list[NameUse]:
        """What reads the name while the program runs."""
        module = self.uses.module
        return [use for use in self.uses.uses if use.name == self.name and self.uses.resolved(use) is module]

    @property
    def hints(self) -> list[HintUse]:
        """What names it in annotations that do not run."""
        module = self.uses.module
        return [use for use in self.uses.hints if use.name == self.name and self.uses.resolved(use) is module]

    def targets(self) -> list[NameScope]:
        """Return the outermost functions that use it themselves, in the order of the file."""
        direct = {id(scope): scope for use in self.own_uses if (scope := use.scope.function()) is not None}
        found = [scope for scope in direct.values() if not any(id(outer) in direct for outer in scope.functions()[:-1])]
        return sorted(found, key=lambda scope: (scope.node.lineno, scope.node.col_offset))  # type: ignore[attr-defined]

    def refused(self, reason: Obstacle, line: int, of: str = "", path: str = "") -> Refusal:
        """Return a refusal of this import."""
        return Refusal(reason, line, self.name, of, path if path != self.around.path else "")

    def refused_at(self, reason: Obstacle, place: Place, of: str = "") -> Refusal:
        """Return a refusal for what stands somewhere in the project."""
        return self.refused(reason, place.line, of, place.path)
