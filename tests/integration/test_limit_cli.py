"""A limit between startup and first use: the verdict, the rehearsal, as the command says them."""

import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import audit_json, footprint
from tests.support.machine import install
from tests.support.projects import make_env, site_of, write

MIB = 1 << 20
LIMIT = 60 * MIB
# In steps, so that the rehearsal can stop it on the way, and of pages that are really there.
GROW = "x = [bytes([1]) * (1 << 20) for _ in range({})]\n"
WAY = "most of it begins at search.py:5: heavy > its-core"


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a project whose search needs 61 MiB at its first use: `heavy` 1, and `its-core`, that it imports, 60."""
    folder = tmp_path_factory.mktemp("limit")
    write(
        folder,
        {
            "requirements.txt": "heavy==1.0\nbase==1.0\n",
            "app.py": "import base\nimport search\n\napp = object()\n",
            "search.py": "import json\n\n\ndef embed():\n    from heavy import Model\n\n    return Model()\n",
        },
    )
    site = site_of(make_env(folder / ".venv"))
    install(site, "base", {"base.py": GROW.format(2).encode()})
    heavy = f"import its_core\n{GROW.format(1)}\nclass Model:\n    pass\n"
    install(site, "heavy", {"heavy.py": heavy.encode()}, metadata="Requires-Dist: its-core\n")
    install(site, "its-core", {"its_core.py": GROW.format(60).encode()})
    return folder


@pytest.fixture(scope="module")
def audit(project: Path) -> dict[str, Any]:
    return audit_json(project, "--entry", "app:app", "--limit", "60MiB", "--rehearse")


def words(project: Path, *flags: str) -> list[str]:
    done = footprint("audit", project, "--entry", "app:app", *flags, "-f", "table", "--top", "0")
    assert done.returncode == 0, done.stderr
    return [line.strip() for line in done.stdout.splitlines()]


def test_verdict_and_rehearsal_in_words(project: Path) -> None:
    lines = words(project, "--limit", "60MiB", "--rehearse")
    (start,) = [line for line in lines if line.startswith("fits at startup: ")]
    (after,) = [line for line in lines if line.startswith("DOES NOT FIT after its lazy imports: ")]
    (stopped,) = [line for line in lines if line.startswith("stopped by the rehearsal during its lazy imports, at ")]
    (use,) = [line for line in lines if line.startswith("+6")]
    assert "of 60.0 MiB (--limit), headroom " in start
    assert " too much; " in after and after.endswith(f"; {WAY}")
    assert stopped.endswith("importing heavy > its_core, begun at search.py:5")
    assert "search.py:5 in embed(): from heavy import Model (its-core 60." in use


def test_stages_against_the_limit(audit: dict[str, Any]) -> None:
    ready, after = audit["fits"]
    assert (ready["fits"], after["fits"], after["stage"]) == (True, False, "first_use")
    assert (after["path"], after["line"]) == ("search.py", 5)
    assert after["headroom_bytes"] == LIMIT - after["rss_bytes"] < 0
    assert after["limit_bytes"] == ready["limit_bytes"] == LIMIT
    assert 60 * MIB < after["rss_bytes"] - ready["rss_bytes"] < 63 * MIB


def test_what_the_lazy_import_does(audit: dict[str, Any]) -> None:
    (use,) = audit["first_uses"]
    assert (use["statement"], use["path"], use["line"], use["function"]) == (
        "from heavy import Model",
        "search.py",
        5,
        "embed",
    )
    assert (use["outcome"], use["distributions"], use["chain"]) == ("imported", ["heavy"], ["heavy", "its-core"])
    assert [(item["name"], item["rss_bytes"] // MIB) for item in use["brings"]] == [("its-core", 60), ("heavy", 1)]
    assert 61 * MIB <= use["anon_bytes"] <= use["rss_bytes"] < 63 * MIB


def test_where_the_rehearsal_stops_it(audit: dict[str, Any]) -> None:
    (rehearsal,) = audit["rehearsals"]
    assert (rehearsal["outcome"], rehearsal["stage"], rehearsal["limit_bytes"]) == ("stopped", "first_use", LIMIT)
    assert rehearsal["rss_bytes"] > LIMIT
    assert [(step["module"], step["path"], step["line"]) for step in rehearsal["chain"]] == [
        ("heavy", "search.py", 5),
        ("its_core", None, None),
    ]
    assert (rehearsal["path"], rehearsal["line"]) == ("search.py", 5)


def test_the_rehearsal_goes_on_through_the_calls(project: Path) -> None:
    flags = ("--entry", "app:app", "--call", "json:dumps(1)", "--call", "search:embed", "--rehearse")
    found = audit_json(project, *flags, "--limit", "60MiB")
    lazy, calls = found["rehearsals"]
    assert (lazy["through"], lazy["stage"], lazy["call"]) == ("first_use", "first_use", None)
    assert (calls["through"], calls["stage"], calls["outcome"]) == ("calls", "calls", "stopped")
    assert (calls["call"], calls["path"], calls["line"]) == ("search:embed", "search.py", 5)
    assert [step["module"] for step in calls["chain"]] == ["heavy", "its_core"]
    assert [(fit["stage"], fit["fits"]) for fit in found["fits"]][-1] == ("calls", False)
    found = audit_json(project, *flags, "--limit", "512MiB")
    assert [(each["through"], each["outcome"]) for each in found["rehearsals"]] == [
        ("first_use", "passed"),
        ("calls", "passed"),
    ]
    few = audit_json(project, "--entry", "base:x", "--call", "search:embed", "--rehearse", "--limit", "60MiB")
    (calls,) = few["rehearsals"]  # one start is enough
    assert (calls["call"], calls["path"], calls["line"]) == ("search:embed", "search.py", 5)


CHILD = "import time; kept = bytearray(b'x') * (40 << 20); time.sleep(3600)"
RUN_CHILD = f"subprocess.Popen([sys.executable, '-c', {CHILD!r}])"
# a module, what is said of it in 100 MiB, and whether its children are noted
STARTS = {
    "a buffer that is freed": ("blob = bytearray(b'x') * (120 << 20)\ndel blob", "DOES NOT FIT at startup: peak 13", 0),
    "three children": (f"p = [{RUN_CHILD} for _ in range(3)]", "DOES NOT FIT at startup: ", 3),
    "one child": (f"p = {RUN_CHILD}", "fits at startup: ", 1),
    "a buffer with room": ("blob = bytearray(b'x') * (40 << 20)\ndel blob", "fits at startup: peak 5", 0),
    "noop": ("", "fits at startup: ", 0),
}


@pytest.mark.parametrize("name", STARTS)
def test_verdict_and_rehearsal_agree(name: str, tmp_path: Path) -> None:
    code, begin, children = STARTS[name]
    write(tmp_path, {"app.py": f"import subprocess, sys\n{code}\napp = object()\n"})
    flags = ("--entry", "app:app", "--limit", "100MiB", "--rehearse")
    lines = words(tmp_path, *flags, "--python", sys.executable)
    (verdict,) = [line for line in lines if " at startup: " in line and "FIT" in line.upper()]
    assert verdict.startswith(begin)
    assert " at rest" in verdict
    fits = verdict.startswith("fits")
    assert any(line.startswith("stopped by the rehearsal at startup") for line in lines) is not fits
    assert any(line.startswith("rehearsed in 100.0 MiB: it stays below") for line in lines) is fits
    noted = [line for line in lines if "child process" in line and "when it has started" in line]
    assert len(noted) == (children > 0)
    if children:
        assert f"children {children * 4}" in verdict
        assert ("a child process runs" if children == 1 else f"{children} child processes run") in noted[0]


def test_a_broken_lazy_import_counts_what_it_leaves(tmp_path: Path) -> None:
    """A lazy import that raises after loading 60 MiB, caught by the application or not: they stay, and do not fit."""
    env = make_env(tmp_path / ".venv")
    install(site_of(env), "heavy", {"heavy/__init__.py": b"import heavy.core\nraise ImportError('no driver')\n",
                                    "heavy/core.py": b"data = b'x' * (60 << 20)\n"})  # fmt: skip
    code = "def a():\n    try:\n        import heavy\n    except ImportError:\n        pass\napp = object()\n"
    write(tmp_path, {"app.py": code, "requirements.txt": "heavy\n"})
    lines = words(tmp_path, "--limit", "60MiB")
    assert [line.partition(":")[0] for line in lines if line.startswith(("fits ", "DOES NOT FIT "))] == [
        "fits at startup",
        "DOES NOT FIT after its lazy imports",
    ]
    (told,) = [line for line in lines if "it fails and is caught, what it had loaded stays" in line]
    assert told.startswith(("+60.", "+61."))
