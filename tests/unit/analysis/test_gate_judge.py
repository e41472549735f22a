"""Rules of the gate on facts built by hand: what fails, what passes, and above all what must not fail."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.cost.attribution import LoadTree, Owner
from footprint.analysis.cost.entry_rows import ObservedEntry
from footprint.analysis.cost.memory_parts import cost_distributions
from footprint.analysis.gate import GateFacts, judge
from footprint.analysis.gate.this_run import describe_run, environment_key, join_references, stored_key
from footprint.analysis.gate.verdicts import allowed_growth, is_noisy, middle, noise
from footprint.collect import layout
from footprint.config.options import Amount, EntrySettings, GateSettings, Tolerance
from footprint.knowledge.codes import SEVERITIES
from footprint.model.audit import DistributionRow, Finding, StageRow, Usage
from footprint.model.baseline import Baseline, EntryBaseline, EnvironmentBaseline
from footprint.model.entry_origins import StartLine
from footprint.model.gate_report import BaselineUse, GateReport, RunSeries, Verdict
from footprint.model.memory_rows import Limit, OwnLine
from footprint.model.runtime import ImportCost, PeakRise, ProbeRun, RunFigures, StageReading, TreeReading
from footprint.model.service_memory import WorkersRow, WorkersStage
from footprint.model.source_modules import SourceModule
from footprint.report.gate.sentences import is_acceptable, reason_head
from footprint.units import MIB
from tests.support import builders

KEY = "cpython-3.11-linux-x86_64-glibc"


def mib(count: float) -> int:
    return int(count * MIB)


def series(*anon_mib: float, file_mib: float = 50) -> RunSeries:
    return RunSeries(tuple(RunFigures(mib(each + file_mib), mib(each), 900_000) for each in anon_mib))


def peaks(*peak_mib: float | None, anon_mib: float = 100) -> RunSeries:
    plain = series(*[anon_mib] * len(peak_mib))
    figures = zip(plain.figures, peak_mib, strict=True)
    return RunSeries(tuple(replace(run, peak_bytes=None if peak is None else mib(peak)) for run, peak in figures))


def observed(*loads: tuple[str, str | None, str, float], complete: bool = True) -> ObservedEntry:
    """Return a start of (module, importer, owner, own MiB); an owner that ends in .py is a file of the project."""
    costs = tuple(
        ImportCost(order, module, importer, "import", True, mib(own), mib(own), mib(own), mib(own), 1000, 1000)
        for order, (module, importer, _, own) in enumerate(loads)
    )
    owners = {
        module: Owner("first-party", owner) if owner.endswith(".py") else Owner("distribution", owner)
        for module, _, owner, _ in loads
    }
    stages = (
        StageReading("interpreter", mib(10), mib(3), None, 0, 30),
        StageReading("import", mib(60), mib(40), None, 1, 90),
    )
    run = ProbeRun(stages, costs, frozenset(), (), ("site", "sitecustomize"), 0, mib(10))
    tree = LoadTree.of(run)
    return ObservedEntry("web", run, tree, owners, cost_distributions(run, owners), {}, complete)


# app.py:1 imports web, app.py:3 imports tables, which brings arrays
LOADS = (
    ("app", None, "app.py", 1.0),
    ("web", "app", "web", 10.0),
    ("tables", "app", "tables", 20.0),
    ("tables.core", "tables", "tables", 4.0),
    ("arrays", "tables.core", "arrays", 15.0),
)


def source() -> SourceModule:
    sites = (builders.site("web", line=1), builders.site("tables", line=3))
    return SourceModule("app.py", "app", False, "app", sites, True)


def reference(**changes: Any) -> EnvironmentBaseline:
    sizes = {"web": mib(10), "tables": mib(24), "arrays": mib(15)}
    entry = EntryBaseline(mib(100), mib(150), mib(0.02), startup=sizes)
    plain = EnvironmentBaseline("3.11.7", "0.1.0", MIB * 3, 3, {}, {"web": entry})
    return replace(plain, **changes)


def entry_reference(**changes: Any) -> EnvironmentBaseline:
    plain = reference()
    return replace(plain, entries={"web": replace(plain.entries["web"], **changes)})


def facts(**changes: Any) -> GateFacts:
    """Return one entry that takes exactly what its baseline says."""
    rows = [builders.distribution(name, Usage.STARTUP) for name in ("web", "tables", "arrays")]
    plain = GateFacts(
        audit=builders.audit(*rows, entries=(builders.entry(),)),
        settings=GateSettings(),
        key=KEY,
        baseline=BaselineUse("footprint-baseline.json", found=True),
        has_file=True,
        series={"web": series(100, 100, 100)},
        reference=reference(),
        observed={"web": observed(*LOADS)},
        sources={"app.py": source()},
    )
    return replace(plain, **changes)


def settings(**changes: Any) -> GateSettings:
    own = {
        name: changes.pop(name)
        for name in list(changes)
        if name in EntrySettings.__dataclass_fields__ and name != "rules"
    }
    return GateSettings(all_entries=EntrySettings(**own), **changes)


def by_code(report: GateReport, code: str) -> list[Verdict]:
    return [verdict for verdict in report.verdicts if verdict.code == code]


def outcomes(report: GateReport) -> dict[str, str]:
    return {verdict.code: verdict.outcome for verdict in report.verdicts}


def test_nothing_changed_passes_with_every_rule_said() -> None:
    report = judge(facts())
    assert report.exit_code == 0 and report.conclusion == "passed"
    assert {verdict.outcome for verdict in report.verdicts} == {"passed"}
    assert {"FP411", "FP412", "FP413", "FP414", "FP303", "FP101", "FP905"} <= outcomes(report).keys()


@pytest.mark.parametrize(
    ("before", "now", "outcome"),
    [(20.0, 30.0, "passed"), (20.0, 50.0, "violated"), (None, 1.0, "not judged"), (0.0, 1.0, "not judged"),
     (1.0, None, "not judged")],
)  # fmt: skip
def test_time_of_the_start(before: float | None, now: float | None, outcome: str) -> None:
    """A baseline has two decimals: of a start that adds next to nothing it says 0.0."""
    timed = replace(series(100, 100, 100), time_ratio=now)
    asked = facts(
        settings=settings(max_time_ratio=2.0), series={"web": timed}, reference=entry_reference(time_ratio=before)
    )
    assert [verdict.outcome for verdict in by_code(judge(asked), "FP415")] == [outcome]


GROWTH: Mapping[str, tuple[tuple[float, ...], Tolerance | None, str]] = {
    "within both": ((104, 104, 104), None, "passed"),
    "over the share, under the size": ((106, 106, 106), Tolerance(0.05, mib(10)), "passed"),
    "over the size, under the share": ((107, 107, 107), Tolerance(0.10, mib(5)), "passed"),
    "exactly what is allowed": ((105, 105, 105), None, "passed"),
    "over both": ((105.1, 105.1, 105.1), None, "violated"),
    "two per cent where one is allowed": ((102, 102, 102), Tolerance(0.01, mib(0.5)), "violated"),
    "two per cent where two are allowed": ((102, 102, 102), Tolerance(0.02, mib(0.5)), "passed"),
    "less": ((60, 60, 60), None, "passed"),
    "one hiccup of three": ((100, 100.2, 111), None, "not judged"),
    "one hiccup of seven": ((100, 100, 100.1, 100, 100.1, 100, 140), None, "passed"),
    "noise wider than half the tolerance": ((98, 100, 101), None, "not judged"),
    "noise, but even the lowest is over": ((130, 140, 150), None, "violated"),
    "noise, the median over and the lowest not": ((101, 108, 110), None, "not judged"),
}  # fmt: skip


@pytest.mark.parametrize("case", GROWTH)
def test_growth_of_anon(case: str) -> None:
    runs, tolerance, expected = GROWTH[case]
    report = judge(facts(series={"web": series(*runs)}, settings=settings(max_increase=tolerance)))
    (verdict,) = by_code(report, "FP411")
    assert verdict.outcome == expected, verdict.message
    assert report.exit_code == (1 if expected == "violated" else 0)
    assert bool(by_code(report, "FP906")) == (expected == "not judged")


def test_noise_fails_only_when_asked_to() -> None:
    noisy = facts(series={"web": series(98, 100, 101)}, settings=GateSettings(on_noise="fail"))
    assert judge(noisy).exit_code == 1
    assert judge(replace(noisy, settings=GateSettings())).exit_code == 0


def test_a_restless_application_is_allowed_its_own_noise() -> None:
    restless = facts(series={"web": series(108, 109, 108)}, reference=entry_reference(noise_bytes=mib(6)))
    (verdict,) = by_code(judge(restless), "FP411")
    assert verdict.outcome == "passed" and verdict.allowed == mib(112)


def test_growth_names_the_line_and_all_that_came_by_it() -> None:
    known = entry_reference(startup={"web": mib(10)})
    line = builders.import_line("app.py", 3, "tables", mib(37))
    grown = facts(series={"web": series(140, 140, 140)}, reference=known)
    grown = replace(grown, audit=replace(grown.audit, import_lines=(line,)))
    (verdict,) = by_code(judge(grown), "FP411")
    assert (verdict.path, verdict.line) == ("app.py", 3)
    (reason, *rest) = verdict.reasons
    assert (reason.kind, reason.distribution, reason.statement) == ("new", "tables", "tables")
    assert [each.name for each in reason.brings] == ["arrays"]
    assert reason.deferral_bytes == mib(37)
    assert not rest, "39 of 40 MiB are accounted for"
    (new,) = by_code(judge(grown), "FP303")
    assert new.warned and not new.failed and (new.path, new.line) == ("app.py", 3)


def test_growth_of_a_distribution_and_what_nothing_explains() -> None:
    known = entry_reference(startup={"web": mib(10), "tables": mib(14), "arrays": mib(15)})
    (verdict,) = by_code(judge(facts(series={"web": series(140, 140, 140)}, reference=known)), "FP411")
    assert [(reason.kind, reason.distribution) for reason in verdict.reasons] == [("grown", "tables"), ("rest", None)]
    assert verdict.reasons[1].after_bytes == mib(30)


# name -> (own lines of the reference by file, MiB; of now by file and line; places blamed with before and after)
OWN: Mapping[str, tuple[dict[str, tuple[float, ...]] | None, dict[tuple[str, int | None], float], list[Any]]] = {
    "data where there was none": ({}, {("data.py", 3): 30}, [("data.py", 3, None, 30)]),
    "a call in a file that has data": (
        {"app.py": (8, 3)},
        {("app.py", 4): 8.1, ("app.py", 9): 30, ("app.py", 12): 3.1},
        [("app.py", 9, 11, 41.2)],
    ),
    "a smaller call below a large one": (
        {"app.py": (30,)},
        {("app.py", 4): 30.2, ("app.py", 9): 8},
        [("app.py", 9, 30, 38.2)],
    ),
    "a line that takes more": ({"app.py": (8,)}, {("app.py", 4): 40}, [("app.py", 4, 8, 40)]),
    "one gone, a larger one there": ({"app.py": (8,)}, {("app.py", 7): 38}, [("app.py", 7, 8, 38)]),
    "the file itself": ({}, {("big.py", None): 30}, [("big.py", None, None, 30)]),
    "two files": ({}, {("a.py", 1): 20, ("b.py", 2): 12}, [("a.py", 1, None, 20), ("b.py", 2, None, 12)]),
    "noop: it moved": ({"app.py": (30,)}, {("app.py", 44): 30.1}, []),
    "noop: it is smaller": ({"app.py": (30,)}, {("app.py", 4): 20}, []),
    "noop: a baseline without it": (None, {("app.py", 4): 30}, []),
}  # fmt: skip


@pytest.mark.parametrize("name", OWN)
def test_growth_of_own_data_names_the_line(name: str) -> None:
    before, now, blamed = OWN[name]
    own = {path: tuple(map(mib, sizes)) for path, sizes in before.items()} if before is not None else None
    lines = tuple(OwnLine("web", "import", *place, mib(took), mib(took), 1000) for place, took in now.items())
    grown = facts(series={"web": series(140, 140, 140)}, reference=entry_reference(own=own))
    (verdict,) = by_code(judge(replace(grown, audit=replace(grown.audit, own_lines=lines))), "FP411")
    said: list[Any] = [
        (each.path, each.line, each.before_bytes, each.after_bytes) for each in verdict.reasons if each.kind == "own"
    ]
    assert said == [(path, line, was and mib(was), pytest.approx(mib(took), abs=2)) for path, line, was, took in blamed]
    if blamed:
        assert (verdict.path, verdict.line) == blamed[0][:2]


# workers of the baseline, whether with preload, what they take in MiB; the same of now (None: not stated, so that there
# is a row for either way); the outcome
WORKERS: tuple[tuple[tuple[int | None, bool, int | None], tuple[int, bool | None, int], str | None], ...] = (
    ((4, False, 300), (8, False, 600), "violated"),
    ((4, False, 300), (2, False, 150), "passed"),
    ((8, False, 300), (9, False, 312), "passed"),
    ((4, False, 300), (4, False, 600), None),
    ((None, False, None), (8, False, 600), None),
    ((4, True, 300), (4, False, 600), "violated"),
    ((4, True, 300), (4, False, 310), "passed"),
    ((4, False, 600), (4, True, 300), "passed"),
    ((4, True, 300), (4, True, 600), None),
    ((4, True, 300), (8, True, 500), "violated"),
    ((4, True, 300), (4, None, 600), "violated"),
    ((4, False, 300), (8, None, 600), "violated"),
    ((4, False, 300), (4, None, 600), None),
)


@pytest.mark.parametrize(("before", "now", "outcome"), WORKERS)
def test_other_workers_are_told_with_the_line_that_starts_them(
    before: tuple[int | None, bool, int | None], now: tuple[int, bool | None, int], outcome: str | None
) -> None:
    (workers, was_shared, total), (count, preload, took) = before, now
    known = entry_reference(workers=workers, preload=was_shared, total_bytes=total and mib(total))
    row = WorkersRow("web", "gunicorn", count, preload=bool(preload), total_bytes=mib(took), supervisor_bytes=mib(12),
                     worker_bytes=mib(70), file_bytes=mib(20))  # fmt: skip
    rows = (row, replace(row, preload=True, total_bytes=mib(took / 2))) if preload is None else (row,)
    given = facts(reference=known, workers={"web": count})
    entries = (replace(builders.entry(), source=StartLine("Procfile", 2)),)
    report = judge(replace(given, audit=replace(given.audit, workers=rows, entries=entries)))
    found = by_code(report, "FP417")
    assert [(each.outcome, each.path, each.line) for each in found] == ([(outcome, "Procfile", 2)] if outcome else [])
    assert is_acceptable(report) is (outcome == "violated")


def test_what_a_call_of_ours_loads_is_of_the_line_that_calls() -> None:
    """`import web` stood there before; the call below it makes web load tables."""
    plain = observed(*LOADS)
    costs = tuple(
        replace(cost, importer="web", asked_by="web", begun_at=("/p/app.py", 7)) if cost.module == "tables" else cost
        for cost in plain.run.costs
    )
    run = replace(plain.run, costs=costs)
    called = replace(plain, run=run, tree=LoadTree.of(run), files={"/p/app.py": "app.py"})
    known = entry_reference(startup={"web": mib(10)})
    (verdict,) = by_code(
        judge(facts(series={"web": series(140, 140, 140)}, reference=known, observed={"web": called})), "FP411"
    )
    assert (verdict.path, verdict.line) == ("app.py", 7)
    chain = called.steps_to("tables", {})
    assert (chain[0].path, chain[0].line) == ("app.py", 7), "no statement of ours is known: the line that ran"


BUDGETS: Mapping[str, tuple[GateSettings, int | None, int, str | None]] = {
    # settings, limit MiB, workers, outcome of FP401 (anon 100 MiB)
    "no limit, no budget": (settings(), None, 1, None),
    "derived: 75 % of 256": (settings(), 256, 1, "passed"),
    "derived: 75 % of 256 by two workers": (settings(), 256, 2, "violated"),
    "derived, turned off": (settings(derived_share=0.0), 128, 1, None),
    "given, larger": (settings(max_startup_anon=Amount(mib(100))), None, 1, "passed"),
    "given, smaller": (settings(max_startup_anon=Amount(mib(99.9))), None, 1, "violated"),
    "given size is not divided": (settings(max_startup_anon=Amount(mib(150))), 256, 4, "passed"),
    "given share": (settings(max_startup_anon=Amount(share=0.3)), 256, 1, "violated"),
    "share without a limit": (settings(max_startup_anon=Amount(share=0.3)), None, 1, "not judged"),
}  # fmt: skip


@pytest.mark.parametrize("case", BUDGETS)
def test_startup_budget(case: str) -> None:
    chosen, limit, workers, expected = BUDGETS[case]
    limits = {"web": Limit(mib(limit), None, "render.yaml:5")} if limit else {}
    report = judge(facts(settings=chosen, limits=limits, workers={"web": workers}))
    assert [verdict.outcome for verdict in by_code(report, "FP401")] == ([expected] if expected else [])
    assert report.exit_code == (1 if expected == "violated" else 0)
    if expected == "violated" and limit:
        assert f"% of {limit}.0 MiB (render.yaml:5)" in by_code(report, "FP401")[0].message


# peaks of the runs in MiB, settings, limit in MiB, workers; outcome of FP407, what its message holds
PEAKS: dict[str, tuple[RunSeries, GateSettings, int | None, int, str | None, str]] = {
    "no limit, no budget": (peaks(730), settings(), None, 1, None, ""),
    "the whole limit": (peaks(255), settings(), 256, 1, "passed", "255.0 MiB of 256.0 MiB (100 % of 256.0 MiB"),
    "a limit for two": (peaks(255), settings(), 256, 2, "violated", "2 workers"),
    "over the limit": (peaks(730), settings(), 512, 1, "violated", "218.0 MiB too much; 150.0 MiB stay"),
    "the highest start counts": (peaks(200, 200, 260), settings(), 256, 1, "violated", "260.0 MiB of 256.0 MiB"),
    "nothing derived": (peaks(730), settings(derived_share=0.0), 512, 1, None, ""),
    "given": (peaks(730), settings(max_startup_peak=Amount(mib(700))), None, 1, "violated", "(given), 30.0 MiB too"),
    "given, over the limit": (peaks(730), settings(max_startup_peak=Amount(mib(800))), 512, 1, "passed", "(given)"),
    "given share": (peaks(400), settings(max_startup_peak=Amount(share=0.5)), 512, 1, "violated", "50 % of 512.0 MiB"),
    "one run without": (peaks(400, None), settings(), 512, 1, "not judged", "could not be measured"),
    "off": (peaks(730), settings(rules={"FP407": "off"}), 512, 1, None, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", PEAKS)
def test_peak_of_the_start(case: str) -> None:
    runs, chosen, limit, workers, expected, words = PEAKS[case]
    limits = {"web": Limit(mib(limit), None, "render.yaml:5")} if limit else {}
    plain = facts(series={"web": runs}, settings=chosen, limits=limits, workers={"web": workers}, reference=None)
    found = by_code(judge(plain), "FP407")
    assert [verdict.outcome for verdict in found] == ([expected] if expected else [])
    assert all(words in verdict.message for verdict in found)


# the baseline's peak, peaks of the runs, their anon; outcome of FP416, whether lines are named, words
PEAK_GROWTHS: dict[str, tuple[float | None, RunSeries, str | None, bool, str]] = {
    "a baseline without peaks": (None, peaks(730), None, False, ""),
    "as before": (200, peaks(200, 201, 200), "passed", False, ""),
    "within the tolerance": (200, peaks(209, 209), "passed", False, "allowed +10.0 MiB"),
    "data that is freed": (200, peaks(400, 400), "violated", False, "it does not stay"),
    "what stays": (150, peaks(250, 250, anon_mib=200), "violated", True, "+100.0 MiB (+66.7 %)"),
    "lower": (200, peaks(150, 150), "passed", False, ""),
    "runs that differ": (200, peaks(180, 240, 200), "not judged", False, "too noisy"),
}


@pytest.mark.parametrize("case", PEAK_GROWTHS)
def test_growth_of_the_peak(case: str) -> None:
    before, runs, expected, lines, words = PEAK_GROWTHS[case]
    known = entry_reference(peak_bytes=None if before is None else mib(before), startup={"web": mib(10)})
    found = by_code(judge(facts(series={"web": runs}, reference=known)), "FP416")
    assert [verdict.outcome for verdict in found] == ([expected] if expected else [])
    assert all(words in verdict.message and bool(verdict.reasons) is lines for verdict in found)


# the baseline's peak; rises of now by line: before, to, children; peak of now; kind, line and MiB that are blamed
RISES: dict[str, tuple[float, dict[int, tuple[float, float, bool]], float, list[tuple[str, int, float | None]]]] = {
    "made and freed": (200, {3: (20, 150, False), 7: (150, 300, False)}, 300, [("peak", 7, 100)]),
    "a little more above it": (200, {3: (20, 299, False), 7: (299, 300, False)}, 300, [("peak", 3, 99)]),
    "two": (200, {3: (20, 240, False), 7: (240, 300, False)}, 300, [("peak", 7, 60), ("peak", 3, 40)]),
    "a child": (200, {3: (20, 150, False), 7: (150, 150, True)}, 300, [("children", 7, None)]),
    "a child beside a small rise": (
        200, {3: (20, 205, False), 7: (205, 205, True)}, 300, [("children", 7, None), ("peak", 3, 5)]
    ),
    "noop: a child that is not it": (200, {3: (20, 290, False), 7: (290, 290, True)}, 300, [("peak", 3, 90)]),
    "noop: nothing went higher": (200, {3: (20, 190, False)}, 300, []),
}  # fmt: skip


@pytest.mark.parametrize("case", RISES)
def test_growth_of_the_peak_names_the_line_that_ran(case: str) -> None:
    before, now, peak, blamed = RISES[case]
    plain = observed(*LOADS)
    rises = tuple(PeakRise("/p/app.py", line, mib(low), mib(high), has) for line, (low, high, has) in now.items())
    rises += (PeakRise("/elsewhere.py", 1, mib(200), mib(300)),)
    seen = replace(plain, run=replace(plain.run, rises=rises), files={"/p/app.py": "app.py"})
    known = entry_reference(peak_bytes=mib(before))
    report = judge(facts(series={"web": peaks(peak, peak)}, reference=known, observed={"web": seen}))
    (verdict,) = by_code(report, "FP416")
    said = [(each.kind, each.line, each.after_bytes) for each in verdict.reasons]
    assert said == [(kind, line, took and mib(took)) for kind, line, took in blamed]
    assert (verdict.path, verdict.line) == (("app.py", blamed[0][1]) if blamed else (None, None))
    shown = " ".join(" ".join(reason_head(each, verdict.rule)) for each in verdict.reasons)
    assert all(f"app.py:{line}" in shown for _, line, _ in blamed)


def test_rss_over_its_budget_warns() -> None:
    report = judge(facts(settings=settings(max_startup_rss=Amount(mib(120)))))
    (verdict,) = by_code(report, "FP402")
    assert verdict.warned and report.exit_code == 0


FORBIDDEN: Mapping[str, tuple[str, str, int | None]] = {
    "a distribution that a line imports": ("tables", "violated", 3),
    "one that comes by another": ("arrays", "violated", 3),
    "a module": ("tables.core", "violated", 3),
    "a pattern": ("tab*", "violated", 3),
    "any spelling": ("TABLES", "violated", 3),
    "what is in memory before the start": ("sitecustomize", "violated", None),
    "another that begins alike": ("table", "passed", None),
    "part of a dotted name": ("core", "passed", None),
    "not installed": ("torch", "passed", None),
}  # fmt: skip


@pytest.mark.parametrize("case", FORBIDDEN)
def test_forbidden_at_startup(case: str) -> None:
    pattern, expected, line = FORBIDDEN[case]
    report = judge(facts(settings=settings(forbid_at_startup=(pattern,))))
    (verdict,) = by_code(report, "FP301")
    assert (verdict.outcome, verdict.line) == (expected, line), verdict.message
    assert report.exit_code == (1 if expected == "violated" else 0)


def test_what_ended_early_proves_nothing_of_absence() -> None:
    report = judge(
        facts(observed={"web": observed(*LOADS, complete=False)}, settings=settings(forbid_at_startup=("torch",)))
    )
    assert not by_code(report, "FP301")


ALLOWED: Mapping[str, tuple[tuple[str, ...], list[str]]] = {
    "all": (("web", "tables", "arrays"), []),
    "patterns": (("web", "*ables", "arr*"), []),
    "one is missing": (("web", "tables"), ["arrays"]),
    "by the module, as imported": (("web", "tables", "nd.arrays"), []),
    "by the package of the module": (("web", "tables", "nd"), []),
    "by a pattern of modules": (("web", "tables", "nd.*"), []),
    "by another module": (("web", "tables", "nd.other"), ["arrays"]),
    "none": ((), ["web", "tables", "arrays"]),
}


@pytest.mark.parametrize("case", ALLOWED)
def test_allowed_at_startup(case: str) -> None:
    allowed, outside = ALLOWED[case]
    loads = tuple((module.replace("arrays", "nd.arrays"), *rest) for module, *rest in LOADS)
    seen = {"web": observed(*loads)}
    report = judge(facts(settings=settings(allow_at_startup=allowed), observed=seen))
    found = [verdict.subject for verdict in by_code(report, "FP302") if verdict.outcome == "violated"]
    assert sorted(filter(None, found)) == sorted(outside)
    assert report.exit_code == (1 if outside else 0)


def finding(code: str = "FP101", name: str = "nltk", **changes: Any) -> Finding:
    return replace(Finding(code, SEVERITIES[code], f"{name}: {code}", name, "requirements.txt", 4), **changes)


USE: Mapping[str, tuple[Finding, GateSettings, Mapping[str, tuple[str, ...]], str | None, int]] = {
    "unused fails": (finding(), settings(), {}, "violated", 1),
    "unused, a warning": (finding(), settings(rules={"FP101": "warning"}), {}, "violated", 0),
    "unused, off": (finding(), settings(rules={"FP101": "off"}), {}, None, 0),
    "unused, suppressed": (finding(suppressed=True), settings(), {}, "passed", 0),
    "unused, known": (finding(), settings(), {"FP101": ("nltk",)}, "known", 0),
    "unused, another one known": (finding(), settings(), {"FP101": ("boto3",)}, "violated", 1),
    "known under another code": (finding(), settings(), {"FP102": ("nltk",)}, "violated", 1),
    "unreached warns": (finding("FP102"), settings(), {}, "violated", 0),
    "undeclared fails": (finding("FP105"), settings(), {}, "violated", 1),
    "undeclared, optional": (finding("FP105", severity="info"), settings(), {}, "passed", 0),
    "could be lazy: nobody asked": (finding("FP103"), settings(), {}, None, 0),
    "could be lazy, asked for": (finding("FP103"), settings(rules={"FP103": "error"}), {}, "violated", 1),
}  # fmt: skip


@pytest.mark.parametrize("case", USE)
def test_use(case: str) -> None:
    one, chosen, known, expected, code = USE[case]
    plain = facts(settings=chosen, reference=reference(known=known))
    report = judge(replace(plain, audit=replace(plain.audit, findings=(one,))))
    assert [verdict.outcome for verdict in by_code(report, one.code)] == ([expected] if expected else [])
    assert report.exit_code == code


def heavy(name: str, size_mib: float, **changes: Any) -> DistributionRow:
    plain = builders.distribution(name, Usage.TRANSITIVE, apparent_bytes=mib(size_mib), requirement_chain=("web", name))
    return replace(plain, **changes)


DISK: Mapping[str, tuple[DistributionRow, tuple[str, str]]] = {
    # FP413, FP414; the baseline has 3 MiB
    "small": (heavy("small", 2), ("passed", "passed")),
    "over the tolerance, below heavy": (heavy("middling", 7), ("violated", "passed")),
    "heavy": (heavy("torch", 400), ("violated", "violated")),
    "heavy by its bytecode only": (heavy("compiled", 30, bytecode_bytes=mib(28)), ("passed", "passed")),
}  # fmt: skip


@pytest.mark.parametrize("case", DISK)
def test_disk(case: str) -> None:
    row, expected = DISK[case]
    plain = facts()
    report = judge(replace(plain, audit=replace(plain.audit, distributions=(*plain.audit.distributions, row))))
    found = outcomes(report)
    assert (found["FP413"], found["FP414"]) == expected


BYTECODE = {"cold": (0, "passed"), "warm": (mib(3), "passed"), "warm, and too much with it": (mib(30), "not judged")}


@pytest.mark.parametrize("case", BYTECODE)
def test_the_budget_on_disk_is_held_against_the_same_figure_cold_and_warm(case: str) -> None:
    bytecode, expected = BYTECODE[case]
    plain = facts(settings=GateSettings(max_disk=Amount(size_bytes=mib(45))))
    row = heavy("torch", 40 + bytecode / MIB, bytecode_bytes=bytecode)
    disk = builders.disk(site_apparent_bytes=mib(40) + bytecode)
    report = judge(replace(plain, audit=replace(plain.audit, disk=disk, distributions=(row,))))
    (verdict,) = by_code(report, "FP405")
    assert (verdict.outcome, verdict.measured) == (expected, mib(40)), verdict.message


@pytest.mark.parametrize("more_bytes, expected", [(0, "passed"), (5200, "passed"), (11_000, "violated")])
def test_what_a_baseline_cannot_write_is_no_growth(more_bytes: int, expected: str) -> None:
    plain = facts(settings=GateSettings(max_disk_increase=Tolerance(0, 0)))
    size_bytes = sum(row.apparent_bytes or 0 for row in plain.audit.distributions)
    report = judge(replace(plain, reference=reference(disk_bytes=size_bytes - more_bytes)))
    assert outcomes(report)["FP413"] == expected


def test_an_entry_that_did_not_start_is_never_passed() -> None:
    failed = builders.entry(failure=builders.failure(), not_measured="killed by SIGSEGV")
    plain = facts(series={}, observed={})
    plain = replace(plain, audit=replace(plain.audit, entries=(failed,)))
    report = judge(plain)
    assert (report.exit_code, report.conclusion) == (3, "not measured")
    lenient = judge(replace(plain, settings=GateSettings(on_probe_error="warn")))
    assert (lenient.exit_code, lenient.conclusion) == (0, "not measured")
    assert not by_code(report, "FP411")


def test_no_entry_at_all_is_not_measured_either() -> None:
    plain = facts(series={}, observed={})
    report = judge(replace(plain, audit=replace(plain.audit, entries=())))
    assert (report.exit_code, report.conclusion) == (3, "not measured")


AGAINST = BaselineUse("b.json", found=False, against="base")
NO_BASELINE = BaselineUse("b.json", found=False)
EMPTY = reference(entries={})
BASELINES: Mapping[str, tuple[dict[str, Any], str]] = {
    "none, and none asked for": ({"reference": None, "baseline": NO_BASELINE, "has_file": False}, ""),
    "none, though asked for": (
        dict(reference=None, baseline=NO_BASELINE, has_file=False, settings=GateSettings(baseline=Path("b.json"))),
        "b.json is not there: only budgets are judged",
    ),
    "another environment": (
        {"reference": None},
        f"footprint-baseline.json holds nothing of {KEY}: only budgets are judged",
    ),
    "another entry": ({"reference": EMPTY}, "the baseline holds nothing of web: only its budgets are judged"),
    "another program in the place of --entry": (
        {"reference": entry_reference(target="worker.py")},
        "the baseline holds worker.py as web, not app:app: only its budgets are judged",
    ),
    "another environment, in --against": (
        {"reference": None, "baseline": AGAINST, "has_file": False},
        f"base holds nothing of {KEY}: only budgets are judged",
    ),
    "the base could not be measured": (
        {"reference": EMPTY, "baseline": AGAINST, "base_failures": {"web": "RuntimeError: no"}},
        "web of base could not be measured: RuntimeError: no; only its budgets are judged",
    ),
    "the base has no such entry": (
        {"reference": EMPTY, "baseline": AGAINST},
        "base holds nothing of web: only its budgets are judged",
    ),
}


@pytest.mark.parametrize("case", BASELINES)
def test_what_cannot_be_compared_is_said(case: str) -> None:
    changes, expected = BASELINES[case]
    report = judge(facts(**changes))
    assert [verdict.message for verdict in by_code(report, "FP903")] == ([expected] if expected else [])
    assert report.exit_code == 0
    assert not by_code(report, "FP411")


OTHER = reference(python="3.11.2")
PLAIN, FREE, DEBUG = (f"cpython-3.14{flags}-linux-x86_64-glibc" for flags in ("", "t", "d"))
SAME, PATCH = reference(), "Python 3.11.2, this is Python 3.11.7"
CIRCUMSTANCES: dict[str, tuple[dict[str, Any], str]] = {
    "the same": (dict(reference=SAME, stored=SAME), ""),
    "another patch release": (dict(reference=OTHER, stored=OTHER), PATCH),
    "of the base alone": (dict(reference=OTHER, stored=SAME), PATCH),
    "of the baseline beside a base": (dict(reference=SAME, stored=OTHER), PATCH),
    "a key from before the flags": (dict(key=FREE, reference_keys=(PLAIN,)), f"{PLAIN}, this is {FREE}"),
    "the same key": (dict(key=FREE, reference_keys=(FREE, FREE)), ""),
    "nothing to compare with": (dict(reference=None, key=FREE, reference_keys=(FREE,)), ""),
}


@pytest.mark.parametrize("case", CIRCUMSTANCES)
def test_other_circumstances_are_said_and_all_is_compared_all_the_same(case: str) -> None:
    changes, expected = CIRCUMSTANCES[case]
    report = judge(facts(**changes))
    said = [f"the baseline is of {expected}: memory may differ for that alone"] if expected else []
    assert [verdict.message for verdict in by_code(report, "FP904")] == said
    assert all(verdict.warned for verdict in by_code(report, "FP904")) and report.exit_code == 0
    assert bool(by_code(report, "FP411")) is (changes.get("reference", SAME) is not None)


PYPY = "pypy-3.10-linux-x86_64-glibc"
KEYS = {
    "its own": ([PLAIN, FREE, DEBUG], FREE, FREE),
    "from before the flags": ([PLAIN], FREE, PLAIN),
    "both flags": ([PLAIN], "cpython-3.14td-linux-x86_64-glibc", PLAIN),
    "nothing of it": ([DEBUG, "cpython-3.13-linux-x86_64-glibc"], FREE, FREE),
    "no flags want none": ([FREE, DEBUG], PLAIN, PLAIN),
    "another implementation": ([PYPY], PYPY, PYPY),
    "no file": ([], FREE, FREE),
}


@pytest.mark.parametrize("case", KEYS)
def test_a_baseline_from_before_the_flags_stood_in_the_key_is_found(case: str) -> None:
    there, key, expected = KEYS[case]
    assert stored_key(Baseline(dict.fromkeys(there, reference())), key) == expected
    assert stored_key(None, key) == key


@pytest.mark.parametrize("flags", ["", "t", "d", "td"])
def test_the_key_has_the_abi_flags(flags: str) -> None:
    python = replace(
        layout.describe_running(), version=(3, 14, 4), platform="linux-x86_64", libc="glibc", abi_flags=flags
    )
    assert environment_key(python) == f"cpython-3.14{flags}-linux-x86_64-glibc"


def test_static_judges_nothing_that_needs_a_start() -> None:
    use = builders.site_use("tables", "startup")
    plain = facts(settings=settings(static=True, forbid_at_startup=("tables", "arrays")), series={}, observed={})
    report = judge(replace(plain, uses={"web": ((use, ("tables",)),)}))
    assert {verdict.code for verdict in report.verdicts if verdict.entry} == {"FP301"}
    assert [verdict.outcome for verdict in by_code(report, "FP301")] == ["violated", "passed"]
    assert report.exit_code == 1


@given(st.lists(st.integers(0, 1 << 40), min_size=1, max_size=9))
def test_the_middle_was_measured_and_noise_is_within_the_range(values: list[int]) -> None:
    assert middle(values) in values
    found = noise(values)
    assert found is None if len(values) < 2 else found is not None and 0 <= found <= max(values) - min(values)
    assert not is_noisy([values[0]] * 3, 0)


@given(st.integers(1, 1 << 40), st.floats(0, 1), st.integers(0, 1 << 30), st.integers(0, 1 << 20))
def test_allowed_growth_is_never_less_than_any_part(before: int, share: float, size: int, noise_bytes: int) -> None:
    allowed = allowed_growth(before, Tolerance(share, size), noise_bytes)
    assert allowed >= size and allowed >= int(before * share) and allowed >= 2 * noise_bytes


SIZES = st.dictionaries(st.sampled_from(["a", "b", "c"]), st.integers(0, 100), max_size=3)


@st.composite
def environments(draw: st.DrawFn) -> EnvironmentBaseline:
    entries = {
        name: EntryBaseline(draw(st.none() | st.integers(0, 99)), draw(st.integers(0, 99)), startup=draw(SIZES))
        for name in draw(st.sets(st.sampled_from(["web", "worker"])))
    }
    return EnvironmentBaseline("3.11.7", "0", draw(st.none() | st.integers(0, 99)), 1, draw(SIZES), entries)


@given(environments(), environments())
def test_two_references_joined_allow_what_either_allows(one: EnvironmentBaseline, other: EnvironmentBaseline) -> None:
    both = join_references(one, other)
    assert both is not None and both == replace(join_references(other, one) or both, python=both.python)
    for each in (one, other):
        for name, entry in each.entries.items():
            joined = both.entries[name]
            assert joined.rss_bytes >= entry.rss_bytes and joined.startup.keys() >= entry.startup.keys()
    assert join_references(one, None) == one == join_references(None, one)


# two references: workers, preload, total; the second is what both are together
FOUR = dict(workers=4, preload=True, total_bytes=500)
JOINED: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "the heavier workers are whole": (dict(workers=8, preload=True, total_bytes=400), FOUR | dict(preload=False)),
    "one without workers": (dict(workers=None, total_bytes=None), FOUR),
    "no data of its own, and not known": (dict(own=None), dict(own={})),
}


@pytest.mark.parametrize("case", JOINED)
def test_what_belongs_together_is_of_one_reference(case: str) -> None:
    unlike, wanted = JOINED[case]
    for one, other in ((unlike, wanted), (wanted, unlike)):
        joined = join_references(entry_reference(**one), entry_reference(**other))
        assert joined is not None
        assert {name: getattr(joined.entries["web"], name) for name in wanted} == wanted


def test_a_base_that_could_not_be_measured_is_said_where_the_baseline_has_figures() -> None:
    use = BaselineUse("b.json", found=True, against="base")
    report = judge(facts(baseline=use, base_failures={"web": "killed by SIGKILL"}))
    (verdict,) = by_code(report, "FP903")
    assert "killed by SIGKILL" in verdict.message and "the baseline alone" in verdict.message
    assert outcomes(report)["FP411"] == "passed"


# of the first use; the budget in MiB, of which 180 are taken without it
FIRST_USES: Mapping[str, tuple[dict[str, Any], int, str]] = {
    "enough": ({}, 300, "passed"),
    "a lazy import that failed may have taken more": (
        dict(outcome="crashed", rss_bytes=None, message="killed by SIGSEGV"),
        300,
        "not judged",
    ),
    "what fails is measured": (dict(outcome="failed", rss_bytes=mib(80)), 300, "passed"),
    "nothing catches a crash": (dict(outcome="crashed", guarded=True, rss_bytes=None), 300, "not judged"),
    "what it needs is not installed": (dict(outcome="failed", missing="torch", rss_bytes=0), 300, "passed"),
    "too much is too much": (dict(outcome="failed", rss_bytes=None), 100, "violated"),
    "the lazy line is to blame": (dict(rss_bytes=mib(80)), 100, "violated"),
}


@pytest.mark.parametrize("case", FIRST_USES)
def test_after_first_use(case: str) -> None:
    changes, most_mib, expected = FIRST_USES[case]
    use = replace(builders.first_use(line=7, **changes), entry="web")
    later = builders.stage("first_use", mib(180))
    plain = facts(settings=settings(max_first_use_rss=Amount(size_bytes=mib(most_mib))))
    entry = replace(builders.entry(), stages=(*builders.entry().stages, later))
    audit = replace(plain.audit, entries=(entry,), first_uses=(use,))
    (verdict,) = by_code(judge(replace(plain, audit=audit)), "FP403")
    assert verdict.outcome == expected, verdict.message
    if "blame" in case:
        assert verdict.line == 7 and "80.0 MiB" in verdict.message


# of a call that holds 80 MiB and needs 120; the budget and its MiB, of which 150 are taken without it, 200 at the peak
CALLED: Mapping[str, tuple[dict[str, Any], str, int, str, str]] = {
    "enough": ({}, "max_after_calls", 240, "passed", ""),
    "too much": ({}, "max_after_calls", 220, "violated", "GET /x takes 40.0 MiB, at or just before app.py:9"),
    "its peak is enough": ({}, "max_peak", 280, "passed", ""),
    "its peak is too much": ({}, "max_peak", 260, "violated", "GET /x takes 60.0 MiB, at or just before app.py:9"),
    "what came to no end": (dict(outcome="hung", rss_bytes=None), "max_after_calls", 240, "not judged", "GET /x"),
    "and is too much": (dict(outcome="hung", rss_bytes=None, lines=()), "max_after_calls", 220, "violated", ""),
}


@pytest.mark.parametrize("case", CALLED)
def test_after_calls(case: str) -> None:
    changes, setting, most_mib, expected, words = CALLED[case]
    last = builders.entry().stages[-1].reading
    grown = replace(last, stage="calls", rss_bytes=last.rss_bytes + mib(80), peak_rss_bytes=last.rss_bytes + mib(120))
    plain = facts(settings=settings(**{setting: Amount(size_bytes=mib(most_mib))}), series={"web": peaks(200)})
    entry = replace(builders.entry(), stages=(*builders.entry().stages, StageRow(grown, 0)))
    audit = replace(plain.audit, entries=(entry,), calls=(builders.call(**changes),))
    (verdict,) = by_code(judge(replace(plain, audit=audit)), "FP408" if setting == "max_after_calls" else "FP409")
    assert verdict.outcome == expected and words in verdict.message, verdict.message


def with_calls(plain: GateFacts, **changes: Any) -> GateFacts:
    """Return facts of an entry whose calls hold 80 MiB and need 120, children of 30 among them with `children`."""
    last, children = builders.entry().stages[-1].reading, changes.pop("children", 0)
    grown = replace(last, stage="calls", rss_bytes=last.rss_bytes + mib(80), peak_rss_bytes=last.rss_bytes + mib(120))
    if children:
        total = grown.rss_bytes + mib(30)
        tree = TreeReading(2, total, total, last.rss_bytes + mib(150), "private", (mib(30),))
        grown = replace(grown, tree=tree)
    entry = replace(builders.entry(), stages=(*builders.entry().stages, StageRow(grown, 0)))
    return replace(plain, audit=replace(plain.audit, entries=(entry,), calls=(builders.call(),), **changes))


ROW = WorkersRow(
    *("web", "gunicorn", 4, False, mib(600), 0, 0, 0),
    stages=(
        WorkersStage("import", mib(600), mib(990), mib(150)),
        WorkersStage("calls", mib(920), mib(1080), mib(230)),
    ),
)
# the setting; what is measured and the most that passes, in MiB; of how many
SEEN: Mapping[str, tuple[str, Amount, dict[str, Any], int, int, str]] = {
    "a size is of one process": ("max_after_calls", Amount(size_bytes=mib(900)), {"workers": (ROW,)}, 230, 900, ""),
    "with its children": ("max_after_calls", Amount(size_bytes=mib(900)), {"children": 1}, 260, 900, ""),
    "and their peak": ("max_peak", Amount(size_bytes=mib(900)), {"children": 1}, 300, 900, ""),
    "a share is of all workers": ("max_after_calls", Amount(share=0.9), {"workers": (ROW,)}, 920, 900, "4 workers"),
    "the peak of all": ("max_peak", Amount(share=1.0), {"workers": (ROW,)}, 1080, 1000, "4 workers"),
    "a share of one": ("max_peak", Amount(share=0.5), {}, 270, 500, ""),
}


@pytest.mark.parametrize("case", SEEN)
def test_calls_are_judged_as_the_host_sees_them(case: str) -> None:
    setting, amount, changes, measured, most, words = SEEN[case]
    limits = {"web": Limit(mib(1000), None, "--limit")}
    count = {"web": 4} if "workers" in changes else {}
    plain = facts(settings=settings(**{setting: amount}), series={"web": peaks(200)}, limits=limits, workers=count)
    code = "FP408" if setting == "max_after_calls" else "FP409"
    (verdict,) = by_code(judge(with_calls(plain, **changes)), code)
    assert (verdict.measured, verdict.allowed) == (mib(measured), mib(most)), verdict.message
    assert (f"of {words}, estimated, " in verdict.message) is bool(words)
    assert ("all workers" in verdict.message) is bool(words)


# a call that holds 40 MiB and needs 60, against its peak and what it held in the baseline; outcome, line, words
GROWN: Mapping[str, tuple[dict[str, Any], tuple[float, ...], str, int | None, str]] = {
    "as it was": ({}, (60, 40), "passed", None, "GET /x holds 40.0 MiB -> 40.0 MiB"),
    "within the tolerance": ({}, (55.5, 35.5), "passed", None, "+4.5 MiB"),
    "it holds more": (
        {},
        (60, 30),
        "violated",
        9,
        "holds 30.0 MiB -> 40.0 MiB, +10.0 MiB (+33.3 %), allowed +5.0 MiB, at",
    ),
    "it needs more for a moment": ({}, (50, 40), "violated", 9, "needs for a moment 50.0 MiB -> 60.0 MiB"),
    "both: what stays is told": ({}, (50, 30), "violated", 9, "GET /x holds"),
    "by no line of the project": (dict(lines=()), (60, 30), "violated", None, "allowed +5.0 MiB"),
    "less": ({}, (160, 140), "passed", None, "-100.0 MiB"),
    "it gave some back": (dict(rss_bytes=mib(-2), peak_bytes=0), (0, 0), "passed", None, "0 B"),
    "it came to no end": (dict(outcome="hung", rss_bytes=None), (60, 40), "not judged", None, "it came to no end"),
    "it came to no end then": ({}, (), "not judged", None, "the baseline has no figure of it"),
}


@pytest.mark.parametrize("case", GROWN)
def test_growth_by_a_call_against_the_baseline(case: str) -> None:
    changes, before, expected, line, words = GROWN[case]
    known = entry_reference(calls={"GET /x": tuple(map(mib, before)), "GET /y": (MIB, MIB)})
    plain = facts(reference=known)
    (verdict,) = by_code(judge(replace(plain, audit=replace(plain.audit, calls=(builders.call(**changes),)))), "FP418")
    assert (verdict.outcome, verdict.line, verdict.subject) == (expected, line, "GET /x")
    assert words in verdict.message, verdict.message


def test_noop_growth_by_calls_without_anything_to_compare() -> None:
    plain = facts()
    called = replace(plain, audit=replace(plain.audit, calls=(builders.call(),)))
    assert not by_code(judge(called), "FP418")
    (verdict,) = by_code(judge(facts(reference=entry_reference(calls={"GET /x": (MIB, MIB)}))), "FP418")
    assert verdict.outcome == "not judged" and "GET /x was done" in verdict.message
    other = replace(builders.call(), entry="worker")
    called = replace(plain, reference=entry_reference(calls={"GET /x": (MIB, MIB)}))
    (verdict,) = by_code(judge(replace(called, audit=replace(called.audit, calls=(other,)))), "FP418")
    assert verdict.outcome == "not judged"


def test_what_calls_add_is_recorded_and_joined() -> None:
    plain = facts()
    calls = (builders.call(), builders.call("GET /y", rss_bytes=None), builders.call(entry="z"))
    found = describe_run(replace(plain, audit=replace(plain.audit, calls=calls))).environments[KEY].entries["web"]
    assert found.calls == {"GET /x": (mib(60), mib(40)), "GET /y": ()}
    assert describe_run(plain).environments[KEY].entries["web"].calls is None
    one, other = {"a": (mib(9), mib(3)), "b": ()}, {"a": (mib(8), mib(5)), "b": (mib(2), mib(1)), "c": (MIB, 0)}
    wanted = {"a": (mib(9), mib(5)), "b": (mib(2), mib(1)), "c": (MIB, 0)}
    for pair in ((one, other), (other, one), (None, wanted)):
        joined = join_references(*(entry_reference(calls=each) for each in pair))
        assert joined is not None and joined.entries["web"].calls == wanted


def test_after_calls_that_nobody_gave() -> None:
    plain = facts(settings=settings(max_after_calls=Amount(size_bytes=mib(500))))
    (verdict,) = by_code(judge(plain), "FP408")
    assert verdict.outcome == "not judged" and "no request and no call was done" in verdict.message
