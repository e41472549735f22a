"""What conda's own records say of its packages: some have modules of Python, others are libraries of C."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from footprint.analysis.graph.settled_lines import KnownPython, find_uncertain, settle_conda
from footprint.collect.layout.installations import read_conda_packages
from footprint.model.requirements import DeclaredFiles
from tests.support.builders import requirement


def write(prefix: Path, name: str, *files: str) -> None:
    (prefix / "conda-meta").mkdir(exist_ok=True)
    (prefix / "conda-meta" / f"{name}.json").write_text(json.dumps({"name": name, "files": files}))


def test_a_record_tells_whether_a_package_has_modules(tmp_path: Path) -> None:
    write(tmp_path, "quuxlib-1.0-h1234_0", "lib/libquux.so", "include/quux.h")
    write(tmp_path, "py-thing-2.1-py311_0", "lib/python3.11/site-packages/thing/__init__.py")
    write(tmp_path, "win-thing-2.1-py311_0", "Lib\\site-packages\\thing.py")
    (tmp_path / "conda-meta" / "history").write_text("")
    found = read_conda_packages(tmp_path, {"quuxlib", "py-thing", "win-thing", "gone"})
    assert found == {"quuxlib": False, "py-thing": True, "win-thing": True}


def test_noop_an_environment_of_another_kind_has_no_records(tmp_path: Path) -> None:
    assert read_conda_packages(tmp_path, {"quuxlib"}) is None


LINES = tuple(requirement(name, conda_name=name) for name in ("quuxlib", "libx", "mine"))
DECLARED = DeclaredFiles((*LINES, requirement("other")), (), (), ())
NOTHING = KnownPython((), (), (), None)


@pytest.mark.parametrize(
    ("known", "kept", "uncertain"),
    [
        (NOTHING, ["quuxlib", "mine", "other"], {"quuxlib", "mine"}),
        (KnownPython((), (), (), {"quuxlib": False, "libx": True}), ["libx", "mine", "other"], {"mine"}),
        (KnownPython(("libx",), ("mine",), ("quuxlib",), None), ["quuxlib", "libx", "mine", "other"], set()),
        (KnownPython(("quuxlib",), (), (), {"quuxlib": False}), ["quuxlib", "mine", "other"], {"mine"}),
    ],
)
def test_what_is_known_decides(known: KnownPython, kept: list[str], uncertain: set[str]) -> None:
    settled = settle_conda(DECLARED, known)
    assert [line.name for line in settled.requirements] == kept
    assert find_uncertain(settled, known) == uncertain
