"""Reads used third-party code for imports of names that nobody else accounts for."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from footprint.model.askers import Ask, InstalledModule, Mention
from footprint.model.sources import FileImports, ImportSite, Placement
from footprint.names import DistributionName, ModuleName, top_level

Reader = Callable[..., FileImports]

_LARGEST_BYTES = 4 << 20  # generated tables, never code that asks for a dependency
_OPTIONAL = re.compile(rb"""import_optional_dependency\(\s*['"]([\w.]+)['"]""")


def find_askers(
    modules: Iterable[InstalledModule], wanted: Mapping[ModuleName, DistributionName], read: Reader
) -> tuple[Ask, ...]:
    """Return the imports of `wanted` import names in `modules`, in the order of the modules.

    Imports that only a type checker sees do not count, nor those of a distribution by itself.
    A file that cannot be read asks for nothing: the probe has loaded it, so this is about evidence only.
    """
    if not wanted:
        return ()
    words = tuple(name.encode() for name in wanted)
    statement = re.compile(
        rb"^[ \t]*(?:from|import)[ \t]+(?:" + b"|".join(map(re.escape, words)) + rb")\b", re.MULTILINE
    )
    asks: list[Ask] = []
    for module in modules:
        data = _read(module.file)
        if data is None or not any(word in data for word in words):
            continue
        if statement.search(data):
            asks.extend(_read_statements(data, module, wanted, read))
        asks.extend(_read_optional(data, module, wanted))
    return tuple(asks)


def find_mentions(project: Path, paths: Sequence[str], words: Iterable[str]) -> tuple[Mention, ...]:
    """Return where `words` stand as names in the project's own files, the first place per file and word."""
    pattern = re.compile("|".join(rf"\b{re.escape(word)}\b" for word in sorted(set(words))))
    if not pattern.pattern:
        return ()
    mentions = []
    for path in paths:
        data = _read(str(project / path))
        seen: set[str] = set()
        for number, line in enumerate((data or b"").decode("utf-8", "replace").splitlines(), start=1):
            code = line.partition("#")[0]
            for word in pattern.findall(code):
                if word not in seen:
                    seen.add(word)
                    mentions.append(Mention(word, path, number))
    return tuple(mentions)


def _read(file: str) -> bytes | None:
    path = Path(file)
    try:
        data = path.read_bytes()
    except (OSError, ValueError):
        return None
    return data if len(data) <= _LARGEST_BYTES else None


def _read_statements(
    data: bytes, module: InstalledModule, wanted: Mapping[ModuleName, DistributionName], read: Reader
) -> Iterable[Ask]:
    is_package = module.file.endswith("__init__.py")
    for site in read(data, path=module.shown, module=module.module, is_package=is_package).sites:
        name = wanted.get(top_level(site.module)) or wanted.get(site.module)
        if name is None or site.placement in (Placement.TYPE_CHECKING, Placement.MAIN):
            continue
        if site.level == 0 and name != module.distribution:
            yield _ask(name, module, site)


def _ask(name: DistributionName, module: InstalledModule, site: ImportSite) -> Ask:
    return Ask(name, module, site.line, site.function, site.guarded)


def _read_optional(
    data: bytes, module: InstalledModule, wanted: Mapping[ModuleName, DistributionName]
) -> Iterable[Ask]:
    for match in _OPTIONAL.finditer(data):
        name = wanted.get(top_level(match[1].decode("ascii", "replace")))
        if name is not None and name != module.distribution:
            line = data.count(b"\n", 0, match.start()) + 1
            yield Ask(name, module, line, "a function that takes it as optional", True)
