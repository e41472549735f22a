"""`footprint init`: one audit, and the settings to begin with out of it, returned or put into pyproject.toml."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from footprint.audit.listener import Progress, silent
from footprint.collect.interpreter import look_at
from footprint.config.audit_settings import read_options
from footprint.config.gate_settings import read_gate_settings
from footprint.config.pyproject_tables import parse_footprint_table, read_pyproject, refuse_foreign
from footprint.config.settings_table import REASONED
from footprint.errors import UsageError
from footprint.files.writer import check_place, write_file
from footprint.model.audit import Audit
from footprint.report.gate import first_settings
from footprint.report.text.toml_text import TomlValue, is_writable, key, value
from footprint.values import dataclass


@dataclass(frozen=True, slots=True)
class Beginning:
    """The settings to begin with, and the audit behind them."""

    text: str
    audit: Audit
    missing: tuple[str, ...] = ()  # lines that `[tool.footprint]`, which is there already, lacks for the same run
    unwritten: UsageError | None = None  # why the settings are not in the file, where they were to be written


def begin(project: Path, flags: Mapping[str, Any], progress: Progress = silent, *, write: bool = False) -> Beginning:
    """Audit the project and return its first settings; with `write` put them at the end of its pyproject.toml.

    Where `[tool.footprint]` is there already, only `[tool.footprint.check]` is returned.
    Raises: UsageError, with `write` before anything is measured, when the tables are there already or the file
        cannot be written; else as run_audit.
    """
    options = read_options(flags, project)
    given = _given_by_flags(flags, project)
    path = project / "pyproject.toml"
    existing = parse_footprint_table(read_pyproject(path), path)
    missing = _missing_lines(existing, given)
    place = None
    if write:
        _refuse_existing(path, existing, missing)
        place = check_place(path)
    from footprint.audit.run import run_audit

    audit = run_audit(options, progress)
    text = first_settings.render_check(audit)
    if not existing:
        found = _found_environment(audit, given, project)
        text = first_settings.render_options(audit, found | given, tuple(options.probe.environment)) + "\n" + text
    unwritten = None
    if place is not None:
        try:
            write_file(place, _join(path, text).encode())
        except UsageError as error:
            unwritten = error
    return Beginning(text, audit, missing, unwritten)


def _given_by_flags(flags: Mapping[str, Any], project: Path) -> dict[str, TomlValue]:
    """Return the flags that a later run needs again, by key of `[tool.footprint]`. Paths elsewhere stay flags."""
    given: dict[str, TomlValue] = {}
    for row in REASONED:
        found = flags.get(row.field)
        if row.kind == "path" and row.many:
            found = tuple(Path(os.path.relpath(path, project)).as_posix() for path in found or ())
        elif row.kind == "path" and found is not None:
            found = _relative(found, project)
        if found not in (None, ()):
            given[row.key] = found
    given = {name: each for name, each in given.items() if not _leads_out(name, each, project)}
    for name, each in given.items():
        texts = [each] if isinstance(each, str) else each if isinstance(each, tuple) else []
        if not all(map(is_writable, texts)):
            raise UsageError(f"{name}: a name that is not UTF-8 cannot be written to pyproject.toml")
    return given


def _leads_out(name: str, given: TomlValue, project: Path) -> bool:
    """Whether a later run would refuse a setting: it stays with who gave it."""
    try:
        refuse_foreign({name: list(given) if isinstance(given, tuple) else given}, project)
    except UsageError:
        return True
    return False


def _relative(path: Path, project: Path) -> str | None:
    """Return a path from the project's folder, posix; None when it lies elsewhere."""
    relative = Path(os.path.relpath(path, project))  # links stay: env/bin/python is one
    return None if relative.is_absolute() or ".." in relative.parts else relative.as_posix()


def _found_environment(audit: Audit, given: Mapping[str, TomlValue], project: Path) -> dict[str, TomlValue]:
    prefix = audit.environment.prefix_relative
    if prefix is None or "env" in given or "python" in given or not is_writable(prefix):
        return {}
    # A folder that pip install --target filled is found again, and is nothing to give with --env.
    return {"env": prefix} if look_at(project / prefix, prefix) is not None else {}


def _missing_lines(existing: Mapping[str, Any], given: Mapping[str, TomlValue]) -> tuple[str, ...]:
    """Return what flags gave and a table that is there already does not say."""
    plain = {name: list(each) if isinstance(each, tuple) else each for name, each in given.items()}
    changed = [name for name in plain if existing and existing.get(name) != plain[name]]
    return tuple(f"{key(name)} = {value(given[name])}" for name in changed)


def _refuse_existing(path: Path, existing: Mapping[str, Any], missing: tuple[str, ...]) -> None:
    """Refuse what could not be written before anything is measured. Raises: UsageError naming the tables there are."""
    if path.is_symlink() or (path.exists() and not path.is_file()):
        raise UsageError(f"{path} is a link or no file: print the settings without --write and put them in yourself")
    if "check" in existing:
        tables = "[tool.footprint.check]" if len(existing) == 1 else "[tool.footprint] and [tool.footprint.check]"
        raise UsageError(f"{path} has {tables} already: compare with what footprint init prints without --write")
    if missing:
        lines = ", ".join(missing)
        raise UsageError(f"{path} has [tool.footprint] already: write there yourself what the flags say: {lines}")
    _join(path, "[tool.footprint.check]\n" if existing else "[tool.footprint]\n[tool.footprint.check]\n")


def _join(path: Path, added: str) -> str:
    """Return the file with `added` at its end as its lines end, nothing else of it changed, read as the commands will.

    Raises: UsageError when the whole could not be read back.
    """
    before = read_pyproject(path)
    newline = "\r\n" if before.count("\r\n") * 2 > before.count("\n") else "\n"
    gap = "" if not before else newline if before.endswith("\n") else newline * 2
    whole = before + gap + added.replace("\n", newline)
    trusted = {"trust_settings": True}  # where its paths lead was judged
    try:
        read_options(trusted, path.parent, whole)
        read_gate_settings(trusted, path.parent, whole)
    except UsageError as error:
        words = str(error).replace(str(path), "the new pyproject.toml")
        raise UsageError(f"nothing was written: {words}") from error
    return whole
