"""What the audit says of the environment and of the site folders as a whole."""

from __future__ import annotations

from footprint.analysis.facts.run_facts import Collected
from footprint.model.audit import DiskFacts, EnvironmentFacts, EnvironmentKind


def describe_environment(facts: Collected) -> EnvironmentFacts:
    """Return what was audited: an environment, or the files that stand in for one."""
    interpreter, missing = facts.interpreter, facts.missing
    kind: EnvironmentKind = "installed"
    if missing is not None:
        kind = "locked" if missing.lock_files else "declared"
    return EnvironmentFacts(
        python=".".join(map(str, interpreter.version)),
        implementation=interpreter.implementation,
        platform=interpreter.platform,
        prefix_relative=facts.prefix_relative,
        chosen=facts.chosen,
        bytecode=facts.scan.has_bytecode if missing is None else None,
        kind=kind,
        lock_files=missing.lock_files if missing is not None else (),
    )


def describe_disk(facts: Collected) -> DiskFacts:
    """Return the totals of the site folders; nothing but None where there are none."""
    scan = facts.scan
    if facts.missing is not None:
        return NOT_WEIGHED
    return DiskFacts(
        site_apparent_bytes=scan.total_apparent_bytes,
        site_allocated_bytes=scan.total_allocated_bytes,
        shared_bytes=scan.shared_bytes,
        unowned_bytes=scan.unowned_bytes,
        outside_bytes=sum(use.outside_bytes for use in scan.uses),
        own_bytes=sum(use.apparent_bytes for use in scan.uses if use.name in facts.own),
        hard_linked_bytes=scan.hard_linked_bytes,
        reconciles=scan.reconciles,
        unowned=scan.unowned,
        conflicts=scan.conflicts,
    )


NOT_WEIGHED = DiskFacts(None, None, None, None, None, None, None, None, (), ())
