"""Where the names of an import are used: what decides whether the statement can move into functions."""

import os
import symtable
import sysconfig
import warnings
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.imports.walker import read_imports
from footprint.collect.sources.path_changes import find_path_changes
from footprint.collect.third_party import third_party_askers
from footprint.documents.python_trees import try_python
from footprint.model.source_modules import ImportSite, Placement
from tests.support.work import count_calls, within_patience


def site_of(source: str, module: str = "a", *, is_package: bool = False) -> ImportSite:
    """Return the last site that imports `module` at module or class level."""
    data = dedent(source).encode()
    sites = read_imports(data, path="m.py", module="m", is_package=is_package).sites
    return [site for site in sites if site.module == module and site.placement.runs_at_import][-1]


ONLY_IN_FUNCTIONS = {
    "body": ("import a\ndef f():\n    a.x", ["f"]),
    "alias": ("import a as b\ndef f():\n    return b", ["f"]),
    "from": ("from a import b, c\ndef f():\n    b()\ndef g():\n    c()", ["f", "g"]),
    "dotted": ("import a\nimport a.b\ndef f():\n    a.b.c()", ["f"]),
    "method": ("import a\nclass C:\n    def m(self):\n        a.x", ["C.m"]),
    "nested": ("import a\ndef f():\n    def g():\n        a.x", ["f.g"]),
    "default of a nested function": ("import a\ndef f():\n    def g(x=a.y):\n        pass", ["f"]),
    "decorator of a nested function": ("import a\ndef f():\n    @a.d\n    def g():\n        pass", ["f"]),
    "class in a function": ("import a\ndef f():\n    class C(a.B):\n        x = a.y", ["f"]),
    "lambda in a function": ("import a\ndef f():\n    return lambda: a.x", ["f"]),
    "comprehension in a function": ("import a\ndef f():\n    return [a.x for y in z if a.w]", ["f"]),
    "async": ("import a\nasync def f():\n    await a.x()", ["f"]),
    "f-string": ('import a\ndef f():\n    return f"{a.x}"', ["f"]),
    "match": ("import a\ndef f(v):\n    match v:\n        case a.B(): pass", ["f"]),
    "annotation of a local variable": ("import a\ndef f():\n    x: a.B = 1", ["f"]),
    "two functions, one name shadowed": ("import a\ndef f(a):\n    a.x\ndef g():\n    a.x", ["g"]),
    "under __main__ guard only functions": ("import a\ndef main():\n    a.x\nif x:\n    pass", ["main"]),
    "dynamic import": ('a = __import__("a")\ndef f():\n    a.x', ["f"]),
    "annotation under TYPE_CHECKING": (
        "import a\nif TYPE_CHECKING:\n    T = a.B\ndef f():\n    a.x",
        ["f"],
    ),
}

NOT_USED = {
    "never": "import a",
    "parameter of that name": "import a\ndef f(a):\n    return a.x",
    "star parameter": "import a\ndef f(*a):\n    return a",
    "keyword parameter": "import a\ndef f(*, a):\n    return a",
    "local variable": "import a\ndef f():\n    a = 1\n    return a",
    "local before assignment": "import a\ndef f():\n    print(a)\n    a = 1",
    "local import": "import a\ndef f():\n    import a\n    a.x",
    "loop variable": "import a\ndef f():\n    for a in y:\n        a.x",
    "with target": "import a\ndef f():\n    with y as a:\n        a.x",
    "except name": "import a\ndef f():\n    try:\n        pass\n    except E as a:\n        a.x",
    "walrus": "import a\ndef f():\n    if (a := y):\n        a.x",
    "lambda parameter": "import a\ndef f():\n    return lambda a: a.x",
    "comprehension variable": "import a\nx = [a.y for a in z]",
    "nested comprehension variable": "import a\nx = {a: b for c in d for a in c}",
    "closure over a local": "import a\ndef f():\n    a = 1\n    def g():\n        return a",
    "nonlocal": "import a\ndef f():\n    a = 1\n    def g():\n        nonlocal a\n        a.x",
    "attribute of that name": "import a\nx.a.y",
    "keyword argument of that name": "import a\nf(a=1)",
    "string": 'import a\nx = "a.b"',
    "match capture": "import a\ndef f(v):\n    match v:\n        case [a, *b]:\n            a.x",
    "nested function of that name": "import a\ndef f():\n    def a(): pass\n    a()",
}

