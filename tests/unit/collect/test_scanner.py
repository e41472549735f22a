"""The scanner: what the walker says, or a request for the walker. Tables, mutated sources, hostile sources."""

import functools
from dataclasses import FrozenInstanceError, fields, replace
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.collect.imports.scan.scanner import scan, scan_imports
from footprint.collect.imports.scan.text import Unusual
from footprint.model.source_modules import ImportSite
from tests.support.scanning import MODULE, by_scan, by_walk, differences, standard_library, told
from tests.support.work import count_calls, within_patience
from tests.unit.collect import test_walker as walker

TABLES: dict[str, str] = {
    f"{table}: {name}": dedent(case[0])
    for table in ("PLACEMENTS", "GUARDS", "DYNAMIC", "LAZY", "COMPUTED_LISTS")
    for name, case in getattr(walker, table).items()
} | {f"NOT_IMPORTS: {name}": dedent(source) for name, source in walker.NOT_IMPORTS.items()}

LEFT_TO_THE_WALKER = {
    f"{table}: {name}"
    for table, names in {
        "PLACEMENTS": "semicolons, run_module, run_module of an alias, run_module in a function, run_module by its "
        "name, lambda, lambda in a function, default argument, decorator",
        "GUARDS": "nested fallback, raised again on the line, an end by name, raised behind a line in brackets",
        "DYNAMIC": "aliased function, aliased module, assigned alias, in a comprehension, in a call",
        "NOT_IMPORTS": "relative without a package",
        "LAZY": "deleted, for versions that know it, for versions that do not, in every branch, in one branch, under "
        "TYPE_CHECKING, made in a try, by globals, by sys.modules, given a tuple's name, of a class, of a "
        "function, as an argument, continued",
    }.items()
    for name in names.split(", ")
} | {f"COMPUTED_LISTS: {name}" for name in walker.COMPUTED_LISTS}


@pytest.mark.parametrize("name", TABLES)
def test_scan_says_what_the_walker_says(name: str) -> None:
    data = TABLES[name].encode()
    scanned = by_scan(data)
    assert (scanned is None) == (name in LEFT_TO_THE_WALKER)
    assert scanned is None or differences(scanned, by_walk(data)) == []


