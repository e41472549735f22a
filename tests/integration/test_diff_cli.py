"""`footprint diff` on real projects: stored audits, two environments, two commits."""

import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from footprint.analysis.difference.audit_pairs import compare_audits
from footprint.config.options import Options
from footprint.model.trial import Engine
from footprint.trial.two_audits import audit_commits
from tests.support.command import answer, footprint
from tests.support.machine import install, only_where
from tests.support.projects import make_env_of, make_shop, site_of, write
from tests.support.shadows import ENGINES, can_overlay
from tests.support.wheels import OFFLINE, make_wheels

AUTHOR = ("-c", "user.email=a@example.org", "-c", "user.name=a", "-c", "commit.gpgsign=false")


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", *AUTHOR, "-C", folder, *words], capture_output=True, text=True, check=True)
    return done.stdout.strip()


def _path(name: str) -> str:
    return name.replace("__", "/").replace("_py", ".py").replace("_txt", ".txt")


def commit(folder: Path, **files: str) -> None:
    write(folder, {_path(name): text for name, text in files.items()})
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project in git whose last commit imports `light` at the start; what is in the work tree is another thing."""
    folder = make_shop(tmp_path_factory.mktemp("diff") / "shop")
    (folder / ".gitignore").write_text(".venv\n__pycache__\n")
    git(folder, "init", "-q", "-b", "main")
    commit(folder)
    git(folder, "tag", "before")
    commit(folder, app_py="import heavy\nimport light\n", requirements_txt="heavy==1.0\nlight==1.0\n")
    write(folder, {"app.py": "raise SystemExit('this is not committed')\n"})
    return folder


def diff(*words: str | Path, cwd: Path | None = None, environment: Mapping[str, str] | None = None) -> dict[str, Any]:
    return answer("diff", *words, cwd=cwd, env=environment)


def names(found: list[dict[str, Any]]) -> list[str]:
    return [each["name"] for each in found]


@pytest.mark.parametrize("words", [["before..main"], ["before.."], ["HEAD~1..HEAD"]])
def test_two_commits(words: list[str], shop: Path) -> None:
    before = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file() and "__pycache__" not in str(path)}
    found = diff(*words, shop)
    (entry,) = found["entries"]
    assert names(entry["entered"]) == ["light"] and entry["left"] == []
    assert (entry["entered"][0]["path"], entry["entered"][0]["line"]) == ("app.py", 2)
    assert [each["code"] for each in found["findings_gone"]] == ["FP101"]  # idle
    (note,) = found["notes"]
    assert note["code"] == "other-requirements" and "idle" in note["message"]
    assert found["figures"][0]["before"] == found["figures"][0]["after"]  # bytecode that a start left is no difference
    after = {path: path.read_bytes() for path in shop.rglob("*") if path.is_file() and "__pycache__" not in str(path)}
    assert after == before


def test_a_folder_of_the_repository_and_links_in_it(tmp_path: Path, shop: Path) -> None:
    inner = tmp_path / "mono" / "services" / "api"
    write(inner, {"app.py": "import heavy\n", "requirements.txt": "heavy\n", "x/y.py": ""})
    (inner / "outside.txt").symlink_to("/etc/hostname")
    (inner / "inside").symlink_to("x")
    git(tmp_path / "mono", "init", "-q", "-b", "main")
    commit(tmp_path / "mono")
    commit(tmp_path / "mono", services__api__app_py="import light\n", other_py="1\n")
    found = diff("main~1..main", inner, "--env", shop / ".venv")
    (entry,) = found["entries"]
    assert (names(entry["entered"]), names(entry["left"])) == (["light"], ["heavy"])


MISTAKES = {
    "an unknown commit": (["before..nowhere"], "git knows no commit nowhere"),
    "a flag in its place": (["--output=x..main"], "FORMAT:FILE"),
    "three dots": (["before...main"], "BEFORE..AFTER"),
}


@pytest.mark.parametrize("case", MISTAKES)
def test_mistakes_with_commits(case: str, shop: Path) -> None:
    words, said = MISTAKES[case]
    done = footprint("diff", *words, shop)
    assert (done.returncode, done.stdout) == (2, "")
    assert said in done.stderr and "Traceback" not in done.stderr


def make_changed(folder: Path, *, commits: list[dict[str, str]]) -> Path:
    """Return a project in git with these commits, installed in editable form, and with an environment inside."""
    git(write(folder, {".gitignore": ".venv\n__pycache__\n.env\n"}), "init", "-q", "-b", "main")
    site = make_env_of(folder / ".venv", "light")
    install(site, "heavy", {"heavy/__init__.py": b"data = b'x' * (8 << 20)\n"})
    (site / "__editable__.p.pth").write_text(f"{folder / 'src'}\n")
    for files in commits:
        git(folder, "rm", "-rq", "--ignore-unmatch", "src")
        git(write(folder, files), "add", "-A")
        git(folder, "commit", "-q", "-m", "x")
    return folder


START = "web: python -m own.app\n"
LINES = "light\nheavy\n"


@pytest.mark.parametrize("engine", ENGINES)
def test_an_editable_install_of_the_project_runs_each_commit(
    tmp_path: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the place of today's files, which stay as they are; what only today has is not there."""
    if engine == "links":
        monkeypatch.setattr("footprint.trial.overlay.run_to_end", lambda *_: 1)
    else:
        only_where(can_overlay(), "the right to mount an overlay")
    old = {"Procfile": START, "requirements.txt": LINES, "src/own/__init__.py": "", "src/own/app.py": OLD_APP}
    new = {**old, "src/own/app.py": "import light\n", "src/later/__init__.py": "import heavy\n"}
    project = make_changed(tmp_path / "p", commits=[old, new])
    write(project, {"src/today.py": "import heavy\n", ".env": "X=1\n", "src/own/app.py": "raise SystemExit('today')\n"})
    before = {path: path.read_bytes() for path in project.rglob("*.py")}
    options = Options.of(project=project, env=project / ".venv")
    (first, second), _, notes = audit_commits(options, "main~1..main", None, lambda stage: None)
    found = compare_audits(first, second, ("a", "b"))
    (entry,) = found.entries
    assert (notes, entry.not_compared) == ((), None)
    assert [[each.name for each in side] for side in (entry.entered, entry.left)] == [["light"], ["heavy"]]
    assert (entry.left[0].path, entry.left[0].line) == ("src/own/app.py", 1)
    rss = [audit.entries[0].last_stage for audit in (first, second)]
    assert rss[0] is not None and rss[1] is not None and rss[0].reading.rss_bytes - rss[1].reading.rss_bytes > 7 << 20
    assert {path: path.read_bytes() for path in project.rglob("*.py")} == before


