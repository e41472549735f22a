"""Sentences that an audit holds, in the language that is spoken.

The JSON is English and may be years old: `footprint report audit.json --lang es` has the sentence and no longer what it
was made of. So a catalogue holds patterns of whole sentences; what no pattern takes stays as it is.
"""

from __future__ import annotations

from footprint.report.languages.messages import catalogue

_LONGEST = 20_000  # characters; a longer text is none of ours


def retell(text: str) -> str:
    """Return a sentence of an audit (a reason, a message, a note) in the language that is spoken."""
    spoken = catalogue()
    if not spoken.stored or len(text) > _LONGEST:
        return text
    from footprint.report.languages.sentence_patterns import told_by  # English has no use for it

    told = told_by(text, spoken)
    return text if told is None else told
