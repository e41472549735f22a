"""Every kind of project file: what it declares, with exact lines, and what it does not."""

from pathlib import Path

import pytest

from footprint.collect.declared import read_declared
from footprint.collect.declared.poetry import to_specifier
from footprint.knowledge.groups import class_of
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement
from tests.support.projects import write


def shown(line: DeclaredRequirement) -> str:
    extras = f"[{','.join(line.extras)}]" if line.extras else ""
    return f"{line.name}{extras}{line.specifier}" + (f" @ {line.url}" if line.url else "")


def rows(declared: DeclaredFiles) -> list[str]:
    """`3 name[extra]>=1; marker (group)`: with the line, and the group where it is not main."""
    return [
        f"{line.line} {shown(line)}"
        + (f"; {line.marker}" if line.marker else "")
        + (f" ({line.group})" if line.group != "main" else "")
        for line in declared.requirements
    ]


def notes(declared: DeclaredFiles) -> list[tuple[str, int | None]]:
    return [(note.code, note.line) for note in declared.notes]


DYNAMIC = "[project]\nname = 'p'\ndynamic = ['dependencies', 'optional-dependencies']\n"
# kind: (file, text, rows)
KINDS: dict[str, tuple[str, str, str]] = {
    # --- PEP 735
    "group": ("pyproject.toml", '[dependency-groups]\ntest = [\n"pytest>=8",\n]', "3 pytest>=8 (test)"),
    "group by a word of its name": (
        "pyproject.toml",
        '[dependency-groups]\nunit-tests = ["a"]\nLint = ["b"]\n"docs.extra" = ["c"]\nserver = ["d"]',
        "2 a (test), 3 b (dev), 4 c (docs), 5 d (dev)",
    ),
    "group that includes another": (
        "pyproject.toml",
        '[dependency-groups]\ndev = [{include-group = "Test_X"}, "a"]\ntest-x = ["b"]',
        "2 a (dev), 3 b (test)",
    ),
    # --- setuptools dynamic
    "dynamic inline": (
        "pyproject.toml",
        '[tool.setuptools.dynamic]\ndependencies = ["a"]\noptional-dependencies.db = ["b"]\n'
        '[project]\nname = "p"\ndynamic = ["dependencies", "optional-dependencies"]',
        "2 a, 3 b (optional:db)",
    ),
    # --- Poetry
    "poetry versions": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\npython = "^3.10"\na = "^1.2"\nb = "~1.2.3"\nc = "1.0"\nd = "*"\n'
        'e = ">=1 <2"\nf = "^1 || ^3"',
        "3 a<2.0,>=1.2, 4 b<1.3.0,>=1.2.3, 5 c==1.0, 6 d, 7 e<2,>=1, 8 f",
    ),
    "poetry tables": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\na = {version = "^1", extras = ["X_y"], markers = "os_name == \'nt\'"}\n'
        'b = {git = "https://h/b.git", tag = "v1"}\nc = {url = "https://h/c.zip"}\n'
        '[tool.poetry.dependencies.d]\nversion = "1"\n',
        '2 a[x-y]<2,>=1; os_name == "nt", 3 b @ git+https://h/b.git@v1, 4 c @ https://h/c.zip, 5 d==1',
    ),
    "poetry conditions": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\na = [\n  {version = "1", python = "<3.10"},\n'
        '  {version = "2", python = "^3.10", platform = "linux"},\n]',
        '2 a==1; python_version < "3.10", '
        '2 a==2; sys_platform == "linux" and python_version >= "3.10" and python_version < "4.0"',
    ),
    "poetry extras": (
        "pyproject.toml",
        '[tool.poetry.dependencies]\na = {version = "1", optional = true}\nb = {version = "1", optional = true}\n'
        '[tool.poetry.extras]\nPg = ["a"]\nall = ["a"]\n',
        "2 a==1 (optional:pg), 3 b==1 (optional)",
    ),
    "poetry groups": (
        "pyproject.toml",
        '[tool.poetry.group.dev.dependencies]\na = "*"\n[tool.poetry.group.ml]\noptional = true\n'
        '[tool.poetry.group.ml.dependencies]\nb = "*"\n[tool.poetry.dev-dependencies]\nc = "*"\n',
        "8 c (dev), 2 a (dev), 6 b (dev)",
    ),
    "poetry 2 beside a project table": (
        "pyproject.toml",
        '[project]\nname = "p"\ndependencies = ["a>=1"]\n[tool.poetry.dependencies]\na = {source = "private"}\n',
        "3 a>=1",
    ),
    "poetry 2 with dynamic dependencies": (
        "pyproject.toml",
        '[project]\nname = "p"\ndynamic = ["dependencies"]\n[tool.poetry.dependencies]\na = "1"\n',
        "5 a==1",
    ),
    # --- PDM
    "pdm": (
        "pyproject.toml",
        '[tool.pdm.dev-dependencies]\ntest = [\n  "a>=1",\n]\nx = ["b"]\n',
        "3 a>=1 (test), 5 b (dev)",
    ),
    # --- uv
    "uv": (
        "pyproject.toml",
        '[tool.uv]\ndev-dependencies = ["a"]\n[tool.uv.sources]\na = {index = "x"}\n',
        "2 a (dev)",
    ),
    # --- Hatch
    "hatch": (
        "pyproject.toml",
        '[tool.hatch.envs.default]\ndependencies = [\n  "a",\n]\n[tool.hatch.envs.docs]\nextra-dependencies = ["b"]\n'
        '[tool.hatch.envs.hatch-test]\nextra-dependencies = ["c"]\n',
        "3 a (dev), 6 b (docs), 8 c (test)",
    ),
    "hatch.toml": ("hatch.toml", '[envs.lint]\ndependencies = ["a"]', "2 a (dev)"),
    # --- setup.cfg
    "setup.cfg": (
        "setup.cfg",
        "[metadata]\nname = p\n[options]\ninstall_requires =\n  a>=1\n  # why\n"
        "  b ; python_version < '3.9'  # old\n\n  p[db]\n"
        "tests_require = c\n[options.extras_require]\ndb =\n  d\nx = e; f\n",
        '5 a>=1, 7 b; python_version < "3.9", 10 c (test), 13 d (optional:db), 14 e (optional:x), 14 f (optional:x)',
    ),
    "setup.cfg with dashes and colons": (
        "setup.cfg",
        "[options]\ninstall-requires: a\n[other]\ninstall_requires = b",
        "2 a",
    ),
    "setup.cfg with the lines of another option (mopidy)": (
        "setup.cfg",
        "[options.extras_require]\ndocs =\n  a\n  b\ndev =\n  %(docs)s\n  c\n",
        "3 a (optional:docs), 4 b (optional:docs), 3 a (optional:dev), 4 b (optional:dev), 7 c (optional:dev)",
    ),
    "setup.cfg with a part of a line": (
        "setup.cfg",
        "[DEFAULT]\nversion = 1.0\n[options]\ninstall_requires =\n  a==%(version)s\n  b>=%(version)s,<3\n",
        "5 a==1.0, 6 b<3,>=1.0",
    ),
    "setup.cfg with lines of lines": (
        "setup.cfg",
        "[options.extras_require]\nx =\n  a\ny =\n  %(x)s\nz = %(y)s\n",
        "3 a (optional:x), 3 a (optional:y), 3 a (optional:z)",
    ),
    "setup.cfg with lines of the defaults": (
        "setup.cfg",
        "[DEFAULT]\nweb =\n  a\n  b\n[options]\ninstall_requires =\n  %(web)s\n",
        "3 a, 4 b",
    ),
    # --- Pipfile
    "pipfile": (
        "Pipfile",
        '[[source]]\nurl = "https://h"\n[packages]\na = "*"\nb = "==1.0"\n'
        'c = {version = ">=1", extras = ["x"], sys_platform = "== \'win32\'"}\n'
        'd = {git = "https://h/d.git", ref = "v1"}\n[dev-packages]\ne = "~=1.0"\n[docs]\nf = "*"\n'
        '[requires]\npython_version = "3.11"',
        '4 a, 5 b==1.0, 6 c[x]>=1; sys_platform == "win32", 7 d @ git+https://h/d.git@v1, 9 e~=1.0 (dev), 11 f (docs)',
    ),
    # --- conda
    "conda": (
        "environment.yml",
        "name: x\nchannels:\n  - conda-forge\ndependencies:\n  - python=3.11\n  - pip\n  - numpy=1.26\n"
        "  - conda-forge::pandas>=2\n"
        "  - pytorch ==2.1\n  - scipy 1.11.*\n  - a=1.2=py_0\n  - b[version='>=3,<4']\n  - c=1|2\n  - cudatoolkit=11\n",
        "7 numpy==1.26.*, 8 pandas>=2, 9 torch==2.1, 10 scipy==1.11.*, 11 a==1.2, 12 b<4,>=3, 13 c",
    ),
    "conda with pip": (
        "environment.yaml",
        "dependencies:\n- a\n- pip:\n  - b>=1  # why\n  - 'c[x]'\n",
        "2 a, 4 b>=1, 5 c[x]",
    ),
    "conda for developers": ("environment-dev.yml", "dependencies: [a, b]", "1 a (dev), 1 b (dev)"),
    # --- pixi
    "pixi": (
        "pixi.toml",
        '[workspace]\nname = "x"\n[dependencies]\npython = "3.11.*"\nnumpy = ">=1.2,<2"\n'
        'pytorch = {version = "2.*", channel = "c"}\n'
        '[pypi-dependencies]\na = {version = "==1.0", extras = ["x"]}\nb = "*"\n'
        '[feature.test.dependencies]\npytest = "*"\n'
        '[target.win-64.pypi-dependencies]\nc = "*"\n',
        '5 numpy<2,>=1.2, 6 torch==2.*, 8 a[x]==1.0, 9 b, 13 c; sys_platform == "win32", 11 pytest (test)',
    ),
    "pixi in pyproject.toml": (
        "pyproject.toml",
        '[tool.pixi.pypi-dependencies]\np = {path = ".", editable = true}\n'
        '[tool.pixi.feature.gpu.dependencies]\na = "1.*"\n',
        "4 a==1.* (optional:gpu)",
    ),
    # --- PEP 723
    "script": (
        "tools/report.py",
        '#!/usr/bin/env python\n# /// script\n# requires-python = ">=3.11"\n# dependencies = [\n#   "a<3",\n'
        '#   "b",\n# ]\n# ///\nimport a\n',
        "5 a<3 (script:tools/report.py), 6 b (script:tools/report.py)",
    ),
}


