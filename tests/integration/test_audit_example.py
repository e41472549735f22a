"""The audit of the example, compared with what a careful reader says of it (rag_backend.toml)."""

import ast
import itertools
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from footprint.units import MIB
from tests.support.command import EXAMPLE, EXAMPLE_ENV, audit_json, rows_of
from tests.support.installer import make_environment
from tests.support.machine import need

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

EXPECTED: list[dict[str, Any]] = tomllib.loads(Path(__file__).with_name("rag_backend.toml").read_text())["distribution"]
NAMES = [line["name"] for line in EXPECTED]
# Of the measured figures only the order of what is far apart can be told beforehand.
MEASURED = re.compile(
    r"(rss|anon|peak|spread|headroom|resting|above|own|known|total|otherwise)_bytes$|time_us$"
    r"|^(runs|discarded_runs|memory|module_count|bytes|file_bytes|decides)$"
)

Audit = Mapping[str, Any]


@pytest.fixture(scope="session")
def env() -> Path:
    need((EXAMPLE_ENV / "bin/python").exists(), "the example's environment: run `make demo` first")
    return EXAMPLE_ENV


@pytest.fixture(scope="session")
def markdown_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("example") / "footprint.md"


@pytest.fixture(scope="session")
def audit(env: Path, markdown_file: Path) -> Audit:
    return audit_json(EXAMPLE, "--env", env, "-o", f"markdown:{markdown_file}")


@pytest.fixture(scope="session")
def read_only_table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("read_only") / "table.txt"


@pytest.fixture(scope="session")
def read_only(env: Path, read_only_table: Path) -> Audit:
    return audit_json(EXAMPLE, "--env", env, "--no-probe", "-o", f"table:{read_only_table}")


def expected(name: str) -> dict[str, Any]:
    return next(line for line in EXPECTED if line["name"] == name)


def cited(row: Mapping[str, Any]) -> set[str]:
    return {f"{item['path']}:{item['line']}" for item in (*row["evidence"], *row["load_chain"]) if item["line"]}


def test_every_declared_line_is_expected_and_every_expected_line_declared(audit: Audit) -> None:
    found = {row["name"]: [f"{at['file']}:{at['line']}" for at in row["declared"]] for row in audit["distributions"]}
    assert {name: lines for name, lines in found.items() if lines} == {
        line["name"]: [line["declared"]] for line in EXPECTED
    }


@pytest.mark.parametrize("name", NAMES)
def test_a_declared_line_is_what_a_careful_reader_says(audit: Audit, name: str) -> None:
    rows, wanted = rows_of(audit), expected(name)
    row = rows[name]
    assert row["usage"] == wanted["usage"], row["reason"]
    assert row["reason"]
    assert not wanted["evidence"] or cited(row) & set(wanted["evidence"])
    assert row["requirement_chain"] == wanted.get("chain", row["requirement_chain"])
    if "frees" in wanted:
        assert set(row["exclusive"]) == set(wanted["frees"])
        freed = (rows[each]["apparent_bytes"] + rows[each]["outside_bytes"] for each in wanted["frees"])
        assert row["exclusive_bytes"] == sum(freed)


def imported_at(place: Mapping[str, Any]) -> set[str]:
    """Return the modules that the statement at a first-party place names, read from the file itself."""
    tree = ast.parse((EXAMPLE / place["path"]).read_text())
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import) and node.lineno == place["line"]:
            found |= {alias.name for alias in node.names}
        if isinstance(node, ast.ImportFrom) and node.lineno == place["line"]:
            found |= {node.module or ""} | {f"{node.module}.{alias.name}" for alias in node.names}
    return found


