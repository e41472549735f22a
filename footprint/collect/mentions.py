"""Strings by which the project names something to load, and third-party code that loads plugins.

Laws: a file is parsed only if a plain search finds one of the words in it; of a string nothing is kept but the name
that was looked for, since URLs hold passwords. Docstrings and comments name nothing.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

from footprint.documents.python_trees import last_name, nodes_in, nodes_of
from footprint.files.paths import place_in
from footprint.files.project_answers import ProjectAnswers
from footprint.files.reader import try_read
from footprint.knowledge.frameworks import LOADED_SETTINGS
from footprint.knowledge.servers import SETTINGS_IN_CODE
from footprint.late import late_pattern
from footprint.model.source_modules import ImportSite, Placement
from footprint.model.third_party_needs import GroupRead, InstalledModule, StringUse
from footprint.names import ModuleName, ancestors, text_bytes, top_level
from footprint.pairs import group_pairs

_Place = tuple[str, bool, int, str, str]  # text, whether of a URL, line, the call and the variable that take it

AskModule = Callable[[InstalledModule, str, Callable[[bytes], list[tuple[str, int]]]], Iterable[tuple[str, int]] | None]

_LARGEST_BYTES = 4 << 20
_LARGEST_CODE_BYTES = 2_000_000  # of what is parsed, as elsewhere: the tree takes hundreds of times as much
_LARGEST_SETTINGS_BYTES = 1 << 20
_LONGEST_NAME = 200
_NAME = re.compile(r"[A-Za-z_][\w.+-]*(?::[A-Za-z_][\w.]*)?(?:\[\w+\])?")
_SETTINGS = (
    ".env", ".env.*", "*.env", "docker-compose*.y*ml", "compose*.y*ml", "*.toml", "*.ini", "*.cfg", "settings.y*ml",
    "config.y*ml", "settings.json", "config.json", "render.yaml", "app.json",
    "log*.y*ml", "log*.conf", "log*.json",
)  # fmt: skip
# class = pythonjsonlogger.jsonlogger.JsonFormatter, as logging.config reads it from INI, YAML and JSON
_CLASS = re.compile(r"""(?:\bclass|\(\)|\bfactory)['"]?\s*[=:]\s*['"]?([A-Za-z_]\w*(?:\.\w+)+)""")
_CLASS_NAME = late_pattern(r"[A-Za-z_]\w*(?:\.\w+)*[.:][A-Z]\w*")
_ONLY_LOOK = frozenset({"replace", "startswith", "endswith", "removeprefix"})  # their first argument loads nothing
_URL = late_pattern(r"(?<![\w.+-])([A-Za-z][\w.+-]{0,80})://")
_FOLDERS = (".", "config", "conf", "settings", "backend", "app", "api", "server", "src", "alembic", "deploy", "docker")
_QUOTED = re.compile(rb"""['"]([A-Za-z_]\w*(?:\.[A-Za-z_]\w*)+)['"]""")
_LOOKUP_PARTS = (b"entry_points", b"entrypoints", b"stevedore")  # each match of _LOOKUP holds one of them
_LOOKUP = late_pattern(rb"\bentry_points\b|\biter_entry_points\b|\bstevedore\b|\bload_setuptools_entrypoints\b")


def find_settings_files(project: Path) -> tuple[str, ...]:
    """Return the settings files of a project, relative and posix: env files, compose files, TOML, INI.

    Looked for in the project's folder and in the usual ones below; links out of the tree are left alone.
    """
    found: dict[str, None] = {}
    for folder in _FOLDERS:
        for pattern in (*_SETTINGS, *SETTINGS_IN_CODE):
            try:
                paths = sorted((project / folder).glob(pattern))
            except OSError:
                continue
            for path in paths:
                if os.path.isfile(path) and place_in(project, path) is not None:  # noqa: PTH113 - False for a circle of links
                    found[path.relative_to(project).as_posix()] = None
    return tuple(found)


