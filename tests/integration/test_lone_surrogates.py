"""Texts that no file can hold, and names of files that are no text: in code, documents and paths of a project."""

import json
import os
from pathlib import Path

import pytest

from tests.support.command import footprint
from tests.support.projects import make_env, write

# As code and JSON write them: one that stands for no byte, one that stands for a byte, one at the end of the range.
TEXTS = ("\\ud800zz", "\\udc97q", "a\\udfffb")
CODE = """
import importlib, logging.config, os, subprocess, sys
from importlib import metadata
name = os.environ["TEXT"]
other = os.getenv("TEXT", "x")
if os.environ.get("TEXT") == "TEXT":
    import redis
elif name == "TEXT":
    import boto3
def f(k, w="TEXT"):
    importlib.import_module("TEXT")
    importlib.import_module(f"a.{k}.TEXT")
    __import__("TEXT.x")
    metadata.version("TEXT")
    subprocess.run(["python", "-m", "TEXT"])
    subprocess.run([sys.executable, "TEXT.py"])
    os.system("TEXT --x")
    logging.config.dictConfig({"handlers": {"a": {"class": "TEXT.H"}}})
    create_engine("TEXT://a", "redis+TEXT://a", engine="TEXT")
INSTALLED_APPS = ["TEXT", "TEXT.apps"]
app = Celery("TEXT", include=["TEXT"], broker="TEXT://")
class Settings(BaseSettings):
    x: str = Field(alias="TEXT")
TABLE = {"TEXT": "TEXT.TEXT"}
def __getattr__(n):
    return importlib.import_module(TABLE[n])
sys.path.insert(0, "TEXT")
"""
DOCUMENTS = {
    "main.py": "import main0, main1, main2\napp = 1\n",
    "test_x.py": "from unittest.mock import patch\npatch('main.TEXT')\n",
    "setup.py": "from setuptools import setup\nN = 'TEXT'\nsetup(install_requires=['TEXT', N + 'x', 'six'], "
    "entry_points={'console_scripts': ['TEXT=main:TEXT']})\n",
    "n.ipynb": '{"cells": [{"cell_type": "code", "source": ["import nltk\\n", "x = \\"TEXT nltk\\""]}], '
    '"metadata": {}, "nbformat": 4, "nbformat_minor": 5}',
    "x.json": '{"a": "TEXT nltk", "TEXT": "python -m TEXT"}',
    "package.json": '{"scripts": {"TEXT": "python TEXT.py"}}',
    "vercel.json": '{"functions": {"TEXT.py": {"memory": 512}}}',
    "railway.json": '{"deploy": {"startCommand": "python TEXT.py"}}',
    "docker-compose.yml": 'services:\n  a:\n    command: "python TEXT.py"\n    build: .\n'
    '  "TEXT":\n    command: ["gunicorn", "TEXT:app"]\n    build: .\n',
    "Pipfile.lock": '{"default": {"TEXT": {"version": "==1"}}}',
    "environment.yml": 'dependencies:\n - "TEXT"\n - pip:\n   - "x TEXT"\n',
    "gunicorn.conf.py": 'bind = "TEXT"\nworkers = "TEXT"\n',
    "requirements.txt": "nltk==3.9\nredis\nboto3\n",
}
NAMES = {
    b"na\x97me.py": b"import nltk\n",
    b"\x97\x98.sh": b"python x.py\n",
    b"app\xff/m\xfe.py": b"import nltk\n",
    b"Procfile": b"web: python main\x97.py \xff\nw: gunicorn main:app\n",
}
COMMANDS = {
    "audit": ("audit", "--no-probe", "-f", "json"),
    "audit, no environment": ("audit", "--no-probe", "--no-env", "-f", "json"),
    "audit, markdown": ("audit", "--no-probe", "-f", "markdown"),
    "check, SARIF": ("check", "--static", "-f", "sarif"),
    "check, GitLab": ("check", "--static", "-f", "gitlab"),
    "check, JUnit": ("check", "--static", "-f", "junit"),
    "imports": ("imports", "-f", "json"),
    "why": ("why", "nltk", "--no-probe"),
    "init": ("init", "--no-probe"),
}


@pytest.fixture(scope="module", params=TEXTS)
def project(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("surrogates")
    files = {**DOCUMENTS, **{f"main{number}.py": CODE for number in range(3)}}
    write(folder, {name: text.replace("TEXT", request.param) for name, text in files.items()})
    for name, data in NAMES.items():
        path = folder / os.fsdecode(name)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
    make_env(folder / ".venv")
    return folder


@pytest.mark.parametrize("command", COMMANDS.values(), ids=COMMANDS)
def test_such_a_text_ends_no_command(command: tuple[str, ...], project: Path) -> None:
    done = footprint(*command, project)
    assert "Traceback" not in done.stderr
    assert done.returncode in (0, 1)
    assert done.stdout
    if "json" in command:
        assert "nltk" in json.dumps(json.loads(done.stdout))
