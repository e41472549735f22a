"""docs/codes: a page for every code, made from the table, whose examples really show what the page is about."""

from collections.abc import Mapping

import pytest

from footprint.knowledge.codes import RULE_BY_CODE
from tests.support.code_examples import AUDITS, CHECKS, STARTS
from tests.support.code_pages import FOLDER, PROOFS, pages


@pytest.fixture(scope="module")
def made() -> Mapping[str, str]:
    return pages()


def test_every_code_has_its_page_and_no_other_is_there(made: Mapping[str, str]) -> None:
    assert (
        {path.name for path in FOLDER.iterdir()} == {*made} == {"README.md", *(f"{code}.md" for code in RULE_BY_CODE)}
    )


@pytest.mark.parametrize("name", sorted([*(f"{code}.md" for code in RULE_BY_CODE), "README.md"]))
def test_a_page_is_the_one_that_the_table_gives(made: Mapping[str, str], name: str) -> None:
    """`python -m tests.support.code_pages` writes them anew."""
    assert (FOLDER / name).read_text(encoding="utf-8") == made[name]


def test_every_code_says_what_settles_a_doubt() -> None:
    assert PROOFS.keys() == RULE_BY_CODE.keys()


def test_examples_are_of_codes_that_there_are() -> None:
    assert AUDITS.keys() | CHECKS.keys() | STARTS.keys() <= RULE_BY_CODE.keys()
    assert len(AUDITS) + len(CHECKS) + len(STARTS) == len({*AUDITS, *CHECKS, *STARTS})


def test_a_page_says_all_that_somebody_asks(made: Mapping[str, str]) -> None:
    headings = ["What it says", "Why it matters", "Example", "How to fix it", "How to suppress it", "Can it be wrong"]
    for code in RULE_BY_CODE:
        assert [line[3:] for line in made[f"{code}.md"].splitlines() if line.startswith("## ")] == headings


def test_the_index_links_every_page(made: Mapping[str, str]) -> None:
    for code in RULE_BY_CODE:
        assert f"[{code}]({code}.md)" in made["README.md"]
