"""The settings to begin with, out of audits made by hand; and TOML text that comes back as it was."""

import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.model.audit import Audit, Finding, UndeclaredRow, Usage
from footprint.model.memory_rows import Brought, Fit, Limit
from footprint.model.service_memory import WorkersRow
from footprint.report.gate.first_settings import render_check, render_options, round_up
from footprint.report.text.toml_text import comment, is_writable, key, value
from tests.support.builders import audit, disk, distribution, entry, evidence, failure, first_use, stage

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

MIB = 1 << 20
HEAVY = {"apparent_bytes": 12 * MIB}


def measured(name: str = "web", rss: int = 100 * MIB, **changes: Any) -> Any:
    """Return an entry that was ready with `rss`, half of it anonymous."""
    return entry(name, **({"stages": (stage("ready", rss),), "failure": None, "not_measured": None} | changes))


def fit(limit: int, name: str = "web", rss: int = 100 * MIB) -> Fit:
    return Fit(name, "ready", limit, rss, rss // 2, limit - rss, rss <= limit, True, None, None, source="render.yaml:5")


def check(found: Audit) -> dict[str, Any]:
    """Return [tool.footprint.check] as a TOML reader gives it back."""
    table: dict[str, Any] = tomllib.loads(render_check(found))["tool"]["footprint"]["check"]
    return table


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (0, 1),
        (1, 1),
        (8 * MIB, 10),
        (16 * MIB, 20),
        (17 * MIB, 25),
        (80 * MIB, 100),
        (81 * MIB, 110),
        (900 * MIB, 1150),
    ],
)
def test_budgets_are_round(size: int, expected: int) -> None:
    assert round_up(size) == expected


@given(st.integers(0, 1 << 40))
def test_a_budget_has_a_quarter_of_headroom_and_not_much_more(size: int) -> None:
    budget = round_up(size) * MIB
    assert size * 1.25 <= budget <= max(size * 1.25 * 1.35, size * 1.25 + MIB)


def test_what_was_measured_and_a_quarter() -> None:
    found = check(audit(entries=(measured(),), disk=disk(site_apparent_bytes=100 * MIB, own_bytes=20 * MIB)))
    assert (found["max-startup-anon"], found["max-startup-rss"], found["max-disk"]) == ("65 MiB", "130 MiB", "100 MiB")


BYTECODE = {  # of 100 MiB that are no bytecode: the budget, which the check can judge
    "a quarter covers it": (20, "130 MiB"),
    "more than a quarter": (40, "180 MiB"),
}


@pytest.mark.parametrize("case", BYTECODE)
def test_the_budget_of_disk_holds_the_bytecode_as_well(case: str) -> None:
    bytecode, expected = BYTECODE[case]
    row = distribution("a", apparent_bytes=(100 + bytecode) * MIB, bytecode_bytes=bytecode * MIB)
    found = check(audit(row, entries=(measured(),), disk=disk(site_apparent_bytes=(100 + bytecode) * MIB)))
    assert found["max-disk"] == expected


# Limits of the host, with the two budgets that follow for 50 MiB anonymous of 100 MiB.
LIMITS: dict[str, tuple[int, int, tuple[str, str]]] = {
    "wide": (512 * MIB, 1, ("65 MiB", "130 MiB")),
    "RSS only is near": (160 * MIB, 1, ("65 MiB", "75%")),
    "near": (80 * MIB, 1, ("75%", "75%")),
    "wide, shared by workers": (512 * MIB, 4, ("65 MiB", "75%")),
}


@pytest.mark.parametrize("case", LIMITS)
def test_a_limit_bounds_the_budgets(case: str) -> None:
    limit, workers, expected = LIMITS[case]
    row = WorkersRow("web", "gunicorn", workers, False, 90 * MIB, MIB, MIB, MIB, limit_bytes=limit)
    found = audit(entries=(measured(),), fits=(fit(limit),), workers=(row,))
    assert (check(found)["max-startup-anon"], check(found)["max-startup-rss"]) == expected


def test_what_is_over_a_limit_already_is_said() -> None:
    row = WorkersRow("web", "gunicorn", 2, False, 90 * MIB, MIB, MIB, MIB, limit_bytes=64 * MIB)
    found = audit(
        entries=(measured(),),
        fits=(fit(64 * MIB),),
        workers=(row,),
        limit=Limit(64 * MIB, 10 * MIB, "vercel.json:3"),
        disk=disk(site_apparent_bytes=100 * MIB, own_bytes=0),
    )
    text = render_check(found)
    assert "anonymous memory of web at startup: 24.0 MiB for each of 2 workers, 75% of the limit of 64.0 MiB" in text
    assert "50.0 MiB measured: over it already, the check fails until it is less" in text
    assert "100.0 MiB measured: over it already, the check warns until it is less" in text
    assert "2 workers are estimated at 90.0 MiB, over 75% of 64.0 MiB: the check fails until it is less" in text
    assert "100.0 MiB of the 10.0 MiB that vercel.json:3 allows: over it already" in text
    assert check(found)["max-disk"] == "100%"


