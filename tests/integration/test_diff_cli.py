"""`footprint diff` on real projects: stored audits, two environments, two commits."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import footprint
from tests.support.machine import install
from tests.support.projects import make_env_of, make_shop, site_of, write

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


def diff(*words: str | Path, cwd: Path | None = None) -> dict[str, Any]:
    done = footprint("diff", *words, "-f", "json", cwd=cwd)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


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


def test_an_editable_install_of_the_project_starts_nothing(tmp_path: Path) -> None:
    """The start would run the files of today."""
    start = "web: python src/app.py\n"
    files = {"src/app.py": "import light\n", "requirements.txt": "light\n", "Procfile": start}
    project = write(tmp_path / "p", files)
    site = make_env_of(tmp_path / "env", "light")
    (site / "__editable__.p.pth").write_text(f"{project / 'src'}\n")
    git(project, "init", "-q", "-b", "main")
    commit(project)
    commit(project, src__app_py="1\n")
    found = diff("main~1..main", project, "--env", tmp_path / "env")
    assert found["notes"][0]["code"] == "project-on-path"
    assert all(each["not_compared"] for each in found["entries"])
    assert [(each["name"], each["usage_before"], each["usage_after"]) for each in found["distributions"]] == [
        ("light", "startup", "unused")
    ]


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
