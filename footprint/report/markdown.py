"""The audit as markdown: for a pull request, a wiki or a mail. GitHub's dialect, tables included."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from footprint.model.audit import Audit, DistributionRow
from footprint.report import content
from footprint.report.safe import markdown as text
from footprint.report.safe import markdown_code as code
from footprint.report.view import DEFAULT_VIEW, View
from footprint.units import mebibytes, milliseconds


def render(audit: Audit, view: View = DEFAULT_VIEW) -> str:
    """Return the whole audit as markdown."""
    lines = [f"# Footprint of {text(audit.project)}", "", text(content.title(audit)), ""]
    for entry in audit.entries:
        first, *others = content.entry_lines(entry)
        lines += [f"- **{text(first)}**", *(f"  - {text(line)}" for line in others)]
    lines += [f"- **Disk:** {text(content.disk_line(audit))}", ""]
    lines += ["## Weight and use", "", *_distributions(audit, view), "", text(content.usage_line(audit)), ""]
    lines += _suggestions(audit)
    lines += _section("Used but not declared", content.undeclared_lines(audit))
    lines += _section("Requirements not met", content.problem_lines(audit))
    lines += _section("Notes", content.note_lines(audit))
    lines += ["## How it was measured", "", *_method(audit)]
    return "\n".join(lines).rstrip() + "\n"


def _distributions(audit: Audit, view: View) -> Iterable[str]:
    header = (
        "Distribution",
        "Version",
        "Disk MiB",
        "Frees MiB",
        "RSS MiB",
        "With its imports",
        "ms",
        "Use",
        "Where, why",
    )
    shown, rest = content.split_rows(audit, view)
    yield from _table(header, "llrrrrrll", [_cells(row) for row in shown])
    if rest:
        yield ""
        yield text(content.rest_line(rest))


def _cells(row: DistributionRow) -> tuple[str, ...]:
    usage = row.usage.value + (" (cannot tell)" if row.confidence == "cannot tell" else "")
    return (
        code(row.name),
        text(row.version or "not installed"),
        mebibytes(row.apparent_bytes),
        mebibytes(row.exclusive_bytes) if row.declared else "",
        mebibytes(row.startup_self_rss_bytes),
        mebibytes(row.startup_cumulative_rss_bytes),
        milliseconds(row.import_time_us),
        f"**{usage}**" if row.declared else usage,
        text(content.where(row)),
    )


def _suggestions(audit: Audit) -> list[str]:
    if not audit.suggestions:
        return []
    rows = []
    for number, suggestion in enumerate(audit.suggestions, start=1):
        disk, memory = content.suggestion_saving(suggestion)
        rows.append((str(number), suggestion.code, disk, text(memory), text(suggestion.detail)))
    lines = ["## Suggestions", "", "None is verified yet: disk figures are exact, memory figures are upper bounds.", ""]
    lines += [*_table(("", "Code", "Disk MiB", "RSS MiB", "What"), "rlrrl", rows), ""]
    removal = content.removal_line(audit)
    return [*lines, text(removal), ""] if removal else lines


def _section(title: str, lines: Sequence[str]) -> list[str]:
    return [f"## {title}", "", *(f"- {text(line)}" for line in lines), ""] if lines else []


def _method(audit: Audit) -> list[str]:
    return [
        "- Disk: every file below site-packages read once (lstat), joined to the RECORD of its distribution; "
        "bytes are apparent, `frees` is what leaves if only this requirement goes.",
        "- RSS: the entry imported in a fresh process of the target interpreter, read at every module load; "
        "`RSS MiB` is what the distribution's own modules added, `with its imports` also what they loaded first.",
        f"- Requirement files read: {', '.join(code(path) for path in audit.declared_files) or 'none found'}.",
    ]


def _table(header: Sequence[str], alignment: str, rows: Iterable[Sequence[str]]) -> Iterable[str]:
    yield f"| {' | '.join(header)} |"
    yield f"| {' | '.join('---:' if side == 'r' else '---' for side in alignment)} |"
    for row in rows:
        yield f"| {' | '.join(row)} |"
