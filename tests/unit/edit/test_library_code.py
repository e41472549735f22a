"""What importing a library reads and changes, told from its text."""

from collections.abc import Mapping

import pytest

from footprint.edit.imports.library_code import read_library

READS: Mapping[str, tuple[str, list[tuple[str, str | None]]]] = {
    "a variable": ("import os\nA = os.environ['X']\n", [("environment", "X")]),
    "a variable, by a function": ("from os import getenv as g\nA = g('X', '')\n", [("environment", "X")]),
    "whether there is one": ("import os\nA = 'X' in os.environ\n", [("environment", "X")]),
    "any variable": ("import os\nA = dict(os.environ)\n", [("environment", None)]),
    "in a function that it calls": (
        "import os\ndef f():\n    return os.getenv('X')\nA = f()\n",
        [("environment", "X")],
    ),
    "in a function that others call": ("import os\ndef f():\n    return os.getenv('X')\n", []),
    "where it is a script": ("import os\nif __name__ == '__main__':\n    print(os.getenv('X'))\n", []),
    "the folder": ("from pathlib import Path\nA = Path.cwd()\n", [("directory", None)]),
    "the arguments": ("import sys\nA = len(sys.argv)\n", [("arguments", None)]),
    "the clock": ("import time\nA = time.time()\n", [("clock", None)]),
    "a class that does": ("import os\nclass A:\n    b = os.getenv('X')\n", [("environment", "X")]),
}

CHANGES: Mapping[str, tuple[str, list[str]]] = {
    "a codec": ("import codecs\ncodecs.register(f)\n", ["codecs.register"]),
    "a signal": ("import signal\nsignal.signal(2, f)\n", ["signal.signal"]),
    "a variable": ("import os\nos.environ['X'] = '1'\n", ["os.environ"]),
    "a variable for a moment": (
        "import os\nos.environ['X'] = '1'\ntry:\n    pass\nfinally:\n    del os.environ['X']\n",
        [],
    ),
    "another module": ("import other\nother.value = 1\n", ["other.value"]),
    "a registry elsewhere": ("from other import registry\nregistry.add('x')\n", ["other.registry.add"]),
    "a registry of its own": ("from lib import registry\nregistry.add('x')\n", []),
    "a registry beside it": ("from .registry import add\nadd('x')\n", []),
    "itself in sys.modules": ("import sys\nsys.modules[__name__] = A()\n", []),
    "another one in sys.modules": ("import sys\nsys.modules['x'] = A()\n", ["sys.modules"]),
    "the path": ("import sys\nsys.path.insert(0, 'x')\n", ["sys.path.insert"]),
    "the path of a script": ("import sys\nif __name__ == '__main__':\n    sys.path.insert(0, 'x')\n", []),
    "by a decorator": ("from other import register\n@register('x')\ndef f(): pass\n", ["other.register"]),
    "a plain decorator": ("from attrs import define\n@define\nclass A: pass\n", []),
    "a handler of its own logger": ("import logging\nlogging.getLogger('x').addHandler(H())\n", []),
}


@pytest.mark.parametrize(("text", "expected"), READS.values(), ids=READS)
def test_what_an_import_reads(text: str, expected: list[tuple[str, str | None]]) -> None:
    assert [(each.what, each.key) for each in read_library({"lib": text}).reads] == expected


@pytest.mark.parametrize(("text", "expected"), CHANGES.values(), ids=CHANGES)
def test_what_an_import_changes(text: str, expected: list[str]) -> None:
    assert [each.what for each in read_library({"lib.m": text}).changes] == expected


def test_a_module_of_the_project_registers_by_any_call_of_another_file() -> None:
    text = "from .tasks import app\n\n\n@app.task\ndef work(): pass\n"
    assert [each.what for each in read_library({"shop.m": text}, first_party=True).changes] == ["tasks.app.task"]
    assert read_library({"shop.m": text}).changes == ()


def test_backports_bring_what_they_change() -> None:
    text = "import typing\ntyping._check = 1\n"
    assert read_library({"typing_extensions": text}).changes == ()
    assert [each.what for each in read_library({"other": text}).changes] == ["typing._check"]
