"""A start command that names what is not installed cannot start; what the files install elsewhere is an estimate."""

from __future__ import annotations

from dataclasses import replace

import pytest

from footprint.analysis.cost.missing_servers import find_missing, note_installed_elsewhere
from footprint.collect.deploy.commands.launchers import parse_command
from footprint.collect.deploy.installs import read_installs
from footprint.collect.deploy.platforms.dockerfile import Image
from footprint.model.audit import DeclaredAt, Measured, NotMeasured
from footprint.model.entry_origins import StartLine
from footprint.model.service_memory import MissingNeed
from footprint.model.source_modules import EntryPoint, StartCommand
from footprint.report.audit.entry_sentences import cannot_start_lines
from footprint.units import MIB
from tests.support.builders import audit, distribution, entry, stage


def started(command: str | None, server: str, path: str = "Procfile") -> EntryPoint:
    """Return the entry of a start command, with the kind of workers that it states."""
    launch = parse_command(command or "")
    point = EntryPoint("web", "main:app", "main", "app", source=StartLine(path, 1), command=command, server=server)
    return replace(point, pool=launch.pool if launch is not None else None)


# the command, its server, what is installed, what is missing
COMMANDS: dict[str, tuple[str, str, str, str]] = {
    "no gunicorn": ("gunicorn main:app", "gunicorn", "flask", "gunicorn"),
    "gunicorn as a module": ("python -m gunicorn main:app", "gunicorn", "flask", "gunicorn"),
    "a worker class of another": ("gunicorn -k gevent main:app", "gunicorn", "gunicorn", "gevent"),
    "the same, joined": ("gunicorn -kgevent main:app", "gunicorn", "gunicorn", "gevent"),
    "its long option": ("gunicorn --worker-class=eventlet main:app", "gunicorn", "gunicorn", "eventlet"),
    "by its whole name": ("gunicorn -k gunicorn.workers.ggevent.GeventWorker x:y", "gunicorn", "gunicorn", "gevent"),
    "uvicorn's": ("gunicorn -k uvicorn.workers.UvicornWorker main:app", "gunicorn", "gunicorn", "uvicorn"),
    "uvicorn's own": ("gunicorn -k uvicorn_worker.UvicornWorker m:a", "gunicorn", "gunicorn uvicorn", "uvicorn-worker"),
    "tornado's": ("gunicorn -k tornado main:app", "gunicorn", "gunicorn", "tornado"),
    "both": ("gunicorn -k gevent main:app", "gunicorn", "flask", "gunicorn gevent"),
    "no uvicorn": ("uvicorn main:app", "uvicorn", "fastapi", "uvicorn"),
    "an event loop of the extra": ("uvicorn --loop uvloop main:app", "uvicorn", "uvicorn", "uvloop"),
    "its parser": ("uvicorn --http=httptools main:app", "uvicorn", "uvicorn", "httptools"),
    "its websockets": ("uvicorn main:app --ws websockets-sansio", "uvicorn", "uvicorn", "websockets"),
    "the other ones": ("uvicorn main:app --ws wsproto", "uvicorn", "uvicorn", "wsproto"),
    "fastapi without its command": ("fastapi run main.py", "fastapi", "fastapi uvicorn", "fastapi-cli"),
    "a pool of celery": ("celery -A main worker -P gevent", "celery", "celery", "gevent"),
    "the other one": ("celery -A main worker --pool=eventlet", "celery", "celery", "eventlet"),
    "no celery": ("celery -A main worker", "celery", "redis", "celery"),
    "hypercorn's workers": ("hypercorn -k uvloop main:app", "hypercorn", "hypercorn", "uvloop"),
    "hypercorn's others": ("hypercorn --worker-class trio main:app", "hypercorn", "hypercorn", "trio"),
    "granian's loop": ("granian --interface asgi --loop uvloop main:app", "granian", "granian", "uvloop"),
    "no granian": ("granian --interface asgi main:app", "granian", "fastapi", "granian"),
    "no uwsgi": ("uwsgi --http :8000 --module main:app", "uwsgi", "flask", "uwsgi"),
    "no flask": ("flask run", "flask", "quart", "flask"),
    "no streamlit": ("streamlit run page.py", "streamlit", "pandas", "streamlit"),
    "no daphne": ("daphne main:app", "daphne", "django", "daphne"),
    "no waitress": ("waitress-serve main:app", "waitress-serve", "flask", "waitress"),
    "huey's greenlets": ("huey_consumer main.app -k greenlet", "huey_consumer", "huey", "gevent"),
    "noop: all is there": ("gunicorn -k gevent main:app", "gunicorn", "gunicorn gevent", ""),
    "noop: its own workers": ("gunicorn -k gthread --threads 4 main:app", "gunicorn", "gunicorn", ""),
    "noop: a class of the project": ("gunicorn -k ours.Worker main:app", "gunicorn", "gunicorn", ""),
    "noop: the loop that it finds": ("uvicorn --loop auto --http h11 main:app", "uvicorn", "uvicorn", ""),
    "noop: the pool of processes": ("celery -A main worker -P prefork", "celery", "celery", ""),
    "noop: pyuwsgi has uwsgi": ("uwsgi --http :8000 --module main:app", "uwsgi", "pyuwsgi", ""),
    "noop: the platform's": ("handler: main.app", "lambda", "boto3", ""),
    "noop: asyncio": ("hypercorn -k asyncio main:app", "hypercorn", "hypercorn", ""),
    "noop: no known server": ("aiohttp main:app", "aiohttp", "", ""),
}


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_names_what_is_not_installed(name: str) -> None:
    command, server, installed, missing = COMMANDS[name]
    found = find_missing(started(command, server), set(installed.split()), ())
    assert [each.distribution for each in found] == missing.split()
    assert all(each.installed_by is None for each in found)


