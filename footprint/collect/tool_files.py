"""Files and tables that only one tool of developers reads, notebooks, the first test: what a line is declared for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from footprint.documents.text_notebooks import is_text_notebook
from footprint.files.reader import list_names, try_read
from footprint.late import late_pattern
from footprint.model.source_modules import ToolUse
from footprint.model.third_party_needs import FirstTest, ToolFiles
from footprint.names import DistributionName

_LARGEST_BYTES = 1 << 20
_TABLES = ("pyproject.toml", "setup.cfg", "tox.ini")
_HEADER = late_pattern(rb"^\[{1,2}[ \t]*([\w.:-]+)[^\]\n]*\]", re.MULTILINE)
_FUNCTION = late_pattern(
    rb"^(?:async[ \t]+)?def[ \t]+test\w*\(|^class[ \t]+Test\w*[ \t]*(?:\([ \t]*(?:object)?[ \t]*\))?:", re.MULTILINE
)
_UNITTEST = late_pattern(rb"^class[ \t]+\w+[ \t]*\([^)\n]*TestCase[^)\n]*\)[ \t]*:", re.MULTILINE)


def find_tool_files(
    project: Path,
    rows: Mapping[DistributionName, ToolFiles],
    notebooks: Collection[DistributionName],
    paths: Iterable[str],
) -> tuple[ToolUse, ...]:
    """Return which tools of developers the project's files are for. `paths` are its sources, notebooks among them."""
    names = list_names(project)
    found = []
    headers = [(path, *header) for path in _TABLES if path in names for header in _headers(project / path)]
    for tool, row in rows.items():
        for pattern in row.files:
            found += [_use(tool, name, 1, name) for name in names if fnmatchcase(name, pattern)][:1]
        for path, line, header in headers:
            if any(header == table or header.startswith(f"{table}.") for table in row.tables):
                found.append(_use(tool, path, line, f"[{header}]"))
                break
    notebook = _first_notebook(project, [*paths, *names]) if notebooks else None
    found += [_use(tool, notebook, 1, notebook) for tool in notebooks] if notebook else []
    return tuple(found)


def _first_notebook(project: Path, paths: Sequence[str]) -> str | None:
    """Return the first notebook of `paths`, else the first file that is one as text."""
    may_be = (path for path in paths if path.endswith((".py", ".md", ".Rmd", ".qmd")))
    texts = ((path, try_read(project / path, bytes_at_most=_LARGEST_BYTES)) for path in may_be)
    as_text = (path for path, data in texts if is_text_notebook(data or b""))
    return next((path for path in paths if path.endswith(".ipynb")), None) or next(as_text, None)


def _use(tool: DistributionName, path: str, line: int, shown: str) -> ToolUse:
    return ToolUse(tool, path, line, shown, "development")


def _headers(path: Path) -> Iterator[tuple[int, str]]:
    data = try_read(path, bytes_at_most=_LARGEST_BYTES) or b""  # whoever reads the declarations says why not
    line, counted = 1, 0
    for match in _HEADER.finditer(data):
        line += data.count(b"\n", counted, match.start())
        counted = match.start()
        yield line, match[1].decode()


def find_first_test(project: Path, paths: Iterable[str]) -> FirstTest | None:
    """Return where the first test function in `paths` stands, else the first test of unittest, None without any."""
    other: FirstTest | None = None
    for path in paths:
        data = try_read(project / path, bytes_at_most=_LARGEST_BYTES) or b""
        if (match := _FUNCTION.search(data)) is not None:
            return FirstTest(path, data.count(b"\n", 0, match.start()) + 1, needs_runner=True)
        if other is None and (match := _UNITTEST.search(data)) is not None:
            other = FirstTest(path, data.count(b"\n", 0, match.start()) + 1, needs_runner=False)
    return other
