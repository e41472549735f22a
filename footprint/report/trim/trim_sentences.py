"""What every format says of a trim, in the same words and rounding; only the layout differs."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.model.trim import CheckedEntry, TakenRemoval, Trim
from footprint.report.audit.memory_sentences import PREDICTION_WORDS, predicted
from footprint.report.languages.messages import count_of
from footprint.report.text.phrases import place
from footprint.report.text.trial_sentences import TRIED_TOGETHER, trial_lines
from footprint.report.trim.change_page import ChangePage
from footprint.units import few, mebibytes, places, size

NOTHING = "Nothing to remove: no declared line was found that is installed and not needed."
NOT_TRIED = (
    "Not tried: no start and no test was run without them. Install from the changed files in a new environment, "
    "start the application and run its tests before you deploy it."
)


def page(trim: Trim) -> ChangePage:
    """Return all that is said of a trim."""
    return ChangePage(
        title=f"Removals of {trim.project} as changes of its requirement files",
        header=("Removal", "Disk MiB", "RSS MiB", "Confidence", "Lines", "Why"),
        alignment="lrrlll",
        rows=_removal_rows(trim),
        total=_total(trim),
        lists=(
            (TRIED_TOGETHER, trial_lines(trim.trial) if trim.trial is not None else ()),
            (_installed_words(trim), _install_lines(trim)),
            ("Left alone", _left_lines(trim)),
            ("Written by a tool, and to be renewed afterwards", (f"{it.path}: {it.command}" for it in trim.renewals)),
        ),
        files=trim.files,
    )


def _removal_rows(trim: Trim) -> list[tuple[str, ...]]:
    return [
        (
            removal.subject,
            mebibytes(removal.disk_bytes),
            predicted(removal.rss_bytes) if removal.rss_kind == "predicted" else mebibytes(removal.rss_bytes),
            removal.confidence,
            places((line.file, line.line) for line in removal.lines if not line.compiled),
            _why(removal),
        )
        for removal in trim.removals
    ]


def _why(removal: TakenRemoval) -> str:
    if removal.action == "move":
        return f"{removal.reason}: it is for development"
    others = [name for name in removal.distributions if name != removal.distribution]
    verb = "leaves" if len(others) == 1 else "leave"
    leaving = f"; {count_of(len(others), 'other')} {verb} with it: {few(others)}" if others else ""
    broken = "; it goes with that code, or leaves it a broken import" if removal.effort == "medium" else ""
    return f"{removal.reason}{broken}{leaving}"


def _total(trim: Trim) -> Iterator[str]:
    """Yield what all of it frees, and how sure that is."""
    if not trim.removals:
        yield NOTHING
        return
    if trim.disk_bytes is None or trim.environment_bytes is None:
        yield "What it frees is not known: nothing was weighed"
    elif trim.disk_bytes and trim.disk_kept_bytes == trim.disk_bytes:
        yield f"Together they free {size(trim.disk_bytes)} where the development groups are not installed"
    else:
        kept = trim.disk_kept_bytes or 0
        here = f", {size(kept)} of it only without the development groups" if kept else ""
        after = trim.environment_bytes - trim.disk_bytes + kept
        yield f"Together they free {size(trim.disk_bytes)}{here}: from {size(trim.environment_bytes)} to {size(after)}"
    if any(removal.rss_kind == "predicted" for removal in trim.removals):
        yield f"{PREDICTION_WORDS}."
    if trim.trial is None:
        yield NOT_TRIED


def _installed_words(trim: Trim) -> str:
    """Return what comes before the lines of the scratch environment."""
    return f"Installed by {trim.installed.installer} into a scratch environment and started" if trim.installed else ""


def _install_lines(trim: Trim) -> Iterator[str]:
    """Yield what the scratch environment told."""
    check = trim.installed
    if check is None:
        return
    if check.came_back:
        yield f"installed all the same: {few(check.came_back)}"
    else:
        yield "all that was promised to leave has left"
    weight, difference = size(check.common_after_bytes), check.common_after_bytes - check.common_before_bytes
    yield f"what is in both weighs {weight}, {_more_or_less(difference)}"
    for words, names in (
        ("not installed, since nothing that stays asks for it in production", check.not_installed),
        ("new", check.new),
        ("in another version", check.other_versions),
    ):
        if names:
            yield f"{words}: {few(names)}"
    for entry in check.entries:
        yield f"{entry.name} {_start(entry)}"


def _more_or_less(difference: int) -> str:
    if not difference:
        return "to the byte as now"
    return f"{abs(difference):,} bytes {'more' if difference > 0 else 'less'} than now"


def _start(entry: CheckedEntry) -> str:
    if entry.failure is not None:
        return f"does not start: {entry.failure}"
    words = f"starts with {mebibytes(entry.rss_after_bytes)} MiB RSS, {mebibytes(entry.rss_before_bytes)} MiB before"
    if entry.anon_after_bytes is None or entry.anon_before_bytes is None:
        return words
    return f"{words}; anon {mebibytes(entry.anon_after_bytes)}, {mebibytes(entry.anon_before_bytes)} before"


def _left_lines(trim: Trim) -> Iterator[str]:
    for each in trim.left:
        others = [name for name in each.removals if name != each.distribution]
        also = f"; so {few(others)} stay{'s' if len(others) == 1 else ''}, too" if others else ""
        yield f"{place(each.path, each.line, ': ')}{each.message}{also}"
