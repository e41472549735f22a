"""Imports under conditions on interpreter and platform: what each needs, and what the target makes of it."""

from pathlib import Path
from textwrap import dedent

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from footprint.analysis.reach.target_conditions import facts_of, may_hold, settle
from footprint.audit.target_reader import for_target
from footprint.collect.imports.walker import read_imports
from footprint.model.installed_environment import Interpreter
from footprint.model.source_modules import FileImports, ImportSite, Placement, SiteUse
from footprint.report.stages.imports import import_rows, import_values
from tests.support.scanning import by_scan, by_walk, differences

LINUX = {
    "sys_platform": "linux",
    "os_name": "posix",
    "platform_system": "Linux",
    "platform_machine": "x86_64",
    "platform_python_implementation": "CPython",
}


def target(version: tuple[int, int, int] = (3, 11, 7), **fields: object) -> Interpreter:
    values: dict[str, object] = {
        "executable": Path("/usr/bin/python3"),
        "version": version,
        "implementation": "cpython",
        "platform": "linux-x86_64",
        "cache_tag": "cpython-311",
        "prefix": Path("/usr"),
        "site_dirs": (Path("/usr/lib/python3.11/site-packages"),),
        "sys_path": (),
        "markers": LINUX,
        "stdlib_names": frozenset(),
    }
    return Interpreter(**(values | fields))  # type: ignore[arg-type]


# Condition of `if`, and what the body and the else then need.
TESTS: dict[str, tuple[str, str | None, str | None]] = {
    "version": ("sys.version_info >= (3, 11)", "sys.version_info >= (3, 11)", "sys.version_info < (3, 11)"),
    "turned round": ("(3, 11) <= sys.version_info", "(3, 11) <= sys.version_info", "(3, 11) > sys.version_info"),
    "part": ("sys.version_info[0] == 2", "sys.version_info[0] == 2", "sys.version_info[0] != 2"),
    "slice": ("sys.version_info[:2] != (3, 8)", "sys.version_info[:2] != (3, 8)", "sys.version_info[:2] == (3, 8)"),
    "field": ("sys.version_info.major > 2", "sys.version_info.major > 2", "sys.version_info.major <= 2"),
    "between": (
        "(3, 8) <= sys.version_info < (3, 11)",
        "(3, 8) <= sys.version_info < (3, 11)",
        "not (3, 8) <= sys.version_info < (3, 11)",
    ),
    "platform": ('sys.platform == "win32"', "sys.platform == 'win32'", "sys.platform != 'win32'"),
    "one of": (
        "sys.platform in {'win32', 'cygwin'}",
        "sys.platform in {'win32', 'cygwin'}",
        "sys.platform not in {'win32', 'cygwin'}",
    ),
    "part of a word": ("'win' in sys.platform", "'win' in sys.platform", "'win' not in sys.platform"),
    "os": ("os.name == 'nt'", "os.name == 'nt'", "os.name != 'nt'"),
    "start": (
        "sys.platform.startswith(('win', 'cyg'))",
        "sys.platform.startswith(('win', 'cyg'))",
        "not sys.platform.startswith(('win', 'cyg'))",
    ),
    "system": (
        "platform.system().lower() == 'windows'",
        "platform.system().lower() == 'windows'",
        "platform.system().lower() != 'windows'",
    ),
    "implementation": (
        "sys.implementation.name == 'pypy'",
        "sys.implementation.name == 'pypy'",
        "sys.implementation.name != 'pypy'",
    ),
    "six": ("six.PY2", "six.PY2", "not six.PY2"),
    "not": ("not os.name == 'nt'", "os.name != 'nt'", "os.name == 'nt'"),
    "and": ("six.PY3 and os.name == 'nt'", "six.PY3 and os.name == 'nt'", "(not six.PY3 or os.name != 'nt')"),
    "or": ("six.PY2 or os.name == 'nt'", "(six.PY2 or os.name == 'nt')", "not six.PY2 and os.name != 'nt'"),
    "nested": (
        "not (six.PY2 or (os.name == 'nt' and six.PY3))",
        "not six.PY2 and (os.name != 'nt' or not six.PY3)",
        "(six.PY2 or (os.name == 'nt' and six.PY3))",
    ),
    "and something of ours": ("six.PY2 and FLAG", "six.PY2", None),
    "something of ours, or": ("FLAG or six.PY2", None, "not six.PY2"),
    "and a call": ("os.name == 'nt' and os.environ.get('X') == 'y'", "os.name == 'nt'", None),
    "over lines": ("(sys.version_info >=\n (3, 11))", "sys.version_info >= (3, 11)", "sys.version_info < (3, 11)"),
    "with a comment": ("(six.PY2  # old)\n)", "six.PY2", "not six.PY2"),
    "loaded": ("'a.b' in sys.modules", "'a.b' in sys.modules", "'a.b' not in sys.modules"),
    "not loaded": ("not 'a' in sys.modules", "'a' not in sys.modules", "'a' in sys.modules"),
    "loaded, and more": ("'a' in sys.modules and self.result", "'a' in sys.modules", None),
    "loaded, asked for it": ("sys.modules.get('a')", "'a' in sys.modules", "'a' not in sys.modules"),
    "loaded, no None": ("sys.modules.get('a') is not None", "'a' in sys.modules", "'a' not in sys.modules"),
    "loaded, is None": ("sys.modules.get('a') is None", "'a' not in sys.modules", "'a' in sys.modules"),
    "loaded, or something else": ("sys.modules.get('a', None) is None", None, None),
    "one of two is loaded": (
        "'a' in sys.modules or 'b' in sys.modules",
        "('a' in sys.modules or 'b' in sys.modules)",
        "'a' not in sys.modules and 'b' not in sys.modules",
    ),
    "for types as well": ("TYPE_CHECKING or six.PY2", None, "not six.PY2"),
}
UNKNOWN = {
    "name": "FLAG",
    "other attribute": "sys.flags.dev_mode",
    "other module": "self.sys.platform == 'win32'",
    "bare name": "version_info >= (3, 11)",
    "call": "f(sys.version_info) >= 3",
    "compared with a name": "sys.platform == PLATFORM",
    "computed": "sys.version_info >= (3, 5 + 6)",
    "call with arguments": "platform.system(x) == 'Linux'",
    "index by a name": "sys.version_info[i] == 3",
    "identity": "sys.platform is None",
    "environment": "os.environ['X'] == 'nt'",
    "choice": "(six.PY2 if x else six.PY3)",
    "string": "'sys.platform'",
    "a module that is computed": "name in sys.modules",
    "no name of a module": "'a b' in sys.modules",
    "another table": "'a' in self.modules",
    "a table of ours": "'a' in modules",
    "a module itself": "sys.modules['a']",
    "assignment": "(v := sys.version_info) >= (3, 11)",
}


