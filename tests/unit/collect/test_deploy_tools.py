"""Console tools named in recipes, scripts, pipelines and services, and what that makes of a declared line."""

from pathlib import Path
from typing import Any

import pytest

from footprint.analysis.use.classification import classify
from footprint.collect.deploy import read_deploy_files
from footprint.collect.deploy.files.deploy_files import BYTES_AT_MOST
from footprint.model.audit import Confidence, Usage
from footprint.model.source_modules import Purpose, ToolUse
from tests.support.builders import facts, requirement
from tests.support.projects import write

WATCHED = frozenset(
    {"gunicorn", "uvicorn", "celery", "alembic", "pytest", "ruff", "mypy", "black", "sphinx-build", "mkdocs", "tox"}
    | {"playwright", "datasette", "flask", "hypercorn"}
)
HOOKS = "repos:\n- repo: local\n  hooks:\n  - id: mypy\n"

# path: (text, [(tool, line, purpose)]), of the watched tools
FILES: dict[str, dict[str, tuple[str, list[tuple[str, int, Purpose]]]]] = {
    "Makefile": {
        "recipe": ("test:\n\tpytest -q\n", [("pytest", 2, "development")]),
        "silent and ignoring": ("test:\n\t@-pytest -q\n", [("pytest", 2, "development")]),
        "on the line of the rule": ("test: ; pytest\n", [("pytest", 1, "development")]),
        "variable": ("BIN ?= .venv/bin\nlint:\n\t$(BIN)/ruff check .\n", [("ruff", 3, "development")]),
        "variable of a variable": ("V := v\nB = $(V)/bin\nlint:\n\t$(B)/ruff .\n", [("ruff", 4, "development")]),
        "unknown variable before it": ("lint:\n\t$(RUN) ruff check .\n", [("ruff", 2, "development")]),
        "python variable": ("test:\n\t$(PYTHON) -m pytest\n", [("pytest", 2, "development")]),
        "continued": ("test:\n\tcd a && \\\n\t  pytest\n", [("pytest", 3, "development")]),
        "two in a line": ("q:\n\tblack . && mypy .\n", [("black", 2, "development"), ("mypy", 2, "development")]),
        "a server is a start": ("run:\n\tuvicorn main:app --reload\n", [("uvicorn", 2, "start")]),
        "a worker class too": (
            "run:\n\tgunicorn -k uvicorn.workers.UvicornWorker a:b\n",
            [("gunicorn", 2, "start"), ("uvicorn", 2, "start")],
        ),
        "noop: comment": ("# pytest\nt:\n\t# pytest\n\ttrue\n", []),
        "noop: echo": ('help:\n\t@echo "make test: run pytest"\n', []),
        "noop: target of that name": ("pytest:\n\ttrue\n.PHONY: pytest\nall: pytest\n", []),
        "noop: variable": ("TOOL = pytest\n", []),
        "noop: install": ("dev:\n\tpip install pytest black\n", []),
        "noop: path": ("clean:\n\trm -rf .pytest_cache build/mypy\n", []),
        "noop: apt-get": ("sys:\n\tsudo apt-get install gunicorn\n", []),
        "noop: variables without end": ("A = $(A)$(A)$(A)\nt:\n\t$(A)\n", []),
    },
    "justfile": {
        "recipe": ("bin := 'b'\ntest:\n    {{bin}} && pytest\n", [("pytest", 3, "development")]),
        "variable": ("bin := '.venv/bin'\ntest:\n    @{{ bin }}/pytest\n", [("pytest", 3, "development")]),
        "noop: top level": ("pytest := 'pytest'\n# mypy\n", []),
    },
    "Taskfile.yml": {
        "list": ("tasks:\n  t:\n    cmds:\n      - pytest\n      - cmd: mypy .\n", [("pytest", 4, "development")]),
    },
    "package.json": {
        "script": ('{"name": "x",\n "scripts": {\n  "py": "pytest -q"\n }}', [("pytest", 3, "development")]),
        "server": ('{"scripts": {"dev": "vite & uvicorn a:b"}}', [("uvicorn", 1, "start")]),
        "noop: dependency": ('{"dependencies": {"pytest": "1"}}', []),
        "noop: no JSON": ('{"scripts": {"a": "pytest"', []),
        "noop: not an object": ('["pytest"]', []),
    },
    "pyproject.toml": {
        "hatch": ("[tool.hatch.envs.default.scripts]\ntest = 'pytest'\nall = [\n  'test',\n  'mypy .',\n]\n",
                  [("pytest", 2, "development"), ("mypy", 5, "development")]),
        "pdm": ("[tool.pdm.scripts]\nt = {cmd = 'pytest -q'}\nstart.shell = 'flask run'\n",
                [("pytest", 2, "development"), ("flask", 3, "start")]),
        "poe": ("[tool.poe.tasks]\ntest = 'pytest'\n[tool.poe.tasks.lint]\nhelp = 'run black'\nshell = 'ruff .'\n",
                [("pytest", 2, "development"), ("ruff", 5, "development")]),
        "taskipy": ("[tool.taskipy.tasks]\nt = 'pytest'\n", [("pytest", 2, "development")]),
        "pixi": ("[tool.pixi.feature.a.tasks]\nt = 'pytest'\n[tool.pixi.tasks]\nm = 'mypy'\n",
                 [("pytest", 2, "development"), ("mypy", 4, "development")]),
        "noop: requirements": ("[project]\ndependencies = ['pytest']\n[tool.black]\nx = 'black'\n", []),
        "noop: scripts of the project": ("[project.scripts]\npytest = 'mypy:main'\n", []),
        "noop: no TOML": ("[tool.poe.tasks]\nt = pytest\n", []),
        "noop: other values": ("[tool.poe.tasks]\nt = 1\nu = {cmd = {cmd = 'pytest'}}\nv = [{cmd = 'mypy'}]\n", []),
    },
    ".github/workflows/ci.yml": {
        "run": ("jobs:\n  a:\n    steps:\n    - run: pytest -q\n", [("pytest", 4, "development")]),
        "named step": ("    steps:\n      - name: x\n        run: 'ruff check'\n", [("ruff", 3, "development")]),
        "block": (
            "    - run: |\n        pip install pytest\n        pytest\n\n        mypy .\n    - uses: x\n",
            [("pytest", 3, "development"), ("mypy", 5, "development")],
        ),
        "stripped block": ("    - run: >-\n        pytest\n", [("pytest", 2, "development")]),
        "migration": ("    - run: alembic upgrade head\n", [("alembic", 1, "start")]),
        "template that is no YAML": ("{% raw %}\n    - run: pytest\n  {{ x }: [\n", [("pytest", 2, "development")]),
        "noop: name of a step": ("    - name: run pytest\n      uses: x/pytest\n", []),
        "noop: with": ("    - uses: a/b\n      with:\n        args: pytest\n", []),
        "noop: defaults": ("defaults:\n  run:\n    shell: bash\n    working-directory: pytest\n", []),
        "noop: comment": ("    # - run: pytest\n", []),
        "noop: after a block": ("    - run: |\n        true\n      name: |\n        pytest\n", []),
    },
    ".gitlab-ci.yml": {
        "script": ("test:\n  script:\n    - pytest\n    - ruff check .\n  image: mypy\n",
                   [("pytest", 3, "development"), ("ruff", 4, "development")]),
        "items at the key": ("test:\n  script:\n  - pytest\n  image: x\n", [("pytest", 3, "development")]),
        "before and after": (
            "a:\n  before_script: [\"black .\"]\n  after_script:\n    - |\n      mypy .\n",
            [("black", 2, "development"), ("mypy", 5, "development")],
        ),
        "noop: stages": ("stages:\n  - pytest\n", []),
    },
    ".pre-commit-config.yaml": {
        "local hook": (f"{HOOKS}    entry: mypy src\n", [("mypy", 5, "development")]),
        "noop: of a repository": ("repos:\n- repo: https://github.com/psf/black\n  hooks:\n  - id: black\n", []),
    },
    "tox.ini": {
        "commands": ("[testenv]\ncommands =\n    pytest {posargs}\n    mypy: mypy .\n",
                     [("pytest", 3, "development"), ("mypy", 4, "development")]),
        "on the line": ("[testenv:lint]\ncommands = ruff check\ndeps = black\n", [("ruff", 2, "development")]),
        "a server in a test": ("[testenv]\ncommands = gunicorn --check-config a:b\n", [("gunicorn", 2, "development")]),
        "python": ("[testenv]\ncommands_pre =\n  {envpython} -m pytest\n", [("pytest", 3, "development")]),
        "noop: deps": ("[testenv]\ndeps =\n    pytest\n    black\n[pytest]\naddopts = mypy\n", []),
    },
    "noxfile.py": {
        "run": ("def t(session):\n    session.install('black')\n    session.run('pytest', '-q')\n",
                [("pytest", 3, "development")]),
        "over lines": ("def t(session):\n    session.run(\n        'python', '-m', 'mypy', x,\n    )\n",
                       [("mypy", 2, "development")]),
        "noop": ("def t(session):\n    # session.run('pytest')\n    session.log('mypy')\n", []),
    },
    "deploy/app.service": {
        "started": ("[Service]\nExecStart=/opt/venv/bin/gunicorn app:app\n", [("gunicorn", 2, "start")]),
        "prefixed and continued": ("ExecStartPre=-alembic upgrade head\nExecStart=!/v/bin/datasette \\\n  serve\n",
                                   [("alembic", 1, "start"), ("datasette", 2, "start")]),
        "noop": ("[Unit]\nDescription=gunicorn daemon\nAfter=celery.service\n#ExecStart=gunicorn\n", []),
    },
    "supervisord.conf": {
        "program": ("[program:w]\ncommand=celery -A a worker ; gunicorn\n", [("celery", 2, "start")]),
        "noop": ("[program:gunicorn]\n;command=gunicorn a:b\ndirectory=/srv/gunicorn\n", []),
    },
    "crontab": {
        "entry": ("*/5 * * * * cd /app && celery -A a call x\n", [("celery", 1, "start")]),
        "user and nickname": ("@daily root /venv/bin/datasette x\n0 3 * * 1-5 www-data alembic check\n",
                              [("datasette", 1, "start"), ("alembic", 2, "start")]),
        "a user of any name": ("@hourly  apache  celery -A a call x\n2,17 * * * * apache\tcd /app && alembic check\n",
                               [("celery", 1, "start"), ("alembic", 2, "start")]),
        "of a path": ("* * * * * svc_mail /opt/venv/bin/datasette x\n* * * * * svc_mail datasette y\n",
                      [("datasette", 1, "start"), ("datasette", 2, "start")]),
        "a user that bears a program's name": ("@daily root datasette x\n* * * * * celery /srv/bin/alembic y\n",
                                                [("datasette", 1, "start"), ("celery", 2, "start")]),
        "noop: no user where an entry begins with a command": (
            "* * * * * datasette /srv/bin/x\n* * * * * python -m alembic check\n",
            [("datasette", 1, "start"), ("alembic", 2, "start")],
        ),
        "noop: arguments": ("* * * * * datasette serve\n* * * * * alembic /srv/x\n",
                            [("datasette", 1, "start"), ("alembic", 2, "start")]),
        "noop": ("# * * * * * celery\nPATH=/gunicorn\nMAILTO=celery\n", []),
    },
    "Dockerfile": {
        "build": ("FROM p\nRUN pip install gunicorn && \\\n    # browsers\n    playwright install\n",
                  [("playwright", 4, "build")]),
        "module of a tool": ("FROM p\nRUN true && \\\n  python -m mkdocs.__main__ x\n", [("mkdocs", 3, "build")]),
        "mounted": ("FROM p\nRUN --mount=type=cache,target=/x \\\n  mkdocs build\n", [("mkdocs", 3, "build")]),
        "below a comment": ("FROM p\n\n# docs\n# more\nRUN mkdocs build\n", [("mkdocs", 5, "build")]),
        "file of its name": (
            "FROM p\nRUN true mkdocs.yml \\\n && mkdocs build\n", [("mkdocs", 3, "build")],
        ),
        "exec form": ('FROM p\nRUN ["mkdocs", "build"]\n', [("mkdocs", 2, "build")]),
        "migration": ("FROM p\nRUN alembic check\nCMD gunicorn a:b\n",
                      [("gunicorn", 3, "start"), ("alembic", 2, "build")]),
        "noop": ("FROM gunicorn\nENV TOOL=celery\nLABEL x=pytest\nCOPY gunicorn /mypy\nRUN apk add celery\n", []),
    },
    "scripts/start.sh": {
        "starts": ("#!/bin/sh\nset -e\nexec datasette serve\n", [("datasette", 3, "start")]),
        "branches": ("if [ -n \"$M\" ]; then\n  datasette check\nfi\n", [("datasette", 2, "start")]),
        "noop": ("#!/bin/sh\n# datasette\necho datasette\ncat <<EOF\ndatasette serve\nEOF\n", []),
    },
    "scripts/run_tests.sh": {"checks": ("pytest\n", [("pytest", 1, "development")])},
    "scripts/lint": {
        "shebang": ("#!/usr/bin/env bash\nruff check .\n", [("ruff", 2, "development")]),
        "noop: another language": ("#!/usr/bin/env ruby\nruff check\n", []),
        "noop: no shebang": ("ruff check\n", []),
    },
    "bin/dev": {"server": ("#!/bin/sh\nflask run\n", [("flask", 2, "start")])},
    # none of the places where commands stand
    "README.md": {"noop": ("    pytest\n    gunicorn app:app\n", [])},
    "node_modules/x/Makefile": {"noop": ("t:\n\tpytest\n", [])},
    "node_modules/x/package.json": {"noop": ('{"scripts": {"t": "pytest"}}', [])},
    "a/b/c/Makefile": {"noop: too deep": ("t:\n\tpytest\n", [])},
}  # fmt: skip
CASES = [
    pytest.param(path, *case, id=f"{path} {name}") for path, cases in FILES.items() for name, case in cases.items()
]


