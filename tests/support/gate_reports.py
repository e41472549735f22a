"""Checks as `footprint check` would report them, built by hand. `**changes` replace fields of a plain, valid value."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from footprint import __version__
from footprint.knowledge.codes import RULE_BY_CODE
from footprint.model.baseline import Baseline, EntryBaseline, EnvironmentBaseline
from footprint.model.gate_report import (
    GATE_SCHEMA_VERSION,
    BaselineUse,
    GatedEntry,
    GateReport,
    Reason,
    Verdict,
)
from footprint.model.memory_rows import Brought, LoadStep
from footprint.model.note import Note
from footprint.model.rule import Hint
from footprint.units import MIB

KEY = "cpython-3.11-linux-x86_64-glibc"

HOSTILE_NAME = "x|y<script>alert(1)</script> @everyone --> ::error::"
HOSTILE_PATH = "odd `dir`/a|b\n\x1b[31m*c*_d_\u202e\udce9.py"
HOSTILE_WORDS = (
    "<img src=x onerror=alert(1)> ![x](https://example.org/x.png) [click](https://example.org) @octocat #1 "
    "www.example.org </details></td> | cell | `code` $x$ :tada: ]]> ::set-output name=a::b\r\n# heading\n- item"
)


def mib(number: float) -> int:
    """Return mebibytes as bytes."""
    return round(number * MIB)


def verdict(code: str, message: str, **changes: Any) -> Verdict:
    """Return a rule that passed, at its usual level, about no entry in particular."""
    rule = RULE_BY_CODE[code]
    return replace(Verdict(rule, rule.level, "passed", entry=None, message=message), **changes)


def _of_web(code: str, measured: float, allowed: float, message: str = "", **changes: Any) -> Verdict:
    """Return a rule about a figure of the entry `web`, in MiB; with `was` it is compared with the baseline."""
    said, was = f"{_said(code)} {measured} of {allowed} MiB (75 % of 512 MiB, 1 worker)", changes.pop("was", None)
    if was is not None:
        more = f"+{measured - was:.1f} MiB (+{100 * (measured - was) / was:.0f} %), allowed +{allowed - was:.1f} MiB"
        said, changes["baseline"] = f"{_said(code)} {was} -> {measured} MiB, {more}", mib(was)
    figures: dict[str, Any] = {"unit": "bytes", "measured": mib(measured), "allowed": mib(allowed)}
    return verdict(code, message or said, **{"entry": "web", **figures, **changes})


def _said(code: str) -> str:
    figure = RULE_BY_CODE[code].figure
    return figure.value if figure else ""


def _violated(code: str, message: str, at: str = "", **changes: Any) -> Verdict:
    return verdict(code, message, outcome="violated", **_at(at), **changes)


def _at(place: str) -> dict[str, Any]:
    """Return the fields of `path:line`, none of an empty text."""
    path, _, line = place.rpartition(":")
    return {"path": path, "line": int(line)} if place else {}


def _steps(*words: str) -> tuple[LoadStep, ...]:
    """Return a chain of `module path:line`; a step without a line of the project is its module alone."""
    pairs = [each.partition(" ")[::2] for each in words]
    return tuple(LoadStep(module, **({"path": None, "line": None} | _at(place))) for module, place in pairs)


def reason(distribution: str | None = "pandas", **changes: Any) -> Reason:
    """Return a distribution that is new at startup, by no line of the project."""
    plain = Reason("new", distribution, None, mib(30.2), (), None, None, "", None)
    return replace(plain, **changes)


def gated_entry(name: str = "web", **changes: Any) -> GatedEntry:
    """Return an entry of three runs: 116.1 MiB anon, 166.2 MiB RSS."""
    plain = GatedEntry(
        name=name,
        target="backend.main:app",
        anon_bytes=mib(116.1),
        rss_bytes=mib(166.2),
        anon_runs_bytes=(mib(116.1), mib(116.1) + 4096, mib(116.1) - 8192),
        rss_runs_bytes=(mib(166.2), mib(166.3), mib(166.1)),
        anon_noise_bytes=12288,
        rss_noise_bytes=mib(0.2),
        budget_source="75 % of 512 MiB (render.yaml:5), 1 worker",
    )
    return replace(plain, **changes)


def gate_report(*verdicts: Verdict, **changes: Any) -> GateReport:
    """Return a check of one measured entry against a baseline that was found. The exit code follows the verdicts."""
    entries: tuple[GatedEntry, ...] = changes.pop("entries", (gated_entry(),))
    plain = GateReport(
        schema_version=GATE_SCHEMA_VERSION,
        tool_version=__version__,
        project="shop",
        key=KEY,
        static=False,
        baseline=BaselineUse("footprint-baseline.json", found=True),
        entries=entries,
        verdicts=verdicts,
        notes=(),
        measured=Baseline({KEY: _environment(entries)}),
        exit_code=0,
    )
    plain = replace(plain, **changes)
    failing = {one.code for one in plain.failures}
    return replace(plain, exit_code=3 if "FP905" in failing else 1 if failing else 0)


def _environment(entries: tuple[GatedEntry, ...]) -> EnvironmentBaseline:
    measured = {
        entry.name: EntryBaseline(entry.anon_bytes, entry.rss_bytes, startup={"fastapi": mib(6.9)})
        for entry in entries
        if entry.rss_bytes is not None
    }
    return EnvironmentBaseline("3.11.7", __version__, mib(482), 96, {"numpy": mib(55)}, measured)


# The rules as they stand when nothing is wrong

BUDGETS = (
    _of_web("FP401", 116.1, 384.0),
    _of_web("FP402", 166.2, 384.0),
    _of_web("FP405", 482, 600, "482.0 of 600.0 MiB on disk", entry=None),
    verdict("FP406", "96 of 100 distributions", unit="count", measured=96, allowed=100),
)
_DISK_STEADY = "installed, without bytecode: 481.9 MiB -> 482.0 MiB, +0.1 MiB (+0.0 %), allowed +24.1 MiB"
STEADY = (
    _of_web("FP411", 116.1, 121.8, was=116.0),
    _of_web("FP412", 166.2, 174.3, was=166.0),
    _of_web("FP413", 482, 506, _DISK_STEADY, was=481.9, entry=None),
)
CLEAN = (verdict("FP301", "none of torch, matplotlib is loaded", entry="web"),)
USE = (verdict("FP101", "no unused requirement"), verdict("FP105", "every import is declared"))

# What may be wrong


EXPORT = "backend/routes/export.py:7"
NEW_PANDAS = reason(
    after_bytes=mib(30.2),
    chain=_steps("backend.main", "backend.routes.export backend/main.py:12", f"pandas {EXPORT}"),
    **_at(EXPORT),
    statement="pandas",
    deferral_bytes=mib(32.4),
    brings=(Brought("pytz", mib(1.1)), Brought("python-dateutil", mib(0.6))),
)
GROWN_NUMPY = reason(
    "numpy",
    kind="grown",
    before_bytes=mib(11.9),
    after_bytes=mib(14.0),
    chain=_steps("backend.main", "backend.retriever backend/main.py:11", "sklearn backend/retriever.py:5", "numpy"),
    **_at("backend/retriever.py:5"),
    statement="sklearn",
    still_needed_by=("scikit-learn", "backend/vector_store.py:9"),
)
REST = reason(None, kind="rest", before_bytes=None, after_bytes=mib(1.2))
PANDAS: Mapping[str, Any] = {"entry": "web", "subject": "pandas", "reasons": (NEW_PANDAS,)}
GROWN = _of_web(
    *("FP411", 150.3, 121.9),
    was=116.1,
    outcome="violated",
    **_at(EXPORT),
    reasons=(NEW_PANDAS, GROWN_NUMPY, REST),
    hint=Hint.ACCEPT,
)
FORBIDDEN = _violated("FP301", "pandas is forbidden at startup and loaded", EXPORT, **PANDAS, hint=Hint.IMPORTERS)
UNUSED = _violated("FP101", "nltk is declared and unused", "requirements.txt:9", subject="nltk", hint=Hint.EXPLAIN)
NEW_DISTRIBUTION = _violated(
    "FP414",
    "polars is new and takes 174.0 MiB on disk (requirements.txt:12)",
    "requirements.txt:12",
    unit="bytes",
    measured=mib(174),
    allowed=mib(10),
    subject="polars",
    names_place=True,
)
RSS_GREW = _of_web("FP412", 201.9, 174.5, was=166.2, outcome="violated", reasons=(NEW_PANDAS,))
NEW_AT_STARTUP = _violated("FP303", "pandas loads at startup and did not in the baseline", EXPORT, **PANDAS)
DISK_GREW = _of_web(
    *("FP413", 656, 506.1),
    "installed, without bytecode: 482.0 MiB -> 656.0 MiB, +174.0 MiB (+36.1 %), allowed +24.1 MiB",
    was=482,
    entry=None,
    outcome="violated",
    **_at("requirements.txt:12"),
    reasons=(
        reason("polars", after_bytes=mib(174), **_at("requirements.txt:12")),
        reason("numpy", kind="grown", before_bytes=mib(54.8), after_bytes=mib(55), **_at("requirements.txt:3")),
    ),
    hint=Hint.ACCEPT,
)
STALE = _violated("FP901", "nltk is accepted as unused and is no longer declared", subject="nltk", hint=Hint.RENEW)
KNOWN = verdict(
    *("FP101", "matplotlib is declared and unused"), outcome="known", subject="matplotlib", **_at("requirements.txt:8")
)
NOISE = _of_web(
    *("FP411", 120.1, 121.9),
    "startup anon differs by 9.1 MiB over 7 runs; more than half of the 5.8 MiB allowed",
    was=116.1,
    outcome="not judged",
    hint=Hint.QUIETER,
)
_NO_PANDAS = "ModuleNotFoundError: No module named 'pandas'"
NOT_MEASURED = _violated(
    "FP905", f"backend.worker could not be measured: {_NO_PANDAS}", "backend/worker.py:3", entry="worker"
)
NO_BASELINE = _violated(
    "FP903", f"footprint-baseline.json has nothing for {KEY}: judged by budgets only", hint=Hint.RECORD
)
UNMEASURED_WORKER = gated_entry(
    "worker",
    target="backend.worker",
    **dict.fromkeys(("anon_bytes", "rss_bytes", "anon_noise_bytes", "rss_noise_bytes")),
    **dict.fromkeys(("anon_runs_bytes", "rss_runs_bytes"), ()),
    budget_source="",
    not_measured=_NO_PANDAS,
)
GROWN_WEB = gated_entry(anon_bytes=mib(150.3), rss_bytes=mib(201.9))


def passed() -> GateReport:
    """Return a check that nothing is wrong with."""
    return gate_report(*CLEAN, *BUDGETS, *STEADY, *USE)


def failed() -> GateReport:
    """Return a check whose start grew by pandas, with every kind of reason, a warning and a known finding."""
    rules = (FORBIDDEN, NEW_AT_STARTUP, *BUDGETS[2:], GROWN, RSS_GREW, DISK_GREW, NEW_DISTRIBUTION, UNUSED, KNOWN)
    return gate_report(*rules, entries=(GROWN_WEB,), notes=(Note("syntax-error", "cannot be parsed", "old.py", 7),))


def warned() -> GateReport:
    """Return a check that passed and has something to tell."""
    return gate_report(*CLEAN, NEW_AT_STARTUP, *BUDGETS, STEADY[0], RSS_GREW, STEADY[2], STALE, entries=(GROWN_WEB,))


def known() -> GateReport:
    """Return a check that passed because the baseline accepts what it found."""
    return gate_report(*BUDGETS, *STEADY, KNOWN, replace(KNOWN, subject="nltk", message="nltk is declared and unused"))


def noisy() -> GateReport:
    """Return a check that could not judge one rule."""
    runs = tuple(mib(each) for each in (120.1, 119.0, 128.1, 119.5, 121.0, 119.2, 122.2))
    entry = gated_entry(anon_bytes=mib(120.1), anon_runs_bytes=runs, anon_noise_bytes=mib(9.1))
    noise = verdict("FP906", "the runs of web differ too much to judge", entry="web", outcome="violated")
    return gate_report(*BUDGETS[1:], NOISE, *STEADY[1:], noise, entries=(entry,))


def not_measured() -> GateReport:
    """Return a check of two entries, one of which could not be started: nothing else is wrong."""
    return gate_report(*BUDGETS, *STEADY, NOT_MEASURED, entries=(gated_entry(), UNMEASURED_WORKER))


def not_measured_but_accepted() -> GateReport:
    """Return the same under --on-probe-error warn: a warning, and still not passed."""
    unmeasured = replace(NOT_MEASURED, level="warning")
    return gate_report(*BUDGETS, *STEADY, unmeasured, entries=(gated_entry(), UNMEASURED_WORKER))


def failed_and_not_measured() -> GateReport:
    """Return a check with a failure and an entry that could not be started."""
    return gate_report(GROWN, NOT_MEASURED, UNUSED, entries=(GROWN_WEB, UNMEASURED_WORKER))


def static_failed() -> GateReport:
    """Return a check that started nothing and found an unused requirement."""
    undeclared = _violated("FP105", "yaml is imported and declared nowhere", "backend/conf.py:2")
    unreached = verdict("FP102", "every import is reached")
    return gate_report(UNUSED, unreached, undeclared, KNOWN, static=True, entries=(), baseline=BaselineUse(None, False))


def static_passed() -> GateReport:
    """Return a check that started nothing and found nothing."""
    return gate_report(*USE, static=True, entries=())


def without_baseline() -> GateReport:
    """Return a check by budgets only, since the file has nothing for this environment."""
    return gate_report(*BUDGETS, NO_BASELINE, baseline=BaselineUse("footprint-baseline.json", found=False))


def without_a_platform_figure() -> GateReport:
    """Return a check on a platform that does not tell anonymous memory."""
    entry = gated_entry(anon_bytes=None, anon_runs_bytes=(), anon_noise_bytes=None)
    anon = verdict(
        "FP411", "anonymous memory is not told by this platform", entry="web", outcome="not judged", unit="bytes"
    )
    return gate_report(BUDGETS[1], anon, STEADY[1], entries=(entry,))


def against() -> GateReport:
    """Return a check against another tree, measured alternately: what drifted there already is not held against it."""
    entry = gated_entry(base_anon_bytes=mib(115.9), base_rss_bytes=mib(166.0))
    use = BaselineUse("footprint-baseline.json", found=True, against="../base")
    return gate_report(*BUDGETS, *STEADY, entries=(entry,), baseline=use)


def hostile() -> GateReport:
    """Return a check in which every text that comes from outside is hostile."""
    bad = reason(
        HOSTILE_NAME,
        chain=(LoadStep(HOSTILE_NAME, None, None), LoadStep("a`b", HOSTILE_PATH, 3), LoadStep("c", HOSTILE_PATH, 4)),
        path=HOSTILE_PATH,
        line=4,
        statement=HOSTILE_NAME,
        deferral_bytes=mib(3),
        still_needed_by=(HOSTILE_PATH, HOSTILE_NAME),
        brings=(Brought(HOSTILE_NAME, mib(1)),),
    )
    where: dict[str, Any] = {"entry": HOSTILE_NAME, "subject": HOSTILE_NAME, "path": HOSTILE_PATH, "line": 4}
    grown = replace(GROWN, message=HOSTILE_WORDS, reasons=(bad,), **where)
    return gate_report(
        replace(FORBIDDEN, message=HOSTILE_NAME, reasons=(bad, bad), **where),
        replace(BUDGETS[0], message=HOSTILE_WORDS, **where),
        grown,
        replace(RSS_GREW, message=HOSTILE_WORDS, reasons=(bad,), **where),
        replace(NOISE, rule=RULE_BY_CODE["FP412"], message=HOSTILE_WORDS, **where),
        replace(KNOWN, message=HOSTILE_WORDS, **where),
        project=HOSTILE_NAME,
        key=f"{HOSTILE_NAME}---{HOSTILE_PATH}",
        entries=(gated_entry(HOSTILE_NAME, target=HOSTILE_NAME, budget_source=HOSTILE_WORDS),),
        baseline=BaselineUse(HOSTILE_PATH, found=True, against=HOSTILE_PATH),
        notes=(Note("hostile", HOSTILE_WORDS, HOSTILE_PATH, 4), Note("bare", HOSTILE_NAME)),
    )


def huge(count: int = 5000) -> GateReport:
    """Return `count` verdicts with long hostile names, most of them failures with reasons."""
    verdicts = []
    for number in range(count):
        name = f"{number} {HOSTILE_WORDS * 4}"
        bad = reason(
            name, path=f"{number}/{HOSTILE_PATH * 20}", line=number, statement=name, still_needed_by=(name,) * 9
        )
        plain = (GROWN, RSS_GREW, STEADY[0], KNOWN, NOISE)[number % 5]
        verdicts.append(replace(plain, entry=name, message=name, subject=name, path=name, reasons=(bad,) * 20))
    entries = tuple(gated_entry(f"{number} {HOSTILE_WORDS * 4}") for number in range(count // 5))
    notes = tuple(Note("hostile", HOSTILE_WORDS, HOSTILE_PATH, number) for number in range(count // 5))
    return gate_report(*verdicts, entries=entries, notes=notes, project="p" * 5000, key=HOSTILE_WORDS)


REPORTS: Mapping[str, Callable[[], GateReport]] = {
    made.__name__: made
    for made in (
        passed,
        failed,
        warned,
        known,
        noisy,
        not_measured,
        not_measured_but_accepted,
        failed_and_not_measured,
        static_failed,
        static_passed,
        without_baseline,
        without_a_platform_figure,
        against,
        hostile,
    )
}
