"""Lock files in the place of an environment: their lines as Requires-Dist, which pins count, which Python is meant."""

from pathlib import Path
from typing import Any

import pytest

from footprint.analysis.graph.settled_lines import choose_locked, declare_roots
from footprint.collect import layout
from footprint.collect.declared.locks import for_extras, poetry_lines, read_locked, read_markers, uv_lines
from footprint.collect.python_version import read_pinned_python, read_required_python
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement, LockedDistribution
from tests.support.builders import requirement
from tests.support.projects import package, write

MARKERS = {"python_version": "3.11", "python_full_version": "3.11.7", "sys_platform": "linux", "os_name": "posix"}


def locked(name: str, version: str = "1", *requires: str, **changes: Any) -> LockedDistribution:
    values: dict[str, Any] = dict(dependencies=(), groups=("main",), path="uv.lock", line=1, requires=requires)
    return LockedDistribution(name, version, **(values | changes))


def declares(*lines: DeclaredRequirement, own: tuple[str, ...] = ()) -> DeclaredFiles:
    return DeclaredFiles(lines, (), (), (), own)


UV_LINES: dict[str, tuple[dict[str, Any], list[str]]] = {
    "noop: nothing": ({}, []),
    "noop: other shapes": ({"dependencies": [1, {"version": "1"}, "a"], "optional-dependencies": ["a"]}, []),
    "a name": ({"dependencies": [{"name": "a"}]}, ["a"]),
    "a marker": ({"dependencies": [{"name": "a", "marker": "os_name == 'nt'"}]}, ["a ; os_name == 'nt'"]),
    "an extra asked for": ({"dependencies": [{"name": "a", "extra": ["x", "y"]}]}, ["a[x,y]"]),
    "an extra offered": (
        {"optional-dependencies": {"Fast_IO": [{"name": "b", "marker": "os_name == 'nt' or os_name == 'x'"}]}},
        ["b ; (os_name == 'nt' or os_name == 'x') and extra == \"fast-io\""],
    ),
}


@pytest.mark.parametrize(("package", "lines"), UV_LINES.values(), ids=UV_LINES)
def test_lines_of_uv(package: dict[str, Any], lines: list[str]) -> None:
    assert uv_lines(package) == lines


POETRY_LINES: dict[str, tuple[Any, list[str]]] = {
    "a version": (">=1", ["a"]),
    "a marker": ({"version": "*", "markers": "os_name == 'nt'"}, ["a ; os_name == 'nt'"]),
    "an extra asked for": ({"version": "*", "extras": ["x"]}, ["a[x]"]),
    "of an extra": ({"version": "*", "optional": True, "markers": 'extra == "x"'}, ['a ; extra == "x"']),
    "several": ([{"markers": "os_name == 'nt'"}, {}], ["a ; os_name == 'nt'", "a"]),
    "noop: optional for nobody": ({"version": "*", "optional": True}, []),
    "noop: another shape": (1, []),
}  # fmt: skip


@pytest.mark.parametrize(("value", "lines"), POETRY_LINES.values(), ids=POETRY_LINES)
def test_lines_of_poetry(value: Any, lines: list[str]) -> None:
    assert list(poetry_lines("a", value)) == lines


def test_lines_under_extras() -> None:
    assert for_extras(["a>=1", "b; os_name == 'nt'", ""], []) == ["a>=1", "b; os_name == 'nt'"]
    assert for_extras(["a>=1; os_name == 'nt'", " "], ["X"]) == ["a>=1 ; (os_name == 'nt') and extra == \"x\""]


@pytest.mark.parametrize(
    ("package", "markers"),
    [
        ({}, ()),
        ({"resolution-markers": ["a", "b", 1]}, ("a", "b")),
        ({"marker": "a"}, ("a",)),
        ({"markers": {"main": "a", "dev": "b"}}, ("a", "b")),
        ({"markers": 3}, ()),
    ],
)
def test_where_a_distribution_is_locked(package: dict[str, Any], markers: tuple[str, ...]) -> None:
    assert read_markers(package) == markers


A = declares(requirement("a"))
UNDER_X = [locked("a", "1", 'b ; extra == "x"'), locked("b")]
CHOSEN: dict[str, tuple[list[LockedDistribution], DeclaredFiles, str]] = {
    "what is declared, with what it requires": ([locked("a", "1", "b"), locked("b"), locked("other")], A, "a 1, b 1"),
    "noop: required elsewhere only": ([locked("a", "1", "b ; sys_platform == 'win32'"), locked("b")], A, "a 1"),
    "of an extra, when it is asked for": (UNDER_X, declares(requirement("a", extras=("x",))), "a 1, b 1"),
    "noop: of an extra that nobody asks for": (UNDER_X, A, "a 1"),
    "the version that fits": (
        [
            locked("a", "9", markers=("python_full_version >= '3.12'",)),
            locked("a", "8", markers=("python_full_version < '3.12'", "os_name == 'nt'")),
        ],
        A,
        "a 8",
    ),
    "of several that fit the highest": ([locked("a", "9"), locked("a", "10"), locked("a", "no version")], A, "a 10"),
    "a condition that cannot be decided": ([locked("a", markers=("'web' in extras", "((("))], A, "a 1"),
    "noop: the project itself": ([locked("a", is_local=True)], declares(requirement("a"), own=("a",)), ""),
    "names alone, where that is all the lock has": ([locked("a", dependencies=("b",)), locked("b")], A, "a 1, b 1"),
}


