"""What every format for a reader says of a check, in the same words, order and rounding; only the layout differs.

Names and places are hostile, and a format shows them in its own way: functions that put them among words take `name`,
which makes one of them harmless. All other words of theirs are ours, and plain in any format.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, get_args

from footprint.model.gate_report import GatedEntry, GateReport, Reason, Verdict
from footprint.model.rule import Hint, Rule
from footprint.names import normalise, top_level
from footprint.report.languages.messages import count_of
from footprint.report.text.phrases import SMALLEST_PREDICTION_BYTES, place
from footprint.report.text.safe import printable
from footprint.units import MIB, mebibytes, size
from footprint.units import few as few_of
from footprint.values import dataclass, field

Show = Callable[[str], str]
Gravity = Literal["failure", "warning", "not judged", "passed", "known"]

TROUBLES: tuple[Gravity, ...] = ("failure", "warning", "not judged")
_COUNTED: Mapping[Gravity, str] = dict(
    zip(get_args(Gravity), ("failed", "warned", "not judged", "ok", "known"), strict=True)
)

# One of them begins the last line of a check. No other sentence of ours has the first of them in any spelling.
CONCLUSIONS = {"passed": "PASSED", "failed": "FAILED", "not measured": "NOT MEASURED"}
NOT_KNOWN = "not measured"
_NAMED = 5  # names in one line
_STEPS = 10  # of a chain of imports
_REASONS_AT_MOST = 10  # of one verdict in a log; more are counted: systems cut long texts, and the largest come first


def gravity_of(verdict: Verdict) -> Gravity | None:
    """Return what a reader does with a verdict; None: nothing, its rule is violated and off."""
    if verdict.outcome != "violated":
        return verdict.outcome
    return "failure" if verdict.failed else "warning" if verdict.warned else None


def sort_verdicts(report: GateReport) -> Mapping[Gravity, tuple[Verdict, ...]]:
    """Return all verdicts by their gravity, each in the order of the report."""
    return {gravity: tuple(one for one in report.verdicts if gravity_of(one) == gravity) for gravity in _COUNTED}


def plain(text: str) -> str:
    """Return a name as it is: for formats that make the whole line harmless."""
    return text


def sentence(verdict: Verdict) -> str:
    """Return what a verdict says, the entry in front of it."""
    return verdict.message if verdict.entry is None or verdict.names_entry else f"{verdict.entry}: {verdict.message}"


def own_place(verdict: Verdict) -> str:
    """Return where to look, unless the message or a reason of the verdict says it already."""
    found = place(verdict.path, verdict.line)
    told = {place(reason.path, reason.line) for reason in verdict.reasons}
    return "" if found in told or verdict.names_place else found


def reason_head(reason: Reason, rule: Rule, name: Show = plain) -> tuple[str, str]:
    """Return who grew and how it came: `pandas 30.2 MiB RSS`, `new at startup, imported by backend/export.py:7`.

    The figures of a rule are of the disk or of memory. What is left over is of either kind.
    """
    who = f"{name(reason.distribution)} " if reason.distribution else ""
    on_disk = rule.stage == "weigh"
    stage, by = ("on disk", _declarer(reason, name)) if on_disk else ("at startup", _importer(reason, name))
    kind = "" if on_disk or reason.after_bytes is None else " RSS"
    match reason.kind:
        case "new":
            return f"{who}{size(reason.after_bytes)}{kind}", f"new {stage}{by}"
        case "grown":
            before = mebibytes(reason.before_bytes, missing=NOT_KNOWN)
            unit = "" if reason.after_bytes is None else " MiB"
            after = mebibytes(reason.after_bytes, missing=NOT_KNOWN)
            return f"{who}{before} -> {after}{unit}{kind}", f"grew {stage}{by}"
        case "own":
            before = f"{mebibytes(reason.before_bytes)} -> " if reason.before_bytes else ""
            return (
                f"own data {before}{size(reason.after_bytes)}{kind}",
                f"at startup, by {name(place(reason.path, reason.line))}",
            )
        case "peak":
            return f"peak +{size(reason.after_bytes)}", f"while {name(place(reason.path, reason.line))} ran"
        case "children":
            return "child processes", f"started by {name(place(reason.path, reason.line))}"
        case "rest":
            return size(reason.growth_bytes), "not accounted for by any distribution or line"


def reason_details(reason: Reason, name: Show = plain) -> tuple[str, ...]:
    """Return what else is known of a reason, a line each: chain, company, what deferring saves, who needs it anyway."""
    lines = []
    if len(reason.chain) > 2:
        lines.append(f"by way of {_chain_words([step.module for step in reason.chain], name)}")
    if reason.brings:
        shown = [f"{name(one.name)} {mebibytes(one.rss_bytes)}" for one in reason.brings[:_NAMED]]
        rest = reason.brings[_NAMED:]
        more = f" and {len(rest)} smaller {mebibytes(sum(one.rss_bytes for one in rest))}" if rest else ""
        lines.append(f"with it {', '.join(shown)}{more} MiB")
    small = reason.deferral_bytes is not None and reason.deferral_bytes < SMALLEST_PREDICTION_BYTES
    if reason.deferral_bytes is not None and not (small and reason.kind == "grown"):
        saving = "less than 2 MiB" if small else f"about {mebibytes(reason.deferral_bytes)} MiB"
        lines.append(f"deferred it would save {saving}")
    if reason.still_needed_by:
        lines.append(f"still needed by {few(reason.still_needed_by, name)}")
    return tuple(lines)


def _importer(reason: Reason, name: Show) -> str:
    """Return the line of the project behind a distribution; the module in it where that has another name."""
    where = place(reason.path, reason.line)
    if not where:
        return ", by no line of the project" if reason.kind == "new" else ""
    same = not reason.statement or normalise(top_level(reason.statement)) == reason.distribution
    return f", imported by {name(where)}{'' if same else f' through {name(reason.statement)}'}"


def _declarer(reason: Reason, name: Show) -> str:
    where = place(reason.path, reason.line)
    return f", declared in {name(where)}" if where else ""


def _chain_words(modules: Sequence[str], name: Show) -> str:
    shown = [name(module) for module in modules]
    if len(shown) > _STEPS:
        shown = [*shown[: _STEPS // 2], "...", *shown[-_STEPS // 2 :]]
    return " > ".join(shown)


def few(names: Sequence[str], name: Show = plain) -> str:
    """Return the first names of a list, and how many more there are."""
    return few_of([*map(name, names)], _NAMED)


def rest_words(reasons: Sequence[Reason]) -> str:
    """Return the line for reasons that are not shown: how many, how much."""
    return f"and {len(reasons)} smaller: {size(sum(one.growth_bytes or 0 for one in reasons))}"


def baseline_line(report: GateReport, name: Show = plain) -> str:
    """Return what was compared with, or that there was nothing."""
    use = report.baseline
    against = f", and with {name(use.against)}" if use.against is not None else ""
    if use.found and use.path is not None:
        return f"compared with the baseline {name(use.path)}{against}"
    if use.against is not None:
        return f"no baseline; compared with {name(use.against)}"
    if use.path is None:
        return "compared with no baseline"
    return f"NO BASELINE of this environment ({name(use.path)}): nothing is compared"


def entry_line(entry: GatedEntry, name: Show = plain) -> str:
    """Return what one entry came to, by how many runs, and how far they differ.

    No line begins with a name: CI systems take commands from lines of a log that begin as they like.
    """
    head = f"entry {name(entry.name)} starts {name(entry.target)}"
    if entry.not_measured is not None:
        return f"{head}: {NOT_KNOWN}, {name(entry.not_measured)}"
    words = [f"anon {size(entry.anon_bytes)}, RSS {size(entry.rss_bytes)}", _runs(entry)]
    if entry.peak_bytes is not None and entry.peak_bytes > (entry.rss_bytes or 0) + MIB:
        words.append(f"peak {size(entry.peak_bytes)}")
    if entry.first_use_rss_bytes is not None:
        words.append(f"RSS after its lazy imports {size(entry.first_use_rss_bytes)}")
    if entry.base_rss_bytes is not None:
        words.append(f"base anon {size(entry.base_anon_bytes)}, RSS {size(entry.base_rss_bytes)}")
    if entry.time_ratio is not None:
        words.append(f"start {entry.time_ratio:.2f} x that of the bare interpreter")
    return f"{head}: {'; '.join(words)}"


def _runs(entry: GatedEntry) -> str:
    count = len(entry.rss_runs_bytes)
    if count < 2:
        return "measured once" if count else "no run went through"
    spreads = (("anon", entry.anon_noise_bytes), ("RSS", entry.rss_noise_bytes))
    known = [f"{size(value)} {word}" for word, value in spreads if value is not None]
    return f"median of {count} runs, spread {', '.join(known) or NOT_KNOWN}"


def known_line(known: Iterable[Verdict]) -> str | None:
    """Return how many findings the baseline accepts, by code; None when there are none."""
    counts = Counter(verdict.code for verdict in known)
    if not counts:
        return None
    each = ", ".join(f"{code} {count}" for code, count in counts.items())
    return f"{counts.total()} accepted by the baseline: {each}"


def counts_line(found: Mapping[Gravity, Sequence[Verdict]]) -> str:
    """Return how many verdicts there are of each gravity."""
    counts = (f"{len(verdicts):,} {_COUNTED[gravity]}" for gravity, verdicts in found.items() if verdicts)
    return ", ".join(counts) or "no rule applied"


def is_acceptable(report: GateReport) -> bool:
    """Say whether a new baseline would let through what failed, or some of it."""
    return report.baseline.path is not None and any(verdict.rule.kind == "growth" for verdict in report.failures)


@dataclass(frozen=True, slots=True)
class Told:
    """What a report has said in full already: one import line is often behind several verdicts."""

    reasons: set[Reason] = field(default_factory=set)
    steps: set[str] = field(default_factory=lambda: {""})

    def tell(self, verdict: Verdict, most: int, name: Show = plain) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """Yield who grew, how it came, and what else is known where that is new; not what the message says itself."""
        for reason in verdict.reasons[:most]:
            is_known = reason in self.reasons
            if is_known and reason.distribution == verdict.subject:
                continue
            yield *reason_head(reason, verdict.rule, name), () if is_known else reason_details(reason, name)
            self.reasons.add(reason)

    def next_step(self, report: GateReport, verdict: Verdict) -> str:
        """Return what to do next, once. How to accept it on purpose is left to the last line, where that is told."""
        step = "" if verdict.hint is Hint.ACCEPT and is_acceptable(report) else verdict.next_step
        if step in self.steps:
            return ""
        self.steps.add(step)
        return step


def headline(verdict: Verdict) -> str:
    """Return code, rule and entry, for systems that head a verdict with them."""
    entry = f" ({verdict.entry})" if verdict.entry is not None else ""
    return f"{verdict.code} {verdict.rule.called}{entry}"


def runs_line(report: GateReport) -> str:
    """Return how the entries were measured."""
    if report.static:
        return "Nothing was started: only rules about files and what is installed"
    measured = sum(1 for entry in report.entries if entry.rss_runs_bytes)
    return (
        f"{count_of(measured, 'entry', 'entries')} started in fresh processes of the target interpreter, without any "
        "hook, bytecode present; the median is judged"
    )


def lines_of(verdict: Verdict) -> tuple[str, ...]:
    """Return a verdict as lines for CI systems, each printable: what was found, why, and what to do next.

    The first line stands for itself.
    """
    told = [verdict.message]
    for reason in verdict.reasons[:_REASONS_AT_MOST]:
        told.append(": ".join(reason_head(reason, verdict.rule)))
        told += [f"  {detail}" for detail in reason_details(reason)]
    if rest := verdict.reasons[_REASONS_AT_MOST:]:
        told.append(rest_words(rest))
    if verdict.next_step:
        told.append(f"next: {verdict.next_step}")
    return tuple(printable(line) for line in told)
