"""The classes of use, and how sure they are, in the language that is spoken; codes, keys and the JSON are English."""

from __future__ import annotations

from footprint.model.audit import Confidence, Usage
from footprint.report.languages.stored_sentences import retell


def class_word(usage: Usage) -> str:
    """Return a class as a table shows it: `lazy`, in Spanish `diferida`."""
    return retell(usage.value)


def class_key(usage: Usage) -> str:
    """Return a class as a legend shows it: with the key that settings and the JSON have, where that differs."""
    word = class_word(usage)
    return word if word == usage.value else f"{word} ({usage.value})"


def class_meaning(usage: Usage) -> str:
    """Return what a class means."""
    return retell(usage.meaning)


def confidence_word(confidence: Confidence) -> str:
    """Return how sure something is: `likely`, in Spanish `probable`."""
    return retell(confidence)
