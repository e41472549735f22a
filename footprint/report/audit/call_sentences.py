"""What reports say of calls: what each added to the ready process, for how long, and by which cause."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Sequence

from footprint.model.audit import Audit, EntryRow
from footprint.model.memory_rows import CallRow
from footprint.model.requested_calls import CallCandidate
from footprint.model.runtime import GrowthLine
from footprint.report.languages.figures import mebibytes, milliseconds
from footprint.report.languages.messages import few, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place
from footprint.units import MIB

CALLS = message(
    "Calls, really done once the app was ready: each alone on top of it, so they overlap; no server was started"
)
FAILED = message("FAILED")  # begins the line of a call that failed, crashed or hung
_NAMED = 4
_WORTH_BYTES = MIB


def unsent_line(audit: Audit, entry: EntryRow) -> str | None:
    """Return what of a measured entry could have been called, and that none of it was; None where anything was."""
    is_asked = any(call.entry == entry.name for call in audit.calls) or (entry.live is not None and entry.live.requests)
    if is_asked or not entry.candidates or entry.last_stage is None:
        return None
    # what can be asked as it stands comes first
    found = sorted(entry.candidates, key=lambda each: each.method not in ("GET", "task"))
    shown, first = few([_candidate(each) for each in found], _NAMED), found[0]
    if first.method == "task":
        module, _, function = first.name.rpartition(".")
        how = f"--call {shlex.quote(f'{module}:{function}')}"
        words = message("not called: {names}: none was run, so what a task takes is not measured; {flag} does it")
        return say(words, names=shown, flag=how)
    how = f"--request {shlex.quote(f'{first.method} {first.name}')}"
    how += " --allow-writes" if first.method != "GET" else say(", or --request auto for every GET,")
    words = message(
        "not called: {names}: none was sent, so what the first request takes is not measured; {flag} does it"
    )
    return say(words, names=shown, flag=how)


def uncalled_line(entry: EntryRow) -> str | None:
    """Return that the function of a console script was imported and not called; None where nothing was left out."""
    if entry.uncalled is None or entry.last_stage is None or entry.live is not None:
        return None
    words = message(
        "not called: {function}, which the command runs: what it loads and makes is in no figure of the start; "
        "`footprint probe --live -- COMMAND` runs the real command"
    )
    return say(words, function=entry.uncalled)


def _candidate(each: CallCandidate) -> str:
    needs = say("{call} (needs a body)", call=f"{each.method} {each.name}")
    return needs if each.has_body else f"{each.method} {each.name}"


def call_lines(audit: Audit) -> tuple[str, ...]:
    """Return a line per call, what failed first."""
    return lines_of(audit.calls)


def lines_of(calls: Sequence[CallRow]) -> tuple[str, ...]:
    """Return a line per call, what failed first."""
    several = len({call.entry for call in calls}) > 1
    calls = sorted(calls, key=lambda call: call.outcome == "done")
    return tuple(f"{f'{call.entry}: ' if several else ''}{_words(call)}" for call in calls)


def _words(call: CallRow) -> str:
    parts = "; ".join(_causes(call))
    figures = _figures(call)
    if call.outcome == "done":
        status = f" -> {call.status}" if call.status is not None else ""
        return f"{figures}: {call.name}{status}{f': {parts}' if parts else ''}"
    at = say(" at {place}", place=place(call.path, call.line)) if call.path else ""
    reason = retell(call.message or "")
    kept = f"; {figures}{f': {parts}' if parts else ''}" if call.rss_bytes is not None else ""
    if call.outcome == "undecided":
        return f"{say('UNDECIDED')} {call.name}: {reason}{kept}"
    return f"{say(FAILED)} {call.name}: {reason}{at}{kept}"


def _figures(call: CallRow) -> str:
    if call.rss_bytes is None:
        return say("not measured")
    peak = ""
    if call.peak_bytes is not None and call.peak_bytes - max(call.rss_bytes, 0) >= _WORTH_BYTES:
        peak = say(" (peak +{memory})", memory=mebibytes(call.peak_bytes))
    figures = {"memory": mebibytes(call.rss_bytes), "time": milliseconds(call.time_us)}
    return say("+{memory} MiB RSS{peak}, {time} ms", **figures, peak=peak)


def _causes(call: CallRow) -> Iterator[str]:
    """Yield what a growth is made of: imports, data of lines of the project, files; and what was written."""
    if (call.import_rss_bytes or 0) >= _WORTH_BYTES:
        brought = few([f"{item.name} {mebibytes(item.rss_bytes)}" for item in call.brings], _NAMED)
        words = say("imports {memory}", memory=mebibytes(call.import_rss_bytes))
        yield f"{words}{f' ({brought})' if call.brings else ''}"
    lines = [line for line in call.lines if line.path and max(line.rss_bytes, line.peak_bytes) >= _WORTH_BYTES]
    data = [line for line in lines if line.kind == "data"]
    if data:
        yield say("data made at or just before {places}", places=few([_line_words(line) for line in data], _NAMED))
    for how, words in (("read", message("read {files}")), ("mapped", message("mapped {files}"))):
        if named := [f"{file.path} {mebibytes(file.size_bytes)}" for file in call.files if file.how == how]:
            yield say(words, files=few(named, _NAMED))
    if call.written:
        yield say("wrote {files}", files=few(list(call.written), _NAMED))
    if call.was_apart:
        yield say("in a start of its own")
    if call.repeated is not None:
        from footprint.report.audit.repeat_sentences import repeat_words  # for few reports only

        yield repeat_words(call.repeated)


def _line_words(line: GrowthLine) -> str:
    where = f"{line.path}:{line.line}"
    if 2 * line.rss_bytes >= line.peak_bytes:
        return f"{where} {mebibytes(line.rss_bytes)}"
    return say("{place} {memory} for a moment", place=where, memory=mebibytes(line.peak_bytes))
