"""Alternatives of one need: where the project says which one it takes, the others are not needed; else it is open."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, code, lib, libs
from tests.cases.libraries import settings


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


def soup(text: str, **more: str) -> dict[str, str]:
    return code(MAKE_SOUP + text, "beautifulsoup4", "lxml", "html5lib", **more)


def urls(text: str, *lines: str, **more: str) -> dict[str, str]:
    return code(ENGINE + text, *(lines or BOTH), **more)


def started(command: str, *lines: str, text: str = "", **more: str) -> dict[str, str]:
    return code(text, *lines, Procfile=f"web: {command}\n", **more)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "an argument": {
        "G every call takes the parser of Python": Case(
            soup("BeautifulSoup(a, 'html.parser')\nBeautifulSoup(b, features='html.parser')"),
            {"html5lib": NOT, "lxml": NOT}, SOUPS, {"html5lib": 'takes "html.parser" in main.py:2 and 1 more'},
        ),
        "G sibling: by another name, through a constant": Case(
            soup("BS = 1\nPARSER = 'html.parser'\nfrom bs4 import BeautifulSoup as Soup\nSoup(a, PARSER)"),
            {"html5lib": NOT, "lxml": NOT}, SOUPS,
        ),
        "G sibling: a constant of another module": Case(
            soup("import conf\nBeautifulSoup(a, conf.PARSER)", **{"conf.py": "PARSER = 'lxml'\n"}),
            {"lxml": NEEDED}, SOUPS,
        ),
        "G sibling: in several modules": Case(
            soup("import pages\nBeautifulSoup(a, 'html.parser')",
                 **{"pages.py": "import bs4\ndef f(p):\n    return bs4.BeautifulSoup(p, 'html.parser')\n"}),
            {"html5lib": NOT, "lxml": NOT}, SOUPS,
        ),
        "G sibling: one of two parsers": Case(
            soup("BeautifulSoup(a, 'html.parser')\nBeautifulSoup(b, 'lxml')"),
            {"html5lib": NOT, "lxml": "implied main.py:3"}, SOUPS,
        ),
        "G sibling: partial": Case(
            soup("from functools import partial\nmake = partial(BeautifulSoup, features='html.parser')"),
            {"html5lib": NOT, "lxml": NOT}, SOUPS,
        ),
        "G sibling: asked for and annotated, no call": Case(
            soup("def f(page: BeautifulSoup) -> BeautifulSoup:\n    assert isinstance(page, BeautifulSoup)\n"
                 "    return BeautifulSoup(page, 'html.parser')\n"),
            {"html5lib": NOT, "lxml": NOT}, SOUPS,
        ),
        "G sibling: the engine of sheets": Case(
            code("import pandas as pd\npd.read_excel(a, engine='openpyxl')", "pandas", "openpyxl", "xlrd"),
            {"openpyxl": "implied main.py:2", "xlrd": NOT}, SHEETS,
        ),
        "G sibling: the suffix decides where no engine is given": Case(
            code("import pandas as pd\npd.read_excel('data/a.xlsx')", "pandas", "openpyxl", "xlrd"),
            {"openpyxl": NEEDED, "xlrd": NOT}, SHEETS,
        ),
        "G sibling: the engine of written sheets": Case(
            code("import pandas as pd\nwith pd.ExcelWriter(a, engine='xlsxwriter') as w:\n"
                "    df.to_excel(w, engine='xlsxwriter')",
                 "pandas", "openpyxl", "xlsxwriter"),
            {"openpyxl": NOT, "xlsxwriter": NEEDED}, SHEETS,
        ),
        "G sibling: the engine of columns": Case(
            code("import pandas as pd\ndf.to_parquet(p, engine='pyarrow')\npd.read_parquet(p, engine='pyarrow')",
                 "pandas", "pyarrow", "fastparquet"),
            {"pyarrow": "implied main.py:2", "fastparquet": NOT}, SHEETS,
        ),
        "G sibling: the backend of plots": Case(
            code("import matplotlib\nmatplotlib.use('Agg')", "matplotlib", "pyqt5"), {"pyqt5": NOT}, PLOTS,
        ),
        "G sibling: the backend of plots, by another name": Case(
            code("import matplotlib as mpl\nimport matplotlib.pyplot as plt\nmpl.use('svg')\nplt.switch_backend('Agg')",
                 "matplotlib", "pyqt5"), {"pyqt5": NOT}, PLOTS,
        ),
        "G sibling: hashes of passwords": Case(
            code("from passlib.context import CryptContext\nc = CryptContext(schemes=['bcrypt'], deprecated='auto')",
                 "passlib", "bcrypt", "argon2-cffi"),
            {"bcrypt": NEEDED, "argon2-cffi": NOT}, {**PASSLIB, "passlib": late("bcrypt", "argon2",
              module="passlib/context")},
        ),
        "G sibling: HTTP/2 off": Case(code("import httpx\nhttpx.Client(timeout=3)", "httpx", "h2"), {"h2": NOT}, HTTPX),
        "G sibling: signatures by a shared secret": Case(
            code("import jwt\njwt.encode({}, k, algorithm='HS256')\njwt.decode(t, k, algorithms=['HS256'])",
                 "pyjwt", "cryptography"), {"cryptography": NOT}, JWT,
        ),
        "noop: a parameter": Case(
            soup("def f(p, parser):\n    return BeautifulSoup(p, parser)\nBeautifulSoup(a, 'html.parser')"),
            {"html5lib": OPEN, "lxml": OPEN}, SOUPS,
        ),
        "noop: the environment": Case(
            soup("import os\nBeautifulSoup(a, os.environ.get('PARSER', 'html.parser'))"),
            {"html5lib": OPEN, "lxml": OPEN}, SOUPS,
        ),
        "noop: one call leaves it to what is there": Case(
            soup("BeautifulSoup(a, 'html.parser')\nBeautifulSoup(b)"), {"html5lib": OPEN, "lxml": OPEN}, SOUPS,
        ),
        "noop: the class is handed on": Case(
            soup("pages = list(map(BeautifulSoup, texts))\nBeautifulSoup(a, 'html.parser')"),
            {"html5lib": OPEN, "lxml": OPEN}, SOUPS,
        ),
        "noop: a subclass": Case(
            soup("class Page(BeautifulSoup): ...\nBeautifulSoup(a, 'html.parser')"), {"lxml": OPEN}, SOUPS,
        ),
        "noop: spread arguments": Case(
            soup("BeautifulSoup(a, **options)\nBeautifulSoup(a, 'html.parser')"), {"lxml": OPEN}, SOUPS,
        ),
        "noop: the name stands elsewhere": Case(
            soup("f(a, 'html5lib')\nBeautifulSoup(a, 'html.parser')"), {"html5lib": OPEN, "lxml": NOT}, SOUPS,
        ),
        "noop: a library of ours chooses it": Case(
            code(MAKE_SOUP + "import crawler\nBeautifulSoup(a, 'html.parser')", "beautifulsoup4", "crawler", "lxml"),
            {"lxml": OPEN},
            {**SOUPS, "crawler": lib(crawler____init__="import bs4\ndef f(p):\n"
                "    return bs4.BeautifulSoup(p, 'lxml')\n")},
        ),
        "noop: no sheet engine, and no name of a file": Case(
            code("import pandas as pd\npd.read_excel(path)", "pandas", "openpyxl", "xlrd"),
            {"openpyxl": NEEDED, "xlrd": NEEDED}, SHEETS,
        ),
        "noop: sheets are written with what is there": Case(
            code("import pandas as pd\ndf.to_excel('a.xlsx')", "pandas", "openpyxl", "xlsxwriter"),
            {"openpyxl": NEEDED, "xlsxwriter": NEEDED}, SHEETS,
        ),
        "noop: the backend of plots is a variable": Case(
            code("import matplotlib\nmatplotlib.use(BACKEND)", "matplotlib", "pyqt5"), {"pyqt5": OPEN}, PLOTS,
        ),
        "noop: HTTP/2 by a setting": Case(
            code("import httpx\nhttpx.Client(http2=settings.http2_on)", "httpx", "h2"), {"h2": OPEN}, HTTPX,
        ),
        "noop: HTTP/2 on": Case(code("import httpx\nhttpx.Client(http2=True)", "httpx", "h2"), {"h2": NEEDED}, HTTPX),
        "noop: signatures by a key": Case(
            code("import jwt\njwt.encode({}, k, algorithm='RS256')", "pyjwt", "cryptography"),
              {"cryptography": NEEDED}, JWT,
        ),
    },
    "a driver in a URL": {
        "G one driver of a database": Case(
            urls("e = create_engine('postgresql+psycopg://u@h/d')"),
            {"psycopg": "implied certain main.py:2", "psycopg2-binary": NOT}, ALCHEMY,
            {"psycopg2-binary": 'takes "postgresql+psycopg" in main.py:2'},
        ),
        "G sibling: in an f-string, through a function": Case(
            urls("def url():\n    return f'postgresql+psycopg://{u}@{h}/d'\ne = create_engine(url())"),
            {"psycopg2-binary": NOT}, ALCHEMY,
        ),
        "G sibling: the default of a variable": Case(
            urls("import os\nURL = os.environ.get('DATABASE_URL', 'postgresql+psycopg://u@h/d')\n"
                "e = create_engine(URL)"),
            {"psycopg2-binary": NOT}, ALCHEMY,
        ),
        "G sibling: what the platform gives is rewritten": Case(
            urls("import os\nURL = os.environ['DATABASE_URL'].replace('postgres://', 'postgresql+psycopg://', 1)\n"
                 "e = create_engine(URL)"),
            {"psycopg2-binary": NOT}, ALCHEMY,
        ),
        "G sibling: a variable that compose sets": Case(
            urls("import os\ne = create_engine(os.environ['DATABASE_URL'])",
                 **{"docker-compose.yml": "services:\n  web:\n    environment:\n"
                     "      DATABASE_URL: postgresql+psycopg://u@db/d\n"}),
            {"psycopg2-binary": NOT}, ALCHEMY,
        ),
        "G sibling: settings as attributes": Case(
            urls("from conf import settings\ne = create_engine(str(settings.database_url))",
                 **{"conf.py": "class Settings:\n    database_url: str = 'postgresql+psycopg://u@h/d'\n"
                     "settings = Settings()\n"}),
            {"psycopg2-binary": NOT}, ALCHEMY,
        ),
        "G sibling: built of parts": Case(
            urls("from sqlalchemy import URL\ne = create_engine(URL.create('postgresql+psycopg', host=h))"),
            {"psycopg2-binary": NOT}, ALCHEMY,
        ),
        "G sibling: another database": Case(
            urls("e = create_engine('mysql+aiomysql://u@h/d')", "sqlalchemy", "aiomysql", "pymysql"),
            {"aiomysql": NEEDED, "pymysql": NOT}, ALCHEMY,
        ),
        "G sibling: another kind of database, for certain": Case(
            urls("e = create_engine('sqlite:///a.db')", "sqlalchemy", "psycopg2-binary"),
            {"psycopg2-binary": NOT}, ALCHEMY,
        ),
        "G sibling: brokers": Case(
            code("from celery import Celery\na = Celery('x', broker='amqp://h', backend='rpc://')", "celery", "redis"),
            {"redis": NOT}, CELERY,
        ),
        "noop: a variable": Case(
            urls("import os\ne = create_engine(os.environ['DATABASE_URL'])"),
            {"psycopg": OPEN, "psycopg2-binary": OPEN}, ALCHEMY,
        ),
        "noop: one of two engines has a variable": Case(
            urls("import os\ne = create_engine('postgresql+psycopg://h')\nr = create_engine(os.environ['REPLICA'])"),
            {"psycopg2-binary": OPEN}, ALCHEMY,
        ),
        "noop: the plain scheme, too": Case(
            urls("e = create_engine('postgresql+psycopg://h')\nr = create_engine('postgresql://h')"),
            {"psycopg2-binary": "implied likely main.py:3"}, ALCHEMY,
        ),
        "noop: the driver is taken out again": Case(
            urls("URL = 'postgresql+asyncpg://h'\ne = create_engine(URL.replace('+asyncpg', ''))", "sqlalchemy",
                 "asyncpg", "psycopg2-binary"), {"psycopg2-binary": OPEN}, ALCHEMY,
        ),
        "noop: one machine says another database": Case(
            urls("import os\ne = create_engine(os.environ.get('DATABASE_URL', 'sqlite:///a.db'))", "sqlalchemy",
                 "psycopg2-binary"), {"psycopg2-binary": OPEN}, ALCHEMY,
        ),
        "noop: the setting of a machine has another database": Case(
            urls("from conf import settings\ne = create_engine(settings.url)", "sqlalchemy", "psycopg2-binary",
                 **{"conf.py": "class Settings:\n    url: str = 'sqlite:///a.db'\nsettings = Settings()\n"}),
            {"psycopg2-binary": OPEN}, ALCHEMY,
        ),
        "noop: migrations name the other driver": Case(
            urls("e = create_engine('postgresql+psycopg://h')",
              **{"alembic.ini": "sqlalchemy.url = postgresql://h/d\n"}),
            {"psycopg2-binary": "implied likely alembic.ini:1"}, ALCHEMY,
        ),
        "noop: a broker by a variable": Case(
            code("import os\nfrom celery import Celery\na = Celery('x', broker=os.environ['BROKER'])", "celery",
              "redis"),
            {"redis": OPEN}, CELERY,
        ),
    },
    "a setting": {
        "G serializers": Case(
            code("from celery import Celery\na = Celery('x')\na.conf.task_serializer = 'json'\n"
                "a.conf.update(accept_content=['json'])",
                 "celery", "msgpack", "pyyaml"), {"msgpack": NOT, "pyyaml": NOT}, CELERY,
        ),
        "G sibling: serializers by default": Case(
            code("from celery import Celery\na = Celery('x')", "celery", "msgpack"), {"msgpack": NOT}, CELERY,
        ),
        "G sibling: serializers in settings of Django": Case(
            {**settings("CELERY_TASK_SERIALIZER = 'json'\nCELERY_ACCEPT_CONTENT = ['json']\n", "celery", "msgpack"),
             "shop/tasks.py": "", "shop/celery.py": ""},
            {"msgpack": "unused"}, {**CELERY, **DJANGO},
        ),
        "G sibling: the engine of a database": Case(
            settings("DATABASES = {'default': {'ENGINE': 'django.db.backends.mysql'}}\n", "mysqlclient",
              "psycopg2-binary"),
            {"mysqlclient": "implied certain shop/settings.py:2", "psycopg2-binary": NOT}, DJANGO,
        ),
        "G sibling: the cache": Case(
            settings("CACHES = {'default': {'BACKEND': 'django.core.cache.backends.locmem.LocMemCache'}}\n", "redis",
                     "pymemcache"), {"redis": NOT, "pymemcache": NOT}, DJANGO,
        ),
        "G sibling: templates": Case(
            settings("TEMPLATES = [{'BACKEND': 'django.template.backends.django.DjangoTemplates'}]\n", "jinja2"),
            {"jinja2": NOT}, DJANGO,
        ),
        "G sibling: hashes of passwords": Case(
            settings("PASSWORD_HASHERS = [\n    'django.contrib.auth.hashers.PBKDF2PasswordHasher',\n]\n",
              "argon2-cffi"),
            {"argon2-cffi": NOT}, DJANGO,
        ),
        "G sibling: a cache of Flask": Case(
            code("from flask_caching import Cache\nc = Cache(config={'CACHE_TYPE': 'SimpleCache'})", "flask-caching",
              "redis"),
            {"redis": NOT}, FLASK,
        ),
        "G sibling: sessions of Flask": Case(
            code("from flask_session import Session\napp.config['SESSION_TYPE'] = 'filesystem'", "flask-session",
              "redis"),
            {"redis": NOT}, FLASK,
        ),
        "G sibling: a variable of the image": Case(
            code("import matplotlib", "matplotlib", "pyqt5", Dockerfile="FROM python:3.12\nENV MPLBACKEND=Agg\n"),
            {"pyqt5": NOT}, PLOTS,
        ),
        "G sibling: a variable set in code": Case(
            code("import os\nos.environ['MPLBACKEND'] = 'Agg'\nimport matplotlib", "matplotlib", "pyqt5"),
            {"pyqt5": NOT}, PLOTS,
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
        "noop: the serializer is one of them": Case(
            code("from celery import Celery\na = Celery('x')\na.conf.accept_content = ['json', 'msgpack']", "celery",
              "msgpack"),
            {"msgpack": OPEN}, CELERY,
        ),
        "noop: settings of another start": Case(
            {**settings("DATABASES = {'default': {'ENGINE': 'django.db.backends.sqlite3'}}\n", "psycopg2-binary"),
             "shop/production.py": "from shop.settings import *\n"
             "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"}, {"psycopg2-binary": OPEN},
               DJANGO,
        ),
        "noop: the engine by a variable": Case(
            settings("import os\nDATABASES = {'default': {'ENGINE': os.environ['DB']}}\n", "psycopg2-binary"),
            {"psycopg2-binary": OPEN}, DJANGO,
        ),
        "noop: the engine by a URL of the environment": Case(
            settings("import dj_database_url\nDATABASES = {'default': dj_database_url.config()}\n", "dj-database-url",
                     "psycopg2-binary"), {"psycopg2-binary": OPEN}, DJANGO,
        ),
        "noop: a cache of ours": Case(
            settings("CACHES = {'default': {'BACKEND': 'shop.cache.Cache'}}\n", "redis"), {"redis": OPEN}, DJANGO,
        ),
        "noop: a cache by the environment": Case(
            code("import os\nfrom flask_caching import Cache\nc = Cache(config={'CACHE_TYPE': os.environ['CACHE']})",
                 "flask-caching", "redis"), {"redis": OPEN}, FLASK,
        ),
    },
    "an option of a command": {
        "G the class of workers": Case(
            started("gunicorn -k gevent main:app", "gunicorn", "gevent", "eventlet"),
            {"gevent": NEEDED, "eventlet": NOT}, GUNICORN,
        ),
        "G sibling: the class of workers by default": Case(
            started("gunicorn -w 2 main:app", "gunicorn", "gevent", "eventlet"), {"gevent": NOT, "eventlet": NOT},
              GUNICORN,
        ),
        "G sibling: the class of workers in settings": Case(
            started("gunicorn -c gunicorn.conf.py main:app", "gunicorn", "gevent", "eventlet",
                    **{"gunicorn.conf.py": "worker_class = 'gthread'\n"}), {"gevent": NOT, "eventlet": NOT}, GUNICORN,
        ),
        "G sibling: loop and parser of a server": Case(
            started("uvicorn main:app --loop asyncio --http=h11 --ws none", "uvicorn", "uvloop", "httptools",
              "websockets"),
            {"uvloop": NOT, "httptools": NOT, "websockets": NOT}, UVICORN,
        ),
        "G sibling: loop of a server started in code": Case(
            code("import uvicorn\nuvicorn.run(app, loop='asyncio', http='h11', ws='none')", "uvicorn", "uvloop",
              "httptools",
                 "websockets"), {"uvloop": NOT, "httptools": NOT, "websockets": NOT}, UVICORN,
        ),
        "noop: the server takes what is there": Case(
            started("uvicorn main:app --loop asyncio", "uvicorn", "uvloop", "httptools"),
            {"uvloop": NOT, "httptools": OPEN}, UVICORN,
        ),
        "G sibling: what a server needs for options that nobody gives": Case(
            started("uvicorn main:app --port 80", "uvicorn", "watchfiles", "python-dotenv", "pyyaml"),
            {"watchfiles": NOT, "python-dotenv": NOT, "pyyaml": NOT}, RELOADED,
        ),
        "noop: a server that reloads": Case(
            started("uvicorn main:app --reload", "uvicorn", "watchfiles", "python-dotenv"),
            {"watchfiles": OPEN, "python-dotenv": NOT}, RELOADED,
        ),
        "noop: a server that reads a file of variables": Case(
            started("uvicorn main:app --env-file prod.env --log-config log.yml", "uvicorn", "python-dotenv", "pyyaml"),
            {"python-dotenv": OPEN, "pyyaml": OPEN}, RELOADED,
        ),
        "noop: another start takes what is there": Case(
            {**started("uvicorn main:app --loop asyncio", "uvicorn", "uvloop"),
              "Dockerfile": "FROM x\nCMD uvicorn main:app\n"},
            {"uvloop": OPEN}, UVICORN,
        ),
        "noop: options of a server by a variable of the image": Case(
            started("gunicorn main:app", "gunicorn", "gevent", Dockerfile="FROM x\n"
                "ENV GUNICORN_CMD_ARGS='-k gevent'\n"),
            {"gevent": OPEN}, GUNICORN,
        ),
        "noop: the option is a variable": Case(
            started("uvicorn main:app --loop $LOOP", "uvicorn", "uvloop"), {"uvloop": OPEN}, UVICORN,
        ),
        "noop: the class of workers is a variable": Case(
            started("gunicorn -k ${WORKER_CLASS} main:app", "gunicorn", "gevent"), {"gevent": OPEN}, GUNICORN,
        ),
        "noop: settings that are not there": Case(
            started("gunicorn -c other.py main:app", "gunicorn", "gevent"), {"gevent": OPEN}, GUNICORN,
        ),
    },
}  # fmt: skip
