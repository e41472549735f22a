"""Options of one run: `[tool.footprint]` of the project's pyproject.toml, overruled by flags."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from footprint.config.options import Options, StartOptions, TargetOptions
from footprint.config.pyproject_tables import parse_footprint_table, read_pyproject, refuse_foreign, shown
from footprint.config.settings_table import START, TARGET, Kind, Setting
from footprint.errors import UsageError
from footprint.files.reader import NotRead, read_given
from footprint.late import late_pattern
from footprint.model.requests_to_ignore import IgnoreSetting
from footprint.names import did_you_mean
from footprint.values import fields

_ENV_FILE_BYTES = 1 << 20


_ROWS = {row.key: row for row in (*TARGET, *START) if row.in_file}  # what [tool.footprint] may hold
# What TOML must give; a list holds texts.
_TYPES: Mapping[Kind, type | tuple[type, ...]] = {
    "path": str, "text": str, "whole number": int, "number": (int, float), "switch": bool, "table": dict
}  # fmt: skip
_QUOTED = late_pattern(r"""(["'])([^"'\n]*)\1""")
# A project's settings are a stranger's: what waits, starts or multiplies is held to what somebody could mean.
_LONGEST_S = 7 * 86_400
_MOST_RUNS = 1_000
_FEWEST_CALLS, _MOST_CALLS = 10, 100_000  # of --repeat
_MOST_WORKERS = 100_000
_TARGETS = frozenset({"python", "env", "no_env", "site_packages"})
_OTHER_CODES = "the codes that `footprint explain` lists"


def read_options(flags: Mapping[str, Any], project: Path, text: str | None = None) -> Options:
    """Return the project's options with `flags` (None: not given) laid over them; `text` stands for its pyproject.toml.

    Raises: UsageError for a project that is not a folder, broken TOML, an unknown key, a value of a wrong type,
        and a setting that leads out of the work tree without --trust-settings.
    """
    if not project.is_dir():
        raise UsageError(f"{project} is not a folder: name the project's folder, the one with its requirement files")
    text = read_pyproject(project / "pyproject.toml") if text is None else text
    table = parse_footprint_table(text, project / "pyproject.toml")
    values = _read_keys(table, project)
    values.pop("check", None)
    if "ignore" in values:
        values["ignore"] = _read_ignore(values["ignore"], text)
    known = {"probe", *(item.name for part in (TargetOptions, StartOptions) for item in fields(part))}
    given = {name: value for name, value in flags.items() if name in known and value not in (None, ())}
    if _TARGETS & given.keys():  # a target named by a flag stands for all targets of the file
        values = {name: value for name, value in values.items() if name not in _TARGETS}
    if not flags.get("trust_settings"):
        kept = values.keys() - given.keys()
        refuse_foreign({key: value for key, value in table.items() if _ROWS[key].field in kept}, project)
    return _check(Options.of(**(values | given | {"project": project})))


def read_env_file(path: Path) -> dict[str, str]:
    """Return the variables of an env file: `KEY=value` lines, comments, `export`, matching quotes.

    Raises: UsageError naming the line that is none of these, or a file that cannot be read.
    """
    try:
        text = read_given(path, bytes_at_most=_ENV_FILE_BYTES).decode("utf-8-sig")
    except (NotRead, UnicodeDecodeError) as error:
        raise UsageError(f"cannot read the env file {path}: {error}") from error
    values = {}
    for number, line in enumerate(text.splitlines(), start=1):
        stripped = line.strip().removeprefix("export ").lstrip()
        if not stripped or stripped.startswith("#"):
            continue
        key, equals, value = stripped.partition("=")
        if not equals or not key.strip() or "\0" in stripped:
            raise UsageError(f"{path}:{number}: expected KEY=value")
        values[key.strip()] = _unquote(value.strip())
    return values


def try_env_file(path: Path) -> dict[str, str]:
    """Return the variables of an env file, none of what is none."""
    try:
        return read_env_file(path)
    except UsageError:
        return {}


def parse_settings(pairs: tuple[str, ...]) -> dict[str, str]:
    """Return `--set KEY=VALUE` pairs as a mapping. Raises: UsageError for one without a key."""
    values = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals or not key:
            name = f" {pair}" if pair.isidentifier() and pair.isupper() else ""  # anything else may be the value
            raise UsageError(f"--set{name}: expected KEY=VALUE")
        values[key] = value
    return values


def _unquote(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    return value.split(" #", 1)[0].rstrip()


def _read_keys(table: Mapping[str, Any], project: Path) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key, value in table.items():
        row = _ROWS.get(key)
        if row is None:
            raise UsageError(f"[tool.footprint] does not know {key!r}; it knows {', '.join(sorted(_ROWS))}")
        expected = list if row.many else _TYPES[row.kind]
        wrong = not isinstance(value, expected) or (expected is not bool and isinstance(value, bool))
        if wrong or (isinstance(value, list) and not all(isinstance(item, str) for item in value)):
            raise UsageError(f"[tool.footprint] {key}: {shown(value)} is of the wrong type")
        values[row.field] = _convert(row, value, project)
    return values


def _convert(row: Setting, value: Any, project: Path) -> Any:
    """Return a value of the file; paths are meant from the folder of the file."""
    if row.many:
        return tuple(project / item if row.kind == "path" else item for item in value)
    if row.choices and value not in row.choices:
        raise UsageError(f"[tool.footprint] {row.key}: {shown(value)} is none of {', '.join(row.choices)}")
    if row.kind == "path":
        return project / value
    if row.kind == "number" and abs(value) <= _LONGEST_S:  # a whole number may be too large for a float
        return float(value)
    return value


def _read_ignore(table: Mapping[str, Any], text: str) -> tuple[IgnoreSetting, ...]:
    """Return `ignore = {unused = ["boto3"], transitive = ["types-*"]}` as settings, each with its line.

    Raises: UsageError for a key that is neither a code nor a class with one, or names that are no list of strings.
    """
    from footprint.knowledge.codes import CLASS_CODES, CODES  # few projects ignore any

    found = []
    for key, names in table.items():
        code = CLASS_CODES.get(key, key)
        if code not in CODES:
            hint = did_you_mean(key, (*CLASS_CODES, *CODES), f"there are {', '.join(CLASS_CODES)} and {_OTHER_CODES}")
            raise UsageError(f"[tool.footprint] ignore: {key!r} is neither a code nor a class to ignore{hint}")
        if not isinstance(names, list) or not all(isinstance(name, str) and name for name in names):
            raise UsageError(f'[tool.footprint] ignore: {key} takes a list of names: {key} = ["name", "types-*"]')
        lines = _lines_after(key, text)
        found += [IgnoreSetting(code, name, "pyproject.toml", lines.get(name), key) for name in names]
    return tuple(found)


def _lines_after(code: str, text: str) -> Mapping[str, int]:
    """Return the line where each quoted name first stands after `code`, itself after our table begins."""
    table = re.search(r"\[tool\.footprint\b", text)
    begin = re.compile(rf"\b{re.escape(code)}\b").search(text, table.end()) if table else None
    lines: dict[str, int] = {}
    if begin is None:
        return lines
    number = text.count("\n", 0, begin.end()) + 1
    for line in text[begin.end() :].split("\n"):
        for _, name in _QUOTED.findall(line):
            lines.setdefault(name, number)
        number += 1
    return lines


def _check(options: Options) -> Options:
    target, start = options.target, options.probe
    if start.runs < 1:
        raise UsageError(f"--runs {shown(start.runs)}: at least one run is needed (or --no-probe)")
    if start.runs > _MOST_RUNS:
        raise UsageError(f"--runs {shown(start.runs)}: more than {_MOST_RUNS} starts would take days")
    if not 0 < start.timeout_s <= _LONGEST_S:  # nan neither
        raise UsageError(f"--timeout {shown(start.timeout_s)}: give a number of seconds above 0, a week at most")
    if target.workers is not None and not 1 <= target.workers <= _MOST_WORKERS:
        raise UsageError(f"--workers {shown(target.workers)}: give 1 or more, {_MOST_WORKERS:,} at most")
    if start.repeat is not None and not _FEWEST_CALLS <= start.repeat <= _MOST_CALLS:
        raise UsageError(
            f"--repeat {shown(start.repeat)}: give {_FEWEST_CALLS} or more, {_MOST_CALLS:,} at most: fewer tell nothing"
        )
    if len([name for name in _TARGETS if getattr(target, name)]) > 1:
        raise UsageError("give one of --python, --env, --no-env and --site-packages, not several")
    return options