def test_only_what_no_start_loads_is_forbidden_lazy_ones_first() -> None:
    loaded = {"loaded_at_stage": "ready", "startup_self_rss_by_entry": (("web", MIB),)}
    rows = (
        distribution("transitive", Usage.TRANSITIVE, apparent_bytes=90 * MIB),
        distribution("unused", Usage.UNUSED, apparent_bytes=95 * MIB),
        distribution("lazy", Usage.LAZY, **HEAVY),
        distribution("brought", Usage.TRANSITIVE, **HEAVY),
        distribution("loaded", Usage.STARTUP, **HEAVY, **loaded),
        distribution("loaded-by-chain", Usage.TRANSITIVE, **HEAVY, **loaded),
        distribution("light", Usage.LAZY, apparent_bytes=10 * MIB - 1),
        distribution("not-there", Usage.LAZY, apparent_bytes=None, version=None),
        distribution("pip", Usage.ORPHAN, **HEAVY),
        distribution("pytest", Usage.TESTS, **HEAVY),
        distribution('evil"\n[x]', Usage.LAZY, **HEAVY),
    )
    uses = (first_use(brings=(Brought("brought", MIB),)),)
    found = check(audit(*rows, entries=(measured(),), first_uses=uses))
    assert found["forbid-at-startup"] == ["lazy", "brought", "transitive", "unused"]


def test_without_a_measured_start_what_loads_is_not_known() -> None:
    rows = (distribution("lazy", Usage.LAZY, **HEAVY), distribution("other", Usage.TRANSITIVE, **HEAVY))
    for entries in (
        (),
        (measured(), entry("job", stages=(), not_measured="--no-probe")),
        (measured(failure=failure()),),
    ):
        found = audit(*rows, entries=entries)
        assert "forbid-at-startup" not in check(found)
        assert '# forbid-at-startup = ["lazy"]' in render_check(found)


def test_a_long_list_is_cut_and_says_so() -> None:
    rows = [distribution(f"d{number}", Usage.LAZY, apparent_bytes=(20 + number) * MIB) for number in range(33)]
    found = audit(*rows, entries=(measured(),))
    names = check(found)["forbid-at-startup"]
    assert (len(names), names[0]) == (30, "d32")
    assert "# and 3 lighter ones" in render_check(found)


def test_several_entries_have_sections_with_what_only_the_others_load() -> None:
    rows = (
        distribution("pandas", Usage.STARTUP, **HEAVY, startup_self_rss_by_entry=(("a job", MIB),)),
        distribution("fastapi", Usage.STARTUP, **HEAVY, startup_self_rss_by_entry=(("web", MIB), ("a job", MIB))),
        distribution("torch", Usage.LAZY, **HEAVY),
    )
    found = check(audit(*rows, entries=(measured("web"), measured("a job", 40 * MIB))))
    assert found["forbid-at-startup"] == ["torch"]
    assert "max-startup-rss" not in found
    assert found["entries"] == {
        "web": {"max-startup-anon": "65 MiB", "max-startup-rss": "130 MiB", "forbid-at-startup": ["pandas"]},
        "a job": {"max-startup-anon": "25 MiB", "max-startup-rss": "50 MiB"},
    }


def test_findings_of_today_are_listed_and_remarks_and_ignored_ones_are_not() -> None:
    def finding(code: str, name: str, **changes: Any) -> Finding:
        plain: dict[str, Any] = {
            "severity": "warning",
            "message": name,
            "distribution": name,
            "path": "a.py",
            "line": 1,
        }
        return Finding(code, **(plain | changes))

    findings = (
        finding("FP101", "nltk"),
        finding("FP101", "boto3"),
        finding("FP101", "ignored", suppressed=True),
        finding("FP102", "remark", severity="info"),
        finding("FP105", "pyyaml", path="conf.py", line=2),
        finding("FP104", "another"),
    )
    yaml = UndeclaredRow("yaml", "pyyaml", (), (evidence("conf.py", 2),))
    text = render_check(audit(entries=(measured(),), findings=findings, undeclared=(yaml,)))
    assert [line.rpartition("; ")[2] for line in text.splitlines() if "today" in line and ";" in line] == [
        "today: boto3, nltk", "none today", "today: yaml"
    ]  # fmt: skip
    for name in ("ignored", "remark", "another"):
        assert name not in text


def test_what_was_found_by_itself_is_a_comment_and_hostile_words_stay_in_it() -> None:
    evil = "app\n[tool.evil]\nx = 1 \x1b[31m\u202e"
    found = audit(entries=(measured(target=evil, failure=failure(evil)),), limit=Limit(MIB, None, evil))
    text = render_options(found, {}, (evil,)) + render_check(found)
    assert list(tomllib.loads(text)["tool"]) == ["footprint"]
    assert "\x1b" not in text and "\u202e" not in text
    assert sum("[tool.evil]" in line for line in text.splitlines()) >= 4
    assert all(line.startswith("#") for line in text.splitlines() if "evil" in line)


ENCODABLE = st.characters(codec="utf-8")
VALUES = st.one_of(
    st.text(ENCODABLE),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.lists(st.text(ENCODABLE)),
)


@given(st.text(ENCODABLE, min_size=1), VALUES, st.text())
def test_text_comes_back_as_it_was(name: str, given_value: Any, remark: str) -> None:
    text = f"{comment(remark)}\n{key(name)} = {value(given_value)}\n"
    assert tomllib.loads(text) == {name: given_value}
    assert text.encode()  # whatever the remark


@pytest.mark.parametrize("number", [0.5, 30.0, 1e-7, 123456789.25])
def test_numbers_come_back(number: float) -> None:
    assert tomllib.loads(f"x = {value(number)}")["x"] == number


def test_bytes_that_are_no_text_are_told() -> None:
    assert not is_writable("a\udcff")
    with pytest.raises(ValueError, match="surrogate"):
        value("a\udcff")
