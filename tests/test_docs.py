"""What README and docs promise a reader: lines that fit, places that exist, words that a colleague would say."""

import re
from pathlib import Path

import pytest

from footprint.cli.app import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "SECURITY.md", *sorted((ROOT / "docs").rglob("*.md"))]
WIDEST = 120
LONGEST_ARCHITECTURE = 200

_PLACE = re.compile(r"`((?:\w+/)+(?:\w+\.(?:py|toml|md))?|(?:\w+/)+\w+)`")

_PRINTED = re.compile(r"^```(?:text|json)\n.*?^```$", re.MULTILINE | re.DOTALL)


def too_wide(text: str) -> list[int]:
    """Return the lines that are too wide; a row of a table and what a program printed stay as they are."""
    shown = _PRINTED.sub(lambda found: "\n" * found[0].count("\n"), text)
    lines = enumerate(shown.splitlines(), 1)
    return [number for number, line in lines if len(line) > WIDEST and not line.startswith(("|", "    "))]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_line_fits_a_screen(page: Path) -> None:
    assert too_wide(page.read_text(encoding="utf-8")) == []


def test_a_wide_line_is_found() -> None:
    assert too_wide("a\n" + "b" * 121 + "\n|" + "c" * 121 + "|\n    " + "d" * 121) == [2]
    assert too_wide("```text\n" + "a" * 121 + "\n```\n" + "b" * 121) == [4]


def test_the_architecture_is_read_in_one_sitting() -> None:
    assert len((ROOT / "docs/architecture.md").read_text(encoding="utf-8").splitlines()) <= LONGEST_ARCHITECTURE


@pytest.mark.parametrize("name", ["architecture.md", "decisions.md", "accuracy.md"])
def test_the_places_that_a_page_names_exist(name: str) -> None:
    now, _, later = (ROOT / "docs" / name).read_text(encoding="utf-8").partition("## Rooms that will come")
    named = set(_PLACE.findall(now)) | set(_PLACE.findall(later.partition("## ")[2]))
    assert named
    assert [
        place for place in sorted(named) if not any((top / place).exists() for top in (ROOT / "footprint", ROOT))
    ] == []


def test_the_functions_whose_growth_is_measured_exist() -> None:
    stages = re.findall(r'\("([\w/]+\.py)", "(\w+)"\)', (ROOT / "benchmarks/growth.py").read_text(encoding="utf-8"))
    modules = {path.as_posix(): path.read_text(encoding="utf-8") for path in (ROOT / "footprint").rglob("*.py")}
    assert len(stages) > 15
    for end, name in stages:
        assert any(f"def {name}(" in text for path, text in modules.items() if path.endswith(f"/{end}")), (end, name)


# What nobody would say: the word list of CONTRIBUTING, as far as a pattern can tell.
BAD_WORDS = (
    r"\bput(s|ting)? up with\b",
    r"\b(un)?heed(s|ed|ing)?\b",
    r"\b(assumed|used|taken) is \{",
    r"\b(is|are) of no (entry|use|command)\b",
    r"\bno longer so\b",
    r"\bhas it otherwise\b",
    r"\bnothing in it is\b",
    r"\bwhat (a|the) start takes\b",
    r"\bThe same of\b",
    r"(?<!here )\bis no (code|distribution|file|folder|level|list|module|notebook|number|option|path|program|ratio)\b",
    r"(?<!here )\bis no (rule|size|string|table|text|tolerance|JSON|Python|TOML|UTF-8|YAML)\b",
)
_BAD = re.compile("|".join(BAD_WORDS))
SPOKEN = [
    *(path for path in sorted((ROOT / "footprint").rglob("*")) if path.suffix in (".py", ".toml")),
    *(page for page in PAGES if page.name != "CONTRIBUTING.md"),  # it has the word list
    ROOT / "action.yml",
]


def bad_words(text: str) -> list[str]:
    """Return what stands there and nobody would say, each with its line."""
    return [
        f"{number}: {found[0]}" for number, line in enumerate(text.splitlines(), 1) for found in _BAD.finditer(line)
    ]


@pytest.mark.parametrize("path", SPOKEN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_colleague_would_say_it(path: Path) -> None:
    assert bad_words(path.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("findings that are put up with", ["1: put up with"]),
        ("a\n'3' is no ratio: give one", ["2: is no ratio"]),
        ("[x] is of no entry", ["1: is of no entry"]),
        ('f"assumed is {python}"', ["1: assumed is {"]),
        ("there is no file and there is no list", []),
        ("accepted findings, what is assumed is said", []),
    ],
)
def test_bad_words_are_found(text: str, found: list[str]) -> None:
    assert bad_words(text) == found


LONGEST_README = 150
PICTURE = "docs/images/page.png"
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def test_the_readme_is_short_and_begins_with_the_picture() -> None:
    lines = (ROOT / "README.md").read_text(encoding="utf-8").splitlines()
    assert len(lines) <= LONGEST_README
    assert lines[0] == "# footprint"
    assert PICTURE in lines[2]
    assert lines[2].startswith("![") == (ROOT / PICTURE).exists()


def dead_links(page: Path, text: str) -> list[str]:
    """Return the links of a page that lead to no file of the checkout; other addresses are not asked."""
    found = (link.partition("#")[0] for link in _LINK.findall(_PRINTED.sub("", text)))
    return [link for link in found if link and "://" not in link and not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    assert dead_links(page, page.read_text(encoding="utf-8")) == []


def test_a_dead_link_is_found() -> None:
    text = "[a](README.md) [b](gone.md) [c](docs/ci.md#x) [d](https://example.org/gone) [e](#here)"
    assert dead_links(ROOT / "x.md", text) == ["gone.md"]


def test_every_page_is_linked_from_the_readme_or_a_page_that_is() -> None:
    seen, further = set[Path](), [ROOT / "README.md"]
    while further:
        page = further.pop()
        if page not in seen:
            seen.add(page)
            links = (page.parent / link.partition("#")[0] for link in _LINK.findall(page.read_text(encoding="utf-8")))
            further += [link.resolve() for link in links if link.suffix == ".md" and link.exists()]
    assert {*(ROOT / "docs").rglob("*.md")} - seen - {ROOT / "docs/package-page.md"} == set()


def test_the_readme_lists_every_command() -> None:
    named = set(re.findall(r"^\| `footprint ([a-z-]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert named >= set(COMMANDS)
    text = (ROOT / "docs/commands.md").read_text(encoding="utf-8")
    assert set(re.findall(r"^\| `footprint ([a-z-]+)", text, re.MULTILINE)) >= set(COMMANDS)
