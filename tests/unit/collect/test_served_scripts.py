"""Scripts that start a server: which application, server and workers are meant. Nothing is run."""

from collections.abc import Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from footprint.collect.deploy import read_deploy_files
from footprint.collect.entries.discovery import discover
from footprint.collect.entries.served_applications import with_servers
from footprint.model.source_modules import EntryPoint
from tests.unit.collect.test_sources import sources_of

APP = "from fastapi import FastAPI\napp = FastAPI()\ndef create_app(name='x'):\n    return FastAPI()\n"
FLASK = "from flask import Flask\napp = Flask(__name__)\n"
GUNICORN = """\
    from gunicorn.app.base import BaseApplication
    from main import app
    class Standalone(BaseApplication):
        def __init__(self, app, options=None):
            self.options, self.application = options or {}, app
            super().__init__()
        def load(self):
            return self.application
    if __name__ == "__main__":
        options = {"bind": "0.0.0.0:8000", "workers": 3, "preload_app": True, "worker_class": "gthread"}
        Standalone(app, options).run()
"""
MAIN = "if __name__ == '__main__':\n    "


def short(entry: EntryPoint) -> str:
    """`uvicorn main:app factory x4 by call`: the server, what it serves, its workers and in which process."""
    words = [entry.server or "?"]
    if entry.serves is not None:
        words.append(f"{entry.serves.module or entry.serves.file}:{entry.serves.attribute or ''}")
        words += ["factory"] if entry.serves.factory else []
    words += [f"x{entry.workers}"] if entry.workers is not None else []
    words += ["x?"] if entry.workers is None and entry.workers_from is not None else []
    words += [f"of {entry.pool}"] if entry.pool is not None else []
    words += ["preload"] if entry.preload else []
    return " ".join([*words, *([f"by {entry.serves_by}"] if entry.serves_by else [])])


