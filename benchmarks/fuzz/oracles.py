"""What must hold of every command, whatever the input: each oracle yields the faults that it sees."""

from __future__ import annotations

import json
import os
import re
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from benchmarks.fuzz.case import FIGURE_AT_LEAST_BYTES, Case, Fault, Outcome, Output
from benchmarks.fuzz.place import Place, State, changes

SIGNAL_CODES = frozenset({129, 130, 143})
_TRACEBACK = b"Traceback (most recent call last)"
_OURS = re.compile(rb'File "[^"\n]*/footprint/[^"\n]*\.py"')
# What must not reach a terminal: controls but line ends and tabs, bidirectional marks, zero width.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")
_JSON_KEYS: Mapping[str, frozenset[str]] = {
    "audit": frozenset(
        [
            "schema_version",
            "tool",
            "project",
            "declared_files",
            "environment",
            "disk",
            "limit",
            "entries",
            "distributions",
            "undeclared",
            "findings",
            "suggestions",
            "problems",
            "notes",
            "removable_bytes",
            "import_lines",
            "deferrals",
            "first_uses",
            "guests",
            "fits",
            "rehearsals",
            "workers",
            "host",
        ]
    ),
    "check": frozenset(
        [
            "schema_version",
            "tool",
            "conclusion",
            "project",
            "key",
            "static",
            "entries",
            "verdicts",
            "notes",
            "exit_code",
        ]
    ),
    "any": frozenset(),
}
_MEMORY_BYTES = 400 << 20
_LISTED = 6  # of changes, before the rest is counted


def judge(
    case: Case, outcome: Outcome, place: Place, before: Mapping[str, State], after: Mapping[str, State]
) -> tuple[Fault, ...]:
    """Return what is wrong, nothing when all is well."""
    found = [fault for oracle in _ORACLES for fault in oracle(case, outcome)]
    changed = changes(before, after, case.may_change, links_hard=case.links_hard)
    if changed:
        rest = f" and {len(changed) - _LISTED} more" if len(changed) > _LISTED else ""
        found.append(Fault("changed", "; ".join(changed[:_LISTED]) + rest))
    left = sorted(os.listdir(place.tmp))  # noqa: PTH208 - names are enough
    if left:
        found.append(Fault("temporary", f"left in TMPDIR: {', '.join(left[:_LISTED])!a}"))
    return tuple(found)


