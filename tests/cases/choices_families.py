"""One stated choice and one open one for each further family of alternatives."""

from collections.abc import Mapping

from tests.cases.case import Case, code, libs
from tests.cases.choices import OPEN, asker, late
from tests.cases.libraries import settings

NOT = "unused likely"
SITE = {
    "flask-socketio": late("eventlet", "gevent", module="flask_socketio", text="class SocketIO: ...\n"),
    "keras": asker("tensorflow", "jax", module="keras"), "xarray": late("netCDF4", "zarr", module="xarray"),
    "apscheduler": late("redis", "pymongo", module="apscheduler"), "celery": late("gevent", "eventlet",
      module="celery"),
    "django-redis": late("msgpack", "lz4", module="django_redis"), "anyio": late("trio", module="anyio"),
    "django": late("MySQLdb", module="django", text="def setup(): ...\n"), "polars": late("fastexcel", "openpyxl",
      module="polars"),
    "django-storages": late("boto3", "paramiko", module="storages"), "plotly": late("kaleido", module="plotly"),
    "flask-session": late("redis", "pymongo", module="flask_session"), "hypercorn": late("uvloop", "trio",
      module="hypercorn"),
    "databases": late("asyncpg", "aiomysql", "aiosqlite", module="databases", text="class Database: ...\n"),
    "passlib": late("bcrypt", "argon2", module="passlib"), "tortoise-orm": late("asyncpg", "asyncmy",
      module="tortoise"),
    **libs("eventlet gevent tensorflow jax netcdf4:netCDF4 zarr redis pymongo msgpack lz4 trio boto3 paramiko"),
    **libs("mysqlclient:MySQLdb asyncpg aiomysql aiosqlite fastexcel openpyxl kaleido uvloop bcrypt"),
    **libs("argon2-cffi:argon2 asyncmy"),
}  # fmt: skip


def of(text: str, *lines: str, tests: str = "", **expect: str) -> Case:
    files = code(text, *lines) | ({"tests/test_it.py": tests} if tests else {})
    return Case(files, {name.replace("_", "-"): told for name, told in expect.items()}, SITE)


def shop(text: str, taker: str, *lines: str, **expect: str) -> Case:
    """A project of Django that imports `taker` in its settings."""
    module = {"django-redis": "django_redis", "django-storages": "storages"}[taker]
    files = settings(f"import {module}\n{text}\n", taker, *lines)
    return Case(files, {name.replace("_", "-"): told for name, told in expect.items()}, SITE)


