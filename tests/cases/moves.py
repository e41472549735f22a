"""What production declares and only developers need: what moves to a group for them, and what must stay."""

from collections.abc import Mapping

from tests.cases.case import Case, an_app, app, lib, libs

SITE = {
    "pytest": lib("pytest/__init__.py", requires=("pluggy",), entry_points="[console_scripts]\npytest = pytest:main\n"),
    "ruff": lib("ruff/__init__.py", entry_points="[console_scripts]\nruff = ruff:main\n"),
    "migrator": lib("migrator/__init__.py", entry_points="[console_scripts]\nmigrator = migrator:main\n"),
    "types-web": lib("web-stubs/__init__.pyi"),
    "pytest-plug": lib(
        "pytest_plug/__init__.py", requires=("pytest",), entry_points="[pytest11]\nplug = pytest_plug\n"
    ),
    **libs("pluggy web httpx numpy cython"),
    "hub": lib("hub/__init__.py", requires=("httpx",)),
}
TESTS = {"tests/test_app.py": "import pytest\nimport httpx\n\ndef test_it():\n    pass\n"}


def moved(lines: str, *, removes: Mapping[str, str] | None = None, text: str = "import web", **files: str) -> Case:
    """The case of an application that declares pytest and more; `lines`: what moves, "" for nothing."""
    declared = {name.replace("_", ".").replace("..", "/"): content for name, content in files.items()}
    advises = {f"move {words.split()[0]}": words for words in filter(None, lines.split("; "))}
    case = app(text, "web", "pytest", files={**TESTS, **declared})
    return Case(case, {"pytest": "tests"}, advises=advises, removes=removes)


def project(groups: str, **more: str) -> dict[str, str]:
    head = '[project]\nname = "p"\ndependencies = ["web", "pytest", "types-web"]\n'
    return {"pyproject.toml": head + groups, "main.py": "import web\n", "Procfile": "web: python main.py\n", **more}


KINDS = 'classifiers = ["Programming Language :: Python"]\n'


