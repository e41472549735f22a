"""Several workers from one process: what is each one's own, what is there once, and what is said of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.cost import workers as model
from footprint.analysis.cost.workers import SinglePart, Wish, estimate_workers, find_server, list_workers
from footprint.model.audit import EntryRow
from footprint.model.hosting import Server
from footprint.model.memory import Limit
from footprint.report.hosting_words import workers_lines
from tests.builders import audit, entry, failure, stage

MIB = 1 << 20
SINGLE = SinglePart(anon_bytes=100 * MIB, file_bytes=50 * MIB, import_anon_bytes=90 * MIB)
COMMANDS: dict[str | None, Server] = {
    "gunicorn -w 4 app:app": "gunicorn",
    "/srv/venv/bin/gunicorn app:app": "gunicorn",
    "python -m gunicorn -k uvicorn.workers.UvicornWorker app:app": "gunicorn",
    "poetry run uvicorn app:app --workers 4": "uvicorn",
    "hypercorn app:app -w 2": "uvicorn",
    "fastapi run app.py": "uvicorn",
    "python worker.py": "none",
    "python my-gunicorn.py": "none",
    "celery -A app worker": "none",
    None: "none",
}


@pytest.mark.parametrize("command", COMMANDS)
def test_the_server_is_known_by_its_command(command: str | None) -> None:
    assert find_server(command) == COMMANDS[command]


def test_separate_processes_share_files_only() -> None:
    row = estimate_workers(SINGLE, "none", workers=3, preload=False)
    assert (row.total_bytes, row.supervisor_bytes, row.worker_bytes) == (350 * MIB, 0, 100 * MIB)
    assert row.fresh_bytes is None


def test_a_server_adds_itself_to_each_and_what_stands_above_them() -> None:
    alone = estimate_workers(SINGLE, "uvicorn", workers=1, preload=False)
    assert alone.total_bytes == 150 * MIB + model.SERVER_ANON_BYTES
    several = estimate_workers(SINGLE, "uvicorn", workers=4, preload=False)
    own = 100 * MIB + model.SERVER_ANON_BYTES
    assert several.total_bytes == 50 * MIB + 4 * own + model.UVICORN_SUPERVISOR_BYTES
    forked = estimate_workers(SINGLE, "gunicorn", workers=1, preload=False)
    assert forked.supervisor_bytes == model.GUNICORN_MASTER_BYTES
    assert forked.worker_bytes == own - model.GUNICORN_INHERITED_BYTES


def test_preload_keeps_the_application_once_and_gives_a_range() -> None:
    row = estimate_workers(SINGLE, "gunicorn", workers=4, preload=True)
    assert row.preload and row.fresh_bytes is not None
    assert row.supervisor_bytes == 90 * MIB + model.SERVER_ANON_BYTES
    assert row.worker_bytes == pytest.approx(90 * MIB * model.PRELOAD_WRITTEN_RATIO + 10 * MIB, abs=1)
    assert (
        row.fresh_bytes < row.total_bytes < estimate_workers(SINGLE, "gunicorn", workers=4, preload=False).total_bytes
    )


def test_noop_preload_where_nothing_is_forked() -> None:
    wished = estimate_workers(SINGLE, "uvicorn", workers=4, preload=True)
    assert wished == estimate_workers(SINGLE, "uvicorn", workers=4, preload=False)


def test_preload_of_a_server_that_is_not_known_is_believed() -> None:
    row = estimate_workers(SINGLE, "none", workers=4, preload=True)
    assert (row.preload, row.supervisor_bytes) == (True, 90 * MIB)


sizes = st.integers(0, 1 << 40)


@given(anon=sizes, file=sizes, share=st.integers(0, 100), workers=st.integers(1, 500), preload=st.booleans())
@pytest.mark.parametrize("server", ["gunicorn", "uvicorn", "none"])
def test_parts_add_up_and_more_workers_never_take_less(
    server: Server, anon: int, file: int, share: int, workers: int, preload: bool
) -> None:
    single = SinglePart(anon, file, anon * share // 100)
    row = estimate_workers(single, server, workers=workers, preload=preload)
    assert row.total_bytes == row.supervisor_bytes + workers * row.worker_bytes + row.file_bytes
    assert row.total_bytes <= estimate_workers(single, server, workers=workers + 1, preload=preload).total_bytes
    assert row.worker_bytes >= 0 and row.file_bytes == file
    assert row.fresh_bytes is None or row.fresh_bytes <= row.total_bytes


def measured(**changes: Any) -> list[EntryRow]:
    stages = (stage("import", 140 * MIB, anon_bytes=90 * MIB), stage("ready", 150 * MIB, anon_bytes=100 * MIB))
    return [entry("web", stages=stages, **changes)]


def test_the_split_is_that_of_the_last_start_up_stage() -> None:
    later = stage("first_use", 900 * MIB, anon_bytes=800 * MIB)
    (row,) = measured()
    assert SinglePart.of(row) == SINGLE
    assert SinglePart.of(entry(stages=(*row.stages, later))) == SINGLE


CASES = {
    "gunicorn, both ways": ("gunicorn app:app", Wish(4), [(4, False), (4, True)]),
    "gunicorn, with preload": ("gunicorn app:app", Wish(4, preload=True), [(4, True)]),
    "gunicorn, without": ("gunicorn app:app", Wish(4, preload=False), [(4, False)]),
    "uvicorn knows no preload": ("uvicorn app:app", Wish(2), [(2, False)]),
    "uvicorn knows none though asked for": ("uvicorn app:app", Wish(2, preload=True), [(2, False)]),
    "celery forks": ("celery -A app worker -c 3", Wish(3, preload=True), [(3, True)]),
    "noop: not asked for": ("uvicorn app:app", None, []),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_for_is_estimated(name: str) -> None:
    command, wish, expected = CASES[name]
    found = list_workers(measured(command=command), {"web": wish} if wish else {}, {})
    assert [(row.workers, row.preload) for row in found] == expected
    assert all(row.fits is None and row.limit_bytes is None for row in found)


def test_noop_what_was_not_measured_or_does_not_tell_anon() -> None:
    rows = [entry("web", stages=()), entry("web", stages=(stage("import", MIB, anon_bytes=None),))]
    assert list_workers(rows, {"web": Wish(4)}, {}) == ()


LIMITS = {
    1000: "fits with 4 workers of gunicorn: about 461 MiB (about 208 to 343 MiB with preload) of 1,000.0 MiB",
    400: "DOES NOT FIT with 4 workers of gunicorn, but does with preload: "
    "about 461 MiB (about 208 to 343 MiB with preload) of 400.0 MiB",
    200: "DOES NOT FIT with 4 workers of gunicorn: about 461 MiB (about 208 to 343 MiB with preload) of 200.0 MiB",
    None: "with 4 workers of gunicorn: about 461 MiB (about 208 to 343 MiB with preload)",
}


@pytest.mark.parametrize("limit", LIMITS)
def test_words_and_verdict(limit: int | None) -> None:
    (row,) = measured(command="gunicorn app:app")
    limits = {"web": Limit(limit * MIB, None, "--limit")} if limit else {}
    told = audit(entries=(row,), workers=list_workers([row], {"web": Wish(4)}, limits))
    assert workers_lines(told, row) == (f"{LIMITS[limit]}; estimated from one process",)


def test_one_worker_of_an_unknown_server() -> None:
    (row,) = measured(command=None)
    told = audit(entries=(row,), workers=list_workers([row], {"web": Wish(1)}, {}))
    assert workers_lines(told, row) == ("with 1 worker: about 150 MiB; estimated from one process",)


def test_a_start_that_failed_is_estimated_as_far_as_it_came() -> None:
    row = replace(measured(command=None)[0], failure=failure(stage="ready"))
    told = audit(entries=(row,), workers=list_workers([row], {"web": Wish(1)}, {}))
    assert workers_lines(told, row)[0].endswith("; estimated from one process, as far as it came")


def test_data_of_the_project_is_shared_at_the_lower_end() -> None:
    plain = estimate_workers(SINGLE, "gunicorn", workers=6, preload=True)
    data = estimate_workers(replace(SINGLE, data_bytes=60 * MIB), "gunicorn", workers=6, preload=True)
    assert data.total_bytes == plain.total_bytes
    assert data.fresh_bytes is not None
    assert plain.fresh_bytes is not None
    assert plain.fresh_bytes - data.fresh_bytes == pytest.approx(6 * 60 * MIB * 0.07, abs=10)
