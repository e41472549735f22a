"""The recommended requirements: each file that changes, with the lines that go struck out as a diff does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from footprint.credentials import star_credentials
from footprint.late import late_pattern
from footprint.model.audit import OF_LINES, Audit, GoingLine
from footprint.names import normalise
from footprint.pairs import group_pairs
from footprint.report.languages.messages import count_of, few, listed, say
from footprint.report.text.phrases import place
from footprint.report.text.safe import printable
from footprint.report.text.section import Block, Excerpt, Section, Sentences
from footprint.report.text.view import View

_WHOLE_FILE = 60  # lines; of a longer one only those that change are shown
_EXTRAS = late_pattern(r"\[([^\]]*)\]")


def requirements_section(audit: Audit, view: View) -> Section:
    """Return the declared lines of each file that changes, with what goes, moves or asks for less."""
    going = group_pairs((line.file, line) for line in audit.removable_lines if not line.compiled)
    blocks: list[Block] = []
    for file, lines in going.items():
        blocks.append(Excerpt("\n".join(_file_lines(audit, file, lines, view)), "diff", heading=file))
        blocks += _told_moves(lines)
    compiled = list(dict.fromkeys(line.file for line in audit.removable_lines if line.compiled))
    remarks = []
    if compiled:
        remarks.append(say("Written by a tool, to be compiled anew afterwards: {files}", files=few(compiled, 5)))
    if blocks:
        remarks.append(
            say(
                "Comments and includes of the files are left out here; `footprint trim --write` edits the files "
                "themselves."
            )
        )
    is_all_needed = bool(audit.declared_files) and not audit.proposed(*OF_LINES)
    empty = say("No line has to change") if is_all_needed else ""
    return Section("requirements", say("Recommended requirements"), tuple(blocks), empty, tuple(remarks))


def _file_lines(audit: Audit, file: str, going: Iterable[GoingLine], view: View) -> Iterator[str]:
    """Yield the declared lines of a file in their order, as a diff marks them."""
    changed: Mapping[int, GoingLine] = {line.line: line for line in going}
    found = {(each.line, each.raw) for row in audit.distributions for each in row.declared if each.file == file}
    kept = [line for line, _ in found if line not in changed]
    is_whole = view.top == 0 or len(found) <= _WHOLE_FILE
    for line, raw in sorted(found):
        shown = printable(star_credentials(raw))  # one line of the file is one line here
        change = changed.get(line)
        if change is not None:
            yield f"-{shown}"
            yield from _instead(shown, change)
        elif is_whole:
            yield f" {shown}"
    if kept and not is_whole:
        yield f" ... {say('{lines} that stay', lines=count_of(len(kept), 'other line'))}"


def _instead(raw: str, change: GoingLine) -> Iterator[str]:
    """Yield the line that asks for fewer extras, where that is what changes."""
    match = _EXTRAS.search(raw) if change.extras else None
    if match is None:
        return
    names = [name.strip() for name in match[1].split(",")]
    spare = {normalise(extra) for extra in change.extras}
    left = [name for name in names if normalise(name) not in spare]
    asked = f"[{','.join(left)}]" if left else ""
    yield f"+{raw[: match.start()]}{asked}{raw[match.end() :]}"


def _told_moves(lines: Iterable[GoingLine]) -> Iterator[Block]:
    moving = [f"{line.name} ({place(line.file, line.line)})" for line in lines if line.moves]
    if moving:
        yield Sentences((say("These move to a group for development: {names}", names=listed(moving)),))
