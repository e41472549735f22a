"""One case of a deferral: a module, what else there is, a program that uses it, and whether the import may move."""

import ast
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from footprint.edit.imports.deferral import DeferredModule, Wanted, defer_imports
from footprint.edit.imports.import_statements import bound_name
from footprint.edit.imports.imported_name import ModuleAround
from footprint.edit.imports.library_code import read_library
from footprint.edit.imports.project_names import read_project
from footprint.edit.imports.refusals import Obstacle
from footprint.model.deferrals import DeferralForm
from tests.support.projects import write

# What every case has beside its module `m.py`: a library that is installed, not part of the project.
LIBRARY = {
    "lib/__init__.py": """\
VALUE = 42
LIMIT = 7


class Error(Exception):
    pass


class Base:
    kind = "base"


class Point:
    __match_args__ = ("x",)

    def __init__(self, x=0):
        self.x = x


def f(x=0):
    return x + 1


def deco(function):
    def inner(*given):
        return "decorated", function(*given)

    return inner


def fail():
    raise Error("failed")
""",
    "lib/sub.py": "NAME = 'sub'\n\n\ndef g():\n    return NAME\n",
    "other.py": "VALUE = 'other'\n",
    "plugin.py": "def run():\n    return 'run'\n",
}
PROGRAM = "import m\nprint(m.run())\n"


@dataclass(frozen=True)
class DeferCase:
    """A project and what must become of one of its imports.

    `name`: what the import binds; the first statement of `m.py` that binds it is meant. `reason`: why it stays; None:
    it moves, and is not loaded by importing the module.
    """

    code: str
    reason: Obstacle | None = None
    name: str = "lib"
    program: str = PROGRAM
    files: Mapping[str, str] = field(default_factory=dict)  # of the project
    site: Mapping[str, str] = field(default_factory=dict)  # of the library, in place of what it has
    since: tuple[int, int] = (3, 8)
    loaded: str = "lib"  # what must not be loaded by importing the module
    path: str = "m.py"
    same_in_all_forms: bool = True  # the lazy forms say the same of it
    can_be_listed: bool = True  # in __lazy_modules__


def wanted_of(case: DeferCase) -> Wanted:
    """Return the import that a case is about."""
    node = _statement_of(case)
    return Wanted(node.lineno, tuple(case.name.split()))


def whole_of(case: DeferCase) -> Wanted:
    """Return the same with all that the statement binds."""
    node = _statement_of(case)
    return Wanted(node.lineno, tuple(bound_name(node, alias) for alias in node.names))


def _statement_of(case: DeferCase) -> ast.Import | ast.ImportFrom:
    names = case.name.split()
    for node in ast.walk(ast.parse(case.code.removeprefix("\ufeff"))):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            bound = [bound_name(node, alias) for alias in node.names]
            if set(names) <= set(bound):
                return node
    raise AssertionError(f"nothing imports {case.name}")


def project_of(case: DeferCase) -> dict[str, str]:
    """Return the files of the project."""
    return {case.path: case.code, **case.files}


def edited(case: DeferCase, form: DeferralForm = "move", text: str | None = None) -> DeferredModule:
    """Return what the edit makes of the module of a case, or of `text` in its place."""
    site = {**LIBRARY, **case.site}
    libraries = {}
    for top in {path.partition("/")[0].removesuffix(".py") for path in site}:
        texts = {
            path.removesuffix(".py").removesuffix("/__init__").replace("/", "."): text
            for path, text in site.items()
            if path.partition("/")[0].removesuffix(".py") == top
        }
        libraries[top] = read_library(texts)
    around = ModuleAround(case.path, read_project(project_of(case)), libraries)
    wanted = wanted_of(case) if form == "move" else whole_of(case)
    return defer_imports(case.code if text is None else text, [wanted], around, form)


def outcome(
    folder: Path, python: Path | str, case: DeferCase, text: str, program: str | None = None
) -> tuple[str, ...]:
    """Run the program of a case with `text` as its module; return exit code, output and errors, places left out."""
    write(folder, {**LIBRARY, **case.site, **project_of(case), case.path: text})
    command = [str(python), "-B", "-c", case.program if program is None else program]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    last = [line for line in ran.stderr.splitlines() if not line.startswith((" ", "Traceback"))]
    return str(ran.returncode), ran.stdout, "\n".join(last)
