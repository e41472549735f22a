"""Read the inline metadata of scripts (`# /// script`). Source: "Inline script metadata" specification (PEP 723)."""

from __future__ import annotations

import re
from pathlib import Path

from footprint.collect.declared.bounded_text import Skipped, read_file
from footprint.collect.declared.doubts import words_of
from footprint.collect.declared.project_toml import ProjectToml
from footprint.collect.declared.result import DeclaredPlace, Gathering
from footprint.documents.toml import TomlDocument, TomlInvalid, parse_toml

# A block ends at its last `# ///`; one that never ends is none.
_BEGIN = re.compile(rb"^# /// script[ \t]*\r?$", re.MULTILINE)
_LINE = re.compile(r"#(?: (.*))?$")


def read(path: Path, into: Gathering, group: str) -> None:
    """Add the dependencies of one script; their group is "script:PATH"."""
    if not into.begin(path, part="script"):
        return
    shown = into.relative(path)
    try:
        data = read_file(path)
    except Skipped:  # the reader of sources says so
        return
    begins = [found.start() for found in _BEGIN.finditer(data)]
    if not begins:
        return
    if len(begins) > 1:
        line = data.count(b"\n", 0, begins[1]) + 1
        message = "a script has one header at most: none is read"
        into.doubt("script-header-twice", message, shown, line, words=words_of(_comments(data)))
        return
    first = data.count(b"\n", 0, begins[0]) + 1
    lines = _block(data[begins[0] :].decode("utf-8", errors="replace"))
    if lines is None:
        message = "the script header has no closing `# ///`: not read"
        into.doubt("script-header-open", message, shown, first, words=words_of(_comments(data)))
        return
    try:
        parsed = parse_toml("\n".join(lines), shown)
    except TomlInvalid as error:
        line = first + error.line if error.line else first
        into.not_parsed("toml-unparsable", str(error), shown, line, "\n".join(lines))
        return
    into.mark_read(path)
    document = TomlDocument(shown, parsed.tables, {where: line + first for where, line in parsed.lines.items()})
    if "dependencies" in document.tables:
        file = ProjectToml(document, path, into, f"script:{shown}")
        file.add_array(("dependencies",), DeclaredPlace(shown, first, file.group, "requirement"))


def _comments(data: bytes) -> str:
    return "\n".join(line for line in data.decode("utf-8", errors="replace").split("\n") if line.startswith("#"))


def _block(text: str) -> list[str] | None:
    """Return the lines between the marks without their comment signs, None when there is no closing mark."""
    lines: list[str] = []
    closing = None
    for line in text.split("\n")[1:]:
        found = _LINE.match(line.rstrip("\r"))
        if found is None:
            break
        if line.rstrip("\r").rstrip() == "# ///":
            closing = len(lines)
        lines.append(found[1] or "")
    return None if closing is None else lines[:closing]
