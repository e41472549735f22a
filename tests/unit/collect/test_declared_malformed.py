"""Declarations that are not what their tools read: a note each, with its line; never silence.

The kinds are those that the test suites of deptry, FawltyDeps, creosote and pip-tools feed their readers, and ours.
"""

import json
from pathlib import Path

import pytest

from footprint.collect.declared import read_declared
from footprint.collect.declared.locks import read_locked
from footprint.report.audit import json as report_json
from footprint.report.audit import markdown, table
from tests.cases.case import Case, audit_of, lib
from tests.support.projects import write

Row = tuple[str, str, str, int | None]  # file, text, code of the note, its line
UNREAD = "requirement-unparsable"
DYNAMIC = "[project]\nname = 'p'\ndynamic = ['dependencies', 'optional-dependencies']\n"

# by file: the text, the line of the note and its code
TEXTS: dict[str, dict[str, tuple[str, int | None] | tuple[str, int | None, str]]] = {
    "pyproject.toml": {
        "project: a string": ('project = "wanted"\n', 1),
        "project: an array of tables": ('[[project]]\ndependencies = ["wanted"]\n', 1),
        "dependencies: a string": ('[project]\ndependencies = "wanted"\n', 2),
        "dependencies: a table": ('[project.dependencies]\nwanted = ""\n', 1),
        "dependencies: a number": ("[project]\ndependencies = 3\n", 2),
        "dependencies: a number in the array": ("[project]\ndependencies = [\n1,\n]\n", 3),
        "dependencies: an array in the array": ('[project]\ndependencies = [["wanted"]]\n', 2),
        "dependencies: a table in the array": ('[project]\ndependencies = [{ name = "wanted" }]\n', 2),
        "dependencies: an unknown operator": ('[project]\ndependencies = ["wanted^=1"]\n', 2),
        "dependencies: Poetry's operator": ('[project]\ndependencies = ["wanted^1.2"]\n', 2),
        "dependencies: a marker that breaks off": ("[project]\ndependencies = [\"wanted; python_version <\"]\n", 2),
        "dependencies: a marker of unknown names": ("[project]\ndependencies = [\"wanted; planet == 'mars'\"]\n", 2),
        "dependencies: an extra left open": ('[project]\ndependencies = ["wanted[x"]\n', 2),
        "dependencies: two in one string": ('[project]\ndependencies = ["wanted, other"]\n', 2),
        "dependencies: an empty string": ('[project]\ndependencies = [""]\n', 2),
        "dependencies: below the urls": (
            '[project.urls]\nhome = "https://h"\ndependencies = ["wanted"]\n', 3, "declaration-unknown"),
        "dependencies: before every table": ('dependencies = ["wanted"]\n', 1, "declaration-unknown"),
        "dependencies: another spelling": ('[project]\ndependancies = ["wanted"]\n', 2, "declaration-unknown"),
        "dependencies: requires of old": ('[project]\nrequires = ["wanted"]\n', 2, "declaration-unknown"),
        "dependencies: install_requires": ('[project]\ninstall_requires = ["wanted"]\n', 2, "declaration-unknown"),
        "extras: an array": ('[project]\noptional-dependencies = ["wanted"]\n', 2),
        "extras: a string": ('[project.optional-dependencies]\nx = "wanted"\n', 2),
        "extras: no table of the project": ('[optional-dependencies]\nx = ["wanted"]\n', 1, "declaration-unknown"),
        "extras: an underscore": ('[project.optional_dependencies]\nx = ["wanted"]\n', 1, "declaration-unknown"),
        "a table of another tool": ('[tool.briefcase.app.x]\nrequires = ["wanted"]\n', 2, "declaration-unknown"),
        "a table of a tool of no name": ('[tool.ours.dependencies]\nwanted = "^1"\n', 1, "declaration-unknown"),
        "TOML: a bracket left open": ("[project\n", 1, "toml-unparsable"),
        "TOML: a quote left open": ('[project]\ndependencies = ["wanted]\n', 2, "toml-unparsable"),
        "TOML: a key twice": ('[project]\ndependencies = ["wanted"]\ndependencies = []\n', 3, "toml-unparsable"),
        "TOML: a table twice": ('[project]\ndependencies = ["wanted"]\n[project]\nname = "p"\n', 3, "toml-unparsable"),
        "TOML: a comma forgotten": ('[project]\ndependencies = ["wanted"\n"b"]\n', 3, "toml-unparsable"),
        "TOML: an unfinished merge": (
            '[project]\n<<<<<<< HEAD\ndependencies = ["wanted"]\n=======\ndependencies = []\n>>>>>>> x\n',
            2, "merge-conflict"),
        "groups: an array": ('dependency-groups = ["wanted"]\n', 1),
        "groups: a string": ('[dependency-groups]\nweb = "wanted"\n', 2),
        "groups: a table": ('[dependency-groups.web]\nwanted = "*"\n', 1),
        "groups: another include": ('[dependency-groups]\nweb = [{ include = "x" }]\n', 2),
        "groups: an include of nothing": ('[dependency-groups]\nweb = [{ include-group = "x" }]\n', 2, "group-missing"),
        "groups: an include of two": ('[dependency-groups]\nweb = [{ include-group = ["a", "b"] }]\n', 2),
        "groups: a circle": (
            '[dependency-groups]\na = [{ include-group = "b" }]\nb = [{ include-group = "a" }]\n', 2, "group-cycle"),
        "groups: the same name twice": ('[dependency-groups]\na_b = []\nA-b = []\n', 3, "group-twice"),
        "groups: an underscore": ('[dependency_groups]\nweb = ["wanted"]\n', 1, "declaration-unknown"),
        "poetry: an array": ('[tool]\npoetry = ["wanted"]\n', 2),
        "poetry: dependencies an array": ('[tool.poetry]\ndependencies = ["wanted"]\n', 2),
        "poetry: dependencies a string": ('[tool.poetry]\ndependencies = "wanted"\n', 2),
        "poetry: a group's an array": ('[tool.poetry.group.dev]\ndependencies = ["wanted > 22", "b"]\n', 2),
        "poetry: a group an array": ('[tool.poetry.group]\ndev = ["wanted"]\n', 2),
        "poetry: groups a string": ('[tool.poetry]\ngroup = "wanted"\n', 2),
        "poetry: an extra a string": ('[tool.poetry.extras]\ntest = "wanted"\n', 2),
        "poetry: extras an array": ('[tool.poetry]\nextras = ["wanted"]\n', 2),
        "poetry: an extra of numbers": ("[tool.poetry.extras]\nx = [1]\n", 2),
        "poetry: a version that is a number": ("[tool.poetry.dependencies]\nwanted = 1.2\n", 2),
        "poetry: a version that is true": ("[tool.poetry.dependencies]\nwanted = true\n", 2),
        "poetry: a version that is none": ('[tool.poetry.dependencies]\nwanted = "latest!"\n', 2),
        "poetry: old development an array": ('[tool.poetry]\ndev-dependencies = ["wanted"]\n', 2),
        "pdm: an array": ('[tool.pdm]\ndev-dependencies = ["wanted"]\n', 2),
        "pdm: a group a string": ('[tool.pdm.dev-dependencies]\nx = "wanted"\n', 2),
        "uv: a string": ('[tool.uv]\ndev-dependencies = "wanted"\n', 2),
        "uv: a table": ('[tool.uv.dev-dependencies]\nwanted = "1"\n', 1),
        "uv: sources an array": ('[tool.uv]\nsources = ["wanted"]\n', 2),
        "uv: members a string": ('[tool.uv.workspace]\nmembers = "libs/*"\n', 2),
        "uv: itself a string": ('[tool]\nuv = "wanted"\n', 2),
        "rye: a string": ('[tool.rye]\ndev-dependencies = "wanted"\n', 2),
        "hatch: environments an array": ('[tool.hatch]\nenvs = ["wanted"]\n', 2),
        "hatch: an environment an array": ('[tool.hatch.envs]\nx = ["wanted"]\n', 2),
        "hatch: dependencies a string": ('[tool.hatch.envs.x]\ndependencies = "wanted"\n', 2),
        "hatch: filled in": ('[tool.hatch.envs.x]\ndependencies = ["wanted=={matrix:v}"]\n', 2, "requirement-computed"),
        "flit: a string": ('[tool.flit.metadata]\nmodule = "p"\nrequires = "wanted"\n', 3),
        "flit: extras an array": ('[tool.flit.metadata]\nmodule = "p"\nrequires-extra = ["wanted"]\n', 3),
        "flit: beside the project": (
            '[project]\nname = "p"\n[tool.flit.metadata]\nrequires = ["wanted"]\n', 3, "requirement-ignored"),
        "dynamic: not said": (
            '[project]\nname = "p"\n[tool.setuptools.dynamic]\ndependencies = ["wanted"]\n', 4, "requirement-ignored"),
        "dynamic: no project": ('[tool.setuptools.dynamic]\ndependencies = ["wanted"]\n', 2, "requirement-ignored"),
        "dynamic: another backend": (
            '[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "p"\ndynamic = ["dependencies"]\n'
            '[tool.setuptools.dynamic]\ndependencies = ["wanted"]\n', 7, "requirement-ignored"),
        "dynamic: extras not said": (
            '[project]\nname = "p"\ndynamic = ["dependencies"]\n'
            '[tool.setuptools.dynamic]\noptional-dependencies.x = ["wanted"]\n', 5, "requirement-ignored"),
        "dynamic: a hook of another backend": (
            '[project]\nname = "p"\ndynamic = ["dependencies"]\n'
            '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["r.txt"]\n', 4, "requirement-ignored"),
        "dynamic: a file that is gone": (
            f"[tool.setuptools.dynamic]\ndependencies = {{file = ['gone.txt']}}\n{DYNAMIC}", 2, "requirements-missing"),
        "dynamic: a file outside": (
            f"[tool.setuptools.dynamic]\ndependencies = {{file = '/etc/x'}}\n{DYNAMIC}", 2, "requirements-outside"),
        "dynamic: a file of no kind": (f"[tool.setuptools.dynamic]\ndependencies = {{file = [1]}}\n{DYNAMIC}", 2),
        "pixi: in pyproject.toml": ('[tool.pixi]\ndependencies = ["wanted"]\n', 2),
    },
    "hatch.toml": {
        "hatch.toml: a string": ('[envs.x]\ndependencies = "wanted"\n', 2),
    },
    "pixi.toml": {
        "pixi: an array": ('dependencies = ["wanted"]\n', 1),
        "pixi: a string": ('dependencies = "wanted"\n', 1),
        "pixi: an array for the index": ('pypi-dependencies = ["wanted"]\n', 1),
        "pixi: a feature's array": ('[feature.dev]\ndependencies = ["wanted > 22"]\n', 2),
        "pixi: a feature's string": ('[feature.dev]\npypi-dependencies = "wanted"\n', 2),
        "pixi: features an array": ('feature = ["wanted"]\n', 1),
        "pixi: a platform an array": ('[target]\nlinux-64 = ["wanted"]\n', 2),
        "pixi: a version that is a number": ("[dependencies]\nwanted = 3\n", 2),
        "pixi: TOML": ("[dependencies\n", 1, "toml-unparsable"),
    },
    "environment.yml": {
        "conda: no mapping": ("- wanted\n- b\n", 1),
        "conda: a text": ("wanted of all\n", 1),
        "conda: a number": ("123\n", 1),
        "conda: dependencies a string": ("name: x\ndependencies: wanted\n", 2),
        "conda: dependencies a mapping": ("dependencies:\n  wanted: 1\n", 2),
        "conda: an item a mapping": ("dependencies:\n  - wanted: 1\n    b: 2\n", 2),
        "conda: an item a list": ("dependencies:\n  - [wanted]\n", 2),
        "conda: pip a string": ("dependencies:\n  - pip: wanted\n", 2),
        "conda: pip a mapping": ("dependencies:\n  - pip:\n      wanted: 1\n", 3),
        "conda: a mapping in pip's list": ("dependencies:\n  - pip:\n    - wanted: 1\n", 3),
        "conda: no name": ('dependencies:\n  - ">wanted<"\n', 2),
        "conda: no name for pip": ('dependencies:\n  - pip:\n    - "=wanted"\n', 3),
        "conda: YAML": ("],,{wanted\n", 1, "yaml-unparsable"),
        "conda: a tab": ("dependencies:\n\t- wanted\n", 2, "yaml-unparsable"),
        "conda: two documents": ("dependencies: []\n---\ndependencies: [wanted]\n", 2, "yaml-unparsable"),
        "conda: an unfinished merge": (
            "dependencies:\n<<<<<<< HEAD\n  - wanted\n=======\n>>>>>>> x\n", 2, "merge-conflict"),
    },
    "setup.cfg": {
        "setup.cfg: a bracket left open": ("[options\ninstall_requires =\n    wanted\n", 1, "setup-cfg-unparsable"),
        "setup.cfg: no section": ("install_requires = wanted\n", 1, "setup-cfg-unparsable"),
        "setup.cfg: no value": ("[options]\ninstall_requires\nwanted\n", 2, "setup-cfg-unparsable"),
        "setup.cfg: a section twice": ("[options]\ninstall_requires = wanted\n[options]\n", 3, "setup-cfg-unparsable"),
        "setup.cfg: an option twice": (
            "[options]\ninstall_requires = wanted\ninstall_requires = b\n", 3, "setup-cfg-unparsable"),
        "setup.cfg: an unfinished merge": ("[options]\n<<<<<<< HEAD\ninstall_requires = wanted\n", 2, "merge-conflict"),
        "setup.cfg: a file that is gone": ("[options]\ninstall_requires = file: gone.txt", 2, "requirements-missing"),
        "setup.cfg: another section": ("[metadata]\ninstall_requires = wanted\n", 2, "declaration-unknown"),
        "setup.cfg: an option that is not there": (
            "[options]\ninstall_requires =\n  %(wanted)s\n", 3),
        "setup.cfg: an option of another section": (
            "[options]\ninstall_requires =\n  %(wanted)s\n[other]\nwanted = a\n", 3),
        "setup.cfg: an option of itself": ("[options]\ninstall_requires = %(wanted)s\nwanted = %(wanted)s\n", 3),
        "setup.cfg: a bad requirement": ("[options]\ninstall_requires =\n  wanted >> 2\n", 3),
    },
    "setup.py": {
        "setup.py: Python 2": ("print 'wanted'\n", 1, "setup-unparsable"),
        "setup.py: an unfinished merge": ("<<<<<<< HEAD\nsetup()\n", 1, "merge-conflict"),
        "setup.py: computed": (
            "need = lambda n: [f'w{k}' for k in range(n)]\nsetup(install_requires=need(4))\n", 2, "setup-computed"),
        "setup.py: extras computed": ("setup(extras_require=f())\n", 1, "setup-computed"),
        "setup.py: an extra computed": ("setup(extras_require={'a': [],\n'b': f()})\n", 2, "setup-computed"),
        "setup.py: a name of nothing": ("setup(install_requires=deps)\n", 1, "setup-computed"),
        "setup.py: itself": ("deps = [deps]\nsetup(install_requires=deps)\n", 1, "setup-computed"),
        "setup.py: arguments computed": ("setup(**load())\n", 1, "setup-computed"),
        "setup.py: no call": ("import setuptools\nrun(setuptools)\n", None, "setup-computed"),
        "setup.py: a bad requirement": ("setup(install_requires=['wanted > > 1'])\n", 1),
    },
    "Pipfile": {
        "Pipfile: an array": ('packages = ["wanted"]\n', 1),
        "Pipfile: a string": ('packages = "wanted"\n', 1),
        "Pipfile: an array of tables": ('[[packages]]\nname = "wanted"\n', 1),
        "Pipfile: another category an array": ('docs = ["wanted"]\n', 1),
        "Pipfile: a number": ("[packages]\nwanted = 1\n", 2),
        "Pipfile: TOML": ("[packages]\nwanted = *\n", 2, "toml-unparsable"),
    },
    "requirements.txt": {
        "requirements: a number of words": ("wanted and more\n", 1),
        "requirements: one equals sign": ("wanted=1.0\n", 1),
        "requirements: Poetry's operator": ("wanted^1.0\n", 1),
        "requirements: a comma at the end": ("wanted,\n", 1),
        "requirements: what a shell runs": ("pip install wanted\n", 1),
        "requirements: a marker that breaks off": ("wanted; python_version\n", 1),
        "requirements: a file that is gone": ("a\n-r gone.txt\n", 2, "requirements-missing"),
        "requirements: a file on the network": ("-r https://h/r.txt\n", 1, "requirements-remote"),
        "requirements: a file outside": ("-r /etc/hostname\n", 1, "requirements-outside"),
        "requirements: a circle": ("a\n-r requirements.txt\n", 2, "requirements-cycle"),
        "requirements: a folder that is gone": ("-e ./gone\n", 1, "local-path-missing"),
        "requirements: an option of none": ("-x wanted\n", 1),
        "requirements: a URL of no name": ("https://h/x.zip\n", 1, "requirement-unnamed"),
        "requirements: an unfinished merge": ("a\n<<<<<<< HEAD\nb\n=======\n>>>>>>> x\n", 2, "merge-conflict"),
        "requirements: a page": ("<!DOCTYPE html>\n", 1),
        "requirements: JSON": ('{"wanted": "1.0"}\n', 1),
    },
    "x.py": {
        "script: no end": ('# /// script\n# dependencies = ["wanted"]\n', 1, "script-header-open"),
        "script: two": ("# /// script\n# ///\n\n# /// script\n# ///\n", 4, "script-header-twice"),
        "script: TOML": ("# /// script\n# dependencies = [wanted]\n# ///\n", 2, "toml-unparsable"),
        "script: a string": ('# /// script\n# dependencies = "wanted"\n# ///\n', 2),
    },
}  # fmt: skip

