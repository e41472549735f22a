"""`footprint lsp` with an editor at the other end: a real client over standard input and output."""

import asyncio
import datetime
import json
import os
import re
import subprocess
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp
from markdown_it import MarkdownIt

from footprint.documents.toml import parse_toml
from footprint.model.audit import Audit, Finding, Usage
from footprint.model.environment_facts import Machine, Measurement
from footprint.report.audit import json as json_report
from tests.support import builders
from tests.support.command import command_line, footprint, plain_environment
from tests.support.editor import Editor, abilities, editing, exchange, frame, notification, request
from tests.support.projects import write

MIB = 1 << 20
APP = """import json

import pandas as pd


def make():
    import torch
    return torch, pd
"""
REQUIREMENTS = "# what it needs\npandas==2.2.0\ntorch>=2  # heavy\nidle\n"
FILES = {"app.py": APP, "requirements.txt": REQUIREMENTS}


def make_audit(**changes: Any) -> Audit:
    rows = (
        builders.distribution(
            "idle",
            declared=(builders.declared_at("idle", line=4),),
            apparent_bytes=3 * MIB,
            reason="no import",
        ),
        builders.distribution(
            "pandas",
            Usage.STARTUP,
            declared=(builders.declared_at("pandas==2.2.0", line=2),),
            evidence=(builders.evidence(line=3, placement="module"),),
            apparent_bytes=70 * MIB,
            parts=(("pandas", 70 * MIB),),
            startup_self_rss_bytes=30 * MIB,
            reason="imported by app.py:3",
        ),
        builders.distribution(
            "torch",
            Usage.LAZY,
            declared=(builders.declared_at("torch>=2", line=3),),
            evidence=(builders.evidence(line=7, placement="function", function="make"),),
            apparent_bytes=900 * MIB,
            parts=(("torch", 900 * MIB),),
            reason="imported inside make() only",
        ),
    )
    told: dict[str, Any] = {
        "import_lines": (builders.import_line("app.py", 3, "pandas", 52 * MIB),),
        "findings": (
            Finding("FP101", "warning", "remove idle", "idle", "requirements.txt", 4),
            Finding("FP103", "info", "import pandas where it is used", "pandas", "app.py", 3),
        ),
    }
    return builders.audit(*rows, **(told | changes))


def store(folder: Path, audit: Audit, *, older: bool = True) -> None:
    """Store an audit; its files were written before it was made, unless told otherwise."""
    write(folder, {".footprint/audit.json": json_report.render(audit)})
    if older:
        for path in folder.rglob("*"):
            if path.is_file() and path.name != "audit.json":
                os.utime(path, (1, 1))


def session(
    folder: Path, files: Mapping[str, str], scenario: Callable[[Editor], Awaitable[None]], **options: Any
) -> None:
    """Run a scenario in an editor whose workspace has these files and the audit of `make_audit`."""
    write(folder, files)
    if not (folder / ".footprint").exists():
        store(folder, make_audit())

    async def run() -> None:
        async with editing(folder, **options) as editor:
            await scenario(editor)

    asyncio.run(run())


def change(line: int, start: int, end_line: int, end: int, text: str) -> lsp.TextDocumentContentChangePartial:
    where = lsp.Range(lsp.Position(line, start), lsp.Position(end_line, end))
    return lsp.TextDocumentContentChangePartial(where, text)


