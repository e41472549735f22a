"""Folders beside the site folders that a start imports from: .pth lines, PYTHONPATH, sys.path lines, pip install -t."""

from collections.abc import Mapping

from tests.cases.case import Case, Lib, a_project, plain

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


def found(files: Mapping[str, str], text: str = IMPORTS, told: str = "startup certain main.py:2") -> Case:
    """Redis is imported from a folder beside the project, if `files` name it."""
    return a_project(text, {"redis": told}, declares="web redis", files={**OUTSIDE, **files})


def vendored(folder: str, files: Mapping[str, str], text: str = IMPORTS, line: int = 2) -> Case:
    """The same from a folder of the project."""
    own = {**filled(folder, "redis"), **files}
    return a_project(text, {"redis": f"startup certain main.py:{line}"}, declares="web redis", files=own)


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "import paths": {
        "A16 a .pth line": a_project(
            IMPORTS, {"redis": "startup certain main.py:2"}, {**SITE, "ext": Lib({"ext.pth": "{FOLDER}/ext\n"})},
            declares="web redis", files=OUTSIDE),
        "A16 sys.path.insert of a whole path": found(
            {}, f'import sys\nsys.path.insert(0, "{{FOLDER}}/ext")\n{IMPORTS}', "startup certain main.py:4"),
        "A16 PYTHONPATH of the image": found(
            {"Dockerfile": image("ENV PYTHONPATH={FOLDER}/ext")}, LAZY, "lazy certain main.py:4"),
        "A16 sibling: PYTHONPATH of a folder that the image has a copy of": vendored(
            "lib", {"Dockerfile": image("WORKDIR /app", "COPY . /app", "ENV PYTHONPATH=/app/lib:$PYTHONPATH")}),
        "A16 sibling: environment of a compose service": found(
            {"compose.yaml": "services:\n  api:\n    build: .\n    command: gunicorn main:app\n    environment:\n"
             "      PYTHONPATH: /nothing:{FOLDER}/ext\n"}),
        "A16 sibling: in front of the command": vendored(
            "vendored", {"Procfile": "web: PYTHONPATH=vendored gunicorn main:app\n"}),
        "A16 sibling: in .env": found({".env": "DEBUG=1\nPYTHONPATH={FOLDER}/ext\n"}),
        "A16 sibling: in the script that the command runs": found(
            {"Procfile": "web: ./run.sh\n",
             "run.sh": "#!/bin/sh\nexport PYTHONPATH={FOLDER}/ext\nexec gunicorn main:app\n"}),
        "A16 sibling: of a program of supervisord": found(
            {"supervisord.conf":
             '[program:web]\ncommand=gunicorn main:app\nenvironment=PYTHONPATH="{FOLDER}/ext"\n'}),
        "A16 sibling: of a unit of systemd": found(
            {"deploy/web.service":
             "[Service]\nEnvironment=PYTHONPATH={FOLDER}/ext\nExecStart=/usr/bin/gunicorn main:app\n"}),
        "A16 sibling: in an env_file of compose": found(
            {"deploy/app.env": "PYTHONPATH={FOLDER}/ext\n", "compose.yaml":
             "services:\n  web:\n    build: .\n    command: gunicorn main:app\n    env_file: deploy/app.env\n"}),
        "A16 sibling: of the image whose command a compose service states": found(
            {"Dockerfile": "FROM python\nENV PYTHONPATH {FOLDER}/ext\n",
             "compose.yaml": "services:\n  web:\n    build: .\n    command: gunicorn main:app\n"}),
        "noop: a path that is a comment": found(
            {"Procfile": "web: ./run.sh\n", "run.sh": "# export PYTHONPATH={FOLDER}/ext\nexec gunicorn main:app\n"},
            told="startup likely main.py:2"),
        "A16 sibling: a vendored folder from __file__": vendored(
            "vendor", {},
            "import os, sys\nsys.path.insert(0, os.path.join(os.path.dirname(__file__), 'vendor'))\n" + IMPORTS, 4),
        "A15 sibling: a folder of another target beside an environment": vendored("package", {}),
        "A15 sibling: a copy of what the environment has": a_project(
            "import web", {"web": "startup certain main.py:1"}, files=filled("package", "web")),
        "A15 sibling: in the project's own folder, beside its modules": a_project(
            "import redis\nimport own", {"redis": "startup certain main.py:1"}, {"other": plain("other")},
            files={**filled(".", "redis"), "own.py": ""}),
        "noop: nothing that is named and not there": found(
            {"Dockerfile": image("ENV PYTHONPATH=/nothing/at/all")}, told="startup likely main.py:2"),
        "noop: a folder without distributions is nobody's": a_project(
            "import web\nimport stray", {"web": "startup certain main.py:1"},
            files={"../ext/stray.py": "", ".env": "PYTHONPATH={FOLDER}/ext\n"}, undeclared={"stray": ""},
            findings=("FP105 * main.py:2",)),
        "noop: what a test has in its fixtures": a_project(
            "import web", {"redis": "unused likely"}, declares="web redis",
            files=filled("tests/fixtures/site", "web", "kept"), absent=("kept",)),
        "noop: own code beside an installation stays own": a_project(
            "import own", {"web": "startup certain own/__init__.py:1"}, {"x": plain("x")},
            files={"own/__init__.py": "import web\n", **filled("package", "web")}),
        "noop: PYTHONPATH of the project's own code": a_project(
            "import helper", {"web": "startup certain app/helper.py:1"},
            files={"app/helper.py": "import web\n", "Procfile": "web: PYTHONPATH=app gunicorn main:app\n"}),
    }
}  # fmt: skip
