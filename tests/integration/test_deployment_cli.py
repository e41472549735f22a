"""What is wrong with how a project is deployed: in a real environment, in every format, and as a check judges it."""

import json
import re
from pathlib import Path

import pytest

from tests.support.command import EXAMPLE_ENV, audit_json, footprint
from tests.support.machine import install, need
from tests.support.projects import make_env_of, write

FILES = {
    "requirements.txt": "flask\nshared\n",
    "requirements-dev.txt": "-r requirements.txt\npytest\nshared\n",
    "run.py": (
        "import shared\nfrom flask import Flask\napp = Flask('x')\nif __name__ == '__main__':\n"
        "    app.run(debug=True)\n"
    ),
    "Dockerfile": (
        "FROM python:3.12-slim\nENV PYTHONDONTWRITEBYTECODE=1\nWORKDIR /app\nCOPY . .\n"
        "RUN pip install -r requirements-dev.txt\nCMD python run.py\n"
    ),
    "compose.yaml": "services:\n  web:\n    build: .\n  db:\n    image: postgres:16\n",
}
TOLD = {
    ("FP121", "run.py", 5): "`app.run(debug=True)` starts the development server of Flask",
    ("FP123", "Dockerfile", 2): "PYTHONDONTWRITEBYTECODE=1 keeps bytecode from being written",
    ("FP124", "Dockerfile", 5): "need: pytest; with what only they bring 2 distributions, ",
    ("FP125", "compose.yaml", 2): "2 services share the host (web, db)",
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write(tmp_path_factory.mktemp("deployed"), FILES)
    site = make_env_of(folder / ".venv", "flask shared")
    install(site, "iniconfig", {"iniconfig.py": b"#" * 3000})
    install(site, "pytest", {"pytest.py": b"#" * 5000}, metadata="Requires-Dist: iniconfig\nRequires-Dist: shared\n")
    return folder


def test_every_fault_has_its_place_and_weight(project: Path) -> None:
    found = audit_json(project, "--no-probe")
    told = {(each["code"], each["path"], each["line"]): each["message"] for each in found["findings"]}
    told = {place: message for place, message in told.items() if place[0].startswith("FP12")}
    assert told.keys() == TOLD.keys()
    assert all(words in told[place] for place, words in TOLD.items()), told
    rows = {row["name"]: row["apparent_bytes"] for row in found["distributions"]}
    weight = rows["pytest"] + rows["iniconfig"]  # without `shared`, which production needs
    assert f"{weight / 1024:.1f} KiB on disk here" in told["FP124", "Dockerfile", 5]


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_reports_say_them(form: str, project: Path) -> None:
    shown = footprint("audit", project, "--no-probe", "-f", form).stdout.replace("`", "")
    assert all(f"{code} {path}:{line}" in shown for code, path, line in TOLD)


def test_a_check_judges_them_where_the_settings_say_so(project: Path) -> None:
    assert footprint("check", project, "--static").returncode == 0
    done = footprint("check", project, "--static", "--rule", "FP124=error", "-f", "json")
    assert done.returncode == 1
    assert [each["code"] for each in json.loads(done.stdout)["verdicts"] if each["outcome"] == "violated"] == ["FP124"]


def test_what_the_project_asks_to_leave_out(project: Path, tmp_path: Path) -> None:
    ignore = '[tool.footprint.ignore]\nFP121 = ["flask"]\nFP123 = ["Dockerfile"]\nFP125 = ["db"]\n'
    write(tmp_path, {**FILES, "pyproject.toml": ignore})
    found = audit_json(tmp_path, "--no-probe", "--env", project / ".venv")["findings"]
    told = {each["code"]: each["suppressed"] for each in found if each["code"].startswith("FP12")}
    assert told == {"FP121": True, "FP123": True, "FP124": False, "FP125": True}


def test_what_missing_bytecode_costs_is_measured_where_advice_is_tried(tmp_path: Path) -> None:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    image = "FROM python:3.12\nWORKDIR /app\nCOPY . .\nRUN uv sync --no-dev\nCMD uvicorn main:app\n"
    write(tmp_path, {"main.py": "from fastapi import FastAPI\napp = FastAPI()\n", "Dockerfile": image})
    words = ("audit", tmp_path, "--env", EXAMPLE_ENV, "--no-first-use")
    assert "without it" not in footprint(*words).stdout
    (told,) = [line for line in footprint(*words, "--verify", "fast").stdout.splitlines() if "FP123" in line]
    found = re.search(r"takes ([\d,]+) ms without it, with it ([\d,]+) .* and (-?[\d.]+) MiB more stay", told)
    assert found is not None, told
    assert 0 < float(found[3]) < 60


def test_more_workers_than_fit(tmp_path: Path) -> None:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    app = 'from fastapi import FastAPI\nDATA = b"x" * (60 << 20)\napp = FastAPI()\n'
    write(tmp_path, {"main.py": app, "Procfile": "web: uvicorn main:app --workers 6\n"})
    limit = ("--env", EXAMPLE_ENV, "--limit", "400MiB", "--no-first-use")
    found = audit_json(tmp_path, *limit)
    (row,) = found["workers"]
    (told,) = [each for each in found["findings"] if each["code"] == "FP122"]
    assert row["fits"] is False
    assert 1 <= row["fitting_workers"] <= 4
    assert f"in a limit of 400.0 MiB: {row['fitting_workers']} would fit" in told["message"]
    assert (told["path"], told["line"]) == ("Procfile", 1)
    fewer = audit_json(tmp_path, *limit, "--workers", row["fitting_workers"])
    assert fewer["workers"][0]["fits"]
    assert not [each for each in fewer["findings"] if each["code"] == "FP122"]
