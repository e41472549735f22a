"""The import packages that a project is named after or installs, as its packaging files say without being run.

Source: the documentation of setuptools (packages, packages.find), hatchling (packages), poetry-core (packages), Flit
(module), uv_build (module-name); entry points specification. A project that says nothing of its packages is named after
one of them: that is what its build backend takes.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from footprint.documents.toml import TomlDocument
from footprint.names import normalise, top_level

_AT_MOST = 100
_NAME_IN_SETUP = re.compile(r"\bname['\"]?\s*[=:]\s*['\"]([\w.-]+)['\"]")
_LISTS_IN_SETUP = re.compile(r"\b(?:packages|include|py_modules)['\"]?\s*[=:]\s*[\[(]([^\])]*)[\])]")
_TEXT = re.compile(r"['\"]([\w.*]+)['\"]")
_NAMES: tuple[tuple[str, ...], ...] = (
    ("project", "name"), ("tool", "poetry", "name"), ("tool", "flit", "metadata", "module"),
    ("tool", "flit", "module", "name"), ("tool", "uv", "build-backend", "module-name"),
    ("tool", "setuptools", "packages"), ("tool", "setuptools", "packages", "find", "include"),
    ("tool", "hatch", "build", "targets", "wheel", "packages"), ("tool", "poetry", "packages"),
)  # fmt: skip
_ENTRY_POINTS: tuple[tuple[str, ...], ...] = (
    ("project", "scripts"), ("project", "gui-scripts"), ("tool", "poetry", "scripts"), ("tool", "flit", "scripts"),
)  # fmt: skip


def own_packages(document: TomlDocument, setup_cfg: Mapping[str, Mapping[str, str]], setup: str) -> tuple[str, ...]:
    """Return names of packages: a dotted path, or its first part; some of them may not exist."""
    named = [*_of_toml(document), *_of_setup_cfg(setup_cfg), *_of_setup(setup)]
    plain = (name.removesuffix("*").rstrip(".") for name in named)
    return tuple(dict.fromkeys(name for name in plain if name and "*" not in name))


def _of_toml(document: TomlDocument) -> Iterator[str]:
    for keys in _NAMES:
        for text in _texts(document.get(*keys)):
            yield _spelled(posixpath.basename(text.rstrip("/")))
    for keys in _ENTRY_POINTS:
        yield from _packages_of(document.table(*keys))
    for group in list(document.table("project", "entry-points").values())[:_AT_MOST]:
        yield from _packages_of(group)


def _of_setup_cfg(tables: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    yield _spelled(tables.get("metadata", {}).get("name", "").strip())
    listed = [tables.get("options", {}).get("packages", ""), tables.get("options.packages.find", {}).get("include", "")]
    of_pbr = tables.get("files", {}).get("packages", "")
    for text in (*listed, of_pbr):
        yield from (word for word in text.replace(",", " ").split()[:_AT_MOST] if not word.endswith(":"))


def _of_setup(text: str) -> Iterator[str]:
    yield from map(_spelled, _NAME_IN_SETUP.findall(text)[:_AT_MOST])
    for items in _LISTS_IN_SETUP.findall(text)[:_AT_MOST]:
        yield from _TEXT.findall(items)[:_AT_MOST]


def _packages_of(table: object) -> Iterator[str]:
    values = list(table.values())[:_AT_MOST] if isinstance(table, dict) else []
    return (top_level(value.partition(":")[0].strip()) for value in values if isinstance(value, str))


def _texts(value: Any) -> Iterator[str]:
    """Yield the names of a text, of a list of texts, or of a list of tables that include them."""
    items: Iterable[Any] = value[:_AT_MOST] if isinstance(value, list) else [value]
    for item in items:
        name = item.get("include") if isinstance(item, dict) else item
        if isinstance(name, str):
            yield name


def _spelled(name: str) -> str:
    """Return a name as it is imported: `my-app` is my_app; a dotted path, of a namespace, stays one."""
    return ".".join(normalise(part).replace("-", "_") for part in name.split(".") if part)
