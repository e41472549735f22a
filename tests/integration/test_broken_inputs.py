"""Broken and hostile inputs through the command line: a clear note, the right exit code, and the rest of the audit."""

import json
import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import audit_json, codes_of, footprint, rows_of
from tests.support.machine import are_permissions_obeyed, install, need, obey_permissions
from tests.support.projects import make_env, site_of, write

# What stays true in every case: a healthy neighbour that the project uses.
GOOD_FILES = {"good/__init__.py": b"x = 1\n", "good/data.bin": b"0" * 50_000}


@dataclass(frozen=True)
class Place:
    """A project and the bare site-packages folder that it is audited with."""

    project: Path
    site: Path


@pytest.fixture
def place(tmp_path: Path) -> Place:
    project = write(tmp_path / "project", {"requirements.txt": "good\n", "app.py": "import good\n"})
    site = tmp_path / "env/lib/python3.11/site-packages"
    site.mkdir(parents=True)
    install(site, "good", GOOD_FILES)
    return Place(project, site)


def check_rest(audit: Mapping[str, Any]) -> None:
    """The rest of the audit is there: the healthy neighbour is weighed and classed, and the sum is right."""
    good = rows_of(audit)["good"]
    assert (good["usage"], good["version"]) == ("startup", "1.0")
    assert good["apparent_bytes"] > 50_000
    assert {(item["path"], item["line"]) for item in good["evidence"]} == {("app.py", 1)}
    assert audit["disk"]["reconciles"] is True


# Broken environments


def escaping_record(site: Path) -> None:
    record = install(site, "bad", {"bad.py": b"x"}) / "RECORD"
    record.write_text(record.read_text() + "../../../../../../../../etc/passwd,,\n/etc/hostname,,\n")


def metadata_of_null_bytes(site: Path) -> None:
    (install(site, "bad", {"bad.py": b"x"}) / "METADATA").write_bytes(b"\0" * 4096)


def odd_requirements(site: Path) -> None:
    lines = "Requires-Dist: ???\nRequires-Dist: good; python_version >\nRequires-Dist: good (>= what)\n"
    install(site, "bad", {"bad.py": b"x"}, version="not.a-version", metadata=lines)


# What a case makes of the site folder, and the note that has to be there (None: nothing needs saying). More damage of
# environments, sources and requirement files is tried on their readers: tests/unit/collect, test_disk_broken,
# test_metadata, test_walker and test_declared_malformed.
SITES: Mapping[str, tuple[Callable[[Path], None], str | None]] = {
    "RECORD with ../.. and absolute paths": (escaping_record, "record-escapes"),
    "METADATA of null bytes": (metadata_of_null_bytes, "metadata-no-name"),
    "a version and requirements that are none": (odd_requirements, None),
}


@pytest.mark.parametrize("case", SITES)
def test_a_broken_environment_is_a_note(place: Place, case: str) -> None:
    damage, code = SITES[case]
    damage(place.site)
    audit = audit_json(place.project, "--site-packages", place.site)
    check_rest(audit)
    assert rows_of(audit)["bad"]["outside_bytes"] == 0, "nothing outside is weighed"
    notes = [f"{note['path']} {note['message']}" for note in audit["notes"] if note["code"] == code]
    assert bool(notes) == (code is not None) and all("bad" in note for note in notes)


# Hostile names

HOSTILE = ("x\x1b[31mred.py", "line\nbreak.py", "bell\x07.py", "pipe|`tick`<b>.py", "\u202egnp.py", "tab\tname.py")


def make_hostile(place: Place) -> None:
    """Import `good` from files whose names attack the reader, and leave such names beside it."""
    (place.project / "app.py").unlink()  # no entry: then every file counts as reached
    for name in HOSTILE:
        write(place.project, {name: "import good\n"})
        (place.site / f"{name}.dir").mkdir()
    with open(os.fsencode(place.project) + b"/caf\xe9.py", "wb") as file:  # noqa: PTH123 - a name that is no text
        file.write(b"import good\n")
    with open(os.fsencode(place.site) + b"/\xff\xfe.bin", "wb") as file:  # noqa: PTH123
        file.write(b"x" * 3000)


@pytest.mark.parametrize("command", ["audit", "scan", "imports", "why"])
def test_hostile_file_names_are_harmless_on_a_terminal(place: Place, command: str) -> None:
    make_hostile(place)
    name = ("good",) if command == "why" else ()
    done = footprint(command, *name, place.project, "--site-packages", place.site)
    assert done.returncode == 0, done.stderr
    for sign in ("\x1b", "\x07", "\u202e", "\t", "\udce9"):
        assert sign not in done.stdout + done.stderr
    if command in ("imports", "why"):
        for shown in ("x\\x1b[31mred.py:1", "line\\x0abreak.py:1", "\\u202egnp.py:1", "caf\\xe9.py:1"):
            assert shown in done.stdout
    if command == "scan":
        assert "\\xff\\xfe.bin" in done.stdout