def find_strings(
    answers: ProjectAnswers,
    paths: Sequence[str],
    *,
    schemes: Collection[str],
    literals: Collection[str],
    heads: Collection[str],
    deployed: Collection[str] = (),
) -> tuple[StringUse, ...]:
    """Return the strings in `paths` that are one of `literals`, a dotted name below one of `heads`, or a URL.

    `deployed` are more files, none of them Python: those that say what is started, and with which variables.
    One of `heads` alone counts only where a framework loads what a list names: INSTALLED_APPS = ["tables"].
    A URL counts by its scheme, one of `schemes`, wherever it stands in the string. Schemes with a driver
    ("mysql+pymysql") count as literals, too. Files that are not Python are read line by line.
    """
    if not (schemes or literals or heads):
        return ()
    search = _LiteralSearch(schemes, literals, heads)
    question = answers.question("strings", sorted(schemes), sorted(literals), sorted(heads))
    found: list[StringUse] = []
    for path in dict.fromkeys((*paths, *deployed)):
        # Settings files have a suffix; a source without one is a script.
        in_code = path.endswith((".py", ".pyw", ".wsgi")) or "." not in path.rpartition("/")[2]
        in_code = in_code and path not in deployed
        at_most = _LARGEST_CODE_BYTES if in_code else _LARGEST_SETTINGS_BYTES
        read = search.in_code if in_code else search.in_settings
        said = answers.ask(path, f"{question} {in_code}", at_most, read) or ()
        found += [StringUse(text, is_url, path, line, in_code, *where) for text, is_url, line, *where in said]
    return tuple(found)


class _LiteralSearch:
    """The plain search that tells which files are worth more, and what it finds in them."""

    def __init__(self, schemes: Collection[str], literals: Collection[str], heads: Collection[str]) -> None:
        words = {*schemes, *literals, *heads}
        self._word = re.compile(rf"(?<![\w.-])(?:{_any_word(words)})(?![\w+-])".encode())
        self._plain = [word.encode() for word in sorted(words)]  # most files hold none: found many times faster
        named = {*literals, *(scheme for scheme in schemes if "+" in scheme)}
        self._net = _CodeNet(schemes, named, heads)
        self._wanted = _Wanted(schemes, named, heads)

    def in_code(self, data: bytes) -> list[_Place]:
        """Return what the strings of a Python file name."""
        return list(_strings_of_code(data, self._wanted)) if self._net.may_hold(data) else []

    def in_settings(self, data: bytes) -> list[_Place]:
        """Return what the lines of any other file name."""
        may_hold = any(word in data for word in self._plain) and self._word.search(data) is not None
        return list(_strings_of_settings(data, self._wanted)) if may_hold else []


def _any_word(words: Collection[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True)) or "(?!)"


_WORD_START = late_pattern(r"\w*", re.ASCII)
# What a literal, or a part of one, begins with: behind a quote, a field of an f-string, a joined line. As a set of
# signs in front these are found twice as fast as by two branches.
_BEGINNING = re.compile(rb"""['"}\\](?:(?<=['"}])|(?<=\\)\r?\n)(\w+)""")
# Behind a name its literal or a part of it ends, or a dotted name, an object in it or an escape goes on.
_GOES_ON = rb"""['"\\{.:]"""
# Behind a head its dotted name has to go on: where a part of the literal ends, another part follows.
_GOES_FURTHER = rb"""[\\.:]|['"]+[\s\\]*(?:\#[^\r\n]*[\r\n][\s\\]*){0,99}[A-Za-z]{0,2}['"]"""
_LOADED = tuple(word.encode() for word in LOADED_SETTINGS)
# The colon of a URL, also as an escape; a scheme ends before it, or in the literal or on the line before.
_COLON = re.compile(rb":[/\\]|\\(?:x3[aA]|u003[aA]|072|N\{)")
_LONGEST_SCHEME = 100
# A scheme is not a part of a word, but an escape may stand before it: "\ns3://", "\x20s3://".
_BEFORE_SCHEME = (
    r"(?:(?<![\w.-])|(?<=\\[abfnrtv0-7])|(?<=\\[0-7]{2})|(?<=\\[0-7]{3})"
    r"|(?<=\\x[\da-fA-F]{2})|(?<=\\u[\da-fA-F]{4})|(?<=\\U[\da-fA-F]{8}))"
)


