"""Programs that are waited for: what they leave running holds nobody up, and is ended."""

import os
import shlex
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.audit.scratch_environment import run_installer
from footprint.collect.git.clones import clone
from footprint.errors import CannotMeasure
from footprint.probe.program_end import run_printing

_SLEEPS_S = 600


def _script(path: Path, text: str) -> Path:
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    return path


def _leaving(place: Path, last: str) -> str:
    """Return what starts a process that holds the output, and then does something else."""
    return f"sleep {_SLEEPS_S} & echo $! > {shlex.quote(str(place / 'left'))}; {last}"


def _is_left(place: Path) -> bool:
    pid = int((place / "left").read_text())
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            os.kill(pid, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.05)
    return True


def _install(place: Path, _: pytest.MonkeyPatch) -> None:
    run_installer([_script(place / "installer", _leaving(place, "echo done"))], place)


def _fetch(place: Path, patch: pytest.MonkeyPatch) -> None:
    real = shutil.which("git")
    assert real is not None
    subprocess.run([real, "init", "-q", place / "one"], check=True)
    who = ("-c", "user.name=a", "-c", "user.email=a@example.com")
    subprocess.run([real, *who, "-C", place / "one", "commit", "-q", "--allow-empty", "-m", "first"], check=True)
    (place / "bin").mkdir()
    leaving = _leaving(place, ":")
    _script(place / "bin/git", f'case "$*" in *clone*) {leaving};; esac\nexec {real} "$@"')
    patch.setenv("PATH", f"{place / 'bin'}{os.pathsep}{os.environ['PATH']}")
    clone(f"file://{place / 'one'}", None, place / "two", run_printing, with_history=False)


def _run(place: Path, _: pytest.MonkeyPatch) -> None:
    ended = run_printing([str(_script(place / "program", _leaving(place, "echo said; exit 7")))], place, {}, 60)
    assert (ended.status, ended.printed) == (7, "said\n")


@pytest.mark.parametrize("wait", [_install, _fetch, _run])
def test_what_a_program_leaves_running_is_ended(
    wait: Callable[[Path, pytest.MonkeyPatch], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    began = time.monotonic()
    wait(tmp_path, monkeypatch)
    assert time.monotonic() - began < _SLEEPS_S
    assert not _is_left(tmp_path)


def test_a_program_whose_time_is_over_is_ended(tmp_path: Path) -> None:
    program = _script(tmp_path / "program", _leaving(tmp_path, f"exec sleep {_SLEEPS_S}"))
    assert run_printing([str(program)], tmp_path, {"PATH": os.environ["PATH"]}, 1.0).status is None
    assert not _is_left(tmp_path)


def test_an_installer_that_fails_is_told_with_its_last_lines(tmp_path: Path) -> None:
    program = _script(tmp_path / "installer", "echo first; echo why >&2; exit 3")
    with pytest.raises(CannotMeasure, match=r"(?s)installer ended with 3:.*first.*why"):
        run_installer([program], tmp_path)
