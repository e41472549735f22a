"""What fits its limit, and the line behind what does not."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from footprint.analysis.cost.fit import agree_with, describe_rehearsals, judge_fit
from footprint.model.audit import StageRow
from footprint.model.memory_rows import Brought, FirstUseRow, Fit, Limit, LoadStep, MemoryPart, Rehearsal
from footprint.model.runtime import EntryRuntime, Failure, GrowthLine, StageName, Statement, TreeReading
from footprint.model.service_memory import LiveGrowth, LiveReading, Serving, ServingPart
from footprint.report.audit.memory_sentences import first_use_lines, fit_lines
from tests.support.builders import audit, call, entry, failure, first_use, import_line, stage

MIB = 1 << 20
LIMIT = Limit(512 * MIB, None, "--limit")
LINES = (import_line("app.py", 3, "pandas", 60 * MIB), import_line("app.py", 4, "json", 1))
FIRST = (first_use("ml.py", 9, rss_bytes=None, message="no"), first_use("ml.py", 12, rss_bytes=300 * MIB))
STAGES = {
    "import": stage("import", 200 * MIB, anon_bytes=100 * MIB),
    "ready": stage("ready", 300 * MIB, anon_bytes=200 * MIB),
    "large": stage("first_use", 900 * MIB, anon_bytes=700 * MIB),
    "called": stage("calls", 400 * MIB, anon_bytes=300 * MIB, peak_rss_bytes=700 * MIB),
    "tight": stage("first_use", 600 * MIB, anon_bytes=400 * MIB),
}

# stages, limit in MiB, (stage, fits, anon fits, headroom in MiB, line)
CASES = {
    "fits at startup, not after first use": (
        ("import", "ready", "large"),
        512,
        [("ready", True, True, 212, "app.py:3"), ("first_use", False, False, -388, "ml.py:12")],
    ),
    "only anonymous memory fits": (("ready", "tight"), 512, [
        ("ready", True, True, 212, "app.py:3"), ("first_use", False, True, -88, "ml.py:12"),
    ]),
    "only the peak of a call does not fit": (("ready", "called"), 512, [
        ("ready", True, True, 212, "app.py:3"), ("calls", False, False, -188, "app.py:9"),
    ]),
    "exactly as much is enough": (("ready",), 300, [("ready", True, True, 0, "app.py:3")]),
    "one too small": (("ready",), 299, [("ready", False, True, -1, "app.py:3")]),
    "not brought to ready: the import is judged": (("import",), 100, [("import", False, True, -100, "app.py:3")]),
    "noop: nothing measured": ((), 100, []),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_each_stage_is_judged(name: str) -> None:
    stages, mib, expected = CASES[name]
    rows = [entry("web", stages=(stage("interpreter", 9 * MIB), *(STAGES[each] for each in stages)))]
    found = judge_fit(rows, {"web": Limit(mib * MIB, None, "--limit")}, LINES, FIRST, (call(),))
    assert [
        (fit.stage, fit.fits, fit.anon_fits, fit.headroom_bytes // MIB, f"{fit.path}:{fit.line}") for fit in found
    ] == expected


def test_noop_without_a_limit() -> None:
    rows = [entry("web", stages=(STAGES["ready"],))]
    assert judge_fit(rows, {}, LINES, FIRST) == ()
    assert judge_fit(rows, {"web": Limit(None, 5, "disk only")}, LINES, FIRST) == ()


def live(total: int, rss: int, anon: int) -> LiveReading:
    return LiveReading("run", "Procfile:1", "rest", 1, 2, 3, 3, rss * MIB, anon * MIB, total * MIB, total * MIB)


ASKED = LiveGrowth("GET /embed", 300 * MIB, 1, 0)
LIVES = {
    "one process": (live(350, 350, 240), ("import", "ready"), [("ready", 350, 240, "tree 350")]),
    "several: anonymous pages that they share cannot be told": (
        live(800, 900, 700), ("ready",), [("ready", 800, None, "tree 800")],
    ),
    "first use is the growth of one": (
        live(350, 350, 240), ("ready", "large"),
        [("ready", 350, 240, "tree 350"), ("first_use", 950, 740, "tree 350, growth 600")],
    ),
    "each of several workers takes it, pages of files once": (
        replace(live(800, 900, 700), worker_count=4), ("ready", "tight"),
        [("ready", 800, None, "tree 800"), ("first_use", 1700, None, "tree 800, growth 900 estimated")],
    ),
    "the import was not measured": (live(350, 350, 240), (), [("ready", 350, 240, "tree 350")]),
    "what was sent is what was measured": (
        replace(live(350, 350, 340), ready_total_bytes=50 * MIB, requests=(ASKED,)), ("ready",),
        [("ready", 50, 40, "tree 50"), ("first_use", 350, 340, "tree 50, requests 300")],
    ),
    "and what the workers would add that were not reached": (
        replace(live(600, 700, 600), ready_total_bytes=300 * MIB, worker_count=4,
                requests=(replace(ASKED, missing_bytes=900 * MIB),)), ("ready",),
        [("ready", 300, None, "tree 300"), ("first_use", 1500, None, "tree 300, requests 300, workers 900 estimated")],
    ),
    "lazy imports that are more than what was sent": (
        replace(live(350, 350, 240), ready_total_bytes=340 * MIB, requests=(ASKED,)), ("ready", "large"),
        [("ready", 340, 230, "tree 340"), ("first_use", 940, 730, "tree 340, growth 600")],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIVES)
def test_the_real_command_is_judged_where_it_was_measured(name: str) -> None:
    reading, stages, expected = LIVES[name]
    row = entry("web", stages=tuple(STAGES[each] for each in stages), live=reading)
    found = judge_fit([row], {"web": LIMIT}, LINES, FIRST)
    assert all(fit.live for fit in found)
    assert [
        (fit.stage, fit.rss_bytes // MIB, None if fit.anon_bytes is None else fit.anon_bytes // MIB, _parts(fit))
        for fit in found
    ] == expected
    told = fit_lines(audit(entries=(row,), limit=LIMIT, fits=found), row)
    assert "live at startup: " in told[0]
    assert ("live after the requests: " in told[-1]) is any("requests" in each[3] for each in expected)


def _parts(fit: Fit) -> str:
    words = (f"{part.kind} {part.bytes // MIB}{'' if part.measured else ' estimated'}" for part in fit.parts)
    return ", ".join(words)


DATA = GrowthLine("data", "main.py", 9, 290 * MIB, 400 * MIB)
NUMPY = GrowthLine("import", "main.py", 6, 10 * MIB, 10 * MIB)
ELSEWHERE = GrowthLine("import", None, None, 900 * MIB, 900 * MIB)
GROWN = replace(live(600, 600, 590), ready_total_bytes=40 * MIB)


def grown(*lines: GrowthLine, **changes: int) -> LiveReading:
    return replace(GROWN, requests=(replace(ASKED, lines=lines),), **changes)  # type: ignore[arg-type]


LINES_SEEN = {
    "data of a request, not the import that came first": (
        grown(ELSEWHERE, NUMPY, DATA),
        "live after the requests: 600.0 of 512.0 MiB (--limit), 88.0 MiB too much; at rest (tree 40.0, requests 560.0)"
        ", its peak is not known; 290.0 of it is data, made at or just before main.py:9",
    ),
    "the import": (grown(NUMPY), "10.0 of it is imported at main.py:6"),
    "no line was seen: none is named, least of all one of the start": (grown(ELSEWHERE), "its peak is not known"),
    "what was given back, where the peak decides": (
        grown(NUMPY, DATA, ready_peak_bytes=40 * MIB, peak_bytes=990 * MIB),
        "600.0 at rest (tree 40.0, requests 560.0); 400.0 of it is data, made at or just before main.py:9",
    ),
    "of the start": (
        replace(live(600, 600, 500), lines=(DATA,)),
        "290.0 of it is data, made at or just before main.py:9",
    ),
}


@pytest.mark.parametrize("name", LINES_SEEN)
def test_the_line_that_was_seen_growing_is_named(name: str) -> None:
    reading, words = LINES_SEEN[name]
    row = entry("web", stages=(STAGES["ready"],), live=reading)
    fits = judge_fit([row], {"web": LIMIT}, LINES, FIRST)
    assert fit_lines(audit(entries=(row,), limit=LIMIT, fits=fits), row)[-1].endswith(words)


def test_what_still_grew_fits_so_far_only() -> None:
    row = entry("web", stages=(STAGES["ready"],), live=replace(live(350, 350, 240), growing_bytes=5 * MIB))
    (told,) = fit_lines(audit(entries=(row,), limit=LIMIT, fits=judge_fit([row], {"web": LIMIT}, LINES, FIRST)), row)
    assert told.startswith("fits live at startup as far as it came: 350.0 of 512.0 MiB")
    assert "at rest" not in told


def test_words_of_what_fits_and_what_does_not() -> None:
    row = entry("web", stages=(STAGES["ready"], STAGES["large"], STAGES["tight"]))
    told = audit(entries=(row,), limit=LIMIT, fits=judge_fit([row], {"web": LIMIT}, LINES, FIRST))
    assert fit_lines(told, row) == (
        "fits at startup: 300.0 of 512.0 MiB (--limit), headroom 212.0 MiB; at rest and at its peak",
        "DOES NOT FIT after its lazy imports: 900.0 of 512.0 MiB (--limit), 388.0 MiB too much; "
        "at rest and at its peak; most of it begins at ml.py:12",
        "DOES NOT FIT after its lazy imports: 600.0 of 512.0 MiB (--limit), 88.0 MiB too much; "
        "at rest and at its peak; its anonymous 400.0 alone would fit: it may run, rereading files all the "
        "time; most of it begins at ml.py:12",
    )


def tree(total: int, peak: int | None, *children: int) -> TreeReading:
    known = None if peak is None else peak * MIB
    return TreeReading(1 + len(children), 999 * MIB, total * MIB, known, "pss", tuple(each * MIB for each in children))


def high(name: StageName, rss: int, peak: int | None, below: TreeReading | None = None) -> StageRow:
    """Return a stage with a third of its memory in file pages."""
    known = None if peak is None else peak * MIB
    return stage(name, rss * MIB, anon_bytes=rss * MIB * 2 // 3, peak_rss_bytes=known, tree=below)


# the stages after the interpreter, the limit in MiB; (fits, decides, resting, peak, anon fits, a line is named), words
PEAKS = {
    "a list that is freed at import": (
        (high("import", 30, 730),),
        (False, "peak", 30, 730, False, False),
        "DOES NOT FIT at startup: peak 730.0 of 512.0 MiB (--limit), 218.0 MiB too much; 30.0 at rest",
    ),
    "the peak of the import decides over the one of the lifespan": (
        (high("import", 300, 600), high("ready", 330, 340)),
        (False, "peak", 330, 600, True, False),
        "DOES NOT FIT at startup: peak 600.0 of 512.0 MiB (--limit), 88.0 MiB too much; 330.0 at rest; its anonymous "
        "490.0 alone would fit: it may run, rereading files all the time",
    ),
    "the lifespan's over the one of the import": (
        (high("import", 30, 40), high("ready", 60, 600)),
        (False, "peak", 60, 600, False, False),
        "DOES NOT FIT at startup: peak 600.0 of 512.0 MiB",
    ),
    "a peak that fits": (
        (high("import", 30, 511), high("ready", 60, 70)),
        (True, "peak", 60, 511, True, False),
        "fits at startup: peak 511.0 of 512.0 MiB (--limit), headroom 1.0 MiB; 60.0 at rest",
    ),
    "a small peak over imports that are too much: these are the cause": (
        (high("import", 560, 580),),
        (False, "peak", 560, 580, True, True),
        "DOES NOT FIT at startup: peak 580.0 of 512.0 MiB (--limit), 68.0 MiB too much; 560.0 at rest; its anonymous "
        "393.3 alone would fit: it may run, rereading files all the time; most of it begins at app.py:3",
    ),
    "a peak that nobody knows": (
        (high("import", 30, None),),
        (True, "resting", 30, None, True, True),
        "fits at startup: 30.0 of 512.0 MiB (--limit), headroom 482.0 MiB; at rest, its peak is not known",
    ),
    "children at rest": (
        (high("import", 30, 40, tree(630, 640, 200, 200, 200)),),
        (False, "peak", 630, 640, False, False),
        "DOES NOT FIT at startup: peak 640.0 of 512.0 MiB (--limit), 128.0 MiB too much; 630.0 at rest "
        "(process 30.0, children 600.0)",
    ),
    "children that were over before the end": (
        (high("import", 30, 40, tree(30, 640)),),
        (False, "peak", 30, 640, False, False),
        "DOES NOT FIT at startup: peak 640.0 of 512.0 MiB (--limit), 128.0 MiB too much; 30.0 at rest",
    ),
    "children that the lifespan ends": (
        (high("import", 30, 40, tree(330, 340, 300)), high("ready", 40, 50, tree(40, 345))),
        (True, "peak", 40, 345, True, False),
        "fits at startup: peak 345.0 of 512.0 MiB (--limit), headroom 167.0 MiB; 40.0 at rest",
    ),
    "children whose peak nobody knows": (
        (high("import", 30, 40, tree(330, None, 300)),),
        (True, "resting", 330, None, True, False),
        "fits at startup: 330.0 of 512.0 MiB (--limit), headroom 182.0 MiB; at rest (process 30.0, children 300.0), "
        "its peak is not known",
    ),
}


@pytest.mark.parametrize("name", PEAKS)
def test_the_peak_is_judged_and_the_children(name: str) -> None:
    stages, expected, words = PEAKS[name]
    row = entry("web", stages=(stage("interpreter", 9 * MIB), *stages))
    found = judge_fit([row], {"web": LIMIT}, LINES, ())
    (fit,) = found
    assert fit.resting_bytes is not None
    peak = None if fit.peak_bytes is None else fit.peak_bytes // MIB
    known = (fit.fits, fit.decides, fit.resting_bytes // MIB, peak, fit.anon_fits, fit.path is not None)
    assert known == expected
    assert fit_lines(audit(entries=(row,), limit=LIMIT, fits=found), row)[0].startswith(words)
    assert (fit.headroom_bytes >= 0) is fit.fits
    assert sum(part.bytes for part in fit.parts) == fit.resting_bytes


def test_first_use_has_a_peak_of_its_own() -> None:
    row = entry("web", stages=(high("import", 30, 730), high("first_use", 50, 90)))
    start, later = judge_fit([row], {"web": LIMIT}, LINES, ())
    assert (start.fits, later.fits, later.peak_bytes) == (False, True, 90 * MIB)


def test_a_live_tree_is_judged_by_its_own_peak() -> None:
    row = entry("web", stages=(high("import", 30, 730),), live=replace(live(350, 350, 240), peak_bytes=600 * MIB))
    (fit,) = judge_fit([row], {"web": LIMIT}, LINES, ())
    assert (fit.fits, fit.decides, fit.peak_bytes) == (False, "peak", 600 * MIB)


def test_a_verdict_of_an_older_version_has_no_words_for_what_it_does_not_know() -> None:
    row = entry("web", stages=(STAGES["ready"],))
    (fit,) = judge_fit([row], {"web": LIMIT}, LINES, ())
    older = replace(fit, resting_bytes=None, peak_bytes=None, parts=())
    (told,) = fit_lines(audit(entries=(row,), limit=LIMIT, fits=(older,)), row)
    assert told == "fits at startup: 300.0 of 512.0 MiB (--limit), headroom 212.0 MiB"


def runtime(failure: Failure | None) -> EntryRuntime:
    return EntryRuntime("web", None, (), 0, failure, (), "find_and_load", ())


STOPPED = Failure("limit", "passed", "first_use", ("heavy", "heavy.core"), rss_bytes=513 * MIB)


def test_a_rehearsal_names_the_lazy_import_that_began_it() -> None:
    (found,) = describe_rehearsals([runtime(STOPPED)], {"web": LIMIT}, (), {}, [first_use("ml.py", 12)])
    assert (found.outcome, found.path, found.line, found.rss_bytes) == ("stopped", "ml.py", 12, 513 * MIB)
    assert [step.module for step in found.chain] == ["heavy", "heavy.core"]


def test_a_rehearsal_names_the_call_that_passed_the_limit() -> None:
    stopped = replace(STOPPED, stage="calls", call="GET /x", path="app.py", line=9)
    runs = [replace(runtime(failure), through="calls") for failure in (stopped, replace(stopped, under_way=()), None)]
    limits = {"web": LIMIT}
    importing, plain, passed = describe_rehearsals(runs, limits, (), {}, [first_use("ml.py", 12)])
    assert {(found.outcome, found.stage, found.call, found.path, found.line) for found in (importing, plain)} == {
        ("stopped", "calls", "GET /x", "app.py", 9)
    }
    told = fit_lines(audit(entries=(row := entry("web"),), rehearsals=(importing, plain, passed)), row)
    at = "stopped by the rehearsal during its calls, at 513.0 MiB: GET /x, at or just before app.py:9"
    below = "rehearsed in 512.0 MiB: it stays below with its children, its calls included"
    assert told == (f"{at}, importing heavy > heavy.core", at, below)
    hung = audit(entries=(row,), rehearsals=(passed,), calls=(call(outcome="hung", rss_bytes=None),))
    assert fit_lines(hung, row) == (f"{below}; what GET /x takes cannot be told: it came to no end",)


def test_other_ends_of_a_rehearsal() -> None:
    crash = Failure("signal", "killed by SIGSEGV", "import", ())
    passed, failed = describe_rehearsals([runtime(None), runtime(crash)], {"web": LIMIT}, (), {}, ())
    assert (passed.outcome, passed.rss_bytes, passed.path) == ("passed", None, None)
    assert (failed.outcome, failed.message) == ("failed", "killed by SIGSEGV")
    assert describe_rehearsals([runtime(None)], {}, (), {}, ()) == ()


CRASHED = dict(outcome="crashed", message="killed by SIGSEGV", rss_bytes=None)
FAILED = dict(outcome="failed", message="ImportError: no", rss_bytes=323 * MIB)
# Role, stages, lazy imports, and how the last line ends.
UNKNOWN: dict[str, tuple[Any, tuple[str, ...], tuple[dict[str, Any], ...], str]] = {
    "a web process": ("web", ("ready", "small"), ({},), "at its peak; no request was sent"),
    "a worker": ("worker", ("ready", "small"), ({},), "at its peak; no task was run"),
    "a job": ("job", ("ready", "small"), ({},), "and at its peak"),
    "one crashed": (
        "web", ("ready", "small"), ({}, CRASHED),
        "; what ml.py:12 takes cannot be told: it crashed or hung; no request was sent",
    ),
    "what is too much is so without requests": ("web", ("ready", "large"), ({},), "most of it begins at ml.py:12"),
    "all of them crashed": (
        "web", ("ready",), (CRASHED,),
        "after its lazy imports: not known, what ml.py:12 takes cannot be told: it crashed or hung",
    ),
    "each alone went well, and all together did not": (
        "web", ("ready",), ({}, {}), "after its lazy imports: not known, all together they did not come to an end",
    ),
    "noop: nothing was tried": ("web", ("ready",), (), "and at its peak; no request was sent"),
    "noop: all were in memory": (
        "web", ("ready",), ({"outcome": "loaded", "rss_bytes": 0},), "and at its peak; no request was sent",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", UNKNOWN)
def test_words_of_what_lazy_imports_do_not_tell(name: str) -> None:
    role, stages, tried, expected = UNKNOWN[name]
    small = {**STAGES, "small": stage("first_use", 310 * MIB, anon_bytes=200 * MIB, peak_rss_bytes=310 * MIB)}
    row = entry("web", role=role, stages=tuple(small[each] for each in stages))
    uses = tuple(first_use("ml.py", 12, **changes) for changes in tried)
    told = audit(entries=(row,), first_uses=uses, fits=judge_fit([row], {"web": LIMIT}, LINES, uses))
    start, *rest = fit_lines(told, row)
    assert ("request" in start) is (stages == ("ready",))  # no later verdict says it
    assert (rest or [start])[-1].endswith(expected)


# Workers, preload, and MiB ready and after the lazy imports. The pages of files are there once.
WORKERS = {
    "one": (1, False, (100, 180)),
    "four": (4, False, (100 + 3 * 80, 180 + 3 * 160)),
    "preload shares what was there before the fork, and no lazy import": (4, True, (243, 243 + 4 * 80)),
}


@pytest.mark.parametrize("name", WORKERS)
def test_each_worker_takes_its_own_lazy_imports(name: str) -> None:
    count, preload, expected = WORKERS[name]
    part = ServingPart(0, 0, 0, 0, measured=True)
    stages = (
        stage("import", 100 * MIB, anon_bytes=80 * MIB, peak_rss_bytes=100 * MIB),
        stage("ready", 100 * MIB, anon_bytes=80 * MIB, peak_rss_bytes=100 * MIB),
        stage("first_use", 180 * MIB, anon_bytes=160 * MIB, peak_rss_bytes=180 * MIB),
    )
    row = entry("web", stages=stages, serving=Serving("uvicorn", count, "option", preload, part, part, part))
    ready, after = judge_fit([row], {"web": LIMIT}, LINES, ())
    found = ready.resting_bytes, after.resting_bytes
    assert tuple(None if each is None else round(each / MIB) for each in found) == pytest.approx(expected, abs=1)
    assert after.fits is (expected[1] <= 512)


def test_words_name_the_chain_of_the_first_use_that_is_too_much() -> None:
    row = entry("web", stages=(STAGES["ready"], STAGES["large"]))
    uses = (first_use("ml.py", 12, rss_bytes=300 * MIB, chain=("sentence-transformers", "torch")),)
    told = audit(entries=(row,), limit=LIMIT, first_uses=uses, fits=judge_fit([row], {"web": LIMIT}, LINES, uses))
    start, after = fit_lines(told, row)
    assert "torch" not in start
    assert after.endswith("; most of it begins at ml.py:12: sentence-transformers > torch")


# steps (module, line of ours that asked for it), and what is named
CHAINS = {
    "short": ((("main", None), ("ml", 1), ("torch", 12), ("torch.nn", None)), "torch > torch.nn, begun at ml.py:12"),
    "what the line imports, and where it was": (
        (("ml", 1), ("torch", 12), ("a", None), ("b", None), ("c", None), ("d", None), ("e", None)),
        "torch > ... > c > d > e, begun at ml.py:12",
    ),
    "no line of ours": ((("a", None), ("b", None)), "a > b"),
    "nothing under way": ((), "nothing"),
}


@pytest.mark.parametrize("name", CHAINS)
def test_words_of_a_rehearsal_that_was_stopped(name: str) -> None:
    steps, words = CHAINS[name]
    chain = tuple(LoadStep(module, "ml.py" if line else None, line) for module, line in steps)
    path, line = ("ml.py", 12) if "begun" in words else (None, None)
    stopped = Rehearsal("web", 512 * MIB, "stopped", None, "first_use", 513 * MIB, chain, path, line)
    row = entry("web")
    (told,) = fit_lines(audit(entries=(row,), rehearsals=(stopped,)), row)
    assert told == f"stopped by the rehearsal during its lazy imports, at 513.0 MiB: importing {words}"


# What trying a lazy import came to, and its line.
TRIED: dict[str, tuple[dict[str, Any], str | None]] = {
    "what raised keeps what it loaded": (
        FAILED,
        "BROKEN ml.py:12 in run(): import heavy: ImportError: no; 323.0 MiB that it had loaded stay",
    ),
    "caught, and it stays": (
        FAILED | dict(guarded=True, brings=()),
        "+323.0 MiB RSS, 900 ms: ml.py:12 in run(): import heavy; it fails and is caught, what it had loaded "
        "stays: ImportError: no",
    ),
    "nothing catches a crash": (
        CRASHED | dict(guarded=True),
        "BROKEN ml.py:12 in run(): import heavy: killed by SIGSEGV",
    ),
    "noop: caught, and nothing stays": (FAILED | dict(guarded=True, rss_bytes=MIB), None),
}


@pytest.mark.parametrize("name", TRIED)
def test_words_of_what_trying_came_to(name: str) -> None:
    changes, expected = TRIED[name]
    found = first_use_lines(audit(first_uses=(first_use("ml.py", 12, **changes),)))
    assert found == (() if expected is None else (expected,))


def test_the_line_of_the_largest_growth_is_named_though_broken_ones_stand_first() -> None:
    uses = (
        first_use("a.py", 1, rss_bytes=MIB, message="no"),
        first_use("b.py", 2, rss_bytes=323 * MIB, outcome="failed", message="no"),
        first_use("c.py", 3, rss_bytes=2 * MIB),
    )
    row = entry("web", stages=(STAGES["ready"], STAGES["large"]))
    assert [fit.path for fit in judge_fit([row], {"web": LIMIT}, LINES, uses)] == ["app.py", "b.py"]


def test_words_say_how_many_more_came() -> None:
    brings = tuple(Brought(f"name{number}", MIB) for number in range(7))
    (line,) = first_use_lines(audit(first_uses=(first_use("ml.py", 12, brings=brings),)))
    assert "name4 1.0 and 2 more)" in line and "name5" not in line
    (line,) = first_use_lines(audit(first_uses=(first_use("ml.py", 12, brings=brings[:5]),)))
    assert line.endswith("name4 1.0)")


FLASK = (first_use("a.py", 3, statement=Statement("flask", ("jsonify",)), further_count=2),
         first_use("b.py", 5, statement=Statement("flask", ("request",)), rss_bytes=39 * MIB, time_us=1_000),
         first_use("c.py", 7, statement=Statement("flask")))  # fmt: skip
ALIKE: Mapping[str, tuple[tuple[FirstUseRow, ...], list[str]]] = {
    "what loads the same stands once": (FLASK, ["a.py:3 in run() and 4 other places: from flask import jsonify"]),
    "what breaks the same stands once": (
        tuple(replace(each, message="no", outcome="failed") for each in FLASK),
        ["BROKEN a.py:3 in run() and 4 other places: from flask import jsonify: no"],
    ),
    "noop: what grows by more": (
        (FLASK[0], replace(FLASK[1], rss_bytes=44 * MIB)),
        ["a.py:3 in run() and 2 other places: ", "b.py:5 in run(): from flask"],
    ),
    "noop: what brings something else": (
        (FLASK[1], replace(FLASK[2], brings=FLASK[2].brings[:1])), ["b.py:5 in run(): ", "c.py:7 in run(): "]),
    "noop: what another distribution provides": (
        (FLASK[1], replace(FLASK[2], distributions=("quart",))), ["b.py:5 in run(): ", "c.py:7 in run(): "]),
    "noop: what breaks otherwise": (
        (replace(FLASK[1], message="no"), replace(FLASK[2], message="never")), ["b.py:5 in run(): ", "c.py:7 in "]),
    "noop: what brings nothing that is known": (
        (replace(FLASK[1], brings=()), replace(FLASK[2], brings=())), ["b.py:5 in run(): ", "c.py:7 in run(): "]),
    "noop: another entry": ((FLASK[1], replace(FLASK[2], entry="job")), ["b.py:5 in run(): ", "c.py:7 in run(): "]),
}  # fmt: skip


@pytest.mark.parametrize("name", ALIKE)
def test_what_says_the_same_stands_once(name: str) -> None:
    rows, expected = ALIKE[name]
    found = first_use_lines(audit(first_uses=rows))
    assert len(found) == len(expected)
    assert all(words in line for words, line in zip(expected, found, strict=True)), found


@pytest.mark.parametrize(
    ("stage_name", "words"),
    [("ready", "fits at startup as far as it came: "), ("first_use", "fits at startup: ")],
)
def test_a_start_that_failed_fits_as_far_as_it_came(stage_name: str, words: str) -> None:
    row = entry("web", stages=(STAGES["import"],), failure=failure(stage=stage_name))
    fits = judge_fit([row], {"web": LIMIT}, LINES, ())
    assert fit_lines(audit(entries=(row,), fits=fits), row)[0].startswith(words)


# where a rehearsal was stopped, in MiB; whether start and lazy imports fit then, and the peak of the start
STOPPED_START = Rehearsal("web", 512 * MIB, "stopped", None, "import", 513 * MIB, (), None, None)
PROOFS: dict[str, tuple[Rehearsal | None, bool, bool, int]] = {
    "none": (None, True, True, 505),
    "stopped at startup": (STOPPED_START, False, True, 513),
    "stopped in a lazy import": (replace(STOPPED_START, stage="first_use"), True, False, 505),
    "stopped in a call": (replace(STOPPED_START, stage="calls"), True, True, 505),
    "of another entry": (replace(STOPPED_START, entry="worker"), True, True, 505),
    "it stayed below": (replace(STOPPED_START, outcome="passed", rss_bytes=None), True, True, 505),
    "it failed before": (replace(STOPPED_START, outcome="failed", rss_bytes=None), True, True, 505),
}


@pytest.mark.parametrize("name", PROOFS)
def test_what_a_rehearsal_proved_is_no_fit(name: str) -> None:
    proof, starts, goes_on, peak = PROOFS[name]
    row = entry("web", stages=(high("import", 300, 505), high("first_use", 310, 508), high("calls", 305, 506)))
    found = agree_with([proof] if proof else [], judge_fit([row], {"web": LIMIT}, (), ()))
    start, later, calls = found
    assert (start.fits, later.fits, (start.peak_bytes or 0) // MIB) == (starts, goes_on, peak)
    assert calls.fits is (name != "stopped in a call")
    assert all((fit.headroom_bytes >= 0) is fit.fits for fit in found)
    told = fit_lines(audit(entries=(row,), limit=LIMIT, fits=found, rehearsals=(proof,) if proof else ()), row)
    stopped = [line for line in told if line.startswith("stopped")]
    assert not stopped or any("DOES NOT FIT" in line for line in told) or (proof and proof.entry != "web")


def test_a_live_verdict_is_of_another_start_than_the_rehearsal() -> None:
    row = entry("web", stages=(high("import", 300, 505),), live=live(350, 350, 240))
    (fit,) = agree_with([STOPPED_START], judge_fit([row], {"web": LIMIT}, (), ()))
    assert fit.fits


def test_no_import_is_blamed_for_data_of_the_project() -> None:
    memory = (MemoryPart("own code", "first-party", 540 * MIB), MemoryPart("pandas", "distribution", 60 * MIB))
    row = entry("web", stages=(stage("interpreter", 9 * MIB), high("import", 610, 610)), memory=memory)
    (fit,) = judge_fit([row], {"web": LIMIT}, LINES, ())
    assert (fit.fits, fit.path) == (False, None)
