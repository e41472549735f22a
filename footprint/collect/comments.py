"""Comments `# footprint: ignore` beside import statements and requirement lines, `# footprint: needed` beside these.

And those that say in plain words what a requirement line is for: "esp-idf >= 5.0 requires this". They count beside it,
or right above it where it stands alone: what stands above several lines is the title of all. A title ("# database"), a
remark about a version and what a tool wrote ("# via flask") say nothing of a need, nor does one that denies it, or that
speaks of a time to come ("we will need it").

A class may stand for its code. Codes that are none stay in the answer: whoever judges says so. Nothing is parsed
that holds no such comment.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from footprint.files.reader import try_read
from footprint.knowledge.codes import CLASS_CODES
from footprint.late import late_pattern
from footprint.model.namings import Naming
from footprint.model.requests_to_ignore import IgnoreComment, NeededComment
from footprint.names import DistributionName

_MARK = b"footprint:"
_COMMENT = late_pattern(r"#\s*footprint:\s*ignore\b(?:\s*\[([^\]]*)\])?")
_NEEDED = late_pattern(r"#\s*footprint:\s*needed\b\s*:?\s*(.*)")
LARGEST_BYTES = 4 << 20  # of a file of ours that is looked at as it is
_BESIDE = late_pattern(r"(?:^|\s)#+\s*(.*)$")
_ALONE = late_pattern(r"\s*#+\s*(.*)$")
_NEED = late_pattern(
    r"\b(?:requires?|needs?|uses?|wants?|imports?|loads?|expects?|depends? (?:up)?on)\s+(?:this|it)\b"
    r"|\b(?:required|needed|used|wanted|imported|loaded)\s+(?:by|for|to|at|in|when|if|as|because|so)\b"
    r"|\b(?:dependency|requirement|plugin|backend|driver)\s+(?:of|for)\s+\w"
    r"|\b(?:because|makes?\s+sure|so\s+that|in\s+order\s+to|otherwise|workaround|work\s+around|without\s+(?:this|it))\b",
)
_DENIED = late_pattern(r"(?:\b(?:not|no longer|never|nothing|nobody|none|no)|n't)\s+(?:\w+\s+){0,2}$")
_TO_COME = late_pattern(r"\b(?:will|some ?day|one day|planned|in (?:the )?future)\b")
_NO_LINE = late_pattern(r"\s*(?:$|[#\])}\[])")  # blank, a comment, the end of a list, a section
_ABOVE_AT_MOST = 5  # lines of a comment above a line
_SHOWN_AT_MOST = 100
_LONGEST = 500
Place = tuple[str, int]


def read_ignore_comments(project: Path, requirements: Iterable[str]) -> tuple[IgnoreComment, ...]:
    """Return the comments of requirement files, in file order; each path once.

    Paths are relative to `project`. A file that cannot be read holds none: its reader has made the note.
    """
    read = ((path, try_read(project / path, bytes_at_most=LARGEST_BYTES)) for path in dict.fromkeys(requirements))
    return tuple(each for path, data in read for each in find_ignore_comments(path, data or b""))


def find_ignore_comments(path: str, data: bytes) -> tuple[IgnoreComment, ...]:
    """Return the comments in the content of a file of Python or of requirements."""
    if _MARK not in data or b"ignore" not in data:
        return ()
    text = data.decode("utf-8", "replace")
    return _in_python(path, text) if path.endswith((".py", ".pyi")) else tuple(_in_lines(path, text))


def read_needed_comments(project: Path, requirements: Iterable[str]) -> tuple[NeededComment, ...]:
    """Return the comments `# footprint: needed: REASON` of requirement files, in file order; each path once."""
    return tuple(
        NeededComment(path, number, match[1].strip())
        for path, text in _texts_of_needed(project, requirements)
        for number, line in enumerate(text.splitlines(), start=1)
        if (match := _NEEDED.search(line)) is not None
    )


def _texts_of_needed(project: Path, paths: Iterable[str]) -> Iterator[tuple[str, str]]:
    for path in dict.fromkeys(paths):
        data = try_read(project / path, bytes_at_most=LARGEST_BYTES)
        if data is not None and _MARK in data and b"needed" in data:
            yield path, data.decode("utf-8", "replace")


def _in_python(path: str, text: str) -> tuple[IgnoreComment, ...]:
    """Return real comments only: strings hold such text, too. A comment belongs to the statement it stands beside."""
    import tokenize  # few files have one

    no_code = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING)
    found: list[IgnoreComment] = []
    start: int | None = None  # first line of the statement under way
    try:
        for token in tokenize.generate_tokens(io.StringIO(text).readline):
            if token.type == tokenize.COMMENT:
                found += _match(path, token.string, start or token.start[0], token.start[0])
            elif token.type == tokenize.NEWLINE:
                start = None
            elif token.type not in no_code and start is None:
                start = token.start[0]
    except (tokenize.TokenError, SyntaxError):  # its imports were saved line by line, and so are these
        return tuple(_in_lines(path, text))
    return tuple(found)


def _in_lines(path: str, text: str) -> Iterator[IgnoreComment]:
    for number, line in enumerate(text.splitlines(), start=1):
        yield from _match(path, line, number, number)


def _match(path: str, text: str, line: int, comment_line: int) -> Iterator[IgnoreComment]:
    match = _COMMENT.search(text)
    if match is not None:
        words = (word.strip() for word in (match[1] or "").split(",") if word.strip())
        codes = tuple(CLASS_CODES.get(word.lower(), word.upper()) for word in words)
        yield IgnoreComment(path, line, codes, comment_line)


def find_stated_needs(project: Path, lines: Mapping[DistributionName, Iterable[Place]]) -> tuple[Naming, ...]:
    """Return the comments that say what one of `lines` is for, the first of each distribution."""
    texts: dict[str, Sequence[str]] = {}
    found = []
    for name, places in lines.items():
        for path, line in places:
            if path not in texts:
                data = try_read(project / path, bytes_at_most=LARGEST_BYTES) or b""
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
    is_alone = line == len(lines) or _NO_LINE.match(lines[line][:_LONGEST]) is not None
    while is_alone and first > 1 and len(above) < _ABOVE_AT_MOST:
        match = _ALONE.match(lines[first - 2][:_LONGEST])
        if match is None:
            break
        above.insert(0, match[1].strip())
        first -= 1
    beside = _BESIDE.search(lines[line - 1][:_LONGEST])
    for number, text in ((line, beside[1].strip() if beside else ""), (first, " ".join(above))):
        if _TO_COME.search(text.lower()) is not None:
            continue
        if any(_DENIED.search(text[: match.start()]) is None for match in _NEED.finditer(text.lower())):
            return number, _shown(text)
    return None


def _shown(text: str) -> str:
    """Return a comment as a part of a reason, whose parts are told apart by semicolons."""
    short = text if len(text) <= _SHOWN_AT_MOST else f"{text[: _SHOWN_AT_MOST - 3].rstrip()}..."
    return short.replace(";", ",").replace('"', "'")
