"""What scanner and walker must agree on, and where they are compared."""

import sysconfig
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from footprint.collect.imports.scan.scanner import scan
from footprint.collect.imports.scan.text import Unusual
from footprint.collect.imports.walker import LARGE_FILE_BYTES, read_imports
from footprint.model.source_modules import FileImports, ImportSite

MODULE = "pkg.sub.mod"


def told(site: ImportSite) -> tuple[object, ...]:
    """Everything but the uses of names, which a scan does not look for."""
    where = (site.line, site.placement.value, site.function, site.guarded)
    return (*where, site.module, site.names, site.level, site.form, site.bound, site.condition)


def by_scan(data: bytes, *, is_package: bool = False) -> FileImports | None:
    """Return what the scan says, None where it asks for the walker."""
    try:
        return scan(data, path="mod.py", module=MODULE, is_package=is_package)
    except Unusual:
        return None


def by_walk(data: bytes, *, is_package: bool = False) -> FileImports:
    """Return what the walker says."""
    return read_imports(data, path="mod.py", module=MODULE, is_package=is_package)


def differences(scanned: FileImports, walked: FileImports) -> list[str]:
    """Return what one says and the other does not; order counts."""
    ours, theirs = list(map(told, scanned.sites)), list(map(told, walked.sites))
    wrong = [f"scanner only: {site}" for site in ours if site not in theirs]
    wrong += [f"walker only: {site}" for site in theirs if site not in ours]
    if not wrong and ours != theirs:
        wrong = ["other order"]
    computed = [[note.line for note in one.notes if note.code == "dynamic-import"] for one in (scanned, walked)]
    return wrong if computed[0] == computed[1] else [*wrong, f"computed imports: {computed}"]


@dataclass
class Comparison:
    """The outcome over many files."""

    file_count: int = 0
    statement_count: int = 0
    not_parsed: list[str] = field(default_factory=list)  # by ast: there is nothing to compare with
    fallbacks: list[str] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)


def compare(files: Iterable[Path], root: Path) -> Comparison:
    """Read every file both ways."""
    outcome = Comparison()
    for path in files:
        try:
            data = path.read_bytes()
        except OSError:
            continue
        if len(data) > LARGE_FILE_BYTES:
            continue  # the walker does not parse these either
        name = path.relative_to(root).as_posix()
        outcome.file_count += 1
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            walked = by_walk(data, is_package=path.name == "__init__.py")
        if not walked.parsed:
            outcome.not_parsed.append(name)
            continue
        outcome.statement_count += len(walked.sites)
        try:
            scanned = scan(data, path="mod.py", module=MODULE, is_package=path.name == "__init__.py")
        except Unusual as unusual:
            outcome.fallbacks.append(f"{name}: {unusual.reason}")
            continue
        outcome.wrong += [f"{name}: {text}" for text in differences(scanned, walked)]
    return outcome


def standard_library() -> tuple[Path, Iterator[Path]]:
    """Return the folder of the running Python's standard library and its files, tests included."""
    folder = Path(sysconfig.get_path("stdlib"))
    return folder, (path for path in sorted(folder.rglob("*.py")) if "site-packages" not in path.parts)
