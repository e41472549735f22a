"""Alternatives of one need: where the project says which one it takes, the others are not needed; else it is open."""

from collections.abc import Mapping
from typing import Any

from tests.cases.case import Case, Lib, a_project, code, lib, libs
from tests.cases.libraries import of_django, settings


def asker(*names: str, module: str, text: str = "", **more: str) -> Lib:
    """A library that imports `names` where they are installed, and names each in an extra."""
    guarded = "".join(f"try:\n    import {name}\nexcept ImportError:\n    {name} = None\n" for name in names)
    extras = tuple(f'{name}; extra == "{name}"' for name in names)
    return lib(requires=extras, **{f"{module}____init__": text + guarded, **more})


def late(*names: str, module: str, text: str = "", loader: str = "") -> Lib:
    """A library that loads parts of its own by a computed name, each of which imports one of `names`."""
    parts = {f"{module}/part_{name}.py": f"def connect():\n    import {name}\n" for name in names}
    start = f"{text}import importlib\ndef load(kind):\n    importlib.import_module(f'{module}.part_{{kind}}')\n{loader}"
    return Lib({f"{module}/__init__.py": start, **parts})


SOUPS = {
    "beautifulsoup4": asker("lxml", "html5lib", module="bs4", text="class BeautifulSoup: ...\n"),
      **libs("lxml html5lib"),
}  # fmt: skip
ALCHEMY = {
    "sqlalchemy": late("psycopg2", "psycopg", "asyncpg", "pymysql", "aiomysql", "aiosqlite", module="sqlalchemy",
                       text="def create_engine(url): ...\n"),
    **libs("psycopg2-binary:psycopg2 psycopg asyncpg pymysql aiomysql aiosqlite pydantic-settings"),
}  # fmt: skip
SHEETS = {
    "pandas": late("openpyxl", "xlrd", "xlsxwriter", "pyarrow", "fastparquet", module="pandas"),
    **libs("openpyxl xlrd xlsxwriter pyarrow fastparquet"),
}  # fmt: skip
PLOTS = {"matplotlib": late("PyQt5", module="matplotlib"), **libs("pyqt5:PyQt5")}
UVICORN = {
    "uvicorn": lib("uvicorn/__init__.py", "uvicorn/main.py", entry_points="[console_scripts]\n"
        "uvicorn = uvicorn.main:main\n",
                   requires=('uvloop; extra == "standard"', 'httptools; extra == "standard"',
                             'websockets; extra == "standard"'),
                   uvicorn__loops="def setup():\n    import uvloop\n",
                   uvicorn__http="def setup():\n    import httptools\n",
                     uvicorn__ws="def setup():\n    import websockets\n"),
    **libs("uvloop httptools websockets"),
}  # fmt: skip
RELOADED = {
    "uvicorn": lib("uvicorn/__init__.py", entry_points="[console_scripts]\nuvicorn = uvicorn.main:main\n",
                   requires=('watchfiles; extra == "standard"', 'python-dotenv; extra == "standard"',
                             'pyyaml; extra == "standard"'),
                   uvicorn__main="", uvicorn__reload="def run():\n    import watchfiles\n",
                   uvicorn__config="def load():\n    import dotenv\n    import yaml\n"),
    **libs("watchfiles python-dotenv:dotenv pyyaml:yaml"),
}  # fmt: skip
GUNICORN = {
    "gunicorn": lib("gunicorn/__init__.py", entry_points="[console_scripts]\ngunicorn = gunicorn:main\n",
                    requires=('gevent; extra == "gevent"', 'eventlet; extra == "eventlet"'),
                    gunicorn__ggevent="import gevent\n", gunicorn__geventlet="import eventlet\n"),
    **libs("gevent eventlet"),
}  # fmt: skip
CELERY = {
    "celery": late("redis", "pymongo", "msgpack", "yaml", module="celery", text="class Celery: ...\n"),
    **libs("redis pymongo msgpack pyyaml:yaml"),
}  # fmt: skip
DJANGO = {
    "django": late("psycopg2", "MySQLdb", "argon2", "redis", "pymemcache", "jinja2", module="django",
                   text="def setup(): ...\n"),
    **libs("psycopg2-binary:psycopg2 mysqlclient:MySQLdb argon2-cffi:argon2 redis pymemcache jinja2 dj-database-url"),
}  # fmt: skip
FLASK = {
    "flask-caching": asker("redis", "pylibmc", module="flask_caching", text="class Cache: ...\n"),
    "flask-session": asker("redis", "pymongo", module="flask_session", text="class Session: ...\n"),
    **libs("redis pylibmc pymongo flask"),
}  # fmt: skip
HTTPX = {"httpx": lib(httpx____init__="class Client:\n    def __init__(self, http2=False):\n        import h2\n",
                      requires=('h2; extra == "http2"',)), **libs("h2")}  # fmt: skip
