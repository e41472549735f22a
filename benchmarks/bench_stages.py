"""Are the stages true on every interpreter? The same start, bare and recorded, in turns.

    python benchmarks/bench_stages.py [--rounds 5] [--write docs/accuracy.md]

On every CPython from 3.8 on of this machine, and those that FOOTPRINT_PYTHONS names (ci/python315 makes one). The
application needs nothing but the standard library: 200 modules of its own, some with data, an ASGI lifespan that makes
more, and libraries with compiled parts. Truth is a process of its own, without any hook.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

from bench_probe import ANON_BOUND_BYTES, Application, Sample, measure_bare, measure_recorded
from rounds import ROOT, replace_table

from footprint.units import MIB

sys.path.insert(0, str(ROOT))
from tests.support.machine import interpreters

RSS_BOUND_BYTES = 3 * MIB // 4  # pages of the interpreter's own file that the recorder is first to touch
MODULES = 200
MAIN = """
import asyncio, ctypes, decimal, email.mime.text, http.client, json, sqlite3, ssl, unittest.mock, xml.dom.minidom
TABLE = [str(number) * 4 for number in range(100_000)]
async def app(scope, receive, send):
    await receive()
    app.cache = {number: str(number) for number in range(100_000)}
    app.connection = sqlite3.connect(":memory:")
    await send({"type": "lifespan.startup.complete"})
    await receive()
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One interpreter: medians of a figure bare and recorded, by name of the figure."""

    label: str
    bare: dict[str, float]
    recorded: dict[str, float]

    def difference(self, name: str) -> float:
        """Return what the recorded start has more, in bytes."""
        return self.recorded[name] - self.bare[name]

    @property
    def is_far(self) -> bool:
        """Whether a stage differs by more than watching may cost."""
        bounds = {"rss": RSS_BOUND_BYTES, "anon": ANON_BOUND_BYTES}
        return any(abs(self.difference(name)) > bounds[name.partition("_")[2]] for name in self.bare)


def write_application(folder: Path) -> None:
    """Write it."""
    for number in range(MODULES):
        text = (
            f"import json, sys\nDATA = b'{number % 10}' * {4096 * (number % 7)}\nclass Model:\n    name = 'n{number}'\n"
        )
        (folder / f"part{number}.py").write_text(text)
    (folder / "main.py").write_text(MAIN + "".join(f"import part{number}\n" for number in range(MODULES)))


def measure(label: str, python: Path, folder: Path, rounds: int) -> Row:
    """Measure one interpreter."""
    application = Application(python, folder, "main")
    measure_bare(application)  # bytecode
    pairs = [(measure_bare(application), measure_recorded(application, "find_and_load")[0]) for _ in range(rounds)]
    bare, recorded = (_medians(list(side)) for side in zip(*pairs, strict=True))
    return Row(label, bare, recorded)


def _medians(samples: list[Sample]) -> dict[str, float]:
    names = ("import_rss", "import_anon", "ready_rss", "ready_anon")
    return {name: statistics.median(getattr(sample, name) for sample in samples) for name in names}


def show(rows: list[Row], rounds: int) -> str:
    """Return the table."""
    lines = [
        f"Medians of {rounds} interleaved starts; MiB, and what the recorded start has more.",
        "",
        "| CPython | imported: RSS | more | anon | more | ready: RSS | more | anon | more |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        cells = [row.label]
        for name in ("import_rss", "import_anon", "ready_rss", "ready_anon"):
            more = row.difference(name)
            cells += [f"{row.bare[name] / MIB:.2f}", f"{more / MIB:+.2f} ({more / row.bare[name]:+.2%})"]
        lines.append(f"| {' | '.join(cells)} |")
    rss, anon = (
        max(abs(row.difference(name)) / MIB for row in rows for name in row.bare if name.endswith(end))
        for end in ("rss", "anon")
    )
    return "\n".join(
        [*lines, "", f"Worst {rss:.2f} MiB of RSS and {anon:.2f} of anon; the bounds are 0.75 and 0.5 MiB."]
    )


def main() -> int:
    """Print the table; fail where a stage is out of bounds."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--write", type=Path, help="replace the table between its markers in this file")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        write_application(Path(name))
        rows = [
            measure(label, python, Path(name), options.rounds) for label, python in interpreters() if label[-1] != "d"
        ]
    table = show(rows, options.rounds)
    print(table)
    if options.write:
        replace_table(options.write, "stages", table)
    return int(any(row.is_far for row in rows))


if __name__ == "__main__":
    sys.exit(main())
