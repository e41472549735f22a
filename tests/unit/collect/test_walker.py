"""What each field of ImportSite says, by tables; the walker against plain ast; files that are no good Python."""

import ast
import gc
import sysconfig
import warnings
from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.collect.imports.walker import LARGE_FILE_BYTES, read_imports
from footprint.model.source_modules import FileImports, ImportSite

PLAIN = "module"


def read(source: str | bytes, module: str = "pkg.sub.mod", *, is_package: bool = False) -> FileImports:
    data = source if isinstance(source, bytes) else dedent(source).encode()
    return read_imports(data, path="pkg/sub/mod.py", module=module, is_package=is_package)


def told(found: FileImports) -> str:
    """`3 a.b(c,d) function:f guarded lazy, 4 e`: what is not plain of a site, in words."""
    return ", ".join(map(_short, found.sites))


def _short(site: ImportSite) -> str:
    names = f"({','.join(site.names)})" if site.names else ""
    words = [f"{site.line} {site.module}{names}"]
    if site.placement.value != PLAIN or site.function:
        words.append(site.placement.value + (f":{site.function}" if site.function else ""))
    words += ["guarded"] * site.guarded
    if site.form not in ("import", "from"):
        words.append(site.form)
    return " ".join(words)


PLACEMENTS = {
    "import": ("import a", "1 a"),
    "several": ("import a, b.c as d", "1 a, 1 b.c"),
    "from": ("from a import b, c as d", "1 a(b,c)"),
    "from in brackets": ("from a import (\n    b,\n    c,\n)", "1 a(b,c)"),
    "continued line": ("import a, \\\n    b", "1 a, 1 b"),
    "star": ("from a import *", "1 a(*)"),
    "semicolons": ("import a; import b", "1 a, 1 b"),
    "function": ("def f():\n    import a", "2 a function:f"),
    "async function": ("async def f():\n    import a", "2 a function:f"),
    "nested function": ("def f():\n    def g():\n        import a", "3 a function:f.g"),
    "method": ("class C:\n    def m(self):\n        import a", "3 a function:C.m"),
    "method of a nested class": (
        "class C:\n    class D:\n        def m(self):\n            import a",
        "4 a function:C.D.m",
    ),
    "class in a function": ("def f():\n    class C:\n        import a", "3 a function:f"),
    "method of a class in a function": (
        "def f():\n    class C:\n        def m(self):\n            import a",
        "4 a function:f.C.m",
    ),
    "class body": ("class C:\n    import a", "2 a class"),
    "TYPE_CHECKING": ("if TYPE_CHECKING:\n    import a", "2 a type-checking"),
    "typing.TYPE_CHECKING": ("import typing as t\nif t.TYPE_CHECKING:\n    import a", "1 typing, 3 a type-checking"),
    "alias of TYPE_CHECKING": (
        "from typing import TYPE_CHECKING as TC\nif TC:\n    import a",
        "1 typing(TYPE_CHECKING), 3 a type-checking",
    ),
    "else of TYPE_CHECKING": ("if TYPE_CHECKING:\n    import a\nelse:\n    import b", "2 a type-checking, 4 b"),
    "not TYPE_CHECKING": ("if not TYPE_CHECKING:\n    import a\nelse:\n    import b", "2 a, 4 b type-checking"),
    "elif TYPE_CHECKING": (
        "if x:\n    import a\nelif TYPE_CHECKING:\n    import b\nelse:\n    import c",
        "2 a, 4 b type-checking, 6 c",
    ),
    "elif after not TYPE_CHECKING": (
        "if not TYPE_CHECKING:\n    import a\nelif x:\n    import b",
        "2 a, 4 b type-checking",
    ),
    "TYPE_CHECKING and more": ("if TYPE_CHECKING and x:\n    import a", "2 a type-checking"),
    "TYPE_CHECKING or more": ("if TYPE_CHECKING or x:\n    import a", "2 a"),
    "if False": ("if False:\n    import a\nelse:\n    import b", "2 a type-checking, 4 b"),
    "TYPE_CHECKING in a function": (
        "def f():\n    if TYPE_CHECKING:\n        import a\n    import b",
        "3 a type-checking:f, 4 b function:f",
    ),
    "function under TYPE_CHECKING": ("if TYPE_CHECKING:\n    def f():\n        import a", "3 a type-checking:f"),
    "main": ('if __name__ == "__main__":\n    import a\nelse:\n    import b', "2 a main, 4 b"),
    "main turned round": ("if '__main__' == __name__:\n    import a", "2 a main"),
    "not main": ('if __name__ != "__main__":\n    import a\nelse:\n    import b', "2 a, 4 b main"),
    "function under main": ('if __name__ == "__main__":\n    def f():\n        import a', "3 a function:f"),
    "other name": ('if __name__ == "pkg.sub.mod":\n    import a', "2 a"),
    "ordinary if": ("if sys.version_info >= (3, 11):\n    import a\nelse:\n    import b", "2 a, 4 b"),
    "loops": ("for x in y:\n    import a\nelse:\n    import b\nwhile z:\n    import c", "2 a, 4 b, 6 c"),
    "with": ("with x:\n    import a", "2 a"),
    "match": ("match x:\n    case 1:\n        import a\n    case _:\n        import b", "3 a, 5 b"),
    "run_module": ('import runpy\nrunpy.run_module("a")', "1 runpy, 2 a import_module"),
    "run_module of an alias": (
        'import runpy as r\nr.run_module("a")\nrunpy.run_module("b")',
        "1 runpy, 2 a import_module",
    ),
    "run_module in a function": (
        'def f():\n    import runpy\n    runpy.run_module("a")',
        "2 runpy function:f, 3 a function:f import_module",
    ),
    "run_module of something else": ('runpy.run_module("a")\nimport b', "2 b"),
    "run_module by its name": (
        'from runpy import run_module\nrun_module("a")',
        "1 runpy(run_module), 2 a import_module",
    ),
    "lambda": ('f = lambda: __import__("a")', "1 a function:<lambda> __import__"),
    "lambda in a function": ('def f():\n    return lambda: __import__("a")', "2 a function:f __import__"),
    "default argument": ('def f(x=__import__("a")):\n    pass', "1 a __import__"),
    "decorator": ('@__import__("a").d\ndef f():\n    pass', "1 a __import__"),
}

