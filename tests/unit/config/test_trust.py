"""Settings that lead out of a project need somebody who asks for it."""

from pathlib import Path
from typing import Any

import pytest

from footprint.config.audit_settings import read_options
from footprint.config.gate_settings import read_gate_settings
from footprint.config.pyproject_tables import is_this_machine
from footprint.errors import UsageError
from footprint.files.paths import find_work_tree
from tests.support.projects import write


def make_project(folder: Path, settings: str, *, repository: str | None = None) -> Path:
    """Return `folder/repo/project` with settings, among things that they may lead to."""
    project = folder / "repo" / "project"
    write(
        folder,
        {
            "outside/env/pyvenv.cfg": "",
            "outside/env/bin/python": "",
            "repo/env/pyvenv.cfg": "",
            "repo/env/bin/keep": "",
            "repo/project/.venv/pyvenv.cfg": "",
            "repo/project/.venv/bin/keep": "",
            "repo/project/tools/keep": "",
            "repo/project/pyproject.toml": f"[tool.footprint]\n{settings}\n",
        },
    )
    for link, target in (
        (project / ".venv/bin/python", "/usr/bin/env"),  # as every environment's leads to its maker
        (folder / "repo/env/bin/python", "/usr/bin/env"),
        (project / "linked", folder / "outside/env"),
        (project / "tools/python", "/usr/bin/env"),
        (project / "loop", "loop"),
    ):
        link.symlink_to(target)
    if repository is not None:
        write(folder, {f"{repository}/.git/HEAD": "ref: refs/heads/main\n"})
    return project


# Settings that stay inside, in a project that is its own top and in one that is part of a repository.
INSIDE = (
    'env = ".venv"',
    'env = "./.venv/../.venv"',
    'env = "not/there"',
    'env = "~/env"',
    'python = ".venv/bin/python"',
    'requirements = ["requirements/base.txt"]',
    'entries = ["app.main:app", "-m worker", "run.py", "bin/run", "gunicorn"]',
    'ready = "http://127.0.0.1:8000/health"',
    'ready = "http://[::1]:8000/"',
    'ready = "http://localhost/"',
    'ready = "port:8000"',
    'ready = "log:https://example.org/ is up"',
    'requests = ["POST http://app.localhost:8000/x", "http://0.0.0.0:1/*20"]',
    'check = {baseline = "ci/baseline.json"}',
)
IN_THE_REPOSITORY = (
    'env = "../env"',
    'python = "../env/bin/python"',
    'requirements = ["../requirements.txt"]',
    'entries = ["../shared/run.py"]',
    'check = {baseline = "../baseline.json"}',
)
OUTSIDE = (
    ('env = "../../outside/env"', "--env"),
    ('env = "/"', "--env"),
    ('env = "linked"', "--env"),
    ('env = "linked/../linked"', "--env"),
    ('env = "a\\u0000b"', "--env"),
    ('python = "../../outside/env/bin/python"', "--python"),
    ('python = "linked/bin/python"', "--python"),
    ('python = "/usr/bin/env"', "--python"),
    ('python = "sh"', "--python"),
    ('python = "tools/python"', "--python"),
    ('requirements = ["requirements.txt", "../../outside/requirements.txt"]', "--requirement"),
    ('requirements = ["/etc/passwd"]', "--requirement"),
    ('entries = ["app:app", "../../outside/run.py"]', "--entry"),
    ('entries = ["/tmp/run.py:app"]', "--entry"),
    ('ready = "http://169.254.169.254/latest"', "--ready"),
    ('ready = "https://example.org"', "--ready"),
    ('requests = ["http://127.0.0.1/", "DELETE http://intranet/x*3"]', "--request"),
    ('requests = ["http://127.0.0.1@example.org/"]', "--request"),
    ('check = {baseline = "../../outside/baseline.json"}', "--baseline"),
    ('check = {baseline = "/etc/passwd"}', "--baseline"),
)


def read(project: Path, **flags: Any) -> None:
    read_options(flags, project)
    read_gate_settings(flags, project)


@pytest.mark.parametrize("settings", INSIDE)
def test_what_is_the_projects_own_is_followed(settings: str, tmp_path: Path) -> None:
    read(make_project(tmp_path, settings))


@pytest.mark.parametrize("settings", IN_THE_REPOSITORY)
def test_the_work_tree_is_the_projects_own(settings: str, tmp_path: Path) -> None:
    read(make_project(tmp_path, settings, repository="repo"))


@pytest.mark.parametrize("settings", IN_THE_REPOSITORY)
@pytest.mark.parametrize("repository", [None, "repo/project"])
def test_without_one_it_is_the_project_alone(settings: str, repository: str | None, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="--trust-settings"):
        read(make_project(tmp_path, settings, repository=repository))


@pytest.mark.parametrize(("settings", "flag"), OUTSIDE)
def test_what_leads_out_needs_the_user(
    settings: str, flag: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = make_project(tmp_path, settings, repository="repo")
    monkeypatch.setenv("FOOTPRINT_TRUST_SETTINGS", "1")  # what a project's own files may set is no word of the user
    with pytest.raises(UsageError) as raised:
        read(project)
    assert flag in str(raised.value) and "--trust-settings" in str(raised.value)
    assert raised.value.exit_code == 2
    read(project, trust_settings=True)


def test_what_a_flag_says_is_not_looked_at(tmp_path: Path) -> None:
    text = 'env = "/"\nrequirements = ["/etc/passwd"]\nready = "http://x.org"\n[tool.footprint.check]\nbaseline = "/x"'
    project = make_project(tmp_path, text)
    flags = {"python": project / "p", "requirements": (Path("r.txt"),), "ready": "port:1", "baseline": "b.json"}
    read(project, **flags)
    with pytest.raises(UsageError, match="ready"):
        read(project, **flags | {"ready": None})


def test_a_project_cannot_trust_itself(tmp_path: Path) -> None:
    for key in ("trust-settings", "trust_settings", "ask-python", "ask_python"):
        with pytest.raises(UsageError, match="does not know"):
            read(make_project(tmp_path / key, f"{key} = true"))


def test_a_mistake_is_told_on_one_line(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read(make_project(tmp_path, 'env = "/\\nfootprint: all is well\\u001b[2J"'))
    assert "\n" not in str(raised.value) and "\x1b" not in str(raised.value)


def test_the_top_of_a_work_tree_is_a_repository_or_a_file_that_leads_to_one(tmp_path: Path) -> None:
    write(tmp_path, {"a/b/c/x": "", "a/.git/HEAD": "", "w/.git": "gitdir: ../a/.git\n", "w/v/x": "", "n/.git/x": ""})
    tops = {name: find_work_tree(tmp_path / name) for name in ("a/b/c", "a", "w/v")}
    assert tops == {"a/b/c": tmp_path / "a", "a": tmp_path / "a", "w/v": tmp_path / "w"}
    assert find_work_tree(tmp_path / "n") != tmp_path / "n"
    (tmp_path / "n/link").symlink_to(tmp_path / "a/b")
    assert find_work_tree(tmp_path / "n/link/c") == tmp_path / "a"


@pytest.mark.parametrize("host", ["localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "::1", "0.0.0.0", "::"])
def test_this_machine(host: str) -> None:
    assert is_this_machine(host)


@pytest.mark.parametrize("host", ["example.org", "localhost.example.org", "10.0.0.1", "169.254.169.254", "127.1", "db"])
def test_other_machines(host: str) -> None:
    assert not is_this_machine(host)
