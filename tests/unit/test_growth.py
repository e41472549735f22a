"""Work grows as what is read, whatever its shape: calls are counted over four doublings and an exponent is fitted.

A call of a function in C counts as one, however long it takes. What works on sets of names does so on integers, a
bit for each name: there a call grows with n / 64, which at 20,000 distributions is less than what calling costs.
What a regular expression does within a call is not counted: such rows have a text that would take it for ever.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from footprint.analysis.graph.name_sets import NAMES_AT_MOST, NameSums, longest_length
from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.analysis.graph.requires_dist import MarkerTarget, Unparsable
from footprint.analysis.reach import entry_walk
from footprint.audit.run import run_audit
from footprint.collect.declared import read_declared
from footprint.collect.declared.locks import read_locked
from footprint.collect.imports.walker import read_imports
from footprint.collect.metadata.metadata_headers import parse_headers
from footprint.collect.sources import read_sources
from footprint.config.options import Options
from footprint.model.entry_origins import GivenEntry
from footprint.model.source_modules import EntryPoint
from footprint.report.audit import json as json_report
from footprint.report.audit import markdown, table
from footprint.report.page import html
from tests.support.growing import (
    GRAPHS,
    LINEAR,
    PROJECTS,
    Case,
    counted_exponent,
    declared_of,
    exponent,
    installed_of,
    name,
    write,
)
from tests.support.work import count_calls, within_patience
from tests.unit.analysis.test_requirement_graph import MARKERS

pytestmark = pytest.mark.large


def weigh(case: Case) -> RequirementGraph:
    """Ask a graph for everything that an audit asks it for."""
    graph = RequirementGraph.build(installed_of(case), declared_of(case), MARKERS)
    names = sorted({line.name for line in declared_of(case)})
    held = graph.held_by((one,) for one in names[::2])
    graph = graph.held_by([*((one,) for one in names[::2]), *graph.loose_rings(held)], names[:3])
    sums = NameSums(graph.names, dict.fromkeys(graph.names.names, 1 << 20))
    for one in graph.names.names:
        share = graph.share_of(one)
        sums.of(share.closure)
        graph.names.list(share.exclusive, 20)
        graph.keepers.list(share.keepers, 20)
        graph.independent_requirers(one)
        graph.holders_of(one)
    graph.find_chains(lambda _: 0)
    return graph


@pytest.mark.parametrize("shape", GRAPHS)
def test_the_graph(shape: str) -> None:
    def work(count: int) -> Callable[[], object]:
        case = GRAPHS[shape](count)
        return lambda: weigh(case)

    assert counted_exponent(work, 40, fixed=True) <= LINEAR


@pytest.mark.parametrize("shape", ["wide", "deep", "ring", "layers", "plain and with an extra", "ring of orphans"])
def test_five_thousand_distributions(shape: str) -> None:
    """They take ten times the calls of five hundred, and a chain of them breaks no recursion."""
    fewer, more = GRAPHS[shape](500), GRAPHS[shape](5000)
    assert count_calls(lambda: weigh(more)) <= 10 * 1.15 * count_calls(lambda: weigh(fewer))


def audit_of(case: Case, folder: Path) -> Callable[[], object]:
    project, site = write(case, folder)
    options = Options.of(project=project, site_packages=(site,), probe=False, entries=("main",))

    def run() -> object:
        audit = run_audit(options)
        return json_report.render(audit), table.render(audit), markdown.render(audit), html.render(audit)

    return run


# Slow, and they rarely break: each stands for one question, which is put once a name.
SELDOM = frozenset({"strings", "stubs", "ignored lines", "not installed"})


@pytest.mark.parametrize(
    "shape", [pytest.param(shape, marks=pytest.mark.slow_check if shape in SELDOM else ()) for shape in PROJECTS]
)
def test_the_whole_audit_with_its_reports(shape: str, tmp_path: Path) -> None:
    def work(count: int) -> Callable[[], object]:
        return audit_of(PROJECTS[shape](count), tmp_path / f"{count}-{len(list(tmp_path.iterdir()))}")

    assert counted_exponent(work, 12, fixed=True) <= LINEAR


@pytest.mark.parametrize("shape", ["deep", "ring, all declared", "layers, all declared", "one for all"])
def test_the_json_does_not_grow_by_the_square(shape: str) -> None:
    def names_shown(count: int) -> int:
        graph = RequirementGraph.build(installed_of(case := GRAPHS[shape](count)), declared_of(case), MARKERS)
        shares = [graph.share_of(one) for one in graph.names.names]
        shown = 0
        for bits in ([each.closure for each in shares], [each.exclusive for each in shares]):
            most = longest_length(each.bit_count() for each in bits)
            shown += sum(min(each.bit_count(), most or count) for each in bits)
        return shown

    figures = [names_shown(count) for count in (250, 500, 1000, 2000)]
    assert max(figures) <= 2 * (NAMES_AT_MOST + 2000)
    assert exponent(figures[1:]) <= LINEAR


def test_lists_are_cut_at_the_length_that_keeps_most() -> None:
    assert longest_length([3, 4, 5], 12) is None
    assert longest_length([1, 100, 100], 21) == 10
    assert longest_length([100] * 10, 5) == 1
    assert longest_length([], 5) is None


def test_what_is_cut_says_how_long_it_is(tmp_path: Path) -> None:
    count = 500
    project, site = write(replace(GRAPHS["deep"](count), files={"main.py": ""}), tmp_path)
    options = Options.of(project=project, site_packages=(site,), probe=False, entries=("main",))
    rows = {row["name"]: row for row in json.loads(json_report.render(run_audit(options)))["distributions"]}
    assert len(rows) == count
    first, last = rows[name(0)], rows[name(count - 1)]
    assert first["shortened"] == [{"field": "closure", "count": 500}, {"field": "exclusive", "count": 500}]
    assert first["closure"] == sorted(rows)[: len(first["closure"])]
    assert last["shortened"] == [{"field": "requirement_chain", "count": 500}]
    assert last["requirement_chain"] == [*sorted(rows)[:25], *sorted(rows)[-25:]]
    assert "dist-000024 -> (450 more) -> dist-000475" in last["reason"]
    assert "shortened" not in rows[name(count - 10)] or rows[name(count - 10)]["closure"] == sorted(rows)[-10:]


def _requirements(count: int) -> str:
    return "".join(f"{name(number)}==1.0\n" for number in range(count))


def _lock(count: int) -> str:
    tables = (
        f'[[package]]\nname = "{name(i)}"\nversion = "1.0"\ndependencies = ["{name(i + 1)}"]\n' for i in range(count)
    )
    return "".join(tables)


FILES: dict[str, tuple[str, Callable[[int], str], int]] = {
    "requirements.txt": ("requirements.txt", _requirements, 250),
    "setup.cfg": (
        "setup.cfg",
        lambda n: f"[options]\ninstall_requires =\n  {_requirements(n)}".replace("\n", "\n  "),
        250,
    ),
    "pyproject.toml": (
        "pyproject.toml",
        lambda n: f"[project]\nname = 'x'\nversion = '1'\ndependencies = {_requirements(n).split()}\n",
        125,
    ),
    "Pipfile": ("Pipfile", lambda n: "[packages]\n" + "".join(f'{name(i)} = "*"\n' for i in range(n)), 125),
    "environment.yml": (
        "environment.yml",
        lambda n: "dependencies:\n" + "".join(f"  - {name(i)}=1.0\n" for i in range(n)),
        125,
    ),
    "hashes": ("requirements.txt", lambda n: "top==1 " + "--hash=sha256:00 \\\n" * n + "\n", 1000),
    "included again": ("requirements.txt", lambda n: "-r requirements.txt\n" * n, 60),
    "poetry.lock": ("poetry.lock", _lock, 60),
    "uv.lock": ("uv.lock", lambda n: "version = 1\n" + _lock(n).replace('["', '[{ name = "').replace('"]', '" }]'), 60),
}


@pytest.mark.parametrize("kind", FILES)
def test_lines_of_requirement_files(kind: str, tmp_path: Path) -> None:
    path, text, first = FILES[kind]

    def work(count: int) -> Callable[[], object]:
        folder = tmp_path / f"{count}-{len(list(tmp_path.iterdir()))}"
        folder.mkdir()
        (folder / path).write_text(text(count))
        return lambda: (read_declared(folder), read_locked(folder))

    assert counted_exponent(work, first, fixed=True) <= LINEAR


def test_fifty_thousand_lines(tmp_path: Path) -> None:
    def lines(count: int) -> Callable[[], object]:
        folder = tmp_path / str(count)
        folder.mkdir()
        (folder / "requirements.txt").write_text(_requirements(count))
        return lambda: len(read_declared(folder).requirements)

    fewer, more = lines(5000), lines(50_000)
    assert (fewer(), more()) == (5000, 50_000)
    assert count_calls(more) <= 10 * 1.15 * count_calls(fewer)


MANY = 100_000
TEXTS = {
    "blanks at the end": "x" + " " * MANY,
    "blanks before what is wrong": "x" + " " * MANY + "y",
    "blanks after a bracket": "x [a" + " " * MANY,
    "blanks after an extra": "x [a]" + " " * MANY + "!",
    "blanks around commas": "x >=1" + " , >=1" * (MANY // 6) + "!",
    "blanks before a mark": "x" + " " * MANY + "@",
    "blanks of another alphabet": "x" + "\u2003" * MANY + "y",
    "blanks in a marker": "x ; extra ==" + " " * MANY,
    "a name without end": "a" + "-" * MANY,
    "a name that ends wrongly": "a" * MANY + "!",
    "comparisons": "x" + "<" * MANY,
    "open brackets": "x ; " + "(" * MANY,
    "brackets in brackets": "x ; " + "(" * MANY + "os_name == 'a'" + ")" * MANY,
    "quotes": "x ; '" + '"' * MANY,
}


@pytest.mark.parametrize("text", TEXTS)
def test_a_hundred_thousand_blanks(text: str) -> None:
    with within_patience():
        lines = parse_headers(f"Name: a\nRequires-Dist: {TEXTS[text]}\n".encode()).requires
        for extra in ("", "a"):
            try:
                assert MarkerTarget(MARKERS).asked(lines[0], extra) is not None
            except Unparsable:
                assert text != "blanks at the end"


def test_the_fit_finds_a_square_and_lets_a_logarithm_pass() -> None:
    def touch(number: int) -> int:
        return number

    def square(count: int) -> Callable[[], object]:
        return lambda: [touch(other) for one in range(count) for other in range(one)]

    def sorting(count: int) -> Callable[[], object]:
        return lambda: [touch(one) for one in range(count) for _ in range(count.bit_length())]

    def searching(count: int) -> Callable[[], object]:
        items = [str(one) for one in range(count)]
        return lambda: [items.count(one) for one in items]

    assert counted_exponent(square, 10) > 1.8
    assert counted_exponent(sorting, 100) <= LINEAR
    assert counted_exponent(searching, 10) <= LINEAR, "what C does in a call is not seen: hence the texts above"


@pytest.mark.parametrize("line", ["import a{0}\n", "from b import a{0}\n"])
def test_calls_of_what_is_imported(line: str, tmp_path: Path) -> None:
    """Each call looks at the imports of its name, not at all of them."""

    def work(count: int) -> Callable[[], object]:
        imports = "".join(line.format(number) for number in range(count))
        (tmp_path / "main.py").write_text(imports + "".join(f"a{number}.f()\n" for number in range(count)))
        found = read_sources(tmp_path, read=read_imports)
        entry = EntryPoint("app", "main:app", "main", "app", None, ".", False, GivenEntry(), None, None)
        return lambda: entry_walk.walk(found, (entry,))

    assert counted_exponent(work, 40, fixed=True) <= LINEAR
