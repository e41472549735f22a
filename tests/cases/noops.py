"""Things that look like a use and are none, and uses that look like none: what would mislead a search by text."""

from collections.abc import Mapping

from tests.cases.case import Case, an_app, app, lib, libs
from tests.cases.libraries import ALCHEMY

SITE = {**libs("redis requests a"), "sqlalchemy": ALCHEMY, **libs("asyncpg")}


def redis(text: str, **files: str) -> Case:
    """A case in which redis is declared and not used."""
    return Case(app(text, "redis", files=files), {"redis": "unused"})


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "words": {
        "noop: a plain word": redis("kind = 'redis'"),
        "noop: the key of a dictionary": redis("x = {'redis': 1, 'redis.client': 2}"),
        "noop: a message": redis("print('redis is not there')"),
        "noop: the name of a host in a URL": redis("URL = 'http://redis:6379/redis.Redis'"),
        "noop: a file name": redis("open('redis.conf')\nopen('redis.json')"),
        "noop: a variable and an attribute": redis("redis = 1\nself.redis.get(x)\nredis.Redis"),
        "noop: an argument's name": redis("f(redis='x')"),
        "noop: a service of a compose file": redis("", **{"compose.yml": "services:\n  redis:\n    image: redis:7\n"}),
        "noop: a link in a docstring": redis('"""See redis://host and redis.Redis."""'),
        "noop: a comment behind code": redis("x = 1  # import redis, redis://h"),
        "noop: a text that shows code": redis("EXAMPLE = 'import redis; redis.Redis()'"),
        "the same word where it is a use": Case(app("import redis", "redis"), {"redis": "startup certain main.py:1"}),
        "the same word as a dotted name": an_app(
            "BACKEND = 'redis.Redis'", {"redis": "implied likely main.py:1"},
            {"redis": lib(redis____init__="class Redis: ...\n")}),
    },
    "places": {
        "noop: an example folder": an_app(
            "", {"a": "unreached examples/show.py:1"}, files={"examples/show.py": "import a\n"}),
        "noop: a driver in a test": an_app(
            "import sqlalchemy", {"asyncpg": "tests"}, declares="sqlalchemy asyncpg",
            files={"tests/test_db.py": "URL = 'postgresql+asyncpg://h/d'\n"}),
        "noop: a driver in the README": an_app(
            "import sqlalchemy", {"asyncpg": "unused"}, declares="sqlalchemy asyncpg",
            files={"README.md": "Set `postgresql+asyncpg://h/d`.\n"}),
        "noop: a vendored copy": an_app(
            "from vendor import requests", {"requests": "unused"}, files={"vendor/requests/__init__.py": ""}),
        "noop: a relative import of that name": an_app(
            "import pkg", {"requests": "unused"},
            files={"pkg/__init__.py": "from . import requests\n",
             "pkg/requests.py": ""}),
        "beside a vendored copy, the real one": an_app(
            "from vendor import requests\nimport requests as real", {"requests": "startup main.py:2"},
            files={"vendor/requests/__init__.py": ""}),
    },
}  # fmt: skip
