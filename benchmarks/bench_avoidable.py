"""Is a predicted saving true? Imports of a real application are really moved, and its start is measured again.

    python benchmarks/bench_avoidable.py [--rounds 4] [--write docs/accuracy.md]

The application imports FastAPI, pandas, matplotlib, scikit-learn, NumPy, boto3, requests and SQLAlchemy, several of
which need the same things. Per case: the prediction is made from one recorded start of the unchanged application;
then the import lines of the case are edited into the functions that use them, and both are started bare, without
any hook, in turns. Truth is the difference of the medians. Needs the package index once (500 MB on disk).
"""

from __future__ import annotations

import argparse
import re
import statistics
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from environments import provide
from rounds import ROOT, replace_table

from footprint.analysis.cost.entry_rows import observe
from footprint.analysis.cost.import_lines import ExplainedGraph
from footprint.analysis.cost.savings import explain_starts
from footprint.audit.checkout import find_places, open_checkout
from footprint.audit.entry_starts import measure as measure_entries
from footprint.audit.listener import silent
from footprint.audit.project_code import walk_entries
from footprint.collect import disk
from footprint.config.options import Options
from footprint.errors import CannotMeasure
from footprint.files.private import private_folder
from footprint.probe import launch
from footprint.units import MIB

CACHE = ROOT / ".cache" / "avoidable"
MEAN_BOUND, WORST_BOUND, WORST_SHARE = 1.5 * MIB, 3 * MIB, 0.05

APPLICATION = {
    "main.py": """\
from fastapi import FastAPI
from pydantic import BaseModel

import db
import ml
import reports
import storage

app = FastAPI()


class Question(BaseModel):
    text: str


@app.get("/report")
def report():
    return reports.monthly(db.orders())


@app.post("/predict")
def predict(question: Question):
    return ml.predict(question.text)


@app.put("/file")
def keep():
    return storage.keep("name", b"data")
""",
    "reports.py": """\
import matplotlib.pyplot as plt
import pandas as pd


def monthly(rows):
    frame = pd.DataFrame(rows)
    return frame.groupby("month").sum().to_dict()


def chart(rows):
    figure, axes = plt.subplots()
    axes.plot(pd.Series(rows))
    return figure
""",
    "ml.py": """\
import numpy as np
from sklearn.ensemble import RandomForestClassifier


def train(rows, labels):
    return RandomForestClassifier().fit(np.array(rows), labels)


def predict(text):
    return float(np.mean([ord(sign) for sign in text]))
""",
    "storage.py": """\
import boto3
import requests


def keep(name, data):
    return boto3.client("s3").put_object(Bucket="files", Key=name, Body=data)


def fetch(address):
    return requests.get(address, timeout=5).content
""",
    "db.py": """\
import pandas as pd
import sqlalchemy


def engine():
    return sqlalchemy.create_engine("sqlite://")


def orders():
    return pd.read_sql("select 1 as month", engine())
""",
}


@dataclass(frozen=True, slots=True)
class Case:
    """Import lines that are moved together, by file and number in the unchanged application."""

    name: str
    lines: tuple[tuple[str, str], ...]  # (file, statement)


PANDAS_REPORTS = ("reports.py", "import pandas as pd")
PANDAS_DB = ("db.py", "import pandas as pd")
PYPLOT = ("reports.py", "import matplotlib.pyplot as plt")
NUMPY = ("ml.py", "import numpy as np")
SKLEARN = ("ml.py", "from sklearn.ensemble import RandomForestClassifier")
BOTO3 = ("storage.py", "import boto3")
REQUESTS = ("storage.py", "import requests")
ALCHEMY = ("db.py", "import sqlalchemy")
SCIENCE = (PANDAS_REPORTS, PANDAS_DB, PYPLOT, NUMPY, SKLEARN)
CASES = (
    Case("pandas in reports.py", (PANDAS_REPORTS,)),
    Case("pandas everywhere", (PANDAS_REPORTS, PANDAS_DB)),
    Case("matplotlib", (PYPLOT,)),
    Case("numpy in ml.py", (NUMPY,)),
    Case("scikit-learn", (SKLEARN,)),
    Case("scikit-learn and numpy", (SKLEARN, NUMPY)),
    Case("boto3", (BOTO3,)),
    Case("requests", (REQUESTS,)),
    Case("boto3 and requests", (BOTO3, REQUESTS)),
    Case("SQLAlchemy", (ALCHEMY,)),
    Case("pandas and matplotlib", (PANDAS_REPORTS, PANDAS_DB, PYPLOT)),
    Case("pandas and scikit-learn", (PANDAS_REPORTS, PANDAS_DB, SKLEARN)),
    Case("the four scientific ones", SCIENCE),
    Case("everything but FastAPI", (*SCIENCE, BOTO3, REQUESTS, ALCHEMY)),
)

START = """
import os, sys
sys.path[0] = os.getcwd()
from importlib import import_module
app = import_module("main").app
with open("/proc/self/statm") as file:
    fields = file.read().split()
page = os.sysconf("SC_PAGE_SIZE")
print(int(fields[1]) * page, (int(fields[1]) - int(fields[2])) * page)
os._exit(0) if sys.stdout.flush() is None else None
"""


@dataclass(frozen=True, slots=True)
class Row:
    """One case: predicted and true saving of RSS and of anonymous memory, in bytes."""

    name: str
    predicted: int
    true: int
    predicted_anon: int
    true_anon: int

    @property
    def error(self) -> int:
        """Return how much too high the prediction is."""
        return self.predicted - self.true


