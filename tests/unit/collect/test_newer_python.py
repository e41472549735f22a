"""Source that is newer than the interpreter that reads it, half statements, and encodings that Python refuses (E8)."""

import ast
import sys
from textwrap import dedent

import pytest

from footprint.audit.target_reader import for_target
from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.imports.walker import read_imports
from footprint.documents.newer_python import lowered
from footprint.model.source_modules import FileImports
from tests.unit.analysis.test_target_tests import target

NEWER = {
    "quotes in an f-string": 'x = f"{d["a"]}"',
    "quotes in nested f-strings": 'x = f"{f"{f"{d}"}"}"',
    "a backslash in an f-string": 'x = f"{"\\n".join(d)!r:>{d}}" "more"',
    "lines in an f-string": 'x = f"{\n    d  # a } comment "\n}"',
    "a string before and after": "x = 'a' f'{d['b']}' 'c'",
    "two f-strings on a line": "x = f'{d['a']}', f'{d['b']:%H:%M}'",
    "braces that are doubled": "x = f'{{}} {d['a']} }}'",
    "a type": "type X[T] = list[T]",
    "a generic function": "def f[T: int = str, *Ts](x: T) -> T:\n    return x",
    "a generic class": "class A[T](list[T]):\n    pass",
    "a generic class over lines": "class A[\n    T,\n]:\n    pass",
    "exceptions without brackets": "try:\n    pass\nexcept ValueError, OSError:\n    pass",
    "a template": 't"hello {name}"',
}
FLASK = "from flask import Flask"


def told(found: FileImports) -> list[tuple[int, str, str]]:
    return [(site.line, site.module, site.placement.value) for site in found.sites]


@pytest.mark.parametrize("source", NEWER.values(), ids=NEWER)
def test_newer_syntax_is_read_line_by_line_as_it_stands(source: str) -> None:
    older = lowered(f"{source}\nlast\n")
    assert older is not None
    last = ast.parse(older).body[-1]
    assert last.lineno == source.count("\n") + 2


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this interpreter knows most of it")
@pytest.mark.parametrize("source", NEWER.values(), ids=NEWER)
def test_newer_syntax_loses_nothing_else(source: str) -> None:
    text = f"import redis\n{source}\nINSTALLED_APPS = ['shop']\ndef g():\n    import boto3\n{FLASK}\n"
    found = read_imports(text.encode(), path="m.py", module="m", is_package=False)
    lines = text.splitlines()
    assert told(found) == [
        (1, "redis", "module"),
        (lines.index("    import boto3") + 1, "boto3", "function"),
        (len(lines), "flask", "module"),
    ]
    assert [each.module for each in found.references if each.place == ("INSTALLED_APPS",)] == ["shop"]


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="this interpreter knows it")
@pytest.mark.parametrize(("version", "codes"), [((3, 12, 0), []), ((3, 14, 2), []), ((3, 8, 1), ["syntax-error"])])
def test_newer_syntax_is_an_error_only_where_the_target_is_older(
    version: tuple[int, int, int], codes: list[str]
) -> None:
    read = for_target(read_imports, target(version))
    found = read(b'import redis\nx = f"{d["a"]}"\n', path="m.py", module="m", is_package=False)
    assert [note.code for note in found.notes] == codes
    assert found.parsed is not bool(codes)


SAME = [
    "x = 1",
    'x = f"{a}"',
    'x = "type X = 1"',
    "def f(x): return x[1]",
    "# type X = 1",
    "x = '''\nf\"{d[\"a\"]}\"\n'''",
]


@pytest.mark.parametrize("source", SAME)
def test_what_every_python_takes_is_left_alone(source: str) -> None:
    assert lowered(source) is None


HALF = {
    "import word.": [(1, "word")],
    "from word. import a": [(1, "word")],
    "import": [],
    "from": [],
    "from . import": [],
    "from word": [],
    "from word import": [(1, "word")],
    "from word import (": [(1, "word")],
    "import a,": [(1, "a")],
    "import a as": [(1, "a")],
    "import .a": [],
    "x = (import a)": [],
}


@pytest.mark.parametrize("half", HALF)
def test_half_a_statement_takes_nothing_else_away(half: str) -> None:
    for read in (read_imports, scan_imports):
        found = read(f"{half}\n{FLASK}\n".encode(), path="m.py", module="m", is_package=False)
        assert [(site.line, site.module) for site in found.sites] == [*HALF[half], (2, "flask")]
    assert not read_imports(f"{half}\n".encode(), path="m.py", module="m", is_package=False).parsed


WIDE = {
    "UTF-16": "import redis\n".encode("utf-16"),
    "UTF-16, the other way": b"\xfe\xff" + "import redis\n".encode("utf-16-be"),
    "UTF-16 without a mark": "import redis\n".encode("utf-16-le"),
    "UTF-32": "import redis\n".encode("utf-32"),
}


@pytest.mark.parametrize("data", WIDE.values(), ids=WIDE)
def test_a_wide_encoding_is_named_and_read(data: bytes) -> None:
    for read in (read_imports, scan_imports):
        found = read(data, path="m.py", module="m", is_package=False)
        assert told(found) == [(1, "redis", "module")]
        assert not found.parsed
        assert [note.message for note in found.notes if "which Python refuses: save it as UTF-8" in note.message]


def test_strings_without_an_end_end() -> None:
    for text in ('f"{' * 2_000, "f'{x[\"" * 2_000, "f'''{" * 2_000, "class A[" * 2_000, "f'{f\"{" * 1_000):
        lowered(dedent(text))
