"""What is deferred runs as before; what would not is refused, for the right reason."""

import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from footprint.edit.imports.deferral import Wanted, defer_imports
from footprint.edit.imports.imported_name import ModuleAround
from footprint.edit.imports.lazy_forms import form_for
from footprint.edit.imports.project_names import read_project
from footprint.edit.imports.refusals import Obstacle
from footprint.model.deferrals import DeferralForm
from tests.support.machine import interpreters, need
from tests.unit.edit.deferral_case import DeferCase, Run, edited, outcome, outcomes
from tests.unit.edit.deferral_cases import MOVES, STAYS

LABELS = [pytest.param(label, python, id=label) for label, python in interpreters()]
LAZY = [pytest.param(label, python, id=label) for label, python in interpreters() if label.startswith("3.15")]


def version(label: str) -> tuple[int, int]:
    major, _, minor = label.rstrip("dt").partition(".")
    return int(major), int(minor)


@pytest.mark.parametrize("name", MOVES)
def test_what_moves_runs_as_before(name: str, tmp_path: Path) -> None:
    case = MOVES[name]
    made = edited(case)
    assert made.left == ()
    assert made.text != case.code
    compile(made.text.removeprefix("\ufeff"), "m.py", "exec")
    runs = (Run(case, made.text), Run(case, case.code), Run(case, made.text, asks(case)))
    new, old, asked = outcomes(tmp_path, sys.executable, runs)
    assert new == old
    assert asked == ("0", "False\n", "")


def asks(case: DeferCase) -> str:
    """Return a program that says whether importing the module loads the library."""
    module = case.path.removesuffix(".py").replace("/", ".")
    return f"import sys\nimport {module}\nprint({case.loaded!r} in sys.modules)\n"


@pytest.mark.parametrize("name", STAYS)
def test_what_stays_is_told_why(name: str, tmp_path: Path) -> None:
    case = STAYS[name]
    made = edited(case)
    assert made.text == case.code
    assert [each.refusal.reason for each in made.left] == [case.reason]
    assert made.left[0].refusal.show()
    assert outcome(tmp_path, sys.executable, case)[0] == "0"


# What stays out of caution, or since nothing would be saved: moved all the same, these examples of it run as before.
CAUTION = {
    "dataclass field": "only a library that looks the field up would fail",
    "private in a class": "no class uses it here",
    "a library that reads the clock": "the clock is not shown",
    "only annotations": "nothing looks them up",
    "atexit": "it depends on what the library starts",
    "called by the module": "no gain",
    "called by what the module calls": "no gain",
    "a method that the module calls": "no gain",
    "a decorator of its own": "no gain",
}


def test_what_stays_would_be_wrong_if_it_moved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footprint.edit.imports.deferral.check", lambda *given: None)
    moved = {name: made.text for name, case in STAYS.items() if (made := edited(case)).text != case.code}
    before = outcomes(tmp_path / "old", sys.executable, [Run(STAYS[name], STAYS[name].code) for name in moved])
    after = outcomes(tmp_path / "new", sys.executable, [Run(STAYS[name], text) for name, text in moved.items()])
    same = {name for name, old, new in zip(moved, before, after, strict=True) if old == new}
    assert same == set(CAUTION)


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in MOVES.items()])
def test_a_second_time_changes_nothing(case: DeferCase) -> None:
    once = edited(case).text
    again = edited(case, text=once)
    assert again.text == once
    assert len(again.left) == 1


@pytest.mark.parametrize(("label", "python"), LABELS)
def test_every_interpreter_runs_what_moves_as_before(label: str, python: Path, tmp_path: Path) -> None:
    known = {name: case for name, case in MOVES.items() if version(label) >= case.since}
    before = outcomes(tmp_path / "old", python, [Run(case, case.code) for case in known.values()])
    after = outcomes(tmp_path / "new", python, [Run(case, edited(case).text) for case in known.values()])
    found = zip(known, after, before, strict=True)
    assert {name: (new, old) for name, new, old in found if new != old} == {}


