"""Read lock files: the versions, requirements and groups that were resolved, where no environment is installed.

Sources: the documentation of uv, Poetry and PDM; "pylock.toml" specification (PEP 751); Pipfile.lock specification.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from footprint.collect.declared.bounded_text import Skipped, read_file
from footprint.collect.declared.doubts import conflict_line
from footprint.collect.declared.lock_lines import (
    for_extras,
    is_sane,
    poetry_lines,
    read_markers,
    requirement_name,
    tables_in,
    uv_lines,
)
from footprint.documents.toml import TomlInvalid, parse_tables
from footprint.files.paths import real
from footprint.knowledge.groups import class_of
from footprint.model.note import Note
from footprint.model.requirements import LockedDistribution, LockedFiles
from footprint.names import DistributionName, normalise
from footprint.units import MIB
from footprint.values import dataclass

BYTES_AT_MOST = 20 * MIB  # real ones of 5 MiB exist
_TABLE = re.compile(r"\[\[packages?\]\]")
_JSON_KEY = re.compile(r'\s*("(?:[^"\\]|\\.)*"): \{')
_MARKER_GROUP = re.compile(r"[\"']([^\"']+)[\"']\s+in\s+(extras|dependency_groups)")


@dataclass(frozen=True, slots=True)
class _Lock:
    """One lock file while it is read."""

    shown: str
    tables: Mapping[str, Any]
    lines: tuple[int, ...]  # of each `[[package]]`, in order


def read_locked(project: Path) -> LockedFiles:
    """Return what the lock files in the project folder pin.

    Versions of several platforms stand beside each other: one item per name and version.
    A file that cannot be read becomes a note.
    """
    root = real(project)
    found: list[LockedDistribution] = []
    files: list[str] = []
    notes: list[Note] = []
    for path in [*(root / name for name in LOCK_NAMES), *sorted(root.glob("pylock.*.toml"))]:
        if not path.is_file():
            continue
        if not real(path).is_relative_to(root):
            notes.append(Note("requirements-outside", "a link that leaves the project: not read", path.name))
            continue
        try:
            found += _read(path)
            files.append(path.name)
        except Skipped as why:
            notes.append(Note(why.code, why.message, path.name))
        except TomlInvalid as error:
            notes.append(Note("lock-unparsable", str(error), path.name, error.line))
    return LockedFiles(tuple(found), tuple(files), tuple(notes))


def read_pins(path: Path) -> frozenset[tuple[DistributionName, str]]:
    """Return name and version of everything that a lock file pins; nothing when it cannot be read."""
    try:
        return frozenset((one.name, one.version) for one in _read(path))
    except (Skipped, TomlInvalid):
        return frozenset()


def _read(path: Path) -> list[LockedDistribution]:
    text = read_file(path, BYTES_AT_MOST).decode("utf-8-sig", errors="replace")
    if (conflict := conflict_line(text)) is not None:
        raise TomlInvalid("a merge was left unfinished here: not read, lock again", conflict)
    if path.suffix == ".lock" and path.name.startswith("Pipfile"):
        return list(_read_pipenv(text, path.name))
    lines = tuple(number for number, line in enumerate(text.split("\n"), start=1) if _TABLE.match(line))
    reader = _READERS.get(path.name, _read_pylock)
    return reader(_Lock(path.name, parse_tables(text), lines))


def _packages(lock: _Lock, key: str = "package") -> Iterator[tuple[Mapping[str, Any], int]]:
    packages = lock.tables.get(key)
    if packages is None:
        return
    count = 0
    for position, package in enumerate(packages if isinstance(packages, list) else ()):
        if isinstance(package, dict) and isinstance(package.get("name"), str):
            count += 1
            yield package, lock.lines[position] if position < len(lock.lines) else 1
    if packages != [] and not count:
        raise TomlInvalid(f"`{key}` holds no table with a name: not what its tool writes, lock again")


def _names(value: Any) -> list[DistributionName]:
    """Return the names in an array of tables that have one."""
    return [normalise(item["name"]) for item in tables_in(value) if isinstance(item.get("name"), str)]


def _make(
    lock: _Lock,
    package: Mapping[str, Any],
    line: int,
    requires: list[str],
    groups: list[str],
    *,
    dependencies: list[DistributionName] | None = None,
) -> LockedDistribution:
    """Return one item; what it depends on are the names in `requires`, unless `dependencies` says better."""
    version = package.get("version")
    if dependencies is None:
        dependencies = [name for text in requires if (name := requirement_name(text))]
    return LockedDistribution(
        name=normalise(package["name"]),
        version=version if isinstance(version, str) and is_sane(version) else "",
        dependencies=tuple(sorted(set(dependencies))),
        groups=tuple(sorted(set(groups))),
        path=lock.shown,
        line=line,
        is_local=_is_local(package),
        requires=tuple(dict.fromkeys(requires)),
        markers=read_markers(package),
    )


def _is_local(package: Mapping[str, Any]) -> bool:
    source = package.get("source")
    if isinstance(source, dict):
        return bool({"editable", "virtual", "directory"} & set(source)) or source.get("type") == "directory"
    return isinstance(package.get("directory"), dict) or (isinstance(package.get("path"), str))


def _read_uv(lock: _Lock) -> list[LockedDistribution]:
    """Groups start at the workspace's own packages and go along the requirements."""
    found = []
    roots: dict[str, list[DistributionName]] = {}
    for package, line in _packages(lock):
        main = _names(package.get("dependencies"))
        optional = package.get("optional-dependencies")
        developers = package.get("dev-dependencies")
        extras = {name: _names(value) for name, value in optional.items()} if isinstance(optional, dict) else {}
        groups = {name: _names(value) for name, value in developers.items()} if isinstance(developers, dict) else {}
        if _is_local(package):
            roots.setdefault("main", []).extend(main)
            for name, names in extras.items():
                roots.setdefault(f"optional:{normalise(name)}", []).extend(names)
            for name, names in groups.items():
                roots.setdefault(class_of(name, "dev"), []).extend(names)
        # an extra's requirements are only there because somebody asks for it
        required = [*main, *(one for names in extras.values() for one in names)]
        found.append(_make(lock, package, line, uv_lines(package), [], dependencies=required))
    return spread_groups(found, roots)