PLAIN = {
    "docstring above": '"""import no\nfrom no import no\n"""\nimport a',
    "docstring with a quote at its end": '"""x \\"""" ""\nimport a',
    "escaped quotes in a docstring": '"""\\"""\nimport no\n"""\nimport a',
    "raw docstring that ends in a backslash pair": 'r"""\\\\"""\nimport a',
    "other quotes inside": "'''\n\"\"\"\nimport no\n'''\nimport a",
    "triple quotes in a comment": '# """\nimport a\n# """',
    "triple quotes in a short string": 'x = \'"""\'\nimport a\ny = \'"""\'',
    "string and comment on one line": 'x = "#" # "\nimport a',
    "empty strings": "x = '' \"\" ''''''\nimport a",
    "continued string": "x = 'abc \\\nimport no'\nimport a",
    "continued string with a header": "def f():\n    x = 'abc \\\nif no:'\n    import a",
    "continued names": "from a import b, \\\n    c\nimport d, \\\n  e",
    "brackets with comments": "from a import (  # (\n    b,  # no, )\n    c as d,\n)\nimport e",
    "brackets on one line": "from a import (b, c,)",
    "comment after": "import a  # import no",
    "no line end": "import a",
    "blank lines and comments in a block": "def f():\n\n# comment\n    x = 1\n\n    import a",
    "comprehension that looks like a header": "def f():\n    x = [y\n  for y in z\n  if y]\n    import a",
    "continued condition": "if (a and\nb):\n    import c",
    "condition over lines": "if (\n    TYPE_CHECKING\n):\n    import a\nelse:\n    import b",
    "condition with a comment": "if TYPE_CHECKING:  # pragma: no cover\n    import a",
    "def over lines": "class C:\n    def m(\n        self,\n    ) -> None:\n        import a",
    "decorated": "@d\nclass C:\n    @e(1)\n    def m(self):\n        import a",
    "type parameters": "def f(x):\n    import a",
    "tabs": "def f():\n\tif x:\n\t\timport a\n\timport b",
    "tabs in one block, blanks in another": "def f():\n\timport a\ndef g():\n    import b",
    "except in brackets": "try:\n    import a\nexcept (\n    KeyError,\n    ImportError,\n):\n    a = None",
    "except dotted": "try:\n    import a\nexcept builtins.ImportError:\n    a = None",
    "except far away": "try:\n    import a\n" + "    x = 1\n" * 50 + "except ImportError:\n    pass\nx = 1",
    "except after the last import": "try:\n    import a\nexcept KeyError:\n    pass\nexcept ImportError:\n    pass",
    "nested try": "try:\n    try:\n        import a\n    except KeyError:\n        pass\nexcept ImportError:\n    pass",
    "try in a handler": "try:\n    x\nexcept ImportError:\n    try:\n        import b\n    except E:\n        pass",
    "one-line if before an else": "if TYPE_CHECKING:\n    pass\nif x: y = 1\nz = 2\nimport a",
    "else of a loop": "for x in y:\n    pass\nelse:\n    import a",
    "else of a while": "while x:\n    pass\nelse:\n    import a",
    "finally": "try:\n    pass\nfinally:\n    import a",
    "with suppress over lines": "with suppress(\n    ImportError\n):\n    import a",
    "suppress of another kind": "with other.suppress(ImportError):\n    import a",
    "match": "match x:\n    case 1:\n        import a",
    "variable called match": "match = 1\nif match:\n    import a",
    "async": "async def f():\n    async with x:\n        import a\n    async for y in z:\n        import b",
    "async comprehension": "async def f():\n    x = [y\n  async for y in z]\n    import a",
    "name that starts with import": "importlib = 1\nimport_ = 2\nreimport = 3\nx.imported()",
    "relative": "from . import a\nfrom .b import c\nfrom ...d import e",
    "future": "from __future__ import annotations\nimport a",
    "computed": "import importlib\nimportlib.import_module(name)\nimportlib.import_module('a.%s' % b)",
    "computed in a try": "try:\n    import_module(name)\nexcept ImportError:\n    import a",
    "call of another function of that name": "x.import_module('a')\nimport b",
    "call over lines": "import importlib\nx = importlib.import_module(\n    'a.b',\n)\nimport c",
    "call in a test": "if import_module('a'):\n    import b",
    "call under TYPE_CHECKING": "if TYPE_CHECKING:\n    x = import_module('a')\n    import b",
    "computed under TYPE_CHECKING": "if TYPE_CHECKING:\n    import_module(name)\nimport_module(\n  name)\nimport b",
    "definition of that name": "def import_module(x):\n    import a",
    "form feed": "import a\n\x0c\nimport b\n\x0cimport c",
    "byte order mark": "\ufeffimport a",
    "carriage returns": "import a\r\ndef f():\r\n    import b\r",
    "continued twice": "x = \\\n\\\n  1\ndef f():\n    import a",
    "not ascii": "# größe\nx = 'é'\nimport a",
    "f-string": "x = f'{a}'\ny = f'''{b} {{c}} {{{d}}}'''\nimport e",
    "utf-8 cookie": "# -*- coding: utf-8 -*-\nimport a",
    "latin-1 cookie, ascii text": "# coding: latin-1\nimport a",
}

ASKING = {
    "two statements on a line": "import a; import b",
    "block on one line": "if x: import a",
    "else on one line": "try:\n    x\nexcept E: import a",
    "other encoding": "# coding: latin-1\nx = 'é'\nimport a".encode("latin-1"),
    "null byte": b"import a\0",
    "form feed in a margin": "def f():\n  \x0c  import a",
    "unclosed docstring": '"""\nimport a',
    "unclosed string before a word": 'x = \'abc"""\nimport a',
    "name beyond ascii": "import größe",
    "spaces around dots": "import a . b",
    "star in brackets": "from a import (*)",
    "nested quotes of one kind": 'x = f"""{f"""a"""}"""\nimport b',
    "import_module by another name": "from importlib import import_module as load\nload('a')",
    "a function of ours of that name": "def import_module(x): ...\nimport_module('a')\nimport b",
    "a function of ours, below": "def f():\n    __import__('a')\n    import b\ndef __import__(x): ...\nimport c",
    "literal with further arguments": "x = __import__('a', globals())",
    "choice that could be a header": "def f():\n    if a if b else c:\n        import d",
    "else of an if on one line": "if TYPE_CHECKING:\n    pass\nif x: y = 1\nelse:\n    import a",
    "backslash in a comment": "def f():\n    x = 1  # \\\n    if x:\n        import a",
    "backslash alone before a class": "\\\nclass A:\n    def f(self):\n        import a",
    "backslash in a margin before a function": "class A:\n  \\\n  def f(self):\n    import a",
    "two backslashes before a clause": "try:\n    import a\n\\\n\\\nexcept ImportError:\n    import b",
    "lazy modules in a block": "if y:\n    __lazy_modules__ = ['b']\nimport a",
}


