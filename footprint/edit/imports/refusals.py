"""Why an import is not deferred: one row per reason, the sentence derived from it."""

from __future__ import annotations

from footprint.edit.coded_reason import CodedReason
from footprint.values import dataclass


class Obstacle(CodedReason):
    """What speaks against moving an import. {name}: what the statement binds; {of}: what else has to be told."""

    NOT_PYTHON = "not-python", "the file cannot be read by the Python that runs footprint"
    NO_IMPORT = "no-import", "no import statement stands there"
    IN_FUNCTION = "in-function", "the import is in a function already"
    IN_CLASS = "in-class", "the import stands in the body of a class: {name} is an attribute of it"
    CONDITIONAL = "conditional", "the import stands under a condition or a guard"
    FUTURE = "future", "an import from __future__ has to stay where it is"
    STAR = "star", "names imported with * cannot be told"
    PRIVATE = "private-name", "the name {name} is spelled differently inside a class"
    NEVER_USED = "never-used", "nothing in the file uses {name}: the import may be there for what it does"
    ONLY_HINTS = "only-annotations", "only annotations use {name}: no function needs the import"
    AT_IMPORT = "used-at-import", "{name} is used when the module is imported"
    BASE = "base-class", "{name} is used in the bases of a class"
    DECORATOR = "decorator", "{name} is used as a decorator"
    DEFAULT = "default", "{name} is used in the default of a parameter"
    ANNOTATION = "annotation", "{name} is used in an annotation that runs when the module is imported"
    FIELD = "field", "{name} is used in the annotation of a field that a decorator or a base class may read"
    HINTS_READ = "annotation-may-be-read", "{name} is used in an annotation that something may look up later"
    CLASS_BODY = "class-body", "{name} is used in the body of a class"
    COMPREHENSION = "comprehension", "{name} is used in a comprehension that runs when the module is imported"
    LAMBDA = "lambda", "{name} is used in a lambda outside of a function, which cannot hold an import"
    TYPE_ALIAS = "type-alias", "{name} is used in a type alias or a type parameter"
    EXCEPT = "except-clause", "{name} is used in an except clause that runs when the module is imported"
    MATCH = "match", "{name} is used in a match statement that runs when the module is imported"
    WALRUS = "walrus", "{name} is used in an assignment expression that runs when the module is imported"
    MAIN_BLOCK = "main-block", "{name} is used where the file runs as a script"
    STARTUP_CALL = "called-at-import", "the import would run at startup all the same: importing the module calls {of}()"
    AT_EXIT = "runs-at-exit", "{of}() uses {name} and may run when the interpreter ends, when nothing can be imported"
    COMPILED = "compiled-function", "{of}() uses {name} and is compiled by a decorator, which may not know an import"
    REBOUND = "rebound", "{name} is bound anew"
    BOUND_TWICE = "bound-twice", "another import binds {name} as well"
    LOCAL = "local-name", "the body of a class binds {name} and reads it"
    NAMESPACE = "names-read-as-text", "{of} may read {name} as text"
    DOCTEST = "doctest", "a doctest uses {name}"
    EXPORTED = "exported", "{name} is exported from the module"
    TAKEN = "taken-elsewhere", "{of} takes {name} from this module"
    NAMED = "named-by-text", "{of} is named in a text"
    REPLACED = "replaced-elsewhere", "{of} may be replaced or changed before the first use"
    SUBMODULE = "submodule-used-elsewhere", "{of} is used without an import of its own"
    SYS_MODULES = "asked-in-sys-modules", "sys.modules is asked for {of}"
    PATH = "import-path-changes", "the folders that imports are looked up in change: by {of}"
    LIBRARY_READS = "reads-at-import", "importing {of}, which may change before the first use"
    LIBRARY_CHANGES = "changes-at-import", "importing {of}, on which other code may rely"
    LAYOUT = "layout", "the statements around it are laid out in a way that cannot be kept"
    LAZY_LIST = "lazy-list", "no plain list of names in __lazy_modules__ can say it"


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
        said = self.reason.says.format(name=self.name, of=self.of)
        return f"{said} ({self.path}:{self.line})" if self.path else said