def _read_poetry(lock: _Lock) -> list[LockedDistribution]:
    found = []
    extras: dict[DistributionName, list[str]] = {}
    table = lock.tables.get("extras")
    for extra, names in table.items() if isinstance(table, dict) else ():
        for name in names if isinstance(names, list) else ():
            extras.setdefault(normalise(str(name).split(" ")[0]), []).append(f"optional:{normalise(extra)}")
    for package, line in _packages(lock):
        table = package.get("dependencies")
        # `optional` ones belong to extras, which are listed whether anybody asks for them or not
        entries = table.items() if isinstance(table, dict) else ()
        required = [normalise(name) for name, value in entries if not _is_optional(value)]
        requires = [line for name, value in entries for line in poetry_lines(name, value)]
        groups = package.get("groups")
        named = groups if isinstance(groups, list) else [package.get("category")]  # `category` until Poetry 1.4
        classes = [_group_of(name, "dev") for name in named if isinstance(name, str)]
        if package.get("optional") is True:
            asked = extras.get(normalise(package["name"]), ["optional"])
            classes = [one for group in classes for one in (asked if group == "main" else [group])]
        found.append(_make(lock, package, line, requires, classes, dependencies=required))
    return found


def _is_optional(value: Any) -> bool:
    return isinstance(value, dict) and value.get("optional") is True