OLD_APP = """\
import heavy
import os

for name in ("later", "today"):
    try:
        __import__(name)
    except ImportError:
        continue
    raise SystemExit(f"{name} is of another time")
assert os.path.exists(".env"), "what git ignores is there"
"""


def test_an_editable_install_without_a_shadow_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The start would run the files of today."""
    files = {"Procfile": START, "requirements.txt": LINES, "src/own/app.py": "import light\n"}
    project = make_changed(tmp_path / "p", commits=[files, {**files, "src/own/app.py": "1\n"}])
    monkeypatch.setattr("footprint.trial.overlay.run_to_end", lambda *_: 1)
    monkeypatch.setattr("footprint.trial.links._PROJECT_AT_MOST", 0)
    options = Options.of(project=project, env=project / ".venv")
    pair, _, (note,) = audit_commits(options, "main~1..main", None, lambda stage: None)
    assert note.code == "project-on-path" and all(not audit.entries[0].stages for audit in pair)


def test_commits_that_declare_other_things_are_installed_where_that_is_asked_for(tmp_path: Path, shop: Path) -> None:
    wheels = make_wheels(tmp_path / "wheels")
    found = diff("before..main", shop, "--install", "--find-links", wheels, environment=OFFLINE)
    assert found["notes"] == []
    told = {each["name"]: (each["version_before"], each["version_after"]) for each in found["distributions"]}
    assert told["idle"] == ("1.0", None)
    assert names(found["entries"][0]["entered"]) == ["light"]


def test_two_environments(tmp_path: Path, shop: Path) -> None:
    site = make_env_of(tmp_path / "other", "light")
    install(site, "heavy", {"heavy/__init__.py": b"import light\n"}, version="2.0")
    project = write(tmp_path / "p", {"app.py": "import heavy\n", "requirements.txt": "heavy\n"})
    found = diff("--env", shop / ".venv", "--env", tmp_path / "other", project)
    assert names(found["entries"][0]["entered"]) == ["light"]
    told = {each["name"]: (each["version_before"], each["version_after"]) for each in found["distributions"]}
    assert told["heavy"] == ("1.0", "2.0") and told["idle"] == ("1.0", None)
    assert site_of(tmp_path / "other") == site


def test_stored_audits_start_nothing(tmp_path: Path, shop: Path) -> None:
    stored = []
    for name, app in (("a", "import heavy\n"), ("b", "import heavy, light\n")):
        project = write(tmp_path / "p", {"app.py": app, "requirements.txt": "heavy\n"})
        done = footprint("audit", project, "--env", shop / ".venv", "-f", "json")
        stored.append(write(tmp_path, {f"{name}.json": done.stdout}) / f"{name}.json")
    (tmp_path / "p" / "app.py").write_text("raise SystemExit\n")
    done = footprint("diff", *stored, "-o", f"markdown:{tmp_path}/diff.md")
    assert (done.returncode, done.stderr) == (0, "")
    assert "Entered the start of app" in done.stdout and "app.py:1" in done.stdout
    assert (tmp_path / "diff.md").read_text().startswith("# Footprint: ")