# name -> (run.py, what it serves: by a call if nothing is said); main.py is of FastAPI, shop.py of Flask
SCRIPTS: Mapping[str, tuple[str, str]] = {
    "uvicorn, a string": ("import uvicorn\n" + MAIN + "uvicorn.run('main:app')", "uvicorn main:app"),
    "uvicorn, an object": ("import uvicorn\nfrom main import app\nuvicorn.run(app)", "uvicorn main:app"),
    "uvicorn, its own object": (
        "import fastapi, uvicorn\napp = fastapi.FastAPI()\n" + MAIN + "uvicorn.run(app, port=80)",
        "uvicorn run.py:app",
    ),
    "uvicorn, by another name": ("from uvicorn import run as go\nimport main as m\ngo(m.app)", "uvicorn main:app"),
    "uvicorn, workers": ("import uvicorn\nuvicorn.run('main:app', workers=4)", "uvicorn main:app x4"),
    "uvicorn, workers of a variable": (
        "import os, uvicorn\nN = int(os.environ.get('N', 2))\nuvicorn.run('main:app', workers=N)",
        "uvicorn main:app x2",
    ),
    "uvicorn, workers of the settings": (
        "import uvicorn\nfrom config import settings\nuvicorn.run('main:app', workers=settings.workers)",
        "uvicorn main:app x5",
    ),
    "uvicorn, workers of a class of settings": (
        "import uvicorn\nfrom config import Settings\nuvicorn.run('main:app', workers=Settings.workers)",
        "uvicorn main:app x5",
    ),
    "uvicorn, workers of a constant elsewhere": (
        "import uvicorn, config\nuvicorn.run('main:app', workers=config.WORKERS)",
        "uvicorn main:app x6",
    ),
    "uvicorn, as many as cores": (
        "import os, uvicorn\nuvicorn.run('main:app', workers=os.cpu_count())",
        "uvicorn main:app x?",
    ),
    "uvicorn, the target of a variable": (
        "import os, uvicorn\nTARGET = os.getenv('TARGET', 'main:app')\nuvicorn.run(TARGET)",
        "uvicorn main:app",
    ),
    "uvicorn, a factory as a string": (
        "import uvicorn\nuvicorn.run('main:create_app', factory=True)",
        "uvicorn main:create_app factory",
    ),
    "uvicorn, what a factory gives": (
        "import uvicorn\nfrom main import create_app\n" + MAIN + "app = create_app('y')\n    uvicorn.run(app)",
        "uvicorn main:create_app('y') factory",
    ),
    "uvicorn, wrapped": (
        "import uvicorn\nfrom w import Wrapper\nfrom main import app\nuvicorn.run(Wrapper(app, x=1))",
        "uvicorn main:app",
    ),
    "uvicorn, Server(Config)": (
        "import asyncio\nfrom uvicorn import Config, Server\nasync def serve():\n"
        "    await Server(Config('main:app')).serve()\nasyncio.run(serve())",
        "uvicorn main:app",
    ),
    "uvicorn, two functions deep": (
        "import uvicorn\ndef serve():\n    uvicorn.run('main:app')\ndef main():\n    serve()\n" + MAIN + "main()",
        "uvicorn main:app",
    ),
    "uvicorn, in a function of another file": ("from launch import go\ngo()", "uvicorn main:app"),
    "uvicorn, a command of click": (
        "import click, uvicorn\n@click.group()\ndef cli(): pass\n@cli.command()\ndef serve():\n"
        "    uvicorn.run('main:app')\n" + MAIN + "cli()",
        "uvicorn main:app",
    ),
    "gunicorn's own application": (GUNICORN, "gunicorn main:app x3 of gthread preload"),
    "gunicorn, loaded in load": (
        "from gunicorn.app.base import BaseApplication\nclass A(BaseApplication):\n    def load(self):\n"
        "        from shop import app\n        return app\nA().run()",
        "gunicorn shop:app",
    ),
    "hypercorn": (
        "import asyncio\nfrom hypercorn.asyncio import serve\nfrom hypercorn.config import Config\n"
        "from main import app\nasyncio.run(serve(app, Config()))",
        "hypercorn.asyncio main:app x1",
    ),
    "waitress": ("from waitress import serve\nfrom shop import app\nserve(app, port=80)", "waitress-serve shop:app"),
    "granian": ("from granian import Granian\nGranian('main:app', workers=2).serve()", "granian main:app x2"),
    "Flask's own": ("from shop import app\n" + MAIN + "app.run(host='0.0.0.0', port=80)", "flask shop:app"),
    "Flask's own, made there": (
        "from flask import Flask\napp = Flask('x')\n" + MAIN + "app.run(debug=True)", "flask run.py:app"),
    "Werkzeug": (
        "from werkzeug.serving import run_simple\nfrom shop import app\nrun_simple('', 80, app)",
        "flask shop:app",
    ),
    "the better of two": (
        "import sys\nfrom shop import app\nif sys.argv:\n    app.run(debug=True)\nelse:\n"
        "    import waitress\n    waitress.serve(app)",
        "waitress-serve shop:app",
    ),
    "aiohttp": ("from aiohttp import web\nfrom main import app\nweb.run_app(app)", "aiohttp main:app x1"),
    "celery": ("from jobs import queue\nqueue.worker_main(['worker', '-c', '3'])", "celery jobs:queue x3 preload"),
    "a child": (
        "import subprocess, sys\nsubprocess.run([sys.executable, '-m', 'uvicorn', 'main:app', '--workers', '2'])",
        "uvicorn main:app x2 by child",
    ),
    "a child, grown": (
        "import subprocess\ncommand = ['gunicorn', 'shop:app']\ncommand += ['-w', str(4)]\nsubprocess.Popen(command)",
        "gunicorn shop:app x4 by child",
    ),
    "a child, a text": ("import os\nos.system('uvicorn main:app --workers 2')", "uvicorn main:app x2 by child"),
    "a child, an f-string": (
        "import os\nport = 8000\nos.system(f'uvicorn main:app --port {port}')",
        "uvicorn main:app by child",
    ),
    "instead of it": (
        "import os\nos.execvp('gunicorn', ['gunicorn', '-w', '2', 'shop:app'])",
        "gunicorn shop:app x2 by exec",
    ),
    "instead of it, word by word": (
        "import os\nos.execlp('gunicorn', 'gunicorn', 'shop:app')",
        "gunicorn shop:app by exec",
    ),
    "spawned": ("import os\nos.spawnlp(os.P_WAIT, 'uvicorn', 'uvicorn', 'main:app')", "uvicorn main:app by child"),
    # and nothing
    "noop: a script that works": ("import main\nprint(main.app)", "?"),
    "noop: only a definition": ("import os\ndef run(): pass\nrun()", "?"),
    "noop: another program": ("import subprocess\nsubprocess.run(['alembic', 'upgrade', 'head'])", "?"),
    "noop: somebody else's run": ("import schedule\nschedule.run()", "?"),
    "noop: what it serves is made there": (
        "import uvicorn, fastapi\ndef main():\n    app = fastapi.FastAPI()\n    uvicorn.run(app)\nmain()",
        "?",
    ),
    "noop: no Python": ("def (", "?"),
}  # fmt: skip
BESIDE = {
    "main.py": APP,
    "shop.py": FLASK,
    "launch.py": "import uvicorn\ndef go():\n    uvicorn.run('main:app')\n",
    "jobs.py": "from celery import Celery\nqueue = Celery('x')\n",
    "config.py": "class Settings:\n    workers: int = 5\nsettings = Settings()\nWORKERS = 6\n",
}


