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


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "guarded, then raised again": {
        "A8 the extension that needs it is imported": alchemy("import sqlalchemy.ext.asyncio"),
        "A8 sibling: by from": alchemy("from sqlalchemy.ext.asyncio import create_async_engine"),
        "A8 sibling: a part of it": alchemy("from sqlalchemy.ext.asyncio.engine import AsyncEngine"),
        "noop: the extension is not imported": Case(
            code("import sqlalchemy", "sqlalchemy", "greenlet"), {"greenlet": "unused"}, ALCHEMY,
        ),
    },
}  # fmt: skip
