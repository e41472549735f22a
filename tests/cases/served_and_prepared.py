"""Further servers, and what recipes, images and charts run for the application beside its server."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_tree, lib, libs

_WEB = "from flask import Flask\napp = Flask(__name__)\n"


def _tool(name: str, command: str) -> dict[str, Lib]:
    """Return a distribution with one console script."""
    module = name.partition("-")[0]
    return {name: lib(f"{module}/__init__.py", entry_points=f"[console_scripts]\n{command}={module}:main\n")}


def _served(server: str, command: str, path: str = "pkg/app.py", *, places: str = "") -> Case:
    """An image that serves one file of the project, while nothing reaches another one."""
    files = {
        "Dockerfile": f"FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD {command}\n",
        path: f"import {server}\nimport ujson\napp = 1\n",
        "old.py": "import lxml\n\n\ndef read():\n    return lxml\n",
        "requirements.txt": f"{server}\nujson\nlxml\n",
    }
    if "/" in path:
        files[f"{path.partition('/')[0]}/__init__.py"] = ""
    expect = {"ujson": places or f"startup certain {path}:2", "lxml": "unreached likely old.py:1"}
    return Case(files, expect, {**_tool(server, server), **libs("ujson lxml")})


def _prepared(expect: str, start: str, tool: str = "yoyo-migrations", command: str = "yoyo", **more: str) -> Case:
    """A web application whose start goes through a recipe."""
    files = {"web.py": _WEB, "Procfile": f"web: {start}\n", "requirements.txt": f"flask\ngunicorn\n{tool}\n"}
    files |= {name.replace("_DOT_", "."): text for name, text in more.items()}
    return Case(files, {tool: expect}, {**libs("flask gunicorn"), **_tool(tool, command)})


_TASKS = "[tool.pdm.scripts]\nserve = {shell = 'yoyo apply && gunicorn web:app'}\n"
_IMAGE = "FROM python:3.12\nWORKDIR /app\nENV APP=svc.wsgi\nCOPY . .\nCMD exec gunicorn --bind :$PORT $APP:app\n"

CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "servers": {
        "B6 sibling: panel": _served("panel", "panel serve dash.py --port 80", "dash.py"),
        "B6 sibling: marimo": _served("marimo", '["marimo", "run", "nb.py", "--host", "0.0.0.0"]', "nb.py"),
        "B6 sibling: fastmcp": _served("fastmcp", "fastmcp run server.py:app", "server.py"),
        "B6 sibling: shiny": _served("shiny", "shiny run --host 0.0.0.0 pkg.app:app"),
        "B6 sibling: litestar": _served("litestar", "litestar --app pkg.app:app run"),
        "B6 sibling: sanic": _served("sanic", "sanic pkg.app:app --host=0.0.0.0"),
        "B6 sibling: waitress by its module": _served("flask", "python -m waitress --port 80 pkg.app:app"),
        "B6 sibling: a variable of the image names the module": a_tree(
            {"Dockerfile": _IMAGE, "svc/wsgi.py": _WEB, "old.py": "import lxml\n"},
            {"flask": "startup certain svc/wsgi.py:1", "lxml": "unreached likely"},
            libs("flask gunicorn lxml"),
            declares="flask gunicorn lxml",
            empty="svc/__init__.py",
        ),
        "noop: another command of a server": a_tree(
            {"Makefile": "check:\n\tshiny --version\n", "web.py": _WEB},
            {"flask": "startup certain web.py:1"},
            libs("flask gunicorn"),
            web="gunicorn web:app",
            declares="flask gunicorn",
        ),
    },
    "what a start runs first": {
        "B2 sibling: a recipe": _prepared(
            "implied certain Makefile:2", "make run", Makefile="run:\n\tyoyo apply\n\tgunicorn web:app\n"
        ),
        "B2 sibling: a step before": _prepared(
            "implied certain Makefile:5",
            "make run",
            Makefile=".PHONY: run\nrun: migrate\n\tgunicorn web:app\nmigrate:\n\tyoyo apply\n",
        ),
        "B2 sibling: a step before, in a justfile": _prepared(
            "implied certain justfile:4",
            "just run",
            justfile="run: migrate\n    gunicorn web:app\nmigrate:\n    yoyo apply\n",
        ),
        "B2 sibling: a task called like a program": _prepared(
            "implied certain pyproject.toml:2", "pdm run serve", pyproject_DOT_toml=_TASKS
        ),
        "B2 sibling: a wrapper in a script of npm": _prepared(
            "implied certain package.json:2",
            "npm run start:prod",
            "ddtrace",
            "ddtrace-run",
            package_DOT_json='{"scripts": {\n"start:prod": "ddtrace-run gunicorn web:app"\n}}\n',
        ),
        "B2 sibling: zappa deploys it": _prepared(
            "tests zappa_settings.json:1",
            "gunicorn web:app",
            "zappa",
            "zappa",
            zappa_settings_DOT_json='{"prod": {"app_function": "web.app"}}\n',
        ),
        "noop: another recipe": _prepared(
            "tests Makefile:4",
            "make run",
            "pylint",
            "pylint",
            Makefile="run:\n\tgunicorn web:app\nlint:\n\tpylint web\n",
        ),
    },
    "declared at the wrong place": {
        "E1 sibling: a group of Poetry without its dependencies": Case(
            {
                "main.py": "import click\nimport yaml\napp = 1\n",
                "pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nclick = '*'\n"
                "[tool.poetry.group.main]\npyyaml = '*'\n",
            },
            {"click": "startup"},
            libs("click pyyaml:yaml"),
            findings=("FP105 pyyaml main.py:2",),
            undeclared={"yaml": "which could not be read"},
        ),
        "noop: an optional group": Case(
            {
                "main.py": "import click\napp = 1\n",
                "pyproject.toml": "[tool.poetry]\nname = 'x'\n[tool.poetry.dependencies]\nclick = '*'\n"
                "[tool.poetry.group.dev]\noptional = true\n[tool.poetry.group.dev.dependencies]\nruff = '*'\n",
            },
            {"click": "startup", "ruff": "tests"},
            libs("click ruff"),
        ),
    },
}
