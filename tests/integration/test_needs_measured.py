"""Needs without an import of ours, judged after a real start of a tiny project in an environment of its own."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.cases.case import Case, Lib, code, lib, libs
from tests.support.command import audit_json, rows_of
from tests.support.machine import install
from tests.support.projects import make_env, site_of, write

RAISES = "try:\n    import green\nexcept ImportError as e:\n    {0}\n"


def asks(handler: str, more: str = "") -> Lib:
    return lib(alchemy____init__=RAISES.format(handler) + more, requires=('green; extra == "asyncio"',))


def started(text: str, *lines: str, site: Mapping[str, Lib], expect: Mapping[str, str]) -> Case:
    return Case(code(text, *lines, Procfile="web: python main.py\n"), expect, {**libs("green"), **site})


def alchemy(handler: str, more: str, expect: str) -> Case:
    return started(
        "import alchemy", "alchemy", "green", site={"alchemy": asks(handler, more)}, expect={"green": expect}
    )


GUARDED = "try:\n    import green\nexcept ImportError:\n    green = None\n"


def late(alchemy: str, expect: str, below: str = "") -> Case:
    """A function imports `alchemy`, which runs when the lazy imports are tried; `below` is its module cy."""
    site = {"alchemy": lib(alchemy____init__=alchemy, alchemy__cy=below)}
    return started("def f():\n    import alchemy", "alchemy", "green", site=site, expect={"green": expect})


SOUP = {
    "beautifulsoup4": lib(bs4____init__="try:\n    import lxml\nexcept ImportError:\n    lxml = None\n"
        "BeautifulSoup = print\n"),
    **libs("lxml"),
}  # fmt: skip
CASES = {
    # more ways to raise: tests/unit/collect/test_walker_uses.py
    "A8 raised again": alchemy("raise", "", "implied likely"),
    "A8 sibling: noted by a flag": alchemy(
        "HAVE = False\nelse:\n    HAVE = True", "if not HAVE:\n    raise ImportError('no')\n", "implied likely"
    ),
    "A8 noop: the asker goes on": alchemy("green = None", "", "implied cannot-tell"),
    "A8 noop: noted, and raised by a function": alchemy(
        "green = None", "def use():\n    if green is None:\n        raise ImportError('no')\n", "implied cannot-tell"
    ),
    "ruamel.yaml: loaded with the asker, which only a lazy import loads": late(
        "try:\n    import green\nexcept ImportError:\n    green = None\n", "implied cannot-tell"
    ),
    "ruamel.yaml sibling: below": late("from alchemy import cy\n", "implied cannot-tell", GUARDED),
    "ruamel.yaml sibling: a call loads the asker, and no lazy import": late(
        "def later():\n    import alchemy.cy\nlater()\n", "implied cannot-tell", GUARDED
    ),
    "noop: ruamel.yaml: what the asker would load elsewhere": late(
        "import sys\nif len(sys.argv) > 90:\n    import green\n", "unused certain"
    ),
    "G the asker loads what is there, and we take another": started(
        "from bs4 import BeautifulSoup\nBeautifulSoup('', 'html.parser')", "beautifulsoup4", "lxml", site=SOUP,
        expect={"lxml": "unused likely"},
    ),
    "G noop: and we leave it open": started(
        "from bs4 import BeautifulSoup\nBeautifulSoup('')", "beautifulsoup4", "lxml", site=SOUP,
        expect={"lxml": "implied cannot-tell"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in CASES.items()])
def test_the_truth_is_told_of_a_start(case: Case, tmp_path: Path) -> None:
    write(tmp_path, case.files)
    site = site_of(make_env(tmp_path / ".venv"))
    for name, item in (case.site or {}).items():
        metadata = "".join(f"Requires-Dist: {line}\n" for line in item.requires)
        install(site, name, {path: text.encode() for path, text in item.files.items()}, metadata=metadata)
    rows = rows_of(audit_json(tmp_path))
    for name, expected in case.expect.items():
        usage, sure = expected.split()
        told = rows[name]["usage"], rows[name]["confidence"]
        assert told == (usage, sure.replace("-", " ")), rows[name]["reason"]


PATCHED = {
    "E8 a patch of tests": ("from unittest.mock import patch\n@patch('store.heavy.data')\ndef test_x(m): ...\n", False),
    "E8 noop: nobody takes it": ("import store\ndef test_x():\n    assert store.use()\n", True),
}


@pytest.mark.parametrize(("test", "suggested"), PATCHED.values(), ids=PATCHED)
def test_no_import_is_moved_that_tests_patch(test: str, suggested: bool, tmp_path: Path) -> None:
    store = "import heavy\n\n\ndef use():\n    return heavy.data\n"
    files = code(
        "import store", "heavy", Procfile="web: python main.py\n", **{"store.py": store, "tests/test_x.py": test}
    )
    write(tmp_path, files)
    install(site_of(make_env(tmp_path / ".venv")), "heavy", {"heavy/__init__.py": b"data = b'x' * (16 << 20)\n"})
    codes = [item["code"] for item in audit_json(tmp_path)["suggestions"]]
    assert ("FP103" in codes) is suggested


# A line without use may bring in what others load without requiring it: it cannot go

PLAIN_HOST, GUARDED_HOST = b"import guest\n", b"try:\n    import guest\nexcept ImportError:\n    guest = None\n"


@pytest.mark.parametrize(
    ("host", "goes"), [(PLAIN_HOST, False), (GUARDED_HOST, True)], ids=["C1 sibling: plain", "noop: guarded"]
)
def test_what_a_host_loads_without_requiring_it_keeps_what_brings_it(host: bytes, goes: bool, tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "host\nold\n", "app.py": "import host\n"})
    site = site_of(make_env(tmp_path / ".venv"))
    install(site, "host", {"host.py": host})
    install(site, "old", {"old.py": b""}, metadata="Requires-Dist: guest\n")
    install(site, "guest", {"guest.py": b"x = 1\n"})
    audit = audit_json(tmp_path, "--entry", "app")
    row = rows_of(audit)["old"]
    assert row["usage"] == "unused"
    assert [item["distribution"] for item in audit["suggestions"] if item["action"] == "remove"] == ["old"] * goes
    assert ("it alone brings in guest, which host imports at startup" in row["reason"]) is not goes
