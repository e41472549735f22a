"""Each protection switched off in turn: the campaign has to find every one of them.

A mutant replaces functions of footprint in the process that is about to run the command. Nothing of it is in footprint.
"""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.fuzz.campaign import Crew, plan
from benchmarks.fuzz.protections import MUTANTS
from benchmarks.fuzz.worker import Order

INPUTS_AT_MOST = 600
_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Find:
    """How a mutant was found: by which input, after how many, as which fault."""

    mutant: str
    order: Order | None
    after: int
    fault: str


def hunt(names: Sequence[str], seed: str, workers: int) -> int:
    """Look for each mutant with the inputs of its kinds; return 1 when one was not found."""
    unknown = set(names) - MUTANTS.keys()
    if unknown:
        sys.stderr.write(f"no such mutant: {', '.join(sorted(unknown))}; there are: {', '.join(MUTANTS)}\n")
        return 2
    finds = []
    with Crew(seed, workers) as crew:
        for name in names or tuple(MUTANTS):
            find = _find(crew, name)
            finds.append(find)
            sys.stdout.write(_describe(find))
            sys.stdout.flush()
    missed = [find.mutant for find in finds if find.order is None]
    sys.stdout.write(f"{len(finds) - len(missed)} of {len(finds)} mutants found\n")
    return 1 if missed else 0


def _find(crew: Crew, name: str) -> Find:
    """Play inputs until one is at fault that is not without the mutant."""
    mutant = MUTANTS[name]
    orders = [order for order in plan(10_000) if order.kind in mutant.kinds][:INPUTS_AT_MOST]
    waiting, done = deque(orders), 0
    while waiting:
        part = [waiting.popleft() for _ in range(min(len(waiting), _AT_ONCE))]
        verdicts = list(crew.play([_with(order, name) for order in part], until=lambda verdict: bool(verdict.faults)))
        done += len(verdicts)
        for verdict in verdicts:
            order = Order(verdict.kind, verdict.index, verdict.user)
            if verdict.faults and not any(again.faults for again in crew.play([order])):
                return Find(name, order, done, verdict.faults[0].kind)
        played = {(verdict.kind, verdict.index) for verdict in verdicts}
        waiting.extendleft(order for order in reversed(part) if (order.kind, order.index) not in played)
    return Find(name, None, done, "")


def _with(order: Order, mutant: str) -> Order:
    return Order(order.kind, order.index, order.user, mutant)


def _describe(find: Find) -> str:
    says = MUTANTS[find.mutant].says
    if find.order is None:
        return f"MISSED  {find.mutant:<26} {says}: not found by {find.after} inputs\n"
    by = f"{find.order.kind}:{find.order.index}"
    return f"found   {find.mutant:<26} {says}: {find.fault}, by {by}, after {find.after}\n"
