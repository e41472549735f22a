"""Comments of requirement files that say in plain words what a line is for: "esp-idf >= 5.0 requires this".

Laws: a comment counts beside the line or right above it. A title ("# database"), a remark about a version and what a
tool wrote ("# via flask") say nothing of a need, nor does one that denies it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from footprint.files.reader import try_read
from footprint.late import late_pattern
from footprint.model.namings import Naming
from footprint.names import DistributionName

_COMMENT = late_pattern(r"(?:^|\s)#+\s*(.*)$")
_ALONE = late_pattern(r"\s*#+\s*(.*)$")
_NEED = late_pattern(
    r"\b(?:requires?|needs?|uses?|wants?|imports?|loads?|expects?|depends? (?:up)?on)\s+(?:this|it)\b"
    r"|\b(?:required|needed|used|wanted|imported|loaded)\s+(?:by|for|to|at|in|when|if|as|because|so)\b"
    r"|\b(?:dependency|requirement|plugin|backend|driver)\s+(?:of|for)\s+\w"
    r"|\b(?:because|makes?\s+sure|so\s+that|in\s+order\s+to|otherwise|workaround|work\s+around|without\s+(?:this|it))\b",
)
_DENIED = late_pattern(r"(?:\b(?:not|no longer|never|nothing|nobody|none|no)|n't)\s+(?:\w+\s+){0,2}$")
_ABOVE_AT_MOST = 5  # lines of a comment above a line
_SHOWN_AT_MOST = 100
_LONGEST = 500
_BYTES_AT_MOST = 4 << 20  # of a requirement file
Place = tuple[str, int]


def find_stated_needs(project: Path, lines: Mapping[DistributionName, Iterable[Place]]) -> tuple[Naming, ...]:
    """Return the comments that say what one of `lines` is for, the first of each distribution."""
    texts: dict[str, Sequence[str]] = {}
    found = []
    for name, places in lines.items():
        for path, line in places:
            if path not in texts:
                data = try_read(project / path, bytes_at_most=_BYTES_AT_MOST) or b""
                texts[path] = data.decode("utf-8", "replace").splitlines() if b"#" in data else ()
            stated = read_stated_need(texts[path], line)
            if stated is not None:
                found.append(Naming(name, stated[1], path, stated[0], "comment"))
                break
    return tuple(found)


def read_stated_need(lines: Sequence[str], line: int) -> tuple[int, str] | None:
    """Return the comment that says what the `line` is for, with its own line; None where none does."""
    if not 1 <= line <= len(lines):
        return None
    above: list[str] = []
    first = line
    while first > 1 and len(above) < _ABOVE_AT_MOST and (match := _ALONE.match(lines[first - 2][:_LONGEST])):
        above.insert(0, match[1].strip())
        first -= 1
    beside = _COMMENT.search(lines[line - 1][:_LONGEST])
    for number, text in ((line, beside[1].strip() if beside else ""), (first, " ".join(above))):
        if any(_DENIED.search(text[: match.start()]) is None for match in _NEED.finditer(text.lower())):
            return number, _shown(text)
    return None


def _shown(text: str) -> str:
    """Return a comment as a part of a reason, whose parts are told apart by semicolons."""
    short = text if len(text) <= _SHOWN_AT_MOST else f"{text[: _SHOWN_AT_MOST - 3].rstrip()}..."
    return short.replace(";", ",").replace('"', "'")