MALFORMED: dict[str, Row] = {
    name: (file, row[0], row[2] if len(row) == 3 else UNREAD, row[1])
    for file, rows in TEXTS.items()
    for name, row in rows.items()
}


@pytest.mark.parametrize(("file", "text", "code", "line"), MALFORMED.values(), ids=MALFORMED)
def test_each_is_noted_once_with_its_line(tmp_path: Path, file: str, text: str, code: str, line: int | None) -> None:
    (tmp_path / file).write_text(text)
    declared = read_declared(tmp_path)
    assert [(note.code, note.line) for note in declared.notes] == [(code, line)], declared.notes
    (doubt,) = declared.doubts
    assert doubt.note == declared.notes[0]
    assert doubt.note.about == "declarations"
    if "wanted" in text and doubt.words is not None:
        named = {line.name for line in declared.requirements} | (
            doubt.words if code != "requirement-ignored" else frozenset()
        )
        assert ("wanted" in named) is (code != "requirement-ignored")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("[tool.uv.workspace]\n\nmembers = [\n'packages/*']", "workspace-empty"),
        ("[project]\ndependencies = []\n[tool.poetry.dependencies]\na = '1'", "requirement-ignored"),
    ],
)
def test_what_is_noted_and_leaves_no_doubt(tmp_path: Path, text: str, code: str) -> None:
    (tmp_path / "pyproject.toml").write_text(text)
    declared = read_declared(tmp_path)
    assert ([(note.code, note.line) for note in declared.notes], declared.doubts) == ([(code, 4)], ())


