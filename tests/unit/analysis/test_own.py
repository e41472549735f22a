"""What is left out of an audit: footprint inside the audited environment, and the project itself."""

from __future__ import annotations

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.graph.settled_lines import find_own
from footprint.model.installed_environment import Installed
from tests.support.builders import installed, requirement


def find(environment: list[Installed], *declared: str) -> tuple[set[str], list[str]]:
    lines = [requirement(name) for name in declared]
    graph = RequirementGraph.build(environment, lines, {})
    own, notes = find_own(environment, frozenset(declared), graph, "/p/my app")
    return set(own), [note.code for note in notes]


FOOTPRINT = installed("footprint-audit", "typer", "rich", "packaging")
OURS = [
    FOOTPRINT,
    installed("typer", "rich"),
    installed("rich", "pygments"),
    installed("pygments"),
    installed("packaging"),
]


def test_everything_that_only_footprint_holds_is_left_out() -> None:
    own, codes = find([*OURS, installed("app-lib")], "app-lib")
    assert own == {"footprint-audit", "typer", "rich", "pygments", "packaging"}
    assert codes == ["footprint-installed"]


def test_what_the_app_requires_too_stays() -> None:
    assert find([*OURS, installed("black", "packaging")], "black")[0] == {
        "footprint-audit",
        "typer",
        "rich",
        "pygments",
    }


def test_what_is_declared_stays() -> None:
    assert "rich" not in find(OURS, "rich")[0]


def test_what_another_undeclared_distribution_requires_stays() -> None:
    assert find([*OURS, installed("ipython", "pygments")])[0] == {"footprint-audit", "typer", "rich", "packaging"}


def test_declared_footprint_is_a_dependency_like_any_other() -> None:
    assert find(OURS, "footprint-audit") == (set(), [])


def test_without_footprint_nothing_is_left_out() -> None:
    assert find([installed("lib")]) == (set(), [])


def test_the_project_itself_is_left_out_and_keeps_its_requirements() -> None:
    own, codes = find(
        [installed("my-app", "lib", origin="editable", source_url="file:///p/my%20app"), installed("lib")], "lib"
    )
    assert (own, codes) == ({"my-app"}, ["project-installed"])


def test_another_editable_install_stays() -> None:
    assert find([installed("other", origin="editable", source_url="file:///p/other")]) == (set(), [])
