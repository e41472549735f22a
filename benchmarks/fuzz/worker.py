"""One worker of the campaign: takes inputs by name from standard input, makes, runs and judges them.

A line in, such as `locks 17 root` with a mutant's name or nothing at the end; a line of JSON out.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import traceback
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from random import Random

from benchmarks.fuzz import room
from benchmarks.fuzz.case import Case, Fault, Outcome, Verdict
from benchmarks.fuzz.command import Setting, run
from benchmarks.fuzz.kinds import KINDS
from benchmarks.fuzz.modules import load_everything
from benchmarks.fuzz.oracles import judge
from benchmarks.fuzz.place import Place, hand_over, lay_out, look, remove


@dataclass(frozen=True, slots=True)
class Order:
    """One input to play: its name, as whom, and with what switched off."""

    kind: str
    index: int
    user: str = "own"
    mutant: str = ""

    def encode(self) -> str:
        """Return it as a line."""
        return json.dumps(asdict(self))


def serve(seed: str, folder: Path) -> None:
    """Play what is asked for until there is no more; `folder` is ours."""
    room.adopt_orphans()
    got = room.close_the_door(room.needed_folders())
    load_everything()
    for line in _read_lines():
        order = Order(**json.loads(line))
        verdict = play(order, seed, folder)
        sys.stdout.write(json.dumps({"room": got, **asdict(verdict)}) + "\n")
        sys.stdout.flush()


def play(order: Order, seed: str, folder: Path, *, keep: bool = False) -> Verdict:
    """Make one input, run it and judge what came of it."""
    place = lay_out(folder / f"{order.kind}-{order.index}")
    case: Case | None = None
    try:
        case = KINDS[order.kind].make(place, Random(f"{seed}:{order.kind}:{order.index}"))
        outcome, faults = _run_and_judge(case, place, order)
        if keep:
            _show(case, outcome)
        return Verdict(
            *(order.kind, order.index, case.does, outcome.returncode, round(outcome.wall_s, 3)),
            *(outcome.starts, order.user, faults),
        )
    except Exception:
        fault = Fault("campaign", traceback.format_exc())
        return Verdict(order.kind, order.index, case.does if case else "", -1, 0.0, 0, order.user, (fault,))
    finally:
        if case is not None and case.disk is not None:
            room.unmount(case.disk[0])
        if not keep:
            remove(place)


def _run_and_judge(case: Case, place: Place, order: Order) -> tuple[Outcome, tuple[Fault, ...]]:
    user_id = room.NOBODY if order.user == "nobody" else None
    if user_id is not None:
        hand_over(place, user_id)
    before = look(place)
    outcome = run(case, place, Setting(user_id, order.mutant))
    return outcome, judge(case, outcome, place, before, look(place))


def _show(case: Case, outcome: Outcome) -> None:
    sys.stderr.write(f"does: {case.does}\nin: {case.working_dir}\nfootprint {' '.join(map(ascii, case.arguments))}\n")
    sys.stderr.write(f"exit code {outcome.returncode} after {outcome.wall_s:.2f} s, {outcome.starts} starts\n")
    for name, data in (("standard output", outcome.stdout), ("standard error", outcome.stderr)):
        sys.stderr.write(f"--- {name}: {len(data)} bytes\n{data[:4000].decode('utf-8', 'backslashreplace')}\n")


def _read_lines() -> Iterator[str]:
    while line := sys.stdin.readline():
        yield line


if __name__ == "__main__":
    own = Path(sys.argv[2])
    own.mkdir(mode=0o755)
    try:
        os.chdir("/")
        serve(sys.argv[1], own)
    finally:
        shutil.rmtree(own, ignore_errors=True)
