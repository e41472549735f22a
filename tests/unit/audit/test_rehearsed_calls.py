"""Which calls a rehearsal does: those that came to an end when they were measured, and the routes that were found."""

from typing import Any, cast

import pytest

from footprint.audit.entry_starts import _ended
from footprint.config.call_texts import parse_call, parse_request
from footprint.model.requested_calls import Request
from footprint.model.runtime import CallRun, ProbeRun

GIVEN = (parse_request("/a"), parse_request("POST /b {}"), parse_call("jobs:work"))
FOUND = Request("GET", "/found", is_found=True)
# what each call came to, and what is rehearsed
CASES: dict[str, tuple[dict[str, str] | None, tuple[Any, ...]]] = {
    "all ended": ({"GET /a": "done", "POST /b": "failed", "jobs:work": "done"}, GIVEN),
    "one hung, one crashed": ({"GET /a": "hung", "POST /b": "crashed", "jobs:work": "done"}, GIVEN[2:]),
    "one undecided": ({"GET /a": "undecided", "POST /b": "done", "jobs:work": "done"}, GIVEN[1:]),
    "a route was found": (dict.fromkeys(["GET /a", "POST /b", "jobs:work", "GET /found"], "done"), (*GIVEN, FOUND)),
    "one of them hung": ({"GET /a": "done", "GET /found": "hung"}, GIVEN[:1]),
    "nothing was measured": (None, GIVEN),
    "noop: no call of it was": ({}, GIVEN),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_rehearsed(case: str) -> None:
    outcomes, wanted = CASES[case]
    run = None
    if outcomes is not None:
        calls: Any = tuple(CallRun(name, cast(Any, outcome), None, 0, 0, 0, 0) for name, outcome in outcomes.items())
        run = ProbeRun((), (), frozenset(), (), (), 0, 0, calls=calls)
    assert _ended(GIVEN, run) == wanted
