"""Which group a requirement belongs to, by the name of its file or group: what production installs, or developers."""

from __future__ import annotations

import re
from pathlib import PurePosixPath

from footprint.names import normalise, word_set

_FILE_WORDS = {
    **dict.fromkeys(word_set("""
        dev devel develop development local ci lint linting linters typing mypy bench benchmark benchmarks benchmarking
        lints nox tox
    """), "dev"),
    **dict.fromkeys(word_set("test tests testing unittest unittests functest functests pytest"), "test"),
    **dict.fromkeys(word_set("doc docs documentation"), "docs"),
}  # fmt: skip
# Words of group and environment names; in the name of a file or folder they may mean the application itself.
_GROUP_WORDS = {
    **_FILE_WORDS,
    **dict.fromkeys(word_set("""
        build check checks coding debug examples profiling code-quality flake8 fmt format formatting pylint quality ruff
        style hatch-build hatch-static-analysis linter pre-commit precommit notebook notebooks release tooling tools
        typecheck types
    """), "dev"),
    **dict.fromkeys(word_set("coverage cov e2e integration unit"), "test"),
    **dict.fromkeys(word_set("mkdocs sphinx"), "docs"),
}  # fmt: skip
FOR_DEVELOPERS = frozenset({"dev", "test", "docs"})  # groups that no deployment installs
# Names of groups that no server installs.
DEVELOPMENT_GROUPS = word_set("""
    dev devel develop development test tests testing doc docs documentation ci lint linting pre-commit typing
""")


def group_of(path: str) -> str:
    """Return "dev", "test" or "docs" where the name of a requirements file says so, else "main".

    The words of the file's name count (`requirements-dev.txt`, `test_requirements.txt`), and folders by
    their whole name (`docs/requirements.txt`): a folder `test-service` is a service, not a test.
    """
    words = re.split(r"[-_. ]+", PurePosixPath(path).stem.lower())
    return next((_FILE_WORDS[word] for word in words if word in _FILE_WORDS), None) or group_of_folder(path)


def group_of_folder(path: str) -> str:
    """Return the group of a project file by the folders that it is in: `docs/pyproject.toml` is for the docs."""
    folders = map(str.lower, reversed(PurePosixPath(path).parent.parts))
    return next((_FILE_WORDS[folder] for folder in folders if folder in _FILE_WORDS), "main")


def class_of(name: str, otherwise: str | None = None) -> str:
    """Return the group that a group or environment called `name` belongs to.

    "dev", "test" or "docs" where its name says so; else `otherwise`, or "optional:NAME".
    """
    normal = normalise(name)
    found = (_GROUP_WORDS[word] for word in (normal, *normal.split("-")) if word in _GROUP_WORDS)
    return next(found, otherwise or f"optional:{normal}")


def within(file_group: str, group: str) -> str:
    """Return the group of a requirement in a file that has one itself: nothing in docs/pyproject.toml is the app's."""
    return group if file_group == "main" else file_group


def is_development(group: str) -> bool:
    """Whether no server installs a group: "dev", and "optional:dev" for an extra of that name, "optional:api-test"."""
    name = group.partition(":")[2] or group
    return name in DEVELOPMENT_GROUPS or name.rpartition("-")[2] in DEVELOPMENT_GROUPS
