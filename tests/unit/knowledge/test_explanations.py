"""Every code and every class is explained, offline, in full."""

from __future__ import annotations

import pytest

from footprint.cli import explain_command
from footprint.errors import UsageError
from footprint.knowledge.codes import CODES, GATE_RULES, RULE_BY_CODE
from footprint.knowledge.tables import read_explanations
from footprint.model.audit import Usage
from footprint.model.rule import Rule
from footprint.report.audit.columns import CLASSES

RULE_CODES = tuple(rule.code for rule in GATE_RULES if rule.code not in CODES)


def test_every_code_and_class_is_explained_in_order_and_nothing_else_is() -> None:
    assert list(read_explanations()) == [*CODES, *RULE_CODES, *(usage.value for usage in Usage)]


@pytest.mark.parametrize("name", read_explanations())
def test_an_explanation_is_whole(name: str) -> None:
    found = read_explanations()[name]
    for part in (found.title, found.meaning, found.why, found.certainty, found.fix, found.example):
        assert part.strip()
    assert bool(found.ignore) == name.startswith("FP")
    assert not name.startswith("FP") or name in found.example
    assert "  " not in " ".join(found.meaning.split())


@pytest.mark.parametrize("code", RULE_CODES)
def test_a_rule_of_the_gate_says_how_to_turn_it_off(code: str) -> None:
    found, rule = read_explanations()[code], RULE_BY_CODE[code]
    how = "It cannot be off" if rule.kind == "start" else f'`[tool.footprint.check.rules] {rule.name} = "off"`'
    assert how in found.ignore


@pytest.mark.parametrize("code", ["FP101", "FP102", "FP105"])
def test_a_finding_that_is_a_rule_as_well_says_so(code: str) -> None:
    rule = RULE_BY_CODE[code]
    assert f'`[tool.footprint.check.rules] {rule.name} = "off"`' in read_explanations()[code].ignore


@pytest.mark.parametrize("rule", GATE_RULES, ids=lambda rule: rule.name)
def test_a_rule_is_found_by_its_name(rule: Rule, capsys: pytest.CaptureFixture[str]) -> None:
    explain_command.run({"name": rule.name})
    text = capsys.readouterr().out
    if rule.name in {usage.value for usage in Usage}:  # the class is more than the finding about it
        assert text.startswith(f"{rule.name}: ")
    else:
        assert text.startswith(f"{rule.code}: ")
        assert f"In `footprint check`: the rule {rule.name}, " in text


@pytest.mark.parametrize("usage", Usage)
def test_a_class_means_the_same_here_and_in_the_report(usage: Usage) -> None:
    assert read_explanations()[usage.value].title.split(":")[0] == CLASSES[usage].split(":")[0]


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("FP101", "FP101: "), ("fp101", "FP101: "), (" Fp108 ", "FP108: "), ("implied", "implied: "),
        ("Implied?", "implied: "), ("TRANSITIVE", "transitive: "),
    ],
)  # fmt: skip
def test_names_are_taken_in_any_spelling(name: str, shown: str, capsys: pytest.CaptureFixture[str]) -> None:
    explain_command.run({"name": name})
    text = capsys.readouterr().out
    assert text.startswith(shown)
    for heading in ("Why it matters: ", "How sure: ", "What to do: ", "\nExample\n  "):
        assert heading in text
    assert ("How to ignore it: " in text) == ("In `footprint check`: " in text) == shown.startswith("FP")
    assert max(map(len, text.splitlines())) <= 120


def test_without_a_name_all_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    explain_command.run({"name": None})
    text = capsys.readouterr().out
    assert [line.split()[0] for line in text.splitlines() if line.startswith("  ")] == list(read_explanations())


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("FP110", "FP10"),
        ("FP1", "FP10"),
        ("unreachable", "unreached"),
        ("anon-increse", "anon-increase"),
        ("", "footprint explain"),
        ("xyz", "lists"),
    ],
)
def test_an_unknown_name_is_a_usage_error_with_near_matches(name: str, hint: str) -> None:
    with pytest.raises(UsageError, match=hint):
        explain_command.run({"name": name})
