"""Folders beside the site folders that a start imports from: .pth lines, PYTHONPATH, sys.path lines, pip install -t."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, code, plain

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
        "A16 a .pth line": a_project(
            IMPORTS, {"redis": "startup certain main.py:2"}, {**SITE, "ext": Lib({"ext.pth": "{FOLDER}/ext\n"})},
            declares="web redis", files={**OUTSIDE}),
        "A16 sys.path.insert of a whole path": a_project(
            f'import sys\nsys.path.insert(0, "{{FOLDER}}/ext")\n{IMPORTS}', {"redis": "startup certain main.py:4"},
            declares="web redis", files={**OUTSIDE}),
        "A16 PYTHONPATH of the image": a_project(
            LAZY, {"redis": "lazy certain main.py:4"}, declares="web redis",
            files={**OUTSIDE, "Dockerfile": image("ENV PYTHONPATH={FOLDER}/ext")}),
        "A16 sibling: PYTHONPATH of a folder that the image has a copy of": a_project(
            IMPORTS, {"redis": "startup certain main.py:2"}, declares="web redis",
            files={**filled("lib", "redis"), "Dockerfile": image("WORKDIR /app", "COPY . /app",
                                                                 "ENV PYTHONPATH=/app/lib:$PYTHONPATH")}),
        "A16 sibling: environment of a compose service": a_project(
            IMPORTS, {"redis": "startup certain main.py:2"}, declares="web redis",
            files={**OUTSIDE,
                   "compose.yaml": "services:\n  api:\n    build: .\n    command: gunicorn main:app\n    environment:\n"
                   "      PYTHONPATH: /nothing:{FOLDER}/ext\n"}),
        "A16 sibling: in front of the command": a_project(
            IMPORTS, {"redis": "startup certain main.py:2"}, declares="web redis",
            files={**filled("vendored", "redis"), "Procfile": "web: PYTHONPATH=vendored gunicorn main:app\n"}),
        "A16 sibling: in .env": a_project(
            IMPORTS, {"redis": "startup certain main.py:2"}, declares="web redis",
            files={**OUTSIDE, ".env": "DEBUG=1\nPYTHONPATH={FOLDER}/ext\n"}),
        "A16 sibling: in the script that the command runs": a_project(
            IMPORTS, {"redis": "startup certain main.py:2"}, declares="web redis",
            files={**OUTSIDE, "Procfile": "web: ./run.sh\n",
                   "run.sh": "#!/bin/sh\nexport PYTHONPATH={FOLDER}/ext\nexec gunicorn main:app\n"}),
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
        "A16 sibling: of the image whose command a compose service states": a_project(
            IMPORTS, {"redis": "startup certain main.py:2"}, declares="web redis",
            files={**OUTSIDE, "Dockerfile": "FROM python\nENV PYTHONPATH {FOLDER}/ext\n",
                   "compose.yaml": "services:\n  web:\n    build: .\n    command: gunicorn main:app\n"}),
        "noop: a path that is a comment": a_project(
            "import web", {"web": "startup certain main.py:1", "redis": "unused"},
            files={**OUTSIDE, "Procfile": "web: ./run.sh\n",
                   "run.sh": "# export PYTHONPATH={FOLDER}/ext\nexec gunicorn main:app\n"}),
        "A16 sibling: a vendored folder from __file__": a_project(
            "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'vendor'))\n" + IMPORTS,
            {"redis": "startup certain main.py:4"}, declares="web redis", files={**filled("vendor", "redis")}),
        "A15 sibling: a folder of another target beside an environment": Case(
            {**code(IMPORTS, "web", "redis"), **filled("package", "redis")}, {"redis": "startup certain main.py:2"},
        ),
        "A15 sibling: a copy of what the environment has": a_project(
            "import web", {"web": "startup certain main.py:1"}, files={**filled("package", "web")}),
        "A15 sibling: in the project's own folder, beside its modules": a_project(
            "import redis\nimport own", {"redis": "startup certain main.py:1"}, {"other": plain("other")},
            files={**filled(".", "redis"), "own.py": ""}),
        "noop: nothing that is named and not there": a_project(
            "import web", {"web": "startup certain main.py:1", "redis": "unused likely"},
            files={**OUTSIDE, "Dockerfile": image("ENV PYTHONPATH=/nothing/at/all")}),
        "noop: a folder without distributions is nobody's": a_project(
            "import web\nimport stray", {"web": "startup certain main.py:1"},
            files={"../ext/stray.py": "", ".env": "PYTHONPATH={FOLDER}/ext\n"}, undeclared={"stray": ""},
            findings=("FP105 * main.py:2",)),
        "noop: what a test has in its fixtures": a_project(
            "import web", {"redis": "unused likely"}, declares="web redis",
            files={**filled("tests/fixtures/site", "web", "kept")}, absent=("kept",)),
        "noop: own code beside an installation stays own": a_project(
            "import own", {"web": "startup certain own/__init__.py:1"}, {"x": plain("x")},
            files={"own/__init__.py": "import web\n", **filled("package", "web")}),
        "noop: PYTHONPATH of the project's own code": a_project(
            "import helper", {"web": "startup certain app/helper.py:1"},
            files={"app/helper.py": "import web\n", "Procfile": "web: PYTHONPATH=app gunicorn main:app\n"}),
    }
}  # fmt: skip
