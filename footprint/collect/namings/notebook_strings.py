"""The strings of a notebook's code cells that name something; lines are those of the file."""

from __future__ import annotations

import json
from collections.abc import Iterator

from footprint.collect.namings.python_strings import python_names
from footprint.collect.namings.sought_names import FoundName, Sought
from footprint.names import text_bytes


def notebook_names(data: bytes, names: Sought) -> Iterator[FoundName]:
    """Yield what code cells name, at the first line of the file that holds the name within quotes."""
    try:
        cells = json.loads(data)["cells"]
        sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return
    for source in sources:
        text = "".join(map(str, source)) if isinstance(source, list) else str(source)
        plain = "\n".join("" if line.lstrip()[:1] in ("%", "!", "?") else line for line in text.split("\n"))
        code = plain.encode("utf-8", "replace")
        if names.stands_in(code):
            for found in python_names(code, "cell", names, frozenset()):
                position = data.find(text_bytes(found.text))
                yield FoundName(found.distribution, found.text, data.count(b"\n", 0, max(0, position)) + 1)