@pytest.mark.parametrize("case", CHOSEN)
def test_which_pins_count(case: str) -> None:
    pins, declared, expected = CHOSEN[case]
    assert ", ".join(f"{item.name} {item.version}" for item in choose_locked(pins, declared, MARKERS)) == expected


def test_the_roots_of_a_lock_file_alone() -> None:
    pins = [locked("a", "1", dependencies=("b",)), locked("b"), locked("mine", is_local=True)]
    roots = declare_roots([*pins, locked("t", groups=("test",))])
    found = [f"{line.name}{line.specifier} ({line.group}) {line.path}" for line in roots]
    assert found == ["a==1 (main) uv.lock", "t==1 (test) uv.lock"]


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("3.12\n", "3.12"), ("# ours\n3.11.4\n3.10\n", "3.11.4"), ("cpython-3.9.1", "3.9.1"), ("python3.10", "3.10"),
        ("pypy3.10-7.3", None), ("system\n", None), ("", None), ("3." + "9" * 5000, None), ("\0\xff" * 9, None),
    ],
)  # fmt: skip
def test_the_pinned_python(tmp_path: Path, text: str, version: str | None) -> None:
    (tmp_path / ".python-version").write_text(text)
    assert read_pinned_python(tmp_path) == version


@pytest.mark.parametrize(
    ("name", "text", "allowed"),
    [
        ("pyproject.toml", '[project]\nrequires-python = ">=3.9,<3.13"', "<3.13,>=3.9"),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = "^3.10"', "<4,>=3.10"),
        ("pyproject.toml", '[tool.poetry.dependencies]\npython = {version = ">=3"}', None),
        ("pyproject.toml", '[project]\nrequires-python = "whatever"', None),
        ("pyproject.toml", "not toml", None),
        ("pyproject.toml", f'[project]\nrequires-python = ">=3.{"9" * 5000}"', None),
        ("pyproject.toml", "project = 3", None),
        ("uv.lock", 'version = 1\nrequires-python = ">=3.11"\n', ">=3.11"),
        ("poetry.lock", '[metadata]\npython-versions = ">=3.8,<4.0"\n', "<4.0,>=3.8"),
        ("poetry.lock", package("a", 'python-versions = ">=3.7"', '\n[metadata]\npython-versions = ">=3.9"'), ">=3.9"),
        ("pdm.lock", "[metadata]\n\n" + package("a", 'requires_python = ">=3.7"'), None),
        ("pdm.lock", '[[metadata.targets]]\nrequires_python = ">=3.9"\n\n' + package("a"), ">=3.9"),
        ("Pipfile.lock", '{"_meta": {"requires": {"python_version": "3.9"}}}', "==3.9.*"),
    ],
)
def test_the_allowed_pythons(tmp_path: Path, name: str, text: str, allowed: str | None) -> None:
    (tmp_path / name).write_text(text)
    found = read_required_python(tmp_path)
    assert (found and (str(found[0]), found[1])) == (allowed and (allowed, name))


def test_links_are_not_followed_for_a_version(tmp_path: Path) -> None:
    (tmp_path / "outside").write_text("3.9\n")
    (tmp_path / "p").mkdir()
    (tmp_path / "p/.python-version").symlink_to(tmp_path / "outside")
    assert read_pinned_python(tmp_path / "p") is None


def test_an_assumed_interpreter_starts_nothing_and_has_no_folders() -> None:
    python = layout.assume("3.8", None)
    assert (python.executable, python.site_dirs, python.sys_path, python.version) == (None, (), (), (3, 8, 0))
    assert (python.markers["python_version"], python.markers["python_full_version"]) == ("3.8", "3.8.0")
    assert "json" in python.stdlib_names


def test_numbers_of_thousands_of_digits_end_nothing(tmp_path: Path) -> None:
    huge = "9" * 5000
    old = f"\"python_version < '{huge}'\""
    asked = ('source = { registry = "x" }', f'dependencies = [{{ name = "b", marker = {old} }}]')
    files = {
        "uv.lock": package(f"a {huge}", f"resolution-markers = [{old}]", *asked),
        "pdm.lock": package("c 1", f'dependencies = ["d<{huge}", "e"]') + package("e 1"),
        "poetry.lock": package("f 1", f"[package.dependencies]\ng = {{ markers = {old} }}"),
    }
    write(tmp_path, files)
    pins = read_locked(tmp_path).distributions
    assert sorted(pin.name for pin in pins) == ["a", "c", "e", "f"]
    found = choose_locked(pins, declares(*map(requirement, "acf")), MARKERS)
    assert [(item.name, item.version) for item in found] == [("a", ""), ("c", "1"), ("e", "1"), ("f", "1")]


def test_markers_of_a_real_shape_survive_the_way_from_the_lock(tmp_path: Path) -> None:
    text = package("a 1", 'dependencies = ["b"]') + package("b 1") + package("c 1")
    text += package("a 1", 'extras = ["x"]', 'dependencies = ["a==1", "c; os_name == \'posix\'"]')
    (tmp_path / "pdm.lock").write_text(text)
    pins = read_locked(tmp_path).distributions
    plain = choose_locked(pins, declares(requirement("a")), MARKERS)
    extra = choose_locked(pins, declares(requirement("a", extras=("x",))), MARKERS)
    assert ([item.name for item in plain], [item.name for item in extra]) == (["a", "b"], ["a", "b", "c"])
