"""The imports of a file without what functions do in which nothing speaks of imports: `read_imports_lightly`.

Laws: everything that it says is what `read_imports` says; what it leaves out is named. A body that can hold no import,
no text like the name of a module, no word of a place that takes one and no decorator is left out of the text before it
is parsed. Where anything is doubtful, or what was left out may have a say all the same, the file is read in full.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from footprint.collect.imports.ast_sites import SiteReader
from footprint.collect.imports.commands import RUNNERS
from footprint.collect.imports.decode import decode_source
from footprint.collect.imports.takers import (
    PROCESSES,
    RUNS_FILES,
    TakerReader,
    find_taker_calls,
    may_take_without_call,
    runs_python,
    takes_without_calls,
)
from footprint.collect.imports.walker import LARGE_FILE_BYTES, read_imports
from footprint.documents.python_trees import parse_newer
from footprint.knowledge.frameworks import OTHER_PLACES, PLACES
from footprint.knowledge.name_takers import TAKERS, taker_by_name
from footprint.knowledge.target_facts import LAZY_LIST
from footprint.late import late_pattern
from footprint.model.handed_names import NOTHING_ASKED
from footprint.model.source_modules import FileImports
from footprint.names import ModuleName
from footprint.values import dataclass

# What nearly always takes a name that is computed: where it stands only the whole tells.
_TAKES = late_pattern(r"import_(?:module|string)\(\s*(?!['\"])\w|__import__\(\s*(?!['\"])\w")

_BY_TOP: Mapping[str, list[str]] = defaultdict(list)
for _name in (*TAKERS, *RUNS_FILES):
    _BY_TOP[_name.partition(".")[0]].append(_name)
_RUNNER = late_pattern(rf"\.\s*(?:{'|'.join(sorted(RUNNERS))})\b")
_AS_WRITTEN = tuple(name for name in TAKERS if name.count(".") == 1 and "mport" not in name and "azy" not in name)


def read_imports_lightly(data: bytes, *, path: str, module: str, is_package: bool) -> FileImports:
    """Return what `read_imports` does, without what functions call and use in which nothing speaks of imports.

    `unread` names those of them that call something. What is wrong with the syntax in them is not noted. A file is read
    in full where it is not sure that nothing else differs.
    """
    text, refusal = decode_source(data)
    found = None
    if refusal is None and len(data) <= LARGE_FILE_BYTES and not runs_python(text) and not _TAKES.search(text):
        found = read_lighter(text, path, module, is_package=is_package)
    return found or read_imports(data, path=path, module=module, is_package=is_package)


def read_lighter(text: str, path: str, module: str, *, is_package: bool) -> FileImports | None:
    """Return what a file says without the bodies that can be left out; None where one of them may have a say."""
    is_other = takes_without_calls(text)
    lighter = leave_out(text, may_take_without_call if is_other else None)
    if lighter is None:
        return None
    try:
        tree, newer = parse_newer(lighter.text)
    except (SyntaxError, RecursionError, MemoryError, ValueError):
        return None
    reader = SiteReader(path, module, is_package=is_package, left=lighter.lines)
    found = reader.read(tree)
    is_sure = newer is None and reader.is_sure_of(lighter.left) and not _may_take_names(lighter.left, reader.imported)
    if not is_sure or find_taker_calls(reader.met, reader.imported, NOTHING_ASKED, may_run=False):
        return None
    if is_other:
        stars = [site.module for site in found.sites if site.names == ("*",)]
        if not TakerReader(path, tree, reader.met, reader.imported, stars).has_nothing_to_take():
            return None
    return found


def _may_take_names(left: str, imported: Mapping[str, ModuleName]) -> bool:
    """Whether `left`, a part of a file that runs no Python, may call a taker that is imported under some name.

    `left` holds no word with "mport" or "azy", nor the built-in takers. Errs on the side of more.
    """
    if any(name in left for name in _AS_WRITTEN):
        return True
    return any(name in left and _may_take(name, module, left) for name, module in imported.items())


def _may_take(name: str, module: ModuleName, left: str) -> bool:
    for taker in _BY_TOP.get(module.partition(".")[0], ()):
        if taker == module or (taker.startswith(f"{module}.") and taker.rpartition(".")[2] in left):
            return True
    if taker_by_name(name) is not None:
        return True
    if f"{module}.".startswith(PROCESSES):  # subprocess, or subprocess.run
        return module.rpartition(".")[2] in RUNNERS or _RUNNER.search(left) is not None
    return any(each.startswith(f"{module}.") for each in PROCESSES) and _RUNNER.search(left) is not None  # os.system


# The text without bodies. What is left out are whole lines, told from strings and comments; as many lines stay.

_LARGEST_TEXT, _LARGEST_BODY = 500_000, 30_000  # a long body may nest as deeply as no parser goes


def _strings(quote: str) -> str:
    """Return the pattern of the strings in one kind of quotes.

    A formatted one is none of them where a field is open at what looks like its end (PEP 701).
    """
    q, long = quote, quote * 3
    not_formatted, formatted = rf"(?<![fFtT]{q})(?<![fFtT][rR]{q})", rf"(?:(?<=[fFtT]{q})|(?<=[fFtT][rR]{q}))"
    found = [rf"{q}(?!{q}{q})[^{q}\\\n{{}}]*{q}"]  # most: in front, and each begins with its quote to be tried fast
    for mark, plain, no, end in ((rf"(?!{q}{q})", "", r"\n", q), (q * 2, rf"{q}(?!{q}{q})|", "", long)):
        part = rf"(?:{plain}[^{q}\\{{}}{no}])"
        field = rf"\{{(?!\{{){part}*(?:\{{{part}*\}}{part}*)*\}}"
        found += [
            rf"{q}{not_formatted}{mark}[^{q}\\{no}]*(?:(?:{plain}\\.)[^{q}\\{no}]*)*{end}",
            rf"{q}{formatted}{mark}[^{q}\\{{}}{no}]*(?:(?:{plain}\\.|\{{\{{|\}}\}}|{field})[^{q}\\{{}}{no}]*)*{end}",
        ]
    return "|".join(found)


def _shortest(words: set[str]) -> tuple[str, ...]:
    return tuple(sorted(word for word in words if not any(other in word for other in (words | {_IMPORTS}) - {word})))


_STRING = rf"(?:{_strings(chr(39))}|{_strings(chr(34))})"
_REST = rf"[^'\"#\n\\]*(?:(?:{_STRING}|\\.)[^'\"#\n\\]*)*(?:#[^\n]*)?\n"  # of a logical line without its brackets
# Of a header only plain texts: one pattern with all kinds of them at each place takes long to compile.
_SIMPLE = r"(?:'(?!'')[^'\\\n{}]*'|\"(?!\"\")[^\"\\\n{}]*\")"
_CODE = r"[^()'\"#\\]*"
_INNERMOST = rf"\({_CODE}(?:{_SIMPLE}{_CODE})*\)"
_INNER = rf"\({_CODE}(?:(?:{_SIMPLE}|{_INNERMOST}){_CODE})*\)"
_GIVEN = rf"\({_CODE}(?:(?:{_SIMPLE}|{_INNER}|#[^\n]*){_CODE})*\)"
_GIVES = rf"(?: *->[^:#\n\\'\"]*(?:{_SIMPLE}[^:#\n\\'\"]*)*)?"
_LINE = late_pattern(_REST, re.DOTALL)
_OTHERS = late_pattern(rf"(?:(?! *(?:async +)?def\b){_REST})*", re.DOTALL)
_FUNCTION = late_pattern(
    rf"(( *)(?:async +)?def +\w+ *{_GIVEN}{_GIVES} *: *(?:#[^\n]*)?\n)((?:\2 {_REST}| *(?:#[^\n]*)?\n)+)", re.DOTALL
)

# What a body has to be read for. Of a word that stands in another the shorter is enough.
_IMPORTS = "mport"  # import, import_module, __import__, Importer
_PLACES = {word.removesuffix("()").rpartition(".")[2] for word in (*PLACES, *OTHER_PLACES)}
_WORDS = _shortest(
    {"azy", "_APPS", "MIDDLEWARE", "attach", "autodiscover", "spec_from_file", "FileLoader", "run_path", "run_module"}
    | {"runpy"}
    | _PLACES
)
# A text of nothing but the signs of a dotted name, a piece of one, or of a file.
_TEXT = late_pattern(r"['\"}](?=[\w/()-]*[.:])[\w./:()-]+['\"{]")
_ESCAPE = late_pattern(r"\\[xNuU0-7\n]")
_DECORATOR = late_pattern(r"(?:\A|\n) *@")
# A method counts where its owner has no name: `parts[0].eval(text)`.
_BUILT_IN = late_pattern(r"(?:(?<![\w.])|[\])}'\"]\s*\.\s*)(?:exec|eval|compile|execfile)\b")
# What older or newer interpreters take, and what a merge left: the parser is to judge.
_OTHER_SYNTAX = (
    ("print ", late_pattern(r"print +[\w'\"]")),
    ("raise ", late_pattern(r"raise +[\w.]+ *,")),
    ("except ", late_pattern(r"except +[^:\n(]*,")),
    ("<>", None),
    *((f"\n{sign * 7}", None) for sign in "<=>"),
)


@dataclass(frozen=True, slots=True)
class LighterText:
    """A text without some bodies."""

    text: str
    lines: Mapping[int, bool]  # of what stands for a body: whether that calls something
    left: str  # what was left out


def leave_out(text: str, keeps: Callable[[str], bool] | None = None) -> LighterText | None:
    """Return the text of a file, line feeds only, without what can say nothing of imports.

    `keeps` tells further bodies that have to stay.
    None where that is nothing, or where anything is doubtful: then the whole file is to be read.
    """
    if len(text) > _LARGEST_TEXT or "\n\t" in text or "\f" in text or LAZY_LIST in text:
        return None
    text = text if text.endswith("\n") else f"{text}\n"
    found = _bodies_in(text)
    if found and keeps is not None:
        found = [each for each in found if not keeps(each.body)]
    wanted = _words_in(found) if found else ()
    if found and wanted:
        found = [each for each in found if not any(word in each.header or word in each.body for word in wanted)]
    if not found:
        return None
    pieces, lines = list[str](), dict[int, bool]()
    kept, line = 0, 1
    for each in found:
        line += text.count("\n", kept, each.start)
        lines[line] = "(" in each.body
        count = each.body.count("\n")
        pieces += [text[kept : each.start], each.indent, " 0", "\n" * count]
        line, kept = line + count, each.start + len(each.body)
    left = "".join([each.body for each in found])
    return LighterText("".join((*pieces, text[kept:])), lines, left)


class _Function(NamedTuple):
    start: int  # of its body
    indent: str  # before its `def`
    header: str
    body: str


def _words_in(functions: Sequence[_Function]) -> tuple[str, ...]:
    """Return the words that some body or header holds."""
    whole = "".join([part for each in functions for part in (each.header, each.body)])
    return tuple(word for word in _WORDS if word in whole)


def _bodies_in(text: str) -> list[_Function] | None:
    """Return the functions whose bodies hold nothing of interest by their looks; None where a line is doubtful."""
    found, position, length = list[_Function](), 0, len(text)
    while (position := _OTHERS.match(text, position).end()) < length:  # type: ignore[union-attr]
        function = _FUNCTION.match(text, position)
        if function is None:
            line = _LINE.match(text, position)
            if line is None:
                return None
            position = line.end()
            continue
        header, indent, body = function.groups()
        position = function.end()
        if text.startswith(f"{indent} ", position):  # a line that nobody understands
            return None
        if _IMPORTS not in body and not _says_something(body):
            found.append(_Function(function.start(3), indent, header, body))
    return found


def _says_something(body: str) -> bool:
    """Whether a body has a text like the name of a module, a decorator, or what this interpreter may refuse."""
    if len(body) > _LARGEST_BODY or ("@" in body and _DECORATOR.search(body)):
        return True
    if "\\" in body and _ESCAPE.search(body):
        return True
    for found in _TEXT.finditer(body):
        # of "." alone nothing is a name, unless it goes on: "shop" "." "models"
        if found[0].strip("'\"{}.:/()-") or body[: found.start()].rstrip().endswith(("'", '"')):
            return True
    for sign, pattern in _OTHER_SYNTAX:
        if sign in body and (pattern is None or pattern.search(body)):
            return True
    return ("exec" in body or "eval" in body or "compile" in body) and _BUILT_IN.search(body) is not None
