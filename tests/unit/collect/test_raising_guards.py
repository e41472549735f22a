"""A guard around an import that raises again is none; it is found by reading the statements around the import alone."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.third_party import third_party_askers
from footprint.documents.python_trees import try_python

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
