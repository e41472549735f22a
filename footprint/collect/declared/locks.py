"""Read lock files: the versions, requirements and groups that were resolved, where no environment is installed.

Sources: the documentation of uv, Poetry and PDM; "pylock.toml" specification (PEP 751); Pipfile.lock specification.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint.collect.declared.bounded_text import Skipped, read_file
from footprint.collect.declared.doubts import conflict_line
from footprint.documents import DocumentInvalid
from footprint.documents.json_lines import key_lines, parse_json
from footprint.documents.plain_requirements import RequirementInvalid, read_requirement
from footprint.documents.plain_values import list_of, table_of, tables_of, texts_of
from footprint.documents.toml import TomlInvalid, parse_tables
from footprint.files.paths import real
from footprint.knowledge.groups import class_of
from footprint.late import late_pattern
from footprint.model.note import Note
from footprint.model.requirements import LockedArchive, LockedDistribution, LockedFiles
from footprint.names import DistributionName, normalise
from footprint.pairs import follow, group_pairs
from footprint.units import MIB
from footprint.values import dataclass, replace

_TOO_LONG = late_pattern(r"\d{100}")  # no version of anything; int() refuses some thousand digits


def is_sane(text: str) -> bool:
    """Whether a version, a marker or a requirement has no number that would end the reader."""
    return _TOO_LONG.search(text) is None


def uv_lines(package: Mapping[str, Any]) -> list[str]:
    """Return the lines of a `[[package]]` in uv.lock; its optional ones under the extra that they belong to."""
    lines = [*map(_uv_line, tables_of(package.get("dependencies")))]
    for extra, entries in table_of(package.get("optional-dependencies")).items():
        lines += for_extras(map(_uv_line, tables_of(entries)), [extra])
    return [line for line in lines if line and is_sane(line)]


def _uv_line(entry: Mapping[str, Any]) -> str:
    return _compose(entry.get("name"), entry.get("extra"), entry.get("marker"))


def poetry_lines(name: str, value: Any) -> Iterator[str]:
    """Yield the lines of one key of `[package.dependencies]`. Optional ones without a marker belong to nobody."""
    for entry in value if isinstance(value, list) else [value]:
        if isinstance(entry, str):
            yield normalise(name)
        elif isinstance(entry, dict):
            marker = entry.get("markers")
            if entry.get("optional") is True and "extra" not in str(marker):
                continue
            line = _compose(name, entry.get("extras"), marker)
            if line and is_sane(line):
                yield line


def for_extras(lines: Iterable[str], extras: Iterable[str]) -> list[str]:
    """Return `lines` under a condition for each of `extras`; as they are when there is none."""
    lines, extras = list(lines), list(extras)
    if not extras:
        return [line for line in lines if line and is_sane(line)]
    return [limited for extra in extras for line in lines if (limited := _limit(line, extra))]


def _limit(line: str, extra: str) -> str:
    required, semicolon, marker = line.partition(";")
    if not required.strip() or not is_sane(line):
        return ""
    condition = f'extra == "{normalise(extra)}"'
    return f"{required.strip()} ; {f'({marker.strip()}) and ' if semicolon else ''}{condition}"


def read_markers(package: Mapping[str, Any]) -> tuple[str, ...]:
    """Return where a distribution is locked at all: forks of one resolution have a version each."""
    found = package.get("resolution-markers") or package.get("marker") or package.get("markers")
    if isinstance(found, dict):  # Poetry: one per group
        found = list(found.values())
    markers = texts_of(found if isinstance(found, list) else [found])
    return tuple(marker for marker in markers if marker and is_sane(marker))


_LARGEST_ARCHIVE = 1 << 50


def read_archives(package: Mapping[str, Any]) -> Iterator[LockedArchive]:
    """Yield the files of a distribution: uv's and pylock's `wheels`, `sdist`, `archive`; Poetry's and PDM's `files`."""
    wheels, files = tables_of(package.get("wheels")), tables_of(package.get("files"))
    single = (table_of(package.get(key)) for key in ("sdist", "archive"))
    for entry in (*wheels, *files, *(each for each in single if each)):
        places = (entry.get(key) for key in ("name", "file", "filename", "url", "path"))
        place = next((each for each in places if isinstance(each, str)), "")
        count = entry.get("size")
        is_size = type(count) is int and 0 <= count < _LARGEST_ARCHIVE
        yield LockedArchive(place.partition("#")[0].rpartition("/")[2], count if is_size else None)


def requirement_name(text: str) -> DistributionName | None:
    """Return the name that a requirement is for, None when it is none."""
    try:
        return normalise(read_requirement(text).name)
    except RequirementInvalid:
        return None


def _compose(name: Any, extras: Any, marker: Any) -> str:
    if not isinstance(name, str):
        return ""
    asked = ",".join(texts_of(extras))
    line = f"{name}[{asked}]" if asked else name
    return f"{line} ; {marker}" if isinstance(marker, str) and marker else line


BYTES_AT_MOST = 20 * MIB  # real ones of 5 MiB exist
_TABLE = late_pattern(r"\[\[packages?\]\]")
_MARKER_GROUP = late_pattern(r"[\"']([^\"']+)[\"']\s+in\s+(extras|dependency_groups)")


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
        except DocumentInvalid as error:
            notes.append(Note("lock-unparsable", str(error), path.name, error.line))
    return LockedFiles(tuple(found), tuple(files), tuple(notes))


def read_pins(path: Path) -> frozenset[tuple[DistributionName, str]]:
    """Return name and version of everything that a lock file pins; nothing when it cannot be read."""
    try:
        return frozenset((one.name, one.version) for one in _read(path))
    except (Skipped, DocumentInvalid):
        return frozenset()


def _read(path: Path) -> list[LockedDistribution]:
    text = read_file(path, BYTES_AT_MOST).decode("utf-8-sig", errors="replace")
    if (conflict := conflict_line(text)) is not None:
        raise TomlInvalid("a merge was left unfinished here: not read, lock again", conflict)
    if path.suffix == ".lock" and path.name.startswith("Pipfile"):
        return list(_read_pipenv(text, path.name))
    lines = tuple(number for number, line in enumerate(text.split("\n"), start=1) if _TABLE.match(line))
    return list(_READERS.get(path.name, _read_pylock)(_Lock(path.name, parse_tables(text), lines)))


def _packages(lock: _Lock, key: str = "package") -> Iterator[tuple[Mapping[str, Any], int]]:
    packages = lock.tables.get(key)
    if packages is None:
        return
    count = 0
    for position, package in enumerate(list_of(packages)):
        if isinstance(package, dict) and isinstance(package.get("name"), str):
            count += 1
            yield package, lock.lines[position] if position < len(lock.lines) else 1
    if packages != [] and not count:
        raise TomlInvalid(f"`{key}` holds no table with a name: not what its tool writes, lock again")


def _names(value: Any) -> list[DistributionName]:
    """Return the names in an array of tables that have one."""
    return [normalise(item["name"]) for item in tables_of(value) if isinstance(item.get("name"), str)]


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
        archives=tuple(read_archives(package)),
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
        extras = {name: _names(value) for name, value in table_of(package.get("optional-dependencies")).items()}
        groups = {name: _names(value) for name, value in table_of(package.get("dev-dependencies")).items()}
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


def _read_poetry(lock: _Lock) -> Iterator[LockedDistribution]:
    extras = group_pairs(
        (normalise(str(name).split(" ")[0]), f"optional:{normalise(extra)}")
        for extra, names in table_of(lock.tables.get("extras")).items()
        for name in list_of(names)
    )
    for package, line in _packages(lock):
        # `optional` ones belong to extras, which are listed whether anybody asks for them or not
        entries = table_of(package.get("dependencies")).items()
        required = [normalise(name) for name, value in entries if table_of(value).get("optional") is not True]
        requires = [line for name, value in entries for line in poetry_lines(name, value)]
        groups = package.get("groups")
        named = groups if isinstance(groups, list) else [package.get("category")]  # `category` until Poetry 1.4
        classes = [_group_of(name, "dev") for name in texts_of(named)]
        if package.get("optional") is True:
            asked = extras.get(normalise(package["name"]), ("optional",))
            classes = [one for group in classes for one in (asked if group == "main" else [group])]
        yield _make(lock, package, line, requires, classes, dependencies=required)


def _read_pdm(lock: _Lock) -> list[LockedDistribution]:
    found = []
    for package, line in _packages(lock):
        requires = for_extras(texts_of(package.get("dependencies")), texts_of(package.get("extras")))
        found.append(_make(lock, package, line, requires, [*map(_group_of, texts_of(package.get("groups")))]))
    return _merge(found)


def _read_pylock(lock: _Lock) -> Iterator[LockedDistribution]:
    for package, line in _packages(lock, "packages"):
        marker = package.get("marker")
        groups = _MARKER_GROUP.findall(marker) if isinstance(marker, str) else []
        classes = [
            f"optional:{normalise(name)}" if kind == "extras" else class_of(name, "dev") for name, kind in groups
        ]
        yield _make(lock, package, line, [*_names(package.get("dependencies"))], classes or ["main"])


def _read_pipenv(text: str, shown: str) -> Iterator[LockedDistribution]:
    document, lines = parse_json(text), key_lines(text)
    if not isinstance(document, dict):
        raise TomlInvalid("not a JSON object: not what Pipenv writes, lock again")
    for category, packages in document.items():
        if category == "_meta":
            continue
        if not isinstance(packages, dict):
            raise TomlInvalid(f"`{category[:80]}` is not an object: not what Pipenv writes, lock again")
        for name, value in packages.items():
            version = table_of(value).get("version")
            pinned = version.removeprefix("==") if isinstance(version, str) and is_sane(version) else ""
            line = lines.get((category, name), 1)
            yield LockedDistribution(normalise(name), pinned, (), (_group_of(category),), shown, line)


def _group_of(name: str, otherwise: str | None = None) -> str:
    return "main" if name in ("main", "default") else "dev" if name == "develop" else class_of(name, otherwise)


def _merge(found: list[LockedDistribution]) -> list[LockedDistribution]:
    """Join the items of one name and version: PDM lists a distribution once more for each extra that is asked for."""
    return [
        replace(
            same[0],
            dependencies=tuple(sorted({name for one in same for name in one.dependencies} - {same[0].name})),
            groups=tuple(sorted({group for one in same for group in one.groups})),
            requires=tuple(dict.fromkeys(line for one in same for line in one.requires)),
        )
        for same in group_pairs(((one.name, one.version), one) for one in found).values()
    ]


_READERS: Mapping[str, Callable[[_Lock], Iterable[LockedDistribution]]] = {
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
    required = group_pairs((one.name, each) for one in locked for each in one.dependencies)
    reached = ((group, follow(names, lambda each: required.get(each, ()))) for group, names in roots.items())
    groups = group_pairs((name, group) for group, names in reached for name in names)
    return [replace(one, groups=tuple(sorted(groups.get(one.name, ())))) for one in locked]