def needs(found: FileImports | None) -> list[tuple[str, str | None]]:
    assert found is not None
    return [(site.module, site.condition) for site in found.sites]


def told_by_all(source: str) -> list[tuple[str, str | None]]:
    """What the walker says, once the scan and the tolerant reader were seen to say the same."""
    walked = by_walk(source.encode())
    scanned = by_scan(source.encode())
    assert walked.parsed
    if scanned is not None:
        assert differences(scanned, walked) == []
    broken = by_walk(f"{source}\nprint 'x'\n".encode())
    assert not broken.parsed
    assert needs(broken) == needs(walked)
    return needs(walked)


@pytest.mark.parametrize(("test", "body", "other"), TESTS.values(), ids=TESTS)
def test_condition_is_told_for_the_body_and_for_the_else(test: str, body: str | None, other: str | None) -> None:
    assert told_by_all(f"if {test}:\n    import a\nelse:\n    import b\nimport c") == [
        ("a", body), ("b", other), ("c", None),
    ]  # fmt: skip


@pytest.mark.parametrize("test", UNKNOWN.values(), ids=UNKNOWN)
def test_noop_what_is_not_known_says_nothing(test: str) -> None:
    assert told_by_all(f"if {test}:\n    import a\nelse:\n    import b") == [("a", None), ("b", None)]


BLOCKS: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "elif": (
        "if six.PY2:\n    import a\nelif os.name == 'nt':\n    import b\nelse:\n    import c",
        [("a", "six.PY2"), ("b", "not six.PY2 and os.name == 'nt'"), ("c", "not six.PY2 and os.name != 'nt'")],
    ),
    "elif after a flag": (
        "if FLAG:\n    import a\nelif six.PY2:\n    import b\nelse:\n    import c",
        [("a", None), ("b", "six.PY2"), ("c", "not six.PY2")],
    ),
    "nested": ("if six.PY3:\n    if os.name == 'nt':\n        import a", [("a", "six.PY3 and os.name == 'nt'")]),
    "the same twice": ("if six.PY3:\n    if six.PY3:\n        import a", [("a", "six.PY3")]),
    "function and class": (
        "if six.PY2:\n    class C:\n        def f(self):\n            import a\n"
        "class D:\n    if six.PY3:\n        import b",
        [("a", "six.PY2"), ("b", "six.PY3")],
    ),
    "in a function": ("def f():\n    if six.PY2:\n        import a\n    import b", [("a", "six.PY2"), ("b", None)]),
    "try": (
        "if six.PY3:\n    try:\n        import a\n    except ImportError:\n        import b",
        [("a", "six.PY3"), ("b", "six.PY3")],
    ),
    "in a try": (
        "try:\n    import a\nexcept ImportError:\n    if six.PY2:\n        import b\nelse:\n    import c",
        [("a", None), ("b", "six.PY2"), ("c", None)],
    ),
    "one line": ("if os.name == 'nt': import a\nelse: import b", [("a", "os.name == 'nt'"), ("b", "os.name != 'nt'")]),
    "noop: a try alone": ("try:\n    import a\nexcept ImportError:\n    import b", [("a", None), ("b", None)]),
    "noop: a loop and a with": (
        "while six.PY2:\n    import a\nwith six.PY2:\n    import b",
        [("a", None), ("b", None)],
    ),
    "noop: in a string": ("'''\nif six.PY2:\n'''\nimport a", [("a", None)]),
}


