"""Entries that do not behave: the audit ends, says where it stopped, and still tells disk and use."""

import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import audit_json, footprint, rows_of, wait_for
from tests.support.machine import install, marked_processes, patiently
from tests.support.projects import make_env, site_of, write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are looked for in /proc")


@dataclass(frozen=True)
class Case:
    """What the entry does after `import heavy` in line 1, and what has to come out of it."""

    body: str
    message: str | None  # part of the failure's message; None: it could be measured
    kind: str = ""
    line: int | None = None


# More of what an entry may do is tried on the probe alone: test_probe_failures.py.
CASES: Mapping[str, Case] = {
    "segfaults": Case("import ctypes\nctypes.string_at(0)\n", "SIGSEGV", "signal", 3),
    "hangs": Case("import time\ntime.sleep(600)\n", "not over after", "timeout"),
    "has a syntax error": Case("def broken(:\n", "SyntaxError", "exception", 2),
    "prints what is no text": Case("import os\nos.write(1, bytes(range(256)) * 100)\nos.write(2, b'\\xff')\n", None),
}


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_env(tmp_path_factory.mktemp("failures") / "env")
    install(site_of(folder), "heavy", {"heavy/__init__.py": b"data = b'x' * (8 << 20)\n"})
    install(site_of(folder), "idle", {"idle.py": b"x = 1\n" * 1000})
    return folder


def make_project(folder: Path, body: str) -> Path:
    return write(folder, {"requirements.txt": "heavy\nidle\n", "app.py": f"import heavy\n{body}", "lib.py": ""})


@pytest.mark.parametrize("name", CASES)
def test_an_entry_that(tmp_path: Path, env: Path, name: str) -> None:
    case = CASES[name]
    project = make_project(tmp_path / "project", case.body)
    marker = f"footprint-{os.getpid()}-{abs(hash(name))}"
    done, _ = patiently(
        lambda limit_s: audit_json(
            project,
            *("--env", env, "--entry", "app", "--timeout", f"{limit_s:g}"),
            env={"FOOTPRINT_TEST_MARKER": marker},
            exit_code=0 if case.message is None else 3,
        ),
        lambda found: is_stopped_after(found, "heavy"),
        first_s=2 if case.kind == "timeout" else 300,
    )
    wait_for(lambda: not marked_processes(marker))
    (entry,) = done["entries"]
    check_stage(entry, case)
    rows = rows_of(done)
    assert {each: row["usage"] for each, row in rows.items()} == {"heavy": "startup", "idle": "unused"}
    assert rows["idle"]["exclusive_bytes"] > 6000
    assert done["disk"]["reconciles"] is True
    # heavy is imported before anything goes wrong, unless the file cannot be compiled at all.
    if name != "has a syntax error":
        assert rows["heavy"]["loaded_at_stage"] == "import"
        assert rows["heavy"]["startup_self_rss_bytes"] > 7 << 20


def is_stopped_after(audit: Mapping[str, Any], name: str) -> bool:
    """Whether the time was enough to import what stands in front of where the entry hangs."""
    (entry,) = audit["entries"]
    is_over = entry["failure"] is not None and entry["failure"]["kind"] == "timeout"
    return not is_over or rows_of(audit)[name]["loaded_at_stage"] == "import"


def check_stage(entry: Mapping[str, Any], case: Case) -> None:
    if case.message is None:
        assert entry["failure"] is None
        assert entry["stages"]["import"]["rss_bytes"] > entry["stages"]["interpreter"]["rss_bytes"]
        return
    assert entry["stages"]["import"] is None
    assert entry["not_measured"]
    assert entry["failure"]["stage"] == "import"
    assert entry["failure"]["kind"] == case.kind
    assert case.message in entry["failure"]["message"]
    if case.line is not None:
        assert (entry["failure"]["path"], entry["failure"]["line"]) == ("app.py", case.line)


def test_the_report_names_where_it_stopped(tmp_path: Path, env: Path) -> None:
    project = make_project(tmp_path / "project", "import lib\nraise RuntimeError('no | database')\n")
    done = footprint("audit", project, "--env", env, "--entry", "app", "-o", f"markdown:{tmp_path / 'report.md'}")
    assert done.returncode == 3
    assert "stopped in stage import at app.py:3: RuntimeError: no | database" in done.stdout
    assert "entry app could not be measured to its end; the report says where" in done.stderr
    assert "at `app.py:3`: RuntimeError: no \\| database" in (tmp_path / "report.md").read_text()
    assert "idle" in done.stdout and " on disk in 2 distributions" in done.stdout


def test_one_entry_fails_and_the_other_is_measured(tmp_path: Path, env: Path) -> None:
    project = make_project(tmp_path / "project", "raise RuntimeError('first')\n")
    write(project, {"other.py": "import heavy\n"})
    found = audit_json(project, "--env", env, "--entry", "app", "--entry", "other", exit_code=3)
    first, second = found["entries"]
    assert "first" in first["failure"]["message"]
    assert second["failure"] is None
    assert second["stages"]["import"]["rss_bytes"] > 8 << 20
    assert rows_of(found)["heavy"]["loaded_by_entries"][-1] == second["name"]


def test_several_runs_of_a_failing_entry_stop_at_the_first(tmp_path: Path, env: Path) -> None:
    count = tmp_path / "count"
    body = f"open({str(count)!r}, 'a').write('x')\nraise RuntimeError('always')\n"
    found = audit_json(
        make_project(tmp_path / "project", body), "--env", env, "--entry", "app", "--runs", "5", exit_code=3
    )
    assert found["entries"][0]["runs"] == []
    assert len(count.read_text()) <= 2
