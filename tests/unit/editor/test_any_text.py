"""Whatever stands in a buffer or in a stored audit: an answer, and no error."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.editor.audited_places import index_audit
from footprint.editor.buffer_lines import read_lines
from footprint.editor.buffers import Buffer
from footprint.editor.editor_session import EditorSession
from footprint.editor.language_server import NOTIFICATIONS, REQUESTS, answer_message
from footprint.model.audit import Usage
from footprint.model.edited_lines import Freshness
from footprint.report.audit import json as json_report
from footprint.report.editor.line_figures import inlay_words
from footprint.report.editor.line_sentences import line_text
from tests.support import builders
from tests.support.projects import write

STATEMENTS = ("import a", "import a.b, c", "from a import b", "from . import c", "def f():\n", "class A:\n", "if x:\n")
SIGNS = (
    "(",
    ")",
    "\\\n",
    '"""',
    "'",
    "# ",
    "\u00e9\U0001f40d",
    "\r",
    "\x0c",
    "\t",
    "\ud800",
    "\0",
    "*",
    ",",
    "\u2028",
    "    ",
)
PIECES = st.sampled_from(
    [*STATEMENTS, *SIGNS, *("\n" for _ in range(6)), "a==1", "a", "c[x]>=2 ; y", "lazy ", "try:\n"]
)
TEXTS = st.lists(PIECES, max_size=25).map("".join)
AUDIT = builders.audit(
    builders.distribution(
        "a",
        Usage.STARTUP,
        parts=(("a", 1), ("../x", 1), ("", 1)),
        declared=(builders.declared_at("a==1", line=1), builders.declared_at("", line=99)),
        evidence=(builders.evidence(line=1, placement="module"), builders.evidence(line=-1, placement="module")),
    ),
    builders.distribution("c", declared=(builders.declared_at("c", line=2),)),
    import_lines=(builders.import_line("app.py", 1, "a", 1 << 22), builders.import_line("app.py", 2, "c")),
    first_uses=(builders.first_use("app.py", 3, function="f"),),
    suggestions=(
        builders.suggestion("a", action="defer", evidence=(builders.evidence(line=1, placement="module"),), lines=()),
        builders.suggestion("c", action="remove"),
    ),
)


@given(TEXTS, st.sampled_from(["app.py", "requirements.txt", "pyproject.toml", "__init__.py", "x"]))
@settings(max_examples=300)
def test_lines_of_any_text(text: str, path: str) -> None:
    audit = replace(AUDIT, import_lines=tuple(replace(line, path=path) for line in AUDIT.import_lines))
    buffer = Buffer.of(text)
    found = read_lines(index_audit(audit), path, buffer)
    told = [(line.kind, line.audited_line, line.function) for line in found.lines if line.audited_line is not None]
    assert len(set(told)) == len(told) or path != "app.py"  # a place is that of one statement
    for line in found.lines:
        assert 1 <= line.line <= line.last_line <= buffer.line_count
        for freshness in (Freshness(0, False), Freshness(1, True)):
            assert "\n" not in inlay_words(line, freshness)
            assert line_text(audit, line, (), freshness).markdown()


NAMES = (
    *("textDocument", "uri", "position", "line", "character", "range", "start", "end", "text", "version"),
    *("contentChanges", "context", "only", "event", "added", "removed", "capabilities"),
)
LEAVES = st.none() | st.booleans() | st.integers(-2, 99) | st.sampled_from(["", "x", "file:///", "a.py", "\ud800"])
VALUES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(NAMES), inner, max_size=5),
    max_leaves=12,
)
METHODS = st.sampled_from([*REQUESTS, *NOTIFICATIONS, "$/cancelRequest", "no/such"])
CODES = {-32700, -32600, -32601, -32602, -32603, -32002, -32800}


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("project")
    return write(folder, {".footprint/audit.json": json_report.render(AUDIT), "app.py": "import a\n"})


@given(st.data())
@settings(max_examples=150)
def test_any_message_has_its_answer(project: Path, data: Any) -> None:
    sent: list[dict[str, Any]] = []
    session = EditorSession(sent.append)
    uri = (project / "app.py").as_uri()
    answer_message(session, {"id": 0, "method": "initialize", "params": {"rootUri": project.as_uri()}})
    opened = {"textDocument": {"uri": uri, "version": 1, "text": data.draw(TEXTS)}}
    answer_message(session, {"method": "textDocument/didOpen", "params": opened})
    for number in range(1, 6):
        params = data.draw(VALUES)
        if isinstance(params, dict) and data.draw(st.booleans()):
            where = {"line": data.draw(st.integers(0, 9)), "character": data.draw(st.integers(0, 9))}
            params |= {"textDocument": {"uri": uri}, "position": where, "range": {"start": where, "end": where}}
        answer_message(session, {"id": number, "method": data.draw(METHODS), "params": params})
    answers = [each for each in sent if "id" in each and "method" not in each]
    assert [each["id"] for each in answers] == sorted(each["id"] for each in answers)
    assert {each["error"]["code"] for each in answers if "error" in each} <= CODES
