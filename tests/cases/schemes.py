"""Schemes of URLs in several parts, and URLs that are put together (A7)."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, an_app, app, lib, libs
from tests.cases.libraries import ALCHEMY, ENGINE

SITE: Mapping[str, Lib] = {
    "sqlalchemy": ALCHEMY, **libs("celery kombu pymysql asyncpg aiosqlite redis boto3 oracledb"),
    "psycopg2-binary": lib("psycopg2/__init__.py"), "psycopg": lib("psycopg/__init__.py"),
}  # fmt: skip
CELERY = "from celery import Celery\n"


def driver(
    name: str, text: str, place: str, *lines: str, files: Mapping[str, str] | None = None, sure: str = "certain"
) -> Case:
    """A driver that a URL names."""
    return Case(app(text, name, *lines, files=files), {name: f"implied {sure} {place}"})


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "A7 schemes of several parts": {
        "A7 a backend of Celery": driver(
            "pymysql", CELERY + "app = Celery('x', backend='db+mysql+pymysql://u@h/d')", "main.py:2", "celery",
            "sqlalchemy"),
        "A7 a backend of Celery needs SQLAlchemy": an_app(
            CELERY + "app = Celery('x', backend='db+mysql+pymysql://u@h/d')", {"sqlalchemy": "implied main.py:2"},
            declares="celery sqlalchemy"),
        "A7 sibling: a broker of kombu": driver(
            "psycopg2-binary", CELERY + "app = Celery('x', broker='sqla+postgresql+psycopg2://u@h/d')", "main.py:2",
            "celery", "sqlalchemy"),
        "A7 sibling: psycopg": driver(
            "psycopg", CELERY + "app = Celery('x', backend='db+postgresql+psycopg://u@h/d')", "main.py:2", "celery",
            "sqlalchemy"),
        "A7 sibling: a setting of Celery": driver(
            "pymysql", CELERY + "app = Celery('x')\napp.conf.result_backend = 'db+mysql+pymysql://u@h/d'", "main.py:3",
            "celery", "sqlalchemy"),
        "A7 sibling: a name that nobody knows in front": driver(
            "asyncpg", ENGINE + "U = 'custom+postgresql+asyncpg://u@h/d'", "main.py:2", "sqlalchemy"),
        "A7 sibling: in an env file": driver(
            "pymysql", CELERY + "app = Celery('x')", ".env:1", "celery", "sqlalchemy",
            files={".env": "CELERY_RESULT_BACKEND=\"db+mysql+pymysql://u:p@h/d\"\n"}, sure="likely"),
        "A7 sibling: in a compose file": driver(
            "pymysql", CELERY + "app = Celery('x')", "compose.yml:4", "celery", "sqlalchemy",
            files={"compose.yml": "services:\n  w:\n    environment:\n      B: 'db+mysql+pymysql://u:p@h/d'\n"},
            sure="likely"),
        "A7 sibling: redis with TLS": driver(
            "redis", CELERY + "app = Celery('x', broker='rediss://h')", "main.py:2", "celery", sure="likely"),
        "A7 sibling: redis by a socket": driver(
            "redis", CELERY + "app = Celery('x', broker='redis+socket:///x')", "main.py:2", "celery"),
        "A7 sibling: a queue of Amazon": driver(
            "boto3", CELERY + "app = Celery('x', broker='sqs://')", "main.py:2", "celery", sure="likely"),
        "noop: A7 another driver": an_app(
            CELERY + "app = Celery('x', backend='db+mysql+pymysql://u@h/d')", {"asyncpg": "unused"},
            declares="celery sqlalchemy asyncpg"),
        "noop: A7 a scheme that only ends alike": an_app(
            ENGINE + "U = 'notmysql+pymysqlx://h'", {"pymysql": "unused"}, declares="sqlalchemy pymysql"),
    },
    "A7 URLs that are put together": {
        "A7 sibling: the driver by a variable": driver(
            "asyncpg", ENGINE + "d = 'asyncpg'\ne = create_engine(f'postgresql+{d}://u@h/d')", "main.py:3",
            "sqlalchemy"),
        "A7 sibling: the driver by a default": driver(
            "asyncpg", ENGINE + "import os\nd = os.getenv('DRIVER', 'asyncpg')\n"
            "e = create_engine(f'postgresql+{d}://u@h/d')", "main.py:4", "sqlalchemy"),
        "A7 sibling: the driver by a parameter": driver(
            "asyncpg", ENGINE + "def url(driver='asyncpg'):\n    return f'postgresql+{driver}://u@h/d'", "main.py:3",
            "sqlalchemy"),
        "A7 sibling: the driver by a setting": driver(
            "asyncpg", ENGINE + "class S:\n    driver: str = 'asyncpg'\n    @property\n    def url(self):\n"
            "        return f'postgresql+{self.driver}://u@h/d'", "main.py:6", "sqlalchemy"),
        "A7 sibling: dialect and driver": driver(
            "pymysql", ENGINE + "A, B = 'mysql', 'pymysql'\nU = '%s+pymysql://h' % A\nV = f'{A}+{B}://h'", "main.py:4",
            "sqlalchemy"),
        "A7 sibling: added": driver(
            "asyncpg", ENGINE + "d = 'asyncpg'\nU = 'postgresql+' + d + '://u@h/d'", "main.py:3", "sqlalchemy"),
        "A7 sibling: by format": driver(
            "asyncpg", ENGINE + "U = '{}+{}://{}'.format('postgresql', 'asyncpg', host)", "main.py:2", "sqlalchemy"),
        "A7 sibling: a name of its own, put together": driver(
            "pymysql", ENGINE + "from sqlalchemy import URL\nd = 'pymysql'\nu = URL.create(f'mysql+{d}', host='h')",
            "main.py:4", "sqlalchemy"),
        "A7 sibling: drivername in a table": driver(
            "pymysql", ENGINE + "D = {'drivername': 'mysql+pymysql', 'host': 'h'}", "main.py:2", "sqlalchemy"),
        "A7 sibling: drivername as a keyword": driver(
            "pymysql", ENGINE + "from sqlalchemy import URL\nu = URL.create(drivername='mysql+pymysql')", "main.py:3",
            "sqlalchemy"),
        "A7 sibling: an asynchronous engine": driver(
            "aiosqlite", "from sqlalchemy.ext.asyncio import create_async_engine\n"
            "e = create_async_engine('sqlite+aiosqlite:///x.db')", "main.py:2", "sqlalchemy"),
        "noop: A7 a driver that is not known": an_app(
            ENGINE + "import os\nU = f\"postgresql+{os.environ['D']}://h\"", {"asyncpg": "unused"},
            declares="sqlalchemy asyncpg"),
    },
}  # fmt: skip
