"""Platforms: one file per kind of deploy file, each gives the commands and limits stated in it.

A project has files of two or three of them: the rows of the tables name their readers by `of_platform`.
"""

from __future__ import annotations

from footprint.late import Late


def of_platform(file: str, function: str = "read") -> Late:
    """Return a function of the file of a platform."""
    return Late(f"{__name__}.{file}", function)