AT_IMPORT = {
    "call": ("import a\n\na.x()", 3),
    "first of several": ("import a\ndef f():\n    a.x\ny = a.x\nz = a.x", 4),
    "alias": ("import a as b\nx = b", 2),
    "base class": ("import a\nclass C(a.B):\n    pass", 2),
    "keyword of a class": ("import a\nclass C(metaclass=a.M):\n    pass", 2),
    "class body": ("import a\nclass C:\n    x = a.y", 3),
    "decorator": ("import a\n@a.d\ndef f():\n    pass", 2),
    "decorator of a method": ("import a\nclass C:\n    @a.d\n    def m(self):\n        pass", 3),
    "decorator of a class": ("import a\n@a.d\nclass C:\n    pass", 2),
    "default": ("import a\ndef f(x=a.y):\n    pass", 2),
    "keyword default": ("import a\ndef f(*, x=a.y):\n    pass", 2),
    "default of a method": ("import a\nclass C:\n    def m(self, x=a.y):\n        pass", 3),
    "annotation": ("import a\ndef f(x: a.B):\n    pass", 2),
    "return annotation": ("import a\ndef f() -> a.B:\n    pass", 2),
    "annotation of *args": ("import a\ndef f(*args: a.B):\n    pass", 2),
    "postponed annotation": ("from __future__ import annotations\nimport a\ndef f(x: a.B):\n    pass", 3),
    "string annotation": ('import a\ndef f(x: "a.B | None"):\n    pass', 2),
    "module variable": ("import a\nx: a.B", 2),
    "class variable": ("import a\nclass C:\n    x: list[a.B]", 3),
    "comprehension": ("import a\nx = [a.y for z in w]", 2),
    "source of a comprehension": ("import a\nx = [y for y in a.z]", 2),
    "generator": ("import a\nx = (a.y for z in w)", 2),
    "lambda": ("import a\nf = lambda: a.x", 2),
    "default of a lambda": ("import a\nf = lambda x=a.y: x", 2),
    "condition": ("import a\nif a.x:\n    pass", 2),
    "under main": ('import a\nif __name__ == "__main__":\n    a.x()', 3),
    "with": ("import a\nwith a.x:\n    pass", 2),
    "except": ("import a\ntry:\n    pass\nexcept a.E:\n    pass", 4),
    "f-string": ('import a\nx = f"{a.y}"', 2),
    "match": ("import a\nmatch x:\n    case a.B:\n        pass", 3),
    "__all__": ('import a\n__all__ = ["a"]', 2),
    "__all__ of an alias": ('from a import b as c\n__all__ = ("c",)', 2),
    "del": ("import a\ndel a", 2),
    "rebound": ("import a\ndef f():\n    a.x\na = None", 4),
    "rebound by a definition": ("import a\ndef a():\n    pass", 2),
    "rebound by another import": ("import b as a\nimport a", 2),
    "fallback": ("try:\n    import a\nexcept ImportError:\n    a = None\ndef f():\n    a.x", 4),
    "global": ("import a\ndef f():\n    global a\n    a = 1", 3),
    "redundant alias": ("from a import b as b", 1),
    "star": ("from a import *", 1),
    "bare dynamic import": ('__import__("a")', 1),
    "class level import": ("class C:\n    import a\n    def m(self):\n        self.a", 2),
    "class level import used below": ("class C:\n    import a\n    x = a.y", 3),
    "class level name is invisible in methods": ("class C:\n    import a\n    def m(self):\n        a.x", 2),
}


