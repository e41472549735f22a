"""Check data/import_names.toml against distributions that are really installed.

    python benchmarks/check_import_names.py ENVIRONMENT...

An environment is a virtual environment or a site-packages folder. For every row whose distribution is installed in one
of them, its RECORD must hold a file that answers to the import name. Nothing is downloaded: give environments that
were installed for other ends (`make demo`, `make test-real`). Ends with 1 when a row is wrong.
"""

from __future__ import annotations

import csv
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from footprint.knowledge.tables import read_import_names
from footprint.names import DistributionName, ModuleName, normalise

_SUFFIXES = (".py", ".so", ".pyd")


@dataclass(frozen=True)
class Check:
    """One row of the table for one installed distribution."""

    module: ModuleName
    distribution: DistributionName
    version: str
    holds: bool


def check(environments: Iterable[Path]) -> list[Check]:
    """Return a check per row and distribution that is installed somewhere, sorted; the first environment counts."""
    installed: dict[DistributionName, tuple[str, frozenset[ModuleName]]] = {}
    for site in _site_folders(environments):
        for info in sorted(site.glob("*.dist-info")):
            name, _, version = info.name.removesuffix(".dist-info").partition("-")
            if (info / "RECORD").is_file():
                installed.setdefault(normalise(name), (version, frozenset(_modules(info / "RECORD"))))
    return [
        Check(module, name, installed[name][0], module in installed[name][1])
        for module, names in sorted(read_import_names().items())
        for name in names
        if name in installed
    ]


def _site_folders(environments: Iterable[Path]) -> Iterator[Path]:
    for folder in environments:
        found = sorted(folder.glob("lib/python*/site-packages")) or sorted(folder.glob("Lib/site-packages"))
        yield from found or [folder]


def _modules(record: Path) -> Iterator[ModuleName]:
    """Yield the modules that a RECORD holds, and the packages and folders around them."""
    with record.open(encoding="utf-8", newline="") as file:
        paths = [row[0] for row in csv.reader(file) if row]
    for path in paths:
        parts = path.split("/")
        if not path.endswith(_SUFFIXES) or parts[0] in ("..", "") or parts[0].endswith((".dist-info", ".libs")):
            continue
        names = [*parts[:-1], parts[-1].partition(".")[0]]
        for end in range(1, len(names) + 1):
            yield ".".join(names[:end])


def main(arguments: list[str]) -> int:
    """Print the rows that are wrong and how many were checked."""
    checks = check(map(Path, arguments))
    for item in checks:
        if not item.holds:
            print(f"WRONG: {item.distribution} {item.version} does not install {item.module}")
    rows = {item.module for item in checks}
    total = len(read_import_names())
    print(f"{len(rows)} of {total} import names checked, {len(checks)} pairs with a distribution")
    return int(any(not item.holds for item in checks))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
