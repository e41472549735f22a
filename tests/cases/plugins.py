"""Distributions that register plugins: who reads the group decides. Members of extras on lines of their own."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, lib, plain
from tests.cases.libraries import ALCHEMY, of_alchemy


def plugin(name: str, group: str) -> Lib:
    return lib(f"{name}/__init__.py", entry_points=f"[{group}]\nx = {name}:x\n")


READER = lib(
    reader____init__="from importlib.metadata import entry_points\nall = entry_points(group='reader.things')\n"
)
UVICORN = {
    "uvicorn": lib("uvicorn/__init__.py", "uvicorn/main.py", requires=('uvloop>=0.15; extra == "standard"',),
                   uvicorn__loops="def setup():\n    import uvloop\n",
                   entry_points="[console_scripts]\nuvicorn = uvicorn.main:main\n"),
    "uvloop": plain("uvloop"),
}  # fmt: skip

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "plugins": {
        "plugin of a test runner": a_project(
            "", {"pytest-cov": "tests certain"},
            {"pytest": plain("pytest"), "pytest-cov": plugin("pytest_cov", "pytest11")}, declares="pytest pytest-cov"),
        "plugin of a linter, under another name": a_project(
            "", {"bugbear": "tests likely"},
            {"flake8": plain("flake8"), "bugbear": plugin("bugbear", "flake8.extension")}, declares="flake8 bugbear"),
        "dialect": of_alchemy(
            "", {"exotic": "implied likely"},
            {"sqlalchemy": ALCHEMY, "exotic": plugin("exotic", "sqlalchemy.dialects")}),
        "reader found by its code": a_project(
            "import reader", {"thing": "implied likely reader/__init__.py:2"},
            {"reader": READER, "thing": plugin("thing", "reader.things")}, declares="reader thing"),
        "group that nobody knows": a_project(
            "", {"thing": "implied cannot-tell"}, {"thing": plugin("thing", "odd.group")}),
        "group of a family": a_project(
            "import celery", {"beat": "implied likely"},
            {"celery": plain("celery"), "beat": plugin("beat", "celery.beat_schedulers")}, declares="celery beat"),
        "reader held by what is used": a_project(
            "import web", {"exotic": "implied cannot-tell"},
            {"web": lib("web/__init__.py", requires=("sqlalchemy",)), "sqlalchemy": ALCHEMY, "exotic": plugin("exotic",
                    "sqlalchemy.dialects")}, declares="web exotic"),
        "octoprint: a plugin of what developers use, which the application imports": a_project(
            "def build():\n    import setuptools", {"wheel": "implied cannot-tell", "setuptools": "lazy"},
            {"setuptools": plain("setuptools"), "wheel": plugin("wheel", "distutils.commands")},
            declares="setuptools wheel", advises={}),
        "octoprint noop: which only the build imports": a_project(
            "", {"wheel": "tests likely"},
            {"setuptools": plain("setuptools"), "wheel": plugin("wheel", "distutils.commands")},
            declares="wheel", files={"setup.py": "import setuptools\n"}),
        "noop: what registers with itself alone": a_project(
            "", {"setuptools": "unused likely", "flake8": "unused likely"},
            {"setuptools": plugin("setuptools", "distutils.commands"), "flake8": plugin("flake8", "flake8.extension")},
            says={"setuptools": "no import, no start command and no requirer; startup was not measured"},
            declares="setuptools flake8"),
        "noop: the reader is not there": a_project(
            "", {"exotic": "unused likely"}, {"exotic": plugin("exotic", "sqlalchemy.dialects")}),
        "noop: the reader is there and not used": a_project(
            "", {"exotic": "unused likely"}, {"sqlalchemy": ALCHEMY, "exotic": plugin("exotic", "sqlalchemy.dialects")},
            declares="sqlalchemy exotic"),
        "noop: test runner not there": a_project(
            "", {"pytest-cov": "unused likely"}, {"pytest-cov": plugin("pytest_cov", "pytest11")}),
        "noop: test runner for development, plugin too": a_project(
            "", {"pytest-cov": "tests certain"},
            {"pytest": plain("pytest"), "pytest-cov": plugin("pytest_cov", "pytest11")}, declares=None,
            files={"requirements-dev.txt": "pytest\npytest-cov\n"}),
        "noop: registers and is imported": a_project(
            "import thing", {"thing": "startup certain main.py:1"},
            {"pytest": plain("pytest"), "thing": plugin("thing", "pytest11")}, declares="pytest thing"),
        "noop: only a command": a_project(
            "", {"tool": "unused likely"},
            {"tool": lib("tool.py", entry_points="[console_scripts]\ntool = tool:main\n")}),
        "noop: reads its own group": a_project(
            "", {"thing": "implied cannot-tell"},
            {"thing": lib(thing="from importlib.metadata import entry_points\nentry_points(group='odd')\n",
              entry_points="[odd]\nx = thing:x\n")}),
        "member of an extra that a started server imports": a_project(
            "", {"uvloop": "implied cannot-tell uvicorn/loops.py:2"}, UVICORN, declares="uvicorn uvloop",
            Procfile="web: uvicorn main:app\n"),
        "noop: member of an extra that nothing of its owner imports": a_project(
            "", {"uvloop": "unused likely"},
            {**UVICORN, "uvicorn": lib("uvicorn/__init__.py", requires=('uvloop; extra == "standard"',),
                                       entry_points="[console_scripts]\nuvicorn = uvicorn.main:main\n")},
            declares="uvicorn uvloop", Procfile="web: uvicorn main:app\n"),
        "noop: member of an extra of what is not used": a_project(
            "", {"uvloop": "unused likely"}, UVICORN, declares="uvicorn uvloop"),
        "noop: member of an extra for developers": a_project(
            "import web", {"requests": "unused likely"},
            {"web": lib(web____init__="", web__check="def f():\n    import requests\n",
                        requires=('requests; extra == "test"',)), "requests": plain("requests")},
            declares="web requests"),
        "noop: pin of a requirement that is a plugin": a_project(
            "import web", {"thing": "transitive certain"},
            {"web": lib("web/__init__.py", requires=("thing",)), "thing": plugin("thing", "pytest11"),
             "pytest": plain("pytest")}, declares="web thing"),
    },
}  # fmt: skip
