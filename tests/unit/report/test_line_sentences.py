"""What an editor shows of a line: never a figure that was not measured, and what a stranger wrote is no markup."""

from typing import Any

import pytest

from footprint.model.audit import Usage
from footprint.model.edited_lines import EditedLine, Freshness, OfferedEdit
from footprint.model.memory_rows import Brought, LinePart
from footprint.model.source_modules import Placement
from footprint.report.editor.line_figures import age_words, inlay_words
from footprint.report.editor.line_sentences import line_text
from footprint.report.languages.messages import spoken
from tests.support import builders

MIB = 1 << 20
FRESH, STALE = Freshness(7 * 86_400, False), Freshness(30, True)


def line(*rows: Any, **changes: Any) -> EditedLine:
    told: dict[str, Any] = {"kind": "import", "line": 3, "last_line": 3, "rows": rows, "audited_line": 3}
    return EditedLine(**(told | changes))


def at_start(rss_bytes: int, time_us: int = 20_000, **changes: Any) -> Any:
    return builders.bare(
        type(builders.import_line()), **({"entry": "web", "rss_bytes": rss_bytes, "time_us": time_us} | changes)
    )


def used(outcome: str = "imported", **changes: Any) -> Any:
    told: dict[str, Any] = {"outcome": outcome, "rss_bytes": 30 * MIB, "time_us": 500_000, "line": 3}
    return builders.first_use(**(told | changes))


HEAVY = builders.distribution("pandas", Usage.STARTUP, apparent_bytes=70 * MIB)
LAZY = builders.distribution("torch", Usage.LAZY, apparent_bytes=900 * MIB)
MISSING = builders.distribution("a", version=None, apparent_bytes=None)
UNWEIGHED = builders.distribution("a", apparent_bytes=None)
UNWEIGHED_AT_STARTUP = builders.distribution("a", Usage.STARTUP, apparent_bytes=None)
UNREACHED = builders.distribution("plots", Usage.UNREACHED)
IN_FUNCTION: dict[str, Any] = {"function": "f", "placement": Placement.FUNCTION}
REQUIREMENT: dict[str, Any] = {"kind": "requirement"}

INLAYS: dict[str, tuple[EditedLine, str]] = {
    "at startup": (line(HEAVY, startup=(at_start(52 * MIB, 600_000),)), "~52.0 MiB RSS at startup, 600 ms"),
    "the heaviest of two entries": (
        line(HEAVY, startup=(at_start(MIB), at_start(9 * MIB, entry="worker"))),
        "~9.0 MiB RSS at startup, 20 ms",
    ),
    "long, and little memory": (line(HEAVY, startup=(at_start(MIB, 60_000),)), "<2 MiB RSS at startup, 60 ms"),
    "little of both": (line(HEAVY, startup=(at_start(MIB),)), ""),
    "new": (line(HEAVY, audited_line=None), "not measured: new since the audit"),
    "new in a function": (line(LAZY, audited_line=None, **IN_FUNCTION), ""),
    "at first use": (line(LAZY, first_uses=(used(),), **IN_FUNCTION), "30.0 MiB RSS at first use, 500 ms"),
    "loaded before": (line(LAZY, first_uses=(used("loaded", rss_bytes=0),), **IN_FUNCTION), ""),
    "failed": (
        line(LAZY, first_uses=(used("failed"),), **IN_FUNCTION),
        "it failed when it was run, 30.0 MiB RSS at first use, 500 ms",
    ),
    "failed under a guard": (
        line(LAZY, first_uses=(used("failed", guarded=True),), **IN_FUNCTION),
        "30.0 MiB RSS at first use, 500 ms",
    ),
    "crashed": (line(LAZY, first_uses=(used("crashed", rss_bytes=None),), **IN_FUNCTION), "it failed when it was run"),
    "hung": (line(LAZY, first_uses=(used("hung", rss_bytes=None),), **IN_FUNCTION), "it failed when it was run"),
    "not run": (line(LAZY, **IN_FUNCTION), ""),
    "in what nothing reaches": (line(UNREACHED), "plots: unreached"),
    "a requirement": (line(HEAVY, **REQUIREMENT), "70.0 MiB on disk"),
    "a requirement that is lazy": (line(LAZY, **REQUIREMENT), "900.0 MiB on disk, lazy"),
    "its own modules at startup": (
        line(builders.distribution("a", Usage.STARTUP, apparent_bytes=MIB, startup_self_rss_bytes=0), **REQUIREMENT),
        "1.0 MiB on disk, 0.0 MiB RSS at startup",
    ),
    "not installed": (
        line(builders.distribution("a", version=None, apparent_bytes=None), **REQUIREMENT),
        "not installed",
    ),
    "not weighed": (line(UNWEIGHED, **REQUIREMENT), "unused"),
    "not weighed, at startup": (
        line(builders.distribution("a", Usage.STARTUP, apparent_bytes=None), **REQUIREMENT),
        "",
    ),
}


@pytest.mark.parametrize("name", INLAYS)
def test_beside_a_line(name: str) -> None:
    told, words = INLAYS[name]
    assert inlay_words(told, FRESH) == words
    assert inlay_words(told, STALE) == (f"{words}; stale: this file changed since" if words else "")


