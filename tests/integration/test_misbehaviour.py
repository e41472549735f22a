"""Whatever an entry does: its start ends in time with the right code, nothing of it is left, nothing else is touched.

One command starts many entries, so that the start of footprint itself is paid once.
"""

import functools
import json
import os
import shutil
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.integration.test_left_overs import processes_of
from tests.support.canary import look, plant
from tests.support.command import footprint, plain_environment
from tests.support.machine import only_where
from tests.support.misbehaviour import HEAD, KINDS, Kind, of
from tests.support.own_code import copy_own_code

NOBODY = 65534


@dataclass(frozen=True)
class Place:
    """A project beside a canary, and an empty temporary folder."""

    folder: Path
    word: str

    @property
    def project(self) -> Path:
        return self.folder / "project"

    @property
    def canary(self) -> Path:
        return self.folder / "canary"

    @property
    def temporary(self) -> Path:
        return self.folder / "t"

    @functools.cached_property
    def code(self) -> Path:
        return copy_own_code(self.folder / "code")


@pytest.fixture
def place() -> Iterator[Place]:
    # Not in pytest's own folder: each session that begins closes that to everybody else.
    folder = Path(tempfile.mkdtemp(prefix="footprint-test-"))
    folder.chmod(0o755)
    yield prepare(folder)
    shutil.rmtree(folder)


def prepare(folder: Path) -> Place:
    found = Place(folder, f"w{uuid.uuid4().hex}")
    found.project.mkdir()
    found.temporary.mkdir()
    plant(found.canary)
    for number, kind in enumerate(KINDS):
        (found.project / f"k{number}.py").write_text(HEAD + kind.code + "\n")
    return found


def entries(kinds: Sequence[Kind]) -> list[str]:
    return [word for kind in kinds for word in ("--entry", f"k{KINDS.index(kind)}.py")]


def run(place: Place, *words: str, user: int | None = None) -> subprocess.CompletedProcess[str]:
    """Run the command; nothing may be left of it, and the canary is whole."""
    env = {"TMPDIR": str(place.temporary), "VICTIM": str(place.canary), "WORD": place.word}
    before = look(place.canary)
    done = footprint(*words, cwd=place.project, env=env) if user is None else as_user(user, place, words, env)
    assert "Traceback" not in done.stderr.replace("its last output: Traceback", "")
    assert look(place.canary) == before
    assert processes_of(place.word) == []
    assert list(place.temporary.iterdir()) == []
    assert {path.name for path in place.folder.iterdir()} <= {"project", "canary", "t", "code"}
    return done


def as_user(user: int, place: Place, words: Sequence[str], env: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
    """Run it as somebody else, with an interpreter and code that everybody may read: ours may be root's alone."""
    only_where(os.geteuid() == 0, "root, to become somebody else")
    python = Path(f"/usr/bin/python{sys.version_info[0]}.{sys.version_info[1]}")
    only_where(python.exists(), "an interpreter of this version that everybody may start")
    for folder in (place.project, place.temporary):
        os.chown(folder, user, user)
    everything = plain_environment(**env, HOME="/nonexistent", PYTHONDONTWRITEBYTECODE="1")
    return subprocess.run(
        [str(python), "-c", f"import sys; sys.path[:0] = [{str(place.code)!r}]\n"
         "from footprint.__main__ import run; run()", *words],
        cwd=place.project, env=everything, user=user, group=user, extra_groups=[],
        capture_output=True, encoding="utf-8", errors="backslashreplace", check=False, timeout=600,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip


def judge(done: subprocess.CompletedProcess[str], kinds: Sequence[Kind]) -> None:
    """Compare how each entry ended with how it may."""
    found = json.loads(done.stdout)
    rows = {row["target"]: row for row in (found if isinstance(found, list) else found["entries"])}
    wrong = {}
    for kind in kinds:
        failure = rows[f"k{KINDS.index(kind)}.py"]["failure"]
        if (failure and failure["kind"]) not in kind.ends:
            wrong[kind.name] = failure and (failure["kind"], failure["message"], failure["stderr_tail"][-300:])
    assert wrong == {}
    assert done.returncode == (0 if all(kind.ends == (None,) for kind in kinds) else 3), done.stderr


FINE, BAD, HANGING = of(hangs=False, fine=True), of(hangs=False, fine=False), of(hangs=True)


def test_there_are_more_than_thirty() -> None:
    assert len({kind.name for kind in KINDS}) == len(KINDS) > 50


def test_what_goes_through(place: Place) -> None:
    judge(run(place, "probe", "-f", "json", "--timeout", "100", *entries(FINE)), FINE)


def test_what_fails(place: Place) -> None:
    judge(run(place, "audit", "-f", "json", "--timeout", "100", *entries(BAD)), BAD)


def test_what_hangs(place: Place) -> None:
    judge(run(place, "probe", "-f", "json", "--timeout", "1", *entries(HANGING)), HANGING)


def test_an_ordinary_user_is_no_worse_off(place: Place) -> None:
    kinds = (*FINE[::2], *BAD[::2])
    judge(run(place, "probe", "-f", "json", "--timeout", "100", *entries(kinds), user=NOBODY), kinds)


def test_a_check_is_not_passed(place: Place) -> None:
    sure = [kind for kind in BAD if None not in kind.ends]  # others fail or not, as Python or the machine is
    kinds = (*FINE[::7], *sure[::7])
    done = run(place, "check", "--runs", "1", "--timeout", "100", *entries(kinds))
    assert done.returncode == 3
    for kind in kinds:
        assert (f"k{KINDS.index(kind)}.py could not be measured" in done.stdout) is (None not in kind.ends), kind.name


LIVE = tuple(kind for kind in KINDS if kind.lives)


@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in LIVE[::6]])
def test_a_live_measurement(kind: Kind, place: Place) -> None:
    live(kind, place, None)


def live(kind: Kind, place: Place, user: int | None) -> None:
    words = ("--live", "--ready", "quiet:0.3", "--timeout", "3", "-f", "json")
    done = run(place, "probe", *words, "--", "python", f"k{KINDS.index(kind)}.py", place.word, user=user)
    found = json.loads(done.stdout)
    assert done.returncode == (0 if found["readings"] else 3), done.stderr


USERS = [pytest.param(None, id="root"), pytest.param(NOBODY, id="nobody")]


@pytest.mark.slow_check
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("command", ["audit", "probe"])
def test_every_kind(command: str, user: int | None, place: Place) -> None:
    for kinds, timeout in ((FINE, "100"), (BAD, "100"), (HANGING, "2")):
        judge(run(place, command, "-f", "json", "--timeout", timeout, *entries(kinds), user=user), kinds)


@pytest.mark.slow_check
@pytest.mark.parametrize("user", USERS)
def test_every_kind_in_a_check(user: int | None, place: Place) -> None:
    for kinds, codes in ((FINE, {0, 1}), (BAD, {3})):
        done = run(place, "check", "--runs", "3", "--timeout", "100", *entries(kinds), user=user)
        assert done.returncode in codes, done.stdout
    done = run(place, "check", "--timeout", "2", *entries(HANGING), user=user)
    assert done.returncode == 3


@pytest.mark.slow_check
@pytest.mark.parametrize("user", USERS)
@pytest.mark.parametrize("kind", [pytest.param(kind, id=kind.name) for kind in LIVE])
def test_every_kind_live(kind: Kind, user: int | None, place: Place) -> None:
    live(kind, place, user)
