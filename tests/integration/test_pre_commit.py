"""The hooks of .pre-commit-hooks.yaml, run by real pre-commit when somebody really commits."""

import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.actions import ROOT, git, git_environment, require_pinned_environments, shared_clone, tool
from tests.support.command import plain_environment
from tests.support.installer import once_a_session
from tests.support.machine import install
from tests.support.projects import make_env, make_env_of, write

pytestmark = [pytest.mark.slow, pytest.mark.network]  # pre-commit installs footprint and what it requires

# Only the environment tells that this import is of that requirement.
APP = {"requirements.txt": "heavy-dist==1.0\n", "app.py": "import hv\n", ".gitignore": ".venv/\n"}


@dataclass(frozen=True, slots=True)
class Repository:
    """A project with a hook installed, and the variables of who commits to it."""

    folder: Path
    variables: Mapping[str, str]

    def commit(self, files: Mapping[str, str], **variables: str) -> subprocess.CompletedProcess[str]:
        """Commit `files`; the answer of git holds that of the hook."""
        write(self.folder, files)
        git("add", "--all", cwd=self.folder)
        return subprocess.run(
            ["git", "commit", "--message", "change"],
            cwd=self.folder,
            env={**self.variables, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=300,
        )


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A clone of footprint as the repository of the hooks, and the folder where pre-commit installs them."""
    folder = once_a_session(tmp_path_factory, "pre-commit", lambda folder: None)  # it locks what it installs itself
    return shared_clone(tmp_path_factory), folder / "installed"


@pytest.fixture
def repository(tmp_path: Path, places: tuple[Path, Path]) -> Repository:
    return make_repository(tmp_path / "project", places, "footprint-check")


def make_repository(folder: Path, places: tuple[Path, Path], hook: str) -> Repository:
    hooks, installed = places
    folder.mkdir()
    install(make_env_of(folder / ".venv", "idle"), "heavy-dist", {"hv.py": b""})
    variables = git_environment(plain_environment(PRE_COMMIT_HOME=str(installed), HOME=str(installed.parent)))
    revision = git("rev-parse", "HEAD", cwd=hooks)
    config = f"repos:\n- repo: {hooks}\n  rev: {revision}\n  hooks:\n  - id: {hook}\n"
    git("init", "--quiet", cwd=folder)
    write(folder, {**APP, ".pre-commit-config.yaml": config})
    subprocess.run([tool("pre-commit"), "install"], cwd=folder, env=variables, check=True, capture_output=True)
    return Repository(folder, variables)


def test_the_manifest_is_one() -> None:
    manifest = str(ROOT / ".pre-commit-hooks.yaml")
    done = subprocess.run(
        [tool("pre-commit"), "validate-manifest", manifest], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (0, "")


def test_a_good_commit_passes_and_a_bad_one_is_refused(repository: Repository, places: tuple[Path, Path]) -> None:
    good = repository.commit({})
    assert good.returncode == 0, good.stdout
    require_pinned_environments(places[1])
    assert "Passed" in good.stdout
    bad = repository.commit({"requirements.txt": "heavy-dist==1.0\nidle==1.0\n"})
    assert bad.returncode == 1, bad.stdout
    assert "requirements.txt:2" in bad.stdout
    assert "FP101" in bad.stdout
    assert git("rev-list", "--count", "HEAD", cwd=repository.folder) == "1"


@pytest.mark.parametrize(
    ("path", "is_run"),
    [
        ("more.py", True),
        ("notes.ipynb", True),
        ("requirements/dev.in", True),
        ("uv.lock", True),
        ("deploy/Dockerfile.web", True),
        ("Procfile", True),
        ("render.yaml", True),
        ("README.md", False),
        ("logo.svg", False),
    ],
)
def test_it_runs_for_the_files_that_it_reads(repository: Repository, path: str, is_run: bool) -> None:
    git("add", "--all", cwd=repository.folder)
    git("commit", "--quiet", "--no-verify", "--message", "all", cwd=repository.folder)
    done = repository.commit({path: "\n"})
    assert ("no files to check" not in done.stdout) == is_run, done.stdout


def test_another_active_environment_is_put_aside(repository: Repository, tmp_path: Path) -> None:
    other = make_env(tmp_path / "other")
    done = repository.commit({}, VIRTUAL_ENV=str(other))
    assert done.returncode == 0, done.stdout


def test_the_other_hook_takes_what_is_active(tmp_path: Path, places: tuple[Path, Path]) -> None:
    repository = make_repository(tmp_path / "project", places, "footprint-check-env")
    active = repository.folder.parent / "active"
    (repository.folder / ".venv").rename(active)
    path = os.pathsep.join((str(Path(sys.executable).parent), repository.variables["PATH"]))  # footprint is there
    good = repository.commit({}, VIRTUAL_ENV=str(active), PATH=path)
    assert good.returncode == 0, good.stdout
    assert "Passed" in good.stdout
    bad = repository.commit({"requirements.txt": "heavy-dist==1.0\nidle==1.0\n"}, VIRTUAL_ENV=str(active), PATH=path)
    assert bad.returncode == 1, bad.stdout
