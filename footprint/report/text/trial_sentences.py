"""A trial in sentences: one line for each change, then what all that hold came to, and by what that was judged."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.model.trial import Breakage, JudgedBy, Trial, TriedChange, TriedStart
from footprint.units import few, mebibytes, size

TRIED_TOGETHER = "Tried together, in a shadow of environment and project"
_JUDGES: dict[JudgedBy, str] = {
    "start": "its start",
    "first use": "its lazy imports",
    "tests": "the command",
    "live": "its start command",
    "requests": "requests",
}
_WRITTEN_SHOWN = 5


def change_line(change: TriedChange) -> str:
    """Return what became of one change: `proved by its start: without nltk and regex`."""
    what = _subject(change)
    if change.verdict == "breaks" and change.breakage is not None:
        return f"breaks: {what}: {breakage_words(change.breakage)}"
    if change.verdict == "not tried":
        return f"not tried: {what}: {change.reason}"
    if change.verdict == "no gain":
        return f"no gain: {what}: it works, and saves less than half a MiB"
    if change.verdict == "likely":
        missing = "only a command or a request that calls its functions would prove it"
        return f"likely: {what}: it works by {_by(change.by)}; {missing}"
    return f"proved by {_by(change.by)}: {what}"


def _subject(change: TriedChange) -> str:
    if change.kind == "set":
        return f"with {change.subject} set"
    if change.kind == "defer":
        return f"with the import of {change.subject} moved"
    if change.kind == "narrow":
        name, _, extra = change.subject.removesuffix("]").partition("[")
        return f"with {name} without its extra {extra}, with which {few(change.names)} leave"
    if change.kind == "move":
        return f"without {few(change.names)} in production"
    others = [name for name in change.names if name != change.subject]
    return f"without {change.subject}" + (f", and {few(others)} with it" if others else "")


def breakage_words(broken: Breakage) -> str:
    """Return what broke and who needs it: `the start of web: No module named 'pandas' (backend/export.py:7)`."""
    where = [f"{broken.path}:{broken.line}"] if broken.path is not None else []
    where += [f"asked for by {broken.needed_at}"] if broken.needed_at is not None else []
    entry = f" of {broken.entry}" if broken.entry is not None else ""
    what = {
        "start": f"the start{entry}",
        "first use": f"a lazy import{entry}",
        "tests": "the command",
        "live": f"the start command{entry}",
        "requests": f"a request{f' to {broken.entry}' if broken.entry is not None else ''}",
    }[broken.by]
    more = f", and {len(broken.tests) - 1} more" if len(broken.tests) > 1 else ""
    return f"{what}: {broken.message}{more}{f' ({chr(44).join(where)})' if where else ''}"


def _by(judges: Sequence[JudgedBy]) -> str:
    words = [_JUDGES[each] for each in judges]
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words) or "nothing"


def trial_lines(trial: Trial) -> Iterator[str]:
    """Yield the whole trial, a line each."""
    yield from map(change_line, trial.changes)
    if trial.holding:
        yield f"After {_count(trial)}{_shared(trial)}: {figures(trial)}, measured"
    yield from remark_lines(trial)


def advice_lines(trial: Trial) -> Iterator[str]:
    """Yield what came of the advice of an audit: what is proved in one line, and a line for each other change."""
    proved = [change for change in trial.changes if change.verdict == "proved"]
    if proved:
        count = f"{len(proved)} of {len(trial.changes)}" if len(proved) < len(trial.changes) else f"all {len(proved)}"
        kind = "removal" if all(change.kind == "remove" for change in trial.changes) else "change"
        what = f"the {kind} is" if len(trial.changes) == 1 else f"{count} {kind}s are"
        yield f"Tried in a shadow: {what} proved by {_by(proved[0].by)}"
    yield from (change_line(change) for change in trial.changes if change.verdict != "proved")
    if trial.holding:
        yield f"After {_count(trial)}{_shared(trial)}: {figures(trial)}, measured"
    yield from remark_lines(trial)


def _count(trial: Trial) -> str:
    count = len(trial.holding)
    return (
        "it"
        if count == len(trial.changes) == 1
        else f"all {count}"
        if count == len(trial.changes)
        else (f"the {count} that hold" if count > 1 else "the one that holds")
    )


def _shared(trial: Trial) -> str:
    return f", and {few(trial.shared)} with them" if trial.shared else ""


def figures(trial: Trial) -> str:
    """Return what the changes that hold came to: `startup 214.0 -> 107.2 MiB, peak ..., disk 0.9 MiB less`."""
    several = len(trial.starts) > 1
    found = [words for start in trial.starts for words in _of_start(start, several=several)]
    if trial.disk_bytes:
        found.append(f"{size(trial.disk_bytes)} less on disk")
    return ", ".join(found) or "nothing was started"


def _of_start(start: TriedStart, *, several: bool) -> Iterator[str]:
    name = f"{start.entry} " if several else ""
    yield f"{name}startup {mebibytes(start.rss_before_bytes)} -> {mebibytes(start.rss_after_bytes)} MiB"
    if start.peak_before_bytes is not None and start.peak_after_bytes is not None:
        yield f"peak {mebibytes(start.peak_before_bytes)} -> {mebibytes(start.peak_after_bytes)}"


def remark_lines(trial: Trial) -> Iterator[str]:
    """Yield what a reader should know of how it was tried."""
    if trial.engine is None:
        return
    if trial.command and not trial.command_is_judged:
        yield f"`{trial.command}` ended in two ways in two unchanged runs, so it judges nothing"
    if trial.flaky:
        count = "a test" if len(trial.flaky) == 1 else f"{len(trial.flaky)} tests"
        yield f"{count} ended in two ways unchanged and are left out: {few(trial.flaky)}"
    if trial.written:
        words = few([each.words for each in trial.written], _WRITTEN_SHOWN)
        yield f"In the shadow, thrown away: it {words}"
    if trial.engine == "links":
        why = f": {trial.links_because}" if trial.links_because else ""
        yield f"Tried in a shadow of links and copies{why}"
