"""The figures of a line in the few words that fit beside it. What was not measured has none."""

from __future__ import annotations

from footprint.model.audit import DistributionRow, Usage
from footprint.model.edited_lines import EditedLine, Freshness
from footprint.model.memory_rows import FirstUseRow, ImportLine
from footprint.report.audit.memory_sentences import predicted
from footprint.report.languages.class_words import class_word
from footprint.report.languages.figures import mebibytes, milliseconds, size
from footprint.report.languages.messages import count_of, message, say
from footprint.report.text.phrases import SMALLEST_PREDICTION_BYTES

STALE = message("stale: this file changed since")
_SMALLEST_US = 50_000  # of an import that takes no memory worth a word
_NO_CLASS_BESIDE = frozenset({Usage.STARTUP})
_MINUTE, _HOUR, _DAY = 60, 3_600, 86_400


def inlay_words(line: EditedLine, freshness: Freshness) -> str:
    """Return what stands beside a line, "" where nothing is worth the place."""
    words = _import(line) if line.kind == "import" else _requirement(line.rows[0])
    if not words:
        return ""
    return "; ".join([", ".join(words), *([say(STALE)] if freshness.is_stale else [])])


def age_words(freshness: Freshness) -> str:
    """Return how long ago it was measured."""
    age = freshness.age_s
    if age < _MINUTE:
        return say("measured just now")
    if age < _HOUR:
        ago = count_of(age // _MINUTE, "minute")
    else:
        ago = count_of(age // _HOUR, "hour") if age < _DAY else count_of(age // _DAY, "day")
    return say("measured {time} ago", time=ago)


def startup_words(line: ImportLine) -> list[str]:
    """Return what a start would save without a line of imports."""
    return [say("{memory} MiB RSS at startup", memory=predicted(line.rss_bytes)), f"{milliseconds(line.time_us)} ms"]


def first_use_words(use: FirstUseRow) -> list[str]:
    """Return what a lazy import added when it was run, or what became of it."""
    if use.outcome == "loaded":
        return [say("in memory since the start")]
    if use.rss_bytes is None or use.outcome in ("crashed", "hung"):
        return [say("it failed when it was run")]
    figures = [say("{memory} MiB RSS at first use", memory=mebibytes(use.rss_bytes)), f"{milliseconds(use.time_us)} ms"]
    return [say("it failed when it was run"), *figures] if use.outcome == "failed" and not use.guarded else figures


def _import(line: EditedLine) -> list[str]:
    if line.audited_line is None:
        return [say("not measured: new since the audit")] if line.rows and line.placement.runs_at_import else []
    if line.startup:
        most = max(line.startup, key=lambda each: each.rss_bytes)
        is_worth_it = most.rss_bytes >= SMALLEST_PREDICTION_BYTES or most.time_us >= _SMALLEST_US
        return startup_words(most) if is_worth_it else []
    if line.first_uses:
        largest = max(line.first_uses, key=lambda each: each.rss_bytes or 0)
        return [] if largest.outcome == "loaded" else first_use_words(largest)
    shown = [row for row in line.rows if row.usage not in _NO_CLASS_BESIDE]
    return [f"{shown[0].name}: {class_word(shown[0].usage)}"] if shown and shown[0].usage is Usage.UNREACHED else []


def requirement_words(row: DistributionRow) -> list[str]:
    """Return what a distribution weighs and takes, as far as that was measured."""
    words = [] if row.apparent_bytes is None else [say("{size} on disk", size=size(row.apparent_bytes))]
    if row.startup_self_rss_bytes is not None:
        words.append(say("{memory} MiB RSS at startup", memory=mebibytes(row.startup_self_rss_bytes)))
    elif row.first_use_rss_bytes is not None:
        words.append(say("{memory} MiB RSS at first use", memory=mebibytes(row.first_use_rss_bytes)))
    return words


def _requirement(row: DistributionRow) -> list[str]:
    if row.version is None:
        return [say("not installed")]
    words = requirement_words(row)
    return words if row.usage in _NO_CLASS_BESIDE else [*words, class_word(row.usage)]
