"""The files that only the building of the project runs, where its settings name them: backends of its own, hooks.

Source: PEP 517 (`backend-path`) and the documentation of hatchling (`hooks.custom`), poetry-core (`build`), pdm-backend
(`custom-hook`, once `setup-script`), setuptools (`cmdclass`) and scikit-build-core (`provider-path`).
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterator, Mapping
from typing import Any

from footprint.documents.toml import TomlDocument

_AT_MOST = 100


def stated_build_files(document: TomlDocument) -> tuple[str, ...]:
    """Return the files that pyproject.toml has the build run, relative to the project, posix; they need not exist."""
    found = [*_backend(document), *_hooks(document), *_commands(document)]
    inside = (posixpath.normpath(path.replace("\\", "/")) for path in found[:_AT_MOST])
    return tuple(dict.fromkeys(path for path in inside if not path.startswith(("..", "/"))))


def _backend(document: TomlDocument) -> Iterator[str]:
    table = document.table("build-system")
    name, folders = table.get("build-backend"), table.get("backend-path")
    if isinstance(name, str) and isinstance(folders, list):
        yield from (f"{folder}/{_file_of(name.partition(':')[0])}" for folder in folders if isinstance(folder, str))


def _hooks(document: TomlDocument) -> Iterator[str]:
    for keys in (("hatch", "build"), ("hatch", "metadata")):
        yield from _texts(document.table("tool", *keys, "hooks", "custom").get("path"))
    for target in _tables(document.table("tool", "hatch", "build", "targets")):
        hooks = target.get("hooks")
        custom = hooks.get("custom") if isinstance(hooks, dict) else None
        yield from _texts(custom.get("path") if isinstance(custom, dict) else None)
    yield from _texts(document.get("tool", "hatch", "build", "targets", "custom", "path"))
    build = document.get("tool", "poetry", "build")
    yield from _texts(build.get("script") if isinstance(build, dict) else build)
    build = document.get("tool", "pdm", "build")
    keys = ("custom-hook", "setup-script")
    for value in (build.get(key) for key in keys) if isinstance(build, dict) else (build,):
        yield from _texts(value)


def _commands(document: TomlDocument) -> Iterator[str]:
    """Yield the files of classes and providers that are named as `module.Class` and `module`."""
    for name in document.table("tool", "setuptools", "cmdclass").values():
        if isinstance(name, str) and "." in name:
            yield _file_of(name.rpartition(".")[0])
    for entry in _tables(document.table("tool", "scikit-build", "metadata")):
        provider, folder = entry.get("provider"), entry.get("provider-path")
        if isinstance(provider, str) and isinstance(folder, str):
            yield f"{folder}/{_file_of(provider)}"


def _file_of(module: str) -> str:
    return f"{module.replace('.', '/')}.py"


def _tables(table: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (value for value in table.values() if isinstance(value, dict))


def _texts(value: object) -> tuple[str, ...]:
    """Return the path that a setting states; a function in it (`build.py:run`) is left out."""
    return (value.partition(":")[0],) if isinstance(value, str) and value else ()
