"""Which group a requirements file belongs to, by its name: what production installs, or what only developers do."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

_GROUPS = {
    "dev": "dev",
    "devel": "dev",
    "develop": "dev",
    "development": "dev",
    "lint": "dev",
    "linting": "dev",
    "linters": "dev",
    "typing": "dev",
    "mypy": "dev",
    "test": "test",
    "tests": "test",
    "testing": "test",
    "doc": "docs",
    "docs": "docs",
    "documentation": "docs",
}


def group_of(path: str) -> str:
    """Return "dev", "test" or "docs" where the name of a requirements file says so, else "main".

    The words of the file's name count (`requirements-dev.txt`, `test_requirements.txt`), and folders by
    their whole name (`docs/requirements.txt`): a folder `test-service` is a service, not a test.
    """
    pure = PurePosixPath(path)
    words = re.split(r"[-_. ]+", pure.stem.lower())
    for word in (*words, *reversed(pure.parent.parts)):
        group = _GROUPS.get(word.lower())
        if group:
            return group
    return "main"
