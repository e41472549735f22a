"""What a stranger nests deeply is a note of that file at most: the imports of the file are found all the same."""

from collections.abc import Callable
from pathlib import Path

import pytest

from footprint.collect.declared import read_declared
from footprint.collect.deploy import read_deploy_files
from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.imports.walker import read_imports

pytestmark = pytest.mark.large

DEPTHS = (210, 900)


def nest(opening: str, middle: str, closing: str = "") -> Callable[[int], str]:
    return lambda depth: opening * depth + middle + closing * depth


def chain(between: str, part: str = "x") -> Callable[[int], str]:
    return lambda depth: between.join([part] * depth)


EXPRESSIONS: dict[str, Callable[[int], str]] = {
    "parentheses": nest("(", "x", ")"),
    "lists": nest("[", "x", "]"),
    "dict displays": nest("{1: ", "x", "}"),
    "calls": nest("f(", "x", ")"),
    "calls of calls": lambda depth: "f" + "()" * depth,
    "methods": lambda depth: "a" + ".b('x.y')" * depth,
    "subscripts": nest("a[", "0", "]"),
    "subscripts of subscripts": lambda depth: "a" + "[0]" * depth,
    "attributes": lambda depth: "a" + ".b" * depth,
    "signs": nest("-", "x"),
    "not": nest("not ", "x"),
    "not of a test of typing": nest("not ", "TYPE_CHECKING"),
    "sums": chain(" + "),
    "sums of strings": chain(" + ", '"a"'),
    "strings beside each other": chain(" ", '"a"'),
    "powers": chain(" ** "),
    "comparisons": chain(" < "),
    "and": chain(" and "),
    "and, or": chain(" and x or "),
    "conditional expressions": nest("x if y else ", "z"),
    "lambdas": nest("lambda: ", "x"),
    "f-strings": lambda depth: "f'{x:" + "{y}" * depth + "}'",
    "comprehensions": lambda depth: "[" * depth + "x" + " for x in y]" * depth,
    "one comprehension": lambda depth: "[x" + " for x in y" * depth + "]",
    "slices of the version": lambda depth: "sys.version_info" + "[:2]" * depth + " >= (3, 15)",
    "methods of the platform": lambda depth: "sys.platform" + ".lower()" * depth + " == 'x'",
    "formats": lambda depth: "'a.'" + ".format(x)" * depth,
    "imports in imports": nest("importlib.import_module(", "'x'", ")"),
}
PLACES = {
    "assigned": "x = {}\n",
    "a test": "if {}:\n import inside\n",
    "a negated test": "if not ({}):\n import inside\n",
    "an import": "importlib.import_module({})\n",
    "a decorator": "@d({})\ndef f(): pass\n",
    "a context": "with {}:\n import inside\n",
    "a handler": "try:\n import inside\nexcept {}:\n import inside\n",
    "the lazy list": "__lazy_modules__ = {}\n",
    "the exports": "__all__ = {}\n",
    "an annotation": "x: {} = 1\n",
    "awaited": "async def f():\n await {}\n",
}


def blocks(header: str, body: str = "import inside") -> Callable[[int], str]:
    """Blocks in blocks; beyond the levels of indentation that Python takes not much more is worth its text."""
    return lambda depth: "".join(" " * at + header + "\n" for at in range(min(depth, 500))) + " " * depth + body + "\n"


STATEMENTS: dict[str, Callable[[int], str]] = {
    "if": blocks("if x:"),
    "typing": blocks("if TYPE_CHECKING:"),
    "with": blocks("with x:"),
    "for": blocks("for x in y:"),
    "def": blocks("def f():"),
    "class": blocks("class C:"),
    "try": blocks("try:"),
    "elif": lambda depth: "if x:\n import inside\n" + "elif x:\n import inside\n" * depth,
    "elif of the version": lambda depth: "if x:\n import inside\n" + "elif sys.version_info > (3, 1):\n pass\n" * depth,
    "decorators": lambda depth: "@d\n" * depth + "def f():\n import inside\n",
    "patterns": lambda depth: f"match x:\n case {'[' * depth}{']' * depth}:\n  import inside\n",
    "alternatives": lambda depth: f"match x:\n case {'|'.join(['1'] * depth)}:\n  import inside\n",
    "ifs on a line": lambda depth: "if x: " * depth + "import inside\n",
    "classes on a line": lambda depth: "class a: " * depth + "import inside\n",
    "else on a line": lambda depth: "else: " * depth + "import inside\n",
    "open brackets": lambda depth: "(\n" * depth + "import inside\n",
    "names of names": lambda depth: "".join(f"a{at} = a{at + 1}\n" for at in range(depth)) + "import inside\n",
}


def check(text: str) -> None:
    for read in (scan_imports, read_imports):
        found = read(f"import first\n{text}\nimport last\n".encode(), path="m.py", module="m", is_package=False)
        missing = {"first", "last", *(["inside"] if "inside" in text else [])} - {site.module for site in found.sites}
        assert not missing, (read, text[:40], found.notes)
        assert {note.code for note in found.notes} <= {"syntax-error", "dynamic-import", "lazy-modules"}


@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_expressions(kind: str) -> None:
    for depth in DEPTHS:
        for place in PLACES.values():
            check(place.format(EXPRESSIONS[kind](depth)))


@pytest.mark.parametrize("kind", STATEMENTS)
def test_statements(kind: str) -> None:
    for depth in DEPTHS:
        if kind not in ("ifs on a line", "classes on a line", "else on a line") or depth < 20:
            check(STATEMENTS[kind](depth))
        else:  # no Python, and nobody's line: it ends nothing
            check(STATEMENTS[kind](depth).replace("import inside", "pass"))


@pytest.mark.parametrize("kind", EXPRESSIONS)
def test_setup_and_settings_of_servers(kind: str, tmp_path: Path) -> None:
    (tmp_path / "Procfile").write_text("web: gunicorn main:app\n")
    for depth in DEPTHS:
        text = EXPRESSIONS[kind](depth)
        (tmp_path / "setup.py").write_text(
            f"from setuptools import setup\nx = {text}\nsetup(install_requires=x, extras_require={{'a': {text}}})\n"
        )
        (tmp_path / "gunicorn.conf.py").write_text(f"workers = {text}\nbind = [{text}]\n")
        assert {note.code for note in read_declared(tmp_path).notes} <= {"setup-computed", "setup-unparsable"}
        assert [command.line for command in read_deploy_files(tmp_path).commands] == [1]


def test_names_of_a_setup_that_double(tmp_path: Path) -> None:
    """Each name is two of the next: what asks for all of them never ends."""
    names = "".join(f"a{at} = a{at + 1} + a{at + 1}\n" for at in range(60))
    (tmp_path / "setup.py").write_text(
        f"from setuptools import setup\n{names}a60 = open('r.txt')\nsetup(install_requires=a0)\n"
    )
    assert [note.code for note in read_declared(tmp_path).notes] == ["requirements-missing"]


@pytest.mark.parametrize(
    "line",
    ["import {}", "from {} import x", "from .{} import x", "import_module('{}')", "import \\\n{}", "import é.{}"],
)
def test_a_name_of_very_many_parts(line: str) -> None:
    """The parser keeps every beginning of such a name: this one would take 10 GiB."""
    for between in (".", " . "):
        check(line.format(between.join(["a"] * 100_000)))
