"""The import statements of one file, read by `ast`: this module defines what every field of ImportSite means.

Nothing is executed. A file that `ast` refuses goes to the tolerant reader; the answer then says so.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable

from footprint.collect.imports.ast_sites import SiteReader
from footprint.collect.imports.decode import decode_source
from footprint.collect.imports.takers import TakerReader, find_takers
from footprint.documents.python_trees import parse_newer
from footprint.knowledge.target_facts import LAZY_LIST, NEWER_SYNTAX
from footprint.late import Late, late_pattern
from footprint.model.handed_names import NOTHING_ASKED, Asked
from footprint.model.note import Note
from footprint.model.source_modules import FileImports
from footprint.values import replace

# Few projects need them: files that `ast` refuses, and lists of imports to be lazy.
_read_tolerantly: Callable[..., FileImports] = Late("footprint.collect.imports.tolerant", "read_tolerantly")
_find_listed = Late("footprint.collect.imports.lazy_flow", "find_listed")

# Such files are generated data. A list of numbers of 5 MB took `ast` 13 s and 2 GB; read by lines it takes one second.
LARGE_FILE_BYTES = 2_000_000

# PEP 810. Only at the start of a line is `lazy` a keyword; inside a string a changed line harms nobody.
_LAZY_STATEMENT = late_pattern(r"^lazy[ \t]+(?=(?:import|from)[ \t])", re.MULTILINE)


def read_imports(data: bytes, *, path: str, module: str, is_package: bool, asked: Asked = NOTHING_ASKED) -> FileImports:
    """Return every import that `data`, the file at `path`, states as the first-party module `module`.

    Shape: sites in line order. For sites that run at import, `used_at_import_line` errs on the side of a use:
    annotations of signatures and of class and module variables count even when they are strings or postponed
    (frameworks evaluate them), `__all__`, rebinding, `del`, `global`, a redundant alias, and in an `__init__`
    any name that the file itself never uses. A lambda belongs to the function around it.
    Never raises for what a file holds: what `ast` cannot take comes from the tolerant reader with
    `parsed=False` and a note. `asked` is what other files want to know of this one.
    Source: language reference 7.11, PEP 328, PEP 562, PEP 810.
    """
    text, refusal = decode_source(data)
    if len(data) > LARGE_FILE_BYTES:
        note = Note("large-file", f"{len(data):,} bytes, read line by line instead of parsed", path)
        return _read_tolerantly(text, note, path=path, module=module, is_package=is_package)
    try:
        tree, newer, lazy_lines = _parse(text)
        listed = _find_listed(tree, module, is_package=is_package) if LAZY_LIST in text else None
        reader = SiteReader(path, module, is_package=is_package, lazy_lines=lazy_lines, listed=listed)
        sites = reader.read(tree)
        takers = find_takers(reader.met, reader.imported, text, asked)
        if takers is not None:
            stars = [site.module for site in sites.sites if site.names == ("*",)]
            package = module if is_package else module.rpartition(".")[0]
            handed = TakerReader(path, tree, reader.met, reader.imported, stars).read(takers, package, asked)
            sites = handed.added_to(sites)
    except SyntaxError as error:
        note = Note("syntax-error", f"not parsed: {error.msg}", path, error.lineno)
    except (RecursionError, MemoryError):
        note = Note("syntax-error", "not parsed: nested too deeply, read line by line", path)
    except ValueError as error:
        note = Note("syntax-error", f"not parsed: {type(error).__name__}: {error}", path)
    else:
        if refusal is not None:
            return replace(sites, parsed=False, notes=(Note("syntax-error", refusal, path, 1), *sites.notes))
        if newer is not None:
            note = Note(NEWER_SYNTAX, f"not parsed: {newer.msg}", path, newer.lineno)
            return replace(sites, notes=(*sites.notes, note))
        return sites
    return _read_tolerantly(text, note, path=path, module=module, is_package=is_package)


def _parse(text: str) -> tuple[ast.Module, SyntaxError | None, frozenset[int]]:
    """Return the tree, what is newer in it, and the lines on which older interpreters were spared the word `lazy`."""
    try:
        return *parse_newer(text), frozenset()
    except SyntaxError:
        plain, count = _LAZY_STATEMENT.subn("", text)
        if count == 0:
            raise
        lines = frozenset(text.count("\n", 0, found.start()) + 1 for found in _LAZY_STATEMENT.finditer(text))
        return *parse_newer(plain), lines
