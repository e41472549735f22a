"""The audit as markdown: for a pull request, a wiki or a mail. GitHub's dialect, tables included.

Whatever is not a word of this file goes through `text` or `code`: a stored audit may hold anything.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from footprint.model.audit import Audit, DistributionRow
from footprint.report.audit import content, entry_sentences, memory_sentences
from footprint.report.audit.advice_section import advice_section
from footprint.report.audit.columns import NAME, USE, Column, explain_classes, explain_columns, list_columns
from footprint.report.audit.decision_section import decision_section
from footprint.report.audit.doubts_section import doubts_section
from footprint.report.audit.host_section import host_section
from footprint.report.audit.memory_grid import memory_blocks
from footprint.report.audit.next_steps_section import next_steps_section
from footprint.report.audit.requirements_section import requirements_section
from footprint.report.audit.sizes_section import sizes_section
from footprint.report.audit.start_command_section import start_command_section
from footprint.report.audit.use_section import use_section
from footprint.report.languages.messages import say
from footprint.report.text.phrases import other_python_line
from footprint.report.text.safe import markdown as text
from footprint.report.text.safe import markdown_code as code
from footprint.report.text.safe import plain_ascii
from footprint.report.text.section import Section
from footprint.report.text.section_markdown import section_lines, table_lines
from footprint.report.text.view import DEFAULT_VIEW, View


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the whole audit as markdown."""
    lines = [f"# Footprint of {text(audit.project)}", "", text(content.title(audit)), ""]
    if other := other_python_line(audit.notes):
        lines += [f"**{text(other)}**", ""]
    lines += _section(content.UNREAD, content.unread_lines(audit))
    for entry in audit.started:
        lines.append(f"- **{text(entry_sentences.entry_title(entry))}**")
        lines += [f"  - {text(line)}" for line in entry_sentences.entry_lines(entry, audit)]
    lines += [f"- {text(fact)}" for fact in content.host_facts(audit)]
    lines.append(f"- **Disk:** {text(content.disk_line(audit))}")
    code_size = memory_sentences.code_size_line(audit)
    lines += [*([f"- **{text(code_size)}**"] if code_size else []), ""]
    lines += ["## Weight and use", "", *_distributions(audit, view), ""]
    for section in _SECTIONS:
        lines += section_lines(section(audit, view))
    for title, found, closing in content.sections(audit):
        lines += _section(title, found)
        lines += [text(closing), ""] if closing else []
    lines += ["## What the words mean", "", *_words(audit)]
    whole = "\n".join(lines).rstrip() + "\n"
    return plain_ascii(whole) if view.ascii else whole


def _distributions(audit: Audit, view: View) -> Iterable[str]:
    columns = list_columns(audit)
    shown, rest = content.split_rows(audit, view)
    alignment = "".join("r" if column.right else "l" for column in columns)
    yield from table_lines(
        [text(column.heading) for column in columns], alignment, [_cells(row, columns) for row in shown]
    )
    yield ""
    if rest:
        yield text(content.rest_line(rest))
        yield ""
    yield text(content.usage_line(audit))


def _cells(row: DistributionRow, columns: Sequence[Column]) -> tuple[str, ...]:
    return tuple(_cell(row, column) for column in columns)


def _cell(row: DistributionRow, column: Column) -> str:
    shown = column.cell(row)
    if column.heading == NAME:
        return code(shown)
    if shown == "-":  # not a list in a cell
        return shown
    return f"**{text(shown)}**" if column.heading == USE and row.declared else text(shown)


def _memory_section(audit: Audit, view: View) -> Section:
    return Section("memory", say("Memory against the limit"), memory_blocks(audit))


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *(f"- {text(line)}" for line in lines), ""] if lines else []


def _words(audit: Audit) -> Iterable[str]:
    yield from (f"- {text(line)}" for line in explain_columns(audit, list_columns(audit)))
    yield from (f"- **{text(usage)}**: {text(meaning)}" for usage, meaning in explain_classes(audit))
    yield "- a class in bold: the line is declared"
    yield (
        "- Disk: every file below site-packages read once (lstat) and joined to the RECORD of its distribution; "
        "apparent bytes. Memory: the entry started in a fresh process of the target interpreter, read at every import."
    )
    files = ", ".join(code(path) for path in audit.declared_files)
    yield f"- Requirement files read: {files or 'none found'}"


_SECTIONS: tuple[Callable[[Audit, View], Section], ...] = (
    advice_section,
    _memory_section,
    host_section,
    decision_section,
    use_section,
    requirements_section,
    sizes_section,
    doubts_section,
    start_command_section,
    next_steps_section,
)
