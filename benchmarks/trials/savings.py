"""Savings: what trials promise for 14 deferrals and 6 removals, and what starts and disk show once they are made."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import bench_avoidable
from bench_avoidable import APPLICATION, CASES, measure, write_application

from footprint.audit.checkout import open_checkout
from footprint.audit.entry_starts import measure as measure_entries
from footprint.audit.join import find_leaving
from footprint.audit.listener import silent
from footprint.audit.run import audit_covered
from footprint.collect import disk
from footprint.config.options import Options
from footprint.model.trial import Trial
from footprint.trial.bench import Bench
from footprint.trial.changes import Edit, WantedChange, remove, try_changes
from footprint.trial.shadows import covered
from trials.applications import uninstall

# What the other one imports, but for what only reports are made with; all of it stays declared.
LEAN = {
    "main.py": APPLICATION["main.py"].replace("import reports\n", "").replace("reports.monthly(db.orders())", "{}"),
    "ml.py": APPLICATION["ml.py"],
    "db.py": "import sqlalchemy\n\n\ndef engine():\n    return sqlalchemy.create_engine('sqlite://')\n",
    "storage.py": "import requests\n\n\ndef fetch(address):\n    return requests.get(address, timeout=5).content\n",
    "requirements.txt": "fastapi\npandas\nmatplotlib\nscikit-learn\nnumpy\nboto3\nrequests\nSQLAlchemy\n",
}
REMOVALS = (
    ("pandas",),
    ("greenlet",),
    ("charset-normalizer",),
    ("matplotlib",),
    ("boto3",),
    ("pandas", "greenlet", "matplotlib", "boto3"),
)
_ENTRY = "main:app"


@dataclass(frozen=True, slots=True)
class Saved:
    """One change: what the trial promised and what was got, in bytes. Disk is None for a deferral."""

    name: str
    promised: int
    got: int
    disk_promised: int | None = None
    disk_got: int | None = None

    @property
    def error(self) -> int:
        """Return by how much too much was promised, in bytes of RSS."""
        return self.promised - self.got


def measure_savings(rounds: int) -> Iterator[Saved]:
    """Yield a row per deferral and per removal; all real starts are made in turns."""
    python = bench_avoidable.provide_environment()
    environment = python.parents[1]
    with tempfile.TemporaryDirectory(dir=environment.parent, prefix="tried-") as folder:
        promised = [*_try_deferrals(environment, Path(folder)), *_try_removals(environment, Path(folder))]
        starts = [(each.python, each.folder) for each in promised]
        found = measure([(python, Path(folder) / "whole"), (python, Path(folder) / "lean"), *starts], rounds)
    for each, (after, _) in zip(promised, found[2:], strict=True):
        before = found[1 if each.is_removal else 0][0]
        yield Saved(each.name, each.promised, int(before - after), *each.disk)


@dataclass(frozen=True, slots=True)
class _Promise:
    """What a trial promised, and where the same is really made."""

    name: str
    promised: int
    python: Path
    folder: Path
    is_removal: bool = False
    disk: tuple[int | None, int | None] = (None, None)


def _try_deferrals(environment: Path, top: Path) -> Iterator[_Promise]:
    whole = top / "whole"
    write_application(whole, APPLICATION)
    options = Options.of(project=whole, env=environment, entries=(_ENTRY,), lifespan=False, first_use=False)
    checkout = open_checkout(options, silent)
    with covered(checkout) as ready:
        runtimes, scan = measure_entries(ready, silent, lambda: disk.scan(ready.target.interpreter, ready.target.there))
    bench = Bench(checkout, runtimes, None, silent)
    for number, case in enumerate(CASES):
        files = bench_avoidable.edit(APPLICATION, case)
        content = {path: text.encode() for path, text in files.items() if text != APPLICATION[path]}
        trial = try_changes(bench, [WantedChange(case.name, "defer")], scan, edit=_giving(content))
        folder = top / f"moved{number}"
        write_application(folder, files)
        yield _Promise(case.name, _saved(trial), environment / "bin" / "python", folder)


def _giving(content: Mapping[str, bytes]) -> Edit:
    return lambda _: content


def _try_removals(environment: Path, top: Path) -> Iterator[_Promise]:
    write_application(top / "lean", LEAN)
    for number, names in enumerate(REMOVALS):
        copy = top / f"env{number}"
        shutil.copytree(environment, copy, symlinks=True, copy_function=os.link)
        trial = _try_removal(top / "lean", copy, names)
        before = weigh(copy)
        python = copy / "bin" / "python"
        uninstall(python, _gone(trial))
        weight = (trial.disk_bytes, before - weigh(copy))
        yield _Promise(f"without {' '.join(names)}", _saved(trial), python, top / "lean", True, weight)


def _try_removal(project: Path, environment: Path, names: Sequence[str]) -> Trial:
    """Return what what-if does, also of what a library loads for a feature, which what-if keeps."""
    options = Options.of(project=project, env=environment, entries=(_ENTRY,), lifespan=False, first_use=False)
    checkout = open_checkout(options, silent)
    facts, audit = audit_covered(checkout, covered, silent)
    rows = [row for row in audit.distributions if row.name in names]
    bench = Bench(checkout, facts.runtimes, None, silent)
    wanted = [remove(row.name, row.exclusive) for row in rows]
    trial = try_changes(bench, wanted, facts.scan, leaving=partial(find_leaving, facts, options.target))
    assert all(change.verdict == "proved" for change in trial.changes), trial.changes
    return trial


def _gone(trial: Trial) -> list[str]:
    return sorted({*trial.shared, *(name for change in trial.changes for name in change.names)})


def _saved(trial: Trial) -> int:
    (start,) = trial.starts
    return start.rss_before_bytes - start.rss_after_bytes


def weigh(environment: Path) -> int:
    """Return the bytes of all files and folders of an environment, each inode once."""
    found: dict[tuple[int, int], int] = {}
    for top, _, names in os.walk(environment):
        for path in (Path(top), *(Path(top, name) for name in names)):
            status = path.lstat()
            found[status.st_dev, status.st_ino] = status.st_size
    return sum(found.values())
