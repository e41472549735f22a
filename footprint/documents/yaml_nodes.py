"""Read YAML as a tree with lines, so that no text ends the audit.

The document is composed and not constructed: no tag makes an object, and an alias is its anchor's node once more,
not a copy. The pure parser of YAML 1.2 is asked for; its compiled relative is not used.
Source: YAML 1.2.2, https://yaml.org/spec/1.2.2/.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from footprint.documents import DocumentInvalid
from footprint.late import late_pattern
from footprint.values import dataclass

CHARACTERS_AT_MOST = 256 * 1024  # pure Python reads about 0.2 MiB in a second, hostile text in two
ALIASES_AT_MOST = 200
DEPTH_AT_MOST = 100
_ALIAS = late_pattern(r"(?:^|[\s,\[{:-])\*[^\s,\[\]{}]", re.MULTILINE)
_BRACKET = late_pattern(r"[\[\]{}]")


class YamlInvalid(DocumentInvalid):
    """A text that is not YAML, or YAML of a kind that would exhaust the reader."""


@dataclass(frozen=True, slots=True)
class YamlNode:
    """One node of the tree. A thin view: what it does not hold answers with nothing."""

    _node: Any

    @property
    def line(self) -> int:
        """The 1-based line on which it begins."""
        return int(self._node.start_mark.line) + 1

    @property
    def span(self) -> tuple[int, int]:
        """Where it begins and ends, in characters; an alias is where its anchor is."""
        return int(self._node.start_mark.index), int(self._node.end_mark.index)

    @property
    def is_flow(self) -> bool:
        """Whether it is written in brackets or braces."""
        return self._node is not None and getattr(self._node, "flow_style", False) is True

    @property
    def text(self) -> str | None:
        """The text of a scalar, None for anything else."""
        return self._node.value if self._node is not None and self._node.id == "scalar" else None

    @property
    def kind(self) -> str:
        """What it is in the reader's words; "nothing" where nothing stands."""
        if self._node is None or self._node.tag == "tag:yaml.org,2002:null":
            return "nothing"
        return {"scalar": "a single value", "sequence": "a list", "mapping": "a mapping"}[self._node.id]

    def items(self) -> Iterator[YamlNode]:
        """Yield the items of a sequence."""
        if self._node is not None and self._node.id == "sequence":
            yield from map(YamlNode, self._node.value)

    def pairs(self) -> Iterator[tuple[str, YamlNode]]:
        """Yield the pairs of a mapping whose keys are scalars."""
        if self._node is not None and self._node.id == "mapping":
            yield from ((key.value, YamlNode(value)) for key, value in self._node.value if key.id == "scalar")


def parse_yaml(text: str) -> YamlNode:
    """Return the root of the only document in `text`.

    Raises: YamlInvalid, also for many aliases and for deep nesting, before anything is parsed.
    """
    _refuse_bombs(text)
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return YamlNode(YAML(typ="safe", pure=True).compose(text))
    except MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark is not None else None
        raise YamlInvalid(f"not valid YAML: {error.problem or error.context}", line) from None
    except RecursionError:
        raise YamlInvalid("nested too deeply: not read") from None
    except (
        YAMLError,
        ValueError,
        LookupError,
        TypeError,
        AttributeError,
        AssertionError,
        NotImplementedError,
    ) as error:
        # the parser's own slips on text that is not YAML: it does not wrap them all
        raise YamlInvalid(f"not valid YAML: {str(error).splitlines()[:1]}") from None


def _refuse_bombs(text: str) -> None:
    if len(text) > CHARACTERS_AT_MOST:
        raise YamlInvalid(f"larger than {CHARACTERS_AT_MOST // 1024} KiB: not read")
    if sum(1 for _ in _ALIAS.finditer(text)) > ALIASES_AT_MOST:
        raise YamlInvalid(f"more than {ALIASES_AT_MOST} aliases: not read")
    # Brackets only: the parser's time grows with the square of their depth; depth by indentation it refuses at once.
    depth = 0
    for bracket in _BRACKET.finditer(text):
        depth = depth + 1 if bracket[0] in "[{" else max(0, depth - 1)
        if depth > DEPTH_AT_MOST:
            line = text.count("\n", 0, bracket.start()) + 1
            raise YamlInvalid(f"nested more than {DEPTH_AT_MOST} levels: not read", line)
