"""Entries as given: what `--entry` and `entries` name.

Nothing is imported: whether a module is there is read, not tried.
"""

from __future__ import annotations

import difflib
import posixpath
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from footprint.collect.entries.lookup import Lookup
from footprint.errors import UsageError
from footprint.model.entry_origins import Script
from footprint.model.source_modules import EntryPoint, ProjectSources
from footprint.names import ModuleName, top_level

FACTORIES = ("create_app", "make_app", "get_app", "build_app", "create_application", "get_application")
_SPLIT_CALL = re.compile(r"([\w.]+)\s*\(.*\)", re.DOTALL)


def resolve_entry(
    text: str,
    project: Path,
    sources: ProjectSources,
    console_scripts: Mapping[str, str],
    *,
    importable: Collection[str] = (),
) -> EntryPoint:
    """Return the entry point that `--entry text` names.

    Forms: `module:attr`, `module:factory()`, `path/to/file.py`, `path/to/file.py:app`, `-m package.mod`,
    `package.mod`, and the name of an installed console script (`console_scripts`: name to "module:attr").
    A file with an attribute is imported under its module name, since its relative imports need one.
    `importable` are top-level names outside the project that may be entered too.
    Raises: UsageError, saying what was looked for and what comes near.
    """
    text, lookup = text.strip(), Lookup(sources)
    if text.startswith("-m"):
        return module_entry(text[2:].strip(), None, lookup, importable, target=f"-m {text[2:].strip()}")
    path, _, attribute = text.partition(":")
    if path.endswith(".ipynb"):
        raise UsageError(
            f"--entry {text}: {path} is a notebook, which is run by hand; name what the application starts"
        )
    if path.endswith(".py") or "/" in path:
        return _file_entry(path, attribute or None, text, project, lookup)
    if text in console_scripts and lookup.find(text) is None:
        module, _, attribute = console_scripts[text].partition(":")
        entry = module_entry(module, attribute or None, lookup, {*importable, top_level(module)}, target=text)
        return replace(entry, name=text, source=Script(text), launcher=text)
    if path in lookup.by_path and lookup.find(path) is None:  # a script without suffix
        return _file_entry(path, attribute or None, text, project, lookup)
    if text.isidentifier() and lookup.find(text) is None and text not in importable:
        candidates = [*console_scripts, *lookup.names()]
        raise UsageError(f"--entry {text}: no module and no console script of that name{nearest(text, candidates)}")
    return module_entry(path, attribute or None, lookup, importable, target=text)


def module_entry(
    module: ModuleName, attribute: str | None, lookup: Lookup, importable: Collection[str], *, target: str
) -> EntryPoint:
    """Return the entry that a module is, or an attribute of it. Raises: UsageError for one that is not there."""
    call = _SPLIT_CALL.fullmatch(attribute or "")
    entry = EntryPoint(
        name="app",
        target=target,
        module=module,
        attribute=call[1] if call else attribute,
        factory=call is not None or attribute in FACTORIES,
    )
    found = lookup.find(module) or lookup.find(f"{module}.__main__")
    if found is not None:
        name = module if module in (found.module, *found.other_names) else f"{module}.__main__"
        return _placed(entry, found.root_of(name))
    if top_level(module) in importable:
        return entry
    roots = ", ".join(lookup.sources.roots)
    near = nearest(module, lookup.names())
    raise UsageError(f"--entry {target}: no module {module} under the import roots {roots}{near}")


def _placed(entry: EntryPoint, root: str) -> EntryPoint:
    """Set where the launcher stands. Nobody stands in `src`: it is on the path because the project is installed."""
    if posixpath.basename(root) != "src":
        return replace(entry, working_dir=root)
    return replace(entry, working_dir=posixpath.dirname(root) or ".", import_root=root)


def _file_entry(path: str, attribute: str | None, text: str, project: Path, lookup: Lookup) -> EntryPoint:
    if Path(path).is_absolute() and Path(path).is_relative_to(project):
        path = Path(path).relative_to(project).as_posix()
    path = posixpath.normpath(path)
    module = lookup.by_path.get(path)
    if module is None and not (project / path).is_file():
        near = nearest(path, list(lookup.by_path))
        raise UsageError(f"--entry {text}: no file {path} in {project}{near}")
    if attribute is not None and module is not None and module.role != "script":
        entry = module_entry(module.module, attribute, lookup, (), target=text)
        return replace(entry, factory=entry.factory or attribute in FACTORIES)
    folder = posixpath.dirname(path) or "."
    return EntryPoint(
        name="app",
        target=text,
        attribute=attribute,
        file=path,
        factory=attribute in FACTORIES,
        import_root=folder,
    )


def nearest(wanted: str, candidates: Iterable[str]) -> str:
    """Return what comes near, as words to end a message with."""
    names = list(dict.fromkeys(candidates))
    found = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)
    return f"; closest: {', '.join(found)}" if found else ""