@pytest.mark.parametrize(("file", "text", "expected"), KINDS.values(), ids=KINDS)
def test_what_each_kind_declares(tmp_path: Path, file: str, text: str, expected: str) -> None:
    declared = read_declared(write(tmp_path, {file: text}))
    assert ", ".join(rows(declared)) == expected
    assert {line.path for line in declared.requirements} == {file}
    assert declared.notes == ()
    assert declared.files == (file,)


@pytest.mark.parametrize(("file", "text", "expected"), KINDS.values(), ids=KINDS)
def test_a_file_that_is_named_says_the_same(tmp_path: Path, file: str, text: str, expected: str) -> None:
    declared = read_declared(write(tmp_path, {file: text}), [Path(file)])
    assert ", ".join(rows(declared)) == expected


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("pyproject.toml", "[dependency-groups]\n"),
        ("pyproject.toml", "[tool.poetry]\nname = 'p'\n[tool.poetry.dependencies]\npython = '^3.10'\n"),
        ("pyproject.toml", "[tool.pdm]\ndev-dependencies = {}\n[tool.pdm.build]\nrequires = ['x']\n"),
        ("pyproject.toml", "[tool.uv]\nindex-url = 'https://h'\n[build-system]\nrequires = ['x']\n"),
        ("pyproject.toml", "[tool.hatch.envs.default.scripts]\ndependencies = 'echo'\n"),
        ("pyproject.toml", "[tool.setuptools]\npackages = ['dependencies']\n"),
        ("pyproject.toml", "[tool.pixi.host-dependencies]\nx = '*'\n[tool.pixi.dependencies]\nnodejs = '*'\n"),
        ("pyproject.toml", "[tool.pixi.dependencies]\np = {path = './recipe'}\n"),
        ("setup.cfg", "[flake8]\ninstall_requires = x\n[options]\npackages = find:\n"),
        ("setup.cfg", "[options]\ninstall_requires =\n# x\n"),
        ("setup.py", "from setuptools import setup\nsetup()\nrequests = ['x']\n"),
        ("setup.py", "def install_requires(): ['x']\nother(install_requires=['x'])\n"),
        ("Pipfile", "[packages]\n[scripts]\nx = 'y'\n[requires]\npython_version = '3.11'\n"),
        ("environment.yml", "name: x\nchannels: [a]\nprefix: /y\n"),
        ("environment.yml", "dependencies:\n  - python=3.11=h1\n  - pip\n  - libgcc-ng=13\n  - pip: []\n"),
        ("environment.yml", ""),
        ("tools/x.py", "# /// other\n# dependencies = ['x']\n# ///\n"),
        ("tools/x.py", "'''\n  # /// script\n# dependencies = ['x']\n# ///\n'''\n"),
        ("tools/x.py", "# /// script\n# ///\n"),
    ],
)
def test_what_declares_nothing(tmp_path: Path, file: str, text: str) -> None:
    declared = read_declared(write(tmp_path, {file: text}))
    assert (declared.requirements, declared.local_paths, declared.notes) == ((), (), ())


