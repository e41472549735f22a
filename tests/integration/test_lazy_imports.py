"""Lazy imports of CPython 3.15 (PEP 810), in interpreters that have them: `make test-315`."""

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from tests.support.command import footprint
from tests.support.machine import install, only_where
from tests.support.probing import costs, entry, probe, versions, whole, write
from tests.support.projects import site_of

ROOT = Path(__file__).parents[2]
LAZY = [pytest.param(path, id=label) for label, path in versions().items() if int(label.rstrip("td")[2:]) >= 15]
MISSING = [pytest.param(None, marks=pytest.mark.skip("needs CPython 3.15: make test-315"))]
on_lazy = pytest.mark.parametrize("python", LAZY or MISSING)

HOOKED = {
    "a submodule from a package": "lazy from pkg import sub\nsub.other()",
    "a dotted name": "lazy import pkg.sub\npkg.sub.other()",
    "another name": "lazy import pkg.sub as s, pkg.user as u\ns.other()\nu.use()",
    "an attribute": "lazy from pkg.sub import other\nother()",
    "of a package that promises it": "import pkg.user\npkg.user.use()",
    "by the list": "__lazy_modules__ = ['pkg']\nfrom pkg import sub\nsub.other()",
    "by an object": "class All:\n    def __contains__(self, name):\n        return True\n"
    "__lazy_modules__ = All()\nfrom pkg import sub\nsub.other()",
    "all": "import sys\nsys.set_lazy_imports('all')\nfrom pkg import sub\nimport pkg.user\nsub.other()",
    "behind a filter": "import sys\nsys.set_lazy_imports_filter(lambda importer, name, names: name != 'json')\n"
    "lazy import json\nlazy from pkg import sub\nsub.other()",
}
PACKAGE = {
    "pkg/__init__.py": "",
    "pkg/sub.py": "def other():\n    return 1\n",
    "pkg/user.py": "lazy from . import sub\nlazy from pkg.sub import other\n"
    "def use():\n    return sub.other() + other()\n",
}


@on_lazy
@pytest.mark.parametrize("hook", ["find_and_load", "meta_path"])
@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOOKED.items()])
def test_what_is_used_at_import_is_loaded_and_seen(text: str, hook: str, python: Path, tmp_path: Path) -> None:
    project = write(tmp_path, {"main.py": text, **PACKAGE})
    runtime = probe(python, project, entry(), hook=hook)
    assert runtime.hook == hook
    found = costs(whole(runtime))
    assert {"main", "pkg", "pkg.sub"} <= found.keys()
    assert all(cost.ok for cost in found.values())


def block(letter: str, size: int) -> bytes:
    """Return a module that takes `size` MiB, and does something when it is asked to."""
    return f"data = b'{letter}' * ({size} << 20)\ndef use():\n    return 1\n".encode()


@dataclass(frozen=True)
class Case:
    """A project, the class of each distribution, what its first uses did, and what never loaded."""

    main: str
    usage: str = "heavy lazy"  # "heavy lazy, light startup"
    tried: str = "import heavy: imported main.py:1"  # a line for each
    kept: str = "heavy"
    files: Mapping[str, str] = field(default_factory=dict)
    set: str = ""  # PYTHON_LAZY_IMPORTS
    failure: str = ""


