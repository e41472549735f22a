"""What the project's own settings say of its layout: folders that its packages are taken from, names, tests, the build.

Source: the documentation of setuptools (package-dir, packages.find), hatchling (sources, packages), poetry-core
(packages), pdm-backend (package-dir), uv_build (module-root), maturin (python-source) and pytest (pythonpath,
testpaths).
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from footprint.documents.toml import TomlDocument, try_toml
from footprint.files.reader import try_read
from footprint.late import Late, late_pattern
from footprint.values import dataclass

_LARGEST_BYTES = 2 << 20
_ENTRIES_AT_MOST = 100
_IN_SETUP = (
    re.compile(r"package_dir\s*=\s*(?:\{|dict\()\s*['\"]{2}\s*:\s*['\"]([^'\"]*)['\"]"),
    re.compile(r"find_(?:namespace_)?packages\(\s*(?:where\s*=\s*)?['\"]([^'\"]*)['\"]"),
)
_NAMED_IN_SETUP = late_pattern(r"package_dir\s*=\s*\{\s*['\"](\w+)['\"]\s*:\s*['\"]([^'\"]*)['\"]")
# Only beside a setting of pytest.
_own_packages: Callable[[TomlDocument, Mapping[str, Mapping[str, str]], str], tuple[str, ...]] = Late(
    "footprint.collect.sources.own_packages", "own_packages"
)
# Few projects have one. Source: footprint/collect/sources/build_files.py.
_stated_build_files: Callable[[TomlDocument], tuple[str, ...]] = Late(
    "footprint.collect.sources.build_files", "stated_build_files"
)
_NAMES_BUILD_FILES = late_pattern(r"backend-path|\bcustom\b|cmdclass|provider-path|\bbuild\s*=|\b(?:poetry|pdm)\b")


@dataclass(frozen=True, slots=True)
class StatedLayout:
    """Folders relative to the project, posix."""

    roots: tuple[str, ...] = ()  # packages are imported from here
    named: tuple[tuple[str, str], ...] = ()  # (folder, package): the folder is installed under another name
    tests: tuple[str, ...] = ()  # where pytest looks for tests
    build_files: tuple[str, ...] = ()  # that the build runs; they need not exist
    packages: tuple[str, ...] = ()  # names of what is installed, where there are `tests`; they need not exist


def read_stated_layout(project: Path) -> StatedLayout:
    """Return what pyproject.toml, setup.cfg, setup.py, pytest.ini and tox.ini of `project` say of its layout.

    What cannot be read says nothing here: whoever reads the requirements notes a file that is broken.
    """
    text = _read_text(project / "pyproject.toml")
    document = try_toml(text, "pyproject.toml")
    options = {name: _read_ini(project / name) for name in ("setup.cfg", "pytest.ini", "tox.ini")}
    setup = _read_text(project / "setup.py")
    mapped = [*_mapped(document), *_mapped_by_setup_cfg(options["setup.cfg"]), *_mapped_by_setup(setup)]
    pytest = [
        document.table("tool", "pytest", "ini_options"),
        document.table("tool", "pytest"),
        options["pytest.ini"].get("pytest", {}),
        options["tox.ini"].get("pytest", {}),
        options["setup.cfg"].get("tool:pytest", {}),
    ]
    paths = [path for table in pytest for path in _words(table.get("pythonpath"))]
    tests = [path for table in pytest for path in _words(table.get("testpaths"))]
    roots = [folder for package, folder in mapped if not package]
    return StatedLayout(
        tuple(_inside([*roots, *paths])),
        tuple((folder, package) for package, name in mapped if package for folder in _inside([name])),
        tuple(folder for folder in _inside(tests) if folder != "."),
        _stated_build_files(document) if _NAMES_BUILD_FILES.search(text) else (),
        _own_packages(document, options["setup.cfg"], setup) if tests else (),
    )


def _mapped(document: TomlDocument) -> Iterator[tuple[str, str]]:
    """Yield (package, folder) as build backends are told so; no package: all that lies in the folder."""
    yield from _pairs(document.table("tool", "setuptools", "package-dir"))
    yield from (("", folder) for folder in _words(document.get("tool", "setuptools", "packages", "find", "where")))
    wheel = document.table("tool", "hatch", "build", "targets", "wheel")
    for table in (wheel, document.table("tool", "hatch", "build")):
        sources = table.get("sources")
        if isinstance(sources, dict):
            yield from ((package, folder) for folder, package in _pairs(sources))
        else:
            yield from (("", folder) for folder in _words(sources))
    yield from (("", posixpath.dirname(folder)) for folder in _words(wheel.get("packages")) if "/" in folder)
    packages = document.get("tool", "poetry", "packages")
    for entry in packages[:_ENTRIES_AT_MOST] if isinstance(packages, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("from"), str):
            yield "", entry["from"]
    for keys in (("pdm", "build", "package-dir"), ("uv", "build-backend", "module-root"), ("maturin", "python-source")):
        yield from (("", folder) for folder in _words(document.get("tool", *keys)))


def _mapped_by_setup_cfg(tables: Mapping[str, Mapping[str, str]]) -> Iterator[tuple[str, str]]:
    for line in tables.get("options", {}).get("package_dir", "").replace(",", "\n").splitlines()[:_ENTRIES_AT_MOST]:
        package, separator, folder = line.partition("=")
        if separator:
            yield package.strip(), folder.strip()
    yield from (("", folder) for folder in _words(tables.get("options.packages.find", {}).get("where")))


def _mapped_by_setup(text: str) -> Iterator[tuple[str, str]]:
    yield from (("", folder) for pattern in _IN_SETUP for folder in pattern.findall(text)[:_ENTRIES_AT_MOST])
    yield from _NAMED_IN_SETUP.findall(text)[:_ENTRIES_AT_MOST]


def _inside(folders: Iterable[str]) -> Iterator[str]:
    """Yield folders in their normal form, those outside the project and patterns left out."""
    for folder in folders:
        normal = posixpath.normpath(folder.replace("\\", "/")) if folder else "."
        if not normal.startswith(("..", "/")) and "*" not in normal:
            yield normal


def _pairs(table: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    return ((str(key), value) for key, value in list(table.items())[:_ENTRIES_AT_MOST] if isinstance(value, str))


def _words(value: object) -> list[str]:
    """Return the words of a setting: a list, or a text of words."""
    if isinstance(value, str):
        return value.split()[:_ENTRIES_AT_MOST]
    return [item for item in value[:_ENTRIES_AT_MOST] if isinstance(item, str)] if isinstance(value, list) else []


def _read_text(path: Path) -> str:
    return (try_read(path, bytes_at_most=_LARGEST_BYTES) or b"").decode("utf-8", "replace")


def _read_ini(path: Path) -> Mapping[str, Mapping[str, str]]:
    if not (text := _read_text(path)):
        return {}
    import configparser  # few projects have such a file

    parser = configparser.RawConfigParser(strict=False)
    try:
        parser.read_string(text)
    except (configparser.Error, ValueError):
        return {}
    return {name: dict(parser.items(name)) for name in parser.sections()}
