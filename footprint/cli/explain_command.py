"""`footprint explain`: what a code or a usage class means, offline."""

from __future__ import annotations

import difflib
import re
import sys
import textwrap
from collections.abc import Iterable, Mapping

from footprint.collect.knowledge import read_explanations
from footprint.errors import UsageError
from footprint.model.explanations import Explanation

_WIDTH = 100
_CODE = re.compile(r"fp\d+", re.IGNORECASE)


def explain(name: str | None) -> None:
    """Print one explanation, or the list of all without a name. Raises: UsageError for a name that is none."""
    known = read_explanations()
    sys.stdout.write(_list_all(known.values()) if name is None else _show(_find(name, known)))


def _find(name: str, known: Mapping[str, Explanation]) -> Explanation:
    spelled = name.upper() if _CODE.fullmatch(name.strip()) else name.lower()
    found = known.get(spelled.strip().rstrip("?"))  # `implied?` is how the table writes "cannot tell"
    if found is not None:
        return found
    close = difflib.get_close_matches(spelled, known, n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(close)}?" if close else "`footprint explain` lists them"
    raise UsageError(f"{name} is neither a code nor a usage class; {hint}")


def _list_all(explanations: Iterable[Explanation]) -> str:
    found = list(explanations)
    codes = [item for item in found if item.name.startswith("FP")]
    classes = [item for item in found if item not in codes]
    width = max(len(item.name) for item in found)
    lines = ["Findings", *(f"  {item.name:{width}}  {item.title}" for item in codes)]
    lines += ["", "Usage classes, strongest first", *(f"  {item.name:{width}}  {item.title}" for item in classes)]
    return "\n".join([*lines, "", "footprint explain NAME tells more"]) + "\n"


def _show(found: Explanation) -> str:
    lines = [f"{found.name}: {found.title}", ""]
    sections = (
        ("", found.meaning),
        ("Why it matters", found.why),
        ("How sure", found.certainty),
        ("What to do", found.fix),
        ("How to ignore it", found.ignore),
    )
    for heading, text in sections:
        if text:
            words = " ".join(text.split())
            lines += textwrap.wrap(f"{heading}: {words}" if heading else words, _WIDTH, break_long_words=False)
            lines.append("")
    example = (f"  {line}" for line in found.example.strip("\n").splitlines())
    return "\n".join([*lines, "Example", *example]) + "\n"
