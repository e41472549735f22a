"""Tables in third-party code of the modules that it imports by name: `DEPENDENCIES = {"redis": Version("3.0")}`.

Where the table stands nothing is imported: a helper of the same distribution does that with whatever it is given.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from footprint.collect.third_party.third_party_askers import Sources
from footprint.model.third_party_needs import Ask, InstalledModule
from footprint.names import ByModule, text_bytes
from footprint.pairs import group_pairs

_IMPORTS_WHATEVER = re.compile(rb"\b(?:__import__|import_module)\(\s*(?:name\s*=\s*)?[A-Za-z_]")
_IN_FUNCTION = "a function that imports by name"


def find_tables(modules: Iterable[InstalledModule], wanted: ByModule[str], sources: Sources) -> tuple[Ask, ...]:
    """Return where tables name what is wanted, in distributions that import by computed names; the first of each file.

    A name counts as it stands, as a key or an item of a display: whether the helper gets it, nobody says.
    """
    if not wanted:
        return ()
    names = b"|".join(re.escape(text_bytes(name)) for name in sorted(wanted))
    items = re.compile(rb"""[\[{(,]\s*['"](%s)['"]\s*[:,\]}]""" % names)
    question = sources.question("tables", sorted(wanted.items()))

    def look(data: bytes) -> list[tuple[str, int]]:
        found = {"": 0} if _IMPORTS_WHATEVER.search(data) else {}
        for each in items.finditer(data):
            found.setdefault(each[1].decode(), data.count(b"\n", 0, each.start(1)) + 1)
        return list(found.items())

    asks: list[Ask] = []
    for group in group_pairs((each.distribution, each) for each in modules).values():
        rows = [(module, name, line) for module in group for name, line in sources.ask(module, question, look) or ()]
        if any(not name for _, name, _ in rows):
            asks += [
                Ask(wanted[name], module, line, _IN_FUNCTION, guarded=True, loaded=False)
                for module, name, line in rows
                if name and wanted[name] != module.distribution
            ]
    return tuple(asks)
