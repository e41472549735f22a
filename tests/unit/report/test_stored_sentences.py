"""Sentences that an audit holds are told in Spanish: whole, in linear time, and by patterns that are not stale.

That none is missed is held by `tests/unit/test_use_cases.py`, too, of every audit of its table.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from string import Formatter

import pytest

from footprint.report.languages.catalogue import ENGLISH, Catalogue, catalogue_of
from footprint.report.languages.messages import spoken
from footprint.report.languages.sentence_patterns import told_by
from footprint.report.languages.stored_sentences import retell
from tests.support.stored_texts import untold
from tests.support.work import count_calls, within_patience

ROOT = Path(__file__).parents[3]
PACKAGE = ROOT / "footprint"
SPANISH = catalogue_of("es")
_WHOLE = 3  # words of one constant


@pytest.mark.parametrize(
    ("english", "spanish"),
    [
        ("imported by main.py:1 and 2 more", "importada por main.py:1 y 2 más"),
        ("installed, but nothing declared requires it", "instalada, pero nada declarado la requiere"),
        (  # clauses, and a sentence in a sentence
            "remove a and b from r.txt:3: no import, no start command and no requirer; startup was not measured",
            "quitar a y b de r.txt:3: ninguna importación, ningún comando de arranque y nadie la requiere; "
            "no se midió el arranque",
        ),
        (  # figures in the signs of the language
            "12,345.6 MiB in the site folders belong to no distribution, so nothing uninstalls them: x 1",
            "12.345,6 MiB en las carpetas site no pertenecen a ninguna distribución, así que nada los desinstala: x 1",
        ),
        ("web: memory per import cannot be read on this platform", "web: en esta plataforma no se puede leer la "
         "memoria por importación"),
        ("exited with status 3", "salió con estado 3"),
        # what somebody else wrote stays, joints and all
        ("called needed in r.txt:1: a; b", "marcada como necesaria en r.txt:1: a; b"),
    ],
)  # fmt: skip
def test_a_sentence_is_told_in_spanish(english: str, spanish: str) -> None:
    with spoken("es"):
        assert retell(english) == spanish
    assert retell(english) == english


@pytest.mark.parametrize(
    "text",
    [
        "",
        "ModuleNotFoundError: No module named 'x'",
        "web: something that nobody wrote",  # a name before it is no reason to take it
        "exited with status many",  # a figure has to be one
        "x imported by main.py:1",  # a sentence is taken whole
        "imported by ",  # a field is never empty
        "a {field} and 100%",
        "x" * 30_000,
    ],
)
def test_what_no_pattern_takes_stays(text: str) -> None:
    with spoken("es"):
        assert retell(text) == text


def test_a_field_may_hold_anything() -> None:
    hostile = "{0} {names} %s <b> \x1b[31m \u202e"
    with spoken("es"):
        assert retell(f"imported late, by {hostile}") == f"importada tarde, por {hostile}"


@pytest.mark.parametrize(
    "part",
    [
        "imported by ",
        "imported by x; ",
        "remove a from b: ",
        "web: ",
        "a, b and 1 more, ",
        "requires it only if ",
        "{clause}",
        " and ",
        "1,1",
    ],
)
def test_the_work_is_linear_in_a_hostile_text(part: str) -> None:
    short, long = (count_calls(lambda text=part * number: told_by(text, SPANISH)) for number in (50, 5_000))  # type: ignore[misc]
    assert long < 3 * short + 1_000  # clauses are bounded, and each pattern looks for its literals once
    with within_patience():
        told_by(part * 100_000, SPANISH)


def test_a_catalogue_without_patterns_tells_nothing() -> None:
    assert told_by("imported by main.py:1", ENGLISH) is None


@pytest.mark.parametrize("english", SPANISH.stored)
def test_a_pattern_has_the_fields_of_its_sentence(english: str) -> None:
    names = [_fields(english), _fields(SPANISH.stored[english])]
    assert names[0] == names[1]
    assert len(set(names[0])) == len(names[0])


def test_most_literal_text_wins() -> None:
    told = Catalogue({}, {}, {"{x} b": "1", "a {x}": "2", "a c b": "3", "a {x} b": "4"}, ".", ",", 4, "", "", "")
    assert [told_by(text, told) for text in ("x b", "a x", "a c b", "a x b")] == ["1", "2", "3", "4"]


# No pattern is stale


def _fields(text: str) -> list[str]:
    return sorted(name for _, name, _, _ in Formatter().parse(text) if name is not None)


@cache
def _said() -> str:
    """Return all words of the package outside of the catalogues, a line for each constant and f-string."""
    found = []
    for path in PACKAGE.rglob("*.py"):
        if path.name.startswith("spanish"):
            continue
        inner = set[int]()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.JoinedStr):
                inner |= {id(each) for each in node.values}
                found.append(_text(node, "\n"))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inner:
                found.append(node.value)
    found += [path.read_text(encoding="utf-8") for path in sorted((PACKAGE / "data").glob("*.toml"))]
    lines = (" ".join(_words(line)) for text in found for line in text.split("\n"))
    return "\n".join(f" {line} " for line in lines)


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", text)


def _text(node: ast.expr, field: str) -> str:
    """Return the text of a constant or an f-string; "" of anything else."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(each.value if isinstance(each, ast.Constant) else field for each in node.values)  # type: ignore[misc]
    return ""


def _is_said(words: list[str]) -> bool:
    """Whether words stand in the package: at once, or in pieces, as code puts a sentence together."""
    while words:
        length = next((size for size in range(len(words), 0, -1) if f" {' '.join(words[:size])} " in _said()), 0)
        if length == 0:
            return False
        words = words[length:]
    return True


