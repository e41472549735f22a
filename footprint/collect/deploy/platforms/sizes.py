"""Sizes as each platform means them: the same letter stands for different numbers."""

from __future__ import annotations

import re

from footprint.units import MIB

_COMPOSE = re.compile(r"(\d{1,15}(?:\.\d{1,6})?)\s*(?:([kmgt])i?b?|b)?", re.IGNORECASE)
_FLY = re.compile(r"(\d{1,9})\s*(?:(mb|gb|mib|gib|m|g))?", re.IGNORECASE)
_QUANTITY = re.compile(r"\+?(\d{1,18}(?:\.\d{0,9})?|\.\d{1,9})(?:([mkMGTP]|[KMGTP]i)|[eE](\d{1,2}))?")
_VARIABLE = re.compile(r"\$\{\w+:?-([^}]*)\}")
_MOST = 1 << 50


def compose_size(text: str) -> int | None:
    """Return bytes: `512m`, `1.5g`, `512MB` are of 1024; a bare number is bytes; `${MEM:-512m}` is its default.

    Source: Compose specification, "Specifying byte values".
    """
    match = _COMPOSE.fullmatch(_VARIABLE.sub(r"\1", text[:200]).strip())
    if match is None:
        return None
    return _bounded(float(match[1]) * 1024 ** ("kmgt".index(match[2].lower()) + 1 if match[2] else 0))


def fly_size(value: object) -> int | None:
    """Return bytes: `512mb`, `"1gb"`, and a bare number of MB, each of 1024. Source: fly.toml reference, `[[vm]]`."""
    if isinstance(value, bool) or not isinstance(value, (int, str)):
        return None
    match = _FLY.fullmatch(str(value).strip())
    if match is None:
        return None
    return _bounded(int(match[1]) * (1024 if (match[2] or "").lower().startswith("g") else 1) * MIB)


def quantity(text: str) -> int | None:
    """Return bytes of a Kubernetes quantity: `512Mi` is of 1024, `512M` of 1000, `5e8` and bare numbers are bytes.

    Source: Kubernetes documentation, "Resource Management for Pods and Containers", meaning of memory.
    """
    match = _QUANTITY.fullmatch(text.strip())
    if match is None:
        return None
    suffix = match[2] or ""
    if suffix == "m":
        return _bounded(float(match[1]) / 1000)  # thousandths of a byte: legal, and nearly always a slip
    power = " kMGTP".index(suffix[:1].replace("K", "k")) if suffix else 0
    factor = 1024**power if suffix.endswith("i") else 1000**power
    return _bounded(float(match[1]) * factor * 10 ** int(match[3] or 0))


def megabytes(text: str) -> int | None:
    """Return bytes of a whole number of MB of 1024 KB, as AWS Lambda and Vercel count."""
    text = text.strip()
    return _bounded(int(text) * MIB) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _bounded(count_bytes: float) -> int | None:
    """Return a size that can be one: nothing is allowed to no bytes, nor to more than any machine has."""
    return int(count_bytes) if 1 <= count_bytes <= _MOST else None