def worker(command: str, **expect: str) -> Case:
    files = code("from celery import Celery\napp = Celery('x')", "celery", *expect, Procfile=f"worker: {command}\n")
    return Case(files, expect, SITE)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "families": {
        "G sibling: sockets": of("from flask_socketio import SocketIO\ns = SocketIO(app, async_mode='threading')",
          "flask-socketio",
                                 "eventlet", "gevent", eventlet=NOT, gevent=NOT),
        "G sibling: a backend of models": of("import os\nos.environ['KERAS_BACKEND'] = 'jax'\nimport keras", "keras",
          "jax",
                                             "tensorflow", tensorflow=NOT),
        "G sibling: data sets": of("import xarray\nxarray.open_dataset(p, engine='zarr')", "xarray", "zarr", "netcdf4",
                                   netcdf4=NOT, zarr="implied"),
        "G sibling: stores of jobs": of("import apscheduler\ns.add_jobstore('memory')", "apscheduler", "redis",
          "pymongo",
                                        redis=NOT, pymongo=NOT),
        "G sibling: a pool of workers": worker("celery -A main worker -P threads", gevent=NOT, eventlet=NOT),
        "G sibling: a pool of workers, long": worker("celery -A main worker --pool=solo", gevent=NOT),
        "G sibling: a pool of workers by default": worker("celery -A main worker", gevent=NOT),
        "G sibling: serializer of a cache": shop("C = {'SERIALIZER': 'django_redis.serializers.json.JSONSerializer'}",
                                                 "django-redis", "msgpack", "lz4", msgpack=NOT, lz4=NOT),
        "G sibling: backends of asyncio": of("import anyio\nanyio.run(main)", "anyio", "trio", trio=NOT),
        "G sibling: storage": shop("STORAGES = {'default': {'BACKEND': 'storages.backends.s3.S3Storage'}}",
          "django-storages",
                                   "boto3", "paramiko", boto3="implied", paramiko=NOT),
        "G sibling: images of plots": of("import plotly\nf.write_image(p, engine='orca')", "plotly", "kaleido",
          kaleido=NOT),
        "G sibling: sheets of polars": of("import polars as pl\npl.read_excel(p, engine='openpyxl')", "polars",
          "openpyxl",
                                          "fastexcel", fastexcel=NOT),
        "G sibling: sessions": of("import flask_session\nSESSION_TYPE = 'redis'", "flask-session", "redis", "pymongo",
                                  pymongo=NOT),
        "G sibling: databases": of("from databases import Database\nd = Database('postgresql+asyncpg://h/d')",
          "databases",
                                   "asyncpg", "aiomysql", aiomysql=NOT),
        "G sibling: models": of("import tortoise\ntortoise.Tortoise.init(db_url='postgres://h/d')", "tortoise-orm",
                                "asyncpg", "asyncmy", asyncmy=NOT),
        "G sibling: hashes": of("import passlib\nfrom passlib.context import CryptContext\n"
            "c = CryptContext(['argon2'])", "passlib",
                                "bcrypt", bcrypt=NOT),
        "G sibling: a backend of asyncio by a test": of("import anyio\nanyio.run(main)", "anyio", "trio",
          tests=("import anyio\n\ndef test_it():\n    anyio.run(call, backend='trio')\n"),
          trio="tests likely tests/test_it.py:4"),
        "G sibling: sockets by a test": of(
          "from flask_socketio import SocketIO\ns = SocketIO(app, async_mode='threading')",
          "flask-socketio", "eventlet", "gevent",
          tests="from flask_socketio import SocketIO\nS = SocketIO(app, async_mode='gevent')\n", eventlet=NOT,
          gevent="tests likely tests/test_it.py:2"),
        "G sibling: a setting of a test": of("import anyio\nanyio.run(main)", "anyio", "trio",
          tests="anyio_backend = 'trio'\n", trio="tests likely tests/test_it.py:1"),
        "noop: a test that takes what the project takes": of("import anyio\nanyio.run(main)", "anyio", "trio",
          tests="import anyio\nanyio.run(call, backend='asyncio')\n", trio=NOT),
        "noop: sockets by what is there": of("from flask_socketio import SocketIO\ns = SocketIO(app)", "flask-socketio",
                                             "eventlet", eventlet=OPEN),
        "noop: a backend of models by the environment": of("import keras", "keras", "tensorflow", tensorflow=OPEN),
        "noop: data sets by what is there": of("import xarray\nxarray.open_dataset(p)", "xarray", "netcdf4",
          netcdf4=OPEN),
        "noop: a pool by a variable": worker("celery -A main worker -P $POOL", gevent=OPEN),
        "noop: a pool that is taken": worker("celery -A main worker -P gevent", gevent="implied"),
        "noop: storage of ours": shop("STORAGES = {'default': {'BACKEND': 'shop.storage.Mine'}}", "django-storages",
                                      "paramiko", paramiko=OPEN),
        "noop: a backend of asyncio": of("import anyio\nanyio.run(main, backend=KIND)", "anyio", "trio", trio=OPEN),
        "noop: a database by the environment": of("import os\nfrom databases import Database\n"
            "d = Database(os.environ['U'])",
                                                  "databases", "asyncpg", "aiomysql", asyncpg=OPEN, aiomysql=OPEN),
    },
}  # fmt: skip
