"""The places in the project's own code and settings where it says which of several alternatives it takes.

Laws: a file is parsed only if a plain search finds one of the words in it. Of a text nothing is kept but a value that
a chooser knows: URLs hold passwords.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from footprint.collect.choices.known_names import KnownNames
from footprint.collect.choices.syntax import Called, Syntax, find_calls, read_syntax
from footprint.documents.expression_texts import OPEN, PossibleTexts
from footprint.documents.python_trees import try_python
from footprint.files.project_answers import ProjectAnswers
from footprint.files.reader import try_read
from footprint.late import late_pattern
from footprint.model.third_party_needs import Choice, Chooser
from footprint.pairs import group_pairs
from footprint.values import as_dict, dataclass, field

_LARGEST_SETTINGS = 1 << 20
_LONGEST_LINE = 2_000
_LINE = re.compile(r"""\s*(?:-\s+)?(?:export\s+|ENV\s+|ARG\s+)?["']?([A-Za-z_][\w.]*)["']?\s*[=:\s]\s*(\S.*)""")
_PAIR = re.compile(r"""(?:^|\s)([A-Za-z_]\w*)=("[^"]*"|'[^']*'|\S+)""")  # several in one line of a Dockerfile
_DEFAULT = re.compile(r"\$\{[^}:]*:?-([^}]*)\}")
# An env file describes one machine, and an example of one none at all; these say what is deployed.
_DEPLOYED = late_pattern(r"(?i)dockerfile|containerfile|compose|render\.ya?ml|fly\.|app\.ya?ml|app\.json|procfile")


@dataclass(frozen=True, slots=True)
class SettingLine:
    """One name with its value, as it stands in a file; never to be shown, it may be a secret."""

    name: str
    value: str
    path: str
    line: int
    is_deployed: bool


def read_settings(file: Path, path: str) -> Iterator[SettingLine]:
    """Yield what a settings file assigns; `path` is how the project calls it."""
    data = try_read(file, bytes_at_most=_LARGEST_SETTINGS) or b""
    is_deployed = _DEPLOYED.search(path.rpartition("/")[2]) is not None
    for number, line in enumerate(data.decode("utf-8", "replace").splitlines(), start=1):
        if len(line) > _LONGEST_LINE or line.lstrip().startswith(("#", ";", "//")):
            continue
        text = re.split(r"\s#", line, maxsplit=1)[0]
        found = _LINE.match(text)
        pairs = dict(_PAIR.findall(text)) or ({found[1]: found[2]} if found else {})
        for name, value in pairs.items():
            yield SettingLine(name, _bare(value), path, number, is_deployed)


def _bare(value: str) -> str:
    text = value.strip().rstrip(",").strip("\"'")
    default = _DEFAULT.fullmatch(text)
    return default[1] if default else text


_LARGEST_BYTES = 2_000_000
_MOST_FILES = 60  # that are parsed only for the names in them
_ROUNDS = 2
_NOTHING = frozenset({"", "None"})


@dataclass(slots=True)
class _Files:
    """The files of one look, each read once, parsed when a word is in it."""

    project: Path
    paths: Sequence[str]
    names: KnownNames = field(default_factory=KnownNames)
    parsed: dict[str, Syntax] = field(default_factory=dict)
    _texts: dict[str, bytes] = field(default_factory=dict)

    def parse_those_with(self, is_found: Callable[[bytes], object], at_most: int) -> None:
        """Parse the files in which something is found, none if they are too many."""
        found = [path for path in self.paths if path not in self.parsed and is_found(self._read(path))]
        for path in found if len(found) <= at_most else ():
            tree = try_python(self._read(path))
            if tree is not None:  # else whoever reads the imports says so
                self.parsed[path] = read_syntax(tree)
                self.names.learn(self.parsed[path])

    def _read(self, path: str) -> bytes:
        if path not in self._texts:
            self._texts[path] = try_read(self.project / path, bytes_at_most=_LARGEST_BYTES) or b""
        return self._texts[path]


def find_choices(
    project: Path, paths: Sequence[str], choosers: Iterable[Chooser], answers: ProjectAnswers | None = None
) -> tuple[Choice, ...]:
    """Return where the project chooses: `paths` are its reached sources and its settings files.

    Shape: in the order of the choosers, then of the files. A place of which the text does not tell the value is open.
    """
    choosers = tuple(choosers)
    if not choosers:
        return ()
    settings = [*(path for path in paths if not _is_code(path)), *find_image_files(project)]
    if answers is None:
        return _find_choices(project, paths, settings, choosers)

    def find() -> list[tuple[object, ...]]:
        return [tuple(as_dict(each).values()) for each in _find_choices(project, paths, settings, choosers)]

    question = answers.question("choices", choosers, paths, settings)
    rows: list[Any] = answers.ask_together([*paths, *settings], question, _LARGEST_BYTES, find)
    return tuple(
        Choice(chooser, what, path, line, tuple(values), *flags) for chooser, what, path, line, values, *flags in rows
    )


def _find_choices(
    project: Path, paths: Sequence[str], settings: Sequence[str], choosers: Sequence[Chooser]
) -> tuple[Choice, ...]:
    stated = [setting for path in dict.fromkeys(settings) for setting in read_settings(project / path, path)]
    files = _Files(project, [path for path in dict.fromkeys(paths) if _is_code(path)])
    for setting in stated:
        known = next((key for each in choosers if (key := _key(setting.value, each)) is not None), None)
        if known is not None:
            files.names.settings.setdefault(setting.name.upper(), []).append(known)
    files.parse_those_with(_search_for(choosers), len(files.paths))
    search = _ChooserSearch(choosers, files)
    for _ in range(_ROUNDS):
        asked = frozenset(files.names.asked)
        search.run()
        if files.names.asked == asked:
            break
        files.parse_those_with(_assignments_of(files.names.asked - asked).search, _MOST_FILES)
    found = [choice for chooser in choosers for choice in (*search.found[chooser.name], *_of_settings(chooser, stated))]
    return tuple(dict.fromkeys(found))


def _is_code(path: str) -> bool:
    """Whether a file is Python: settings files have another suffix, a source without one is a script."""
    name = path.rpartition("/")[2]
    return name.endswith((".py", ".pyw", ".wsgi", ".ipynb")) or "." not in name


def find_image_files(project: Path) -> Iterator[str]:
    """Yield the files that say how images are made, which other settings files do not include."""
    for folder in (project, project / "docker", project / "deploy"):
        for pattern in ("Dockerfile*", "*.Dockerfile", "Containerfile"):
            try:
                yield from sorted(path.relative_to(project).as_posix() for path in folder.glob(pattern))
            except OSError:
                continue


def _search_for(choosers: Iterable[Chooser]) -> Callable[[bytes], bool]:
    """Return what tells of a file whether something may be chosen in it.

    A call has to be named to the end and where it is imported from: "bs4.BeautifulSoup" by both words.
    """
    wanted: dict[str, set[str]] = {}
    for chooser in choosers:
        for word in (*chooser.settings, *(chooser.values if chooser.by_url else ())):
            wanted.setdefault(word, set()).add(word)
        for call in chooser.calls:
            owner, _, word = call.rpartition(".")
            wanted.setdefault(word, set()).add(owner.partition(".")[0] or word)
    by_owners: dict[tuple[str, ...], list[tuple[str, bytes]]] = {}
    for word, owners in sorted(wanted.items()):
        if not _is_implied(word, wanted):
            by_owners.setdefault(tuple(sorted(owners)), []).append((word, word.encode()))
    by_head = group_pairs((_head_of(owner), each) for each in by_owners.items() for owner in each[0])

    def is_told(data: bytes) -> bool:
        # The words of most files hold none: to look up all takes half of the time of a plain search for each.
        met = by_head.keys() & set(data.translate(_WORDS).split())
        told = (each for head in met for each in by_head[head])
        return any(_has_any(data, words, owners) and _any_of(owners).search(data) for owners, words in told)

    def is_found(data: bytes) -> bool:
        if not is_told(data):
            return False
        from footprint.documents.python_prose import without_prose  # few projects need it

        return is_told(without_prose(data))

    return is_found


_WORDS = bytes(code if chr(code).isascii() and (chr(code).isalnum() or code == ord("_")) else 32 for code in range(256))


def _head_of(owner: str) -> bytes:
    """Return the first word of what is looked for: "access" of "access+pyodbc"."""
    return next(filter(None, _NO_WORD.split(owner)), "").encode()


def _is_implied(word: str, wanted: Mapping[str, Container[str]]) -> bool:
    """Whether a word alone suffices and stands only where another does: "mysql" in "mysql+pymysql"."""
    parts = _NO_WORD.split(word) if word in wanted[word] else ()
    return any(part != word and part in wanted.get(part, ()) for part in parts)


_NO_WORD = re.compile(r"\W", re.ASCII)


def _has_any(data: bytes, words: Iterable[tuple[str, bytes]], owners: Container[str]) -> bool:
    for word, plain in words:
        if plain in data:
            found = _any_of((word,)).finditer(data)
            if any(word in owners or _may_be_owned(data, each) for each in found):
                return True
    return False


_WINDOW = 300
_BEFORE_IMPORTED = (b",", b"(", b"\\", b"import")
_ENDS_IMPORTED = re.compile(rb"\s*(?:[,)#;\\\n\r]|as\b|\Z)|[\n\r]")


def _may_be_owned(data: bytes, word: re.Match[bytes]) -> bool:
    """Whether a word can be an attribute or an imported name: `use` in `matplotlib.use()`, in "to use matplotlib" not.

    Only an import gives a bare name its owner: what stands around a name there is known.
    """
    before = data[max(word.start() - _WINDOW, 0) : word.start()]
    code = before.rstrip()
    if not code or code.endswith(b"."):
        return True
    if not _ENDS_IMPORTED.match(data, word.end()):
        return False
    if code.endswith(_BEFORE_IMPORTED):
        return True
    if not {*before[len(code) :]}.intersection(b"\r\n"):
        return False
    line = max(code.rfind(b"\n"), code.rfind(b"\r"))
    return line < 0 or b"#" in code[line:]  # from matplotlib import (  # a comment, then the name


@cache
def _any_of(words: tuple[str, ...]) -> re.Pattern[bytes]:
    # Each begins with a literal, which is found many times faster than what may not stand before it.
    return re.compile("|".join(rf"{word}(?<!\w{word})(?!\w)" for word in map(re.escape, words)).encode())


def _assignments_of(names: Iterable[str]) -> re.Pattern[bytes]:
    usual = "|".join(map(re.escape, names))
    return re.compile(rf"(?<!\w)(?:{usual})['\"]?\]?[ \t]*(?::[^=\n]*)?=(?!=)|['\"](?:{usual})['\"][ \t]*[:,]|"
                      rf"\bdef (?:{usual})\(".encode())  # fmt: skip


class _ChooserSearch:
    """All choosers over all parsed files."""

    def __init__(self, choosers: Sequence[Chooser], files: _Files) -> None:
        self._choosers, self._files = choosers, files
        self._words = frozenset(call.rpartition(".")[2] for chooser in choosers for call in chooser.calls)
        self._calls: dict[str, tuple[Called, ...]] = {}
        self.found: dict[str, list[Choice]] = {}

    def run(self) -> None:
        """Look again, with all names that are known by now."""
        self.found = {chooser.name: [] for chooser in self._choosers}
        for path, syntax in self._files.parsed.items():
            if path not in self._calls:
                self._calls[path] = tuple(find_calls(syntax, self._words))
            named = group_pairs((name, (place, value)) for place, (name, value) in enumerate(syntax.named))
            for chooser in self._choosers:
                found = self.found[chooser.name]
                ours = [call for call in self._calls[path] if _is_call_of(chooser, call)]
                found += [self._of_call(chooser, path, call) for call in ours]
                found += self._of_names(chooser, path, named)
                if chooser.by_url:
                    given = {id(value) for call in ours for value in _given(chooser, call)}
                    found += _of_urls(chooser, path, syntax, given)

    def _of_call(self, chooser: Chooser, path: str, call: Called) -> Choice:
        given = _given(chooser, call)
        if not given and not call.is_spread:
            return self._of_absence(chooser, path, call)
        is_open = not given or any(isinstance(value, ast.Starred) for value in given)
        worth = PossibleTexts(is_open=is_open)
        for value in given if not is_open else ():
            worth = worth.or_else(self._files.names.worth_of(value, call.function))
        return _choice(chooser, call.word, path, call.line, worth)

    def _of_absence(self, chooser: Chooser, path: str, call: Called) -> Choice:
        """Return the choice of a call that states none: the default, or what the name of the file says."""
        suffixes: tuple[str, ...] = ()
        is_open = False
        if chooser.by_suffix:
            worth = self._files.names.worth_of(call.arguments[0], call.function) if call.arguments else OPEN
            suffixes = tuple(f".{text.rpartition('.')[2].lower()}" for text in worth.texts)
            is_open = worth.is_open or worth.by_environment or not set(suffixes) <= chooser.by_suffix.keys()
        known = tuple(suffix for suffix in suffixes if suffix in chooser.by_suffix)
        return Choice(chooser.name, call.word, path, call.line, known, is_open, by_environment=False, is_absent=True)

    def _of_names(
        self, chooser: Chooser, path: str, named: Mapping[str, Sequence[tuple[int, ast.expr]]]
    ) -> Iterator[Choice]:
        values = sorted((place, name, value) for name in chooser.settings for place, value in named.get(name, ()))
        for _, name, value in values:
            yield _choice(chooser, name, path, value.lineno, self._files.names.worth_of(value))


def _given(chooser: Chooser, call: Called) -> list[ast.expr]:
    """Return the arguments by which a call chooses; None chooses nothing."""
    given = [call.keywords[name] for name in chooser.keywords if name in call.keywords]
    if not given and chooser.position is not None:
        given = list((call.arguments or ())[chooser.position : chooser.position + 1])
    return [value for value in given if not (isinstance(value, ast.Constant) and value.value is None)]


def _is_call_of(chooser: Chooser, call: Called) -> bool:
    return any(call.name == name or call.name.endswith(f".{name}") for name in chooser.calls)


def _of_urls(chooser: Chooser, path: str, syntax: Syntax, seen: Container[int]) -> Iterator[Choice]:
    """Yield the URLs of a file, wherever else they stand, and parts of them: "mysql+pymysql", "+pymysql"."""
    for node in syntax.texts:
        if isinstance(node, ast.Call):
            if any(isinstance(part, ast.Constant) and str(part.value).startswith("+") for part in node.args):
                yield _choice(chooser, "URL", path, node.lineno, OPEN)  # url.replace("+asyncpg", "")
        elif id(node) not in syntax.silent and id(node) not in seen:
            key = _key(str(node.value), chooser)
            if key is not None:
                yield Choice(chooser.name, "URL", path, node.lineno, (key,), is_open=False, by_environment=True)


def _of_settings(chooser: Chooser, settings: Iterable[SettingLine]) -> Iterator[Choice]:
    names = {name.upper() for name in chooser.settings}
    for setting in settings:
        key = _key(setting.value, chooser)
        is_url = chooser.by_url and key is not None and "://" in setting.value
        if is_url or setting.name.upper() in names:
            values = () if key is None else (key,)
            by_environment = not setting.is_deployed
            yield Choice(chooser.name, setting.name, setting.path, setting.line, values, key is None, by_environment)


def _choice(chooser: Chooser, what: str, path: str, line: int, worth: PossibleTexts) -> Choice:
    texts = [text for text in worth.texts if text not in _NOTHING]
    keys = tuple(dict.fromkeys(key for text in texts if (key := _key(text, chooser)) is not None))
    is_open = worth.is_open or not texts or any(_key(text, chooser) is None for text in texts)
    return Choice(chooser.name, what, path, line, keys, is_open, worth.by_environment)


def _key(text: str, chooser: Chooser) -> str | None:
    """Return what of a text is a value of the chooser: a whole literal, or the scheme of a URL."""
    value = text.partition("://")[0].strip() if "://" in text else text
    value = value.lower() if chooser.any_case else value
    return value if value in chooser.values else None
