"""Which distribution a written requirement is for, and the same requirement with fewer extras."""

from __future__ import annotations

import re
from urllib.parse import unquote

from footprint.edit.text_edits import Edit
from footprint.names import DistributionName, normalise

_WORD = r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?"
_FIRST = re.compile(rf"\s*({_WORD})")
_EGG = re.compile(r"[#&]egg=([^&\s\[]+)")
_ARCHIVE = re.compile(r"([^/\\\s=]+?)-\d[^/\\\s]*\.(?:whl|zip|tgz|tar)\b")
_EXTRAS = re.compile(rf"(?:\s*{_WORD}\s*|[^\[]*[#&]egg=[^&\s\[]+)\[([^\]]*)\]")


def names_in(written: str) -> frozenset[DistributionName]:
    """Return the names that a requirement may be for: its first word, `#egg=`, the file name of an archive."""
    first, egg = _FIRST.match(written), _EGG.search(written)
    archives = _ARCHIVE.findall(unquote(written[:2000]))
    names = [*([first[1]] if first else ()), *([unquote(egg[1])] if egg else ()), *archives]
    return frozenset(map(normalise, names))


def without_extras(written: str, extras: frozenset[str]) -> Edit | None:
    """Return how a requirement asks for fewer extras, by offsets of its text; None where it asks for none of them."""
    found = _EXTRAS.match(written)
    asked = found[1].split(",") if found else []
    kept = [each for each in asked if normalise(each.strip()) not in extras]
    if found is None or len(kept) == len(asked):
        return None
    if not any(map(str.strip, kept)):
        return Edit(found.start(1) - 1, found.end(1) + 1)
    new = ",".join(kept)
    new = new if asked[0] in kept else new.lstrip()
    return Edit(found.start(1), found.end(1), new if asked[-1] in kept else new.rstrip())
