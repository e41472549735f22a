"""`footprint init`."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from footprint.audit.announcement import describe_start
from footprint.cli import progress
from footprint.config import read_options
from footprint.gate.init import begin
from footprint.report.text.safe import encodable, printable

NOT_MEASURED = 3


def run(project: Path, flags: Mapping[str, Any], *, write: bool) -> None:
    """Print the first settings, with `write` put them into pyproject.toml; exit 3 when an entry was not measured."""
    options = read_options(flags, project)
    progress.announce(describe_start("init", options, starts=options.probe.enabled))
    with progress.watch():
        begun = begin(project, flags, progress.show, write=write)
    sys.stdout.write(encodable(begun.text))
    sys.stdout.flush()
    if begun.unwritten is not None:
        raise begun.unwritten
    if write:
        place = printable(str(project / "pyproject.toml"))
        sys.stderr.write(f"footprint: written to {place}; next: footprint check --update-baseline\n")
    elif "[tool.footprint]\n" not in begun.text:
        sys.stderr.write("footprint: [tool.footprint] is there already; this is what the gate adds\n")
    for line in begun.missing:
        sys.stderr.write(f"footprint: given by a flag and missing in [tool.footprint]: {printable(line)}\n")
    failed = [entry for entry in begun.audit.entries if entry.failure]
    for entry in failed:
        sys.stderr.write(f"footprint: entry {printable(entry.name)} could not be measured to its end\n")
    if failed:
        raise SystemExit(NOT_MEASURED)
