"""Headers of tar archives: ustar, GNU and pax.

Laws: a header says what it says, nothing is looked up. Sizes are bounded by 2**62, names by the caller.
Source: POSIX.1-2017, pax, "pax Interchange Format"; the GNU tar manual, "Basic Tar Format", "Storing Sparse Files".
"""

from __future__ import annotations

from typing import NamedTuple
from zlib import adler32

BLOCK = 512
ZEROS = bytes(BLOCK)
FILES = frozenset((b"0", b"\0", b"7", b"S"))
HARD, SYMBOLIC, DIRECTORY, SPARSE = b"1", b"2", b"5", b"S"
PAX, PAX_GLOBAL, LONG_NAME, LONG_LINK = b"x", b"g", b"L", b"K"
# Those have no content, whatever their size says.
HEADER_ONLY = frozenset((HARD, SYMBOLIC, b"3", b"4", DIRECTORY, b"6"))
_LARGEST = 1 << 62
_SUM_OF_BLANKS = 8 * 32
_SPARSE_MORE, _SPARSE_MORE_BLOCK = 482, 504  # "is extended", of the header and of a block of the map


class TarBroken(Exception):
    """An archive that is not what its headers say; the message is the end of a sentence."""


class TarHeader(NamedTuple):
    """One header block."""

    kind: bytes
    name: bytes
    size: int
    link: bytes
    mode: int = 0


def parse_header(block: bytes) -> TarHeader:
    """Return what a block says. Raises: TarBroken for one that is not a header."""
    stated = _number(block[148:156])
    if _sum(block) - sum(block[148:156]) + _SUM_OF_BLANKS != stated and _signed_sum(block) != stated:
        raise TarBroken("a header does not match its checksum")
    name, kind = block[:100].partition(b"\0")[0], block[156:157]
    if block[257:263] == b"ustar\0" and block[345]:
        name = block[345:500].partition(b"\0")[0] + b"/" + name
    return TarHeader(kind, name, _number(block[124:136]), block[157:257].partition(b"\0")[0], _mode(block[100:108]))


def has_more_map(block: bytes, *, is_header: bool) -> bool:
    """Whether the map of a sparse file goes on in the next block."""
    return block[_SPARSE_MORE if is_header else _SPARSE_MORE_BLOCK] not in (0, 0x30)


def parse_pax(data: bytes) -> dict[str, bytes]:
    """Return the records of an extended header that matter here. Raises: TarBroken."""
    found: dict[str, bytes] = {}
    at = 0
    while at < len(data):
        digits, blank, _ = data[at : at + 21].partition(b" ")
        if not blank or not digits.isdigit():
            raise TarBroken("an extended header is not a list of records")
        length = int(digits)
        record = data[at : at + length]
        if length <= len(digits) + 1 or len(record) != length or record[-1:] != b"\n":
            raise TarBroken("a record of an extended header is not as long as it says")
        key, _, value = record[len(digits) + 1 : -1].partition(b"=")
        if key in (b"path", b"linkpath", b"size", b"GNU.sparse.name"):
            found[key.decode()] = value
        at += length
    return found


def parse_decimal(digits: bytes) -> int:
    """Return the size of an extended header. Raises: TarBroken."""
    if not digits.isdigit() or len(digits) > len(str(_LARGEST)):
        raise TarBroken("the size of a member is not a number")
    return _bounded(int(digits))


def _number(field: bytes) -> int:
    """Return an octal number, or one in base 256 as GNU writes large ones. Raises: TarBroken."""
    if field[0] & 0x80:
        if field[0] == 0xFF:
            raise TarBroken("the size of a member is negative")
        return _bounded(int.from_bytes(bytes((field[0] & 0x7F,)) + field[1:], "big"))
    digits = field.partition(b"\0")[0].strip(b" ")
    try:
        return _bounded(int(digits, 8)) if digits else 0
    except ValueError:
        raise TarBroken("a header holds something else where a number should be") from None


def _mode(field: bytes) -> int:
    """Return the permissions; none where the field is not a number: nothing else of the member depends on it."""
    digits = field.strip(b" \0")
    return int(digits, 8) & 0o777 if digits.isdigit() and not digits.strip(b"01234567") else 0


def _bounded(number: int) -> int:
    if not 0 <= number <= _LARGEST:
        raise TarBroken("the size of a member is larger than any disk")
    return number


def _sum(block: bytes) -> int:
    """Return the sum of the bytes of a block. Adler-32 counts in C: one more than the sum of bytes, below 65,521."""
    half = BLOCK // 2  # 255 * 256 are 65,280
    return (adler32(block[:half]) & 0xFFFF) + (adler32(block[half:]) & 0xFFFF) - 2


def _signed_sum(block: bytes) -> int:
    """Return the checksum as some old programs counted it, with signed bytes."""
    rest = block[:148] + block[156:]
    return sum(each - 256 if each > 127 else each for each in rest) + _SUM_OF_BLANKS
