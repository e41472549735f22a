"""A line without use may bring in what others load without requiring it: it cannot go."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.command import audit_json, rows_of
from tests.support.machine import install
from tests.support.projects import make_env, site_of, write

PLAIN, GUARDED = b"import guest\n", b"try:\n    import guest\nexcept ImportError:\n    guest = None\n"


@pytest.mark.parametrize(
    ("host", "goes"), [(PLAIN, False), (GUARDED, True)], ids=["C1 sibling: plain", "noop: guarded"]
)
def test_what_a_host_loads_without_requiring_it_keeps_what_brings_it(host: bytes, goes: bool, tmp_path: Path) -> None:
    write(tmp_path, {"requirements.txt": "host\nold\n", "app.py": "import host\n"})
    site = site_of(make_env(tmp_path / ".venv"))
    install(site, "host", {"host.py": host})
    install(site, "old", {"old.py": b""}, metadata="Requires-Dist: guest\n")
    install(site, "guest", {"guest.py": b"x = 1\n"})
    audit = audit_json(tmp_path, "--entry", "app")
    row = rows_of(audit)["old"]
    assert row["usage"] == "unused"
    assert [item["distribution"] for item in audit["suggestions"] if item["action"] == "remove"] == ["old"] * goes
    assert ("it alone brings in guest, which host imports at startup" in row["reason"]) is not goes