@pytest.mark.parametrize(("source", "expected"), BLOCKS.values(), ids=BLOCKS)
def test_condition_holds_for_all_that_stands_in_the_block(source: str, expected: list[tuple[str, str | None]]) -> None:
    assert told_by_all(source) == expected


@pytest.mark.large
def test_long_chain_keeps_its_conditions_short() -> None:
    chain = "".join(f"elif sys.version_info[0] == {number}:\n    import m{number}\n" for number in range(3000))
    found = by_walk(f"if FLAG:\n    pass\n{chain}".encode())
    assert len(found.sites) == 3000
    assert max(len(site.condition or "") for site in found.sites) < 1000
    assert needs(by_scan(f"if FLAG:\n    pass\n{chain}".encode())) == needs(found)


HOLDS = [
    ("sys.version_info >= (3, 11)", True),
    ("sys.version_info > (3, 11)", True),
    ("sys.version_info <= (3, 11)", False),
    ("sys.version_info < (3, 12)", True),
    ("sys.version_info == (3, 11)", False),
    ("sys.version_info[:2] == (3, 11)", True),
    ("sys.version_info[0] == 2", False),
    ("sys.version_info[1] >= 9", True),
    ("sys.version_info.minor < 8", False),
    ("(3, 8) <= sys.version_info < (3, 11)", False),
    ("not (3, 8) <= sys.version_info < (3, 11)", True),
    ("sys.hexversion >= 50987008", True),
    ("sys.platform == 'win32'", False),
    ("sys.platform.startswith(('lin', 'win'))", True),
    ("sys.platform not in ['linux', 'darwin']", False),
    ("'win' in sys.platform", False),
    ("os.name != 'nt'", True),
    ("platform.system().lower() == 'linux'", True),
    ("platform.machine() == 'arm64'", False),
    ("platform.python_implementation() == 'PyPy'", False),
    ("sys.implementation.name == 'cpython'", True),
    ("six.PY2", False),
    ("not six.PY3 or os.name == 'nt'", False),
    ("'gone' in sys.modules", False),
    ("'gone.part' in sys.modules", False),
    ("'gone' not in sys.modules", True),
    ("'there' in sys.modules", True),
    ("'there' not in sys.modules", True),
    ("('gone' in sys.modules or 'there' in sys.modules)", True),
    ("('gone' in sys.modules or 'gone.part' in sys.modules)", False),
    ("'gone' in sys.modules and sys.platform == 'linux'", False),
    # What cannot be told holds.
    ("sys.version_info[3] == 'beta'", True),
    ("sys.version_info >= (3, 11, 0, 'final')", True),
    ("sys.version_info < 'x'", True),
    ("not sys.version_info < 'x'", True),
    ("sys.version_info[7] == 1", True),
    ("sys.platform.startswith(1)", True),
    ("sys.platform() == 'x'", True),
    ("unknown.thing", True),
    ("unknown.thing and six.PY2", False),
    ("unknown.thing or six.PY2", True),
    ("not a python expression", True),
]


@pytest.mark.parametrize(("condition", "expected"), HOLDS)
def test_condition_is_evaluated_for_the_target(condition: str, expected: bool) -> None:
    def is_there(module: str) -> bool:
        return not module.startswith("gone")

    assert may_hold(condition, facts_of(target()), is_there) is expected


def test_version_and_platform_are_those_of_the_target() -> None:
    old = facts_of(target((3, 8, 18), markers=LINUX | {"sys_platform": "win32"}))
    assert not may_hold("sys.version_info >= (3, 9)", old)
    assert may_hold("sys.platform == 'win32'", old)


