"""Lock files of every tool, with odd versions, names, edges and shapes, read in place of an environment."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from random import Random
from typing import Any

from benchmarks.fuzz.case import Case
from benchmarks.fuzz.hostile import (
    MARKERS,
    NAMES,
    VERSIONS,
    chance,
    damaged,
    encoded,
    json_bytes,
    line,
    mutated,
    pick,
    tree,
)
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.place import Place
from benchmarks.fuzz.toml_text import toml_bytes


def make(place: Place, random: Random) -> Case:
    """Return a static command without an environment on a project with one lock file or several."""
    ground.plain_project(place)
    secret = ground.secret(random)
    names = [pick(random, tuple(LOCKS)) for _ in range(random.choice((1, 1, 1, 2)))]
    for name in names:
        path = place.project / name
        if chance(random, 0.06):
            ground.special_file(random, ground.free(path), place)
            continue
        value = LOCKS[name](random, secret)
        if chance(random, 0.35) and isinstance(value, dict):
            value = mutated(random, value)
        ground.write(path, _written(random, name, value))
    ground.write(place.project / "pyproject.toml", _declaration(random, names[0]))
    arguments, kind = ground.static_call(random, place, ("--no-env",), environment=False)
    arguments = tuple(each for each in arguments if each != "--no-probe")
    return Case(arguments, place.project, f"{' and '.join(names)} of any content", json=kind, secrets=(secret,))


def _written(random: Random, name: str, value: Any) -> bytes:
    if name.endswith((".yml", ".yaml")):
        content = encoded(json.dumps(value))  # YAML holds JSON
        return damaged(random, content) if chance(random, 0.2) else content
    if name.endswith((".lock", ".toml")) and name != "Pipfile.lock":
        return toml_bytes(random, value if isinstance(value, dict) else {"x": value}, damage=0.15)
    return json_bytes(random, value)


def _declaration(random: Random, lock: str) -> bytes:
    document: dict[str, Any] = {"project": {"name": "x", "version": "1", "dependencies": ["flask", "idna>=2"]}}
    if lock == "poetry.lock":
        document = {
            "tool": {
                "poetry": {"name": "x", "dependencies": {"python": pick(random, ("^3.8", *VERSIONS)), "flask": "*"}}
            }
        }
    return toml_bytes(random, document, damage=0.03)


def _uv(random: Random, secret: str) -> dict[str, Any]:
    def package(number: int) -> dict[str, Any]:
        edge = {"name": pick(random, _names(random)), "marker": pick(random, MARKERS)}
        return {
            "name": _names(random)[number % 6],
            "version": pick(random, VERSIONS),
            "source": pick(
                random,
                (
                    {"registry": f"https://user:{secret}@h/simple"},
                    {"editable": "."},
                    {"virtual": "."},
                    {"git": f"https://{secret}@h/x.git#1"},
                    {"path": "../beside"},
                    tree(random),
                ),
            ),
            "dependencies": [edge, {"name": "idna", "extra": ["x"]}],
            "optional-dependencies": {"x": [edge]},
            "wheels": [{"url": f"https://user:{secret}@h/x.whl", "size": pick(random, (1, -1, 2**70))}],
            "resolution-markers": [pick(random, MARKERS)],
        }

    return {
        "version": pick(random, (1, 1, 99, "x")),
        "requires-python": pick(random, (">=3.8", *VERSIONS)),
        "package": [package(number) for number in range(random.randint(1, 9))],
    }


def _poetry(random: Random, secret: str) -> dict[str, Any]:
    def package(number: int) -> dict[str, Any]:
        return {
            "name": _names(random)[number % 6],
            "version": pick(random, VERSIONS),
            "optional": pick(random, (True, False)),
            "groups": pick(random, (["main"], ["dev"], tree(random))),
            "markers": pick(random, (*MARKERS, {"main": MARKERS[0]})),
            "dependencies": {
                pick(random, _names(random)): pick(
                    random, (*VERSIONS, {"version": "*", "markers": pick(random, MARKERS)}, [{"version": "1"}])
                )
                for _ in range(3)
            },
            "extras": {"x": [line(random)]},
            "source": {"type": "legacy", "url": f"https://user:{secret}@h/simple"},
        }

    return {
        "package": [package(number) for number in range(random.randint(1, 9))],
        "extras": {"x": ["flask"]},
        "metadata": {"lock-version": pick(random, ("2.0", "1.1", "", 7)), "python-versions": pick(random, VERSIONS)},
    }


def _pdm(random: Random, secret: str) -> dict[str, Any]:
    def package(number: int) -> dict[str, Any]:
        return {
            "name": _names(random)[number % 6],
            "version": pick(random, VERSIONS),
            "groups": pick(random, (["default"], tree(random))),
            "dependencies": [line(random), "idna<4"],
            "marker": pick(random, MARKERS),
            "extras": ["x"],
        }

    return {
        "metadata": {"groups": ["default"], "lock_version": pick(random, ("4.5.0", "", 1))},
        "package": [package(number) for number in range(random.randint(1, 9))],
    }


def _pipfile(random: Random, secret: str) -> dict[str, Any]:
    def section() -> dict[str, Any]:
        return {
            name: pick(
                random,
                (
                    {"version": pick(random, ("==1.0", *VERSIONS)), "markers": pick(random, MARKERS), "index": "pypi"},
                    {"git": f"https://{secret}@h/x"},
                    tree(random),
                ),
            )
            for name in _names(random)[:4]
        }

    return {
        "_meta": {
            "requires": {"python_version": pick(random, ("3.11", *VERSIONS))},
            "sources": [{"url": f"https://user:{secret}@h/simple", "name": "pypi"}],
        },
        "default": section(),
        "develop": section(),
    }


def _pylock(random: Random, secret: str) -> dict[str, Any]:
    def package(number: int) -> dict[str, Any]:
        return {
            "name": _names(random)[number % 6],
            "version": pick(random, VERSIONS),
            "marker": pick(random, MARKERS),
            "requires-python": pick(random, VERSIONS),
            "dependencies": [{"name": pick(random, _names(random))}],
            "index": f"https://user:{secret}@h/simple",
            "vcs": pick(random, ({"url": f"https://{secret}@h"}, tree(random))),
        }

    return {
        "lock-version": pick(random, ("1.0", "", 9)),
        "environments": [pick(random, MARKERS)],
        "packages": [package(number) for number in range(random.randint(1, 9))],
    }


def _conda(random: Random, secret: str) -> dict[str, Any]:
    return {
        "version": 1,
        "package": [
            {
                "name": pick(random, _names(random)),
                "version": pick(random, VERSIONS),
                "manager": pick(random, ("pip", "conda")),
                "platform": pick(random, ("linux-64", line(random))),
                "dependencies": {"idna": pick(random, VERSIONS)},
                "url": f"https://user:{secret}@h/x",
                "category": "main",
            }
            for _ in range(5)
        ],
        "metadata": tree(random),
    }


def _pixi(random: Random, secret: str) -> dict[str, Any]:
    return {
        "version": 6,
        "environments": {
            "default": {
                "channels": [{"url": f"https://user:{secret}@h"}],
                "packages": {"linux-64": [{"pypi": "https://h/x.whl"}]},
            }
        },
        "packages": [
            {
                "pypi": "https://h/x.whl",
                "name": pick(random, _names(random)),
                "version": pick(random, VERSIONS),
                "requires_dist": [line(random)],
            }
        ],
    }


def _names(random: Random) -> tuple[str, ...]:
    return ("flask", "idna", "requests", "click", pick(random, NAMES), "x")


LOCKS: Mapping[str, Callable[[Random, str], Any]] = {
    "uv.lock": _uv,
    "poetry.lock": _poetry,
    "pdm.lock": _pdm,
    "Pipfile.lock": _pipfile,
    "pylock.toml": _pylock,
    "pylock.x.toml": _pylock,
    "conda-lock.yml": _conda,
    "pixi.lock": _pixi,
}
