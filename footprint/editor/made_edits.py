"""What an edit of a suggestion is: an offer and the texts that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from footprint.model.edited_lines import OfferedEdit

Texts = Mapping[str, tuple[str, str]]  # by path: as it is, and as it would be


class MadeEdit(NamedTuple):
    """An offer with the texts that it makes; none where it is refused or not ours to make."""

    offer: OfferedEdit
    texts: Texts
