"""Where no entry is known every module counts as reached, tests apart, and nothing is unreached for certain."""

from collections.abc import Mapping
from functools import partial

from tests.cases.case import Case, a_tree, cases_of, lib, libs

SITE = libs("a b click pytest")
PYPROJECT = '[project]\nname = "lib"\nversion = "1"\ndependencies = ["a", "b", "click"]\n'


def library(text: str, **more: str) -> dict[str, str]:
    return {"lib/__init__.py": text, "pyproject.toml": PYPROJECT, **more}


a_library = partial(cases_of(library), declares=None)


DEV = '[project]\nname = "lib"\nversion = "1"\ndependencies = ["a"]\n[dependency-groups]\ndev = ["click"]\n'


def for_developers(*lines: str, **files: str) -> dict[str, str]:
    """A library whose development group has click; `files` by name, `__` for a slash."""
    named = {name.replace("__", "/") + ".py": text for name, text in files.items()}
    return {"lib/__init__.py": "import a\n", "pyproject.toml": "\n".join((DEV, *lines)), **named}


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a library that imports what is declared for its developers": {
        "E5 in its package": Case(
            {**for_developers(), "lib/__init__.py": "import click\n"},
            {"click": "startup lib/__init__.py:1"},
            findings=("FP106 click lib/__init__.py:1",),
        ),
        "E5 sibling: in an extra": Case(
            {
                "lib/__init__.py": "import click\n",
                "pyproject.toml": '[project]\nname = "lib"\ndependencies = ["a"]\n'
                '[project.optional-dependencies]\ndev = ["click"]\n',
            },
            {"click": "startup"},
            findings=("FP106 click lib/__init__.py:1",),
        ),
        "E5 sibling: in a function of a module within": Case(
            for_developers(lib__sub__x="", lib__cli="def f():\n    import click\n"),
            {"click": "lazy lib/cli.py:2"},
            findings=("FP106 click lib/cli.py:2",),
        ),
        "E5 sibling: below src": a_tree(
            {"src/lib/core.py": "import click\n", "pyproject.toml": DEV},
            {"click": "startup src/lib/core.py:1"},
            declares=None,
            empty="src/lib/__init__.py",
            findings=("FP106 click src/lib/core.py:1",),
        ),
        "E5 sibling: guarded": Case(
            for_developers(lib__x="try:\n    import click\nexcept ImportError:\n    click = None\n"),
            {"click": "startup"},
            findings=("FP106 click lib/x.py:2",),
        ),
        "E5 sibling: a module beside the package, which may be anything": Case(
            for_developers(helper="import click\n"),
            {"click": "startup"},
            findings=("FP106 click helper.py:1",),
        ),
        "noop: E5 in the tests": Case(for_developers(tests__test_x="import click\n"), {"click": "tests"}),
        "noop: E5 in the docs": Case(for_developers(docs__conf="import click\n"), {"click": "tests"}),
        "noop: E5 in a script": Case(for_developers(scripts__run="import click\n"), {"click": "startup"}),
        "noop: E5 in a package of scripts": Case(
            for_developers(scripts____init__="", scripts__run="import click\n"),
            {"click": "startup"},
        ),
        "noop: E5 in the tasks": Case(for_developers(noxfile="import click\n"), {"click": "tests"}),
    },
    "a library": {
        "B5 no entry": a_library("import click\n", {"click": "startup likely lib/__init__.py:1"}),
        "B5 sibling: in a function": a_library(
            "def f():\n    import click\n", {"click": "lazy likely lib/__init__.py:2"}
        ),
        "B5 sibling: in a module that none imports": a_library(
            "", {"click": "startup likely lib/extra.py:1"}, **{"lib/extra.py": "import click\n"}
        ),
        "B5 sibling: under __main__": a_library(
            "", {"click": "lazy likely"}, **{"lib/tool.py": "if __name__ == '__main__':\n    import click\n"}
        ),
        "B5 sibling: an entry that leads nowhere": a_library(
            "import click\n",
            {"click": "startup likely lib/__init__.py:1"},
            {**SITE, "srv": lib("srv/__init__.py", entry_points="[console_scripts]\nsrv = srv:run\n")},
            entries=("srv",),
        ),
        "B5 sibling: without an environment": a_library(
            "import click\n", {"click": "startup likely lib/__init__.py:1"}, {}, installed=False
        ),
        "B5 sibling: tests beside it": a_library(
            "",
            {"click": "tests certain tests/test_x.py:1", "a": "tests certain tests/kit.py:1"},
            **{"tests/test_x.py": "import click\n", "tests/kit.py": "import a\n"},
        ),
        "B5 sibling: only for type checkers": a_library(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import click\n", {"click": "typing"}
        ),
        "B5 sibling: for another platform": a_library(
            "import sys\nif sys.platform == 'win32':\n    import click\n", {"click": "unreached cannot-tell"}
        ),
        "noop: with an entry what it does not reach is unreached": a_tree(
            {"main.py": "import a\napp = 1\n", "extra.py": "import b\n"},
            {"a": "startup", "b": "unreached"},
            web="uvicorn main:app",
        ),
        "noop: nothing imports it": a_library("import click\n", {"b": "unused cannot-tell"}),
    },
}
