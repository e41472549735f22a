"""Start-up hooks, measured: what a .pth line or a sitecustomize loads is its distribution's, not the interpreter's."""

import subprocess
import sys
from pathlib import Path

import pytest

from footprint.audit.run import run_audit
from footprint.config.audit_settings import read_options
from footprint.model.audit import Audit
from footprint.units import MIB
from tests.support.installer import make_environment
from tests.support.machine import install, on_interpreters
from tests.support.projects import site_of, write

# As pip-system-certs does it: the line wraps a function of the site module, and the load comes when that is called.
LATE = b"""
import site

def bootstrap():
    wrapped = site.execsitecustomize
    def later():
        wrapped()
        import ballast
    site.execsitecustomize = later
"""
FILES = {
    "heavy": {"heavy.pth": b"import heavy\n", "heavy/__init__.py": b"import json\ndata = b'x' * (12 << 20)\n"},
    "certs": {
        "certs.pth": b"import os, sys; __import__('certs.start') and sys.modules['certs.start'].bootstrap()\n",
        "certs/__init__.py": b"",
        "certs/start.py": LATE,
    },
    "ballast": {"ballast.py": b"data = b'x' * (8 << 20)\n"},
    "agent": {"sitecustomize.py": b"import agent\n", "agent.py": b"data = b'x' * (5 << 20)\n"},
    "space": {
        "space-nspkg.pth": b"import sys, types; p = sys._getframe(1).f_locals['sitedir']; types.ModuleType('space')\n"
    },
}


def audit(python: Path, folder: Path, *names: str) -> Audit:
    write(folder, {"requirements.txt": "\n".join(names), "main.py": "import json\nimport agent\napp = 1\n"})
    write(folder, {"Procfile": "web: gunicorn main:app\n"})
    subprocess.run([str(python), "-m", "venv", "--without-pip", str(folder / ".venv")], check=True)
    for name in names:
        requires = "Requires-Dist: ballast\n" if name == "certs" else ""
        install(site_of(folder / ".venv"), name, FILES[name], metadata=requires)
    return run_audit(read_options({"env": folder / ".venv"}, folder))


@pytest.mark.parametrize("python", on_interpreters())
def test_a1_what_hooks_load_is_their_own_and_all_adds_up(python: Path, tmp_path: Path) -> None:
    found = audit(python, tmp_path, "heavy", "certs", "ballast", "agent", "space")
    rows = {row.name: row for row in found.distributions}
    (entry,) = found.entries
    stages = {stage.reading.stage: stage.reading for stage in entry.stages}
    parts = {part.name: part.rss_bytes for part in entry.memory}
    assert sum(parts.values()) == stages["import"].rss_bytes
    assert sum(part.rss_bytes for part in entry.stacks) == stages["import"].rss_bytes
    for name, count in (("heavy", 12), ("ballast", 8), ("agent", 5)):
        assert count * MIB <= parts[name] < (count + 2.5) * MIB, name
    assert parts["interpreter"] < stages["interpreter"].rss_bytes - 24 * MIB
    assert rows["heavy"].loaded_at_stage == rows["ballast"].loaded_at_stage == "interpreter"
    assert (rows["heavy"].usage.value, rows["heavy"].confidence) == ("implied", "certain")
    assert (rows["certs"].usage.value, rows["certs"].confidence) == ("implied", "certain")
    assert rows["certs"].startup_cumulative_rss_bytes is not None
    assert rows["certs"].startup_cumulative_rss_bytes >= 8 * MIB  # whose module asked outside of any import
    assert [step.module for step in rows["ballast"].load_chain] == ["site", "certs.start", "ballast"]
    assert rows["agent"].usage.value == "startup"  # imported by ours, too; that it leaves with the line is not said
    assert (rows["agent"].avoidable_rss_bytes or 0) < MIB
    assert rows["space"].usage.value == "unused"
    assert [item.distribution for item in found.suggestions if item.action == "remove"] == ["space"]


def test_a1_without_hooks_nothing_more_is_started(tmp_path: Path) -> None:
    found = audit(Path(sys.executable), tmp_path, "space")
    assert all(note.code != "hooks-not-measured" for note in found.notes)
    assert {part.kind for part in found.entries[0].memory} <= {"interpreter", "stdlib", "first-party", "rest"}


def test_a1_pip_system_certs(tmp_path: Path) -> None:
    files = {"requirements.txt": "iniconfig\npip-system-certs\n", "main.py": "import iniconfig\napp = 1\n"}
    write(tmp_path, {**files, "Procfile": "web: gunicorn main:app\n"})
    make_environment(tmp_path / ".venv", "iniconfig", "pip", "pip-system-certs")
    found = run_audit(read_options({"env": tmp_path / ".venv"}, tmp_path))
    rows = {row.name: row for row in found.distributions}
    certs = rows["pip-system-certs"]
    assert (certs.usage.value, certs.confidence, certs.loaded_at_stage) == ("implied", "certain", "interpreter")
    assert [(item.path, item.line, item.placement) for item in certs.evidence] == [("pip_system_certs.pth", 1, "hook")]
    assert (certs.startup_cumulative_rss_bytes or 0) > 10 * MIB  # with what it brings: requests of pip, ssl
    assert rows["pip"].loaded_at_stage == "interpreter"
    (entry,) = found.entries
    stacks = {part.name: part.rss_bytes for part in entry.stacks}
    assert stacks["pip-system-certs"] > 10 * MIB
    assert stacks["interpreter"] < 16 * MIB
    assert not found.suggestions
