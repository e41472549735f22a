"""The parts that every human-readable format has, in their order: a row per part. Formats only lay them out."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from footprint.model.audit import Audit, LazyStack
from footprint.report.audit import content, memory_sentences
from footprint.report.audit.hosting_sentences import host_line
from footprint.report.audit.memory_sentences import predicted
from footprint.report.text.phrases import count_of
from footprint.units import MIB, few, mebibytes, size

SUGGESTIONS = ("", "Code", "Disk MiB", "RSS MiB", "What"), "rlrrl"  # headings, and where their columns stand

STACKS = "Stacks that one file brings, without which the app starts: an extra could hold each"
_SMALLEST_BYTES = 20 * MIB
_SMALLEST_PART = 20  # a twentieth of all that is installed
_NAMED = 3


def sections(audit: Audit) -> Iterator[tuple[str, tuple[str, ...], str | None]]:
    """Yield title, lines and closing line of all that follows the suggestions."""
    for title, lines, closing in _ROWS:
        yield title, lines(audit), closing(audit) if closing else None


def host_facts(audit: Audit) -> list[str]:
    """Return what stands between the entries and the disk: what else is started, and what all take on one host."""
    return [line for line in (content.beside_line(audit), host_line(audit)) if line is not None]


def suggestion_rows(audit: Audit) -> list[tuple[str, ...]]:
    """Return number, code, the figures and the words of each suggestion."""
    return [
        (str(number), each.code, *content.suggestion_saving(each), each.detail)
        for number, each in enumerate(content.shown_suggestions(audit), start=1)
    ]


def suggestion_remarks(audit: Audit) -> list[str]:
    """Return what the suggestions come to together, and last how sure their figures are."""
    together = content.removal_line(audit), memory_sentences.deferral_line(audit)
    return [*filter(None, together), content.explain_suggestions(audit)]


def stack_lines(audit: Audit) -> tuple[str, ...]:
    """Return a sentence per stack that weighs something, heaviest first; the smaller ones stand in the JSON alone."""
    total = audit.disk.site_apparent_bytes
    if not total:
        return ()
    return tuple(
        _stack_words(stack)
        for stack in audit.lazy_stacks
        if stack.disk_bytes is not None and stack.disk_bytes >= min(_SMALLEST_BYTES, total // _SMALLEST_PART)
    )


def _stack_words(stack: LazyStack) -> str:
    figures = [f"{size(stack.disk_bytes)} on disk"]
    if stack.first_use_rss_bytes:
        figures.append(f"{mebibytes(stack.first_use_rss_bytes)} MiB RSS when first imported")
    if stack.startup_rss_bytes:
        figures.append(f"{predicted(stack.startup_rss_bytes)} MiB RSS at startup")
    pins = {line.name for line in stack.lines if not line.compiled} - set(stack.names)
    rest = len(set(stack.distributions) - pins - set(stack.names))
    of = "it requires" if len(stack.names) == 1 else "they require"
    brings = [few(stack.names), count_of(len(pins), "pin"), f"{count_of(rest, 'distribution')} that {of}"]
    brings = [words for words, count in zip(brings, (1, len(pins), rest), strict=True) if count]
    lines = ", ".join(str(number) for number in dict.fromkeys(item.line for item in stack.evidence[:_NAMED]))
    more = f" and {len(stack.evidence) - _NAMED} more" if len(stack.evidence) > _NAMED else ""
    what = f"{', '.join(brings[:-1])} and {brings[-1]}" if brings[1:] else brings[0]
    return f"{', '.join(figures)}, reached only by {stack.path}:{lines}{more}: {what}"


# Title, its lines, and what closes it, which stands without lines, too.
_ROWS: tuple[tuple[str, Callable[[Audit], tuple[str, ...]], Callable[[Audit], str | None] | None], ...] = (
    (STACKS, stack_lines, None),
    (memory_sentences.IMPORT_LINES, memory_sentences.import_line_rows, None),
    (memory_sentences.GUESTS, memory_sentences.guest_lines, None),
    (memory_sentences.FIRST_USE, memory_sentences.first_use_lines, None),
    ("Findings", content.finding_lines, content.finding_summary),
    ("Requirements not met", content.problem_lines, None),
    ("Notes", content.note_lines, None),
)
