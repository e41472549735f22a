"""Names of the standard library of another Python than the one that runs footprint."""

from __future__ import annotations

from collections.abc import Mapping

from footprint.model.installed_environment import Numbers

# By minor version of Python 3: what came with it, and what it no longer had.
# Source: sys.stdlib_module_names of each, and the removals in "What's New in Python".
_CAME: Mapping[int, str] = {
    9: "_aix_support _bootsubprocess _peg_parser _zoneinfo graphlib zoneinfo",
    11: "_tokenize _typing tomllib",
    12: "_pydatetime _pylong _sha2",
    13: "_android_support _colorize _interpchannels _interpqueues _interpreters _ios_support _opcode_metadata _pyrepl "
    "_suggestions _sysconfig _wmi",
    14: "_hmac _remote_debugging _types _zstd annotationlib compression",
    15: "_math_integer profiling",
}
_WENT: Mapping[int, str] = {
    9: "_dummy_thread dummy_threading",
    10: "_bootlocale _peg_parser _xxsubinterpreters formatter parser symbol",
    11: "binhex",
    12: "_bootsubprocess _sha256 _sha512 asynchat asyncore distutils imp smtpd",
    13: "_crypt _msi aifc audioop cgi cgitb chunk crypt imghdr lib2to3 mailcap msilib nis nntplib ossaudiodev pipes "
    "sndhdr spwd sunau telnetlib uu xdrlib",
    15: "sre_compile sre_constants sre_parse",
}


def names_of(wanted: Numbers, known: frozenset[str], version: Numbers) -> frozenset[str]:
    """Return the names of the `wanted` Python, given those that are `known` of another `version`."""
    names = set(known)
    low, high = sorted((wanted[1], version[1]))
    steps = range(low + 1, high + 1)
    if wanted[1] >= version[1]:
        for minor in steps:
            names -= _row(_WENT, minor)
            names |= _row(_CAME, minor)
    else:
        for minor in reversed(steps):
            names -= _row(_CAME, minor)
            names |= _row(_WENT, minor)
    return frozenset(names)


def _row(table: Mapping[int, str], minor: int) -> set[str]:
    return set(table.get(minor, "").split())
