"""Lazy imports of CPython 3.15 (PEP 810), in interpreters that have them: `make test-315`."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.integration.probing import costs, entry, probe, versions, whole, write
from tests.support import only_where

ROOT = Path(__file__).parents[2]
LAZY = [pytest.param(path, id=label) for label, path in versions().items() if int(label.rstrip("td")[2:]) >= 15]
MISSING = [pytest.param(None, marks=pytest.mark.skip("needs CPython 3.15: make test-315"))]
on_lazy = pytest.mark.parametrize("python", LAZY or MISSING)

HOOKED = {
    "a submodule from a package": "lazy from pkg import sub\nsub.other()",
    "a dotted name": "lazy import pkg.sub\npkg.sub.other()",
    "another name": "lazy import pkg.sub as s, pkg.user as u\ns.other()\nu.use()",
    "an attribute": "lazy from pkg.sub import other\nother()",
    "of a package that promises it": "import pkg.user\npkg.user.use()",
    "by the list": "__lazy_modules__ = ['pkg']\nfrom pkg import sub\nsub.other()",
    "by an object": "class All:\n    def __contains__(self, name):\n        return True\n"
    "__lazy_modules__ = All()\nfrom pkg import sub\nsub.other()",
    "all": "import sys\nsys.set_lazy_imports('all')\nfrom pkg import sub\nimport pkg.user\nsub.other()",
    "behind a filter": "import sys\nsys.set_lazy_imports_filter(lambda importer, name, names: name != 'json')\n"
    "lazy import json\nlazy from pkg import sub\nsub.other()",
}
PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/sub.py": "def other():\n    return 1\n",
    "pkg/user.py": "lazy from . import sub\nlazy from pkg.sub import other\n"
    "def use():\n    return sub.other() + other()\n",
}


@on_lazy
@pytest.mark.parametrize("hook", ["find_and_load", "meta_path"])
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOOKED.items()])
def test_what_is_used_at_import_is_loaded_and_seen(text: str, hook: str, python: Path, tmp_path: Path) -> None:
    project = write(tmp_path, {"main.py": text, **PACKAGE})
    runtime = probe(python, project, entry(), hook=hook)
    assert runtime.hook == hook
    found = costs(whole(runtime))
    assert {"main", "pkg", "pkg.sub"} <= found.keys()
    assert all(cost.ok for cost in found.values())


REFUSED = {
    "another processor": ("uname", "echo Linux aarch64", "for Linux on x86-64, and this is Linux aarch64"),
    "another system": ("uname", "echo Darwin arm64", "for Linux on x86-64, and this is Darwin arm64"),
    "no apt": ("bash", "", "for Debian: there is no apt-get"),
}


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in REFUSED.items()])
def test_the_recipe_says_where_it_is_none(case: tuple[str, str, str], tmp_path: Path) -> None:
    name, text, expected = case
    tools = tmp_path / "bin"
    tools.mkdir()
    if text:
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    else:
        only_where(os.uname().sysname == "Linux" and os.uname().machine == "x86_64", "Linux on x86-64")
        (tools / "uname").symlink_to("/usr/bin/uname")
    command = ["/bin/bash", str(ROOT / "ci/python315"), str(tmp_path / "made")]
    done = subprocess.run(command, env={"PATH": str(tools)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and expected in done.stderr and not done.stdout
    assert not (tmp_path / "made").exists()
