"""The layers of docs/architecture.md, held by reading the import statements of every module."""

import ast
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import pytest

from footprint.pairs import follow

pytestmark = pytest.mark.large

PACKAGE = Path(__file__).parents[1] / "footprint"
MODULE_LINES_AT_MOST = 400
FUNCTION_LINES_AT_MOST = 40
PARAMETERS_AT_MOST = 6
OLDEST_TARGET = (3, 8)

# High to low. A module imports from its own part or from lower layers; the parts of one layer do not know each other.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"__main__", "pytest_plugin"}),
    frozenset({"cli", "testing"}),
    frozenset({"addition"}),
    frozenset({"editor", "fleet", "gate", "image", "trial", "tune"}),
    frozenset({"audit"}),
    frozenset({"analysis", "collect", "edit", "probe", "report"}),
    frozenset({"config", "documents"}),
    frozenset({"files"}),
    frozenset({"knowledge"}),
    frozenset({"model"}),
    frozenset({"secrets"}),
    frozenset({"names", "units", "credentials", "pairs", "late"}),
    frozenset({"errors", "ending", "values"}),
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}

# The public names of the package: its __init__ may reach run_audit, and every module may read its version.
ROOT = "footprint"

# import name -> modules that may import it, with all below them. Anything else outside the standard library is refused.
ALLOWED: dict[str, tuple[str, ...]] = {
    "psutil": ("footprint.probe",),
    "distributed": ("footprint.fleet.dask_cluster",),  # the extra [dask]: whoever asks for it has it
    "packaging": ("footprint.collect", "footprint.analysis", "footprint.documents"),
    "tomli": ("footprint.config", "footprint.documents", "footprint.knowledge"),
    "ruamel": ("footprint.documents",),
    "duckdb": ("footprint.fleet",),  # of the extra `fleet`
    "pytest": ("footprint.pytest_plugin", "footprint.testing"),  # who loads the plugin has it: not required by us
}
IMPURE = frozenset({"os", "subprocess", "socket", "time"})
PURE = ("footprint.analysis", "footprint.edit", "footprint.model")
CHILD = "footprint.probe.child"

# Modules of collect share within one folder only; entry points are found in what the deploy files say.
COLLECT_KNOWS = {"entries": frozenset({"deploy"})}


# A class name stands once, and so does a file name. These stand twice, since their folders say what of.
TWICE = {
    "csv": "the distributions of an audit, and an answer about a fleet",
    "json": "an audit as JSON, two of them, a trim, deferrals, and a check",
    "badge": "an audit as a picture, and what a change adds",
    "markdown": "an audit as Markdown, two of them, a trim, deferrals, and a check",
    "table": "an audit in a terminal, two of them, a trim, deferrals, and a check",
}

# What breaks a rule of the house on purpose, in the words of the violation, and why.
EXCEPT: dict[str, str] = {}

# A code is a row of one table. Else only the module that finds what it means may name it, and once.
CODES = "footprint.knowledge.codes"
FINDERS = ("footprint.analysis.findings", "footprint.analysis.gate", "footprint.analysis.suggest")
CODE = re.compile(r"FP\d{1,3}")  # the beginning of one, too

# The disk is written, and anything removed, in one room. Elsewhere these calls are refused, by the name that is called.
FILES = "footprint.files"
WRITING = frozenset(
    {"write_text", "write_bytes", "chmod", "fchmod", "lchmod", "chown", "fchown", "lchown", "rmtree", "unlink", "rmdir"}
    | {"removedirs", "rename", "renames", "mkdtemp", "mkstemp", "TemporaryDirectory", "NamedTemporaryFile"}
    | {"TemporaryFile", "SpooledTemporaryFile", "mkdir", "makedirs", "symlink", "symlink_to", "hardlink_to", "truncate"}
    | {"ftruncate", "touch", "utime", "mkfifo", "mknod", "setxattr", "removexattr", "copyfile", "copytree", "copy2"}
    | {"copystat", "copymode", "pwrite", "pwritev", "sendfile"}
)
# These have namesakes that write nothing: `text.replace(a, b)`, `names.remove(x)`, `shutil.which` beside `shutil.move`.
WRITING_OF = {"os": frozenset({"replace", "remove", "link"}), "shutil": frozenset({"move", "copy", "chown"})}
READING = frozenset({"read_text", "read_bytes", "get_data"})
OPENERS = frozenset({"open", "fdopen", "FileIO", "ZipFile", "TarFile", "mmap"})
OPENING_MODULES = frozenset({"os", "io", "posix", "codecs", "zipfile"})  # their first argument is the file
WRITE_FLAGS = frozenset({"O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_APPEND", "O_TMPFILE"})