POETRY = {
    "^1.2.3": ">=1.2.3,<2.0.0",
    "^1": ">=1,<2",
    "^0.2.3": ">=0.2.3,<0.3.0",
    "^0.0.3": ">=0.0.3,<0.0.4",
    "^0.0": ">=0.0,<0.1",
    "^0": ">=0,<1",
    "~1.2.3": ">=1.2.3,<1.3.0",
    "~1.2": ">=1.2,<1.3",
    "~1": ">=1,<2",
    "1.2.*": "==1.2.*",
    "1.x": "==1.*",
    "!=1.2.*": "!=1.2.*",
    "=1.2": "==1.2",
    "~=1.2": "~=1.2",
    ">= 1.0, < 2, !=1.5": ">=1.0,<2,!=1.5",
    ">=1 <2": ">=1,<2",
    "^1.2a1": ">=1.2a1,<2.0",
    "*": "",
    "^1 || ^2": "",
    "latest": None,
    "^": None,
    "^1 || latest": None,
}


@pytest.mark.parametrize(("constraint", "specifier"), POETRY.items())
def test_poetry_constraints(constraint: str, specifier: str | None) -> None:
    assert to_specifier(constraint) == specifier


@pytest.mark.parametrize(
    ("name", "group"),
    [
        ("dev", "dev"), ("Tests", "test"), ("lint", "dev"), ("ml_x", "optional:ml-x"), ("docs", "docs"),
        ("integration-tests", "test"), ("gpu", "optional:gpu"), ("pre-commit", "dev"), ("worker", "optional:worker"),
    ],
)  # fmt: skip
def test_class_of_a_group(name: str, group: str) -> None:
    assert class_of(name) == group


