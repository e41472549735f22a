"""Whole reports whose every text is hostile: nothing comes alive, no table breaks, no line is a command."""

import re
import typing
import xml.etree.ElementTree as ET
from collections.abc import Mapping
from dataclasses import fields, is_dataclass, replace
from enum import Enum
from typing import Any

import pytest

from footprint.model.audit import Audit, EntryRow, Finding, Suggestion
from footprint.model.baseline import Baseline
from footprint.model.rule import Rule
from footprint.report import formats
from footprint.report.audit import markdown, table, why
from footprint.report.gate import markdown as gate_markdown
from tests.support.alive import ALIVE, MARKUP, PARSER, alive_in
from tests.support.gate_reports import failed, hostile
from tests.unit.report.test_report_golden import shop

TEXTS = [*(text for text, _ in ALIVE), *MARKUP]
HARMFUL = [" ".join(TEXTS), *(text for text in TEXTS if " " not in text)]
OURS = {"h1", "h2", "h3", "h4", "p", "ul", "li", "strong", "code", "table", "thead", "tbody", "tr", "th", "td", "pre"}


def poison(value: Any, text: str, hint: Any = None) -> Any:
    """Return a frozen value with every text that is not one of a few words of ours replaced by `text`."""
    if isinstance(value, str) and not isinstance(value, Enum):
        return value if "Literal" in str(hint) else text
    if isinstance(value, tuple):
        return tuple(poison(item, text, hint) for item in value)
    if is_dataclass(value) and not isinstance(value, type | Rule):  # of a rule every word is ours
        hints = typing.get_type_hints(type(value))
        return replace(
            value, **{item.name: poison(getattr(value, item.name), text, hints[item.name]) for item in fields(value)}
        )
    return value


def texts_of(kind: type) -> Mapping[str, Any]:
    return {name: hint for name, hint in typing.get_type_hints(kind).items() if "Literal" in str(hint)}


def test_what_is_poisoned() -> None:
    audit: Audit = poison(shop(), "@x")
    entry, finding = audit.entries[0], audit.findings[0]
    assert isinstance(entry, EntryRow) and isinstance(finding, Finding)
    assert {entry.name, entry.target, finding.message, finding.path, finding.code} == {"@x"}
    assert str(entry.source) == "@x:1"
    assert texts_of(Suggestion).keys() >= {"action"} and audit.suggestions[0].action in ("remove", "defer")


def check_page(text: str) -> None:
    rendered = PARSER.render(text)
    assert alive_in(rendered) == []
    tags = set(re.findall(r"<([a-z0-9]+)", re.sub(r"<code[^>]*>.*?</code>", "", rendered, flags=re.DOTALL)))
    assert tags <= OURS | {"details", "summary"}
    for found in re.findall(r"<table>.*?</table>", rendered, re.DOTALL):
        rows = re.findall(r"<tr>(.*?)</tr>", found, re.DOTALL)
        assert len({len(re.findall("<t[hd]", row)) for row in rows}) == 1


@pytest.mark.parametrize("text", HARMFUL)
def test_markdown_of_an_audit_is_dead_whatever_its_texts_are(text: str) -> None:
    page = markdown.render(poison(shop(), text))
    check_page(page)
    harmless = markdown.render(poison(shop(), "x"))
    assert len(page.splitlines()) == len(harmless.splitlines())
    assert len(re.findall(r"<h\d>", PARSER.render(page))) == len(re.findall(r"<h\d>", PARSER.render(harmless)))


@pytest.mark.parametrize("text", HARMFUL)
def test_markdown_of_a_check_is_dead_whatever_its_texts_are(text: str) -> None:
    for report in (failed(), hostile()):
        check_page(gate_markdown.render(poison(replace(report, measured=Baseline({})), text)))


@pytest.mark.parametrize(
    "text", ["::error::x", " ::add-mask::a", "a\n::error::x", "a%0A::error::x", "\x1b]8;;x\x07##[x]"]
)
def test_no_line_of_a_log_is_a_command_that_somebody_else_wrote(text: str) -> None:
    audit = poison(shop(), text)
    report = poison(replace(failed(), measured=Baseline({})), text)
    logs = [table.render(audit), why.render(audit, audit.distributions[0]), formats.render("table", report)]
    for log in logs:
        assert "\x1b" not in log and "##[" not in log
        assert not [line for line in log.splitlines() if line.lstrip().startswith("::")]
    annotations = formats.render("github", report).splitlines()
    assert annotations and all(re.match(r"::(?:error|warning|notice) (?:file=|title=)", line) for line in annotations)
    assert not [line for line in annotations if re.search(r"%0[AD]::", line.replace("%250A", ""))]
    ET.fromstring(formats.render("junit", report))
