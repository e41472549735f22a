"""Which build backend a project has: a table of another one is read by nobody. Source: PEP 517, PEP 621."""

from __future__ import annotations

from pathlib import Path

from footprint.collect.declared.bounded_text import is_file
from footprint.collect.declared.result import Gathering
from footprint.documents.toml import TomlDocument

# What setup() and setup.cfg call the fields of [project].
FIELDS = {"install_requires": "dependencies", "extras_require": "optional-dependencies"}
# By the first word of `build-backend`. One that is not listed may well hand on to any of these.
_BACKENDS = frozenset({
    "flit", "flit_core", "hatchling", "maturin", "mesonpy", "pdm", "poetry", "poetry_core", "scikit_build_core",
    "setuptools", "uv_build",
})  # fmt: skip


def why_setup_ignored(path: Path, field: str, into: Gathering) -> str | None:
    """Return why nobody reads what a setup.py or setup.cfg at `path` says of a field; None where it is read.

    Beside a [project] table setuptools takes only what that calls dynamic. Source: setuptools 69, "_MissingDynamic".
    """
    beside = path.with_name("pyproject.toml")
    if not is_file(beside) or not into.may_read(beside):
        return None
    document = into.toml(beside)
    if document is None or not document.table("project"):
        return None
    return why_ignored(document, "setuptools", field)


def why_ignored(document: TomlDocument, backend: str, field: str) -> str | None:
    """Return why nobody reads what a table of `backend` says of a `field` of [project]; None where it is read.

    Without a build backend setuptools is the one that is taken; the field has to stand in `project.dynamic`.
    """
    named = document.get("build-system", "build-backend")
    first = named.partition(".")[0].partition(":")[0] if isinstance(named, str) else "setuptools"
    if first in _BACKENDS and first != backend:
        there = f"the build backend is {named}" if isinstance(named, str) else "no build backend is named"
        return f"{there}, which does not read a table of {backend}"
    dynamic = document.get("project", "dynamic")
    if not isinstance(dynamic, list) or field not in dynamic:
        return f'`dynamic = ["{field}"]` is missing in [project] of {document.path}, so {backend} does not read it'
    return None
