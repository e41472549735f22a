"""Start files that an image copies: to another folder than the project has them in, under their own name."""

from collections.abc import Mapping

from tests.cases.case import Case, libs

SITE = libs("flask gunicorn redis")
FILES = {
    "web.py": "from flask import Flask\napp = Flask(__name__)\n", "worker.py": "import redis\n",
    "requirements.txt": "flask\ngunicorn\nredis\n", "Procfile": "web: gunicorn web:app\n",
}  # fmt: skip
SCRIPT = "#!/bin/sh\nset -e\npython -m worker\n"
IMAGE = "FROM python:3.12-slim\n{}\nCMD {}\n"


def image(copy: str, command: str, *, at: str = "docker/server/scripts/start.sh", text: str = SCRIPT) -> Case:
    """An image of docker/server, whose scripts lie below it, and a worker that only such a script starts."""
    files = {**FILES, "docker/server/Dockerfile": IMAGE.format(copy, command), at: text}
    return Case(files, {"redis": "lazy certain worker.py:1"})


CLAUSES: Mapping[str, Mapping[str, Case]] = {
    "a start file that is copied under its own name": {
        "into the work folder, which is set later": image(
            "COPY scripts/start.sh /home/app\nCOPY . /src\nWORKDIR /home/app", '["/bin/bash", "start.sh"]'),
        "into a folder of the path": image("COPY scripts/start.sh /usr/local/bin", '["start.sh"]'),
        "by its whole path": image("COPY scripts/start.sh /home/app", '["sh", "/home/app/start.sh"]'),
        "with a slash": image("COPY scripts/start.sh /home/app/", '["sh", "/home/app/start.sh"]'),
        "two of one name": Case(
            {**FILES, "docker/server/Dockerfile": IMAGE.format("COPY scripts/start.sh /home/app", '["sh", "start.sh"]'),
             "docker/server/scripts/start.sh": SCRIPT, "docker/other/scripts/start.sh": "echo\n"},
            {"redis": "lazy certain worker.py:1"}),
        "noop: of another name": Case(
            {**FILES, "docker/server/Dockerfile": IMAGE.format("COPY scripts/other.sh /home/app", '["sh", "start.sh"]'),
             "docker/server/scripts/other.sh": SCRIPT},
            {"redis": "unreached cannot-tell worker.py:1"}),
    },
}  # fmt: skip
