"""Jobs beside an application: listed and reached, never started unless they are named."""

from pathlib import Path

import pytest

from tests.support.command import audit_json, footprint, rows_of
from tests.support.machine import install
from tests.support.projects import make_env_of, site_of, write

FILES = {
    "web.py": "import flaskish\napp = flaskish\n",
    "pre.py": "import pathlib\nimport redisish\npathlib.Path('started').touch()\n",
    "Procfile": "web: gunicorn web:app\nrelease: python pre.py\n",
    "compose.yaml": "x-a: &a\n  build: .\n  command: gunicorn web:app\nservices:\n  one: *a\n  two: *a\n",
    "requirements.txt": "flaskish\nredisish\ngunicorn\n",
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    make_env_of(tmp_path / ".venv", "flaskish redisish gunicorn")
    return write(tmp_path, FILES)


def test_b2_a_job_is_listed_and_reached_and_not_started(project: Path) -> None:
    (project / "compose.yaml").unlink()
    audit = audit_json(project)
    web, job = audit["entries"]
    assert (web["name"], web["role"], web["beside"], web["not_measured"]) == ("web", "web", False, None)
    assert (job["name"], job["role"], job["beside"], job["target"]) == ("release", "job", True, "pre.py")
    assert job["stages"]["import"] is None
    assert "--entry release" in job["not_measured"]
    assert not (project / "started").exists()
    row = rows_of(audit)["redisish"]
    assert (row["usage"], row["confidence"]) == ("lazy", "certain")
    assert row["reason"] == "imported by pre.py:2, which only a job runs: pre.py (Procfile:2)"
    assert audit["suggestions"] == []
    text = footprint("audit", project).stdout
    assert "Also started, reached and not measured (name one with --entry): job release = pre.py (Procfile:2)" in text
    assert "Entry release" not in text


def test_b2_a_job_is_started_when_it_is_named(project: Path) -> None:
    audit = audit_json(project, "--entry", "release")
    first, *_ = audit["entries"]
    assert (first["name"], first["role"], first["beside"]) == ("release", "job", False)
    assert (project / "started").exists()
    assert rows_of(audit)["redisish"]["usage"] == "startup"
    assert rows_of(audit)["flaskish"]["reason"].startswith("imported by web.py:1, which only another web process runs")


def test_b2_a_check_asks_nothing_of_a_job(project: Path) -> None:
    (project / "compose.yaml").unlink()
    done = footprint("check", project, "--max-startup-anon", "1GiB")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "release" not in done.stdout


def test_a_command_without_its_server_cannot_start_and_is_not_judged(project: Path) -> None:
    (project / "compose.yaml").unlink()
    write(project, {"Procfile": "web: gunicorn -k gevent web:app\n"})
    audit = audit_json(project, "--limit", "512MiB")
    (entry,) = audit["entries"]
    assert entry["missing"] == [{"distribution": "gevent", "asked_by": "gunicorn -k gevent", "installed_by": None}]
    assert audit["fits"] == []
    text = footprint("audit", project, "--limit", "512MiB").stdout
    assert "CANNOT START: gevent is not installed in this environment" in text and "fits" not in text
    done = footprint("check", project, "--limit", "512MiB")
    assert done.returncode == 3 and "gevent is not installed in this environment" in done.stdout
    write(project, {"Dockerfile": "FROM python\nRUN pip install gevent\n"})
    audit = audit_json(project, "--limit", "512MiB")
    assert audit["entries"][0]["missing"][0]["installed_by"] == "Dockerfile:2" and audit["fits"][0]["fits"]
    assert "server-elsewhere" in [note["code"] for note in audit["notes"]]


def test_d6_services_that_share_a_command_are_two_processes(project: Path) -> None:
    (project / "Procfile").unlink()
    audit = audit_json(project)
    one, two, *beside = audit["entries"]
    assert [(row["name"], row["source"]) for row in (one, two)] == [
        ("one", "compose.yaml:3"),
        ("two", "compose.yaml:3"),
    ]
    assert one["stages"] == two["stages"]  # one start
    assert audit["host"]["entries"] == ["one", "two"]
    assert beside == []


def test_jobs_are_listed_by_the_stage_of_imports(project: Path) -> None:
    assert "Beside, job release: pre.py (from Procfile:2)" in footprint("imports", project).stdout


USING = "import redisish\n"
SIDE_TOOLS = {
    "alembic": {"migrations/env.py": f"import alembic\n{USING}", "migrations/versions/a.py": USING},
    "scrapy": {"crawl/settings.py": USING, "crawl/spiders/one.py": f"import scrapy\n{USING}"},
    "airflow": {"dags/daily.py": f"import airflow\n{USING}"},
    "django": {"manage.py": f"import django\ndef main():\n    {USING}if __name__ == '__main__':\n    main()\n"},
}


@pytest.mark.parametrize("tool", SIDE_TOOLS)
def test_what_a_tool_runs_beside_the_application_does_not_end_its_start(tool: str, project: Path) -> None:
    """The files of the tool are reached, their imports lazy; nothing of them is a lazy import of the web process."""
    write(project, {**SIDE_TOOLS[tool], "requirements.txt": f"{FILES['requirements.txt']}{tool}\n"})
    install(site_of(project / ".venv"), tool, {f"{tool}/__init__.py": b""})
    (project / "pre.py").unlink()
    (project / "compose.yaml").unlink()
    audit = audit_json(project)
    assert audit["entries"][0]["stages"]["import"] is not None
    assert audit["first_uses"] == []
    assert rows_of(audit)["redisish"]["usage"] == "lazy"
    for options in ((), ("--static",)):
        done = footprint("check", project, "--max-startup-anon", "1GiB", "--forbid-at-startup", "torch", *options)
        assert done.returncode == 0, done.stdout + done.stderr
