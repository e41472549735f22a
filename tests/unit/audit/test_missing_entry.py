"""What is said of a project that starts nowhere."""

import pytest

from footprint.audit.missing_entry import note_no_entry
from footprint.model.source_modules import ToolUse
from footprint.report.languages.catalogue import catalogue_of
from tests.support.stored_texts import untold

START = ToolUse("shop", "Procfile", 1, "shop start")
PLAIN = "no entry point found: give one with --entry module:attr; until then every module counts as reached"
CASES = {
    "a program that is installed": (
        (START,),
        "no entry point found: Procfile:1 runs shop, which is installed; --entry shop measures what it imports; "
        "until then every module counts as reached",
    ),
    "noop: nothing": ((), PLAIN),
    "noop: another program": ((ToolUse("store", "Procfile", 1, "store"),), PLAIN),
    "noop: a server": ((ToolUse("gunicorn", "Procfile", 1, "gunicorn"),), PLAIN),
    "noop: what developers run": ((ToolUse("shop", "Makefile", 1, "shop", "development"),), PLAIN),
    "noop: a module": ((ToolUse("shop", "Procfile", 1, "gunicorn shop", is_module=True),), PLAIN),
}


@pytest.mark.parametrize("name", CASES)
def test_the_note_names_what_would_start(name: str) -> None:
    uses, expected = CASES[name]
    note = note_no_entry(uses, {"shop", "gunicorn"})
    assert (note.code, note.message) == ("no-entry", expected)
    assert not untold([note.message], catalogue_of("es"))