@pytest.mark.parametrize(("label", "python"), LAZY)
@pytest.mark.parametrize("form", ["lazy", "listed"])
def test_the_lazy_forms_do_as_the_plain_one(label: str, python: Path, form: DeferralForm, tmp_path: Path) -> None:
    wrong: dict[str, object] = {}
    for number, (name, case) in enumerate(MOVES.items()):
        made = edited(case, form)
        if made.text == case.code:
            reasons = [each.refusal.reason for each in made.left]
            if case.can_be_listed or reasons != [Obstacle.LAZY_LIST]:
                wrong[name] = reasons
            continue
        runs = (Run(case, case.code), Run(case, made.text), Run(case, made.text, asks(case)))
        old, new, asked = outcomes(tmp_path / str(number), python, runs)
        if new != old or asked[1] != "False\n":
            wrong[name] = [new, old]
    assert wrong == {}


@pytest.mark.parametrize(("label", "python"), LAZY)
@pytest.mark.parametrize("form", ["lazy", "listed"])
def test_what_stays_in_the_plain_form_is_never_wrong_in_a_lazy_one(
    label: str, python: Path, form: DeferralForm, tmp_path: Path
) -> None:
    wrong = {}
    for number, (name, case) in enumerate(STAYS.items()):
        made = edited(case, form)
        assert (made.text == case.code) == (made.deferred == ())
        if made.text != case.code:
            old, new = outcomes(tmp_path / str(number), python, (Run(case, case.code), Run(case, made.text)))
            if new != old or case.same_in_all_forms:
                wrong[name] = new, old
    assert wrong == {}


def test_interpreters_are_there() -> None:
    need(LABELS, "an interpreter from 3.8 on")


def defer(text: str, *wanted: Wanted, form: DeferralForm = "move") -> str:
    return defer_imports(text, wanted, ModuleAround("m.py", read_project({"m.py": text})), form).text


IN = "\n\n\ndef run():\n    from lib import lib\n\n    return lib.f(1)\n"
USE = "\n\n\ndef run():\n    return lib.f(1)\n"
TEXTS: Mapping[str, tuple[str, str]] = {  # what moves, and how it is laid out
    "a group of imports": (
        "import os\nimport lib\nimport sys" + USE,
        "import os\nimport sys\n\n\ndef run():\n    import lib\n\n    return lib.f(1)\n",
    ),
    "a group of its own": (
        "import os\n\nimport lib" + USE,
        "import os\n\n\ndef run():\n    import lib\n\n    return lib.f(1)\n",
    ),
    "the first lines of the file": (
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\nimport lib" + USE,
        "#!/usr/bin/env python\n# -*- coding: utf-8 -*-\n\n\ndef run():\n    import lib\n\n    return lib.f(1)\n",
    ),
    "a comment of several imports": (
        "# ours\nimport lib\nimport os" + USE,
        "# ours\nimport os\n\n\ndef run():\n    import lib\n\n    return lib.f(1)\n",
    ),
    "a comment on the line": (
        "import os\nimport lib  # noqa: heavy" + USE,
        "import os\n\n\ndef run():\n    import lib  # noqa: heavy\n\n    return lib.f(1)\n",
    ),
    "imports follow": (
        "import lib\n\n\ndef run():\n    import os\n\n    return lib.f(os)\n",
        "def run():\n    import lib\n    import os\n\n    return lib.f(os)\n",
    ),
    "comments and blank lines before the first statement": (
        'import lib\n\n\ndef run():\n    """Say."""\n\n    # one\n\n    # two\n    return lib.f(1)\n',
        'def run():\n    """Say."""\n    import lib\n\n    # one\n\n    # two\n    return lib.f(1)\n',
    ),
    "CRLF and tabs": (
        "import os\r\nimport lib\r\n\r\n\r\ndef run():\r\n\treturn lib.f(1)\r\n",
        "import os\r\n\r\n\r\ndef run():\r\n\timport lib\r\n\r\n\treturn lib.f(1)\r\n",
    ),
    "one line per name in brackets": (
        "from lib import (\n    A,  # one\n    lib,\n    B,\n)\n\n\nC = A, B\n\n\ndef run():\n    return lib.f(1)\n",
        "from lib import (\n    A,  # one\n    B,\n)\n\n\nC = A, B" + IN,
    ),
    "the last in brackets on one line": (
        "from lib import (A, lib)\n\n\nC = A\n\n\ndef run():\n    return lib.f(1)\n",
        "from lib import (A)\n\n\nC = A\n\n\ndef run():\n    from lib import lib\n\n    return lib.f(1)\n",
    ),
    "the last after a comment": (
        "from lib import (A,  # one\n    lib)\n\n\nC = A\n\n\ndef run():\n    return lib.f(1)\n",
        "from lib import (A,  # one\n    )\n\n\nC = A" + IN,
    ),
}


