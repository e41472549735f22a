"""The removals of an audit as edits of requirement files; what cannot be edited stays, and is weighed as staying."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path

from footprint import __version__
from footprint.analysis.facts.run_facts import Collected
from footprint.audit.checkout import Checkout, open_checkout
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.audit.run import Cover, audit_covered, judged
from footprint.audit.scratch_environment import find_own_paths
from footprint.audit.user_edits import FileEdit
from footprint.config.options import Options
from footprint.documents.requirement_lines import LAST_RESORT, find_encoding
from footprint.edit.requirement_files.developers_file import file_for_developers
from footprint.edit.requirement_files.file_edit import edit_lines, move_lines
from footprint.edit.requirement_files.line_changes import (
    DropExtras,
    LeaveOut,
    LeftAlone,
    LineChange,
    MoveToDevelopment,
)
from footprint.edit.requirement_files.renewals import renew_compiled, renew_locks
from footprint.errors import UsageError
from footprint.files.reader import NotRead, list_names, read_regular, try_read
from footprint.model.audit import OF_LINES, Audit, GoingLine
from footprint.model.requests_to_ignore import NeededComment
from footprint.model.requirements import DeclaredFiles, DeclaredRequirement
from footprint.model.trim import TRIM_VERSION, FileDiff, Renewal, TakenRemoval, Trim, UntouchedLine
from footprint.names import DistributionName, did_you_mean, normalise
from footprint.pairs import group_pairs
from footprint.report.text.file_diff import diff_lines
from footprint.secrets import star
from footprint.units import MIB
from footprint.values import dataclass, replace

_BYTES_AT_MOST = 5 * MIB
_ROUNDS = 5  # a line that is left alone may keep others, which are weighed and edited anew


@dataclass(frozen=True, slots=True)
class TrimChoice:
    """Which removals to take: only these where any are named, and none of those to keep."""

    only: tuple[str, ...] = ()
    keep: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlannedTrim:
    """What to show, what to write, and what production asks for then."""

    trim: Trim
    edits: tuple[FileEdit, ...]
    kept: tuple[DeclaredRequirement, ...]  # the lines of production that stay
    local_paths: tuple[str, ...]  # folders of the project that are installed
    audit: Audit
    checkout: Checkout
    facts: Collected
    cover: Cover  # in which it was started

    @property
    def executable(self) -> Path | None:
        """The interpreter of the environment."""
        return self.checkout.target.interpreter.executable

    @property
    def paths(self) -> tuple[str, ...]:
        """The folders of the project that are imported from."""
        return find_own_paths(self.checkout.target.interpreter, self.checkout.project)


def plan_trim(
    options: Options, choice: TrimChoice, progress: Progress = silent, *, cover: Cover = nullcontext
) -> PlannedTrim:
    """Audit a project and return its removals as edits of its files; nothing is written.

    `cover` gives the checkout as it is to be started: what is tried afterwards in a shadow is compared with a start in
    one. Raises: UsageError for a name that is none, for a file that cannot be read any more; else as run_audit.
    """
    checkout = open_checkout(options, progress)
    facts, first = audit_covered(checkout, cover, progress)
    stays = _chosen(first, choice)
    facts = _keeping(facts, stays)
    progress("editing the requirement files")
    return _plan(checkout, facts, judged(checkout, facts) if stays else first, cover)


def without_removals(planned: PlannedTrim, names: Collection[DistributionName]) -> PlannedTrim:
    """Return a trim that leaves some of its removals out: nothing is started again, and what stays is weighed anew."""
    facts = _keeping(planned.facts, names)
    found = _plan(planned.checkout, facts, judged(planned.checkout, facts), planned.cover)
    left = tuple(dict.fromkeys((*planned.trim.left, *found.trim.left)))
    return replace(found, trim=replace(found.trim, left=left))


def _plan(checkout: Checkout, facts: Collected, audit: Audit, cover: Cover) -> PlannedTrim:
    """Return the edits of all removals that can be made whole, with the audit as it is without the others."""
    left: list[UntouchedLine] = []
    for _ in range(_ROUNDS):
        edits, alone = _edit_files(audit.removable_lines, facts.declared, checkout.project)
        if not alone:
            break
        left += _untouched(alone, audit)
        facts = _needing(facts, ((path, each.change.line) for path, each in alone))
        audit = judged(checkout, facts)
    else:
        raise UsageError("the requirement files cannot be edited: the lines that would go keep each other")
    declared, secrets = facts.declared, secrets_of(checkout.options.probe)
    renewals = _renewals(audit, edits, checkout.project, declared.compiled)
    return PlannedTrim(
        trim=star(_trim(audit, edits, left, renewals), secrets),
        edits=edits,
        kept=tuple(_kept(declared, audit)),
        local_paths=declared.local_paths,
        audit=star(audit, secrets),
        checkout=checkout,
        facts=facts,
        cover=cover,
    )


def _chosen(audit: Audit, choice: TrimChoice) -> frozenset[DistributionName]:
    """Return the distributions that stay though they could go. Raises: UsageError."""
    removals = {item.distribution: item for item in audit.proposed(*OF_LINES)}
    rows = {row.name for row in audit.distributions}
    only, keep = ({normalise(name) for name in names} for names in (choice.only, choice.keep))
    for name in sorted(only - removals.keys()):
        if name in rows:
            raise UsageError(f"--only {name}: {name} is not among what can be removed; `footprint why {name}` says why")
        raise UsageError(f"--only {name}: {name} is neither installed nor declared{did_you_mean(name, removals)}")
    for name in sorted(keep - rows):
        raise UsageError(f"--keep {name}: {name} is neither installed nor declared{did_you_mean(name, rows)}")
    return frozenset(keep | (removals.keys() - only if only else set()))


def _keeping(facts: Collected, names: Collection[DistributionName]) -> Collected:
    """Return the facts with all lines of these distributions called needed, so that they are weighed as staying."""
    lines = (line for line in facts.declared.requirements if line.name in names)
    return _needing(facts, ((line.path, line.line) for line in lines))


def _needing(facts: Collected, places: Iterable[tuple[str, int]]) -> Collected:
    needed = (NeededComment(path, line, "it stays") for path, line in places)
    asked = facts.suppressions
    return replace(facts, suppressions=replace(asked, needed=(*asked.needed, *needed)))


def _kept(declared: DeclaredFiles, audit: Audit) -> Iterator[DeclaredRequirement]:
    """Yield what production asks for afterwards: all that stays, as it is then."""
    changed = {(line.file, line.line, line.name): line for line in audit.removable_lines}
    for line in declared.requirements:
        change = changed.get((line.path, line.line, line.name))
        if line.kind == "requirement" and line.group == "main" and (change is None or change.extras):
            extras = change.extras if change is not None else ()
            yield replace(line, extras=tuple(each for each in line.extras if each not in extras))


def _edit_files(
    lines: Iterable[GoingLine], declared: DeclaredFiles, project: Path
) -> tuple[tuple[FileEdit, ...], tuple[tuple[str, LeftAlone], ...]]:
    by_file = group_pairs((line.file, _change(line)) for line in lines if not line.compiled)
    before: dict[str, bytes] = {}
    after: dict[str, bytes] = {}
    left: list[tuple[str, LeftAlone]] = []

    def read(path: str) -> bytes:
        if path not in before:
            try:
                before[path] = after[path] = read_regular(project / path, bytes_at_most=_BYTES_AT_MOST)
            except NotRead as why:
                raise UsageError(f"cannot read {path}, which was read before: {why}") from None
        return after[path]

    compiled = {written for written, _ in declared.compiled}
    places = {path: file_for_developers(path, declared.files, compiled) for path in by_file}
    for path in sorted(by_file, key=lambda path: places[path] is not None):  # those to which lines move come first
        content, other = read(path), places[path]
        if other is None:
            edited = edit_lines(path, content, by_file[path])
            after[path] = edited.content
            left += [(path, each) for each in edited.left]
            continue
        moved = move_lines(path, content, by_file[path], read(other))
        after[path], after[other] = moved.content, moved.other or b""
        left += [(path, each) for each in moved.left]
    edits = (FileEdit(path, before[path], after[path]) for path in before)
    return tuple(edit for edit in edits if edit.before != edit.after), tuple(left)


def _change(line: GoingLine) -> LineChange:
    if line.extras:
        return DropExtras(line.name, line.line, frozenset(line.extras))
    return (MoveToDevelopment if line.moves else LeaveOut)(line.name, line.line)


def _untouched(alone: Iterable[tuple[str, LeftAlone]], audit: Audit) -> Iterator[UntouchedLine]:
    for path, each in alone:
        place = path, each.change.line, each.change.name
        waiting = [
            item.distribution
            for item in audit.proposed(*OF_LINES)
            if place in {(line.file, line.line, line.name) for line in item.lines}
        ]
        yield UntouchedLine(each.change.name, path, each.change.line, each.why.value, each.show(), tuple(waiting))


def _trim(audit: Audit, edits: Iterable[FileEdit], left: Iterable[UntouchedLine], renewals: Iterable[Renewal]) -> Trim:
    reasons = {row.name: row.reason for row in audit.distributions}
    before = audit.disk.site_apparent_bytes
    return Trim(
        schema_version=TRIM_VERSION,
        tool_version=__version__,
        project=audit.project,
        removals=tuple(
            TakenRemoval(
                code=item.code,
                distribution=item.distribution,
                reason=item.detail if item.extras else reasons[item.distribution],
                confidence=item.confidence,
                effort=item.effort,
                action=item.action,
                extras=item.extras,
                distributions=item.distributions,
                lines=item.lines,
                disk_bytes=item.disk_bytes,
                rss_bytes=item.rss_bytes,
                rss_kind=item.rss_kind,
            )
            for item in audit.proposed(*OF_LINES)
        ),
        left=tuple(left),
        files=tuple(FileDiff(edit.path, diff_lines(edit.path, _text(edit.before), _text(edit.after) or ""))
                    for edit in edits),
        renewals=tuple(renewals),
        disk_bytes=audit.removable_bytes if before is not None else None,
        disk_kept_bytes=audit.removable_kept_bytes,
        environment_bytes=None if before is None else before + (audit.disk.outside_bytes or 0),
    )  # fmt: skip


def _text(content: bytes | None) -> str | None:
    if content is None:
        return None
    mark, encoding = find_encoding(content)
    return content[len(mark) :].decode(encoding or LAST_RESORT, "replace")


def _renewals(
    audit: Audit, edits: Iterable[FileEdit], project: Path, compiled: Iterable[tuple[str, str]]
) -> Iterator[Renewal]:
    """Yield the commands that renew what tools write."""
    edited = [edit.path for edit in edits]
    names: Mapping[str, Collection[str]] = {
        folder: list_names(project / folder) for folder in {"", *(path.rpartition("/")[0] for path in edited)}
    }
    yield from renew_locks(edited, names)
    going = {line.file for line in audit.removable_lines if line.compiled}
    for path, source in compiled:
        if path in going or source in edited:
            text = (try_read(project / path, bytes_at_most=_BYTES_AT_MOST) or b"").decode("utf-8", "replace")
            yield renew_compiled(path, source, text)