def served(folder: Path, files: Mapping[str, str]) -> EntryPoint:
    sources = sources_of(folder, {path: dedent(text) for path, text in files.items()})
    deployment = read_deploy_files(folder)
    (entry, *_) = with_servers(
        discover(folder, sources, deployment.commands, deployment.beside), folder, sources, deployment.commands
    )
    return entry


@pytest.mark.parametrize("name", SCRIPTS)
def test_what_a_script_serves(name: str, tmp_path: Path) -> None:
    text, expected = SCRIPTS[name]
    by = "" if " by " in expected or expected == "?" else " by call"
    assert short(served(tmp_path, {**BESIDE, "run.py": text, "Procfile": "web: python run.py\n"})) == expected + by


DJANGO = {
    "manage.py": "import os\nfrom django.core.management import execute_from_command_line\n"
    "os.environ.setdefault('DJANGO_SETTINGS_MODULE', 'proj.settings')\nexecute_from_command_line([])\n",
    "proj/__init__.py": "",
    "proj/settings.py": "INSTALLED_APPS = []\nWSGI_APPLICATION = 'proj.wsgi.application'\n",
    "proj/wsgi.py": "from django.core.wsgi import get_wsgi_application\napplication = get_wsgi_application()\n",
}
COMMANDS: Mapping[str, tuple[Mapping[str, str], str]] = {
    "manage.py runserver": (
        {**DJANGO, "Procfile": "web: python manage.py runserver"},
        "runserver proj.wsgi:application x2 by call",
    ),
    "manage.py runserver, once": (
        {**DJANGO, "Procfile": "web: python manage.py runserver --noreload 0.0.0.0:80"},
        "runserver proj.wsgi:application x1 by call",
    ),
    "manage.py migrate": ({**DJANGO, "Procfile": "web: python manage.py migrate"}, "?"),
    "a package": (
        {"pkg/__init__.py": "", "pkg/__main__.py": "from .server import main\nmain()\n", "pkg/app.py": APP,
         "pkg/server.py": "import uvicorn\nfrom .app import app\ndef main():\n    uvicorn.run(app, workers=1)\n",
         "Procfile": "web: python -m pkg"},
        "uvicorn pkg.app:app x1 by call",
    ),
    "a console script": (
        {"pkg/__init__.py": "", "pkg/app.py": APP,
         "pkg/cli.py": "import uvicorn\ndef main():\n    uvicorn.run('pkg.app:app')\n",
         "pyproject.toml": "[project]\nname = 'pkg'\nversion = '1'\n[project.scripts]\npkg-web = 'pkg.cli:main'\n",
         "Procfile": "web: pkg-web"},
        "uvicorn pkg.app:app by call",
    ),
    "a shell script between": (
        {**BESIDE, "start.sh": "#!/bin/sh\nexec python run.py\n", "run.py": "import uvicorn\nuvicorn.run('main:app')\n",
         "Procfile": "web: ./start.sh"},
        "uvicorn main:app by call",
    ),
    "a folder below": (
        {"backend/main.py": APP, "backend/run.py": "import uvicorn\nuvicorn.run('main:app')\n",
         "Procfile": "web: python backend/run.py"},
        "uvicorn main:app by call",
    ),
    "a folder that it goes to": (
        {"backend/main.py": APP, "backend/run.py": "import uvicorn\nfrom main import app\nuvicorn.run(app)\n",
         "Procfile": "web: cd backend && python run.py"},
        "uvicorn main:app by call",
    ),
    "a variable of the start": (
        {**BESIDE, "run.py": "import os, uvicorn\nuvicorn.run('main:app', workers=int(os.environ['WEB_WORKERS']))\n",
         "docker-compose.yml": "services:\n  web:\n    build: .\n    command: python run.py\n"
         "    environment:\n      WEB_WORKERS: 3\n"},
        "uvicorn main:app x3 by call",
    ),
    "a class of workers in a command": (
        {**BESIDE, "Procfile": "web: gunicorn -k gevent shop:app"},
        "gunicorn of gevent",
    ),
    "a class of workers in a variable": (
        {**BESIDE, "Procfile": "web: GUNICORN_CMD_ARGS='-k gevent' gunicorn shop:app"},
        "gunicorn of gevent",
    ),
    "a class of workers in a file": (
        {**BESIDE, "Procfile": "web: gunicorn shop:app", "gunicorn.conf.py": "worker_class = 'gthread'\nworkers = 2\n"},
        "gunicorn x2 of gthread",
    ),
    "a command": ({**BESIDE, "Procfile": "web: gunicorn -w 4 shop:app"}, "gunicorn x4"),
    "a name of its own": ({"main.py": APP + MAIN + "import uvicorn\n    uvicorn.run(app, workers=2)\n"}, "uvicorn x2"),
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_what_a_command_serves(name: str, tmp_path: Path) -> None:
    files, expected = COMMANDS[name]
    assert short(served(tmp_path, files)) == expected
