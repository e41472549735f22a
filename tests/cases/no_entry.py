"""Where no entry is known every module counts as reached, tests apart, and nothing is unreached for certain."""

from __future__ import annotations

from collections.abc import Mapping

from tests.cases.case import Case, lib, libs

SITE = libs("a b click pytest")
PYPROJECT = '[project]\nname = "lib"\nversion = "1"\ndependencies = ["a", "b", "click"]\n'


def library(text: str, **more: str) -> dict[str, str]:
    return {"lib/__init__.py": text, "pyproject.toml": PYPROJECT, **more}


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a library": {
        "B5 no entry": Case(library("import click\n"), {"click": "startup likely lib/__init__.py:1"}, SITE),
        "B5 sibling: in a function": Case(
            library("def f():\n    import click\n"), {"click": "lazy likely lib/__init__.py:2"}, SITE
        ),
        "B5 sibling: in a module that none imports": Case(
            library("", **{"lib/extra.py": "import click\n"}), {"click": "startup likely lib/extra.py:1"}, SITE
        ),
        "B5 sibling: under __main__": Case(
            library("", **{"lib/tool.py": "if __name__ == '__main__':\n    import click\n"}),
            {"click": "lazy likely"},
            SITE,
        ),
        "B5 sibling: an entry that leads nowhere": Case(
            library("import click\n"),
            {"click": "startup likely lib/__init__.py:1"},
            {**SITE, "srv": lib("srv/__init__.py", entry_points="[console_scripts]\nsrv = srv:run\n")},
            entries=("srv",),
        ),
        "B5 sibling: without an environment": Case(
            library("import click\n"),
            {"click": "startup likely lib/__init__.py:1"},
            installed=False,
        ),
        "B5 sibling: tests beside it": Case(
            library("", **{"tests/test_x.py": "import click\n", "tests/kit.py": "import a\n"}),
            {"click": "tests certain tests/test_x.py:1", "a": "tests certain tests/kit.py:1"},
            SITE,
        ),
        "B5 sibling: only for type checkers": Case(
            library("from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import click\n"),
            {"click": "typing"},
            SITE,
        ),
        "B5 sibling: for another platform": Case(
            library("import sys\nif sys.platform == 'win32':\n    import click\n"),
            {"click": "unreached cannot-tell"},
            SITE,
        ),
        "noop: with an entry what it does not reach is unreached": Case(
            {
                "main.py": "import a\napp = 1\n",
                "extra.py": "import b\n",
                "requirements.txt": "a\nb\n",
                "Procfile": "web: uvicorn main:app\n",
            },
            {"a": "startup", "b": "unreached"},
            SITE,
        ),
        "noop: nothing imports it": Case(library("import click\n"), {"b": "unused cannot-tell"}, SITE),
    },
}
