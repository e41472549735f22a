"""What the script of the page says, in the language that is spoken, and the signs of its figures."""

from __future__ import annotations

from footprint.model.audit import Usage
from footprint.report.languages.messages import catalogue, say
from footprint.report.page.usage_names import usage_meaning, usage_name


def page_labels() -> dict[str, str]:
    """Return the texts by what they are for; a script puts values into the braces."""
    return {
        "all": say("Everything"),
        "avoidable": say("avoidable {x} MiB"),
        "back": say("Back"),
        "copied": say("Copied"),
        "copy": say("Copy"),
        "cumulative": say("with what it loads {x}"),
        "dark": say("Dark"),
        "details": say("Details"),
        "disk": say("Disk"),
        "entry": say("Entry"),
        "evidence": say("Evidence"),
        "folders": say("Folders in MiB"),
        "frees": say("Ticked together: {disk} MiB of disk by {count} distributions"),
        "hide": say("Click a class to hide or to show it"),
        "json": say("Download the audit as JSON"),
        "light": say("Light"),
        "line": say("line of the project: {x}"),
        "matches": say("{x} of {y} shown"),
        "metric": say("Figure"),
        "measured": say("Measured in a trial of all that hold: {entry} {before} -> {after} MiB"),
        "none": say("Nothing ticked. Tick suggestions to see what they free together, exactly."),
        "own": say("own code"),
        "predicted": say("{entry}: {rss} MiB RSS and {time} ms less at startup, predicted"),
        "requires": say("Required by"),
        "rest": say("{x} smaller"),
        "rss": say("Startup RSS"),
        "rssbytes": say("Bytes"),
        "search": say("Search names and modules"),
        "self": say("itself {x}"),
        "shared": say("shared and unowned"),
        "sort": say("Sort by this column"),
        "stdlib": say("standard library"),
        "theme": say("Colours"),
        "time": say("Import time"),
        "unit": say("MiB"),
        "unitms": say("ms"),
        "unknown": say("not known"),
        "system": say("As the system"),
        "onlyunder": say("directly in it"),
    }


def page_figures() -> dict[str, str | int]:
    """Return the signs of figures, as `languages.figures` writes them."""
    spoken = catalogue()
    return {"decimal": spoken.decimal, "group": spoken.group, "grouped": spoken.grouped_from}


def class_labels() -> list[list[str]]:
    """Return key, name and meaning of every class, strongest first."""
    return [[usage.value, usage_name(usage), usage_meaning(usage)] for usage in Usage]
