"""What only one file of the project brings in, late or under a guard: one sentence for each such stack."""

from __future__ import annotations

from footprint.model.audit import Audit, LazyStack
from footprint.report.audit.memory_sentences import predicted
from footprint.report.text.phrases import count_of
from footprint.units import MIB, few, mebibytes, size

STACKS = "Stacks that one file brings, without which the app starts: an extra could hold each"
_SMALLEST_BYTES = 20 * MIB
_SMALLEST_PART = 20  # a twentieth of all that is installed
_NAMED = 3


def stack_lines(audit: Audit) -> tuple[str, ...]:
    """Return a sentence per stack that weighs something, heaviest first; the smaller ones stand in the JSON alone."""
    total = audit.disk.site_apparent_bytes
    if not total:
        return ()
    return tuple(
        _show(stack)
        for stack in audit.lazy_stacks
        if stack.disk_bytes is not None and stack.disk_bytes >= min(_SMALLEST_BYTES, total // _SMALLEST_PART)
    )


def _show(stack: LazyStack) -> str:
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
