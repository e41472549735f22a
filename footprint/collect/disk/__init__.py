"""The site folders, weighed: one walk of the disk joined to every RECORD.

The sum over distributions, shared folders and unowned files is what `du` counts, to the byte,
apparent and allocated. `record` reads lists of files, `legacy` guesses where there is none, `claims`
decides who owns a path, `walk` weighs, and this module names the result.
"""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.collect.disk.tree_files import TreeFiles
from footprint.errors import EnvironmentUnreadable
from footprint.files.reader import list_names
from footprint.late import LateTable
from footprint.model.installed_environment import (
    DiskScan,
    DiskUse,
    IdleFiles,
    Installed,
    Interpreter,
    OwnershipConflict,
    Unowned,
)
from footprint.model.note import Note
from footprint.names import ByPath, DistributionName, readable
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.collect.disk.claims import Claims
    from footprint.collect.disk.walk import Walk
    from footprint.files.cache_folder import CacheFolder

_BLOCK = 512  # stat(2): st_blocks counts these, whatever the file system's own blocks are


def scan(interpreter: Interpreter, installed: Sequence[Installed], *, cache: CacheFolder | None = None) -> DiskScan:
    """Weigh everything in the site folders of `interpreter` and give it to the distributions in `installed`.

    With a `cache`, the weights of an environment that has not changed come from there, and others are kept there.

    Units: bytes; each inode counted once, links not followed. Broken files become notes.
    Raises: EnvironmentUnreadable if no site folder can be opened.
    Source: "Recording installed projects" specification; stat(2).
    """
    found = _weigh(interpreter, installed)[0] if cache is None else _recall(cache, interpreter, installed)
    return _with_sources(found, installed) if any(one.places for one in installed) else found


def _recall(folder: CacheFolder, interpreter: Interpreter, installed: Sequence[Installed]) -> DiskScan:
    from footprint.collect.disk.kept_scan import KeptScan

    kept, started_ns = KeptScan(folder, interpreter, installed), time.time_ns()
    found = kept.recall()
    if found is None:
        found, claims, walk = _weigh(interpreter, installed)
        kept.keep(found, claims, walk, started_ns)
    return found


def _weigh(interpreter: Interpreter, installed: Sequence[Installed]) -> tuple[DiskScan, Claims, Walk]:
    """Weigh without the source folders of editable installs."""
    from footprint.collect.disk.claims import Claims  # where weights are kept, nothing is walked
    from footprint.collect.disk.walk import Walk

    claims = Claims(interpreter.prefix, interpreter.site_dirs, installed)
    claims.collect()
    walk = Walk(len(installed))
    met, unowned, failures = _walk_trees(claims, walk)
    owners = {site: _owners_in(os.path.realpath(site), claims, met) for site in interpreter.site_dirs}
    found = DiskScan(
        site_dirs=tuple(owners),
        uses=_uses(installed, walk, _weigh_outside(claims, walk)),
        owners=tuple(owners.values()),
        shared_bytes=walk.apparent[walk.shared],
        shared_allocated_bytes=walk.blocks[walk.shared] * _BLOCK,
        unowned_bytes=walk.apparent[walk.unowned],
        unowned_allocated_bytes=walk.blocks[walk.unowned] * _BLOCK,
        unowned=tuple(sorted(unowned, key=lambda one: (-one.apparent_bytes, one.path))),
        conflicts=_conflicts(claims),
        total_apparent_bytes=walk.total_apparent,
        total_allocated_bytes=walk.total_blocks * _BLOCK,
        hard_linked_bytes=walk.hard_linked,
        has_bytecode=walk.bytecode_count * 2 > walk.source_count,
        notes=(*claims.notes, *failures, *_shown(walk.notes), *_note_links(walk)),
        idle=tuple(sorted((IdleFiles(kind, *sums) for kind, sums in walk.idle.items()), key=_weight)),
        path_files=_path_files(claims, interpreter.site_dirs),
    )
    walk.could_open_all = not failures
    return found, claims, walk


def _weight(files: IdleFiles) -> tuple[int, str]:
    return -files.apparent_bytes, files.kind


def _with_sources(scan: DiskScan, installed: Sequence[Installed]) -> DiskScan:
    """Add the folders that editable installs are imported from, and what there is to say of them."""
    from footprint.collect.disk.source_folders import weigh_sources

    sources = weigh_sources(installed)
    more = {installed[number].name: apparent for number, apparent in sources.apparent.items()}
    owners = dict(zip(scan.site_dirs, scan.owners, strict=True))
    for root, files in sources.owners.items():
        owners[root] = {**files, **owners.get(root, {})}
    uses = [replace(use, outside_bytes=use.outside_bytes + more.get(use.name, 0)) for use in scan.uses]
    return replace(
        scan,
        site_dirs=tuple(owners),
        uses=tuple(uses),
        owners=tuple(owners.values()),
        notes=(*scan.notes, *sources.notes),
    )