@pytest.mark.parametrize("source", PLAIN.values(), ids=PLAIN)
def test_plain_source_is_told_alike_without_the_walker(source: str) -> None:
    data = source.encode()
    walked = by_walk(data)
    assert walked.parsed, "the case itself has to be good Python"
    scanned = by_scan(data)
    assert scanned is not None
    assert differences(scanned, walked) == []


@pytest.mark.parametrize("source", ASKING.values(), ids=ASKING)
def test_what_is_not_plain_is_left_to_the_walker(source: str | bytes) -> None:
    data = source.encode() if isinstance(source, str) else source
    assert by_scan(data) is None
    answer = scan_imports(data, path="mod.py", module=MODULE, is_package=False)
    assert answer == by_walk(data)


def short(source: str) -> str:
    return walker.told(scan(dedent(source).encode(), path="mod.py", module=MODULE, is_package=False))


# No interpreter of today parses all of these; the expectation is written out.
NEWER = {
    "lazy": ("lazy import a\nlazy from b import c, d\nimport e", "1 a lazy, 2 b(c,d) lazy, 3 e"),
    "lazy as a name": ("lazy = 1\nlazy.x\nimport a", "3 a"),
    "lazy modules": ('__lazy_modules__ = ["a", "b.c"]\nimport a\nimport b.c\nimport b', "2 a lazy, 3 b.c lazy, 4 b"),
    "lazy modules and newer syntax": (
        'type X[T] = list[T]\n__lazy_modules__ = {\n    "a",  # why\n}\nfrom a import b',
        "5 a(b) lazy",
    ),
    "no lazy modules in a docstring": ('"""\n__lazy_modules__ = ["a"]\n"""\nimport a', "4 a"),
    "lazy modules below": ('import a\n__lazy_modules__ = ["a"]', "1 a"),
    "type parameters": ("def f[T](x: T) -> T:\n    import a\nclass C[T]:\n    import b", "2 a function:f, 4 b class"),
    "t-string": ("x = t'{import_}'\nimport a", "2 a"),
    "unpacking in comprehensions": ("x = [*y for y in z]\ndef f():\n    import a", "3 a function:f"),
    "except without brackets": (
        "try:\n    import a\nexcept KeyError, ImportError:\n    import b",
        "2 a guarded, 4 b guarded",
    ),
    "except star": ("try:\n    import a\nexcept* ImportError:\n    import b", "2 a guarded, 4 b guarded"),
    "nested quotes of one kind on a line": ('x = f"{y["z"]}"\nimport a', "2 a"),
    "print of Python 2": ("print 'x'\nimport a\nexec 'y' in z\n", "2 a"),
    "broken further down": ("import a\ndef f(:\n", "1 a"),
}


@pytest.mark.parametrize(("source", "expected"), NEWER.values(), ids=NEWER)
def test_syntax_of_other_versions_is_read(source: str, expected: str) -> None:
    assert short(source) == expected


def test_scan_says_that_it_is_not_all() -> None:
    found = scan_imports(b"import a\nx = 1", path="mod.py", module=MODULE, is_package=False)
    assert not found.complete
    assert found.binds == ()
    assert found.sites[0].used_at_import_line == 1
    assert not scan_imports(b"x = 1", path="mod.py", module=MODULE, is_package=False).complete
    assert by_walk(b"import a").complete


def test_sites_of_a_scan_are_whole_and_frozen() -> None:
    """They are not made by the constructor: a field that is added to the class and forgotten there is missing."""
    (site,) = scan(b"from a import b", path="mod.py", module=MODULE, is_package=False).sites
    assert type(site) is ImportSite
    assert site == ImportSite(**{field.name: getattr(site, field.name) for field in fields(ImportSite)})
    assert hash(site) == hash(replace(site))
    with pytest.raises(FrozenInstanceError):
        site.line = 2  # type: ignore[misc]


def test_what_follows_the_last_import_is_not_looked_at() -> None:
    assert short('import a\nx = """never closed') == "1 a"


# Mutated sources

