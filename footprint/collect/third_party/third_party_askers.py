"""Reads used third-party code for imports of names that nobody else accounts for."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from footprint.collect.third_party.guards import find_raising_lines
from footprint.files.reader import try_read
from footprint.model.source_modules import FileImports, Placement
from footprint.model.third_party_needs import Ask, InstalledModule, Mention
from footprint.names import DistributionName, ModuleName, owner_of, text_bytes, top_level

Reader = Callable[..., FileImports]

_BY_NAME = (b"dependency(", b"import_module(", b"__import__(")  # import_optional_dependency, and what is built like it
_DOTTED = re.compile(rb"""['"]([A-Za-z_]\w*(?:\.\w+)*)['"]""")


def find_askers(
    modules: Iterable[InstalledModule],
    wanted: Mapping[ModuleName, DistributionName],
    read: Reader,
    *,
    loaded: Collection[str],
    sources: Sources | None = None,
) -> tuple[Ask, ...]:
    """Return the imports of `wanted` modules, and of what is below them, in `modules`, in the order of these.

    `loaded` are the files that were in memory after startup.

    Imports that only a type checker sees do not count, nor those of a distribution by itself.
    A file that cannot be read asks for nothing: the probe has loaded it, so this is about evidence only.
    """
    if not wanted:
        return ()
    sources = sources or Sources()
    usual = b"|".join(re.escape(text_bytes(name)) for name in sorted({top_level(module) for module in wanted}))
    # Each begins with a literal, which is found many times faster than a choice of two words at the start of a line.
    statements = [re.compile(rb"%s[ \t]+(?:%s)\b" % (word, usual)) for word in (b"import", b"from")]
    asks: list[Ask] = []
    for module in modules:
        data = sources.read(module.file)
        if data is None:
            continue
        found = list(_read_strings(data, module, wanted))
        if any(statement.search(data) for statement in statements):
            found += _read_statements(data, module, wanted, read)
        asks += [replace(ask, loaded=module.file in loaded) for ask in found]
    return tuple(asks)


def find_mentions(project: Path, paths: Sequence[str], words: Iterable[str]) -> tuple[Mention, ...]:
    """Return where `words` stand as names in the project's own files, the first place per file and word."""
    pattern = re.compile("|".join(_as_code(word) for word in sorted(set(words))))
    if not pattern.pattern:
        return ()
    mentions, sources = [], Sources()
    for path in paths:
        data = sources.read(str(project / path))
        seen: set[str] = set()
        for number, line in enumerate((data or b"").decode("utf-8", "replace").splitlines(), start=1):
            code = line.partition("#")[0]
            for match in pattern.finditer(code):
                word = match[0].strip(".( \t")
                if word not in seen:
                    seen.add(word)
                    mentions.append(Mention(word, path, number))
    return tuple(mentions)


def _as_code(word: str) -> str:
    """Return a pattern for `word` in code: a class anywhere, a function as an attribute or where it is called."""
    name = re.escape(word)
    return rf"\b{name}\b" if word[:1].isupper() else rf"\.{name}\b|\b{name}\s*\("


def _read_statements(
    data: bytes, module: InstalledModule, wanted: Mapping[ModuleName, DistributionName], read: Reader
) -> Iterable[Ask]:
    is_package = module.file.endswith("__init__.py")
    found = []
    for site in read(data, path=module.shown, module=module.module, is_package=is_package).sites:
        named = (f"{site.module}.{each}" for each in site.names) if site.names else (site.module,)
        name = next(filter(None, (owner_of(each, wanted) for each in named)), None)
        if name is None or site.placement in (Placement.TYPE_CHECKING, Placement.MAIN, Placement.ELSEWHERE):
            continue
        if site.level == 0 and name != module.distribution:
            found.append((name, site))
    raising = find_raising_lines(data, {site.line for _, site in found if site.guarded})
    for name, site in found:
        yield Ask(name, module, site.line, site.function, site.guarded and site.line not in raising)


def _read_strings(data: bytes, module: InstalledModule, wanted: Mapping[ModuleName, DistributionName]) -> Iterable[Ask]:
    """Yield the strings that name a wanted module, in a file that imports by name."""
    if not any(word in data for word in _BY_NAME):
        return
    for match in _DOTTED.finditer(data):
        name = owner_of(match[1].decode("ascii", "replace"), wanted)
        if name is None or name == module.distribution:
            continue
        called = data[max(0, match.start() - 40) : match.start()].rstrip().endswith(_BY_NAME)
        if called or b"." in match[1]:  # a bare word is a name only where it is handed to an importer
            line = data.count(b"\n", 0, match.start()) + 1
            yield Ask(name, module, line, "a function that imports by name", True)


LARGEST_BYTES = 4 << 20  # generated tables, never code that asks for a dependency
_KEPT_BYTES = 64 << 20


class Sources:
    """Reads files, and keeps what was read as far as there is room."""

    def __init__(self) -> None:
        """Start with nothing."""
        self._kept: dict[str, bytes | None] = {}
        self._room = _KEPT_BYTES

    def read(self, file: str) -> bytes | None:
        """Return the bytes of a source file, None for one that cannot be read or is too large to be code."""
        if file in self._kept:
            return self._kept[file]
        data = try_read(file, bytes_at_most=LARGEST_BYTES)
        size = len(data or b"")
        if size <= self._room:
            self._kept[file] = data
            self._room -= size
        return data
