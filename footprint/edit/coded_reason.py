"""Why something is left as it is: a code, which reports show, and the sentence."""

from __future__ import annotations

from enum import Enum


class CodedReason(str, Enum):
    """A row of a table of reasons. The value is the code; `says` may have names in braces, to be filled in."""

    says: str

    def __new__(cls, code: str, says: str) -> CodedReason:
        """Return the row of a reason."""
        made = str.__new__(cls, code)
        made._value_, made.says = code, says
        return made
