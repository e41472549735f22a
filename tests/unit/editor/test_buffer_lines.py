"""Which lines of a text an audit knows of: figures follow their import, and what is new has none."""

from collections.abc import Sequence
from typing import Any

import pytest

from footprint.editor.audited_places import AuditedProject, index_audit
from footprint.editor.buffer_lines import BufferLines, read_lines
from footprint.editor.buffers import Buffer
from footprint.model.audit import Usage
from footprint.model.runtime import Statement
from tests.support import builders

MIB = 1 << 20


def project(*imports: tuple[int, str] | tuple[int, str, str], **changes: Any) -> AuditedProject:
    """Return an audit that saw imports at lines of app.py; one in a function says which."""
    lines = [
        builders.import_line("app.py", line, module, line * MIB) for line, module, *function in imports if not function
    ]
    names = {each[1].partition(".")[0] for each in imports}
    rows = [
        builders.distribution(
            name,
            Usage.LAZY,
            parts=((name, 1),),
            evidence=tuple(
                builders.evidence(line=each[0], placement="function", function=each[2])
                for each in imports
                if len(each) == 3 and each[1].partition(".")[0] == name
            ),
        )
        for name in sorted(names)
    ]
    return index_audit(builders.audit(*rows, import_lines=tuple(lines), **changes))


def known(found: BufferLines) -> list[tuple[int, int | None]]:
    return [(line.line, line.audited_line) for line in found.lines]


IN_F = "def f():\n    import torch\n"
FOLLOWED: dict[str, tuple[Sequence[Any], str, list[tuple[int, int | None]], bool]] = {
    "as it was": ([(1, "numpy"), (2, "pandas")], "import numpy\nimport pandas\n", [(1, 1), (2, 2)], False),
    "with another name": ([(1, "numpy")], "import numpy as np\n", [(1, 1)], False),
    "names of it": ([(1, "pandas.io")], "from pandas import io\n", [(1, 1)], False),
    "further down": ([(1, "numpy")], "import os\n\nimport numpy\n", [(3, 1)], True),
    "in another order": ([(1, "numpy"), (2, "pandas")], "import pandas\nimport numpy\n", [(1, 2), (2, 1)], True),
    "gone": ([(1, "numpy"), (2, "pandas")], "import pandas\n", [(1, 2)], True),
    "another one in its place": ([(1, "numpy"), (2, "pandas")], "import pandas\nimport x\n", [(1, 2)], True),
    "new": ([(2, "numpy")], "import torch\nimport numpy\n", [(2, 2)], False),
    "twice, and one before": (
        [(1, "numpy"), (2, "numpy")],
        "import os\nimport numpy\nimport numpy\n",
        [(2, 1), (3, 2)],
        True,
    ),
    "twice, and one is new": ([(1, "numpy")], "import numpy\nimport numpy\n", [(1, 1), (2, None)], False),
    "in a function": ([(2, "torch", "f")], IN_F, [(2, 2)], False),
    "moved into a function": ([(1, "torch")], IN_F, [(2, None)], True),
    "moved out of one": ([(2, "torch", "f")], "import torch\n", [(1, None)], False),
    "in a function with another name": ([(2, "torch", "f")], IN_F.replace("f()", "g()"), [(2, None)], False),
    "several on a line": ([(1, "numpy"), (2, "pandas")], "import numpy, pandas\n", [(1, 1)], True),
    "over several lines": ([(1, "pandas.io")], "from pandas import (\n    io,\n    api,\n)\n", [(1, 1)], False),
    "broken Python": ([(2, "numpy")], "def (:\nimport numpy\n", [(2, 2)], False),
    "of the standard library": ([], "import os, sys\nfrom json import dumps\n", [], False),
    "never met": ([], "import nobody_knows\n", [], False),
    "an empty text": ([(1, "numpy")], "", [], True),
    "a comment": ([(1, "numpy")], "# import numpy\n", [], True),
    "a string": ([(1, "numpy")], '"""\nimport numpy\n"""\n', [], True),
}


@pytest.mark.parametrize("name", FOLLOWED)
def test_an_import_is_followed(name: str) -> None:
    imports, text, lines, has_moved = FOLLOWED[name]
    found = read_lines(project(*imports), "app.py", Buffer.of(text))
    assert (known(found), found.has_moved) == (lines, has_moved)


def test_figures_go_with_their_line() -> None:
    found = read_lines(project((1, "numpy"), (2, "pandas")), "app.py", Buffer.of("import pandas\nimport numpy\n"))
    assert [[each.rss_bytes for each in line.startup] for line in found.lines] == [[2 * MIB], [1 * MIB]]


def test_a_new_import_of_what_is_installed_has_its_row_and_no_figure() -> None:
    found = read_lines(project((1, "numpy")), "other.py", Buffer.of("import numpy\n"))
    (line,) = found.lines
    assert ([row.name for row in line.rows], line.audited_line, line.startup, line.suggestions) == (
        ["numpy"],
        None,
        (),
        (),
    )


def test_a_relative_import_is_known_by_the_name_that_the_start_gave_it() -> None:
    lines = (builders.import_line("src/shop/app.py", 1, "shop.views", MIB),)
    audited = index_audit(builders.audit(import_lines=lines))
    for text in ("from . import views\n", "from .views import x\n", "from shop.views import x\n"):
        assert known(read_lines(audited, "src/shop/app.py", Buffer.of(text))) == [(1, 1)], text
    assert known(read_lines(audited, "src/shop/app.py", Buffer.of("from .models import x\n"))) == []


