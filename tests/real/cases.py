"""What is kept of a real application: where it comes from, its environment, and the verdicts on its requirements.

A verdict comes from reading the application's code and from running it, never from what a tool printed.
"""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footprint.model.audit import Usage
from footprint.names import DistributionName, normalise

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

APPS = Path(__file__).parent / "apps"


@dataclass(frozen=True, slots=True)
class TrueUse:
    """The class that a careful engineer gives, the line that shows it (path:line in the sdist), and why."""

    usage: Usage
    evidence: str
    why: str


@dataclass(frozen=True, slots=True)
class Blocking:
    """A start of the application, with and without one distribution, and what happens without it.

    `{python}`, `{bin}`, `{source}`, `{home}` and `{port}` are filled into `start` and `env`. With `ready`, the start
    has succeeded when this text is printed; otherwise when the process ends with 0. `blocked` is "start fails: TEXT"
    or "starts: TEXT"; TEXT is in the output. Scripts of {bin} belong to the whole environment: "{python}", "{bin}/x".
    """

    distribution: DistributionName
    start: tuple[str, ...]
    env: tuple[tuple[str, str], ...]
    ready: str | None
    blocked: str


@dataclass(frozen=True, slots=True)
class Application:
    """One real application. `constraints` pin every distribution of its environment."""

    name: str
    kind: str
    distribution: DistributionName
    version: str
    python: str
    entries: tuple[str, ...]
    extras: tuple[str, ...]
    also_install: tuple[str, ...]  # what the application leaves to the host: a setting, a plugin
    env: tuple[tuple[str, str], ...]
    home: tuple[tuple[str, str], ...]  # files that the application expects of its host: path below {home}, content
    lifespan: bool
    timeout: int
    constraints: tuple[str, ...]
    builds_with: tuple[str, ...]  # releases that its build asks for, where they are not those of our own constraints
    verdicts: dict[DistributionName, TrueUse]
    implied: tuple[Blocking, ...]
    known_wrong: dict[DistributionName, str]  # the tool's class is known to differ, and why


def load_applications() -> tuple[Application, ...]:
    """Return every application of tests/real/apps, sorted by file name."""
    return tuple(_from_toml(tomllib.loads(path.read_text(encoding="utf-8"))) for path in sorted(APPS.glob("*.toml")))


def _from_toml(tree: dict[str, Any]) -> Application:
    if tree.get("files", "sdist") != "sdist":
        raise ValueError(f"{tree['name']}: only sdists are read; a wheel has no requirement file")
    verdicts = {
        normalise(name): TrueUse(Usage(row["class"]), row["evidence"], row["why"])
        for name, row in tree["verdicts"].items()
    }
    shared = tree.get("env", {})
    return Application(
        name=tree["name"],
        kind=tree["kind"],
        distribution=normalise(tree["distribution"]),
        version=tree["version"],
        python=tree.get("python", "3.11"),
        entries=tuple(tree.get("entries", ())),
        extras=tuple(tree.get("extras", ())),
        also_install=tuple(tree.get("also_install", ())),
        env=tuple(shared.items()),
        home=tuple(tree.get("home", {}).items()),
        lifespan=tree.get("lifespan", True),
        timeout=tree.get("timeout", 60),
        constraints=tuple(tree["constraints"]),
        builds_with=tuple(tree.get("builds_with", ())),
        verdicts=verdicts,
        implied=tuple(
            Blocking(
                normalise(row["distribution"]),
                tuple(row["start"]),
                tuple({**shared, **row.get("env", {})}.items()),
                row.get("ready"),
                row["blocked"],
            )
            for row in tree.get("implied", ())
        ),
        known_wrong={normalise(name): why for name, why in tree.get("known_wrong", {}).items()},
    )
