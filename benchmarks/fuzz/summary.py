"""What a campaign came to, in words and counts."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable

from benchmarks.fuzz.campaign import Tally
from benchmarks.fuzz.case import Verdict

_EVERY = 250


def show_progress(verdict: Verdict, tally: Tally, total: int, seed: str) -> None:
    """Tell each fault at once, and now and then how far it is."""
    if verdict.faults:
        sys.stdout.write(describe_faults([verdict], seed))
    done = sum(tally.counts.values())
    if done % _EVERY == 0:
        sys.stdout.write(f"{done} of {total} inputs, {tally.started} with starts, {len(tally.faulty)} faulty\n")
    sys.stdout.flush()


def describe(tally: Tally, seed: str, got: tuple[str, ...], wall_s: float) -> str:
    """Return seed, counts, exit codes and what was wrong."""
    total = sum(tally.counts.values())
    lines = [
        f"seed {seed}: {total} inputs in {wall_s:.0f} s; of its own the campaign had: {', '.join(got) or 'nothing'}"
    ]
    for kind, count in tally.counts.most_common():
        lines.append(f"  {kind:<14} {count:>6} {count / total:>7.1%} {tally.seconds[kind]:>8.0f} s")
    lines.append(f"users: {_counts(tally.users)}")
    lines.append(f"real starts: {tally.starts}, in {tally.started} inputs")
    lines.append(f"exit codes: {_counts(tally.exit_codes)}")
    kinds = Counter(fault.kind for verdict in tally.faulty for fault in verdict.faults)
    for kind in ("traceback", "hang", "changed", "process", "port", "temporary"):
        kinds.setdefault(kind, 0)
    lines.append(f"faults: {_counts(kinds)}")
    lines.append(f"faulty inputs: {len(tally.faulty)}")
    return "\n".join(lines) + "\n"


def describe_faults(verdicts: Iterable[Verdict], seed: str) -> str:
    """Return each fault with the command that plays its input again."""
    lines = []
    for verdict in verdicts:
        user = " --user nobody" if verdict.user == "nobody" else ""
        again = f"python -m benchmarks.fuzz --seed {seed} --only {verdict.kind}:{verdict.index}{user}"
        for fault in verdict.faults:
            text = "\n    ".join(fault.text.splitlines()[-24:])
            lines.append(f"FAULT {fault.kind}: {verdict.does[:200]!a}\n    {text}\n    {again}\n")
    return "".join(lines)


def _counts(counter: Counter[str] | Counter[int]) -> str:
    return ", ".join(f"{key} {count}" for key, count in sorted(counter.items(), key=str))
