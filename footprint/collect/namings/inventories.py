"""Files that list what is installed, whatever they are called: reports of ours, bills of materials, lists of pip.

They name every distribution and say nothing of what is needed.
"""

from __future__ import annotations

import re

_HEAD_BYTES = 2000
_INVENTORY = re.compile(
    rb'"schema_version":\s*\d+,\s*"tool":\s*\{\s*"name":\s*"footprint"'
    rb'|"bomFormat"|cyclonedx\.org/schema|"spdxVersion"|"SPDXID"|sarif-schema|sarif-spec'
    rb'|"pip_version":|\A\s*\[\s*\{\s*"(?:name|License|version)":\s*"[^"]*",\s*"(?:version|Name|name|Version)":'
    rb'|\A\s*\{\s*"dependencies":\s*\[\s*\{\s*"name":\s*"[^"]*",\s*"version":'
)


def is_inventory(data: bytes) -> bool:
    """Whether a file lists distributions because they are there."""
    return _INVENTORY.search(data[:_HEAD_BYTES]) is not None
