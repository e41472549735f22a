"""The examples of docs/json.md, out of the stored audit; `python -m tests.support.json_examples` writes them anew."""

import json
import re
from pathlib import Path
from typing import Any

from footprint.report.audit.schema import make_schema
from tests.support.example_reports import STORED

PAGE = Path(__file__).parents[2] / "docs" / "json.md"
_MARK = re.compile(r"^<!-- json: (\S+) (\S+) -->\n(?:```json\n(.*?)^```\n)?", re.MULTILINE | re.DOTALL)
_LONGEST = 3  # rows of a list, and keys of a mapping stay


def examples(text: str) -> list[tuple[str, str, str]]:
    """Return kind, path and text of each example of a page."""
    return [(match[1], match[2], match[3] or "") for match in _MARK.finditer(text)]


def renewed(text: str) -> str:
    """Return a page with its examples as the stored audit has them."""
    audit = json.loads(STORED.read_text(encoding="utf-8"))

    def put(match: re.Match[str]) -> str:
        value = json.dumps(_cut(_at(audit, match[2])), indent=2, ensure_ascii=False)
        return f"<!-- json: {match[1]} {match[2]} -->\n```json\n{value}\n```\n"

    return _MARK.sub(put, text)


def schema_of(kind: str, path: str) -> dict[str, Any]:
    """Return the schema of the value at a path of a document."""
    whole = make_schema(kind)
    found: dict[str, Any] = whole
    for step in path.split("/"):
        found = _resolved(whole, found)
        found = found["properties"][step] if "properties" in found else found["items"]
    return {**found, "$defs": whole["$defs"]}


def _resolved(whole: dict[str, Any], schema: dict[str, Any]) -> dict[str, Any]:
    """Return a schema without references, and without the null beside it."""
    options = schema.get("anyOf", [schema])
    found: dict[str, Any] = next(option for option in options if option != {"type": "null"})
    return whole["$defs"][found["$ref"].rpartition("/")[2]] if "$ref" in found else found


def _at(value: Any, path: str) -> Any:
    for step in path.split("/"):
        key, equal, wanted = step.partition("=")
        if equal:
            value = next(row for row in value if row[key] == wanted)
        else:
            value = value[int(step)] if isinstance(value, list) else value[step]
    return value


def _cut(value: Any) -> Any:
    if isinstance(value, list):
        return [_cut(each) for each in value[:_LONGEST]]
    return {key: _cut(each) for key, each in value.items()} if isinstance(value, dict) else value


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
