"""Stored audits and baselines, mutated: for `report`, `why --audit`, `check --baseline` and `check --against`."""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from pathlib import Path
from random import Random
from typing import Any

from benchmarks.fuzz.case import Case, Output
from benchmarks.fuzz.hostile import NAMES, chance, damaged, encoded, json_bytes, mutated, pick, text
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.place import Place

_GOLDEN = Path(__file__).resolve().parents[3] / "tests/golden/audit.json"
_KEY = "cpython-3.11-linux-x86_64-glibc"
_BASELINE = {
    "schema_version": 1,
    "footprint": "0.1.0",
    "environments": {
        _KEY: {
            "environment": {"distributions": 2, "disk_bytes": 4096, "sizes": {"idna": 0.01, "requests": 0.5}},
            "entries": {
                "main": {"target": "main.py", "anon_bytes": 5 << 20, "rss_bytes": 11 << 20, "modules": ["json"]}
            },
            "findings": [{"code": "FP101", "distribution": "flask"}],
        }
    },
}


def make(place: Place, random: Random) -> Case:
    """Return a command that reads a stored file of ours, which somebody else has written."""
    ground.plain_project(place)
    if chance(random, 0.3):
        return _make_check(place, random)
    golden = _read_golden()
    special = chance(random, 0.08)
    path = place.project / "audit.json"
    what = "a stored audit, mutated"
    if special:
        what = f"a stored audit: {ground.special_file(random, path, place)}"
    else:
        value = mutated(random, golden) if chance(random, 0.85) else _grown(random, golden)
        content = json_bytes(random, value)
        ground.write(path, damaged(random, content) if chance(random, 0.08) else content)
    if chance(random, 0.3):
        name = pick(random, ("scikit-learn-with-a-rather-long-name", *NAMES))
        arguments = ("why", name.replace("\ud800", "x"), str(place.project), "--audit", str(path))
        return Case(arguments, place.project, what)
    format_ = pick(random, ("table", "markdown", "json"))
    common: tuple[str, ...] = (
        "-f",
        format_,
        "--sort",
        pick(random, ("disk", "rss", "time", "name")),
        "--top",
        pick(random, ("0", "3")),
    )
    kind = "audit" if format_ == "json" else ""
    if not special and chance(random, 0.2):
        return Case(
            ("report", "-", *common), place.project, f"{what}, from standard input", stdin=path.read_bytes(), json=kind
        )
    outputs: tuple[Output, ...] = ()
    if chance(random, 0.2):
        written = pick(random, ("json", "markdown"))
        output = place.out / f"written.{written}"
        outputs = (Output(output, None, written),)
        common = (*common, "-o", f"{written}:{output}")
    return Case(("report", str(path), *common), place.project, what, json=kind, outputs=outputs)


def _make_check(place: Place, random: Random) -> Case:
    env = place.project / ".venv"
    ground.plain_environment(env)
    flag = pick(random, ("--baseline", "--against"))
    path = place.project / "stored.json"
    source: Any = pick(random, (_BASELINE, _BASELINE, _read_golden()))
    what = "a baseline, mutated"
    if chance(random, 0.1):
        what = f"a baseline: {ground.special_file(random, path, place)}"
    else:
        ground.write(
            path, json_bytes(random, mutated(random, source) if chance(random, 0.9) else {text(random): source})
        )
    extra: Sequence[str] = pick(random, ((), ("-f", "json"), ("-f", "markdown"), ("--strict-baseline",)))
    kind = "check" if extra[-1:] == ("json",) else ""
    arguments = ("check", "--static", str(place.project), flag, str(path), *extra)
    return Case(arguments, place.project, f"{what}, for {flag}", json=kind)


def _grown(random: Random, golden: Any) -> Any:
    """Return an audit with one list far longer, or one tree far deeper, than any of ours."""
    copy = json.loads(json.dumps(golden))
    key = pick(random, [name for name, value in copy.items() if isinstance(value, list) and value])
    if chance(random, 0.6):
        copy[key] = copy[key] * random.choice((50, 400))
    else:
        deep: Any = []
        for _ in range(random.choice((100, 900))):
            deep = [deep]
        copy[key] = deep
    return copy


@functools.cache
def _read_golden() -> Any:
    return json.loads(encoded(_GOLDEN.read_text(encoding="utf-8")))
