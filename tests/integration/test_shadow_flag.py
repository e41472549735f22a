"""`--shadow`: what the application writes at its start is told and thrown away, and the figures are as without."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from footprint.audit.run import run_audit
from footprint.cli.audits import find_cover
from footprint.config.options import Options
from footprint.model.audit import Audit
from tests.support.canary import look
from tests.support.command import audit_json, footprint
from tests.support.machine import only_where
from tests.support.projects import make_shop, site_of, write
from tests.support.shadows import can_overlay

WRITES = """\
import os, sqlite3
import heavy

here, there = os.path.dirname(os.path.abspath(__file__)), os.path.dirname(heavy.__file__)
with open(here + "/app.log", "a") as log:
    log.write("started\\n")
with sqlite3.connect(here + "/app.db") as database:
    database.execute("create table if not exists starts (at)")
os.path.exists(here + "/old.txt") and os.unlink(here + "/old.txt")
if os.environ.get("CACHES"):
    open(there + "/cache.txt", "w").close()


def late():
    import light
"""
OF_PROJECT = {"app.log", "app.db", "old.txt"}


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project that writes where it lies and, with CACHES set, into its environment; it has no bytecode yet."""
    folder = make_shop(tmp_path / "shop")
    write(folder, {"app.py": WRITES, "app.log": "before\n", "old.txt": ""})
    return folder


SHADOWED = ("--shadow", "--entry", "app", "--set", "CACHES=1")


def of_audit(folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = audit_json(folder, *SHADOWED, env=environment)["entries"][0]
    return entry


def of_probe(folder: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    done = footprint("probe", folder, *SHADOWED, "-f", "json", env=environment)
    assert done.returncode == 0, done.stderr
    entry: dict[str, Any] = json.loads(done.stdout)[0]
    return entry


@pytest.mark.parametrize("measure", [of_audit, of_probe], ids=["audit", "probe"])
def test_what_is_written_is_told_and_gone(shop: Path, tmp_path: Path, measure: Any) -> None:
    only_where(can_overlay(), "the right to mount an overlay")
    before, scratch = look(shop), tmp_path / "scratch"
    scratch.mkdir()
    entry = measure(shop, {"TMPDIR": str(scratch)})
    cache = str(site_of(shop / ".venv").relative_to(shop) / "heavy/cache.txt")
    assert (entry["shadow"], set(entry["written"])) == ("overlay", OF_PROJECT | {cache})
    assert look(shop) == before and list(scratch.iterdir()) == []


def test_a_check_tells_it_as_well(shop: Path) -> None:
    only_where(can_overlay(), "the right to mount an overlay")
    before = look(shop)
    done = footprint("check", shop, "--shadow", "--entry", "app", "--rule", "unused=off", "-f", "json")
    assert done.returncode == 0, done.stderr
    (note,) = [each for each in json.loads(done.stdout)["notes"] if each["code"] == "started-in-shadow"]
    assert f"writes {shop}/app.db" in note["message"] and f"removes {shop}/old.txt" in note["message"]
    assert look(shop) == before


def test_the_report_says_where_nothing_was_written(shop: Path) -> None:
    only_where(can_overlay(), "the right to mount an overlay")
    write(shop, {"app.py": "import heavy\n"})
    done = footprint("audit", shop, "--shadow", "--entry", "app", "--top", "0")
    assert "started in a shadow of project and environment, where it wrote nothing" in done.stdout, done.stderr


def audited(folder: Path, *, shadow: bool, caches: bool = False) -> Audit:
    given = {"CACHES": "1"} if caches else {}
    options = Options.of(project=folder, entries=("app",), shadow=shadow, environment=given)
    return run_audit(options, cover=find_cover(options))


@pytest.mark.parametrize("engine", ["overlay", "links"])
def test_facts_and_figures_are_those_of_a_start_without(
    shop: Path, engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    if engine == "links":
        monkeypatch.setattr("footprint.trial.overlay.run_to_end", lambda *_: 1)
    else:
        only_where(can_overlay(), "the right to mount an overlay")
    plain = audited(shop, shadow=False)  # which leaves bytecode behind, and what the application writes
    inside = audited(shop, shadow=True)
    told = [(each.name, each.usage, each.evidence, each.loaded_at_stage) for each in plain.distributions]
    assert [(each.name, each.usage, each.evidence, each.loaded_at_stage) for each in inside.distributions] == told
    assert [(each.path, each.line) for each in inside.import_lines] == [
        (each.path, each.line) for each in plain.import_lines
    ]
    assert [each.first_use_rss_bytes is None for each in inside.distributions] == [
        each.first_use_rss_bytes is None for each in plain.distributions
    ]
    (entry,), (other,) = inside.entries, plain.entries
    assert entry.last_stage is not None and other.last_stage is not None
    assert abs(entry.last_stage.reading.rss_bytes - other.last_stage.reading.rss_bytes) < 1 << 20
    assert (entry.shadow, set(entry.written)) == (engine, {"app.log"})


def test_links_say_what_reached_the_real_environment(shop: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("footprint.trial.overlay.run_to_end", lambda *_: 1)
    before = {path: text for path, text in look(shop).items() if ".venv" not in path}
    audit = audited(shop, shadow=True, caches=True)
    notes = {note.code: note.message for note in audit.notes}
    assert "links and copies (this system lets us mount no overlay)" in notes["started-in-shadow"]
    assert f"writes {shop}/app.db" in notes["started-in-shadow"]
    assert "changed the real environment" in notes["shadow-left-behind"]
    assert "heavy/cache.txt" in notes["shadow-left-behind"] and "heavy/cache.txt" not in notes["started-in-shadow"]
    assert {path: text for path, text in look(shop).items() if ".venv" not in path} == before
