"""The flags that commands share, and what they turn into."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

from footprint.cli.arguments import Argument, Option, RestOfWords
from footprint.config import parse_settings, read_env_file
from footprint.errors import UsageError
from footprint.report.text.view import SortKey, View

Project = Annotated[Path, Argument(help="The project's folder, the one with its requirement files.")]
Words = Annotated[tuple[str, ...], RestOfWords()]
Python = Annotated[Path | None, Option(metavar="PATH", help="The interpreter whose environment is audited.")]
Env = Annotated[Path | None, Option(metavar="DIR", help="The virtual environment to audit.")]
AskPython = Annotated[
    bool | None,
    Option("--ask-python", help="Start the environment's interpreter to ask what its files do not tell."),
]
TrustSettings = Annotated[
    bool | None, Option("--trust-settings", help="Let the project's own settings lead out of its git work tree.")
]
NoEnv = Annotated[
    bool | None,
    Option(
        "--no-env", help="Use no environment: read the project's files and lock files; nothing is weighed or measured."
    ),
]
SitePackages = Annotated[
    list[Path] | None,
    Option(metavar="DIR", help="Audit this folder without an interpreter; nothing is measured. Repeatable."),
]
Entry = Annotated[
    list[str] | None,
    Option(
        metavar="ENTRY",
        help="Where the app starts: module:attr, a file, '-m module' or a console script. Repeatable. "
        "Else found from Procfile, Dockerfile and common file names.",
    ),
]
Factory = Annotated[bool | None, Option("--factory", help="The entry's attribute is a function that makes the app.")]
Requirement = Annotated[
    list[Path] | None,
    Option("--requirement", "-r", metavar="FILE", help="Read these requirement files only. Repeatable."),
]
Exclude = Annotated[
    list[str] | None, Option(metavar="GLOB", help="Leave these folders and files of the project out. Repeatable.")
]
Gitignore = Annotated[
    bool | None, Option("--gitignore/--no-gitignore", help="Leave out the Python files that git ignores, or not.")
]
Probe = Annotated[bool | None, Option("--probe/--no-probe", help="Start the app to measure it, or only read.")]
Lifespan = Annotated[
    bool | None,
    Option("--lifespan/--no-lifespan", help="Run an ASGI app's start-up handlers, or only import it."),
]
FirstUse = Annotated[
    bool | None,
    Option("--first-use/--no-first-use", help="Once the app is ready, really run its lazy imports, or not."),
]
Limit = Annotated[
    str | None,
    Option(
        metavar="SIZE|PLAN",
        help="The host's memory, such as 512MiB, or its plan (render:free): says what fits. Else deploy files tell.",
    ),
]
Rehearse = Annotated[
    bool | None, Option("--rehearse", help="Run each entry once more and stop it at the limit: names the import.")
]
Workers = Annotated[
    int | None,
    Option(metavar="N", help="Estimate the memory with N workers; else as many as the start command says."),
]
Preload = Annotated[
    bool | None,
    Option("--preload/--no-preload", help="With gunicorn's preload, or without; else as the command, or both."),
]
Live = Annotated[
    bool | None,
    Option("--live", help="Start the real command, as in `footprint probe --live -- uvicorn main:app`."),
]
AuditLive = Annotated[
    bool | None, Option("--live", help="Start the real command of each entry as well: all its processes, ready.")
]
Ready = Annotated[
    str | None,
    Option(
        metavar="WHAT",
        help="With --live: ready when a URL answers, or port:8000, log:REGEX, quiet:SECONDS; else when it listens.",
    ),
]
Request = Annotated[
    list[str] | None,
    Option(
        metavar="REQUEST",
        help="With --live: send this when ready: /path or URL, '/path*20', 'POST /path BODY'. Repeatable.",
    ),
]
Runs = Annotated[int | None, Option(metavar="N", help="How often to measure; the median is reported.")]
Timeout = Annotated[float | None, Option(metavar="SECONDS", help="Time limit of one start.")]
EnvFile = Annotated[
    list[Path] | None, Option(metavar="FILE", help="Set the variables of this file for the app. Repeatable.")
]
Set = Annotated[list[str] | None, Option("--set", metavar="KEY=VALUE", help="Set a variable for the app. Repeatable.")]
Sort = Annotated[SortKey, Option(help="Order of the distributions.")]
Top = Annotated[
    int, Option(metavar="N", least=0, help="How many distributions to list; 0 for all. Declared ones always are.")
]
Format = Annotated[str, Option("--format", "-f", metavar="FORMAT", help="Standard output: table, markdown or json.")]
StageFormat = Annotated[str, Option("--format", "-f", metavar="FORMAT", help="table or json.")]
ProbeFormat = Annotated[
    str,
    Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="table, json, speedscope (bytes and time), folded or folded-time (stacks with bytes or microseconds), "
        "importtime (as `python -X importtime` prints).",
    ),
]
Tree = Annotated[bool | None, Option("--tree", help="Print what loaded what, --top N rows of it.")]
Min = Annotated[
    str | None, Option("--min", metavar="SIZE", help="With --tree: leave out what adds less memory than this.")
]
Output = Annotated[
    list[str] | None,
    Option("--output", "-o", metavar="FORMAT:FILE", help="Write this format to a file as well. Repeatable."),
]

Static = Annotated[
    bool | None, Option("--static", help="Start nothing: judge use, what is forbidden, and disk. For pre-commit.")
]
CheckRuns = Annotated[
    int | None, Option(metavar="N", help="Starts without a hook, whose median is judged: 3, more if they differ.")
]
Baseline = Annotated[
    Path | None, Option(metavar="FILE", help="Compare with this file; else footprint-baseline.json, if there.")
]
UpdateBaseline = Annotated[
    bool, Option("--update-baseline", help="Write what was measured to the baseline; nothing in it is raised.")
]
AllowIncrease = Annotated[bool, Option("--allow-increase", help="With --update-baseline: raise figures, too.")]
StrictBaseline = Annotated[
    bool | None, Option("--strict-baseline", help="Fail when the baseline holds what is no longer so.")
]
Against = Annotated[
    Path | None,
    Option(
        metavar="FILE|FOLDER",
        help="What the base branch has is no fault of this one: its baseline, its check as JSON, or a checkout of it, "
        "which is then measured in turn with this one.",
    ),
]
AgainstEnv = Annotated[
    Path | None, Option(metavar="DIR", help="The virtual environment of the checkout given by --against.")
]
_AMOUNT = "SIZE|SHARE"
MaxStartupAnon = Annotated[
    str | None,
    Option(metavar=_AMOUNT, help="Most anonymous memory at startup: 150MiB, or 75% of the limit by workers."),
]
MaxStartupRss = Annotated[str | None, Option(metavar=_AMOUNT, help="Most resident memory at startup.")]
MaxFirstUseRss = Annotated[
    str | None, Option(metavar=_AMOUNT, help="Most resident memory once the lazy imports have run.")
]
MaxStartupPeak = Annotated[
    str | None, Option(metavar=_AMOUNT, help="Most memory at any moment of the start, child processes included.")
]
MaxTotal = Annotated[str | None, Option(metavar=_AMOUNT, help="Most memory of all workers together, estimated.")]
MaxIncrease = Annotated[
    str | None,
    Option(metavar="SHARE,SIZE", help="Growth against the baseline that passes, the larger of the two: 5%,5MiB."),
]
MaxTimeRatio = Annotated[
    float | None, Option(metavar="RATIO", help="How many times longer the start may take than in the baseline.")
]
MaxDisk = Annotated[str | None, Option(metavar=_AMOUNT, help="Most on disk, without bytecode.")]
MaxDiskIncrease = Annotated[str | None, Option(metavar="SHARE,SIZE", help="The same of the disk: 5%,5MiB.")]
MaxDistributions = Annotated[int | None, Option(metavar="N", help="Most distributions that may be installed.")]
NewDistribution = Annotated[
    str | None, Option(metavar="SIZE", help="A distribution that is new fails from this size on: 10MiB.")
]
ForbidAtStartup = Annotated[
    list[str] | None,
    Option(metavar="NAME", help="Module or distribution that must not load at startup. Repeatable."),
]
AllowAtStartup = Annotated[
    list[str] | None, Option(metavar="NAME", help="Only these distributions may load at startup. Repeatable.")
]
Rule = Annotated[
    list[str] | None,
    Option(metavar="RULE=LEVEL", help="error, warning or off for a rule or code: unused=warning. Repeatable."),
]
OnProbeError = Annotated[
    str | None, Option(metavar="fail|warn", help="What an entry that cannot be measured does: exit code 3, or 0.")
]
OnNoise = Annotated[
    str | None, Option(metavar="fail|warn", help="What runs that differ too much to judge do: exit code 1, or 0.")
]
ExitZero = Annotated[bool, Option("--exit-zero", help="Report failed rules, and exit with 0 all the same.")]
Quiet = Annotated[bool, Option("--quiet", "-q", help="Print what failed only.")]
CheckFormat = Annotated[
    str,
    Option(
        "--format",
        "-f",
        metavar="FORMAT",
        help="table, markdown (pull-request comment), json, junit, sarif, github (annotations), gitlab (code quality).",
    ),
]
CheckOutput = Annotated[
    list[str] | None,
    Option(
        "--output",
        "-o",
        metavar="FORMAT:FILE",
        help="Write this format as well; FILE - is standard output. Repeatable.",
    ),
]

_PLURALS = {
    "entry": "entries",
    "requirement": "requirements",
    "request": "requests",
    "timeout": "timeout_s",
    "gitignore": "respect_gitignore",
}


def gather_flags(values: Mapping[str, Any]) -> dict[str, Any]:
    """Return the flags of a command under the names of `config.Options`; lists become tuples.

    Raises: UsageError for an env file or a setting that cannot be read.
    """
    flags: dict[str, Any] = {}
    for name, value in values.items():
        flags[_PLURALS.get(name, name)] = tuple(value) if isinstance(value, list) else value
    environment: dict[str, str] = {}
    for path in flags.pop("env_file", None) or ():
        environment |= read_env_file(path)
    environment |= parse_settings(flags.pop("set_", None) or ())
    flags["environment"] = environment or None
    return flags


def make_view(sort: SortKey, top: int) -> View:
    """Return how standard output can show a report: width, colour and characters of the terminal behind it."""
    terminal = sys.stdout.isatty()
    # https://no-color.org: only a value that is not empty counts
    colour = terminal and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"
    return View(
        sort=sort,
        top=top,
        width=max(shutil.get_terminal_size().columns, 60) if terminal else None,
        colour=colour or bool(os.environ.get("FORCE_COLOR")),
        ascii=not (sys.stdout.encoding or "ascii").lower().replace("-", "").startswith("utf"),
    )


def check_format(name: str, known: tuple[str, ...]) -> str:
    """Return `name`. Raises: UsageError naming the formats there are."""
    if name not in known:
        raise UsageError(f"{name!r} is not a format; there are {', '.join(known)}")
    return name
