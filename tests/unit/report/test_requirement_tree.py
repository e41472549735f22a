"""Who requires a distribution and what it brings, as trees: in a circle, deep, wide, hostile, and of nothing."""

from typing import Any

import pytest

from footprint.model.audit import Audit, DistributionRow
from footprint.report.audit import why
from footprint.report.audit.requirement_tree import tree_lines
from footprint.report.text.view import DEFAULT_VIEW, View
from footprint.units import MIB
from tests.support.builders import audit, declared_at, distribution

ABOVE, BELOW = "Who requires it, up to the lines that are declared:", "What it brings:"


def row(name: str, *required_by: str, **changes: Any) -> DistributionRow:
    return distribution(name, version=None, required_by=required_by, apparent_bytes=None, **changes)


def trees(value: Audit, name: str, view: View = DEFAULT_VIEW) -> tuple[list[str], list[str]]:
    found = value.row(name)
    assert found is not None
    lines = tree_lines(value, found, view)
    middle = lines.index(BELOW)
    assert lines[0] == ABOVE
    return [line.removeprefix("  ") for line in lines[1:middle]], [
        line.removeprefix("  ") for line in lines[middle + 1 :]
    ]


SHAPES: dict[str, tuple[tuple[DistributionRow, ...], list[str], list[str]]] = {
    "alone": ((row("a"),), ["a"], ["a"]),
    "in a row": (
        (row("a", exclusive=("a", "b", "c")), row("b", "a"), row("c", "b")),
        ["a"],
        ["a", "└─ b", "   └─ c"],
    ),
    "who requires it": (
        (row("top", declared=(declared_at(line=3),)), row("middle", "top"), row("a", "middle", "top")),
        ["a", "├─ middle", "│  └─ top, requirements.txt:3", "└─ top, requirements.txt:3"],
        ["a"],
    ),
    "in a circle": (
        (row("a", "c", exclusive=("a", "b", "c")), row("b", "a"), row("c", "b")),
        ["a", "└─ c", "   └─ b", "      └─ a (see above)"],
        ["a", "└─ b", "   └─ c", "      └─ a (see above)"],
    ),
    "itself": ((row("a", "a"),), ["a", "└─ a (see above)"], ["a", "└─ a (see above)"]),
    "twice": (
        (row("a", exclusive=("a", "b", "c", "d")), row("b", "a"), row("c", "a", "b"), row("d", "c")),
        ["a"],
        ["a", "├─ b", "│  └─ c", "│     └─ d", "└─ c (see above)"],
    ),
    "what others keep": ((row("a"), row("b", "a", "x"), row("x")), ["a"], ["a", "└─ b, stays: others require it"]),
    "one that is not among the rows": ((row("a", "gone"),), ["a"], ["a"]),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_shapes(shape: str) -> None:
    rows, above, below = SHAPES[shape]
    assert trees(audit(*rows), "a") == (above, below)


def test_the_heaviest_comes_first_with_its_weight() -> None:
    rows = (
        distribution("a", exclusive=("a", "b", "c")),
        distribution("b", required_by=("a",)),
        distribution("c", required_by=("a",), apparent_bytes=2 * MIB, startup_self_rss_bytes=MIB),
    )
    assert trees(audit(*rows), "a")[1] == [
        "a 1.0, 1.0 MiB",
        "├─ c 1.0, 2.0 MiB, 1.0 MiB RSS at startup",
        "└─ b 1.0, 1.0 MiB",
    ]


def test_a_tree_is_bounded_and_says_what_it_leaves_out() -> None:
    wide = audit(row("a"), *(row(f"b{number:05}", "a") for number in range(5_000)))
    lines = trees(wide, "a")[1]
    assert len(lines) == 121 and lines[-1] == "and 4881 more"
    deep = audit(row("n0"), *(row(f"n{number}", f"n{number - 1}") for number in range(1, 5_000)))
    lines = trees(deep, "n0")[1]
    assert lines[-1] == "and 4987 more" and lines[-2].endswith(" ...")
    assert max(map(len, lines)) < 100


def test_a_net_in_which_all_require_all_takes_no_time() -> None:
    names = [f"n{number}" for number in range(300)]
    net = audit(*(row(name, *(other for other in names if other != name)) for name in names))
    above, below = trees(net, "n0")
    assert len(above) == len(below) == 121


def test_ascii_has_plain_branches() -> None:
    rows = (row("a", exclusive=("a", "b", "c")), row("b", "a"), row("c", "a"))
    assert trees(audit(*rows), "a", View(ascii=True))[1] == ["a", "|- b", "`- c"]
    assert why.render_trees(audit(*rows), rows[0], View(ascii=True)).isascii()


def test_a_hostile_name_reaches_no_terminal() -> None:
    rows = (row("a"), row("b\x1b[2J\u202e", "a"))
    assert "\x1b" not in why.render_trees(audit(*rows), rows[0])