def _read_pdm(lock: _Lock) -> list[LockedDistribution]:
    found = []
    for package, line in _packages(lock):
        texts = package.get("dependencies")
        required = [text for text in texts if isinstance(text, str)] if isinstance(texts, list) else []
        asked = package.get("extras")
        extras = [name for name in asked if isinstance(name, str)] if isinstance(asked, list) else []
        groups = package.get("groups")
        classes = [_group_of(name) for name in groups if isinstance(name, str)] if isinstance(groups, list) else []
        found.append(_make(lock, package, line, for_extras(required, extras), classes))
    return _merge(found)


def _read_pylock(lock: _Lock) -> list[LockedDistribution]:
    found = []
    for package, line in _packages(lock, "packages"):
        marker = package.get("marker")
        groups = _MARKER_GROUP.findall(marker) if isinstance(marker, str) else []
        classes = [
            f"optional:{normalise(name)}" if kind == "extras" else class_of(name, "dev") for name, kind in groups
        ]
        found.append(_make(lock, package, line, [*_names(package.get("dependencies"))], classes or ["main"]))
    return found


def _read_pipenv(text: str, shown: str) -> Iterator[LockedDistribution]:
    try:
        document = json.loads(text)
    except RecursionError:
        raise TomlInvalid("nested too deeply: not read") from None
    except ValueError as error:
        raise TomlInvalid(f"not valid JSON: {str(error)[:200]}") from None
    lines = {found[1]: number for number, found in enumerate(map(_JSON_KEY.match, text.split("\n")), start=1) if found}
    if not isinstance(document, dict):
        raise TomlInvalid("not a JSON object: not what Pipenv writes, lock again")
    for category, packages in document.items():
        if category == "_meta":
            continue
        if not isinstance(packages, dict):
            raise TomlInvalid(f"`{category[:80]}` is not an object: not what Pipenv writes, lock again")
        for name, value in packages.items():
            version = value.get("version") if isinstance(value, dict) else None
            pinned = version.removeprefix("==") if isinstance(version, str) and is_sane(version) else ""
            line = lines.get(json.dumps(name), 1)
            yield LockedDistribution(normalise(name), pinned, (), (_group_of(category),), shown, line)


def _group_of(name: str, otherwise: str | None = None) -> str:
    return "main" if name in ("main", "default") else "dev" if name == "develop" else class_of(name, otherwise)


def _merge(found: list[LockedDistribution]) -> list[LockedDistribution]:
    """Join the items of one name and version: PDM lists a distribution once more for each extra that is asked for."""
    merged: dict[tuple[str, str], LockedDistribution] = {}
    for one in found:
        key = (one.name, one.version)
        first = merged.get(key)
        if first is None:
            merged[key] = one
            continue
        required = {*first.dependencies, *one.dependencies} - {one.name}
        groups = {*first.groups, *one.groups}
        merged[key] = replace(
            first,
            dependencies=tuple(sorted(required)),
            groups=tuple(sorted(groups)),
            requires=tuple(dict.fromkeys((*first.requires, *one.requires))),
        )
    return list(merged.values())


_READERS: Mapping[str, Callable[[_Lock], list[LockedDistribution]]] = {
    "uv.lock": _read_uv,
    "poetry.lock": _read_poetry,
    "pdm.lock": _read_pdm,
    "pylock.toml": _read_pylock,
}
LOCK_NAMES = (*_READERS, "Pipfile.lock")


def spread_groups(
    locked: Sequence[LockedDistribution], roots: Mapping[str, Sequence[DistributionName]]
) -> list[LockedDistribution]:
    """Return `locked` with every group from whose `roots` a distribution is reached."""
    required: dict[DistributionName, set[DistributionName]] = {}
    for one in locked:
        required.setdefault(one.name, set()).update(one.dependencies)
    groups: dict[DistributionName, set[str]] = {}
    for group, names in roots.items():
        waiting = list(names)
        while waiting:
            name = waiting.pop()
            if group not in groups.setdefault(name, set()):
                groups[name].add(group)
                waiting += required.get(name, ())
    return [replace(one, groups=tuple(sorted(groups.get(one.name, ())))) for one in locked]
