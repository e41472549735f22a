"""What the script of the page says, in the language that is spoken, and the signs of its figures."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.audit import Usage
from footprint.report.languages.class_words import class_meaning, class_word
from footprint.report.languages.messages import catalogue, message, say

# By what they are for; the script puts values into the braces.
_LABELS: Mapping[str, str] = {
    "all": message("Everything"),
    "avoidable": message("avoidable {x} MiB"),
    "back": message("Back"),
    "copied": message("Copied"),
    "copy": message("Copy"),
    "cumulative": message("with what it loads {x}"),
    "dark": message("Dark"),
    "details": message("Details"),
    "disk": message("Disk"),
    "entry": message("Entry"),
    "evidence": message("Evidence"),
    "folders": message("Folders in MiB"),
    "frees": message("Ticked together: {disk} MiB of disk by {count} distributions"),
    "hint": message("Point at a part for its figures; a click or Enter opens it"),
    "hide": message("Click a class to hide or to show it"),
    "json": message("Download the audit as JSON"),
    "light": message("Light"),
    "line": message("line of the project: {x}"),
    "matches": message("{x} of {y} shown"),
    "metric": message("Figure"),
    "measured": message("Measured in a trial of all that hold: {entry} {before} -> {after} MiB"),
    "none": message("Nothing ticked. Tick suggestions to see what they free together, exactly."),
    "own": message("own code"),
    "predicted": message("{entry}: {rss} MiB RSS and {time} ms less at startup, predicted"),
    "requires": message("Required by"),
    "rest": message("{x} smaller"),
    "rss": message("Startup RSS"),
    "rssbytes": message("Bytes"),
    "search": message("Search names and modules"),
    "self": message("itself {x}"),
    "shared": message("shared and unowned"),
    "sort": message("Sort by this column"),
    "stdlib": message("standard library"),
    "theme": message("Colours"),
    "time": message("Import time"),
    "unit": message("MiB"),
    "unitms": message("ms"),
    "unknown": message("not known"),
    "system": message("As the system"),
    "onlyunder": message("directly in it"),
}


def page_labels() -> dict[str, str]:
    """Return the texts by what they are for."""
    return {key: say(text) for key, text in _LABELS.items()}


def page_figures() -> dict[str, str | int]:
    """Return the signs of figures, as `languages.figures` writes them."""
    spoken = catalogue()
    return {"decimal": spoken.decimal, "group": spoken.group, "grouped": spoken.grouped_from}


def class_labels() -> list[list[str]]:
    """Return key, name and meaning of every class, strongest first."""
    return [[usage.value, class_word(usage), class_meaning(usage)] for usage in Usage]
