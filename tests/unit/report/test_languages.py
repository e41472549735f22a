"""Every message that a report says stands in every catalogue, with the same fields, and no catalogue holds another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

from footprint.config.settings_table import LANGUAGES, Language
from footprint.report.languages.catalogue import catalogue_of
from footprint.report.languages.figures import localise
from footprint.report.languages.messages import count_of, few, listed, say, spoken

REPORT = Path(__file__).parents[3] / "footprint" / "report"
OTHERS = tuple(language for language in LANGUAGES if language != "en")


def said() -> Iterator[tuple[str, str, str]]:
    """Yield function, first literal argument and place of every call that says a message or counts something."""
    for path in sorted(REPORT.rglob("*.py")):
        source = path.read_text(encoding="utf-8")
        if "footprint.report.languages.messages import" not in source:
            continue
        for node in ast.walk(ast.parse(source)):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
                continue
            name, place = node.func.id, f"{path.relative_to(REPORT)}:{node.lineno}"
            which = 1 if name == "count_of" else 0 if name in ("say", "message") else None
            if which is None or len(node.args) <= which:
                continue
            for text in literals(node.args[which]):
                yield name, text, place


def literals(node: ast.expr) -> Iterator[str]:
    """Yield the texts that an argument may be: `"a" if holds else "b"` is two."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


SAID = tuple(said())
MESSAGES = {text: place for name, text, place in SAID if name != "count_of"}
NOUNS = {text: place for name, text, place in SAID if name == "count_of"}


@pytest.mark.parametrize("language", OTHERS)
def test_no_message_is_missing_or_stale(language: Language) -> None:
    known = catalogue_of(language)
    assert {text: place for text, place in MESSAGES.items() if text not in known.messages} == {}
    assert {text: place for text, place in NOUNS.items() if text not in known.nouns} == {}
    assert [text for text in known.messages if text not in MESSAGES] == []
    assert [text for text in known.nouns if text not in NOUNS] == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_fields_of_its_message(language: Language) -> None:
    known = catalogue_of(language)
    wrong = {text: other for text, other in known.messages.items() if fields(text) != fields(other)}
    assert wrong == {}


@pytest.mark.parametrize(
    ("figure", "spanish"),
    [
        ("12.3", "12,3"),
        ("1,204.5", "1204,5"),
        ("12,345.6 MiB", "12.345,6 MiB"),
        ("1,234,567", "1.234.567"),
        ("917 B", "917 B"),
        ("0.0", "0,0"),
        ("-1,204", "-1204"),
        ("~68.2", "~68,2"),
        ("<2", "<2"),
    ],
)
def test_figures(figure: str, spanish: str) -> None:
    assert localise(figure) == figure
    with spoken("es"):
        assert localise(figure) == spanish


def test_counts_and_lists() -> None:
    assert (count_of(1, "distribution"), count_of(1204, "file")) == ("1 distribution", "1,204 files")
    assert few(["a", "b", "c", "d"]) == "a, b, c and 1 more"
    with spoken("es"):
        assert (count_of(1, "distribution"), count_of(12040, "distribution")) == (
            "1 distribución",
            "12.040 distribuciones",
        )
        assert few(["a", "b", "c", "d"]) == "a, b, c y 1 más"
        assert listed(["a", "b"]) == "a y b"
    assert say("no such message {x}", x=1) == "no such message 1"


def test_a_message_of_two_parts_is_translated_alike() -> None:
    from footprint.report.languages.spanish import PARTS

    for which in ("MESSAGES", "NOUNS"):
        seen: dict[str, object] = {}
        for part in PARTS:
            for english, other in getattr(part, which).items():
                assert seen.setdefault(english, other) == other, english


@pytest.mark.parametrize("language", OTHERS)
def test_what_is_said_is_told_alike(language: str) -> None:
    known = catalogue_of(language)  # type: ignore[arg-type]
    both = {text: (known.messages[text], known.stored[text]) for text in known.messages.keys() & known.stored.keys()}
    assert {text: pair for text, pair in both.items() if pair[0] != pair[1]} == {}
