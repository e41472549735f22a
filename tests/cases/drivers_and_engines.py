"""Drivers that URLs and settings name, engines that an argument chooses, and file systems by protocol."""

from collections.abc import Mapping

from tests.cases.case import Case, a_project, lib, plain
from tests.cases.libraries import ALCHEMY, DJANGO, PANDAS, SOUP, alchemy, of_alchemy, of_django

SITE = {
    "sqlalchemy": ALCHEMY, "asyncpg": plain("asyncpg"), "psycopg2-binary": lib("psycopg2/__init__.py"),
    "psycopg": plain("psycopg"), "pymysql": plain("pymysql"), "aiosqlite": plain("aiosqlite"),
    "mysqlclient": lib("MySQLdb/__init__.py"), "django": DJANGO, "pyodbc": plain("pyodbc"),
}  # fmt: skip

POSTGRES = "DATABASES = {'default': {'ENGINE': 'django.db.backends.postgresql'}}\n"
DEAD = {"dead.py": "U = 'postgresql+asyncpg://h'\n"}

HTML = {"beautifulsoup4": SOUP, "html5lib": plain("html5lib"), "lxml": plain("lxml")}
SHEETS = {"pandas": PANDAS, "openpyxl": plain("openpyxl"), "pyarrow": plain("pyarrow")}
PLOTS = {"matplotlib": lib("matplotlib/__init__.py"), "pyqt5": lib("PyQt5/__init__.py")}

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "drivers": {
        "scheme with a driver": of_alchemy(
            "e = create_engine('postgresql+asyncpg://u:p@h/d')", {"asyncpg": "implied certain main.py:2"}),
        "in an f-string": of_alchemy(
            "h = 'x'\ne = create_engine(f'postgresql+asyncpg://{h}/d')", {"asyncpg": "implied certain main.py:3"}),
        "written by replace": of_alchemy(
            "u = url.replace('postgres://', 'postgresql+asyncpg://')", {"asyncpg": "implied certain main.py:2"}),
        "as a name of its own": of_alchemy(
            "u = URL.create('mysql+pymysql', host='h')", {"pymysql": "implied certain main.py:2"}),
        "plain scheme": of_alchemy(
            "e = create_engine('postgresql://h/d')", {"psycopg2-binary": "implied likely main.py:2"}),
        "mysql is mysqlclient": of_alchemy(
            "e = create_engine('mysql://h/d')", {"mysqlclient": "implied likely main.py:2"}),
        "psycopg by its own scheme": of_alchemy(
            "e = create_engine('postgresql+psycopg://h/d')", {"psycopg": "implied certain main.py:2"}),
        "mssql by pyodbc": of_alchemy(
            "e = create_engine('mssql+pyodbc://h/d')", {"pyodbc": "implied certain main.py:2"}),
        "in an env example": of_alchemy(
            "", {"asyncpg": "implied likely .env.example:2"},
            **{".env.example": "# db\nDATABASE_URL=postgresql+asyncpg://u:secret@h/d\n"}),
        "in a compose file": of_alchemy(
            "", {"asyncpg": "implied likely docker-compose.yml:4"},
            **{"docker-compose.yml": "services:\n  web:\n    environment:\n      - U=postgresql+asyncpg://h\n"}),
        "in alembic.ini": of_alchemy(
            "", {"aiosqlite": "implied likely alembic.ini:2"},
            **{"alembic.ini": "[alembic]\nsqlalchemy.url = sqlite+aiosqlite:///x.db\n"}),
        "in a lazily reached module": of_alchemy(
            "def f():\n    import store\n", {"asyncpg": "implied certain store.py:1"},
            files={"store.py": "U = 'postgresql+asyncpg://h'\n"}),
        "not installed": of_alchemy(
            "U = 'postgresql+asyncpg://h'", {"asyncpg": "implied certain main.py:2"}, {"sqlalchemy": ALCHEMY}),
        "broker by URL": a_project(
            "import celery\nU = 'redis://h'", {"redis": "implied likely main.py:2"},
            {"celery": plain("celery"), "redis": plain("redis")}, declares="celery redis"),
        "file system by URL": a_project(
            "import pandas\npandas.read_csv('s3://bucket/x.csv')", {"s3fs": "implied likely main.py:2"},
            {"pandas": PANDAS, "s3fs": plain("s3fs")}, declares="pandas s3fs"),
        "file system by f-string": a_project(
            "import pandas\nb = 1\npandas.read_csv(f'gs://{b}/x.csv')", {"gcsfs": "implied likely main.py:3"},
            {"pandas": PANDAS, "gcsfs": plain("gcsfs")}, declares="pandas gcsfs"),
        "azure by URL": a_project(
            "import pandas\npandas.read_csv('abfs://c/x.csv')", {"adlfs": "implied likely main.py:2"},
            {"pandas": PANDAS, "adlfs": plain("adlfs")}, declares="pandas adlfs"),
        "database engine of Django": of_django(
            POSTGRES, {"psycopg2-binary": "implied certain shop/settings.py:2"},
            {"django": DJANGO, "psycopg2-binary": lib("psycopg2/__init__.py")}),
        "database engine of Django, with alternatives": of_django(
            POSTGRES, {"psycopg": "implied likely shop/settings.py:2"}, declares="psycopg psycopg2-binary"),
        "cache of Django": of_django(
            "CACHES = {'default': {'BACKEND': 'django.core.cache.backends.redis.RedisCache'}}\n",
            {"redis": "implied certain shop/settings.py:2"}, {"django": DJANGO, "redis": plain("redis")}),
        "mlflow: in the command of a Procfile": of_alchemy(
            "", {"asyncpg": "implied likely Procfile:1"},
            files={"Procfile": "web: python main.py --store postgresql+asyncpg://u@h/d\n"}),
        "mlflow: in the command of an image": of_alchemy(
            "", {"asyncpg": "implied likely Dockerfile:2"},
            files={"Dockerfile": 'FROM python:3.11\nCMD ["python", "main.py", "--url", "postgresql+asyncpg://h/d"]\n'}),
        "mlflow: in a variable of an image": of_alchemy(
            "", {"asyncpg": "implied likely Dockerfile:2"},
            files={"Dockerfile": 'FROM python:3.11\nENV STORE=postgresql+asyncpg://h/d\nCMD ["python", "main.py"]\n'}),
        "mlflow: in a variable of an image that a compose file starts": of_alchemy(
            "", {"asyncpg": "implied likely docker/Dockerfile:2"},
            files={"docker/Dockerfile": "FROM python:3.11\nENV STORE=postgresql+asyncpg://h/d\n",
                   "compose.yml": "services:\n  web:\n    build: docker\n    command: python main.py\n"}),
        "noop: in a comment of a Dockerfile": of_alchemy(
            "", {"asyncpg": "unused"}, files={"Dockerfile":
            'FROM python:3.11\n# postgresql+asyncpg://h/d\nCMD ["python", "main.py"]\n'}),
        "noop: in a comment": of_alchemy("# postgresql+asyncpg://h", {"asyncpg": "unused likely"}),
        "noop: in a docstring": of_alchemy(
            "def f():\n    'Say postgresql+asyncpg://h.'\n", {"asyncpg": "unused likely"}),
        "noop: in dead code": Case({**alchemy("", "asyncpg"), **DEAD}, {"asyncpg": "unused likely"}),
        "in a test": of_alchemy(
            "", {"asyncpg": "tests likely tests/test_a.py:1"}, files={"tests/test_a.py": "U = 'postgresql+asyncpg://h'\n"}),
        "noop: commented out in an env file": of_alchemy(
            "", {"asyncpg": "unused likely"}, **{".env": "#U=postgresql+asyncpg://h\n"}),
        "noop: nobody reads the scheme": a_project(
            "U = 'redis://h'", {"redis": "unused likely"}, {"redis": plain("redis")}),
        "noop: a word that is a scheme elsewhere": of_alchemy("kind = 'mysql'", {"mysqlclient": "unused likely"}),
        "noop: a part of a longer scheme": of_alchemy("u = 'xpostgresql+asyncpg://h'", {"asyncpg": "unused likely"}),
        "noop: imported in a function": of_alchemy(
            "U = 'postgresql+asyncpg://h'\ndef f():\n    import asyncpg\n", {"asyncpg": "lazy certain main.py:4"}),
    },
    "engines": {
        "parser by keyword, over lines": a_project(
            "from bs4 import BeautifulSoup\nBeautifulSoup(\n  x,\n  features='lxml',\n)",
            {"lxml": "implied certain main.py:4"}, HTML, declares="beautifulsoup4 lxml"),
        "parser by another name": a_project(
            "import bs4\nbs4.BeautifulSoup(x, 'xml')", {"lxml": "implied certain main.py:2"}, HTML,
            declares="beautifulsoup4 lxml"),
        "parser through a variable": a_project(
            "import bs4\nPARSER = 'html5lib'\nbs4.BeautifulSoup(x, PARSER)", {"html5lib": "implied certain main.py:3"},
            HTML, declares="beautifulsoup4 html5lib"),
        "column engine": a_project(
            "import pandas as pd\npd.read_csv(p, engine='pyarrow')", {"pyarrow": "implied certain main.py:2"}, SHEETS,
            declares="pandas pyarrow"),
        "backend of plots": a_project(
            "import matplotlib\nmatplotlib.use('Qt5Agg')", {"pyqt5": "implied likely main.py:2"}, PLOTS,
            declares="matplotlib pyqt5"),
        "engine of a data set": a_project(
            "import xarray\nxarray.open_dataset(p, engine='h5netcdf')", {"h5netcdf": "implied likely main.py:2"},
            {"xarray": plain("xarray"), "h5netcdf": plain("h5netcdf")}, declares="xarray h5netcdf"),
        "driver that a used library loads by name, its URL unknown": a_project(
            "import sqlalchemy", {"aiosqlite": "implied cannot-tell sqlalchemy/dialect.py:2"},
            {"sqlalchemy": lib("sqlalchemy/__init__.py", sqlalchemy__dialect="def f():\n    __import__('aiosqlite')\n",
                               requires=('aiosqlite; extra == "aiosqlite"',)), "aiosqlite": plain("aiosqlite")},
            declares="sqlalchemy aiosqlite"),
        "noop: another library's function": a_project(
            "import bs4\nf('xml')", {"lxml": "unused likely"}, HTML, declares="beautifulsoup4 lxml"),
        "noop: the asker is not there": a_project(
            "x = BeautifulSoup(x, 'html5lib')", {"html5lib": "unused likely"}, {"html5lib": plain("html5lib")}),
    },
}  # fmt: skip