def test_what_is_in_memory_shows_the_chain_that_loaded_it(audit: Audit) -> None:
    loaded = [row for row in audit["distributions"] if row["usage"] == "transitive" and row["loaded_at_stage"]]
    assert {"scipy", "starlette", "python-dateutil"} <= {row["name"] for row in loaded}
    for row in loaded:
        chain = row["load_chain"]
        assert chain[0]["module"] == "backend.main"
        ours = [step for step in chain if step["path"]]
        assert ours, row["name"]
        for step in ours:
            assert step["module"] in imported_at(step), (row["name"], step)
        # The last line of ours is where third-party code begins.
        assert not ours[-1]["module"].startswith("backend")


def test_nothing_is_loaded_that_is_classed_as_not_loading(audit: Audit) -> None:
    for row in audit["distributions"]:
        if row["usage"] in ("lazy", "unreached", "unused", "tests", "typing"):
            assert row["loaded_at_stage"] is None, row["name"]
            assert row["startup_self_rss_bytes"] is None, row["name"]
        if row["usage"] == "startup":
            assert row["loaded_at_stage"] in ("import", "ready"), row["name"]


def test_suggestions_are_the_four_removals_and_the_deferral_of_the_export(audit: Audit) -> None:
    found = {(item["action"], item["distribution"]) for item in audit["suggestions"]}
    assert {name for action, name in found if action == "remove"} == {"matplotlib", "sqlalchemy", "nltk", "boto3"}
    deferred = {name for action, name in found if action == "defer"}
    # xlsxwriter costs about the 2 MiB below which nothing is suggested.
    assert deferred <= {"xlsxwriter"}


def test_an_import_that_another_needs_anyway_saves_nothing_and_is_not_suggested(audit: Audit) -> None:
    """Only the export uses pandas, but scikit-learn imports it wherever it is installed."""
    pandas = rows_of(audit)["pandas"]
    assert pandas["startup_cumulative_rss_bytes"] > 20 * MIB
    assert (pandas["avoidable_rss_bytes"], pandas["still_needed_by"]) == (0, ["scikit-learn"])
    line = next(item for item in audit["import_lines"] if item["distributions"] == ["pandas"])
    assert (line["path"], line["line"], line["rss_bytes"]) == ("backend/routes/export.py", 7, 0)


def test_import_lines_lead_from_the_entry_to_what_costs(audit: Audit) -> None:
    lines = audit["import_lines"]
    assert [line["rss_bytes"] for line in lines] == sorted((line["rss_bytes"] for line in lines), reverse=True)
    first, second = lines[:2]
    assert {(item["path"], item["module"]) for item in (first, second)} == {
        ("backend/main.py", "backend.retriever"),
        ("backend/retriever.py", "backend.vector_store"),
    }
    learn = rows_of(audit)["scikit-learn"]
    assert first["rss_bytes"] >= learn["avoidable_rss_bytes"] > 40 * MIB
    for line in lines:
        text = (EXAMPLE / line["path"]).read_text(encoding="utf-8").splitlines()[line["line"] - 1]
        assert "import" in text


def test_removals_free_at_least_their_sum(audit: Audit) -> None:
    removals = [item for item in audit["suggestions"] if item["action"] == "remove"]
    names = {name for item in removals for name in item["distributions"]}
    weights = rows_of(audit)
    parts = sum(weights[name]["apparent_bytes"] + weights[name]["outside_bytes"] for name in names)
    assert audit["removable_bytes"] >= parts == sum(item["disk_bytes"] for item in removals)


def test_disk_reconciles_with_du(audit: Audit) -> None:
    assert audit["disk"]["reconciles"] is True
    (site,) = (EXAMPLE_ENV / "lib").glob("python*/site-packages")
    need(shutil.which("du"), "du")
    told = subprocess.run(["du", "-s", "--apparent-size", "--block-size=1", site], capture_output=True, check=True)
    assert audit["disk"]["site_apparent_bytes"] == int(told.stdout.split()[0])


