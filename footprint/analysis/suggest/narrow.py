"""Extras that bring what nothing uses: lines that can ask for less of what they name."""

from __future__ import annotations

from collections.abc import Iterator

from footprint.analysis.facts.roots import is_removable
from footprint.analysis.suggest.suggestion_context import SpelledExtra, SuggestionContext
from footprint.model.audit import DistributionRow, Evidence, GoingLine, Suggestion, Usage
from footprint.names import ByName
from footprint.units import few, places

_GOES_ANYWAY = (Usage.UNUSED, Usage.UNREACHED, Usage.TESTS, Usage.TYPING)


def suggest_narrowing(context: SuggestionContext) -> tuple[Suggestion, ...]:
    """Suggest asking for fewer extras, where all that only these bring is not used by anything.

    Or is used where it is there and done without where it is not, as data/variants.toml says of well-known extras, and
    no word of the project asks for it. What tests use stays.
    """
    found = []
    for row in context.rows:
        spare = tuple(each for each in context.extras.get(row.name, ()) if _is_spare(each))
        leaving = context.leaving_without(row.name, tuple(each.extra for each in spare)) if spare else ()
        if leaving and row.usage not in _GOES_ANYWAY:
            found.append(_suggest(row, spare, leaving, context))
    return tuple(found)


def _is_spare(extra: SpelledExtra) -> bool:
    """Whether nothing needs what it brings; what something else requires as well says nothing of it."""
    return all(
        verdict.usage is Usage.TRANSITIVE
        or is_removable(verdict)
        or (bool(extra.without) and verdict.usage is Usage.IMPLIED and verdict.confidence == "cannot tell")
        for _, verdict in extra.members
    )


def _suggest(
    row: DistributionRow, spare: tuple[SpelledExtra, ...], leaving: tuple[str, ...], context: SuggestionContext
) -> Suggestion:
    extras = tuple(each.extra for each in spare)
    rows: ByName[DistributionRow] = {each.name: each for each in context.rows}
    saving = (
        context.predict_removal(leaving) if any(rows[name].load_chain for name in leaving if name in rows) else None
    )
    own = [at for at in row.declared if at.group == "main"]
    lines = context.lines.narrowing(row.name, frozenset(extras), leaving)
    return Suggestion(
        code="FP110",
        action="narrow",
        distribution=row.name,
        distributions=leaving,
        disk_bytes=context.weigh(leaving),
        rss_bytes=saving.rss_bytes if saving else None,
        rss_kind="predicted" if saving else None,
        verdict="not verified",
        measured_rss_bytes=None,
        effort="medium" if any(each.without for each in spare) else "low",
        confidence="likely",
        evidence=tuple(Evidence(at.file, at.line, "declared", None, at.raw) for at in own),
        detail="; ".join(_details(row, spare, leaving, lines)),
        lines=lines,
        extras=extras,
    )


def _details(
    row: DistributionRow, spare: tuple[SpelledExtra, ...], leaving: tuple[str, ...], lines: tuple[GoingLine, ...]
) -> Iterator[str]:
    own = places((line.file, line.line) for line in lines if line.extras)
    extras = ",".join(each.extra for each in spare)
    yield f"ask for {row.name} without [{extras}] ({own}), which alone brings {few(leaving)}"
    for each in spare:
        if each.without:
            yield f"without [{each.extra}] {each.without}"
        else:
            reasons = [f"{name}: {verdict.reason}" for name, verdict in each.members if is_removable(verdict)]
            yield few(reasons, 1) if reasons else f"nothing asks for [{each.extra}]"
    pins = [line for line in lines if not line.extras and not line.compiled]
    if pins:
        yield f"with it goes {places((line.file, line.line) for line in pins)}"