LATER = "\n\ndef app():\n    heavy.use()\n"
ALL_MAIN = "import heavy\nfrom light import use\nuse()" + LATER
NEVER = ("", "", "")
CASES = {
    "lazy import": Case("lazy import heavy" + LATER),
    "dotted": Case("lazy import heavy.sub" + LATER, "heavy lazy", "import heavy.sub: imported main.py:1", "heavy.sub"),
    "from": Case("lazy from heavy import sub, use" + LATER, tried="from heavy import sub, use: imported main.py:1"),
    "used at import": Case("lazy from heavy import sub\nsub.use()", "heavy startup", "", ""),
    "one of two lines is used": Case(
        "lazy import heavy\nlazy from heavy import sub\nsub.use()" + LATER,
        *("heavy startup", "import heavy: loaded main.py:1", ""),
    ),
    "a module of the project": Case(
        "lazy import mine\n\ndef app():\n    mine.go()",
        *("heavy lazy", "import heavy: imported mine.py:1", "mine"),
        {"mine.py": "import heavy"},
    ),
    "a package of the project that promises": Case(
        "from own import other\nother.go()",
        *("heavy lazy, light startup", "import heavy: imported own/later.py:1", "own.later"),
        {
            "own/__init__.py": "lazy from . import later, other\n",
            "own/later.py": "import heavy",
            "own/other.py": "import light\ndef go():\n    return 1",
        },
    ),
    "a distribution that promises": Case("import promising", "promising startup", "", "promising.big"),
    "missing": Case(
        "lazy import absent\n\ndef app():\n    absent.use()", "", "import absent: failed main.py:1", "absent"
    ),
    "for types": Case(
        f"from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    lazy import light\nlazy import heavy{LATER}",
        *("heavy lazy, light typing", "import heavy: imported main.py:4"),
    ),
    "in a with block": Case(
        f"import contextlib\nwith contextlib.suppress(ImportError):\n    lazy import heavy{LATER}",
        tried="import heavy: imported main.py:3",
    ),
    "by a list": Case("__lazy_modules__ = ['heavy']; import heavy" + LATER),
    "by an object": Case(
        "class All:\n    def __contains__(self, name):\n        return name != 'light'\n"
        f"__lazy_modules__ = All()\nimport heavy\nimport light{LATER}",
        *("heavy lazy, light startup", "import heavy: imported main.py:5"),
    ),
    "by the mode": Case(ALL_MAIN, "heavy lazy, light startup", set="all"),
    "not by the mode: in a try": Case(
        "try:\n    import heavy\nexcept ImportError:\n    heavy = None\nimport light",
        *("heavy startup, light lazy", "import light: imported main.py:5", "light"),
        set="all",
    ),
    "not by the mode: a star": Case(
        "from heavy import *\nimport light",
        *("heavy startup, light lazy", "import light: imported main.py:2", "light"),
        set="all",
    ),
    "by the mode, through a module of the project": Case(
        "import routes\n\ndef app():\n    routes.go()",
        *("heavy lazy", "import heavy: imported routes.py:1", "routes"),
        {"routes.py": "import heavy"},
        set="all",
    ),
    "noop: the usual mode": Case(ALL_MAIN, "heavy startup, light startup", "", "", set="normal"),
    "by the application itself": Case(
        f"import sys\nsys.set_lazy_imports('all')\nimport heavy{LATER}", tried="import heavy: imported main.py:3"
    ),
    "but for a filter": Case(
        "import sys\nsys.set_lazy_imports_filter(lambda importer, name, names: name != 'heavy')\n"
        f"lazy import heavy\nlazy import light{LATER}",
        *("heavy startup, light lazy", "import heavy: loaded main.py:3\nimport light: imported main.py:4", "light"),
    ),
    "noop: in a function": Case(
        *("def app():\n    lazy import heavy\n", *NEVER),
        failure="SyntaxError: lazy import not allowed inside functions (main.py, line 2) main.py:2",
    ),
    "noop: in a try": Case(
        *("try:\n    lazy import heavy\nexcept ImportError:\n    pass\n", *NEVER),
        failure="SyntaxError: lazy import not allowed inside try/except blocks (main.py, line 2) main.py:2",
    ),
    "noop: a star": Case(
        *("lazy from heavy import *\n", *NEVER),
        failure="SyntaxError: lazy from ... import * is not allowed (main.py, line 1) main.py:1",
    ),
}


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    """An environment of one interpreter with five distributions."""
    folder = tmp_path_factory.mktemp("lazy") / "env"
    subprocess.run([request.param, "-m", "venv", "--without-pip", folder], check=True)
    site = site_of(folder)
    install(site, "heavy", {"heavy/__init__.py": block("h", 8), "heavy/sub.py": block("s", 4)})
    install(site, "light", {"light.py": block("l", 3)})
    promising = {"promising/__init__.py": b"lazy from promising import big\n", "promising/big.py": block("b", 2)}
    install(site, "promising", promising)
    return folder


on_env = pytest.mark.parametrize("env", LAZY or MISSING, indirect=True)


@on_env
@pytest.mark.parametrize("name", CASES)
def test_what_is_lazy_is_what_the_interpreter_keeps(name: str, env: Path, tmp_path: Path) -> None:
    case = CASES[name]
    write(tmp_path, {"requirements.txt": "heavy\nlight\npromising\n", "main.py": case.main, **case.files})
    given = ("--set", f"PYTHON_LAZY_IMPORTS={case.set}") if case.set else ()
    done = footprint("audit", tmp_path, "--env", env, "--entry", "main", *given, "-f", "json")
    audit = json.loads(done.stdout)
    (row,) = audit["entries"]
    failure = row["failure"]
    assert (f"{failure['message']} {failure['path']}:{failure['line']}" if failure else "") == case.failure
    found = {each["name"]: each["usage"] for each in audit["distributions"]}
    assert {pair: found[pair.split()[0]] for pair in case.usage.split(", ") if pair} == {
        pair: pair.split()[1] for pair in case.usage.split(", ") if pair
    }
    tried = [f"{each['statement']}: {each['outcome']} {each['path']}:{each['line']}" for each in audit["first_uses"]]
    assert sorted(tried) == case.tried.splitlines()
    assert row["lazy_modules"] == case.kept.split()
    sizes = {"heavy": 8, "light": 3}
    for each in audit["first_uses"]:
        if each["outcome"] == "imported":
            assert each["rss_bytes"] > sizes[each["distributions"][0]] << 20
    assert {each["name"]: each["rss_bytes"] for each in row["memory"]}.keys() >= {
        name for name in sizes if found[name] == "startup" and not failure
    }


