"""The layers of docs/architecture.md, held by reading the import statements of every module."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "footprint"
MODULE_LINES_AT_MOST = 400
OLDEST_TARGET = (3, 8)

# High to low. A module imports from its own part or from lower layers; the parts of one layer do not know each other.
LAYERS: tuple[frozenset[str], ...] = (
    frozenset({"__main__", "pytest_plugin"}),
    frozenset({"cli", "testing"}),
    frozenset({"audit"}),
    frozenset({"verify"}),
    frozenset({"analysis", "collect", "probe", "report"}),
    frozenset({"config", "documents"}),
    frozenset({"files"}),
    frozenset({"model"}),
    frozenset({"names", "units", "credentials"}),
    frozenset({"errors"}),
)
RANK = {part: rank for rank, parts in enumerate(LAYERS) for part in parts}

# The public names of the package: its __init__ may reach run_audit, and every module may read its version.
ROOT = "footprint"

# import name -> modules that may import it, with all below them. Anything else outside the standard library is refused.
ALLOWED: dict[str, tuple[str, ...]] = {
    "typer": ("footprint.cli",),
    "rich": ("footprint.cli", "footprint.report.table"),
    "psutil": ("footprint.probe",),
    "packaging": ("footprint.collect", "footprint.analysis"),
    "tomli": ("footprint.collect", "footprint.config", "footprint.documents"),
    "ruamel": ("footprint.documents",),
    "pytest": ("footprint.pytest_plugin", "footprint.testing"),  # who loads the plugin has it: not required by us
}
IMPURE = frozenset({"os", "subprocess", "socket", "time"})
PURE = ("footprint.analysis", "footprint.model")
CHILD = "footprint.probe.child"

# Modules of collect share within one folder only; entry points are found in what the deploy files say.
COLLECT_KNOWS = {"entries": frozenset({"deploy"})}


@dataclass(frozen=True)
class Statement:
    """One module that an import statement names, wherever it stands."""

    line: int
    imported: str


def read_imports(source: str, module: str, *, is_package: bool) -> Iterator[Statement]:
    """Yield what each import statement of one file names, with `from a import b` as both a and a.b."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (Statement(node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, module, is_package=is_package)
            yield Statement(node.lineno, base)
            yield from (Statement(node.lineno, f"{base}.{alias.name}") for alias in node.names)


def find_violations(module: str, source: str, *, is_package: bool = False) -> list[str]:
    """Return what is wrong with one module, one sentence each; empty when it keeps to its layer."""
    found = [*_shape(module, source)]
    if _part(module) not in RANK and module != ROOT:
        return [*found, f"{module} has no layer"]
    for statement in read_imports(source, module, is_package=is_package):
        reason = _refuse(module, statement.imported)
        if reason is not None:
            found.append(f"{module}:{statement.line} imports {statement.imported}: {reason}")
    return found


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
    if _within(module, CHILD):
        try:
            ast.parse(source, feature_version=OLDEST_TARGET)
        except SyntaxError as error:
            yield f"{module}:{error.lineno} is not Python 3.8: {error.msg}"


def _refuse(module: str, imported: str) -> str | None:
    top = imported.partition(".")[0]
    if top == ROOT:
        return _refuse_ours(module, imported)
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


def _modules() -> list[tuple[str, Path]]:
    found = []
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE.parent).with_suffix("").parts
        found.append((".".join(parts[:-1] if parts[-1] == "__init__" else parts), path))
    return found


@pytest.mark.parametrize(("module", "path"), [pytest.param(*pair, id=pair[0]) for pair in _modules()])
def test_module_keeps_to_its_layer(module: str, path: Path) -> None:
    source = path.read_text(encoding="utf-8")
    assert not find_violations(module, source, is_package=path.name == "__init__.py")


def test_every_wing_is_there_to_be_judged() -> None:
    assert {"analysis", "collect", "model", "probe", "report"} <= {_part(module) for module, _ in _modules()}


KEPT = [
    ("footprint", "__version__ = '1'"),
    ("footprint", "from footprint.audit import run_audit"),
    ("footprint.__main__", "from footprint.cli import main"),
    (
        "footprint.cli.audit_command",
        "import typer\nfrom rich.console import Console\nfrom footprint.audit import run_audit",
    ),
    ("footprint.cli.audit_command", "from footprint import __version__"),
    ("footprint.pytest_plugin", "import pytest\ndef f():\n    from footprint.testing import session"),
    ("footprint.testing.session", "import pytest\nfrom footprint.audit.checking import run_check"),
    ("footprint.audit", "from footprint.collect import disk\nfrom footprint.probe import runner"),
    ("footprint.analysis.use.usage", "from footprint.model.sources import Placement\nfrom pathlib import PurePath"),
    ("footprint.analysis.use.usage", "from packaging.markers import Marker\nfrom footprint.analysis import reach"),
    ("footprint.analysis.suggest.rules", "from ..usage import Usage\nfrom ...names import normalise"),
    ("footprint.collect.imports.walker", "from footprint.collect.imports import scanner"),
    ("footprint.collect.imports.walker", "from . import scanner\nfrom .scanner import scan"),
    ("footprint.collect.entries", "from footprint.collect.deploy import procfile"),
    ("footprint.collect.deploy.toml", "import sys\nif sys.version_info < (3, 11):\n    import tomli"),
    ("footprint.collect.deploy.compose", "from footprint.documents.yaml_nodes import parse_yaml"),
    ("footprint.documents.yaml_nodes", "def f():\n    from ruamel.yaml import YAML"),
    ("footprint.probe.runner", "import os, subprocess, psutil"),
    ("footprint.probe.child.recorder", "import _frozen_importlib, time, os\nfrom footprint.probe.child import events"),
    ("footprint.report.table", "def render():\n    import rich.table"),
    ("footprint.units", "from footprint.errors import UsageError"),
]


