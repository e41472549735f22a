"""The audit, as a table of its contents: open the checkout, start its entries while the rest is read, join, judge.

What starts processes is loaded by those that start some: it takes a thirtieth of an audit that starts none.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from footprint.audit.checkout import Checkout, open_checkout
from footprint.audit.listener import Progress, secrets_of, silent
from footprint.config.options import Options
from footprint.model.audit import Audit
from footprint.secrets import star
from footprint.values import replace

if TYPE_CHECKING:
    from footprint.analysis.facts.run_facts import Collected
    from footprint.audit.join import JoinedRest

Cover = Callable[[Checkout], AbstractContextManager[Checkout]]  # gives a checkout as it is to be started


def run_audit(options: Options, progress: Progress = silent, *, cover: Cover = nullcontext) -> Audit:
    """Measure, walk, probe and join one project and one environment; `cover` gives the checkout as it is started.

    Raises: UsageError for an entry or a file that is not there; InterpreterUnusable and
        EnvironmentUnreadable when there is nothing to weigh. All else becomes a note.
    """
    checkout, facts = measure_project(options, progress, cover=cover)
    progress("joining")
    return star(judged(checkout, facts), secrets_of(options.probe))


def audit_covered(checkout: Checkout, cover: Cover, progress: Progress) -> tuple[Collected, Audit]:
    """Return what was collected of a checkout, started as `cover` gives it, and the audit, with nothing starred yet."""
    with cover(checkout) as covered:
        facts = start_entries(covered, progress)
    progress("joining")
    return facts, judged(checkout, facts)


def judged(checkout: Checkout, facts: Collected) -> Audit:
    """Return the audit that collected facts come to."""
    from footprint.audit.join import judge

    return judge(facts, checkout.options.target)


def measure_project(options: Options, progress: Progress, *, cover: Cover = nullcontext) -> tuple[Checkout, Collected]:
    """Return the checkout of an audit, and all that was measured and read of it. Raises: as run_audit."""
    checkout = open_checkout(options, progress)
    if options.probe.live:
        from footprint.audit.real_commands import choose_lives

        commands = choose_lives(options, checkout.code.entries, checkout.code.commands)  # a mistake is told at once
    with cover(checkout) as covered:
        facts = start_entries(covered, progress)
        if options.probe.rehearse:
            from footprint.audit.entry_starts import rehearse

            facts = replace(facts, rehearsed=rehearse(covered, progress, facts.runtimes))
        if options.probe.live:
            from footprint.audit.real_commands import measure_lives

            lives = measure_lives(covered, commands, progress)
            notes = (*facts.notes, *lives.notes)
            facts = replace(facts, lives=lives.readings, live_failures=lives.failures, notes=notes)
    return checkout, facts


def start_entries(checkout: Checkout, progress: Progress) -> Collected:
    """Start the entries while the rest is read, and return all of it joined, before it is judged."""

    def read_meanwhile() -> JoinedRest:  # while the child imports
        progress("weighing the installed distributions")
        from footprint.audit.join import join_rest, read_rest  # a twentieth of a second, while there is time

        return join_rest(checkout, read_rest(checkout))

    if not checkout.options.probe.enabled:
        return read_meanwhile().with_starts(())
    from footprint.audit.entry_starts import measure
    from footprint.audit.look_ahead import find_look_ahead

    runtimes, rest = measure(checkout, progress, read_meanwhile, find_look_ahead(checkout.options.target))
    servers = {}
    if runtimes:
        from footprint.audit.server_memory import measure_servers

        servers = measure_servers(checkout, progress)
    return rest.with_starts(runtimes, servers)