# files, what is given, whether the import of heavy is lazy
STATED = {
    "a variable of the command": ({"Procfile": "web: PYTHON_LAZY_IMPORTS=all python main.py\n"}, "", True),
    "an option": ({"Procfile": "web: python -X lazy_imports=all main.py\n"}, "", True),
    "an option before a variable": (
        {"Procfile": "web: PYTHON_LAZY_IMPORTS=all python -Xlazy_imports=normal main.py\n"}, "", False,
    ),
    "a variable of the image": (
        {"Dockerfile": "FROM python:3.15\nENV PYTHON_LAZY_IMPORTS=all\nCOPY . .\nCMD python main.py\n"}, "", True,
    ),
    "a variable of the service": (
        {"compose.yaml": "services:\n  web:\n    build: .\n    command: python main.py\n"
         "    environment:\n      PYTHON_LAZY_IMPORTS: all\n"}, "", True,
    ),
    "what is given goes first": (
        {"Procfile": "web: PYTHON_LAZY_IMPORTS=all python main.py\n"}, "PYTHON_LAZY_IMPORTS=normal", False,
    ),
    "noop: another variable": ({"Procfile": "web: MY_PYTHON_LAZY_IMPORTS=all python main.py\n"}, "", False),
    "noop: another command": (
        {"Procfile": "web: python main.py\nother: PYTHON_LAZY_IMPORTS=all python else.py\n"}, "", False,
    ),
}  # fmt: skip


@on_env
@pytest.mark.parametrize("name", STATED)
def test_the_mode_that_a_start_states_holds_for_it(name: str, env: Path, tmp_path: Path) -> None:
    files, given, is_lazy = STATED[name]
    write(tmp_path, {"requirements.txt": "heavy\n", "main.py": "import heavy" + LATER, "else.py": "", **files})
    options = ("--set", given) if given else ()
    audit = json.loads(footprint("audit", tmp_path, "--env", env, *options, "-f", "json").stdout)
    row = next(each for each in audit["entries"] if each["target"] == "main.py")
    assert row["lazy_modules"] == ["heavy"] * is_lazy
    usages = {each["name"]: each["usage"] for each in audit["distributions"]}
    assert usages["heavy"] == ("lazy" if is_lazy else "startup")


@on_env
def test_what_was_never_loaded_is_told(env: Path, tmp_path: Path) -> None:
    files = {"requirements.txt": "heavy\n", "main.py": "lazy import heavy.sub\nlazy import absent\nimport promising\n"}
    text = footprint("audit", write(tmp_path, files), "--env", env, "--entry", "main").stdout
    assert "declared lazy, never loaded at start: absent, heavy.sub, promising.big" in text
    files = {"main.py": "import heavy\n"}
    text = footprint("audit", write(tmp_path / "other", files), "--env", env, "--entry", "main").stdout
    assert "declared lazy" not in text


@on_env
def test_a_line_that_is_only_promised_takes_nothing_from_the_line_that_loads(env: Path, tmp_path: Path) -> None:
    main = "lazy import heavy\nlazy from heavy import sub\nsub.use()" + LATER
    write(tmp_path, {"requirements.txt": "heavy\n", "main.py": main})
    audit = json.loads(footprint("audit", tmp_path, "--env", env, "--entry", "main", "-f", "json").stdout)
    (line,) = audit["import_lines"]
    assert line["line"] == 2 and line["rss_bytes"] > 12 << 20


REFUSED = {
    "another processor": ("uname", "echo Linux aarch64", "for Linux on x86-64, and this is Linux aarch64"),
    "another system": ("uname", "echo Darwin arm64", "for Linux on x86-64, and this is Darwin arm64"),
    "no apt": ("bash", "", "for Debian: there is no apt-get"),
}


@pytest.mark.parametrize("case", [pytest.param(case, id=name) for name, case in REFUSED.items()])
def test_the_recipe_says_where_it_is_none(case: tuple[str, str, str], tmp_path: Path) -> None:
    name, text, expected = case
    tools = tmp_path / "bin"
    tools.mkdir()
    if text:
        (tools / name).write_text(f"#!/bin/sh\n{text}\n")
        (tools / name).chmod(0o755)
    else:
        only_where(os.uname().sysname == "Linux" and os.uname().machine == "x86_64", "Linux on x86-64")
        (tools / "uname").symlink_to("/usr/bin/uname")
    command = ["/bin/bash", str(ROOT / "ci/python315"), str(tmp_path / "made")]
    done = subprocess.run(command, env={"PATH": str(tools)}, capture_output=True, text=True, check=False)
    assert done.returncode == 1 and expected in done.stderr and not done.stdout
    assert not (tmp_path / "made").exists()
