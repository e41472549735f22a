"""Where the project's text names a file of its own: in a chart, in HCL, in a string that starts a process.

Laws: a path or a dotted name counts, in code only as a string by itself or in a command; what describes, excludes or
comments names nothing. Nobody is believed to run the file: somebody may.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator

from footprint.collect.namings.text_kinds import TextKind
from footprint.documents.python_trees import nodes_in, text_of
from footprint.late import late_pattern
from footprint.model.namings import FileNaming
from footprint.names import text_bytes
from footprint.values import dataclass

FILES_AT_MOST = 200  # sought; more that nothing reaches is no application
_KINDS = frozenset({"yaml", "json", "ini", "env", "lines"})  # what scripts and images run is followed
_NO_RUN = late_pattern(r"exclude|omit|ignore|skip|\bfiles?\b|://", re.IGNORECASE)
_NO_RUN_FILE = late_pattern(
    r"(?:^|/)(?:pyrightconfig|sonar|\.?bumpversion|bandit|\.codeclimate|\.deepsource|tsconfig)[^/]*$"
)
_COMMENT = late_pattern(r"\s*(?:#|//|;|\*|<!--|REM\b|::)")
_COMMAND = late_pattern(r"\b(?:python[\d.]*|pypy\d?|sh|bash|uv|poetry|exec)\b|^-m$")
_HANDLER = r"(?:lambda_)?handler|handle|main|run|app|application"  # functions that platforms are given


@dataclass(frozen=True, slots=True)
class _Sought:
    path: str
    needles: tuple[bytes, ...]
    words: re.Pattern[str]

    @classmethod
    def of(cls, path: str) -> _Sought | None:
        """Return by what a file may be named; None where that is how many files are named."""
        *folders, stem = path.removesuffix(".py").split("/")
        if stem == "__init__" or not path.endswith(".py"):
            return None
        name = re.escape(stem)
        names = [
            rf"(?<![\w.-])(?P<folders>(?:[\w.$(){{}}~-]*/)*){name}\.py(?![\w-])",
            rf"(?<![\w./-]){name}\.(?:{_HANDLER})(?![\w.(/-])",
        ]
        if folders:
            above = re.escape(folders[-1])
            names.append(rf"(?<![\w./-])(?P<packages>(?:\w+[./])*{above}[./]){name}(?![\w/-]|\.py)")
        return cls(
            path, (text_bytes(f"{stem}."), text_bytes(f"/{stem}"), text_bytes(f".{stem}")), re.compile("|".join(names))
        )

    def stands_in(self, text: str) -> str | None:
        """Return the name by which the file stands in a text; None where it is that of a file elsewhere."""
        own = self.path.split("/")[:-1]
        for match in self.words.finditer(text):
            groups = match.groupdict()
            above = [part for part in re.split(r"[./]", groups.get("packages") or groups["folders"] or "") if part]
            if all(mine == theirs for mine, theirs in zip(reversed(own), reversed(above), strict=False)):
                return match[0]
        return None


class OwnFiles:
    """A search for names of files, fed with one text after the other."""

    def __init__(self, paths: Iterable[str]) -> None:
        """Take the files that are sought, relative to the project and posix."""
        self._open = {sought.path: sought for path in sorted(paths)[:FILES_AT_MOST] if (sought := _Sought.of(path))}
        self.found: dict[str, FileNaming] = {}

    def look(self, path: str, data: bytes, reading: TextKind | None) -> None:
        """Look into one file of the application. Without a `reading` it is code."""
        if path.endswith(("pyproject.toml", ".ipynb")) or (reading is not None and reading.kind not in _KINDS):
            return
        named = [each for each in self._open.values() if each.path != path and any(n in data for n in each.needles)]
        if not named or _NO_RUN_FILE.search(path):
            return
        for line, text in _texts_of_code(data) if reading is None else _lines(data.decode("utf-8", "replace")):
            for each in named:
                if each.path in self._open and (word := each.stands_in(text)) is not None:
                    self.found[each.path] = FileNaming(each.path, word, path, line)
                    del self._open[each.path]


def _lines(text: str) -> Iterator[tuple[int, str]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not _COMMENT.match(line) and not _NO_RUN.search(line.split(" #")[0]):
            yield number, line.split(" #")[0]


def _texts_of_code(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield the strings of a Python file that are a path or a command, with their lines."""
    nodes = nodes_in(data)
    mute = {id(node.value) for node in nodes if isinstance(node, ast.Expr)}  # docstrings
    for node in nodes:
        if isinstance(node, ast.Constant) and id(node) not in mute and len(text := text_of(node)) < 1000:
            words = text.split()
            if len(words) == 1 or any(map(_COMMAND.search, words[:4])):
                yield node.lineno, text
