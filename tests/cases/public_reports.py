"""Public reports that were searched out after the rules stood, rebuilt: docs/public-reports.md has the threads.

The rows of one report begin with its project and number; siblings that were made up are called so.
"""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, cases_of, lib, libs

WEB = {"main.py": "import flask\napp = flask.Flask(__name__)\n", "Procfile": "web: gunicorn main:app\n"}
SERVERS: Mapping[str, Lib] = {
    "gunicorn": lib("gunicorn/__init__.py", entry_points="[console_scripts]\ngunicorn = gunicorn.app:run\n"),
    "celery": lib("celery/__init__.py", celery__pools="def patch():\n    import eventlet\n    import gevent\n",
                  entry_points="[console_scripts]\ncelery = celery.bin:main\n"),
    **libs("flask eventlet gevent msgpack"),
}  # fmt: skip
DJANGO: Mapping[str, Lib] = {
    "django": lib("django/__init__.py", "django/core/__init__.py", "django/core/wsgi.py"),
    **libs("gunicorn structlog boto3 psycopg2 dj-database-url whitenoise python-json-logger:pythonjsonlogger"),
    "aws-xray-sdk": lib("aws_xray_sdk/__init__.py", "aws_xray_sdk/ext/__init__.py", "aws_xray_sdk/ext/django/apps.py",
                        "aws_xray_sdk/ext/django/__init__.py"),
    "django-storages": Lib({"storages/__init__.py": "", "storages/backends/__init__.py": "",
                            "storages/backends/s3boto3.py": "import boto3\nclass S3Boto3Storage: ...\n"}),
    "django-heroku": lib("django_heroku/__init__.py", requires=("psycopg2", "whitenoise", "dj-database-url")),
    "channels-redis": lib("channels_redis/__init__.py", channels_redis__core="class RedisChannelLayer: ...\n"),
}  # fmt: skip
STORAGE: Mapping[str, Lib] = {
    "google-cloud-storage": lib("google/cloud/storage/__init__.py", requires=("google-auth",)),
    "google-cloud-bigquery": lib("google/cloud/bigquery/__init__.py", "google/cloud/bigquery_v2/__init__.py"),
    "google-cloud-pubsub": lib("google/cloud/pubsub_v1/__init__.py", "google/pubsub/__init__.py"),
    "google-auth": lib("google/auth/__init__.py", "google/auth/transport.py",
                       google__auth="def f():\n    from google.auth import transport\n"),
    "reader": lib(reader____init__="def f():\n    from google.cloud import bigquery\n"),
    "tracer": lib(tracer____init__="def f():\n    import google.cloud.pubsub_v1.types\n"),
    "zope-interface": lib("zope/interface/__init__.py", zope__late="def f():\n    import zope.interface\n"),
    "zope-sqlalchemy": lib("zope/sqlalchemy/__init__.py"),
}  # fmt: skip
PINNED: Mapping[str, Lib] = {"requests": lib("requests/__init__.py", requires=("idna",)), **libs("idna flask")}
JOBS = {"main.py": "import celery\napp = celery.Celery()\n"}
POOLED = "celery -A main worker"


def django(settings: str, *lines: str) -> dict[str, str]:
    """A Django project that declares `lines`, with these settings."""
    return {
        "web/__init__.py": "",
        "web/settings.py": settings,
        "web/wsgi.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'web.settings')\n"
        "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
        "manage.py": "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'web.settings')\nimport django\n",
        "Procfile": "web: gunicorn web.wsgi\n",
        "requirements.txt": "\n".join(("django", "gunicorn", *lines)) + "\n",
    }


a_site = cases_of(django)


def pool(command: str, *lines: str, file: str = "Procfile", **more: str) -> dict[str, str]:
    """A project whose worker is started by `command`."""
    start = f"worker: {command}\n" if file == "Procfile" else command
    return {**JOBS, "requirements.txt": "\n".join(("celery", *lines)) + "\n", file: start, **more}


a_worker = cases_of(pool)


def project(text: str, *tables: str, **files: str) -> dict[str, str]:
    """A project with a pyproject.toml that requires `text`."""
    head = f'[project]\nname = "p"\nversion = "1"\ndependencies = [{text}]\n'
    return {**WEB, "main.py": "import requests\napp = 1\n", "pyproject.toml": head + "\n".join(tables), **files}


