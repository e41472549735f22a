"""What the host allows: from the command line or the settings."""

from __future__ import annotations

from footprint.config import Options
from footprint.model.audit import Limit
from footprint.units import parse_size


def find_limit(options: Options) -> Limit | None:
    """Return the limit to judge by, None when nothing states one.

    Raises: UsageError for a size that cannot be read.
    """
    if options.limit is None:
        return None
    return Limit(parse_size(options.limit), None, "--limit")
