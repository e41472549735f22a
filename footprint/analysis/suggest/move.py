"""Lines of production that only tests, tools of developers or type checkers use: they belong to a development group."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from footprint.analysis.suggest.suggestion_context import SuggestionContext
from footprint.knowledge.groups import is_development
from footprint.knowledge.tables import read_developers_tools
from footprint.model.audit import DistributionRow, Evidence, GoingLine, Suggestion, Usage
from footprint.names import ByName, DistributionName
from footprint.units import few, places

_KEPT = "what is deployed is lighter, and this environment keeps it where the group is installed"


def suggest_moving(context: SuggestionContext) -> tuple[Suggestion, ...]:
    """Suggest moving what production installs and never uses to the group for development, with the pins below it.

    Not where a text alone says so, where a command runs it that a server may run as well (a migration), where the
    build imports it, not what a published project asks for its users' type checkers or offers for their tests, and not
    a pin of what something else brings in anyway (every line of a frozen file may be one), but where all that brings it
    in moves as well.
    """
    movable = [row for row in context.rows if _can_move(row, context)]
    together = context.leaving_by_moving([row.name for row in movable])
    bringers = _bringers(movable)
    return tuple(_suggest(row, context, bringers) for row in movable if context.leaving(row) or row.name in together)


def _can_move(row: DistributionRow, context: SuggestionContext) -> bool:
    groups = {at.group for at in row.declared}
    if row.version is None or row.confidence == "cannot tell" or row.name in context.rings or "main" not in groups:
        return False
    if not all(group == "main" or is_development(group) for group in groups):
        return False
    if row.usage is Usage.TYPING:
        return not context.is_published
    if row.usage is Usage.UNREACHED:
        return row.name in context.tested
    if row.usage is not Usage.TESTS or any(at.placement == "string" for at in row.evidence):
        return False
    if row.name in context.offered or (row.evidence and all(at.path in context.build_files for at in row.evidence)):
        return False
    return row.name not in context.commanded or row.name in read_developers_tools()


def _bringers(movable: Sequence[DistributionRow]) -> ByName[list[DistributionName]]:
    """Return which others of these rows bring one of them in, by its name."""
    found: dict[DistributionName, list[DistributionName]] = {row.name: [] for row in movable}
    for row in movable:
        for name in row.closure:
            if name in found and name != row.name:
                found[name].append(row.name)
    return found


def _suggest(row: DistributionRow, context: SuggestionContext, bringers: ByName[list[DistributionName]]) -> Suggestion:
    leaving = context.leaving(row)
    lines = context.lines.moving([row.name], leaving)
    saving = context.predict_removal(leaving) if row.load_chain else None
    declared = tuple(Evidence(at.file, at.line, "declared", None, at.raw) for at in row.declared if at.group == "main")
    return Suggestion(
        code="FP111",
        action="move",
        distribution=row.name,
        distributions=leaving,
        disk_bytes=row.exclusive_bytes,
        rss_bytes=saving.rss_bytes if saving else None,
        rss_kind="predicted" if saving else None,
        verdict="not verified",
        measured_rss_bytes=None,
        effort="low",
        confidence="likely",
        evidence=declared + row.evidence,
        detail="; ".join((*_details(row, lines), *_keepers(leaving, bringers[row.name]), _KEPT)),
        lines=lines,
    )


def _details(row: DistributionRow, lines: tuple[GoingLine, ...]) -> Iterator[str]:
    where = places((at.file, at.line) for at in row.declared if at.group == "main")
    at = next((at for at in row.declared if at.group != "main"), None)
    if at is None:
        yield f"move {row.name} ({where}) to a development group: {row.reason}"
    else:
        yield f"remove {row.name} from {where}, since {at.file}:{at.line} declares it for development: {row.reason}"
    pins = [line for line in lines if line.name != row.name and not line.compiled]
    if pins:
        names = few(list(dict.fromkeys(line.name for line in pins)))
        yield f"with it {names} ({places((line.file, line.line) for line in pins)})"
    if row.usage is Usage.UNREACHED:
        yield "tests import it, too; the module goes, or keeps a broken import"


def _keepers(leaving: Sequence[DistributionName], bringers: Sequence[DistributionName]) -> list[str]:
    """Return with which other lines one has to move that frees nothing alone: these would bring it in."""
    if leaving or not bringers:
        return []
    return [f"alone it frees nothing: it has to move together with {few(bringers)}"]
