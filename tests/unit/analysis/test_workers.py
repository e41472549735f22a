"""Several workers from one process: what is each one's own, what is there once, and what is said of it."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.cost.fit import judge_fit
from footprint.analysis.cost.host import WorkerWish, doubt_ranges, estimate_workers, list_workers
from footprint.analysis.cost.server_parts import build_serving, is_preloaded
from footprint.analysis.cost.service_estimate import (
    COLLECTED_RATIO,
    ERROR_RATIO,
    IDLE_WRITTEN_BYTES,
    READY_RATIO,
    SERVER_COLLECTED_RATIO,
    serving_parts,
)
from footprint.audit.entry_limits import is_forked
from footprint.config.options import TargetOptions
from footprint.model.audit import EntryRow, StageRow
from footprint.model.entry_origins import StartLine
from footprint.model.memory_rows import Limit, MemoryPart
from footprint.model.runtime import ForkMemory, ImportCost, ProbeRun, StageName, StageReading, TreeReading
from footprint.model.service_memory import ServerMemories, ServerMemory, Serving, ServingPart, WorkersRow
from footprint.model.source_modules import EntryPoint
from footprint.report.audit.hosting_sentences import workers_lines
from footprint.report.audit.memory_sentences import fit_lines
from tests.support.builders import audit, entry, failure, stage

MIB = 1 << 20
# what a worker that is a fork has more once it has collected, where no fork was measured: of the server, of the import
WRITTEN = 16 * SERVER_COLLECTED_RATIO + (90 - 6) * COLLECTED_RATIO
SERVER = ServingPart(above_bytes=16 * MIB, own_bytes=8 * MIB, known_bytes=6 * MIB, file_bytes=4 * MIB, measured=True)


def served(name: str, *, preload: bool | None = None, workers: int | None = 1) -> Serving:
    source: Any = "option" if workers else "cores"
    return Serving(name, workers, source, preload, SERVER, SERVER, replace(SERVER, own_bytes=3 * MIB))


SERVED = {
    "gunicorn": served("gunicorn"),
    "uvicorn": served("uvicorn"),
    "celery": served("celery", preload=True, workers=None),
    "none": None,
}


def measured(name: str = "gunicorn", **changes: Any) -> list[EntryRow]:
    stages = (stage("import", 140 * MIB, anon_bytes=90 * MIB), stage("ready", 150 * MIB, anon_bytes=100 * MIB))
    return [entry("web", **{"stages": stages, "serving": SERVED[name], **changes})]


def estimate(name: str, workers: int, *, preload: bool = False, **changes: Any) -> WorkersRow:
    (row,) = measured(name, **changes)
    found = estimate_workers(row, row.serving, workers=workers, preload=preload)
    assert found is not None
    return found


def test_separate_processes_share_files_only() -> None:
    row = estimate("none", 3)
    assert (row.total_bytes, row.supervisor_bytes, row.worker_bytes) == (350 * MIB, 0, 100 * MIB)
    assert row.fresh_bytes is None and not row.measured


def test_a_server_adds_what_stands_above_the_workers_and_what_each_has_beyond_the_application() -> None:
    row = estimate("gunicorn", 4)
    assert (row.supervisor_bytes, row.worker_bytes, row.file_bytes) == (16 * MIB, 102 * MIB, 54 * MIB)
    assert row.measured


def test_preload_keeps_the_application_once_and_gives_a_range() -> None:
    row = estimate("gunicorn", 4, preload=True)
    assert row.supervisor_bytes == (16 + 90 - 6) * MIB
    assert row.worker_bytes == pytest.approx((3 + 10 + WRITTEN) * MIB, abs=2)
    assert row.fresh_bytes is not None
    assert row.fresh_bytes < row.total_bytes < estimate("gunicorn", 4).total_bytes


# what a fork had of its own at once and after a collection; what a worker then has of the import when it is ready, and
# of the import and the server once it has collected, in MiB: at least what becoming ready writes to, beyond the 3 that
# any worker of the server has (9 once it has collected), never more than there was, what both have once
READY = 90 * READY_RATIO
COMMON = 6 * COLLECTED_RATIO
FORKS: dict[str, tuple[tuple[float, float], float, float]] = {
    "its objects are frozen, or the collector is off": ((0.3, 0.4), READY, 3 + READY + 0.1),
    "little at once": ((1, 20), READY, 9 + 19 - COMMON),
    "much at once": ((30, 40), 27, 9 + 27 + 10 - COMMON),
    "much at once, and then nothing": ((30, 30.5), 27, 3 + 27 + 0.5),
    "more than there was": ((95, 400), 90, 9 + 90),
}


@pytest.mark.parametrize(("seen", "ready", "collected"), FORKS.values(), ids=FORKS)
def test_a_fork_that_was_measured_stands_for_each_worker(
    seen: tuple[float, float], ready: float, collected: float
) -> None:
    serving = served("gunicorn", workers=4, preload=True)
    forked = replace(serving.forked, collected_above_bytes=15 * MIB, collected_own_bytes=9 * MIB)
    serving = replace(serving, forked=forked, fork=ForkMemory(*(int(each * MIB) for each in seen)))
    row = estimate("gunicorn", 4, preload=True, serving=serving)
    assert row.fork_measured and row.fresh_bytes is not None
    assert row.worker_bytes == pytest.approx((10 + collected) * MIB, abs=4)
    assert row.fresh_bytes == pytest.approx((16 + 84 + 4 * (3 + 10 + ready) + 54) * MIB, abs=20)
    assert row.supervisor_bytes == (84 + (15 if collected > 9 + ready else 16)) * MIB or ready > 1
    plain = estimate("gunicorn", 4, serving=serving)
    assert not plain.fork_measured and plain == estimate("gunicorn", 4)


def test_what_calls_write_to_each_worker_has_of_its_own_after_them() -> None:
    serving = replace(served("gunicorn", workers=4, preload=True), fork=ForkMemory(MIB, 20 * MIB))
    (row,) = measured(serving=serving, stages=(*measured()[0].stages, stage("calls", 150 * MIB, anon_bytes=100 * MIB)))
    plain = estimate_workers(row, serving, workers=4, preload=True)
    written = estimate_workers(row, replace(serving, called=ForkMemory(5 * MIB, 22 * MIB)), workers=4, preload=True)
    assert plain is not None and written is not None
    assert plain.stages[0] == written.stages[0]  # nothing of it is of the start
    both = zip(written.stages[1].states, plain.stages[1].states, strict=True)
    more = [one.total_bytes - other.total_bytes for one, other in both]
    assert more == [4 * 5 * MIB, 4 * (22 - (20 - 1)) * MIB]
    least = [found.stages[1].states[0].least_bytes for found in (written, plain)]
    assert least[0] == least[1]  # whether calls make the collector run hangs on what was counted before them
    few = estimate_workers(row, replace(serving, called=ForkMemory(0, MIB)), workers=4, preload=True)
    assert few == plain  # a collection does not write to less than one did before


# a server, by what each worker has more once it has collected the ends of both ranges lie apart: the master of celery
# may have collected its garbage when its workers are ready, huey's scheduler not when they have collected theirs
SPANS = {
    "gunicorn": (0, 0, 0),
    "celery": (0, 1, 0),
    "huey_consumer": (0, 1, 1),
    "uwsgi": (4 * (3 * MIB - IDLE_WRITTEN_BYTES), 0, 0),
}


@pytest.mark.parametrize("name", SPANS)
def test_each_state_has_a_range_of_its_own(name: str) -> None:
    fewer, master, beside = SPANS[name]
    row = estimate("none", 4, preload=True, serving=served(name, preload=True, workers=4))
    assert row.decides == "collected" and row.fresh_bytes is not None
    ready, collected = row.states
    assert (ready.state, ready.total_bytes) == ("ready", row.fresh_bytes)
    assert (collected.state, collected.total_bytes) == ("collected", row.total_bytes)
    each = row.worker_bytes - (3 + 10 + READY) * MIB
    low, high = 1 - ERROR_RATIO, 1 + ERROR_RATIO
    assert ready.least_bytes == pytest.approx((ready.total_bytes - fewer) * low, abs=4)
    assert ready.most_bytes == pytest.approx((ready.total_bytes + master * each) * high, abs=4)
    assert collected.least_bytes == pytest.approx((collected.total_bytes - beside * each) * low, abs=4)
    assert collected.most_bytes == pytest.approx(collected.total_bytes * high, abs=4)
    assert all(span.most_bytes <= 1.5 * span.least_bytes for span in row.states)


sizes = st.integers(0, 1 << 40)


@given(anon=sizes, file=sizes, share=st.integers(0, 100), workers=st.integers(1, 500), preload=st.booleans())
@pytest.mark.parametrize("name", SERVED)
def test_parts_add_up_and_more_workers_never_take_less(
    name: str, anon: int, file: int, share: int, workers: int, preload: bool
) -> None:
    imported = anon * share // 100
    stages = (stage("import", imported, anon_bytes=imported), stage("ready", anon + file, anon_bytes=anon))
    row = estimate(name, workers, preload=preload, stages=stages)
    assert row.total_bytes == row.supervisor_bytes + workers * row.worker_bytes + row.file_bytes
    assert row.total_bytes <= estimate(name, workers + 1, preload=preload, stages=stages).total_bytes
    assert row.worker_bytes >= 0 and row.file_bytes >= file
    assert row.fresh_bytes is None or row.fresh_bytes <= row.total_bytes


def test_first_use_is_no_part_of_a_start() -> None:
    later = stage("first_use", 900 * MIB, anon_bytes=800 * MIB)
    (row,) = measured()
    found = estimate("none", 2, stages=(*row.stages, later))
    assert replace(found, stages=found.stages[:1]) == estimate("none", 2)


CASES = {
    "gunicorn, both ways": ("gunicorn", WorkerWish(4), [(4, False), (4, True)]),
    "gunicorn, with preload": ("gunicorn", WorkerWish(4, preload=True), [(4, True)]),
    "gunicorn, without": ("gunicorn", WorkerWish(4, preload=False), [(4, False)]),
    "uvicorn knows no preload": ("uvicorn", WorkerWish(2), [(2, False)]),
    "uvicorn knows none though asked for": ("uvicorn", WorkerWish(2, preload=True), [(2, False)]),
    "celery forks": ("celery", WorkerWish(3), [(3, True)]),
    "celery, as many as cores": (
        "celery",
        WorkerWish(1, counts=(1, 2, 4)),
        [(1, True), (2, True), (4, True)],
    ),
    "no known server": ("none", WorkerWish(4), [(4, False)]),
    "preload of a server that is not known is believed": ("none", WorkerWish(4, preload=True), [(4, True)]),
    "noop: not asked for": ("uvicorn", None, []),
}


@pytest.mark.parametrize("name", CASES)
def test_what_is_asked_for_is_estimated(name: str) -> None:
    server, wish, expected = CASES[name]
    found = list_workers(measured(server), {"web": wish} if wish else {}, {})
    assert [(row.workers, row.preload) for row in found] == expected
    assert all(row.fits is None and row.limit_bytes is None for row in found)


def test_noop_what_was_not_measured_or_does_not_tell_anon() -> None:
    rows = [entry("web", stages=()), entry("web", stages=(stage("import", MIB, anon_bytes=None),))]
    assert list_workers(rows, {"web": WorkerWish(4)}, {}) == ()


def parts(name: str, **changes: Any) -> dict[str, int]:
    (row,) = measured(name, **changes)
    return {part.kind: part.bytes // MIB for part in serving_parts(row, row.stages[-1].reading)}


def _with_tree(name: StageName, rss: int, children: int, peak: int, **changes: Any) -> StageRow:
    tree = TreeReading(2, (rss + children) * MIB, (rss + children) * MIB, peak * MIB, "private", (children * MIB,))
    return stage(name, rss * MIB, tree=tree, **changes)


# 30 MiB of children at import, 20 more in the lifespan; the import needs 400 at its highest.
WITH_CHILDREN = (
    _with_tree("import", 140, 30, 400, anon_bytes=90 * MIB),
    _with_tree("ready", 150, 50, 210, anon_bytes=100 * MIB),
)


# What stands beside the measured process, in MiB.
PARTS: dict[str, tuple[str, dict[str, Any], dict[str, int]]] = {
    "one worker of gunicorn has its master": ("gunicorn", {}, {"server": 22}),
    "three more": ("gunicorn", {"serving": served("gunicorn", workers=4)}, {"server": 22, "workers": 306}),
    "forks of a master that has it": (
        "gunicorn",
        {"serving": served("gunicorn", workers=2, preload=True)},
        {"server": 17, "workers": int(3 + 10 + 2 * WRITTEN)},
    ),
    "as many as cores: one of them": ("celery", {}, {"server": 17, "workers": int(WRITTEN)}),
    "each worker starts its own children": (
        "gunicorn",
        {"serving": served("gunicorn", workers=4), "stages": WITH_CHILDREN},
        {"server": 22, "workers": 306 + 3 * 50},
    ),
    "a master that imports it starts those of the import": (
        "gunicorn",
        {"serving": served("gunicorn", workers=2, preload=True), "stages": WITH_CHILDREN},
        {"server": 17, "workers": int(3 + 10 + 20 + 2 * WRITTEN)},
    ),
    "noop: no known server": ("none", {}, {}),
    "noop: anonymous memory is not told": ("gunicorn", {"stages": (stage("import", MIB, anon_bytes=None),)}, {}),
}


@pytest.mark.parametrize("name", PARTS)
def test_what_serves_is_part_of_a_verdict(name: str) -> None:
    server, changes, expected = PARTS[name]
    assert parts(server, **changes) == expected


@pytest.mark.parametrize("count", [2, 4])
@pytest.mark.parametrize("preload", [False, True])
@pytest.mark.parametrize("children", [False, True])
def test_a_verdict_and_an_estimate_come_to_the_same(count: int, preload: bool, children: bool) -> None:
    stages = {"stages": WITH_CHILDREN} if children else {}
    (row,) = measured("gunicorn", serving=served("gunicorn", workers=count, preload=preload), **stages)
    process = row.stages[-1].reading
    whole = process.rss_bytes + process.children_bytes + sum(part.bytes for part in serving_parts(row, process))
    assert whole == pytest.approx(estimate("gunicorn", count, preload=preload, **stages).total_bytes, abs=9)


# lazy imports add 20 MiB, 14 of them anonymous, and needed 50 for a moment; calls 60, 55 of them anonymous, and 150
LATER_STAGES = (
    _with_tree("first_use", 170, 50, 170 + 80, anon_bytes=114 * MIB),
    _with_tree("calls", 210, 50, 210 + 50 + 90, anon_bytes=155 * MIB),
)


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("preload", [False, True])
@pytest.mark.parametrize("name", ["gunicorn", "none"])
def test_every_stage_of_a_verdict_is_that_of_the_row(name: str, count: int, preload: bool) -> None:
    serving = served("gunicorn", workers=count, preload=preload) if name == "gunicorn" else None
    (row,) = measured(name, serving=serving, stages=(*WITH_CHILDREN, *LATER_STAGES))
    for limit in (100, 400, 700, 1000, 2000):
        limits = {"web": Limit(limit * MIB, None, "--limit")}
        (workers,) = list_workers([row], {"web": WorkerWish(count, preload=preload)}, limits)
        assert [each.stage for each in workers.stages] == ["ready", "first_use", "calls"]
        fits = judge_fit([row], limits, (), ())
        if serving is not None:  # else a verdict is of one process
            for fit, each in zip(fits, workers.stages, strict=True):
                assert (fit.stage, fit.fits) == (each.stage, each.fits)
                assert fit.resting_bytes == pytest.approx(each.total_bytes, abs=9)
                assert fit.peak_bytes == pytest.approx(each.peak_bytes, abs=9)
        assert workers.fits is all(each.fits for each in workers.stages)


@pytest.mark.parametrize("preload", [False, True])
def test_what_calls_hold_each_worker_holds_and_their_peak_each_may_need_at_once(preload: bool) -> None:
    serving = served("gunicorn", workers=4, preload=preload)
    (row,) = measured(serving=serving, stages=(*WITH_CHILDREN, *LATER_STAGES))
    found = estimate_workers(row, serving, workers=4, preload=preload)
    assert found is not None
    start, later, calls = found.stages
    assert later.total_bytes - start.total_bytes == pytest.approx((4 * 14 + 6) * MIB, abs=9)
    assert calls.total_bytes - start.total_bytes == pytest.approx(
        (4 * 55 + 5) * MIB, abs=9
    )  # file pages are there once
    assert calls.worker_bytes - start.worker_bytes == 55 * MIB
    assert start.peak_bytes and later.peak_bytes and calls.peak_bytes
    assert start.peak_bytes - start.total_bytes == (1 if preload else 4) * (400 - 200) * MIB
    assert later.peak_bytes - later.total_bytes == 4 * 30 * MIB
    assert calls.peak_bytes - calls.total_bytes == 4 * 90 * MIB
    assert bool(calls.states) is preload
    if preload:
        assert calls.states[1].total_bytes == calls.total_bytes
        assert calls.states[0].total_bytes - start.states[0].total_bytes == pytest.approx((4 * 55 + 5) * MIB, abs=9)


LATER_LINES = (
    "DOES NOT FIT with 4 workers of gunicorn in 1,200.0 MiB, but does with preload: about 678 MiB, 1,478 with each at "
    "its peak; with preload about 320 MiB when they are ready (304 to 336) and 485 MiB once each has collected its "
    "garbage (460 to 509), which decides, 685 at the peak of the start; estimated from one process and the server "
    "with nothing to serve; what forked workers share is assumed",
    "DOES NOT FIT after its calls with 4 workers of gunicorn in 1,200.0 MiB, but does with preload: about 903 MiB, "
    "1,263 with each at its peak; with preload about 545 MiB before any has collected its garbage (517 to 572) and 710 "
    "MiB once each has collected its garbage (674 to 745), which decides, 1,070 with each at its peak; estimated "
    "likewise",
)


def test_the_words_of_later_stages() -> None:
    (row,) = measured(stages=(*WITH_CHILDREN, LATER_STAGES[1]))
    limits = {"web": Limit(1200 * MIB, None, "--limit")}
    told = audit(entries=(row,), workers=list_workers([row], {"web": WorkerWish(4)}, limits))
    assert workers_lines(told, row) == LATER_LINES


def test_each_worker_that_is_started_afresh_has_the_peak_of_the_import() -> None:
    (row,) = measured("gunicorn", serving=served("gunicorn", workers=4), stages=WITH_CHILDREN)
    (workers,) = (part for part in serving_parts(row, row.stages[-1].reading) if part.kind == "workers")
    assert workers.peak_bytes is not None
    assert workers.peak_bytes - workers.bytes == 3 * (400 - 150 - 50) * MIB


def test_what_both_have_is_counted_once() -> None:
    bare = StageReading("interpreter", 9 * MIB, 3 * MIB, None, 0, 30)
    cost = ImportCost(0, "ssl", None, "import", True, 6 * MIB, 6 * MIB, 4 * MIB, 4 * MIB, 0, 0)
    costs = (cost, replace(cost, module="own", order=1))
    run = ProbeRun((bare, StageReading("import", 60 * MIB, 40 * MIB, None, 0, 9)), costs, frozenset(), (), (), 0, 0)
    memory = ServerMemory(16 * MIB, 8 * MIB, 12 * MIB, ("sys", "ssl", "gunicorn.arbiter"))
    found = build_serving(entry_point("gunicorn"), ServerMemories(memory, memory, memory), run)
    assert found is not None
    assert found.one == ServingPart(16 * MIB, 8 * MIB, (3 + 4) * MIB, (12 - 6 - 2) * MIB, measured=True)


def entry_point(server: str | None, **changes: Any) -> EntryPoint:
    point = EntryPoint("web", "main:app", "main", "app", None, ".", False, StartLine("Procfile", 1), None, server)
    return replace(point, server=server, **changes)


# whether its workers are forks of a process that has it
PRELOADS: dict[str, tuple[EntryPoint, bool | None]] = {
    "of gunicorn, as stated": (entry_point("gunicorn", preload=True), True),
    "of gunicorn, not stated": (entry_point("gunicorn"), None),
    "of uvicorn": (entry_point("uvicorn"), None),
    "of celery": (entry_point("celery"), True),
    "of celery in processes": (entry_point("celery", pool="prefork"), True),
    "of celery in one process": (entry_point("celery", pool="solo"), None),
    "of celery in threads": (entry_point("celery", pool="threads"), None),
    "of huey, in threads by default": (entry_point("huey_consumer"), None),
    "of huey in processes": (entry_point("huey_consumer", pool="process"), True),
    "of uWSGI": (entry_point("uwsgi"), True),
    "of uWSGI that imports in each": (entry_point("uwsgi", preload=False), False),
    "of no known server": (entry_point("aiohttp"), None),
}


@pytest.mark.parametrize("name", PRELOADS)
def test_whose_workers_are_forks_of_what_was_imported(name: str) -> None:
    point, expected = PRELOADS[name]
    assert is_preloaded(point) is expected
    found = build_serving(point, ServerMemories(), None)
    assert found is None or found.preload is expected


# the server, what its start says, --preload or --no-preload, whether a fork is measured
ASKED = {
    "its start says so": ("gunicorn", True, None, True),
    "the option asks": ("gunicorn", None, True, True),
    "the option forbids what its verdict counts": ("gunicorn", True, False, True),
    "it always forks": ("celery", None, None, True),
    "noop: nobody asks": ("gunicorn", None, None, False),
    "noop: a server that cannot": ("uvicorn", None, True, False),
}


@pytest.mark.parametrize(("server", "stated", "asked", "expected"), ASKED.values(), ids=ASKED)
def test_who_pays_for_a_fork(server: str, stated: bool | None, asked: bool | None, expected: bool) -> None:
    assert is_forked(TargetOptions(preload=asked), entry_point(server, preload=stated)) is expected


COUNTS: dict[str, tuple[EntryPoint, tuple[Any, ...] | None]] = {
    "stated": (entry_point("gunicorn", workers=3, workers_from="option"), (3, "option", None)),
    "by default": (entry_point("gunicorn"), (1, "default", None)),
    "of taskiq": (entry_point("taskiq"), (2, "default", None)),
    "cores": (entry_point("celery"), (None, "cores", True)),
    "not known": (entry_point("gunicorn", workers_from="settings"), (None, "settings", None)),
    "another server": (entry_point("aiohttp"), None),
    "no server": (entry_point(None), None),
}


@pytest.mark.parametrize("name", COUNTS)
def test_how_an_entry_is_served(name: str) -> None:
    point, expected = COUNTS[name]
    found = build_serving(point, ServerMemories(), None)
    assert (found and (found.workers, found.workers_from, found.preload)) == expected
    assert found is None or not found.one.measured


READY_WORDS = "with preload about 210 MiB when they are ready (199 to 220)"
COLLECTED_WORDS = "375 MiB once each has collected its garbage (356 to 393)"
JUDGED = f"about 478 MiB; {READY_WORDS} and {COLLECTED_WORDS}, which decides"
LIMITS = {
    1000: f"fits with 4 workers of gunicorn in 1,000.0 MiB: {JUDGED}",
    400: f"DOES NOT FIT with 4 workers of gunicorn in 400.0 MiB, but does with preload: {JUDGED}",
    200: f"DOES NOT FIT with 4 workers of gunicorn in 200.0 MiB: {JUDGED}",
    None: f"with 4 workers of gunicorn: about 478 MiB; {READY_WORDS} and {COLLECTED_WORDS}",
}


@pytest.mark.parametrize("limit", LIMITS)
def test_words_and_verdict(limit: int | None) -> None:
    (row,) = measured()
    limits = {"web": Limit(limit * MIB, None, "--limit")} if limit else {}
    told = audit(entries=(row,), workers=list_workers([row], {"web": WorkerWish(4)}, limits))
    assert workers_lines(told, row) == (
        f"{LIMITS[limit]}; estimated from one process and the server with nothing to serve; "
        "what forked workers share is assumed",
    )


def test_both_states_of_forked_workers_are_told() -> None:
    serving = replace(served("gunicorn", workers=2, preload=True), fork=ForkMemory(MIB, 20 * MIB))
    (row,) = measured(serving=serving)
    told = audit(entries=(row,), workers=list_workers([row], {"web": WorkerWish(2, preload=True)}, {}))
    (line,) = workers_lines(told, row)
    assert "about 182 MiB when they are ready (173 to 191) and 222 MiB once each has collected its garbage (" in line
    assert line.endswith("; what a forked worker writes to was seen in a fork of that process")


def test_a_verdict_says_which_state_of_forked_workers_it_counts() -> None:
    (row,) = measured(serving=served("gunicorn", workers=2, preload=True))
    told = audit(entries=(row,), fits=judge_fit([row], {"web": Limit(900 * MIB, None, "--limit")}, (), ()))
    (line,) = fit_lines(told, row)
    assert "workers 97.4 estimated once each has collected its garbage" in line


def test_one_worker_of_an_unknown_server() -> None:
    (row,) = measured("none")
    told = audit(entries=(row,), workers=list_workers([row], {"web": WorkerWish(1)}, {}))
    assert workers_lines(told, row) == ("with 1 worker: about 150 MiB; estimated from one process",)


def test_a_start_that_failed_is_estimated_as_far_as_it_came() -> None:
    row = replace(measured("none")[0], failure=failure(stage="ready"))
    told = audit(entries=(row,), workers=list_workers([row], {"web": WorkerWish(1)}, {}))
    assert workers_lines(told, row)[0].endswith("; estimated from one process, as far as it came")


def test_only_the_machine_says_how_many() -> None:
    (row,) = measured("celery")
    told = audit(entries=(row,), workers=list_workers([row], {"web": WorkerWish(1, counts=(1, 2, 4))}, {}))
    (line,) = workers_lines(told, row)
    assert line.startswith("how many workers celery starts, only the machine says: with 1 worker of celery: about ")
    assert "with 4 workers of celery" in line


def test_a_verdict_of_one_of_many_workers_says_so() -> None:
    (row,) = measured("celery")
    told = audit(entries=(row,), fits=judge_fit([row], {"web": Limit(400 * MIB, None, "--limit")}, (), ()))
    lines = fit_lines(told, row)
    (line,) = lines
    assert line.endswith("; with one worker: how many there are, only the machine says; no request was sent")
    known = replace(row, serving=served("celery", preload=True, workers=2))
    assert not any("only the machine says" in line for line in fit_lines(told, known))


def test_data_of_the_project_is_shared_at_the_lower_end() -> None:
    data = (MemoryPart("own code", "first-party", 60 * MIB),)
    plain = estimate("gunicorn", 6, preload=True)
    found = estimate("gunicorn", 6, preload=True, memory=data)
    assert found.total_bytes == plain.total_bytes
    assert found.fresh_bytes is not None and plain.fresh_bytes is not None
    assert plain.fresh_bytes - found.fresh_bytes == pytest.approx(6 * 60 * MIB * 0.01, abs=10)


# the limit against the ends of what six forked workers take, whether the verdict hangs on how much of it they write to
RANGES = {
    "below the least": ("ready", -1, False),
    "the least": ("ready", 0, True),
    "between": ("ready", MIB, True),
    "just below the most": ("collected", -1, True),
    "the most": ("collected", 0, False),
}


@pytest.mark.parametrize(("state", "beyond", "told"), RANGES.values(), ids=RANGES)
def test_a_limit_within_the_range_of_forked_workers_is_told(state: str, beyond: int, told: bool) -> None:
    row = estimate("gunicorn", 6, preload=True)
    end = row.states[0].least_bytes if state == "ready" else row.states[1].most_bytes
    judged = replace(row, entry="web", limit_bytes=end + beyond)
    notes = list(doubt_ranges([judged, replace(judged, stages=()), replace(judged, limit_bytes=None)]))
    assert [note.code for note in notes] == ["workers-range"] * told
    assert all("web: 6 workers" in note.message and "only --live can tell" in note.message for note in notes)
