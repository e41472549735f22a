"""Projects and environments of any size in shapes that hurt, and the exponent by which work on them grows."""

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from footprint.model.installed_environment import Installed
from footprint.model.requirements import DeclaredRequirement
from tests.support import projects
from tests.support.builders import installed, requirement
from tests.support.machine import install
from tests.support.work import count_calls

LINEAR = 1.15  # n log n included
DOUBLINGS = 4
LAYER = 8


@dataclass(frozen=True)
class Case:
    """What is installed, by name with its Requires-Dist lines; what is declared; and the files of the project."""

    requires: Mapping[str, Sequence[str]]
    declared: Sequence[str]
    files: Mapping[str, str] = field(default_factory=dict)


def name(number: int) -> str:
    return f"dist-{number:06}"


def _imports(numbers: Iterable[int]) -> str:
    return "".join(f"import {name(number).replace('-', '_')}\n" for number in numbers)


def _ring(count: int, *, behind: str = "") -> dict[str, list[str]]:
    extra = "[x] ; extra == 'x'" if behind else ""
    return {name(number): [name((number + 1) % count) + extra] for number in range(count)}


def _layers(count: int) -> dict[str, list[str]]:
    """Every member of a layer requires all of the next: the number of ways doubles three times with each layer."""
    first = {number: (number // LAYER + 1) * LAYER for number in range(count)}
    return {
        name(number): [name(other) for other in range(below, below + LAYER) if other < count]
        for number, below in first.items()
    }


def _forked(count: int) -> dict[str, list[str]]:
    """A chain that is asked for plain by the one and with an extra by the other."""
    lines = {number: [name(number + 1), f"{name(number + 1)}[x] ; extra == 'x'"] for number in range(count - 1)}
    return {name(number): lines.get(number, []) for number in range(count)}


def _alone(count: int) -> dict[str, list[str]]:
    return {name(number): [] for number in range(count)}


def _pairs(count: int) -> dict[str, list[str]]:
    return {name(i): [name(i ^ 1)] for i in range(count - count % 2)}


def _chain(count: int) -> dict[str, list[str]]:
    return {name(number): [name(number + 1)] if number + 1 < count else [] for number in range(count)}


def _all(count: int) -> list[str]:
    return [name(number) for number in range(count)]


GRAPHS: Mapping[str, Callable[[int], Case]] = {
    "wide": lambda n: Case({"top": _all(n), **_alone(n)}, ["top"]),
    "deep": lambda n: Case(_chain(n), [name(0)]),
    "deep, all declared": lambda n: Case(_chain(n), _all(n)),
    "ring": lambda n: Case(_ring(n), [name(0)]),
    "ring, all declared": lambda n: Case(_ring(n), _all(n)),
    "ring of extras": lambda n: Case(_ring(n, behind="x"), [f"{name(0)}[x]"]),
    "layers": lambda n: Case(_layers(n), _all(LAYER)),
    "layers, all declared": lambda n: Case(_layers(n), _all(n)),
    "plain and with an extra": lambda n: Case(_forked(n), [name(0), f"{name(0)}[x]"]),
    "one for all": lambda n: Case({"six": [], **{one: ["six"] for one in _all(n)}}, _all(n)),
    "extras of one": lambda n: Case(
        {"top": [f"{one} ; extra == '{one}'" for one in _all(n)], **_alone(n)}, [f"top[{','.join(_all(n))}]"]
    ),
    "chain of orphans": lambda n: Case(_chain(n), []),
    "ring of orphans": lambda n: Case(_ring(n), []),
    "rings of two orphans": lambda n: Case(_pairs(n), []),
    "rings of two, all declared": lambda n: Case(_pairs(n), _all(n - n % 2)),
}
PROJECTS: Mapping[str, Callable[[int], Case]] = {
    "frozen": lambda n: Case(
        {"top": _all(n), "other": _all(n), **_chain(n)}, ["top", "other", *_all(n)], {"main.py": "import top\n"}
    ),
    "rings of pins": lambda n: Case(_pairs(n), _all(n - n % 2), {"main.py": _imports([0])}),
    "lazy stacks": lambda n: Case(
        _alone(n),
        _all(n),
        {f"m{i}.py": f"def f():\n    import {one}\n" for i, one in enumerate(_all(n))}
        | {"main.py": "".join(f"import m{i}\n" for i in range(n))},
    ),
    "wide": lambda n: Case({"top": _all(n), **_alone(n)}, ["top"], {"main.py": "import top\n"}),
    "layers": lambda n: Case(_layers(n), _all(LAYER), {"main.py": _imports([0])}),
    "undeclared": lambda n: Case(
        {"top": _all(n), **_alone(n)}, ["top"], {"main.py": f"import top\n{_imports(range(n))}"}
    ),
    "one line again and again": lambda n: Case({"top": []}, ["top>=1"] * n, {"main.py": "import top\n"}),
    "one name in every version": lambda n: Case(
        {"top": []}, [f"top>=0.{number}" for number in range(n)], {"main.py": "import top\n"}
    ),
    "not installed": lambda n: Case({"top": []}, _all(n), {"main.py": "import top\n"}),
    "stubs": lambda n: Case(
        {f"types-{one}": [] for one in _all(n)}, [f"types-{one}" for one in _all(n)], {"main.py": _imports(range(n))}
    ),
    "ignored lines": lambda n: Case(
        _alone(n), [f"{one}  # footprint: ignore[unused]" for one in _all(n)], {"main.py": _imports([0])}
    ),
    "ignored names": lambda n: Case(
        _alone(n),
        _all(n),
        {
            "main.py": _imports([0]),
            "pyproject.toml": f"[tool.footprint.ignore]\nunused = {_all(n) + ['gone-' + one for one in _all(n)]}\n",
        },
    ),
    "strings": lambda n: Case(
        _alone(n),
        _all(n),
        {"main.py": "import os\nINSTALLED_APPS = [" + ",\n".join(f"'{each}.a'" for each in _all(n)) + "]\n"},
    ),
    "modules in a chain": lambda n: Case(
        {"top": []},
        ["top"],
        {
            "main.py": "import m0\n",
            **{f"m{number}.py": f"import m{number + 1}\n" for number in range(n)},
            f"m{n}.py": "import top\n",
        },
    ),
    "requirement files in a chain": lambda n: Case(
        {"top": []},
        ["top", "-r r0.txt"],
        {
            "main.py": "import top\n",
            **{f"r{number}.txt": f"-r r{number + 1}.txt\n-r requirements.txt\n" for number in range(n)},
            f"r{n}.txt": "",
        },
    ),
}


def installed_of(case: Case) -> list[Installed]:
    """Return what is installed, in memory alone."""
    return [installed(one, *lines) for one, lines in case.requires.items()]


def declared_of(case: Case) -> list[DeclaredRequirement]:
    """Return what is declared, in memory alone."""
    return [requirement(text, line=number) for number, text in enumerate(case.declared, start=1)]


def write(case: Case, folder: Path) -> tuple[Path, Path]:
    """Write the project and its site-packages folder; return both."""
    lines = "".join(f"{line}\n" for line in case.declared)
    project = projects.write(folder / "project", {"requirements.txt": lines, **case.files})
    (site := folder / "site-packages").mkdir()
    for one, requires in case.requires.items():
        asked = "".join(f"Requires-Dist: {line}\n" for line in requires)
        install(site, one, {f"{one.replace('-', '_')}.py": b""}, metadata=asked)
    return project, site


def exponent(figures: Sequence[float], *, fixed: float = 0) -> float:
    """Return k where figures of doubled sizes grow as n ** k: least squares over their logarithms."""
    heights = [math.log2(max(figure - fixed, 1e-9)) for figure in figures]
    middle, mean = (len(heights) - 1) / 2, sum(heights) / len(heights)
    above = sum((place - middle) * (height - mean) for place, height in enumerate(heights))
    return above / sum((place - middle) ** 2 for place in range(len(heights)))


def counted_exponent(work: Callable[[int], Callable[[], object]], first: int, *, fixed: bool = False) -> float:
    """Return the exponent of the calls that `work` of sizes first, 2 first ... 16 first makes.

    `work` prepares a size and returns what is counted. `fixed`: what a size of one costs is taken off, which is what
    any size costs.
    """
    work(1)()  # what is made once
    base = count_calls(work(1)) if fixed else 0
    return exponent([count_calls(work(first << step)) for step in range(DOUBLINGS + 1)], fixed=base)