@pytest.mark.parametrize("file", sorted(TEXTS.keys() - {"requirements.txt"}))
def test_what_other_files_declare_is_read_all_the_same(tmp_path: Path, file: str) -> None:
    text = next(iter(TEXTS[file].values()))[0]
    declared = read_declared(write(tmp_path, {file: text, "requirements.txt": "still-read"}))
    assert declared.notes and [line.name for line in declared.requirements] == ["still-read"]


BYTES = {
    "UTF-16": "wanted\n".encode("utf-16"),
    "latin-1": "# Zoë\nwanted\n".encode("latin-1"),
    "binary": b"\x00\x01\x02\x03" * 40,
}


@pytest.mark.parametrize("file", ["pyproject.toml", "setup.cfg", "Pipfile", "environment.yml", "pixi.toml"])
@pytest.mark.parametrize("data", BYTES.values(), ids=BYTES)
def test_what_is_no_text_is_noted(tmp_path: Path, file: str, data: bytes) -> None:
    (tmp_path / file).write_bytes(data)
    declared = read_declared(tmp_path)
    assert [note.code in ("requirements-encoding", "requirements-binary") for note in declared.notes] == [True]
    words = declared.doubts[0].words
    assert words is None or "wanted" in words


def test_a_file_of_nothing_but_such_lines_has_few_notes_and_all_the_words(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("".join(f"n{number} is wanted\n" for number in range(1000)))
    declared = read_declared(tmp_path)
    assert len(declared.notes) == 21
    assert declared.notes[-1].message == "980 more of this kind in this file"
    assert declared.doubts[-1].words is not None
    assert "n999" in declared.doubts[-1].words


WHOLE = {
    "comments": ("requirements.txt", "# a and b\n\n"),
    "no table of requirements": ("pyproject.toml", '[project]\nname = "p"\n[tool.ruff]\nselect = ["E"]\n'),
    "tables of tools": (
        "pyproject.toml",
        '[build-system]\nrequires = ["setuptools"]\n[tool.tox]\nrequires = ["tox>=4"]\n'
        '[tool.mypy]\nplugins = ["x"]\n[tool.poe.tasks.x]\ndeps = ["a"]\n[tool.x]\nrequirements = "see below"\n',
    ),
    "an empty list": ("environment.yml", "name: x\ndependencies:\n"),
    "an empty list for pip": ("environment.yml", "dependencies:\n  - pip:\n"),
    "sections of others": ("setup.cfg", "[flake8]\nmax-line-length = 100\nextend-ignore =\n    E203\n"),
    "a heading": ("requirements.txt", "# =======\n"),
    "a setup that says nothing": ("setup.py", "from setuptools import setup\nsetup()\n"),
    "a setup of something else": ("setup.py", "def configure(app):\n    return app\n"),
}


@pytest.mark.parametrize(("file", "text"), WHOLE.values(), ids=WHOLE)
def test_what_is_as_it_should_be_is_not_noted(tmp_path: Path, file: str, text: str) -> None:
    (tmp_path / file).write_text(text)
    assert read_declared(tmp_path).notes == ()


LOOKALIKES = {
    "requirement.txt": "wanted\n",
    "deps.txt": "# ours\nwanted>=1\n--hash x\n",
    "reqs": "wanted[x]\nother\n",
    "python-packages.txt": "wanted==1.0; python_version > '3'\n",
    "requirements.yml": "- wanted\n",
    "anaconda-project.yml": "packages:\n  - wanted\n",
    "buildout.cfg": "[app]\neggs = wanted\n",
}


@pytest.mark.parametrize("name", LOOKALIKES)
def test_a_file_that_looks_like_requirements_is_noted_where_nothing_else_declares(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text(LOOKALIKES[name])
    declared = read_declared(tmp_path)
    assert [(note.code, note.path) for note in declared.notes] == [("declaration-unknown", name)]
    assert declared.doubts[0].words is not None
    assert "wanted" in declared.doubts[0].words
    (tmp_path / "requirements.txt").write_text("x\n")
    assert read_declared(tmp_path).notes == ()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("robots.txt", "User-agent: *\nDisallow: /\n"),
        ("words.txt", "apple\npear\n"),
        ("LICENSE", "MIT License\n\nCopyright\n"),
        ("notes.txt", "b\n"),
        ("Makefile", "run:\n\tpython main.py\n"),
        ("uv.lock", "version = 1\n"),
        ("deps.txt", ""),
    ],
)
def test_noop_another_text_is_not(tmp_path: Path, name: str, text: str) -> None:
    (tmp_path / name).write_text(text)
    assert read_declared(tmp_path).notes == ()


