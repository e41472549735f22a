"""What only people read in a Python file is left out, and nothing that a tree would show elsewhere."""

import ast
import sysconfig
from pathlib import Path

import pytest

from footprint.documents.python_prose import without_prose
from tests.support.work import within_patience

LEFT_OUT = {
    "a comment": ("x = 1  # word", "x = 1  "),
    "a docstring": ('"""word"""\nx = 1', '""\nx = 1'),
    "a docstring of a function": ('def f(a: int):\n    """word\n\n    word\n    """\n', 'def f(a: int):\n    ""\n'),
    "with a prefix": ("class A:\n    r'word\\'word'\n", 'class A:\n    r""\n'),
    "before a comment": ("'word'  # word\n", '""  \n'),
    "below brackets in strings and comments": ("x = '('  # [\n'''word'''\n", "x = '('  \n\"\"\n"),
    "quotes in a string": ("x = \"say 'word' or\"\n", 'x = "say  word  or"\n'),
    "quotes in a longer string": ("x = '''say 'word' '''\n", "x = '''say  word  '''\n"),
    "an escaped quote in a string": ("x = 'a\\' # word'", "x = 'a\\  # word'"),
    "carriage returns": ("x = 1  # word\r\n'word'\r\n'''word'''\r\n", 'x = 1  \r\n""\r\n""\r\n'),
    "carriage returns alone": ("# word\rx = 'word'\r", "\rx = 'word'\r"),
}
NOT_LEFT_OUT = {
    "given": "x = 'word'",
    "in brackets": "f(\n    'word'\n)",
    "in brackets of which one is in a field": "f(\n    f'{a['b']}',\n    'word'\n)",
    "a value of a mapping": "x = {\n    1:\n    '''word'''\n}",
    "on a joined line": "x = \\\n'word'",
    "on a joined line with a carriage return": "x = \\\r\n'word'",
    "with more behind": "'word'.lower()",
    "in two parts": "'word' \\\n'word'",
    "over a line": "x = 'wo\\\nrd # '",
    "over a line with a carriage return": "x = 'wo\\\r\nrd # '",
    "a sign of a comment in a string": "x = '# word'",
    "a field with a quote": "x = f'{a[\"word\"]}'",
    "a field with a quote of its own kind": "x = f'{a['# word']}'\n# word",
    "no end": "x = 'word",
}


@pytest.mark.parametrize(("text", "expected"), LEFT_OUT.values(), ids=LEFT_OUT)
def test_prose_is_left_out(text: str, expected: str) -> None:
    assert without_prose(text.encode()).decode() == expected


@pytest.mark.parametrize("text", NOT_LEFT_OUT.values(), ids=NOT_LEFT_OUT)
def test_what_may_be_given_to_something_stays(text: str) -> None:
    assert without_prose(text.encode()).decode() == text


@pytest.mark.filterwarnings("ignore")  # of escapes that mean nothing
def test_the_standard_library_stays_what_it_is_without_its_docstrings() -> None:
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:80]:
        data = path.read_bytes()
        assert _told(without_prose(data)) == _told(data), path.name


@pytest.mark.parametrize("unit", ["\\'''\n", "\\'\\\n", "'''\"\"\"", "'\\a", "#'\n", "f'{'"])
def test_a_hostile_file_is_read_soon(unit: str) -> None:
    text = unit * 200_000
    with within_patience():
        assert without_prose(text.encode())


def _told(data: bytes) -> str:
    """Return the tree without the texts of statements, and without the quotes in texts."""
    tree = ast.parse(data)
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            node.value.value = ""
        elif isinstance(node, ast.Constant) and isinstance(node.value, (str, bytes)):
            text = repr(node.value).translate(dict.fromkeys(map(ord, "'\"\\"), " "))
            node.value = " ".join(text.split())
    return ast.dump(tree)
