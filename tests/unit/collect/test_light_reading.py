"""Reading a file without the functions in which nothing speaks of imports: the same answers, and what must stay."""

from __future__ import annotations

import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest

from footprint.collect.imports.light_reading import leave_out, read_imports_lightly, read_lighter
from footprint.collect.imports.walker import read_imports
from footprint.model.source_modules import FileImports, ImportSite
from footprint.values import replace

BODY = "    x = 1\n    call(x)\n    return x\n"
STANDARD_LIBRARY = Path(sysconfig.get_path("stdlib"))


def lighter(source: str) -> str:
    """Return the text that is parsed; the text itself where nothing is left out."""
    found = leave_out(source)
    return found.text if found is not None else source


LEFT_OUT = {
    "a function": f"def f(a, b=(1, 2)) -> int:  # why\n{BODY}",
    "a method": f"class A:\n    def f(self):\n{textwrap.indent(BODY, '    ')}",
    "async": f"async def f(\n    a: int,  # (\n    b: str = ')',\n) -> None:\n{BODY}",
    "a docstring left of it": 'def f():\n    """\nhello = 1\n    """\n    call()\n',
    "a bracket": "def f():\n    call(\n        1,\n    )\n    # end\n\n",
    "a comment left of it": "def f():\n    x = 1\n# left\n    call('a')\n",
    "a formatted text": "def f(x):\n    call(f\"{x['a']} {x!r:>{x}} {{}}\")\n",
    "a quote in a comment": "def f():\n    x = 1  # don't\n    call(x)\n",
    "a function in a function": "def f():\n    def g():\n        return call()\n    return g\n",
    "match": "def f(x):\n    match x:\n        case 1:\n            call()\n",
}


@pytest.mark.parametrize("source", LEFT_OUT.values(), ids=LEFT_OUT)
def test_body_that_says_nothing_is_left_out_and_every_line_stays(source: str) -> None:
    text = f"import os\n{source}import sys\n"
    found = lighter(text)
    assert found.count("\n") == text.count("\n")
    assert "call" not in found
    assert found.splitlines()[0] == "import os"
    assert found.splitlines()[-1] == "import sys"
    assert read_lighter(text, "a.py", "a", is_package=False) is not None


KEPT = {
    "an import": "def f():\n    import os\n",
    "a call that imports": "def f():\n    return __import__(name)\n",
    "a name of a module": "def f():\n    call('shop.models')\n",
    "a name in pieces": "def f():\n    call('shop' '.' 'models')\n",
    "a name in a formatted text": "def f(x):\n    call(f'{x}shop.models')\n",
    "a name with an escape": "def f():\n    call('shop\\x2emodels')\n",
    "an application": "def f():\n    call('shop:app')\n",
    "a place": "def f():\n    call(ROOT_URLCONF='shop')\n",
    "a list": "def f():\n    EXTRA_APPS.append('shop')\n",
    "code": "def f(text):\n    exec(text)\n",
    "code by a method of anything": "def f(parts):\n    parts[0].eval('1')\n",
    "a decorator": "def f():\n    @app.task\n    def g():\n        call()\n",
    "on one line": "def f(): call()\n",
    "Python 2": "def f():\n    print 'a'\n",
    "a continued line": "def f():\n    x = 1 + \\\n2\n    call(x)\n",
    "a merge": "def f():\n<<<<<<< ours\n    call()\n",
}


@pytest.mark.parametrize("source", KEPT.values(), ids=KEPT)
def test_body_that_may_speak_of_imports_stays(source: str) -> None:
    assert lighter(source) == source


DOUBTFUL = {
    "quotes of its own kind": 'def f(x):\n    call(f"{x["a"]}")\n',
    "a comment sign in such": 'def f(x):\n    call(f"{x[" # "]}", """\nimport os\n""")\n',
    "a text without an end": 'def f():\n    call("""a)\n',
    "tabs": "def f():\n\tcall()\n",
    "a bracket that goes on left of it": "def f():\n    call(1,\n2)\n    call()\n",
    "a flag that a function binds": "import os\nNT = os.name == 'nt'\ndef f():\n    global NT\n    NT = g()\n",
    "an alias": "from importlib import import_module as load\ndef f():\n    return load('os')\n",
    "an alias of a module": "import importlib as lib\nload = lib.import_module\ndef f():\n    return load('os')\n",
    "what takes names by its name": "from shop import delayed_load\ndef f():\n    return delayed_load('os')\n",
    "what takes names": "from pydoc import locate\ndef f(x):\n    return locate(x)\n",
    "a command": "import subprocess\ndef f(x):\n    return subprocess.run([x])\n",
    "a name that is returned": "from importlib import import_module as get\nget(f())\ndef f():\n    return g('x')\n",
    "a list that a function returns": "def INSTALLED_APPS():\n    return ['shop']\n",
}


@pytest.mark.parametrize("source", DOUBTFUL.values(), ids=DOUBTFUL)
def test_file_is_read_in_full_where_anything_is_doubtful(source: str) -> None:
    read = {"path": "a.py", "module": "a", "is_package": False}
    assert read_lighter(source, **read) is None  # type: ignore[arg-type]
    data = source.encode()
    assert read_imports_lightly(data, **read) == read_imports(data, **read)  # type: ignore[arg-type]


def test_what_was_left_out_and_calls_is_named() -> None:
    methods = "class A:\n    def f(self):\n        call()\n\n    def g(self):\n        return 1\n"
    text = f"{methods}\ndef h():\n    import os\n    call()\n"
    found = read_imports_lightly(text.encode(), path="a.py", module="a", is_package=False)
    assert found.unread == ("A.f",)
    assert [calls.function for calls in found.calls] == ["h"]


def _files() -> list[Path]:
    folders = ("asyncio", "concurrent", "email", "http", "importlib", "logging", "unittest", "xml", ".")
    return [file for folder in folders for file in sorted((STANDARD_LIBRARY / folder).glob("*.py"))]


def _without_uses(site: ImportSite) -> ImportSite:
    line = site.used_at_import_line if site.form == "lazy" else None
    return replace(site, used_in_functions=(), used_at_import_line=line, hands_on=False)


def _plain(found: FileImports, unread: tuple[str, ...]) -> FileImports:
    """Return what a reading says without what light ones may leave out."""
    calls = tuple(each for each in found.calls if not _is_in(each.function, unread))
    return replace(found, sites=tuple(map(_without_uses, found.sites)), calls=calls, unread=())


def _is_in(function: str, others: tuple[str, ...]) -> bool:
    return any(f"{function}.".startswith(f"{other}.") for other in others)


def test_light_reading_says_what_the_whole_says() -> None:
    light = 0
    for number, file in enumerate(_files()):
        data = file.read_bytes()
        read = {"path": file.name, "module": f"a.{file.stem}", "is_package": number % 2 == 0}
        found = read_imports_lightly(data, **read)  # type: ignore[arg-type]
        whole = read_imports(data, **read)  # type: ignore[arg-type]
        light += bool(found.unread)
        assert _plain(found, found.unread) == _plain(whole, found.unread), file
    assert light > 50, sys.version
