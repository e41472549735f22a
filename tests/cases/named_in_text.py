"""The net: a name that stands where no rule reads takes the advice away, and what only looks like a name does not."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, an_app, app, lib, libs, plain

REDIS = lib(redis____init__="class Redis: ...\n", redis__client="class Redis: ...\n")
SITE: Mapping[str, Lib] = {
    "redis": REDIS,
    "httpx": lib(httpx____init__="from ._client import Client\n", httpx___client="class Client: ...\n"),
    "orjson": lib(orjson____init__="from .orjson import *\n"),
    "python-json-logger": plain("pythonjsonlogger"),
    "gunicorn": Lib({"gunicorn/__init__.py": ""}, (), "[console_scripts]\ngunicorn = gunicorn.app:run\n"),
    "mkdocs-material": Lib({"material/__init__.py": ""}, (), "[mkdocs.themes]\nmaterial = material.templates\n"),
    **libs("requests click rich six attrs:attr packaging toml corsheaders flask whoosh"),
}


def redis(text: str, line: int = 1, **files: str) -> Case:
    """A case in which main.py names redis, and whether that loads it cannot be told."""
    return Case(app(text, "redis", files=files), {"redis": f"implied cannot-tell main.py:{line}"})


def named(name: str, path: str, text: str, line: int, main: str = "") -> Case:
    """A case in which another file names a distribution."""
    return Case(app(main, name, files={path: text}), {name: f"implied cannot-tell {path}:{line}"})


def run_by(name: str, path: str, text: str, line: int) -> Case:
    """A case in which a command runs a distribution, which other rules read."""
    return Case(app("", name, files={path: text}), {name: f"implied {path}:{line}"})


def beside(name: str, path: str, text: str, line: int) -> Case:
    """A case in which only tests, tasks or documentation name a distribution."""
    return Case(app("", name, files={path: text}), {name: f"tests {path}:{line}"})


def none(name: str, main: str = "", **files: str) -> Case:
    """A case in which nothing names it."""
    return Case(app(main, name, files=files), {name: "unused likely"})


def files(**named: str) -> dict[str, str]:
    return {path.replace("__", "/"): text for path, text in named.items()}


LOADS = "from importlib import import_module\n"


def reads(path: str, text: str, line: int) -> Case:
    """A case in which the code imports what it reads in a file."""
    main = f"{LOADS}def load(read):\n    for name in read(open('{path}')):\n        import_module(name)"
    return Case(app(main, "redis", files={path: text}), {"redis": f"implied cannot-tell {path}:{line}"})


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "strings that may reach a loader": {
        "A5 sibling: a name read from the environment with a default": redis(
            "import os\ndef get(make):\n    return make(os.environ.get('LIB', 'redis'))", 3),
        "A5 sibling: a default set in the environment": redis("import os\nos.environ.setdefault('CACHE', 'redis')", 2),
        "A5 sibling: an argument's default": redis("def client(kind='redis'):\n    return make(kind)"),
        "A5 sibling: an argument of a helper": redis(
            "def optional(name):\n    return load(name)\nx = optional('redis')\nx.go()", 3),
        "A5 sibling: a list of names": redis("KINDS = ['memory', 'redis']\nstart(KINDS)"),
        "A5 sibling: names joined by commas": redis("KINDS = 'memory,redis'\nstart(KINDS.split(','))"),
        "A5 sibling: an attribute of a class of settings": redis(
            "class Config:\n    CACHE = 'redis'\nstart(Config)", 2),
        "A5 sibling: the default of an option": redis("@option('--backend', default='redis')\ndef main(backend): ..."),
        "A5 sibling: one of the choices of an option": redis("p.add_argument('-b', choices=['memory', 'redis'])"),
        "A5 sibling: a member of an enumeration": redis("class B(Enum):\n    A = 'redis'\nuse(B)", 2),
        "A5 sibling: the default of a field": redis("class B(Base):\n    a: str = 'redis'\nuse(B)", 2),
        "A5 sibling: words that are split": redis("start('memory redis'.split())"),
        "A5 sibling: an attribute that is set": redis("settings.CACHE = 'redis'"),
        "A5 sibling: a setting by its key": redis("app.config['CACHE'] = 'redis'"),
        "A5 sibling: a choice by a condition": redis("kind = 'redis' if prod else 'memory'\nstart(kind)"),
        "A5 sibling: what a function returns": redis("def kind():\n    return 'redis'\nstart(kind())", 2),
        "A5 sibling: what a class registers as": redis("@register('redis')\ndef make(): ..."),
        "A5 sibling: the value of a table": redis("T = {'cache': 'redis'}\nstart(T)"),
        "A5 sibling: a requirement that is asked for": redis("need('redis>=4')"),
        "A5 sibling: an object behind a colon": an_app("start('redis:Redis')", {"redis": "implied main.py:1"}),
        "A5 sibling: settings that are read by name": an_app(
            "import conf\nconf.CACHE", {"redis": "implied cannot-tell conf.py:1"},
            files={"conf.py": "CACHE = 'redis'\n"}),
        "A4 sibling: a command in a shell": an_app(
            "import subprocess\nsubprocess.run('gunicorn -w 4 app:app', shell=True)",
            {"gunicorn": "implied main.py:2"}),
        "A4 sibling: a command that somebody else runs": an_app(
            "start('gunicorn --workers 4 app:app')", {"gunicorn": "implied cannot-tell main.py:1"}),
        "A4 sibling: code in a string that is handed on": redis("start('import redis; redis.Redis()')"),
        "A4 sibling: a module of another interpreter": redis("start('python -m redis --help')"),
        "the beginning of a name, the rest computed": an_app("start(f'redis.{kind}')", {"redis": "implied main.py:1"}),
        "a driver behind a plus": redis("start('thing+redis://h')"),
        "under its own name": an_app(
            "start('python-json-logger')", {"python-json-logger": "implied cannot-tell main.py:1"}),
        "in a script that can be run": an_app(
            "", {"redis": "implied cannot-tell job.py:2"},
            files={"job.py": "if __name__ == '__main__':\n    start('redis')\n"}),
        "in a notebook": an_app(
            "", {"redis": "implied cannot-tell n.ipynb:1"},
            files={"n.ipynb": '{"cells": [{"cell_type": "code", "source": ["start(\'redis\')"]}]}'}),
        "noop: the name of a logger": none("redis", "import logging\nlogging.getLogger('redis').setLevel(40)"),
        "noop: a message": none("redis", "log.info('redis')\nprint('redis')\nraise ValueError('redis')"),
        "noop: a label": none("rich", "app = FastAPI(title='rich', tags=['rich'])\nadd(help='rich')"),
        "noop: a User-Agent": none("requests", "get(u, headers={'User-Agent': 'requests'})"),
        "noop: a key of a row": none("requests", "n = row['requests'] + row.get('requests', 0)\nuse(n)"),
        "noop: an attribute": none("requests", "n = getattr(limits, 'requests')\nuse(n)"),
        "noop: a flag": none("click", "parser.add_argument('--click')"),
        "noop: a label in an f-string": none("requests", "use(f'requests: {n}')"),
        "noop: the name of a command of ours": none(
            "rich", "@cli.command('rich')\ndef f(): ...\nsub.add_parser('rich')"),
        "noop: an event": none("click", "button.on('click', f)"),
        "noop: a table and its columns": none(
            "requests", "class T(Base):\n    __tablename__ = 'requests'\nx = Column('requests')\nuse(x)\n"
            "run('select * from requests')"),
        "noop: the state of a service": none("redis", "def health():\n    return {'redis': ping()}\nuse(health)"),
        "noop: a word beside a message": none("redis", "log.info('up', extra={'service': 'redis'})"),
        "noop: advice to install it": none(
            "redis", "try:\n    go()\nexcept ImportError:\n    raise RuntimeError('pip install redis')"),
        "noop: a comparison": none("click", "if event.type == 'click':\n    go()"),
        "noop: a pattern": none("click", "import re\nx = re.sub('click', '', y)\nuse(x)"),
        "noop: an annotation": none("redis", "from typing import Literal\ndef f(x: 'redis', y: Literal['redis']): ..."),
        "noop: exported names": none("redis", "__all__ = ['redis']"),
        "noop: prose": none("rich", "use('rich text, black on white')\nuse('click here to go on')\nuse('six of one')"),
        "noop: a file": none("redis", "use('redis.conf')\nuse('redis.sock')\nuse('conf/redis.yml')"),
        "noop: a machine": none("redis", "use('redis.example.com')\nuse('http://redis:6379')\nconnect(host='redis')"),
        "noop: a machine by default": none("redis", "import os\nuse(os.environ.get('REDIS_HOST', 'redis'))"),
        "noop: a machine and its port": none("redis", "connect('redis', 6379)\nuse(address=('redis', 6379))"),
        "noop: what things of ours are called": none("requests", "use(server_name='requests', db_table='requests')"),
        "noop: a choice of which a comment tells more": none("redis", "KIND = 'memory'  # or 'redis'\nuse(KIND)"),
        "noop: a name that is switched off": none(
            "redis", "use({'logging.disabled': ['redis']})\nEXCLUDE = ['redis']\nuse(EXCLUDE)"),
        "noop: a longer word": none("redis", "use('redis-cluster')\nuse('predis')\nuse('redis_url')"),
        "noop: a string of dead code": an_app(
            "", {"redis": "unused likely"}, files={"dead.py": "start('redis')\n"},
            says={"redis": "named in dead.py:1, which nothing reaches"}),
    },
    "tables in files that import by a computed name": {
        "A5 sibling: keys of the table": an_app(
            f"{LOADS}T = {{'redis': 1}}\nuse(T)\ndef get(name):\n    return import_module(name)",
            {"redis": "implied cannot-tell main.py:2"}),
        "A5 sibling: a comparison that lets it pass": an_app(
            f"{LOADS}def get(name):\n    if name in ('redis', 'httpx'):\n        return import_module(name)",
            {"httpx": "lazy main.py:3"}),
        "noop: the literal that is imported is an import": an_app(
            f"{LOADS}r = import_module('redis')", {"redis": "startup main.py:2"}),
    },
    "files from which the code reads what to import": {
        "A6 sibling: keys of JSON": reads("a.json", '{"redis": {"ttl": 3}}', 1),
        "A6 sibling: keys of YAML": reads("a.yml", "# which\nredis:\n  ttl: 3\n", 2),
        "A6 sibling: tables of TOML": reads("a.toml", "[redis]\nttl = 3\n", 1),
        "A6 sibling: sections of INI": reads("a.ini", "[redis]\nttl = 3\n", 1),
        "A6 sibling: lines of a text": reads("plugins.txt", "toml\nredis\n", 2),
        "A6 sibling: keys of one file of many": an_app(
            f"{LOADS}def load(read):\n    for path in Path('conf').glob('*.json'):\n"
            "        for name in read(path):\n            import_module(name)",
            {"redis": "implied cannot-tell conf/a.json:1"}, files={"conf/a.json": '{"redis": {}}'}),
        "A6 sibling: first cells": reads("plugins.csv", "redis,1\n", 1),
        "noop: a text of which the code does not read": an_app(
            f"{LOADS}def get(name):\n    return import_module(name)", {"redis": "unused likely"},
            files={"b.json": '{"redis": 1}'}),
        "noop: a file that is read, and nothing is imported by a computed name": none(
            "redis", "start(open('a.json'))", **{"a.json": '{"redis": {"ttl": 3}}'}),
        "noop: keys of what is left out": an_app(
            f"{LOADS}def get(name):\n    return import_module(name)\nuse(open('a.json'))", {"redis": "unused likely"},
            files={"a.json": '{"exclude": {"redis": {}}}'}),
    },
    "what is switched off": {
        "A6 sibling: on": named("redis", "a.yml", "backends:\n  redis:\n    enabled: true\n", 2),
        "A6 sibling: the next one is off": named(
            "redis", "a.yml", "backends:\n  redis:\n    ttl: 3\n  memory:\n    enabled: false\n", 2),
        "noop: off below the key": none("redis", **{"a.yml": "backends:\n  redis:\n    ttl: 3\n    enabled: false\n"}),
        "noop: off beside the name": none("redis", **{"a.yml": "backends:\n  - module: redis\n    enabled: no\n"}),
        "noop: false": none(
            "redis", **{"a.yml": "plugins:\n  redis: false\n", "a.json": '{"plugins": {"redis": false}}'}),
        "noop: off in JSON": none("redis", **{"a.json": '{"plugins": {"redis": {"ttl": 3, "enabled": false}}}'}),
        "noop: passed to what ignores it": none("redis", "ignore_logger('redis')"),
    },
    "settings": {
        "A6 hydra": an_app(
            "import hydra\n@hydra.main(config_path='conf')\ndef run(c): ...\nrun()",
            {"redis": "implied cannot-tell conf/a.yaml:2"}, {**SITE, "hydra-core": plain("hydra")},
            declares="hydra-core redis", files={"conf/a.yaml": "client:\n  _target_: redis.Redis\n"}),
        "A6 JSON that the code reads": named(
            "httpx", "config/backends.json", '{"http":\n  "httpx.Client"}\n', 2,
            "import json\nfrom pathlib import Path\n"
            "json.loads((Path(__file__).parent / 'config' / 'backends.json').read_text())"),
        "A6 sibling: an env file": named("redis", ".env", "BROKER=redis\n", 1),
        "A6 sibling: an example of an env file": named(
            "redis", ".env.example", "# which\nBROKER=redis  # or memory\n", 2),
        "A6 sibling: another variable": named("orjson", "deploy/web.env", "LIB='orjson'\n", 1),
        "A6 sibling: a list in YAML": named("redis", "etc/app.yml", "backends:\n  - memory\n  - redis\n", 3),
        "A6 sibling: a list in one line": named("redis", "etc/app.yml", "backends: [memory, redis]\n", 1),
        "A6 sibling: a plugin with options": named("redis", "etc/app.yml", "plugins:\n  - redis:\n      ttl: 3\n", 2),
        "A6 sibling: a dotted key": named("redis", "etc/app.yml", "use:\n  redis.client.Redis:\n    ttl: 3\n", 2),
        "A6 sibling: a tag": named("redis", "etc/app.yml", "client: !!python/name:redis.Redis\n", 1),
        "A6 sibling: TOML": named("redis", "etc/app.toml", "[cache]\nbackend = 'redis'\n", 2),
        "A6 sibling: a list in TOML": named(
            "redis", "etc/app.toml", "[cache]\nbackends = [\n  'memory',\n  'redis',\n]\n", 4),
        "A6 sibling: INI": named("redis", "etc/app.ini", "[cache]\nbackend: redis\n", 2),
        "A6 sibling: a factory of paste": named(
            "redis", "etc/app.ini", "[app:main]\nuse = egg:thing\ncache.url = thing+redis://h\n", 3),
        "A6 sibling: a list in INI": named("redis", "etc/app.conf", "[cache]\nbackends =\n    memory\n    redis\n", 4),
        "A6 sibling: a table of another tool's in pyproject": an_app(
            "", {"redis": "implied cannot-tell pyproject.toml:6"}, declares=None,
            files={"pyproject.toml": "[project]\nname='x'\nversion='1'\ndependencies=['redis']\n[tool.cache]\n"
                   "backend='redis'\n"}),
        "A6 sibling: the variable of a service": named(
            "redis", "compose.yml", "services:\n  web:\n    environment:\n      BROKER: redis\n", 4),
        "A6 sibling: variables of a service in a list": named(
            "redis", "compose.yml", "services:\n  web:\n    environment:\n      - BROKER=redis\n", 4),
        "A6 sibling: a map of a cluster": named(
            "httpx", "k8s/map.yaml", "data:\n  app.ini: |\n    [http]\n    client = httpx.Client\n", 4),
        "A6 sibling: an egg of Paste": named("redis", "prod.ini", "[app:main]\nuse = egg:redis#main\n", 2),
        "A6 sibling: included by Pyramid": named(
            "redis", "prod.ini", "[app:main]\npyramid.includes =\n    toml\n    redis\n", 4),
        "A6 sibling: variables of a program": named(
            "redis", "supervisord.conf", '[program:w]\nenvironment=A="1",BROKER="redis"\n', 2),
        "A6 sibling: a variable of a unit": named("redis", "w.service", "[Service]\nEnvironment=BROKER=redis\n", 2),
        "A6 sibling: bundled by PyInstaller": named("redis", "a.spec", "a = Analysis(hiddenimports=['redis'])\n", 1),
        "A6 sibling: loose JSON": named("redis", "a.json5", "{ // which\n backend: 'redis' }\n", 2),
        "noop: left out by PyInstaller": none("redis", **{"a.spec": "a = Analysis(excludes=['redis'])\n"}),
        "A6 sibling: ZCML": named(
            "redis", "configure.zcml", "<configure>\n<include package='redis' />\n</configure>\n", 2),
        "A6 sibling: a template of settings": named(
            "redis", "etc/app.yml.j2", "cache:\n  backend: redis\n  ttl: {{ ttl }}\n", 2),
        "A6 sibling: HCL": named("redis", "infra/app.tf", 'env = {\n  BROKER = "redis"\n}\n', 2),
        "noop: in a template, only text": none(
            "click", **files(templates__a__html="<p onclick='click'>click</p> {# click #}")),
        "noop: a message in a template": none("rich", **files(templates__a__html="{{ _('rich') }} {{ rich }}")),
        "noop: JavaScript, styles, data, translations": none(
            "click",
            **{"web/a.js": "on('click')", "web/a.css": "a::after{content:'click'}", "a.sql": "select 'click'",
               "a.csv": "click,1", "a.graphql": 'x(kind: "click")', "a.proto": 'string x = "click";',
               "locale/de/a.po": 'msgid "click"\nmsgstr "klick"\n'}),
        "noop: a key": none(
            "requests", **files(k8s__a__yaml="resources:\n  requests:\n    cpu: 1\n  limits:\n    cpu: 2\n")),
        "noop: a key of JSON": none("click", **files(conf__a__json='{"click": {"x": 1}}')),
        "noop: services and images": none(
            "redis",
            **{"compose.yml": "services:\n  web:\n    depends_on: [redis]\n    links:\n      - redis\n  redis:\n"
            "    image: redis\n"
                              "    hostname: redis\n    container_name: redis\n"}),
        "noop: services of pipelines": none(
            "redis", **{".gitlab-ci.yml": "services:\n  - redis\n  - name: redis\n",
            ".travis.yml": "services: [redis]\n"}),
        "noop: a service behind another": none(
            "redis", **{"k8s/a.yaml": "backend:\n  service:\n    name: redis\n", "p.yml": "a:\n  - job_name: redis\n"}),
        "noop: what a unit waits for": none("redis", **{"w.service": "[Unit]\nAfter=redis.service\nWants=redis\n"}),
        "noop: a cluster": none(
            "redis",
            **{"k8s/a.yaml": "kind: Service\nmetadata:\n  name: redis\n  labels:\n    app: redis\nspec:\n  selector:\n"
            "    app: redis\n"}),
        "noop: a machine": none("redis", **{".env": "REDIS_HOST=redis\n", "a.yml": "redis:\n  host: redis\n"}),
        "noop: a comment": none(
            "redis", **{"a.yml": "# backend: redis\nx: 1  # redis\n", ".env": "#A=redis\n", "a.ini": "; a = redis\n"}),
        "noop: documentation": none(
            "redis", **{"README.md": "`redis`\n", "docs/a.rst": "redis\n", "CHANGES.txt": "redis\n"}),
        "noop: what declares": none(
            "redis", **{"requirements/prod.txt": "redis\n", "environment.yml": "dependencies:\n  - redis\n",
            "uv.lock": "name = 'redis'\n"}),
        "noop: a dependency table": an_app(
            "", {"redis": "unused"}, declares=None,
            files={"pyproject.toml": "[project]\nname='x'\nversion='1'\ndependencies=['redis']\n"
                   "[project.optional-dependencies]\nc=['redis']\n"}),
        "noop: settings of developers' tools": an_app(
            "", {"redis": "unused"}, declares=None,
            files={"pyproject.toml": "[project]\nname='x'\nversion='1'\ndependencies=['redis']\n"
                   "[[tool.mypy.overrides]]\nmodule = 'redis.*'\n"
                   "[tool.isort]\nknown_third_party = ['redis']\n[tool.deptry]\nignore = ['redis']\n"}),
        "noop: setup.py declares": none(
            "redis", **{"setup.py": "from setuptools import setup\nsetup(name='x', install_requires=['redis'])\n"}),
        "noop: packages of Node": none("rich", **{"package.json": '{"name": "rich", "dependencies": {"rich": "1"}}'}),
        "noop: levels of loggers": none(
            "redis", **{"log.yml": "loggers:\n  redis:\n    level: INFO\n  redis.client:\n    level: INFO\n"}),
        "noop: a step by that name": none("redis", **{"job.yml": "name: redis\nstages: [redis]\ntype: redis\n"}),
        "noop: ignored by git": none("redis", **{".gitignore": "local.yml\n", "local.yml": "backend: redis\n"}),
    },
    "commands": {
        "A4 sibling: code behind -c": named("redis", "bin/run.sh", "#!/bin/sh\npython -c 'import redis'\n", 2),
        "A4 sibling: code in a document of the shell": named(
            "redis", "bin/run.sh", "#!/bin/sh\npython - <<EOF\nimport redis\nEOF\n", 3),
        "A4 sibling: a module run in an image": run_by("redis", "Dockerfile", "FROM python\nRUN python -m redis\n", 2),
        "A4 sibling: a module run by the clock": run_by("redis", "crontab", "0 3 * * * python -m redis\n", 1),
        "A4 sibling: a module run by a unit": run_by(
            "redis", "a.service", "[Service]\nExecStart=/usr/bin/python3 -m redis\n", 2),
        "A4 sibling: the value of an option": named("redis", "run.sh", "exec thing --backend=redis serve\n", 1),
        "A4 sibling: the value behind an option": named("redis", "run.sh", "exec thing -b redis serve\n", 1),
        "A4 sibling: a variable of an image": named("redis", "Dockerfile", "FROM python\nENV BROKER=redis\n", 2),
        "A4 sibling: a variable of a script": named("redis", "run.sh", "export BROKER=redis\nexec thing\n", 1),
        "A4 sibling: in a list of words": run_by(
            "redis", "Dockerfile", 'FROM python\nCMD ["python", "-m", "redis"]\n', 2),
        "a step of a pipeline is a task": beside(
            "redis", ".github/workflows/a.yml", "jobs:\n  a:\n    steps:\n      - run: python -m redis\n", 4),
        "a recipe is a task": beside("redis", "Makefile", "seed:\n\t@python -m redis\n", 2),
        "a script of package.json is a task": beside(
            "redis", "package.json", '{"scripts": {"seed": "python -m redis"}}', 1),
        "noop: what is installed": none(
            "redis", **{"run.sh": "pip install redis\nuv pip install redis\napt-get install -y redis\n"}),
        "noop: other programs": none(
            "redis", **{"run.sh": "redis-cli -h redis ping\ndocker run redis\nservice redis start\necho redis\n"
            "wait-for redis:6379\n"}),
        "noop: an image": none("redis", Dockerfile="FROM redis AS redis\nCOPY redis /redis\nLABEL name=redis\n"),
        "noop: several lines of an installation": none(
            "redis", Dockerfile="FROM python\nRUN pip install \\\n  redis \\\n  flask\n"),
        "noop: a comment": none("redis", **{"run.sh": "# python -m redis\nexec thing  # redis\n"}),
    },
    "tests, tasks and documentation": {
        "a dotted name in a test": beside("redis", "tests/test_a.py", "start('redis.Redis')\n", 1),
        "a word in a test": beside("redis", "tests/test_a.py", "start('redis')\n", 1),
        "a theme of the documentation": beside("mkdocs-material", "mkdocs.yml", "theme:\n  name: material\n", 2),
        "an extension of the documentation": beside("whoosh", "docs/conf.py", "extensions = ['whoosh']\n", 1),
        "a session of nox": beside("whoosh", "noxfile.py", "def tests(session):\n    session.install('whoosh')\n", 2),
        "noop: a message of a test": none("redis", **{"tests/test_a.py": "print('redis')\n"}),
        "the application names it, too": an_app(
            "start('redis')", {"redis": "implied cannot-tell main.py:1"},
            files={"tests/test_a.py": "start('redis')\n"}),
    },
    "pins that would go with a line": {
        "A6 sibling: a pin of an unused line, named in settings": an_app(
            "", {"redis": "implied cannot-tell conf/a.yaml:2", "jobs": "unused"},
            {**SITE, "jobs": lib("jobs/__init__.py", requires=("redis",))}, declares="jobs==1 redis==1",
            files={"conf/a.yaml": "x:\n  _target_: redis.Redis\n"}),
        "noop: a pin of a used line": an_app(
            "import jobs", {"redis": "transitive", "jobs": "startup"},
            {**SITE, "jobs": lib("jobs/__init__.py", requires=("redis",))}, declares="jobs==1 redis==1",
            files={"conf/a.yaml": "x:\n  _target_: redis.Redis\n"}),
    },
    "instead of unreached": {
        "A6 sibling: imported by dead code, and named in settings": an_app(
            "", {"redis": "implied cannot-tell conf/a.yaml:2"},
            files={"dead.py": "import redis\n", "conf/a.yaml": "x:\n  _target_: redis.Redis\n"}),
        "noop: imported by dead code, which names it as well": an_app(
            "", {"redis": "unreached dead.py:1"}, files={"dead.py": "import redis\nstart('redis')\n"}),
    },
}  # fmt: skip
