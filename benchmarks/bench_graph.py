"""Metadata and requirement graph against `du -s`, on a real environment of some hundred distributions.

Usage: python benchmarks/bench_graph.py [--site FOLDER] [--rounds N]

Without --site an environment is built once in .cache/ (the package index is needed, about 2 GB).
Rounds are interleaved and the ratio is taken within each round, so that a busy machine disturbs both alike.
Target: metadata, graph and every exclusive weight in at most half the time of `du -s`.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from environments import provide, requirements
from packaging.markers import default_environment
from packaging.requirements import Requirement

from footprint.analysis.graph.requirement_graph import RequirementGraph
from footprint.collect.metadata import read_installed
from footprint.model.installed_environment import Installed
from footprint.model.requirements import DeclaredRequirement
from footprint.names import normalise

TARGET_RATIO = 0.5
CACHE = Path(__file__).resolve().parent.parent / ".cache" / "bench-graph"


def main() -> int:
    """Print the ratios; return 1 when the target is missed."""
    options = _parse_options()
    site = options.site or _build_environment()
    declared = tuple(_declare(text, line) for line, text in enumerate(requirements("graph"), start=1))
    markers = {key: str(value) for key, value in default_environment().items() if key != "extra"}
    installed, _ = read_installed([site])
    graph = RequirementGraph.build(installed, declared, markers)
    lines = sum(len(one.requires) for one in installed)
    print(
        f"{len(installed)} distributions, {lines} Requires-Dist lines, {len(graph.edges)} edges for this target, ",
        end="",
    )
    print(f"{len(graph.orphans)} orphans, {len(graph.problems)} problems")

    def weigh_all(graph: RequirementGraph, installed: Sequence[Installed]) -> None:
        for one in installed:
            graph.share_of(one.name)

    def everything() -> None:
        found, _ = read_installed([site])
        weigh_all(RequirementGraph.build(found, declared, markers), found)

    steps: dict[str, Callable[[], object]] = {
        "metadata": lambda: read_installed([site]),
        "graph": lambda: RequirementGraph.build(installed, declared, markers),
        "every weight": lambda: weigh_all(graph, installed),
        "all three": everything,
    }
    ratios = _measure(site, steps, options.rounds)
    for name, found in ratios.items():
        print(f"{name:14} {statistics.median(found):6.3f} x du -s   (rounds {min(found):.3f} to {max(found):.3f})")
    met = statistics.median(ratios["all three"]) <= TARGET_RATIO
    print(f"target: all three <= {TARGET_RATIO} x du -s: {'met' if met else 'MISSED'}")
    return 0 if met else 1


def _parse_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, help="a site-packages folder to measure instead")
    parser.add_argument("--rounds", type=int, default=9)
    return parser.parse_args()


def _build_environment() -> Path:
    """Return the site-packages folder of the environment in .cache/, built if it is not there yet."""
    return next((provide("graph", CACHE).parents[1] / "lib").glob("python*/site-packages"))


def _declare(text: str, line: int) -> DeclaredRequirement:
    requirement = Requirement(text)
    return DeclaredRequirement(
        name=normalise(requirement.name),
        extras=tuple(sorted(normalise(extra) for extra in requirement.extras)),
        specifier=str(requirement.specifier),
        marker=None,
        url=None,
        group="main",
        kind="requirement",
        path="requirements.txt",
        line=line,
        raw=text,
    )


def _measure(site: Path, steps: dict[str, Callable[[], object]], rounds: int) -> dict[str, list[float]]:
    """Return the ratio to `du -s` of each step in each round, after one round that warms the caches."""
    ratios: dict[str, list[float]] = {name: [] for name in steps}
    for number in range(rounds + 1):
        du_s = _time(lambda: subprocess.run(["du", "-s", site], check=True, stdout=subprocess.DEVNULL))
        for name, step in steps.items():
            ratio = _time(step) / du_s
            if number:
                ratios[name].append(ratio)
        if number == 0:
            print(f"du -s takes {du_s * 1000:.0f} ms here, caches not yet warm")
    return ratios


def _time(step: Callable[[], object]) -> float:
    begin = time.perf_counter()
    step()
    return time.perf_counter() - begin


if __name__ == "__main__":
    sys.exit(main())
