"""Declarations that are not what their tools read: a note each, with its line; never silence.

The kinds are those that the test suites of deptry, FawltyDeps, creosote and pip-tools feed their readers, and ours.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from footprint.collect.declared import read_declared, read_locked
from footprint.report.audit import json as report_json
from footprint.report.audit import markdown, table
from tests.cases.case import Case, audit_of, lib
from tests.support.projects import write

Row = tuple[str, str, str, int | None]  # file, text, code of the note, its line
UNREAD = "requirement-unparsable"

MALFORMED: dict[str, Row] = {
    # --- [project]
    "project: a string": ("pyproject.toml", 'project = "wanted"\n', UNREAD, 1),
    "project: an array of tables": ("pyproject.toml", '[[project]]\ndependencies = ["wanted"]\n', UNREAD, 1),
    "dependencies: a string": ("pyproject.toml", '[project]\ndependencies = "wanted"\n', UNREAD, 2),
    "dependencies: a table": ("pyproject.toml", '[project.dependencies]\nwanted = ""\n', UNREAD, 1),
    "dependencies: a number": ("pyproject.toml", "[project]\ndependencies = 3\n", UNREAD, 2),
    "dependencies: a number in the array": ("pyproject.toml", "[project]\ndependencies = [\n1,\n]\n", UNREAD, 3),
    "dependencies: an array in the array": ("pyproject.toml", '[project]\ndependencies = [["wanted"]]\n', UNREAD, 2),
    "dependencies: a table in the array": (
        "pyproject.toml", '[project]\ndependencies = [{ name = "wanted" }]\n', UNREAD, 2),
    "dependencies: an unknown operator": ("pyproject.toml", '[project]\ndependencies = ["wanted^=1"]\n', UNREAD, 2),
    "dependencies: Poetry's operator": ("pyproject.toml", '[project]\ndependencies = ["wanted^1.2"]\n', UNREAD, 2),
    "dependencies: a marker that breaks off": (
        "pyproject.toml", "[project]\ndependencies = [\"wanted; python_version <\"]\n", UNREAD, 2),
    "dependencies: a marker of unknown names": (
        "pyproject.toml", "[project]\ndependencies = [\"wanted; planet == 'mars'\"]\n", UNREAD, 2),
    "dependencies: an extra left open": ("pyproject.toml", '[project]\ndependencies = ["wanted[x"]\n', UNREAD, 2),
    "dependencies: two in one string": ("pyproject.toml", '[project]\ndependencies = ["wanted, other"]\n', UNREAD, 2),
    "dependencies: an empty string": ("pyproject.toml", '[project]\ndependencies = [""]\n', UNREAD, 2),
    "dependencies: below the urls": (
        "pyproject.toml", '[project.urls]\nhome = "https://h"\ndependencies = ["wanted"]\n', "declaration-unknown", 3),
    "dependencies: before every table": ("pyproject.toml", 'dependencies = ["wanted"]\n', "declaration-unknown", 1),
    "dependencies: another spelling": (
        "pyproject.toml", '[project]\ndependancies = ["wanted"]\n', "declaration-unknown", 2),
    "dependencies: requires of old": ("pyproject.toml", '[project]\nrequires = ["wanted"]\n', "declaration-unknown", 2),
    "dependencies: install_requires": (
        "pyproject.toml", '[project]\ninstall_requires = ["wanted"]\n', "declaration-unknown", 2),
    "extras: an array": ("pyproject.toml", '[project]\noptional-dependencies = ["wanted"]\n', UNREAD, 2),
    "extras: a string": ("pyproject.toml", '[project.optional-dependencies]\nx = "wanted"\n', UNREAD, 2),
    "extras: no table of the project": (
        "pyproject.toml", '[optional-dependencies]\nx = ["wanted"]\n', "declaration-unknown", 1),
    "extras: an underscore": (
        "pyproject.toml", '[project.optional_dependencies]\nx = ["wanted"]\n', "declaration-unknown", 1),
    "a table of another tool": (
        "pyproject.toml", '[tool.briefcase.app.x]\nrequires = ["wanted"]\n', "declaration-unknown", 2),
    "a table of a tool of no name": (
        "pyproject.toml", '[tool.ours.dependencies]\nwanted = "^1"\n', "declaration-unknown", 1),
    # --- TOML itself
    "TOML: a bracket left open": ("pyproject.toml", "[project\n", "toml-unparsable", 1),
    "TOML: a quote left open": ("pyproject.toml", '[project]\ndependencies = ["wanted]\n', "toml-unparsable", 2),
    "TOML: a key twice": (
        "pyproject.toml", '[project]\ndependencies = ["wanted"]\ndependencies = []\n', "toml-unparsable", 3),
    "TOML: a table twice": (
        "pyproject.toml", '[project]\ndependencies = ["wanted"]\n[project]\nname = "p"\n', "toml-unparsable", 3),
    "TOML: a comma forgotten": ("pyproject.toml", '[project]\ndependencies = ["wanted"\n"b"]\n', "toml-unparsable", 3),
    "TOML: an unfinished merge": (
        "pyproject.toml",
        '[project]\n<<<<<<< HEAD\ndependencies = ["wanted"]\n=======\ndependencies = []\n>>>>>>> x\n',
        "merge-conflict", 2),
    # --- [dependency-groups]
    "groups: an array": ("pyproject.toml", 'dependency-groups = ["wanted"]\n', UNREAD, 1),
    "groups: a string": ("pyproject.toml", '[dependency-groups]\nweb = "wanted"\n', UNREAD, 2),
    "groups: a table": ("pyproject.toml", '[dependency-groups.web]\nwanted = "*"\n', UNREAD, 1),
    "groups: another include": ("pyproject.toml", '[dependency-groups]\nweb = [{ include = "x" }]\n', UNREAD, 2),
    "groups: an include of nothing": (
        "pyproject.toml", '[dependency-groups]\nweb = [{ include-group = "x" }]\n', "group-missing", 2),
    "groups: an include of two": (
        "pyproject.toml", '[dependency-groups]\nweb = [{ include-group = ["a", "b"] }]\n', UNREAD, 2),
    "groups: a circle": (
        "pyproject.toml",
        '[dependency-groups]\na = [{ include-group = "b" }]\nb = [{ include-group = "a" }]\n', "group-cycle", 2),
    "groups: the same name twice": ("pyproject.toml", '[dependency-groups]\na_b = []\nA-b = []\n', "group-twice", 3),
    "groups: an underscore": (
        "pyproject.toml", '[dependency_groups]\nweb = ["wanted"]\n', "declaration-unknown", 1),
    # --- Poetry
    "poetry: an array": ("pyproject.toml", '[tool]\npoetry = ["wanted"]\n', UNREAD, 2),
    "poetry: dependencies an array": ("pyproject.toml", '[tool.poetry]\ndependencies = ["wanted"]\n', UNREAD, 2),
    "poetry: dependencies a string": ("pyproject.toml", '[tool.poetry]\ndependencies = "wanted"\n', UNREAD, 2),
    "poetry: a group's an array": (
        "pyproject.toml", '[tool.poetry.group.dev]\ndependencies = ["wanted > 22", "b"]\n', UNREAD, 2),
    "poetry: a group an array": ("pyproject.toml", '[tool.poetry.group]\ndev = ["wanted"]\n', UNREAD, 2),
    "poetry: groups a string": ("pyproject.toml", '[tool.poetry]\ngroup = "wanted"\n', UNREAD, 2),
    "poetry: an extra a string": ("pyproject.toml", '[tool.poetry.extras]\ntest = "wanted"\n', UNREAD, 2),
    "poetry: extras an array": ("pyproject.toml", '[tool.poetry]\nextras = ["wanted"]\n', UNREAD, 2),
    "poetry: an extra of numbers": ("pyproject.toml", "[tool.poetry.extras]\nx = [1]\n", UNREAD, 2),
    "poetry: a version that is a number": ("pyproject.toml", "[tool.poetry.dependencies]\nwanted = 1.2\n", UNREAD, 2),
    "poetry: a version that is true": ("pyproject.toml", "[tool.poetry.dependencies]\nwanted = true\n", UNREAD, 2),
    "poetry: a version that is none": (
        "pyproject.toml", '[tool.poetry.dependencies]\nwanted = "latest!"\n', UNREAD, 2),
    "poetry: old development an array": (
        "pyproject.toml", '[tool.poetry]\ndev-dependencies = ["wanted"]\n', UNREAD, 2),
    # --- PDM, uv, Rye, Hatch, Flit
    "pdm: an array": ("pyproject.toml", '[tool.pdm]\ndev-dependencies = ["wanted"]\n', UNREAD, 2),
    "pdm: a group a string": ("pyproject.toml", '[tool.pdm.dev-dependencies]\nx = "wanted"\n', UNREAD, 2),
    "uv: a string": ("pyproject.toml", '[tool.uv]\ndev-dependencies = "wanted"\n', UNREAD, 2),
    "uv: a table": ("pyproject.toml", '[tool.uv.dev-dependencies]\nwanted = "1"\n', UNREAD, 1),
    "uv: sources an array": ("pyproject.toml", '[tool.uv]\nsources = ["wanted"]\n', UNREAD, 2),
    "uv: members a string": ("pyproject.toml", '[tool.uv.workspace]\nmembers = "libs/*"\n', UNREAD, 2),
    "uv: itself a string": ("pyproject.toml", '[tool]\nuv = "wanted"\n', UNREAD, 2),
    "rye: a string": ("pyproject.toml", '[tool.rye]\ndev-dependencies = "wanted"\n', UNREAD, 2),
    "hatch: environments an array": ("pyproject.toml", '[tool.hatch]\nenvs = ["wanted"]\n', UNREAD, 2),
    "hatch: an environment an array": ("pyproject.toml", '[tool.hatch.envs]\nx = ["wanted"]\n', UNREAD, 2),
    "hatch: dependencies a string": (
        "pyproject.toml", '[tool.hatch.envs.x]\ndependencies = "wanted"\n', UNREAD, 2),
    "hatch: filled in": (
        "pyproject.toml", '[tool.hatch.envs.x]\ndependencies = ["wanted=={matrix:v}"]\n', "requirement-computed", 2),
    "hatch.toml: a string": ("hatch.toml", '[envs.x]\ndependencies = "wanted"\n', UNREAD, 2),
    "flit: a string": (
        "pyproject.toml", '[tool.flit.metadata]\nmodule = "p"\nrequires = "wanted"\n', UNREAD, 3),
    "flit: extras an array": (
        "pyproject.toml", '[tool.flit.metadata]\nmodule = "p"\nrequires-extra = ["wanted"]\n', UNREAD, 3),
    "flit: beside the project": (
        "pyproject.toml", '[project]\nname = "p"\n[tool.flit.metadata]\nrequires = ["wanted"]\n',
        "requirement-ignored", 3),
    # --- setuptools' own table
    "dynamic: not said": (
        "pyproject.toml", '[project]\nname = "p"\n[tool.setuptools.dynamic]\ndependencies = ["wanted"]\n',
        "requirement-ignored", 4),
    "dynamic: no project": (
        "pyproject.toml", '[tool.setuptools.dynamic]\ndependencies = ["wanted"]\n', "requirement-ignored", 2),
    "dynamic: another backend": (
        "pyproject.toml",
        '[build-system]\nbuild-backend = "hatchling.build"\n[project]\nname = "p"\ndynamic = ["dependencies"]\n'
        '[tool.setuptools.dynamic]\ndependencies = ["wanted"]\n', "requirement-ignored", 7),
    "dynamic: extras not said": (
        "pyproject.toml",
        '[project]\nname = "p"\ndynamic = ["dependencies"]\n'
        '[tool.setuptools.dynamic]\noptional-dependencies.x = ["wanted"]\n', "requirement-ignored", 5),
    "dynamic: a hook of another backend": (
        "pyproject.toml",
        '[project]\nname = "p"\ndynamic = ["dependencies"]\n'
        '[tool.hatch.metadata.hooks.requirements_txt]\nfiles = ["r.txt"]\n', "requirement-ignored", 4),
    # --- pixi
    "pixi: an array": ("pixi.toml", 'dependencies = ["wanted"]\n', UNREAD, 1),
    "pixi: a string": ("pixi.toml", 'dependencies = "wanted"\n', UNREAD, 1),
    "pixi: an array for the index": ("pixi.toml", 'pypi-dependencies = ["wanted"]\n', UNREAD, 1),
    "pixi: a feature's array": ("pixi.toml", '[feature.dev]\ndependencies = ["wanted > 22"]\n', UNREAD, 2),
    "pixi: a feature's string": ("pixi.toml", '[feature.dev]\npypi-dependencies = "wanted"\n', UNREAD, 2),
    "pixi: features an array": ("pixi.toml", 'feature = ["wanted"]\n', UNREAD, 1),
    "pixi: a platform an array": ("pixi.toml", '[target]\nlinux-64 = ["wanted"]\n', UNREAD, 2),
    "pixi: a version that is a number": ("pixi.toml", "[dependencies]\nwanted = 3\n", UNREAD, 2),
    "pixi: in pyproject.toml": ("pyproject.toml", '[tool.pixi]\ndependencies = ["wanted"]\n', UNREAD, 2),
    "pixi: TOML": ("pixi.toml", "[dependencies\n", "toml-unparsable", 1),
    # --- environment.yml
    "conda: no mapping": ("environment.yml", "- wanted\n- b\n", UNREAD, 1),
    "conda: a text": ("environment.yml", "wanted of all\n", UNREAD, 1),
    "conda: a number": ("environment.yml", "123\n", UNREAD, 1),
    "conda: dependencies a string": ("environment.yml", "name: x\ndependencies: wanted\n", UNREAD, 2),
    "conda: dependencies a mapping": ("environment.yml", "dependencies:\n  wanted: 1\n", UNREAD, 2),
    "conda: an item a mapping": ("environment.yml", "dependencies:\n  - wanted: 1\n    b: 2\n", UNREAD, 2),
    "conda: an item a list": ("environment.yml", "dependencies:\n  - [wanted]\n", UNREAD, 2),
    "conda: pip a string": ("environment.yml", "dependencies:\n  - pip: wanted\n", UNREAD, 2),
    "conda: pip a mapping": ("environment.yml", "dependencies:\n  - pip:\n      wanted: 1\n", UNREAD, 3),
    "conda: a mapping in pip's list": ("environment.yml", "dependencies:\n  - pip:\n    - wanted: 1\n", UNREAD, 3),
    "conda: no name": ("environment.yml", 'dependencies:\n  - ">wanted<"\n', UNREAD, 2),
    "conda: no name for pip": ("environment.yml", 'dependencies:\n  - pip:\n    - "=wanted"\n', UNREAD, 3),
    "conda: YAML": ("environment.yml", "],,{wanted\n", "yaml-unparsable", 1),
    "conda: a tab": ("environment.yml", "dependencies:\n\t- wanted\n", "yaml-unparsable", 2),
    "conda: two documents": (
        "environment.yml", "dependencies: []\n---\ndependencies: [wanted]\n", "yaml-unparsable", 2),
    "conda: an unfinished merge": (
        "environment.yml", "dependencies:\n<<<<<<< HEAD\n  - wanted\n=======\n>>>>>>> x\n", "merge-conflict", 2),
    # --- setup.cfg
    "setup.cfg: a bracket left open": (
        "setup.cfg", "[options\ninstall_requires =\n    wanted\n", "setup-cfg-unparsable", 1),
    "setup.cfg: no section": ("setup.cfg", "install_requires = wanted\n", "setup-cfg-unparsable", 1),
    "setup.cfg: no value": ("setup.cfg", "[options]\ninstall_requires\nwanted\n", "setup-cfg-unparsable", 2),
    "setup.cfg: a section twice": (
        "setup.cfg", "[options]\ninstall_requires = wanted\n[options]\n", "setup-cfg-unparsable", 3),
    "setup.cfg: an option twice": (
        "setup.cfg", "[options]\ninstall_requires = wanted\ninstall_requires = b\n", "setup-cfg-unparsable", 3),
    "setup.cfg: an unfinished merge": (
        "setup.cfg", "[options]\n<<<<<<< HEAD\ninstall_requires = wanted\n", "merge-conflict", 2),
    "setup.cfg: another section": (
        "setup.cfg", "[metadata]\ninstall_requires = wanted\n", "declaration-unknown", 2),
    "setup.cfg: a bad requirement": (
        "setup.cfg", "[options]\ninstall_requires =\n  wanted >> 2\n", UNREAD, 3),
    # --- setup.py
    "setup.py: Python 2": ("setup.py", "print 'wanted'\n", "setup-unparsable", 1),
    "setup.py: an unfinished merge": ("setup.py", "<<<<<<< HEAD\nsetup()\n", "merge-conflict", 1),
    "setup.py: computed": (
        "setup.py", "need = lambda n: [f'w{k}' for k in range(n)]\nsetup(install_requires=need(4))\n",
        "setup-computed", 2),
    "setup.py: extras computed": ("setup.py", "setup(extras_require=f())\n", "setup-computed", 1),
    "setup.py: an extra computed": ("setup.py", "setup(extras_require={'a': [],\n'b': f()})\n", "setup-computed", 2),
    "setup.py: a name of nothing": ("setup.py", "setup(install_requires=deps)\n", "setup-computed", 1),
    "setup.py: itself": ("setup.py", "deps = [deps]\nsetup(install_requires=deps)\n", "setup-computed", 1),
    "setup.py: arguments computed": ("setup.py", "setup(**load())\n", "setup-computed", 1),
    "setup.py: no call": ("setup.py", "import setuptools\nrun(setuptools)\n", "setup-computed", None),
    "setup.py: a bad requirement": ("setup.py", "setup(install_requires=['wanted > > 1'])\n", UNREAD, 1),
    # --- Pipfile
    "Pipfile: an array": ("Pipfile", 'packages = ["wanted"]\n', UNREAD, 1),
    "Pipfile: a string": ("Pipfile", 'packages = "wanted"\n', UNREAD, 1),
    "Pipfile: an array of tables": ("Pipfile", '[[packages]]\nname = "wanted"\n', UNREAD, 1),
    "Pipfile: another category an array": ("Pipfile", 'docs = ["wanted"]\n', UNREAD, 1),
    "Pipfile: a number": ("Pipfile", "[packages]\nwanted = 1\n", UNREAD, 2),
    "Pipfile: TOML": ("Pipfile", "[packages]\nwanted = *\n", "toml-unparsable", 2),
    # --- requirements files
    "requirements: a number of words": ("requirements.txt", "wanted and more\n", UNREAD, 1),
    "requirements: one equals sign": ("requirements.txt", "wanted=1.0\n", UNREAD, 1),
    "requirements: Poetry's operator": ("requirements.txt", "wanted^1.0\n", UNREAD, 1),
    "requirements: a comma at the end": ("requirements.txt", "wanted,\n", UNREAD, 1),
    "requirements: what a shell runs": ("requirements.txt", "pip install wanted\n", UNREAD, 1),
    "requirements: a marker that breaks off": ("requirements.txt", "wanted; python_version\n", UNREAD, 1),
    "requirements: a file that is gone": ("requirements.txt", "a\n-r gone.txt\n", "requirements-missing", 2),
    "requirements: a file on the network": ("requirements.txt", "-r https://h/r.txt\n", "requirements-remote", 1),
    "requirements: a file outside": ("requirements.txt", "-r /etc/hostname\n", "requirements-outside", 1),
    "requirements: a circle": ("requirements.txt", "a\n-r requirements.txt\n", "requirements-cycle", 2),
    "requirements: a folder that is gone": ("requirements.txt", "-e ./gone\n", "local-path-missing", 1),
    "requirements: an option of none": ("requirements.txt", "-x wanted\n", UNREAD, 1),
    "requirements: a URL of no name": ("requirements.txt", "https://h/x.zip\n", "requirement-unnamed", 1),
    "requirements: an unfinished merge": (
        "requirements.txt", "a\n<<<<<<< HEAD\nb\n=======\n>>>>>>> x\n", "merge-conflict", 2),
    "requirements: a page": ("requirements.txt", "<!DOCTYPE html>\n", UNREAD, 1),
    "requirements: JSON": ("requirements.txt", '{"wanted": "1.0"}\n', UNREAD, 1),
    # --- headers of scripts
    "script: no end": ("x.py", '# /// script\n# dependencies = ["wanted"]\n', "script-header-open", 1),
    "script: two": ("x.py", "# /// script\n# ///\n\n# /// script\n# ///\n", "script-header-twice", 4),
    "script: TOML": ("x.py", "# /// script\n# dependencies = [wanted]\n# ///\n", "toml-unparsable", 2),
    "script: a string": ("x.py", '# /// script\n# dependencies = "wanted"\n# ///\n', UNREAD, 2),
}  # fmt: skip


@pytest.mark.parametrize(("file", "text", "code", "line"), MALFORMED.values(), ids=MALFORMED)
def test_each_is_noted_once_with_its_line(tmp_path: Path, file: str, text: str, code: str, line: int | None) -> None:
    (tmp_path / file).write_text(text)
    declared = read_declared(tmp_path)
    assert [(note.code, note.line) for note in declared.notes] == [(code, line)], declared.notes
    (doubt,) = declared.doubts
    assert doubt.note == declared.notes[0]
    assert doubt.note.about == "declarations"
    if "wanted" in text and doubt.words is not None and code != "requirement-ignored":
        named = {line.name for line in declared.requirements} | doubt.words
        assert "wanted" in named


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
    "no JSON": ("Pipfile.lock", '{"default": {', None),
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
        assert text.index("requirement-unparsable") < text.index("Entry web") < text.index("main.py:1")


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
