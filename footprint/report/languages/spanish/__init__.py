"""The reports in Spanish, as an engineer writes it: one file a part of the reports.

Keys are the English messages, letter for letter. Tables in Python and not gettext: a message is found where it is used,
mypy and a test see every entry, nothing has to be compiled, and no second file has to be shipped that can be out of date.
"""

from __future__ import annotations

from footprint.report.languages.catalogue import Catalogue
from footprint.report.languages.spanish import advice, commands, editor, memory, page, sections, stored, verdict

_PARTS = (advice, commands, editor, memory, page, sections, verdict)

SPANISH = Catalogue(
    messages={english: spanish for part in _PARTS for english, spanish in part.MESSAGES.items()},
    nouns={english: spanish for part in _PARTS for english, spanish in part.NOUNS.items()},
    stored=stored.PATTERNS,
    decimal=",",
    group=".",
    grouped_from=5,
    and_=" y ",
    more="{names} y {count} más",
)
