"""Whether a dotted name leads to something in an installed distribution: "redis.Redis" does, "redis.conf" does not."""

from __future__ import annotations

import re

from footprint.collect.third_party.late_loads import Library
from footprint.collect.third_party.source import Sources
from footprint.names import ModuleName, ancestors, text_bytes, word_set

# Last parts of names of files and hosts. Where the code cannot be read, they are taken for what they look like.
_NO_NAMES = word_set("""
    conf json yaml yml toml ini cfg txt py pyc log sock pid db sqlite sqlite3 html htm js ts css png svg jpg ico sh
    env lock md rst csv xml pem crt service com org net io dev local internal svc localhost exe zip gz tar whl host
    port url name enabled version
""")
_OPEN = re.compile(rb"\bimport[ \t]*\*|\b__getattr__\b")


class Leads:
    """Answers about dotted names, each module read once."""

    def __init__(self, library: Library, sources: Sources) -> None:
        """Take where modules are found and who reads them."""
        self._library, self._sources = library, sources

    def leads_to(self, name: ModuleName) -> bool:
        """Whether a name is that of a module, or begins with one whose source holds the next part as a word."""
        for module in (name, *reversed(ancestors(name))):
            found = self._library.find(module)
            if found is None:
                continue
            word = text_bytes(name[len(module) + 1 :].split(".")[0])
            data = self._sources.read(found.file) if word else b""
            if not word or (data is not None and re.search(rb"\b%s\b" % re.escape(word), data)):
                return True
            return (data is None or _OPEN.search(data) is not None) and _is_plausible(name)
        return _is_plausible(name)  # compiled, or a namespace


def _is_plausible(name: str) -> bool:
    return name.rpartition(".")[2].lower() not in _NO_NAMES