def test_what_developers_include_leaves_the_application_alone(tmp_path: Path) -> None:
    write(tmp_path, {"requirements-dev.txt": "-r gone.txt\n", "requirements.txt": "-r lost.txt\n"})
    doubts = {doubt.note.path: doubt.words for doubt in read_declared(tmp_path).doubts}
    assert doubts == {"requirements.txt": None, "requirements-dev.txt": frozenset()}


LOCKS = {
    "no TOML": ("uv.lock", "[[package]\n", 1),
    "packages a string": ("uv.lock", 'package = "x"\n', None),
    "packages of strings": ("poetry.lock", 'package = ["x"]\n', None),
    "packages without names": ("pdm.lock", '[[package]]\nversion = "1"\n', None),
    "a pylock of something else": ("pylock.toml", 'packages = { x = "1" }\n', None),
    "no JSON": ("Pipfile.lock", '{"default": {', 1),
    "JSON of something else": ("Pipfile.lock", '["x"]', None),
    "a category that is a list": ("Pipfile.lock", '{"_meta": {}, "default": ["x"]}', None),
    "an unfinished merge": ("uv.lock", "version = 1\n<<<<<<< HEAD\n=======\n>>>>>>> x\n", 2),
}


@pytest.mark.parametrize(("file", "text", "line"), LOCKS.values(), ids=LOCKS)
def test_a_lock_that_cannot_be_read_is_noted(tmp_path: Path, file: str, text: str, line: int | None) -> None:
    (tmp_path / file).write_text(text)
    locked = read_locked(tmp_path)
    assert locked.distributions == ()
    assert [(note.code, note.path, note.line) for note in locked.notes] == [("lock-unparsable", file, line)]


