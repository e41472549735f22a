"""Python sources of any shape, and what nearly is Python."""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from benchmarks.fuzz.hostile import chance, damaged, encoded, line, pick, text


def source(random: Random) -> bytes:
    """Return Python of any shape, or what nearly is."""
    parts = [pick(random, _STATEMENTS) for _ in range(random.randint(1, 12))]
    if chance(random, 0.2):
        parts.append(f"import {line(random)}\n")
    if chance(random, 0.2):
        parts.append(f"x = {text(random)!r}\n__import__({line(random)!r})\n")
    if chance(random, 0.1):
        parts.append(pick(random, _NESTINGS))
    random.shuffle(parts)
    head = pick(
        random,
        (
            "",
            "",
            "",
            "# coding: latin-1\n",
            "# coding: \ud800\n",
            "# -*- coding: utf-16 -*-\n",
            "\ufeff",
            "# coding: rot13\n",
            "# coding: idna\n",
            "# coding: hex\n",
        ),
    )
    content = encoded(head + "".join(parts))
    return damaged(random, content) if chance(random, 0.25) else content


_STATEMENTS: Sequence[str] = (
    "import requests\n",
    "import flask as f, idna.core\n",
    "from . import x\n",
    "from ... import y\n",
    "from .......... import y\n",
    "from requests import *\n",
    "import a.b.c.d\n",
    "def f():\n    import flask\n",
    "class C:\n  import idna\n",
    "try:\n    import ujson\nexcept ImportError:\n    ujson = None\n",
    "if False:\n    import numpy\n",
    "if TYPE_CHECKING:\n    import flask\n",
    "import importlib; importlib.import_module('flask')\n",
    "importlib.import_module(f'a.{b}.c')\n",
    "__lazy_modules__ = ['json', 'flask']\nimport flask\n",
    "__lazy_modules__ = [1, None, *x]\n",
    "lazy import json\n",
    "match x:\n    case 1:\n        import idna\n",
    "async def g():\n    async with a as b: import idna\n",
    "import os; os.environ['X']\n",
    "INSTALLED_APPS = ['flask.x', 'main', 'a' * 10]\n",
    "app = object()\n",
    "f'{import_module(\"x\")!r:>{w}}'\n",
    "type X[T] = list[T]\n",
    "def f[T](x: T): ...\n",
    "except* ValueError: pass\n",
    "\timport flask\n        import idna\n",
    "\\\n\\\nimport \\\n  idna\n",
    "'''\nimport not_this\n",
    "import idna;" * 300 + "\n",
    "\x00",
    "\x0cimport idna\n",
    "from __future__ import annotations, nothing\n",
    "if sys.version_info < (3,): import urllib2\n",
    "print 'hello'\n",
)
_NESTINGS: Sequence[str] = (
    "x = " + "(" * 300 + ")" * 300 + "\n",
    "x = " + "-" * 20_000 + "1\n",
    "x = " + "[" * 5_000 + "\n",
    "".join("  " * depth + "if x:\n" for depth in range(150)) + "  " * 150 + "import idna\n",
    "x = 1" + " + 1" * 20_000 + "\n",
    "x" + ".a" * 20_000 + "\n",
    "f" + "()" * 5_000 + "\n",
    "lambda: " * 3_000 + "1\n",
    "x = " + "9" * 100_000 + "\n",
    "if x: pass\n" + "elif x: pass\n" * 3_000,
    "f'" + "{f'" * 100 + "\n",
)
