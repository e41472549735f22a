"""What was read in the project's own files: modules, import statements, entry points."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Literal

from footprint.model.note import Note
from footprint.names import ModuleName


class Placement(str, Enum):
    """Where an import statement stands, which decides when it runs."""

    MODULE = "module"  # runs when the module is imported
    CLASS = "class"  # in a class body: runs when the module is imported, too
    FUNCTION = "function"  # runs when the function is called
    TYPE_CHECKING = "type-checking"  # never runs
    MAIN = "main"  # under `if __name__ == "__main__"`: runs when the file is the script

    @property
    def runs_at_import(self) -> bool:
        """Whether importing the module runs the statement."""
        return self in (Placement.MODULE, Placement.CLASS)


ImportForm = Literal["import", "from", "import_module", "__import__", "lazy"]


@dataclass(frozen=True, slots=True)
class ImportSite:
    """One imported module at one place; `import a, b` gives two sites, `from a import b, c` one.

    `module` is absolute: relative imports are resolved against the importing module.
    """

    path: str  # relative to the project, posix
    line: int
    module: ModuleName
    names: tuple[str, ...]  # of a from-import; ("*",) for a star; () otherwise
    level: int  # leading dots as written
    placement: Placement
    function: str | None  # dotted name of the enclosing function: "Exporter.to_excel"
    guarded: bool  # in a try whose handlers catch ImportError (or more), or in such a handler
    form: ImportForm
    bound: tuple[str, ...]  # names that the statement binds in its scope
    # Only for placements that run at import: where the bound names are used in the same file.
    used_in_functions: tuple[str, ...] = ()
    used_at_import_line: int | None = None  # a use that runs at import: base class, decorator, default, ...
    fallback: bool = False  # in the except/else of a guarded import: taken when the first choice is missing


@dataclass(frozen=True, slots=True)
class SourceModule:
    """One first-party file. `module` is its name as the launcher would import it."""

    path: str  # relative to the project, posix
    module: ModuleName
    is_package: bool  # an __init__.py
    role: Literal["app", "test", "script"]  # script: no importable name
    sites: tuple[ImportSite, ...]
    parsed: bool  # False: a syntax error; the sites are what could be saved
    exports: tuple[str, ...] = ()  # literal __all__


@dataclass(frozen=True, slots=True)
class ProjectSources:
    """All first-party modules under a project folder."""

    roots: tuple[str, ...]  # import roots relative to the project: ".", "src", "backend"
    modules: tuple[SourceModule, ...]  # sorted by path
    notes: tuple[Note, ...]


@dataclass(frozen=True, slots=True)
class EntryPoint:
    """Where the application starts.

    Exactly one of `module` and `file` is set. `working_dir` is where the launcher stands
    (`cd backend && ...`), relative to the project.
    """

    name: str  # "web"
    target: str  # as given or found: "backend.main:app", "scripts/run.py", "-m worker"
    module: ModuleName | None
    attribute: str | None
    file: str | None
    working_dir: str
    factory: bool
    source: str  # "--entry", "Procfile:1", "common name: app/main.py"
    command: str | None  # the start command it was found in, unparsed
    launcher: str | None  # "uvicorn", "gunicorn", ...: the console script that the command runs
