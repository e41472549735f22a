"""`footprint trim` on real projects: what it shows, what it writes, and what it leaves alone."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.integration.test_diff_cli import git
from tests.support.command import answer, footprint
from tests.support.machine import install
from tests.support.projects import make_env_of, make_shop, site_of, write
from tests.support.wheels import OFFLINE, make_wheels

LINES = "heavy==1.0\nlight==1.0\nidle==1.0\n"


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A project in git: `idle` and `spare` are declared and unused."""
    folder = make_shop(tmp_path / "shop")
    install(site_of(folder / ".venv"), "spare", {"spare.py": b"#" * 1000}, metadata="Requires-Dist: below")
    install(site_of(folder / ".venv"), "below", {"below.py": b"#" * 2000})
    (folder / "requirements.txt").write_bytes(
        b"# all\r\nheavy==1.0\r\nlight==1.0 \\\r\n    --hash=sha256:aa\r\nidle==1.0 # ?\r\nspare\r\nbelow==1.0"
    )
    (folder / ".gitignore").write_text(".venv\n__pycache__\n")
    git(folder, "init", "-q", "-b", "main")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "one")
    return folder


def trim(*words: str | Path) -> dict[str, Any]:
    return answer("trim", "--no-probe", *words)


def tree(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


def test_it_shows_the_change_and_writes_nothing(shop: Path) -> None:
    before = tree(shop)
    done = footprint("trim", shop)
    assert done.returncode == 0 and tree(shop) == before
    assert "nothing is written; footprint trim --write makes these changes" in done.stderr
    for line in ("--- a/requirements.txt", " heavy==1.0", "-idle==1.0 # ?", "-spare", "-below==1.0"):
        assert line in done.stdout.splitlines()
    assert "After all 2: startup " in done.stdout and "Not tried" not in done.stdout
    assert "1 other leaves with it: below" in done.stdout


def test_it_writes_what_it_showed_and_git_undoes_it(shop: Path) -> None:
    before = tree(shop)
    done = footprint("trim", shop, "--no-probe", "--write")
    assert done.returncode == 0, done.stderr
    after = b"# all\r\nheavy==1.0\r\nlight==1.0 \\\r\n    --hash=sha256:aa\r\n"
    assert tree(shop) == {**before, "requirements.txt": after}
    assert "footprint: to undo it: git checkout -- requirements.txt" in done.stderr
    again = footprint("trim", shop, "--no-probe", "--write", "--force")
    assert "Nothing to remove" in again.stdout and "nothing to write" in again.stderr
    subprocess.run(["sh", "-c", "git checkout -- requirements.txt"], cwd=shop, check=True)
    assert tree(shop) == before


def test_changes_that_are_not_committed_are_safe(shop: Path) -> None:
    path = shop / "requirements.txt"
    path.write_text(LINES)
    done = footprint("trim", shop, "--no-probe", "--write")
    assert done.returncode == 2 and "changes that are not committed" in done.stderr
    assert path.read_text() == LINES and not (shop / "requirements.txt.orig").exists()
    done = footprint("trim", shop, "--no-probe", "--write", "--force")
    assert done.returncode == 0 and (shop / "requirements.txt.orig").read_text() == LINES
    assert path.read_text() == "heavy==1.0\nlight==1.0\n"


def test_what_is_promised_is_what_leaves_the_disk(shop: Path) -> None:
    def weigh() -> int:
        found = json.loads(footprint("audit", shop, "--no-probe", "-f", "json").stdout)
        weight: int = found["disk"]["site_apparent_bytes"]
        return weight

    before, promised = weigh(), trim(shop)
    assert {each["distribution"] for each in promised["removals"]} == {"idle", "spare"}
    assert promised["environment_bytes"] == before
    site = site_of(shop / ".venv")
    for name in ("idle", "spare", "below"):
        (info,) = site.glob(f"{name}-*.dist-info")
        for line in (info / "RECORD").read_text().splitlines():
            (site / line.split(",")[0]).unlink()
    for folder in (site / "idle", *site.glob("*.dist-info")):
        if not any(folder.iterdir()):
            folder.rmdir()
    assert before - weigh() == promised["disk_bytes"]


def test_the_trial_takes_what_the_total_promises(shop: Path) -> None:
    """`below` goes with the last of the two that require it."""
    site = site_of(shop / ".venv")
    install(site, "more", {"more.py": b""}, metadata="Requires-Dist: below")
    write(shop, {"requirements.txt": "heavy\nlight\nspare\nmore\n"})
    found = json.loads(footprint("trim", shop, "-f", "json").stdout)
    assert [each["distributions"] for each in found["removals"]] == [["spare"], ["more"]]
    assert found["disk_bytes"] == found["trial"]["disk_bytes"] > sum(each["disk_bytes"] for each in found["removals"])


def test_one_alone_and_one_kept(shop: Path) -> None:
    only = trim(shop, "--only", "Idle")
    assert [each["distribution"] for each in only["removals"]] == ["idle"]
    assert "-spare" not in only["files"][0]["lines"] and "-idle==1.0 # ?" in only["files"][0]["lines"]
    kept = trim(shop, "--keep", "below")  # required by what goes: it stays, with its line
    assert [each["distribution"] for each in kept["removals"]] == ["idle", "spare"]
    assert [line for line in kept["files"][0]["lines"] if line[0] == "-"][1:] == ["-idle==1.0 # ?", "-spare"]
    assert trim(shop)["disk_bytes"] - kept["disk_bytes"] > 2000
    both = trim(shop, "--keep", "idle", "--keep", "spare")
    assert (both["removals"], both["files"], both["disk_bytes"]) == ([], [], 0)


def test_what_the_tests_need_stays_with_the_place_that_needs_it(shop: Path) -> None:
    write(shop, {"check.py": "import importlib\n\nimportlib.import_module('sp' + 'are')\n"})
    before = tree(shop)
    done = footprint("trim", shop, "--entry", "app", "-f", "json", "--", ".venv/bin/python", "check.py")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert [each["distribution"] for each in found["removals"]] == ["idle"]
    (left,) = found["left"]
    assert (left["distribution"], left["path"], left["line"], left["why"]) == ("spare", "requirements.txt", 6, "breaks")
    assert left["message"].startswith("needed: the command: .venv/bin/python")
    verdicts = {each["subject"]: each["verdict"] for each in found["trial"]["changes"]}
    assert verdicts == {"idle": "proved", "spare": "breaks"}
    (start,) = found["trial"]["starts"]  # `idle` was not loaded: both figures are of the same kind of start
    assert abs(start["rss_after_bytes"] - start["rss_before_bytes"]) < 1 << 20
    assert [line for line in found["files"][0]["lines"] if line[0] == "-"][1:] == ["-idle==1.0 # ?"]
    assert tree(shop) == before


def test_what_only_tests_use_moves_and_the_tests_still_have_it(shop: Path) -> None:
    install(site_of(shop / ".venv"), "helper", {"helper.py": b"#" * 3000}, metadata="Requires-Dist: pinned")
    install(site_of(shop / ".venv"), "pinned", {"pinned.py": b"#" * 4000})
    write(shop, {"tests/test_app.py": "import helper\n"})
    (shop / "requirements.txt").write_bytes(
        b"heavy==1.0\r\nlight==1.0\r\nhelper # tests\r\npinned==1.0\r\nidle==1.0\r\n"
    )
    (shop / "requirements-dev.txt").write_bytes(b"# dev\n-r requirements.txt")
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "two")
    done = footprint(
        "trim", shop, "--entry", "app", "--write", "-f", "json", "--", ".venv/bin/python", "tests/test_app.py"
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    changes = {each["subject"]: (each["kind"], each["verdict"], each["by"]) for each in found["trial"]["changes"]}
    assert changes == {
        "helper": ("move", "proved", ["start", "first use"]),
        "idle": ("remove", "proved", ["start", "first use", "tests"]),
    }
    assert (shop / "requirements.txt").read_bytes() == b"heavy==1.0\r\nlight==1.0\r\n"
    wanted = b"# dev\n-r requirements.txt\nhelper # tests\npinned==1.0\n"
    assert (shop / "requirements-dev.txt").read_bytes() == wanted
    assert found["disk_bytes"] > 300_000 > found["disk_kept_bytes"] > 7000
    assert "to undo it: git checkout -- requirements-dev.txt" in done.stderr


def test_an_extra_goes_with_what_only_it_brings(shop: Path) -> None:
    site = site_of(shop / ".venv")
    extras = "Requires-Dist: quick; extra == 'fast'\nRequires-Dist: light; extra == 'small'\nProvides-Extra: fast\n"
    install(site, "kit", {"kit.py": b""}, metadata=f"{extras}Provides-Extra: small")
    install(site, "quick", {"quick.py": b"#" * 5000}, metadata="Requires-Dist: below")
    lines = (
        b"heavy==1.0\r\nlight==1.0\r\nkit[small, fast] >= 1.0 ; python_version > '3' \\\r\n  --hash=sha256:a # ?\r\n"
    )
    (shop / "requirements.txt").write_bytes(b"\xef\xbb\xbf" + lines + b"below==1.0\r\nquick==1.0")
    write(shop, {"app.py": "import heavy\nimport kit\n\n\ndef run():\n    import light\n"})
    git(shop, "add", "-A")
    git(shop, "commit", "-qm", "two")
    found = trim(shop)
    (narrowed,) = found["removals"]
    assert (narrowed["action"], narrowed["extras"]) == ("narrow", ["fast"])
    assert narrowed["distributions"] == ["below", "quick"] and found["disk_bytes"] == narrowed["disk_bytes"] > 7000
    done = footprint("trim", shop, "--write", "--output", shop.parent, "--", ".venv/bin/python", "app.py")
    assert (
        "proved by its start, its lazy imports and the command: with kit without its extra fast, with which"
        in done.stdout
    )
    (narrow_line,) = [line for line in done.stdout.splitlines() if line.startswith("+kit")]
    assert narrow_line.rstrip() == "+kit[small] >= 1.0 ; python_version > '3' \\"
    assert (shop / "requirements.txt").read_bytes() == b"\xef\xbb\xbf" + lines.replace(b"[small, fast]", b"[small]")
    assert "kit[small]>=1.0 ;" in (shop.parent / "requirements-minimal.txt").read_text()
    assert trim(shop)["removals"] == []


def test_without_a_place_for_developers_a_line_is_to_be_moved_by_hand(shop: Path) -> None:
    install(site_of(shop / ".venv"), "helper", {"helper.py": b""})
    write(shop, {"tests/test_app.py": "import helper\n", "requirements.txt": "heavy==1.0\nlight==1.0\nhelper\n"})
    found = trim(shop)
    assert (found["removals"], found["files"], found["disk_bytes"]) == ([], [], 0)
    (left,) = found["left"]
    assert (left["path"], left["line"], left["why"]) == ("requirements.txt", 3, "no-group")


MISTAKES = {
    "a command that is not run": (["--", "true"], "--no-probe"),
    "a name that is none": (["--only", "idel"], "idel is neither installed nor declared; did you mean idle?"),
    "a name that is needed": (["--only", "heavy"], "heavy is not among what can be removed"),
    "a kept name that is none": (["--keep", "nothing-like-it"], "nothing-like-it is neither installed nor declared"),
    "force alone": (["--force"], "--force goes with --write"),
    "no such format": (["-f", "html"], "'html' is not a format"),
    "a folder that is not there": (["--output", "no/such/file.txt"], "cannot write no/such/file.txt"),
}


@pytest.mark.parametrize(("words", "said"), MISTAKES.values(), ids=MISTAKES)
def test_mistakes(shop: Path, words: list[str], said: str) -> None:
    before = tree(shop)
    done = footprint("trim", shop, "--no-probe", *words)
    assert done.returncode == 2 and said in done.stderr
    assert tree(shop) == before


def test_a_requirements_file_of_what_is_left(shop: Path) -> None:
    before = tree(shop)
    done = footprint("trim", shop, "--no-probe", "--output", shop)
    assert done.returncode == 0, done.stderr
    text = tree(shop)["requirements-minimal.txt"].decode()
    assert [line for line in text.splitlines() if line[0] != "#"] == ["heavy==1.0", "light==1.0"]
    assert {**tree(shop), "requirements-minimal.txt": b""} == {**before, "requirements-minimal.txt": b""}


def test_a_failed_start_writes_nothing(shop: Path) -> None:
    write(shop, {"app.py": "raise RuntimeError('no')\n"})
    before = tree(shop)
    done = footprint("trim", shop, "--entry", "app", "--write", "--output", shop / "minimal.txt")
    assert done.returncode == 3 and "so nothing is written" in done.stderr
    assert tree(shop) == before


def test_what_cannot_be_edited_stays_with_all_that_waits_for_it(tmp_path: Path) -> None:
    """One of its two lines stands in a program, so the other one stays, too."""
    folder = write(
        tmp_path / "p",
        {
            "setup.py": "from setuptools import setup\nsetup(name='y', install_requires=['idle'])\n",
            "requirements.txt": "idle\nspare\n",
            "app.py": "import used\n",
        },
    )
    make_env_of(folder / ".venv", "used idle spare")
    done = footprint("trim", folder, "--no-probe", "-f", "json")
    found = json.loads(done.stdout)
    assert [each["distribution"] for each in found["removals"]] == ["spare"]
    (left,) = found["left"]
    assert (left["distribution"], left["path"], left["why"]) == ("idle", "setup.py", "python")
    assert found["files"][0]["lines"][-2:] == [" idle", "-spare"]


def test_lock_files_and_compiled_files_are_renewed_by_their_tools(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "p",
        {
            "pyproject.toml": '[project]\nname = "x"\nversion = "1"\ndependencies = ["used", "spare"]\n',
            "uv.lock": "version = 1\n",
            "requirements.txt": "#\n# This file is autogenerated by pip-compile with Python 3.11\n"
            "# by the following command:\n#\n#    pip-compile --extra=web pyproject.toml\n#\n"
            "used==1.0\n    # via x (pyproject.toml)\nspare==1.0\n    # via x (pyproject.toml)\n",
            "app.py": "import used\n",
        },
    )
    make_env_of(folder / ".venv", "used spare")
    found = json.loads(footprint("trim", folder, "--no-probe", "-f", "json").stdout)
    assert [each["path"] for each in found["files"]] == ["pyproject.toml"]
    assert found["renewals"] == [
        {"path": "uv.lock", "command": "uv lock"},
        {"path": "requirements.txt", "command": "pip-compile --extra=web pyproject.toml"},
    ]
    text = footprint("trim", folder, "--no-probe").stdout
    assert "  uv.lock: uv lock" in text.splitlines()


def test_hostile_text_is_harmless(tmp_path: Path) -> None:
    folder = write(
        tmp_path / "p",
        {
            "requirements.txt": "used\nspare # \x1b[2J\u202e ::error:: ``` https://user:secret@x.org\n",
            "app.py": "import used\n",
        },
    )
    make_env_of(folder / ".venv", "used spare")
    for name in ("table", "markdown"):
        done = footprint("trim", folder, "--no-probe", "-f", name)
        assert done.returncode == 0 and "\x1b" not in done.stdout and "\u202e" not in done.stdout
        assert "secret" not in done.stdout and "\\x1b[2J" in done.stdout
    assert "````diff" in done.stdout


def test_what_is_left_is_really_installed_and_started(shop: Path, tmp_path: Path) -> None:
    before, scratch = tree(shop), tmp_path / "scratch"
    scratch.mkdir()
    wheels = make_wheels(tmp_path / "wheels")
    words = ("--entry", "app", "--install-check", "--find-links", wheels)
    done = footprint("trim", shop, *words, "-f", "json", env={**OFFLINE, "TMPDIR": str(scratch)})
    assert done.returncode == 0, done.stderr
    check = json.loads(done.stdout)["installed"]
    assert (check["came_back"], check["not_installed"], check["other_versions"]) == ([], [], [])
    assert [(each["name"], each["failure"]) for each in check["entries"]] == [("app", None)]
    (entry,) = check["entries"]
    assert abs(entry["rss_after_bytes"] - entry["rss_before_bytes"]) < 1 << 20
    assert tree(shop) == before and list(scratch.iterdir()) == []


def test_an_installation_that_fails_is_told(shop: Path, tmp_path: Path) -> None:
    wheels = make_wheels(tmp_path / "wheels")
    (wheels / "heavy-1.0-py3-none-any.whl").unlink()
    done = footprint("trim", shop, "--no-probe", "--install-check", "--find-links", wheels, "--write", env=OFFLINE)
    assert done.returncode == 3 and "heavy" in done.stderr
    assert (shop / "requirements.txt").read_bytes().count(b"idle") == 1
