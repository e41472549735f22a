"""Which entries are one program under two names: it is measured once, and counted once.

Two services of one file that start the same are two processes, each with a limit of its own: services often share a
command by an anchor.
"""

from __future__ import annotations

import posixpath
from collections.abc import Iterable, Iterator

from footprint.collect.entries.lookup import Lookup
from footprint.model.source_modules import EntryPoint, Placement, SourceModule, name_under


def without_doubles(entries: Iterable[EntryPoint], lookup: Lookup) -> Iterator[EntryPoint]:
    """Yield every program once, as the first entry says it."""
    kept: dict[str, list[EntryPoint]] = {}
    for entry in entries:
        path = path_of(entry, lookup)
        same = kept.setdefault(path or entry.target, [])
        if not any(_is_double(entry, other) for other in same):
            same.append(entry)
            yield entry


def is_there(entry: EntryPoint, entries: Iterable[EntryPoint], lookup: Lookup) -> bool:
    """Whether one of `entries` runs the same program, whoever states it."""
    path = path_of(entry, lookup)
    module = lookup.by_path.get(path or "")
    has_main = module is not None and any(site.placement is Placement.MAIN for site in module.sites)
    return any(
        path_of(other, lookup) == path
        and _runs_the_same(entry, other)
        and (not has_main or not entry.is_script or other.is_script)
        for other in entries
    )


def path_of(entry: EntryPoint, lookup: Lookup) -> str | None:
    """Return the file that an entry runs or imports, None where it is none of the project's.

    A console script of a package whose __main__ imports the same function is that program.
    """
    if entry.file is not None:
        return entry.file
    module = entry.module or ""
    named = _under(entry.path_root, module, lookup) or lookup.find(module)
    if entry.target.startswith("-m "):
        named = lookup.find(f"{module}.__main__") or named
    if named is None:
        return None
    main = _main_of(named, lookup) if entry.runs_function else None
    if main is not None and _takes(main, named, entry.attribute or ""):
        return main.path
    return named.path


def is_called_by(main: SourceModule | None, entry: EntryPoint, lookup: Lookup) -> bool:
    """Whether the `__main__` of any package of ours calls what a console script calls."""
    named = lookup.find(entry.module or "") if main is not None and main.path.endswith("__main__.py") else None
    return main is not None and named is not None and _takes(main, named, entry.attribute or "")


def _under(root: str, module: str, lookup: Lookup) -> SourceModule | None:
    path = posixpath.normpath(posixpath.join(root, module.replace(".", "/")))
    return lookup.by_path.get(f"{path}.py") or lookup.by_path.get(f"{path}/__init__.py")


def _main_of(module: SourceModule, lookup: Lookup) -> SourceModule | None:
    """Return the __main__ of the package that a module lies in."""
    folder = posixpath.dirname(module.path)
    return lookup.by_path.get(posixpath.join(folder, "__main__.py"))


def _takes(main: SourceModule, module: SourceModule, attribute: str) -> bool:
    """Whether __main__ imports the function that a console script calls, or is the module of it."""
    if main.path == module.path:
        return True
    names = {module.module, *module.other_names}
    names |= {name for root in {main.root_of(main.module)} if (name := name_under(module.path, root))}
    for site in main.sites:
        is_whole = site.module in names and (attribute in site.names or not site.names)
        if is_whole or any(f"{site.module}.{name}" in names for name in site.names):
            return True
    return False


def _is_double(entry: EntryPoint, other: EntryPoint) -> bool:
    if not _runs_the_same(entry, other):
        return False
    are_containers = _file_of(entry).endswith((".yaml", ".yml")) and entry.command is not None
    return not are_containers or _file_of(entry) != _file_of(other) or entry.name == other.name


def _runs_the_same(entry: EntryPoint, other: EntryPoint) -> bool:
    """Whether two entries of one file are one program: not two objects of it, nor a job and the application."""
    if None not in (entry.attribute, other.attribute) and entry.attribute != other.attribute:
        return entry.runs_function != other.runs_function and "__main__" in f"{entry.module} {other.module}"
    return True


def _file_of(entry: EntryPoint) -> str:
    return entry.source.rpartition(":")[0]
