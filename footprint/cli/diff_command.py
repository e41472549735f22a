"""`footprint diff`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from footprint.cli.arguments import Argument, Given
from footprint.config.settings_table import Setting, rows
from footprint.errors import UsageError

if TYPE_CHECKING:
    from footprint.model.audit_difference import AuditDifference

ABOUT = """\
Tell what two audits differ in: figures, what entered and left the start, what was installed, findings.

Two stored audits: `footprint diff before.json after.json`, a project's folder for the one that `audit --store` keeps
there. Two commits: `footprint diff main..HEAD [PROJECT]`, in the
environment of today, or with --install each in its own. Two environments of one project:
`footprint diff --env A --env B [PROJECT]`."""
TAKES = (
    Argument("first", "A JSON audit, two commits, or a project's folder.", metavar="BEFORE", is_optional=True,
             leads="path"),
    Argument("second", "The other audit, or a project's folder.", metavar="AFTER", is_optional=True, leads="path"),
    Setting(
        "envs",
        "path",
        "An environment of the project: two to compare, or one for commits.",
        "DIR",
        ("--env",),
        many=True,
    ),
    *rows("python trust-settings no-env site-packages"),
    *rows("entries factory requirements exclude respect-gitignore cache probe lifespan first-use"),
    *rows("runs timeout env-file set"),
    Setting("install", "switch",
            "Where commits declare other things: make an environment for each and audit it there."),
    Setting("find-links", "text", "With --install: look for files there, too. Repeatable.", "DIR|URL", many=True),
    *rows("top format output lang"),
)  # fmt: skip
_WAYS = "give two JSON audits, commits as BEFORE..AFTER, or --env twice (footprint diff --help)"


def run(given: Given) -> None:
    """Compare and print. Raises: UsageError where it is not clear what with what."""
    from footprint.cli.outputs import Outputs, refuse
    from footprint.cli.printing import make_view, read_language
    from footprint.report import formats

    outputs = Outputs.read(given, formats.DIFF, "markdown:diff.md")
    difference = _compare(given)
    view = make_view("disk", given["top"], language=read_language(given))
    refuse(outputs.write(lambda name, shown: formats.render(name, difference, shown), view))


def _compare(given: Given) -> AuditDifference:
    first, second, environments = given["first"], given["second"], given["envs"] or ()
    is_span = first is not None and ".." in first and not Path(first).exists()
    if given["find_links"] and not given["install"]:
        raise UsageError("--find-links goes with --install")
    if given["install"] and not is_span:
        raise UsageError(f"--install is for commits: {_WAYS}")
    if is_span and len(environments) < 2:
        return _of_commits({**given, "env": next(iter(environments), None)}, first, Path(second or "."))
    if environments:
        if len(environments) != 2 or is_span or second is not None:
            raise UsageError(f"--env: {_WAYS}")
        return _of_environments(given, Path(first or "."), environments)
    if first is None:
        raise UsageError(f"nothing to compare: {_WAYS}")
    if second is None:
        raise UsageError(f"{first} alone cannot be compared: {_WAYS}")
    return _of_files(first, second)


def _of_files(first: str, second: str) -> AuditDifference:
    from footprint.analysis.difference.audit_pairs import compare_audits
    from footprint.cli.audits import load_audit

    if first == second == "-":
        raise UsageError("standard input can be one of the two audits, not both")
    return compare_audits(load_audit(Path(first)), load_audit(Path(second)), (first, second))


def _of_environments(given: Given, project: Path, environments: tuple[Path, ...]) -> AuditDifference:
    from footprint.analysis.difference.audit_pairs import compare_audits
    from footprint.cli.printing import started
    from footprint.trial.two_audits import audit_environments

    with started("diff", {**given, "project": project, "env": environments[0]}) as (options, show):
        pair = audit_environments(options, environments, show)
    return compare_audits(*pair, (str(environments[0]), str(environments[1])))


def _of_commits(given: Given, span: str, project: Path) -> AuditDifference:
    from footprint.analysis.difference.audit_pairs import compare_audits
    from footprint.audit.scratch_environment import absolute_links
    from footprint.cli.printing import started
    from footprint.trial.two_audits import Installing, audit_commits
    from footprint.values import replace

    with started("diff", {**given, "project": project}) as (options, show):
        installing = Installing(absolute_links(given["find_links"] or ())) if given["install"] else None
        pair, labels, notes = audit_commits(options, span, installing, show)
    found = compare_audits(*pair, labels)
    return replace(found, notes=(*notes, *found.notes))