RELATIVES = {
    "sibling": ("from . import a", "pkg.sub.mod", False, "1 pkg.sub(a)"),
    "sibling module": ("from .a import b", "pkg.sub.mod", False, "1 pkg.sub.a(b)"),
    "parent": ("from ..a import b", "pkg.sub.mod", False, "1 pkg.a(b)"),
    "in a package": ("from .a import b", "pkg.sub", True, "1 pkg.sub.a(b)"),
    "parent of a package": ("from .. import b", "pkg.sub", True, "1 pkg(b)"),
    "too many dots stop at the top": ("from ....a import b", "pkg.sub.mod", False, "1 a(b)"),
    "star": ("from .a import *", "pkg.mod", False, "1 pkg.a(*)"),
    "no package": ("from . import a", "mod", False, "1 (a)"),
    "import_module": (
        'import importlib\nimportlib.import_module(".a", package=__package__)',
        "pkg.mod",
        False,
        "1 importlib, 2 pkg.a import_module",
    ),
    "import_module from __name__ in a package": (
        'from importlib import import_module\nimport_module(".a", __name__)',
        "pkg",
        True,
        "1 importlib(import_module), 2 pkg.a import_module",
    ),
    "import_module with a literal": (
        'from importlib import import_module\nimport_module("..a", "x.y")',
        "pkg.mod",
        False,
        "1 importlib(import_module), 2 x.a import_module",
    ),
    "__import__ with a level": (
        'm = __import__("a", globals(), locals(), ["b"], 1)',
        "pkg.mod",
        False,
        "1 pkg.a(b) __import__",
    ),
}

GUARDS = {
    "ImportError": ("try:\n    import a\nexcept ImportError:\n    pass", "2 a guarded"),
    "ModuleNotFoundError": ("try:\n    import a\nexcept ModuleNotFoundError:\n    pass", "2 a guarded"),
    "Exception": ("try:\n    import a\nexcept Exception as e:\n    pass", "2 a guarded"),
    "bare": ("try:\n    import a\nexcept:\n    pass", "2 a guarded"),
    "tuple": ("try:\n    import a\nexcept (KeyError, ImportError):\n    pass", "2 a guarded"),
    "builtins.ImportError": ("try:\n    import a\nexcept builtins.ImportError:\n    pass", "2 a guarded"),
    "other error": ("try:\n    import a\nexcept KeyError:\n    import b", "2 a, 4 b"),
    "fallback": ("try:\n    import a\nexcept ImportError:\n    import b", "2 a guarded, 4 b guarded"),
    "call in a function in a try": (
        "try:\n    def f():\n        import_module(x)\nexcept ImportError:\n    import a",
        "5 a guarded",
    ),
    "nested fallback": (
        "try: import a\nexcept ImportError:\n    try: import b\n    except ImportError: import c",
        "1 a guarded, 3 b guarded, 4 c guarded",
    ),
    "else and finally": (
        "try:\n    import a\nexcept ImportError:\n    pass\nelse:\n    import b\nfinally:\n    import c",
        "2 a guarded, 6 b, 8 c",
    ),
    "handler of a try without import": ("try:\n    x = d[1]\nexcept Exception:\n    import a", "4 a guarded"),
    "suppress": ("with contextlib.suppress(ImportError):\n    import a", "2 a guarded"),
    "aliased suppress": (
        "from contextlib import suppress as quiet\nwith quiet(ImportError, KeyError):\n    import a",
        "1 contextlib(suppress), 3 a guarded",
    ),
    "suppress of something else": ("with suppress(KeyError):\n    import a", "2 a"),
    "raised again": ("try:\n    import a\nexcept ImportError:\n    raise", "2 a"),
    "raised again on the line": ("try: import a\nexcept ImportError: raise", "1 a"),
    "raised as another": (
        'try:\n    import a\nexcept ImportError as error:\n    # why\n\n    raise RuntimeError("no a") from error',
        "2 a",
    ),
    "an end of the process": (
        "import sys\ntry:\n    import a\nexcept ImportError:\n    print(1)\n    sys.exit(2)",
        "1 sys, 3 a",
    ),
    "an end by name": ("try:\n    import a\nexcept ImportError: print(1); exit(1)", "2 a"),
    "SystemExit": ("try:\n    import a\nexcept Exception:\n    raise SystemExit('x')\nimport b", "2 a, 5 b"),
    "raised again in a class": (
        "class C:\n    try:\n        import a\n    except ImportError:\n        raise",
        "3 a class",
    ),
    "raised again with a tab": ("try:\n\timport a\nexcept ImportError:\n\traise\nimport b", "2 a, 5 b"),
    "raised under a condition": ("try:\n    import a\nexcept ImportError:\n    if x:\n        raise", "2 a guarded"),
    "raised after a fallback fails": (
        "try:\n    import a\nexcept ImportError:\n    try:\n        import b\n    except ImportError:\n        raise",
        "2 a guarded, 5 b guarded",
    ),
    "raised in the second handler": (
        "try:\n    import a\nexcept ModuleNotFoundError:\n    a = 0\nexcept ImportError:\n    raise",
        "2 a guarded",
    ),
    "raised in the first handler": (
        "try:\n    import a\nexcept ImportError:\n    raise\nexcept Exception:\n    a = 0",
        "2 a",
    ),
    "raised by another handler": (
        "try:\n    import a\nexcept ImportError:\n    a = 0\nexcept KeyError:\n    raise",
        "2 a guarded",
    ),
    "raised in a function of the handler": (
        "try:\n    import a\nexcept ImportError:\n    def a():\n        raise ImportError",
        "2 a guarded",
    ),
    "raised again in a guarded block": (
        "try:\n    try:\n        import a\n    except ImportError:\n        raise\nexcept Exception:\n    pass",
        "3 a guarded",
    ),
    "a text that says raise": ("try:\n    import a\nexcept ImportError:\n    a = 'raise'", "2 a guarded"),
    "a text over lines in the handler": (
        'try:\n    import a\nexcept ImportError:\n    a = """\nraise\n"""\nimport b',
        "2 a guarded, 7 b",
    ),
    "a text over lines, then raised": (
        'try:\n    import a\nexcept ImportError:\n    a = """\nno a\n"""\n    raise',
        "2 a",
    ),
    "raised behind a line in brackets": (
        "try:\n    import a\nexcept ImportError:\n    print(\n1)\n    raise",
        "2 a",
    ),
    "another handler raises below": (
        "try:\n    import a\nexcept ImportError:\n    a = 0\ntry:\n    import b\nexcept ImportError:\n    raise",
        "2 a guarded, 6 b",
    ),
    "raised again in a function": (
        "def f():\n    try:\n        import a\n    except ImportError:\n        raise ValueError",
        "3 a function:f guarded",
    ),
    "function in a try": ("try:\n    def f():\n        import a\nexcept ImportError:\n    pass", "3 a function:f"),
    "class in a try": ("try:\n    class C:\n        import a\nexcept ImportError:\n    pass", "3 a class guarded"),
    "try in a function": (
        "def f():\n    try:\n        import a\n    except ImportError:\n        import b",
        "3 a function:f guarded, 5 b function:f guarded",
    ),
    "dynamic import with a fallback": (
        'try:\n    m = __import__("a")\nexcept ImportError:\n    import b',
        "2 a guarded __import__, 4 b guarded",
    ),
}