SITE = {"wanted": lib("wanted/__init__.py"), "other": lib("other/__init__.py")}


@pytest.mark.parametrize("name", [name for name, row in MALFORMED.items() if "wanted" in row[1]])
def test_what_may_be_declared_there_is_not_blamed_on_the_code(tmp_path: Path, name: str) -> None:
    file, text, code, _ = MALFORMED[name]
    project = {"main.py": "import wanted\napp = 1\n", file: text}
    audit = audit_of(tmp_path, Case(project, site=SITE))
    assert audit.notes[0].code == code
    assert audit.notes[0].about == "declarations"
    found = [finding.severity for finding in audit.findings if finding.code == "FP105"]
    assert found in ([], ["info"]) or code == "requirement-ignored"


def test_what_the_text_decides_is_said_all_the_same(tmp_path: Path) -> None:
    project = {
        "main.py": "import wanted\nimport other\napp = 1\n",
        "pyproject.toml": '[tool.poetry]\ndependencies = ["wanted"]\n',
    }
    audit = audit_of(tmp_path, Case(project, site=SITE))
    found = {finding.distribution: finding for finding in audit.findings if finding.code == "FP105"}
    assert found["wanted"].severity == "info"
    assert "may be declared in pyproject.toml:2" in found["wanted"].message
    assert found["other"].severity == "warning"
    assert "may be declared" not in found["other"].message


