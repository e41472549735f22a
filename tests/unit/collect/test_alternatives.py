"""Lazy imports between which a variable chooses: which parts run for which values, and what is left out of a start."""

from pathlib import Path

import pytest

from footprint.collect.project_settings.required_settings import find_needed
from footprint.collect.project_settings.variable_branches import find_parts
from tests.support.probing import write

READ = "import os\nP = os.getenv('PROVIDER', 'a')\n"
BRANCHES = """\
def make():
    if {0} == 'a':
        import aaa
    elif {0} == 'b':
        import bbb
    else:
        import ccc
"""
# Files, and by value of PROVIDER the modules that run.
PARTS = {
    "branches": ({"app.py": READ + BRANCHES.format("P")}, {"a": "aaa", "b": "bbb", "x": "ccc"}),
    "read where it is compared": (
        {"app.py": "import os\n" + BRANCHES.format("os.environ['PROVIDER']")}, {"a": "aaa", "b": "bbb", "x": "ccc"}
    ),
    "without case": (
        {"app.py": "import os\nP = os.getenv('PROVIDER').lower()\n" + BRANCHES.format("P")},
        {"A": "aaa", "B": "bbb", "x": "ccc"},
    ),
    "from another file": (
        {"conf.py": READ, "app.py": "from conf import P\n" + BRANCHES.format("P")}, {"a": "aaa", "b": "bbb", "x": "ccc"}
    ),
    "a field of settings": (
        {"conf.py": "from pydantic_settings import BaseSettings\nclass S(BaseSettings):\n    provider: str = 'a'\n"
         "settings = S()\n", "app.py": "from conf import settings\n" + BRANCHES.format("settings.provider")},
        {"a": "aaa", "b": "bbb", "x": "ccc"},
    ),
    "a setting of Flask or Django": (
        {"settings.py": "import os\nPROVIDER = os.environ.get('PROVIDER')\n",
         "app.py": "from django.conf import settings\n" + BRANCHES.format("settings.PROVIDER")},
        {"a": "aaa", "b": "bbb", "x": "ccc"},
    ),
    "match": (
        {"app.py": READ + "def make():\n    match P:\n        case 'a':\n            import aaa\n"
         "        case 'b' | 'd':\n"
         "            import bbb\n        case _:\n            import ccc\n"},
        {"a": "aaa", "b": "bbb", "d": "bbb", "x": "ccc"},
    ),
    "one of several": (
        {"app.py": READ + "def make():\n    if P in ('a', 'd'):\n        import aaa\n"
         "    if P != 'a':\n        import bbb\n"},
        {"a": "aaa", "d": "aaa bbb", "b": "bbb"},
    ),
    "what follows a return": (
        {"app.py": READ + "def make():\n    if P == 'a':\n        import aaa\n        return aaa\n    import bbb\n"},
        {"a": "aaa", "b": "bbb"},
    ),
    "functions that it calls": (
        {"app.py": READ + "def make():\n    if P == 'a':\n        return one()\n    return two()\n"
         "def one():\n    import aaa\ndef two():\n    import bbb\n"},
        {"a": "aaa", "b": "bbb"},
    ),
    "of another file": (
        {"app.py": READ + "from more import one\ndef make():\n    if P == 'a':\n        return one()\n    import bbb\n",
         "more.py": "def one():\n    import aaa\n"},
        {"a": "aaa", "b": "bbb"},
    ),
    "a table of functions": (
        {"app.py": READ + "def one():\n    import aaa\ndef two():\n    import bbb\nMADE = {'a': one, 'b': two}\n"
         "def make():\n    return MADE[P]()\n"},
        {"a": "aaa", "b": "bbb"},
    ),
    "a table, asked by get": (
        {"app.py": READ + "def one():\n    import aaa\ndef two():\n    import bbb\n"
         "def make():\n    return {'a': one, 'b': two}.get(P, one)()\n"},
        {"a": "aaa", "b": "aaa bbb"},  # one is the default, too
    ),
    "noop: a function that is named elsewhere, too": (
        {"app.py": READ + "def make():\n    if P == 'a':\n        return one()\ndef one():\n    import aaa\n"
         "other = one\n"},
        {"a": "aaa", "b": "aaa"},
    ),
    "noop: a route": (
        {"app.py": READ + "def make():\n    if P == 'a':\n        return one()\n@app.get('/')\ndef one():\n"
         "    import aaa\n"},
        {"a": "aaa", "b": "aaa"},
    ),
    "noop: of a request": ({"app.py": READ + BRANCHES.format("request.provider")}, dict.fromkeys("ab", "aaa bbb ccc")),
    "noop: of a parameter": (
        {"app.py": "import os\nos.getenv('X')\n" + BRANCHES.format("provider")}, dict.fromkeys("ab", "aaa bbb ccc")
    ),
    "noop: given a value twice": (
        {"app.py": READ + "P = 'b'\n" + BRANCHES.format("P")}, dict.fromkeys("ab", "aaa bbb ccc")
    ),
    "noop: a text that is not known": (
        {"app.py": READ + "def make():\n    if P == chosen():\n        import aaa\n"}, dict.fromkeys("ab", "aaa")
    ),
    "noop: another condition beside it": (
        {"app.py": READ + "def make():\n    if P == 'a' or ready:\n        import aaa\n"}, dict.fromkeys("ab", "aaa")
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PARTS)
def test_what_runs_for_a_value(name: str, tmp_path: Path) -> None:
    files, expected = PARTS[name]
    parts = find_parts(write(tmp_path, files), list(files), ["one", "two", "make"])
    lines = [
        (path, number, line.split()[-1])
        for path, text in files.items()
        for number, line in enumerate(text.splitlines(), 1)
        if line.strip() in ("import aaa", "import bbb", "import ccc")
    ]
    for value, modules in expected.items():
        run = {
            module
            for path, line, module in lines
            if all(
                test.holds_for(value) for part in parts if part.path == path and part.holds(line) for test in part.tests
            )
        }
        assert " ".join(sorted(run)) == modules


DEEP = {
    "calls": "if P" + ".lower()" * 900 + " == 'a':\n    import aaa\n",
    "negations": "if " + "not " * 900 + "P == 'a':\n    import aaa\n",
    "branches": "if P == '0':\n    pass\n" + "".join(f"elif P == '{n}':\n    import aaa\n" for n in range(900)),
    "returns": "def f():\n"
    + "".join(f"    if P == '{n}':\n        return\n" for n in range(2000))
    + "    import aaa\n",
}


@pytest.mark.parametrize("name", DEEP)
def test_noop_what_is_nested_deeply_ends_nothing(name: str, tmp_path: Path) -> None:
    files = {"app.py": READ + DEEP[name] + "assert os.environ['X'] or not os.environ['Y']\n"}
    find_parts(write(tmp_path, files), list(files), ["f"])
    find_needed(tmp_path, list(files))