@pytest.mark.parametrize(("source", "functions"), ONLY_IN_FUNCTIONS.values(), ids=ONLY_IN_FUNCTIONS)
def test_use_in_functions_only_names_the_functions(source: str, functions: list[str]) -> None:
    site = site_of(source)
    assert (list(site.used_in_functions), site.used_at_import_line) == (functions, None)


@pytest.mark.parametrize("source", NOT_USED.values(), ids=NOT_USED)
def test_noop_other_things_of_that_name_are_no_use(source: str) -> None:
    site = site_of(source)
    assert (site.used_in_functions, site.used_at_import_line) == ((), None)


@pytest.mark.parametrize(("source", "line"), AT_IMPORT.values(), ids=AT_IMPORT)
def test_use_that_runs_at_import_is_told_by_its_line(source: str, line: int) -> None:
    assert site_of(source).used_at_import_line == line


def test_unused_name_of_a_package_is_a_re_export() -> None:
    source = "from a import b"
    assert site_of(source, is_package=True).used_at_import_line == 1
    assert site_of(source + "\ndef f():\n    b()", is_package=True).used_at_import_line is None


def test_sites_that_do_not_run_at_import_carry_no_uses() -> None:
    source = b"def f():\n    import a\n    a.x\nif TYPE_CHECKING:\n    import b\nb.y"
    sites = read_imports(source, path="m.py", module="m", is_package=False).sites
    assert [(site.used_in_functions, site.used_at_import_line) for site in sites] == [((), None)] * 2


def _functions_that_read(table: symtable.SymbolTable, name: str, prefix: str = "", inside: str = "") -> set[str]:
    """Return the dotted functions below `table` that read the global `name`, by the compiler's own tables."""
    found: set[str] = set()
    for child in table.get_children():
        function, inner = inside, prefix
        kind = getattr(child.get_type(), "value", child.get_type())  # an enum since 3.13
        if kind == "class":
            inner = f"{prefix}{child.get_name()}."
        elif kind == "function" and child.get_name() not in {"lambda", "genexpr", "listcomp", "setcomp", "dictcomp"}:
            function, inner = f"{prefix}{child.get_name()}", f"{prefix}{child.get_name()}."
        if name in child.get_identifiers() and child.lookup(name).is_global() and child.lookup(name).is_referenced():
            found.add(function)
        found |= _functions_that_read(child, name, inner, function)
    return found


# The rest of it is slow and rarely breaks: the ways to use a name are met in any part of the library.
@pytest.mark.parametrize("every", [5, pytest.param(1, marks=pytest.mark.slow_check)])
def test_uses_agree_with_the_symbol_tables_of_the_compiler(every: int) -> None:
    """On the standard library, no function that reads an imported name is overlooked or made up."""
    folder, compared = Path(sysconfig.get_path("stdlib")), 0
    for path in (sorted(folder.glob("*.py")) + sorted(folder.glob("[a-z]*/*.py"))[::9])[::every]:
        if {"site-packages", "test", "idlelib"} & set(path.parts):
            continue
        data = path.read_bytes()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                table = symtable.symtable(data.decode(), path.name, "exec")
        except (SyntaxError, ValueError):
            continue
        for site in read_imports(data, path=path.name, module="m", is_package=False).sites:
            if site.placement is not Placement.MODULE or not site.bound:
                continue
            expected = set().union(*(_functions_that_read(table, name) for name in site.bound))
            at_import = "" in expected or any(table.lookup(name).is_referenced() for name in site.bound)
            assert set(site.used_in_functions) == expected - {""}, (path, site)
            assert not at_import or site.used_at_import_line is not None, (path, site)
            compared += 1
    assert compared > 500 / every


# A guard around an import that raises again is none; it is found by reading the statements around the import alone