# module -> what it may call of these, and why it is no stranger's file and no writing of the user's disk.
TOUCHING: dict[str, frozenset[str]] = {
    # Our own data, as it was installed.
    "footprint.knowledge.shipped_files": frozenset({"get_data"}),
    "footprint.probe.child_bytecode": frozenset({"open"}),
    # The kernel's answers below /proc, whose names are numbers.
    "footprint.probe.linux_memory": frozenset({"read_bytes", "open", "open for writing"}),
    # The same of our own children, and /dev/null in place of what nobody may write to any more.
    "footprint.ending": frozenset({"open", "open for writing"}),
    # The three standard descriptors, and /dev/null where one of them is closed.
    "footprint.cli.streams": frozenset({"FileIO", "open for writing"}),
    "footprint.probe.supervisor": frozenset({"open"}),
    "footprint.probe.tree_watch": frozenset({"open", "open for writing"}),
    # Folders are opened to be mounted, and what the kernel has of this process below /proc.
    "footprint.probe.overlays": frozenset({"open", "open for writing"}),
    # The order of our own, and what the kernel has of this process below /proc.
    "footprint.probe.image_entry": frozenset({"open", "open for writing"}),
    # Folders are opened, to be listed.
    "footprint.collect.disk.walk": frozenset({"open"}),
    # The same folders, to ask what is in them.
    "footprint.collect.disk.tree_state": frozenset({"open"}),
    # A zip file of the descriptor that the reader gives.
    "footprint.collect.metadata.eggs": frozenset({"open", "ZipFile"}),
    # The child is loaded into the application, where nothing of ours is.
    "footprint.probe.child.collector": frozenset({"open for writing"}),
    "footprint.probe.child.first_use": frozenset({"open"}),
    "footprint.probe.child.growth": frozenset({"open"}),
    "footprint.probe.child.stages": frozenset({"get_data"}),
    "footprint.probe.child.live.sitecustomize": frozenset({"open", "open for writing"}),
}


@dataclass(frozen=True)
class Statement:
    """One module that an import statement names, wherever it stands."""

    line: int
    imported: str


@lru_cache(4)  # each module is looked at by several tests in turn; all trees at once would be half a GiB
def nodes_of(source: str) -> tuple[ast.AST, ...]:
    """Return the parts of a file, parsed once for all that look at it."""
    return tuple(ast.walk(ast.parse(source)))


