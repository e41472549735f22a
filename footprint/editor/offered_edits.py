"""A suggestion of the stored audit as an edit of the texts as they are now, or why there is none.

What a trial refuted is not offered. What was not tried is, and says so: the edit itself is checked as that of
`footprint defer` is, but for what a library does when it is imported, which only the installed files tell.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from footprint.audit.deferral_form import find_form
from footprint.edit.imports.deferral import Left, Wanted, defer_imports
from footprint.edit.imports.imported_name import ModuleAround
from footprint.edit.imports.project_names import ProjectNames
from footprint.edit.requirement_files.developers_file import file_for_developers
from footprint.edit.requirement_files.file_edit import edit_lines, move_lines
from footprint.edit.requirement_files.line_changes import DropExtras, LeaveOut, LineChange, MoveToDevelopment
from footprint.editor.audited_places import AuditedProject
from footprint.editor.buffer_imports import align, read_buffer
from footprint.editor.buffer_lines import read_lines
from footprint.editor.buffers import Buffer
from footprint.editor.editor_session import AuditedDocument, EditorSession
from footprint.editor.made_edits import MadeEdit, Texts
from footprint.editor.project_texts import text_of
from footprint.model.audit import OF_LINES, GoingLine, Suggestion
from footprint.model.deferrals import DeferralForm
from footprint.model.edited_lines import EditedLine, OfferedEdit
from footprint.pairs import group_pairs
from footprint.report.editor.offer_sentences import NOT_FOUND, TOO_LARGE, UNREADABLE, refused_by_trial, tried_words
from footprint.report.languages.messages import say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.values import replace


class _EditRefused(Exception):
    """Why an edit cannot be made, as a sentence."""


def judge(project: AuditedProject, each: Suggestion) -> OfferedEdit:
    """Return a suggestion with what a trial of it came to, and with why it should not be followed."""
    trial = project.audit.trial
    tried = trial.change_of(each.action, each.subject) if trial is not None else None
    return OfferedEdit(each, refused_by_trial(each, tried), tried_words(tried))


def make_edit(session: EditorSession, audited: AuditedDocument, line: EditedLine, each: Suggestion) -> MadeEdit:
    """Return a suggestion that is about a line as an edit, or with the reason for none."""
    offer = judge(audited.stored.project, each)
    try:
        if offer.refusal is None and each.action == "defer" and line.kind == "import":
            return MadeEdit(offer, _deferred(session, audited, each))
        if offer.refusal is None and each.action in OF_LINES and line.kind == "requirement":
            return MadeEdit(offer, _changed_lines(session, audited, each))
    except _EditRefused as why:
        return MadeEdit(replace(offer, refusal=str(why)), {})
    return MadeEdit(offer, {})


def _text(session: EditorSession, audited: AuditedDocument, path: str) -> str:
    text = text_of(audited.stored.folder, path, session.documents)
    if text is None:
        raise _EditRefused(say(UNREADABLE, path=path))
    return text


# Imports


def _deferred(session: EditorSession, audited: AuditedDocument, each: Suggestion) -> Texts:
    """Return modules with all imports of a distribution moved: one that stays keeps all. Raises: _EditRefused."""
    project, folder = audited.stored.project, audited.stored.folder
    lines = group_pairs((item.path, item.line) for item in each.evidence if item.line is not None)
    texts = {path: _text(session, audited, path) for path in lines}
    wanted = {path: list(_wanted(project, path, texts[path], lines[path], each)) for path in lines}
    form = find_form(folder, _version(project.audit.environment.python))
    names = session.texts.all_names(folder, session.documents)
    if names is None:
        raise _EditRefused(say(TOO_LARGE))
    return {path: (texts[path], _moved(path, texts[path], wanted[path], names, form)) for path in lines}


def _wanted(
    project: AuditedProject, path: str, text: str, lines: tuple[int, ...], each: Suggestion
) -> Iterator[Wanted]:
    """Yield the imports to move, at the lines where they stand now. Raises: _EditRefused for one that is gone."""
    aligned = align(read_buffer(text, path, project), project.places.get(path, ()))
    now = {found.place.line: found.statement for found in aligned if found.place is not None}
    for line in lines:
        if line not in now:
            raise _EditRefused(say(NOT_FOUND, name=each.distribution, place=place(path, line)))
        sites = now[line].sites
        own = [
            site
            for site in sites
            if len(sites) == 1 or any(row.name == each.distribution for row in project.providers(site.asked_names))
        ]
        yield Wanted(now[line].line, tuple(dict.fromkeys(name for site in own for name in site.bound)))


def _moved(path: str, text: str, wanted: list[Wanted], names: ProjectNames, form: DeferralForm) -> str:
    made = defer_imports(text, wanted, ModuleAround(path, names), form)
    for left in made.left:
        raise _EditRefused(_why_left(left, path))
    return made.text


def _why_left(left: Left, path: str) -> str:
    shown = retell(left.refusal.show())
    return shown if left.refusal.path else f"{shown} ({place(path, left.refusal.line)})"


def _version(stated: str) -> tuple[int, ...]:
    """Return the first two numbers of a version; one that cannot be read is an old one."""
    numbers = [int(part) for part in stated.split(".")[:2] if part.isdigit() and len(part) < 4]
    return tuple(numbers) if len(numbers) == 2 else (3, 8)


# Requirements


def _changed_lines(session: EditorSession, audited: AuditedDocument, each: Suggestion) -> Texts:
    """Return the requirement files with all lines changed that go together. Raises: _EditRefused."""
    by_file = group_pairs((line.file, line) for line in each.lines if not line.compiled)
    texts: dict[str, tuple[str, str]] = {}
    for path, lines in by_file.items():
        before, text = _held(session, audited, path, texts)
        changes = [_change(audited.stored.project, path, before, line) for line in lines]
        other = None
        if any(isinstance(change, MoveToDevelopment) for change in changes):
            other = file_for_developers(path, audited.stored.project.audit.declared_files, ())
        if other is None:
            edited = edit_lines(path, _bytes(path, text), changes)
            content, left = edited.content, edited.left
        else:
            other_before, other_text = _held(session, audited, other, texts)
            moved = move_lines(path, _bytes(path, text), changes, _bytes(other, other_text))
            content, left = moved.content, moved.left
            texts[other] = (other_before, _decoded(other, moved.other or b""))
        for alone in left:
            raise _EditRefused(retell(alone.show()))
        texts[path] = (before, _decoded(path, content))
    if not texts:  # of a file that a tool writes
        raise _EditRefused(say(UNREADABLE, path=next((line.file for line in each.lines), "")))
    return texts


def _held(
    session: EditorSession, audited: AuditedDocument, path: str, texts: Mapping[str, tuple[str, str]]
) -> tuple[str, str]:
    """Return a text as it is, and as it is so far."""
    if path in texts:
        return texts[path]
    text = _text(session, audited, path)
    return text, text


def _change(project: AuditedProject, path: str, text: str, line: GoingLine) -> LineChange:
    """Return the change of a line at the place where it stands now. Raises: _EditRefused where that is not known."""
    now = read_lines(project, path, Buffer.of(text)).now_at(line.line, line.name)
    if now is None:
        raise _EditRefused(say(NOT_FOUND, name=line.name, place=place(path, line.line)))
    if line.extras:
        return DropExtras(line.name, now, frozenset(line.extras))
    return (MoveToDevelopment if line.moves else LeaveOut)(line.name, now)


def _bytes(path: str, text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        raise _EditRefused(say(UNREADABLE, path=path)) from None


def _decoded(path: str, content: bytes) -> str:
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError:
        raise _EditRefused(say(UNREADABLE, path=path)) from None
