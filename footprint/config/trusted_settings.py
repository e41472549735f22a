"""What the settings of a project may name without being asked for: what is its own.

A project is somebody else's word. What its settings make us start, read, write or send to outside of its git work tree
needs the command line, where the same is said by the user, or --trust-settings, which says that the settings are.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from footprint.config.pyproject_tables import shown
from footprint.errors import UsageError

_FLAGS = {
    "python": "--python",
    "env": "--env",
    "entries": "--entry",
    "requirements": "--requirement",
    "ready": "--ready",
    "requests": "--request",
    "baseline": "--baseline",
}
_OF_ENVIRONMENTS = ("pyvenv.cfg", "conda-meta")
_THIS_MACHINE = frozenset({"localhost", "0.0.0.0", "::"})


def refuse_foreign(values: Mapping[str, Any], project: Path) -> None:
    """Refuse settings, by field of the options, that lead out of the project's work tree or to another machine.

    Raises: UsageError that says what the setting wants, and the two ways on.
    """
    if not values.keys() & _FLAGS.keys():
        return
    top = find_work_tree(project)
    allowed = Path(os.path.realpath(top or project))
    where = f"outside of the git work tree {shown(os.fspath(top))}" if top else "outside of the project"
    for name, flag in _FLAGS.items():
        for written, place in _places(name, values.get(name), project):
            if not place.is_relative_to(allowed):
                _refuse(f"{name} = {shown(written)} leads to {shown(os.fspath(place))}, {where}", flag)
        for written, host in _hosts(name, values.get(name)):
            if not is_this_machine(host):
                _refuse(f"{name} = {shown(written)} leads to another machine", flag)


def find_work_tree(project: Path) -> Path | None:
    """Return the top of the git work tree around a project, None without one. Nothing is run.

    Source: gitrepository-layout: `.git` is the repository, or in worktrees and submodules a file that leads to it.
    """
    folder = project.resolve()
    for top in (folder, *folder.parents):
        git = os.fspath(top / ".git")
        # os.path: these are False, no error, below a folder that may not be entered
        if os.path.isfile(git) or os.path.isfile(os.path.join(git, "HEAD")):  # noqa: PTH113, PTH118
            return top
    return None


def is_this_machine(host: str) -> bool:
    """Return whether a host of a URL is this machine, by its name alone."""
    if host in _THIS_MACHINE or host.endswith(".localhost"):
        return True
    import ipaddress  # as the others below: not for everybody who has settings

    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _refuse(what: str, flag: str) -> None:
    table = "[tool.footprint.check]" if flag == "--baseline" else "[tool.footprint]"
    raise UsageError(f"{table} {what}: give it with {flag} yourself, or add --trust-settings if you trust this project")


def _places(name: str, value: Any, project: Path) -> Iterator[tuple[str, Path]]:
    """Yield the paths that a setting names, as written and where they lead."""
    match name, value:
        case "python", str():
            yield value, _program(value, project)
        case "env" | "baseline", str():
            yield value, _real(project / value)
        case "requirements", list():
            yield from ((path, _real(project / path)) for path in value)
        case "entries", list():
            files = ((text, text.strip().partition(":")[0]) for text in value)
            yield from ((text, _real(project / path)) for text, path in files if "/" in path or path.endswith(".py"))


def _hosts(name: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield the hosts of the URLs that a setting names."""
    from urllib.parse import urlsplit

    texts = value if name == "requests" and isinstance(value, list) else [value] if name == "ready" else []
    for text in texts:
        url = next((word for word in str(text).split() if "://" in word), "")
        try:
            host = urlsplit(url).hostname
        except ValueError:  # no URL: whoever reads it says so
            continue
        if host:
            yield text, host


def _program(text: str, project: Path) -> Path:
    """Return where an interpreter leads: in an environment it is a link to the one that made it, as everybody's is."""
    path = project / text
    if Path(text).name == text and not os.path.isfile(path):  # noqa: PTH113 - then it is looked up on PATH
        import shutil

        return _real(Path(shutil.which(text) or path))
    folder = _real(path.parent)
    is_of_environment = any(os.path.exists(folder.parent / mark) for mark in _OF_ENVIRONMENTS)  # noqa: PTH110
    return folder / path.name if is_of_environment else _real(path)


def _real(path: Path) -> Path:
    """Return where a path leads, links followed. `~` is a name, as it is for whoever opens it."""
    try:
        return Path(os.path.realpath(path))
    except ValueError:  # a NUL in it
        return Path(os.sep)
