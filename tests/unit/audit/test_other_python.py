"""Another Python than the project wants: which files say so, and that it stands before all else."""

from pathlib import Path

import pytest

from footprint.collect.python_version import find_others
from footprint.model.note import Note
from footprint.report.audit import markdown, table
from tests.support.builders import audit, entry, failure

HERE = (3, 11, 7)
CLASSIFIERS = (
    '[project]\nclassifiers = ["Programming Language :: Python :: 3.{}", "Programming Language :: Python :: 3"]\n'
)
# files (or an image), and what is wanted instead of 3.11.7
WANTED = {
    "requires-python": ({"pyproject.toml": '[project]\nrequires-python = ">=3.14"\n'}, [(">=3.14", "pyproject.toml")]),
    "no newer one": ({"pyproject.toml": '[project]\nrequires-python = "<3.11"\n'}, [("<3.11", "pyproject.toml")]),
    "Poetry": (
        {"pyproject.toml": '[tool.poetry.dependencies]\npython = "^3.12"\n'},
        [("<4,>=3.12", "pyproject.toml")],
    ),
    "pyenv": ({".python-version": "3.12.4\n"}, [("3.12", ".python-version")]),
    "Heroku": ({"runtime.txt": "python-3.9.18\n"}, [("3.9", "runtime.txt")]),
    "asdf": ({".tool-versions": "nodejs 20.1\npython 3.13.1\n"}, [("3.13", ".tool-versions")]),
    "conda": ({"environment.yml": "dependencies:\n  - python=3.10\n"}, [("3.10", "environment.yml")]),
    "Pipenv": ({"Pipfile": '[requires]\npython_version = "3.12"\n'}, [("3.12", "Pipfile")]),
    "App Engine": ({"app.yaml": "runtime: python312\n"}, [("3.12", "app.yaml")]),
    "Render": (
        {"render.yaml": "envVars:\n  - key: PYTHON_VERSION\n    value: 3.12.3\n"},
        [("3.12", "render.yaml")],
    ),
    "SAM": ({"template.yaml": "    Properties:\n      Runtime: python3.13\n"}, [("3.13", "template.yaml")]),
    "an image": ({"image": "python:3.12-slim"}, [("3.12", "Dockerfile:1")]),
    "an image for functions": ({"image": "public.ecr.aws/lambda/python:3.13"}, [("3.13", "Dockerfile:1")]),
    "an image of uv": ({"image": "ghcr.io/astral-sh/uv:python3.12-bookworm"}, [("3.12", "Dockerfile:1")]),
    "all that say so": (
        {".python-version": "3.12\n", "runtime.txt": "python-3.12.1\n"},
        [("3.12", ".python-version"), ("3.12", "runtime.txt")],
    ),
    "classifiers, all of newer ones": (
        {"pyproject.toml": CLASSIFIERS.format(12)},
        [("3.12 or newer", "pyproject.toml, classifiers")],
    ),
    "noop: classifiers do not list it yet": ({"pyproject.toml": CLASSIFIERS.format(9)}, []),
    "noop: classifiers where something better says it": (
        {"pyproject.toml": CLASSIFIERS.format(12), ".python-version": "3.11\n"},
        [],
    ),
    "noop: the same": ({".python-version": "3.11.2\n", "runtime.txt": "python-3.11.9\n"}, []),
    "noop: it is allowed": ({"pyproject.toml": '[project]\nrequires-python = ">=3.8"\n'}, []),
    "noop: only the major one": ({"image": "python:3-slim", "app.yaml": "runtime: python3\n"}, []),
    "noop: an image of something else": ({"image": "node:20.3.12"}, []),
    "noop: nothing says it": ({}, []),
}


@pytest.mark.parametrize("name", WANTED)
def test_what_is_wanted_instead(name: str, tmp_path: Path) -> None:
    files, expected = WANTED[name]
    for path, text in files.items():
        (tmp_path / path).write_text(text, encoding="utf-8")
    images = [("Dockerfile:1", files["image"])] if "image" in files else []
    assert list(find_others(tmp_path, HERE, images)) == expected


def test_it_stands_before_what_may_only_come_of_it() -> None:
    note = Note(
        "other-python", "the project wants Python >=3.14 (pyproject.toml), and this is 3.11.7", about="interpreter"
    )
    row = entry("web", stages=(), failure=failure(message="SyntaxError: invalid syntax"))
    for report in (table, markdown):
        text = report.render(audit(entries=(row,), notes=(note,)))
        assert text.index("The project wants Python") < text.index("SyntaxError")
        assert text.count("wants Python") == 1
