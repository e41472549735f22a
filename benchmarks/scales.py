"""Inputs of four kinds in any number: installed files, distributions, modules of the project, findings."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from rounds import ROOT

sys.path.insert(0, str(ROOT))
from tests.support import projects
from tests.support.machine import install

_BODY = b"import os\n\n\ndef work(path):\n    return os.fspath(path)\n"
_FILES_OF_ONE = 500
_ON_A_LEVEL = 40
_DISTRIBUTIONS = 50


@dataclass(frozen=True)
class Scale:
    """Sizes, least first, and what writes one of them below a folder: the project and its site-packages folder."""

    sizes: tuple[int, ...]
    write: Callable[[int, Path], tuple[Path, Path]]


def _files(count: int, folder: Path) -> tuple[Path, Path]:
    """Distributions of 500 files each; the project imports every second one."""
    site = _site(folder)
    for number in range(max(count // _FILES_OF_ONE, 1)):
        package = f"dist{number}"
        paths = [f"{package}/p{each // _ON_A_LEVEL}/m{each}.py" for each in range(min(count, _FILES_OF_ONE) - 3)]
        install(site, package, dict.fromkeys([f"{package}/__init__.py", *paths], _BODY))
    names = [f"dist{number}" for number in range(max(count // _FILES_OF_ONE, 1))]
    return _project(folder, names, {"main.py": "".join(f"import {each}\n" for each in names[::2])}), site


def _distributions(count: int, folder: Path) -> tuple[Path, Path]:
    """Each has ten files and requires up to three others; a third is declared, of which every second is imported."""
    site, names = _site(folder), [f"dist{number}" for number in range(count)]
    for number, name in enumerate(names):
        others = {number * 2 + 1, number * 2 + 2, number * 3 + 1} - {number}
        asked = "".join(f"Requires-Dist: dist{other}>=1\n" for other in sorted(others) if other < count)
        install(site, name, dict.fromkeys([f"{name}/m{each}.py" for each in range(10)], _BODY), metadata=asked)
    declared = names[::3]
    return _project(folder, declared, {"main.py": "".join(f"import {each}\n" for each in declared[::2])}), site


def _modules(count: int, folder: Path) -> tuple[Path, Path]:
    """Packages of forty modules, each of which imports two others, one distribution, and another in a function."""
    site, names = _site(folder), [f"dist{number}" for number in range(_DISTRIBUTIONS)]
    for name in names:
        install(site, name, dict.fromkeys([f"{name}/__init__.py"], _BODY))
    modules = [f"app/p{number // _ON_A_LEVEL}/m{number}" for number in range(count)]
    texts = {}
    for number, module in enumerate(modules):
        below = [modules[other].replace("/", ".") for other in (2 * number + 1, 2 * number + 2) if other < count]
        own, late = names[number % _DISTRIBUTIONS], names[(number + 7) % _DISTRIBUTIONS]
        lines = [*(f"import {each}" for each in below), f"import {own}", "", f"NAME = '{module}'", ""]
        texts[f"{module}.py"] = "\n".join([*lines, "def use():", f"    import {late}", f"    return {late}", ""])
    return _project(folder, names, {"main.py": "import app.p0.m0\n", **texts}), site


def _findings(count: int, folder: Path) -> tuple[Path, Path]:
    """As many findings: lines that nothing uses, lines that are not installed, imports that are not declared."""
    site, each = _site(folder), max(count // 3, 1)
    unused, gone, undeclared = ([f"{kind}{number}" for number in range(each)] for kind in ("idle", "gone", "taken"))
    for name in [*unused, *undeclared]:
        install(site, name, {f"{name}.py": _BODY})
    text = "".join(f"import {name}\n" for name in undeclared)
    return _project(folder, [*unused, *gone], {"main.py": text}), site


def _site(folder: Path) -> Path:
    (site := folder / "site-packages").mkdir()
    return site


def _project(folder: Path, declared: list[str], files: Mapping[str, str]) -> Path:
    lines = "".join(f"{line}\n" for line in declared)
    return projects.write(folder / "project", {"requirements.txt": lines, **files})


SCALES: Mapping[str, Scale] = {
    "installed files": Scale((1_000, 3_000, 10_000, 30_000, 100_000), _files),
    "distributions": Scale((10, 40, 150, 600, 2_000), _distributions),
    "modules of the project": Scale((100, 400, 1_500, 5_500, 20_000), _modules),
    "findings": Scale((10, 50, 250, 1_250, 5_000), _findings),
}