def test_noop_what_was_given_or_is_served_by_a_call_of_the_project() -> None:
    assert find_missing(started(None, "gunicorn"), set(), ()) == ()
    assert find_missing(replace(started("python run.py", "uvicorn"), serves_by="call"), set(), ()) == ()
    by_child = replace(started("python run.py", "gunicorn"), serves_by="child")
    assert [each.distribution for each in find_missing(by_child, set(), ())] == ["gunicorn"]


# a line of a file of the project; what it brings of gunicorn -k gevent
LINES = {
    "pip": ("pip install gunicorn gevent", "gunicorn gevent"),
    "over several lines": ('pip3 install --no-cache-dir \\\n  "gevent>=20" \\\n  gunicorn==23.0', "gunicorn gevent"),
    "of a module": ("python -m pip install gunicorn", "gunicorn"),
    "an extra": ("uv pip install 'gunicorn[gevent]'", "gunicorn gevent"),
    "of the system": ("apt-get update && apt-get install -y python3-gunicorn", "gunicorn"),
    "of another": ("apk add --no-cache py3-gevent", "gevent"),
    "conda": ("conda install -c conda-forge gunicorn", "gunicorn"),
    "noop: another distribution": ("pip install gunicorn-prometheus", ""),
    "noop: a file": ("pip install -r gunicorn.txt", ""),
    "noop: it is only named": ("echo gunicorn && pip install flask", ""),
    "noop: it is taken off": ("pip uninstall gunicorn", ""),
}


@pytest.mark.parametrize(("line", "brought"), LINES.values(), ids=LINES)
def test_what_the_files_install_is_no_reason_that_it_cannot_start(line: str, brought: str) -> None:
    outside = read_installs([("Dockerfile", 3, line)], (), ())
    found = find_missing(started("gunicorn -k gevent main:app", "gunicorn"), set(), outside)
    assert {each.distribution for each in found if each.installed_by == "Dockerfile:3"} == set(brought.split())
    assert {each.distribution for each in found} == {"gunicorn", "gevent"}