def judge_ending(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """A command ends, with one of its exit codes, by itself."""
    if outcome.hung:
        _, _, where = outcome.stderr.rpartition(b"(most recent call first):")
        frames = "\n".join(where.decode("utf-8", "replace").splitlines()[:10])
        yield Fault("hang", f"ended by the campaign {outcome.hung}{frames}")
    elif outcome.returncode not in case.exit_codes and not _is_not_begun(case, outcome):
        yield Fault("exit code", f"{outcome.returncode}: {_tail(outcome.stderr)}")


def judge_memory(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """No stranger's file makes the command large."""
    if outcome.peak_bytes > _MEMORY_BYTES:
        yield Fault("memory", f"{outcome.peak_bytes >> 20} MiB")


def judge_tracebacks(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """No traceback of ours is printed, and none of ours is reported as the application's."""
    text = outcome.stderr
    if _TRACEBACK in text and not (_is_not_begun(case, outcome) and not _OURS.search(text)):
        yield Fault("traceback", _tail(text, 1500))
    if b"Exception ignored" in text or b"the probe's thread died" in text:
        yield Fault("traceback", _tail(text, 1500))


def judge_words(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """What is printed is text that no terminal obeys."""
    for name, data in (("standard output", outcome.stdout), ("standard error", outcome.stderr)):
        shown = data.decode("utf-8", "surrogateescape")
        if name == "standard error":
            shown = re.sub(r"\r[^\n]*?\x1b\[K", "", shown)
        if match := _UNPRINTABLE.search(shown):
            yield Fault("escape", f"{match[0]!a} on {name}: {shown[max(0, match.start() - 40) : match.end() + 40]!a}")
        elif any("\ud800" <= letter <= "\udfff" for letter in shown):
            yield Fault("escape", f"bytes that are no UTF-8 on {name}")
    if case.blow is None and outcome.returncode == 2 and not outcome.stderr.strip():
        yield Fault("words", "exit code 2 without a word on standard error")


def judge_refusal(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """What cannot be written to is said before anything is started."""
    if case.refused and (outcome.returncode != 2 or outcome.starts):
        yield Fault("refusal", f"exit code {outcome.returncode} after {outcome.starts} starts")


def judge_json(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """JSON is JSON, and has the fields of its contract."""
    if not case.json or case.stdout != "pipe" or not outcome.stdout:
        return
    if case.blow is not None and outcome.returncode in SIGNAL_CODES:
        return
    try:
        parsed = json.loads(outcome.stdout, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        yield Fault("json", f"{error}: {_tail(outcome.stdout)}")
        return
    missing = _JSON_KEYS[case.json] - (parsed.keys() if isinstance(parsed, dict) else set())
    if missing:
        yield Fault("json", f"without {', '.join(sorted(missing))}")
    elif case.forges:
        yield from _judge_figures(parsed)
        if case.distrusted and outcome.returncode != 3:
            yield Fault("believed", f"records that cannot be are no reason to distrust: exit code {outcome.returncode}")
    elif case.calm and (outcome.returncode or any(entry["failure"] for entry in parsed["entries"])):
        yield Fault("disturbed", f"not measured: {parsed['entries'][0]['failure']}")


def judge_secrets(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """No secret of the input is printed or stored."""
    written = [(f"in {output.path.name}", _content(output.path) or b"") for output in case.outputs]
    for where, data in (("on standard output", outcome.stdout), ("on standard error", outcome.stderr), *written):
        for secret in case.secrets:
            if (place := data.find(secret.encode())) >= 0:
                yield Fault("secret", f"{where}: {_tail(data[max(0, place - 80) : place + len(secret) + 20])}")
                break


def judge_left(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """No process and no port is left."""
    if outcome.processes:
        yield Fault("process", f"{len(outcome.processes)} left: {outcome.processes[0]}")
    elif outcome.ports:
        yield Fault("port", f"left open: {outcome.ports[0]}")


def judge_outputs(case: Case, outcome: Outcome) -> Iterator[Fault]:
    """A file that was to be written holds all of the old or all of the new, and nothing is left beside it."""
    for output in case.outputs:
        now = _content(output.path)
        if now == output.before:
            if outcome.returncode in (0, 1):
                yield Fault("output", f"{output.path.name} was not written, exit code {outcome.returncode}")
        elif now is None or not _is_whole(output, now):
            yield Fault("output", f"{output.path.name} is cut: {_tail(now or b'', 80)}")
    for folder in {output.path.parent for output in case.outputs if output.path.parent.is_dir() and case.listed}:
        beside = {path.name for path in folder.iterdir()} - case.listed - {output.path.name for output in case.outputs}
        if beside := {name for name in beside if not name.startswith(("made", "__pycache__"))}:
            yield Fault("output", f"left beside the files: {', '.join(sorted(beside))!a}")
    if case.measures and case.stdout == "pipe" and outcome.returncode in (0, 1, 3) and not outcome.stdout:
        yield Fault("output", f"the measurement is lost: {_tail(outcome.stderr)}")


_ORACLES: tuple[Callable[[Case, Outcome], Iterator[Fault]], ...] = (
    judge_ending,
    judge_memory,
    judge_tracebacks,
    judge_words,
    judge_json,
    judge_refusal,
    judge_secrets,
    judge_left,
    judge_outputs,
)


def _judge_figures(parsed: dict[str, Any]) -> Iterator[Fault]:
    """An application that holds 48 MiB and more is not reported with less, unless the run is said not to count."""
    for entry in parsed.get("entries", ()):
        stages = entry.get("stages") or {}
        reached = [stage["rss_bytes"] for name in ("import", "ready") if (stage := stages.get(name))]
        if entry.get("failure") is None and reached and max(reached) < FIGURE_AT_LEAST_BYTES:
            yield Fault("believed", f"{reached[-1]} bytes were reported of an application that holds more")


def _is_not_begun(case: Case, outcome: Outcome) -> bool:
    """Say whether a signal may have come while the interpreter itself was starting: nothing of ours ran yet."""
    blow = case.blow
    if blow is None or blow.from_ready or case.runner != "process":
        return False
    return outcome.returncode == -blow.number or (blow.number == signal.SIGINT and outcome.returncode in (1, -2))


def _is_whole(output: Output, now: bytes) -> bool:
    if output.format == "json":
        try:
            json.loads(now)
        except ValueError:
            return False
        return True
    if output.format == "grown":  # at the end of the old
        return output.before is not None and now.startswith(output.before) and now.endswith(b"\n")
    return now.endswith(b"\n")


def _content(path: Path) -> bytes | None:
    try:
        return path.read_bytes() if path.is_file() else None
    except OSError:
        return None


def _refuse_constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


def _tail(data: bytes, most: int = 300) -> str:
    return data[-most:].decode("utf-8", "backslashreplace").strip()
