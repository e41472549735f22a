"""Paths within the project, relative and posix: "." is the project itself."""

from __future__ import annotations

import posixpath


def join(folder: str, *more: str) -> str:
    """Return the path that `more` is from a folder, without detours."""
    return posixpath.normpath(posixpath.join(folder, *more))


def folder_of(path: str) -> str:
    """Return the folder that a file lies in."""
    return posixpath.dirname(path) or "."
