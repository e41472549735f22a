"""What only one file brings, late or under a guard: one stack with all that hangs on it."""

from pathlib import Path

import pytest

from footprint.model.audit import Audit, DistributionRow, GoingLine, LazyStack
from footprint.report.audit import markdown, table
from footprint.report.text.view import View
from footprint.units import MIB
from tests.cases.case import Case, Lib, audit_of, code, lib, libs
from tests.support.builders import audit as audit_value
from tests.support.builders import disk, evidence

SITE: dict[str, Lib] = {
    "embed": lib("embed/__init__.py", requires=("torch", "numbers-lib")),
    "torch": lib("torch/__init__.py", requires=("sympy",)),
    "learn": lib("learn/__init__.py", requires=("numbers-lib", "joblib")),
    **libs("web sympy numbers-lib:numbers_lib joblib"),
}
LATE = "def load():\n    import embed\n"


def project(*lines: str, **texts: str) -> dict[str, str]:
    more = {f"{name}.py": text for name, text in texts.items()}
    return {**code("import web\n" + "".join(f"import {name}\n" for name in texts), "web", *lines), **more}


# a project, and its stacks: where, what is imported there alone, and all that leaves with it
ALL = "a.py: embed -> embed numbers-lib sympy torch"
ROWS: dict[str, tuple[dict[str, str], str]] = {
    "one lazy place": (project("embed", a=LATE), ALL),
    "with its pins": (project("embed", "torch==1", "sympy==1", "numbers-lib==1", a=LATE), ALL),
    "two imports of one file are weighed together": (
        project("embed", "torch", a=f"{LATE}    import torch\n"),
        "a.py: embed torch -> embed numbers-lib sympy torch",
    ),
    "two files have a stack each": (
        project("embed", "learn", a=LATE, b="def fit():\n    import learn\n"),
        "a.py: embed -> embed sympy torch, b.py: learn -> joblib learn",
    ),
    "under a guard": (project("embed", a="try:\n    import embed\nexcept ImportError:\n    embed = None\n"), ALL),
    "what is imported and not declared stays": (
        project("embed", a=LATE, b="import numbers_lib\n"),
        "a.py: embed -> embed sympy torch",
    ),
    "what a used line holds stays": (
        project("embed", "learn", a=LATE, b="import learn\n"),
        "a.py: embed -> embed sympy torch",
    ),
    "noop: in two files": (project("embed", a=LATE, b=LATE), ""),
    "noop: at the start": (project("embed", a="import embed\n"), ""),
    "noop: nothing reaches it": ({**project("embed"), "dead.py": LATE}, ""),
    "noop: not declared": (project("web", a=LATE), ""),
}


@pytest.mark.parametrize("name", ROWS)
def test_stacks(name: str, tmp_path: Path) -> None:
    files, expected = ROWS[name]
    found = audit_of(tmp_path, Case(files, site=SITE)).lazy_stacks
    said = [f"{stack.path}: {' '.join(stack.names)} -> {' '.join(stack.distributions)}" for stack in found]
    assert ", ".join(said) == expected


def weight(audit: Audit, names: tuple[str, ...]) -> int:
    rows: list[DistributionRow] = [row for row in audit.distributions if row.name in names]
    return sum((row.apparent_bytes or 0) + (row.outside_bytes or 0) for row in rows)


def test_a_stack_names_its_lines_and_weighs_what_leaves(tmp_path: Path) -> None:
    files = project("embed", "torch==1", "sympy==1", a=LATE)
    audit = audit_of(tmp_path, Case(files, site=SITE))
    (stack,) = audit.lazy_stacks
    assert [(line.name, line.line) for line in stack.lines] == [("embed", 2), ("sympy", 4), ("torch", 3)]
    assert stack.disk_bytes == weight(audit, stack.distributions)
    assert [(item.path, item.line, item.function) for item in stack.evidence] == [("a.py", 2, "load")]
    assert "reached only by a.py:2: embed, 2 pins and 1 distribution that it requires" in table.render(
        audit, View(top=0)
    )


STACK = LazyStack(
    path="embedding_manager.py",
    evidence=(evidence("embedding_manager.py", 19),),
    names=("sentence-transformers",),
    distributions=("sentence-transformers", *(f"pin-{number}" for number in range(5))),
    lines=(
        GoingLine("sentence-transformers", "requirements.txt", 3),
        *(GoingLine(f"pin-{number}", "requirements.txt", 10 + number) for number in range(5)),
    ),
    disk_bytes=959 * MIB,
    first_use_rss_bytes=294 * MIB,
    startup_rss_bytes=None,
)
SENTENCE = (
    "959.0 MiB on disk, 294.0 MiB RSS when first imported, reached only by embedding_manager.py:19: "
    "sentence-transformers and 5 pins"
)


def test_a_stack_is_one_sentence() -> None:
    small = LazyStack("b.py", (), ("x",), ("x",), (), MIB, None, None)
    value = audit_value(disk=disk(site_apparent_bytes=2000 * MIB), lazy_stacks=(STACK, small))
    assert SENTENCE in table.render(value, View(top=0))
    assert "b.py" not in table.render(value, View(top=0))
    assert "sentence-transformers and 5 pins" in markdown.render(value)
