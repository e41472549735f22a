"""The first line on stderr of a command that starts something."""

import sys
from pathlib import Path
from typing import Any

import pytest

from footprint.audit.announcement import _SERVER, describe_start
from footprint.cli.app import COMMANDS, load_command
from footprint.config.options import Options
from footprint.errors import UsageError
from tests.support.projects import write


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX", "DBPASS"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.chdir(write(tmp_path, {".venv/bin/python": "", "app/Procfile": ""}))
    (tmp_path / ".venv/bin/python").chmod(0o755)
    return tmp_path


def say(
    command: str, *, words: tuple[str, ...] = (), base: Path | None = None, starts: bool = True, **options: Any
) -> str:
    return describe_start(command, Options.of(**options), words=words, base=base, starts=starts) or ""


def test_what_is_started_by_what_and_how_not_to() -> None:
    own = "with .venv/bin/python, as you."
    assert say("audit") == f"footprint audit starts the application {own} --no-probe starts nothing.{_SERVER}"
    assert say("audit", entries=("app.main:app", "-m worker"), live=True) == (
        f"footprint audit starts the application (app.main:app, -m worker) and its start command {own} "
        f"--no-probe starts nothing.{_SERVER}"
    )
    assert say("check", base=Path("../base")).startswith("footprint check starts the application, and that of /")
    assert say("check").endswith(f"--static starts nothing.{_SERVER}")
    assert say("probe --live", words=("uvicorn", "main:app")) == (
        f"footprint probe --live starts `uvicorn main:app` {own} footprint audit --no-probe starts nothing."
    )
    assert "starts the start command of the deploy files with" in say("probe --live")


def test_without_an_environment_it_depends_on_what_the_running_one_has(here: Path) -> None:
    said = say("audit", project=here / "app")
    assert f"with {sys.executable} if it has what the project declares, as you." in said
    assert "if it has" not in say("probe", project=here / "app")


@pytest.mark.parametrize("options", [{"no_env": True}, {"site_packages": (Path(),)}])
def test_where_nothing_can_be_started_nothing_is_said(options: dict[str, Any]) -> None:
    assert say("audit", **options) == ""


def test_an_interpreter_that_is_only_asked_is_said_too(here: Path) -> None:
    assert say("scan", starts=False) == ""
    asked = "footprint scan --ask-python starts .venv/bin/python, as you, to ask what it is, and nothing else"
    assert say("scan", starts=False, ask_python=True) == asked
    assert say("scan", starts=False, ask_python=True, project=here / "app") == ""  # footprint's own: it knows itself


def test_what_a_command_assigns_is_starred() -> None:
    said = say("probe --live", words=("env", "DBPASS=hunter2hunter2", "python", "postgresql://u:s3cr3tpass@db/x"))
    assert "hunter2" not in said and "s3cr3tpass" not in said and "python" in said


def test_a_wrong_environment_is_told_before_anything_is_said() -> None:
    with pytest.raises(UsageError, match="--env"):
        say("audit", env=Path("nowhere"))


def test_every_command_that_takes_an_interpreter_can_say_what_it_starts() -> None:
    names = [name for name in COMMANDS if "env" in {row.field for row in load_command(name).takes}]
    assert "audit" in names
    for name in names:
        assert say(name, starts=name not in ("scan", "imports"), ask_python=True)


def test_hooks_of_pre_commit_start_nothing() -> None:
    lines = Path(__file__).parents[3].joinpath(".pre-commit-hooks.yaml").read_text().splitlines()
    entries = [line for line in lines if line.strip().startswith("entry:")]
    assert len(entries) == 2 and all(line.endswith("footprint check --static") for line in entries)


def test_where_the_interpreter_is_broken_nothing_is_said(here: Path) -> None:
    (here / ".venv/bin/python").unlink()
    (here / ".venv/bin/python").symlink_to("/nowhere/python")
    (here / ".venv/lib/python3.11/site-packages").mkdir(parents=True)
    assert say("audit") == ""