def offered(path: str, groups: str, lines: str) -> Case:
    """The case of a project that imports pytest in the file at `path`, in packages."""
    folders = path.split("/")[:-1]
    packages = {"/".join((*folders[: depth + 1], "__init__.py")): "" for depth in range(len(folders))}
    packages.pop("src/__init__.py", None)
    files = project(groups, **{**packages, path: "import pytest\n"})
    advises = {f"move {words.split()[0]}": words for words in filter(None, lines.split("; "))}
    return Case(files, {"pytest": "tests"}, advises=advises)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "used by tests alone": {
        "moves": moved("pytest 2"),
        "with the pins below it": Case(
            app("import web", "web", "pytest", "pluggy==1.0", files=TESTS),
            {"pytest": "tests", "pluggy": "transitive"}, advises={"move pytest": "pytest 2, pluggy 3"},
            findings=("FP111 pytest requirements.txt:2", "FP104 pluggy requirements.txt:3"),
        ),
        "what only its plugin brings in moves with it": Case(
            app("import web", "web", "pytest", "pytest-plug", files=TESTS),
            {"pytest": "tests", "pytest-plug": "tests"},
            advises={"move pytest": "pytest 2", "move pytest-plug": "pytest-plug 3"},
        ),
        "noop: the application imports what brings it in": Case(
            app("import web, pytest_plug", "web", "pytest", "pytest-plug", files=TESTS),
            {"pytest-plug": "startup"}, advises={},
        ),
        "and by code that nothing reaches": Case(
            app("import web", "web", "httpx", files={**TESTS, "old.py": "import httpx\n"}),
            {"httpx": "unreached"}, removes={}, advises={"move httpx": "httpx 2"},
        ),
        "noop: only code that nothing reaches": Case(
            app("import web", "web", "httpx", files={"old.py": "import httpx\n"}),
            {"httpx": "unreached"}, removes={"httpx": "httpx 2"}, advises={},
        ),
        "noop: a pin of what something else brings in": Case(
            app("import hub", "hub", "httpx", files=TESTS), {"httpx": "tests"}, advises={},
        ),
        "noop: and by a start command": Case(
            app("import web", "web", "pytest", files=TESTS, procfile="web: pytest main.py\n"),
            {"pytest": "implied"}, advises={},
        ),
        "noop: and by the application, in a function": Case(
            app("import web\ndef f():\n    import httpx", "web", "httpx", files=TESTS), {"httpx": "lazy"}, advises={},
        ),
        "noop: it is declared for development alone": Case(
            app("import web", "web", files={**TESTS, "requirements-dev.txt": "pytest\n"}),
            {"pytest": "tests"}, advises={},
        ),
        "declared for development as well: the line of production goes": Case(
            app("import web", "web", "pytest", files={**TESTS, "requirements-dev.txt": "pytest\n"}),
            {"pytest": "tests"}, advises={"move pytest": "pytest 2"},
        ),
        "noop: the project's own word": Case(
            app("import web", "web", "pytest  # footprint: needed: at work", files=TESTS),
            {"pytest": "implied certain requirements.txt:2"}, advises={},
        ),
        "silenced": Case(
            app("import web", "web", "pytest  # footprint: ignore[FP111]", files=TESTS), {"pytest": "tests"},
            suppressed=("FP111 pytest requirements.txt:2",),
        ),
        "noop: the line asks for an extra of our own": Case(
            {"pyproject.toml": '[project]\nname = "p"\ndependencies = ["web"]\n'
             '[project.optional-dependencies]\nredis = ["httpx"]\n', "main.py": "import web\n",
             "Procfile": "web: python main.py\n", **TESTS},
            {"httpx": "tests"}, advises={},
        ),
        "noop: only the build imports it": Case(
            app("import web", "web", "cython", files={"setup.py": "import cython\n"}), {"cython": "tests"}, advises={},
        ),
    },
    "run by developers alone": {
        "a checker": an_app(
            "import web", {"web": "startup", "ruff": "tests"}, files={"Makefile": "lint:\n\truff check .\n"},
            advises={"move ruff": "ruff 2"},
        ),
        "noop: a command that a server may run as well": an_app(
            "import web", {"web": "startup", "migrator": "tests"}, advises={},
            files={"Makefile": "migrate:\n\tmigrator upgrade\n"},
        ),
        "noop: the same, imported by tests": an_app(
            "import web", {"web": "startup", "migrator": "tests"}, advises={},
            files={"deploy.sh": "migrator upgrade\n", "tests/test_db.py": "import migrator\n"},
        ),
        "noop: an image installs and runs it": an_app(
            "import web", {"web": "startup", "ruff": "implied"}, advises={},
            files={"Dockerfile": "FROM python:3.11\nRUN ruff check .\nCMD python main.py\n"},
        ),
    },
    "offered for the tests of others": {
        **{
            f"noop: django-oscar: {path}": offered(path, KINDS, "")
            for path in ("p/test/factories/one.py", "p/testing.py", "p/pytest_plugin.py", "src/p/testing/deep/a.py")
        },
        **{
            f"a test of its own: {path}": offered(path, KINDS, "pytest pyproject.toml:3")
            for path in ("p/tests/factories.py", "p/test/test_a.py", "tests/testing/a.py", "p/testing/conftest.py")
        },
        "nobody installs it": offered(
            "p/test/factories/one.py", "", "pytest pyproject.toml:3; types-web pyproject.toml:3"),
    },
    "read by type checkers alone": {
        "stubs and what is imported for types": Case(
            project("", **{"models.py": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import numpy\n"}),
            {"types-web": "typing"}, advises={"move types-web": "types-web pyproject.toml:3"},
        ),
        "noop: a published project asks for them on behalf of its users": Case(
            project('classifiers = ["Programming Language :: Python"]\n'),
            {"types-web": "typing"}, advises={},
        ),
    },
}  # fmt: skip