def with_extra(name: str) -> dict[str, str]:
    """A project that declares b in an extra."""
    head = '[project]\nname = "p"\ndependencies = ["a"]\n[project.optional-dependencies]\n'
    return {"main.py": "import a\n", "pyproject.toml": f'{head}{name} = ["b"]\n'}


def published(kinds: str) -> dict[str, str]:
    """A package with a program, classifiers, and a module that nothing in it imports."""
    head = "[project]\nname = 'p'\nversion = '1'\ndependencies = ['a', 'b']\n"
    return {
        "pyproject.toml": f"{head}classifiers = [{kinds}]\n[project.scripts]\np = 'p.cli:main'\n",
        "p/__init__.py": "",
        "p/cli.py": "import a\ndef main(): ...\n",
        "p/contrib/__init__.py": "",
        "p/contrib/mq.py": "import b\n",
    }


PIN = {"idna": "transitive certain"}
FP104 = ("FP104 idna pyproject.toml:4",)

PARTS: Mapping[str, Lib] = {
    "backports-datetime-fromisoformat": lib("backports/__init__.py", "backports/datetime_fromisoformat/__init__.py"),
    "backports-tarfile": lib("backports/tarfile/__init__.py"),
    **libs("flask"),
}  # fmt: skip
OLDER = "try:\n    from backports.ssl_match_hostname import match_hostname\nexcept ImportError:\n    pass\n"
LIMITER = "import limiter\napp = limiter.Limiter()\n"
NEEDS = 'class Redis(Lazy):\n    NEEDS = {"redis": "3.0"}\n    SCHEMES = ("rediss",)\n'
LOADS = "def load(name):\n    return __import__(name)\n"
SEEKS = "from importlib.util import find_spec\nif find_spec('redis'):\n    driver = 'redis'\n"


