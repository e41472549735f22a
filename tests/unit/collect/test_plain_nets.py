"""The searches that spare a tree: where they find nothing, a tree must show nothing."""

import sysconfig
from pathlib import Path

import pytest

from footprint.collect.choices import chosen
from footprint.collect.choices.syntax import find_calls, read_syntax
from footprint.collect.mentions import find_strings
from footprint.documents.python_trees import try_python
from footprint.files.project_answers import ProjectAnswers
from footprint.knowledge.tables import read_choosers
from footprint.model.third_party_needs import Chooser

SCHEMES, LITERALS, HEADS = ("s3", "mysql+pymysql", "redis", "xml"), ("lxml", "py.test", "a-b"), ("numpy", "tables")
# What stands in main.py, and what find_strings says of it.
STRINGS = {
    "a literal": ("x = 'lxml'", ["lxml"]),
    "a scheme that is a literal": ("u = create('mysql+pymysql', host=h)", ["mysql+pymysql"]),
    "below a head": ('x = "numpy.linalg"', ["numpy.linalg"]),
    "an object of a head": ('x = "numpy:array"', ["numpy:array"]),
    "a head alone": ("x = 'tables'", []),
    "a head alone in what is loaded": ("LOCAL_APPS = ['tables', y]\nLOCAL_APPS += ('numpy',)", ["tables", "numpy"]),
    "a head alone beside what is loaded": ("LOCAL_APPS = []\nx = 'tables'", []),
    "a head in a list": ("x = ['tables', '.tables', \n 'numpy'\n 'x']", []),
    "three quotes": ("x = '''lxml'''", ["lxml"]),
    "raw": ("x = r'lxml'", ["lxml"]),
    "in two parts": ("x = 'numpy' '.linalg'", ["numpy.linalg"]),
    "in two parts that touch": ("x = 'numpy''.linalg'", ["numpy.linalg"]),
    "in two parts with a prefix": ("x = 'numpy' Rf'.linalg{y}'", ["numpy.linalg"]),
    "in two parts of three quotes": ('x = """numpy""" \'.linalg\'', ["numpy.linalg"]),
    "in parts with a comment": ("x = (\n    'numpy'  # there\n    # 'x'\n\n    '.linalg'\n)", ["numpy.linalg"]),
    "in parts with carriage returns": ("x = ('numpy'  # there\r\n    '.linalg')\r\n", ["numpy.linalg"]),
    "in parts over a joined line": ("x = 'numpy' \\\n    '.linalg'", ["numpy.linalg"]),
    "over a line": ("x = 'numpy\\\n.linalg'", ["numpy.linalg"]),
    "on the next line": ("x = '\\\nlxml'", ["lxml"]),
    "with an escape behind": ("x = 'numpy\\x2elinalg'", ["numpy.linalg"]),
    "before a field": ("x = f'lxml{y}'", ["lxml"]),
    "behind a field": ("x = f'{y}lxml'", ["lxml"]),
    "another word behind": ("x = 'numpy_nullable'", []),
    "another word before": ("x = 'my numpy'", []),
    "a word and blanks": ("x = 'numpy is fast'", []),
    "a URL": ("x = 's3://bucket'", ["s3"]),
    "a URL in a text": ("x = 'see s3://bucket'", ["s3"]),
    "behind a plus": ("x = 'db+redis://h'", ["redis"]),
    "a URL in two parts": ("x = 's3' '://bucket'", ["s3"]),
    "a URL in parts with a comment": ("x = (\n    's3'  # there\n    f'://{bucket}'\n)", ["s3"]),
    "a URL over a line": ("x = 's3\\\n://bucket'", ["s3"]),
    "a URL with an escaped colon": ("x = 's3\\x3a//bucket'", ["s3"]),
    "behind an escaped line": ("x = 'y\\ns3://bucket'", ["s3"]),
    "behind an escaped blank": ("x = 'y\\x20s3://bucket', 'y\\040s3://b', 'y\\u0020s3://b'", ["s3", "s3", "s3"]),
    "the end of a word": ("x = kwargs3['xml_s3'], 'is3://bucket'", []),
    "in a docstring": ("'''numpy.linalg s3://bucket'''", []),
    "in a comment": ("x = 1  # 'lxml'", []),
    "quoted in a string": ("x = \"not 'lxml'\"", []),
    "in a field": ("x = f\"{y['lxml']}\"", ["lxml"]),
    "a name of code": ("import numpy\nx = numpy.linalg", []),
}


