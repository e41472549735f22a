"""The values of YAML, TOML and INI files with the keys that lead to them, read line by line.

A template of such a file, and one that is broken elsewhere, is read as far as its lines go. Only lines that hold a
name are taken apart.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from footprint.documents.json_lines import LENIENT, JsonPlaces, string_in
from footprint.late import late_pattern
from footprint.names import word_set
from footprint.values import dataclass

_PART = late_pattern(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
# What stands under them is left out, switched off, or only spoken of.
_CONTRARY = word_set("""
    disable disabled disables exclude excluded excludes excluding ignore ignored ignores skip skipped skips without
    omit omitted deny denied denylist blacklist blocklist blocked forbid forbidden remove removed deprecated
    unsupported silence silenced not mute muted suppress suppressed logger loggers unused unwanted banned never
""")
_LABELS = word_set("""
    help description title label doc docs summary epilog usage message messages msg placeholder caption comment
    comments note notes extra tags keywords classifiers author authors license copyright agent hint tooltip example
    examples tagline heading host hostname hosts server servers address domain email image username user password
    secret level icon color colour fill stroke background foreground css cookie cookies i18n locale
""")


# "server_name", "db_table": what somebody's own things are called.
_NAMES = frozenset({"name", "names", "id", "table"})
_THINGS = word_set("""
    server service host user app job container project model table field column event queue task thread process
    metric span index collection database db bucket topic stream group channel account domain logger route view url
    image
""")


_LOGGERS = frozenset({"logger", "loggers"})
_CLASSES = word_set("class classes cls factory backend type handler handlers module")


def is_contrary(name: str) -> bool:
    """Whether what is named there is not wanted, or only logged: "excludes", "DISABLED_APPS", "loggers".

    The class of a logger is loaded: `logger_class` of gunicorn.
    """
    parts = parts_of(name)
    found = _CONTRARY.intersection(parts)
    return bool(found) and not (found <= _LOGGERS and parts[-1] in _CLASSES)


def is_label(name: str) -> bool:
    """Whether a value of that name is meant for people, or names a machine: "help_text", "User-Agent", "REDIS_HOST"."""
    parts = parts_of(name)
    if not parts:
        return False
    is_of_a_thing = len(parts) > 1 and parts[-1] in _NAMES and parts[-2] in _THINGS
    return is_of_a_thing or parts[-1] in _LABELS or parts[0] in ("help", "verbose", "description")


def parts_of(name: str) -> list[str]:
    """Return the words of a name in lower case: "userAgent" and "USER_AGENT" are user and agent."""
    return [part.lower() for part in _PART.findall(name)]


Concerns = Callable[[str], bool]  # whether a text holds a name that is sought

_COMMENT = late_pattern(r"(?:^|\s)#")
_LONGEST_LINE = 2_000  # characters: a longer one is data


def lines_of(text: str) -> list[str]:
    """Return the lines of a text, empty ones for those that are too long to be anybody's settings."""
    return [line if len(line) <= _LONGEST_LINE else "" for line in text.splitlines()]


@dataclass(frozen=True, slots=True)
class KeyedValue:
    """A text of a settings file. `is_key`: it is itself a key, below `keys`; `is_command`: a line of a script."""

    keys: tuple[str, ...]  # outermost first
    text: str
    line: int
    is_key: bool = False
    is_command: bool = False
    is_section: bool = False  # a key that heads a part of the file


def value_of(text: str) -> str:
    """Return a value without quotes and without the comment behind it."""
    text = text.strip()
    return text[1:].partition(text[0])[0] if text[:1] in ("'", '"') else _COMMENT.split(text, maxsplit=1)[0].strip()


