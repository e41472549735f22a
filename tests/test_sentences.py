"""No decision is made by reading a sentence that we wrote ourselves: values carry what is known, texts are the end."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "footprint"
WINGS = ("analysis", "audit", "gate", "testing")
SENTENCES = frozenset({"message", "reason", "detail", "source", "why", "chosen", "hint"})
READING = frozenset(
    {"startswith", "endswith", "split", "rsplit", "partition", "rpartition", "find", "rfind", "index", "removeprefix"}
    | {"removesuffix", "replace", "count"}
)


def find_reading(source: str) -> Iterator[str]:
    """Yield the places that compare, search or take apart a sentence of a report."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in READING:
            if _is_sentence(node.func.value) and any(map(_has_text, node.args)):
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Compare):
            sides = [node.left, *node.comparators]
            if any(map(_is_sentence, sides)) and any(map(_has_blank, sides)):
                yield f"line {node.lineno}: {ast.unparse(node)}"
        elif isinstance(node, ast.Match) and _is_sentence(node.subject):
            yield from (
                f"line {case.pattern.lineno}: {ast.unparse(case.pattern)}" for case in node.cases if _says(case)
            )


def _is_sentence(node: ast.expr) -> bool:
    name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
    return name in SENTENCES


def _has_text(node: ast.expr) -> bool:
    return any(isinstance(each, ast.Constant) and isinstance(each.value, str) for each in ast.walk(node))


def _has_blank(node: ast.expr) -> bool:
    texts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant) and isinstance(each.value, str))
    return any(" " in text for text in texts)


def _says(case: ast.match_case) -> bool:
    return any(isinstance(each, ast.MatchValue) and _has_text(each.value) for each in ast.walk(case.pattern))


@pytest.mark.parametrize(
    "path", [path for wing in WINGS for path in sorted((PACKAGE / wing).rglob("*.py"))], ids=lambda path: path.stem
)
def test_no_sentence_is_read(path: Path) -> None:
    assert list(find_reading(path.read_text(encoding="utf-8"))) == []


PLANTED = (
    'if "accept it" in verdict.message: pass',
    'if entry.not_measured == "no run came back" or why == "no run came back": pass',
    'path, _, line = entry.source.rpartition(":")',
    'if reason.startswith("no "): pass',
    'is_given = target.chosen.endswith("no interpreter")',
    'words = error.why.partition("; ")[0]',
    'match note.message:\n    case "not measured": pass',
    'if finding.detail in ("not read", "not there"): pass',
)
KEPT = (
    'if verdict.code == "a b": pass',
    'if row.confidence == "cannot tell": pass',
    "if entry.source == GivenEntry(): pass",
    'if use.outcome == "not judged": pass',
    'text = f"{why}; the rest"',
    "if reason in known_reasons: pass",
    'if name.startswith("types-"): pass',
)


@pytest.mark.parametrize("source", PLANTED)
def test_a_planted_sentence_is_found(source: str) -> None:
    assert list(find_reading(source))


@pytest.mark.parametrize("source", KEPT)
def test_values_are_compared(source: str) -> None:
    assert list(find_reading(source)) == []
