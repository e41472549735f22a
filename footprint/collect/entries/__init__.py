"""Where the application starts: entries as given, as start commands state them, or by the names people use.

Nothing is imported: whether a module binds `app` is read, not tried.
"""

from __future__ import annotations

from footprint.collect.entries.discovery import discover, distinct, may_start
from footprint.collect.entries.given import resolve_entry
from footprint.collect.entries.served_applications import with_servers
from footprint.collect.entries.side_starts import find_beside, find_unknown, with_roles

__all__ = [
    "discover",
    "distinct",
    "find_beside",
    "find_unknown",
    "may_start",
    "resolve_entry",
    "with_roles",
    "with_servers",
]
