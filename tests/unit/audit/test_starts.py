"""Which programs of a project are found, once each: what is measured, what runs beside it, and what is not known."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from footprint.audit.project_code import ProjectCode, read_code
from footprint.audit.target import open_target
from footprint.config.audit_settings import read_options
from footprint.model.source_modules import EntryPoint
from tests.support.projects import write

APP = "app = 1\n"
PYTHON = "FROM python:3.12-slim\nWORKDIR /app\nCOPY . .\n"
SHOP = {
    "shop/__init__.py": "",
    "shop/__main__.py": "from .cli import main\nmain()\n",
    "shop/cli.py": "def main(): ...\n",
    "Procfile": "web: shop serve --port $PORT\n",
}


@dataclass(frozen=True)
class Project:
    """Files, and what is found in them."""

    files: Mapping[str, str]
    measured: tuple[str, ...]  # "web web = main:app (Procfile:1)", with "x3" for three workers
    beside: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()  # "Dockerfile:2 of worker: there is no file run.sh"
    entries: tuple[str, ...] = ()  # given


def project(files: Mapping[str, str], *measured: str, beside: tuple[str, ...] = (), **more: tuple[str, ...]) -> Project:
    """A project with `main.py`, an application."""
    return Project({"main.py": APP, **files}, measured, beside, **more)


def served(more: str, files: Mapping[str, str] | None = None, **found: tuple[str, ...]) -> Project:
    """A project whose Procfile starts the application, then has `more` lines; and what is found beside that start."""
    own = {"Procfile": f"web: uvicorn main:app\n{more}", **(files or {})}
    return project(own, "web web = main:app (Procfile:1)", **found)


def manifest(kind: str, name: str, words: str) -> str:
    """A Kubernetes manifest whose container starts `words`, on line 11."""
    pod = "      containers:\n      - name: c\n        image: x\n"
    where = "  template:\n    spec:\n" + pod
    head = f"apiVersion: apps/v1\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n"
    return f"{head}{where}        command: {words}\n"


def packaged(main: str, folder: str = "pkg", script: str = "pkg.cli") -> dict[str, str]:
    """A package whose console script is `main` of the module `script`."""
    return {
        f"{folder}/__init__.py": "",
        f"{folder}/__main__.py": main,
        f"{folder}/cli.py": "def main(): ...\n",
        "pyproject.toml": f'[project]\nname = "pkg"\n[project.scripts]\npkg = "{script}:main"\n',
    }


SUPERVISOR = (
    "[supervisord]\nnodaemon=true\n[program:api]\ncommand=uvicorn main:app\n[program:jobs]\ncommand=python w.py\n"
)
ANCHOR = (
    "x-base: &base\n  build: .\n  command: celery -A main worker -c 2\n"
    "services:\n  high:\n    <<: *base\n    mem_limit: 1g\n"
    "  low:\n    <<: *base\n    mem_limit: 2g\n"
)

FOUND: Mapping[str, Project] = {
    # B6: entries in places that were not read
    "B6 celery's application in a module": Project(
        {"worker.py": "celery = 1\n", "Procfile": "worker: celery -A worker.celery worker -c 3\n"},
        ("worker worker = worker:celery x3 (Procfile:1)",),
    ),
    "B6 celery's module in a package": Project(
        {"worker/__init__.py": "", "worker/celery.py": APP, "Procfile": "worker: celery -A worker.celery worker\n"},
        ("worker worker = worker.celery:app (Procfile:1)",),
    ),
    "B6 sibling: arq names a class": Project(
        {"jobs.py": "class Settings: ...\n", "Procfile": "jobs: arq jobs.Settings\n"},
        ("worker jobs = jobs:Settings (Procfile:1)",),
    ),
    "B6 streamlit_app.py": Project(
        {"streamlit_app.py": "import streamlit\n"}, ("web app = streamlit_app.py (common name: streamlit_app.py)",)
    ),
    "B6 sibling: Streamlit's Home.py beside pages": Project(
        {"Home.py": "import streamlit\n", "pages/1_a.py": "import streamlit\n"},
        ("web app = Home.py (common name: Home.py)",),
    ),
    "B6 a script that the Procfile runs": project(
        {
            "Procfile": "web: bash scripts/start.sh\n",
            "scripts/start.sh": "#!/bin/sh\nexec uvicorn main:app --workers 3\n",
        },
        "web web = main:app x3 (Procfile:1)",
    ),
    "B6 a script alone": project(
        {"scripts/start.sh": "#!/bin/sh\nset -e\nexec uvicorn main:app --workers 3\n"},
        "web web = main:app x3 (scripts/start.sh:3)",
    ),
    "B6 an entrypoint in the image": project(
        {
            "Dockerfile": 'FROM python\nWORKDIR /srv\nCOPY . /srv\nENTRYPOINT ["/srv/docker/entrypoint.sh"]\n',
            "docker/entrypoint.sh": "#!/bin/sh\nexec gunicorn -w 2 main:app\n",
        },
        "web web = main:app x2 (Dockerfile:4)",
    ),
    "B6 sibling: copied to another place": project(
        {
            "Dockerfile": 'FROM python\nCOPY deploy/run.sh /usr/local/bin/serve\nCOPY . /x\nCMD ["serve"]\n',
            "deploy/run.sh": "#!/bin/sh\ncd /x\nexec gunicorn main:app\n",
        },
        "web web = main:app (Dockerfile:4)",
    ),
    "B6 sibling: from another stage": project(
        {
            "Dockerfile": "FROM python AS build\nWORKDIR /src\nCOPY bin/run /src/run\nFROM python\n"
            'COPY --from=build /src /app\nWORKDIR /app\nENTRYPOINT ["/app/run"]\n',
            "bin/run": "#!/usr/bin/env bash\nuvicorn main:app\n",
        },
        "web web = main:app (Dockerfile:7)",
    ),
    "B6 systemd": project(
        {"deploy/shop.service": "[Service]\nUser=www\nExecStart=/srv/venv/bin/gunicorn -w 4 main:app\n"},
        "web shop = main:app x4 (deploy/shop.service:3)",
    ),
    "B6 make serve": project(
        {"Makefile": "PORT ?= 80\nserve:\n\tuvicorn main:app --reload --port $(PORT)\n"},
        "web web = main:app (Makefile:3)",
    ),
    "B6 sibling: a justfile": project(
        {"justfile": "serve:\n    uv run fastapi dev main.py\n"}, "web web = main:app (justfile:2)"
    ),
    "B6 sibling: a task of pyproject.toml": project(
        {"pyproject.toml": '[tool.poe.tasks]\nserve = "flask --app main run"\n'},
        "web web = main:app (pyproject.toml:2)",
    ),
    "B6 Lambda's image": Project(
        {
            "fn.py": "def handler(e, c): ...\n",
            "Dockerfile": 'FROM public.ecr.aws/lambda/python:3.12\nCMD ["fn.handler"]\n',
        },
        ("web web = fn:handler (Dockerfile:2)",),
    ),
    "B6 sibling: Lambda's runtime client": Project(
        {
            "app/fn.py": "def handler(e, c): ...\n",
            "Dockerfile": f'{PYTHON}ENTRYPOINT ["python", "-m", "awslambdaric"]\nCMD ["app.fn.handler"]\n',
        },
        ("web web = app.fn:handler (Dockerfile:5)",),
    ),
    "B6 sibling: lambda_function.py": Project(
        {"lambda_function.py": "def lambda_handler(e, c): ...\n"},
        ("web app = lambda_function:lambda_handler (common name: lambda_function.py)",),
    ),
    "B6 .flaskenv": Project(
        {"hello.py": APP, ".flaskenv": "# x\nFLASK_APP=hello.py\nFLASK_DEBUG=1\n"},
        ("web web = hello:app (.flaskenv:2)",),
    ),
    "B6 sibling: FLASK_APP with a factory": Project(
        {"shop/__init__.py": "def create_app(): ...\n", ".flaskenv": 'FLASK_APP="shop:create_app"\n'},
        ("web web = shop:create_app (.flaskenv:1)",),
    ),
    "B6 sibling: supervisord in an image": Project(
        {
            "main.py": APP,
            "w.py": "",
            "supervisord.conf": SUPERVISOR,
            "Dockerfile": f'{PYTHON}CMD ["supervisord", "-c", "/app/supervisord.conf"]\n',
        },
        ("web api = main:app (supervisord.conf:4)",),
        ("worker jobs = w.py (supervisord.conf:6)",),
    ),
    "B6 sibling: circus": project(
        {"circus.ini": "[watcher:web]\ncmd = gunicorn\nargs = main:app -w 2\n"}, "web web = main:app x2 (circus.ini:2)"
    ),
    "B6 sibling: uwsgi.ini": project(
        {"uwsgi.ini": "[uwsgi]\nmodule = main:app\nprocesses = 3\nmaster = true\n"},
        "web web = main:app x3 (uwsgi.ini:2)",
    ),
    "B6 sibling: uwsgi.ini of a command": project(
        {
            "Procfile": "web: uwsgi --ini conf/uwsgi.ini\n",
            "conf/uwsgi.ini": "[uwsgi]\nwsgi-file = main.py\ncallable = app\n",
        },
        "web web = main:app (Procfile:1)",
    ),
    "B6 sibling: an ECS task definition": project(
        {"task-definition.json": '{"containerDefinitions": [\n{"name": "api", "command": ["uvicorn", "main:app"]}]}'},
        "web api = main:app (task-definition.json:2)",
    ),
    "B6 sibling: Nomad": project(
        {
            "shop.nomad": 'job "s" {\n  task "api" {\n    config {\n      command = "uvicorn"\n'
            '      args = ["main:app"]\n}}}\n'
        },
        "web api = main:app (shop.nomad:4)",
    ),
    "B6 sibling: DigitalOcean": project(
        {".do/app.yaml": "services:\n- name: api\n  run_command: gunicorn main:app\n"},
        "web api = main:app (.do/app.yaml:3)",
    ),
    "B6 sibling: Platform.sh": project(
        {".platform.app.yaml": "web:\n  commands:\n    start: uvicorn main:app\n"},
        "web web = main:app (.platform.app.yaml:3)",
    ),
    "B6 sibling: Copilot": project(
        {"copilot/api/manifest.yml": "name: api\ntype: Backend Service\ncommand: gunicorn main:app\n"},
        "web api = main:app (copilot/api/manifest.yml:3)",
    ),
    "B6 sibling: App Runner": project(
        {"apprunner.yaml": "version: 1.0\nrun:\n  command: uvicorn main:app\n"}, "web web = main:app (apprunner.yaml:3)"
    ),
    "B6 sibling: honcho in an image": project(
        {"Dockerfile": f"{PYTHON}CMD honcho start\n", "Procfile": "web: gunicorn main:app\n"},
        "web web = main:app (Procfile:1)",
    ),
    "B6 sibling: make in an image": project(
        {"Dockerfile": f'{PYTHON}CMD ["make", "run"]\n', "Makefile": "run: x\n\tgunicorn -w 2 main:app\nx:\n\ttrue\n"},
        "web web = main:app x2 (Dockerfile:4)",
    ),
    "B6 sibling: a console script of ours in an image": Project(
        {
            "pkg/__init__.py": "",
            "pkg/cli.py": "def main(): ...\n",
            "Dockerfile": f'{PYTHON}CMD ["shop", "serve"]\n',
            "pyproject.toml": '[project]\nname = "shop"\n[project.scripts]\nshop = "pkg.cli:main"\n',
        },
        ("web web = pkg.cli:main (Dockerfile:4)",),
    ),
    **{
        f"B6 sibling: a script of the name of a package, {how}": Project(
            {**SHOP, "setup.py": f"from setuptools import setup\nsetup(name='shop', entry_points={text})\n"},
            ("web web = shop.cli:main (Procfile:1)",),
        )
        for how, text in {
            "in a list": '{"console_scripts": ["shop = shop.cli:main"]}',
            "in a text": '"""\n    [console_scripts]\n    shop=shop.cli:main\n    [other]\n    shop=x:y\n"""',
            "in a text with extras": '"""[console_scripts]\nshop = shop.cli:main [fast]\n"""',
            "in a text of one line": r"'[console_scripts]\nshop=shop.cli:main'",
        }.items()
    },
    "B6 sibling: no shell runs the folder of a package": Project(
        SHOP,
        ("web app = -m shop (common name: shop/__main__.py)",),
        unknown=("Procfile:1 of .: nothing is known of the program shop",),
    ),
    "B6 sibling: variables of a script": project(
        {
            "start.sh": "#!/bin/sh\nMODULE=main\n"
            "export APP_MODULE=${APP_MODULE:-$MODULE:app}\nexec gunicorn -w 2 $APP_MODULE\n"
        },
        "web web = main:app x2 (start.sh:4)",
    ),
    "noop: a better one is known": served(
        "", {"Makefile": "serve:\n\tflask --app dev run\n", "dev.py": APP}, beside=("web dev = dev:app (Makefile:2)",)
    ),
    "noop: what developers run is no entry of the application": project(
        {"Makefile": "check:\n\tpython lint.py\n", "lint.py": ""},
        "web app = main:app (common name: main.py)",
        beside=("job lint = lint.py (Makefile:2)",),
    ),
    # B2: jobs
    "B2 before the server": project(
        {
            "Procfile": "web: python seed.py && gunicorn main:app\nrelease: python manage.py migrate\n",
            **dict.fromkeys(("seed.py", "manage.py"), ""),
        },
        "web web = main:app (Procfile:1)",
        beside=("job release = manage.py (Procfile:2)", "job web-2 = seed.py (Procfile:1)"),
    ),
    "B2 a CronJob": served(
        "",
        {"k8s/job.yaml": manifest("Job", "clean", "[python, clean.py]"), "clean.py": ""},
        beside=("job clean = clean.py (k8s/job.yaml:11)",),
    ),
    "B2 named by its name": project(
        {"Procfile": "web: gunicorn main:app\nrelease: python seed.py\n", "seed.py": ""},
        "job release = seed.py (Procfile:2)",
        beside=("web web = main:app (Procfile:1)",),
        entries=("release",),
    ),
    "B2 named by its file": project(
        {"Procfile": "web: gunicorn main:app\nrelease: python seed.py\n", "seed.py": ""},
        "job app = seed.py (--entry)",
        beside=("web web = main:app (Procfile:1)",),
        entries=("seed.py",),
    ),
    # B7: one program, one entry
    "B7 __main__ and a console script": Project(
        packaged("from pkg.cli import main\nmain()\n"), ("web pkg = pkg.cli:main (console script pkg)",)
    ),
    "B7 sibling: a relative import": Project(
        packaged("from .cli import main\nmain()\n", "src/pkg"), ("web pkg = pkg.cli:main (console script pkg)",)
    ),
    "B7 sibling: the script is of __main__ itself": Project(
        packaged("def main(): ...\nmain()\n", script="pkg.__main__"),
        ("web pkg = pkg.__main__:main (console script pkg)",),
    ),
    "B7 gunicorn in Procfile and Dockerfile": project(
        {"Procfile": "web: gunicorn -w 2 main:app\n", "Dockerfile": f"{PYTHON}CMD gunicorn -w 4 main:app\n"},
        "web web = main:app x2 (Procfile:1)",
    ),
    "B7 sibling: under two module names": Project(
        {
            "backend/__init__.py": "",
            "backend/main.py": APP,
            "Procfile": "web: uvicorn backend.main:app\n",
            "Dockerfile": 'FROM python\nWORKDIR /app\nCOPY backend .\nCMD ["uvicorn", "main:app"]\n',
        },
        ("web web = backend.main:app (Procfile:1)",),
    ),
    "B7 sibling: a file and its object": project(
        {
            "Procfile": "web: fastapi run main.py\n",
            "compose.yaml": "services:\n  api:\n    build: .\n    command: uvicorn main:app\n",
        },
        "web web = main:app (Procfile:1)",
    ),
    "noop: B7 two objects of one file": Project(
        {"main.py": "app = 1\nadmin = 2\n", "Procfile": "web: uvicorn main:app\nadmin: uvicorn main:admin\n"},
        ("web web = main:app (Procfile:1)", "web admin = main:admin (Procfile:2)"),
    ),
    # D6: services that share a command
    "D6 an anchor": project(
        {"compose.yaml": ANCHOR},
        "worker high = main:app x2 (compose.yaml:3)",
        "worker low = main:app x2 (compose.yaml:3)",
    ),
    # doubts
    "unknown: the script is not there": served(
        "",
        {"jobs/Dockerfile": 'FROM python\nCMD ["./run.sh"]\n', "jobs/a.py": ""},
        unknown=("jobs/Dockerfile:2 of jobs: there is no file run.sh",),
    ),
    "unknown: a variable": served(
        "worker: exec $RUN\n", unknown=("Procfile:2 of .: $RUN is only known where it runs",)
    ),
    "unknown: a module that is not there": served(
        "worker: python -m jobs.run\n", unknown=("Procfile:2 of .: there is no module jobs.run",)
    ),
    "unknown: what the server serves is a variable": served(
        "",
        {"k8s/api.yaml": manifest("Deployment", "a", '[gunicorn, "$(APP)"]')},
        unknown=("k8s/api.yaml:11 of .: what gunicorn is to run is not stated",),
    ),
    "unknown: a program that nobody knows": served(
        "worker: acme-run jobs\n", unknown=("Procfile:2 of .: nothing is known of the program acme-run",)
    ),
    "noop: programs of others": served(
        "cache: redis-server\nfront: npm run dev\nproxy: nginx -g 'daemon off;'\nshell: python -m http.server\n",
        {
            "compose.yaml": "services:\n  db:\n    image: postgres\n    command: ./tune.sh\n"
            "  x:\n    image: acme/x\n    command: go\n"
        },
    ),
    "noop: a script that waits": project(
        {"Dockerfile": f'{PYTHON}ENTRYPOINT ["/wait-for-it.sh", "db:5432", "--"]\nCMD ["uvicorn", "main:app"]\n'},
        "web web = main:app (Dockerfile:5)",
    ),
    "noop: only developers start it": served("", {"Makefile": "up:\n\t./missing.sh\n\tpython missing.py\n"}),
}


def code_of(folder: Path, files: Mapping[str, str], entries: tuple[str, ...] = ()) -> ProjectCode:
    """Write a project and read it."""
    write(folder, files)
    options = read_options({"no_env": True, "probe": False, "entries": entries}, folder).target
    return read_code(options, open_target(options, starts=False, may_be_missing=True))


def shown(entry: EntryPoint) -> str:
    workers = f" x{entry.workers}" if entry.workers else ""
    return f"{entry.role} {entry.name} = {entry.target}{workers} ({entry.source})"


@pytest.mark.parametrize("name", FOUND)
def test_every_program_is_found_once(name: str, tmp_path: Path) -> None:
    case = FOUND[name]
    code = code_of(tmp_path, case.files, case.entries)
    assert tuple(map(shown, code.entries)) == case.measured
    assert tuple(map(shown, code.beside)) == case.beside
    assert all(entry.beside for entry in code.beside)
    unknown = [f"{start.path}:{start.line} of {start.covers}: {start.why}" for start in code.unknown_starts]
    assert tuple(unknown) == case.unknown
    assert [note.code for note in code.notes] == ["start-unknown"] * len(unknown)
