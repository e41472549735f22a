"""`footprint services`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import Setting, format_row, output_row, rows
from footprint.errors import CannotMeasure, UsageError

if TYPE_CHECKING:
    from footprint.fleet.service_audits import Fleet
    from footprint.model.audit import Audit

ABOUT = """\
Measure the services of a compose file, or of a monorepo, one after the other: a row for each, and the plan for all.

Each service of ours is started as its compose file says (command, Dockerfile, environment), without its container;
images of others are named with their limits. A folder without a compose file: every folder that has a start command."""
TAKES = (
    Argument(
        "place", "A compose file, or a folder: its compose file is taken, with its override. Default: this folder.",
        "path", is_optional=True, default=Path(), metavar="FILE|DIR",
    ),
    Setting("files", "path", "Lay this compose file over the one before. Repeatable.", "FILE", ("--file",), many=True),
    Setting("profiles", "text", "Take services of this profile, too. Repeatable.", "NAME", ("--profile",), many=True),
    Setting("envs", "text", "The virtual environment of all services, or of one: web=api/.venv. Repeatable. "
            "Else each service's own .venv.", "[NAME=]DIR", ("--env",), many=True),
    Setting("before", "path", "Show the change against this: an earlier `services -f json` or -f jsonl, or an audit.",
            "FILE"),
    *rows("lifespan first-use requests calls event allow-writes runs timeout env-file set"),
    *rows("trust-settings"),
    format_row("Standard output: table, markdown, json, html, or jsonl: one audit a line."),
    output_row("Write this format to a file as well. Repeatable."),
)  # fmt: skip
_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml")
_OVERRIDES = ("compose.override.yaml", "compose.override.yml", "docker-compose.override.yml")


def run(given: Given) -> None:
    """Measure every service, print and write; exit 3 when none could be measured."""
    import json

    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import announced, make_view
    from footprint.fleet.service_audits import audit_services, is_measured, read_before, refuse_unknown
    from footprint.report import formats
    from footprint.report.audit.json import to_json

    outputs = Outputs.read(given, formats.SERVICES, "markdown:services.md")
    before = read_before(given["before"]) if given["before"] is not None else {}
    fleet = _find(given)
    refuse_unknown(fleet)
    audits: list[Audit] = []
    line = f"footprint services starts what {fleet.title} deploys, one service after the other, as you."
    with announced(line) as show:
        report = audit_services(fleet, before, show, audits.append)

    def lines() -> str:
        return "".join(f"{json.dumps(to_json(audit), ensure_ascii=True)}\n" for audit in audits)

    view = make_view("name")
    refuse(outputs.write(lambda name, shown: lines() if name == "jsonl" else formats.render(name, report, shown), view))
    if not is_measured(report):
        raise SystemExit(CannotMeasure.exit_code)


def _find(given: Given) -> Fleet:
    """Return the services that are asked for. Raises: UsageError."""
    from footprint.collect.deploy.compose_services import find_projects, read_services
    from footprint.fleet.service_audits import Fleet, name_environments

    place: Path = given["place"]
    if not place.exists():
        raise UsageError(f"{place} is not there: name a compose file, or a folder")
    files = [place] if place.is_file() else _compose_files(place)
    files += given["files"] or ()
    root = files[0].parent if files else place
    plans = tuple(read_services(files, given["profiles"] or ())) if files else tuple(find_projects(root))
    if not plans:
        raise UsageError(f"{place}: no compose file, and no folder with a start command")
    environments = name_environments(given["envs"] or (), [plan.name for plan in plans])
    shown = str(files[0]) if files else str(place)
    return Fleet(root, shown, plans, given, environments)


def _compose_files(folder: Path) -> list[Path]:
    """Return the compose file of a folder with its override, as docker takes them."""
    found = [folder / name for name in _NAMES if (folder / name).is_file()][:1]
    return found + [folder / name for name in _OVERRIDES if found and (folder / name).is_file()][:1]
