"""examples/reports, made from its audit: `python -m tests.support.example_reports` writes them anew.

`--measure` audits the example again first; without, `audit.json` keeps its figures and gets fields that are new.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from tests.support.command import EXAMPLE, EXAMPLE_ENV, footprint

FOLDER = Path(__file__).parents[2] / "examples" / "reports"
STORED = FOLDER / "audit.json"
# How the stored audit came about; the page says so.
MEASURED_BY = ("--verify", "fast", "--request", "auto", "--workers", "2")
COLUMNS = "100"
REPORTS: Mapping[str, tuple[str, ...]] = {
    "audit.json": ("-f", "json"),
    "terminal.txt": (),
    "terminal.es.txt": ("--lang", "es"),
    "report.md": ("-f", "markdown"),
    "informe.es.md": ("-f", "markdown", "--lang", "es"),
    "page.html": ("-f", "html"),
    "distributions.csv": ("-f", "csv"),
    "summary.txt": ("--summary",),
    "badge.svg": ("-f", "badge"),
    "bill-of-materials.cdx.json": ("-f", "cyclonedx"),
}


def reports() -> dict[str, str]:
    """Return every report by its file name."""
    return {name: _report(*words) for name, words in REPORTS.items()}


def _report(*words: str) -> str:
    done = footprint("report", STORED, *words, env={"COLUMNS": COLUMNS})
    if done.returncode:
        raise ValueError(f"{words}: {done.stderr}")
    return done.stdout


def measure() -> None:
    """Audit the example twice, the second time for good: the first one compiles what is new."""
    for _ in range(2):
        done = footprint("audit", EXAMPLE, "--env", EXAMPLE_ENV, *MEASURED_BY, "-o", f"json:{STORED}")
        if done.returncode:
            raise ValueError(done.stderr)


if __name__ == "__main__":
    if "--measure" in sys.argv[1:]:
        measure()
    for name, text in reports().items():
        (FOLDER / name).write_text(text, encoding="utf-8")