class _CodeNet:
    """What tells of a Python file, without a tree, whether a literal in it may name something.

    It errs on the side of more. Words are looked up in a set, colons are few: one pattern with all words takes ten
    times as long. Docstrings are left out where something is found: that takes an eighth of the time of a tree.
    """

    def __init__(self, schemes: Collection[str], names: Collection[str], heads: Collection[str]) -> None:
        self._names, self._heads = frozenset(names), frozenset(heads)
        starts = ((_WORD_START.match(name), name) for name in self._names | self._heads)
        self._by_start = group_pairs((found[0].encode() if found else b"", name) for found, name in starts)
        self._scheme = re.compile(rf"{_BEFORE_SCHEME}(?:{_any_word(schemes)})\Z".encode()) if schemes else None
        self._ends = tuple(map(text_bytes, schemes))
        self._ended = re.compile(rf"""(?:{_any_word(schemes)})['"\\]""".encode())

    def may_hold(self, data: bytes) -> bool:
        """Whether a tree might show a literal that names something."""
        if not self._is_found(data):
            return False
        from footprint.documents.python_prose import without_prose  # few projects need it

        return self._is_found(without_prose(data))

    def _is_found(self, data: bytes) -> bool:
        # b"" for names that begin with another sign
        met = self._by_start.keys() & {b"", *_BEGINNING.findall(data)} if self._by_start else ()
        met_names = [name for start in met for name in self._by_start[start]]
        return (
            any(_name_pattern(name, _GOES_ON).search(data) for name in self._names.intersection(met_names))
            or self._may_hold_head(data, self._heads.intersection(met_names))
            or (self._scheme is not None and self._may_hold_scheme(data, self._scheme))
        )

    def _may_hold_head(self, data: bytes, heads: Collection[str]) -> bool:
        """Whether a dotted name below a head may be there, or a head alone in what a framework loads."""
        goes_on = _GOES_ON if heads and any(word in data for word in _LOADED) else _GOES_FURTHER
        return any(_name_pattern(head, goes_on).search(data) for head in heads)

    def _may_hold_scheme(self, data: bytes, scheme: re.Pattern[bytes]) -> bool:
        for colon in _COLON.finditer(data):
            place = colon.start()
            if data[place - 1 : place] in (b"'", b'"', b"\n"):
                if self._ended.search(data):  # "s3" "://bucket"
                    return True
            else:
                start = max(place - _LONGEST_SCHEME, 0)
                if data.endswith(self._ends, start, place) and scheme.search(data, start, place):  # few colons
                    return True
        return False


@cache
def _name_pattern(name: str, goes_on: bytes) -> re.Pattern[bytes]:
    word = text_bytes(re.escape(name))  # in front: found many times faster than what may stand before it
    return re.compile(rb"""%s(?:(?<=['"}]%s)|(?<=\\\n%s)|(?<=\\\r\n%s))(?=%s)""" % (word, word, word, word, goes_on))