def test_hostile_file_names_are_valid_json(place: Place) -> None:
    make_hostile(place)
    done = footprint("audit", place.project, "--site-packages", place.site, "-f", "json")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.isascii()
    assert "\\udce9" not in done.stdout  # half a surrogate pair: many parsers refuse the whole document
    audit = json.loads(done.stdout)
    assert audit["disk"]["reconciles"] is True
    assert {item["path"] for item in rows_of(audit)["good"]["evidence"]} == {*HOSTILE, "caf\\xe9.py"}
    assert "\\xff\\xfe.bin" in {item["path"] for item in audit["disk"]["unowned"]}


# Broken project files

SOURCES: Mapping[str, str | bytes] = {
    "10 MB in one line": "import good; x = [" + "1, " * 3_400_000 + "]\n",
    "null bytes": b"import good\n\0\0\0\n",
    "deep nesting": "import good\nx = " + "(" * 3000 + ")" * 3000 + "\n",
}


@pytest.mark.parametrize("case", SOURCES)
def test_a_broken_source_file_is_a_note_and_its_imports_are_still_seen(place: Place, case: str) -> None:
    write(place.project, {"odd.py": SOURCES[case]})
    audit = audit_json(place.project, "--site-packages", place.site, "--entry", "app")
    check_rest(audit)
    assert [note for note in audit["notes"] if note["path"] == "odd.py"], audit["notes"]
    (place.project / "app.py").unlink()
    assert rows_of(audit_json(place.project, "--site-packages", place.site))["good"]["usage"] == "startup"


DECLARED: Mapping[str, Mapping[str, str | bytes]] = {
    "a line that is no requirement": {"requirements.txt": "good\n!!! what\n"},
    "binary": {"requirements.txt": b"good\n\x00\x01\xff\xfe\x80\n"},
    "no TOML": {"pyproject.toml": "\0"},
    "other types": {"pyproject.toml": "[project]\ndependencies = [1]\n"},
}


@pytest.mark.parametrize("case", DECLARED)
def test_a_broken_file_of_requirements_is_a_note(place: Place, case: str) -> None:
    write(place.project, DECLARED[case])
    audit = audit_json(place.project, "--site-packages", place.site)
    check_rest(audit)
    assert [at["file"] for at in rows_of(audit)["good"]["declared"]] == ["requirements.txt"]
    assert {*DECLARED[case]} <= {note["path"] for note in audit["notes"]}, audit["notes"]


# Things that are not there


def test_a_project_without_a_python_file(place: Place) -> None:
    (place.project / "app.py").unlink()
    audit = audit_json(place.project, "--site-packages", place.site)
    row = rows_of(audit)["good"]
    assert (row["usage"], row["confidence"]) == ("unused", "cannot tell")
    assert row["apparent_bytes"] > 50_000
    assert "no-entry" in codes_of(audit)


def test_an_empty_project_and_an_empty_environment(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "site").mkdir()
    for format_ in ("table", "markdown", "json"):
        done = footprint("audit", tmp_path / "project", "--site-packages", tmp_path / "site", "-f", format_)
        assert (done.returncode, done.stderr) == (0, "")
        assert done.stdout


def test_no_entry_is_said_and_nothing_is_called_unreached(place: Place) -> None:
    (place.project / "app.py").rename(place.project / "thing.py")
    audit = audit_json(place.project, "--site-packages", place.site)
    assert "no-entry" in codes_of(audit)
    assert rows_of(audit)["good"]["usage"] == "startup"
    done = footprint("audit", place.project, "--site-packages", place.site)
    assert "give one with --entry module:attr" in done.stdout


def test_the_running_interpreter_serves_where_it_has_what_is_declared(tmp_path: Path) -> None:
    project = write(tmp_path / "p", {"requirements.txt": "pytest\nnot-there\n", "app.py": "import pytest\n"})
    done = footprint("audit", project, "--no-probe")
    assert "the interpreter that runs footprint; name another with --python or --env" in done.stdout
    assert "not installed" in done.stdout


def test_a_project_that_is_read_only(place: Place, tmp_path: Path) -> None:
    need(are_permissions_obeyed(tmp_path), "a user whom permissions bind")
    env = make_env(tmp_path / "own")
    install(site_of(env), "good", GOOD_FILES)
    place.project.chmod(0o500)
    try:
        audit = audit_json(place.project, "--env", env, before=obey_permissions)
    finally:
        place.project.chmod(0o700)
    check_rest(audit)
    assert audit["entries"][0]["failure"] is None
    assert sorted(path.name for path in place.project.iterdir()) == ["app.py", "requirements.txt"]


@pytest.mark.parametrize("closed", [".venv", "."])
def test_what_is_closed_to_us_is_named(place: Place, tmp_path: Path, closed: str) -> None:
    need(are_permissions_obeyed(tmp_path), "a user whom permissions bind")
    make_env(place.project / ".venv")
    (place.project / closed).chmod(0)
    try:
        done = footprint("audit", place.project, before=obey_permissions)
    finally:
        (place.project / closed).chmod(0o700)
    assert done.returncode in (2, 3)
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "project" in done.stderr and re.search("permission denied|not readable", done.stderr, re.IGNORECASE)