def test_a_group_keeps_its_own_name(tmp_path: Path) -> None:
    text = '[dependency-groups]\n"Lint.All" = ["a"]\n[project.optional-dependencies]\nDb_X = ["b"]\n'
    declared = read_declared(write(tmp_path, {"pyproject.toml": text}))
    found = {line.name: (line.group, line.group_name) for line in declared.requirements}
    assert found == {"a": ("dev", "Lint.All"), "b": ("optional:db-x", "Db_X")}


def test_a_project_file_of_the_docs_declares_for_the_docs(tmp_path: Path) -> None:
    text = '[project]\nname = "d"\ndependencies = ["a"]\n[dependency-groups]\ntest = ["b"]\n'
    declared = read_declared(write(tmp_path, {"docs/pyproject.toml": text}))
    assert rows(declared) == ["3 a (docs)", "5 b (docs)"]


def test_dynamic_files_stand_for_the_field_that_names_them(tmp_path: Path) -> None:
    text = (
        '[project]\nname = "p"\ndynamic = ["dependencies", "optional-dependencies"]\n[tool.setuptools.dynamic]\n'
        'dependencies = {file = ["deps/base.txt", "deps/more.txt"]}\n'
        'optional-dependencies.Db = {file = "deps/db.txt"}\n'
    )
    files = {"pyproject.toml": text, "deps/base.txt": "a", "deps/more.txt": "\nb", "deps/db.txt": "c"}
    declared = read_declared(write(tmp_path, files))
    found = [(line.name, line.path, line.line, line.group) for line in declared.requirements]
    assert found == [
        ("a", "deps/base.txt", 1, "main"),
        ("b", "deps/more.txt", 2, "main"),
        ("c", "deps/db.txt", 1, "optional:db"),
    ]
    assert declared.notes == ()


def test_hatch_reads_requirement_files_through_its_plugin(tmp_path: Path) -> None:
    text = '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["deps.txt"]\noptional-dependencies.x = ["x.txt"]\n'
    text += f'[build-system]\nbuild-backend = "hatchling.build"\n{DYNAMIC}'
    declared = read_declared(write(tmp_path, {"pyproject.toml": text, "deps.txt": "a", "x.txt": "b"}))
    assert [(line.name, line.group) for line in declared.requirements] == [("a", "main"), ("b", "optional:x")]