def uses_in(project: Path) -> list[ToolUse]:
    found = read_deploy_files(project)
    assert found.notes == ()
    return [use for use in found.tools if use.tool in WATCHED]


@pytest.mark.parametrize(("path", "text", "expected"), CASES)
def test_tools_of_a_file(tmp_path: Path, path: str, text: str, expected: list[tuple[str, int, Purpose]]) -> None:
    write(tmp_path, {path: text})
    uses = uses_in(tmp_path)
    assert [(use.tool, use.line, use.purpose) for use in uses] == expected
    lines = text.splitlines()
    for use in uses:
        assert use.path == path
        assert use.tool in use.command
        assert use.tool in "\n".join(lines[use.line - 1 : use.line + 2])


CALLERS = {
    "by a Procfile": {"Procfile": "web: bash ops/go.sh\n"},
    "by a Dockerfile": {"Dockerfile": 'FROM p\nCOPY . .\nCMD ["/app/ops/go.sh"]\n'},
    "by an image build": {"Dockerfile": "FROM p\nRUN ./ops/go.sh\n"},
    "by a unit": {"deploy/x.service": "ExecStart=/srv/ops/go.sh\n"},
    "by its path": {"Procfile": "web: sh -c 'exec ./ops/go.sh --now'\n"},
    "by another script": {"start.sh": ". ./ops/go.sh\n"},
    "by a script that is called": {"Procfile": "web: ./ops/first.sh\n", "ops/first.sh": "exec ops/go.sh\n"},
}


