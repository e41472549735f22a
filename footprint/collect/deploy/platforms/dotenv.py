"""dotenv files that name the application of Flask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from footprint.collect.deploy.commands.launcher_arguments import aim
from footprint.collect.deploy.platforms.stated import code_folder
from footprint.model.source_modules import Launch, StartCommand

_FLASK_APP = re.compile(r"^\s*(?:export\s+)?FLASK_APP\s*=\s*[\"']?([\w./:-]+)")


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield `flask run` where a dotenv file names its application."""
    for number, line in enumerate(text.splitlines(), start=1):
        match = _FLASK_APP.match(line)
        if match is not None:
            launch = aim(Launch("flask", ("flask",)), match[1])
            yield StartCommand("web", "flask run", path, number, code_folder(path), launch, trust="followed")
            return
