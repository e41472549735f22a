"""What three tools say of an application's requirements, each run as its documentation says."""

import json
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from footprint.model.audit import Usage
from footprint.names import DistributionName, normalise
from tests.real.cases import Application
from tests.real.environments import Place, clean_environment, provide_tool, run

DEPTRY, FAWLTYDEPS = "0.25.1", "0.20.0"


@dataclass(frozen=True, slots=True)
class Said:
    """One requirement as footprint sees it."""

    usage: Usage
    reason: str
    confidence: str
    groups: frozenset[str]


def ask_footprint(app: Application, place: Place, *, probe: bool) -> tuple[dict[DistributionName, Said], str | None]:
    """Return what footprint says of each declared distribution, and the first failure of a start, if any."""
    command = [sys.executable, "-m", "footprint", "audit", str(place.source), "--env", str(place.venv), "-f", "json"]
    command += [word for entry in app.entries for word in ("--entry", entry)]
    if probe:
        command += ["--timeout", str(app.timeout), "--lifespan" if app.lifespan else "--no-lifespan"]
        command += [word for key, value in app.env for word in ("--set", f"{key}={fill(value, place)}")]
    else:
        command.append("--no-probe")
    audit: dict[str, Any] = json.loads(run(command, cwd=place.source.parent, ok=(0, 1, 3)))
    said = {
        row["name"]: Said(
            Usage(row["usage"]), row["reason"], row["confidence"], frozenset(line["group"] for line in row["declared"])
        )
        for row in audit["distributions"]
        if row["declared"]
    }
    failures = (f"{entry['target']}: {entry['failure']['message']}" for entry in audit["entries"] if entry["failure"])
    return said, next(failures, None)


def ask_deptry(app: Application, place: Place) -> frozenset[DistributionName] | None:
    """Return what deptry calls unused (DEP002), or None where it finds nothing declared that it can read.

    It has to run in the project's environment to know import names, so it is put on that interpreter's path.
    """
    tool = provide_tool("deptry", DEPTRY, python=app.python, beside=True)
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "deptry.json"
        command = [str(place.python), "-m", "deptry", ".", "-o", str(output)]
        environment = clean_environment({"PYTHONPATH": str(tool)})
        done = subprocess.run(command, cwd=place.source, env=environment, capture_output=True, text=True, check=False)
        if not output.is_file():
            if "DependencySpecificationNotFoundError" in done.stderr:
                return None
            raise RuntimeError(f"deptry ended with {done.returncode}:\n{done.stderr}")
        findings = json.loads(output.read_text(encoding="utf-8"))
    return frozenset(normalise(row["module"]) for row in findings if row["error"]["code"] == "DEP002")


def ask_fawltydeps(app: Application, place: Place) -> frozenset[DistributionName] | None:
    """Return what FawltyDeps calls unused, or None where it reads none of the requirements that are judged."""
    tool = provide_tool("fawltydeps", FAWLTYDEPS, python=app.python, beside=False)
    command = [str(tool / "bin" / "fawltydeps"), "--check-unused", "--json", "--pyenv", str(place.venv)]
    found = json.loads(run(command, cwd=place.source, ok=(0, 3, 4)))
    declared = {normalise(row["name"]) for row in found["declared_deps"]}
    if not declared & app.verdicts.keys():
        return None
    return frozenset(normalise(row["name"]) for row in found["unused_deps"])


def fill(text: str, place: Place, port: int = 0) -> str:
    """Fill a command's or a variable's placeholders."""
    values = {
        "{python}": place.python,
        "{bin}": place.venv / "bin",
        "{source}": place.source,
        "{home}": place.home,
        "{port}": port,
    }
    for mark, value in values.items():
        text = text.replace(mark, str(value))
    return text
