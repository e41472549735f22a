"""The services of a host audited one after the other, and what each takes beside its limit.

Services that start the same in the same environment are started once. One that cannot be measured is a row with its
reason: the others are measured all the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from footprint import __version__
from footprint.analysis.cost.fit import levels_of
from footprint.audit.listener import Progress
from footprint.audit.run import run_audit
from footprint.config.audit_settings import read_options
from footprint.errors import AuditUnreadable, FootprintError, UsageError
from footprint.files.reader import NotRead, read_given
from footprint.knowledge.plans import needed_plans
from footprint.model.audit import Audit, EntryRow, Measured
from footprint.model.runtime import LATER
from footprint.model.service_plans import (
    SERVICES_VERSION,
    ServiceLevels,
    ServicePlan,
    ServiceRow,
    ServicesReport,
)
from footprint.pairs import group_pairs
from footprint.report.audit import stored
from footprint.values import dataclass, replace

_BEFORE_BYTES = 256 << 20
_ASKED = ("requests", "calls")
_SERVICE = re.compile(r"([\w./-]+): +")  # that a request or a call is for
_LEVELS = ("startup_bytes", "lazy_bytes", "calls_bytes", "peak_bytes")
Earlier = Mapping[str, ServiceLevels]  # by name of the service


@dataclass(frozen=True, slots=True)
class Fleet:
    """What is to be audited: the services, and what holds for all of them."""

    root: Path
    title: str
    plans: tuple[ServicePlan, ...]
    flags: Mapping[str, Any]  # of the command line
    environments: Mapping[str, Path]  # by service; "" for all others

    def env_of(self, plan: ServicePlan) -> Path | None:
        """Return the environment that is given for a service, else that of its own folder, if it has one."""
        given = self.environments.get(plan.name) or self.environments.get("")
        own = self.root / plan.folder / ".venv"
        return given or (own if own.is_dir() else None)


def audit_services(fleet: Fleet, before: Earlier, progress: Progress, give: Callable[[Audit], None]) -> ServicesReport:
    """Return all services measured; each audit is given away as soon as it is there. Raises: UsageError."""
    rows: list[ServiceRow] = []
    done: dict[object, tuple[str, list[ServiceRow]]] = {}
    for number, plan in enumerate(fleet.plans, 1):
        asked = tuple(_meant_for(plan, fleet, name) for name in _ASKED)
        key = (plan.folder, plan.command, plan.environment, asked, fleet.env_of(plan))
        if plan.command is not None and key in done:
            first, found = done[key]
            rows += [_again(row, plan, first) for row in found]
            continue
        progress(f"auditing {plan.name}, {number} of {len(fleet.plans)}")
        found = list(_rows_of(fleet, plan, progress, give))
        done[key] = plan.name, found
        rows += found
    rows = [replace(row, before=before.get(row.name) or before.get(row.name.rpartition("/")[2])) for row in rows]
    known = [row.levels.most_bytes or (row.limit_bytes if row.reason else None) for row in rows]
    measured = any(row.levels.most_bytes is not None for row in rows)
    total = sum(each or 0 for each in known) if measured else None
    return ServicesReport(
        tool_version=__version__,
        schema_version=SERVICES_VERSION,
        title=fleet.title,
        services=tuple(rows),
        total_bytes=total,
        unknown=tuple(row.name for row, each in zip(rows, known, strict=True) if each is None),
        plans=tuple(needed_plans(total)) if total is not None else (),
        calls_done=bool(fleet.flags.get("requests") or fleet.flags.get("calls")),
    )


def _again(row: ServiceRow, plan: ServicePlan, first: str) -> ServiceRow:
    """Return the row of a service that starts what another one does, with the limit of its own."""
    same = replace(row, name=plan.name, source=plan.source, same_as=first)
    return _judged(same, plan.limit_bytes)


def _rows_of(
    fleet: Fleet, plan: ServicePlan, progress: Progress, give: Callable[[Audit], None]
) -> Iterator[ServiceRow]:
    """Yield the row of one service; of a folder of a monorepo one for each entry of it."""
    if plan.not_ours is not None:
        yield _unmeasured(plan, plan.not_ours)
        return
    try:
        audit = _audit(fleet, plan, progress)
    except FootprintError as error:
        yield _unmeasured(plan, str(error).splitlines()[0])
        return
    give(audit)
    if not audit.started:
        yield _unmeasured(plan, f"what `{plan.command}` starts is not understood" if plan.command else "no entry")
    several = len(audit.started) > 1
    for entry in audit.started:
        name = f"{plan.name}: {entry.name}" if several else plan.name
        yield _row_of(replace(plan, name=name), entry, audit)


def _audit(fleet: Fleet, plan: ServicePlan, progress: Progress) -> Audit:
    flags = {name: value for name, value in fleet.flags.items() if name not in ("env", "environment")}
    environment = dict(plan.environment) | dict(fleet.flags.get("environment") or {})
    env = fleet.env_of(plan)
    more = {"environment": environment} if environment else {}
    flags |= {name: _meant_for(plan, fleet, name) for name in _ASKED}
    options = read_options(flags | more | ({"env": env} if env is not None else {}), fleet.root / plan.folder)
    if plan.deployed is not None:
        target = replace(options.target, service=plan.deployed, entries=())
        options = replace(options, target=target)
    return run_audit(options, progress)


def _meant_for(plan: ServicePlan, fleet: Fleet, name: str) -> tuple[str, ...]:
    """Return the requests or calls that are not for another service."""
    given = ((_SERVICE.match(text), text) for text in fleet.flags.get(name) or ())
    return tuple(text for found, text in given if found is None or found[1] == plan.name)


def refuse_unknown(fleet: Fleet) -> None:
    """Raises: UsageError for a request or a call of a service that there is not, and for a call of no service."""
    names = [plan.name for plan in fleet.plans]
    for kind, text in [(each, text) for each in _ASKED for text in fleet.flags.get(each) or ()]:
        found = _SERVICE.match(text)
        if found is not None and found[1] not in names:
            raise UsageError(f"{found[1]}: there is no such service; there are {', '.join(names)}")
        if found is None and kind == "calls" and len(names) > 1:
            raise UsageError(f"--call {text}: name its service, as in --call '{names[0]}: {text}'")


def _row_of(plan: ServicePlan, entry: EntryRow, audit: Audit) -> ServiceRow:
    levels = levels_of(entry)
    limit = plan.limit_bytes
    if limit is None:
        limit = next((fit.limit_bytes for fit in audit.fits if fit.entry == entry.name), None)
    start = next((found for stage, found in levels.items() if stage not in LATER), None)
    peaks = [peak for _, peak in levels.values() if peak is not None]
    is_measured = isinstance(entry.start, Measured)
    row = ServiceRow(
        name=plan.name,
        source=plan.source,
        folder=plan.folder,
        command=plan.command or entry.command,
        levels=ServiceLevels(
            start[0] if start else None,
            levels["first_use"][0] if "first_use" in levels else None,
            levels["calls"][0] if "calls" in levels else None,
            max(peaks, default=None),
        )
        if is_measured
        else ServiceLevels(),
        limit_bytes=None,
        limit_ratio=None,
        reason=None if isinstance(entry.start, Measured) else entry.start.reason,
    )
    return _judged(row, limit)


def _unmeasured(plan: ServicePlan, reason: str) -> ServiceRow:
    row = ServiceRow(plan.name, plan.source, plan.folder, plan.command, ServiceLevels(), None, None, reason)
    return _judged(row, plan.limit_bytes)


def _judged(row: ServiceRow, limit: int | None) -> ServiceRow:
    most = row.levels.most_bytes
    ratio = most / limit if limit and most is not None else None
    return replace(row, limit_bytes=limit, limit_ratio=ratio, fits=None if ratio is None else ratio <= 1)


def read_before(path: Path) -> dict[str, ServiceLevels]:
    """Return what services took by an earlier report: `services -f json`, `-f jsonl`, or one audit as JSON.

    Raises: UsageError for a file that is none of these.
    """
    try:
        text = read_given(path, bytes_at_most=_BEFORE_BYTES).decode()
        whole = _try_report(text)
        if whole is not None:
            return whole
        lines = text.splitlines() if text.lstrip().startswith('{"') else [text]
        audits = [stored.parse(line) for line in lines if line.strip()]
    except (NotRead, UnicodeDecodeError, AuditUnreadable) as error:
        raise UsageError(f"--before {path}: {error}") from error
    pairs = [pair for audit in audits for pair in _named_levels(audit)]
    found = group_pairs(pairs)
    return {name: levels[0] for name, levels in found.items() if len(set(levels)) == 1}  # one name, two services: none


def _named_levels(audit: Audit) -> Iterator[tuple[str, ServiceLevels]]:
    """Yield what each entry of an audit took, by the names that its service may have."""
    for entry in audit.started:
        levels = _row_of(ServicePlan(entry.name, "", ".", None), entry, audit).levels
        yield entry.name, levels
        yield f"{audit.project}: {entry.name}", levels
        if len(audit.started) == 1:
            yield audit.project, levels


def _try_report(text: str) -> dict[str, ServiceLevels] | None:
    try:
        plain = json.loads(text)
        services = plain["services"]
        return {
            each["name"]: ServiceLevels(*(each["levels"][name] for name in _LEVELS))
            for each in services
            if all(isinstance(each["levels"][name], int | None) for name in _LEVELS)
        }
    except (ValueError, KeyError, TypeError, RecursionError):
        return None


def is_measured(report: ServicesReport) -> bool:
    """Whether any service was."""
    return any(row.levels.most_bytes is not None for row in report.services)


def name_environments(given: Sequence[str], names: Sequence[str]) -> dict[str, Path]:
    """Return `--env web=.venv-web --env .venv` by service, "" for all others. Raises: UsageError."""
    found: dict[str, Path] = {}
    for text in given:
        name, equals, path = text.partition("=")
        if not equals:
            name, path = "", text
        elif name not in names:
            raise UsageError(f"--env {text}: there is no service {name}; there are {', '.join(names)}")
        if not Path(path).is_dir():
            raise UsageError(f"--env {text}: {path} is not a folder")
        found[name] = Path(path)
    return found