def test_it_stands_first_in_every_report(tmp_path: Path) -> None:
    project = {
        "main.py": "import wanted\napp = 1\n",
        "Procfile": "web: uvicorn main:app\n",
        "pyproject.toml": '[tool.poetry]\ndependencies = ["wanted"]\n',
    }
    audit = audit_of(tmp_path, Case(project, site=SITE))
    assert json.loads(report_json.render(audit))["notes"][0] == {
        "code": "requirement-unparsable",
        "message": audit.notes[0].message,
        "path": "pyproject.toml",
        "line": 2,
        "about": "declarations",
    }
    for text in (table.render(audit), markdown.render(audit)):
        assert text.count("requirement-unparsable") == 1
        assert text.index("requirement-unparsable") < text.index("Weight and use") < text.index("main.py:1")


def test_that_nothing_is_declared_is_said(tmp_path: Path) -> None:
    audit = audit_of(tmp_path, Case({"main.py": "import wanted\napp = 1\n"}, site=SITE))
    assert [note.code for note in audit.notes if note.about == "declarations"] == ["nothing-declared"]
    assert audit.notes[0].code == "nothing-declared"
    assert "nothing is known to be declared | installed 2" in table.render(audit)
    assert not audit.findings


def test_noop_a_project_that_needs_nothing_declares_nothing(tmp_path: Path) -> None:
    audit = audit_of(tmp_path, Case({"main.py": "import os\napp = 1\n"}, site=SITE))
    assert all(note.code != "nothing-declared" for note in audit.notes)


