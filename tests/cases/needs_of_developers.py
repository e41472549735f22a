"""What only developers need: the runner of test functions, what third-party code of tests loads, tools, notebooks."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, cases_of, code, lib, libs

FASTAPI: Mapping[str, Lib] = {
    "fastapi": lib("fastapi/__init__.py", fastapi__testclient="from starlette.testclient import TestClient\n",
                   requires=("starlette",)),
    "starlette": lib("starlette/__init__.py", requires=('httpx; extra == "full"',),
                     starlette__testclient="try:\n    import httpx\nexcept ModuleNotFoundError:\n"
                         "    raise RuntimeError('httpx')\n"
                     "class TestClient(httpx.Client): ...\n"),
    **libs("httpx pytest uvicorn requests"),
}  # fmt: skip
CLIENT = "from fastapi.testclient import TestClient\ndef test_x():\n    assert 1\n"
WEB = ("fastapi", "httpx", "pytest")
SITE = {"pytest": lib("pytest/__init__.py"), "pytest-mock": lib("pytest_mock.py",
  entry_points="[pytest11]\nx = pytest_mock\n"),
       **libs("tox nox poethepoet ipykernel ipython jupyter numpy pytest-like")}  # fmt: skip
BOOK = '{"cells": [{"cell_type": "code", "source": ["import json"]}], "nbformat": 4}'


def tested(text: str, *lines: str, main: str = "import fastapi", name: str = "tests/test_x.py") -> dict[str, str]:
    return {**code(main, *(lines or WEB), Procfile="web: python main.py\n"), name: text}


with_tests = cases_of(tested)


def beside(name: str, text: str, *lines: str) -> dict[str, str]:
    return {**code("", *lines, Procfile="web: python main.py\n"), name: text}


TEXT_BOOKS = {
    "report.py": "# ---\n# jupyter:\n#   jupytext:\n#     formats: ipynb,py:light\n# ---\nimport os\n",
    "book/cells.py": "# %% [markdown]\n# words\n# %%\nimport os\n",
    "page.md": "---\njupytext:\n  formats: md:myst\nkernelspec:\n  name: python3\n---\n# x\n",
    "page.Rmd": "---\ntitle: x\njupyter: python3\n---\n",
}


def both(asker: str, *, test: str = "", **more: str) -> Case:
    """An application on web, whose code is `asker`, with lone and pytest for developers; `more` is what is expected."""
    lists = '[project]\nname = "x"\nversion = "1"\ndependencies = ["web"]\n[dependency-groups]\n'
    project = {"pyproject.toml": f'{lists}dev = ["lone", "pytest"]\n', "main.py": "import web\napp = 1\n",
               "Procfile": "web: python main.py\n", **({"tests/test_x.py": test} if test else {})}  # fmt: skip
    says = {"lone": "declared for development in pyproject.toml:6"} if "lone" in more and not test else {}
    return Case(project, more, {"web": lib(web____init__=asker, web__other="import lone\n"), **libs("lone pytest")},
                says=says)  # fmt: skip


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "what the application loads asks for too": {
        "argilla: where it is there": both(
            "try:\n    import lone\nexcept ImportError:\n    lone = None\n", lone="tests likely web/__init__.py:2"),
        "argilla sibling: late": both("def f():\n    import lone\n", lone="tests likely web/__init__.py:2"),
        "argilla sibling: beside an import of another module": both(
            "from web import other\n", lone="tests likely web/other.py:1"),
        "noop: a module that nothing loads": both("", lone="tests certain"),
        "noop: under TYPE_CHECKING": both(
            "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import lone\n", lone="tests certain"),
        "noop: tests import it": both(
            "def f():\n    import lone\n", test="import lone\n", lone="tests certain tests/test_x.py:1"),
        "noop: it is known what developers need it for": both(
            "def f():\n    import pytest\n", test="def test_x(): ...\n", pytest="tests certain"),
    },
    "what tests load": {
        "A10 the client of tests": with_tests(
            CLIENT, {"httpx": "tests likely starlette/testclient.py:2", "pytest": "tests certain tests/test_x.py:2"},
            FASTAPI, declares=None, says={"httpx": "which only tests load"}),
        "A10 sibling: by the library below": with_tests(
            "from starlette.testclient import TestClient\ndef test_x(): ...\n", {"httpx": "tests"}, FASTAPI,
            declares="starlette httpx", main="import starlette"),
        "A10 sibling: inside a fixture": with_tests(
            "import pytest\n@pytest.fixture\ndef client():\n    from fastapi.testclient import TestClient\n",
            {"httpx": "tests", "pytest": "tests conftest.py:1"}, FASTAPI, declares=None, name="conftest.py"),
        "A10 sibling: a plain import of a library that tests import": with_tests(
            "import helper\ndef test_x(): ...\n", {"helper": "tests", "requests": "tests helper/__init__.py:1"},
            {**FASTAPI, "helper": lib(helper____init__="import requests\n")}, main=""),
        "A10 sibling: in a function of what tests import": Case(
            tested("import helper\ndef test_x(): ...\n", "helper", "requests", main=""), {"requests": "tests"},
            {**FASTAPI, "helper": lib(helper____init__="def get():\n    import requests\n")},
        ),
        "noop: guarded in what tests import": with_tests(
            "import helper\ndef test_x(): ...\n", {"requests": "unused"},
            {**FASTAPI, "helper": lib(helper____init__="try:\n    import requests\nexcept ImportError:\n"
                                      "    requests = None\n")}, declares="helper requests", main=""),
        "noop: the client is not imported": with_tests(
            "def test_x(): ...\n", {"httpx": "unused", "pytest": "tests"}, FASTAPI, declares=None),
        "noop: production imports the client": with_tests(
            "def test_x(): ...\n", {"httpx": "implied"}, FASTAPI, declares=None,
            main="from fastapi.testclient import TestClient"),
        "noop: production imports it": with_tests(
            CLIENT, {"httpx": "startup main.py:1"}, FASTAPI, declares=None, main="import httpx"),
    },
    "who runs tests": {
        "A10 plain functions": with_tests(
            "def test_x():\n    assert 1\n", {"pytest": "tests certain tests/test_x.py:1"}, main=""),
        "A10 sibling: of asyncio": with_tests(
            "import asyncio\nasync def test_x():\n    assert 1\n", {"pytest": "tests certain tests/test_x.py:2"},
            main=""),
        "A10 sibling: in a plain class": with_tests(
            "class TestThings:\n    def test_x(self):\n        assert 1\n", {"pytest": "tests certain"}, main=""),
        "A10 sibling: a plugin beside it": with_tests(
            "def test_x(mocker):\n    mocker.patch('a.b')\n", {"pytest": "tests", "pytest-mock": "tests"}, main=""),
        "A10 sibling: configured": with_tests(
            "", {"pytest": "tests likely pyproject.toml:1"}, main="",
            files={"pyproject.toml": "[tool.pytest.ini_options]\naddopts = '-q'\n"}),
        "A10 sibling: classes of unittest, and configured": with_tests(
            "import unittest\nclass A(unittest.TestCase):\n    pass\n", {"pytest": "tests likely pytest.ini:1"},
            main="", files={"pytest.ini": "[pytest]\n"}),
        "A10 sibling: classes of unittest alone": with_tests(
            "import unittest\nclass A(unittest.TestCase):\n    pass\n",
            {"pytest": "tests cannot-tell tests/test_x.py:2"}, main=""),
        "noop: no test": Case(code("", "pytest", Procfile="web: python main.py\n"), {"pytest": "unused"}),
        "noop: a function of that name in the application": a_project(
            "def test_x(): ...", {"pytest": "unused"}, Procfile="web: python main.py\n"),
        "noop: another distribution": with_tests("def test_x(): ...\n", {"pytest-like": "unused"}, main=""),
    },
    "tools and notebooks": {
        "A13 the kernel of a notebook": Case(
            beside("report.ipynb", BOOK, "ipykernel", "ipython"),
            {"ipykernel": "tests likely report.ipynb:1", "ipython": "tests likely report.ipynb:1"},
        ),
        "A13 sibling: in a folder": Case(beside("notebooks/report.ipynb", BOOK, "jupyter"),
          {"jupyter": "tests likely"}),
        "A13 sibling: a file of a tool": Case(beside("tox.ini", "[tox]\n", "tox"), {"tox": "tests"}),
        "A13 sibling: a file of code that a tool runs": Case(beside("noxfile.py", "x = 1\n", "nox"), {"nox": "tests"}),
        "A13 sibling: a table of a tool": Case(
            beside("pyproject.toml", "[tool.poe.tasks]\nx = 'y'\n", "poethepoet"),
              {"poethepoet": "tests likely pyproject.toml:1"},
        ),
        **{
            f"E2 sibling: a notebook as text: {name}": Case(
                beside(name, text, "jupytext", "ipykernel"), {"jupytext": "tests likely", "ipykernel": "tests likely"},
            )
            for name, text in TEXT_BOOKS.items()
        },
        "noop: a page that is no notebook": Case(
            beside("a.md", "---\ntitle: x\n---\njupyter: is named\n", "ipykernel"), {"ipykernel": "unused"},
        ),
        "noop: a module with dashes in a comment": Case(
            beside("a.py", "# ---\n# the jupyter part: old\n# ---\nx = '# %% no'\n", "ipykernel"),
            {"ipykernel": "unused"},
        ),
        "noop: no notebook": Case(beside("a.txt", "", "ipykernel", "ipython"), {"ipykernel": "unused",
          "ipython": "unused"}),
        "noop: not of notebooks": Case(beside("report.ipynb", BOOK, "numpy"), {"numpy": "unused"}),
        "noop: a table of another tool": Case(
            beside("pyproject.toml", "[tool.poetry]\nname = 'x'\n", "poethepoet"), {"poethepoet": "unused"},
        ),
        "noop: imported by the application": Case(
            {**beside("report.ipynb", BOOK, "ipython:IPython"), **code("import IPython", "ipython")},
            {"ipython": "startup main.py:1"}, {"ipython": lib("IPython/__init__.py")},
        ),
    },
}  # fmt: skip
