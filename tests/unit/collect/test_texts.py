"""What a plain search tells of a file, and when it says that only a tree can tell."""

from pathlib import Path

import pytest

from footprint.collect.imports.walker import read_imports
from footprint.collect.texts import TextAnswers

BOUND = {
    "a class": ("class models(Base):\n    pass\n", True),
    "a function": ("def models():\n    pass\n", True),
    "a coroutine": ("async  def models():\n    pass\n", True),
    "assigned": ("models = 1\n", True),
    "assigned with a type": ("models: dict[str, int] = {}\n", True),
    "another word": ("models_of = submodels = 1\n", False),
    "an attribute": ("import a\na.models = 1\n", False),
    "a part of a dotted name": ("from a.models import b\nx = 'a.models.b'\n", False),
    "under a condition": ("if 1:\n    models = 1\n", None),
    "among others": ("a, models = 1, 2\n", None),
    "imported": ("from a import models\n", None),
    "compared": ("assert x\nmodels == 1\n", None),
    "in a function": ("def f():\n    models = 1\n", None),
    "in a comment": ("# models\n", None),
    "nowhere": ("x = 1\n", False),
}


@pytest.mark.parametrize(("text", "expected"), BOUND.values(), ids=BOUND)
def test_a_bound_name_is_found_or_left_to_a_tree(tmp_path: Path, text: str, expected: bool | None) -> None:
    (tmp_path / "m.py").write_text(text)
    found = TextAnswers(tmp_path).binds("m.py", ["models"])
    assert found == (None if expected is None else frozenset({"models"} if expected else ()))


@pytest.mark.parametrize(("text", "expected"), BOUND.values(), ids=BOUND)
def test_what_is_said_is_what_the_walker_says(text: str, expected: bool | None) -> None:
    found = read_imports(text.encode(), path="m.py", module="m", is_package=False)
    assert expected is None or ("models" in found.binds) is expected


def test_one_name_that_is_open_leaves_all_open(tmp_path: Path) -> None:
    (tmp_path / "m.py").write_text("class A:\n    pass\nif 1:\n    b = 1\n")
    texts = TextAnswers(tmp_path)
    assert texts.binds("m.py", ["A"]) == frozenset({"A"})
    assert texts.binds("m.py", ["A", "b"]) is None
    assert texts.binds("m.py", ["A", "c"]) == frozenset({"A"})


HELD = {
    "a word": ("x = __all__\n", {"__all__"}, True),
    "a part of a word": ("my__all__ = 1\n", {"__all__"}, False),
    "one of several": ("@route\n", {"(", "@"}, True),
    "none": ("x = 1\n", {"(", "@"}, False),
}


@pytest.mark.parametrize(("text", "words", "expected"), HELD.values(), ids=HELD)
def test_words_are_looked_for_whole(tmp_path: Path, text: str, words: set[str], expected: bool) -> None:
    (tmp_path / "m.py").write_text(text)
    assert TextAnswers(tmp_path).holds_any("m.py", frozenset(words)) is expected


def test_a_file_that_cannot_be_read_may_hold_anything(tmp_path: Path) -> None:
    texts = TextAnswers(tmp_path)
    assert texts.holds_any("gone.py", frozenset({"x"}))
    assert texts.binds("gone.py", ["x"]) is None