DYNAMIC = {
    "import_module": ('import importlib\nimportlib.import_module("a.b")', "1 importlib, 2 a.b import_module"),
    "assigned": ('import importlib\nm = importlib.import_module("a")', "1 importlib, 2 a import_module"),
    "returned": (
        'import importlib\ndef f():\n    return importlib.import_module("a")',
        "1 importlib, 3 a function:f import_module",
    ),
    "aliased function": (
        'from importlib import import_module as load\nload("a")',
        "1 importlib(import_module), 2 a import_module",
    ),
    "aliased module": ('import importlib as il\nil.import_module(name="a")', "1 importlib, 2 a import_module"),
    "assigned alias": ('import importlib\nload = importlib.import_module\nload("a")', "1 importlib, 3 a import_module"),
    "attribute of the result": ('x = __import__("a").y', "1 a __import__"),
    "builtins": ('import builtins\nbuiltins.__import__("a")', "1 builtins, 2 a __import__"),
    "in a comprehension": ('x = [__import__("a") for y in z]', "1 a __import__"),
    "in a call": ('f(g(__import__("a")))', "1 a __import__"),
}

NOT_IMPORTS = {
    "find_spec": 'if importlib.util.find_spec("a"):\n    pass',
    "string": 'x = "import a"',
    "docstring": '"""\nimport a\nfrom b import c\n"""',
    "comment": "# import a\nx = 1  # from a import b",
    "f-string": 'x = f"import {y}"',
    "attribute": "x.import_module_list = 1",
    "computed": 'importlib.import_module(f"a.{x}")',
    "relative without a package": 'importlib.import_module(".a")',
    "empty": "",
    "method that is called so": 'loader.import_module("a")',
    "exec": 'exec("import a")',
}


@pytest.mark.parametrize(("source", "expected"), [*PLACEMENTS.values(), *GUARDS.values(), *DYNAMIC.values()])
def test_site_says_where_it_stands(source: str, expected: str) -> None:
    found = read(source)
    assert found.parsed
    assert told(found) == expected


@pytest.mark.parametrize(("source", "module", "is_package", "expected"), RELATIVES.values(), ids=RELATIVES)
def test_relative_import_is_absolute(source: str, module: str, is_package: bool, expected: str) -> None:
    assert told(read(source, module, is_package=is_package)) == expected


@pytest.mark.parametrize("source", NOT_IMPORTS.values(), ids=NOT_IMPORTS)
def test_noop_no_import_is_seen(source: str) -> None:
    assert read(source).sites == ()


def test_relative_level_is_kept_and_bound_names_follow_aliases() -> None:
    first, second = read("from ..a import b as c, d\nimport x.y, z.w as v").sites[:2]
    assert (first.level, first.names, first.bound) == (2, ("b", "d"), ("c", "d"))
    assert (second.level, second.bound) == (0, ("x",))
    assert read("import z.w as v").sites[0].bound == ("v",)
    assert read("from a import *").sites[0].bound == ()
    assert read('m = __import__("a")').sites[0].bound == ("m",)


