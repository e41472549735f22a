"""Every kind of project file: what it declares, with exact lines, and what it does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from footprint.collect.declared import read_declared
from footprint.collect.declared.groups import class_of
from footprint.collect.declared.poetry_constraint import to_specifier
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement

Row = tuple[str, str, int, str]  # name with extras and specifier, marker, line, group


def write(project: Path, files: dict[str, str]) -> Path:
    for name, text in files.items():
        (project / name).parent.mkdir(parents=True, exist_ok=True)
        (project / name).write_text(text)
    return project


def shown(line: DeclaredRequirement) -> str:
    extras = f"[{','.join(line.extras)}]" if line.extras else ""
    return f"{line.name}{extras}{line.specifier}" + (f" @ {line.url}" if line.url else "")


def rows(declared: DeclaredFiles) -> list[Row]:
    return [(shown(line), line.marker or "", line.line, line.group) for line in declared.requirements]


def notes(declared: DeclaredFiles) -> list[tuple[str, int | None]]:
    return [(note.code, note.line) for note in declared.notes]


# kind: (file, text, rows)
KINDS: dict[str, tuple[str, str, list[Row]]] = {
    # --- PEP 735
    "group": ("pyproject.toml", '[dependency-groups]\ntest = [\n"pytest>=8",\n]', [("pytest>=8", "", 3, "test")]),
    "group by a word of its name": (
        "pyproject.toml",
        '[dependency-groups]\nunit-tests = ["a"]\nLint = ["b"]\n"docs.extra" = ["c"]\nserver = ["d"]',
        [("a", "", 2, "test"), ("b", "", 3, "dev"), ("c", "", 4, "docs"), ("d", "", 5, "optional:server")],
    ),
    "group that includes another": (
        "pyproject.toml",
        '[dependency-groups]\ndev = [{include-group = "Test_X"}, "a"]\ntest-x = ["b"]',
        [("a", "", 2, "dev"), ("b", "", 3, "test")],
    ),
    # --- setuptools dynamic
    "dynamic inline": (
        "pyproject.toml",
        '[tool.setuptools.dynamic]\ndependencies = ["a"]\noptional-dependencies.db = ["b"]',
        [("a", "", 2, "main"), ("b", "", 3, "optional:db")],
    ),
    # --- Poetry
    "poetry versions": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npython = "^3.10"\na = "^1.2"\nb = "~1.2.3"\nc = "1.0"\nd = "*"\ne = ">=1 <2"\nf = "^1 || ^3"',
        [
            ("a<2.0,>=1.2", "", 3, "main"),
            ("b<1.3.0,>=1.2.3", "", 4, "main"),
            ("c==1.0", "", 5, "main"),
            ("d", "", 6, "main"),
            ("e<2,>=1", "", 7, "main"),
            ("f", "", 8, "main"),
        ],
    ),
    "poetry tables": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\na = {version = "^1", extras = ["X_y"], markers = "os_name == \'nt\'"}\n'
        'b = {git = "https://h/b.git", tag = "v1"}\nc = {url = "https://h/c.zip"}\n[tool.poetry.dependencies.d]\nversion = "1"\n',
        [
            ("a[x-y]<2,>=1", 'os_name == "nt"', 2, "main"),
            ("b @ git+https://h/b.git@v1", "", 3, "main"),
            ("c @ https://h/c.zip", "", 4, "main"),
            ("d==1", "", 5, "main"),
        ],
    ),
    "poetry conditions": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\na = [\n  {version = "1", python = "<3.10"},\n  {version = "2", python = "^3.10", platform = "linux"},\n]',
        [
            ("a==1", 'python_version < "3.10"', 2, "main"),
            ("a==2", 'sys_platform == "linux" and python_version >= "3.10" and python_version < "4.0"', 2, "main"),
        ],
    ),
    "poetry extras": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\na = {version = "1", optional = true}\nb = {version = "1", optional = true}\n'
        '[tool.poetry.extras]\nPg = ["a"]\nall = ["a"]\n',
        [("a==1", "", 2, "optional:pg"), ("b==1", "", 3, "optional")],
    ),
    "poetry groups": (
        "pyproject.toml",
        '[tool.poetry.group.dev.dependencies]\na = "*"\n[tool.poetry.group.ml]\noptional = true\n'
        '[tool.poetry.group.ml.dependencies]\nb = "*"\n[tool.poetry.dev-dependencies]\nc = "*"\n',
        [("c", "", 8, "dev"), ("a", "", 2, "dev"), ("b", "", 6, "optional:ml")],
    ),
    "poetry 2 beside a project table": (
        "pyproject.toml",
        '[project]\nname = "p"\ndependencies = ["a>=1"]\n[tool.poetry.dependencies]\na = {source = "private"}\n',
        [("a>=1", "", 3, "main")],
    ),
    "poetry 2 with dynamic dependencies": (
        "pyproject.toml",
        '[project]\nname = "p"\ndynamic = ["dependencies"]\n[tool.poetry.dependencies]\na = "1"\n',
        [("a==1", "", 5, "main")],
    ),
    # --- PDM
    "pdm": (
        "pyproject.toml",
        '[tool.pdm.dev-dependencies]\ntest = [\n  "a>=1",\n]\nx = ["b"]\n',
        [("a>=1", "", 3, "test"), ("b", "", 5, "dev")],
    ),
    # --- uv
    "uv": (
        "pyproject.toml",
        '[tool.uv]\ndev-dependencies = ["a"]\n[tool.uv.sources]\na = {index = "x"}\n',
        [("a", "", 2, "dev")],
    ),
    # --- Hatch
    "hatch": (
        "pyproject.toml",
        '[tool.hatch.envs.default]\ndependencies = [\n  "a",\n]\n[tool.hatch.envs.docs]\nextra-dependencies = ["b"]\n'
        '[tool.hatch.envs.hatch-test]\nextra-dependencies = ["c"]\n',
        [("a", "", 3, "dev"), ("b", "", 6, "docs"), ("c", "", 8, "test")],
    ),
    "hatch.toml": ("hatch.toml", '[envs.lint]\ndependencies = ["a"]', [("a", "", 2, "dev")]),
    # --- setup.cfg
    "setup.cfg": (
        "setup.cfg",
        "[metadata]\nname = p\n[options]\ninstall_requires =\n  a>=1\n  # why\n  b ; python_version < '3.9'  # old\n\n  p[db]\n"
        "tests_require = c\n[options.extras_require]\ndb =\n  d\nx = e; f\n",
        [
            ("a>=1", "", 5, "main"),
            ("b", 'python_version < "3.9"', 7, "main"),
            ("c", "", 10, "test"),
            ("d", "", 13, "optional:db"),
            ("e", "", 14, "optional:x"),
            ("f", "", 14, "optional:x"),
        ],
    ),
    "setup.cfg with dashes and colons": (
        "setup.cfg",
        "[options]\ninstall-requires: a\n[other]\ninstall_requires = b",
        [("a", "", 2, "main")],
    ),
    # --- Pipfile
    "pipfile": (
        "Pipfile",
        '[[source]]\nurl = "https://h"\n[packages]\na = "*"\nb = "==1.0"\nc = {version = ">=1", extras = ["x"], sys_platform = "== \'win32\'"}\n'
        'd = {git = "https://h/d.git", ref = "v1"}\n[dev-packages]\ne = "~=1.0"\n[docs]\nf = "*"\n[requires]\npython_version = "3.11"',
        [
            ("a", "", 4, "main"),
            ("b==1.0", "", 5, "main"),
            ("c[x]>=1", 'sys_platform == "win32"', 6, "main"),
            ("d @ git+https://h/d.git@v1", "", 7, "main"),
            ("e~=1.0", "", 9, "dev"),
            ("f", "", 11, "docs"),
        ],
    ),
    # --- conda
    "conda": (
        "environment.yml",
        "name: x\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - pip\n  - numpy=1.26\n  - conda-forge::pandas>=2\n"
        "  - pytorch ==2.1\n  - scipy 1.11.*\n  - a=1.2=py_0\n  - b[version='>=3,<4']\n  - c=1|2\n  - cudatoolkit=11\n",
        [
            ("numpy==1.26.*", "", 7, "main"),
            ("pandas>=2", "", 8, "main"),
            ("torch==2.1", "", 9, "main"),
            ("scipy==1.11.*", "", 10, "main"),
            ("a==1.2", "", 11, "main"),
            ("b<4,>=3", "", 12, "main"),
            ("c", "", 13, "main"),
        ],
    ),
    "conda with pip": (
        "environment.yaml",
        "dependencies:\n- a\n- pip:\n  - b>=1  # why\n  - 'c[x]'\n",
        [("a", "", 2, "main"), ("b>=1", "", 4, "main"), ("c[x]", "", 5, "main")],
    ),
    "conda for developers": ("environment-dev.yml", "dependencies: [a, b]", [("a", "", 1, "dev"), ("b", "", 1, "dev")]),
    # --- pixi
    "pixi": (
        "pixi.toml",
        '[workspace]\nname = "x"\n[dependencies]\npython = "3.11.*"\nnumpy = ">=1.2,<2"\npytorch = {version = "2.*", channel = "c"}\n'
        '[pypi-dependencies]\na = {version = "==1.0", extras = ["x"]}\nb = "*"\n[feature.test.dependencies]\npytest = "*"\n'
        '[target.win-64.pypi-dependencies]\nc = "*"\n',
        [
            ("numpy<2,>=1.2", "", 5, "main"),
            ("torch==2.*", "", 6, "main"),
            ("a[x]==1.0", "", 8, "main"),
            ("b", "", 9, "main"),
            ("c", 'sys_platform == "win32"', 13, "main"),
            ("pytest", "", 11, "test"),
        ],
    ),
    "pixi in pyproject.toml": (
        "pyproject.toml",
        '[tool.pixi.pypi-dependencies]\np = {path = ".", editable = true}\n[tool.pixi.feature.gpu.dependencies]\na = "1.*"\n',
        [("a==1.*", "", 4, "optional:gpu")],
    ),
    # --- PEP 723
    "script": (
        "tools/report.py",
        '#!/usr/bin/env python\n# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "a<3",\n#   "b",\n# ]\n# ///\nimport a\n',
        [("a<3", "", 5, "script:tools/report.py"), ("b", "", 6, "script:tools/report.py")],
    ),
}


@pytest.mark.parametrize(("file", "text", "expected"), KINDS.values(), ids=KINDS)
def test_what_each_kind_declares(tmp_path: Path, file: str, text: str, expected: list[Row]) -> None:
    declared = read_declared(write(tmp_path, {file: text}))
    assert rows(declared) == expected
    assert {line.path for line in declared.requirements} == {file}
    assert declared.notes == ()
    assert declared.files == (file,)


@pytest.mark.parametrize(("file", "text", "expected"), KINDS.values(), ids=KINDS)
def test_a_file_that_is_named_says_the_same(tmp_path: Path, file: str, text: str, expected: list[Row]) -> None:
    declared = read_declared(write(tmp_path, {file: text}), [Path(file)])
    assert rows(declared) == expected
