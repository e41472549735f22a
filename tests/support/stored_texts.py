"""The sentences of our own that an audit holds, and which of them are not told again in another language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from footprint.model.audit import Audit, EntryRow
from footprint.report.languages.catalogue import Catalogue
from footprint.report.languages.sentence_patterns import told_by

_QUOTED = re.compile(r"`[^`]*`|\"[^\"]*\"|'[^']*'|\[[^\]]*\]|<[^>]*>|\S+[/.]\S+")  # and paths, and dotted names
# Words that are of English alone, and of no name that a test gives to anything.
_ENGLISH = re.compile(r"\b(?:the|is|are|of|which|with|from|it|its|where|when|nothing|cannot|could|has|have)\b")
_OF_OTHERS = ("called needed in ",)  # they end in what somebody else wrote


def stored_texts(audit: Audit) -> Iterator[str]:
    """Yield every sentence of an audit that footprint made; what others wrote is not among them."""
    yield str(audit.environment.chosen)
    if audit.limit is not None:
        yield audit.limit.source
    for row in audit.distributions:
        yield from (row.reason, row.usage.value, row.usage.meaning, row.confidence)
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
    yield from filter(None, (str(entry.source), entry.not_measured, entry.cannot_start))
    if entry.live is not None:
        yield from (entry.live.source, entry.live.ready_by)
    for part in (*entry.memory, *entry.stacks):
        if part.kind != "distribution":
            yield part.name


def untold(texts: Iterable[str], spoken: Catalogue) -> list[str]:
    """Return the clauses that no pattern takes, and the sentences that are told with English left in them."""
    found = []
    for text in texts:
        if " " not in text:  # a name or a path
            continue
        told = told_by(text, spoken)
        if told is None:
            found.append(text)
        elif not any(each in text for each in _OF_OTHERS) and _ENGLISH.search(_QUOTED.sub("", told)):
            found.append(f"{text} => {told}")
    return found