def test_conda_follows_what_pip_is_given(tmp_path: Path) -> None:
    text = "dependencies:\n- pip:\n  - -r more.txt\n  - -e ./lib\n  - git+https://h/x.git#egg=x\n"
    declared = read_declared(write(tmp_path, {"environment.yml": text, "more.txt": "a", "lib/setup.py": "setup()"}))
    assert [(line.name, line.path, line.line) for line in declared.requirements] == [
        ("a", "more.txt", 1),
        ("x", "environment.yml", 5),
    ]
    assert declared.local_paths == ("lib",)


FOLDERS = {
    "poetry": '[tool.poetry.dependencies]\nlib = {path = "./lib", develop = true}\n',
    "pipfile": '[packages]\nlib = {path = "lib", editable = true}\n',
    "pixi": '[tool.pixi.pypi-dependencies]\nlib = {path = "lib"}\n',
    "uv": '[project]\nname = "p"\ndependencies = ["lib"]\n[tool.uv.sources]\nlib = {path = "lib", editable = true}\n',
    "pdm": '[tool.pdm.dev-dependencies]\ndev = ["-e file:///${PROJECT_ROOT}/lib#egg=lib"]\n',
    "hatch": '[tool.hatch.envs.default]\ndependencies = ["lib @ {root:uri}/lib"]\n',
}


@pytest.mark.parametrize("kind", FOLDERS)
def test_folders_are_first_party_and_declare_for_themselves(tmp_path: Path, kind: str) -> None:
    file = "Pipfile" if kind == "pipfile" else "pyproject.toml"
    library = '[project]\nname = "lib"\ndependencies = ["numpy"]\n'
    declared = read_declared(write(tmp_path, {file: FOLDERS[kind], "lib/pyproject.toml": library}))
    assert [(line.name, line.path) for line in declared.requirements] == [("numpy", "lib/pyproject.toml")]
    assert declared.local_paths == ("lib",)
    assert "lib" in declared.own_names
    assert declared.notes == ()


@pytest.mark.parametrize("text", ["SECRET @ https://joe:s3cret@h/a.zip", "git+https://s3cret@h/a.git#egg=a"])
def test_credentials_of_tables_reach_no_output(tmp_path: Path, text: str) -> None:
    url = text.partition(" @ ")[2] or text
    files = {
        "Pipfile": f'[packages]\na = {{git = "{url}"}}\nb = {{version = "{url}"}}\n',
        "pyproject.toml": f'[tool.poetry.dependencies]\na = {{url = "{url}"}}\n'
        f'[tool.hatch.envs.x]\ndependencies = ["{text}"]',
        "environment.yml": f"dependencies:\n- pip:\n  - {text}\n- '{url}'\n",
        "setup.py": f"setup(install_requires=['{text}', 'x y {url}'])",
    }
    assert "s3cret" not in repr(read_declared(write(tmp_path, files)))


@pytest.mark.parametrize(
    ("text", "code", "line"),
    [
        ("[tool.poetry.dependencies]\na = {path = '../x'}", "local-path-outside", 2),
        ("[tool.poetry.dependencies]\na = {path = 'x'}", "local-path-missing", 2),
        ("[project]\ndependencies = ['a']\n[tool.uv.sources]\na = {path = '../x'}", "local-path-outside", 4),
    ],
)
def test_a_folder_elsewhere_is_noted_and_its_distribution_required(
    tmp_path: Path, text: str, code: str, line: int
) -> None:
    declared = read_declared(write(tmp_path, {"pyproject.toml": text}))
    assert [requirement.name for requirement in declared.requirements] == ["a"]
    assert (declared.local_paths, declared.own_names, notes(declared)) == ((), (), [(code, line)])


def test_a_file_that_stands_for_an_extra_is_not_the_apps(tmp_path: Path) -> None:
    text = f"[tool.setuptools.dynamic]\noptional-dependencies.oauth = {{file = 'requirements-oauth.txt'}}\n{DYNAMIC}"
    files = {"pyproject.toml": text, "requirements-oauth.txt": "a", "requirements.txt": "b"}
    declared = read_declared(write(tmp_path, files))
    assert [(line.name, line.group) for line in declared.requirements] == [("a", "optional:oauth"), ("b", "main")]
