"""Sentences that an audit holds, in the language that is spoken.

The JSON is English and may be years old: `footprint report audit.json --lang es` has the sentence and no longer what it
was made of. So a catalogue holds patterns of whole sentences; what no pattern takes stays as it is.
"""

from __future__ import annotations


def retell(text: str) -> str:
    """Return a sentence of an audit (a reason, a message, a note) in the language that is spoken."""
    return text
