"""The reports in Spanish, as an engineer writes it: one file a part of the reports.

Keys are the English messages, letter for letter. Tables in Python and not gettext: a message is found where it is used,
mypy and a test see every entry, nothing has to be compiled, and no second file is shipped that can be out of date.
"""

from __future__ import annotations

from footprint.report.languages import (
    spanish_advice,
    spanish_commands,
    spanish_difference,
    spanish_editor,
    spanish_hosting,
    spanish_memory,
    spanish_page,
    spanish_patterns,
    spanish_sections,
    spanish_trial,
    spanish_verdict,
    spanish_why,
)
from footprint.report.languages.catalogue import Catalogue

PARTS = (
    spanish_advice,
    spanish_commands,
    spanish_difference,
    spanish_editor,
    spanish_hosting,
    spanish_memory,
    spanish_page,
    spanish_sections,
    spanish_trial,
    spanish_verdict,
    spanish_why,
)

SPANISH = Catalogue(
    messages={english: spanish for part in PARTS for english, spanish in part.MESSAGES.items()},
    nouns={english: spanish for part in PARTS for english, spanish in part.NOUNS.items()},
    stored=spanish_patterns.PATTERNS,
    decimal=",",
    group=".",
    grouped_from=5,
    and_=" y ",
    or_=" o ",
    more="{names} y {count} más",
)
