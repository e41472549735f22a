"""Why a distribution is not of a stronger class: every class is accounted for, by what was seen."""

import pytest

from footprint.model.audit import DistributionRow, Usage
from footprint.model.memory_rows import LoadStep
from footprint.report.audit.why import explain_stronger
from tests.support.builders import audit, declared_at, distribution, entry, evidence

LOADED = (LoadStep("app", None, None), LoadStep("lib", "app.py", 3))
LINE = (declared_at("pkg"),)


def lines_of(row: DistributionRow, *, measured: bool = True) -> dict[str, str]:
    entries = (entry(),) if measured else (entry(stages=(), not_measured="--no-probe"),)
    found = explain_stronger(audit(row, entries=entries), row)
    return dict(line.removeprefix("not ").split(": ", 1) for line in found)


@pytest.mark.parametrize("usage", Usage)
def test_every_stronger_class_is_accounted_for_in_order(usage: Usage) -> None:
    order = [each.value for each in Usage]
    assert list(lines_of(distribution(usage=usage))) == order[: order.index(usage.value)]


CASES = {
    "not in memory": (distribution(declared=LINE), "startup", "not in memory after startup"),
    "in memory, through another": (
        distribution(usage=Usage.TRANSITIVE, load_chain=LOADED),
        "startup",
        "other distributions load it (through app.py:3)"
    ),
    "not installed": (distribution(version=None), "startup", "not installed"),
    "imported at module level, not loaded": (
        distribution(usage=Usage.LAZY, evidence=(evidence(),)), "startup", "did not load it"
    ),
    "imported in functions": (
        distribution(usage=Usage.LAZY, evidence=(evidence(placement="function", function="f"),)),
        "startup",
        "no import at module level",
    ),
    "not declared": (distribution(usage=Usage.TRANSITIVE), "implied", "nothing declares it"),
    "a pin": (
        distribution(usage=Usage.TRANSITIVE, declared=LINE, required_by=("x",)), "implied", "ask for it require it"
    ),
    "unreached import": (
        distribution(usage=Usage.UNREACHED, declared=LINE, evidence=(evidence(),)), "implied", "your own import"
    ),
    "a development line": (distribution(usage=Usage.TESTS, declared=LINE), "implied", "your own group"),
    "a guest": (distribution(declared=LINE, load_chain=LOADED), "implied", "only because it is installed"),
    "nothing asks": (distribution(declared=LINE), "implied", "no used code asks for it"),
    "declared in main": (distribution(declared=LINE), "tests", "declared in main"),
    "required in a circle": (distribution(declared=LINE, required_by=("x",)), "transitive", "x requires it, but"),
    "required by nothing": (distribution(declared=LINE), "transitive", "no installed distribution"),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_is_missing_for_a_class(case: str) -> None:
    row, usage, words = CASES[case]
    assert words in lines_of(row)[usage]


def test_what_was_not_measured_or_not_known_is_said() -> None:
    row = distribution(declared=LINE)
    assert "not measured" in lines_of(row, measured=False)["startup"]
    unknown = dict(line.removeprefix("not ").split(": ", 1) for line in explain_stronger(audit(row), row))
    assert "no entry point is known" in unknown["unreached"]
