"""Which files of a project without an entry are there for whoever installs it, and which for its developers. Pure."""

from __future__ import annotations

from collections.abc import Collection

# Folders, and modules beside the packages, that are not the distribution's by what everybody calls them.
_FOR_DEVELOPERS = frozenset({
    "bench", "benchmark", "benchmarks", "bin", "build", "ci", "conftest", "demo", "demos", "dev", "devtools", "doc",
    "docs", "docsrc", "example", "examples", "fabfile", "hack", "maintenance", "misc", "notebooks", "noxfile",
    "release", "samples", "script", "scripts", "setup", "tasks", "test", "testing", "tests", "tool", "tools",
    "tutorials", "versioneer",
})  # fmt: skip
_FOR_TESTS = frozenset({"conftest", "fixtures", "pytest_plugin", "test", "testing", "tests"})


def is_shipped(path: str, files: Collection[str]) -> bool | None:
    """Return whether a file of the project is part of what it installs; None where its place does not tell.

    `files` are all Python files of the project. A package ships whatever is in it, what is for tests apart; a module
    that stands alone at the top may as well be a script.
    """
    *folders, name = path.split("/")
    stem = name.rpartition(".")[0]
    packages = [depth for depth in range(len(folders)) if "/".join((*folders[: depth + 1], "__init__.py")) in files]
    outer = packages[0] if packages else len(folders)
    words = {word.lower().lstrip(".") for word in folders[: outer + 1]}
    if not words.isdisjoint(_FOR_DEVELOPERS) or (not packages and stem.lower() in _FOR_DEVELOPERS):
        return False
    inner = {*folders[outer + 1 :], stem}
    if packages and inner.isdisjoint(_FOR_TESTS):
        return True
    return True if folders[:1] == ["src"] and len(folders) == 1 else None