def test_computed_dynamic_import_is_noted_with_its_line() -> None:
    note = read("import importlib\n\nimportlib.import_module(name)").notes[0]
    assert (note.code, note.path, note.line) == ("dynamic-import", "pkg/sub/mod.py", 3)


LAZY = {
    "keyword": ("lazy import a\nlazy from b import c\nimport d", "1 a lazy, 2 b(c) lazy, 3 d"),
    "keyword and a use": ("lazy import a\nx = a.y", "1 a lazy"),
    "list": ('__lazy_modules__ = ["a", "b.c"]\nimport a\nimport b.c\nimport b', "2 a lazy, 3 b.c lazy, 4 b"),
    "set, from": ('__lazy_modules__ = {"a"}\nfrom a import b', "2 a(b) lazy"),
    "frozenset call": ('__lazy_modules__ = frozenset({"a"})\nimport a', "2 a lazy"),
    "not in a function": ('__lazy_modules__ = ["a"]\ndef f():\n    import a', "3 a function:f"),
    "not in a try": ('__lazy_modules__ = ["a"]\ntry:\n    import a\nexcept ImportError:\n    pass', "3 a guarded"),
    "not in any clause of any try": (
        '__lazy_modules__ = ["a", "b", "c"]\ntry:\n    if x:\n        import a\nexcept KeyError:\n    import b\n'
        "finally:\n    import c\nimport a",
        "4 a, 6 b, 8 c, 9 a lazy",
    ),
    "in an if, a loop, a with": (
        '__lazy_modules__ = ["a"]\nif x:\n    import a\nfor y in z:\n    import a\nwith suppress(ImportError):\n'
        "    import a",
        "3 a lazy, 5 a lazy, 7 a guarded lazy",
    ),
    "not in a class": ('__lazy_modules__ = ["a"]\nclass C:\n    import a', "3 a class"),
    "not with a star": ('__lazy_modules__ = ["a"]\nfrom a import *', "2 a(*)"),
    "not above the list": ('import a\n__lazy_modules__ = ["a"]\nimport a', "1 a, 3 a lazy"),
    "whole names only": ('__lazy_modules__ = ["a", "b.c"]\nimport a.b, b\nfrom b import c', "2 a.b, 2 b, 3 b(c)"),
    "the module of a from": ('__lazy_modules__ = ["b.c"]\nfrom b.c import d', "2 b.c(d) lazy"),
    "names are absolute": (
        '__lazy_modules__ = ["m", ".n", "pkg.sub.o", "pkg"]\nfrom .m import a\nfrom .n import b\nfrom .o import c\n'
        "from .. import d\nfrom . import m",
        "2 pkg.sub.m(a), 3 pkg.sub.n(b), 4 pkg.sub.o(c) lazy, 5 pkg(d) lazy, 6 pkg.sub(m)",
    ),
    "names made of the module's own": (
        '__lazy_modules__ = [f"{__spec__.parent}.m", __package__ + ".n", "pkg." "o"]\nfrom .m import a\n'
        "from .n import b\nfrom ..o import c\nimport d",
        "2 pkg.sub.m(a) lazy, 3 pkg.sub.n(b) lazy, 4 pkg.o(c) lazy, 5 d",
    ),
    "names cut from the module's own": (
        "__lazy_modules__ = {f\"{(__spec__.parent or '').rsplit('.', 1)[0]}.m\", __name__.partition('.')[0] + '.n', "
        "__name__.split('.')[-1]}\nfrom ..m import a\nfrom ..n import b\nimport mod, d",
        "2 pkg.m(a) lazy, 3 pkg.n(b) lazy, 4 mod lazy, 4 d",
    ),
    "assigned again": ('__lazy_modules__ = ["a"]\n__lazy_modules__ = ["b"]\nimport a, b', "3 a, 3 b lazy"),
    "assigned between": ('__lazy_modules__ = ("a",)\nimport a\n__lazy_modules__ = ()\nimport a', "2 a lazy, 4 a"),
    "annotated": ('__lazy_modules__: list[str] = ["a"]\nimport a', "2 a lazy"),
    "only annotated": ("__lazy_modules__: list[str]\nimport a", "2 a"),
    "concatenated": ('__lazy_modules__ = ["a"] + ["b"]\nimport a, b', "2 a lazy, 2 b lazy"),
    "united": ('__lazy_modules__ = {"a"} | {"b"}\nimport a, b', "2 a lazy, 2 b lazy"),
    "of itself": ('__lazy_modules__ = ["a"]\n__lazy_modules__ = [*__lazy_modules__, "b"]\nimport a', "3 a lazy"),
    "added to": (
        '__lazy_modules__ = []\n__lazy_modules__ += ["a"]\n__lazy_modules__.append("b")\n'
        '__lazy_modules__.extend(("c", "d"))\nimport a, b, c, d, e',
        "5 a lazy, 5 b lazy, 5 c lazy, 5 d lazy, 5 e",
    ),
    "updated": (
        '__lazy_modules__ = set()\n__lazy_modules__.update(["a"], {"b"})\n__lazy_modules__.add("c")\n'
        '__lazy_modules__ |= {"d"}\nimport a, b, c, d',
        "5 a lazy, 5 b lazy, 5 c lazy, 5 d lazy",
    ),
    "taken from": (
        '__lazy_modules__ = {"a", "b", "c"}\n__lazy_modules__.discard("a")\n__lazy_modules__ -= {"b"}\nimport a, b, c',
        "4 a, 4 b, 4 c lazy",
    ),
    "keys of a dictionary": ('__lazy_modules__ = {"a": "b"}\nimport a, b', "2 a lazy, 2 b"),
    "a comma forgotten: a string holds its parts": ('__lazy_modules__ = ("a.b")\nimport a, c', "2 a lazy, 2 c"),
    "deleted": ('__lazy_modules__ = ["a"]\ndel __lazy_modules__\nimport a', "3 a"),
    "for versions that know it": (
        'if sys.version_info >= (3, 15):\n    __lazy_modules__ = ["a"]\nelse:\n    __lazy_modules__ = []\nimport a',
        "5 a lazy",
    ),
    "for versions that do not": ('if sys.version_info < (3, 15):\n    __lazy_modules__ = ["a"]\nimport a', "3 a"),
    "in every branch": (
        'if x:\n    __lazy_modules__ = ["a", "b"]\nelif y:\n    __lazy_modules__ = ["a"]\nelse:\n'
        '    __lazy_modules__ = ["a", "c"]\nimport a, b, c',
        "7 a lazy, 7 b, 7 c",
    ),
    "in one branch": ('if x:\n    __lazy_modules__ = ["a"]\n    import a\nimport a', "3 a lazy, 4 a"),
    "under TYPE_CHECKING": ('if TYPE_CHECKING:\n    __lazy_modules__ = ["a"]\nimport a', "3 a"),
    "made in a try": ('try:\n    __lazy_modules__ = ["a"]\nexcept KeyError:\n    pass\nimport a', "5 a"),
    "by globals": ('globals()["__lazy_modules__"] = ["a"]\nimport a', "2 a lazy"),
    "by sys.modules": ('import sys\nsys.modules[__name__].__lazy_modules__ = ["a"]\nimport a', "1 sys, 3 a lazy"),
    "given a tuple's name": ('X = ("a",)\n__lazy_modules__ = X\nimport a', "3 a lazy"),
    "by a comprehension": (
        '__lazy_modules__ = {f"{__package__}.{x}" for x in ("a", "b")}\nfrom .a import c',
        "2 pkg.sub.a(c) lazy",
    ),
    "of another object": ('x.__lazy_modules__ = ["a"]\nimport a', "2 a"),
    "of a class": ('class C:\n    __lazy_modules__ = ["a"]\nimport a', "3 a"),
    "of a function": ('def f():\n    __lazy_modules__ = ["a"]\nimport a', "3 a"),
    "in a string": ('x = "__lazy_modules__ = [a]"\n"""\n__lazy_modules__ = ["a"]\n"""\nimport a', "5 a"),
    "in a comment": ('# __lazy_modules__ = ["a"]\nimport a', "2 a"),
    "of a longer name": ('my__lazy_modules__ = __lazy_modules__2 = ["a"]\nimport a', "2 a"),
    "as an argument": ('f(\n__lazy_modules__=["a"]\n)\nimport a', "4 a"),
    "continued": ('x = \\\n__lazy_modules__ = ["a"]\nimport a', "3 a lazy"),
    "of no strings": ("__lazy_modules__ = None\nimport a", "2 a"),
    "as values only": ('__lazy_modules__ = [1, b"a", "b"]\nimport a, b', "2 a, 2 b lazy"),
}