@pytest.mark.parametrize("english", SPANISH.stored)
def test_no_pattern_is_stale(english: str) -> None:
    literals = [_words(literal) for literal, _, _, _ in Formatter().parse(english)]
    gone = [" ".join(words) for words in literals if len(words) >= _WHOLE and not _is_said(words)]
    assert gone == []


def test_a_stale_pattern_is_noticed() -> None:
    assert not _is_said(_words("imported only by elephants that nothing imports"))
    assert not _is_said(["qwertyuiop"])


# Every note and finding that stands there as it is said has a pattern


# Not in the report of an audit: commands that are told in English alone.
ELSEWHERE = (
    *("cli/", "fleet/", "gate/", "trial/", "tune/", "analysis/gate/", "analysis/difference/", "report/"),
    *("addition/", "analysis/additions/", "image/", "collect/images/"),
)
# Which argument is the message of what is said.
MESSAGES = {"Note": 1, "Finding": 2, "note": 1, "doubt": 1, "doubt_at": 1, "doubt_line": 0, "doubt_file": 1}
_TELLS = re.compile(rf"\b(?:{'|'.join(MESSAGES)})\b")  # each worker collects this module: most files are not parsed
# Put together of parts that a reader of the source cannot follow: sentences as they come out.
ASSEMBLED = {
    "analysis/cost/host.py workers-range": [
        "web: 4 workers forked from one process take 300.0 MiB when they are ready and 400.0 MiB once each has "
        "collected its garbage, to 10%; the verdict takes the latter, and only --live can tell"
    ],
    "probe/ended_run.py child-processes": [
        "web: a child process runs when it has started, RSS 20.0 MiB: 9.0 MiB of its memory (by PSS); still growing "
        "when read: only --live can tell",
        "web: 2 child processes run when it has started, RSS 20.0, 9.0 MiB: 9.0 MiB of its memory (what is each one's "
        "own, and shared pages once; counted as PSS all take 70.0 MiB instead of 80.0 MiB)",
        "web: a child process ran and ended at import, 90.0 MiB with it at the most; what lives for some milliseconds "
        "only is not seen",
        "web: 3 child processes ran and ended in its lazy imports, 90.0 MiB with it at the most; what lives for some "
        "milliseconds only is not seen",
    ],
    "probe/ended_run.py threads-go-on": [
        "web: a thread goes on when it has started: what that takes later, only --live can tell",
        "web: 3 threads go on when it has started: what that takes later, only --live can tell",
    ],
    "probe/runner.py bytecode-compiled": [
        "3 modules were compiled while measuring: memory and time are higher than warm",
    ],
    "probe/shadow.py started-in-shadow": [
        "web ran in a shadow of overlays, which is thrown away: it writes /srv/app.db",
        "web ran in a shadow of links and copies (as asked for), which is thrown away: it wrote nothing there",
    ],
}


def _told_messages() -> Iterator[tuple[str, str]]:
    """Yield place and text of each message that is a literal where it is said, with a sample in each field."""
    for path in sorted(PACKAGE.rglob("*.py")):
        room = path.relative_to(PACKAGE).as_posix()
        source = path.read_text(encoding="utf-8")
        if room.startswith(ELSEWHERE) or not _TELLS.search(source):
            continue
        for scope in ast.walk(ast.parse(source)):
            if not isinstance(scope, ast.FunctionDef):
                continue
            nodes = list(ast.walk(scope))
            calls = [
                (node, name) for node in nodes if isinstance(node, ast.Call) and (name := _called(node)) in MESSAGES
            ]
            if not calls:
                continue
            assigned = {
                target.id: node.value
                for node in nodes
                if isinstance(node, ast.Assign)
                for target in node.targets
                if isinstance(target, ast.Name)
            }
            for call, name in calls:
                which = MESSAGES[name]
                if len(call.args) <= which:
                    continue
                code = str(call.args[0].value) if isinstance(call.args[0], ast.Constant) else name
                message = call.args[which]
                if isinstance(message, ast.Name):
                    message = assigned.get(message.id, message)
                if isinstance(message, ast.JoinedStr | ast.Constant) and f"{room} {code}" not in ASSEMBLED:
                    yield f"{room} {code}" if which else f"{room} {name}", _sample(message, assigned)


def _called(call: ast.Call) -> str:
    return str(getattr(call.func, "id", getattr(call.func, "attr", "")))


def _sample(node: ast.expr, assigned: Mapping[str, ast.expr]) -> str:
    """Return a text as it may come out: figures where figures are counted, else a word."""
    if not isinstance(node, ast.JoinedStr):
        return _text(node, "")
    shown = []
    for each in node.values:
        value = each.value if isinstance(each, ast.FormattedValue) else each
        if isinstance(value, ast.Constant):
            shown.append(str(value.value))
            continue
        if isinstance(value, ast.Name) and isinstance(assigned.get(value.id), ast.JoinedStr | ast.Constant):
            shown.append(_sample(assigned[value.id], {}))
            continue
        source = ast.unparse(value)
        is_count = re.search(r"\blen\(|count|_MOST|at_most|// |>> ", source, re.IGNORECASE)
        shown.append("1.0 MiB" if source.startswith("size(") else "3" if is_count else "x")
    return "".join(shown)


FOUND = [*_told_messages(), *((place, text) for place, texts in ASSEMBLED.items() for text in texts)]


@pytest.mark.parametrize(("place", "text"), [pytest.param(*each, id=each[0]) for each in FOUND])
def test_every_note_and_finding_has_a_pattern(place: str, text: str) -> None:
    assert untold([text], SPANISH) == [], place


def test_the_messages_are_found() -> None:
    assert len(FOUND) > 100
    assert set(ASSEMBLED) <= {place for place, _ in FOUND}
