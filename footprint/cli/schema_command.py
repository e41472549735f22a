"""`footprint schema`."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable

from footprint.cli.arguments import Argument, Given
from footprint.errors import UsageError
from footprint.names import did_you_mean

ABOUT = """\
Print the JSON Schema of what a command writes as JSON.

`footprint schema audit > audit.schema.json`; there is one of audit, diff, defer, trim, check, what-if, services and
tune. docs/json.md tells what the fields mean."""


def _kinds() -> Iterable[str]:
    from footprint.report.audit.schema import KINDS

    return KINDS


TAKES = (
    Argument(
        "kind",
        "The command: audit, diff, defer, trim, check, what-if, services or tune.",
        is_optional=True,
        default="audit",
        words=_kinds,
    ),
)


def run(given: Given) -> None:
    """Print the schema. Raises: UsageError for a command without one."""
    from footprint.report.audit.schema import KINDS, make_schema

    kind = given["kind"]
    if kind not in KINDS:
        raise UsageError(f"{kind}: there is no schema of it{did_you_mean(kind, KINDS)}; there are {', '.join(KINDS)}")
    sys.stdout.write(json.dumps(make_schema(kind), indent=2) + "\n")