def test_memory_parts_add_up_and_stages_go_on(audit: Audit) -> None:
    (entry,) = audit["entries"]
    assert (entry["target"], entry["source"]) == ("backend.main:app", "Procfile:1")
    assert entry["failure"] is entry["not_measured"] is None
    stages = [entry["stages"][name] for name in ("interpreter", "import", "ready")]
    # The embedding model is imported by the first search only: it comes on top of all that the start took.
    later = entry["stages"]["first_use"]
    assert later["rss_bytes"] > stages[-1]["rss_bytes"] + 20 * MIB
    assert later["distribution_count"] > stages[-1]["distribution_count"]
    (use,) = audit["first_uses"]
    assert (use["path"], use["line"], use["outcome"]) == ("backend/embedding_manager.py", 33, "imported")
    assert use["distributions"] == ["fastembed"]
    assert {"onnxruntime", "tokenizers"} <= {item["name"] for item in use["brings"]}
    assert (
        next(row for row in audit["distributions"] if row["name"] == "fastembed")["first_use_rss_bytes"]
        == (use["rss_bytes"])
    )
    assert sum(part["rss_bytes"] for part in entry["memory"]) == stages[-1]["rss_bytes"]
    for earlier, later in itertools.pairwise(stages):
        assert 0 <= earlier["time_us"] < later["time_us"]
        assert 0 < earlier["module_count"] <= later["module_count"]
        assert earlier["distribution_count"] <= later["distribution_count"]
    assert stages[0]["rss_bytes"] < stages[1]["rss_bytes"]
    in_memory = [row for row in audit["distributions"] if row["loaded_at_stage"]]
    assert len(in_memory) == stages[-1]["distribution_count"]


def without_figures(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: without_figures(item) for key, item in value.items() if not MEASURED.search(key)}
    if isinstance(value, list):
        return [without_figures(item) for item in value]
    return value


def test_two_runs_differ_in_measured_figures_only(audit: Audit, env: Path) -> None:
    again = audit_json(EXAMPLE, "--env", env, started=True)  # with another order of sets

    def stable(one: Audit) -> Any:
        kept = without_figures(one)
        # Near the smallest saving worth suggesting, noise decides.
        kept["suggestions"] = [item for item in kept["suggestions"] if item["distribution"] != "xlsxwriter"]
        for name in ("findings", "import_lines", "deferrals"):  # listed by what was measured, or by suggestion
            kept[name] = None
        del kept["measured"]["at"]
        kept["import_trees"] = [sorted(tree["modules"]) for tree in kept["import_trees"]]  # in the order of loads
        for use in kept["first_uses"]:
            use["brings"] = sorted(item["name"] for item in use["brings"])[:0]
        return kept

    assert stable(again) == stable(audit)
    assert [row["name"] for row in again["distributions"]] == sorted(rows_of(audit))


