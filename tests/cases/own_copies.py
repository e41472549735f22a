"""The project itself, installed into the environment that its sources are audited with, as `pip install .` does."""

from collections.abc import Mapping

from tests.cases.case import Case, lib, libs

OWN = '[project]\nname = "own"\ndependencies = ["web"]\n[project.scripts]\nown = "own.main:run"\n'
LOAD = "import web\nimport ownplug\nfrom ownplug.two import x\nownplug.__path__ = [*ownplug.__path__]\n"


def _own(main: str, files: Mapping[str, str], *copied: str, **more: str) -> Case:
    """A package `own` with `files` beside it, of which `copied` are installed, and what `more` distributions have."""
    project = {"pyproject.toml": OWN, "own/__init__.py": "", "own/main.py": f"{main}\ndef run(): ...\n", **files}
    others = {name.replace("_", "-"): lib(*paths.split()) for name, paths in more.items()}
    site = {"own": lib("own/__init__.py", "own/main.py", *copied), **libs("web"), **others}
    return Case(project, {"own": "orphan certain", "web": "startup own/main.py:1"}, site)


def _told(case: Case, expect: Mapping[str, str], undeclared: Mapping[str, str], *findings: str) -> Case:
    return Case(case.files, {**case.expect, **expect}, case.site, undeclared=undeclared, findings=findings)


_PLUGS = {"ownplug/one.py": "", "ownplug/two.py": "import web\nx = 1\n"}
_SHARED = {"corp/own/__init__.py": "", "corp/own/api.py": "import web\nx = 1\n"}
_SHARED_THERE = ("corp/own/__init__.py", "corp/own/api.py")

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "the project itself, installed": {
        "beets: a folder without __init__ that it installs": _own(LOAD, _PLUGS, *_PLUGS),
        "a part of a namespace that others share": _own(
            "import web\nfrom corp.own import api\nimport corp.own.api", _SHARED, *_SHARED_THERE,
            corp_other="corp/other/__init__.py"),
        "the namespace that others share": _told(
            _own("import web\nimport corp", _SHARED, *_SHARED_THERE, corp_other="corp/other/__init__.py"),
            {"own": "orphan", "corp-other": "orphan"}, {}),  # it loads no part, and is not undeclared
        "a module that its build makes": _told(
            _own("import web\nimport _own_fast", {}, "_own_fast.cpython-311-x86_64-linux-gnu.so"),
            {"own": "startup own/main.py:2"}, {}),
        "noop: another part of the namespace": _told(
            _own("import web\nfrom corp.other import x", _SHARED, *_SHARED_THERE, corp_other="corp/other/__init__.py"),
            {"corp-other": "startup own/main.py:2"}, {"corp": "(corp-other)"}, "FP105 corp-other own/main.py:2"),
        "noop: a folder like a package that somebody else installs": _told(
            _own("import web\nimport alembic", {"alembic/env.py": ""}, alembic="alembic/__init__.py"),
            {"alembic": "startup own/main.py:2"}, {"alembic": "nothing declared"}, "FP105 alembic own/main.py:2"),
        "noop: a folder of ours that somebody else installs a part of": _told(
            _own("import web\nimport ownplug.far", _PLUGS, *_PLUGS, far="ownplug/far.py"),
            {"far": "startup own/main.py:2"}, {"ownplug": "(far)"}, "FP105 far own/main.py:2"),
    },
}  # fmt: skip
