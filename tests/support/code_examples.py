"""A tiny project for each code that reading alone finds: docs/codes shows its files and what is really said of it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.cases.case import Case, Lib, app, lib, libs

_WEB = "web: uvicorn main:app\n"
_SERVER = {"uvicorn": lib("uvicorn/__init__.py", entry_points="[console_scripts]\nuvicorn = uvicorn:main\n")}
_COMPOSE = """\
services:
  web:
    build: .
    command: uvicorn main:app
  worker:
    build: .
    command: python worker.py
  db:
    image: postgres:17
"""
_DEV = """\
[project]
name = "shop"
version = "1"
dependencies = ["flask"]
[dependency-groups]
dev = ["ipdb"]
"""


@dataclass(frozen=True)
class StaticCheck:
    """A project that `footprint check --static` finds something in, with further words on its command line."""

    case: Case
    words: tuple[str, ...] = ()


_ASGI = """\
import json


async def app(scope, receive, send):
    if scope["type"] == "http":
        json.loads(open("rates.json").read())
    await send({"type": "http.response.start", "status": 200, "headers": []})
    await send({"type": "http.response.body"})
"""


@dataclass(frozen=True)
class StartedAudit:
    """A project that is really started, in an environment of its own, with further words on the command line."""

    files: Mapping[str, str]
    words: tuple[str, ...] = ()
    site: Mapping[str, Lib] = field(default_factory=dict)


# Of what only a start shows, those whose words have no figure that moves.
STARTS: Mapping[str, StartedAudit] = {
    "FP201": StartedAudit(
        {
            "main.py": "def rank(rows):\n    import ranker\n    return ranker.sort(rows)\n",
            "requirements.txt": "ranker\n",
        },
        ("--entry", "main"),
        {"ranker": lib(ranker____init__="import scipy\n")},
    ),
    "FP202": StartedAudit({"main.py": _ASGI}, ("--entry", "main:app", "--request", "/rates")),
}

AUDITS: Mapping[str, Case] = {
    "FP101": Case(app("import flask", "flask", "nltk==1.0"), site=libs("flask nltk")),
    "FP102": Case(
        app("import flask", "flask", "matplotlib", files={"talk.py": "import matplotlib\n"}),
        site=libs("flask matplotlib"),
    ),
    "FP104": Case(
        app("import requests", "requests", "urllib3==1.0"),
        site={**libs("urllib3"), "requests": lib(requests____init__="import urllib3\n", requires=("urllib3",))},
    ),
    "FP105": Case(app("import flask\nimport yaml", "flask"), site=libs("flask pyyaml:yaml")),
    "FP106": Case(
        {"main.py": "import flask\nimport ipdb\n", "pyproject.toml": _DEV, "Procfile": "web: python main.py\n"},
        site=libs("flask ipdb"),
    ),
    "FP107": Case(app("import argparse", "argparse"), site=libs("argparse")),
    "FP108": Case(app("import pydantic", "pydantic<2", "pydantic>=2"), site=libs("pydantic")),
    "FP109": Case(app("import cv2", "opencv-python"), site=libs("opencv-python:cv2")),
    "FP110": Case(
        app("import web", "web[fast]"),
        site={"web": lib("web/__init__.py", requires=('loop; extra == "fast"',)), **libs("loop")},
    ),
    "FP111": Case(
        app("import flask", "flask", "pytest", files={"tests/test_main.py": "import pytest\n"}),
        site=libs("flask pytest"),
    ),
    "FP114": Case(
        app("import cv2", "opencv-python", "opencv-python-headless"),
        site=dict.fromkeys(("opencv-python", "opencv-python-headless"), lib("cv2/__init__.py", "cv2/gapi.py")),
    ),
    "FP115": Case(app("import flask", "flask", files={"../site/oldlib/data.bin": "x" * (2 << 20)}), site=libs("flask")),
    "FP121": Case(
        app("", "uvicorn", procfile="", files={"Dockerfile": "FROM python:3.12\nCMD uvicorn main:app --reload\n"}),
        site=_SERVER,
    ),
    "FP123": Case(
        app("", "uvicorn", procfile=_WEB, files={
            "Dockerfile": "FROM python:3.12\nENV PYTHONDONTWRITEBYTECODE=1\n"
            "RUN pip install -r requirements.txt\nCMD uvicorn main:app\n",
        }),
        site=_SERVER,
    ),
    "FP124": Case(
        app("", "uvicorn", procfile="", files={
            "requirements-dev.txt": "pytest\n",
            "Dockerfile": "FROM python:3.12\nRUN pip install -r requirements.txt -r requirements-dev.txt\n"
            "CMD uvicorn main:app\n",
        }),
        site={**_SERVER, **libs("pytest")},
    ),
    "FP125": Case(
        app("", "uvicorn", procfile="", files={"compose.yaml": _COMPOSE, "worker.py": ""}),
        site=_SERVER,
    ),
    "FP902": Case(app("import flask  # footprint: ignore[FP105]", "flask"), site=libs("flask")),
}  # fmt: skip

CHECKS: Mapping[str, StaticCheck] = {
    "FP301": StaticCheck(
        Case(app("import flask\nimport torch", "flask", "torch"), site=libs("flask torch")),
        ("--forbid-at-startup", "torch"),
    ),
    "FP405": StaticCheck(
        Case(
            app("import flask", "flask"),
            site={"flask": lib(flask____init__="", flask__data="x" * (2 << 20))},
        ),
        ("--max-disk", "1 MiB"),
    ),
    "FP406": StaticCheck(
        Case(app("import flask, jinja2", "flask", "jinja2"), site=libs("flask jinja2")), ("--max-distributions", "1")
    ),
}
