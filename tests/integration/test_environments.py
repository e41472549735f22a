"""Which folders are the environment: where tools keep theirs, broken ones, pip install --target, import paths."""

import base64
import hashlib
import os
from pathlib import Path
from typing import Any

import pytest

from tests.cases.import_paths import filled
from tests.support.command import audit_json, rows_of
from tests.support.machine import install
from tests.support.projects import make_env, make_env_of, site_of, write

APP = {"main.py": "import web\napp = 1\n", "Procfile": "web: gunicorn main:app\n", "requirements.txt": "web\n"}
LAMBDA = {
    "lambda_function.py": "def handler(event, context):\n    import requests\n    import redis\n",
    "template.yaml": "Transform: AWS::Serverless-2016-10-31\nResources:\n  Fn:\n    Type: AWS::Serverless::Function\n"
    "    Properties:\n      Handler: lambda_function.handler\n      Runtime: python3.11\n",
    "requirements.txt": "requests\nredis\n",
}


def audit(project: Path, *flags: str, home: Path | None = None, **env: str) -> dict[str, Any]:
    """Audit where no environment is active."""
    clean = {"VIRTUAL_ENV": "", "CONDA_PREFIX": "", "PYTHONPATH": "", "HOME": str(home or project / "nobody"), **env}
    return audit_json(*flags, cwd=project, env=clean)


def notes(found: dict[str, Any], code: str) -> list[str]:
    return [note["message"] for note in found["notes"] if note["code"] == code]


def with_web(env: Path) -> Path:
    install(site_of(make_env(env)), "web", {"web/__init__.py": b"data = b'x' * 3_000_000\n"})
    return env


def digest(path: Path) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(os.fsencode(os.path.realpath(path))).digest()).decode()[:8]


@pytest.mark.parametrize("folder", [".venv", "venv", "env", ".pixi/envs/default", "my-environment", "."])
def test_e7_environments_of_a_project_are_found(tmp_path: Path, folder: str) -> None:
    project = write(tmp_path / "project", APP)
    with_web(project / folder)
    found = audit(project)
    assert found["environment"]["prefix_relative"] == folder
    assert rows_of(found)["web"]["usage"] == "startup"
    assert rows_of(found)["web"]["loaded_at_stage"] == "import"
    assert [entry["target"] for entry in found["entries"]] == ["main:app"]
    assert not notes(found, "environments-several") + notes(found, "environment-broken")


def test_e7_the_environment_of_the_workspace_around_is_found(tmp_path: Path) -> None:
    write(tmp_path / "repo", {".git/HEAD": "ref: x\n"})
    project = write(tmp_path / "repo/services/api", APP)
    with_web(tmp_path / "repo/.venv")
    with_web(tmp_path / ".venv")
    assert audit(project, "--no-probe")["environment"]["chosen"] == ".venv in repo above the project"


@pytest.mark.parametrize("tool", ["poetry", "pipenv", "hatch", "uv"])
def test_e7_environments_that_tools_keep_are_found(tmp_path: Path, tool: str) -> None:
    project = write(tmp_path / "project", {**APP, "pyproject.toml": "[tool.poetry]\nname = 'x'\n", "Pipfile": ""})
    home = tmp_path / "home"
    places = {
        "poetry": f".cache/pypoetry/virtualenvs/x-{digest(project)}-py3.11",
        "pipenv": f".local/share/virtualenvs/project-{digest(project / 'Pipfile')}",
        "hatch": f".local/share/hatch/env/virtual/x/{digest(project)}/x",
        "uv": "elsewhere",
    }
    with_web(home / places[tool])
    env = {"UV_PROJECT_ENVIRONMENT": str(home / "elsewhere")} if tool == "uv" else {}
    found = audit(project, "--no-probe", home=home, **env)
    assert found["environment"]["kind"] == "installed"
    assert rows_of(found)["web"]["apparent_bytes"] is not None


@pytest.mark.parametrize("how", ["dangling", "not executable", "of Windows", "no Python", "cut off"])
def test_e7_what_a_broken_environment_holds_is_reported(tmp_path: Path, how: str) -> None:
    project = write(tmp_path / "project", APP)
    python = with_web(project / ".venv") / "bin/python"
    if how == "cut off":  # its python runs, as that of the system: what is installed there is no part of it
        (project / ".venv/pyvenv.cfg").unlink()
    else:
        for path in python.parent.glob("python*"):
            path.unlink()
    if how == "dangling":
        python.symlink_to("/nowhere/python3")
    elif how == "not executable":
        python.write_text("")
    elif how == "no Python":
        python.write_text("#!/bin/sh\nexit 1\n")
        python.chmod(0o755)
    elif how == "of Windows":
        write(project, {".venv/Scripts/python.exe": "MZ"})
    for flags in ((), ("--env", ".venv")):
        found = audit(project, *flags)
        assert notes(found, "environment-broken")
        assert rows_of(found)["web"]["apparent_bytes"] > 20
        assert found["environment"]["prefix_relative"] == ".venv"
        assert rows_of(found)["web"]["usage"] == "startup"
        assert found["entries"][0]["not_measured"] == "the interpreter of the environment cannot be started"