@pytest.mark.parametrize(("text", "expected"), TEXTS.values(), ids=TEXTS)
def test_the_layout_is_kept(text: str, expected: str) -> None:
    line = next(number for number, each in enumerate(text.splitlines(), 1) if "import lib" in each or "lib" in each)
    whole = "C = A" not in text
    assert defer(text, Wanted(line if whole else 1, ("lib",))) == expected


def test_several_imports_of_one_function_form_one_block() -> None:
    text = "import b\nimport os\nfrom a import c\n\n\ndef run():\n    return b, c, os\n\n\ndef one():\n    return c\n"
    assert defer(text, Wanted(3, ("c",)), Wanted(1, ("b",))) == (
        "import os\n\n\ndef run():\n    import b\n    from a import c\n\n    return b, c, os\n\n\n"
        "def one():\n    from a import c\n\n    return c\n"
    )


def test_dotted_imports_of_one_name_go_together_or_not_at_all() -> None:
    text = "import a.b\nimport a.c\n\n\ndef run():\n    return a.b, a.c\n"
    assert defer(text, Wanted(1)) == text
    assert defer(text, Wanted(1), Wanted(2)) == "def run():\n    import a.b\n    import a.c\n\n    return a.b, a.c\n"


@pytest.mark.parametrize(
    ("oldest", "newest", "form"),
    [((3, 15), (3, 15), "lazy"), ((3, 10), (3, 15), "listed"), ((3, 10), (3, 14), "move"), ((3, 16), (3, 17), "lazy")],
)
def test_the_form_is_one_that_all_supported_interpreters_know(
    oldest: tuple[int, int], newest: tuple[int, int], form: DeferralForm
) -> None:
    assert form_for(oldest, newest) == form


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('"""Doc."""\n\nimport lib' + USE, '"""Doc."""\n\n__lazy_modules__ = ["lib"]\n\nimport lib' + USE),
        (
            "from __future__ import annotations\n\nfrom lib.sub import lib" + USE,
            'from __future__ import annotations\n\n__lazy_modules__ = ["lib.sub"]\n\nfrom lib.sub import lib' + USE,
        ),
        ('__lazy_modules__ = ["a"]\nimport lib' + USE, '__lazy_modules__ = ["a", "lib"]\nimport lib' + USE),
        ('__lazy_modules__ = {"lib"}\nimport lib' + USE, '__lazy_modules__ = {"lib"}\nimport lib' + USE),
        ("__lazy_modules__ = make()\nimport lib" + USE, "__lazy_modules__ = make()\nimport lib" + USE),
    ],
)
def test_the_list_of_lazy_modules(text: str, expected: str) -> None:
    line = next(number for number, each in enumerate(text.splitlines(), 1) if each.endswith("import lib"))
    assert defer(text, Wanted(line), form="listed") == expected


def test_the_keyword() -> None:
    text = "import os\nfrom a import (\n    lib,\n)" + USE
    assert defer(text, Wanted(2), form="lazy") == "import os\nlazy from a import (\n    lib,\n)" + USE


def test_what_is_not_python_stays() -> None:
    text = "import lib\ndef (\n"
    made = defer_imports(text, [Wanted(1)], ModuleAround("m.py", read_project({})))
    assert (made.text, made.left[0].refusal.reason) == (text, Obstacle.NOT_PYTHON)


def test_every_reason_has_a_case() -> None:
    shown = {case.reason for case in STAYS.values()}
    assert set(Obstacle) - shown == {
        Obstacle.NOT_PYTHON,
        Obstacle.NO_IMPORT,
        Obstacle.TYPE_ALIAS,
        Obstacle.LAYOUT,
        Obstacle.LAZY_LIST,
    }
