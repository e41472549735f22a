"""Take away every line that footprint calls unused or unreached, one at a time, and see what no longer works.

    tried_removals.py PROJECT --env ENVIRONMENT [--entry TARGET] [--set NAME=VALUE] [--start COMMAND] [--tests WORDS]

The judge is the application: each of its entries as footprint starts it, each `--start` (a command line; `{python}`
and `{bin}` are filled in) and its own tests (`python -m pytest WORDS`, with what `--with` adds to the environment).
What worked before and does not work without the line was needed. Project and environment are copied, never changed.
"""

from __future__ import annotations

import argparse
import json
import os
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from rounds import ROOT

sys.path.insert(0, str(ROOT))
from tests.real.environments import UV, clean_environment, run

CAN_GO = ("unused", "unreached")
NOT_COPIED = shutil.ignore_patterns(".git", ".venv", "venv", "__pycache__", ".pytest_cache")
PATIENCE = 300  # seconds for one start on a busy machine
TESTS = 1800  # seconds for the first run of the tests; later ones get three times what that took


@dataclass(frozen=True)
class Line:
    """A declared line that can go by what footprint says. `stays`: what requires its distribution all the same."""

    name: str
    at: str
    usage: str
    confidence: str
    reason: str
    stays: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What happened in one environment: the words of each start that failed, and the tests that passed."""

    failed: Mapping[str, str]
    passed: frozenset[str]


@dataclass(frozen=True)
class Trial:
    """One line, and what no longer works without it: starts with their words, tests by name."""

    line: Line
    installed: bool
    broken: Mapping[str, str] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    passed_count: int = 0

    @property
    def needed(self) -> bool:
        """Whether something no longer works."""
        return bool(self.broken or self.lost)


def main() -> int:
    """Try every line; 1 where a line was needed that is called certain, else 0."""
    asked = _arguments()
    if not asked.project.is_dir() or not (asked.env / "bin" / "python").exists():
        sys.exit(f"no project {asked.project} or no interpreter in {asked.env}")
    lines = said_of(audit(asked.project, asked.env, asked))
    with _copied(asked.env, *asked.add) as environment:
        whole = Outcome({}, frozenset())
        if lines:
            first, second = outcome(environment, asked), outcome(environment, asked)
            whole = Outcome({**first.failed, **second.failed}, first.passed & second.passed)
            print(f"with all: {len(whole.passed)} tests passed twice; failed: {dict(whole.failed) or 'no start'}")
        trials = [_try(line, environment, whole, asked) for line in lines]
    for word in ("certain", "likely", "cannot tell"):
        of_word = [trial for trial in trials if trial.line.confidence == word]
        print(f"{word}: {len(of_word)} lines, {sum(trial.needed for trial in of_word)} needed")
    if asked.json:
        rows = {"passed": len(whole.passed), "failed": dict(whole.failed), "trials": [asdict(each) for each in trials]}
        asked.json.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    return int(any(trial.needed and trial.line.confidence == "certain" for trial in trials))


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("project", type=Path)
    parser.add_argument("--env", type=Path, required=True)
    parser.add_argument("--entry", action="append", default=[])
    parser.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    parser.add_argument("--start", action="append", default=[], metavar="COMMAND")
    parser.add_argument("--tests", metavar="WORDS", help="arguments of pytest, '' for none; left out: no tests")
    parser.add_argument("--with", dest="add", action="append", default=[], metavar="LINE", help="for the tests")
    parser.add_argument("--options", default="", help="further options of `footprint audit`")
    parser.add_argument("--json", type=Path, help="write what was tried to this file")
    asked = parser.parse_args()
    asked.project, asked.env = asked.project.resolve(), asked.env.absolute()
    return asked


def audit(project: Path, environment: Path, asked: argparse.Namespace) -> dict[str, Any]:
    """Return the audit of a project in an environment."""
    command = [sys.executable, "-m", "footprint", "audit", str(project), "--env", str(environment), "-f", "json"]
    command += [word for entry in asked.entry for word in ("--entry", entry)]
    command += [word for each in asked.set for word in ("--set", each)]
    # The folder of none of ours: `-m` would take the tree that lies there.
    return dict(json.loads(run([*command, *shlex.split(asked.options)], cwd=project.parent, ok=(0, 1, 3))))


def said_of(whole: dict[str, Any]) -> list[Line]:
    """Return the declared lines that can go, whatever the confidence."""
    going = [row for row in whole["distributions"] if row["declared"] and row["usage"] in CAN_GO]
    names = {row["name"] for row in going}
    return [
        Line(
            row["name"],
            f"{row['declared'][0]['file']}:{row['declared'][0]['line']}",
            row["usage"],
            row["confidence"],
            row["reason"],
            tuple(name for name in row["required_by"] if name not in names),
        )
        for row in going
    ]


def outcome(environment: Path, asked: argparse.Namespace, *, seconds: float = TESTS) -> Outcome:
    """Start everything and run the tests, in a new copy of the project and a new home."""
    with tempfile.TemporaryDirectory(prefix="tried-") as folder:
        project = Path(folder) / asked.project.name
        shutil.copytree(asked.project, project, symlinks=True, ignore=NOT_COPIED)
        failed = {
            entry["target"]: _last_line(entry["failure"]["message"])
            for entry in audit(project, environment, asked)["entries"]
            if entry["failure"]
        }
        for start in asked.start:
            code, words = _run(shlex.split(start), environment, project, asked, seconds=PATIENCE)
            if code:
                failed[start] = f"ended with {code}: {_last_line(words)}"
        passed = frozenset[str]() if asked.tests is None else _tests(environment, project, asked, seconds)
        return Outcome(failed, passed)


def _tests(environment: Path, project: Path, asked: argparse.Namespace, seconds: float) -> frozenset[str]:
    report = project.parent / "junit.xml"
    command = ["{python}", "-m", "pytest", "-q", "-p", "no:cacheprovider", f"--junitxml={report}"]
    _, words = _run([*command, *shlex.split(asked.tests)], environment, project, asked, seconds=seconds)
    if not report.is_file():
        print(f"  no report of the tests: {_last_line(words)}", file=sys.stderr)
        return frozenset()
    cases = ET.parse(report).iter("testcase")
    return frozenset(f"{case.get('classname')}::{case.get('name')}" for case in cases if _has_passed(case))


def _has_passed(case: ET.Element) -> bool:
    return all(case.find(kind) is None for kind in ("failure", "error", "skipped"))


def _run(
    words: Sequence[str], environment: Path, project: Path, asked: argparse.Namespace, *, seconds: float
) -> tuple[int, str]:
    """Run in the project's copy, which comes before an editable install of the original."""
    home = project.parent / "home"
    home.mkdir(exist_ok=True)
    path = os.pathsep.join((str(environment / "bin"), os.environ["PATH"]))
    added = {"HOME": str(home), "PATH": path, "PYTHONPATH": os.pathsep.join((str(project), str(project / "src")))}
    added |= dict(each.split("=", 1) for each in asked.set)
    places = {"{python}": str(environment / "bin" / "python"), "{bin}": str(environment / "bin")}
    for mark, place in places.items():
        words = [word.replace(mark, place) for word in words]
    try:
        done = subprocess.run(
            words,
            cwd=project,
            env=clean_environment(added),
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return -1, f"no end after {seconds:.0f} s"
    return done.returncode, done.stdout + done.stderr


def _try(line: Line, environment: Path, whole: Outcome, asked: argparse.Namespace) -> Trial:
    """Take one line away; a test that does not pass then is tried a second time, since some fail now and then."""
    trial = Trial(line, installed=_is_installed(line.name, environment))
    if trial.installed and not line.stays:
        with _copied(environment, linked=True) as left:
            run([*UV, "pip", "uninstall", "--quiet", "--python", str(left / "bin" / "python"), line.name])
            began = time.monotonic()
            got = outcome(left, asked)
            passed = got.passed
            if whole.passed - passed:
                passed |= outcome(left, asked, seconds=3 * (time.monotonic() - began) + 60).passed
        broken = {start: words for start, words in got.failed.items() if start not in whole.failed}
        trial = Trial(line, True, broken, tuple(sorted(whole.passed - passed)), len(passed & whole.passed))
    print(_row(trial, len(whole.passed)), flush=True)
    return trial


def _row(trial: Trial, before: int) -> str:
    line = trial.line
    if line.stays:
        verdict = f"the line holds nothing: required by {', '.join(line.stays)}"
    elif not trial.installed:
        verdict = "not installed"
    else:
        starts = "; ".join(f"{start} FAILED: {words}" for start, words in trial.broken.items()) or "starts"
        verdict = f"{starts}; tests {before} -> {trial.passed_count}"
        verdict += f" ({', '.join(trial.lost[:3])}, …)" if trial.lost else ""
    return (
        f"{'NEEDED' if trial.needed else 'ok':6} {line.confidence:11} {line.usage:9} {line.name} ({line.at}): {verdict}"
    )


def _is_installed(name: str, environment: Path) -> bool:
    question = "import importlib.metadata as m, sys; m.distribution(sys.argv[1])"
    command = [str(environment / "bin" / "python"), "-c", question, name]
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


@contextmanager
def _copied(environment: Path, *added: str, linked: bool = False) -> Iterator[Path]:
    """Lend a copy of an environment. `linked`: hard links, for a copy that is itself thrown away."""
    with tempfile.TemporaryDirectory(dir=environment.parent, prefix="tried-") as folder:
        copy = Path(folder) / "venv"
        shutil.copytree(environment, copy, symlinks=True, copy_function=os.link if linked else shutil.copy2)
        python = str(copy / "bin" / "python")
        if added:
            held = Path(folder) / "held.txt"
            lines = run([*UV, "pip", "freeze", "--exclude-editable", "--python", python])
            held.write_text("".join(f"{line}\n" for line in lines.splitlines() if " @ " not in line))
            run([*UV, "pip", "install", "--quiet", "--python", python, *added], extra={"UV_CONSTRAINT": str(held)})
        yield copy


def _last_line(words: str) -> str:
    return next((line.strip() for line in reversed(words.splitlines()) if line.strip()), "")


if __name__ == "__main__":
    sys.exit(main())