@pytest.mark.parametrize(
    ("seconds", "english", "spanish"),
    [
        (0, "measured just now", "medido ahora mismo"),
        (59, "measured just now", "medido ahora mismo"),
        (60, "measured 1 minute ago", "medido hace 1 minuto"),
        (7_199, "measured 1 hour ago", "medido hace 1 hora"),
        (86_400, "measured 1 day ago", "medido hace 1 día"),
        (86_400 * 12_345, "measured 12,345 days ago", "medido hace 12.345 días"),
    ],
)
def test_an_age(seconds: int, english: str, spanish: str) -> None:
    assert age_words(Freshness(seconds, False)) == english
    with spoken("es"):
        assert age_words(Freshness(seconds, False)) == spanish


WITHOUT_START = builders.audit()
STARTED = builders.audit(entries=(builders.entry(),))
FIRST_LINES: dict[str, tuple[Any, EditedLine, str]] = {
    "at startup": (
        STARTED,
        line(HEAVY, startup=(at_start(52 * MIB, 600_000),)),
        "~52.0 MiB RSS at startup, 600 ms, 70.0 MiB on disk, kept by nothing else; measured 7 days ago",
    ),
    "of the project's own": (
        STARTED,
        line(startup=(at_start(52 * MIB, 600_000),)),
        "~52.0 MiB RSS at startup, 600 ms; measured 7 days ago",
    ),
    "kept": (
        STARTED,
        line(builders.distribution("a", apparent_bytes=MIB, required_by=("b", "c", "d", "e")), **REQUIREMENT),
        "1.0 MiB on disk, kept by b, c, d and 1 more; measured 7 days ago",
    ),
    "no start": (
        WITHOUT_START,
        line(HEAVY),
        "70.0 MiB on disk, kept by nothing else; memory not measured: no start was; measured 7 days ago",
    ),
    "not run by the start": (
        STARTED,
        line(HEAVY),
        "70.0 MiB on disk, kept by nothing else; memory not measured: no start that was measured ran it; "
        "measured 7 days ago",
    ),
    "not run in its function": (
        STARTED,
        line(LAZY, **IN_FUNCTION),
        "900.0 MiB on disk, kept by nothing else; memory not measured: it was not run; measured 7 days ago",
    ),
    "new": (
        STARTED,
        line(HEAVY, audited_line=None),
        "70.0 MiB on disk, kept by nothing else; memory not measured: this import is new since the audit, or was "
        "moved; measured 7 days ago",
    ),
    "for types": (
        STARTED,
        line(HEAVY, placement=Placement.TYPE_CHECKING),
        "70.0 MiB on disk, kept by nothing else; it never runs here; measured 7 days ago",
    ),
    "several distributions": (
        STARTED,
        line(HEAVY, LAZY, startup=(at_start(9 * MIB),)),
        "~9.0 MiB RSS at startup, 20 ms; measured 7 days ago",
    ),
    "not weighed": (
        WITHOUT_START,
        line(builders.distribution("a", apparent_bytes=None), **REQUIREMENT),
        "Not weighed: there is no environment; measured 7 days ago",
    ),
}


@pytest.mark.parametrize("name", FIRST_LINES)
def test_the_first_line(name: str) -> None:
    audit, told, words = FIRST_LINES[name]
    assert line_text(audit, told, (), FRESH).figures == words
    assert line_text(audit, told, (), STALE).figures.endswith("; measured just now; stale: this file changed since")


def test_what_else_is_known() -> None:
    several = (
        at_start(9 * MIB, still_needed_by=("b",), imports=(LinePart("x", 5 * MIB), LinePart("y", 4 * MIB))),
        at_start(8 * MIB, entry="worker"),
    )
    stopped = builders.audit(entries=(builders.entry("worker", failure=builders.failure()),))
    use = used("failed", message="no model", brings=(Brought("c", 2 * MIB),), line=9, path="other.py")
    told = line_text(stopped, line(HEAVY, startup=several, first_uses=(use,)), (), FRESH)
    assert told.remarks == (
        "web: ~9.0 MiB RSS at startup, 20 ms",
        "Loaded all the same by b",
        "Each alone, so they overlap: x ~5.0 MiB, y ~4.0 MiB",
        "worker: ~8.0 MiB RSS at startup, 20 ms",
        "The start of worker failed: more may have followed",
        "When it was run: no model",
        "It brings c 2.0 MiB",
        "The same import was run at other.py:9",
    )


def test_an_offer_and_why_it_is_none() -> None:
    suggestion = builders.suggestion("pandas", action="defer", rss_bytes=9 * MIB, disk_bytes=None)
    offers = (OfferedEdit(suggestion, None), OfferedEdit(suggestion, "it cannot move", "tried: it holds"))
    assert line_text(STARTED, line(HEAVY), offers, FRESH).remarks == (
        "Import pandas where it is used: saves ~9.0 MiB RSS, predicted, not tried",
        "Import pandas where it is used: saves ~9.0 MiB RSS, predicted, tried: it holds",
        "Not offered as an edit: it cannot move",
    )


def test_both_forms_are_harmless() -> None:
    evil = "a\x1b[31m<b>\n# x [y](z) @me"
    row = builders.distribution("pandas", version=evil, reason=evil, required_by=(evil,), apparent_bytes=1)
    text = line_text(STARTED, line(row, first_uses=(used(message=evil),)), (), FRESH)
    assert "\x1b" not in text.markdown() + text.plain()
    assert "\n# x" not in text.markdown()
    assert "\\x1b\\[31m" in text.markdown() or "`" in text.markdown()
    assert all(each.startswith(("**", "- ")) or not each for each in text.markdown().splitlines()[1:])
