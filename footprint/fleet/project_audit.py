"""One project of a fleet audited: a line, of its last commits a line for each. What goes wrong is the reason of a line.

Reading takes no turns. Whoever starts an application holds the turn of the machine: two starts at a time would measure
each other's memory.
"""

from __future__ import annotations

import platform
import re
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from footprint.audit.checkout import Checkout
from footprint.audit.listener import silent
from footprint.audit.run import run_audit
from footprint.collect.declared import is_requirement_file
from footprint.collect.git.clones import clone
from footprint.collect.git.commit_dates import DatedCommit, commits_touching, head_of, is_shallow
from footprint.collect.git.commits import Commit, find_head, read_commit
from footprint.collect.machine import read_machine
from footprint.config.audit_settings import read_options
from footprint.config.options import Options, StartOptions
from footprint.credentials import star_credentials
from footprint.errors import FootprintError, UsageError
from footprint.files.machine_turn import machine_turn
from footprint.files.private import private_folder
from footprint.files.tree_writer import write_tree
from footprint.model.audit import Audit
from footprint.model.fleet_line import FLEET_FORMAT, FleetLine, LineSource
from footprint.model.fleet_project import FleetOrder, FleetProject
from footprint.probe.program_end import run_printing
from footprint.values import dataclass, replace

_TUPLES = ("entries", "exclude", "requests", "calls")
_FOLDER = re.compile(r"\w[\w .-]{0,49}")  # what a folder of ours is called: never "..", nor more than a name may have


@dataclass(frozen=True, slots=True)
class _Begun:
    """A line that is being made."""

    project: FleetProject
    since: float
    source: LineSource = "checkout"
    commit: str | None = None
    committed_at: str | None = None


def audit_project(order: FleetOrder) -> Iterator[FleetLine]:
    """Yield the line of a project, or one for each of its last commits that touched requirements, the newest first."""
    begun = _Begun(order.project, time.monotonic(), "commit" if order.history else "checkout")
    with ExitStack() as held:
        try:
            opened = _open(order, held)
        except FootprintError as error:
            yield made_line(begun, reason=_first_line(error))
            return
        if order.history:
            for each in opened.commits:
                begun = _Begun(order.project, time.monotonic(), "commit", each.commit.name, each.at)
                yield _finish(begun, partial(_audit_commit, order, each.commit))
            return
        begun = replace(begun, commit=opened.head[0], committed_at=opened.head[1])
        yield _finish(begun, partial(_audit_checkout, order, opened.folder))


def made_line(begun: _Begun, audit: Audit | None = None, reason: str | None = None) -> FleetLine:
    """Return the line of what was begun: with its audit, or with the reason why there is none."""
    machine = read_machine()
    return FleetLine(
        format=FLEET_FORMAT,
        project=begun.project.name,
        path=begun.project.shown,
        source=begun.source,
        commit=begun.commit,
        committed_at=begun.committed_at,
        at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        host=platform.node(),
        processor=machine.processor,
        libc=machine.libc,
        python=audit.environment.python if audit is not None else None,
        outcome="done" if audit is not None else "failed",
        reason=None if reason is None else star_credentials(reason),
        seconds=round(time.monotonic() - begun.since, 3),
        audit=audit,
    )


def failed_line(order: FleetOrder, reason: str, seconds: float) -> FleetLine:
    """Return the line of a project whose audit never came back."""
    source: LineSource = "commit" if order.history else "checkout"
    return made_line(_Begun(order.project, time.monotonic() - seconds, source), reason=reason)


@dataclass(frozen=True, slots=True)
class _OpenedProject:
    """A project where it can be read."""

    folder: Path
    head: tuple[str | None, str | None] = (None, None)  # name and date
    commits: tuple[DatedCommit, ...] = ()


def _open(order: FleetOrder, held: ExitStack) -> _OpenedProject:
    project = order.project
    if project.is_url:
        repository = held.enter_context(private_folder("clone")) / "repository.git"
        head = clone(project.place, project.ref, repository, run_printing, with_history=bool(order.history))
        if order.history:
            return _OpenedProject(repository, commits=_history(head, order))
        folder = held.enter_context(_written(head, project.name))
        return _OpenedProject(folder, head_of(repository) or (head.name, None))
    folder = Path(project.place)
    if not folder.is_dir():
        raise UsageError(
            f"{project.shown} is not a folder: name the project's folder, the one with its requirement files"
        )
    if order.history:
        return _OpenedProject(folder, commits=_history(find_head(folder), order))
    return _OpenedProject(folder, head_of(folder) or (None, None))


def _history(head: Commit, order: FleetOrder) -> tuple[DatedCommit, ...]:
    found = commits_touching(head, is_requirement_file, order.history)
    if not found:
        more = ": it is shallow, fetch the others (git fetch --unshallow)" if is_shallow(head.repository) else ""
        raise UsageError(f"no commit that it has touched a requirement file or a lock file{more}")
    return found


@contextmanager
def _written(commit: Commit, name: str) -> Iterator[Path]:
    """Give the files of a commit in a folder of ours: no work tree of anybody is touched, and nothing runs."""
    with private_folder("commit") as outer:
        folder = outer / (name if _FOLDER.fullmatch(name) else "project")
        write_tree(folder, read_commit(commit))
        yield folder


def _finish(begun: _Begun, audit: Callable[[], Audit]) -> FleetLine:
    try:
        return made_line(begun, audit())
    except FootprintError as error:
        return made_line(begun, reason=_first_line(error))


def _first_line(error: FootprintError) -> str:
    return next(iter(str(error).splitlines()), type(error).__name__)


def _audit_checkout(order: FleetOrder, folder: Path) -> Audit:
    return run_audit(_options(order, folder), silent, cover=_in_turn)


def _audit_commit(order: FleetOrder, commit: Commit) -> Audit:
    """Return what the files of a commit tell by themselves: what was installed then is in no environment of today."""
    with _written(commit, order.project.name) as folder:
        options = _options(order, folder)
        target = replace(options.target, no_env=True, env=None, python=None, site_packages=())
        return run_audit(Options(target, StartOptions(enabled=False), options.gate))


def _options(order: FleetOrder, folder: Path) -> Options:
    flags = {name: value for name, value in order.flags.items() if value is not None}
    flags |= {name: tuple(flags[name]) for name in _TUPLES if name in flags}
    if order.project.entries:
        flags["entries"] = order.project.entries
    if order.project.env is not None and not order.history:
        flags["env"] = Path(order.project.env)
    elif order.project.is_url:  # else a stranger's code would be started with whatever runs us
        flags["no_env"] = True
    return read_options(flags, folder)


@contextmanager
def _in_turn(checkout: Checkout) -> Iterator[Checkout]:
    if not (checkout.can_start and checkout.code.entries):
        yield checkout
        return
    with machine_turn():
        yield checkout
