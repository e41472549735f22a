"""examples/reports, made from its audit: `python -m tests.support.example_reports` writes them anew.

`--measure` audits the example again first; without, `audit.json` keeps its figures and gets fields that are new.
"""

import sys
from collections.abc import Mapping
from pathlib import Path

from footprint.config.settings_table import Language
from footprint.report import formats
from footprint.report.audit import stored
from footprint.report.text.view import View
from tests.support.command import EXAMPLE, EXAMPLE_ENV, footprint

FOLDER = Path(__file__).parents[2] / "examples" / "reports"
STORED = FOLDER / "audit.json"
# How the stored audit came about; the page says so.
MEASURED_BY = ("--verify", "fast", "--request", "auto", "--workers", "2")
COLUMNS = 100  # of the terminal that terminal.txt shows
REPORTS: Mapping[str, tuple[str, ...]] = {
    "audit.json": ("-f", "json"),
    "report.md": ("-f", "markdown"),
    "informe.es.md": ("-f", "markdown", "--lang", "es"),
    "page.html": ("-f", "html"),
    "distributions.csv": ("-f", "csv"),
    "summary.txt": ("--summary",),
    "badge.svg": ("-f", "badge"),
    "bill-of-materials.cdx.json": ("-f", "cyclonedx"),
}


README = Path(__file__).parents[2] / "README.md"
SAMPLE = (4, 6, 14)  # lines of the first parts
_SAMPLE_BEGIN, _SAMPLE_END = "```text\n$ footprint audit\n", "```\n"
TERMINALS: Mapping[str, Language] = {"terminal.txt": "en", "terminal.es.txt": "es"}


def reports() -> dict[str, str]:
    """Return every report by its file name."""
    return {name: _report(*words) for name, words in REPORTS.items()} | {
        name: _terminal(language) for name, language in TERMINALS.items()
    }


def _terminal(language: Language) -> str:
    """Return what `footprint report audit.json` shows on a terminal, without its colour."""
    view = View(width=COLUMNS, language=language)
    return formats.render("table", stored.parse(STORED.read_text(encoding="utf-8")), view)


def _report(*words: str) -> str:
    done = footprint("report", STORED, *words)
    if done.returncode:
        raise ValueError(f"{words}: {done.stderr}")
    return done.stdout


def sample(terminal: str) -> str:
    """Return what README shows of it: the verdict, what to do, and the beginning of the table."""
    parts = terminal.split("\n\n")
    shown = ["\n".join(part.splitlines()[:count]) for part, count in zip(parts, SAMPLE, strict=False) if count]
    return "\n...\n\n".join(shown) + "\n..."


def readme_with_sample(text: str, terminal: str) -> str:
    """Return README with the sample as it is now."""
    head, rest = text.split(_SAMPLE_BEGIN)
    return f"{head}{_SAMPLE_BEGIN}{sample(terminal)}\n```\n{rest.partition(_SAMPLE_END)[2]}"


def measure() -> None:
    """Audit the example twice, the second time for good: the first one compiles what is new."""
    for _ in range(2):
        done = footprint("audit", EXAMPLE, "--env", EXAMPLE_ENV, *MEASURED_BY, "-o", f"json:{STORED}")
        if done.returncode:
            raise ValueError(done.stderr)


if __name__ == "__main__":
    if "--measure" in sys.argv[1:]:
        measure()
    made = reports()
    for name, text in made.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    told = README.read_text(encoding="utf-8")
    README.write_text(readme_with_sample(told, made["terminal.txt"]), encoding="utf-8")
