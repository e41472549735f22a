"""Entries that start commands take from the environment: what they find, and what they leave to others."""

from pathlib import Path

import pytest

from footprint.collect.deploy import read_deploy_files
from footprint.collect.entries.installed_entries import find_installed_entries
from tests.unit.collect.test_entries import short
from tests.unit.collect.test_sources import sources_of

UNIT = "[Service]\nWorkingDirectory=/srv/shop\nExecStart=/srv/venv/bin/gunicorn shop.wsgi --workers 3\n"
FOUND = {
    "Procfile": (
        "web: gunicorn shop.wsgi\nworker: celery -A shop.tasks worker\n",
        "web shop.wsgi:application, worker shop.tasks",
    ),
    "web.service": (UNIT, "web shop.wsgi:application"),
    "Dockerfile": (
        'FROM python\nCMD ["uvicorn", "--factory", "shop.asgi:create_app"]\n',
        "web shop.asgi:create_app factory",
    ),
}
NOT_FOUND = {
    "what runs once": ("Procfile", "release: celery -A shop.tasks purge\n"),
    "a program": ("Procfile", "web: python -m shop serve\n"),
    "a console script": ("Procfile", "web: shop serve\n"),
    "a module that is not there": ("Procfile", "web: gunicorn store.wsgi\n"),
    "a module of ours": ("Procfile", "web: gunicorn ours.wsgi\n"),
    "a recipe": ("Makefile", "demo:\n\tgunicorn shop.wsgi\n"),
    "a pipeline": (".gitlab-ci.yml", "test:\n  script:\n    - gunicorn shop.wsgi\n"),
}


def found(folder: Path, name: str, text: str) -> str:
    sources = sources_of(folder, {name: text, "ours/__init__.py": ""})
    deployment = read_deploy_files(folder)
    commands = (*deployment.commands, *deployment.beside)
    entries = find_installed_entries(commands, sources, {"shop", "ours"})
    return ", ".join(dict.fromkeys(short(entry) for entry in entries))


@pytest.mark.parametrize("name", FOUND)
def test_what_servers_are_given(name: str, tmp_path: Path) -> None:
    text, expected = FOUND[name]
    assert found(tmp_path, name, text) == expected


@pytest.mark.parametrize("what", NOT_FOUND)
def test_the_rest_is_left_alone(what: str, tmp_path: Path) -> None:
    assert not found(tmp_path, *NOT_FOUND[what])
