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

`footprint schema audit > audit.schema.json`; there is one of audit, diff, defer, trim, check, what-if, services, tune,
image, image-diff, cost
and fleet (of a line). docs/json.md tells what the fields mean."""


def _kinds() -> Iterable[str]:
    from footprint.report.audit.schema import FLAG_KINDS, KINDS, LINE_KINDS

    return (*KINDS, *FLAG_KINDS, *LINE_KINDS)


TAKES = (
    Argument(
        "kind",
        "The command: audit, diff, defer, trim, check, what-if, services, tune, image, image-diff, cost or fleet.",
        is_optional=True,
        default="audit",
        words=_kinds,
    ),
)


def run(given: Given) -> None:
    """Print the schema. Raises: UsageError for a command without one."""
    from footprint.report.audit.schema import make_schema

    kind, kinds = given["kind"], tuple(_kinds())
    if kind not in kinds:
        raise UsageError(f"{kind}: there is no schema of it{did_you_mean(kind, kinds)}; there are {', '.join(kinds)}")
    sys.stdout.write(json.dumps(make_schema(kind), indent=2) + "\n")
