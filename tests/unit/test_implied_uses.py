"""Uses without an import: one tiny project per row, audited whole against a site folder as installers write it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest

from footprint.analysis.use.facts import Facts, Load
from footprint.analysis.use.implied_facts import OtherUses
from footprint.analysis.use.implied_look import readers_of
from footprint.analysis.use.usage import classify
from footprint.audit import run_audit
from footprint.collect.knowledge import read_drivers, read_engines, read_plugin_groups
from footprint.collect.mentions import find_settings_files
from footprint.config import Options
from footprint.model.audit import DistributionRow, LoadStep, Usage
from footprint.model.requirements import DeclaredRequirement
from tests.support import install


@dataclass(frozen=True)
class Lib:
    """One distribution to install: its files, Requires-Dist lines and entry_points.txt."""

    files: Mapping[str, str] = field(default_factory=dict)
    requires: tuple[str, ...] = ()
    entry_points: str = ""


def lib(*paths: str, requires: tuple[str, ...] = (), entry_points: str = "", **texts: str) -> Lib:
    files = dict.fromkeys(paths, "") | {name.replace("__", "/", 1) + ".py": text for name, text in texts.items()}
    return Lib(files, requires, entry_points)


def audit(folder: Path, project: Mapping[str, str], site: Mapping[str, Lib]) -> dict[str, DistributionRow]:
    for name, text in project.items():
        path = folder / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "site").mkdir(parents=True, exist_ok=True)
    for name, item in site.items():
        extras = sorted({line.partition('extra == "')[2].rstrip('"') for line in item.requires if "extra ==" in line})
        metadata = "".join(f"Requires-Dist: {line}\n" for line in item.requires)
        metadata += "".join(f"Provides-Extra: {extra}\n" for extra in extras)
        files = {path: text.encode() for path, text in item.files.items()}
        if item.entry_points:
            files[f"{name.replace('-', '_')}-1.0.dist-info/entry_points.txt"] = item.entry_points.encode()
        install(folder / "site", name, files, metadata=metadata)
    options = Options(project=folder / "project", site_packages=(folder / "site",), probe=False)
    return {row.name: row for row in run_audit(options).distributions}


ALCHEMY = lib(sqlalchemy____init__="def create_engine(url): ...\n")
DJANGO = lib("django/db/__init__.py", django____init__="def setup(): ...\n")
SOUP = lib(bs4____init__="class BeautifulSoup: ...\n")
PANDAS = lib(pandas____init__="def read_csv(p): ...\n")
ENGINE = "from sqlalchemy import create_engine\n"


def code(text: str, *lines: str, **more: str) -> dict[str, str]:
    """A project that starts at main.py and declares `lines`."""
    return {"main.py": f"{text}\napp = 1\n", "requirements.txt": "\n".join(lines) + "\n", **more}


def alchemy(text: str, *lines: str, **more: str) -> dict[str, str]:
    return code(ENGINE + text, "sqlalchemy", *lines, **more)


def settings(text: str, *lines: str) -> dict[str, str]:
    start = "import os\nimport django\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\ndjango.setup()"
    return {
        **code(start, "django", *lines),
        "shop/__init__.py": "",
        "shop/settings.py": "INSTALLED_APPS = []\n" + text,
    }


def plain(name: str) -> Lib:
    return lib(f"{name.replace('-', '_')}/__init__.py")


SITE = {
    "sqlalchemy": ALCHEMY, "asyncpg": plain("asyncpg"), "psycopg2-binary": lib("psycopg2/__init__.py"),
    "psycopg": plain("psycopg"), "pymysql": plain("pymysql"), "aiosqlite": plain("aiosqlite"),
    "mysqlclient": lib("MySQLdb/__init__.py"), "django": DJANGO, "pyodbc": plain("pyodbc"),
}  # fmt: skip

POSTGRES = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"
DEAD = {"dead.py": "U = 'postgresql+asyncpg://h'\n"}

# name: project, site, distribution, class, confidence, a place cited ("" for none)
Row = tuple[Mapping[str, str], Mapping[str, Lib], str, str, str, str]

DRIVERS: dict[str, Row] = {
    "scheme with a driver": (
        alchemy("e = create_engine('postgresql+asyncpg://u:p@h/d')", "asyncpg"), SITE, "asyncpg",
        "implied", "certain", "main.py:2",
    ),
    "in an f-string": (
        alchemy("h = 'x'\ne = create_engine(f'postgresql+asyncpg://{h}/d')", "asyncpg"), SITE, "asyncpg",
        "implied", "certain", "main.py:3",
    ),
    "written by replace": (
        alchemy("u = url.replace('postgres://', 'postgresql+asyncpg://')", "asyncpg"), SITE, "asyncpg",
        "implied", "certain", "main.py:2",
    ),
    "as a name of its own": (
        alchemy("u = URL.create('mysql+pymysql', host='h')", "pymysql"), SITE, "pymysql",
        "implied", "certain", "main.py:2",
    ),
    "plain scheme": (
        alchemy("e = create_engine('postgresql://h/d')", "psycopg2-binary"), SITE, "psycopg2-binary",
        "implied", "likely", "main.py:2",
    ),
    "mysql is mysqlclient": (
        alchemy("e = create_engine('mysql://h/d')", "mysqlclient"), SITE, "mysqlclient",
        "implied", "likely", "main.py:2",
    ),
    "psycopg by its own scheme": (
        alchemy("e = create_engine('postgresql+psycopg://h/d')", "psycopg"), SITE, "psycopg",
        "implied", "certain", "main.py:2",
    ),
    "mssql by pyodbc": (
        alchemy("e = create_engine('mssql+pyodbc://h/d')", "pyodbc"), SITE, "pyodbc", "implied", "certain", "main.py:2",
    ),
    "in an env example": (
        alchemy("", "asyncpg", **{".env.example": "# db\nDATABASE_URL=postgresql+asyncpg://u:secret@h/d\n"}),
        SITE, "asyncpg", "implied", "likely", ".env.example:2",
    ),
    "in a compose file": (
        alchemy("", "asyncpg", **{"docker-compose.yml": "services:\n  web:\n    environment:\n      - U=postgresql+asyncpg://h\n"}),
        SITE, "asyncpg", "implied", "likely", "docker-compose.yml:4",
    ),
    "in alembic.ini": (
        alchemy("", "aiosqlite", **{"alembic.ini": "[alembic]\nsqlalchemy.url = sqlite+aiosqlite:///x.db\n"}),
        SITE, "aiosqlite", "implied", "likely", "alembic.ini:2",
    ),
    "in a lazily reached module": (
        {**alchemy("def f():\n    import store\n", "asyncpg"), "store.py": "U = 'postgresql+asyncpg://h'\n"},
        SITE, "asyncpg", "implied", "certain", "store.py:1",
    ),
    "not installed": (
        alchemy("U = 'postgresql+asyncpg://h'", "asyncpg"), {"sqlalchemy": ALCHEMY}, "asyncpg",
        "implied", "certain", "main.py:2",
    ),
    "broker by URL": (
        code("import celery\nU = 'redis://h'", "celery", "redis"), {"celery": plain("celery"), "redis": plain("redis")},
        "redis", "implied", "likely", "main.py:2",
    ),
    "file system by URL": (
        code("import pandas\npandas.read_csv('s3://bucket/x.csv')", "pandas", "s3fs"),
        {"pandas": PANDAS, "s3fs": plain("s3fs")}, "s3fs", "implied", "likely", "main.py:2",
    ),
    "file system by f-string": (
        code("import pandas\nb = 1\npandas.read_csv(f'gs://{b}/x.csv')", "pandas", "gcsfs"),
        {"pandas": PANDAS, "gcsfs": plain("gcsfs")}, "gcsfs", "implied", "likely", "main.py:3",
    ),
    "azure by URL": (
        code("import pandas\npandas.read_csv('abfs://c/x.csv')", "pandas", "adlfs"),
        {"pandas": PANDAS, "adlfs": plain("adlfs")}, "adlfs", "implied", "likely", "main.py:2",
    ),
    "database engine of Django": (
        settings(POSTGRES, "psycopg2-binary"), {"django": DJANGO, "psycopg2-binary": lib("psycopg2/__init__.py")},
        "psycopg2-binary", "implied", "certain", "shop/settings.py:2",
    ),
    "database engine of Django, with alternatives": (
        settings(POSTGRES, "psycopg", "psycopg2-binary"),
        SITE, "psycopg", "implied", "likely", "shop/settings.py:2",
    ),
    "cache of Django": (
        settings("CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache'}}\n", "redis"),
        {"django": DJANGO, "redis": plain("redis")}, "redis", "implied", "certain", "shop/settings.py:2",
    ),
    "noop: in a comment": (
        alchemy("# postgresql+asyncpg://h", "asyncpg"), SITE, "asyncpg", "unused", "likely", "",
    ),
    "noop: in a docstring": (
        alchemy("def f():\n    'Say postgresql+asyncpg://h.'\n", "asyncpg"), SITE, "asyncpg", "unused", "likely", "",
    ),
    "noop: in dead code": (
        {**alchemy("", "asyncpg"), **DEAD}, SITE, "asyncpg", "unused", "likely", "",
    ),
    "noop: in a test": (
        {**alchemy("", "asyncpg"), "tests/test_a.py": "U = 'postgresql+asyncpg://h'\n"}, SITE, "asyncpg",
        "unused", "likely", "",
    ),
    "noop: commented out in an env file": (
        alchemy("", "asyncpg", **{".env": "#U=postgresql+asyncpg://h\n"}), SITE, "asyncpg", "unused", "likely", "",
    ),
    "noop: another driver": (
        alchemy("e = create_engine('postgresql+asyncpg://h')", "pymysql"), SITE, "pymysql", "unused", "likely", "",
    ),
    "noop: nobody reads the scheme": (
        code("U = 'redis://h'", "redis"), {"redis": plain("redis")}, "redis", "unused", "likely", "",
    ),
    "noop: a word that is a scheme elsewhere": (
        alchemy("kind = 'mysql'", "mysqlclient"), SITE, "mysqlclient", "unused", "likely", "",
    ),
    "noop: a part of a longer scheme": (
        alchemy("u = 'xpostgresql+asyncpg://h'", "asyncpg"), SITE, "asyncpg", "unused", "likely", "",
    ),
    "noop: imported in a function": (
        alchemy("U = 'postgresql+asyncpg://h'\ndef f():\n    import asyncpg\n", "asyncpg"), SITE, "asyncpg",
        "lazy", "certain", "main.py:4",
    ),
}  # fmt: skip

REST = {"django": DJANGO, "djangorestframework": lib("rest_framework/__init__.py", "rest_framework/views.py")}
WHITE = {"django": DJANGO, "whitenoise": lib("whitenoise/__init__.py", "whitenoise/middleware.py")}
LOGGER = {
    "python-json-logger": lib("pythonjsonlogger/__init__.py", pythonjsonlogger__jsonlogger="class JsonFormatter: ...\n")
}
REDIS = {"redis": lib(redis____init__="class Redis: ...\n", redis__client="")}

FORMATTER = "pythonjsonlogger.jsonlogger.JsonFormatter"

STRINGS: dict[str, Row] = {
    "installed application": (
        settings("INSTALLED_APPS += ['rest_framework']\n", "djangorestframework"), REST, "djangorestframework",
        "implied", "certain", "shop/settings.py:2",
    ),
    "installed application, appended": (
        settings("INSTALLED_APPS.append('rest_framework')\n", "djangorestframework"), REST, "djangorestframework",
        "implied", "certain", "shop/settings.py:2",
    ),
    "installed application, in a list of its own": (
        settings("THIRD_PARTY_APPS = (\n  'rest_framework',\n)\n", "djangorestframework"), REST, "djangorestframework",
        "implied", "certain", "shop/settings.py:3",
    ),
    "installed application, not installed": (
        settings("INSTALLED_APPS += ['rest_framework']\n", "djangorestframework"), {"django": DJANGO},
        "djangorestframework", "implied", "certain", "shop/settings.py:2",
    ),
    "middleware": (
        settings("MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n", "whitenoise"), WHITE, "whitenoise",
        "implied", "certain", "shop/settings.py:2",
    ),
    "class in the logging configuration": (
        code("L = {'formatters': {'j': {'()': 'pythonjsonlogger.jsonlogger.JsonFormatter'}}}", "python-json-logger"),
        LOGGER, "python-json-logger", "implied", "likely", "main.py:1",
    ),
    "class in a module": (
        code("NAME = 'redis.Redis'", "redis"), REDIS, "redis", "implied", "likely", "main.py:1",
    ),
    "module": (
        code("NAME = 'redis.client'", "redis"), REDIS, "redis", "implied", "likely", "main.py:1",
    ),
    "attribute with a colon": (
        code("NAME = 'redis:Redis'", "redis"), REDIS, "redis", "implied", "likely", "main.py:1",
    ),
    "class in a logging file": (
        code("", "python-json-logger", **{"logging.ini": f"[formatter_json]\nclass={FORMATTER}\n"}),
        LOGGER, "python-json-logger", "implied", "likely", "logging.ini:2",
    ),
    "class in a logging file, YAML": (
        code("", "python-json-logger", **{"conf/logging.yaml": f"json:\n  (): {FORMATTER}\n"}),
        LOGGER, "python-json-logger", "implied", "likely", "conf/logging.yaml:2",
    ),
    "worker class of gunicorn": (
        code("", "gunicorn", "uvicorn", **{"gunicorn.conf.py": "worker_class = 'uvicorn.workers.UvicornWorker'\n"}),
        {"gunicorn": plain("gunicorn"), "uvicorn": lib(uvicorn__workers="class UvicornWorker: ...\n")},
        "uvicorn", "implied", "likely", "gunicorn.conf.py:1",
    ),
    "worker class of gunicorn by its short name": (
        code("", "gunicorn", "gevent", **{"gunicorn.conf.py": "worker_class = 'gevent'\n"}),
        {"gunicorn": plain("gunicorn"), "gevent": plain("gevent")}, "gevent",
        "implied", "certain", "gunicorn.conf.py:1",
    ),
    "noop: a module in a settings file that is no class": (
        code("", "redis", **{"app.ini": "[redis.client]\nlevel = redis.client\n"}), REDIS, "redis",
        "unused", "likely", "",
    ),
    "noop: the name of a setting": (
        code("x = config['redis.host']", "redis"), REDIS, "redis", "unused", "likely", "",
    ),
    "noop: a plain word": (code("x = 'redis'", "redis"), REDIS, "redis", "unused", "likely", ""),
    "noop: the name of a logger": (
        code("import logging\nlogging.getLogger('redis.client')", "redis"), REDIS, "redis", "unused", "likely", "",
    ),
    "noop: a logger's configuration": (
        code("L = {'loggers': {'redis.client': {'level': 'INFO'}}}", "redis"), REDIS, "redis", "unused", "likely", "",
    ),
    "noop: a module of ours": (
        {**code("x = 'redis.client'", "redis"), "redis/__init__.py": "", "redis/client.py": ""}, REDIS, "redis",
        "unused", "likely", "",
    ),
    "noop: settings that nothing reaches": (
        {**code("", "djangorestframework"), "old/settings.py": "INSTALLED_APPS = ['rest_framework']\n"}, REST,
        "djangorestframework", "unused", "likely", "",
    ),
}  # fmt: skip

HTML = {"beautifulsoup4": SOUP, "html5lib": plain("html5lib"), "lxml": plain("lxml")}
SHEETS = {"pandas": PANDAS, "openpyxl": plain("openpyxl"), "pyarrow": plain("pyarrow")}
PLOTS = {"matplotlib": lib("matplotlib/__init__.py"), "pyqt5": lib("PyQt5/__init__.py")}

ENGINES: dict[str, Row] = {
    "parser": (
        code("from bs4 import BeautifulSoup\nBeautifulSoup(x, 'html5lib')", "beautifulsoup4", "html5lib"), HTML,
        "html5lib", "implied", "certain", "main.py:2",
    ),
    "parser by keyword, over lines": (
        code("from bs4 import BeautifulSoup\nBeautifulSoup(\n  x,\n  features='lxml',\n)", "beautifulsoup4", "lxml"),
        HTML, "lxml", "implied", "certain", "main.py:4",
    ),
    "parser by another name": (
        code("import bs4\nbs4.BeautifulSoup(x, 'xml')", "beautifulsoup4", "lxml"), HTML, "lxml",
        "implied", "certain", "main.py:2",
    ),
    "parser through a variable": (
        code("import bs4\nPARSER = 'html5lib'\nbs4.BeautifulSoup(x, PARSER)", "beautifulsoup4", "html5lib"), HTML,
        "html5lib", "implied", "cannot tell", "main.py:2",
    ),
    "sheet engine": (
        code("import pandas as pd\npd.read_excel(p, engine='openpyxl')", "pandas", "openpyxl"), SHEETS, "openpyxl",
        "implied", "certain", "main.py:2",
    ),
    "column engine": (
        code("import pandas as pd\npd.read_csv(p, engine='pyarrow')", "pandas", "pyarrow"), SHEETS, "pyarrow",
        "implied", "certain", "main.py:2",
    ),
    "backend of plots": (
        code("import matplotlib\nmatplotlib.use('Qt5Agg')", "matplotlib", "pyqt5"), PLOTS, "pyqt5",
        "implied", "likely", "main.py:2",
    ),
    "engine of a data set": (
        code("import xarray\nxarray.open_dataset(p, engine='h5netcdf')", "xarray", "h5netcdf"),
        {"xarray": plain("xarray"), "h5netcdf": plain("h5netcdf")}, "h5netcdf", "implied", "likely", "main.py:2",
    ),
    "driver that a used library loads by name, its URL unknown": (
        code("import sqlalchemy", "sqlalchemy", "aiosqlite"),
        {"sqlalchemy": lib("sqlalchemy/__init__.py", sqlalchemy__dialect="def f():\n    __import__('aiosqlite')\n",
                           requires=('aiosqlite; extra == "aiosqlite"',)), "aiosqlite": plain("aiosqlite")},
        "aiosqlite", "implied", "cannot tell", "sqlalchemy/dialect.py:2",
    ),
    "noop: another parser": (
        code("from bs4 import BeautifulSoup\nBeautifulSoup(x, 'html.parser')", "beautifulsoup4", "html5lib"), HTML,
        "html5lib", "unused", "likely", "",
    ),
    "noop: another library's function": (
        code("import bs4\nf('xml')", "beautifulsoup4", "lxml"), HTML, "lxml", "unused", "likely", "",
    ),
    "noop: the asker is not there": (
        code("x = BeautifulSoup(x, 'html5lib')", "html5lib"), {"html5lib": plain("html5lib")}, "html5lib",
        "unused", "likely", "",
    ),
}  # fmt: skip


def plugin(name: str, group: str) -> Lib:
    return lib(f"{name}/__init__.py", entry_points=f"[{group}]\nx = {name}:x\n")


READER = lib(
    reader____init__="from importlib.metadata import entry_points\nall = entry_points(group='reader.things')\n"
)
UVICORN = {
    "uvicorn": lib("uvicorn/__init__.py", "uvicorn/main.py", requires=('uvloop>=0.15; extra == "standard"',),
                   uvicorn__loops="def setup():\n    import uvloop\n",
                   entry_points="[console_scripts]\nuvicorn = uvicorn.main:main\n"),
    "uvloop": plain("uvloop"),
}  # fmt: skip

PLUGINS: dict[str, Row] = {
    "plugin of a test runner": (
        code("", "pytest", "pytest-cov"), {"pytest": plain("pytest"), "pytest-cov": plugin("pytest_cov", "pytest11")},
        "pytest-cov", "tests", "certain", "",
    ),
    "plugin of a linter, under another name": (
        code("", "flake8", "bugbear"), {"flake8": plain("flake8"), "bugbear": plugin("bugbear", "flake8.extension")},
        "bugbear", "tests", "likely", "",
    ),
    "dialect": (
        alchemy("", "exotic"), {"sqlalchemy": ALCHEMY, "exotic": plugin("exotic", "sqlalchemy.dialects")}, "exotic",
        "implied", "likely", "",
    ),
    "reader found by its code": (
        code("import reader", "reader", "thing"), {"reader": READER, "thing": plugin("thing", "reader.things")},
        "thing",
        "implied", "likely", "reader/__init__.py:2",
    ),
    "group that nobody knows": (
        code("", "thing"), {"thing": plugin("thing", "odd.group")}, "thing", "implied", "cannot tell", "",
    ),
    "group of a family": (
        code("import celery", "celery", "beat"),
        {"celery": plain("celery"), "beat": plugin("beat", "celery.beat_schedulers")}, "beat", "implied", "likely", "",
    ),
    "reader held by what is used": (
        code("import web", "web", "exotic"),
        {"web": lib("web/__init__.py", requires=("sqlalchemy",)), "sqlalchemy": ALCHEMY,
         "exotic": plugin("exotic", "sqlalchemy.dialects")}, "exotic", "implied", "cannot tell", "",
    ),
    "noop: the reader is not there": (
        code("", "exotic"), {"exotic": plugin("exotic", "sqlalchemy.dialects")}, "exotic", "unused", "likely", "",
    ),
    "noop: the reader is there and not used": (
        code("", "sqlalchemy", "exotic"), {"sqlalchemy": ALCHEMY, "exotic": plugin("exotic", "sqlalchemy.dialects")},
        "exotic", "unused", "likely", "",
    ),
    "noop: test runner not there": (
        code("", "pytest-cov"), {"pytest-cov": plugin("pytest_cov", "pytest11")}, "pytest-cov", "unused", "likely", "",
    ),
    "noop: test runner for development, plugin too": (
        {**code(""), "requirements-dev.txt": "pytest\npytest-cov\n"},
        {"pytest": plain("pytest"), "pytest-cov": plugin("pytest_cov", "pytest11")},
        "pytest-cov", "tests", "certain", "",
    ),
    "noop: registers and is imported": (
        code("import thing", "pytest", "thing"), {"pytest": plain("pytest"), "thing": plugin("thing", "pytest11")},
        "thing", "startup", "certain", "main.py:1",
    ),
    "noop: only a command": (
        code("", "tool"), {"tool": lib("tool.py", entry_points="[console_scripts]\ntool = tool:main\n")}, "tool",
        "unused", "likely", "",
    ),
    "noop: reads its own group": (
        code("", "thing"),
        {"thing": lib(thing="from importlib.metadata import entry_points\nentry_points(group='odd')\n",
                      entry_points="[odd]\nx = thing:x\n")}, "thing", "implied", "cannot tell", "",
    ),
    "member of an extra that a started server imports": (
        code("", "uvicorn", "uvloop", Procfile="web: uvicorn main:app\n"), UVICORN, "uvloop", "implied", "cannot tell",
        "uvicorn/loops.py:2",
    ),
    "noop: member of an extra that nothing of its owner imports": (
        code("", "uvicorn", "uvloop", Procfile="web: uvicorn main:app\n"),
        {**UVICORN, "uvicorn": lib("uvicorn/__init__.py", requires=('uvloop; extra == "standard"',),
                                   entry_points="[console_scripts]\nuvicorn = uvicorn.main:main\n")}, "uvloop",
        "unused", "likely", "",
    ),
    "noop: member of an extra of what is not used": (
        code("", "uvicorn", "uvloop"), UVICORN, "uvloop", "unused", "likely", "",
    ),
    "noop: member of an extra for developers": (
        code("import web", "web", "requests"),
        {"web": lib(web____init__="", web__check="def f():\n    import requests\n",
                    requires=('requests; extra == "test"',)), "requests": plain("requests")}, "requests",
        "unused", "likely", "",
    ),
    "noop: pin of a requirement that is a plugin": (
        code("import web", "web", "thing"),
        {"web": lib("web/__init__.py", requires=("thing",)), "thing": plugin("thing", "pytest11"),
         "pytest": plain("pytest")}, "thing", "transitive", "certain", "",
    ),
}  # fmt: skip

ROWS = {
    f"{kind}: {name}": row
    for kind, table in {"driver": DRIVERS, "string": STRINGS, "engine": ENGINES, "plugin": PLUGINS}.items()
    for name, row in table.items()
}


@pytest.mark.parametrize("name", ROWS)
def test_use_without_an_import(name: str, tmp_path: Path) -> None:
    project, site, distribution, usage, confidence, place = ROWS[name]
    row = audit(tmp_path, project, site)[distribution]
    assert (row.usage.value, row.confidence) == (usage, confidence), row.reason
    cited = [f"{item.path}:{item.line}" for item in row.evidence]
    assert place in cited if place else not cited or usage == "transitive", cited
    assert row.reason


def test_passwords_of_urls_are_not_shown(tmp_path: Path) -> None:
    project, site, distribution, *_ = DRIVERS["in an env example"]
    row = audit(tmp_path, project, site)[distribution]
    assert "secret" not in f"{row.reason}{row.evidence}"
    assert "postgresql+asyncpg://" in row.reason


def test_a_plugin_without_a_reader_says_whose_it_is(tmp_path: Path) -> None:
    project, site, distribution, *_ = PLUGINS["noop: the reader is not there"]
    assert "sqlalchemy, which is not used" in audit(tmp_path, project, site)[distribution].reason


def test_an_optional_requirement_names_the_extra(tmp_path: Path) -> None:
    project, site, distribution, *_ = PLUGINS["member of an extra that a started server imports"]
    assert "optional for uvicorn (extra standard)" in audit(tmp_path, project, site)[distribution].reason


def test_a_guest_of_one_who_chooses_by_argument_cannot_be_told() -> None:
    load = Load("import", ("web",), (LoadStep("main", None, None),), "beautifulsoup4", "bs4.builder._lxml")
    line = DeclaredRequirement("lxml", (), "", None, None, "main", "requirement", "requirements.txt", 2, "lxml")
    facts = Facts("lxml", True, (line,), (), load, True, True, frozenset())
    assert classify(facts).confidence == "likely"
    verdict = classify(replace(facts, other=OtherUses(chosen_by=frozenset({"beautifulsoup4"}))))
    assert (verdict.usage, verdict.confidence) == (Usage.IMPLIED, "cannot tell")


def test_every_row_of_knowledge_says_something() -> None:
    drivers, engines, groups = read_drivers(), read_engines(), read_plugin_groups()
    assert len(drivers) >= 100
    assert all(row.needs and row.readers and row.source for row in drivers)
    assert all(row.needs and row.words and row.arguments and row.source for row in engines)
    assert not any(row.text in row.needs and "+" in row.text for row in drivers)
    assert all(readers for readers in groups.readers.values())
    assert readers_of("sphinx.html_themes", groups) == ("sphinx",)
    assert readers_of("opentelemetry_instrumentor", groups) == ("opentelemetry-instrumentation",)
    assert readers_of("odd.group", groups) == ()


@pytest.mark.parametrize(
    "text", ["x = (" * 400, "x = '\x00'", "def f(:\n", "\ufeff", "x = 'postgresql+asyncpg://" + "h" * 100_000 + "'"]
)
def test_a_hostile_file_ends_nothing(text: str, tmp_path: Path) -> None:
    project = {**alchemy("import odd", "asyncpg"), "odd.py": "u = 'postgresql+asyncpg'\n" + text}
    assert audit(tmp_path, project, SITE)["asyncpg"].usage in (Usage.IMPLIED, Usage.UNUSED)


def test_settings_outside_of_the_project_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.env").write_text("U=postgresql+asyncpg://h\n")
    (tmp_path / "project").mkdir()
    (tmp_path / "project/.env").symlink_to(tmp_path / "secret.env")
    assert find_settings_files(tmp_path / "project") == ()
    assert audit(tmp_path, alchemy("", "asyncpg"), SITE)["asyncpg"].usage is Usage.UNUSED
