"""Notebooks: the imports of their cells are those of the same code in a module, on the lines of the .ipynb file."""

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from footprint.audit.source_marks import read_source_marks
from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.imports.walker import read_imports
from footprint.collect.sources import complete, read_sources
from footprint.collect.sources.notebooks import read_notebook
from footprint.model.source_modules import FileImports, ImportSite, Placement, ProjectSources
from tests.support.work import within_patience

PYTHON = {"kernelspec": {"language": "python", "name": "python3"}}


def code(*lines: str, **more: Any) -> dict[str, Any]:
    """Return a code cell as Jupyter writes it: every line but the last with its line feed."""
    source = [f"{line}\n" for line in lines[:-1]] + list(lines[-1:])
    return {"cell_type": "code", "execution_count": 1, "metadata": {}, "outputs": [], "source": source, **more}


def text(*lines: str, kind: str = "markdown") -> dict[str, Any]:
    return {"cell_type": kind, "metadata": {}, "source": [f"{line}\n" for line in lines]}


def notebook(*cells: dict[str, Any], metadata: Any = PYTHON, indent: int | None = 1) -> bytes:
    return json.dumps(
        {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}, indent=indent
    ).encode()


def read(data: bytes) -> FileImports:
    found = read_notebook(data, path="a.ipynb", read=read_imports)
    scanned = read_notebook(data, path="a.ipynb", read=scan_imports)
    assert [(site.line, site.module) for site in scanned.sites] == [(site.line, site.module) for site in found.sites]
    assert scanned.notes == found.notes
    return found


def modules_of(data: bytes) -> list[str]:
    return [site.module for site in read(data).sites]


CELLS: dict[str, tuple[list[dict[str, Any]], list[str]]] = {
    "code": ([code("import a", "import b"), code("import c")], ["a", "b", "c"]),
    "text beside code": ([text("import no"), code("import a"), text("import no", kind="raw")], ["a"]),
    "source as one string": ([code() | {"source": "import a\nimport b"}], ["a", "b"]),
    "lines in pieces": ([code() | {"source": ["import ", "a\nimp", "ort b\n"]}], ["a", "b"]),
    "Windows line ends": ([code() | {"source": ["import a\r\n", "import b\r\n"]}], ["a", "b"]),
    "type behind the source": ([{"source": ["import a"], "cell_type": "code"}], ["a"]),
    "outputs that look like cells": (
        [code("import a", outputs=[{"cells": [{"cell_type": "code", "source": "import no"}]}]), code("import b")],
        ["a", "b"],
    ),
    "outputs full of quotes and brackets": (
        [code("import a", outputs=['[{"\\', '\\"', "\\\\"]), code("import b")],
        ["a", "b"],
    ),
    "output of many lines": ([code("import a", outputs=[{"text": ["import no\n"] * 50}])], ["a"]),
    "pip": ([code("%pip install no", "!pip install no2", "import a")], ["a"]),
    "pip without a sign": ([code("pip install no", "import a")], ["a"]),
    "shell over several lines": ([code("!pip install \\", "   import no", "import a")], ["a"]),
    "magic in a block": ([code("if x:", "    %pip install no", "import a")], ["a"]),
    "help": ([code("?a", "a?", "a.b??", "import a")], ["a"]),
    "assigned output": ([code("files = !ls", "n = %env HOME", "import a")], ["a"]),
    "cell of another language": ([code("%%bash", "import no"), code("import a")], ["a"]),
    "file written": ([code("%%writefile a.py", "import no")], []),
    "cell of HTML": ([code("", "%%html", "<b>import no</b>")], []),
    "timed cell": ([code("%%time", "import a")], ["a"]),
    "timed line": ([code("%time import a", "%timeit -n 3 f()", "!ls")], ["a"]),
    "extension loaded": ([code("%load_ext sql", "%load_ext autoreload", "%autoreload 2")], ["sql"]),
    "plots": ([code("%matplotlib inline", "import a")], ["matplotlib", "a"]),
    "signs that are Python": ([code("x = (5", "% 3)", "s = '''", "%d import no", "!x", "'''", "import a")], ["a"]),
    "signs that are Python beside magics": (
        [code("%pip install no", "x = (5", "% 3)", "s = '''", "!import no", "'''", "import a")],
        ["a"],
    ),
    "quotes in a shell line": ([code("!echo it's", "import a")], ["a"]),
    "await": ([code("await f()", "async with g() as h:", "    import a")], ["a"]),
    "in a function": ([code("def f():", "    import a")], ["a"]),
    "encoding cookie": ([code("# -*- coding: utf-16 -*-", "import a")], ["a"]),
    "letters": ([code("s = 'é 漢 \U0001f600'", "import a")], ["a"]),
    "empty": ([code(), code("")], []),
    "none": ([], []),
    "cell of another kernel": (
        [code("import no", metadata={"vscode": {"languageId": "julia"}}), code("import a")],
        ["a"],
    ),
    "source that is no text": (
        [code() | {"source": {"import": ["a"]}}, code() | {"source": 5}, code("import b")],
        ["b"],
    ),
}


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("indent", [1, 4, None])
def test_imports_of_the_cells(name: str, indent: int | None) -> None:
    cells, expected = CELLS[name]
    found = read(notebook(*cells, indent=indent))
    assert [site.module for site in found.sites] == expected
    assert found.notes == ()
    assert found.parsed


