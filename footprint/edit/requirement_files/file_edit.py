"""One requirement file edited: of which kind it is, how it is encoded, and whether it then reads as it should."""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from functools import partial

from footprint.documents.requirement_lines import LAST_RESORT, find_encoding
from footprint.edit.requirement_files.conda_items import plan_conda
from footprint.edit.requirement_files.line_changes import (
    LeaveOut,
    LeftAlone,
    LineChange,
    LinePlan,
    MoveToDevelopment,
    Planner,
    WhyLeft,
)
from footprint.edit.requirement_files.script_comments import has_header, plan_script
from footprint.edit.requirement_files.setup_lines import plan_setup_cfg
from footprint.edit.requirement_files.text_lines import physical_lines, plan_text
from footprint.edit.requirement_files.toml_entries import PIPFILE_LISTS, PYPROJECT_LISTS, plan_toml
from footprint.edit.requirement_files.toml_insertions import newline_of
from footprint.edit.text_edits import replaced
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class EditedLines:
    """A file after its changes, and those that were not made."""

    content: bytes
    left: tuple[LeftAlone, ...]


@dataclass(frozen=True, slots=True)
class MovedLines:
    """A requirements file of production and the one for development after a move, and what was not moved."""

    content: bytes
    other: bytes | None
    left: tuple[LeftAlone, ...]


def edit_lines(path: str, content: bytes, changes: Iterable[LineChange]) -> EditedLines:
    """Return a requirement file with changes made: every byte that none of them is about stays.

    `path`: its name says of which kind it is, as where it is read.
    """
    asked = tuple(dict.fromkeys(changes))
    name = path.rpartition("/")[2]
    try:
        mark, encoding = _encoding(name, content)
        text = content[len(mark) :].decode(encoding)
        if mark + text.encode(encoding) != content:
            raise UnicodeError
    except UnicodeError:
        return EditedLines(content, tuple(LeftAlone(change, WhyLeft.ENCODING) for change in asked))
    if name == "setup.py":
        return EditedLines(content, tuple(LeftAlone(change, WhyLeft.PYTHON) for change in asked))
    after, left = _changed(text, asked, _planner(name, text))
    return EditedLines(mark + after.encode(encoding), left)


def move_lines(path: str, content: bytes, changes: Iterable[LineChange], other: bytes | None) -> MovedLines:
    """Return a requirements file with changes made, and the other one, for development, with what moves at its end.

    `other`: None where there is none yet; it then begins by including the file of production, which stands beside it.
    """
    asked: dict[LineChange, LineChange] = {
        LeaveOut(change.name, change.line) if isinstance(change, MoveToDevelopment) else change: change
        for change in changes
    }
    edited = edit_lines(path, content, asked)
    left = tuple(LeftAlone(asked[each.change], each.why) for each in edited.left)
    stays = {each.change for each in left}
    moves = (change for change in asked.values() if isinstance(change, MoveToDevelopment) and change not in stays)
    moved = sorted({change.line for change in moves})
    mark, encoding = _encoding(path, content)
    lines = physical_lines(content[len(mark) :].decode(encoding), moved) if moved else []
    there = _encoding(path, other or b"")
    before = (
        (other or b"")[len(there[0]) :].decode(there[1]) if other is not None else f"-r {path.rpartition('/')[2]}\n"
    )
    newline = newline_of(before)
    gap = newline if before and not before.endswith(("\n", "\r")) else ""
    after = before + gap + "".join(f"{line}{newline}" for line in lines)
    return MovedLines(edited.content, there[0] + after.encode(there[1]) if moved else other, left)


def _encoding(name: str, content: bytes) -> tuple[bytes, str]:
    """Return the byte order mark and the encoding of a file; that of some kinds is UTF-8, whatever they say."""
    if name in ("Pipfile", "setup.cfg") or name.endswith((".toml", ".yml", ".yaml")):
        return (codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b""), "utf-8"
    mark, encoding = find_encoding(content)
    return mark, encoding or LAST_RESORT


def _planner(name: str, text: str) -> Planner:
    """Return what edits a file of a name, as the readers of such files choose theirs."""
    if name == "Pipfile":
        return partial(plan_toml, lists=PIPFILE_LISTS)
    if name.endswith(".toml"):
        return partial(plan_toml, lists=PYPROJECT_LISTS)
    if name == "setup.cfg":
        return plan_setup_cfg
    if name.endswith((".yml", ".yaml")):
        return plan_conda
    return plan_script if has_header(text) and not name.endswith((".txt", ".in", ".pip")) else plan_text


def _changed(text: str, changes: tuple[LineChange, ...], planner: Planner) -> tuple[str, tuple[LeftAlone, ...]]:
    """Return the text with the changes made that leave it as it should be."""
    made, new = _tried(text, planner(text, changes))
    if new is not None:
        return new, made.left
    single = {change: _tried(text, planner(text, (change,)))[1] for change in changes}
    sound = tuple(change for change, each in single.items() if each is not None)
    unsound = tuple(LeftAlone(change, WhyLeft.UNSURE) for change, each in single.items() if each is None)
    plan, new = _tried(text, planner(text, sound))
    if new is not None:
        return new, (*plan.left, *unsound)
    return text, tuple(LeftAlone(change, WhyLeft.UNSURE) for change in changes)


def _tried(text: str, plan: LinePlan) -> tuple[LinePlan, str | None]:
    """Return a plan and what it makes of the text, None where that would not read as it should."""
    new = replaced(text, plan.cuts)
    return plan, new if plan.is_as_asked(new) else None