def test_noop_no_version_is_known_of_a_folder_of_another() -> None:
    assert facts_of(target(executable=None, site_dirs=())) == facts_of(target())
    folder = facts_of(target(executable=None, site_dirs=(Path("/x/lib/python3.9/site-packages"),)))
    assert may_hold("sys.version_info >= (3, 12)", folder)
    assert not may_hold("sys.platform == 'win32'", folder)
    same = facts_of(target(executable=None, site_dirs=(Path("/x/lib/python3.11/site-packages"),)))
    assert not may_hold("sys.version_info >= (3, 12)", same)


def test_site_that_cannot_run_is_placed_elsewhere_and_no_other_is_touched() -> None:
    source = """\
        if TYPE_CHECKING and six.PY2:
            import a
        if six.PY2:
            import b
            def f():
                import c
        else:
            import d
        b.x
        """
    found = read_imports(dedent(source).encode(), path="m.py", module="m", is_package=False)
    settled = settle(found, facts_of(target()))

    def told(site: ImportSite) -> tuple[str, Placement, int | None]:
        return site.module, site.placement, site.used_at_import_line

    assert [told(site) for site in settled.sites] == [
        ("a", Placement.TYPE_CHECKING, None),
        ("b", Placement.ELSEWHERE, None),
        ("c", Placement.ELSEWHERE, None),
        ("d", Placement.MODULE, None),
    ]
    assert settled.sites[0] is found.sites[0]
    assert settled.sites[3] is found.sites[3]
    assert settle(found, {}) is found


def test_list_of_imports_says_where_one_runs_that_does_not_run_here() -> None:
    found = read_imports(b"if six.PY2:\n    def f():\n        import a", path="m.py", module="m", is_package=False)
    (site,) = settle(found, facts_of(target())).sites
    _, _, rows = import_rows([(SiteUse(site, "elsewhere", None, (site,)), "a")])
    assert list(rows) == [("m.py:3", "a", "elsewhere", "where six.PY2", "a")]
    assert import_values([(SiteUse(site, "elsewhere", None, (site,)), "a")])[0]["condition"] == "six.PY2"


# Every combination of parts: what a condition leaves out never makes a branch run less than Python would run it.

_ATOMS = [
    "sys.version_info >= (3, 9)", "sys.version_info[0] == 2", "os.name == 'nt'", "sys.platform.startswith('win')",
    "six.PY3", "FLAG", "f(x) > 3",
]  # fmt: skip
_expressions = st.recursive(
    st.sampled_from(_ATOMS),
    lambda inner: st.one_of(
        inner.map(lambda text: f"not ({text})"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(lambda parts: f"({' '.join(parts)})"),
    ),
    max_leaves=6,
)


@settings(max_examples=300, deadline=None)
@given(_expressions, _expressions, st.booleans(), st.sampled_from([(3, 8, 1), (3, 11, 7)]), st.booleans())
def test_a_branch_that_python_runs_is_never_placed_elsewhere(
    first: str, second: str, flag: bool, version: tuple[int, int, int], windows: bool
) -> None:
    source = f"if {first}:\n    import a\nelif {second}:\n    import b\nelse:\n    import c"
    names = {"sys_platform": "win32", "os_name": "nt"} if windows else {}
    facts = facts_of(target(version, markers=LINUX | names))
    told_by_all(source)
    sites = settle(by_walk(source.encode()), facts).sites

    class sys:  # noqa: N801 - named as the sources write it
        version_info = (*version, "final", 0)
        platform = "win32" if windows else "linux"

    class os:  # noqa: N801
        name = "nt" if windows else "posix"

    class six:  # noqa: N801
        PY3 = True

    scope = {"sys": sys, "os": os, "six": six, "FLAG": flag, "x": 0, "f": lambda _: 4 if flag else 0}
    taken = "a" if eval(first, scope) else "b" if eval(second, scope) else "c"
    placements = {site.module: site.placement for site in sites}
    assert placements[taken] is Placement.MODULE
    if "FLAG" not in source and "f(x)" not in source:  # all is known: then nothing else runs
        assert [module for module, place in placements.items() if place is Placement.MODULE] == [taken]


@pytest.mark.parametrize(("version", "count"), [((3, 14, 3), 0), ((3, 15, 0), 1), ((3, 16, 1), 1)])
def test_computed_lazy_list_is_noted_only_where_the_target_knows_such_lists(
    version: tuple[int, int, int], count: int
) -> None:
    read = for_target(read_imports, target(version))
    found = read(b"__lazy_modules__ = x()\nimport a", path="a.py", module="a", is_package=False)
    assert len(found.notes) == count
