"""What most tests run as a fork is what a start would be."""

import os
import re
import subprocess
from pathlib import Path

import pytest
from coverage import CoverageData

from tests.support import forks
from tests.support.command import footprint, plain_environment
from tests.support.machine import FOLLOWED
from tests.support.projects import write

CASES: dict[str, tuple[str, ...]] = {
    "version": ("--version",),
    "help": ("audit", "--help"),
    "no command": (),
    "imports": ("imports", "."),
    "audit": ("audit", ".", "--no-env", "-f", "json"),
    "a mistake": ("audit", "--sort", "colour"),
    "no project": ("audit", "nowhere"),
    "nothing to measure": ("probe", "."),
}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write(tmp_path_factory.mktemp("forks"), {"requirements.txt": "light\n", "lib.py": "import light\n"})


_AT = re.compile(r'"at": "[^"]+"')  # when an audit was made


@pytest.mark.parametrize("case", CASES)
def test_a_fork_ends_and_says_what_a_start_does(case: str, project: Path) -> None:
    forked, started = (footprint(*CASES[case], cwd=project, started=started) for started in (False, True))
    told = [_AT.sub("", done.stdout) for done in (forked, started)]
    assert (forked.returncode, told[0], forked.stderr) == (started.returncode, told[1], started.stderr)


def test_nothing_of_one_fork_is_left_for_the_next(project: Path, tmp_path: Path) -> None:
    first = footprint("imports", project, cwd=tmp_path, env={"COLUMNS": "40", "FORCE_COLOR": "1"})
    assert first.returncode == 0
    again = [footprint("imports", ".", cwd=project) for _ in range(2)]
    assert again[0].stdout == again[1].stdout != ""
    assert "\x1b" not in again[0].stdout
    assert os.environ.get("FORCE_COLOR") is None


def test_what_takes_too_long_is_killed(tmp_path: Path) -> None:
    write(tmp_path, {"app.py": "import time\ntime.sleep(600)\n"})
    with pytest.raises(subprocess.TimeoutExpired):
        forks.run(
            ["probe", ".", "--entry", "app", "--timeout", "60"], cwd=str(tmp_path), env=plain_environment(), timeout_s=1
        )
    assert footprint("--version").returncode == 0


def test_coverage_of_a_command_names_only_what_it_ran(tmp_path: Path) -> None:
    done = footprint("--version", cwd=tmp_path, env=FOLLOWED | {"COVERAGE_FILE": str(tmp_path / "found")}, started=True)
    assert done.returncode == 0
    (path,) = tmp_path.glob("found*")
    data = CoverageData(str(path))
    data.read()
    found = data.measured_files()
    package = Path(FOLLOWED["COVERAGE_PACKAGE"])
    assert str(package / "__main__.py") in found
    assert all(data.lines(each) and Path(each).is_relative_to(package) for each in found)