# Nothing says what these hold: what they name for certain is lazy, the rest is imported at once, and a note says so.
COMPUTED_LISTS = {
    "imported": ("from x import Y\n__lazy_modules__ = Y\nimport a", [2], []),
    "imported by its name": ("from x import Y as __lazy_modules__\nimport a", [1], []),
    "called": ("__lazy_modules__ = find()\nimport a", [1], []),
    "an object": (
        "class All:\n    def __contains__(self, x): return True\n__lazy_modules__ = All()\nimport a",
        [3],
        [],
    ),
    "partly": ('__lazy_modules__ = ["a", x()]\nimport a, b', [1], ["a"]),
    "with others": ('__lazy_modules__ = ["a", *x]\nimport a\nimport b', [1], ["a"]),
    "a list by another name": ('X = ["a"]\nX.append(y)\n__lazy_modules__ = X\nimport a, b', [3], ["a"]),
    "one branch": ('if x:\n    __lazy_modules__ = ["a"]\nimport a', [1], []),
    "a loop": ('for x in y:\n    __lazy_modules__ = ["a"]\nimport a', [1], []),
    "handed on": ('__lazy_modules__ = ["a"]\nfill(__lazy_modules__)\nimport a, b', [2], ["a"]),
    "unpacked": ('__lazy_modules__, x = ["a"], 1\nimport a', [1], []),
    "global of a function": (
        'def f():\n    global __lazy_modules__\n    __lazy_modules__ = ["a"]\nf()\nimport a',
        [1],
        [],
    ),
    "changed by a function": (
        "__lazy_modules__ = []\ndef f():\n    __lazy_modules__.append(1)\nf()\nimport a",
        [2],
        [],
    ),
    "set by its name": ('setattr(me, "__lazy_modules__", ["a"])\nimport a', [1], []),
    "popped": ('__lazy_modules__ = ["a"]\n__lazy_modules__.pop()\nimport b', [2], []),
    "cut by a number that is too large": ('__lazy_modules__ = ["a".split(".")[3], "b".split(1)]\nimport a', [1], []),
    "formatted": ('__lazy_modules__ = [f"{__name__!r}", f"{__name__:>9}", "%s" % x]\nimport a', [1], []),
    "filtered": ('__lazy_modules__ = [x for x in ("a", "b") if y]\nimport a', [1], []),
}
NOTHING_LEFT_OPEN = {
    "all named": '__lazy_modules__ = ["a", x()]\nimport a',
    "above": "import a\n__lazy_modules__ = x()",
    "assigned again": "__lazy_modules__ = x()\n__lazy_modules__ = []\nimport a",
    "only in a try": "__lazy_modules__ = x()\ntry:\n    import a\nfinally:\n    pass",
    "only in a function": "__lazy_modules__ = x()\ndef f():\n    import a",
    "another's": 'x.__lazy_modules__ = y()\nz = "__lazy_modules__"\nimport a',
    "older versions": "if sys.version_info < (3, 15):\n    __lazy_modules__ = x()\n    import a",
}