FRAGMENTS = [
    "import a",
    "import a.b as c, d",
    "from .a import (b,\n  c)",
    "from a import b, \\\n  c",
    "x = 'import no'",
    'x = "from no import no"',
    'y = """\nimport no\n"""',
    "y = '''\nif no:\n  import no\n'''",
    "z = 'a \\\nimport no'",
    "f'{x!r} {{}} import'",
    'f"""{x}\nimport no {{"""',
    "rb'\\\\'",
    "'\\''",
    '"\\""',
    "# import no '\"",
    '# """',
    "#'''",
    "call(\n  import_,\n)",
    "v = [a for a in b\n  if a]",
    "w = (1 if a\nelse 2)",
    "x = {1: 2,\n3: 4}",
    "pass",
    "import_module(name)",
    "x = import_module('a.b')",
    "__import__('c')",
    "if sys.version_info < (3, 8): import d",
    "\f",
    "\fimport e",
    "\\\n",
    "",
]
HEADERS = [
    "if x:",
    "if TYPE_CHECKING:  # comment",
    "if not (TYPE_CHECKING and\n x):",
    'if __name__ == "__main__":',
    "elif y[1:]:",
    "if sys.version_info >= (3, 11):",
    "if not (six.PY2 or  # why:\n os.name == 'nt'):",
    "elif sys.platform.startswith('win') and x:",
    "elif (3, 8) <= sys.version_info[:2] < (\n3, 11):",
    "elif TYPE_CHECKING:",
    "else:",
    "try:",
    "except ImportError as e:",
    "except (KeyError,\n  ValueError):",
    "finally:",
    "def f(x, y='import no'):",
    "async def g(\n  x,\n):",
    "class C(B['a:']):",
    "for a in b:",
    "while {1: 2}[1]:",
    "with suppress(ImportError), x as y:",
    "match x:",
    "case {'a': 1}:",
]


@st.composite
def programs(draw: st.DrawFn) -> str:
    """Blocks and statements, mostly well formed, in blanks or tabs, with line ends of one of three kinds."""
    lines: list[str] = []
    depth = 0
    unit = draw(st.sampled_from(["    ", "\t", "  "]))
    for _ in range(draw(st.integers(1, 14))):
        margin = unit * depth
        if draw(st.integers(0, 2)) == 0:
            lines += [margin + draw(st.sampled_from(HEADERS)), margin + unit + draw(st.sampled_from(FRAGMENTS))]
            depth += draw(st.integers(0, 1))
        else:
            lines.append(margin + draw(st.sampled_from(FRAGMENTS)))
        depth = max(depth - draw(st.sampled_from([0, 0, 1, 2])), 0)
    return draw(st.sampled_from(["\n", "\n", "\r\n"])).join(lines)


@pytest.mark.large
@settings(max_examples=1500, deadline=None)
@given(programs())
def test_random_programs_are_told_alike_or_left_to_the_walker(source: str) -> None:
    data = source.encode()
    walked = by_walk(data)
    scanned = by_scan(data)
    if walked.parsed and scanned is not None:
        assert differences(scanned, walked) == [], source


LISTS = [
    '__lazy_modules__ = ["a", "c"]',
    '__lazy_modules__ = frozenset({"a.b", "d"})  # import no',
    '__lazy_modules__ = [\n  "a",  # import no\n  f"{__package__}.a",\n]',
    '__lazy_modules__: list[str] = ["e"]',
    '__lazy_modules__ += ("pkg.sub.a", "d")',
    '__lazy_modules__.append("a")',
    "__lazy_modules__ = ()",
    "__lazy_modules__ = x",
    "x.__lazy_modules__ = ['a']",
    "x = '__lazy_modules__ = []'",
    '"""\n__lazy_modules__ = ["a"]\n"""',
    "f(\n__lazy_modules__=['a']\n)",
    "del __lazy_modules__",
    "if x: __lazy_modules__ = ['a']",
]


@pytest.mark.large
@settings(max_examples=400, deadline=None)
@given(programs(), st.lists(st.tuples(st.integers(0, 12), st.sampled_from(LISTS)), min_size=1, max_size=3))
def test_random_programs_with_lists_are_told_alike(source: str, lists: list[tuple[int, str]]) -> None:
    lines = source.splitlines()
    for index, statement in sorted(lists, reverse=True):
        lines.insert(max(index - 8, 0), statement)  # most at the top
    data = "\n".join(lines).encode()
    walked, scanned = by_walk(data), by_scan(data)
    if walked.parsed and scanned is not None:
        assert differences(scanned, walked) == [], data