def strings_in(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for item in value.values():
            yield from strings_in(item)
    elif isinstance(value, list):
        for item in value:
            yield from strings_in(item)
    elif isinstance(value, str):
        yield value


def test_paths_are_relative_and_posix(audit: Audit) -> None:
    shown = [item["path"] for row in audit["distributions"] for item in (*row["evidence"], *row["load_chain"])]
    shown += [at["file"] for row in audit["distributions"] for at in row["declared"]]
    shown += [*audit["declared_files"], audit["environment"]["prefix_relative"]]
    for path in filter(None, shown):
        assert not path.startswith(("/", "..")) and "\\" not in path


def test_no_path_of_this_machine_is_told(audit: Audit, markdown_file: Path) -> None:
    ours = {str(EXAMPLE), str(EXAMPLE.parents[1]), str(Path.home()), sys.prefix, sys.base_prefix}
    texts = [*strings_in(dict(audit)), markdown_file.read_text(encoding="utf-8")]
    for text in texts:
        assert not [path for path in ours if len(path) > 1 and re.search(rf"(?<![\w.]){re.escape(path)}(/|\b)", text)]


# Read only


def test_without_the_probe_nothing_is_wrongly_unused(read_only: Audit) -> None:
    found = {row["name"]: row["usage"] for row in read_only["distributions"] if row["declared"]}
    assert found == {line["name"]: line["usage"] for line in EXPECTED}


def test_without_the_probe_nothing_measured_is_zero(read_only: Audit) -> None:
    (entry,) = read_only["entries"]
    assert entry["not_measured"] == "--no-probe"
    assert (entry["stages"], entry["memory"], entry["runs"]) == (
        dict.fromkeys(("interpreter", "import", "ready", "first_use", "calls")),
        [],
        [],
    )
    for row in read_only["distributions"]:
        figures = {key: value for key, value in row.items() if MEASURED.search(key)}
        assert len(figures) == 9
        assert set(figures.values()) == {None}, row["name"]
        assert row["loaded_at_stage"] is None and row["opportunistic"] is None
    assert all(item["rss_bytes"] is None for item in read_only["suggestions"])


def test_without_the_probe_the_table_says_that_memory_was_not_measured(read_only: Audit, read_only_table: Path) -> None:
    text = read_only_table.read_text(encoding="utf-8")
    assert "memory not measured: --no-probe" in text
    assert "RSS MiB" not in text


# What leaving a line out really frees


def build(folder: Path, requirements: Path, constraints: Path) -> Path:
    """Install into a new environment, without bytecode, as uv does."""
    make_environment(folder, "-r", requirements, constraints=constraints)
    # Its first start writes bytecode of the environment's own start-up file: that is no line's weight.
    subprocess.run([folder / "bin/python", "-c", "pass"], check=True, env={})
    return folder


def bytes_gone(whole: Path, without: Path) -> int:
    """Return the apparent bytes of what only `whole` has, less what only `without` has, every inode once.

    A folder that both have is no difference: its own size tells how its file system came to fill it, not what is in it.
    Nor is a script that both have: it is longer where its environment's path is.
    """
    sizes = []
    for env, other in ((whole, without), (without, whole)):
        only = (path for path in env.rglob("*") if not os.path.lexists(other / path.relative_to(env)))
        statuses = (path.lstat() for path in only)
        sizes.append(sum({(status.st_dev, status.st_ino): status.st_size for status in statuses}.values()))
    return sizes[0] - sizes[1]


def installed_in(folder: Path) -> set[str]:
    return {path.name.partition("-")[0] for path in folder.glob("lib/python*/site-packages/*.dist-info")}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, env: Path) -> tuple[Path, Path, Audit]:
    """Return an environment of all lines, its exact versions, and its audit."""
    work = tmp_path_factory.mktemp("whole")
    pins = work / "pins.txt"
    versions = (path.name.removesuffix(".dist-info") for path in env.glob("lib/python*/site-packages/*.dist-info"))
    pins.write_text("".join(f"{name.replace('-', '==', 1)}\n" for name in versions))
    whole = build(work / "env", EXAMPLE / "requirements-dev.txt", pins)
    return whole, pins, audit_json(EXAMPLE, "--env", whole, "--no-probe")


@pytest.mark.slow
@pytest.mark.network
# Each is a whole environment: one is enough to see a change, the others are slow and rarely break.
@pytest.mark.parametrize(
    "name",
    ["scikit-learn", *(pytest.param(name, marks=pytest.mark.slow_check) for name in ("nltk", "matplotlib"))],
)
def test_an_environment_without_the_line_is_smaller_by_what_was_predicted(
    built: tuple[Path, Path, Audit], tmp_path: Path, name: str
) -> None:
    whole, pins, audit = built
    predicted = rows_of(audit)[name]
    for file in ("requirements.txt", "requirements-dev.txt"):
        lines = (EXAMPLE / file).read_text().splitlines(keepends=True)
        (tmp_path / file).write_text("".join(line for line in lines if not line.lower().startswith(f"{name}==")))
    without = build(tmp_path / "env", tmp_path / "requirements-dev.txt", pins)
    gone = installed_in(whole) - installed_in(without)
    assert installed_in(without) < installed_in(whole)
    assert {each.replace("_", "-").lower() for each in gone} == set(predicted["exclusive"])
    assert bytes_gone(whole, without) == predicted["exclusive_bytes"]