METADATA: dict[str, tuple[Any, list[str]]] = {
    "Python": (PYTHON, ["a"]),
    "nothing said": ({}, ["a"]),
    "IPython": ({"language_info": {"name": "ipython"}}, ["a"]),
    "Julia": ({"kernelspec": {"language": "julia"}}, []),
    "R": ({"language_info": {"name": "R"}}, []),
    "no object": ("R", ["a"]),
}


@pytest.mark.parametrize("name", METADATA)
def test_only_python_is_read(name: str) -> None:
    metadata, expected = METADATA[name]
    assert modules_of(notebook(code("import a"), metadata=metadata)) == expected


def test_nbformat_3_has_worksheets() -> None:
    cells = [
        {"cell_type": "code", "input": ["import a\n", "import b"], "language": "python", "outputs": []},
        {"cell_type": "markdown", "source": ["import no"]},
        {"cell_type": "code", "input": "import c", "language": "python"},
        {"cell_type": "code", "input": "import no", "language": "ruby"},
    ]
    assert modules_of(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode()) == ["a", "b", "c"]


def test_the_line_is_that_of_the_file() -> None:
    data = notebook(text("import no"), code("%pip install x", "", "import a", "def f():", "    import b"))
    lines = data.decode().split("\n")
    found = read(data).sites
    assert [json.loads(lines[site.line - 1].strip().rstrip(",")) for site in found] == ["import a\n", "    import b"]
    assert [(site.placement, site.function) for site in found] == [
        (Placement.MODULE, None),
        (Placement.FUNCTION, "f"),
    ]


def test_where_the_file_has_one_line_all_is_on_it() -> None:
    assert [site.line for site in read(notebook(code("", "import a"), indent=None)).sites] == [1]


def test_a_name_used_in_a_later_cell_is_used_at_import() -> None:
    data = notebook(code("import a", "import b"), code("def f():", "    return b"), code("a.run()"))
    first, second = read(data).sites
    assert data.decode().split("\n")[(first.used_at_import_line or 0) - 1].strip() == '"a.run()"'
    assert (second.used_at_import_line, second.used_in_functions) == (None, ("f",))


BAD_CELLS: dict[str, tuple[dict[str, Any], list[str]]] = {
    "syntax": (code("import x", "def f(:"), ["x"]),
    "bracket that is never closed": (code("import x", "f("), ["x"]),
    "string that is never closed": (code("import x", "s = '''"), ["x"]),
    "indented": (code("   import x"), ["x"]),
    "prose": (code("all of this is prose"), []),
    "null byte": (code("import x", "\0"), ["x"]),
    "half a surrogate pair": (code("import x", "s = '\ud800'"), ["x"]),
    "nested too deep": (code("import x", "(" * 500 + ")" * 500), ["x"]),
}


