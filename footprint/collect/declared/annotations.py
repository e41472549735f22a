"""Compiled requirements files as locks: who requires each pin stands beside it, as pip-compile and uv write it.

    jinja2==3.1.4
        # via flask

Source: documentation of pip-tools (`--annotation-style`) and of uv (`uv pip compile`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from footprint.collect.declared.bounded_text import Skipped, read_file
from footprint.collect.declared.via_comments import read_via_comments, requirers_in
from footprint.files.paths import real
from footprint.knowledge.groups import group_of
from footprint.model.requirements import LockedDistribution, LockedFiles
from footprint.names import DistributionName, normalise

_PIN = re.compile(r"([A-Za-z0-9][\w.-]*)[ \t]*(?:\[[^\]\n]*\][ \t]*)?==[ \t]*([^\s;\\,#]+)")
_LONGEST_LINE = 2000


def read_annotated(project: Path, paths: Iterable[str]) -> LockedFiles:
    """Return what those of the requirements files at `paths`, relative, pin that say who requires what.

    What cannot be read is passed over: the reader of requirements says so.
    """
    root = real(project)
    found: list[LockedDistribution] = []
    files = []
    for shown in paths:
        try:
            text = read_file(root / shown).decode("utf-8-sig", errors="replace")
        except Skipped:
            continue
        if "# via" in text:
            files.append(shown)
            found += _read(text, shown)
    return LockedFiles(tuple(found), tuple(files), ())


def _read(text: str, shown: str) -> list[LockedDistribution]:
    pins: dict[DistributionName, tuple[str, int]] = {}
    required: dict[DistributionName, set[DistributionName]] = {}
    for name, version, line, requirers in _blocks(text):
        pins.setdefault(name, (version, line))
        for requirer in requirers:
            required.setdefault(requirer, set()).add(name)
    group = group_of(shown)
    return [
        LockedDistribution(name, version, tuple(sorted(required.get(name, ()))), (group,), shown, line)
        for name, (version, line) in pins.items()
    ]


def _blocks(text: str) -> Iterator[tuple[DistributionName, str, int, tuple[DistributionName, ...]]]:
    """Yield name, version and line of each pin, with the distributions that its comment names."""
    comments = read_via_comments(text)
    for number, line in enumerate(text.split("\n"), start=1):
        pin = None if line[:1].isspace() or line.startswith("#") else _PIN.match(line[:_LONGEST_LINE])
        if pin is not None:
            yield normalise(pin[1]), pin[2], number, requirers_in(comments.get(number, ()))