@pytest.mark.parametrize(("source", "expected"), LAZY.values(), ids=LAZY)
def test_lazy_import_is_its_own_form(source: str, expected: str) -> None:
    found = read(source)
    assert found.parsed
    assert told(found) == expected


NOT_PARSED_LISTS = {
    "in order": ('import a\n__lazy_modules__ = ["a"]\nimport a, b', "1 a, 3 a lazy, 3 b"),
    "names of its own": ('__lazy_modules__ = [f"{__package__}.m"]\nfrom .m import a', "2 pkg.sub.m(a) lazy"),
    "added to": ('__lazy_modules__ = []\n__lazy_modules__ += ["a"]\nimport a', "3 a lazy"),
    "not in a try": (
        '__lazy_modules__ = ["a"]\ntry:\n    import a\nexcept E:\n    import a\nelse:\n    import a\nimport a',
        "3 a, 5 a, 7 a, 8 a lazy",
    ),
    "not with a star": ('__lazy_modules__ = ["a"]\nfrom a import *', "2 a(*)"),
    "in a block": ('if x:\n    __lazy_modules__ = ["a"]\nimport a', "3 a"),
    "of a class": ('__lazy_modules__ = ["a"]\nclass C:\n    __lazy_modules__ = []\nimport a', "4 a lazy"),
    "computed": ("__lazy_modules__ = [x]\nimport a", "2 a"),
}


@pytest.mark.parametrize(("source", "expected"), NOT_PARSED_LISTS.values(), ids=NOT_PARSED_LISTS)
def test_list_of_a_file_that_does_not_parse_counts_too(source: str, expected: str) -> None:
    found = read(f"{source}\nprint 'x'")
    assert not found.parsed
    assert told(found) == expected


@pytest.mark.parametrize(("source", "lines", "lazy"), COMPUTED_LISTS.values(), ids=COMPUTED_LISTS)
def test_list_that_is_computed_is_noted_and_makes_nothing_lazy(source: str, lines: list[int], lazy: list[str]) -> None:
    found = read(source)
    assert [note.line for note in found.notes if note.code == "lazy-modules"] == lines
    assert [site.module for site in found.sites if site.form == "lazy"] == lazy


@pytest.mark.parametrize("source", NOTHING_LEFT_OPEN.values(), ids=NOTHING_LEFT_OPEN)
def test_noop_list_that_decides_nothing_is_not_noted(source: str) -> None:
    assert [note for note in read(source).notes if note.code == "lazy-modules"] == []


def test_lists_that_are_made_of_each_other_are_not_followed_for_ever() -> None:
    doubled = "".join(f"x{n} = (*x{n + 1}, *x{n + 1})\n" for n in reversed(range(40)))
    found = read(f'x40 = ("a",)\n{doubled}__lazy_modules__ = x0\nimport a')
    assert [site.form for site in found.sites] == ["import"]
    grown = "__lazy_modules__ = __lazy_modules__ + ['b']\n" * 3000
    assert read(f"__lazy_modules__ = ['a']\n{grown}import a").parsed


def test_lazy_import_that_is_read_at_import_says_so() -> None:
    assert read("lazy import a\nx = a.y").sites[0].used_at_import_line == 2
    assert read("lazy import a\ndef f():\n    a.y").sites[0].used_at_import_line is None
    assert read("lazy from .m import a", "pkg", is_package=True).sites[0].used_at_import_line is None


# Files that are no good Python


def test_syntax_error_keeps_imports_placements_and_says_where() -> None:
    found = read(
        """\
        import a
        class C:
            def m(self):
                import b
        if TYPE_CHECKING:
            import c
        else:
            import d
        try:
            import e
        except ImportError:
            import f
        if __name__ == "__main__":
            import g
        from . import h
        m = __import__("i")
        print "python 2"
        import j
        """
    )
    assert not found.parsed
    assert told(found) == (
        "1 a, 4 b function:C.m, 6 c type-checking, 8 d, 10 e guarded, 12 f guarded, 14 g main, 15 pkg.sub(h), "
        "16 i __import__, 18 j"
    )
    assert [(note.code, note.line) for note in found.notes] == [("syntax-error", 17)]
    assert all(site.used_at_import_line for site in found.sites if site.placement.runs_at_import)


