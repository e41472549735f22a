"""Why an import is not deferred: one row per reason, the sentence derived from it."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from types import MappingProxyType

from footprint.values import dataclass


class Obstacle(str, Enum):
    """What speaks against moving an import. The value is the code that reports show."""

    NOT_PYTHON = "not-python"
    NO_IMPORT = "no-import"
    IN_FUNCTION = "in-function"
    IN_CLASS = "in-class"
    CONDITIONAL = "conditional"
    FUTURE = "future"
    STAR = "star"
    PRIVATE = "private-name"
    NEVER_USED = "never-used"
    ONLY_HINTS = "only-annotations"
    AT_IMPORT = "used-at-import"
    BASE = "base-class"
    DECORATOR = "decorator"
    DEFAULT = "default"
    ANNOTATION = "annotation"
    FIELD = "field"
    HINTS_READ = "annotation-may-be-read"
    CLASS_BODY = "class-body"
    COMPREHENSION = "comprehension"
    LAMBDA = "lambda"
    TYPE_ALIAS = "type-alias"
    EXCEPT = "except-clause"
    MATCH = "match"
    WALRUS = "walrus"
    MAIN_BLOCK = "main-block"
    STARTUP_CALL = "called-at-import"
    AT_EXIT = "runs-at-exit"
    COMPILED = "compiled-function"
    REBOUND = "rebound"
    BOUND_TWICE = "bound-twice"
    LOCAL = "local-name"
    NAMESPACE = "names-read-as-text"
    DOCTEST = "doctest"
    EXPORTED = "exported"
    TAKEN = "taken-elsewhere"
    NAMED = "named-by-text"
    REPLACED = "replaced-elsewhere"
    SUBMODULE = "submodule-used-elsewhere"
    SYS_MODULES = "asked-in-sys-modules"
    PATH = "import-path-changes"
    LIBRARY_READS = "reads-at-import"
    LIBRARY_CHANGES = "changes-at-import"
    LAYOUT = "layout"
    LAZY_LIST = "lazy-list"


# {name}: what the statement binds; {of}: what else has to be told.
_SAYS: Mapping[Obstacle, str] = MappingProxyType(
    {
        Obstacle.NOT_PYTHON: "the file cannot be read by the Python that runs footprint",
        Obstacle.NO_IMPORT: "no import statement stands there",
        Obstacle.IN_FUNCTION: "the import is in a function already",
        Obstacle.IN_CLASS: "the import stands in the body of a class: {name} is an attribute of it",
        Obstacle.CONDITIONAL: "the import stands under a condition or a guard",
        Obstacle.FUTURE: "an import from __future__ has to stay where it is",
        Obstacle.STAR: "names imported with * cannot be told",
        Obstacle.PRIVATE: "the name {name} is spelled differently inside a class",
        Obstacle.NEVER_USED: "nothing in the file uses {name}: the import may be there for what it does",
        Obstacle.ONLY_HINTS: "only annotations use {name}: no function needs the import",
        Obstacle.AT_IMPORT: "{name} is used when the module is imported",
        Obstacle.BASE: "{name} is used in the bases of a class",
        Obstacle.DECORATOR: "{name} is used as a decorator",
        Obstacle.DEFAULT: "{name} is used in the default of a parameter",
        Obstacle.ANNOTATION: "{name} is used in an annotation that runs when the module is imported",
        Obstacle.FIELD: "{name} is used in the annotation of a field that a decorator or a base class may read",
        Obstacle.HINTS_READ: "{name} is used in an annotation that something may look up later",
        Obstacle.CLASS_BODY: "{name} is used in the body of a class",
        Obstacle.COMPREHENSION: "{name} is used in a comprehension that runs when the module is imported",
        Obstacle.LAMBDA: "{name} is used in a lambda outside of a function, which cannot hold an import",
        Obstacle.TYPE_ALIAS: "{name} is used in a type alias or a type parameter",
        Obstacle.EXCEPT: "{name} is used in an except clause that runs when the module is imported",
        Obstacle.MATCH: "{name} is used in a match statement that runs when the module is imported",
        Obstacle.WALRUS: "{name} is used in an assignment expression that runs when the module is imported",
        Obstacle.MAIN_BLOCK: "{name} is used where the file runs as a script",
        Obstacle.STARTUP_CALL: "the import would run at startup all the same: importing the module calls {of}()",
        Obstacle.AT_EXIT: "{of}() uses {name} and may run when the interpreter ends, when nothing can be imported",
        Obstacle.COMPILED: "{of}() uses {name} and is compiled by a decorator, which may not know an import",
        Obstacle.REBOUND: "{name} is bound anew",
        Obstacle.BOUND_TWICE: "another import binds {name} as well",
        Obstacle.LOCAL: "the body of a class binds {name} and reads it",
        Obstacle.NAMESPACE: "{of} may read {name} as text",
        Obstacle.DOCTEST: "a doctest uses {name}",
        Obstacle.EXPORTED: "{name} is exported from the module",
        Obstacle.TAKEN: "{of} takes {name} from this module",
        Obstacle.NAMED: "{of} is named in a text",
        Obstacle.REPLACED: "{of} may be replaced or changed before the first use",
        Obstacle.SUBMODULE: "{of} is used without an import of its own",
        Obstacle.SYS_MODULES: "sys.modules is asked for {of}",
        Obstacle.PATH: "the folders that imports are looked up in change: by {of}",
        Obstacle.LIBRARY_READS: "importing {of}, which may change before the first use",
        Obstacle.LIBRARY_CHANGES: "importing {of}, on which other code may rely",
        Obstacle.LAYOUT: "the statements around it are laid out in a way that cannot be kept",
        Obstacle.LAZY_LIST: "no plain list of names in __lazy_modules__ can say it",
    }
)


@dataclass(frozen=True, slots=True)
class Refusal:
    """One import that stays where it is. `line` is that of what speaks against moving it, in `path` or the module."""

    reason: Obstacle
    line: int
    name: str = ""
    of: str = ""
    path: str = ""  # "": the module itself

    def show(self) -> str:
        """Return the sentence, with its place where that is another file."""
        said = _SAYS[self.reason].format(name=self.name, of=self.of)
        return f"{said} ({self.path}:{self.line})" if self.path else said
