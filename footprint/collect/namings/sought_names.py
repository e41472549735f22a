"""The names that are sought, and the ways in which a piece of text names one of them.

Laws: a name is a whole word. A dotted name has to lead to something that is installed: "redis.conf" is a file.
Nothing is kept of a text but the name.
"""

from __future__ import annotations

import re
import textwrap
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

from footprint.documents.python_trees import imports_of, nodes_in
from footprint.late import late_pattern
from footprint.model.namings import SoughtName
from footprint.names import DistributionName, ModuleName, owner_of, text_bytes, word_set
from footprint.values import dataclass

Resolve = Callable[[ModuleName], bool]

_LONGEST_TEXT = 4_000  # characters in which a command or code is looked for
_LONGEST_NAME = 200
_DOTTED = late_pattern(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*(?::[A-Za-z_][\w.]*)?")
_REQUIREMENT = late_pattern(r"([A-Za-z0-9][\w.-]*)\s*(?:\[[\w\s,.-]*\])?\s*(?:[<>=!~]=[^;]*|[<>][^;]*)?(?:;.*)?")
_SCHEME = late_pattern(r"([A-Za-z][\w+.-]*)://")
_TAG = late_pattern(  # !!python/name:pkg.mod.Class of YAML, egg:name#app of Paste
    r"!*(?:python|py|egg|call)(?:/[\w/]+)?:([A-Za-z_][\w.-]*)(?:[#:][\w.]+)?"
)
_LIST = late_pattern(r"[\w.\-\[\]]+(?:\s*[,;|]\s*[\w.\-\[\]]+)+,?")
_IMPORTS = late_pattern(r"(?:^|[;\n'\"])\s*(?:import|from)\s+[A-Za-z_]")
_PARTS = late_pattern(rb"\w+")
# Each search for one takes 0.6 ns a byte, the words of a file 35: the two meet at about sixty names.
_SEARCHED_ONE_BY_ONE = 60
_WORD = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
# Names of plugins that are ordinary words as well: they say nothing but in a URL.
_ORDINARY = word_set("""
    default basic simple local memory static files table plain markdown python shell console string index stdout
    stream filter image video audio token event model
""")


@dataclass(frozen=True, slots=True)
class FoundName:
    """A name that was found. `line` is 1-based, in the file or in the text that was asked about."""

    distribution: DistributionName
    text: str
    line: int


def at_line(line: int, found: Iterable[FoundName]) -> Iterator[FoundName]:
    """Yield what was found in a part of a file with its line there."""
    yield from (FoundName(each.distribution, each.text, line) for each in found)


@dataclass(frozen=True, slots=True)
class Settled:
    """What the tables decide: URL schemes and calls of which it is known who reads them, and who is not there."""

    schemes: frozenset[str] = frozenset()
    calls: frozenset[tuple[str, str]] = frozenset()  # by name and argument: ("BeautifulSoup", "html5lib") without bs4


NOTHING_SETTLED = Settled()


class Sought:
    """Answers which of the sought names a text holds."""

    def __init__(self, names: Iterable[SoughtName], resolve: Resolve, settled: Settled = NOTHING_SETTLED) -> None:
        """Take the names. `resolve` says whether a dotted name leads to something installed."""
        self._names, self._resolve, self.settled = tuple(names), resolve, settled
        self._whole: dict[str, DistributionName] = {}
        self._modules: dict[ModuleName, DistributionName] = {}
        self._commands: dict[str, DistributionName] = {}
        self._plugins: dict[str, DistributionName] = {}
        for name in self._names:
            self._modules.update((module, name.distribution) for module in name.modules)
            self._whole.update((word, name.distribution) for word in (*name.spellings, *name.modules))
            self._commands.update((word, name.distribution) for word in name.commands)
            self._plugins.update((word, name.distribution) for word in name.plugins)

    @cached_property
    def distributions(self) -> frozenset[DistributionName]:
        """Whose names are sought."""
        return frozenset(name.distribution for name in self._names)

    def without(self, distributions: Collection[DistributionName]) -> Sought:
        """Return the search for all the others."""
        left = tuple(name for name in self._names if name.distribution not in distributions)
        return self if len(left) == len(self._names) else Sought(left, self._resolve, self.settled)

    # Bytes of a file

    @cached_property
    def _words(self) -> tuple[bytes, ...]:
        plugins = (word for word in self._plugins if _is_telling(word))
        return tuple(text_bytes(word) for word in sorted({*self._whole, *self._commands, *plugins}))

    @cached_property
    def _cores(self) -> tuple[bytes, ...] | None:
        """The shortest words that a file must hold: "redis" stands for "redis.asyncio" and "django-redis", too.

        None where they are too many to search for each.
        """
        cores: list[bytes] = []
        for word in sorted(self._words, key=len):
            if not any(core in word for core in cores):
                cores.append(word)
                if len(cores) > _SEARCHED_ONE_BY_ONE:
                    return None
        return tuple(cores)

    def stands_in(self, data: bytes) -> bool:
        """Whether `data` holds any of the names, or a part that looks like one."""
        if self._cores is not None:
            return any(core in data for core in self._cores)
        return not self._by_part.keys().isdisjoint(_PARTS.findall(data))

    @cached_property
    def _by_part(self) -> Mapping[bytes, Sequence[bytes]]:
        """The words by their longest part: "logger" of "python-json-logger", the last of equally long ones."""
        found: dict[bytes, list[bytes]] = {}
        for word in self._words:
            parts = _PARTS.findall(word) or [b""]
            found.setdefault(max(reversed(parts), key=len), []).append(word)
        return found

    def _words_in(self, data: bytes) -> Iterable[bytes]:
        """Return the words that may stand in `data` as whole words, in the order in which they are sought."""
        if len(self._words) <= _SEARCHED_ONE_BY_ONE:
            return self._words
        parts = {b"", *_PARTS.findall(data)}
        return sorted(chain.from_iterable(self._by_part.get(part, ()) for part in parts))

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(core.decode() for core in self._cores or ())

    def stands_in_text(self, text: str) -> bool:
        """Say the same of a text."""
        return any(core in text for core in self._texts) if self._texts else self.stands_in(text_bytes(text))

    def lines_in_code(self, data: bytes) -> tuple[int, ...]:
        """Return the lines of Python source on which a name may stand in a string that is more than prose."""
        lines: list[int] = []
        counted, line = 0, 1
        for position in sorted(position for position, _ in self._places_in_code(data)):
            line += data.count(b"\n", counted, position)
            counted = position
            lines.append(line)
        return tuple(lines)

    def quoted_in(self, data: bytes) -> Iterator[FoundName]:
        """Yield the names that are whole literals of Python source, as they stand: nothing is parsed."""
        for position, word in self._places_in_code(data):
            end = position + len(word)
            name = self._whole.get(word.decode())
            if name is not None and data[position - 1 : position] == data[end : end + 1] in (b"'", b'"'):
                yield FoundName(name, word.decode(), data.count(b"\n", 0, position) + 1)

    def _places_in_code(self, data: bytes) -> Iterator[tuple[int, bytes]]:
        for word in self._words_in(data):
            position = data.find(word)
            while position >= 0:
                end = position + len(word)
                if _is_attribute(data, position, word) or _may_be_named(
                    data, position, end, is_command=word.decode() in self._commands
                ):
                    yield position, word
                position = data.find(word, end)

    def expression(self, dotted: str) -> Iterator[FoundName]:
        """Yield whose module an expression of names and dots is, where that is a part of a namespace."""
        if "." in dotted and dotted in self._modules:
            yield FoundName(self._modules[dotted], dotted, 1)

    # Text

    def in_text(self, text: str, *, plugins: bool = True) -> Iterator[FoundName]:
        """Yield what a value names that is no sentence: a word, a dotted name, a list of them, the scheme of a URL.

        `plugins`: also by the names under which it registers, which are words of any kind.
        """
        text = text.strip()
        scheme = _SCHEME.match(text)
        if scheme is not None:
            yield from self._in_scheme(scheme[1])
        elif len(text) <= _LONGEST_NAME:
            tag = _TAG.fullmatch(text)
            yield from self._in_word(tag[1] if tag else text, plugins=plugins)
            if _LIST.fullmatch(text):
                for word in re.split(r"[\s,;|]+", text):
                    yield from self._in_word(word, plugins=plugins)

    def _in_word(self, text: str, *, plugins: bool) -> Iterator[FoundName]:
        name = self._whole.get(text) or (self._plugins.get(text) if plugins and _is_telling(text) else None)
        if name is not None:
            yield FoundName(name, text, 1)
        elif _DOTTED.fullmatch(text):
            yield from self._in_dotted(text)
        else:
            line = _REQUIREMENT.fullmatch(text)
            if line is not None and line[1] in self._whole:
                yield FoundName(self._whole[line[1]], line[1], 1)

    def _in_dotted(self, text: str) -> Iterator[FoundName]:
        name = self.owner_of(text.partition(":")[0])
        if name is not None and self._resolve(text.replace(":", ".")):
            yield FoundName(name, text, 1)

    def _in_scheme(self, scheme: str) -> Iterator[FoundName]:
        if scheme in self.settled.schemes:
            return
        for part in dict.fromkeys((scheme, *scheme.split("+"))):
            name = self._whole.get(part) or self._plugins.get(part)
            if name is not None:
                yield FoundName(name, f"{part}://", 1)

    def owner_of(self, module: ModuleName) -> DistributionName | None:
        """Return whose module a dotted name is, by the longest import name that it begins with."""
        return owner_of(module, self._modules) if len(module) <= _LONGEST_NAME else None

    def command(self, word: str) -> Iterator[FoundName]:
        """Yield what the first word of a command names: "/usr/bin/gunicorn" is gunicorn."""
        word = word.rpartition("/")[2]
        if word in self._commands:
            yield FoundName(self._commands[word], word, 1)

    def module_run(self, module: ModuleName) -> Iterator[FoundName]:
        """Yield whose module `python -m` runs."""
        name = self.owner_of(module) if _DOTTED.fullmatch(module) else None
        if name is not None:
            yield FoundName(name, module, 1)

    def in_code(self, text: str) -> Iterator[FoundName]:
        """Yield what the import statements of a text name, where the text is Python: "import redis; redis.Redis()"."""
        if len(text) > _LONGEST_TEXT or not _IMPORTS.search(text):
            return
        for node in nodes_in(textwrap.dedent(text)):
            for module, names in imports_of(node):
                for dotted in (f"{module}.{name}" for name in names) if names else (module,):
                    owner = self.owner_of(dotted)
                    if owner is not None:
                        yield FoundName(owner, dotted, getattr(node, "lineno", 1))


def _is_telling(plugin: str) -> bool:
    return len(plugin) > 4 and plugin not in _ORDINARY


def _is_attribute(data: bytes, position: int, word: bytes) -> bool:
    """Whether a dotted word may be an expression: a part of a namespace, which another import loads."""
    around = data[position - 1 : position], data[position + len(word) : position + len(word) + 1]
    return b"." in word and around[0] not in _BEFORE_NO_NAME and _PARTS_OF_WORDS.isdisjoint(around)


def _may_be_named(data: bytes, position: int, end: int, *, is_command: bool) -> bool:
    """Whether a word of Python source may be a literal, a part of one that names it, or imported by code in one.

    Asked for every word of every file that holds it: what is only a word of a sentence has to be passed over here.
    """
    before, after = data[position - 1 : position], data[end : end + 1]
    if before in _PARTS_OF_WORDS or after in _PARTS_OF_WORDS or after == b"-":
        return False
    if before in (b"'", b'"'):
        is_of_more = after == b" " and (is_command or data[end + 1 : end + 2] in _ENDS_OF_REQUIREMENTS)
        return after in _ENDS or is_of_more or _is_taken_apart(data, end)
    if before == b"/":
        return is_command
    if before in (b"+", b",", b";", b"|", b"=", b"(", b"\n"):
        return True
    if before not in (b" ", b"\t"):
        return False
    words = data[max(0, position - _LOOKED_BACK) : position].rpartition(b"\n")[2].split()
    previous = words[-1] if words else b""
    is_lead = previous in _LEADS or previous[:1] == b"-" or previous[-1:] in (b",", b";", b"|")
    return is_lead or _is_taken_apart(data, end)


def _is_taken_apart(data: bytes, end: int) -> bool:
    """Whether the literal around a word is split into words: "memory redis".split()."""
    return b".split(" in data[end : end + _LOOKED_BACK].partition(b"\n")[0]


_PARTS_OF_WORDS = frozenset(bytes((code,)) for code in _WORD)
_BEFORE_NO_NAME = frozenset({b"'", b'"', b"."})  # a literal, and an attribute of something else
_ENDS = frozenset(bytes((sign,)) for sign in b"'\".:[<>=!~,;|+\\&")
_ENDS_OF_REQUIREMENTS = frozenset(bytes((sign,)) for sign in b"<>=!~-&|,;")
_LEADS = frozenset({b"import", b"from", b"-m", b"exec", b"&&", b"||", b"sudo", b"run"})
_LOOKED_BACK = 200
