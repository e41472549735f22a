"""Dotted strings that lead to a module of an installed distribution, and words that only look like them."""

from collections.abc import Mapping

from tests.cases.case import Case, a_project, code, lib, plain
from tests.cases.libraries import DJANGO, of_django

REST = {"django": DJANGO, "djangorestframework": lib("rest_framework/__init__.py", "rest_framework/views.py")}
WHITE = {"django": DJANGO, "whitenoise": lib("whitenoise/__init__.py", "whitenoise/middleware.py")}
LOGGER = {
    "python-json-logger": lib("pythonjsonlogger/__init__.py", pythonjsonlogger__jsonlogger="class JsonFormatter: ...\n")
}
REDIS = {"redis": lib(redis____init__="class Redis: ...\n", redis__client="")}

FORMATTER = "pythonjsonlogger.jsonlogger.JsonFormatter"

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "classes in an order": {
        **{
            f"scrapy: {what}": a_project(text, {"redis": "implied likely main.py:1"}, REDIS)
            for what, text in {
                "a table of middlewares": "DOWNLOADER_MIDDLEWARES = {'redis.Redis': 723}",
                "beside others": "PIPELINES = {'own.Thing': 300, 'redis.Redis': 400}",
                "an order of zero": "EXTENSIONS = {'redis.Redis': 0}",
                "in a table of settings": "custom_settings = {'ITEM_PIPELINES': {'redis.Redis': 1}}",
                "given to a call": "process = make(settings={'ITEM_PIPELINES': {'redis.Redis': 1}})",
            }.items()
        },
        **{
            f"noop: {what}": a_project(text, {"redis": "unused"}, REDIS)
            for what, text in {
                "taken out of the order": "DOWNLOADER_MIDDLEWARES = {'redis.Redis': None}",
                "what is done with a type": "WRITERS = {'redis.Redis': write}",
                "whether it is so": "KNOWN = {'redis.Redis': True}",
                "the level of a logger": "LEVELS = {'redis.client': 20}",
                "a class that is not there": "ITEM_PIPELINES = {'redis.Nothing': 1}",
            }.items()
        },
    },
    "dotted strings": {
        "installed application": of_django(
            "INSTALLED_APPS += ['rest_framework']\n", {"djangorestframework": "implied certain shop/settings.py:2"},
            REST),
        "installed application, appended": of_django(
            "INSTALLED_APPS.append('rest_framework')\n", {"djangorestframework": "implied certain shop/settings.py:2"},
            REST),
        "installed application, in a list of its own": of_django(
            "THIRD_PARTY_APPS = (\n  'rest_framework',\n)\n",
            {"djangorestframework": "implied certain shop/settings.py:3"}, REST),
        "installed application, not installed": of_django(
            "INSTALLED_APPS += ['rest_framework']\n", {"djangorestframework": "implied certain shop/settings.py:2"},
            {"django": DJANGO}),
        "middleware": of_django(
            "MIDDLEWARE = ['whitenoise.middleware.WhiteNoiseMiddleware']\n",
            {"whitenoise": "implied certain shop/settings.py:2"}, WHITE),
        "class in the logging configuration": a_project(
            "L = {'formatters': {'j': {'()': 'pythonjsonlogger.jsonlogger.JsonFormatter'}}}",
            {"python-json-logger": "implied likely main.py:1"}, LOGGER),
        "class in a module": Case(code("NAME = 'redis.Redis'", "redis"), {"redis": "implied likely main.py:1"}, REDIS),
        "module": Case(code("NAME = 'redis.client'", "redis"), {"redis": "implied likely main.py:1"}, REDIS),
        "attribute with a colon": a_project("NAME = 'redis:Redis'", {"redis": "implied likely main.py:1"}, REDIS),
        "class in a logging file": a_project(
            "", {"python-json-logger": "implied likely logging.ini:2"}, LOGGER,
            **{"logging.ini": f"[formatter_json]\nclass={FORMATTER}\n"}),
        "class in a logging file, YAML": a_project(
            "", {"python-json-logger": "implied likely conf/logging.yaml:2"}, LOGGER,
            **{"conf/logging.yaml": f"json:\n  (): {FORMATTER}\n"}),
        "worker class of gunicorn": a_project(
            "", {"uvicorn": "implied likely gunicorn.conf.py:1"},
            {"gunicorn": plain("gunicorn"), "uvicorn": lib(uvicorn__workers="class UvicornWorker: ...\n")},
            declares="gunicorn uvicorn", **{"gunicorn.conf.py": "worker_class = 'uvicorn.workers.UvicornWorker'\n"}),
        "worker class of gunicorn by its short name": a_project(
            "", {"gevent": "implied certain gunicorn.conf.py:1"},
            {"gunicorn": plain("gunicorn"), "gevent": plain("gevent")}, declares="gunicorn gevent",
            **{"gunicorn.conf.py": "worker_class = 'gevent'\n"}),
        "noop: a module in a settings file that is no class": a_project(
            "", {"redis": "unused likely"}, REDIS, **{"app.ini": "[redis.client]\nlevel = redis.client\n"}),
        "noop: the name of a setting": a_project("x = config['redis.host']", {"redis": "unused likely"}, REDIS),
        "noop: a plain word": Case(code("x = 'redis'", "redis"), {"redis": "unused likely"}, REDIS),
        "noop: the name of a logger": a_project(
            "import logging\nlogging.getLogger('redis.client')", {"redis": "unused likely"}, REDIS),
        "noop: a logger's configuration": a_project(
            "L = {'loggers': {'redis.client': {'level': 'INFO'}}}", {"redis": "unused likely"}, REDIS),
        "noop: a module of ours": a_project(
            "x = 'redis.client'", {"redis": "unused likely"}, REDIS,
            files={"redis/__init__.py": "", "redis/client.py": ""}),
        "noop: settings that nothing reaches": a_project(
            "", {"djangorestframework": "unused likely"}, REST,
            files={"old/settings.py": "INSTALLED_APPS = ['rest_framework']\n"}),
    },
}  # fmt: skip
