"""Suggestions as edits in the editor: of the text as it is now, with what a trial said, or not at all."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from lsprotocol import types as lsp

from footprint.model.audit import Audit, GoingLine, Suggestion, Usage
from footprint.model.trial import Breakage, Trial, TriedChange
from footprint.report.audit import json as json_report
from tests.support import builders
from tests.support.editor import Editor, abilities, applied, editing
from tests.support.projects import write

MIB = 1 << 20
APP = "import pandas as pd\n\n\ndef make():\n    return pd.DataFrame()\n"
MOVED = "def make():\n    import pandas as pd\n\n    return pd.DataFrame()\n"
REQUIREMENTS = "pandas==2.2.0\nidle\n"
FILES = {"app.py": APP, "requirements.txt": REQUIREMENTS}


def defer(**changes: Any) -> Suggestion:
    told: dict[str, Any] = {
        "code": "FP103",
        "action": "defer",
        "evidence": (builders.evidence(line=1, placement="module"),),
        "rss_bytes": 52 * MIB,
        "rss_kind": "predicted",
        "disk_bytes": None,
        "lines": (),
    }
    return builders.suggestion("pandas", **(told | changes))


def remove(*lines: GoingLine, **changes: Any) -> Suggestion:
    told = {
        "code": "FP101",
        "action": "remove",
        "disk_bytes": 3 * MIB,
        "rss_bytes": None,
        "evidence": (),
        "lines": lines,
    }
    return builders.suggestion("idle", **(told | changes))


def make_audit(*suggestions: Suggestion, **changes: Any) -> Audit:
    rows = (
        builders.distribution("idle", declared=(builders.declared_at("idle", line=2),)),
        builders.distribution(
            "pandas",
            Usage.STARTUP,
            declared=(builders.declared_at("pandas==2.2.0", line=1),),
            evidence=(builders.evidence(line=1, placement="module"),),
            parts=(("pandas", 1),),
        ),
    )
    lines = (builders.import_line("app.py", 1, "pandas", 52 * MIB),)
    return builders.audit(*rows, import_lines=lines, suggestions=suggestions, **changes)


Scenario = Callable[[Editor], Awaitable[None]]


def session(folder: Path, files: Mapping[str, str], audit: Audit, scenario: Scenario, **options: Any) -> None:
    write(folder, {**files, ".footprint/audit.json": json_report.render(audit)})

    async def run() -> None:
        async with editing(folder, **options) as editor:
            await scenario(editor)

    asyncio.run(run())


def texts(editor: Editor, action: lsp.CodeAction, held: Mapping[str, str]) -> dict[str, str]:
    """Return what an action makes of these texts, by path."""
    assert action.edit is not None
    found = dict(held)
    for change in action.edit.document_changes or ():
        assert isinstance(change, lsp.TextDocumentEdit)
        path = change.text_document.uri.removeprefix(f"{editor.folder.as_uri()}/")
        assert change.text_document.version == editor.versions.get(path)
        found[path] = applied(found[path], change.edits)
    return found


def tried(verdict: Any, **changes: Any) -> Trial:
    return Trial("links", (TriedChange("pandas", "defer", ("pandas",), verdict, **changes),))


OFFERED: dict[str, tuple[Suggestion, Trial | None, str]] = {
    "predicted": (defer(), None, "saves ~52.0 MiB RSS, predicted, not tried"),
    "proved": (defer(), tried("proved"), "saves ~52.0 MiB RSS, predicted, tried: it holds"),
    "likely": (defer(), tried("likely"), "saves ~52.0 MiB RSS, predicted, tried: nothing broke, which is no proof yet"),
    "measured": (
        defer(measured_rss_bytes=50 * MIB, verdict="confirmed"),
        tried("proved"),
        "saves 50.0 MiB RSS, measured, tried: it holds",
    ),
    "not tried for want of time": (defer(), tried("not tried"), "saves ~52.0 MiB RSS, predicted, not tried"),
}


@pytest.mark.parametrize("name", OFFERED)
def test_a_deferral_is_an_edit_that_says_what_came_of_its_trial(tmp_path: Path, name: str) -> None:
    suggestion, trial, words = OFFERED[name]

    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        (action,) = await editor.actions("app.py", 0)
        assert action.title == f"Import pandas where it is used: {words}"
        assert texts(editor, action, FILES)["app.py"] == MOVED
        assert await editor.actions("app.py", 3) == []

    session(tmp_path, FILES, make_audit(suggestion, trial=trial), scenario)


REFUSED: dict[str, tuple[Suggestion, Trial | None, str, str]] = {
    "breaks": (
        defer(),
        tried("breaks", breakage=Breakage("start", "KeyError: 1", "web", "app.py", 4)),
        APP,
        "start of web: KeyError: 1 (app.py:4)",
    ),
    "no gain": (defer(), tried("no gain"), APP, "tried: it saves nothing"),
    "refused by the trial": (defer(), tried("not tried", reason="it cannot move"), APP, "it cannot move"),
    "refuted": (defer(verdict="refuted"), None, APP, "tried: it breaks something"),
    "used at import": (defer(), None, f"{APP}X = pd.NA\n", "pd is used when the module is imported (app.py:6)"),
    "no Python": (defer(), None, f"{APP}def (\n", "the file cannot be read by the Python that runs footprint"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_or_should_not_be_made_is_no_edit_and_says_why(tmp_path: Path, name: str) -> None:
    suggestion, trial, text, words = REFUSED[name]

    async def scenario(editor: Editor) -> None:
        editor.open("app.py", text)
        assert await editor.actions("app.py", 0) == []
        told = await editor.hover("app.py", 0)
        assert told is not None
        assert "Not offered as an edit: " in told
        assert words in told.replace("\\", "")

    session(tmp_path, FILES, make_audit(suggestion, trial=trial), scenario)


def test_what_the_rest_of_the_project_says_is_heard_also_where_it_is_not_saved(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        assert await editor.actions("app.py", 0)
        editor.open("other.py", "from app import pd\n")
        assert await editor.actions("app.py", 0) == []
        told = await editor.hover("app.py", 0)
        assert told is not None
        assert "other.py takes pd from this module (other.py:1)" in told
        editor.change("other.py", lsp.TextDocumentContentChangeWholeDocument("x = 1\n"))
        assert await editor.actions("app.py", 0)

    session(tmp_path, FILES | {"other.py": "x = 1\n"}, make_audit(defer()), scenario)


def test_the_edit_is_of_the_text_in_the_editor(tmp_path: Path) -> None:
    """Lines were added, astral signs stand before it, and the function has another body by now."""
    text = '"""\U0001f40d"""\nimport os\n' + APP.replace("DataFrame", "Series")

    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        editor.change("app.py", lsp.TextDocumentContentChangeWholeDocument(text))
        (action,) = await editor.actions("app.py", 2)
        made = texts(editor, action, {"app.py": text})["app.py"]
        assert made == '"""\U0001f40d"""\nimport os\n\n\n' + MOVED.replace("DataFrame", "Series")

    session(tmp_path, FILES, make_audit(defer()), scenario)


def test_all_imports_of_a_distribution_move_together(tmp_path: Path) -> None:
    both = defer(
        evidence=(builders.evidence(line=1, placement="module"), builders.evidence("b.py", 1, placement="module"))
    )
    audit = make_audit(both)
    (idle, pandas) = audit.distributions
    rows = (idle, builders.distribution("pandas", Usage.STARTUP, parts=pandas.parts, evidence=both.evidence))
    audit = builders.audit(*rows, import_lines=audit.import_lines, suggestions=(both,))

    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        (action,) = await editor.actions("app.py", 0)
        made = texts(editor, action, FILES | {"b.py": APP})
        assert (made["app.py"], made["b.py"]) == (MOVED, MOVED)
        editor.open("b.py", f"{APP}X = pd.NA\n")
        assert await editor.actions("app.py", 0) == []

    session(tmp_path, FILES | {"b.py": APP}, audit, scenario)


IDLE = GoingLine("idle", "requirements.txt", 2)
LINES: dict[str, tuple[tuple[GoingLine, ...], Mapping[str, str], Mapping[str, str]]] = {
    "removed": ((IDLE,), {"requirements.txt": REQUIREMENTS}, {"requirements.txt": "pandas==2.2.0\n"}),
    "where it stands now": (
        (IDLE,),
        {"requirements.txt": "# é\U0001f40d\nIdle>=2\npandas==2.2.0\n"},
        {"requirements.txt": "# é\U0001f40d\npandas==2.2.0\n"},
    ),
    "moved": (
        (GoingLine("idle", "requirements.txt", 2, moves=True),),
        {"requirements.txt": REQUIREMENTS, "requirements-dev.txt": "pytest\n"},
        {"requirements.txt": "pandas==2.2.0\n", "requirements-dev.txt": "pytest\nidle\n"},
    ),
    "narrowed": (
        (GoingLine("idle", "requirements.txt", 2, extras=("big",)),),
        {"requirements.txt": "pandas==2.2.0\nidle[big,small]>=1\n"},
        {"requirements.txt": "pandas==2.2.0\nidle[small]>=1\n"},
    ),
    "with a pin": (
        (IDLE, GoingLine("pandas", "requirements.txt", 1)),
        {"requirements.txt": f"{REQUIREMENTS}other\n"},
        {"requirements.txt": "other\n"},
    ),
}


@pytest.mark.parametrize("name", LINES)
def test_lines_of_requirements_go_together(tmp_path: Path, name: str) -> None:
    lines, before, after = LINES[name]
    declared = ("requirements.txt", "requirements-dev.txt")

    async def scenario(editor: Editor) -> None:
        editor.open("requirements.txt")
        line = next(number for number, text in enumerate(before["requirements.txt"].splitlines()) if "dle" in text)
        (action,) = await editor.actions("requirements.txt", line)
        assert action.title == "Remove idle: frees 3.0 MiB on disk, not tried"
        assert texts(editor, action, before) == after

    session(tmp_path, before, make_audit(remove(*lines), declared_files=declared), scenario)


@pytest.mark.parametrize(
    "path", ["../outside.txt", "/etc/hostname", "linked/requirements.txt", "a\\b.txt", "gone.txt", "./../outside.txt"]
)
def test_no_file_outside_of_the_project_is_edited(tmp_path: Path, path: str) -> None:
    folder = tmp_path / "project"
    write(tmp_path, {"outside.txt": "idle\n", "elsewhere/requirements.txt": "idle\n"})
    write(folder, FILES)
    (folder / "linked").symlink_to(tmp_path / "elsewhere")

    async def scenario(editor: Editor) -> None:
        editor.open("requirements.txt")
        assert await editor.actions("requirements.txt", 1) == []
        told = await editor.hover("requirements.txt", 1)
        assert told is not None
        assert "Not offered as an edit" in told

    session(folder, {}, make_audit(remove(IDLE, GoingLine("idle", path, 1))), scenario)


def test_an_editor_that_takes_no_versions_or_no_actions(tmp_path: Path) -> None:
    plain = abilities()
    plain.workspace = None

    async def without_versions(editor: Editor) -> None:
        editor.open("app.py")
        (action,) = await editor.actions("app.py", 0)
        assert action.edit is not None
        assert action.edit.document_changes is None
        assert action.edit.changes is not None
        assert applied(APP, action.edit.changes[editor.uri("app.py")]) == MOVED

    session(tmp_path, FILES, make_audit(defer()), without_versions, capabilities=plain)

    async def without_actions(editor: Editor) -> None:
        editor.open("app.py")
        assert await editor.actions("app.py", 0) == []

    session(tmp_path, FILES, make_audit(defer()), without_actions, capabilities=lsp.ClientCapabilities())


def test_only_what_is_asked_for(tmp_path: Path) -> None:
    async def scenario(editor: Editor) -> None:
        editor.open("app.py")
        for kinds, count in (([], 1), (["quickfix"], 1), (["refactor"], 0), (["quickfix.other"], 0), ([""], 1)):
            where = lsp.Range(lsp.Position(0, 0), lsp.Position(0, 0))
            only = [lsp.CodeActionKind(kind) if kind in ("quickfix", "refactor", "") else kind for kind in kinds]
            context = lsp.CodeActionContext([], only=only or None)
            document = lsp.TextDocumentIdentifier(editor.uri("app.py"))
            found = await editor.client.text_document_code_action_async(lsp.CodeActionParams(document, where, context))
            assert len(found or ()) == count, kinds

    session(tmp_path, FILES, make_audit(defer()), scenario)