_YAML = late_pattern(
    r"""^(?P<indent>\s*)(?P<dashes>(?:-\s+)*)(?:(?P<key>"[^"]*"|'[^']*'|[^\s:#'"\[{][^:#]*):(?:\s+|$))?(?P<rest>.*)$"""
)
_BLOCK = late_pattern(r"[|>][+-]?\d*\s*(?:#.*)?$")
_FLOW_PAIR = late_pattern(r"""(?<![\w.-])([\w.-]+)["']?\s*:\s*["']?([^,{}\[\]"']+)""")
_FLOW_ITEM = late_pattern(r""""([^"]*)"|'([^']*)'|([^,\[\]{}]+)""")
_FALSE = late_pattern(r"false|no|off", re.IGNORECASE)
_SWITCHED_OFF = late_pattern(
    r"\s*(?:(?:enabled?|active)\s*:\s*(?:false|no|off)|disabled?\s*:\s*(?:true|yes|on))\b", re.IGNORECASE
)
_LONGEST_KEY = 100
_LINES_OF_ONE = 8  # after the one that names it
_STRING = late_pattern(r""""([^"\n]*)"|'([^'\n]*)'""")
_TOML_HEADER = late_pattern(r"\s*\[+([^\]]+)\]+\s*(?:#.*)?$")
_TOML_KEY = late_pattern(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=\s*(.*)""")
_INNER_KEY = late_pattern(r"""([\w.-]+)["']?\s*=\s*$""")
_INI_SECTION = late_pattern(r"\s*\[([^\]]+)\]\s*$")
_INI_PAIR = late_pattern(r"([\w.\-\[\]<>$*]+(?:\s[\w.-]+)?)\s*[=:]\s*(.*)")


def yaml_values(text: str, concerns: Concerns) -> Iterator[KeyedValue]:
    """Yield the scalars that hold a name, by indentation; lines of a block scalar are commands if their key says so."""
    above: list[tuple[int, str]] = []  # the open keys with their columns
    block: int | None = None  # column of the key whose block scalar is read
    before = ""
    lines = lines_of(text)
    for number, line in enumerate(lines, start=1):
        bare = line.strip()
        if not bare or (bare.startswith("#") and block is None):
            continue
        column = len(line) - len(line.lstrip())
        if block is not None and column > block:
            if concerns(line):
                yield KeyedValue(_keys(above, block + 1), _of_pair(bare), number, is_command=_of_pair(bare) == bare)
            continue
        block = None
        match = _YAML.match(line)
        if match is None:
            continue
        column += len(match["dashes"])
        while above and above[-1][0] >= column:
            above.pop()
        key = (match["key"] or "").strip().strip("\"'")
        if concerns(line) and not _is_off(lines, number, column, match["rest"]):
            yield from _yaml_line(_keys(above, column), key, match["rest"], number, before)
        if key:
            above.append((column, key))
            block = column if _BLOCK.match(match["rest"]) else None
        elif _BLOCK.match(match["rest"]):
            block = column - 1
        before = bare


def _is_off(lines: list[str], number: int, column: int, rest: str) -> bool:
    """Whether what a line names is switched off, by its own value or by one of the next lines that belong to it."""
    if _FALSE.fullmatch(rest.strip()):
        return True
    for line in lines[number : number + _LINES_OF_ONE]:
        indent = len(line) - len(line.lstrip())
        if line.strip() and (indent < column or (indent == column and not rest.strip()) or line.lstrip()[:1] == "-"):
            return False
        if _SWITCHED_OFF.match(line):
            return True
    return False


def _yaml_line(keys: tuple[str, ...], key: str, rest: str, number: int, before: str) -> Iterator[KeyedValue]:
    if key:
        yield KeyedValue(keys, key, number, is_key=True)
        keys = (*keys, key)
    value = rest.strip()
    if value[:1] in ("[", "{"):
        pairs = list(_FLOW_PAIR.finditer(value)) if ":" in value else []
        yield from (KeyedValue((*keys, pair[1]), pair[2].strip(), number) for pair in pairs)
        items = [next(filter(None, item.groups()), "").strip() for item in _FLOW_ITEM.finditer(value)]
        yield from (KeyedValue(keys, item, number) for item in items if not pairs)
        yield KeyedValue(keys, " ".join(items), number)
    else:
        yield KeyedValue(keys, value_of(value), number)
        if before.startswith("- -") and not key:  # the value of an option in a list of arguments
            yield KeyedValue(("option",), value_of(value), number)


def _keys(above: list[tuple[int, str]], column: int) -> tuple[str, ...]:
    return tuple(key for at, key in above if at < column)


def _of_pair(line: str) -> str:
    """Return the value of a line such as "class = pkg.Class" in a text within a text; any other line as it is."""
    match = re.fullmatch(r"[\w.()-]+\s*[=:]\s*([^\s=]+)", line)
    return match[1].strip("\"'") if match else line


def toml_values(text: str, concerns: Concerns) -> Iterator[KeyedValue]:
    """Yield the strings that hold a name, below their table and key, and keys that do."""
    table: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    for number, line in enumerate(lines_of(text), start=1):
        header = _TOML_HEADER.match(line)
        if header is not None and not line.lstrip().startswith('["'):
            table, key = _toml_parts(header[1]), ()
            if concerns(line) and table:
                yield KeyedValue(table[:-1], table[-1], number, is_key=True)
            continue
        pair = _TOML_KEY.match(line)
        rest = line
        if pair is not None:
            key, rest = _toml_parts(pair[1]), pair[2]
            if key and concerns(pair[1]) and not rest.startswith("false"):
                yield KeyedValue((*table, *key[:-1]), key[-1], number, is_key=True)
        if concerns(rest) and not rest.lstrip().startswith("#"):
            for string in _STRING.finditer(rest):
                inner = _INNER_KEY.search(rest, max(0, string.start() - _LONGEST_KEY), string.start())
                more = (inner[1],) if inner is not None else ()
                yield KeyedValue((*table, *key, *more), string[1] or string[2] or "", number)


def _toml_parts(text: str) -> tuple[str, ...]:
    return tuple(part.strip().strip("\"'") for part in re.findall(r""""[^"]*"|'[^']*'|[^.\s]+""", text))


def ini_values(text: str, concerns: Concerns) -> Iterator[KeyedValue]:
    """Yield the values that hold a name, below their section and key; a line that is set in goes on with the key."""
    section: tuple[str, ...] = ()
    key: tuple[str, ...] = ()
    for number, line in enumerate(lines_of(text), start=1):
        bare = line.strip()
        if not bare or bare[0] in "#;":
            continue
        head = _INI_SECTION.match(line)
        if head is not None:
            section, key = (head[1],), ()
            if concerns(head[1]):
                yield KeyedValue((), head[1], number, is_key=True, is_section=True)
            continue
        pair = _INI_PAIR.match(bare)
        is_continued = line[0] in " \t" and bool(key)
        if pair is not None and not (is_continued and ":" not in bare.partition("=")[0] and "=" not in bare):
            key = (pair[1],)
        if concerns(bare):
            value = pair[2] if pair is not None else bare
            yield KeyedValue((*section, *key), value_of(value).rstrip(",;"), number)


_DEPTH_AT_MOST = 100
_OFF = late_pattern(  # "redis": false, "redis": {"enabled": false}
    rb"""\s*:\s*(?:false|null|\{[^{}]{0,400}["'](?:enabled?|active)["']\s*:\s*false)\b"""
)


def json_values(text: str, concerns: Concerns) -> Iterator[KeyedValue]:
    """Yield the strings that hold a name, keys among them."""
    data = text.encode("utf-8", "replace")
    places = JsonPlaces(data, LENIENT)
    for kind, found in places:
        if len(places.path) > _DEPTH_AT_MOST + 1:
            return
        word, is_key = string_in(found) if kind in ("key", "value") else "", kind == "key"
        if word and concerns(word) and not (is_key and _OFF.match(data, found.end())):
            keys = places.path[:-1] if is_key else places.path
            above = tuple(key for key in keys if isinstance(key, str) and key)
            yield KeyedValue(above, word, places.line_of(found), is_key=is_key)
