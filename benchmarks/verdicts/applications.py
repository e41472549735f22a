"""Twelve small services, each heavy in a way of its own. Nothing here knows what judges them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

STARLETTE = """\
import os
import subprocess
import sys
import threading
import time

from starlette.applications import Starlette
from starlette.responses import PlainTextResponse
from starlette.routing import Route


def mebibytes(count):
    return bytearray(b"x") * (count << 20)


def home(request):
    return PlainTextResponse("well")

"""
FLASK = """\
from flask import Flask

app = Flask(__name__)


def mebibytes(count):
    return bytearray(b"x") * (count << 20)


@app.route("/")
def home():
    return "well"


"""
_APP = '\n\napp = Starlette(routes=[Route("/", home)])\n'
UVICORN = ("uvicorn", "main:app", "--port", "{port}")
GUNICORN = ("gunicorn", "main:app", "--bind", "127.0.0.1:{port}")


@dataclass(frozen=True, slots=True)
class Service:
    """One project: its files, the command of its image, and the pages that a user of it opens, if any serves pages."""

    kind: str
    files: dict[str, str]
    command: tuple[str, ...]
    pages: tuple[str, ...] = ("/",)

    def write(self, folder: Path, port: int) -> tuple[str, ...]:
        """Write the project, with a Dockerfile that states the command; return the command."""
        folder.mkdir(parents=True, exist_ok=True)
        command = tuple(word.format(port=port) for word in self.command)
        shown = ", ".join(f'"{word}"' for word in command)
        image = f"FROM python:3.11-slim\nWORKDIR /app\nCOPY . .\nRUN pip install -r requirements.txt\nCMD [{shown}]\n"
        for name, text in {**self.files, "Dockerfile": image, "requirements.txt": _REQUIREMENTS}.items():
            (folder / name).write_text(text.replace("{port}", str(port)), encoding="utf-8")
        return command


_REQUIREMENTS = "celery\nflask\ngunicorn\npandas\nstarlette\nuvicorn\n"

_IMPORT_PEAK = """
table = mebibytes(170)
rows = len(table)
del table
kept = mebibytes(60)
"""
_CHILD = """
kept = mebibytes(80)
work = "import time; kept = bytearray(b'x') * (90 << 20); time.sleep(3600)"
helper = subprocess.Popen([sys.executable, "-c", work])
"""
_FORK = """
table = mebibytes(150)
if os.fork() == 0:
    for place in range(0, 60 << 20, 4096):
        table[place] = 121
    time.sleep(3600)
    os._exit(0)
"""
_LIFESPAN = """
import contextlib


@contextlib.asynccontextmanager
async def lifespan(app):
    app.state.kept = mebibytes(90)
    passing = mebibytes(70)
    del passing
    yield


app = Starlette(routes=[Route("/", home)], lifespan=lifespan)
"""
_THREAD = """
kept = []


def fill():
    time.sleep(0.5)
    kept.append(mebibytes(130))


threading.Thread(target=fill, daemon=True).start()
"""
_LAZY = """
kept = mebibytes(110)


def report(request):
    import pandas

    return PlainTextResponse(pandas.__version__)


app = Starlette(routes=[Route("/", home), Route("/report", report)])
"""
_BROKEN_LAZY = """
kept = mebibytes(110)


def report(request):
    try:
        import analytics
    except ImportError:
        return PlainTextResponse("no report")
    return PlainTextResponse(analytics.version)


app = Starlette(routes=[Route("/", home), Route("/report", report)])
"""
_ANALYTICS = """\
import pandas

version = pandas.__version__
raise ImportError("no licence for reports")
"""
_HOOKS = """\
bind = "127.0.0.1:{port}"
workers = 2


def when_ready(server):
    server.kept = bytearray(b"x") * (90 << 20)


def post_worker_init(worker):
    worker.kept = bytearray(b"x") * (40 << 20)
"""
_CELERY = """\
from celery import Celery

kept = bytearray(b"x") * (90 << 20)
rows = [{"number": number, "name": str(number)} for number in range(200_000)]
app = Celery("tasks", broker="memory://", backend="cache+memory://")


@app.task
def add(one, other):
    return one + other
"""
_LAUNCHER = """\
import uvicorn

if __name__ == "__main__":
    uvicorn.run("main:app", host="127.0.0.1", port={port})
"""
_ROWS = "rows = [{'number': number, 'name': str(number)} for number in range(100_000)]\n"

SERVICES: tuple[Service, ...] = (
    Service("peak at import", {"main.py": f"{STARLETTE}{_IMPORT_PEAK}{_APP}"}, UVICORN),
    Service("child", {"main.py": f"{STARLETTE}{_CHILD}{_APP}"}, UVICORN),
    Service("fork", {"main.py": f"{STARLETTE}{_FORK}{_APP}"}, UVICORN),
    Service(
        "hooks of gunicorn", {"main.py": f"{FLASK}kept = mebibytes(30)\n", "gunicorn.conf.py": _HOOKS}, GUNICORN[:2]
    ),
    Service(
        "preload", {"main.py": f"{FLASK}kept = mebibytes(120)\n{_ROWS}"}, (*GUNICORN, "--preload", "--workers", "3")
    ),
    Service("lifespan", {"main.py": f"{STARLETTE}{_LIFESPAN}"}, UVICORN),
    Service("thread", {"main.py": f"{STARLETTE}{_THREAD}{_APP}"}, UVICORN),
    Service("lazy import", {"main.py": f"{STARLETTE}{_LAZY}"}, UVICORN, ("/", "/report")),
    Service(
        "broken lazy import",
        {"main.py": f"{STARLETTE}{_BROKEN_LAZY}", "analytics.py": _ANALYTICS},
        UVICORN,
        ("/", "/report"),
    ),
    Service(
        "launcher", {"main.py": f"{STARLETTE}kept = mebibytes(130)\n{_APP}", "run.py": _LAUNCHER}, ("python", "run.py")
    ),
    Service("two workers", {"main.py": f"{STARLETTE}kept = mebibytes(80)\n{_APP}"}, (*UVICORN, "--workers", "2")),
    Service("celery", {"tasks.py": _CELERY}, ("celery", "-A", "tasks", "worker", "--concurrency", "2"), ()),
)
