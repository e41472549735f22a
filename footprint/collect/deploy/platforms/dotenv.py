"""dotenv files that name the application of Flask."""

from __future__ import annotations

import re
from collections.abc import Iterator

from footprint.collect.deploy.commands.launcher_arguments import aim
from footprint.collect.deploy.platforms.stated import code_folder, line_at
from footprint.model.source_modules import Launch, StartCommand

_FLASK_APP = re.compile(r"^[ \t]*(?:export[ \t]+)?FLASK_APP[ \t]*=[ \t]*[\"']?([\w./:-]+)", re.MULTILINE)


def read(text: str, path: str) -> Iterator[StartCommand]:
    """Yield `flask run` where a dotenv file names its application."""
    match = _FLASK_APP.search(text)
    if match is not None:
        launch, line = aim(Launch("flask", ("flask",)), match[1]), line_at(text, match)
        yield StartCommand("web", "flask run", path, line, code_folder(path), launch, trust="followed")
