"""Folders beside the site folders that a start imports from: .pth lines, PYTHONPATH, sys.path lines, pip install -t."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, code, plain

SITE = {"web": plain("web")}


def filled(folder: str, *names: str) -> dict[str, str]:
    """Return what `pip install --target FOLDER` leaves there of plain distributions."""
    files = {}
    for name in names:
        info = f"{folder}/{name}-1.0.dist-info"
        files[f"{folder}/{name}/__init__.py"] = ""
        files[f"{info}/METADATA"] = f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n"
        files[f"{info}/RECORD"] = (
            f"{name}/__init__.py,,0\n{name}-1.0.dist-info/METADATA,,\n{name}-1.0.dist-info/RECORD,,\n"
        )
    return files


OUTSIDE = filled("../ext", "redis")
IMPORTS = "import web\nimport redis"
LAZY = "import web\n\ndef work():\n    import redis\n"


def image(*lines: str) -> str:
    return "\n".join(("FROM python:3.12", *lines, 'CMD ["gunicorn", "main:app"]', ""))


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "import paths": {
        "A16 a .pth line": Case(
            {**code(IMPORTS, "web", "redis"), **OUTSIDE},
            {"redis": "startup certain main.py:2"},
            {**SITE, "ext": Lib({"ext.pth": "{FOLDER}/ext\n"})},
        ),
        "A16 sys.path.insert of a whole path": Case(
            {**code(f'import sys\nsys.path.insert(0, "{{FOLDER}}/ext")\n{IMPORTS}', "web", "redis"), **OUTSIDE},
            {"redis": "startup certain main.py:4"},
        ),
        "A16 PYTHONPATH of the image": Case(
            {**code(LAZY, "web", "redis"), **OUTSIDE, "Dockerfile": image("ENV PYTHONPATH={FOLDER}/ext")},
            {"redis": "lazy certain main.py:4"},
        ),
        "A16 sibling: PYTHONPATH of a folder that the image has a copy of": Case(
            {**code(IMPORTS, "web", "redis"), **filled("lib", "redis"),
             "Dockerfile": image("WORKDIR /app", "COPY . /app", "ENV PYTHONPATH=/app/lib:$PYTHONPATH")},
            {"redis": "startup certain main.py:2"},
        ),
        "A16 sibling: environment of a compose service": Case(
            {**code(IMPORTS, "web", "redis"), **OUTSIDE, "compose.yaml":
             "services:\n  api:\n    build: .\n    command: gunicorn main:app\n    environment:\n"
             "      PYTHONPATH: /nothing:{FOLDER}/ext\n"},
            {"redis": "startup certain main.py:2"},
        ),
        "A16 sibling: in front of the command": Case(
            {**code(IMPORTS, "web", "redis"), **filled("vendored", "redis"),
             "Procfile": "web: PYTHONPATH=vendored gunicorn main:app\n"},
            {"redis": "startup certain main.py:2"},
        ),
        "A16 sibling: in .env": Case(
            {**code(IMPORTS, "web", "redis"), **OUTSIDE, ".env": "DEBUG=1\nPYTHONPATH={FOLDER}/ext\n"},
            {"redis": "startup certain main.py:2"},
        ),
        "A16 sibling: in the script that the command runs": Case(
            {**code(IMPORTS, "web", "redis"), **OUTSIDE, "Procfile": "web: ./run.sh\n",
             "run.sh": "#!/bin/sh\nexport PYTHONPATH={FOLDER}/ext\nexec gunicorn main:app\n"},
            {"redis": "startup certain main.py:2"},
        ),
        "A16 sibling: of a program of supervisord": Case(
            {**code(IMPORTS, "web", "redis"), **OUTSIDE, "supervisord.conf":
             '[program:web]\ncommand=gunicorn main:app\nenvironment=PYTHONPATH="{FOLDER}/ext"\n'},
            {"redis": "startup certain main.py:2"},
        ),
        "A16 sibling: of a unit of systemd": Case(
            {**code(IMPORTS, "web", "redis"), **OUTSIDE, "deploy/web.service":
             "[Service]\nEnvironment=PYTHONPATH={FOLDER}/ext\nExecStart=/usr/bin/gunicorn main:app\n"},
            {"redis": "startup certain main.py:2"},
        ),
        "A16 sibling: in an env_file of compose": Case(
            {**code(IMPORTS, "web", "redis"), **OUTSIDE, "deploy/app.env": "PYTHONPATH={FOLDER}/ext\n", "compose.yaml":
             "services:\n  web:\n    build: .\n    command: gunicorn main:app\n    env_file: deploy/app.env\n"},
            {"redis": "startup certain main.py:2"},
        ),
        "A16 sibling: of the image whose command a compose service states": Case(
            {**code(IMPORTS, "web", "redis"), **OUTSIDE, "Dockerfile": "FROM python\nENV PYTHONPATH {FOLDER}/ext\n",
             "compose.yaml": "services:\n  web:\n    build: .\n    command: gunicorn main:app\n"},
            {"redis": "startup certain main.py:2"},
        ),
        "noop: a path that is a comment": Case(
            {**code("import web", "web", "redis"), **OUTSIDE, "Procfile": "web: ./run.sh\n",
             "run.sh": "# export PYTHONPATH={FOLDER}/ext\nexec gunicorn main:app\n"},
            {"web": "startup certain main.py:1", "redis": "unused"},
        ),
        "A16 sibling: a vendored folder from __file__": Case(
            {**code("import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'vendor'))\n" + IMPORTS,
                    "web", "redis"), **filled("vendor", "redis")},
            {"redis": "startup certain main.py:4"},
        ),
        "A15 sibling: a folder of another target beside an environment": Case(
            {**code(IMPORTS, "web", "redis"), **filled("package", "redis")}, {"redis": "startup certain main.py:2"},
        ),
        "A15 sibling: a copy of what the environment has": Case(
            {**code("import web", "web"), **filled("package", "web")}, {"web": "startup certain main.py:1"},
        ),
        "A15 sibling: in the project's own folder, beside its modules": Case(
            {**code("import redis\nimport own", "redis"), **filled(".", "redis"), "own.py": ""},
            {"redis": "startup certain main.py:1"}, {"other": plain("other")},
        ),
        "noop: nothing that is named and not there": Case(
            {**code("import web", "web", "redis"), **OUTSIDE, "Dockerfile": image("ENV PYTHONPATH=/nothing/at/all")},
            {"web": "startup certain main.py:1", "redis": "unused likely"},
        ),
        "noop: a folder without distributions is nobody's": Case(
            {**code("import web\nimport stray", "web"), "../ext/stray.py": "", ".env": "PYTHONPATH={FOLDER}/ext\n"},
            {"web": "startup certain main.py:1"},
            undeclared={"stray": ""}, findings=("FP105 * main.py:2",),
        ),
        "noop: what a test has in its fixtures": Case(
            {**code("import web", "web", "redis"), **filled("tests/fixtures/site", "web", "kept")},
            {"redis": "unused likely"}, absent=("kept",),
        ),
        "noop: own code beside an installation stays own": Case(
            {**code("import own", "web"), "own/__init__.py": "import web\n", **filled("package", "web")},
            {"web": "startup certain own/__init__.py:1"}, {"x": plain("x")},
        ),
        "noop: PYTHONPATH of the project's own code": Case(
            {**code("import helper", "web"), "app/helper.py": "import web\n",
             "Procfile": "web: PYTHONPATH=app gunicorn main:app\n"},
            {"web": "startup certain app/helper.py:1"},
        ),
    }
}  # fmt: skip
