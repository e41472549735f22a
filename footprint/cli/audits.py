"""An audit as the commands have it: measured or stored, and printed or written in every format."""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import Given
from footprint.cli.outputs import Outputs, refuse
from footprint.cli.printing import make_view, read_language, started
from footprint.errors import AuditUnreadable, UsageError
from footprint.files.reader import NotRead, read_descriptor, read_given
from footprint.files.writer import NotWritten
from footprint.model.audit import Audit
from footprint.report import formats
from footprint.report.audit import stored
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.audit.run import Cover
    from footprint.config.options import Options
    from footprint.files.store import Store
    from footprint.report.text.view import View

_AUDIT_BYTES = 256 << 20
_NOW = "this audit"  # of two, the one that is reported


def read_outputs(given: Given) -> Outputs:
    """Return the formats of an audit that were asked for. Raises: UsageError."""
    shown = {**given, "format": "summary"} if given["summary"] else given
    return Outputs.read(shown, formats.AUDIT, "markdown:footprint.md")


def measure_audit(command: str, given: Given) -> Audit:
    """Audit the project of a command; of `audit` itself with its advice tried, where that is asked for."""
    with started(command, given) as (options, show):
        if command == "audit" and options.probe.verify != "off":
            from footprint.trial.audit_trial import run_audit_with_trial

            return run_audit_with_trial(options, given["words"], show)
        if given.get("words"):
            raise UsageError("a command after -- judges what --verify tries: add --verify fast")
        from footprint.audit.run import run_audit

        return run_audit(options, show, cover=find_cover(options))


def find_cover(options: Options) -> Cover:
    """Return what gives a checkout as it is to be started: in a shadow where --shadow asks for it."""
    if not options.probe.shadow:
        return nullcontext
    from footprint.trial.shadows import shadowed

    return shadowed


def load_audit(path: Path) -> Audit:
    """Return a stored audit, that of a project for its folder, `-` for standard input. Raises: AuditUnreadable."""
    if path.is_dir() and str(path) != "-":
        path = _stored_in(path)
    try:
        if str(path) == "-" and sys.stdin is None:  # it was closed
            raise NotRead("absent")
        if str(path) == "-":
            data = read_descriptor(sys.stdin.fileno(), bytes_at_most=_AUDIT_BYTES)
        else:
            data = read_given(path, bytes_at_most=_AUDIT_BYTES)
        text = data.decode()
    except (NotRead, UnicodeDecodeError) as error:
        raise AuditUnreadable(f"cannot read {path}: {error}") from error
    return stored.parse(text)


def _stored_in(project: Path) -> Path:
    """Return where the audit is that a project keeps. Raises: AuditUnreadable where there is none, or a link."""
    from footprint.files.store import stored_audit

    path = stored_audit(project)
    if not os.path.lexists(path):
        raise AuditUnreadable(f"{project} has no stored audit: `footprint audit --store {project}` stores one")
    if path.is_symlink() or path.parent.is_symlink():  # a stranger's project may lead anywhere
        raise AuditUnreadable(f"{path} is a link, and none is followed there: name the file that it leads to")
    return path


def read_store(given: Given) -> Store | None:
    """Return where the audit of a project is to be kept, None where that is not asked for. Raises: UsageError."""
    if not given["store"]:
        return None
    from footprint.files.store import check_store

    return check_store(given["project"])


def read_before(given: Given) -> tuple[Audit, str] | None:
    """Return the audit to compare with and what the reader calls it, None without one. Raises: AuditUnreadable.

    It is read before anything is measured, and before the audit that is made takes its place in the project.
    """
    path = given["before"]
    if path is None:
        return None
    if str(path) == str(given.get("stored")) == "-":
        raise UsageError("standard input can be one of the two audits, not both")
    return load_audit(path), str(path)


def see(audit: Audit, given: Given, before: tuple[Audit, str] | None = None) -> View:
    """Return how the reader wants to see an audit, and what changed since the one before."""
    view = make_view(given["sort"], given["top"], legend=given["legend"], language=read_language(given))
    if before is None:
        return view
    from footprint.analysis.difference.audit_pairs import compare_audits

    other, label = before
    return replace(view, before=compare_audits(other, audit, (label, _NOW)))


def give_out(audit: Audit, view: View, outputs: Outputs, store: Store | None = None) -> None:
    """Store, write the files, print, and only then say what could not be written. Raises: UsageError."""
    failed = _keep(audit, store)
    refuse([*failed, *outputs.write(lambda name, shown: formats.render(name, audit, shown), view)])


def _keep(audit: Audit, store: Store | None) -> list[UsageError]:
    if store is None:
        return []
    from footprint.files.store import write_store

    try:
        write_store(store, formats.render("json", audit).encode())
    except NotWritten as error:
        return [error]
    return []