def test_an_empty_list_says_that_nothing_is_needed(tmp_path: Path) -> None:
    project = {"main.py": "import wanted\napp = 1\n", "pyproject.toml": '[project]\nname = "p"\ndependencies = []\n'}
    audit = audit_of(tmp_path, Case(project, site=SITE))
    assert [(finding.code, finding.severity) for finding in audit.findings] == [("FP105", "warning")]


def test_noop_what_developers_declare_badly_tempers_nothing_of_the_application(tmp_path: Path) -> None:
    project = {
        "main.py": "app = 1\n",
        "Procfile": "web: uvicorn main:app\n",
        "requirements.txt": "other\n",
        "requirements-dev.txt": "wanted >>> 1\n",
    }
    rows = {row.name: row for row in audit_of(tmp_path, Case(project, site=SITE)).distributions}
    assert "could not be read" not in rows["other"].reason


def test_what_may_be_declared_there_holds_what_it_requires(tmp_path: Path) -> None:
    project = {
        "main.py": "app = 1\n",
        "Procfile": "web: uvicorn main:app\n",
        "requirements.txt": "base\nother\n",
        "pyproject.toml": "[project\ndependencies = ['wanted']\n",
    }
    site = {**SITE, "wanted": lib("wanted/__init__.py", requires=("base",)), "base": lib("base/__init__.py")}
    rows = {row.name: row for row in audit_of(tmp_path, Case(project, site=site)).distributions}
    assert (rows["base"].usage.value, rows["base"].confidence) == ("unused", "cannot tell")
    assert "may declare wanted, which requires it" in rows["base"].reason
    assert (rows["wanted"].usage.value, rows["wanted"].confidence) == ("orphan", "cannot tell")
    assert rows["other"].confidence == "likely"
