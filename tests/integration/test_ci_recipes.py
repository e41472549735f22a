"""The recipes of docs/ci.md: each holds to its schema and is executed for a throwaway project."""

import functools
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from ruamel.yaml import YAML

from footprint.knowledge.codes import RULE_BY_CODE
from tests.support.actions import (
    ROOT,
    Runner,
    check_schema,
    git,
    make_runner,
    run_job,
    tool,
    write_program,
)
from tests.support.command import footprint
from tests.support.projects import write

_BLOCK = re.compile(r"^( *)```(\w+)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)

APP = {"requirements.txt": "packaging\n", "app.py": "import packaging.version\n"}
UNUSED = {"requirements.txt": "packaging\nidna\n"}  # both have no requirements of their own


def blocks(language: str) -> tuple[str, ...]:
    found = _BLOCK.finditer((ROOT / "docs/ci.md").read_text(encoding="utf-8"))
    return tuple(dedent(match[3]) for match in found if match[2] == language)


def load(text: str) -> dict[str, Any]:
    loaded: dict[str, Any] = YAML(typ="safe", pure=True).load(text)
    return loaded


@functools.cache
def workflows() -> tuple[dict[str, Any], ...]:
    return tuple(loaded for loaded in map(load, blocks("yaml")) if "jobs" in loaded)


def job(number: int) -> dict[str, Any]:
    """Return the only job of the workflow that is the `number`th in the docs."""
    (found,) = workflows()[number]["jobs"].values()
    return dict(found)


SIMPLE, PLAIN, AGAINST_BASE, OF_FORK, COMMENT, BASELINE, SHARDS = range(7)


@pytest.mark.parametrize("text", blocks("yaml"), ids=lambda text: text.partition("\n")[0])
def test_every_recipe_holds_to_the_schema_of_its_reader(text: str, tmp_path: Path) -> None:
    path = tmp_path / "recipe.yml"
    path.write_text(text)
    loaded = load(text)
    if "repos" in loaded:
        subprocess.run([tool("pre-commit"), "validate-config", str(path)], check=True)
    else:
        check_schema("vendor.github-workflows" if "jobs" in loaded else "vendor.gitlab-ci", path)


def test_all_kinds_of_recipes_are_there() -> None:
    assert len(workflows()) == 7
    assert [sorted(load(text)) for text in blocks("yaml") if "jobs" not in load(text)] == [["footprint"], ["repos"]]


def test_every_option_and_rule_that_is_named_exists() -> None:
    text = "".join((ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("ci.md", "gate.md"))
    known = set(
        re.findall(
            r"--[a-z][a-z-]+", "".join(footprint(name, "--help").stdout for name in ("check", "fleet", "init", "probe"))
        )
    )
    named = set(re.findall(r"(?<![\w-])--[a-z][a-z-]+", text)) - {
        "--depth",
        "--detach",
        "--footprint",
    }  # of git and pytest
    assert len(named) > 10
    assert named <= known
    assert set(re.findall(r"FP\d+", text)) <= RULE_BY_CODE.keys()


def test_no_recipe_gives_a_check_more_than_it_needs() -> None:
    for workflow in workflows():
        writes = {what for what, level in workflow["permissions"].items() if level == "write"}
        assert writes <= {"pull-requests", "security-events"}
        assert "pull_request_target" not in workflow["on"]


@pytest.fixture
def runner(tmp_path: Path, clone: Path, temp: Path) -> Runner:
    """A machine whose workspace is a checkout of an app, as actions/checkout leaves it."""
    runner = make_runner(tmp_path / "machine", clone, temp=temp)
    origin = write(tmp_path / "origin", APP)
    git("init", "--quiet", cwd=origin)
    commit(origin, "base")
    runner.workspace.rmdir()
    git("clone", "--quiet", f"file://{origin}", str(runner.workspace))
    return runner


def commit(folder: Path, message: str) -> str:
    """Commit all there is; return the commit."""
    git("add", "--all", cwd=folder)
    git("commit", "--quiet", "--message", message, cwd=folder)
    return git("rev-parse", "HEAD", cwd=folder)


@pytest.mark.slow
@pytest.mark.network
def test_without_the_action(runner: Runner) -> None:
    prepare_pipx(runner)
    write(runner.workspace, UNUSED)
    done = run_job(runner, job(PLAIN))
    assert done.exit_code == 1, done.log
    assert [found for found in done.commands if found.startswith("::error file=requirements.txt,line=2,title=FP101 ")]
    assert done.uploads == ("footprint.sarif",)
    assert json.loads((runner.workspace / "footprint.sarif").read_text())["runs"]


@pytest.mark.slow
@pytest.mark.network
def test_base_and_head_in_one_job(runner: Runner) -> None:
    base = git("rev-parse", "HEAD", cwd=runner.workspace)
    write(runner.workspace, {"app.py": "import packaging.version\ndata = b'x' * (16 << 20)\n"})
    commit(runner.workspace, "more")
    done = run_job(runner.has(event={"pull_request": {"number": 7, "base": {"sha": base}}}), job(AGAINST_BASE))
    git("worktree", "remove", "--force", str(runner.temp / "base"), cwd=runner.workspace)
    report = json.loads(Path(done.outputs["json"]).read_text())
    (entry,) = report["entries"]
    assert done.exit_code == 1, done.log
    assert 15 << 20 < entry["anon_bytes"] - entry["base_anon_bytes"] < 18 << 20
    assert [found for found in done.commands if "FP411" in found]


@pytest.mark.slow
@pytest.mark.network
def test_a_fork_and_the_workflow_that_comments_for_it(runner: Runner) -> None:
    write(runner.workspace, UNUSED)
    done = run_job(runner.has(event={"pull_request": {"number": 7}}), job(OF_FORK))
    assert done.exit_code == 1, done.log
    assert not runner.calls
    (report,) = done.uploads

    shutil.rmtree(runner.workspace)  # the second job has no checkout, only what it downloads
    runner.workspace.mkdir()
    shutil.copy(report, runner.workspace)
    (runner.home / "pulls").write_text(json.dumps([{"number": 7, "head": {"sha": "abc"}}]))
    event = {"head_repository": {"owner": {"login": "fork"}}, "head_branch": "main", "head_sha": "abc", "id": 1}
    second = run_job(runner.has(event={"workflow_run": event}), job(COMMENT))
    posted = runner.calls[-1]
    assert second.exit_code == 0, second.log
    assert (posted.method, posted.args[3]) == ("POST", "repos/owner/shop/issues/7/comments")
    assert posted.body is not None
    assert "idna" in posted.body


@pytest.mark.slow
@pytest.mark.network
def test_a_baseline_made_there_is_what_later_checks_compare_with(runner: Runner) -> None:
    made = run_job(runner, job(BASELINE))
    assert made.exit_code == 0, made.log
    assert made.uploads == ("footprint-baseline.json",)
    write(runner.workspace, {"app.py": "import packaging.version\ndata = b'x' * (16 << 20)\n"})
    grown = run_job(runner, job(SIMPLE))
    assert grown.exit_code == 1, grown.log
    assert "FP411" in grown.summary


@pytest.mark.slow
@pytest.mark.slow_check  # the commands are those of the other recipes
@pytest.mark.network
def test_gitlab(runner: Runner, tmp_path: Path) -> None:
    (recipe,) = (load(text)["footprint"] for text in blocks("yaml") if "script" in load(text).get("footprint", {}))
    write(runner.workspace, UNUSED)
    lines = [line.replace("/tmp/footprint", str(tmp_path / "tool")) for line in recipe["script"]]
    assert [line for line in lines if "footprint-audit" in line]
    steps = [{"run": line.replace("footprint-audit", shlex.quote(str(runner.action)))} for line in lines]
    done = run_job(runner, {"steps": steps})
    found = json.loads((runner.workspace / recipe["artifacts"]["reports"]["codequality"]).read_text())
    assert done.exit_code == 1, done.log
    assert [row["location"]["path"] for row in found if "idna" in row["description"]] == ["requirements.txt"]
    assert "idna" in (runner.workspace / recipe["artifacts"]["reports"]["junit"]).read_text()


@pytest.mark.slow
@pytest.mark.network
def test_any_shell_and_make(runner: Runner) -> None:
    prepare_pipx(runner)
    (script,) = blocks("sh")
    (rules,) = blocks("make")
    write(runner.workspace, {**UNUSED, "Makefile": rules})
    steps = [{"run": script}]
    done = run_job(runner, {"steps": steps})
    assert done.exit_code == 1, done.log
    assert (runner.workspace / "footprint.xml").exists()
    assert run_job(runner, {"steps": [{"run": "make footprint"}]}).exit_code
    accepted = run_job(runner, {"steps": [{"run": "make footprint-accept"}, {"run": "make footprint"}]})
    assert accepted.exit_code == 0, accepted.log


def test_shards_of_a_fleet_and_what_merges_them(runner: Runner) -> None:
    """Each shard audits its part of the projects; the last job has what they uploaded, and every project once."""
    write_program(
        runner.home.parent / "bin" / "pipx",
        f"#!/bin/sh\nprintf '#!/bin/sh\\nexec {sys.executable} -m footprint \"$@\"\\n' "
        f'>"{runner.home.parent}/bin/footprint"\nchmod +x "{runner.home.parent}/bin/footprint"\n',
    )
    write(runner.workspace, {f"services/s{number}/requirements.txt": "idna\n" for number in range(5)})
    shard, merge = (workflows()[SHARDS]["jobs"][name] for name in ("shard", "merge"))
    uploads: list[str] = []
    for part in shard["strategy"]["matrix"]["part"]:
        text = json.dumps(shard).replace("${{ matrix.part }}", str(part))
        done = run_job(runner, json.loads(text))
        assert done.exit_code == 0, done.log
        uploads += done.uploads
    done = run_job(runner, merge)  # in the same workspace: what download-artifact brings lies there
    assert (done.exit_code, done.uploads) == (0, ("fleet.jsonl",)), done.log
    lines = (runner.workspace / "fleet.jsonl").read_text().splitlines()
    assert sorted(json.loads(line)["project"] for line in lines) == [f"s{number}" for number in range(5)]
    assert len(uploads) == 2 and "| s4 |" in done.summary and "5 projects audited" in done.summary


def prepare_pipx(runner: Runner) -> None:
    """Put a `pipx` on PATH that makes the footprint of the clone available: a release of it is not on the index."""
    action = runner.action / "ci" / "action.sh"
    install = f'GITHUB_ACTION_PATH="{runner.action}" bash "{action}" install'
    link = f'ln -sf "$RUNNER_TEMP/footprint-tool/bin/footprint" "{runner.home.parent / "bin"}/footprint"'
    write_program(
        runner.home.parent / "bin" / "pipx",
        f'#!/bin/sh\nset -e\n[ "$*" = "install footprint-audit" ]\n{install}\n{link}\n',
    )