class _Wanted:
    """What is looked for, compiled once."""

    def __init__(self, schemes: Collection[str], literals: Collection[str], heads: Collection[str]) -> None:
        self._literals, self._heads = frozenset(literals), frozenset(heads)
        self._schemes = frozenset(schemes)
        tokens = {
            text for text in literals if "." in text or "+" in text
        }  # a bare word says nothing in a settings file
        self._token = re.compile(rf"(?<![\w.+-])({_any_word(tokens)})(?![\w.+:-])")

    def _schemes_in(self, text: str) -> Iterator[str]:
        """Yield the schemes of URLs, of "db+mysql+pymysql" what stands behind the first plus as well.

        Of two parts the whole is one scheme; where nobody knows it, the second part may be one.
        """
        for match in _URL.finditer(text) if "://" in text else ():
            whole, (_, *rest) = match[1], match[1].split("+")
            if whole in self._schemes:
                yield whole
            behind = "+".join(rest)
            if behind in self._schemes and (len(rest) > 1 or whole not in self._schemes):
                yield behind

    def counts(self, text: str, assigned: str) -> bool:
        """Whether what a literal names says something where it stands: a head alone only in what is loaded."""
        return text not in self._heads or text in self._literals or assigned.endswith(LOADED_SETTINGS)

    def in_text(self, text: str) -> Iterator[tuple[str, bool]]:
        """Yield what one literal names, and whether it does so by a URL."""
        yield from ((scheme, True) for scheme in self._schemes_in(text))
        if len(text) <= _LONGEST_NAME and (
            text in self._literals or (_NAME.fullmatch(text) and top_level(text.partition(":")[0]) in self._heads)
        ):
            yield text, False

    def in_line(self, line: str) -> Iterator[tuple[str, bool]]:
        """Yield what a line of a settings file names."""
        yield from ((scheme, True) for scheme in self._schemes_in(line))
        yield from ((match[1], False) for match in self._token.finditer(line))
        yield from ((match[1], False) for match in _CLASS.finditer(line) if top_level(match[1]) in self._heads)


def _strings_of_settings(data: bytes, wanted: _Wanted) -> Iterator[_Place]:
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        if line.lstrip().startswith(("#", ";", "//")):
            continue
        for text, is_url in wanted.in_line(re.split(r"\s#", line, maxsplit=1)[0]):
            yield text, is_url, number, "", ""


def _strings_of_code(data: bytes, wanted: _Wanted) -> Iterator[_Place]:
    nodes = nodes_in(data)  # none of what does not parse: whoever reads the imports says so
    literals = (node for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str))
    named = [(node, *each) for node in literals for each in wanted.in_text(str(node.value))]
    callers, assigned, mute = _read_places(nodes) if named else ({}, {}, set[int]())
    for node, text, is_url in named:
        variable = assigned.get(id(node), "")
        if id(node) not in mute and (is_url or wanted.counts(text, variable)):
            yield text, is_url, node.lineno, callers.get(id(node), ""), variable


_PLACES = frozenset({ast.Expr, ast.Dict, ast.Call, ast.Assign, ast.AugAssign, ast.AnnAssign})


def _read_places(nodes: Sequence[ast.AST]) -> tuple[dict[int, str], dict[int, str], set[int]]:
    """Return, by id of a constant, its call and the variable it becomes a part of; last, what names nothing."""
    callers: dict[int, str] = {}
    assigned: dict[int, str] = {}
    mute: set[int] = set()
    for node in nodes:
        if type(node) not in _PLACES:  # most: to match each against all would take as long as the walk
            continue
        match node:
            case ast.Expr(value=ast.Constant() | ast.JoinedStr()):
                mute.update(map(id, nodes_of(node)))
            case ast.Dict(keys=keys, values=values):  # a key is looked up, not loaded: the names of loggers
                mute.update(id(key) for key, value in zip(keys, values, strict=True) if not _is_ranked(key, value))
            case ast.Call():
                callers |= {id(part): last_name(node.func) for part in _arguments(node)}
                if last_name(node.func) in _ONLY_LOOK:
                    mute.update(id(part) for part in node.args[:1])
                match node.func:
                    case ast.Attribute(value=ast.Name(id=name), attr="append" | "extend" | "insert"):
                        assigned |= {id(part): name for argument in node.args for part in nodes_of(argument)}
            case ast.Assign(targets=[ast.Name(id=name), *_]) | ast.AugAssign(target=ast.Name(id=name)):
                assigned |= {id(part): name for part in nodes_of(node.value)}
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                assigned |= {id(part): name for part in nodes_of(value)}
    return callers, assigned, mute


def _is_ranked(key: ast.expr | None, value: ast.expr) -> bool:
    """Whether a row of a table is a class and its place among others: Scrapy loads {"scrapy_splash.SplashX": 723}.

    None in the place of the number takes a class out.
    """
    is_number = isinstance(value, ast.Constant) and type(value.value) is int
    return is_number and isinstance(key, ast.Constant) and _CLASS_NAME.fullmatch(str(key.value)) is not None


