"""Siblings tried after the work, those that were wrong at first: names known in part, groups of ours, kept objects."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, code, lib, libs

GROUPS = {
    "acme-json": lib("acme_json/__init__.py", entry_points="[acme.out]\njson = acme_json:B\n"),
    "acme-llm": lib("acme_llm/__init__.py", entry_points="[llm]\nacme = acme_llm:B\n"),
}
QUEUES = {
    **libs("redis"),
    "celery": lib("celery/__init__.py", requires=("kombu", 'kombu[redis]; extra == "redis"')),
    "kombu": lib("kombu/__init__.py", **{"kombu__transport/redis": "try:\n    import redis\nexcept ImportError: ...\n"},
                 requires=('redis; extra == "redis"',)),
}  # fmt: skip
TESTERS = {
    "behave": lib("behave/__init__.py", entry_points="[console_scripts]\nbehave = behave:main\n"),
    "locust": lib("locust/__init__.py", entry_points="[console_scripts]\nlocust = locust:main\n"),
    "fabric": lib("fabric/__init__.py"),
}
LITE = "from sqlalchemy.ext.asyncio import create_async_engine\nURL = 'sqlite+aiosqlite://'\n"


def named(text: str, name: str, expected: str, **more: str) -> Case:
    return Case(code(text, name, **more), {name: expected}, {**libs(name), **libs("redis numpy")})


def import_of(argument: str, name: str, expected: str) -> Case:
    text = f"import importlib\nKIND = input()\ndef get(kind):\n    return importlib.import_module({argument})"
    return named(text, name, expected)


def group(text: str, name: str, expected: str) -> Case:
    return Case(code(text, name, "stevedore"), {name: expected}, {**GROUPS, **libs("stevedore")})


def model(text: str, name: str, expected: str) -> Case:
    site = {**libs("scikit-learn:sklearn redis"), "joblib": lib("joblib/__init__.py")}
    return Case(code(text, name, "joblib"), {name: expected}, site)


def queue(text: str, expected: str) -> Case:
    return Case(code(f"import os\nfrom celery import Celery\n{text}", "celery", "redis"), {"redis": expected}, QUEUES)


def for_tests(path: str, text: str, name: str, expected: str) -> Case:
    return Case(code("", name, **{path: text}), {name: expected}, TESTERS)


MAY = "implied cannot-tell main.py:4"


def incomplete(needed: str, expected: str, words: str = "no requirer; startup was not measured") -> Case:
    """A line that nothing uses, in an environment where `needed` is missing."""
    site = {**libs("greenlet"), "flask": lib("flask/__init__.py", requires=(needed,))}
    files = {"main.py": "import flask\n", "requirements.txt": "flask\ngreenlet\n"}
    return Case(files, {"greenlet": expected}, site, {"greenlet": words}, entries=("main.py",))


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "known in part": {
        "A5 sibling: its beginning in an f-string": import_of("f'langchain_{kind}'", "langchain-openai", MAY),
        "A5 sibling: its beginning, added to": import_of("'acme_' + kind", "acme-one", MAY),
        "A5 sibling: its end": import_of("'{}_driver'.format(kind)", "pg-driver", MAY),
        "A5 sibling: its beginning, by percent": import_of("'acme_%s' % kind", "acme-one", MAY),
        "A5 sibling: a part and a module below": import_of("f'acme_{kind}.main'", "acme-one", MAY),
        "noop: another beginning": import_of("f'langchain_{kind}'", "redis", "unused"),
        "noop: too little is known": import_of("f'r{kind}'", "redis", "unused"),
        "noop: a package of ours": a_project(
            "import importlib\ndef f(k):\n    return importlib.import_module(f'plugs.{k}')", {"plugsy": "unused"},
            libs("plugsy"), **{"plugs/__init__.py": "", "plugs/a.py": ""}),
    },
    "one of the listed values": {
        "A5 sibling: a type of literals": named(
            "import importlib\nfrom typing import Literal\ndef run(e: Literal['numpy', 'redis']):\n"
            "    return importlib.import_module(e)", "redis", "implied cannot-tell main.py:3"),
        "noop: a type of literals where nothing is imported by name": named(
            "from typing import Literal\ndef run(e: Literal['numpy', 'redis']):\n    return e", "redis", "unused"),
    },
    "groups that we read": {
        "A3 sibling: entry points of a group": group(
            "from importlib.metadata import entry_points\nB = [e.load() for e in entry_points(group='acme.out')]",
            "acme-json", "implied likely main.py:2"),
        "A3 sibling: stevedore": group(
            "from stevedore import driver\nM = driver.DriverManager(namespace='acme.out', name='json')",
            "acme-json", "implied likely main.py:2"),
        "A3 sibling: a group of one word": group(
            "from importlib.metadata import entry_points\nB = list(entry_points(group='llm'))",
            "acme-llm", "implied likely main.py:2"),
        "noop: the word of a group, read by nobody": group(
            "def f(m):\n    m.tag('llm', 1)", "acme-llm", "unused"),
    },
    "objects that are kept": {
        "A5 sibling: a model of joblib": model(
            "import joblib\nM = joblib.load('model.joblib')", "scikit-learn", "implied cannot-tell main.py:1"),
        "A5 sibling: a pickled model, loaded late": model(
            "def f(p):\n    import pickle\n    return pickle.load(p)", "scikit-learn",
            "implied cannot-tell main.py:2"),
        "noop: nothing is loaded": model("import json\nM = json.load(open('m.json'))", "scikit-learn", "unused"),
        "noop: what nobody keeps": model("import pickle\nM = pickle.load(open('m', 'rb'))", "redis", "unused"),
    },
    "an extra of an extra": {
        "A7 sibling: a broker from the environment": queue(
            "C = Celery('x', broker=os.environ['BROKER'])", "implied cannot-tell"),
        "A7 sibling: a broker of a settings module": queue(
            "C = Celery('x')\nC.config_from_envvar('CONF')", "implied cannot-tell"),
        "noop: G another broker is stated": queue("C = Celery('x', broker='amqp://h')", "unused"),
    },
    "by its name a file of developers": {
        "A10 sibling: locustfile.py": for_tests(
            "locustfile.py", "from locust import HttpUser\n", "locust", "tests locustfile.py:1"),
        "A10 sibling: steps of behave": for_tests(
            "features/steps/a.py", "from behave import given\n", "behave", "tests features/steps/a.py:1"),
        "A10 sibling: environment of behave": for_tests(
            "features/environment.py", "import behave\n", "behave", "tests features/environment.py:1"),
        "A10 sibling: fabfile.py": for_tests("fabfile.py", "from fabric import task\n", "fabric", "tests"),
        "noop: a package called features": for_tests(
            "features/core.py", "from behave import given\n", "behave", "unreached"),
    },
    "what a call is given": {
        "A3 sibling: a variable that nobody reads": a_project(
            "from jinja2 import Environment, PackageLoader\nE = Environment(loader=PackageLoader('govuk'))",
            {"govuk": "implied cannot-tell main.py:2"}, libs("jinja2 govuk"), declares="jinja2 govuk"),
        "noop: a list that nobody reads": named("GONE = ['redis']", "redis", "unused"),
        "A7 sibling: a URL of tests, of which others read the like": Case(
            code("from sqlalchemy import create_engine\nE = create_engine('postgresql+psycopg2://h/d')",
                 "sqlalchemy", "psycopg2", "aiosqlite", **{"tests/conftest.py": LITE}),
            {"aiosqlite": "tests", "psycopg2": "implied"}, libs("sqlalchemy psycopg2 aiosqlite")),
    },
    "requirements that are not installed": {
        "of a requirement": incomplete("werkzeug>=3", "unused likely", "werkzeug>=3 is not installed"),
        "noop: under another condition": incomplete("werkzeug; python_version < '3'", "unused"),
        "noop: of an extra that nobody asks for": incomplete("werkzeug; extra == 'x'", "unused"),
    },
    "the class of a logger": {
        "A6 sibling: gunicorn.conf.py": a_project(
            "", {"colored": "implied"},
            {"gunicorn": lib("gunicorn/__init__.py", entry_points="[console_scripts]\ngunicorn = gunicorn:run\n"),
             "colored": Lib({"colored/__init__.py": "class Logger: ...\n"})}, declares="gunicorn colored",
            files={"Procfile": "web: gunicorn main:app\n", "gunicorn.conf.py": "logger_class = 'colored.Logger'\n"}),
        "noop: the level of a logger": a_project(
            "import logging.config, json\nlogging.config.dictConfig(json.load(open('log.json')))", {"redis": "unused"},
            libs("redis"), files={"log.json": '{"loggers": {"redis": {"level": "INFO"}}}\n'}),
    },
}  # fmt: skip