@pytest.mark.parametrize("name", BAD_CELLS)
def test_a_bad_cell_loses_only_itself(name: str) -> None:
    cell, saved = BAD_CELLS[name]
    data = notebook(code("import a"), cell, code("import b"))
    found = read(data)
    assert [site.module for site in found.sites] == ["a", *saved, "b"]
    (note,) = found.notes
    assert (note.code, note.path) == ("syntax-error", "a.ipynb")
    assert note.message.startswith("cell 2")
    lines = data.decode().split("\n")
    assert json.loads(lines[(note.line or 0) - 1].strip().rstrip(",")) in cell["source"]
    assert not found.parsed


DEEP = b"[" * 100_000
HOSTILE: dict[str, tuple[bytes, list[str]]] = {
    "no JSON": (b"import a", []),
    "pointer of a large file store": (b"version https://git-lfs.github.com/spec/v1\noid sha256:0\n", []),
    "a list": (b"[]", []),
    "binary": (bytes(range(256)) * 10, []),
    "UTF-16": (notebook(code("import a")).decode().encode("utf-16"), []),
    "cut off": (notebook(code("import a"), code("import b"))[:-160], ["a"]),
    "cut off in a string": (notebook(code("import a", "import b")).partition(b" b")[0], ["a"]),
    "too many brackets": (notebook(code("import a")) + b"}", ["a"]),
    "wrong brackets": (notebook(code("import a")).replace(b"import a\"\n   ]", b"import a\"\n   }"), ["a"]),
    "deep output": (notebook(code("import a"), code("import b")).replace(b"[]", DEEP, 1), []),
    "deep at the top": (b'{"a": ' + DEEP, []),
    "deep objects": (b'{"a": ' * 100_000, []),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_what_is_no_notebook_is_a_note_and_never_the_end(name: str) -> None:
    data, saved = HOSTILE[name]
    found = read(data)
    assert [site.module for site in found.sites] == saved
    assert [note.code for note in found.notes] == ["notebook-unreadable"]
    assert not found.parsed


def test_an_empty_file_is_no_trouble() -> None:
    assert read(b" \n") == FileImports((), parsed=True)


LARGE: dict[str, bytes] = {
    "pieces of a line": notebook(code("import a") | {"source": ["import a; x = '", *["a"] * 30_000, "'"]}, indent=None),
    "lines": notebook(code("import a", *["x = 1"] * 30_000)),
    "brackets that are never closed": notebook(code("import a", "%pip", *["f("] * 30_000)),
    "long strings that are never closed": notebook(code("import a", "%pip", *["s = '''", 's = """'] * 15_000)),
    "backslashes": notebook(code("import a", "x = '" + "\\" * 1_000_000 + "'")),
    "magics": notebook(code("import a", *["%pip"] * 30_000)),
    "one statement continued": notebook(code("import a", *["x = \\"] * 30_000)),
    "questions": notebook(code("import a", "a? " * 300_000 + "!")),
    "small cells": notebook(*[code("x = 1")] * 10_000, code("import a")),
    "output": notebook(code("import a", outputs=[[1, 2.5, "x"] * 150_000])),
}


@pytest.mark.parametrize("name", LARGE)
def test_a_large_notebook_is_read_in_linear_time(name: str) -> None:
    with within_patience():  # what grows with the square takes hours
        found = read_notebook(LARGE[name], path="a.ipynb", read=scan_imports)
    assert [site.module for site in found.sites] == ["a"]


def test_bytes_that_are_no_utf_8_cost_nothing() -> None:
    data = notebook(code("s = 'X'", "import a")).replace(b"X", b"\xe9")
    assert modules_of(data) == ["a"]


def test_a_merge_conflict_shows_both_sides() -> None:
    ours, theirs = b'    "import a\\n",\n', b'    "import b\\n",\n'
    data = notebook(code("import a", "x"))
    conflict = data.replace(ours, b"<<<<<<< HEAD\n" + ours + b"=======\n" + theirs + b">>>>>>> other\n")
    assert conflict != data
    assert modules_of(conflict) == ["a", "b"]


# The same code as a module

STATEMENTS = [
    ["import {m}"], ["import {m}.sub as x"], ["from {m} import y, z"], ["def f():", "    import {m}"],
    ["try:", "    import {m}", "except ImportError:", "    {m} = None"], ["class C:", "    import {m}"],
    ["if True:", "    from {m} import (", "        a,", "        b,", "    )"], ["x = 1"], ["y(x)"], [""],
    ["def g():", "    return y, z"], ["s = '''", "import no", "'''"],
    ["import importlib", "importlib.import_module('{m}')"],
]  # fmt: skip
pieces = st.tuples(st.sampled_from(STATEMENTS), st.sampled_from(["one", "two", "three"]))
cells = st.lists(st.lists(pieces, max_size=4), max_size=5)


@given(cells)
def test_the_sites_are_those_of_the_same_code_in_a_module(found: list[list[tuple[list[str], str]]]) -> None:
    written = [[line.format(m=module) for piece, module in cell for line in piece] for cell in found]
    data = notebook(*(code(*lines) for lines in written if lines))
    program = [line for lines in written for line in lines]
    expected = read_imports("\n".join(program).encode(), path="a.ipynb", module="", is_package=False)
    # Every source line stands on a line of its own in the file, in the same order.
    in_source, places = False, []
    for number, line in enumerate(data.decode().split("\n"), start=1):
        if in_source and line.strip() in ("]", "],"):
            in_source = False
        elif in_source:
            places.append(number)
        in_source = in_source or line.strip() == '"source": ['
    assert len(places) == len(program)
    assert read(data).sites == tuple(_at(site, places) for site in expected.sites)


def _at(site: ImportSite, places: Sequence[int]) -> ImportSite:
    used = site.used_at_import_line
    return replace(site, line=places[site.line - 1], used_at_import_line=None if used is None else places[used - 1])


# In a project


def project(folder: Path) -> ProjectSources:
    (folder / "notebooks").mkdir()
    (folder / "notebooks/analysis.ipynb").write_bytes(notebook(code("import pandas", "from helpers import load")))
    (folder / "notebooks/helpers.py").write_text("import numpy\n")
    (folder / "app.py").write_text("import fastapi\n")
    return read_sources(folder, read=scan_imports)


def test_a_notebook_is_a_script_that_can_be_run_and_not_imported(tmp_path: Path) -> None:
    sources = project(tmp_path)
    _, analysis, _ = sources.modules
    assert (analysis.path, analysis.role, analysis.other_names) == ("notebooks/analysis.ipynb", "script", ())
    assert read_source_marks(tmp_path, [analysis.path]).runnable == {analysis.path}
    assert "notebooks" in sources.roots  # a kernel starts there, and helpers is imported from there


def test_a_notebook_read_in_full_keeps_its_lines(tmp_path: Path) -> None:
    sources = project(tmp_path)
    again = complete(tmp_path, sources, {module.path for module in sources.modules}, read_imports)
    (before,) = (module for module in sources.modules if module.role == "script")
    (after,) = (module for module in again.modules if module.role == "script")
    assert [(site.line, site.module) for site in after.sites] == [(site.line, site.module) for site in before.sites]
    assert after.complete
    assert not before.complete


def test_noop_checkpoints_and_tests(tmp_path: Path) -> None:
    for path in (".ipynb_checkpoints/a-checkpoint.ipynb", "tests/a.ipynb"):
        (tmp_path / path).parent.mkdir()
        (tmp_path / path).write_bytes(notebook(code("import a")))
    assert [(module.path, module.role) for module in read_sources(tmp_path, read=read_imports).modules] == [
        ("tests/a.ipynb", "test")
    ]