FAILS = {
    "raises at once": "try:\n    import x\nexcept ImportError as error:\n    raise Missing from error\n",
    "ends the process": "import sys\ntry:\n    import x\nexcept ImportError:\n    sys.exit(1)\n",
    "raises under a condition": "try:\n    import x\nexcept ImportError:\n    if STRICT:\n        raise\n",
    "in a function": "def f():\n    try:\n        import x\n    except ImportError:\n        raise\n",
    "the outer one raises": (
        "try:\n    try:\n        import x\n    except KeyError:\n        pass\nexcept ImportError:\n    raise\n"
    ),
    "under a condition inside": "try:\n    if A:\n        import x\nexcept ImportError:\n    raise\n",
    "after text to the left": "try:\n    A = '''\nfar left\n'''\n    import x\nexcept ImportError:\n    raise\n",
    "on the line of try": "try: import x\nexcept ImportError: raise\n",
    "noted, and looked at when the module begins": (
        "try:\n    import x\nexcept ImportError:\n    x = None\nif x is None:\n    raise Missing\n"
    ),
    "noted, and looked at on a further line": (
        "try:\n    import x\nexcept ImportError:\n    x = None\nif (\n    x is None\n):\n    raise Missing\n"
    ),
    "noted, and asserted": "try:\n    import x\nexcept ImportError:\n    HAVE = False\nassert HAVE\n",
}
DOES_WITHOUT = {
    "does nothing": "try:\n    import x\nexcept ImportError:\n    pass\n",
    "noted for a function": (
        "try:\n    import x\nexcept ImportError:\n    x = None\ndef f():\n    if x is None:\n        raise A\n"
    ),
    "catches something else": "try:\n    import x\nexcept KeyError:\n    raise\n",
    "a function in the handler raises": "try:\n    import x\nexcept ImportError:\n    def x():\n        raise A\n",
    "a function around it does not run with the outer guard": (
        "try:\n    def f():\n        try:\n            import x\n        except ImportError:\n            pass\n"
        "except ImportError:\n    raise\n"
    ),
    "the next statement raises": "try:\n    import x\nexcept ImportError:\n    pass\nraise A\n",
    "another name is looked at": "try:\n    import x\nexcept ImportError:\n    x = None\nif y is None:\n    raise A\n",
}


@pytest.mark.parametrize("case", [*FAILS, *DOES_WITHOUT])
def test_a_guard_that_raises_again_is_none(case: str) -> None:
    data = (FAILS | DOES_WITHOUT)[case].encode()
    line = next(number for number, row in enumerate(data.split(b"\n"), start=1) if b"import x" in row)
    assert third_party_askers.find_raising_lines(data, [line]) == (frozenset([line]) if case in FAILS else frozenset())


def test_the_statements_around_tell_what_the_whole_module_tells() -> None:
    compared = 0
    for path in _modules():
        data = path.read_bytes()
        sites = scan_imports(data, path=path.name, module="m", is_package=False).sites if b"try:" in data else ()
        if lines := {site.line for site in sites if site.guarded}:
            whole = third_party_askers._of_tree(try_python(data))
            assert third_party_askers.find_raising_lines(data, lines) & lines == whole & lines, path
            compared += 1
    assert compared > 20


def _modules() -> Iterator[Path]:
    folder = Path(os.__file__).parent
    yield from folder.glob("*.py")
    yield from folder.glob("asyncio/*.py")


@pytest.mark.parametrize("data", [b"", b"try:", b"try:\n import x", b"\xff\xfe", b"x" * 10])
def test_what_is_no_module_lets_nothing_fail(data: bytes) -> None:
    assert third_party_askers.find_raising_lines(data, [1, 2, 900]) == frozenset()


# Folders that code puts on the import path: what a reader of the line would say, and nothing of what is not known