JWT = {"pyjwt": asker("cryptography", module="jwt"), **libs("cryptography")}
PASSLIB = {"passlib": late("bcrypt", "argon2", module="passlib"), **libs("bcrypt argon2-cffi:argon2")}

MAKE_SOUP = "from bs4 import BeautifulSoup\n"
ENGINE = "from sqlalchemy import create_engine\n"
BOTH = ("sqlalchemy", "psycopg", "psycopg2-binary")
NEEDED, OPEN, NOT = "implied", "implied cannot-tell", "unused likely"


def of(site: Mapping[str, Lib], files: Mapping[str, str], told: dict[str, Any]) -> Case:
    """The case of `files` and what is `told` of distributions: `psycopg2_binary="unused"`; the words are in `says`."""
    says, more = told.pop("says", {}), told.pop("files", {})
    return Case({**files, **more}, {name.replace("_", "-"): words for name, words in told.items()}, site, says)


def row(site: Mapping[str, Lib], text: str, *lines: str, **told: Any) -> Case:
    """A project that declares `lines` and what is told of."""
    return of(site, code(text, *lines, *names(told)), told)


def names(told: Mapping[str, Any]) -> list[str]:
    return [name.replace("_", "-") for name in told if name not in ("files", "says")]


def soup(text: str, **told: Any) -> Case:
    return of(SOUPS, code(MAKE_SOUP + text, "beautifulsoup4", "lxml", "html5lib"), told)


def urls(text: str, *lines: str, **told: Any) -> Case:
    return of(ALCHEMY, code(ENGINE + text, *(lines or BOTH)), told)


def django(text: str, *lines: str, **told: Any) -> Case:
    return of(DJANGO, settings(text, *lines, *names(told)), told)