def test_e7_a_broken_environment_beside_one_that_works_is_said(tmp_path: Path) -> None:
    project = write(tmp_path / "project", APP)
    python = with_web(project / ".venv") / "bin/python"
    python.unlink()
    python.symlink_to("/nowhere/python3")
    for path in python.parent.glob("python3*"):
        path.unlink()
    with_web(project / "venv")
    with_web(project / "env")
    found = audit(project)
    assert found["environment"]["prefix_relative"] == "venv"
    assert "/nowhere/python3" in notes(found, "environment-broken")[0]
    assert "env in the project" in notes(found, "environments-several")[0]


def test_e7_the_environment_of_a_workspace_above_is_for_others(tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    project = write(tmp_path / "project", APP)
    with_web(tmp_path / ".venv")
    with_web(project / ".venv")
    found = audit(project)
    assert found["environment"]["prefix_relative"] == ".venv"
    assert not notes(found, "environments-several")


@pytest.mark.parametrize(
    "folder",
    ["package", "vendor", ".pip_packages", ".python_packages/lib/site-packages", "__pypackages__/3.11/lib",
     "layer/python/lib/python3.11/site-packages", "."],
)  # fmt: skip
def test_a15_what_pip_put_into_a_folder_is_the_environment(tmp_path: Path, folder: str) -> None:
    project = write(tmp_path / "project", {**LAMBDA, **filled(folder, "requests", "redis", "idna")})
    found = audit(project)
    assert found["environment"]["prefix_relative"] is not None
    assert "pip install --target" in found["environment"]["chosen"]
    assert folder in notes(found, "installation-folder")[0]
    usages = {name: (row["usage"], row["confidence"]) for name, row in rows_of(found).items()}
    assert usages == {"redis": ("lazy", "certain"), "requests": ("lazy", "certain"), "idna": ("orphan", "certain")}
    assert (found["undeclared"], found["findings"], found["disk"]["reconciles"]) == ([], [], True)


def test_a16_the_path_of_the_image_is_that_of_the_start(tmp_path: Path) -> None:
    outside = tmp_path / "extlib"
    write(outside, filled(".", "redis"))
    write(outside, {"redis/__init__.py": "data = b'x' * (4 << 20)\n"})
    docker = f'FROM python:3.12\nENV PYTHONPATH={outside}\nCMD ["gunicorn", "main:app"]\n'
    project = write(
        tmp_path / "project", {**APP, "main.py": "import web\nimport redis\napp = 1\n", "Dockerfile": docker}
    )
    (project / "Procfile").unlink()
    (project / "requirements.txt").write_text("web\nredis\n")
    with_web(project / ".venv")
    found = audit(project)
    row = rows_of(found)["redis"]
    assert (row["usage"], row["confidence"], row["loaded_at_stage"]) == ("startup", "certain", "import")
    assert row["startup_self_rss_bytes"] > 3_500_000
    assert row["apparent_bytes"] > 20
    assert found["disk"]["reconciles"]
    assert notes(found, "import-path")
    (entry,) = found["entries"]
    assert sum(part["rss_bytes"] for part in entry["memory"]) == entry["stages"]["import"]["rss_bytes"]


def test_a16_what_a_program_line_adds_is_measured(tmp_path: Path) -> None:
    write(tmp_path / "extlib", filled(".", "redis"))
    project = write(tmp_path / "project", {**APP, "main.py": "import web\nimport redis\napp = 1\n"})
    (project / "requirements.txt").write_text("web\nredis\n")
    site = site_of(with_web(project / ".venv"))
    write(site, {"ext.pth": f"import sys; sys.path.append({str(tmp_path / 'extlib')!r})\n"})
    assert rows_of(audit(project))["redis"]["usage"] == "startup"


@pytest.mark.parametrize("linked", ["nothing", "the environment", "a folder above it", "the project"])
def test_d3_what_was_in_memory_is_known_under_every_name_of_its_file(tmp_path: Path, linked: str) -> None:
    files = {
        **APP,
        "requirements.txt": "web\ncolours\nlate\n",
        "main.py": "import web\nimport near\napp = 1\ndef f():\n    import late\n",
        "near.py": "",
    }
    project = write(tmp_path / "project", files)
    places = {"the environment": tmp_path / "kept", "a folder above it": tmp_path / "disk/deep/.venv"}
    site = make_env_of(places.get(linked, project / ".venv"), "colours")
    install(site, "web", {"web/__init__.py": b"WANTED = ()\nif WANTED:\n    import colours\n"})
    install(site, "late", {"late.py": b"import web\n"})
    flags: tuple[str, ...] = ()
    if linked == "the environment":
        (project / ".venv").symlink_to(places[linked])
    elif linked == "a folder above it":
        (tmp_path / "link").symlink_to(tmp_path / "disk")
        flags = ("--env", str(tmp_path / "link/deep/.venv"))
    elif linked == "the project":
        (tmp_path / "link").symlink_to(project)
        project = tmp_path / "link"
    found = audit(project, *flags)
    assert {name: rows_of(found)[name]["usage"] for name in ("web", "late", "colours")} == {
        "web": "startup",
        "late": "lazy",
        "colours": "unused",
    }
    assert rows_of(found)["web"]["load_chain"][-1]["path"] == "main.py"
    (memory,) = [entry["memory"] for entry in found["entries"]]
    assert {row["name"] for row in memory if row["kind"] == "distribution"} == {"web"}
