"""Who is in memory only because it is installed, and above all who is not."""

from dataclasses import replace

import pytest

from footprint.analysis.cost.avoidable import ImportGraph
from footprint.analysis.cost.import_lines import explain
from footprint.analysis.cost.savings import Starts, find_guests
from footprint.model.audit import Confidence, Usage
from footprint.report.audit.memory_sentences import guest_lines
from footprint.units import MIB
from tests.support.builders import audit, distribution
from tests.unit.analysis.test_avoidable import OWNERS, SOURCES, run

# views imports pandas, models imports sklearn, and sklearn imports pandas because it is there.
START = run(
    *(
        ("main", None, 1),
        ("views", "main", 1),
        ("pandas", "views", 30),
        ("models", "main", 1),
        ("sklearn", "models", 9),
    ),
    edges=(("sklearn", "pandas"),),
)
STARTS = Starts({"web": explain(ImportGraph.of(START), OWNERS, SOURCES, frozenset())})

SURE: Confidence = "certain"
OPEN: Confidence = "cannot tell"
# closure of sklearn, who still needs pandas, what pandas is to the project, found
CASES: dict[str, tuple[tuple[str, ...], tuple[str, ...], Usage, Confidence, bool]] = {
    "imported, not required": (("sklearn", "numpy"), ("sklearn",), Usage.UNUSED, SURE, True),
    "only required by what is not used": (("sklearn",), ("sklearn",), Usage.TRANSITIVE, SURE, True),
    "imported by what nothing reaches": (("sklearn",), ("sklearn",), Usage.UNREACHED, SURE, True),
    "only tests use it": (("sklearn",), ("sklearn",), Usage.TESTS, SURE, True),
    "nobody's": (("sklearn",), ("sklearn",), Usage.ORPHAN, SURE, True),
    "loaded because it is there, and perhaps needed": (("sklearn",), ("sklearn",), Usage.IMPLIED, OPEN, True),
    "noop: the project imports it at startup": (("sklearn",), ("sklearn",), Usage.STARTUP, SURE, False),
    "noop: the project imports it in a function": (("sklearn",), ("sklearn",), Usage.LAZY, SURE, False),
    "noop: the project names it": (("sklearn",), ("sklearn",), Usage.IMPLIED, "likely", False),
    "noop: required": (("sklearn", "pandas"), ("sklearn",), Usage.TRANSITIVE, SURE, False),
    "noop: a file of ours needs it, too": (("sklearn",), ("sklearn", "views.py"), Usage.UNUSED, SURE, False),
    "noop: nobody else needs it": (("sklearn",), (), Usage.UNUSED, SURE, False),
}


@pytest.mark.parametrize("name", CASES)
def test_guests(name: str) -> None:
    closure, needed, usage, confidence, is_guest = CASES[name]
    pandas = distribution("pandas", usage, still_needed_by=needed, avoidable_rss_bytes=0, closure=("pandas",))
    rows = (
        replace(pandas, confidence=confidence),
        distribution("sklearn", Usage.STARTUP, closure=closure),
    )
    found = find_guests(rows, STARTS)
    assert [(guest.name, guest.hosts, guest.removal_rss_bytes) for guest in found] == (
        [("pandas", ("sklearn",), 30 * MIB)] if is_guest else []
    )


def test_noop_what_something_used_requires() -> None:
    """sentry imports it without requiring it; the project uses seaborn, which does require it."""
    rows = (
        distribution("pandas", Usage.TRANSITIVE, still_needed_by=("sklearn",), avoidable_rss_bytes=0),
        distribution("sklearn", Usage.STARTUP, closure=("sklearn",)),
        distribution("seaborn", Usage.LAZY, closure=("seaborn", "pandas")),
    )
    assert find_guests(rows, STARTS) == ()
    idle = (*rows[:2], distribution("seaborn", Usage.UNUSED, closure=("seaborn", "pandas")))
    assert [guest.name for guest in find_guests(idle, STARTS)] == ["pandas"]


def test_noop_what_saves_no_more_than_deferring_it() -> None:
    row = distribution("pandas", Usage.STARTUP, still_needed_by=("sklearn",), avoidable_rss_bytes=29 * MIB)
    assert find_guests((row, distribution("sklearn", closure=("sklearn",))), STARTS) == ()


def test_words() -> None:
    rows = (
        distribution("pandas", Usage.UNUSED, still_needed_by=("sklearn",), avoidable_rss_bytes=0),
        distribution("sklearn", closure=("sklearn",)),
    )
    assert guest_lines(audit(guests=find_guests(rows, STARTS))) == (
        "pandas: sklearn imports it without requiring it, and may break without it; if it does not, the start takes "
        "~30.0 MiB less where it is not installed",
    )


def test_what_its_absence_saves_is_of_the_entry_that_its_hosts_are_of() -> None:
    """web saves nearly all by deferring; that another entry has more of it makes no guest of web's."""
    web = run(("main", None, 1), ("sklearn", "main", 9), ("pandas", "sklearn", 10))
    worker = run(("main", None, 1), ("sklearn", "main", 9), ("pandas", "sklearn", 40))
    starts = Starts({"web": explain(ImportGraph.of(web), OWNERS, SOURCES, frozenset())})
    both = Starts({**starts.entries, "worker": explain(ImportGraph.of(worker), OWNERS, SOURCES, frozenset())})
    pandas = distribution(
        "pandas",
        still_needed_by=("sklearn",),
        avoidable_rss_bytes=9 * MIB,
        loaded_by_entries=("web", "worker"),
    )
    assert find_guests((pandas, distribution("sklearn", closure=("sklearn",))), both) == ()