def started(site: Mapping[str, Lib], command: str, *lines: str, **told: Any) -> Case:
    return of(site, code("", *lines, *names(told), Procfile=f"web: {command}\n"), told)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "an argument": {
        "G every call takes the parser of Python": soup(
            "BeautifulSoup(a, 'html.parser')\nBeautifulSoup(b, features='html.parser')", html5lib=NOT, lxml=NOT,
            says={"html5lib": 'takes "html.parser" in main.py:2 and 1 more'},
        ),
        "G sibling: by another name, through a constant": soup(
            "BS = 1\nPARSER = 'html.parser'\nfrom bs4 import BeautifulSoup as Soup\nSoup(a, PARSER)", html5lib=NOT,
            lxml=NOT,
        ),
        "G sibling: a constant of another module": soup(
            "import conf\nBeautifulSoup(a, conf.PARSER)", lxml=NEEDED, files={"conf.py": "PARSER = 'lxml'\n"},
        ),
        "G sibling: in several modules": soup(
            "import pages\nBeautifulSoup(a, 'html.parser')", html5lib=NOT, lxml=NOT,
            files={"pages.py": "import bs4\ndef f(p):\n    return bs4.BeautifulSoup(p, 'html.parser')\n"},
        ),
        "G sibling: one of two parsers": soup(
            "BeautifulSoup(a, 'html.parser')\nBeautifulSoup(b, 'lxml')", html5lib=NOT, lxml="implied main.py:3",
        ),
        "G sibling: partial": soup(
            "from functools import partial\nmake = partial(BeautifulSoup, features='html.parser')", html5lib=NOT,
            lxml=NOT,
        ),
        "G sibling: asked for and annotated, no call": soup(
            "def f(page: BeautifulSoup) -> BeautifulSoup:\n    assert isinstance(page, BeautifulSoup)\n"
            "    return BeautifulSoup(page, 'html.parser')\n", html5lib=NOT, lxml=NOT,
        ),
        "G sibling: the engine of sheets": row(
            SHEETS, "import pandas as pd\npd.read_excel(a, engine='openpyxl')", "pandas", openpyxl="implied main.py:2",
            xlrd=NOT,
        ),
        "G sibling: the suffix decides where no engine is given": row(
            SHEETS, "import pandas as pd\npd.read_excel('data/a.xlsx')", "pandas", openpyxl=NEEDED, xlrd=NOT,
        ),
        "G sibling: the engine of written sheets": row(
            SHEETS,
            "import pandas as pd\nwith pd.ExcelWriter(a, engine='xlsxwriter') as w:\n"
            "    df.to_excel(w, engine='xlsxwriter')", "pandas", openpyxl=NOT, xlsxwriter=NEEDED,
        ),
        "G sibling: the engine of columns": row(
            SHEETS, "import pandas as pd\ndf.to_parquet(p, engine='pyarrow')\npd.read_parquet(p, engine='pyarrow')",
            "pandas", pyarrow="implied main.py:2", fastparquet=NOT,
        ),
        "G sibling: the backend of plots": row(
            PLOTS, "import matplotlib\nmatplotlib.use('Agg')", "matplotlib", pyqt5=NOT,
        ),
        "G sibling: the backend of plots, by another name": a_project(
            "import matplotlib as mpl\nimport matplotlib.pyplot as plt\nmpl.use('svg')\nplt.switch_backend('Agg')",
            {"pyqt5": NOT}, PLOTS, declares="matplotlib pyqt5"),
        "G sibling: hashes of passwords": row(
            {**PASSLIB, "passlib": late("bcrypt", "argon2", module="passlib/context")},
            "from passlib.context import CryptContext\nc = CryptContext(schemes=['bcrypt'], deprecated='auto')",
            "passlib", bcrypt=NEEDED, argon2_cffi=NOT,
        ),
        "G sibling: HTTP/2 off": row(HTTPX, "import httpx\nhttpx.Client(timeout=3)", "httpx", h2=NOT),
        "G sibling: signatures by a shared secret": row(
            JWT, "import jwt\njwt.encode({}, k, algorithm='HS256')\njwt.decode(t, k, algorithms=['HS256'])", "pyjwt",
            cryptography=NOT,
        ),
        "noop: a parameter": soup(
            "def f(p, parser):\n    return BeautifulSoup(p, parser)\nBeautifulSoup(a, 'html.parser')", html5lib=OPEN,
            lxml=OPEN,
        ),
        "noop: the environment": soup(
            "import os\nBeautifulSoup(a, os.environ.get('PARSER', 'html.parser'))", html5lib=OPEN, lxml=OPEN,
        ),
        "noop: one call leaves it to what is there": soup(
            "BeautifulSoup(a, 'html.parser')\nBeautifulSoup(b)", html5lib=OPEN, lxml=OPEN,
        ),
        "noop: the class is handed on": soup(
            "pages = list(map(BeautifulSoup, texts))\nBeautifulSoup(a, 'html.parser')", html5lib=OPEN, lxml=OPEN,
        ),
        "noop: a subclass": soup("class Page(BeautifulSoup): ...\nBeautifulSoup(a, 'html.parser')", lxml=OPEN),
        "noop: spread arguments": soup("BeautifulSoup(a, **options)\nBeautifulSoup(a, 'html.parser')", lxml=OPEN),
        "noop: the name stands elsewhere": soup(
            "f(a, 'html5lib')\nBeautifulSoup(a, 'html.parser')", html5lib=OPEN, lxml=NOT,
        ),
        "noop: a library of ours chooses it": row(
            {
                **SOUPS,
                "crawler": lib(crawler____init__="import bs4\ndef f(p):\n    return bs4.BeautifulSoup(p, 'lxml')\n"),
            }, MAKE_SOUP + "import crawler\nBeautifulSoup(a, 'html.parser')", "beautifulsoup4", "crawler", lxml=OPEN,
        ),
        "noop: no sheet engine, and no name of a file": row(
            SHEETS, "import pandas as pd\npd.read_excel(path)", "pandas", openpyxl=NEEDED, xlrd=NEEDED,
        ),
        "noop: sheets are written with what is there": row(
            SHEETS, "import pandas as pd\ndf.to_excel('a.xlsx')", "pandas", openpyxl=NEEDED, xlsxwriter=NEEDED,
        ),
        "noop: the backend of plots is a variable": row(
            PLOTS, "import matplotlib\nmatplotlib.use(BACKEND)", "matplotlib", pyqt5=OPEN,
        ),
        "noop: HTTP/2 by a setting": row(
            HTTPX, "import httpx\nhttpx.Client(http2=settings.http2_on)", "httpx", h2=OPEN,
        ),
        "noop: HTTP/2 on": row(HTTPX, "import httpx\nhttpx.Client(http2=True)", "httpx", h2=NEEDED),
        "noop: signatures by a key": row(
            JWT, "import jwt\njwt.encode({}, k, algorithm='RS256')", "pyjwt", cryptography=NEEDED,
        ),
    },
    "a driver in a URL": {
        "G one driver of a database": urls(
            "e = create_engine('postgresql+psycopg://u@h/d')", psycopg="implied certain main.py:2", psycopg2_binary=NOT,
            says={"psycopg2-binary": 'takes "postgresql+psycopg" in main.py:2'},
        ),
        "G sibling: in an f-string, through a function": urls(
            "def url():\n    return f'postgresql+psycopg://{u}@{h}/d'\ne = create_engine(url())", psycopg2_binary=NOT,
        ),
        "G sibling: the default of a variable": urls(
            "import os\nURL = os.environ.get('DATABASE_URL', 'postgresql+psycopg://u@h/d')\ne = create_engine(URL)",
            psycopg2_binary=NOT,
        ),
        "G sibling: what the platform gives is rewritten": urls(
            "import os\nURL = os.environ['DATABASE_URL'].replace('postgres://', 'postgresql+psycopg://', 1)\n"
            "e = create_engine(URL)", psycopg2_binary=NOT,
        ),
        "G sibling: a variable that compose sets": urls(
            "import os\ne = create_engine(os.environ['DATABASE_URL'])", psycopg2_binary=NOT,
            files={"docker-compose.yml": "services:\n  web:\n    environment:\n"
                   "      DATABASE_URL: postgresql+psycopg://u@db/d\n"},
        ),
        "G sibling: settings as attributes": urls(
            "from conf import settings\ne = create_engine(str(settings.database_url))", psycopg2_binary=NOT,
            files={"conf.py": "class Settings:\n    database_url: str = 'postgresql+psycopg://u@h/d'\n"
                   "settings = Settings()\n"},
        ),
        "G sibling: built of parts": urls(
            "from sqlalchemy import URL\ne = create_engine(URL.create('postgresql+psycopg', host=h))",
            psycopg2_binary=NOT,
        ),
        "G sibling: another database": urls(
            "e = create_engine('mysql+aiomysql://u@h/d')", "sqlalchemy", "aiomysql", "pymysql", aiomysql=NEEDED,
            pymysql=NOT,
        ),
        "G sibling: another kind of database, for certain": urls(
            "e = create_engine('sqlite:///a.db')", "sqlalchemy", "psycopg2-binary", psycopg2_binary=NOT,
        ),
        "G sibling: brokers": row(
            CELERY, "from celery import Celery\na = Celery('x', broker='amqp://h', backend='rpc://')", "celery",
            redis=NOT,
        ),
        "noop: a variable": urls(
            "import os\ne = create_engine(os.environ['DATABASE_URL'])", psycopg=OPEN, psycopg2_binary=OPEN,
        ),
        "noop: one of two engines has a variable": urls(
            "import os\ne = create_engine('postgresql+psycopg://h')\nr = create_engine(os.environ['REPLICA'])",
            psycopg2_binary=OPEN,
        ),
        "noop: the plain scheme, too": urls(
            "e = create_engine('postgresql+psycopg://h')\nr = create_engine('postgresql://h')",
            psycopg2_binary="implied likely main.py:3",
        ),
        "noop: the driver is taken out again": urls(
            "URL = 'postgresql+asyncpg://h'\ne = create_engine(URL.replace('+asyncpg', ''))", "sqlalchemy", "asyncpg",
            "psycopg2-binary", psycopg2_binary=OPEN,
        ),
        "noop: one machine says another database": urls(
            "import os\ne = create_engine(os.environ.get('DATABASE_URL', 'sqlite:///a.db'))", "sqlalchemy",
            "psycopg2-binary", psycopg2_binary=OPEN,
        ),
        "noop: the setting of a machine has another database": urls(
            "from conf import settings\ne = create_engine(settings.url)", "sqlalchemy", "psycopg2-binary",
            psycopg2_binary=OPEN,
            files={"conf.py": "class Settings:\n    url: str = 'sqlite:///a.db'\nsettings = Settings()\n"},
        ),
        "noop: migrations name the other driver": urls(
            "e = create_engine('postgresql+psycopg://h')", psycopg2_binary="implied likely alembic.ini:1",
            files={"alembic.ini": "sqlalchemy.url = postgresql://h/d\n"},
        ),
        "noop: a broker by a variable": row(
            CELERY, "import os\nfrom celery import Celery\na = Celery('x', broker=os.environ['BROKER'])", "celery",
            redis=OPEN,
        ),
    },
    "a setting": {
        "G serializers": row(
            CELERY,
            "from celery import Celery\na = Celery('x')\na.conf.task_serializer = 'json'\n"
            "a.conf.update(accept_content=['json'])", "celery", msgpack=NOT, pyyaml=NOT,
        ),
        "G sibling: serializers by default": row(
            CELERY, "from celery import Celery\na = Celery('x')", "celery", msgpack=NOT,
        ),
        "G sibling: serializers in settings of Django": of_django(
            "CELERY_TASK_SERIALIZER = 'json'\nCELERY_ACCEPT_CONTENT = ['json']\n", {"msgpack": "unused"},
            {**CELERY, **DJANGO}, declares="celery msgpack", files={"shop/tasks.py": "", "shop/celery.py": ""}),
        "G sibling: the engine of a database": django(
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql'}}\n",
            mysqlclient="implied certain shop/settings.py:2", psycopg2_binary=NOT,
        ),
        "G sibling: the cache": django(
            "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}\n", redis=NOT,
            pymemcache=NOT,
        ),
        "G sibling: templates": django(
            "TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates'}]\n", jinja2=NOT,
        ),
        "G sibling: hashes of passwords": django(
            "PASSWORD_HASHERS = [\n    'django.contrib.auth.hashers.PBKDF2PasswordHasher',\n]\n", argon2_cffi=NOT,
        ),
        "G sibling: a cache of Flask": row(
            FLASK, "from flask_caching import Cache\nc = Cache(config={'CACHE_TYPE': 'SimpleCache'})", "flask-caching",
            redis=NOT,
        ),
        "G sibling: sessions of Flask": row(
            FLASK, "from flask_session import Session\napp.config['SESSION_TYPE'] = 'filesystem'", "flask-session",
            redis=NOT,
        ),
        "G sibling: a variable of the image": row(
            PLOTS, "import matplotlib", "matplotlib", pyqt5=NOT,
            files={"Dockerfile": "FROM python:3.12\nENV MPLBACKEND=Agg\n"},
        ),
        "G sibling: a variable set in code": row(
            PLOTS, "import os\nos.environ['MPLBACKEND'] = 'Agg'\nimport matplotlib", "matplotlib", pyqt5=NOT,
        ),
        **{
            f"G sibling: a backend of matplotlib: {name}": Case(
                code("import matplotlib", "matplotlib", "pyqt5", Dockerfile=f"FROM python\nENV MPLBACKEND={name}\n"),
                {"pyqt5": NOT}, PLOTS,
            )
            for name in ("AGG", "TkAgg", "wxagg", "GTK4Cairo", "nbAgg")
        },
        **{
            f"noop: a backend of matplotlib that takes it: {name}": Case(
                code("import matplotlib", "matplotlib", "pyqt5", Dockerfile=f"FROM python\nENV MPLBACKEND={name}\n"),
                {"pyqt5": usage}, PLOTS,
            )
            for name, usage in (
                *dict.fromkeys(("QtAgg", "qtagg", "Qt5Cairo", "QTCAIRO"), "implied Dockerfile:2").items(),
                ("module://ours.backend", OPEN),
            )
        },
        "noop: the serializer is one of them": row(
            CELERY, "from celery import Celery\na = Celery('x')\na.conf.accept_content = ['json', 'msgpack']", "celery",
            msgpack=OPEN,
        ),
        "noop: settings of another start": django(
            "DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n", psycopg2_binary=OPEN,
            files={"shop/production.py": "from shop.settings import *\n"
                   "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"},
        ),
        "noop: the engine by a variable": django(
            "import os\nDATABASES = {'default': {'ENGINE': os.environ['DB']}}\n", psycopg2_binary=OPEN,
        ),
        "noop: the engine by a URL of the environment": django(
            "import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n", "dj-database-url",
            psycopg2_binary=OPEN,
        ),
        "noop: a cache of ours": django("CACHES = {'default': {'BACKEND': 'shop.cache.Cache'}}\n", redis=OPEN),
        "noop: a cache by the environment": row(
            FLASK, "import os\nfrom flask_caching import Cache\nc = Cache(config={'CACHE_TYPE': os.environ['CACHE']})",
            "flask-caching", redis=OPEN,
        ),
    },
    "an option of a command": {
        "G the class of workers": started(
            GUNICORN, "gunicorn -k gevent main:app", "gunicorn", gevent=NEEDED, eventlet=NOT,
        ),
        "G sibling: the class of workers by default": started(
            GUNICORN, "gunicorn -w 2 main:app", "gunicorn", gevent=NOT, eventlet=NOT,
        ),
        "G sibling: the class of workers in settings": started(
            GUNICORN, "gunicorn -c gunicorn.conf.py main:app", "gunicorn", gevent=NOT, eventlet=NOT,
            files={"gunicorn.conf.py": "worker_class = 'gthread'\n"},
        ),
        "G sibling: loop and parser of a server": started(
            UVICORN, "uvicorn main:app --loop asyncio --http=h11 --ws none", "uvicorn", uvloop=NOT, httptools=NOT,
            websockets=NOT,
        ),
        "G sibling: loop of a server started in code": row(
            UVICORN, "import uvicorn\nuvicorn.run(app, loop='asyncio', http='h11', ws='none')", "uvicorn", uvloop=NOT,
            httptools=NOT, websockets=NOT,
        ),
        "noop: the server takes what is there": started(
            UVICORN, "uvicorn main:app --loop asyncio", "uvicorn", uvloop=NOT, httptools=OPEN,
        ),
        "G sibling: what a server needs for options that nobody gives": started(
            RELOADED, "uvicorn main:app --port 80", "uvicorn", watchfiles=NOT, python_dotenv=NOT, pyyaml=NOT,
        ),
        "noop: a server that reloads": started(
            RELOADED, "uvicorn main:app --reload", "uvicorn", watchfiles=OPEN, python_dotenv=NOT,
        ),
        "noop: a server that reads a file of variables": started(
            RELOADED, "uvicorn main:app --env-file prod.env --log-config log.yml", "uvicorn", python_dotenv=OPEN,
            pyyaml=OPEN,
        ),
        "noop: another start takes what is there": started(
            UVICORN, "uvicorn main:app --loop asyncio", "uvicorn", uvloop=OPEN,
            files={"Dockerfile": "FROM x\nCMD uvicorn main:app\n"},
        ),
        "noop: options of a server by a variable of the image": started(
            GUNICORN, "gunicorn main:app", "gunicorn", gevent=OPEN,
            files={"Dockerfile": "FROM x\nENV GUNICORN_CMD_ARGS='-k gevent'\n"},
        ),
        "noop: the option is a variable": started(UVICORN, "uvicorn main:app --loop $LOOP", "uvicorn", uvloop=OPEN),
        "noop: the class of workers is a variable": started(
            GUNICORN, "gunicorn -k ${WORKER_CLASS} main:app", "gunicorn", gevent=OPEN,
        ),
        "noop: settings that are not there": started(
            GUNICORN, "gunicorn -c other.py main:app", "gunicorn", gevent=OPEN,
        ),
    },
}  # fmt: skip