@pytest.mark.parametrize(("module", "source"), KEPT)
def test_what_the_layers_allow_is_let_through(module: str, source: str) -> None:
    assert find_violations(module, source) == []


BROKEN = [
    ("footprint.errors", "from footprint.units import size", "errors does not know units"),
    ("footprint.names", "import footprint.units", "names does not know units"),
    ("footprint.model.audit", "from footprint import config", "model does not know config"),
    ("footprint.analysis.rows", "from footprint.collect import disk", "analysis does not know collect"),
    ("footprint.report.table", "from footprint.analysis.rows import join", "report does not know analysis"),
    ("footprint.probe.runner", "def f():\n    from footprint.collect import entries", "probe does not know collect"),
    ("footprint.collect.disk", "from ..probe import runner", "collect does not know probe"),
    ("footprint.collect.disk", "from .. import probe", "collect does not know probe"),
    ("footprint.collect.disk", "from footprint.collect.metadata import read", "do not know each other"),
    ("footprint.collect.disk", "from footprint.collect import metadata", "do not know each other"),
    ("footprint.collect.disk", "from . import metadata", "do not know each other"),
    ("footprint.collect.imports.walker", "from footprint.collect.declared import pyproject", "do not know each other"),
    ("footprint.collect.deploy.procfile", "from footprint.collect import entries", "do not know each other"),
    ("footprint.verify.defer", "from footprint.audit import run_audit", "verify does not know audit"),
    ("footprint.audit", "from footprint.cli import main", "audit does not know cli"),
    ("footprint.helpers", "import json", "has no layer"),
    ("footprint.cli.main", "from footprint.helpers import x", "it has no layer"),
    ("footprint.audit", "import typer", "only footprint.cli may"),
    ("footprint.audit", "import pytest", "only footprint.pytest_plugin and footprint.testing may"),
    ("footprint.audit", "from footprint.testing import session", "audit does not know testing"),
    ("footprint.testing.items", "from footprint.cli import app", "testing does not know cli"),
    ("footprint.report.markdown", "from rich.text import Text", "only footprint.cli and footprint.report.table may"),
    ("footprint.report.tables", "import rich", "only footprint.cli and footprint.report.table may"),
    ("footprint.collect.disk", "import psutil", "only footprint.probe may"),
    ("footprint.report.json_report", "import packaging.version", "only footprint.collect and footprint.analysis may"),
    ("footprint.collect.deploy.compose", "import yaml", "not one of our dependencies"),
    ("footprint.config", "from footprint.documents import toml", "config does not know documents"),
    ("footprint.documents.toml", "from footprint.collect import deploy", "documents does not know collect"),
    ("footprint.collect.declared.conda", "from ruamel.yaml import YAML", "only footprint.documents may"),
    ("footprint.config", "from ruamel.yaml import YAML", "only footprint.documents may"),
    ("footprint.collect.declared.poetry", "import tomlkit", "not one of our dependencies"),
    ("footprint.analysis.reach", "import os.path", "the wing is pure"),
    ("footprint.analysis.reach", "def f():\n    from time import monotonic", "the wing is pure"),
    ("footprint.model.note", "import subprocess", "the wing is pure"),
    ("footprint.model.note", "if True:\n    import socket as s", "the wing is pure"),
    ("footprint.probe.child.recorder", "import psutil", "the child has the standard library only"),
    ("footprint.probe.child.recorder", "from footprint.units import size", "the child imports nothing of ours"),
    ("footprint.probe.child.recorder", "from footprint.probe.events import x", "the child imports nothing of ours"),
    ("footprint.probe.child.recorder", "match 1:\n    case 1: pass", "is not Python 3.8"),
    ("footprint.probe.child.recorder", "with (open('a') as a, open('b') as b): pass", "is not Python 3.8"),
    ("footprint.report.table", "x = 1\n" * 401, "has 401 lines, 400 at most"),
]


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
    names = {part.attr for part in ast.walk(ast.parse(path.read_text())) if isinstance(part, ast.Attribute)}
    assert names.isdisjoint(CLOCKS)