@functools.cache
def _small_files() -> list[Path]:
    _, files = standard_library()
    return [path for path in files if 200 < path.stat().st_size < 6000][::9]


@settings(max_examples=400, deadline=None)
@given(st.data())
def test_mutated_files_are_told_alike_or_left_to_the_walker(data: st.DataObject) -> None:
    """Fragments put between the lines of real files, with the margin of the line above, and single characters."""
    lines = data.draw(st.sampled_from(_small_files())).read_bytes().decode("utf-8", "replace").split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(lines) - 1))
        if data.draw(st.integers(0, 3)):
            margin = lines[at][: len(lines[at]) - len(lines[at].lstrip())]
            lines.insert(at + 1, margin + data.draw(st.sampled_from(FRAGMENTS)))
            if data.draw(st.integers(0, 3)) == 0:
                lines.insert(min(at, 12), data.draw(st.sampled_from(LISTS)))
        else:
            column = data.draw(st.integers(0, len(lines[at])))
            lines[at] = lines[at][:column] + data.draw(st.sampled_from("'\"#\\()[]\t:;{}\n ")) + lines[at][column:]
    source = "\n".join(lines).encode()
    walked, scanned = by_walk(source), by_scan(source)
    if walked.parsed and scanned is not None:
        assert differences(scanned, walked) == []


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="import fromasdel(),\\.:;'\"#\n\t\0xé=[]{}*", max_size=80) | st.binary(max_size=60))
def test_no_input_raises_anything_else(source: str | bytes) -> None:
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    found = by_scan(data)
    assert found is None or all(site.line >= 1 for site in found.sites)


# Hostile sources

HOSTILE = {
    "words in a string on one line": ("x = ['", "import a', 'from ", "']\nimport b"),
    "words in code on one line": ("x = ", "imports + ", "1\nimport b"),
    "computed calls on one line": ("x = 0", ", a.import_module(b), __import__(c)", "\nimport b"),
    "unclosed brackets": ("", "if (a\n", "    import b"),
    "unclosed import brackets": ("", "from a import (b,\n", ""),
    "headers in brackets": ("x = [\n", "if a\n", "]\ndef f():\n    import b"),
    "blanks": ("import", " ", "!\nimport a"),
    "dots": ("from ", ".", " ximport a"),
    "names": ("import ", "a, ", "b!"),
    "dotted": ("import a", ".b", "!"),
    "margins": ("def f():\n", " " * 50 + "x\n", "    import a"),
    "backslashes in a docstring": ('"""', '\\"""', '"""\nimport a'),
    "backslashes at line ends": ("x = 1", " \\\n + imports", "\nimport a"),
    "docstrings": ("", '"""a"""\n', "import a"),
    "quotes": ("x = ", "''", "\nimport a"),
    "elif": ("if a:\n    import b\n", "elif a:\n    import b\n", "else:\n    import c"),
    "elif of versions": ("if a:\n    import b\n", "elif sys.version_info[0] == 2:\n    import c\n", ""),
    "long condition": ("if six.PY2", " and six.PY2", ":\n    import a"),
    "handlers": ("try:\n    import a\n", "except E:\n    import b\n", "else:\n    import c"),
    "tries with computed imports": ("", "try:\n    import_module(x)\nexcept ImportError:\n    import a\n", ""),
    "methods": ("class C:\n", "    def f():\n        import a\n", ""),
    "comments": ("def f():\n    x = 1\n", "    # import ''' \\\"\n", "    import a"),
    "fields": ("x = f'''", "{a}", "'''\nimport a"),
    "braces": ("x = f'''", "{", "'''\nimport a"),
    "lazy modules": ("", "__lazy_modules__ = ['a']\n", "import a"),
    "lazy modules added": ("__lazy_modules__ = []\n", "__lazy_modules__ += ['a']\n", "import a"),
    "lazy modules and imports": ("", "__lazy_modules__ = ['a']\nimport a\n", ""),
    "lazy modules in strings": ("x = (", "'__lazy_modules__ = 1'\n", ")\nimport a"),
    "aliases and tests": ("", "from a import TYPE_CHECKING as T\nif T:\n    import b\n", ""),
}