BROKEN = {
    "open bracket above": ("x = (1,\nimport a\n", "2 a"),
    "open bracket in the import": ("from a import (b,\n    c\nimport d\n", "1 a(b,c), 3 d"),
    "unterminated string": ("x = 'abc\nimport a\n", "2 a"),
    "unterminated triple quote": ('x = """abc\nimport a\n', "2 a"),
    "import in a string": ('x = """\nimport no\n"""\nimport a\nprint 1', "4 a"),
    "import in a comment": ("# import no\nimport a  # import no\nprint 1", "2 a"),
    "one-line blocks": ("try: import a\nexcept ImportError: import b\nprint 1", "1 a guarded, 2 b guarded"),
    "except with a comma": (
        "try:\n    import a\nexcept KeyError, ImportError:\n    import b\nprint 1",
        "2 a guarded, 4 b guarded",
    ),
    "semicolons": ("import a; import b; print 1", "1 a, 1 b"),
    "function on one line": ("def f(): import a\nprint 1\nimport b", "1 a function:f, 3 b"),
    "nested functions": (
        "def f(x,\n      y):\n  def g():\n    import a\n  import b\nprint 1",
        "4 a function:f.g, 5 b function:f",
    ),
    "tabs": ("def f():\n\timport a\nprint 1", "2 a function:f"),
    "lazy in a broken file": ("lazy import a\nprint 1", "1 a lazy"),
    "import name missing": ("import \nimport a", "2 a"),
    "continued": ("from a import b, \\\n  c\nprint 1", "1 a(b,c)"),
    "suppress": ("with suppress(ImportError):\n    import a\nprint 1", "2 a guarded"),
    "quotes without a partner": ("x = '\\'\\'\\'\nimport a\ny = don't\nimport b\n", "2 a, 4 b"),
    "escaped quotes": ("x = 'a\\'b' + \"c\\\"\"\nimport a\nprint 1", "2 a"),
    "string over two lines": ("x = 'a\\\nimport no'\nimport a\nprint 1", "3 a"),
    "dynamic in a string": ("x = \"import_module('no')\"\nimport a\nprint 1", "2 a"),
}


@pytest.mark.parametrize(("source", "expected"), BROKEN.values(), ids=BROKEN)
def test_broken_file_keeps_what_can_be_saved(source: str, expected: str) -> None:
    found = read(source)
    assert not found.parsed
    assert told(found) == expected


BYTES = {
    "byte order mark": (b"\xef\xbb\xbfimport a\n", "1 a", True),
    "cookie": ("# -*- coding: latin-1 -*-\nx = 'é'\nimport a\n".encode("latin-1"), "3 a", True),
    "latin-1 without a cookie": ("x = 'é'\nimport a\n".encode("latin-1"), "2 a", False),
    "unknown cookie": (b"# coding: klingon\nimport a\n", "2 a", False),
    "null byte": (b"import a\n\0\nimport b\n", "1 a, 3 b", False),
    "nothing but null bytes": (b"\0" * 5000, "", False),
    "tabs and blanks mixed": (b"import a\nif 1:\n\tx = 1\n        y = 2\n", "1 a", False),
    "form feed first": (b"\f\nimport a\n", "2 a", True),
    "crlf": (b"import a\r\n\r\nimport b\r\n", "1 a, 3 b", True),
    "cr": (b"import a\rimport b\r", "1 a, 2 b", True),
    "form feed": (b"import a\n\x0c\nimport b\n\x0cimport c\n", "1 a, 3 b, 4 c", True),
    "empty": (b"", "", True),
    "no line end": (b"import a", "1 a", True),
    "utf-16": ("import a\n".encode("utf-16"), None, False),
    "identifiers beyond ascii": ("import größe\n".encode(), "1 größe", True),
}


@pytest.mark.parametrize(("data", "expected", "parsed"), BYTES.values(), ids=BYTES)
def test_bytes_are_read_as_the_interpreter_would(data: bytes, expected: str | None, parsed: bool) -> None:
    found = read(data)
    assert found.parsed is parsed
    assert bool(found.notes) is not parsed
    if expected is not None:
        assert told(found) == expected


DEEP = {
    "brackets": "import a\nx = " + "(" * 5000 + ")" * 5000 + "\nimport b",
    "sum": "import a\nx = " + "+".join(["1"] * 20_000) + "\nimport b",
    "signs": "import a\nx = " + "-" * 20_000 + "1\nimport b",
    "attributes": "import a\nx = y" + ".z" * 20_000 + "\nimport b",
    "calls": "import a\nx = y" + "()" * 20_000 + "\nimport b",
    "elif": "import a\nif x:\n    pass\n" + "elif x:\n    pass\n" * 3000 + "import b",
    "blocks": "import a\n" + "".join("  " * depth + "if x:\n" for depth in range(150)) + "  " * 150 + "pass\nimport b",
}


@pytest.mark.parametrize("source", DEEP.values(), ids=DEEP)
def test_deep_nesting_never_loses_the_imports_around_it(source: str) -> None:
    assert [site.module for site in read(source).sites] == ["a", "b"]


