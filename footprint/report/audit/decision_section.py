"""Weight versus use of every declared line, with a word on what to do with it and how sure that is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from footprint.model.audit import Action, Audit, DistributionRow, Suggestion, Usage
from footprint.report.audit.memory_sentences import predicted
from footprint.report.audit.row_cells import weight_of
from footprint.report.languages.class_words import class_word, confidence_word
from footprint.report.languages.figures import mebibytes
from footprint.report.languages.messages import message, say
from footprint.report.text.section import Grid, Heading, Section
from footprint.report.text.view import View
from footprint.units import MIB

ADVICE_WORDS: Mapping[Action, str] = {
    "remove": message("remove"),
    "move": message("move to development"),
    "narrow": message("ask for less"),
    "uninstall": message("uninstall"),
    "defer": message("defer"),
    "split": message("keep from the start"),
    "replace": message("replace by a lighter one"),
}
_LARGE_STACK = 20 * MIB  # on disk: worth an extra or a service of its own
_LINES: tuple[Action, ...] = ("remove", "move", "replace", "narrow", "uninstall", "split", "defer")


def decision_section(audit: Audit, view: View) -> Section:
    """Return the decision table: declared lines, heaviest first; of many those that are to be kept are counted."""
    advice = _advice(audit)
    rows = sorted((row for row in audit.distributions if row.declared), key=_by_weight)
    heaviest = {row.name for row in (rows[: view.top] if view.top else rows)}
    shown = [row for row in rows if row.name in heaviest or row.name in advice]
    left = [row for row in rows if row.name not in heaviest and row.name not in advice]
    titles = _memory_titles(audit)
    headings = (
        Heading(say("Declared"), "name"),
        Heading(say("Use"), "use"),
        Heading(say("Disk MiB"), "figure"),
        Heading(say("frees MiB"), "figure"),
        *(Heading(say(title), "figure", 1) for title in titles),
        Heading(say("Do"), "text"),
    )
    told = ((row, _sure_deed(row, advice.get(row.name), audit)) for row in shown)
    cells = tuple((*_cells(row, titles), deed) for row, deed in told)
    rest = (say("and {weight} more, without advice and each freeing less", weight=weight_of(left)),) if left else ()
    remarks = (say("frees: what leaves the disk with the line; what two lines share is freed by neither alone"),)
    uses = tuple(row.usage.value for row in shown)
    grid = (Grid(headings, cells, rest, uses=uses),) if cells else ()
    empty = say("No requirement line was found, so there is nothing to decide about")
    return Section(
        "decision", say("Weight versus use: what to do with each line"), grid, empty, remarks if grid else ()
    )


def _by_weight(row: DistributionRow) -> tuple[int, str]:
    return -(row.exclusive_bytes or row.apparent_bytes or 0), row.name


def _advice(audit: Audit) -> dict[str, Suggestion]:
    """Return what is proposed for each distribution: what goes before what only moves."""
    found: dict[str, Suggestion] = {}
    for action in reversed(_LINES):
        found |= {each.distribution: each for each in reversed(audit.proposed(action))}
    return found


def _memory_titles(audit: Audit) -> tuple[str, ...]:
    """Return the columns of memory that have something to say."""
    rows = audit.distributions
    titles = []
    if any(row.startup_self_rss_bytes is not None for row in rows):
        titles += [message("RSS MiB (avoidable)")]
    if any(row.first_use_rss_bytes for row in rows):
        titles += [message("first use MiB")]
    return tuple(titles)


def _cells(row: DistributionRow, titles: Sequence[str]) -> tuple[str, ...]:
    figures = [mebibytes(row.apparent_bytes), mebibytes(row.exclusive_bytes)]
    if "RSS MiB (avoidable)" in titles:
        more = "+" if row.start_stopped and row.startup_self_rss_bytes is not None else ""
        saved = predicted(row.avoidable_rss_bytes) if row.avoidable_rss_bytes and row.usage is Usage.STARTUP else ""
        own = f"{mebibytes(row.startup_self_rss_bytes)}{more}"
        figures.append(f"{own} ({saved})" if saved else own)
    if "first use MiB" in titles:
        figures.append(mebibytes(row.first_use_rss_bytes))
    use = f"{class_word(row.usage)}{'?' if row.confidence == 'cannot tell' else ''}"
    return (row.name, use, *figures)


def _sure_deed(row: DistributionRow, each: Suggestion | None, audit: Audit) -> str:
    """Return what to do, and how sure that is where it is not certain."""
    deed, confidence = _deed(row, each, audit), each.confidence if each is not None else row.confidence
    return f"{deed} ({confidence_word(confidence)})" if confidence == "likely" else deed


def _deed(row: DistributionRow, each: Suggestion | None, audit: Audit) -> str:
    if each is not None:
        refuted = each.verdict == "refuted"
        return say("keep: without it something breaks") if refuted else say(ADVICE_WORDS[each.action])
    if row.confidence == "cannot tell":
        return say("cannot tell")
    if row.usage is Usage.TRANSITIVE:
        return say("keep or unpin: it frees nothing")
    if row.version is None:
        return say("it is not installed")
    if row.usage in (Usage.UNUSED, Usage.UNREACHED):
        return say("look at it: nothing is proposed")
    is_apart = any(row.name in stack.names and (stack.disk_bytes or 0) >= _LARGE_STACK for stack in audit.lazy_stacks)
    return say("keep, or make it an extra of its own") if is_apart else say("keep")
