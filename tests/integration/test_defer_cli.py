"""`footprint defer` on real projects: what it shows, what it writes, and what it leaves alone."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_diff_cli import git
from tests.integration.test_trim_cli import tree
from tests.support.command import answer, footprint
from tests.support.machine import install
from tests.support.projects import make_env_of, site_of, write

CODE = """\
import csv
import heavy  # eight megabytes
import large as big


def run():
    \"\"\"Run.\"\"\"
    return len(heavy.data)


def both():
    return run() + len(big.data)
"""
MOVED = """\
import csv


def run():
    \"\"\"Run.\"\"\"
    import heavy  # eight megabytes

    return len(heavy.data)


def both():
    import large as big

    return run() + len(big.data)
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project in git whose module imports two heavy libraries that only functions use."""
    folder = write(
        tmp_path / "shop",
        {
            "requirements.txt": "heavy==1.0\nlarge==1.0\nidle==1.0\n",
            "app.py": CODE,
            "tests/test_app.py": "import app\n\n\ndef test_both():\n    assert app.both() > app.run()\n",
            ".gitignore": ".venv\n__pycache__\n",
        },
    )
    site = make_env_of(folder / ".venv", "idle")
    for name in ("heavy", "large"):
        install(site, name, {f"{name}/__init__.py": b"data = b'x' * (8 << 20)\n"})
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return folder


def defer(*words: str | Path) -> dict[str, Any]:
    return answer("defer", "--entry", "app", *words)


def runs(folder: Path) -> str:
    python = folder / ".venv/bin/python"
    return subprocess.run(
        [python, "-B", "-c", "import app, sys; print(sorted({'heavy', 'large'} & set(sys.modules)), app.both())"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def test_it_shows_the_change_and_writes_nothing(shop: Path) -> None:
    before = tree(shop)
    done = footprint("defer", shop, "--entry", "app")
    assert done.returncode == 0 and tree(shop) == before, done.stderr
    assert "nothing is written; footprint defer --write makes these changes" in done.stderr
    lines = done.stdout.splitlines()
    for line in ("--- a/app.py", "-import heavy  # eight megabytes", "+    import large as big", " import csv"):
        assert line in lines
    assert "likely: with the import of heavy moved: it works by its start" in done.stdout
    assert 'forbid-at-startup = ["heavy", "large"]' in done.stdout
    found = defer(shop)
    assert [each["distribution"] for each in found["deferrals"]] == ["heavy", "large"]
    assert all(each["rss_bytes"] > 7 << 20 for each in found["deferrals"])
    assert found["together"][0]["rss_bytes"] > 15 << 20
    assert found["deferrals"][0]["imports"] == [
        {"path": "app.py", "line": 2, "names": ["heavy"], "functions": ["run"], "for_types": False}
    ]
    assert (found["form"], found["left"]) == ("move", [])
    assert [each["verdict"] for each in found["trial"]["changes"]] == ["likely", "likely"]
    (start,) = found["trial"]["starts"]
    assert abs(start["rss_before_bytes"] - start["rss_after_bytes"] - found["together"][0]["rss_bytes"]) < 1 << 20


def test_it_writes_what_it_showed_and_git_undoes_it(shop: Path) -> None:
    before, said = tree(shop), runs(shop)
    done = footprint("defer", shop, "--entry", "app", "--write")
    assert done.returncode == 0, done.stderr
    assert (shop / "app.py").read_text() == MOVED
    assert runs(shop) == said.replace("['heavy', 'large']", "[]") != said
    assert "footprint: to undo it: git checkout -- app.py" in done.stderr
    again = footprint("defer", shop, "--entry", "app", "--write", "--force")
    assert "Nothing to defer" in again.stdout and "nothing to write" in again.stderr
    subprocess.run(["sh", "-c", "git checkout -- app.py"], cwd=shop, check=True)
    assert tree(shop) == before


def test_changes_that_are_not_committed_are_safe(shop: Path) -> None:
    path = shop / "app.py"
    path.write_text(CODE + "# more\n")
    done = footprint("defer", shop, "--entry", "app", "--write")
    assert done.returncode == 2 and "changes that are not committed" in done.stderr
    assert path.read_text() == CODE + "# more\n" and not (shop / "app.py.orig").exists()
    done = footprint("defer", shop, "--entry", "app", "--write", "--force")
    assert done.returncode == 0 and (shop / "app.py.orig").read_text() == CODE + "# more\n"
    assert path.read_text() == MOVED + "# more\n"


def test_one_alone_by_name_and_by_place(shop: Path) -> None:
    for words in ("Heavy", "app.py:2"):
        found = defer(shop, "--only", words)
        assert [each["distribution"] for each in found["deferrals"]] == ["heavy"]
        assert found["together"] == [] and "+    import large as big" not in found["files"][0]["lines"]


def test_the_diff_can_be_applied(shop: Path) -> None:
    done = footprint("defer", shop, "--entry", "app", "--output", shop / "defer.diff")
    assert done.returncode == 0, done.stderr
    git(shop, "apply", "defer.diff")
    assert (shop / "app.py").read_text() == MOVED


def test_what_a_test_asks_for_stays_with_the_reason(shop: Path) -> None:
    write(shop, {"tests/test_start.py": "import sys\n\n\ndef test_it():\n    assert 'large' in sys.modules\n"})
    found = defer(shop)
    assert [each["distribution"] for each in found["deferrals"]] == ["heavy"]
    (left,) = found["left"]
    assert left["why"] == "asked-in-sys-modules" and left["place"] == "tests/test_start.py:5"
    assert found["together"] == []
    text = footprint("defer", shop, "--entry", "app").stdout
    assert "  app.py:3: large stays: sys.modules is asked for large (tests/test_start.py:5)" in text.splitlines()


def test_a_command_that_calls_it_proves_it_or_keeps_it(shop: Path) -> None:
    check = "import app, sys; assert app.both() > 0; sys.exit('large' in sys.modules and app.VERBOSE)"
    write(shop, {"app.py": CODE + "\n\nVERBOSE = False\n"})
    python = shop / ".venv/bin/python"
    done = footprint("defer", shop, "--entry", "app", "-f", "json", "--", python, "-c", check)
    found = json.loads(done.stdout)
    assert [each["verdict"] for each in found["trial"]["changes"]] == ["proved", "proved"], done.stderr
    # It asks in a way that no file of the project shows.
    check = "import app, sys; assert 'heavy' in sys.modules"
    done = footprint("defer", shop, "--entry", "app", "-f", "json", "--", python, "-c", check)
    found = json.loads(done.stdout)
    assert [(each["distribution"], each["why"]) for each in found["left"]] == [("heavy", "breaks")], done.stderr
    assert [each["distribution"] for each in found["deferrals"]] == ["large"]
    assert "-import heavy  # eight megabytes" not in found["files"][0]["lines"]


def test_what_a_library_does_when_it_is_imported_keeps_it(shop: Path) -> None:
    site = site_of(shop / ".venv")
    write(site, {"heavy/__init__.py": "import sys\nsys.setrecursionlimit(5000)\ndata = b'x' * (8 << 20)\n"})
    found = defer(shop)
    assert [(each["distribution"], each["why"]) for each in found["left"]] == [("heavy", "changes-at-import")]


MISTAKES = {
    "a name that is none": (["--only", "havy"], "no deferral of that name or place is proposed; did you mean heavy?"),
    "a name that cannot be deferred": (["--only", "idle"], "idle is not among what can be deferred"),
    "a place of nothing": (["--only", "app.py:1"], "no deferral of that name or place is proposed"),
    "force alone": (["--force"], "--force goes with --write"),
    "no such format": (["-f", "html"], "'html' is not a format"),
    "a folder that is not there": (["--output", "no/such/file.diff"], "cannot write no/such/file.diff"),
}


@pytest.mark.parametrize(("words", "said"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(shop: Path, words: list[str], said: str) -> None:
    before = tree(shop)
    done = footprint("defer", shop, "--entry", "app", *words)
    assert done.returncode == 2 and said in done.stderr
    assert tree(shop) == before


def test_a_failed_start_writes_nothing(shop: Path) -> None:
    write(shop, {"app.py": CODE + "raise RuntimeError('no')\n"})
    before = tree(shop)
    done = footprint("defer", shop, "--entry", "app", "--write", "--force")
    assert done.returncode == 3 and "so nothing is written" in done.stderr
    assert tree(shop) == before


def test_without_a_start_nothing_is_proposed(shop: Path) -> None:
    refused = footprint("defer", shop, "--no-probe", "--", "true")
    assert refused.returncode == 2 and "a command is run to try the deferrals" in refused.stderr
    done = footprint("defer", shop, "--no-probe")
    assert done.returncode == 0
    assert "Nothing is proposed: what a deferral saves is only known from a measured start." in done.stdout


def test_encodings_and_ends_of_lines_are_kept(shop: Path) -> None:
    code = ("# -*- coding: latin-1 -*-\n# \xe4\n" + CODE).replace("\n", "\r\n").encode("latin-1")
    (shop / "app.py").write_bytes(code)
    done = footprint("defer", shop, "--entry", "app", "--only", "large", "--write", "--force", "-f", "markdown")
    assert done.returncode == 0, done.stderr
    assert "```diff" in done.stdout
    expected = code.replace(b"import large as big\r\n", b"", 1).replace(
        b"def both():\r\n", b"def both():\r\n    import large as big\r\n\r\n"
    )
    assert (shop / "app.py").read_bytes() == expected
