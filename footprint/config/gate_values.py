"""Values of the gate's settings: each read from TOML or from a flag, or refused with what to write instead.

Every reader takes the value and `where` it stands (`[tool.footprint.check] max-disk`, `--max-disk`), for the mistake.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from footprint.config.options import Amount, OnProblem, Tolerance
from footprint.config.pyproject_tables import close_names, shown
from footprint.config.settings_table import Kind
from footprint.errors import UsageError
from footprint.knowledge.codes import CLASS_CODES, CODES, GATE_RULES, RULE_BY_CODE, RULE_BY_NAME
from footprint.model.baseline_figures import HEAVY_BYTES
from footprint.model.rule import Level
from footprint.units import parse_size, size

_PERCENT = re.compile(r"\s*(\d{1,9}(?:\.\d{1,9})?)\s*%\s*", re.ASCII)
_NAME = re.compile(r"[^\s,;=]+")  # of a distribution or module, or a pattern for some
_SIZE_LENGTH_AT_MOST = 40
_LARGEST_RATIO = 1_000_000
_LARGEST_COUNT = 10_000_000
_LEVELS: Mapping[str, Level] = {"error": "error", "warning": "warning", "warn": "warning", "off": "off"}


def read_amount(value: Any, where: str) -> Amount:
    """Return "200 MiB", or "75%" of the limit, as a budget."""
    if isinstance(value, str) and "%" in value:
        share = read_share(value, where)
        if share == 0:
            raise UsageError(f"{where}: {shown(value)} would allow nothing")
        return Amount(share=share)
    return Amount(size_bytes=_read_size(value, where, 'write it as "200 MiB", or as "75%" of the limit'))


def read_heavy_size(value: Any, where: str) -> int:
    """Return "10 MiB" in bytes. Raises: UsageError for less than what a baseline lists."""
    found = _read_size(value, where, 'write it as "10 MiB"')
    if found < HEAVY_BYTES:
        raise UsageError(f"{where}: {shown(value)} is less than {size(HEAVY_BYTES)}: the baseline lists none so light")
    return found


def read_share(value: Any, where: str) -> float:
    """Return "75%" as 0.75: from 0 % to 100 %."""
    found = _PERCENT.fullmatch(value) if isinstance(value, str) else None
    if found is None:
        raise UsageError(f'{where}: {shown(value)} is not a percentage: write it as "75%"')
    share = float(found[1]) / 100
    if share > 1:
        raise UsageError(f"{where}: {shown(value)} is more than 100 %")
    return share


def read_tolerance(value: Any, where: str) -> Tolerance:
    """Return {relative = "5%", absolute = "5 MiB"}, or "5%, 5 MiB"; a part that is left out is 0."""
    if isinstance(value, str):
        parts = value.split(",")
        given = {"relative" if "%" in part else "absolute": part for part in parts}
        if len(parts) != len(given):
            raise UsageError(f'{where}: {shown(value)} has two parts of one kind: write it as "5%, 5 MiB"')
    elif isinstance(value, dict) and value:
        given = value
        unknown = sorted(value.keys() - {"relative", "absolute"})
        if unknown:
            raise UsageError(f"{where} does not know {shown(unknown[0])}; it knows relative and absolute")
    else:
        hint = 'write it as {relative = "5%", absolute = "5 MiB"} or "5%, 5 MiB"'
        raise UsageError(f"{where}: {shown(value)} is not a tolerance: {hint}")
    relative, absolute = given.get("relative"), given.get("absolute")
    return Tolerance(
        0.0 if relative is None else read_share(relative, f"{where} relative"),
        0 if absolute is None else _read_size(absolute, f"{where} absolute", 'write it as "5 MiB"'),
    )


def read_ratio(value: Any, where: str) -> float:
    """Return a number of 1 or more."""
    # nan neither, nor what is too large for a float
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= _LARGEST_RATIO:
        raise UsageError(f"{where}: {shown(value)} is not a ratio: give a number of 1 or more, such as 2.0")
    return float(value)


def read_count(value: Any, where: str) -> int:
    """Return a whole number of 1 or more."""
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= _LARGEST_COUNT:
        raise UsageError(f"{where}: {shown(value)} is not a number of 1 or more, {_LARGEST_COUNT:,} at most")
    return value


def read_switch(value: Any, where: str) -> bool:
    """Return true or false."""
    if not isinstance(value, bool):
        raise UsageError(f"{where}: {shown(value)} is neither true nor false")
    return value


def read_on_problem(value: Any, where: str) -> OnProblem:
    """Return "fail" or "warn"."""
    if value == "fail":
        return "fail"
    if value == "warn":
        return "warn"
    raise UsageError(f'{where}: {shown(value)} is neither "fail" nor "warn"')


def read_names(value: Any, where: str) -> tuple[str, ...]:
    """Return a list of distributions and modules, each once."""
    if not isinstance(value, list | tuple):
        raise UsageError(f'{where}: {shown(value)} is not a list: write it as ["torch", "pandas"]')
    for name in value:
        if not isinstance(name, str) or not _NAME.fullmatch(name):
            raise UsageError(f"{where}: {shown(name)} is not the name of one distribution or module")
    return tuple(dict.fromkeys(value))


def read_rules(value: Any, where: str) -> dict[str, Level]:
    """Return {unused = "off", anon-increase = "warning"} by code. Raises: UsageError, also for one rule given twice."""
    if not isinstance(value, dict):
        raise UsageError(f'{where}: {shown(value)} is not a table: write it as {{unused = "off"}}')
    levels: dict[str, Level] = {}
    names: dict[str, str] = {}
    for name, level in value.items():
        code = find_code(name, where)
        if code in levels:
            raise UsageError(f"{where}: {names[code]} and {name} are one rule, given twice")
        levels[code], names[code] = _read_level(level, f"{where} {name}", code), name
    return levels


def find_code(name: str, where: str) -> str:
    """Return the code of a rule that is given by its name or code. Raises: UsageError with the closest names."""
    if name in RULE_BY_NAME:
        return RULE_BY_NAME[name].code
    code = CLASS_CODES.get(name, name)
    if code in RULE_BY_CODE:
        return code
    close = close_names(name, dict.fromkeys((*RULE_BY_NAME, *CLASS_CODES, *(rule.code for rule in GATE_RULES), *CODES)))
    hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(RULE_BY_NAME)}"
    raise UsageError(f"{where}: {shown(name)} is not a rule; {hint}")


def read_rule_flags(pairs: tuple[str, ...]) -> dict[str, Level]:
    """Return `--rule NAME=LEVEL` pairs by code; the last one of a rule counts."""
    levels: dict[str, Level] = {}
    for pair in pairs:
        name, equals, level = pair.partition("=")
        if not equals:
            raise UsageError(f"--rule {shown(pair)}: expected NAME=LEVEL, such as unused=warning")
        code = find_code(name.strip(), "--rule")
        levels[code] = _read_level(level.strip(), f"--rule {name.strip()}", code)
    return levels


def _read_level(value: Any, where: str, code: str) -> Level:
    level = _LEVELS.get(value) if isinstance(value, str) else None
    if level is None:
        raise UsageError(f'{where}: {shown(value)} is not a level: there are "error", "warning" and "off"')
    if RULE_BY_CODE[code].kind == "start" and level == "off":  # it would pass without having looked
        raise UsageError(f'{where} cannot be off: "warning" lets a check go on that could not measure, and says so')
    return level


def _read_size(value: Any, where: str, hint: str) -> int:
    # a number of very many digits would not fit the arithmetic behind it
    if not isinstance(value, str) or len(value) > _SIZE_LENGTH_AT_MOST:
        raise UsageError(f"{where}: {shown(value)} is not a size: {hint}")
    try:
        return parse_size(value)
    except UsageError as error:
        raise UsageError(f"{where}: {error}") from None


def _read_path(value: Any, where: str) -> Path:
    if not isinstance(value, str | Path) or not str(value):
        raise UsageError(f"{where}: {shown(value)} is not a path")
    return Path(value)


READERS: Mapping[Kind, Callable[[Any, str], Any]] = {
    "amount": read_amount,
    "count": read_count,
    "fail or warn": read_on_problem,
    "list of names": read_names,
    "path": _read_path,
    "ratio": read_ratio,
    "share": read_share,
    "size": read_heavy_size,
    "switch": read_switch,
    "tolerance": read_tolerance,
}