def limits(storage: str, loader: str, *requires: str) -> Mapping[str, Lib]:
    """A library that stores in redis by a helper that imports by name, where `requires` say so."""
    return {
        "limiter": lib(limiter____init__="from limiter import storage, util\n", limiter__storage=storage,
                       limiter__util=loader, requires=requires),
        **libs("redis"),
    }  # fmt: skip


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "parts of a namespace": {
        "pip-check-reqs 397: another part brings the __init__": a_project(
            f"import flask\n{OLDER}", {"backports-datetime-fromisoformat": "unused"}, PARTS,
            declares="flask backports-datetime-fromisoformat", findings=("FP105 * main.py:3",),
            undeclared={"backports.ssl_match_hostname": "not installed"}),
        "noop: pip-check-reqs 397: its own part": a_project(
            "import flask\nfrom backports.datetime_fromisoformat import MonkeyPatch",
            {"backports-datetime-fromisoformat": "startup main.py:2", "backports-tarfile": "unused"}, PARTS,
            declares="flask backports-datetime-fromisoformat backports-tarfile"),
    },
    "what a library loads by its name": {
        "flask-limiter sibling: a table of what its helper imports": a_project(
            LIMITER, {"redis": "implied cannot-tell limiter/storage.py:2"},
            limits(NEEDS, LOADS, 'redis; extra == "redis"'), declares="limiter redis",
            says={"redis": "optional for limiter (extra redis)"}),
        "noop: no extra speaks of it": a_project(
            LIMITER, {"redis": "unused"}, limits(NEEDS, LOADS), declares="limiter redis"),
        "noop: nothing of the library imports by name": a_project(
            LIMITER, {"redis": "unused"}, limits(NEEDS, "import os\n", 'redis; extra == "redis"'),
            declares="limiter redis"),
        "noop: a word of a sentence": a_project(
            LIMITER, {"redis": "unused"}, limits("x = 'needs redis'\n", LOADS, 'redis; extra == "redis"'),
            declares="limiter redis"),
        "django-environ sibling: a test of whether it is installed": a_project(
            LIMITER, {"redis": "implied cannot-tell limiter/storage.py:2"}, limits(SEEKS, ""), declares="limiter redis",
            says={"redis": "limiter.storage asks for it in a test of whether it is installed"}),
        "noop: a test of whether something else is installed": a_project(
            LIMITER, {"redis": "unused"}, limits(SEEKS.replace("find_spec('redis')", "find_spec('redisx')"), ""),
            declares="limiter redis"),
    },
    "a distribution that is needed, or is not": {
        "deptry 467: INSTALLED_APPS with an annotation": a_site(
            "from typing import List\nINSTALLED_APPS: List[str] = [\n    'aws_xray_sdk.ext.django',\n]\n",
            {"aws-xray-sdk": "implied web/settings.py:3"}, DJANGO),
        "creosote 205: a part of a namespace with a dot in its name": a_project(
            "from ruamel.yaml import YAML",
            {"ruamel-yaml": "startup certain main.py:1", "ruamel-yaml-clib": "transitive"},
            {"ruamel-yaml": lib("ruamel/yaml/__init__.py", requires=("ruamel-yaml-clib",)),
             "ruamel-yaml-clib": lib("_ruamel_yaml.cpython-311-x86_64-linux-gnu.so")},
            declares="ruamel.yaml ruamel.yaml.clib", findings=("FP104 ruamel-yaml-clib requirements.txt:2",)),
        "creosote 123: what an extra of another loads": a_project(
            "import fsspec\nimport git\nfrom typing_extensions import Annotated",
            {"aiohttp": "implied cannot-tell", "gitpython": "startup main.py:2", "typing-extensions": "startup"},
            {"fsspec": lib("fsspec/__init__.py", fsspec__http="import aiohttp\n",
                           requires=('aiohttp; extra == "http"',)), "gitpython": lib("git/__init__.py"),
             **libs("aiohttp typing-extensions")}, declares="aiohttp fsspec gitpython typing-extensions", removes={}),
        "cookiecutter-django-rest 760: the library of a storage": a_site(
            "INSTALLED_APPS = ('storages',)\n"
            "DEFAULT_FILE_STORAGE = 'storages.backends.s3boto3.S3Boto3Storage'\n",
            {"boto3": "implied web/settings.py:2", "django-storages": "implied web/settings.py:1"}, DJANGO,
            declares="django-storages boto3", removes={}),
        "BlueSheet 2: the driver of a URL that the host sets": a_project(
            "import os\nfrom flask_sqlalchemy import SQLAlchemy\n"
            "url = os.environ.get('DATABASE_URL', 'sqlite:///x')", {"psycopg2-binary": "implied cannot-tell"},
            {"flask-sqlalchemy": lib(flask_sqlalchemy____init__="import sqlalchemy\n", requires=("sqlalchemy",)),
             "sqlalchemy": lib(sqlalchemy____init__="def f():\n    import psycopg2\n",
                               requires=('psycopg2-binary; extra == "postgresql-psycopg2binary"',)),
             **libs("psycopg2-binary:psycopg2")}, declares="flask-sqlalchemy psycopg2-binary", removes={}),
        "Advanced-WhatsApp-Sender 29: a formatter in logging.ini": a_project(
            "import logging.config\nlogging.config.fileConfig('src/logging.ini')",
            {"python-json-logger": "implied src/logging.ini:2"},
            {"python-json-logger": lib("pythonjsonlogger/__init__.py",
                                       pythonjsonlogger__jsonlogger="from .json import *\n",
                                       pythonjsonlogger__json="class JsonFormatter: ...\n")}, removes={},
            **{"src/logging.ini": "[formatter_json]\nclass=pythonjsonlogger.jsonlogger.JsonFormatter\n"}),
        "python-json-logger 30: what a module named by a string imports": a_project(
            "LOGGING = {'formatters': {'json': {'()': 'pythonjsonlogger.msgspec.MsgspecFormatter'}}}",
            {"python-json-logger": "implied main.py:1", "msgspec": "implied"},
            {"python-json-logger": lib("pythonjsonlogger/__init__.py",
                                       pythonjsonlogger__msgspec="import msgspec\nclass MsgspecFormatter: ...\n"),
             **libs("msgspec")}, removes={}),
        "scraping-workshop 1: a handler of downloads": Case(
            {"scrapy.cfg": "[settings]\ndefault = shop.settings\n", "shop/__init__.py": "",
             "shop/settings.py": "DOWNLOAD_HANDLERS = {\n    'https': 'scrapy_playwright.handler.Handler',\n}\n",
             "shop/spiders/__init__.py": "", "shop/spiders/items.py": "import scrapy\n",
             "requirements.txt": "scrapy\nscrapy-playwright\n"},
            {"scrapy": "startup", "scrapy-playwright": "implied shop/settings.py:2"},
            {"scrapy-playwright": lib("scrapy_playwright/__init__.py",
                                      scrapy_playwright__handler="class Handler: ...\n"), **libs("scrapy")},
        ),
        "django channels 885: a layer behind a variable": a_site(
            "layer = {'BACKEND': 'channels_redis.core.RedisChannelLayer'}\n"
            "CHANNEL_LAYERS = {'default': layer}\n", {"channels-redis": "implied web/settings.py:1"}, DJANGO),
        "codethesaurus 33: what a helper for a host brings": a_site(
            "import django_heroku\nimport os\nif 'HEROKU' in os.environ:\n"
            "    django_heroku.settings(locals())\n",
            {"django-heroku": "startup web/settings.py:1", "whitenoise": "transitive", "psycopg2": "transitive"},
            DJANGO, declares="django-heroku whitenoise dj-database-url",
            findings=("FP104 dj-database-url requirements.txt:5", "FP104 whitenoise requirements.txt:4"), removes={}),
        "serverless-python-requirements 350: a module that the packaging makes": Case(
            {"serverless.yml": "service: x\nprovider:\n  name: aws\n  runtime: python3.11\nfunctions:\n  f:\n"
                               "    handler: handler.f\n",
             "handler.py": "try:\n    import unzip_requirements\nexcept ImportError:\n    pass\nimport numpy\n",
             "requirements.txt": "numpy\npymysql\n"},
            {"numpy": "startup handler.py:5", "pymysql": "unused"}, libs("numpy pymysql"),
            findings=("FP105 * handler.py:2",), removes={"pymysql": "pymysql 2"},
        ),
        "noop: pressfreedomtracker 2507: a word of a setting that nothing reads": a_site(
            "import os\nimport structlog\nlog_format = os.environ.get('LOG_FORMAT', 'json')\n"
            "LOGGING = {'formatters': {'json': {'()': structlog.Formatter}}}\n",
            {"python-json-logger": "unused likely", "structlog": "startup"}, DJANGO,
            declares="structlog python-json-logger", removes={"python-json-logger": "python-json-logger 4"}),
        "noop: TelMedSphere 400: a backend on Vercel": Case(
            {"app.py": "import flask\napp = flask.Flask(__name__)\n", "requirements.txt": "flask\npandas\n",
             "vercel.json": '{"builds": [{"src": "app.py", "use": "@vercel/python"}]}\n'},
            {"flask": "startup", "pandas": "unused"},
            {"pandas": lib("pandas/__init__.py", requires=("numpy",)), **libs("flask numpy")},
            removes={"pandas": "pandas 2"},
        ),
        "noop: posthog 21580: pins, and a worker class that does without": Case(
            {**WEB, "gunicorn.config.py": "worker_class = 'gthread'\n",
             "requirements.txt": "flask\ngunicorn\ngevent\nidna\nrequests\n",
             "main.py": "import flask\nimport requests\napp = 1\n",
             "Procfile": "web: gunicorn main:app -c gunicorn.config.py\n"},
            {"gevent": "unused likely", "idna": "transitive", "requests": "startup"}, {**SERVERS, **PINNED},
            findings=("FP104 idna requirements.txt:4",), removes={"gevent": "gevent 3"},
        ),
    },
    "a namespace": {
        "creosote 308: what another of the namespace imports of its own": a_project(
            "from google.cloud import storage",
            {"google-cloud-storage": "startup main.py:1", "google-cloud-bigquery": "unused likely"}, STORAGE,
            removes={"google-cloud-bigquery": "google-cloud-bigquery 2"}),
        "creosote 308 sibling: two that are declared for nothing": a_project(
            "from google.cloud import storage",
            {"google-cloud-bigquery": "unused likely", "google-cloud-pubsub": "unused likely"}, STORAGE,
            declares="google-cloud-storage google-cloud-bigquery google-cloud-pubsub"),
        "creosote 308 sibling: a used one asks for it by the namespace": a_project(
            "import reader", {"google-cloud-bigquery": "implied cannot-tell", "google-cloud-pubsub": "unused likely"},
            STORAGE, declares="reader google-cloud-bigquery google-cloud-pubsub"),
        "creosote 308 sibling: a used one asks for a module below it": a_project(
            "import tracer", {"google-cloud-pubsub": "implied cannot-tell", "google-cloud-bigquery": "unused likely"},
            STORAGE, declares="tracer google-cloud-bigquery google-cloud-pubsub"),
        "noop: creosote 308 sibling: another namespace": a_project(
            "import zope.interface", {"zope-interface": "startup", "zope-sqlalchemy": "unused likely"}, STORAGE,
            declares="zope.interface zope.sqlalchemy"),
    },
    "a pool of workers": {
        "langflow 1613: an option in a compose file": a_worker(
            f"services:\n  worker:\n    build: .\n    command: {POOLED} -P eventlet\n",
            {"eventlet": "implied certain docker-compose.yml:4", "gevent": "unused likely"}, SERVERS,
            file="docker-compose.yml", Dockerfile="FROM python\nCOPY . .\n"),
        "langflow 1613 sibling: the long option": a_worker(
            f"{POOLED} --pool=gevent", {"gevent": "implied certain Procfile:1"}, SERVERS),
        "langflow 1613 sibling: a setting": a_worker(
            POOLED, {"gevent": "implied main.py:3"}, SERVERS,
            **{"main.py": "import celery\napp = celery.Celery()\n"
               "app.conf.worker_pool = 'gevent'\n"}),
        "langflow 1613 sibling: a serializer": a_worker(
            POOLED, {"msgpack": "implied main.py:3"}, SERVERS,
            **{"main.py": "import celery\napp = celery.Celery()\n"
               "app.conf.task_serializer = 'msgpack'\n"}),
        "noop: langflow 1613 sibling: a pool that needs nothing": a_worker(
            f"{POOLED} -P threads", {"eventlet": "unused likely"}, SERVERS),
    },
    "a line that says where something is installed from": {
        "MiroFish 585: uv takes it from another index": Case(
            project('"requests", "idna"', "[tool.uv.sources]", 'idna = { index = "slim" }'), PIN, PINNED,
            says={"idna": "pyproject.toml:6 says where it is installed from"}, removes={},
        ),
        "MiroFish 585 sibling: a repository, for one platform": Case(
            project('"requests", "idna"', "[tool.uv.sources]",
                    "idna = [{ git = 'https://x.org/i', marker = \"sys_platform == 'linux'\" }]"), PIN, PINNED,
            says={"idna": "pyproject.toml:6"},
        ),
        "MiroFish 585 sibling: a direct reference": Case(
            project('"requests", "idna @ https://x.org/idna-3.whl"'), PIN, PINNED, says={"idna": "pyproject.toml:4"},
        ),
        "MiroFish 585 sibling: a build with a local version": a_project(
            "import requests", PIN, PINNED, declares="requests idna==3.0+cpu", says={"idna": "requirements.txt:2"}),
        "MiroFish 585 sibling: a source of Poetry": a_project(
            "import requests", PIN, PINNED, declares=None,
            files={"requirements.txt": "", "pyproject.toml": "[tool.poetry.dependencies]\n"
                   "requests = '*'\nidna = {version = '*', source = 'slim'}\n"}, says={"idna": "pyproject.toml:3"}),
        "MiroFish 585 sibling: an index of Pipenv": Case(
            {"main.py": "import requests\n",
             "Pipfile": "[packages]\nrequests = '*'\nidna = {version = '*', index = 'slim'}\n"},
            PIN, PINNED, says={"idna": "Pipfile:3"},
        ),
        "noop: MiroFish 585 sibling: a source of another": Case(
            project('"requests", "idna"', "[tool.uv.sources]", 'flask = { index = "slim" }'), PIN, PINNED,
            says={"idna": "a pin"}, findings=FP104,
        ),
    },
    "console scripts that are entries": {
        "changedetection.io: setup.py": Case(
            {"setup.py": "from setuptools import setup\nsetup(name='p', install_requires=['a', 'b'],\n"
                         "      entry_points={'console_scripts': ['p.x=p:main']})\n",
             "p/__init__.py": "def main():\n    import a\n", "p/more.py": "import b\n"},
            {"a": "startup certain p/__init__.py:2", "b": "unreached p/more.py:1"}, libs("a b"),
        ),
        "changedetection.io sibling: setup.cfg": Case(
            {"setup.cfg": "[metadata]\nname = p\n[options]\ninstall_requires =\n    a\n    b\n"
                          "[options.entry_points]\nconsole_scripts =\n    p = p.cli:main\n",
             "p/__init__.py": "", "p/cli.py": "import a\ndef main(): ...\n", "p/more.py": "import b\n"},
            {"a": "startup certain p/cli.py:1", "b": "unreached p/more.py:1"}, libs("a b"),
        ),
        "changedetection.io sibling: Poetry": Case(
            {"pyproject.toml": "[tool.poetry]\nname = 'p'\n[tool.poetry.dependencies]\na = '*'\nb = '*'\n"
                               "[tool.poetry.scripts]\np = 'p.cli:main'\n",
             "p/__init__.py": "", "p/cli.py": "import a\ndef main(): ...\n", "p/more.py": "import b\n"},
            {"a": "startup certain p/cli.py:1", "b": "unreached p/more.py:1"}, libs("a b"),
        ),
        "noop: changedetection.io sibling: a script of nobody": Case(
            {"setup.py": "from setuptools import setup\nsetup(name='p', install_requires=['a'],\n"
                         "      entry_points={'console_scripts': ['p=other:main']})\n", "p/__init__.py": "import a\n"},
            {"a": "startup likely p/__init__.py:1"}, libs("a"),
        ),
    },
    "templates of settings": {
        "kinto: a formatter": a_project(
            "", {"colors": "implied app/conf.tpl:4"}, {"colors": lib(colors____init__="class Formatter: ...\n")},
            **{"app/conf.tpl": "# Made by {who}\n\n[formatter_color]\nclass = colors.Formatter\n"}),
        "kinto sibling: a server": a_project(
            "", {"waitress": "implied conf.template:2"}, libs("waitress"),
            **{"conf.template": "[server:main]\nuse = egg:waitress#main\n"}),
        "kinto sibling: of Jinja": a_project(
            "", {"colors": "implied conf.j2:3"}, {"colors": lib(colors____init__="class Formatter: ...\n")},
            **{"conf.j2": "; {{ x }}\n[logging]\nclass = colors.Formatter\n"}),
        "noop: kinto sibling: a page that speaks of it": a_project(
            "", {"colors": "unused"}, {"colors": lib(colors____init__="class Formatter: ...\n")},
            **{"page.tpl": "<p>\n[a]\ncolors.Formatter\n</p>\n"}),
    },
    "a project that others install": {
        "locust: a module that users import": Case(
            published("'Topic :: Internet'"), {"b": "unreached cannot-tell p/contrib/mq.py:1"}, libs("a b"), removes={},
            says={"b": "pyproject.toml:5 says that it is published"},
        ),
        "locust sibling: of Poetry": Case(
            {**published(""), "pyproject.toml": "[tool.poetry]\nname = 'p'\nclassifiers = ['Topic :: Internet']\n"
             "[tool.poetry.dependencies]\na = '*'\nb = '*'\n[tool.poetry.scripts]\np = 'p.cli:main'\n"},
            {"b": "unreached cannot-tell"}, libs("a b"), removes={},
        ),
        "locust sibling: what nothing imports at all goes": Case(
            {**published("'Topic :: Internet'"), "p/contrib/mq.py": ""}, {"b": "unused likely"}, libs("a b"),
        ),
        "locust sibling: a script beside the package": Case(
            {**published("'Topic :: Internet'"), "p/contrib/mq.py": "", "tools/x.py": "import b\n"},
            {"b": "unreached likely"}, libs("a b"),
        ),
        "noop: locust sibling: one that is private": Case(
            published("'Private :: Do Not Upload', 'Topic :: Internet'"), {"b": "unreached likely"}, libs("a b"),
        ),
        "noop: locust sibling: an application": Case(published(""), {"b": "unreached likely"}, libs("a b")),
    },
    "extras of developers": {
        **{
            f"octoprint: an extra called {name}": Case(with_extra(name), {"b": "tests"}, libs("a b"), removes={})
            for name in ("develop", "linting", "pre-commit")
        },
        "noop: octoprint sibling: an extra called deploy": Case(with_extra("deploy"), {"b": "unused"}, libs("a b")),
    },
}  # fmt: skip
