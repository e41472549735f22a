"""Settings: [tool.footprint] and its tables with values of any type, and targets that lead out of the project."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from benchmarks.fuzz.case import Case
from benchmarks.fuzz.hostile import NAMES, NUMBERS, chance, line, pick, some, text, tree
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.place import Place
from benchmarks.fuzz.toml_text import toml_bytes

_SIZES = (
    "512MiB",
    "75%",
    "0",
    "-1MiB",
    "1e999GB",
    "9" * 400 + "MiB",
    "MiB",
    "5%,5MiB",
    "5%,",
    "render:free",
    "nan%",
    "٣MiB",
    "1_0MB",
    "",
)
_PATHS = ("../target", "/", "../../..", ".", "", "~", "/dev/zero", "x/../../beside", "\ud800", "a\0b", "a/" * 3000)

_KEYS: Mapping[str, Sequence[Any]] = {
    "python": ("../target/python", "/usr/bin/env", "bin/python", *_PATHS),
    "env": ("../target/env", ".venv", *_PATHS),
    "entries": (["main.py"], ["main:app"], ["-m main"], ["../beside/run.sh"], ["/dev/zero"], ["main.py"] * 300),
    "factory": (True, False),
    "requirements": (["requirements.txt"], ["../beside/keep.txt"], ["/dev/zero"], ["../beside/fifo"], ["."]),
    "exclude": (["**"], ["[a-"], ["!"], ["a/**/b" * 50], ["/"], ["*"] * 500),
    "respect-gitignore": (True, False),
    "probe": (True, False),
    "runs": (1, 0, -1, 10**30),
    "timeout": (1, 0.5, 0, -1, 1e308),
    "lifespan": (True, False),
    "first-use": (True, False),
    "limit": _SIZES,
    "workers": (1, 0, -1, 10**9, 2**70),
    "preload": (True, False),
    "live": (True, False),
    "ready": ("port:8000", "port:99999999", "log:(a+)+$", "log:[", "quiet:-1", "http://[", "quiet:nan"),
    "requests": (["GET http://x"], ["*" * 100], ["http://h/*1000000000"]),
    "ignore": ({"FP101": ["flask"]}, {"unused": ["*"]}, {"FP999": []}, {"FP101": "flask"}),
}  # fmt: skip
_CHECK_KEYS: Mapping[str, Sequence[Any]] = {
    "baseline": ("footprint-baseline.json", "../target/keep.txt", "/dev/zero", "../beside/fifo", *_PATHS),
    "against": ("../target", "/dev/zero", "../beside/fifo", ".", *_PATHS),
    "static": (True, False),
    "strict-baseline": (True, False),
    "runs": (1, 0, -1, 10**30),
    "on-probe-error": ("fail", "warn", "x"),
    "on-noise": ("fail", "warn"),
    "max-startup-anon": _SIZES,
    "max-startup-rss": _SIZES,
    "max-first-use-rss": _SIZES,
    "max-startup-peak": _SIZES,
    "max-total": _SIZES,
    "max-increase": _SIZES,
    "max-disk-increase": _SIZES,
    "max-time-ratio": NUMBERS,
    "max-disk": _SIZES,
    "max-distributions": NUMBERS,
    "new-distribution": _SIZES,
    "forbid-at-startup": (["flask"], ["*"], ["main.x"], ["a" * 5000]),
    "allow-at-startup": ([], ["idna"], ["__main__"]),
    "rules": ({"unused": "error"}, {"FP101": "off"}, {"FP999": "error"}, {"unused": 1}),
    "entries": ({"main": {"max-startup-anon": "1MiB"}}, {"main": {"rules": {"unused": "x"}}}),
}


def make(place: Place, random: Random) -> Case:
    """Return a static command on a project with settings of any content."""
    ground.plain_project(place)
    site = ground.plain_environment(place.project / ".venv")
    ground.plain_environment(place.target / "env")
    ground.foreign_python(place.target / "python", place)
    (place.target / "env/bin/python").unlink()
    ground.foreign_python(place.target / "env/bin/python", place)
    if chance(random, 0.08):
        return _make_foreign(place, random)
    table = _table(random, _KEYS)
    if chance(random, 0.5):
        table["check"] = _table(random, _CHECK_KEYS)
    if chance(random, 0.05):
        table = tree(random)
    document = {"project": {"name": "x", "dependencies": ["flask", "idna"]}, "tool": {"footprint": table}}
    path = place.project / "pyproject.toml"
    ground.write(path, toml_bytes(random, document, damage=0.08))
    if chance(random, 0.05):
        path.unlink()
    if not path.exists():
        ground.special_file(random, path, place)
    if chance(random, 0.4):
        (place.project / ".git").mkdir()
    ignores = "".join(f"import flask  # footprint: ignore[{line(random)}]\n" for _ in range(random.randint(0, 3)))
    ground.write(place.project / "ignored.py", ignores)
    target: tuple[str, ...] = ("--site-packages", str(site)) if chance(random, 0.15) else ()
    arguments, kind = ground.static_call(random, place, target)
    return Case((*arguments, *_flags(random, arguments[0])), place.project, json.dumps(table)[:300], json=kind)


def _make_foreign(place: Place, random: Random) -> Case:
    """Return a command that would start what the settings name, outside of the project: it has to refuse."""
    (place.project / "away").symlink_to(place.target)
    tables: Sequence[dict[str, Any]] = (
        {"python": "../target/python"},
        {"python": "away/python"},
        {"python": str(place.target / "python")},
        {"env": "../target/env"},
        {"env": "away/env", "python": ".venv/bin/python"},
        {"requirements": ["../beside/keep.txt"]},
        {"requirements": ["away/keep.txt"]},
        {"entries": ["../beside/run.sh"]},
        {"ready": "http://other.example/", "live": True},
        {"requests": ["POST http://other.example/"], "live": True},
    )
    table = pick(random, tables)
    document = {"project": {"name": "x"}, "tool": {"footprint": table}}
    ground.write(place.project / "pyproject.toml", toml_bytes(random, document, damage=0))
    command = pick(random, ("audit", "check", "probe"))
    if "requirements" in table and command == "probe":
        command = "audit"  # which reads them
    arguments = (command, str(place.project), "--timeout", "5")
    return Case(arguments, place.project, json.dumps(table), static=False, refused=True)


def _table(random: Random, keys: Mapping[str, Sequence[Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in some(random, tuple(keys), 4):
        found[key] = pick(random, keys[key]) if chance(random, 0.75) else tree(random, 2)
    if chance(random, 0.1):
        found[text(random)] = tree(random, 2)
    return found


def _flags(random: Random, command: str) -> list[str]:
    """Return flags with values of any content, for the commands that know them."""
    known: Mapping[str, Sequence[str]] = {
        "--entry": ("main.py", "main:app", "-m main", "a.b:c(1)", "../beside/run.sh", *NAMES),
        "--exclude": ("**", "[", "!*"),
        "-r": ("requirements.txt", "../beside/keep.txt", "/dev/zero", "../beside/fifo", "."),
        "--limit": _SIZES,
        "--workers": ("1", "0", "-1", "9" * 30),
        "--timeout": ("1", "0", "nan", "-1", "1e999"),
        "--set": ("A=1", "=", "A", "\udcff=x", "PATH=/x"),
    }
    if command not in ("audit", "check", "init", "why") or chance(random, 0.6):
        return []
    unknown = {"why": {"--limit", "--workers"}}.get(command, set())
    flag = pick(random, tuple(known))
    value = pick(random, known[flag]) if chance(random, 0.7) else line(random)
    if flag in unknown or "\ud800" in value:
        return []
    return [flag, value]
