"""The requirement graph of really built environments, against pipdeptree and against building without a line."""

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest
from packaging.markers import default_environment

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.collect.declared import read_declared
from footprint.collect.metadata import read_installed
from footprint.model.installed_environment import Installed
from tests.support.installer import kept, make_environment, require_pinned
from tests.support.machine import need

pytestmark = [pytest.mark.network, pytest.mark.slow]

TOOLS = Path(sys.executable).parent
MARKERS = {key: str(value) for key, value in default_environment().items() if key != "extra"}
LINES = ("fastapi[standard]", "requests[socks]", "pandas", "uvicorn", "jsonschema[format]", "ipython")

Pairs = set[tuple[str, str]]


def build(folder: Path, lines: Sequence[str], *options: str) -> tuple[Installed, ...]:
    """Install `lines` into a new environment and return what is in it."""
    make_environment(folder, *options, *lines)
    return installed_in(folder)


def installed_in(folder: Path) -> tuple[Installed, ...]:
    (site,) = (folder / "lib").glob("python*/site-packages")
    installed, notes = read_installed([site])
    assert notes == ()
    require_pinned(site)
    return installed


@pytest.fixture(scope="module")
def environment() -> tuple[Path, tuple[Installed, ...]]:
    folder = kept("oracle", lambda folder: build(folder, LINES), LINES)
    return folder, installed_in(folder)


def graph_of(folder: Path, installed: Sequence[Installed], lines: Sequence[str]) -> RequirementGraph:
    (folder / "requirements.txt").write_text("\n".join(lines))
    return RequirementGraph.build(installed, read_declared(folder).requirements, MARKERS)


def pipdeptree(environment: Path, extras: str) -> tuple[Pairs, Pairs]:
    """Return who requires whom by pipdeptree, and the part of it that is not installed.

    `--python`: with `--path` it would evaluate markers with the interpreter that runs it.
    """
    tool = TOOLS / "pipdeptree"
    need(tool.exists(), "pipdeptree 4, the oracle")
    command = [str(tool), "--python", str(environment / "bin" / "python"), "-o", "json", "--extras", extras]
    rows = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    pairs = [(row["package"]["key"], one) for row in rows for one in row["dependencies"]]
    return (
        {(requirer, one["key"]) for requirer, one in pairs},
        {(requirer, one["key"]) for requirer, one in pairs if one["installed_version"] == "?"},
    )


def pairs_of(graph: RequirementGraph, *, extras: bool) -> Pairs:
    return {(edge.requirer, edge.required) for edge in graph.edges if extras or not edge.extra}


def test_edges_equal_pipdeptree(environment: tuple[Path, tuple[Installed, ...]], tmp_path: Path) -> None:
    folder, installed = environment
    # Excepted: it knows no declared lines, so we declare none; and for it an extra belongs to the distribution
    # and not to the requirer, so we drop which extra an edge hangs on.
    graph = graph_of(tmp_path, installed, ())
    assert len(graph.edges) > 60
    assert pairs_of(graph, extras=False) == pipdeptree(folder, "none")[0]
    assert pairs_of(graph, extras=True) == pipdeptree(folder, "explicit")[0]


def test_extras_of_declared_lines_are_what_pipdeptree_cannot_know(
    environment: tuple[Path, tuple[Installed, ...]], tmp_path: Path
) -> None:
    folder, installed = environment
    more = pairs_of(graph_of(tmp_path, installed, LINES), extras=True) - pipdeptree(folder, "explicit")[0]
    assert {"fastapi", "requests", "jsonschema"} <= {requirer for requirer, _ in more}
    assert ("requests", "pysocks") in more


def test_missing_requirements_equal_pipdeptree(tmp_path: Path) -> None:
    installed = build(tmp_path / "env", ("requests", "pandas", "uvicorn"), "--no-deps")
    graph = graph_of(tmp_path, installed, ())
    names = {one.name for one in installed}
    missing = {pair for pair in pairs_of(graph, extras=True) if pair[1] not in names}
    assert missing == pipdeptree(tmp_path / "env", "explicit")[1]
    assert {problem.required_by for problem in graph.problems if problem.kind == "missing"} == names


@pytest.mark.parametrize(
    "dropped",
    [
        ("fastapi[standard]", "uvicorn"),
        # Slow, and rarely break where the one above holds: each is a whole environment.
        *(
            pytest.param(one, marks=pytest.mark.slow_check)
            for one in (("pandas",), ("fastapi[standard]",), ("uvicorn",))
        ),
    ],
)
def test_exclusive_equals_building_without_the_line(
    environment: tuple[Path, tuple[Installed, ...]], tmp_path: Path, dropped: tuple[str, ...]
) -> None:
    _, installed = environment
    graph = graph_of(tmp_path, installed, LINES)
    pins = tmp_path / "pins.txt"
    pins.write_text("\n".join(f"{one.name}=={one.version}" for one in installed))
    left = build(tmp_path / "env", [line for line in LINES if line not in dropped], "-c", str(pins))
    really_gone = {one.name for one in installed} - {one.name for one in left}
    assert graph.exclusive_of(line.partition("[")[0] for line in dropped) == really_gone
    assert graph.orphans == set()
    assert graph.problems == ()
