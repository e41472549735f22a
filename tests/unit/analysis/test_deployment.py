"""Faults of a deployment, by one table: what is said of habits and estimates, and what must not be."""

from dataclasses import replace
from typing import Any

import pytest

from footprint.analysis.cost.host import WorkerWish, list_workers
from footprint.analysis.findings.deployment import DeploymentContext, find_deployed
from footprint.model.audit import EntryRow
from footprint.model.entry_origins import CommonName, StartLine
from footprint.model.memory_rows import Limit
from footprint.model.service_memory import Serving, ServingPart, WorkersRow
from footprint.model.start_habits import HabitKind, StartHabit
from tests.support.builders import entry, failure, requirement, stage

MIB = 1 << 20
PART = ServingPart(above_bytes=16 * MIB, own_bytes=8 * MIB, known_bytes=6 * MIB, file_bytes=4 * MIB, measured=True)
LINES = {
    "flask": (requirement("flask", path="requirements.txt"),),
    "pytest": (requirement("pytest", path="requirements-dev.txt", group="dev"),),
    "ruff": (requirement("ruff", path="pyproject.toml", group="dev", group_name="dev"),),
    "both": (
        requirement("both", path="requirements.txt"), requirement("both", path="requirements-dev.txt", group="dev")),
}  # fmt: skip
EMPTY = DeploymentContext((), (), (), LINES, lambda names: (frozenset({*names, "iniconfig"}), 3 * MIB))


def habit(kind: HabitKind, shown: str = "words", *names: str, **more: Any) -> DeploymentContext:
    return replace(EMPTY, habits=(StartHabit(kind, "Dockerfile", 4, shown, names, **more),))


def serving(workers: int | None = 4, *, server: str = "gunicorn", preload: bool | None = None) -> Serving:
    return Serving(server, workers, "option" if workers else "cores", preload, PART, PART, PART)


def started(
    served: Serving | None = None, *, limit: int | None = None, asked: int | None = None, anon: int = 90, **changes: Any
) -> DeploymentContext:
    """Return what is known of an entry of 50 MiB of files and `anon` MiB of its own, in a limit of MiB."""
    served = served or serving()
    rss = (anon + 50) * MIB
    stages = (stage("import", rss, anon_bytes=anon * MIB), stage("ready", rss, anon_bytes=anon * MIB))
    row = entry("web", **{"stages": stages, "serving": served, "source": StartLine("Procfile", 1), **changes})
    wish = WorkerWish(asked or served.workers or 1, served.preload)
    limits = {"web": Limit(limit * MIB, None, "--limit")} if limit else {}
    return replace(EMPTY, entries=(row,), workers=list_workers([row], {"web": wish}, limits))


FAULTS = {
    "uvicorn --reload": (habit("development", "uvicorn a:b --reload", "uvicorn", watches=True),
                         "FP121 Dockerfile:4 uvicorn", "`uvicorn a:b --reload` is for developers: uvicorn watches"),
    "flask": (habit("development", "flask run", "flask"), "FP121 Dockerfile:4 flask",
              "`flask run` starts the development server of Flask, which is none for production"),
    "flask --debug": (habit("development", "flask run --debug", "flask", watches=True), "FP121 Dockerfile:4 flask",
                      "by its own documentation, and it watches the files"),
    "unwritten": (habit("unwritten", "PYTHONDONTWRITEBYTECODE=1", is_written=True), "FP123 Dockerfile:4 Dockerfile",
                  "compiles the project's own modules, each time it starts (the installer has compiled the rest)"),
    "unwritten, poetry": (habit("unwritten", "PYTHONDONTWRITEBYTECODE=1"), "FP123 Dockerfile:4 Dockerfile",
                          "compiles every module that it imports"),
    "uncompiled": (habit("uncompiled", "uv sync"), "FP123 Dockerfile:4 Dockerfile",
                   "`uv sync` leaves the image without bytecode"),
    "a file": (habit("developers", "pip install -r requirements-dev.txt", "requirements-dev.txt"),
               "FP124 Dockerfile:4 requirements-dev.txt", "pytest; with what only they bring 2 distributions, 3.0 MiB"),
    "an absolute file": (habit("developers", "pip", "/tmp/requirements-dev.txt"),
                         "FP124 Dockerfile:4 /tmp/requirements-dev.txt", "need: pytest;"),
    "a group": (habit("developers", "uv sync", "group dev"), "FP124 Dockerfile:4 group dev", "need: ruff;"),
    "not installed": (replace(habit("developers", "uv sync", "group dev"), leaving=lambda names: (frozenset(), 0)),
                      "FP124 Dockerfile:4 group dev", "not installed here, so not weighed"),
    "no limit": (habit("unlimited", "web", "web", "db"), "FP125 Dockerfile:4 web",
                 "2 services share the host (web, db) and none states a limit"),
    "too many workers": (started(limit=256), "FP122 Procfile:1 web", "in a limit of 256.0 MiB: 2 would fit"),
    "more of them": (started(serving(8, preload=False), limit=512), "FP122 Procfile:1 web", "4 would fit"),
    "not even one": (started(serving(2, preload=False), limit=100), "FP122 Procfile:1 web", "not even one fits"),
    "forks": (started(serving(8, preload=True), limit=200), "FP122 Procfile:1 web", "8 workers of gunicorn"),
    "preload": (started(anon=400), "FP126 Procfile:1 web", "4 workers of gunicorn import app:app one by one"),
}  # fmt: skip
NONE = {
    "no such line": habit("developers", "pip", "requirements-test.txt"),
    "one that production has as well": replace(
        habit("developers", "pip", "requirements-dev.txt"), declared={"both": LINES["both"]}),
    "they fit": started(serving(2, preload=False), limit=1024),
    "by less than the estimate is off": started(serving(4, preload=False), limit=448),
    "no limit": started(serving(4, preload=False)),
    "one worker": started(serving(1, preload=False), limit=64),
    "only the machine says how many": started(serving(None, preload=False), limit=64, asked=8),
    "others than its command starts": started(serving(2, preload=False), limit=300, asked=8),
    "the start was stopped": started(limit=256, failure=failure(stage="import")),
    "found by its name": started(limit=256, source=CommonName("main.py")),
    "uvicorn cannot preload": started(serving(server="uvicorn")),
    "preload already": started(serving(preload=True)),
    "switched off on purpose": started(serving(preload=False)),
    "little to share": started(anon=8),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told(name: str) -> None:
    context, where, words = FAULTS[name]
    told = {f"{each.code} {each.path}:{each.line} {each.names[0]}": each.message for each in find_deployed(context)}
    assert words in told.get(where, ""), told


@pytest.mark.parametrize("name", NONE)
def test_nothing_is_told(name: str) -> None:
    assert [*find_deployed(NONE[name])] == []


def rows_of(context: DeploymentContext) -> tuple[EntryRow, tuple[WorkersRow, ...]]:
    return context.entries[0], context.workers


@pytest.mark.parametrize("limit", [60, 150, 200, 256, 300, 400, 512, 700, 2000])
def test_as_many_fit_as_are_told(limit: int) -> None:
    entry_row, (row,) = rows_of(started(serving(6, preload=False), limit=limit))
    fits = {}
    for count in range(1, 7):
        wish = WorkerWish(count, False)
        (found,) = list_workers([entry_row], {"web": wish}, {"web": Limit(limit * MIB, None, "")})
        fits[count] = found.fits
    told = row.fitting_workers if not row.fits else 6
    assert told == max((count for count, does in fits.items() if does), default=0)
