"""`footprint fleet`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import Setting, format_row, output_row, rows
from footprint.errors import CannotMeasure, UsageError
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.cli.outputs import Outputs
    from footprint.fleet.fleet_run import Done, LineFile
    from footprint.fleet.line_files import StoredLine
    from footprint.model.fleet_project import FleetOrder
    from footprint.model.fleet_report import FleetReport

    Keep = Callable[[Iterable[StoredLine]], object]

ABOUT = """\
Audit many projects, several at once: a row for each, and a line of JSON with its whole audit.

Projects are folders, git URLs (https, file), or listed in a TOML file of [[project]] tables with path or git, and name,
env, entry, ref. They are read in parallel; applications are started one at a time on each machine, since a start
measures memory. `footprint fleet merge A.jsonl B.jsonl` makes one file of several, each project once, the newest."""
TAKES = (
    Argument("places", "A folder, a git URL, or a file that lists projects. Or: merge, and files of lines.",
             metavar="REPOS.toml|DIR", many=True, leads="path"),
    Setting("jobs", "whole number", "How many projects to read at once; else one for each processor.", "N", least=1),
    Setting("scheduler", "text",
            "Audit on the Dask cluster of this scheduler, tcp:// on this machine or tls:// anywhere; its workers see "
            "the folders by the same paths. Needs footprint-audit[dask].", "ADDRESS"),
    Setting("resume", "switch", "Add what is missing to the file of -o jsonl:FILE; what failed is tried again."),
    Setting("history", "whole number",
            "Of each project its last N commits that touched requirement files or lock files, read alone: nothing is "
            "installed or started, and nothing of the repository is changed.", "N", least=1),
    *rows("probe lifespan first-use no-env cache exclude limit runs timeout env-file set trust-settings"),
    format_row("Standard output: table, markdown, or jsonl: every project a line, as soon as it is audited."),
    output_row("Write this format to a file as well; jsonl line by line, so that an interrupted run keeps what is "
               "done; html, a page; duckdb, a database for `footprint ask` (footprint-audit[fleet]). Repeatable."),
)  # fmt: skip
_KEPT = ("jsonl:", "duckdb:", "html:")  # written otherwise than a report
_OF_RUNS = ("jobs", "scheduler", "resume", "history", "places", "format", "output")
_OF_MERGE = ("places", "format", "output")


def run(given: Given) -> None:
    """Audit every project, print and write; exit 3 when none could be audited."""
    from footprint.cli.fleet_outputs import LateOutputs
    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import make_view
    from footprint.report import formats

    outputs = Outputs.read({**given, "output": _others(given)}, formats.FLEET, "markdown:fleet.md")
    with LateOutputs.read(given) as late:
        report = (_merge if given["places"][:1] == ("merge",) else _audit)(given, outputs, late.add)
        failed = late.write(report.title, report.notes)
    at_end = replace(outputs, printed=tuple(name for name in outputs.printed if name != "jsonl"))
    refuse([*failed, *at_end.write(lambda name, shown: formats.render(name, report, shown), make_view("name"))])
    if report.rows and all(row.outcome == "failed" for row in report.rows):
        raise SystemExit(CannotMeasure.exit_code)


def _others(given: Given) -> tuple[str, ...]:
    """Return the outputs that are written at the end: all that shows rows; `jsonl:-` is one that is printed."""
    return tuple(each for each in given["output"] or () if not each.startswith(_KEPT) or each == "jsonl:-")


def _line_file(given: Given) -> LineFile | None:
    from footprint.fleet.fleet_run import LineFile

    named = [each for each in given["output"] or () if each.startswith(_KEPT[0]) and each != "jsonl:-"]
    if len(named) > 1:
        raise UsageError(f"-o {named[1]}: one file of lines is enough")
    if not named:
        if given["resume"]:
            raise UsageError("--resume adds to a file of lines: name it with -o jsonl:FILE")
        return None
    return LineFile.at(named[0].partition(":")[2], resume=given["resume"])


def _audit(given: Given, outputs: Outputs, keep: Keep) -> FleetReport:
    from footprint.cli.printing import announced
    from footprint.fleet.fleet_run import left_over, make_report, run_fleet

    orders, schedule = _orders(given), _scheduler(given)
    file = _line_file(given)
    left = list(left_over(orders, file))
    if file is not None:
        keep(file.lines_before(order.project.name for order in orders))
        file.start()

    def give(lines: Sequence[StoredLine]) -> None:
        if file is not None:
            file.add(lines)
        keep(lines)
        _print_lines(outputs, lines)

    with announced(_announcement(left)) as show:
        done = schedule(left) if left else iter(())
        found = run_fleet(left, done, give, show)
    before = file.before if file is not None else {}
    new = {row.project for row in found}
    names = (order.project.name for order in orders if order.project.name not in new)
    kept = [row for name in names for row in before.get(name, {}).values()]
    return make_report(_title(given), [*kept, *found], file.notes if file is not None else ())


def _scheduler(given: Given) -> Callable[[Sequence[FleetOrder]], Iterator[Done]]:
    """Return what audits: processes of this machine, or a cluster."""
    address = given["scheduler"]
    if address is None:
        from footprint.collect.machine import count_processors
        from footprint.fleet.local_scheduler import audit_here

        return partial(audit_here, jobs=given["jobs"] or count_processors())
    if given["jobs"]:
        raise UsageError("--jobs is for this machine: on a cluster its workers say how much runs at once")
    from footprint.fleet.dask_cluster import audit_on_cluster, check_scheduler

    return partial(audit_on_cluster, address=check_scheduler(address))


def _orders(given: Given) -> list[FleetOrder]:
    from footprint.fleet.project_list import list_projects
    from footprint.model.fleet_project import FleetOrder

    if not given["places"]:
        raise UsageError("name projects: folders, git URLs, or a file of [[project]] tables (footprint fleet --help)")
    flags = {name: value for name, value in given.items() if name not in _OF_RUNS and value is not None}
    return [FleetOrder(project, flags, given["history"] or 0) for project in list_projects(given["places"])]


def _announcement(orders: list[FleetOrder]) -> str | None:
    count = sum(order.starts for order in orders)
    if not count:
        return None
    return (
        f"footprint fleet starts the applications of up to {count} projects, one at a time on a machine, as you. "
        "--no-probe starts nothing. What a start takes of time is measured while other projects are read."
    )


def _title(given: Given) -> str:
    first, *others = given["places"]
    return f"{first} and {len(others)} more" if others else first


def _print_lines(outputs: Outputs, lines: Sequence[StoredLine]) -> None:
    if "jsonl" in outputs.printed:
        sys.stdout.write("".join(f"{line.text}\n" for line in lines))
        sys.stdout.flush()


def _merge(given: Given, outputs: Outputs, keep: Keep) -> FleetReport:
    from footprint.fleet.fleet_run import make_report
    from footprint.fleet.line_rows import row_of
    from footprint.fleet.merged_lines import merge_files
    from footprint.model.note import Note

    paths = [Path(each) for each in given["places"][1:]]
    if any(value is not None for name, value in given.items() if name not in _OF_MERGE):
        raise UsageError("fleet merge audits nothing: it takes files of lines, -f and -o alone")
    if not paths:
        raise UsageError("name the files of lines: footprint fleet merge a.jsonl b.jsonl -o jsonl:all.jsonl")
    file = _line_file(given)
    notes: list[Note] = []
    found = []
    for line in merge_files(paths, notes):
        found.append(row_of(line))
        if file is not None:
            file.add((line,))
        keep((line,))
        _print_lines(outputs, (line,))
    return make_report(_title({"places": given["places"][1:]}), found, notes)
