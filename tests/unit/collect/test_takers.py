"""What a file hands to functions that take names: what counts, and what only looks like it."""

from textwrap import dedent

import pytest

from footprint.collect.imports.walker import read_imports
from footprint.model.handed_names import LOADED, METADATA, RUN, SOUGHT
from footprint.model.source_modules import Reference

MARKS = frozenset({LOADED, METADATA, RUN, SOUGHT})


def handed(source: str) -> list[Reference]:
    """Return the references by which a file hands a name on."""
    found = read_imports(dedent(source).encode(), path="m.py", module="shop.m", is_package=False)
    return [each for each in found.references if each.place[0] in MARKS]


NOT_HANDED = {
    "a method called load": "import json\njson.load('redis')",
    "a helper that imports nothing": "def lazy_import(name):\n    return name\nlazy_import('redis')",
    "a function of ours by the name of a loader": "def version(n): ...\nversion('redis')",
    "another function called version": "from shop import version\nversion('redis')",
    "a table that nothing loads from": "import importlib\nT = {'a': 'redis'}\nimportlib.import_module(x)",
    "the key of a table": "import importlib\nT = {'redis': x}\ndef f(k):\n    importlib.import_module(T[k])",
    "a key that decides": "import importlib\nT = {'redis': 'b'}\nimportlib.import_module(T['redis'])[0].redis",
    "the other half of a pair": "import importlib\nfor a, b in [(x, 'redis')]:\n    importlib.import_module(a)",
    "another argument": "import importlib\ndef f(n, m):\n    importlib.import_module(n)\nf(x, 'redis')",
    "another keyword": "import importlib\ndef f(n, m=1):\n    importlib.import_module(n)\nf(x, m='redis')",
    "a comparison": "import importlib\nn = x\nif n == 'redis':\n    pass\nimportlib.import_module(n)",
    "a variable of the same name in another function": (
        "import importlib\ndef f():\n    n = 'redis'\ndef g():\n    n = x\n    importlib.import_module(n)"
    ),
    "a marker of pytest": "import pytest\npytest.main(['-m', 'redis'])",
    "a message of git": "import subprocess\nsubprocess.run(['git', 'commit', '-m', 'redis'])",
    "an argument of the program that runs": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', x, '-m', 'redis'])"
    ),
    "a text about a command": "print('run python -m redis')",
    "the name of another service": "import os\nos.system('systemctl restart redis')",
    "under TYPE_CHECKING": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    exec('import redis')",
    "code that only mentions it": "exec('x = \"redis\"')",
    "a function that imports data": "from shop import import_users\nimport_users('redis')",
    "a cycle": "import importlib\na = b\nb = a\nimportlib.import_module(a)",
    "a function that calls itself": "import importlib\ndef f(n):\n    f(n)\n    importlib.import_module(n)",
}


@pytest.mark.parametrize("source", NOT_HANDED.values(), ids=NOT_HANDED)
def test_what_only_looks_like_it_is_not_handed_on(source: str) -> None:
    named = [each for each in handed(source) if "redis" in each.module and each.place[0] != SOUGHT]
    assert not named


def test_long_tables_and_deep_sums_end() -> None:
    rows = ", ".join(f"'k{n}': 'm{n}'" for n in range(3_000))
    sums = " + ".join(f"['x{n}']" for n in range(500))
    source = f"""
import importlib
TABLE = {{{rows}}}
INSTALLED_APPS = {sums}
def load(key):
    return importlib.import_module(TABLE[key])
"""
    assert len(handed(source)) == 3_000


def test_helpers_that_call_each_other_end() -> None:
    helpers = "".join(f"def f{n}(x):\n    f{(n + 1) % 200}(x)\n    f{(n + 7) % 200}(x)\n" for n in range(200))
    source = f"import importlib\n{helpers}def f(x):\n    importlib.import_module(x)\nf('redis')\n"
    assert [each.module for each in handed(source)] == ["redis"]


def test_a_name_is_taken_when_the_outermost_call_runs() -> None:
    source = """
        import importlib
        def inner(name):
            return importlib.import_module(name)
        def outer(name):
            return inner(name)
        outer("now")
        def late():
            outer("later")
    """
    assert [(each.module, each.function) for each in handed(source)] == [("now", None), ("later", "late")]


def test_one_of_several_has_a_fallback_and_one_that_may_fail_is_guarded() -> None:
    source = """
        import importlib
        T = {"a": "one", "b": "other"}
        def optional(name):
            try:
                return importlib.import_module(name)
            except ImportError:
                return None
        def f(key):
            optional("alone")
            importlib.import_module(T[key])
    """
    told = {each.module: (each.guarded, each.fallback) for each in handed(source)}
    assert told == {"alone": (True, False), "one": (True, True), "other": (True, True)}
