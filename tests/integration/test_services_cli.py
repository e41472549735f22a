"""The services of a host, really started one after the other, through the command line."""

import json
from pathlib import Path

import pytest

from tests.support.command import EXAMPLE_ENV, answer, footprint
from tests.support.machine import need
from tests.support.projects import write

MIB = 1 << 20
IMAGE = "FROM python:3.12\nWORKDIR /app\nCOPY . .\n"
FILES = {
    "compose.yaml": """\
services:
  web:
    build: ./api
    environment: {SIZE: "${SIZE:-40}"}
    mem_limit: 400m
  twin:
    build: ./api
    environment: {SIZE: "${SIZE:-40}"}
    mem_limit: 60m
  worker:
    build: ./jobs
    command: python -u consumer.py
    env_file: jobs/prod.env
  gone:
    build: ./jobs
    command: python gone.py
  fails:
    build: ./jobs
    command: python fails.py
  db:
    image: postgres:16
    mem_limit: 256m
  cache:
    image: redis:7
""",
    "api/main.py": (
        'import os\nfrom fastapi import FastAPI\nDATA = b"x" * (int(os.environ["SIZE"]) << 20)\napp = FastAPI()\n'
        'KEPT = []\n@app.get("/more")\nasync def more():\n    KEPT.append(b"y" * (30 << 20))\n    return {}\n'
    ),
    "api/requirements.txt": "fastapi\nuvicorn\n",
    "api/Dockerfile": f'{IMAGE}CMD ["uvicorn", "main:app", "--host", "0.0.0.0"]\n',
    "jobs/consumer.py": 'import os\nX = b"z" * (int(os.environ["BLOCK"]) << 20)\n',
    "jobs/fails.py": 'raise RuntimeError("no queue")\n',
    "jobs/prod.env": "BLOCK=20\n",
    "jobs/Dockerfile": IMAGE,
}
ENV = ("--env", str(EXAMPLE_ENV))


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Path:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    return write(tmp_path_factory.mktemp("host"), FILES)


def test_a_row_for_each_and_what_all_need(host: Path) -> None:
    found = answer("services", host, *ENV, "--request", "web: /more")
    rows = {row["name"]: row for row in found["services"]}
    assert [*rows] == ["web", "twin", "worker", "gone", "fails", "db", "cache"]
    web, twin, worker = rows["web"], rows["twin"], rows["worker"]
    start = web["levels"]["startup_bytes"]
    assert 60 * MIB < start < 130 * MIB  # 40 MiB of data, FastAPI and its server
    assert 28 * MIB < web["levels"]["calls_bytes"] - start < 36 * MIB
    assert web["limit_ratio"] == pytest.approx(max(filter(None, web["levels"].values())) / (400 * MIB))
    assert (web["fits"], twin["fits"], twin["same_as"]) == (True, False, None)
    assert 20 * MIB < worker["levels"]["startup_bytes"] < 50 * MIB
    assert (worker["limit_bytes"], worker["fits"]) == (None, None)
    assert "gone.py" in rows["gone"]["reason"]
    assert "no queue" in rows["fails"]["reason"]
    assert "postgres:16" in rows["db"]["reason"] and rows["db"]["limit_bytes"] == 256 * MIB
    assert found["unknown"] == ["gone", "fails", "cache"]
    most = [max(filter(None, row["levels"].values())) for row in (web, twin, worker)]
    assert found["total_bytes"] == sum(most) + 256 * MIB
    assert all(plan["memory_bytes"] >= found["total_bytes"] for plan in found["plans"])
    assert "render:free" in {plan["plan"] for plan in found["plans"]} or found["total_bytes"] > 512 * MIB


def test_what_starts_the_same_is_started_once(host: Path) -> None:
    done = footprint("services", host, *ENV, "-f", "jsonl", "-o", f"json:{host / 'before.json'}")
    audits = [json.loads(line) for line in done.stdout.splitlines()]
    assert [each["entries"][0]["name"] for each in audits if each["entries"]] == ["web", "worker", "fails"]
    twin = json.loads((host / "before.json").read_text())["services"][1]
    assert (twin["name"], twin["same_as"], twin["fits"]) == ("twin", "web", False)
    (host / "before.jsonl").write_text(done.stdout)
    for earlier in ("before.json", "before.jsonl"):
        shown = footprint("services", host, *ENV, "--before", host / earlier, env={"SIZE": "60"}).stdout
        (line,) = [line for line in shown.splitlines() if line.startswith("web ")]
        change = float(next(word for word in line.split() if word.startswith("+")))
        assert 19 < change < 21, line
    assert "DOES NOT FIT: as web" in shown
    assert "of db the stated limit; without gone, fails, cache" in shown


def test_markdown_and_the_words_about_requests(host: Path) -> None:
    shown = footprint("services", host / "compose.yaml", *ENV, "-f", "markdown").stdout
    assert "| web |" in shown
    assert "No request was sent" in shown


def test_a_monorepo_and_environments_by_name(host: Path, tmp_path: Path) -> None:
    files = {name: text for name, text in FILES.items() if name.startswith("api/") or name == "jobs/consumer.py"}
    write(tmp_path, {**files, "jobs/Procfile": "worker: python consumer.py\n"})
    words = ("services", tmp_path, "--env", f"api={EXAMPLE_ENV}", "--set", "SIZE=1", "--set", "BLOCK=2")
    rows = {row["name"]: row for row in answer(*words)["services"]}
    assert rows.keys() == {"api", "jobs"}
    assert all(row["levels"]["startup_bytes"] for row in rows.values()), rows


MISTAKES = {
    "no such service": (("--request", "shop: /x"), "shop: there is no such service"),
    "a call of no service": (("--call", "jobs:run"), "name its service"),
    "an environment of none": (("--env", f"shop={EXAMPLE_ENV}"), "there is no service shop"),
    "an environment that is not there": (("--env", "web=/nowhere"), "/nowhere is not a folder"),
    "an earlier report that is none": (("--before", "compose.yaml"), "--before"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_mistakes(name: str, host: Path) -> None:
    words, said = MISTAKES[name]
    done = footprint("services", "compose.yaml", *words, cwd=host)
    assert done.returncode == 2
    assert said in done.stderr


def test_nothing_that_can_be_measured(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": "services:\n  db:\n    image: postgres:16\n"})
    done = footprint("services", tmp_path)
    assert done.returncode == 3
    assert "postgres:16" in done.stdout
    assert footprint("services", tmp_path / "gone").returncode == 2
