"""The sentences of our own that an audit holds, for tests of whoever tells them again in another language."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.audit import Audit, EntryRow


def stored_texts(audit: Audit) -> Iterator[str]:
    """Yield every sentence of an audit that footprint made; what others wrote is not among them."""
    yield str(audit.environment.chosen)
    if audit.limit is not None:
        yield audit.limit.source
    for row in audit.distributions:
        yield row.reason
    for finding in audit.findings:
        yield finding.message
    for suggestion in audit.suggestions:
        yield from (suggestion.detail, *suggestion.steps)
    for note in audit.notes:
        yield note.message
    yield from (row.fragility for row in audit.undeclared if row.fragility)
    for entry in audit.entries:
        yield from _of_entry(entry)


def _of_entry(entry: EntryRow) -> Iterator[str]:
    yield str(entry.source)
    if entry.not_measured:
        yield entry.not_measured
    if entry.cannot_start:
        yield entry.cannot_start
    if entry.live is not None:
        yield from (entry.live.source, entry.live.ready_by)
    yield from (part.name for part in (*entry.memory, *entry.stacks) if part.kind != "distribution")
