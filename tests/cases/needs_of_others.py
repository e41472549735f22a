"""Needs of used third-party code: guards that are none, names of the standard library, data that it reads."""

from __future__ import annotations

from collections.abc import Mapping

from tests.cases.case import Case, code, lib, libs

SHIM = (
    "class Shim:\n    def start(self, raise_=True):\n        try:\n            import greenlet\n"
    "        except ImportError as e:\n"
    "            if raise_:\n                raise ImportError('greenlet') from e\n"
)
ALCHEMY = {
    "sqlalchemy": lib(
        "sqlalchemy/ext/__init__.py", sqlalchemy____init__="from sqlalchemy import concurrency\n",
          sqlalchemy__concurrency=SHIM,
        requires=('greenlet; extra == "asyncio"',),
        **{"sqlalchemy__ext/asyncio": "from sqlalchemy.concurrency import Shim\nShim().start()\n"},
    ),
    **libs("greenlet"),
}  # fmt: skip


def alchemy(text: str) -> Case:
    return Case(code(text, "sqlalchemy", "greenlet"), {"greenlet": "implied likely main.py:1"}, ALCHEMY)


ZONES = {
    **libs("tzdata"), "django": lib(django____init__="import zoneinfo\n"),
      "backports-zoneinfo": lib("backports/zoneinfo/__init__.py"),
    "pydantic": lib(pydantic____init__="from zoneinfo import ZoneInfo\n"),
    "pandas": lib("pandas/__init__.py", requires=("tzdata",)),
}  # fmt: skip


def zones(text: str, expected: str, *lines: str, **more: str) -> Case:
    return Case(code(text, "tzdata", *lines, **more), {"tzdata": expected}, ZONES)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "guarded, then raised again": {
        "A8 the extension that needs it is imported": alchemy("import sqlalchemy.ext.asyncio"),
        "A8 sibling: by from": alchemy("from sqlalchemy.ext.asyncio import create_async_engine"),
        "A8 sibling: a part of it": alchemy("from sqlalchemy.ext.asyncio.engine import AsyncEngine"),
        "noop: the extension is not imported": Case(
            code("import sqlalchemy", "sqlalchemy", "greenlet"), {"greenlet": "unused"}, ALCHEMY,
        ),
    },
    "data that the standard library reads": {
        "A9 a zone by name": zones(
            "from zoneinfo import ZoneInfo\nZ = ZoneInfo('Europe/Paris')", "implied cannot-tell main.py:1",
        ),
        "A9 sibling: the module": zones("import zoneinfo", "implied cannot-tell main.py:1"),
        "A9 sibling: in a function": zones("def f():\n    import zoneinfo\n", "implied cannot-tell main.py:2"),
        "A9 sibling: in another module": zones("import when", "implied cannot-tell when.py:1",
          **{"when.py": "import zoneinfo\n"}),
        "A9 sibling: the backport": zones(
            "from backports.zoneinfo import ZoneInfo", "implied cannot-tell main.py:1", "backports-zoneinfo",
        ),
        "A9 sibling: Python's or the backport": zones(
            "try:\n    import zoneinfo\nexcept ImportError:\n    from backports import zoneinfo\n",
              "implied cannot-tell main.py:2",
            "backports-zoneinfo",
        ),
        "A9 sibling: a library that looks zones up": zones(
            "import django", "implied cannot-tell django/__init__.py:1", "django",
        ),
        "noop: nothing reads zones": zones("import datetime", "unused"),
        "noop: in dead code": zones("", "unused", **{"dead.py": "import zoneinfo\n"}),
        "noop: in tests": zones("", "unused", **{"tests/test_a.py": "import zoneinfo\n"}),
        "noop: a library that only names the class": zones("import pydantic", "unused", "pydantic"),
        "noop: a pin": zones("import zoneinfo\nimport pandas", "transitive", "pandas"),
    },
}  # fmt: skip