def test_figures_stand_beside_imports_and_requirements(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        editor.open("requirements.txt")
        assert await editor.inlays("app.py") == {2: "~52.0 MiB RSS at startup, 20 ms"}
        assert await editor.inlays("requirements.txt") == {
            1: "70.0 MiB on disk, 30.0 MiB RSS at startup",
            2: "900.0 MiB on disk, lazy",
            3: "3.0 MiB on disk, unused",
        }
        assert await editor.inlays("requirements.txt", 2, 2) == {2: "900.0 MiB on disk, lazy"}

    session(tmp_path, FILES, scenario)


def test_pointing_at_a_line_tells_all_of_it(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        told = await editor.hover("app.py", 2)
        assert told is not None
        first, _, rest = told.partition("\n")
        assert first.startswith("\\~52.0 MiB RSS at startup, 20 ms, 70.0 MiB on disk, kept by nothing else; measured ")
        assert "stale" not in told
        assert "**pandas 1.0: startup (certain)**" in rest
        assert await editor.hover("app.py", 0) is None  # of the standard library
        assert await editor.hover("app.py", 4) is None
        lazy = await editor.hover("app.py", 6)
        assert lazy is not None
        assert lazy.startswith("900.0 MiB on disk, kept by nothing else; memory not measured: no start was; measured ")

    session(tmp_path, FILES, scenario)


def test_figures_follow_their_import_and_say_that_the_file_has_changed(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        assert await editor.inlays("app.py") == {2: "~52.0 MiB RSS at startup, 20 ms"}
        editor.change("app.py", change(0, 0, 0, 0, "import os\n"), change(1, 0, 1, 0, "# \U0001f40d\n"))
        stale = "~52.0 MiB RSS at startup, 20 ms; stale: this file changed since"
        assert await editor.inlays("app.py") == {4: stale}
        told = await editor.hover("app.py", 4)
        assert told is not None
        assert "stale: this file changed since" in told
        # Moved into a function it runs at another time: nobody has measured that.
        editor.change("app.py", lsp.TextDocumentContentChangeWholeDocument("def make():\n    import pandas as pd\n"))
        assert await editor.inlays("app.py") == {}
        moved = await editor.hover("app.py", 1)
        assert moved is not None
        assert "; memory not measured: this import is new since the audit, or was moved; " in moved

    session(tmp_path, FILES, scenario)


def test_a_file_that_was_written_since_is_stale_and_one_undone_is_not(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        editor.change("app.py", change(5, 0, 5, 0, "x = 1\n"))
        assert "stale" in (await editor.inlays("app.py"))[2]
        editor.change("app.py", change(5, 0, 6, 0, ""))
        assert "stale" not in (await editor.inlays("app.py"))[2]
        os.utime(tmp_path / "app.py", (2e9, 2e9))
        assert "stale" in (await editor.inlays("app.py"))[2]

    session(tmp_path, FILES, scenario)


def test_findings_are_published_and_taken_back(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("requirements.txt")
        (one,) = await editor.found("requirements.txt")
        assert (one.code, one.severity, one.message) == ("FP101", lsp.DiagnosticSeverity.Warning, "remove idle")
        assert one.range == lsp.Range(lsp.Position(3, 0), lsp.Position(3, 4))
        assert one.code_description is not None
        assert one.code_description.href == "https://docs.example/codes/FP101.md"
        editor.change("requirements.txt", change(0, 0, 1, 0, ""))
        assert [each.range.start.line for each in await editor.found("requirements.txt")] == [2]
        editor.change("requirements.txt", change(2, 0, 2, 4, ""))
        assert await editor.found("requirements.txt") == []
        editor.open("app.py")
        assert [each.code for each in await editor.found("app.py")] == ["FP103"]
        editor.close("app.py")
        assert await editor.found("app.py") == []

    session(tmp_path, FILES, scenario, options={"documentation": "https://docs.example/codes/"})


def test_an_audit_that_is_stored_meanwhile_is_taken(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        assert await editor.inlays("app.py") == {}
        assert any("footprint audit --store" in said for said in editor.said)
        store(tmp_path, make_audit())
        editor.published.clear()
        await asyncio.wait_for(editor.published.wait(), 20)
        assert await editor.inlays("app.py") == {2: "~52.0 MiB RSS at startup, 20 ms"}
        assert editor.refreshes

    write(tmp_path, {".footprint/.gitignore": "*"})
    session(tmp_path, FILES, scenario)


def test_positions_are_bytes_where_the_editor_counts_bytes(tmp_path: Path) -> None:
    text = "import pandas  # \U0001f40d\u00e9\n"

    async def in_units(editor: Editor) -> None:
        assert editor.server.capabilities.position_encoding in (None, "utf-16")
        editor.open("app.py", text)
        assert [each.position.character for each in await editor.hints("app.py")] == [20]

    async def in_bytes(editor: Editor) -> None:
        assert editor.server.capabilities.position_encoding == "utf-8"
        editor.open("app.py", text)
        assert [each.position.character for each in await editor.hints("app.py")] == [23]
        editor.change("app.py", change(0, 17, 0, 21, ""))  # the snake
        assert [each.position.character for each in await editor.hints("app.py")] == [19]

    session(tmp_path, FILES, in_units, capabilities=abilities(["utf-32", "utf-16"]))
    session(tmp_path, FILES, in_bytes, capabilities=abilities(["utf-16", "utf-8"]))


def test_the_language_is_that_of_the_editor(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        assert (await editor.inlays("app.py"))[2].startswith("~52")
        told = await editor.hover("app.py", 2)
        assert told is not None
        assert "en disco" in told
        assert "medido" in told

    session(tmp_path, FILES, scenario, locale="es-MX")


def test_plain_text_where_the_editor_shows_no_markdown(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        told = await editor.hover("app.py", 2)
        assert told is not None
        assert "\npandas 1.0: startup (certain)\n" in told
        assert "**" not in told

    session(tmp_path, FILES, scenario, capabilities=abilities(markdown=False))


HOSTILE = "<img src=x onerror=alert(1)>[a](http://x)\x1b[31m\u202e`@me`"


def test_what_strangers_wrote_is_no_markup(tmp_path: Path) -> None:
    row = builders.distribution(
        "evil",
        Usage.STARTUP,
        version=HOSTILE,
        reason=HOSTILE,
        declared=(builders.declared_at("evil", line=1),),
        required_by=(HOSTILE,),
        apparent_bytes=1,
    )
    found = Finding("../../x", "warning", HOSTILE, "evil", "requirements.txt", 1)
    store(tmp_path, builders.audit(row, findings=(found,)), older=False)

    async def scenario(editor: Editor) -> None:
        editor.open("requirements.txt", "evil\n")
        told = await editor.hover("requirements.txt", 0)
        assert told is not None
        labels = list((await editor.inlays("requirements.txt")).values())
        (one,) = await editor.found("requirements.txt")
        assert one.code_description is None
        for text in (told, *labels, one.message):
            assert not set("\x1b\u202e") & set(text)
        shown = MarkdownIt("commonmark").render(told)
        assert set(re.findall(r"<(\w+)", shown)) <= {"p", "strong", "ul", "li", "code"}
        assert shown.count("&lt;img") == 3

    session(tmp_path, {"requirements.txt": "evil\n"}, scenario)


def garbage(folder: Path) -> None:
    write(folder, {".footprint/audit.json": '{"schema_version": 1, "distributions": [[[['})


def huge(folder: Path) -> None:
    (folder / ".footprint").mkdir()
    with (folder / ".footprint/audit.json").open("wb") as file:
        file.truncate(300 << 20)


def link(folder: Path) -> None:
    write(folder, {"elsewhere/audit.json": json_report.render(make_audit()), ".footprint/x": ""})
    (folder / ".footprint/audit.json").symlink_to(folder / "elsewhere/audit.json")


def linked_folder(folder: Path) -> None:
    write(folder, {"elsewhere/audit.json": json_report.render(make_audit())})
    (folder / ".footprint").symlink_to(folder / "elsewhere")


def pipe(folder: Path) -> None:
    (folder / ".footprint").mkdir()
    os.mkfifo(folder / ".footprint/audit.json")


def another_kind(folder: Path) -> None:
    write(folder, {".footprint/audit.json": json.dumps({"schema_version": 99})})


@pytest.mark.parametrize(
    "plant", [garbage, huge, link, linked_folder, pipe, another_kind], ids=lambda one: one.__name__
)
def test_a_stored_audit_that_is_none_is_told_once_and_left(tmp_path: Path, plant: Callable[[Path], None]) -> None:
    plant(tmp_path)

    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        assert await editor.hover("app.py", 2) is None
        assert await editor.inlays("app.py") == {}
        assert await editor.found("app.py") == []
        assert len(editor.said) == 1

    session(tmp_path, FILES, scenario)


INITIALIZE = request(1, "initialize", {"capabilities": {}})
LEAVE = request(9, "shutdown") + notification("exit")


def answers(messages: list[dict[str, Any]]) -> dict[Any, Any]:
    """Return the code of each error, or "ok", by the id of its request."""
    return {each.get("id"): each["error"]["code"] if "error" in each else "ok" for each in messages if "id" in each}


OK = {1: "ok", 9: "ok"}
# what is sent, how it is answered, and the exit code
CONVERSATIONS: dict[str, tuple[bytes, dict[Any, Any], int]] = {
    "as it should be": (INITIALIZE + notification("initialized", {}) + LEAVE, OK, 0),
    "exit alone": (INITIALIZE + notification("exit"), {1: "ok"}, 1),
    "the end of the input": (INITIALIZE, {1: "ok"}, 1),
    "the end after shutdown": (INITIALIZE + request(9, "shutdown"), OK, 0),
    "nothing": (b"", {}, 1),
    "after shutdown": (INITIALIZE + request(9, "shutdown") + request(2, "x"), OK | {2: -32600}, 0),
    "a length beyond the end": (INITIALIZE + b"Content-Length: 999999999999\r\n\r\n{", {1: "ok"}, 1),
    "no header": (INITIALIZE + b"x" * 100_000, {1: "ok", None: -32600}, 1),
    "cut in a message": (INITIALIZE + LEAVE[:60], {1: "ok"}, 1),
    "before initialize": (request(2, "textDocument/hover", {}) + INITIALIZE + LEAVE, OK | {2: -32002}, 0),
}
HOVER = "textDocument/hover"
BELOW_0 = {"textDocument": {"uri": "x"}, "position": {"line": -1, "character": 0}}
# what is sent between initialize and shutdown, and how it is answered
MESSAGES: dict[str, tuple[bytes, dict[Any, Any]]] = {
    "initialize again": (request(2, "initialize", {}), {2: -32600}),
    "unknown": (request("a", "no/such") + notification("no/such"), {"a": -32601}),
    "no params": (request(2, HOVER), {2: -32602}),
    "other params": (request(2, HOVER, {"textDocument": [], "position": 1}), {2: -32602}),
    "below 0": (request(2, HOVER, BELOW_0), {2: -32602}),
    "a notification with other params": (notification("textDocument/didOpen", {"textDocument": 1}), {}),
    "an id of another kind": (frame({"id": [1], "method": "x"}), {None: -32600}),
    "no method": (frame({"jsonrpc": "2.0", "id": 4}), {None: -32600}),
    "an answer": (frame({"jsonrpc": "2.0", "id": 4, "result": 1}), {}),
    "a list": (frame([1]), {None: -32600}),
    "not JSON": (b"Content-Length: 2\r\n\r\n{]", {None: -32700}),
    "not UTF-8": (b"Content-Length: 4\r\n\r\n{\xff}}", {None: -32700}),
    "nested": (b"Content-Length: 200000\r\n\r\n%b" % (b"[" * 200_000), {None: -32700}),
    "no length": (b"Content-Type: x\r\n\r\n", {None: -32600}),
    "a length that is none": (b"Content-Length: -4\r\n\r\n", {None: -32600}),
    "too large": (b"Content-Length: %d\r\n\r\n%b" % (65 << 20, b" " * (65 << 20)), {None: -32600}),
    "taken back, nobody knows what": (notification("$/cancelRequest", {"id": 3}), {}),
    "taken back, of another kind": (notification("$/cancelRequest", {"id": [3]}), {}),
}
CONVERSATIONS |= {name: (INITIALIZE + sent + LEAVE, OK | told, 0) for name, (sent, told) in MESSAGES.items()}


@pytest.mark.parametrize("name", CONVERSATIONS)
def test_conversations(tmp_path: Path, name: str) -> None:
    sent, expected, code = CONVERSATIONS[name]
    messages, ended, errors = exchange(sent, tmp_path)
    assert (answers(messages), ended, errors) == (expected, code, "")


def test_a_request_that_waits_can_be_taken_back(tmp_path: Path) -> None:
    """What stands behind a long message is read while that is handled."""
    text = "import pandas\n" * 20_000
    uri = (tmp_path / "app.py").as_uri()
    store(tmp_path, make_audit())
    opened = notification("textDocument/didOpen", {"textDocument": {"uri": uri, "text": text, "version": 1}})
    asked = request(2, "textDocument/hover", {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 0}})
    init = request(1, "initialize", {"capabilities": {}, "rootUri": tmp_path.as_uri()})
    back = notification("$/cancelRequest", {"id": 2})
    messages, ended, errors = exchange(init + opened + asked + back + LEAVE, tmp_path)
    assert (ended, errors) == (0, "")
    assert answers(messages) == {1: "ok", 2: -32800, 9: "ok"}


def test_nothing_is_written_and_nothing_started(tmp_path: Path) -> None:
    write(tmp_path, {**FILES, "sitecustomize.py": "open('ran', 'w')\n", "json.py": "open('ran', 'w')\n"})
    store(tmp_path, make_audit())
    before = {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")}

    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        assert await editor.inlays("app.py")

    session(tmp_path, {}, scenario)
    assert {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*")} == before


def test_documents_outside_of_the_workspace_are_left_alone(tmp_path: Path) -> None:
    inside = tmp_path / "inside"
    write(tmp_path, FILES)
    store(tmp_path, make_audit())  # of the folder above

    async def scenario(editor: Editor) -> None:
        editor.open("../app.py", APP)
        assert await editor.inlays("../app.py") == {}
        uri = "untitled:Untitled-1"
        document = lsp.TextDocumentItem(uri, "python", 1, APP)
        editor.client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))
        asked = lsp.HoverParams(lsp.TextDocumentIdentifier(uri), lsp.Position(2, 0))
        assert await editor.client.text_document_hover_async(asked) is None

    write(inside, {"x.py": ""})

    async def run() -> None:
        async with editing(inside) as editor:
            await scenario(editor)

    asyncio.run(run())


def test_the_age_is_that_of_the_measurement(tmp_path: Path) -> None:
    machine = builders.bare(Machine)
    now = datetime.datetime.now(datetime.timezone.utc)

    def measured(**ago: float) -> Audit:
        at = (now - datetime.timedelta(**ago)).strftime("%Y-%m-%dT%H:%M:%SZ")
        return make_audit(measured=Measurement(at, machine))

    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        for ago, words in (
            ({"days": 3, "hours": 1}, "3 days"),
            ({"minutes": 61}, "1 hour"),
            ({"seconds": 150}, "2 minutes"),
        ):
            store(tmp_path, measured(**ago))
            told = await editor.hover("app.py", 2)
            assert told is not None
            assert f"; measured {words} ago" in told.partition("\n")[0]
            assert [each.tooltip for each in await editor.hints("app.py")] == [f"measured {words} ago"]
        os.utime(tmp_path / "app.py", (now.timestamp() - 100, now.timestamp() - 100))  # after 150 seconds ago
        assert "stale" in (await editor.inlays("app.py"))[2]

    session(tmp_path, FILES, scenario)


def test_the_nearest_audit_is_taken_or_the_one_that_is_named(tmp_path: Path) -> None:
    write(tmp_path, FILES)
    write(tmp_path / "backend", FILES)
    store(tmp_path, make_audit())
    other = (builders.import_line("app.py", 3, "pandas", 7 * MIB),)
    store(tmp_path / "backend", make_audit(import_lines=other))

    async def near(editor: Editor) -> None:
        editor.open("app.py")
        editor.open("backend/app.py")
        assert await editor.inlays("app.py") == {2: "~52.0 MiB RSS at startup, 20 ms"}
        assert await editor.inlays("backend/app.py") == {2: "~7.0 MiB RSS at startup, 20 ms"}

    async def named(editor: Editor) -> None:
        editor.open("app.py")
        editor.open("backend/app.py")
        assert await editor.inlays("app.py") == {}
        told = await editor.hover("backend/app.py", 2)
        assert told is not None
        assert "en disco" in told

    session(tmp_path, {}, near)

    async def run() -> None:
        async with editing(tmp_path, "backend", "--lang", "es", locale="en-US") as editor:
            await named(editor)

    asyncio.run(run())


def test_a_folder_that_is_none_is_an_error_of_usage(tmp_path: Path) -> None:
    done = footprint("lsp", "no-such-folder", cwd=tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "footprint: no-such-folder is not a folder\n"


def test_an_editor_that_goes_away_is_no_traceback(tmp_path: Path) -> None:
    """Its end of our standard output is closed while it still sends."""
    server = subprocess.Popen(
        command_line(["lsp"]),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=tmp_path,
        env=plain_environment(),
    )
    assert server.stdin is not None
    assert server.stdout is not None
    assert server.stderr is not None
    server.stdout.close()
    server.stdin.write(INITIALIZE)
    server.stdin.flush()
    assert server.wait(30) == 141
    assert server.stderr.read() == b""
    server.stdin.close()
    server.stderr.close()


def test_edits_are_made_while_nobody_types_and_the_reason_is_there(tmp_path: Path) -> None:
    deferred = builders.suggestion(
        "pandas", code="FP103", action="defer", evidence=(builders.evidence(line=3, placement="module"),), lines=()
    )
    store(tmp_path, make_audit(suggestions=(deferred,)))

    async def scenario(editor: Editor) -> None:
        editor.open("app.py", f"{APP}X = pd.NA\n")
        for _ in range(100):
            told = await editor.hover("app.py", 2)
            assert told is not None
            if "Not offered as an edit: pd is used when the module is imported" in told.replace("\\", ""):
                return
            await asyncio.sleep(0.6)  # longer than a pause
        pytest.fail("nothing was made ahead")

    session(tmp_path, FILES, scenario)


def test_the_settings_of_the_docs_are_of_their_kind() -> None:
    text = (Path(__file__).parents[2] / "docs/editor.md").read_text(encoding="utf-8")
    blocks = re.findall(r"^```(\w+)\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)
    readers: dict[str, Callable[[str], Any]] = {"json": json.loads, "toml": lambda text: parse_toml(text, "x.toml")}
    assert {kind for kind, _ in blocks} == {"json", "toml", "lua", "lisp"}
    for kind, block in blocks:
        if kind in readers:
            assert readers[kind](block)
    assert sum("footprint" in block and "lsp" in block for _, block in blocks) == 6


DIALECTS = {
    "requirements.txt": "#\nDjango>=4 \\\n    --hash=sha256:a\nattrs @ https://x.example/a\nuvicorn[x]==1  # y\n",
    "pyproject.toml": """[project]
name = "x"
version = "1"
dependencies = [
  "requests[socks]>=2 ; python_version > '3'",  # comment
  "PyYAML",
]
[project.optional-dependencies]
big = ["pandas>=2", "numpy"]
[dependency-groups]
dev = ["pytest"]
""",
    "Pipfile": '[packages]\nboto3 = "*"\n"zope.interface" = {version = ">=1"}\n',
    "environment.yml": "dependencies:\n  - scipy=1.*\n  - pip:\n    - rich>=1\n",
    "run.py": '# /// script\n# dependencies = ["httpx>=0.2"]\n# ///\nimport httpx\n',
    "app.py": "import requests\n\n\ndef f():\n    from pandas import (\n        Series,\n    )\n    return Series\n",
}


def test_after_a_real_audit_every_line_is_known_and_no_file_is_stale(tmp_path: Path) -> None:
    write(tmp_path, DIALECTS)
    done = footprint("audit", "--no-env", "--store", cwd=tmp_path)
    assert done.returncode == 0, done.stderr

    async def scenario(editor: Editor) -> None:
        known: dict[str, list[int]] = {}
        for path, text in DIALECTS.items():
            editor.open(path)
            told = {number: await editor.hover(path, number) for number in range(text.count("\n"))}
            known[path] = [number for number, words in told.items() if words is not None]
            assert not any("stale" in words for words in told.values() if words)
        assert known == {
            "requirements.txt": [1, 3, 4],
            "pyproject.toml": [4, 5, 8, 10],
            "Pipfile": [1, 2],
            "environment.yml": [1, 3],
            "run.py": [1, 3],
            "app.py": [0, 4, 5, 6],
        }

    session(tmp_path, {}, scenario)