def main() -> int:
    """Predict, edit, measure, print; 1 when a bound is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--write", type=Path, help="replace the table between its markers in this file")
    options = parser.parse_args()
    python = provide_environment()
    folder = CACHE / "application"
    write_application(folder, APPLICATION)
    explained = explain_start(Options.of(project=folder, env=python.parents[1], entries=("main:app",), lifespan=False))
    variants = [folder] + [CACHE / f"variant{number}" for number in range(len(CASES))]
    for case, variant in zip(CASES, variants[1:], strict=True):
        write_application(variant, edit(APPLICATION, case))
    readings = measure([(python, variant) for variant in variants], options.rounds)
    rows = [judge(case, explained, readings[0], reading) for case, reading in zip(CASES, readings[1:], strict=True)]
    table = show(rows, options.rounds)
    print(table)
    if options.write:
        replace_table(options.write, "avoidable", table)
    return 0 if is_met(rows) else 1


def explain_start(options: Options) -> ExplainedGraph:
    """Start the entries and return for the first what it loaded, with the lines that asked for it.

    Raises: CannotMeasure when no entry got through its start.
    """
    checkout = open_checkout(options, silent)
    interpreter, installed = checkout.target.interpreter, checkout.target.installed
    runtimes, scan = measure_entries(checkout, silent, meanwhile=lambda: disk.scan(interpreter, installed))
    observed = observe(runtimes, find_places(interpreter, scan, checkout.project))
    sources = {module.path: module for module in checkout.code.sources.modules}
    starts = explain_starts(observed, sources, walk_entries(checkout.target, checkout.code), ()).entries
    if not starts:
        raise CannotMeasure("no entry got through its start: `footprint probe` says why")
    return next(iter(starts.values()))


def provide_environment() -> Path:
    """Return the interpreter of the application's environment, made once."""
    return provide("avoidable", CACHE / "env")


def write_application(folder: Path, files: dict[str, str]) -> None:
    """Write the application, only what changed: bytecode of the rest stays warm."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        path = folder / name
        if not path.exists() or path.read_text() != text:
            path.write_text(text)


def edit(files: dict[str, str], case: Case) -> dict[str, str]:
    """Return the application with the case's imports moved into the functions that use them."""
    edited = dict(files)
    for name, statement in case.lines:
        bound = statement.split()[-1]
        head, _, rest = edited[name].partition(f"{statement}\n")
        functions = re.split(r"(?m)^(?=def )", rest)
        moved = [
            part.replace(":\n", f":\n    {statement}\n", 1)
            if re.search(rf"\b{bound}\b", part) and "def " in part
            else part
            for part in functions
        ]
        edited[name] = head + "".join(moved)
        assert edited[name] != files[name], case
    return edited


def measure(starts: Sequence[tuple[Path, Path]], rounds: int) -> list[tuple[float, float]]:
    """Return the median (RSS, anon) of starts, by interpreter and folder, in turns; the first round is not counted."""
    found: list[list[tuple[int, int]]] = [[] for _ in starts]
    for number in range(rounds + 1):
        for index, (python, folder) in enumerate(starts):
            # as a measured start: what fills a cache in an empty HOME (matplotlib lists all fonts) keeps up to 2 MiB
            with private_folder("start", launch.PRIVATE_FOLDERS) as place:
                environment = launch.child_environment({}, place, None)
                answer = subprocess.run(
                    [str(python), "-c", START], cwd=folder, env=environment, capture_output=True, check=True
                )
            rss, anon = map(int, answer.stdout.split())
            if number:
                found[index].append((rss, anon))
        print(f"round {number} of {rounds}", file=sys.stderr)
    return [(statistics.median(rss for rss, _ in each), statistics.median(anon for _, anon in each)) for each in found]


def judge(case: Case, explained: ExplainedGraph, base: tuple[float, float], after: tuple[float, float]) -> Row:
    """Return the case with what was predicted and what was true."""
    wanted = {(name, APPLICATION[name].splitlines().index(statement) + 1) for name, statement in case.lines}
    sites = [site for site in explained.lines() if (site.path, site.line) in wanted]
    assert len({(site.path, site.line) for site in sites}) == len(wanted), (case, sites)
    saving = explained.saving_of(sites)
    return Row(case.name, saving.rss_bytes, int(base[0] - after[0]), saving.anon_bytes or 0, int(base[1] - after[1]))


def is_met(rows: Sequence[Row]) -> bool:
    """Whether mean and worst error keep their bounds."""
    mean = statistics.mean(abs(row.error) for row in rows)
    return mean <= MEAN_BOUND and all(abs(row.error) <= max(WORST_BOUND, WORST_SHARE * row.true) for row in rows)


def show(rows: Sequence[Row], rounds: int) -> str:
    """Return the table in markdown."""
    lines = [
        f"Median of {rounds} interleaved starts per case; MiB.",
        "",
        "| Imports moved into functions | predicted RSS | true RSS | error | predicted anon | true anon |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in rows:
        figures = (row.predicted, row.true, row.error, row.predicted_anon, row.true_anon)
        cells = " | ".join(
            f"{figure / MIB:+.2f}" if figure is row.error else f"{figure / MIB:.2f}" for figure in figures
        )
        lines.append(f"| {row.name} | {cells} |")
    mean = statistics.mean(abs(row.error) for row in rows) / MIB
    worst = max(rows, key=lambda row: abs(row.error))
    lines += ["", f"Mean absolute error {mean:.2f} MiB, worst {worst.error / MIB:+.2f} MiB ({worst.name})."]
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
