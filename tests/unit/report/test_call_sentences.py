"""What reports say of a call."""

from typing import Any

import pytest

from footprint.model.memory_rows import Brought
from footprint.model.runtime import CallFile, GrowthLine
from footprint.report.audit.call_sentences import call_lines
from footprint.units import MIB
from tests.support.builders import audit, call

LINE = GrowthLine("data", "app.py", 9, 40 * MIB, 41 * MIB)
SAID: dict[str, tuple[dict[str, Any], str]] = {
    "data for a moment and data that stays": (
        {"lines": (LINE, GrowthLine("data", "app.py", 12, MIB, 20 * MIB))},
        "+40.0 MiB RSS (peak +60.0), 900 ms: GET /x -> 200: data made at or just before app.py:9 40.0, "
        "app.py:12 20.0 for a moment",
    ),
    "imports": (
        {"import_rss_bytes": 39 * MIB, "brings": (Brought("pandas", 38 * MIB),), "lines": (), "peak_bytes": 40 * MIB},
        "+40.0 MiB RSS, 900 ms: GET /x -> 200: imports 39.0 (pandas 38.0)",
    ),
    "files": (
        {"lines": (), "files": (CallFile("m.onnx", 35 * MIB, "read"), CallFile("w.pt", 30 * MIB, "mapped"))},
        "+40.0 MiB RSS (peak +60.0), 900 ms: GET /x -> 200: read m.onnx 35.0; mapped w.pt 30.0",
    ),
    "what fails is measured": (
        {"outcome": "failed", "message": "OSError: no", "path": "app.py", "line": 3, "lines": ()},
        "FAILED GET /x: OSError: no at app.py:3; +40.0 MiB RSS (peak +60.0), 900 ms",
    ),
    "what hangs is not": (
        {"outcome": "hung", "message": "it did not come to an end", "rss_bytes": None, "lines": ()},
        "FAILED GET /x: it did not come to an end",
    ),
    "what only a fork saw hang": (
        {"outcome": "undecided", "message": "it hung in a fork", "rss_bytes": None, "lines": ()},
        "UNDECIDED GET /x: it hung in a fork",
    ),
    "a function that writes": (
        {"status": None, "lines": (), "written": ("out.txt",), "rss_bytes": 0, "peak_bytes": 0},
        "+0.0 MiB RSS, 900 ms: GET /x: wrote out.txt",
    ),
}


@pytest.mark.parametrize("name", SAID)
def test_a_call(name: str) -> None:
    changes, said = SAID[name]
    assert call_lines(audit(calls=(call(**changes),))) == (said,)


def test_what_failed_stands_first_and_entries_are_told_apart() -> None:
    calls = (call(lines=()), call(entry="worker", outcome="failed", message="no", lines=()))
    first, second = call_lines(audit(calls=calls))
    assert first.startswith("worker: FAILED") and second.startswith("web: +40.0")
