"""What is installed since something else requires it: by weight with the way to it, and by the line that brings it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from footprint.model.audit import Audit, DistributionRow
from footprint.pairs import group_pairs
from footprint.report.audit.row_cells import declared_places, name_heading, weight_of
from footprint.report.languages.figures import mebibytes
from footprint.report.languages.messages import count_of, few, say
from footprint.report.text.phrases import place
from footprint.report.text.section import Block, Grid, Heading, Sentences

_LONGEST_CHAIN = 4
_SMALLEST_FAMILY = 3


def transitive_blocks(audit: Audit, rows: Sequence[DistributionRow], most: int) -> Iterator[Block]:
    """Yield the transitive ones, families of one name in a row of their own, and the lines that only pin some."""
    families = sorted(_families([row for row in rows if not row.declared]), key=_family_weight)
    shown = families[:most] if most and len(families) > most + 1 else families
    left = [row for family in families[len(shown) :] for row in family]
    measured = any(row.startup_self_rss_bytes is not None for family in shown for row in family)
    heads = [name_heading(), Heading(say("Disk MiB"), "figure")]
    heads += [Heading(say("RSS MiB"), "figure")] if measured else []
    heads.append(Heading(say("Required through"), "text"))
    heads += [Heading(say("Loaded at startup by"), "text", 1)] if measured else []
    cells = tuple(_family_cells(family, measured=measured) for family in shown)
    if cells:
        yield Grid(tuple(heads), cells, (say("and {weight} more", weight=weight_of(left)),) if left else ())
    if pins := [row for row in rows if row.declared]:
        lines = few([f"{row.name} ({declared_places(row)})" for row in pins], most or len(pins))
        yield Sentences(
            (say("Declared, and required by others anyway; the line pins a version: {lines}", lines=lines),)
        )


def _families(rows: Sequence[DistributionRow]) -> Iterator[Sequence[DistributionRow]]:
    """Yield rows together whose names begin alike and that come through the same line: nvidia-cublas, nvidia-cudnn."""
    for (prefix, _), family in group_pairs(((_prefix(row), row.requirement_chain[:1]), row) for row in rows).items():
        if prefix and len(family) >= _SMALLEST_FAMILY:
            yield family
        else:
            yield from ([row] for row in family)


def _prefix(row: DistributionRow) -> str:
    head, dash, _ = row.name.partition("-")
    return head if dash else ""


def _family_weight(family: Sequence[DistributionRow]) -> tuple[int, str]:
    return -sum(row.apparent_bytes or 0 for row in family), family[0].name


def _family_cells(family: Sequence[DistributionRow], *, measured: bool) -> tuple[str, ...]:
    """Return the cells of a family: no file and no module is in two of its distributions, so their weights add up."""
    first = family[0]
    through, loaded = _through(first), _loader(first)
    if len(family) > 1:
        through = say("{through}, {count} of these", through=first.requirement_chain[0], count=len(family))
        loaders = dict.fromkeys(_loader(row) for row in family)
        loaded = next((each for each in loaders if each != "-"), "-")
    name = first.name if len(family) == 1 else f"{_prefix(first)}-*"
    disk = [row.apparent_bytes for row in family if row.apparent_bytes is not None]
    cells = [name, mebibytes(sum(disk) if disk else None)]
    if measured:
        memory = [row.startup_self_rss_bytes for row in family if row.startup_self_rss_bytes is not None]
        return (*cells, mebibytes(sum(memory) if memory else None), through or "-", loaded)
    return (*cells, through or "-")


def _through(row: DistributionRow) -> str:
    """Return the way from a declared line to a distribution, and how many others require it, too."""
    chain = list(row.requirement_chain[:-1]) or list(row.required_by[:1])
    through = " > ".join(chain) if len(chain) <= _LONGEST_CHAIN else " > ".join([*chain[:2], "...", *chain[-1:]])
    others = row.whole_length("required_by") - 1
    return through + say(" (and {count} more)", count=others) if others > 0 else through


def _loader(row: DistributionRow) -> str:
    ours = [step for step in row.load_chain if step.path is not None]
    return place(ours[-1].path, ours[-1].line) if ours else "-"


def requirer_blocks(audit: Audit, most: int) -> Iterator[Block]:
    """Yield what each declared line brings: through whom the transitive ones come."""
    rows = [row for row in audit.distributions if row.declared and row.whole_length("closure") > 1]
    rows.sort(key=lambda row: (-(row.closure_bytes or 0), row.name))
    if not rows:
        return
    yield Sentences((), heading=say("What each declared line brings; shared parts count in every one of them"))
    shown = rows[:most] if most else rows
    heads = (
        *(name_heading(), Heading(say("requires"), "figure"), Heading(say("with all it requires, MiB"), "figure")),
        *(Heading(say("frees MiB"), "figure"), Heading(say("The heaviest of these, MiB"), "text")),
    )
    weights = {row.name: row.apparent_bytes for row in audit.distributions if row.apparent_bytes is not None}
    left = len(rows) - len(shown)
    rest = (say("and {lines} with less", lines=count_of(left, "declared line")),) if left else ()
    yield Grid(heads, tuple(_requirer_cells(row, weights) for row in shown), rest)


def _requirer_cells(row: DistributionRow, weights: Mapping[str, int]) -> tuple[str, ...]:
    others = sorted((name for name in row.closure if name != row.name), key=lambda name: (-weights.get(name, 0), name))
    heaviest = few([f"{name} {mebibytes(weights[name])}" for name in others if name in weights])
    count = str(row.whole_length("closure") - 1)
    return row.name, count, mebibytes(row.closure_bytes), mebibytes(row.exclusive_bytes), heaviest or "-"