def _walk_trees(claims: Claims, walk: Walk) -> tuple[dict[str, TreeFiles], list[Unowned], list[Note]]:
    """Return the files of each tree, what nobody owns, and which trees cannot be opened."""
    met: dict[str, TreeFiles] = {}
    unowned: list[Unowned] = []
    failures: list[Note] = []
    for tree in claims.trees():
        try:
            met[tree.path] = walk.walk(tree)
        except OSError as error:
            failures.append(Note("site-unreadable", f"cannot be opened: {error.strerror}", readable(tree.path)))
            continue
        unowned += [Unowned(readable(path), apparent, count) for path, apparent, count in walk.loose]
    if failures and not met:
        raise EnvironmentUnreadable(failures[0].path or "site-packages", failures[0].message)
    return met, unowned, failures


def _path_files(claims: Claims, site_dirs: Sequence[Path]) -> dict[str, DistributionName]:
    """Return the owners of the files of the site folders that the interpreter reads when it starts."""
    found = {}
    for site in site_dirs:
        root, prefix = claims.locate(os.path.realpath(site)) or ("", "")
        for name in (each for each in list_names(site) if each.endswith((".pth", ".start"))):
            owner = claims.files[root].get(prefix + name) if root else None
            if owner is not None:
                found[f"{site}/{name}"] = claims.installed[owner].name
    return found


def _weigh_outside(claims: Claims, walk: Walk) -> list[int]:
    """Return apparent bytes per owner of recorded files outside the site folders, each inode once."""
    outside = [0] * len(claims.installed)
    for path, owner in claims.outside.items():
        try:
            status = os.lstat(path)
        except OSError:
            continue  # recorded and gone: weighs nothing
        if status.st_nlink > 1 and walk.counted_before(status):
            continue
        outside[owner] += status.st_size
    return outside


def _uses(installed: Sequence[Installed], walk: Walk, outside: Sequence[int]) -> tuple[DiskUse, ...]:
    uses = [
        DiskUse(
            name=one.name,
            apparent_bytes=walk.apparent[owner],
            allocated_bytes=walk.blocks[owner] * _BLOCK,
            outside_bytes=outside[owner],
            file_count=walk.file_counts[owner],
            bytecode_bytes=walk.bytecode[owner],
            parts=_parts_of(walk.folders[owner]),
            folders=walk.folders[owner],
        )
        for owner, one in enumerate(installed)
    ]
    return tuple(sorted(uses, key=lambda use: use.name))


def _parts_of(own: Mapping[str, int]) -> tuple[tuple[str, int], ...]:
    """Return what the top-level entries weigh, with all that lies below them."""
    parts: dict[str, int] = {}
    for path, apparent in own.items():
        top = path.partition("/")[0]
        parts[top] = parts.get(top, 0) + apparent
    return tuple(
        sorted(((readable(name), count) for name, count in parts.items()), key=lambda part: (-part[1], part[0]))
    )


def _owners_in(site: str, claims: Claims, met: Mapping[str, TreeFiles]) -> ByPath[DistributionName]:
    """Return the owner of every importable file on disk, by path relative to one site folder."""
    root, prefix = claims.locate(site) or (site, "")
    names = [one.name for one in claims.installed]
    return LateTable(partial(met[root].owners_below, names, prefix)) if root in met else {}


def _conflicts(claims: Claims) -> tuple[OwnershipConflict, ...]:
    found = []
    for key, owners in sorted(claims.contested.items()):
        try:
            apparent = os.lstat(claims.absolute(key)).st_size
        except OSError:
            continue
        names = [claims.installed[owner].name for owner in owners]
        found.append(OwnershipConflict(readable(key[1]), names[0], tuple(names[1:]), apparent))
    return tuple(found)


def _shown(notes: Sequence[Note]) -> list[Note]:
    notes = sorted(notes, key=lambda one: one.path or "")  # the walk meets folders in the disk's order
    return [Note(one.code, one.message, readable(one.path or "."), one.line) for one in notes]


def _note_links(walk: Walk) -> list[Note]:
    if not walk.link_count:
        return []
    message = f"{walk.link_count} symbolic links are weighed as links, not as what they point to"
    return [Note("symbolic-links", message)]