ROWS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "its own folder": ("app/x.py", "sys.path.insert(0, os.path.dirname(__file__))", ("app",)),
    "the project": ("app/x.py", "sys.path.append(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))", (".",)),
    "by Path": ("app/x.py", "sys.path.insert(0, str(Path(__file__).resolve().parent.parent / 'lib'))", ("lib",)),
    "by a name": ("app/x.py", "R = Path(__file__).parents[1]\nsys.path.append(str(R / 'src'))", ("src",)),
    "a literal": ("app/x.py", "sys.path.append('lib')", ("lib", "app/lib")),
    "a literal that goes up": ("lab/x.ipynb", "sys.path.append('..')", (".",)),
    "joined": ("app/x.py", "sys.path.append(os.path.join(os.path.dirname(__file__), '..', 'lib'))", ("lib",)),
    "joinpath": ("app/x.py", "sys.path.append(str(Path(__file__).parent.joinpath('lib')))", ("app/lib",)),
    "added": ("app/x.py", "B = os.path.dirname(__file__)\nsys.path.insert(0, B + '/lib')", ("app/lib",)),
    "an f-string": ("app/x.py", "sys.path.insert(0, f'{Path(__file__).parent}/lib')", ("app/lib",)),
    "in front by a slice": ("x.py", "sys.path[:0] = [os.path.join(os.getcwd(), 'a')]", ("a",)),
    "a list in front": ("x.py", "sys.path = ['lib'] + sys.path", ("lib",)),
    "several": ("x.py", "sys.path += ['a', 'b']", ("a", "b")),
    "extended": ("app/x.py", "sys.path.extend([str(Path(__file__).parent), 'b'])", ("app", "b", "app/b")),
    "in a loop": ("x.py", "for p in ('a', 'b'):\n    sys.path.insert(0, p)", ("a", "b")),
    "split": ("app/x.py", "sys.path.insert(0, os.path.split(os.path.abspath(__file__))[0])", ("app",)),
    "from what is there": ("app/x.py", "sys.path.insert(1, os.path.join(sys.path[0], '..'))", (".",)),
    "by inspect": (
        "app/x.py",
        "d = os.path.dirname(inspect.getfile(inspect.currentframe()))\nsys.path.insert(0, os.path.dirname(d))",
        (".",),
    ),
    "addsitedir": ("x.py", "site.addsitedir(os.path.abspath('lib'))", ("lib",)),
    "the folder of a package": ("src/web/__init__.py", "sys.path.insert(0, __path__[0])", ("src/web",)),
    "by its own name": ("x.py", "from sys import path\npath.append('a')", ("a",)),
    "by another name": ("x.py", "from sys import path as sys_path\nsys_path += ['a', 'b']", ("a", "b")),
    "a whole path": ("x.py", "sys.path.insert(0, '/opt/x/../y')", ("/opt/y",)),
    "noop: above the project": ("x.py", "sys.path.insert(0, str(Path(__file__).parent.parent))", ()),
    "noop: from the environment": ("x.py", "sys.path.insert(0, os.environ['X'])", ()),
    "noop: asked only": ("x.py", "if 'lib' in sys.path:\n    print(sys.path)", ()),
    "noop: another list": ("x.py", "paths.append('lib')  # not sys.path.append", ()),
    "noop: another path": ("x.py", "import sys\nfrom django.urls import path\npath = 'lib'", ()),
    "noop: no Python": ("x.py", "sys.path.append('lib'", ()),
    "noop: a circle of names": ("x.py", "a = b\nb = a\nsys.path.append(a)", ()),
}


@pytest.mark.parametrize("name", ROWS)
def test_folders_follow_from_the_line(name: str) -> None:
    path, text, folders = ROWS[name]
    assert find_path_changes(text.encode(), path) == folders


def test_a_name_that_is_made_of_itself_ends() -> None:
    text = "x = x + x + x\nsys.path.append(x)\n" * 1000
    with within_patience():
        assert find_path_changes(text.encode(), "x.py") == ()
    assert count_calls(lambda: find_path_changes(text.encode(), "x.py")) < 500_000
