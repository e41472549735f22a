"""What two audits differ in, and what is no difference."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.analysis.difference.audit_pairs import compare_audits
from footprint.model.audit import Audit, Finding, Usage
from footprint.model.audit_difference import AuditDifference
from footprint.model.environment_facts import Measurement
from footprint.model.memory_rows import Limit, LoadStep
from footprint.units import MIB
from tests.support.builders import audit, declared_at, disk, distribution, entry, failure, measurement, stage

CHAIN = (LoadStep("app", None, None), LoadStep("views", "app.py", 3), LoadStep("pandas", "views.py", 7))
LOADED: dict[str, Any] = {"loaded_at_stage": "import", "loaded_by_entries": ("web",)}
ORDERS = ("the same", "changed")


def started(*rows: Any, **changes: Any) -> Audit:
    return audit(*rows, entries=(entry(),), **changes)


def compare(before: Audit, after: Audit) -> AuditDifference:
    return compare_audits(before, after, ("before", "after"))


PANDAS = distribution("pandas", Usage.STARTUP, load_chain=CHAIN, startup_self_rss_bytes=9 * MIB, **LOADED)
LAZY = distribution("pandas", Usage.LAZY, loaded_at_stage="first_use", loaded_by_entries=())
DEEP = (*CHAIN, LoadStep("pandas.core", None, None), LoadStep("numpy", None, None))
# before, after, what entered, what left: name, path, line, way, bytes
STARTS: dict[str, tuple[Audit, Audit, list[Any], list[Any]]] = {
    "entered": (started(), started(PANDAS), [("pandas", "views.py", 7, ("pandas",), 9 * MIB)], []),
    "left": (started(PANDAS), started(LAZY), [], [("pandas", "views.py", 7, ("pandas",), 9 * MIB)]),
    "by way of others": (
        started(),
        started(distribution("numpy", load_chain=DEEP, **LOADED)),
        [("numpy", "views.py", 7, ("pandas", "pandas.core", "numpy"), None)],
        [],
    ),
    "nobody of ours asked": (
        started(),
        started(distribution("numpy", load_chain=DEEP[-1:], **LOADED)),
        [("numpy", None, None, ("numpy",), None)],
        [],
    ),
    "by a hook before the first line": (
        started(),
        started(distribution("hook", **(LOADED | {"loaded_at_stage": "interpreter"}))),
        [("hook", None, None, (), None)],
        [],
    ),
    "the figure is that of the entry": (
        started(),
        started(replace(PANDAS, startup_self_rss_by_entry=(("job", MIB), ("web", 2 * MIB)))),
        [("pandas", "views.py", 7, ("pandas",), 2 * MIB)],
        [],
    ),
    "noop: at the same place": (started(PANDAS), started(PANDAS), [], []),
    "noop: another line asks": (started(PANDAS), started(replace(PANDAS, load_chain=DEEP)), [], []),
    "noop: only when it is used": (started(), started(LAZY), [], []),
    "noop: another entry loads it": (started(), started(replace(PANDAS, loaded_by_entries=("job",))), [], []),
}


@pytest.mark.parametrize("case", STARTS)
def test_what_entered_and_left_a_start(case: str) -> None:
    before, after, entered, left = STARTS[case]
    (found,) = compare(before, after).entries
    for changes, expected in ((found.entered, entered), (found.left, left)):
        assert [(each.name, each.path, each.line, each.way, each.self_rss_bytes) for each in changes] == expected


def test_the_heaviest_that_entered_comes_first() -> None:
    rows = [
        distribution(name, startup_self_rss_bytes=size, **LOADED) for name, size in (("a", 1), ("b", 3), ("c", None))
    ]
    (found,) = compare(started(), started(*rows)).entries
    assert [each.name for each in found.entered] == ["b", "a", "c"]


NOT_COMPARED = {
    "the start failed before": (entry(failure=failure("killed by SIGSEGV")), entry(), "before: killed by SIGSEGV"),
    "the start failed after": (entry(), entry(failure=failure("no module x")), "after: no module x"),
    "never measured": (entry(), entry(stages=(), not_measured="--no-probe"), "after: --no-probe"),
}


@pytest.mark.parametrize("case", NOT_COMPARED)
def test_half_a_start_is_not_compared(case: str) -> None:
    old, new, why = NOT_COMPARED[case]
    (found,) = compare(audit(PANDAS, entries=(old,)), audit(entries=(new,))).entries
    assert found.not_compared == why
    assert not found.figures and not found.entered and not found.left


def test_figures_are_of_the_stages_that_both_reached() -> None:
    further = entry(stages=(*entry().stages, stage("ready", 40 * MIB)))
    (found,) = compare(audit(entries=(entry(),)), audit(entries=(further,))).entries
    assert [(figure.stage, figure.name) for figure in found.figures] == [
        ("import", what) for what in ("RSS", "anon", "peak", "modules", "distributions")
    ]
    heavier = entry(stages=(stage("interpreter", 10 * MIB), stage("import", 32 * MIB, anon_bytes=None)))
    (found,) = compare(audit(entries=(entry(),)), audit(entries=(heavier,))).entries
    assert [figure.change for figure in found.figures] == [2 * MIB, None, 2 * MIB, 0, -2]


def test_entries_of_one_side_are_named() -> None:
    found = compare(audit(entries=(entry("web"), entry("old"))), audit(entries=(entry("new"), entry("web"))))
    assert [each.name for each in found.entries] == ["web"]
    assert (found.entries_gone, found.entries_new) == (("old",), ("new",))


DECLARED = (declared_at("pkg", line=7),)
# before, after, what is told: versions, uses, change on disk, declared at
CHANGES: dict[str, tuple[Any, Any, Any]] = {
    "new": (None, distribution(), ((None, "1.0"), (None, Usage.UNUSED), MIB, None)),
    "gone": (distribution(declared=DECLARED), None, (("1.0", None), (Usage.UNUSED, None), -MIB, 7)),
    "another release": (
        distribution(),
        distribution(version="2.0", apparent_bytes=3 * MIB),
        (("1.0", "2.0"), (Usage.UNUSED,) * 2, 2 * MIB, None),
    ),
    "another use": (
        distribution(),
        distribution(usage=Usage.LAZY),
        (("1.0", "1.0"), (Usage.UNUSED, Usage.LAZY), 0, None),
    ),
    "not weighed": (
        distribution(apparent_bytes=None),
        distribution(version="2.0"),
        (("1.0", "2.0"), (Usage.UNUSED,) * 2, None, None),
    ),
    "declared, and not installed any more": (
        distribution(declared=DECLARED),
        distribution(version=None, apparent_bytes=None, declared=DECLARED),
        (("1.0", None), (Usage.UNUSED,) * 2, -MIB, 7),
    ),
    "noop: the same": (distribution(), distribution(), None),
    "noop: its bytecode": (distribution(), distribution(apparent_bytes=2 * MIB, bytecode_bytes=MIB), None),
    "noop: another reason": (distribution(), distribution(reason="other words"), None),
    "noop: another line of it": (distribution(declared=DECLARED), distribution(declared=(declared_at("pkg"),)), None),
}


@pytest.mark.parametrize("case", CHANGES)
def test_distributions_that_differ(case: str) -> None:
    old, new, expected = CHANGES[case]
    found = compare(*(audit(*filter(None, [row])) for row in (old, new))).distributions
    told = [
        (
            (each.version_before, each.version_after),
            (each.usage_before, each.usage_after),
            each.disk_change,
            each.line,
        )
        for each in found
    ]
    assert told == ([] if expected is None else [expected])


def finding(code: str = "FP101", **changes: Any) -> Finding:
    return replace(Finding(code, "warning", "pkg is unused", "pkg", "requirements.txt", 1), **changes)


# before, after, new, gone
FINDINGS: dict[str, tuple[list[Finding], list[Finding], int, int]] = {
    "new": ([], [finding()], 1, 0),
    "gone": ([finding()], [], 0, 1),
    "of another code": ([finding()], [finding("FP105")], 1, 1),
    "of another file": ([finding()], [finding(path="other.txt")], 1, 1),
    "twice now": ([finding()], [finding(), finding(line=2)], 1, 0),
    "noop: at another line": ([finding()], [finding(line=9)], 0, 0),
    "noop: with another figure": ([finding()], [finding(message="pkg is unused: 3.0 MiB")], 0, 0),
    "noop: suppressed": ([], [finding(suppressed=True)], 0, 0),
}


@pytest.mark.parametrize("case", FINDINGS)
def test_findings_of_one_side(case: str) -> None:
    before, after, new, gone = FINDINGS[case]
    found = compare(audit(findings=tuple(before)), audit(findings=tuple(after)))
    assert (len(found.findings_new), len(found.findings_gone)) == (new, gone)


ENVIRONMENT = audit().environment
MACHINE = measurement().machine


def measured(**changes: Any) -> Audit:
    return audit(**{"measured": measurement(), **changes})


CIRCUMSTANCES: dict[str, tuple[dict[str, Any], str]] = {
    "Python": ({"environment": replace(ENVIRONMENT, python="3.12.1")}, "Python: cpython 3.11.7 before, cpython 3.12.1"),
    "platform": ({"environment": replace(ENVIRONMENT, platform="macos")}, "platform: linux-x86_64 before, macos after"),
    "project": ({"project": "other"}, "project: shop before, other after"),
    "release of ours": ({"tool_version": "9"}, "footprint: "),
    "limit": ({"limit": Limit(512 * MIB, None, "--limit")}, "limit of the host: none before, 512.0 MiB after"),
    "machine": (
        {"measured": Measurement("2026-01-02T03:04:05Z", replace(MACHINE, processor=None, memory_bytes=256 * MIB))},
        "measured on different machines, RSS and time may differ: processor AMD EPYC before, not known after; "
        "memory 8,192.0 MiB before, 256.0 MiB after",
    ),
    "control group": (
        {"measured": Measurement("2026-01-02T03:04:05Z", replace(MACHINE, memory_limit_bytes=512 * MIB))},
        "measured on different machines, RSS and time may differ: memory of the control group no limit before, 512.0 "
        "MiB after",
    ),
}


@pytest.mark.parametrize("case", CIRCUMSTANCES)
def test_what_else_differs_is_said(case: str) -> None:
    changes, words = CIRCUMSTANCES[case]
    (note,) = compare(measured(), measured(**changes)).notes
    assert note.message.startswith(words)


def test_another_day_or_an_unknown_machine_is_no_difference() -> None:
    later = measured(measured=Measurement("2027-01-02T03:04:05Z", MACHINE))
    for pair in ((measured(), later), (measured(), audit()), (audit(), measured())):
        assert compare(*pair).notes == ()


SOME = st.lists(
    st.tuples(st.sampled_from("abcdef"), st.integers(0, 9), st.sampled_from([*Usage])), unique_by=lambda each: each[0]
)


@given(SOME, SOME)
def test_the_sum_of_the_changes_is_the_change(old: list[Any], new: list[Any]) -> None:
    """And the way back is the opposite; an audit has no difference to itself."""
    one, other = (
        audit(*(distribution(name, usage, apparent_bytes=size) for name, size, usage in rows), disk=disk())
        for rows in (old, new)
    )
    there, back = compare(one, other), compare(other, one)
    assert sum(each.disk_change or 0 for each in there.distributions) == sum(size for _, size, _ in new) - sum(
        size for _, size, _ in old
    )
    assert {each.name: each.disk_change for each in back.distributions} == {
        each.name: -(each.disk_change or 0) for each in there.distributions
    }
    assert not compare(one, one).distributions