def test_large_file_is_read_line_by_line_and_says_so() -> None:
    row = b"data = [" + b"1234567," * (LARGE_FILE_BYTES // 8 + 1) + b"]\n"
    found = read(b"import a\n" + row + b"import b\n")
    assert told(found) == "1 a, 3 b"
    assert [note.code for note in found.notes] == ["large-file"]


# Exports, binds, calls, references


def test_exports_are_read_where_they_are_literal() -> None:
    assert read('__all__ = ["a", "b"]\n__all__ += ("c",)\n__all__.extend(["d"])').exports == ("a", "b", "c", "d")
    assert read("__all__ = [x for x in dir()]").exports == ()
    assert read('def f():\n    __all__ = ["a"]').exports == ()


def test_binds_are_definitions_and_assignments_without_imports() -> None:
    source = "import a\napp = f()\ndef g():\n    local = 1\nclass C:\n    attr = 1\nx: int = 1\nfor i in y:\n    j = i"
    assert set(read(source).binds) == {"app", "g", "C", "x", "i", "j"}


def test_calls_are_told_by_function_as_written() -> None:
    source = """\
    app = create_app()
    factory.build(inner())
    @register("x")
    def f(self):
        helper()
        self.load()
    class C:
        x = at_class_level()
        def m(self):
            self.other()
    later = lambda: never()
    if __name__ == "__main__":
        main()
    """
    calls = {item.function: item.names for item in read(source).calls}
    assert calls == {
        "": ("create_app", "factory.build", "inner", "register", "at_class_level"),
        "f": ("helper", "self.load"),
        "C.m": ("self.other",),
        "__main__": ("main",),
    }


def test_strings_that_could_name_a_module_are_references() -> None:
    source = """\
    import uvicorn
    INSTALLED_APPS = ["blog", "shop.apps.ShopConfig"]
    plain = ["blog"]
    log = logging.getLogger("app.log")
    sentence = "not a module."
    def f():
        uvicorn.run("app.main:app")
    if TYPE_CHECKING:
        no = "a.b"
    """
    found = [(site.line, site.module, site.names, site.function) for site in read(source).references]
    assert found == [
        (2, "blog", (), None),
        (2, "shop.apps.ShopConfig", (), None),
        (7, "app.main", ("app",), "f"),
    ]


# Against plain ast


def _plain(tree: ast.AST) -> set[tuple[int, str, tuple[str, ...], int]]:
    found: set[tuple[int, str, tuple[str, ...], int]] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(node.lineno, alias.name, (), 0) for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found.add((node.lineno, node.module or "", tuple(alias.name for alias in node.names), node.level))
    return found


def _standard_library(every: int) -> list[Path]:
    folder = Path(sysconfig.get_path("stdlib"))
    return sorted(path for path in folder.rglob("*.py") if "site-packages" not in path.parts)[::every]


# The rest of it is slow and rarely breaks: a shape of statement is met in any part of the library.
@pytest.mark.parametrize("every", [28, pytest.param(7, marks=pytest.mark.slow_check)])
def test_every_import_of_the_standard_library_is_found(every: int) -> None:
    compared = 0
    for path in _standard_library(every):
        data = path.read_bytes()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                expected = _plain(ast.parse(data))
        except (SyntaxError, ValueError):
            continue
        sites = read_imports(data, path=path.name, module="", is_package=False).sites
        written = [site for site in sites if site.form in ("import", "from")]
        found = {(site.line, site.module, site.names, site.level) for site in written}
        assert found == expected, path
        compared += len(expected)
    assert compared > 7000 / every


@pytest.mark.parametrize("every", [63, pytest.param(21, marks=pytest.mark.slow_check)])
def test_tolerant_reader_agrees_with_ast_on_the_standard_library(every: int) -> None:
    """The same files with one line of Python 2 at the end: same statements, same placement."""
    wrong, compared = [], 0
    for path in _standard_library(every):
        data = path.read_bytes()
        good = read_imports(data, path=path.name, module="m", is_package=False)
        broken = read_imports(data.rstrip(b"\\\n ") + b"\nprint 'x'\n", path=path.name, module="m", is_package=False)
        if not good.parsed or b"print 'x'" in data:
            continue
        assert not broken.parsed

        def told(site: ImportSite) -> tuple[object, ...]:
            return (site.line, site.module, site.names, site.placement, site.function, site.guarded)

        expected = {told(site) for site in good.sites if site.form in ("import", "from")}
        found = {told(site) for site in broken.sites if site.form in ("import", "from")}
        compared += len(expected)
        wrong += [(path.name, item) for item in expected ^ found]
    assert compared > 6300 / every
    assert wrong == []


@st.composite
def nested_blocks(draw: st.DrawFn) -> tuple[str, list[tuple[int, str]]]:
    """Random nesting of blocks with one import in each, and the (line, placement) of every import."""
    headers = {
        "def f{n}():": "function",
        "class C{n}:": "class",
        "if x:": None,
        "if TYPE_CHECKING:": "type-checking",
        "for i in y:": None,
        "with x:": None,
        "while x:": None,
    }
    lines: list[str] = []
    expected: list[tuple[int, str]] = []
    stack: list[str] = ["module"]
    for number in range(draw(st.integers(1, 25))):
        del stack[draw(st.integers(1, len(stack))) :]
        header = draw(st.sampled_from(list(headers)))
        here = stack[-1]
        kind = headers[header] or here
        if "type-checking" in stack:
            kind = "type-checking"
        elif "function" in stack and kind == "class":
            kind = "function"
        lines.append("    " * (len(stack) - 1) + header.format(n=number))
        lines += ["", "    " * 7 + "# comment"][: draw(st.integers(0, 2))]
        lines.append("    " * len(stack) + f"import m{number}")
        expected.append((len(lines), kind))
        stack.append(kind)
    return "\n".join(lines), expected


@settings(max_examples=60, deadline=None)
@given(nested_blocks())
def test_random_nesting_keeps_lines_and_placements(case: tuple[str, list[tuple[int, str]]]) -> None:
    source, expected = case
    for broken in ("", "\nprint 'x'\n"):
        found = read(source + broken)
        assert found.parsed is not bool(broken)
        assert [(site.line, site.placement.value) for site in found.sites] == expected


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="import fromas(),\\.:;'\"#\n\t\0xé=[]{}é*", max_size=80) | st.binary(max_size=60))
def test_no_input_raises(source: str | bytes) -> None:
    data = source.encode("utf-8", "surrogatepass") if isinstance(source, str) else source
    found = read(data)
    assert all(site.line >= 1 for site in found.sites)
    assert found.parsed or found.notes


def test_reading_leaves_nothing_to_the_collector() -> None:
    text = "import importlib\ndef load(name='json'):\n    return importlib.import_module(name)\nload('csv')\n"
    gc.collect()
    gc.disable()
    try:
        assert read_imports(text.encode(), path="a.py", module="a", is_package=False).sites
        assert gc.collect() == 0  # a tree that holds itself stays, and hundreds of them are a hundred megabytes
    finally:
        gc.enable()
