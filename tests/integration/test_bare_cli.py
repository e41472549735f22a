"""`footprint` alone: the static picture in a project, the help elsewhere. Nothing is started."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from footprint.audit.stages.picture_stage import is_project
from tests.support.command import audit_json, footprint, rows_of
from tests.support.projects import make_env, make_shop, write

# files, folders as names that end in "/" -> whether there is a project
PLACES: dict[str, tuple[list[str], bool]] = {
    "a requirement file": (["requirements.txt"], True),
    "one of developers": (["dev-requirements.in"], True),
    "a project table": (["pyproject.toml"], True),
    "a conda file": (["environment.yml"], True),
    "a module": (["main.py"], True),
    "a notebook": (["book.ipynb"], True),
    "noop: nothing": ([], False),
    "noop: other files": (["README.md", "notes.txt", "package.json", "py"], False),
    "noop: code further down": (["src/app/main.py"], False),
}


@pytest.mark.parametrize("case", PLACES)
def test_what_is_a_project(tmp_path: Path, case: str) -> None:
    names, expected = PLACES[case]
    assert is_project(write(tmp_path, dict.fromkeys(names, ""))) is expected


def test_an_environment_is_one(tmp_path: Path) -> None:
    make_env(tmp_path / ".venv")
    assert is_project(tmp_path)


def test_outside_of_a_project_there_is_the_help(tmp_path: Path) -> None:
    bare, helped = footprint(cwd=tmp_path), footprint("--help", cwd=tmp_path)
    assert (bare.returncode, bare.stdout, bare.stderr) == (0, helped.stdout, "")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make_shop(tmp_path_factory.mktemp("bare") / "shop")
    return write(
        project, {"Procfile": "web: uvicorn app:app\n", "app.py": "import heavy\ndef f():\n    import light\n"}
    )


def test_the_picture(shop: Path) -> None:
    done = footprint(cwd=shop)
    assert done.returncode == 0
    lines = done.stdout.splitlines()
    assert re.fullmatch(r"shop: .* on disk in 3 distributions \(\.venv in the project\)", lines[0])
    assert lines[1] == "Starts at app:app (from Procfile:1)"
    for name, kind, place in (
        ("heavy", "imported at startup", "app.py:1"),
        ("light", "imported late", "app.py:3"),
        ("idle", "declared, no import found", "requirements.txt:3"),
    ):
        assert [line for line in lines if re.fullmatch(rf"{name} +[\d.]+  {kind} +{place}", line)], name
    assert "`footprint audit` tells which" in done.stdout and "It starts the app" in done.stdout


def test_nothing_is_called_unused_by_reading_alone(shop: Path) -> None:
    told = footprint(cwd=shop).stdout
    assert "No import found does not mean unused" in told
    assert not re.search(r"\bunused\b", told.replace("does not mean unused", ""))


def test_the_weights_are_those_of_an_audit(shop: Path) -> None:
    told = footprint(cwd=shop).stdout
    for name, row in rows_of(audit_json("--no-probe", cwd=shop)).items():
        assert re.search(rf"^{name} +{row['apparent_bytes'] / (1 << 20):.1f} ", told, re.MULTILINE)


def test_without_an_environment_nothing_is_weighed(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "nowhere-to-be-had==2.0\n", "app.py": "import nowhere_to_be_had\n"})
    done = footprint(cwd=tmp_path)
    assert done.returncode == 0
    assert "nothing was weighed, there is no environment" in done.stdout
    assert re.search(r"^nowhere-to-be-had +-  ", done.stdout, re.MULTILINE) and " 0.0" not in done.stdout


def test_it_starts_nothing_and_writes_nothing(tmp_path: Path) -> None:
    project = make_shop(tmp_path / "shop")
    write(project, {"app.py": "open('started', 'w')\n", "sitecustomize.py": "open('started', 'w')\n"})
    before = sorted(tmp_path.rglob("*"))
    assert footprint(cwd=project).returncode == 0
    assert sorted(tmp_path.rglob("*")) == before


def test_a_hostile_name_moves_no_cursor(tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "", "Procfile": "we\x1b[31mb: gunicorn app:app\n", "app.py": "import os\n"})
    hostile = tmp_path / "x\x1b[31m"
    write(hostile, {"requirements.txt": "idle\n", "app.py": ""})
    for project in (tmp_path, hostile):
        done = footprint(cwd=project)
        assert done.returncode == 0 and "\x1b" not in done.stdout + done.stderr
    assert "x\\x1b[31m: " in done.stdout


def test_in_spanish(shop: Path) -> None:
    told = footprint(cwd=shop, env={"LC_ALL": "es_ES.UTF-8"}).stdout
    assert "en disco en 3 distribuciones" in told and "importada al arrancar" in told
