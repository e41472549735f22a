"""The options of a run: [tool.footprint], flags over it, env files, settings."""

from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from footprint.cli.app import COMMANDS, load_command
from footprint.config.audit_settings import parse_settings, read_env_file, read_options
from footprint.config.options import EntrySettings, GateSettings, Options, StartOptions, TargetOptions
from footprint.config.settings_table import ENTRY, GATE, OUTPUT, START, TARGET
from footprint.errors import UsageError
from tests.support.configuration_page import PAGE, page

WHOLE = """
[project]
name = "shop"

[tool.footprint]
env = "env"
entries = ["app.main:app", "-m worker"]
factory = true
requirements = ["deploy/requirements.txt"]
exclude = ["legacy/*"]
respect-gitignore = false
probe = false
runs = 5
timeout = 30
lifespan = false
workers = 4
preload = true
live = true
ready = "port:8000"
requests = ["http://127.0.0.1:8000/*3"]
"""


def options(folder: Path, pyproject: str | bytes | None = None, **flags: Any) -> Options:
    if pyproject is not None:
        data = pyproject.encode() if isinstance(pyproject, str) else pyproject
        (folder / "pyproject.toml").write_bytes(data)
    return read_options(flags, folder)


def test_defaults(tmp_path: Path) -> None:
    assert options(tmp_path) == Options.of(project=tmp_path)
    assert (start := Options().probe).enabled and start.lifespan and start.runs == 1


def test_every_key_of_the_table(tmp_path: Path) -> None:
    assert options(tmp_path, WHOLE) == Options.of(
        project=tmp_path,
        env=tmp_path / "env",
        entries=("app.main:app", "-m worker"),
        factory=True,
        requirements=(tmp_path / "deploy/requirements.txt",),
        exclude=("legacy/*",),
        respect_gitignore=False,
        probe=False,
        runs=5,
        timeout_s=30.0,
        lifespan=False,
        workers=4,
        preload=True,
        live=True,
        ready="port:8000",
        requests=("http://127.0.0.1:8000/*3",),
    )


def test_a_flag_outranks_the_table_and_none_does_not(tmp_path: Path) -> None:
    found = options(tmp_path, WHOLE, runs=2, probe=True, entries=("other",), timeout_s=None, exclude=(), env=None)
    target, start = found.target, found.probe
    assert (start.runs, start.enabled, target.entries) == (2, True, ("other",))
    assert (start.timeout_s, target.exclude, target.env) == (30.0, ("legacy/*",), tmp_path / "env")


@pytest.mark.parametrize("flag", ["python", "env", "site_packages"])
def test_a_target_by_flag_stands_for_all_targets_of_the_table(tmp_path: Path, flag: str) -> None:
    value = (tmp_path,) if flag == "site_packages" else tmp_path
    found = options(tmp_path, '[tool.footprint]\npython = "bin/python"\n', **{flag: value}).target
    assert [name for name in ("python", "env", "site_packages") if getattr(found, name)] == [flag]


# Files that say nothing to us: no error, the defaults stand.
NOTHING = {
    "empty": "",
    "no table of ours": "[tool.ruff]\nline-length = 100\n",
    "broken, not ours": "[tool.ruff\n",
    "our name in a comment": "# footprint\n[project]\nname = 'x'\n",
    "an empty table": "[tool.footprint]\n",
    "a tool that is no table": "# footprint\ntool = 3\n",
}


@pytest.mark.parametrize("case", NOTHING)
def test_files_without_our_settings(tmp_path: Path, case: str) -> None:
    assert options(tmp_path, NOTHING[case]) == Options.of(project=tmp_path)


