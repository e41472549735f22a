"""What a project's files name outside of the project is not read by commands that start nothing."""

from pathlib import Path

import pytest

from tests.support.driver import drive_commands
from tests.support.projects import make_env_of, write

OUT = "../../outside"
NAMES = (
    "base.txt", "run.py", "conf.py", "x.ini", "x.toml", "x.yml", "x.json", "env", "ignore", "Procfile", "Makefile",
    "pyproject.toml", "setup.py", "setup.cfg", "requirements.txt", "book.ipynb", "pkg/__init__.py",
    "pkg/pyproject.toml",
)  # fmt: skip

# Files that name others, each in the ways that its kind has.
FILES = {
    "pyproject.toml": f"""
        [project]
        name = "p"
        dynamic = ["dependencies", "optional-dependencies", "version"]
        readme = "{OUT}/base.txt"
        [tool.setuptools]
        package-dir = {{"" = "{OUT}"}}
        [tool.setuptools.packages.find]
        where = ["{OUT}"]
        [tool.setuptools.dynamic]
        dependencies = {{file = ["{OUT}/base.txt", "ABSOLUTE/base.txt"]}}
        optional-dependencies = {{x = {{file = ["{OUT}/base.txt"]}}}}
        [tool.poetry.dependencies]
        q = {{path = "{OUT}"}}
        [tool.uv.sources]
        r = {{path = "{OUT}", editable = true}}
        [tool.uv.workspace]
        members = ["{OUT}/*", "ABSOLUTE/*", "../../*"]
        [tool.pytest.ini_options]
        pythonpath = ["{OUT}"]
        [tool.hatch.metadata.hooks.requirements_txt]
        files = ["{OUT}/base.txt"]
    """,
    "setup.cfg": f"[options]\ninstall_requires = file: {OUT}/base.txt\npackage_dir =\n    ={OUT}\n",
    "setup.py": f"from setuptools import setup\nsetup(install_requires=open('{OUT}/base.txt').read().split())\n",
    "requirements.txt": f"-r {OUT}/base.txt\n-c ABSOLUTE/base.txt\n-e {OUT}\n{OUT}/pkg\nfile://ABSOLUTE/pkg\nheavy\n",
    "Procfile": f"""
        web: cd {OUT} && python run.py
        a: gunicorn -c {OUT}/conf.py app:app
        b: gunicorn --chdir {OUT} -c ABSOLUTE/conf.py app:app
        c: uwsgi --ini {OUT}/x.ini
        d: python {OUT}/run.py
        e: sh {OUT}/run.py
        f: supervisord -c {OUT}/x.ini
        g: uvicorn --app-dir {OUT} run:app --env-file {OUT}/env
        h: honcho -f {OUT}/Procfile start
        i: . {OUT}/env; make -f {OUT}/Makefile run
    """,
    "docker-compose.yml": f"""
        include: [{OUT}/x.yml]
        services:
          a:
            build: {{context: {OUT}, dockerfile: base.txt}}
            env_file: [{OUT}/env, ABSOLUTE/env]
            extends: {{file: {OUT}/x.yml, service: a}}
            command: sh {OUT}/run.py
            working_dir: {OUT}
    """,
    "Dockerfile": f"""
        FROM python
        COPY {OUT} /app
        ENV GUNICORN_CMD_ARGS="-c {OUT}/conf.py"
        ENTRYPOINT ["{OUT}/run.py"]
    """,
    "app.py": "import heavy, linked, pkg, run\n",
}

# Links of the project, and what they lead to outside.
LINKS = {
    "linked.py": "run.py",
    "pkg": "pkg",
    "sub": "",
    "requirements-dev.txt": "base.txt",
    "requirements": "",
    "book.ipynb": "book.ipynb",
    ".gitignore": "ignore",
    ".env": "env",
    "env": "",
    "backend-env": "",
    "render.yaml": "x.yml",
    "environment.yml": "x.yml",
    "vercel.json": "x.json",
    "uv.lock": "x.toml",
    "poetry.lock": "x.toml",
    "Pipfile": "x.toml",
    "Pipfile.lock": "x.json",
    ".python-version": "env",
    ".github": "",
    "deploy/scripts": "",
    "packages/inner": "pkg",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    project, outside = tmp_path / "repository" / "project", tmp_path / "outside"
    write(outside, dict.fromkeys(NAMES, "SECRET=1\n"))
    write(outside / "workflows", {"x.yml": "jobs: {}\n", "Procfile": "web: gunicorn app:app\n"})
    texts = {name: text.replace("\n        ", "\n").replace("ABSOLUTE", str(outside)) for name, text in FILES.items()}
    write(project, texts)
    for name, target in LINKS.items():
        (project / name).parent.mkdir(exist_ok=True)
        (project / name).symlink_to(outside / target)
    make_env_of(project / ".venv", "heavy")
    return project


def test_nothing_outside_of_the_project_is_read(project: Path, tmp_path: Path) -> None:
    commands = [["scan"], ["imports"], ["imports", "--no-env"], ["audit", "--no-env"], ["check", "--static"]]
    codes = drive_commands(project, [*commands, ["audit", "--no-probe"]], closed=tmp_path / "outside")
    assert set(codes.values()) <= {0, 1}


def test_a_baseline_that_is_a_link_to_elsewhere_is_neither_read_nor_written(project: Path, tmp_path: Path) -> None:
    (project / "footprint-baseline.json").symlink_to(tmp_path / "outside" / "x.json")
    commands = [["check", "--static"], ["check", "--update-baseline"]]
    assert set(drive_commands(project, commands, closed=tmp_path / "outside").values()) == {2}