def command(text: str, path: str = "Procfile", *, foreign: bool = False) -> StartCommand:
    return StartCommand("web", text, path, 1, ".", None, foreign=foreign)


# the start command, whether another line of the files is beside it; who brings gunicorn
ELSEWHERE: dict[str, tuple[StartCommand, str | None]] = {
    "it installs it first": (command("pip install gunicorn && gunicorn main:app"), "Procfile:1"),
    "it is run by a tool that brings it": (command("uvx gunicorn main:app"), "Procfile:1"),
    "the same, longer": (command("uv run --with gunicorn gunicorn main:app"), "Procfile:1"),
    "it is the system's": (command("/usr/bin/gunicorn main:app"), "Procfile:1"),
    "in an image of others": (command("gunicorn main:app", "compose.yaml", foreign=True), "compose.yaml:1"),
    "in a Space": (command("gunicorn main:app", "README.md"), "README.md:1"),
    "noop: of the environment": (command("/opt/venv/bin/gunicorn main:app"), None),
    "noop: plain": (command("gunicorn main:app"), None),
}


@pytest.mark.parametrize(("start", "by"), ELSEWHERE.values(), ids=ELSEWHERE)
def test_a_command_that_brings_its_server(start: StartCommand, by: str | None) -> None:
    outside = read_installs((), [start], ())
    (found,) = find_missing(started(start.command, "gunicorn", start.path), set(), outside)
    assert found == MissingNeed("gunicorn", "gunicorn", by)


# the base image, whether the command stands in its Dockerfile
BASES = {
    "one that may have a server": ("tiangolo/uvicorn-gunicorn:python3.11", "Dockerfile", "Dockerfile:1"),
    "one of the company": ("registry.example.com/web-base:3", "Dockerfile", "Dockerfile:1"),
    "noop: Python alone": ("python:3.11-slim", "Dockerfile", None),
    "noop: of another command": ("tiangolo/uvicorn-gunicorn:python3.11", "Procfile", None),
}


@pytest.mark.parametrize(("base", "path", "by"), BASES.values(), ids=BASES)
def test_a_base_image_may_have_it(base: str, path: str, by: str | None) -> None:
    image = Image("Dockerfile", 1, base, None, True, (), ".")
    (found,) = find_missing(started("gunicorn x:y", "gunicorn", path), set(), read_installs((), (), [image]))
    assert found.installed_by == by


def test_there_is_no_verdict_about_what_cannot_start() -> None:
    lacking = entry(
        "web", stages=(stage("import", 90 * MIB),), missing=(MissingNeed("gevent", "gunicorn -k gevent", None),)
    )
    why = "gevent is not installed in this environment, so `gunicorn -k gevent` cannot start"
    assert lacking.cannot_start == why
    assert lacking.start == NotMeasured(why)
    add = "add gevent to the requirements, or name the environment that has it with --env"
    assert cannot_start_lines(lacking, audit(entries=(lacking,))) == [f"CANNOT START: {why}; {add}"]
    declared = distribution("gevent", version=None, declared=(DeclaredAt("base.txt", 3, "main", "", "gevent"),))
    install = "install what base.txt:3 declares, or name the environment that has it with --env"
    assert cannot_start_lines(lacking, audit(declared, entries=(lacking,))) == [f"CANNOT START: {why}; {install}"]


def test_what_is_elsewhere_is_a_note_and_no_more() -> None:
    missing = (MissingNeed("gunicorn", "gunicorn", "Dockerfile:3"),)
    there = entry("web", stages=(stage("import", 90 * MIB),), missing=missing)
    assert there.cannot_start is None and isinstance(there.start, Measured)
    assert cannot_start_lines(there) == []
    (note,) = note_installed_elsewhere([there])
    assert (note.code, "Dockerfile:3 may bring it" in note.message) == ("server-elsewhere", True)