def _arguments(call: ast.Call) -> Iterator[ast.expr]:
    for argument in (*call.args, *(keyword.value for keyword in call.keywords)):
        yield argument
        if isinstance(argument, (ast.List, ast.Tuple)):  # CryptContext(schemes=["bcrypt"])
            yield from argument.elts


def find_named_modules(
    answers: ProjectAnswers, paths: Iterable[str], find: Callable[[ModuleName], InstalledModule | None]
) -> tuple[ImportSite, ...]:
    """Return the installed modules below a package that quoted dotted names in `paths` lead to, as if imported there.

    {"ENGINE": "haystack.backends.whoosh_backend.WhooshEngine"} has Django load that backend, which asks for whoosh.
    """
    named: dict[str, tuple[str, int]] = {}
    for path in dict.fromkeys(paths):
        for text, number in answers.ask(path, "quoted names", _LARGEST_SETTINGS_BYTES, _quoted_names) or ():
            named.setdefault(text, (path, number))
    found: dict[ModuleName, ImportSite] = {}
    for text, (path, number) in named.items():
        module = next((name for name in (text, *reversed(ancestors(text))) if "." in name and find(name)), None)
        if module is not None:
            site = ImportSite(path, number, module, (), 0, Placement.MODULE, None, False, "string", ())
            found.setdefault(module, site)
    return tuple(found.values())


def _quoted_names(data: bytes) -> list[tuple[str, int]]:
    """Return the quoted dotted names of a file that stand in no line of comment, each with its first line."""
    data = data.replace(b"\r\n", b"\n").replace(b"\r", b"\n") if b"\r" in data else data
    found: dict[str, int] = {}
    number, counted = 1, 0
    for match in _QUOTED.finditer(data):
        start = data.rfind(b"\n", 0, match.start()) + 1
        if (text := match[1].decode()) not in found and not data[start : match.start()].lstrip().startswith(b"#"):
            number, counted = number + data.count(b"\n", counted, start), start
            found[text] = number
    return list(found.items())


def keep_resolved(strings: Iterable[StringUse], find: Callable[[ModuleName], InstalledModule | None]) -> set[StringUse]:
    """Return the dotted strings that lead to a module, or to a name that stands in the module they lead to.

    `find` returns the source of an installed module. "redis.host" is the name of a setting, "redis.Redis" a class.
    """
    return {use for use in strings if not use.is_url and _resolves(use.text, find)}


def _resolves(text: str, find: Callable[[ModuleName], InstalledModule | None]) -> bool:
    dotted = text.replace(":", ".")
    for module in (dotted, *reversed(ancestors(dotted))):
        found = find(module)
        if found is not None:
            rest = dotted[len(module) + 1 :].split(".")[0]
            data = try_read(found.file, bytes_at_most=_LARGEST_BYTES) if rest else b""
            return not rest or (
                data is not None and re.search(rb"\b%s\b" % re.escape(text_bytes(rest)), data) is not None
            )
    return False


def find_group_reads(
    modules: Iterable[InstalledModule], groups: Collection[str], ask: AskModule, question: str = "groups"
) -> tuple[GroupRead, ...]:
    """Return which of `modules` name one of the `groups` of entry points beside a call that looks groups up.

    `ask` asks a question, which differs where the groups do, of a module.
    """
    if not groups:
        return ()
    usual = b"|".join(re.escape(text_bytes(group)) for group in sorted(groups, key=len, reverse=True))
    quoted = re.compile(rb"""['"](%s)['"]""" % usual)

    def read_groups(data: bytes) -> list[tuple[str, int]]:
        if not any(part in data for part in _LOOKUP_PARTS) or not _LOOKUP.search(data):
            return []
        return [(match[1].decode(), data.count(b"\n", 0, match.start()) + 1) for match in quoted.finditer(data)]

    found: dict[tuple[str, str], GroupRead] = {}
    for module in modules:
        for group, line in ask(module, question, read_groups) or ():
            found.setdefault((group, module.distribution), GroupRead(group, module, line))
    return tuple(found.values())