def read_imports(source: str, module: str, *, is_package: bool) -> Iterator[Statement]:
    """Yield what each import statement of one file names, with `from a import b` as both a and a.b."""
    for node in nodes_of(source):
        if isinstance(node, ast.Import):
            yield from (Statement(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, is_package=is_package)
            yield Statement(node.lineno, base)
            yield from (Statement(node.lineno, f"{base}.{alias.name}") for alias in node.names)


def find_violations(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """Return what is wrong with one module, one sentence each; empty when it keeps to its layer."""
    found = [*_shape(module, source), *_touches(module, source), *_named_codes(module, source)]
    if _part(module) not in RANK and module != ROOT:
        return [*found, f"{module} has no layer"]
    for statement in read_imports(source, module, is_package=is_package):
        reason = _refuse(module, statement.imported)
        if reason is not None:
            found.append(f"{module}:{statement.line} imports {statement.imported}: {reason}")
    return found


def find_repeats(sources: Mapping[str, str]) -> list[str]:
    """Return the names of files and of classes that several modules have; the name of a package is a folder's."""
    packages = {module.rpartition(".")[0] for module in sources}
    files, classes = defaultdict(list), defaultdict(list)
    for module, source in sources.items():
        if module not in packages:
            files[module.rpartition(".")[2]].append(module)
        for node in nodes_of(source):
            if isinstance(node, ast.ClassDef):
                classes[node.name].append(module)
    return [
        *(
            f"{' and '.join(those)} share a file name"
            for name, those in files.items()
            if name not in TWICE and those[1:]
        ),
        *(f"{' and '.join(those)} have a class {name}" for name, those in classes.items() if those[1:]),
    ]


def find_circles(arrows: Iterable[tuple[str, str]]) -> list[str]:
    """Return the folders of one wing that lead to each other, a line for each circle; `arrows` are of folders."""
    leads: dict[str, set[str]] = {}
    for importer, imported in arrows:
        if importer != imported and _part(importer) == _part(imported) != "":
            leads.setdefault(importer, set()).add(imported)
    reached = {folder: follow(found, lambda each: leads.get(each, ())) for folder, found in leads.items()}
    circles = {
        ", ".join(sorted(each for each in found if folder in reached.get(each, ())))
        for folder, found in reached.items()
        if folder in found
    }
    return sorted(circles)


def _folder(module: str, path: Path) -> str:
    return module if path.name == "__init__.py" else module.rpartition(".")[0]


def _imported_of_ours(module: str, path: Path, known: Mapping[str, Path]) -> Iterator[str]:
    statements = read_imports(path.read_text(encoding="utf-8"), module, is_package=path.name == "__init__.py")
    # `from a.b import c` names the folder a.b as well, which is no use of what stands in its __init__.
    found = {each.imported for each in statements if each.imported in known and each.imported != module}
    yield from (each for each in found if not any(other.startswith(f"{each}.") for other in found))


def _absolute(node: ast.ImportFrom, module: str, *, is_package: bool) -> str:
    if node.level == 0:
        return node.module or ""
    here = module.split(".")
    kept = here[: len(here) - node.level + (1 if is_package else 0)]
    return ".".join([*kept, *([node.module] if node.module else [])])


def _shape(module: str, source: str) -> Iterator[str]:
    count = len(source.splitlines())
    if count > MODULE_LINES_AT_MOST:
        yield f"{module} has {count} lines, {MODULE_LINES_AT_MOST} at most"
    for node in nodes_of(source):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            if (node.end_lineno or 0) - node.lineno >= FUNCTION_LINES_AT_MOST:
                yield f"{module} has more than {FUNCTION_LINES_AT_MOST} lines in {node.name}"
            if _parameters(node) > PARAMETERS_AT_MOST:
                yield f"{module} has more than {PARAMETERS_AT_MOST} parameters in {node.name}"
    if _within(module, CHILD):
        try:
            ast.parse(source, feature_version=OLDEST_TARGET)
        except SyntaxError as error:
            yield f"{module}:{error.lineno} is not Python 3.8: {error.msg}"


def _parameters(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count what a caller may give: all but the object or the class that a method is called on."""
    taken = node.args
    names = [each.arg for each in (*taken.posonlyargs, *taken.args, *taken.kwonlyargs)]
    return len(names) - (names[:1] in (["self"], ["cls"])) + bool(taken.vararg) + bool(taken.kwarg)


def _codes_in(source: str) -> Counter[str]:
    texts = (node.value for node in nodes_of(source) if isinstance(node, ast.Constant))
    return Counter(text for text in texts if isinstance(text, str) and CODE.fullmatch(text))


def _named_codes(module: str, source: str) -> Iterator[str]:
    if module == CODES:
        return
    is_finder = any(_within(module, place) for place in FINDERS)
    for code, count in _codes_in(source).items():
        if not is_finder:
            yield f"{module} names {code}: only {CODES} and who finds it may"
        elif count > 1:
            yield f"{module} names {code} {count} times, once is enough"


def _touches(module: str, source: str) -> Iterator[str]:
    """Yield every call that reaches the disk, from a module that has no business there."""
    if _within(module, FILES):
        return
    for node in nodes_of(source):
        if not isinstance(node, ast.Call):
            continue
        what = _touch(node)
        if what is not None and what not in TOUCHING.get(module, ()):
            yield f"{module}:{node.lineno} calls {what}: only {FILES} touches the disk"


def _touch(node: ast.Call) -> str | None:
    called = node.func
    if isinstance(called, ast.Attribute):
        name, owner = called.attr, called.value.id if isinstance(called.value, ast.Name) else ""
        if name in WRITING | READING or name in WRITING_OF.get(owner, ()):
            return name
        # Path.replace and Path.rename take one argument, str.replace two.
        if name == "replace" and len(node.args) == 1 and not node.keywords:
            return name
    elif isinstance(called, ast.Name):
        name = called.id
        if name in WRITING | READING - {"read_text", "truncate"}:
            return name
    else:
        return None
    return _opening(node) if name in OPENERS else None


def _opening(node: ast.Call) -> str:
    """Return "open for writing" for one by its mode or flags, else the name."""
    called = node.func
    name = called.attr if isinstance(called, ast.Attribute) else getattr(called, "id", "")
    is_method = isinstance(called, ast.Attribute) and getattr(called.value, "id", "") not in OPENING_MODULES
    for part in ast.walk(node):
        if isinstance(part, ast.Attribute) and part.attr in WRITE_FLAGS:
            return "open for writing"
    modes = [
        *node.args[0 if is_method else 1 :],
        *(keyword.value for keyword in node.keywords if keyword.arg == "mode"),
    ]
    texts = [mode.value for mode in modes if isinstance(mode, ast.Constant) and isinstance(mode.value, str)]
    writes = any(set(text) <= set("rwxabt+U") and set(text) & set("wxa+") for text in texts)
    return "open for writing" if writes else name


def _refuse(module: str, imported: str) -> str | None:
    top = imported.partition(".")[0]
    if top == ROOT:
        return _refuse_ours(module, imported)
    if top == "dataclasses" and module != f"{ROOT}.values":
        return f"{ROOT}.values has it, without an import of inspect and with classes that are made when they are used"
    if top in sys.stdlib_module_names:
        return "the wing is pure" if top in IMPURE and any(_within(module, wing) for wing in PURE) else None
    if _within(module, CHILD):
        if top == module.rpartition(".")[2] == "sitecustomize":
            return None  # it hands on to the one that it stands in front of
        return "the child has the standard library only"
    if any(_within(module, place) for place in ALLOWED.get(top, ())):
        return None
    return f"only {' and '.join(ALLOWED[top])} may" if top in ALLOWED else "not one of our dependencies"


def _refuse_ours(module: str, imported: str) -> str | None:
    if _within(module, CHILD):
        return None if _within(imported, CHILD) or _within(CHILD, imported) else "the child imports nothing of ours"
    if module == ROOT or imported in (ROOT, f"{ROOT}.__version__"):
        return None
    ours, theirs = _part(module), _part(imported)
    if theirs not in RANK:
        return None if imported == f"{ROOT}.{theirs}" and theirs.startswith("__") else "it has no layer"
    if ours == theirs:
        return _refuse_within_collect(module, imported) if ours == "collect" else None
    if RANK[theirs] <= RANK[ours]:
        return f"{ours} does not know {theirs}"
    return None


def _refuse_within_collect(module: str, imported: str) -> str | None:
    ours, theirs = module.split(".")[2:3], imported.split(".")[2:3]
    if not ours or not theirs or ours == theirs or theirs[0] in COLLECT_KNOWS.get(ours[0], frozenset()):
        return None
    return "the modules of collect do not know each other"


def _part(module: str) -> str:
    return module.split(".")[1] if "." in module else ""


def _within(module: str, place: str) -> bool:
    return module == place or module.startswith(f"{place}.")


def _sources() -> dict[str, str]:
    return {module: path.read_text(encoding="utf-8") for module, path in _modules()}


def _modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


@pytest.mark.parametrize(("module", "path"), [pytest.param(*pair, id=pair[0]) for pair in _modules()])
def test_module_keeps_to_its_layer(module: str, path: Path) -> None:
    found = find_violations(module, path.read_text(encoding="utf-8"), is_package=path.name == "__init__.py")
    assert not set(found) - set(EXCEPT)


def test_a_file_name_and_a_class_name_stand_once() -> None:
    assert not set(find_repeats(_sources())) - set(EXCEPT)


def test_a_code_has_one_finder_and_is_in_the_table() -> None:
    sources = _sources()
    named = Counter(code for module, source in sources.items() if module != CODES for code in _codes_in(source))
    assert not {code for code, count in named.items() if count > 1}
    assert named.keys() <= _codes_in(sources[CODES]).keys()


def test_no_two_folders_of_a_wing_know_each_other() -> None:
    known = dict(_modules())
    arrows = {
        (_folder(module, path), _folder(found, known[found]))
        for module, path in known.items()
        for found in _imported_of_ours(module, path, known)
    }
    assert find_circles(arrows) == []


def test_a_planted_circle_is_found() -> None:
    way = [("footprint.a.x", "footprint.a.y"), ("footprint.a.y", "footprint.a.z")]
    assert find_circles(way) == []
    assert find_circles([*way, ("footprint.a.z", "footprint.a.x")]) == ["footprint.a.x, footprint.a.y, footprint.a.z"]
    assert find_circles([("footprint.a", "footprint.b"), ("footprint.b", "footprint.a")]) == []  # that is for LAYERS


def test_every_exception_of_the_house_is_still_one() -> None:
    found = set(find_repeats(_sources()))
    for module, path in _modules():
        found.update(_shape(module, path.read_text(encoding="utf-8")))
    assert set(EXCEPT) <= found


def test_the_tables_of_layers_name_what_exists() -> None:
    modules = dict(_modules())
    parts = {_part(module) for module in modules}
    assert set(RANK) | {""} == parts
    assert {_part(place) for place in (*PURE, CHILD, FILES)} <= parts
    file_names = [path.stem for path in modules.values()]
    assert [name for name in TWICE if file_names.count(name) < 2] == []


@pytest.mark.parametrize(("imported", "place"), [(name, place) for name, places in ALLOWED.items() for place in places])
def test_a_name_is_allowed_where_it_is_imported(imported: str, place: str) -> None:
    assert any(
        statement.imported.partition(".")[0] == imported
        for module, path in _modules()
        if _within(module, place)
        for statement in read_imports(path.read_text(encoding="utf-8"), module, is_package=False)
    )


@pytest.mark.parametrize(("ours", "theirs"), [(ours, each) for ours, known in COLLECT_KNOWS.items() for each in known])
def test_rooms_of_collect_that_may_know_another_do(ours: str, theirs: str) -> None:
    assert any(
        statement.imported.startswith(f"{ROOT}.collect.{theirs}")
        for module, path in _modules()
        if _within(module, f"{ROOT}.collect.{ours}")
        for statement in read_imports(path.read_text(encoding="utf-8"), module, is_package=path.name == "__init__.py")
    )


KEPT = [
    ("footprint.files.writer", "import os\nos.open('x', os.O_WRONLY | os.O_CREAT)\nos.unlink('x')"),
    ("footprint.cli.app", "'a'.replace('b', 'c')\nnames = []\nnames.remove('x')\nlist(names).copy()"),
    (
        "footprint.cli.app",
        "from footprint.values import replace\nreplace(x, a=1)\nv.replace(colour=False)",
    ),
    ("footprint.cli.app", "import sys\nsys.stdout.write('x')\nread_text(project, found)\nself._open(1)\n_open('w')"),
    ("footprint.collect.disk.walk", "import os\nos.open('x', os.O_RDONLY)"),
    ("footprint.knowledge.shipped_files", "loader.get_data('data')"),
    ("footprint.probe.child.live.sitecustomize", "import os\nos.open('x', os.O_CREAT | os.O_WRONLY)"),
    ("footprint", "__version__ = '1'"),
    ("footprint", "from footprint.audit import run_audit"),
    ("footprint.__main__", "from footprint.cli import main"),
    (
        "footprint.cli.audit_command",
        "import argparse\nfrom footprint.audit import run_audit",
    ),
    ("footprint.cli.audit_command", "from footprint import __version__"),
    ("footprint.pytest_plugin", "import pytest\ndef f():\n    from footprint.testing import session"),
    ("footprint.testing.pytest_session", "import pytest\nfrom footprint.gate.check import run_check"),
    ("footprint.audit", "from footprint.collect import disk\nfrom footprint.probe import runner"),
    (
        "footprint.analysis.use.classification",
        "from footprint.model.source_modules import Placement\nfrom pathlib import PurePath",
    ),
    (
        "footprint.analysis.use.classification",
        "from packaging.markers import Marker\nfrom footprint.analysis import reach",
    ),
    ("footprint.analysis.suggest.rules", "from ..usage import Usage\nfrom ...names import normalise"),
    ("footprint.collect.imports.walker", "from footprint.collect.imports import scanner"),
    ("footprint.collect.imports.walker", "from . import scanner\nfrom .scanner import scan"),
    ("footprint.collect.entries", "from footprint.collect.deploy import procfile"),
    ("footprint.documents.toml", "import sys\nif sys.version_info < (3, 11):\n    import tomli"),
    ("footprint.collect.deploy.platforms.compose", "from footprint.documents.yaml_nodes import parse_yaml"),
    ("footprint.documents.yaml_nodes", "def f():\n    from ruamel.yaml import YAML"),
    ("footprint.probe.runner", "import os, subprocess, psutil"),
    ("footprint.probe.child.recorder", "import _frozen_importlib, time, os\nfrom footprint.probe.child import events"),
    ("footprint.documents.yaml_nodes", "def read():\n    import ruamel.yaml"),
    ("footprint.units", "from footprint.errors import UsageError"),
    ("footprint.units", "from footprint.values import dataclass, replace"),
    ("footprint.units", "def f():\n" + "    x = 1\n" * 39),
    ("footprint.units", "class A:\n    def f(self, a, b, c, d, e, f): ..."),
    ("footprint.values", "from dataclasses import dataclass"),
    ("footprint.knowledge.codes", "A = 'FP101'\nB = 'FP101'"),
    ("footprint.analysis.gate.presence", "A = 'FP301'"),
    ("footprint.cli.app", "HELP = 'A code such as FP101'"),
]


@pytest.mark.parametrize(("module", "source"), KEPT)
def test_what_the_layers_allow_is_let_through(module: str, source: str) -> None:
    assert find_violations(module, source) == []


BROKEN = [
    ("footprint.errors", "from footprint.units import size", "errors does not know units"),
    ("footprint.names", "import footprint.units", "names does not know units"),
    ("footprint.model.audit", "from footprint import config", "model does not know config"),
    ("footprint.analysis.join.rows", "from footprint.collect import disk", "analysis does not know collect"),
    ("footprint.report.audit.table", "from footprint.analysis.join.rows import join", "report does not know analysis"),
    ("footprint.probe.runner", "def f():\n    from footprint.collect import entries", "probe does not know collect"),
    ("footprint.collect.disk", "from ..probe import runner", "collect does not know probe"),
    ("footprint.collect.disk", "from .. import probe", "collect does not know probe"),
    ("footprint.collect.disk", "from footprint.collect.metadata import read", "do not know each other"),
    ("footprint.collect.disk", "from footprint.collect import metadata", "do not know each other"),
    ("footprint.collect.disk", "from . import metadata", "do not know each other"),
    ("footprint.collect.imports.walker", "from footprint.collect.declared import pyproject", "do not know each other"),
    ("footprint.collect.deploy.platforms.procfile", "from footprint.collect import entries", "do not know each other"),
    ("footprint.audit", "from footprint.gate.check import run_check", "audit does not know gate"),
    ("footprint.model.audit", "from footprint.knowledge import codes", "model does not know knowledge"),
    ("footprint.audit", "from footprint.cli import main", "audit does not know cli"),
    ("footprint.helpers", "import json", "has no layer"),
    ("footprint.model.audit", "from dataclasses import dataclass, replace", "footprint.values has it"),
    ("footprint.cli.audits", "def f():\n    import dataclasses", "footprint.values has it"),
    ("footprint.cli.main", "from footprint.helpers import x", "it has no layer"),
    ("footprint.audit", "import ruamel.yaml", "only footprint.documents may"),
    ("footprint.cli", "import click", "not one of our dependencies"),
    ("footprint.audit", "import pytest", "only footprint.pytest_plugin and footprint.testing may"),
    ("footprint.audit", "from footprint.testing import session", "audit does not know testing"),
    ("footprint.testing.items", "from footprint.cli import app", "testing does not know cli"),
    (
        "footprint.cli.app",
        "from packaging.version import Version",
        "only footprint.collect and footprint.analysis and footprint.documents may",
    ),
    ("footprint.report.audit.table", "import rich", "not one of our dependencies"),
    ("footprint.collect.disk", "import psutil", "only footprint.probe may"),
    (
        "footprint.report.json_report",
        "import packaging.version",
        "only footprint.collect and footprint.analysis and footprint.documents may",
    ),
    ("footprint.collect.deploy.platforms.compose", "import yaml", "not one of our dependencies"),
    ("footprint.config", "from footprint.documents import toml", "config does not know documents"),
    ("footprint.documents.toml", "from footprint.collect import deploy", "documents does not know collect"),
    ("footprint.collect.declared.conda_file", "from ruamel.yaml import YAML", "only footprint.documents may"),
    ("footprint.config", "from ruamel.yaml import YAML", "only footprint.documents may"),
    ("footprint.collect.declared.poetry", "import tomlkit", "not one of our dependencies"),
    ("footprint.analysis.reach.entry_walk", "import os.path", "the wing is pure"),
    ("footprint.analysis.reach.entry_walk", "def f():\n    from time import monotonic", "the wing is pure"),
    ("footprint.model.note", "import subprocess", "the wing is pure"),
    ("footprint.model.note", "if True:\n    import socket as s", "the wing is pure"),
    ("footprint.probe.child.recorder", "import psutil", "the child has the standard library only"),
    ("footprint.probe.child.recorder", "from footprint.units import size", "the child imports nothing of ours"),
    ("footprint.probe.child.recorder", "from footprint.probe.records import x", "the child imports nothing of ours"),
    ("footprint.probe.child.recorder", "match 1:\n    case 1: pass", "is not Python 3.8"),
    ("footprint.probe.child.recorder", "with (open('a') as a, open('b') as b): pass", "is not Python 3.8"),
    ("footprint.report.audit.table", "x = 1\n" * 401, "has 401 lines, 400 at most"),
    ("footprint.testing.items", "A = {'FP301': 1}", "names FP301: only footprint.knowledge.codes and who finds it may"),
    ("footprint.report.gate.sarif", "x.startswith('FP90')", "names FP90: only footprint.knowledge.codes and who"),
    ("footprint.analysis.gate.presence", "A = 'FP301'\nB = ['FP301']", "names FP301 2 times, once is enough"),
    ("footprint.units", "def f():\n" + "    x = 1\n" * 40, "has more than 40 lines in f"),
    ("footprint.units", "class A:\n    async def f(self):\n" + "        x = 1\n" * 40, "has more than 40 lines in f"),
    ("footprint.units", "def f(a, b, c, /, d, *, e, f, g): ...", "has more than 6 parameters in f"),
    ("footprint.units", "def f(a, b, c, d, e, *f, **g): ...", "has more than 6 parameters in f"),
    ("footprint.units", "class A:\n    def f(self, a, b, c, d, e, f, g): ...", "has more than 6 parameters in f"),
]


REPEATS: list[tuple[dict[str, str], list[str]]] = [
    ({"footprint.units": "class A: ...", "footprint.names": "class B: ..."}, []),
    ({"footprint.report.audit.json": "", "footprint.report.gate.json": ""}, []),
    (
        {"footprint.cli.rows": "", "footprint.gate.rows": ""},
        ["footprint.cli.rows and footprint.gate.rows share a file name"],
    ),
    (
        {"footprint.units": "class A: ...", "footprint.names": "def f():\n    class A: ..."},
        ["footprint.units and footprint.names have a class A"],
    ),
    (
        {"footprint.units": "if x:\n    class A: ...\nelse:\n    class A: ..."},
        ["footprint.units and footprint.units have a class A"],
    ),
]


@pytest.mark.parametrize(("sources", "found"), REPEATS)
def test_a_planted_repeat_is_caught(sources: dict[str, str], found: list[str]) -> None:
    assert find_repeats(sources) == found


# Each by itself is refused everywhere but in the room of files.
PLANTED = [
    ("Path('x').write_text('')", "write_text"),
    ("Path('x').write_bytes(b'')", "write_bytes"),
    ("open('x', 'w')", "open for writing"),
    ("open('x', mode='ab')", "open for writing"),
    ("Path('x').open('r+b')", "open for writing"),
    ("io.open('x', 'x')", "open for writing"),
    ("os.open('x', os.O_RDWR)", "open for writing"),
    ("os.open('x', os.O_RDONLY | getattr(os, 'O_BINARY', 0) | os.O_TRUNC)", "open for writing"),
    ("os.chmod('x', 0o700)", "chmod"),
    ("Path('x').chmod(0o700)", "chmod"),
    ("shutil.rmtree('x', ignore_errors=True)", "rmtree"),
    ("from shutil import rmtree\nrmtree('x')", "rmtree"),
    ("Path('x').unlink(missing_ok=True)", "unlink"),
    ("os.remove('x')", "remove"),
    ("os.replace('x', 'y')", "replace"),
    ("Path('x').replace(target)", "replace"),
    ("Path('x').rename('y')", "rename"),
    ("tempfile.mkdtemp()", "mkdtemp"),
    ("with tempfile.TemporaryDirectory() as x: pass", "TemporaryDirectory"),
    ("tempfile.NamedTemporaryFile()", "NamedTemporaryFile"),
    ("tempfile.TemporaryFile()", "TemporaryFile"),
    ("Path('x').mkdir()", "mkdir"),
    ("os.makedirs('x')", "makedirs"),
    ("Path('x').symlink_to('y')", "symlink_to"),
    ("os.link('x', 'y')", "link"),
    ("os.truncate('x', 0)", "truncate"),
    ("Path('x').touch()", "touch"),
    ("shutil.move('x', 'y')", "move"),
    ("open('x')", "open"),
    ("open('x', 'rb', buffering=0)", "open"),
    ("with Path('x').open('rb') as file: pass", "open"),
    ("os.open('x', os.O_RDONLY)", "open"),
    ("Path('x').read_bytes()", "read_bytes"),
    ("(project / 'x').read_text(encoding='utf-8')", "read_text"),
    ("zipfile.ZipFile('x')", "ZipFile"),
]


@pytest.mark.parametrize("module", ["footprint.cli.app", "footprint.collect.texts", "footprint.probe.child.recorder"])
@pytest.mark.parametrize(("source", "what"), PLANTED)
def test_the_disk_is_touched_in_one_room(source: str, what: str, module: str) -> None:
    assert f"calls {what}: only footprint.files touches the disk" in "\n".join(find_violations(module, source))
    assert "touches the disk" not in "\n".join(find_violations("footprint.files.writer", source))


def test_every_exception_is_still_one() -> None:
    modules = dict(_modules())
    for module, allowed in TOUCHING.items():
        tree = ast.parse(modules[module].read_text(encoding="utf-8"))
        assert {_touch(node) for node in ast.walk(tree) if isinstance(node, ast.Call)} >= allowed, module


@pytest.mark.parametrize(("module", "source", "sentence"), BROKEN)
def test_a_planted_violation_is_caught(module: str, source: str, sentence: str) -> None:
    assert sentence in "\n".join(find_violations(module, source))


def test_a_relative_import_in_a_package_counts_from_the_package() -> None:
    assert find_violations("footprint.collect", "from .metadata import read", is_package=True) == []
    assert find_violations("footprint.collect.imports", "from .scanner import scan", is_package=True) == []
    assert find_violations("footprint.collect.imports", "from ..metadata import read", is_package=True)


CLOCKS = ("perf_counter", "process_time", "thread_time", "getrusage")


@pytest.mark.parametrize("path", sorted(Path(__file__).parent.rglob("*.py")), ids=lambda path: path.name)
def test_no_test_reads_a_clock(path: Path) -> None:
    """What takes how long depends on the machine and on what else it does: benchmarks/ times, tests count."""
    source = path.read_text()
    if any(clock in source for clock in CLOCKS):  # else no tree has to be made
        names = {part.attr for part in ast.walk(ast.parse(source)) if isinstance(part, ast.Attribute)}
        assert names.isdisjoint(CLOCKS)