@pytest.mark.parametrize(("head", "middle", "tail"), HOSTILE.values(), ids=HOSTILE)
def test_work_grows_with_the_size_and_not_with_its_square(head: str, middle: str, tail: str) -> None:
    """By calls; what regular expressions do in one call is timed by benchmarks/bench_hostile.py."""
    small, factor = 30_000, 8

    def source(size: int) -> bytes:
        return (head + middle * (size // len(middle)) + tail).encode()

    by_scan(source(300))  # what is made once
    shorter, longer = source(small), source(small * factor)
    fewer = count_calls(lambda: by_scan(shorter))
    with within_patience():
        assert count_calls(lambda: by_scan(longer)) < 1.25 * factor * fewer + 200


@pytest.mark.large
def test_file_of_ten_megabytes_on_one_line_is_read() -> None:
    data = b"x = ['" + b"import a', 'from b import c', '" * 330_000 + b"']\nimport d\n"
    assert [told(site)[4] for site in scan(data, path="m.py", module="m", is_package=False).sites] == ["d"]


def test_nesting_beyond_what_python_takes_is_left_to_the_walker() -> None:
    source = "".join(" " * depth + "if x:\n" for depth in range(5000)) + " " * 5000 + "import a"
    with pytest.raises(Unusual):
        scan(source.encode(), path="m.py", module="m", is_package=False)


HALF = (
    "import ",
    "import \t ",
    "import \\\n ",
    "import ,",
    "import a,",
    "lazy import ",
    "from a import ",
    "from a import (",
    "from  import b",
)


@pytest.mark.parametrize("half", HALF)
@pytest.mark.parametrize(
    "source", ["import a\n{}\nimport z\n", "def f():\n    import a\n    {}\nimport z\n", "import a\n{}"]
)
def test_half_a_statement_keeps_nothing_of_the_file_back(half: str, source: str) -> None:
    found = scan_imports(source.format(half).encode(), path="m.py", module="m", is_package=False)
    assert "a" in {site.module for site in found.sites}


# Names of a file that stand for a fact of the target, and what the text must look like for the scan to tell it.
PLAIN_FLAGS = {
    "a comparison": "WIN = sys.platform == 'win32'  # why\nif WIN:\n    import a\nelse:\n    import b\n",
    "annotated": "WIN: bool = sys.platform == 'win32'\nif not WIN and x:\n    import a\n",
    "over lines": "WIN = (\n    sys.platform == 'win32'\n)\nif (WIN and x):\n    import a\n",
    "elif": "WIN = sys.platform == 'win32'\nif x:\n    import a\nelif WIN:\n    import b\n",
    "a renamed module": "import sys as _sys\nif _sys.version_info < (3, 9):\n    import a\n",
    "a part": "from sys import version_info as v\nif v.major == 2:\n    import a\n",
    "read elsewhere": "WIN = sys.platform == 'win32'\nx = WIN\n__all__ = ['WIN']\nif WIN:\n    import a\n",
    "a known word": "PY3 = sys.version_info[0] == 3\nif PY3:\n    import a\n",
}
OTHER_FLAGS = {
    name: f"WIN = sys.platform == 'win32'\n{line}\nif WIN:\n    import a\n"
    for name, line in {
        "bound twice": "WIN = x",
        "added to": "WIN += x",
        "a walrus": "if (WIN := x):\n    pass",
        "a chain": "a = WIN = x",
        "a chain in brackets": "a = (WIN) = x",
        "a tuple": "a = WIN, b = x",
        "a tuple first": "WIN, b = x",
        "a loop": "for WIN in x:\n    pass",
        "a parameter": "def f(WIN):\n    pass",
        "a lambda": "f = lambda WIN: 1",
        "an import": "import WIN.x",
        "an import under a name": "import x as WIN",
        "a function": "def WIN():\n    pass",
        "a handler": "try:\n    pass\nexcept E as WIN:\n    pass",
        "global": "def f():\n    global WIN",
        "deleted": "del WIN",
        "a loop in a test": "if not (1 for WIN in x):\n    pass",
        "every name of another": "from x import *",
    }.items()
}


@pytest.mark.parametrize("case", PLAIN_FLAGS)
def test_a_plain_flag_of_the_target_is_told_by_the_scan_as_by_the_walker(case: str) -> None:
    data = f"import sys\n{PLAIN_FLAGS[case]}".encode()
    scanned, walked = by_scan(data), by_walk(data)
    assert scanned is not None
    assert any(site.condition for site in walked.sites)
    assert differences(scanned, walked) == []


@pytest.mark.parametrize("case", OTHER_FLAGS)
def test_a_name_that_may_be_anything_is_left_to_the_walker(case: str) -> None:
    data = f"import sys\n{OTHER_FLAGS[case]}".encode()
    assert by_scan(data) is None
