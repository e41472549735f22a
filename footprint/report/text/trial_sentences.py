"""A trial in sentences: one line for each change, then what all that hold came to, and by what that was judged."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.model.trial import Breakage, JudgedBy, Trial, TriedChange, TriedStart
from footprint.report.languages.figures import mebibytes, size
from footprint.report.languages.messages import few, listed, message, say
from footprint.report.languages.stored_sentences import retell
from footprint.report.text.phrases import place

TRIED_TOGETHER = message("Tried together, in a shadow of environment and project")
_JUDGES: Mapping[JudgedBy, str] = {
    "start": message("its start"),
    "first use": message("its lazy imports"),
    "tests": message("the command"),
    "live": message("its start command"),
    "requests": message("requests"),
}
_BROKEN: Mapping[JudgedBy, str] = {
    "start": message("the start"),
    "first use": message("a lazy import"),
    "tests": message("the command"),
    "live": message("the start command"),
    "requests": message("a request"),
}
_BROKEN_OF: Mapping[JudgedBy, str] = {
    "start": message("the start of {entry}"),
    "first use": message("a lazy import of {entry}"),
    "tests": message("the command"),
    "live": message("the start command of {entry}"),
    "requests": message("a request to {entry}"),
}
_WRITTEN_SHOWN = 5


def change_line(change: TriedChange) -> str:
    """Return what became of one change: `proved by its start: without nltk and regex`."""
    what = _subject(change)
    if change.verdict == "breaks" and change.breakage is not None:
        return say("breaks: {what}: {reason}", what=what, reason=breakage_words(change.breakage))
    if change.verdict == "not tried":
        return say("not tried: {what}: {reason}", what=what, reason=retell(change.reason or ""))
    if change.verdict == "no gain":
        return say("no gain: {what}: it works, and saves less than half a MiB", what=what)
    if change.verdict == "likely":
        words = message(
            "likely: {what}: it works by {judges}; only a command or a request that calls its functions would prove it"
        )
        return say(words, what=what, judges=_by(change.by))
    return say("proved by {judges}: {what}", judges=_by(change.by), what=what)


def _subject(change: TriedChange) -> str:
    if change.kind == "set":
        return say("with {name} set", name=change.subject)
    if change.kind == "defer":
        return say("with the import of {name} moved", name=change.subject)
    if change.kind == "narrow":
        name, _, extra = change.subject.removesuffix("]").partition("[")
        words = message("with {name} without its extra {extra}, with which {names} leave")
        return say(words, name=name, extra=extra, names=few(change.names))
    if change.kind == "move":
        return say("without {names} in production", names=few(change.names))
    others = [name for name in change.names if name != change.subject]
    with_ = say(", and {names} with it", names=few(others)) if others else ""
    return f"{say('without {name}', name=change.subject)}{with_}"


def breakage_words(broken: Breakage) -> str:
    """Return what broke and who needs it: `the start of web: No module named 'pandas' (backend/export.py:7)`."""
    where = [place(broken.path, broken.line)] if broken.path is not None else []
    where += [say("asked for by {place}", place=broken.needed_at)] if broken.needed_at is not None else []
    what = say(_BROKEN[broken.by])
    if broken.entry is not None:
        what = say(_BROKEN_OF[broken.by], entry=broken.entry)
    more = say(", and {count} more", count=len(broken.tests) - 1) if len(broken.tests) > 1 else ""
    return f"{what}: {retell(broken.message)}{more}{f' ({chr(44).join(where)})' if where else ''}"


def _by(judges: Sequence[JudgedBy]) -> str:
    return listed([say(_JUDGES[each]) for each in judges]) or say("nothing")


def trial_lines(trial: Trial) -> Iterator[str]:
    """Yield the whole trial, a line each."""
    yield from map(change_line, trial.changes)
    if trial.holding:
        yield _together(trial)
    yield from remark_lines(trial)


def advice_lines(trial: Trial) -> Iterator[str]:
    """Yield what came of the advice of an audit: what is proved in one line, and a line for each other change."""
    proved = [change for change in trial.changes if change.verdict == "proved"]
    if proved:
        yield say(
            "Tried in a shadow: {what} proved by {judges}", what=_proved(trial, len(proved)), judges=_by(proved[0].by)
        )
    yield from (change_line(change) for change in trial.changes if change.verdict != "proved")
    if trial.holding:
        yield _together(trial)
    yield from remark_lines(trial)


def _proved(trial: Trial, count: int) -> str:
    """Return how many of the changes are proved, as the beginning of a sentence."""
    removals, total = all(change.kind == "remove" for change in trial.changes), len(trial.changes)
    if total == 1:
        return say("the removal is" if removals else "the change is")
    if count == total:
        return say("all {total} removals are" if removals else "all {total} changes are", total=total)
    some = message("{count} of {total} removals are" if removals else "{count} of {total} changes are")
    return say(some, count=count, total=total)


def _together(trial: Trial) -> str:
    """Return what all changes that hold came to."""
    count, shared = len(trial.holding), ""
    if trial.shared:
        shared = say(", and {names} with them", names=few(trial.shared))
    if count == len(trial.changes):
        words = message(
            "After it{shared}: {figures}, measured" if count == 1 else "After all {count}{shared}: {figures}, measured"
        )
    elif count > 1:
        words = message("After the {count} that hold{shared}: {figures}, measured")
    else:
        words = message("After the one that holds{shared}: {figures}, measured")
    return say(words, count=count, shared=shared, figures=figures(trial))


def figures(trial: Trial) -> str:
    """Return what the changes that hold came to: `startup 214.0 -> 107.2 MiB, peak ..., disk 0.9 MiB less`."""
    several = len(trial.starts) > 1
    found = [words for start in trial.starts for words in _of_start(start, several=several)]
    if trial.disk_bytes:
        found.append(say("{size} less on disk", size=size(trial.disk_bytes)))
    return ", ".join(found) or say("nothing was started")


def _of_start(start: TriedStart, *, several: bool) -> Iterator[str]:
    name = f"{start.entry} " if several else ""
    before, after = mebibytes(start.rss_before_bytes), mebibytes(start.rss_after_bytes)
    yield f"{name}{say('startup {before} -> {after} MiB', before=before, after=after)}"
    if start.peak_before_bytes is not None and start.peak_after_bytes is not None:
        before, after = mebibytes(start.peak_before_bytes), mebibytes(start.peak_after_bytes)
        yield say("peak {before} -> {after}", before=before, after=after)


def remark_lines(trial: Trial) -> Iterator[str]:
    """Yield what a reader should know of how it was tried."""
    if trial.engine is None:
        return
    if trial.command and not trial.command_is_judged:
        yield say("`{command}` ended in two ways in two unchanged runs, so it judges nothing", command=trial.command)
    if trial.flaky:
        one = message("a test ended in two ways unchanged and are left out: {names}")
        many = message("{count} tests ended in two ways unchanged and are left out: {names}")
        yield say(one if len(trial.flaky) == 1 else many, count=len(trial.flaky), names=few(trial.flaky))
    if trial.written:
        words = few([retell(each.words) for each in trial.written], _WRITTEN_SHOWN)
        yield say("In the shadow, thrown away: it {deeds}", deeds=words)
    if trial.engine == "links":
        why = f": {retell(trial.links_because)}" if trial.links_because else ""
        yield f"{say('Tried in a shadow of links and copies')}{why}"