def test_the_same_lazy_import_elsewhere_tells_what_it_takes() -> None:
    use = builders.first_use("a.py", 5, function="g", statement=Statement("torch", ("nn",)), distributions=("torch",))
    audited = project((2, "torch", "f"), first_uses=(use,))
    text = "def f():\n    from torch import nn\n"
    (line,) = read_lines(audited, "app.py", Buffer.of(text)).lines
    assert line.first_uses == (use,)
    (line,) = read_lines(audited, "app.py", Buffer.of(text.replace("nn", "optim"))).lines
    assert line.first_uses == ()


def test_a_statement_is_found_from_each_of_its_lines() -> None:
    text = "from pandas import (\n    io,\n)\nx = 1\n"
    found = read_lines(project((1, "pandas.io")), "app.py", Buffer.of(text))
    assert [found.at(number) is not None for number in range(5)] == [False, True, True, True, False]


def test_namespaces_that_several_share_are_told_apart_by_the_audit_alone() -> None:
    shared = [builders.distribution(f"google-{name}", parts=(("google", 1),)) for name in ("storage", "pubsub")]
    seen = builders.distribution(
        "google-storage", parts=(("google", 1),), evidence=(builders.evidence(line=1, placement="module"),)
    )
    text = Buffer.of("from google.cloud import storage\n")
    assert read_lines(index_audit(builders.audit(*shared)), "app.py", text).lines == ()
    (line,) = read_lines(index_audit(builders.audit(seen, shared[1])), "app.py", text).lines
    assert [row.name for row in line.rows] == ["google-storage"]


def requirement(name: str, line: int, raw: str = "", file: str = "requirements.txt") -> Any:
    return builders.distribution(name, declared=(builders.declared_at(raw or name, file=file, line=line),))


REQUIREMENTS: dict[str, tuple[Sequence[Any], str, list[tuple[int, int | None]], bool]] = {
    "as they were": ([requirement("a", 1, "a==1"), requirement("b", 2)], "a==1\nb\n", [(1, 1), (2, 2)], False),
    "with another version": ([requirement("a", 1, "a==1")], "a==2\n", [(1, 1)], False),
    "spelled otherwise": ([requirement("py-yaml", 1)], "Py_YAML>=2\n", [(1, 1)], False),
    "further down": ([requirement("a", 1)], "\nb\na\n", [(3, 1)], True),
    "commented out": ([requirement("a", 1)], "# a\n", [], True),
    "in a comment": ([requirement("a", 2)], "b  # like a\na\n", [(2, 2)], False),
    "part of another name": ([requirement("a", 1)], "a-b\nb.a\n", [], True),
    "with extras": ([requirement("a", 1)], "a[b,c]~=1.0 ; python_version > '3'\n", [(1, 1)], False),
    "twice": (
        [
            builders.distribution(
                "a", declared=(builders.declared_at("a<2", line=1), builders.declared_at("a>2", line=2))
            )
        ],
        "a>2\na<2\n",
        [(1, 2), (2, 1)],
        True,
    ),
    "in TOML": ([requirement("a", 2, "a>=1")], 'dependencies = [\n  "a>=1",\n]\n', [(2, 2)], False),
    "gone": ([requirement("a", 1)], "", [], True),
    "an archive": ([requirement("a", 1, "https://x/a-1.zip")], "\nhttps://x/a-1.zip  # it\n", [(2, 1)], True),
    "of another file": ([requirement("a", 1, file="dev.txt")], "a\n", [], False),
}


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_a_requirement_is_followed(name: str) -> None:
    rows, text, lines, has_moved = REQUIREMENTS[name]
    found = read_lines(index_audit(builders.audit(*rows)), "requirements.txt", Buffer.of(text))
    assert (known(found), found.has_moved) == (lines, has_moved)


def test_a_script_declares_in_its_comments_and_imports_below() -> None:
    row = builders.distribution(
        "rich",
        parts=(("rich", 1),),
        declared=(builders.declared_at("rich>=1", file="run.py", line=2),),
        evidence=(builders.evidence("run.py", 4, placement="module"),),
    )
    text = '# /// script\n# dependencies = ["rich>=1"]\n# ///\nimport rich\n'
    found = read_lines(index_audit(builders.audit(row)), "run.py", Buffer.of(text))
    assert [(line.kind, line.line, line.audited_line) for line in found.lines] == [
        ("requirement", 2, 2),
        ("import", 4, 4),
    ]
    assert not found.has_moved


def test_evidence_that_is_no_statement_moves_nothing() -> None:
    row = builders.distribution("uv", evidence=(builders.evidence(line=2, placement="function", function="f"),))
    text = 'def f():\n    return ["-m", "uv"]\n'
    found = read_lines(index_audit(builders.audit(row)), "app.py", Buffer.of(text))
    assert (found.lines, found.has_moved) == ((), False)


def test_stubs_are_of_what_they_describe() -> None:
    row = builders.distribution("types-psutil", parts=(("psutil-stubs", 1), ("types_psutil-1.dist-info", 1)))
    (line,) = read_lines(index_audit(builders.audit(row)), "app.py", Buffer.of("import psutil\n")).lines
    assert [each.name for each in line.rows] == ["types-psutil"]
