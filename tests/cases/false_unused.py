"""The 16 ways in which users of other tools were told "unused" wrongly, and what stands beside each that is unused.

Source: the issue threads and configurations of deptry, FawltyDeps and creosote.
"""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, an_app, app, lib, libs

START = "web: python main.py\n"
SITE: Mapping[str, Lib] = {
    "beautifulsoup4": lib(bs4____init__="class BeautifulSoup: ...\n"),
    "pandas": lib(pandas____init__="def f():\n    import_optional_dependency('openpyxl')\n"),
    "fsspec": lib("fsspec/__init__.py", fsspec__registry="def f():\n    import aiohttp\n",
                  requires=('aiohttp; extra == "http"',)),
    "gunicorn": lib("gunicorn/__init__.py", entry_points="[console_scripts]\ngunicorn = gunicorn.app:run\n"),
    "black": lib("black/__init__.py", entry_points="[console_scripts]\nblack = black:main\n"),
    "pytest": lib("pytest/__init__.py", entry_points="[console_scripts]\npytest = pytest:main\n"),
    "pytest-cov": lib("pytest_cov/__init__.py", entry_points="[pytest11]\ncov = pytest_cov.plugin\n"),
    "gitpython": lib("git/__init__.py"), "pillow": lib("PIL/__init__.py"),
      "python-dateutil": lib("dateutil/__init__.py"),
    "google-cloud-storage": lib("google/cloud/storage/__init__.py"),
    "google-cloud-pubsub": lib("google/cloud/pubsub_v1/__init__.py"),
    **libs("sqlalchemy html5lib openpyxl lxml pg8000 pymysql fastapi aiohttp loguru celery redis tqdm"),
    "python-multipart": lib("python_multipart/__init__.py"),
    "opentelemetry-instrumentation": lib(
        "opentelemetry/instrumentation/__init__.py",
        entry_points="[console_scripts]\nopentelemetry-instrument = opentelemetry.instrumentation:run\n"),
    "opentelemetry-instrumentation-redis": lib(
        "opentelemetry/instrumentation/redis/__init__.py",
        entry_points="[opentelemetry_instrumentor]\nredis = opentelemetry.instrumentation.redis:R\n"),
    "meta": lib(requires=("engine",)), "engine": lib("engine/__init__.py"), "p": lib("p/__init__.py"),
    "pytz": lib("pytz/__init__.py"),
}  # fmt: skip


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "false unused of other tools": {
        "1 an engine chosen by an argument": an_app(
            "from bs4 import BeautifulSoup\nBeautifulSoup(x, 'html5lib')", {"html5lib": "implied certain main.py:2"},
            declares="beautifulsoup4 html5lib"),
        "1 an engine that a method needs": an_app(
            "import pandas\npandas.x.to_excel('x')", {"openpyxl": "implied main.py:2"}, declares="pandas openpyxl"),
        "noop: 1 the engine that was not chosen": an_app(
            "from bs4 import BeautifulSoup\nBeautifulSoup(x, 'html5lib')", {"lxml": "unused"},
            declares="beautifulsoup4 lxml"),
        "2 a driver in a URL": an_app(
            "import sqlalchemy\nsqlalchemy.create_engine('postgresql+pg8000://h/d')",
            {"pg8000": "implied certain main.py:2"}, declares="sqlalchemy pg8000"),
        "noop: 2 another driver": an_app(
            "import sqlalchemy\nsqlalchemy.create_engine('postgresql+pg8000://h/d')", {"pymysql": "unused"},
            declares="sqlalchemy pymysql"),
        "3 what a framework needs for forms": an_app(
            "from fastapi import FastAPI, Form", {"python-multipart": "implied main.py:1"},
            {**SITE, "fastapi": lib(fastapi____init__="def f():\n    from python_multipart import x\n")},
            declares="fastapi python-multipart"),
        "4 a server that a command starts": an_app(
            "", {"gunicorn": "implied certain Procfile:1"}, procfile="web: gunicorn main:app\n"),
        "noop: 4 a server that nothing starts": Case(app("", "gunicorn"), {"gunicorn": "unused"}),
        "5 a module named in a list of Celery": an_app(
            "from celery import Celery\nc = Celery('p', include=['loguru.tasks'])", {"loguru": "implied main.py:2"},
            {**SITE, "loguru": lib("loguru/__init__.py", "loguru/tasks.py")}, declares="celery loguru"),
        "5 a handler by its class path": an_app(
            "LOGGING = {'handlers': {'x': {'class': 'loguru.out.Handler'}}}", {"loguru": "implied likely main.py:1"},
            {"loguru": lib("loguru/__init__.py", loguru__out="class Handler: ...\n")}),
        "6 a plugin of the test runner": an_app(
            "", {"pytest-cov": "tests certain"}, declares="pytest pytest-cov",
            files={"tests/test_a.py": "import pytest\n"}),
        "6 an instrumentor that the launcher loads": an_app(
            "",
            {"opentelemetry-instrumentation": "implied certain Procfile:1",
             "opentelemetry-instrumentation-redis": "implied likely"},
            procfile="web: opentelemetry-instrument python main.py\n"),
        "noop: 6 an instrumentor, without the launcher": an_app(
            "", {"opentelemetry-instrumentation-redis": "unused"},
            declares="opentelemetry-instrumentation opentelemetry-instrumentation-redis"),
        "7 a tool of developers": an_app("", {"black": "tests Makefile:2"}, files={"Makefile": "fmt:\n\tblack .\n"}),
        "7 a tool of developers, in a group": an_app(
            "", {"black": "tests certain"}, declares=None, files={"requirements-dev.txt": "black\n"}),
        "8 type stubs": Case(app("import tqdm", "tqdm", "types-tqdm"), {"types-tqdm": "typing main.py:1"}),
        "9 a name that differs, installed": an_app(
            "import git\nfrom PIL import Image\nimport dateutil.parser",
            {"gitpython": "startup main.py:1", "pillow": "startup main.py:2", "python-dateutil": "startup main.py:3"}),
        "9 a name that differs, not installed": an_app(
            "import git\nfrom PIL import Image\nimport dateutil.parser\nimport cv2",
            {"gitpython": "startup main.py:1", "pillow": "startup main.py:2", "python-dateutil": "startup main.py:3",
             "opencv-python": "startup main.py:4"}, {}),
        "10 a dynamic import in an expression": an_app(
            "import importlib\nredis = getattr(importlib.import_module('redis'), 'x', None) or __import__('tqdm')",
            {"redis": "startup main.py:2", "tqdm": "startup main.py:2"}),
        "11 a pin of what another line requires": Case(
            app("import pandas", "pandas", "pytz==2024.1"), {"pytz": "transitive certain"},
            {**SITE, "pandas": lib("pandas/__init__.py", requires=("pytz>=2020",))}, {"pytz": "is a pin"},
        ),
        "12 a member of an extra that the line asks for": an_app(
            "import fsspec", {"aiohttp": "transitive"}, declares="fsspec[http] aiohttp"),
        "12 a member of an extra on a line of its own": an_app(
            "import fsspec\nfsspec.open('https://h/x.csv')", {"aiohttp": "implied"}, declares="fsspec aiohttp"),
        "13 a distribution without modules": Case(app("import engine", "meta"), {"meta": "startup main.py:1"}),
        "noop: 13 a distribution without modules, and nothing imports what it brings": an_app("", {"meta": "unused"}),
        "14 a part of a namespace": an_app(
            "from google.cloud import storage",
            {"google-cloud-storage": "startup main.py:1", "google-cloud-pubsub": "unused"}),
        "15 used in a folder that is no part of the application": an_app(
            "", {"tqdm": "unreached cannot-tell scripts/load.py:1"},
            files={"scripts/load.py": "import tqdm\nif __name__ == '__main__':\n    tqdm.x()\n"}),
        "16 the project itself, installed": Case(
            {"pyproject.toml": '[project]\nname = "p"\ndependencies = ["tqdm"]\n', "src/p/__init__.py": "import tqdm\n",
             "main.py": "import p\n", "Procfile": START},
            {"tqdm": "startup src/p/__init__.py:1", "p": "orphan"}, says={"p": "the project itself"},
        ),
    },
}  # fmt: skip
