"""Needs of used third-party code: guards that are none, names of the standard library, data that it reads."""

from collections.abc import Mapping

from tests.cases.case import Case, a_project, code, lib, libs
from tests.cases.libraries import ALCHEMY as SQLALCHEMY
from tests.cases.libraries import DJANGO, of_django

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


NAMESAKES = {
    "pathlib": lib("pathlib.py"),
      "web": lib(web____init__="import pathlib, typing, enum, uuid, dataclasses, argparse, asyncio\n"
                                             "from concurrent import futures\n"),
    "dataclasses": lib("dataclasses.py"), "typing": lib("typing.py"), "enum34": lib("enum/__init__.py"),
    "asyncio": lib("asyncio/__init__.py"), "argparse": lib("argparse.py"), "uuid": lib("uuid.py"),
    "futures": lib("concurrent/__init__.py", "concurrent/futures/__init__.py"),
    "configparser": lib("backports/configparser/__init__.py", "backports/__init__.py"),
}  # fmt: skip
STARTED = {
    **libs("redis"), "uvicorn": lib(uvicorn____init__="def f():\n    import redis\n",
      requires=('redis; extra == "cache"',),
                                    entry_points="[console_scripts]\nuvicorn = uvicorn:main\n"),
}  # fmt: skip
DATABASES = {
    "django": DJANGO, "sqlalchemy": SQLALCHEMY,
    **libs("psycopg2-binary:psycopg2 psycopg mysqlclient:MySQLdb dj-database-url"),
}  # fmt: skip


def zones(text: str, expected: str, *lines: str, **more: str) -> Case:
    return Case(code(text, "tzdata", *lines, **more), {"tzdata": expected}, ZONES)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "guarded, then raised again": {
        "A8 the extension that needs it is imported": alchemy("import sqlalchemy.ext.asyncio"),
        "A8 sibling: by from": alchemy("from sqlalchemy.ext.asyncio import create_async_engine"),
        "A8 sibling: a part of it": alchemy("from sqlalchemy.ext.asyncio.engine import AsyncEngine"),
        "noop: the extension is not imported": a_project(
            "import sqlalchemy", {"greenlet": "unused"}, ALCHEMY, declares="sqlalchemy greenlet"),
    },
    "names of the standard library": {
        "G2 pathlib, which a library imports, too": a_project(
            "import pathlib\nimport web", {"pathlib": "unused", "web": "startup"}, NAMESAKES,
            findings=("FP107 pathlib requirements.txt:1",)),
        **{f"G2 sibling: {name}": Case(
            code(f"import {module}\nimport web", name, "web"), {name: "unused"}, NAMESAKES,
            findings=(f"FP107 {name} requirements.txt:1",),
        ) for name, module in {"dataclasses": "dataclasses", "typing": "typing", "enum34": "enum", "asyncio": "asyncio",
                               "argparse": "argparse", "uuid": "uuid", "futures": "concurrent.futures"}.items()},
        "G2 sibling: in a string, by a name": a_project(
            "import importlib\nimportlib.import_module('typing')\nX = 'typing.Any'", {"typing": "unused"}, NAMESAKES,
            findings=("FP107 typing requirements.txt:1",)),
        "noop: a backport under a name of its own": a_project(
            "from backports.configparser import ConfigParser", {"configparser": "startup main.py:1"}, NAMESAKES),
    },
    "askers that nobody asked for": {
        "G2 a library that is merely installed": a_project(
            "", {"redis": "unused"},
            {**libs("redis"), "stray": lib(stray____init__="import redis\n", requires=('redis; extra == "cache"',),
                                           entry_points="[console_scripts]\npip = stray:main\n")}),
        "G2 sibling: a reader of URLs that is merely installed": a_project(
            "U = 'redis://h'", {"redis": "unused"}, libs("redis celery")),
        "G2 sibling: a started tool that is merely installed": Case(
            code("", "redis", Makefile="test:\n\tstray run\n"), {"redis": "unused"},
            {**libs("redis"), "stray": lib(stray____init__="import redis\n", requires=('redis; extra == "cache"',),
                                           entry_points="[console_scripts]\nstray = stray:main\n")},
        ),
        "noop: a server that is started": a_project(
            "", {"redis": "implied cannot-tell"}, STARTED, Procfile="web: uvicorn main:app\n",
            findings=("FP105 uvicorn Procfile:1",)),
        "noop: a reader that a declared line brings in": a_project(
            "import web\nU = 'redis://h'", {"redis": "implied"},
            {**libs("redis celery"), "web": lib("web/__init__.py", requires=("celery",))}, declares="web redis"),
        "noop: a reader that is imported and declared nowhere": a_project(
            "import celery\nU = 'redis://h'", {"redis": "implied"}, libs("redis celery"),
            findings=("FP105 celery main.py:1",)),
    },
    "who reads a URL": {
        "E8 Django, not a library beside it": of_django(
            "U = 'postgres://u@h/d'\n", {"psycopg2-binary": "implied likely shop/settings.py:2"}, DATABASES,
            declares="sqlalchemy psycopg2-binary", says={"psycopg2-binary": "django loads it for postgres://"}),
        "E8 sibling: the variable of an env file": of_django(
            "import dj_database_url\nD = dj_database_url.config()\n", {"psycopg2-binary": "implied likely .env:1"},
            DATABASES, declares="sqlalchemy psycopg2-binary dj-database-url",
            files={".env": "DATABASE_URL=postgres://u@h/d\n"}, says={"psycopg2-binary": "django loads it"}),
        "E8 sibling: another driver, which Django takes": of_django(
            "U = 'postgresql://u@h/d'\n", {"psycopg": "implied likely"}, DATABASES, declares="sqlalchemy psycopg",
            says={"psycopg": "django loads it"}),
        "E8 sibling: MySQL": of_django(
            "U = 'mysql://u@h/d'\n", {"mysqlclient": "implied"}, DATABASES, declares="sqlalchemy mysqlclient",
            says={"mysqlclient": "django loads it"}),
        "noop: the library is imported": a_project(
            "import sqlalchemy\nU = 'postgres://h'", {"psycopg2-binary": "implied likely main.py:2"}, DATABASES,
            declares="django sqlalchemy psycopg2-binary", says={"psycopg2-binary": "sqlalchemy loads it"}),
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
