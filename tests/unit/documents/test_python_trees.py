"""Trees of strangers' Python: what a walk over one yields, and that one is parsed once for several readers."""

import ast
from pathlib import Path

import pytest

from footprint.documents import python_trees

CASES = [
    "",
    "x = 1",
    "def f(a: int = 1, *b, c, **d) -> str:\n    return a + b[c] and not d or a < c <= 3",
    "match x:\n    case {'a': [1, *rest], **more} if more:\n        pass",
    "class A(B, metaclass=C):\n    @property\n    async def f(self): return [await x async for x in y if x]",
    "f'{a!r:>{width}}' + 'b'\nwith open(x) as y, z: del y",
    Path(__file__).read_text(encoding="utf-8"),
]


@pytest.mark.parametrize("text", CASES)
def test_a_walk_yields_what_that_of_the_standard_library_does_but_for_what_is_mute(text: str) -> None:
    tree = ast.parse(text)
    mute = (ast.expr_context, ast.operator, ast.boolop, ast.unaryop, ast.cmpop)
    assert python_trees.nodes_of(tree) == [node for node in ast.walk(tree) if not isinstance(node, mute)]


def test_a_text_that_is_asked_for_again_is_not_parsed_again() -> None:
    text = "import first_of_two\n"
    assert python_trees.parse_python(text) is python_trees.parse_python("import " + "first_of_two\n")


def test_a_text_that_is_no_python_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(SyntaxError):
            python_trees.parse_python("import ?")


def test_only_the_latest_trees_are_kept() -> None:
    first = python_trees.parse_python("kept = 1\n")
    for number in range(5):
        python_trees.parse_python(f"x = {number}\n" + "# some text\n" * 10_000)
    assert python_trees.parse_python("kept = 1\n") is not first
    assert sum(map(len, python_trees._kept.trees)) == python_trees._kept.bytes <= python_trees._KEPT_AT_MOST
