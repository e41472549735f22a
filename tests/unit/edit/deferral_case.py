"""One case of a deferral: a module, what else there is, a program that uses it, and whether the import may move."""

import ast
import os
import subprocess
from collections.abc import Mapping, Sequence
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


def outcome(folder: Path, python: Path | str, case: DeferCase) -> tuple[str, ...]:
    """Run the program of a case; return exit code, output and errors, places left out."""
    write(folder, _files(case, case.code))
    command = [str(python), "-B", "-c", case.program]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    return _shown(ran.returncode, ran.stdout, ran.stderr)


# Each run is a fork that has loaded what any start has loaded, and ends as a program given by -c does.
_FORKS = """
import os, sys
for number in range(int(sys.argv.pop())):
    if os.fork() == 0:
        break
    print(os.wait()[1], flush=True)
else:
    sys.exit()
for descriptor, name in ((1, "out"), (2, "err")):
    os.dup2(os.open(f"{number}.{name}", os.O_WRONLY | os.O_CREAT), descriptor)
with open(f"{number}.program", encoding="utf-8") as file:
    program = file.read()
os.chdir(str(number))
exec(compile(program, "<string>", "exec"), {"__name__": "__main__", "__builtins__": __builtins__})
"""


@dataclass(frozen=True)
class Run:
    """A case with `text` as its module; `program` in place of its own."""

    case: DeferCase
    text: str
    program: str | None = None


def outcomes(folder: Path, python: Path | str, runs: Sequence[Run]) -> list[tuple[str, ...]]:
    """Return what `outcome` does of each, by one start of the interpreter: that is most of what a case takes."""
    folder.mkdir(exist_ok=True)
    for number, run in enumerate(runs):
        write(folder / str(number), _files(run.case, run.text))
        program = run.case.program if run.program is None else run.program
        (folder / f"{number}.program").write_text(program, encoding="utf-8")
    command = [str(python), "-B", "-c", _FORKS, str(len(runs))]
    ran = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=True, timeout=300)
    codes = [os.waitstatus_to_exitcode(int(status)) for status in ran.stdout.split()]
    told = [[(folder / f"{number}.{name}").read_text() for name in ("out", "err")] for number in range(len(runs))]
    return [_shown(code, out, err) for code, (out, err) in zip(codes, told, strict=True)]


def _files(case: DeferCase, text: str) -> dict[str, str]:
    return {**LIBRARY, **case.site, **project_of(case), case.path: text}


def _shown(code: int, out: str, err: str) -> tuple[str, ...]:
    last = [line for line in err.splitlines() if not line.startswith((" ", "Traceback"))]
    return str(code), out, "\n".join(last)