@pytest.mark.parametrize(("text", "expected"), STRINGS.values(), ids=STRINGS)
def test_strings_are_found_as_by_a_tree(tmp_path: Path, text: str, expected: list[str]) -> None:
    (tmp_path / "main.py").write_text(f"{text}\n")
    found = find_strings(ProjectAnswers(tmp_path), ["main.py"], schemes=SCHEMES, literals=LITERALS, heads=HEADS)
    assert [use.text for use in found] == expected


CALLS = {
    "an attribute": "import matplotlib\nmatplotlib.use('agg')",
    "under another name": "import matplotlib as mpl\nmpl.use('agg')",
    "imported": "from matplotlib import use\nuse('agg')",
    "imported under another name": "from matplotlib import use as u\nu('agg')",
    "imported among others": "from matplotlib import rc, use, style\nuse('agg')",
    "imported on a line of its own": "from matplotlib import (\n    rc,\n    use,\n)\nuse('agg')",
    "imported first in brackets": "from matplotlib import (\n    use,\n)\nuse('agg')",
    "imported below a comment": "from matplotlib import (  # one\n    # two\n\n    use  # three\n)\nuse('agg')",
    "imported on a joined line": "from matplotlib import \\\n    use\nuse('agg')",
    "imported far to the right": f"from matplotlib import{' ' * 400}use\nuse('agg')",
    "imported at the end": "from matplotlib import use",
    "an attribute on the next line": "import matplotlib\n(matplotlib\n    .use('agg'))",
    "an attribute behind a blank": "import matplotlib\nmatplotlib . use('agg')",
    "handed on": "import matplotlib\nrun(matplotlib.use)",
    "by partial": "import matplotlib\nfrom functools import partial\npartial(matplotlib.use, 'agg')",
    "carriage returns": "from matplotlib import (  # one\r\n    use,\r\n)\r\nuse('agg')\r\n",
}


@pytest.mark.parametrize("text", CALLS.values(), ids=CALLS)
def test_a_call_that_a_tree_shows_is_found_by_the_search(text: str) -> None:
    assert chosen._search_for(read_choosers())(text.encode()), "nothing is searched for"


@pytest.mark.parametrize(
    "text",
    [
        "# to use matplotlib",
        "'''We use matplotlib.'''",
        "x = use(matplotlib)",
        "'''\nmatplotlib.use('agg')\n'''\nfrom matplotlib import rc  # matplotlib.use",
        'def f():\n    """>>> create_engine(\'sqlite://\')"""',
    ],
)
def test_prose_needs_no_tree(text: str) -> None:
    assert not chosen._search_for(read_choosers())(text.encode())


def test_no_call_of_the_standard_library_is_missed() -> None:
    """With ordinary words for the calls: "os.path.join" stands in hundreds of its files."""
    wanted = {"os.path.join": "join", "re.compile": "compile", "collections.deque": "deque", "time.sleep": "sleep"}
    chooser = Chooser("x", (), {}, "", calls=tuple(wanted))
    is_found = chosen._search_for([chooser])
    for path in sorted(Path(sysconfig.get_path("stdlib")).glob("*.py"))[:120]:
        data = path.read_bytes()
        tree = try_python(data)
        if tree is not None and not is_found(data):
            names = [call.name for call in find_calls(read_syntax(tree), frozenset(wanted.values()))]
            assert not [name for name in names if any(name == each or name.endswith(f".{each}") for each in wanted)]


def test_no_string_of_the_standard_library_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    top = Path(sysconfig.get_path("stdlib"))
    paths = [path.name for path in sorted(top.glob("*.py"))[:120]]
    words = {"schemes": ("http", "file"), "literals": ("utf-8", "py"), "heads": ("os", "http", "email", "zip")}
    by_search = find_strings(ProjectAnswers(top), paths, **words)
    monkeypatch.setattr("footprint.collect.mentions._CodeNet.may_hold", lambda _net, _data: True)
    assert by_search == find_strings(ProjectAnswers(top), paths, **words)
    assert len(by_search) > 30
