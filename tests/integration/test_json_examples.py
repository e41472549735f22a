"""docs/json.md: its examples are those of the stored audit, and hold to the published schema."""

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import pytest

from footprint.report.audit.schema import FLAG_KINDS, KINDS, LINE_KINDS, make_schema
from tests.support.json_examples import PAGE, examples, renewed, schema_of

EXAMPLES = examples(PAGE.read_text(encoding="utf-8"))


def test_the_examples_are_those_of_the_stored_audit() -> None:
    """`python -m tests.support.json_examples` writes them anew."""
    text = PAGE.read_text(encoding="utf-8")
    assert renewed(text) == text
    assert len(EXAMPLES) > 5


@pytest.mark.parametrize(("kind", "path", "text"), EXAMPLES, ids=[path for _, path, _ in EXAMPLES])
def test_an_example_holds_to_the_schema(kind: str, path: str, text: str) -> None:
    validator = jsonschema.Draft202012Validator(schema_of(kind, path))
    value = json.loads(text)
    validator.validate(value)
    for name in value:  # the schema says something of each: a text is no figure, a figure no list
        assert not validator.is_valid({**value, name: {"no": [value]}}), name


def test_no_other_block_of_the_page_claims_to_be_an_example() -> None:
    assert PAGE.read_text(encoding="utf-8").count("```json\n") == len(EXAMPLES)


def named_fields(schema: Any) -> Iterator[str]:
    """Yield the name of every field that a schema has anywhere."""
    waiting = [schema]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            yield from each.get("properties", {})
            waiting += each.values()


@pytest.mark.parametrize("kind", [*KINDS, *FLAG_KINDS, *LINE_KINDS])
def test_the_page_names_every_field(kind: str) -> None:
    words = set(re.findall(r"\w+", PAGE.read_text(encoding="utf-8")))
    assert sorted(set(named_fields(make_schema(kind))) - words) == []
