"""What is kept between runs changes no answer about a real application: whole documents, of audits and of checks.

All runs of one application see the same start, recorded by the first of them: what differs was read otherwise.
"""

import json
import os
import shutil
import sys
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

from constraints import pins
from tests.real.cases import Application, load_applications
from tests.real.environments import REPOSITORY, UV, Place, provide, run
from tests.real.peers import fill

pytestmark = pytest.mark.real

# One of these is replaced, set back and taken away: a release that every application can bear, for it is only read.
OLDER = {"click": "8.0.4", "jinja2": "3.0.3", "packaging": "23.0", "anyio": "4.0.0", "certifi": "2023.7.22"}

each_application = pytest.mark.parametrize("app", load_applications(), ids=lambda app: app.name)


@dataclass(frozen=True)
class Asker:
    """Asks the command about one application; `kept` is the folder of what is kept, None for none."""

    app: Application
    place: Place
    record: Path

    def ask(self, command: str, kept: Path | None, *more: str) -> Any:
        words = [command, str(self.place.source), "--env", str(self.place.venv), "-f", "json", *more]
        words += [word for entry in self.app.entries for word in ("--entry", entry)]
        if "--no-probe" not in more and "--static" not in more:
            words += ["--timeout", str(self.app.timeout), "--lifespan" if self.app.lifespan else "--no-lifespan"]
            words += [word for key, value in self.app.env for word in ("--set", f"{key}={fill(value, self.place)}")]
        start = [sys.executable, "-m", "tests.support.replayed", str(self.record.with_suffix(f".{command}")), *words]
        variables = {"FOOTPRINT_NO_CACHE": "1"} if kept is None else {"FOOTPRINT_CACHE": str(kept)}
        found = json.loads(run(start, cwd=REPOSITORY, ok=(0, 1, 3), extra=variables))
        found.pop("measured", None)
        return found

    def differences(self, command: str, kept: Path, *more: str) -> list[str]:
        """Return where one that keeps, a second one, or two at once say anything else than one that keeps nothing."""
        plain, first, second = (self.ask(command, folder, *more) for folder in (None, kept, kept))
        with ThreadPoolExecutor(2) as pool:
            beside = list(pool.map(lambda _: self.ask(command, kept, *more), range(2)))
        return [path for found in (first, second, *beside) for path in different_places(plain, found)]


def different_places(one: Any, other: Any) -> list[str]:
    """Return the places in which two documents differ, each with what stands there."""
    pending, found = [("", one, other)], []
    for path, left, right in pending:  # grows
        if isinstance(left, dict) and isinstance(right, dict) and left.keys() == right.keys():
            pending += [(f"{path}.{key}", left[key], right[key]) for key in left]
        elif isinstance(left, list) and isinstance(right, list) and len(left) == len(right):
            pending += [(f"{path}[{place}]", *pair) for place, pair in enumerate(zip(left, right, strict=True))]
        elif left != right:
            found.append(f"{path}: {left!r} != {right!r}"[:300])
    return found


@pytest.fixture
def kept(tmp_path: Path) -> Path:
    return tmp_path / "kept"


@each_application
@pytest.mark.parametrize("command", ["audit", "check"])
def test_started_or_read_the_answer_is_the_same(app: Application, command: str, kept: Path, tmp_path: Path) -> None:
    asker = Asker(app, provide(app), tmp_path / "record")
    assert asker.differences(command, kept) == []
    assert any(kept.iterdir())
    assert asker.differences(command, kept, "--no-probe" if command == "audit" else "--static") == []


@pytest.fixture
def copied(app: Application, tmp_path: Path) -> Iterator[Place]:
    """A copy of the environment that may be changed, and of the source."""
    place = provide(app)
    shutil.copytree(place.venv, tmp_path / "venv", symlinks=True)
    yield replace(place, venv=tmp_path / "venv")
    shutil.rmtree(tmp_path / "venv")


@each_application
def test_after_every_change_the_answer_is_the_same(app: Application, copied: Place, kept: Path, tmp_path: Path) -> None:
    asker = Asker(app, copied, tmp_path / "record")
    before = asker.ask("audit", kept, "--no-probe")
    name, version = _changeable(before)
    found = [_facts(before, name)]
    for change in (["touch"], ["--reinstall", f"{name}=={version}"], [f"{name}=={OLDER[name]}"], []):
        _change(copied, name, change)
        assert asker.differences("audit", kept, "--no-probe") == [], change
        assert asker.differences("check", kept, "--static") == [], change
        found.append(_facts(asker.ask("audit", kept, "--no-probe"), name))
    assert [each and each[0] for each in found] == [version, version, version, OLDER[name], None]


def _changeable(audit: Any) -> tuple[str, str]:
    there = {row["name"]: row["version"] for row in audit["distributions"]}
    name = next(name for name in OLDER if name in there and there[name] != OLDER[name])
    return name, there[name]


def _facts(audit: Any, name: str) -> tuple[str, ...] | None:
    return next(((row["version"],) for row in audit["distributions"] if row["name"] == name), None)


def _change(place: Place, name: str, change: Sequence[str]) -> None:
    python = str(place.python)
    if change == ["touch"]:
        for path in place.venv.rglob(f"{name}/**/*.py"):
            os.utime(path)
    elif change:
        held = place.venv.with_name("held.txt")
        held.write_text(f"{change[-1]}\n")  # in the place of the releases that the tests themselves are held to
        words = (*UV, "pip", "install", "--quiet", "--no-deps", "--python", python, *change)
        run(words, extra=pins.variables(held))
    else:
        run([*UV, "pip", "uninstall", "--quiet", "--python", python, name])