MISTAKES: dict[str, tuple[str | bytes, str]] = {
    "broken": ("[tool.footprint\n", "not valid TOML"),
    "nested too deep": ("[tool.footprint]\nx = " + "[" * 5000, "not valid TOML"),
    "not UTF-8": (b"[tool.footprint]\nenv = '\xff'\n", "cannot read"),
    "no table": ("[tool]\nfootprint = 3\n", "must be a table"),
    "unknown key": ("[tool.footprint]\nentry = 'app'\n", "does not know 'entry'; it knows calls, check, entries, env"),
    "text for a list": ("[tool.footprint]\nentries = 'app'\n", "entries: 'app' is of the wrong type"),
    "numbers in a list": ("[tool.footprint]\nentries = [1]\n", "entries: [1] is of the wrong type"),
    "text for a number": ("[tool.footprint]\nruns = '3'\n", "runs: '3'"),
    "true for a number": ("[tool.footprint]\nruns = true\n", "runs: True"),
    "number for true": ("[tool.footprint]\nprobe = 1\n", "probe: 1"),
    "no run": ("[tool.footprint]\nruns = 0\n", "--runs 0"),
    "no time": ("[tool.footprint]\ntimeout = 0\n", "--timeout 0"),
    "time that is none": ("[tool.footprint]\ntimeout = nan\n", "--timeout"),
    "time beyond any": ("[tool.footprint]\ntimeout = inf\n", "--timeout inf: give a number"),
    "time too large for a float": (f"[tool.footprint]\ntimeout = 1{'0' * 400}\n", "--timeout 1000000000"),
    "time too long to be written": (f"[tool.footprint]\ntimeout = 0x1{'0' * 5000}\n", "--timeout a number of too many"),
    "time before the start": (f"[tool.footprint]\ntimeout = -1{'0' * 400}\n", "--timeout -100000000"),
    "time for a sleep of years": ("[tool.footprint]\ntimeout = 1e12\n", "a week at most"),
    "runs without end": (f"[tool.footprint]\nruns = 1{'0' * 400}\n", "--runs 1000000000"),
    "workers too many to count": (f"[tool.footprint]\nworkers = 0x1{'0' * 5000}\n", "--workers a number of too many"),
    "number of thousands of digits": (f"[tool.footprint]\nruns = 1{'0' * 5000}\n", "not valid TOML"),
    "number of thousands of digits for text": (f"[tool.footprint]\nenv = 0x1{'0' * 5000}\n", "of the wrong type"),
    "two targets": ("[tool.footprint]\nenv = 'a'\npython = 'b'\n", "one of --python, --env"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_a_mistake_says_what_is_wrong(tmp_path: Path, case: str) -> None:
    text, words = MISTAKES[case]
    with pytest.raises(UsageError) as told:
        options(tmp_path, text)
    assert words in " ".join(str(told.value).split())


def test_a_project_that_is_no_folder(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not a folder"):
        read_options({}, tmp_path / "nowhere")


def test_an_env_file(tmp_path: Path) -> None:
    path = tmp_path / ".env"
    path.write_bytes(
        b"\xef\xbb\xbf# settings\r\nA=1\r\n\r\nexport B = two words \n"
        b"C='in # quotes'\nD=\"x=y\" \nE=\nF=v # said\nG=#no\nH=a'b'\n"
    )
    assert read_env_file(path) == {
        "A": "1",
        "B": "two words",
        "C": "in # quotes",
        "D": "x=y",
        "E": "",
        "F": "v",
        "G": "#no",
        "H": "a'b'",
    }


@pytest.mark.parametrize(
    ("content", "words"),
    [(b"A=1\nnonsense\n", ":2: expected KEY=value"), (b"=1\n", ":1:"), (b"A=\0\n", ":1:"), (b"\xff", "cannot read")],
)
def test_a_broken_env_file(tmp_path: Path, content: bytes, words: str) -> None:
    path = tmp_path / ".env"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=words):
        read_env_file(path)


def test_settings() -> None:
    assert parse_settings(("A=1", "B=x=y", "C=")) == {"A": "1", "B": "x=y", "C": ""}
    for broken in ("A", "=1", ""):
        with pytest.raises(UsageError, match="KEY=VALUE"):
            parse_settings((broken,))


# The table of settings, the values that hold them and the page about them say the same


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == page()
    assert max(map(len, page().splitlines())) <= 120


def test_every_value_of_the_options_has_a_row_and_every_row_a_value() -> None:
    known = [
        {field.name for field in fields(part)} for part in (TargetOptions, StartOptions, GateSettings, EntrySettings)
    ]
    target, start, gate, entry = known
    assert {row.field for row in TARGET} == (target - {"project", "service"}) | {"check", "trust_settings"}
    assert {row.field for row in START} == (start - {"enabled", "environment"}) | {"probe", "env_file", "set"}
    assert {row.field for row in GATE} == gate - {"every_entry", "most_runs", "all_entries"}
    assert {row.field for row in ENTRY} == entry - {"rules"}


def test_every_flag_is_taken_by_some_command() -> None:
    taken = [row for name in COMMANDS for row in load_command(name).takes]
    for row in (*TARGET, *START, *GATE, *ENTRY, *OUTPUT):
        assert (row in taken) == row.has_flag, row.key
