"""Comments `# footprint: ignore` beside import statements and requirement lines, `# footprint: needed` beside these.

A class may stand for its code. Codes that are none stay in the answer: whoever judges says so. Nothing is parsed
that holds no such comment.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from pathlib import Path

from footprint.files.reader import try_read
from footprint.knowledge.codes import CLASS_CODES
from footprint.late import late_pattern
from footprint.model.requests_to_ignore import IgnoreComment, NeededComment

_MARK = b"footprint:"
_COMMENT = late_pattern(r"#\s*footprint:\s*ignore\b(?:\s*\[([^\]]*)\])?")
_NEEDED = late_pattern(r"#\s*footprint:\s*needed\b\s*:?\s*(.*)")
LARGEST_BYTES = 4 << 20  # of a file of ours that is looked at as it is


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