@pytest.mark.parametrize("files", CALLERS.values(), ids=CALLERS)
def test_script_that_the_start_calls_starts(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, {**files, "ops/go.sh": "datasette serve\n"})
    assert [(use.path, use.purpose) for use in uses_in(tmp_path)] == [("ops/go.sh", "start")]


def test_script_without_a_suffix_is_called_by_its_path(tmp_path: Path) -> None:
    script = "#!/bin/sh\ndatasette migrate\n"
    write(tmp_path, {"Procfile": "release: bin/release\n", "bin/release": script, "bin/other": script})
    purposes = {use.path: use.purpose for use in uses_in(tmp_path)}
    assert purposes == {"bin/release": "start", "bin/other": "development"}


@pytest.mark.parametrize("files", [{}, {"Makefile": "t:\n\tops/go.sh\n"}, {"Procfile": "web: ./ops/go2.sh\n"}])
def test_script_that_nothing_starts_is_for_development(tmp_path: Path, files: dict[str, str]) -> None:
    write(tmp_path, {**files, "ops/go.sh": "datasette serve\n"})
    assert [(use.path, use.purpose) for use in uses_in(tmp_path)] == [("ops/go.sh", "development")]


N = 50_000
HOSTILE = {
    "scripts/a.sh": ["<<E\n" * N, "".join(f"<<E{n}\n" for n in range(N // 2)), "'\n\"\n" * (N // 2), "`" * N, "$(" * N],
    "scripts/nested.sh": [
        "".join(f"sh <<E{n}\n" for n in range(3000)) + "".join(f"E{n}\n" for n in range(2999, -1, -1))
    ],
    "a.bat": ["(for " * N, "^\n" * N, "set x=" + " " * N + "&", "set x=a (for (for if (x\n" * (N // 20)],
    ".vscode/launch.json": ["/* " * (N // 2), "," * N, '"' * N, "//,\n" * (N // 2)],
    "Makefile": ["A = a" + " " * N + "b\n", "A = $(A)$(A)\nt:\n" + "\t$(A)\n" * 1000, "a" + "\n" * N, "\t\\\n" * N],
    "justfile": ["a := 'a" + " " * N + "b\n", "a := '{{a}}{{a}}'\nt:\n" + " {{a}}\n" * 1000],
    "Dockerfile": [
        "FROM a\n" * (N // 2),
        "FROM a AS a\nCOPY a b\n" * (N // 8),
        "RUN \\\n" * (N // 2),
        "CMD " + "a" * N,
        "FROM a\n" + "".join(f"COPY <<E{n} /x{n}\na\nE{n}\nFROM {n}\n" for n in range(N // 50)),
    ],
    "Procfile": ["web: " + "a" * N, 'web: GUNICORN_CMD_ARGS="\'" gunicorn a:b\n', "web: sh -c " + "'sh -c " * 500],
    ".github/workflows/a.yml": ["- run: |\n" * (N // 2), "run:\n" * N, "- " * N, "run: " + "'" * N],
    "package.json": ["[" * N, '{"scripts": {' + ",".join(f'"{n}": "a"' for n in range(3000)) + "}}"],
    "tox.ini": ["commands =\n" * (N // 4), "[testenv]\ncommands = " + "a" * N],
    "noxfile.py": [".run(" * N, ".run('" + "' '" * N, ".run('a'" + " " * N],
    "crontab": ["* " * N, "1 " * 5 + "\n" + " " * N],
    "pyproject.toml": ["[tool.poe.tasks]\na = " + "[" * N, "[tool.pixi" + ".a" * 1000 + "]\n"],
}


@pytest.mark.parametrize(
    ("path", "text"),
    [pytest.param(path, text, id=f"{path} {n}") for path, texts in HOSTILE.items() for n, text in enumerate(texts)],
)
def test_hostile_file_is_read_or_passed_over(tmp_path: Path, path: str, text: str) -> None:
    write(tmp_path, {path: text})
    uses = read_deploy_files(tmp_path).tools
    assert all(use.path == path for use in uses)


def test_files_together_are_read_up_to_a_limit(tmp_path: Path) -> None:
    line = "# " + "x" * 97 + "\n"
    write(tmp_path, {f"scripts/s{number}.sh": line * 10_000 + "pytest\n" for number in range(6)})
    found = read_deploy_files(tmp_path)
    uses, notes = found.tools, found.notes
    assert [use.path for use in uses] == [f"scripts/s{number}.sh" for number in range(4)]
    assert [(note.code, note.path) for note in notes] == [("unreadable-file", "scripts/s4.sh")]


def test_installers_prove_nothing_about_the_deployment(tmp_path: Path) -> None:
    write(tmp_path, {"Dockerfile": "FROM p\nRUN pip install -r r.txt\nCMD poetry run gunicorn a:b\n"})
    uses = read_deploy_files(tmp_path).tools
    assert {(use.tool, use.purpose) for use in uses} == {
        ("gunicorn", "start"),
        ("a", "start"),  # the module that it serves
        ("poetry", "development"),
        ("pip", "development"),
    }


@pytest.mark.parametrize("data", [b"t:\n\tpytest\n" + b"#" * BYTES_AT_MOST, b"t:\n\tpytest\n\0"])
def test_file_too_large_or_binary_is_a_note(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "Makefile").write_bytes(data)
    found = read_deploy_files(tmp_path)
    uses, notes = found.tools, found.notes
    assert uses == ()
    assert [(note.code, note.path) for note in notes] == [("unreadable-file", "Makefile")]


def test_environments_and_links_out_are_not_looked_into(tmp_path: Path) -> None:
    write(
        tmp_path,
        {"p/own/pyvenv.cfg": "", "p/own/Makefile": "t:\n\tpytest\n", "out/Makefile": "t:\n\tpytest\n", "p/a/x": ""},
    )
    (tmp_path / "p/linked").symlink_to(tmp_path / "out")
    (tmp_path / "p/a/Makefile").symlink_to(tmp_path / "out/Makefile")
    assert uses_in(tmp_path / "p") == []


def test_more_files_than_anybody_writes_are_cut_with_a_note(tmp_path: Path) -> None:
    write(tmp_path, {f"scripts/s{number:03}.sh": "pytest\n" for number in range(401)})
    found = read_deploy_files(tmp_path)
    uses, notes = found.tools, found.notes
    assert len(uses) == 400
    assert [note.code for note in notes] == ["many-command-files"]


# What it makes of a declared line


def tool(purpose: Purpose, path: str = "Makefile") -> ToolUse:
    return ToolUse("lib", path, 12, "lib run", purpose)


MAIN, DEV = (requirement("lib", group="main"),), (requirement("lib", group="dev"),)
START, BUILD, TOOLING = tool("start", "start.sh"), tool("build", "Dockerfile"), tool("development")
CLASSES: dict[str, tuple[dict[str, Any], Usage, Confidence, str]] = {
    "started": (dict(declared=MAIN, tools=(START,)), Usage.IMPLIED, "certain", "the start command in start.sh:12 runs"),
    "started and tooling": (dict(declared=MAIN, tools=(TOOLING, START)), Usage.IMPLIED, "certain", "start.sh:12"),
    "started, for development": (dict(declared=DEV, tools=(START,)), Usage.IMPLIED, "certain", "start.sh:12"),
    "built": (dict(declared=MAIN, tools=(BUILD,)), Usage.IMPLIED, "likely", "the image build in Dockerfile:12 runs"),
    "built, for development": (dict(declared=DEV, tools=(BUILD,)), Usage.TESTS, "certain", "declared for development"),
    "tooling": (dict(declared=MAIN, tools=(TOOLING,)), Usage.TESTS, "likely", "tooling in Makefile:12"),
    "tooling, for development": (dict(declared=DEV, tools=(TOOLING,)), Usage.TESTS, "certain", "Makefile:12"),
    "tooling with plugins": (
        dict(declared=MAIN, tools=(TOOLING,), plugin_groups=("lib.plugins",)), Usage.TESTS, "likely", "Makefile:12",
    ),
    "noop: tooling, required anyway": (
        dict(declared=MAIN, tools=(TOOLING,), required_by=("other",)), Usage.TRANSITIVE, "certain", "required by other",
    ),
    "noop: tooling, not declared": (dict(declared=(), tools=(TOOLING,)), Usage.ORPHAN, "certain", "nothing declared"),
    "noop: nothing names it": (dict(declared=MAIN, tools=()), Usage.UNUSED, "likely", "no import"),
}  # fmt: skip


@pytest.mark.parametrize(("changes", "usage", "confidence", "reason"), CLASSES.values(), ids=CLASSES)
def test_class_of_a_line_whose_tool_is_named(
    changes: dict[str, Any], usage: Usage, confidence: Confidence, reason: str
) -> None:
    verdict = classify(facts("lib", **{"entries_known": True, "measured": False, **changes}))
    assert (verdict.usage, verdict.confidence) == (usage, confidence)
    assert reason in verdict.reason
    named = verdict.usage in (Usage.IMPLIED, Usage.TESTS) and "declared for" not in verdict.reason
    assert [(item.line, item.placement) for item in verdict.evidence] == ([(12, "command")] if named else [])
