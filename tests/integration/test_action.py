"""action.yml and ci/comment: their steps are executed in a clean clone, for throwaway projects."""

import json
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from tests.support.actions import (
    Ran,
    Runner,
    check_schema,
    git,
    make_runner,
    read_yaml,
    run_action,
    tool,
    write_program,
)
from tests.support.machine import install
from tests.support.projects import make_env, make_shop, site_of, write

ROOT = Path(__file__).parents[2]
ACTIONS = ("action.yml", "ci/comment/action.yml")


def whole(test: Callable[..., None]) -> Callable[..., None]:
    """Mark a test that installs footprint from the clone, with what it requires from the index."""
    for mark in (pytest.mark.slow, pytest.mark.network):
        test = mark(test)
    return test


REPORT = "<!-- footprint:shop:key -->\nAll is well.\n"
PULL_REQUEST = {"pull_request": {"number": 7}}


@pytest.fixture
def runner(tmp_path: Path, clone: Path, temp: Path) -> Runner:
    return make_runner(tmp_path / "machine", clone, temp=temp)


# What needs no run


@pytest.mark.parametrize("path", ACTIONS)
def test_the_schema_of_actions_holds(path: str) -> None:
    check_schema("vendor.github-actions", ROOT / path)


@pytest.mark.parametrize("path", ACTIONS)
def test_no_expression_stands_in_a_script(path: str) -> None:
    steps = read_yaml(ROOT / path)["runs"]["steps"]
    assert steps
    assert not [step for step in steps if "${{" in step["run"]]


@pytest.mark.parametrize("path", ACTIONS)
def test_every_input_is_described_and_used(path: str) -> None:
    described = read_yaml(ROOT / path)
    given = {value for step in described["runs"]["steps"] for value in step.get("env", {}).values()}
    assert all(told["description"] for told in described["inputs"].values())
    assert {f"${{{{ inputs.{name} }}}}" for name in described["inputs"]} <= given


def test_only_the_step_that_runs_no_code_of_the_project_has_the_token() -> None:
    steps = read_yaml(ROOT / "action.yml")["runs"]["steps"]
    assert [step["run"].split()[-1] for step in steps if "github.token" in str(step)] == ["comment"]


def test_shellcheck_finds_nothing() -> None:
    done = subprocess.run([tool("shellcheck"), str(ROOT / "ci/action.sh")], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")


# The comment: nothing is measured


def comment(runner: Runner, report: str = REPORT, **variables: str) -> Ran:
    """Run the last step alone, for a report that was made before."""
    written = runner.workspace / "footprint.md"
    written.write_text(report)
    return run_action(
        runner.has(variables=variables), {"markdown": "footprint.md", "pull-request": "7"}, path="ci/comment"
    )


def tell_comments(runner: Runner, *comments: tuple[int, str, str]) -> None:
    rows = [{"id": number, "user": {"type": kind, "login": "x"}, "body": body} for number, kind, body in comments]
    (runner.home / "comments").write_text(json.dumps(rows))


def test_the_first_comment_is_written(runner: Runner) -> None:
    done = comment(runner)
    asked, posted = runner.calls
    assert done.exit_code == 0
    assert asked.args[:3] == ("api", "--paginate", "repos/owner/shop/issues/7/comments?per_page=100")
    assert (posted.method, posted.body, posted.token) == ("POST", REPORT, "t0ken")
    assert "repos/owner/shop/issues/7/comments" in posted.args


def test_the_comment_is_found_again_by_its_marker(runner: Runner) -> None:
    tell_comments(
        runner,
        (1, "Bot", "<!-- footprint:other:key -->\nanother project"),
        (3, "Bot", "<!-- footprint:shop:key -->\r\nthe last one"),
        (4, "Bot", f"> {REPORT}"),
        (5, "User", REPORT),  # somebody who copies it
    )
    comment(runner)
    assert runner.calls[-1].method == "PATCH"
    assert "repos/owner/shop/issues/comments/3" in runner.calls[-1].args
    assert len(runner.calls) == 2


def test_a_marker_with_signs_of_jq_or_of_a_shell_is_only_text(runner: Runner) -> None:
    report = REPORT.replace("shop", 'sh"op$(touch pwned)\\(env)')
    tell_comments(runner, (5, "Bot", report))
    comment(runner, report)
    assert "repos/owner/shop/issues/comments/5" in runner.calls[-1].args
    assert not (runner.workspace / "pwned").exists()


@pytest.mark.parametrize(("what", "calls"), [("all", 1), ("writing", 2)])
def test_a_token_that_may_not_write_gets_a_notice(runner: Runner, what: str, calls: int) -> None:
    (runner.home / "forbidden").write_text(what)
    done = comment(runner)
    (notice,) = done.commands
    assert len(runner.calls) == calls
    assert done.exit_code == 0
    assert notice.startswith("::notice title=footprint::")
    assert "pull-requests: write" in notice
    assert "Resource not accessible by integration" in notice


def test_a_machine_without_gh_gets_a_notice(runner: Runner) -> None:
    tools = runner.home.parent / "tools"
    tools.mkdir()
    for name in ("bash", "env", "head", "tail"):
        (tools / name).symlink_to(shutil.which(name) or name)
    done = comment(runner, PATH=str(tools))
    assert done.exit_code == 0
    assert "gh" in done.commands[0]


@pytest.mark.parametrize("report", ["", "All is well.\n", "<!-- footprint:a --> @everyone\n", "<!-- other -->\n"])
def test_what_is_no_report_is_not_posted(runner: Runner, report: str) -> None:
    done = comment(runner, report)
    assert done.exit_code == 2
    assert not runner.calls


@pytest.mark.parametrize(
    ("sha", "number"),
    [("abc", "9"), ("of another commit", None)],
)
def test_the_pull_request_of_a_fork_is_found_by_its_commit(runner: Runner, sha: str, number: str | None) -> None:
    (runner.home / "pulls").write_text(
        json.dumps([{"number": 8, "head": {"sha": "0"}}, {"number": 9, "head": {"sha": "abc"}}])
    )
    (runner.workspace / "footprint.md").write_text(REPORT)
    run = {"head_repository": {"owner": {"login": "some$(fork)"}}, "head_branch": "a b", "head_sha": sha}
    done = run_action(runner.has(event={"workflow_run": run}), {"markdown": "footprint.md"}, path="ci/comment")
    assert done.exit_code == 0
    assert "head=some$(fork):a b" in runner.calls[0].args
    posted = [call.args for call in runner.calls if call.method == "POST"]
    assert posted == [] if number is None else f"repos/owner/shop/issues/{number}/comments" in posted[0]


# The whole action: footprint is installed from the clone, as on a runner


def check(runner: Runner, inputs: Mapping[str, str] | None = None, **told: Any) -> Ran:
    return run_action(runner.has(**told), inputs)


def use_all(project: Path) -> None:
    """Take the unused line out of the shop."""
    (project / "requirements.txt").write_text("heavy==1.0\nlight==1.0\n")


@whole
def test_a_project_without_findings_passes(runner: Runner) -> None:
    use_all(make_shop(runner.workspace))
    done = check(runner)
    report = json.loads(Path(done.outputs["json"]).read_text())
    assert (done.exit_code, done.outputs["exit-code"], report["conclusion"]) == (0, "0", "passed"), done.log
    assert [entry["name"] for entry in report["entries"]] == ["app"]
    assert "footprint check starts the application with .venv/bin/python, as you. --static starts nothing." in done.log
    assert [command for command in done.commands if command.startswith("::error")] == []
    assert done.summary.strip() == Path(done.outputs["markdown"]).read_text().strip()
    assert json.loads(Path(done.outputs["sarif"]).read_text())["version"] == "2.1.0"
    assert "<testsuite" in Path(done.outputs["junit"]).read_text()
    assert not runner.calls  # no pull request


@whole
def test_a_finding_fails_the_step_marks_its_line_and_is_commented(runner: Runner) -> None:
    make_shop(runner.workspace)
    done = check(runner, event=PULL_REQUEST)
    posted = runner.calls[-1]
    assert (done.exit_code, done.outputs["exit-code"]) == (1, "1"), done.log
    assert [found for found in done.commands if re.match("::error file=requirements.txt,line=3,title=FP101 ", found)]
    assert posted.method == "POST"
    assert posted.body == Path(done.outputs["markdown"]).read_text()
    assert "idle" in posted.body
    assert "idle" in done.summary


@whole
@pytest.mark.parametrize(
    ("wanted", "has_finding", "methods"),
    [
        ("auto", False, ["GET", "POST"]),
        ("on-failure", False, ["GET"]),
        ("on-failure", True, ["GET", "POST"]),
        ("never", True, []),
    ],
)
def test_comments_are_written_as_asked_for(runner: Runner, wanted: str, has_finding: bool, methods: list[str]) -> None:
    make_shop(runner.workspace)
    if not has_finding:
        use_all(runner.workspace)
    check(runner, {"comment": wanted, "args": "--static"}, event=PULL_REQUEST)
    assert [call.method for call in runner.calls] == methods


@whole
@pytest.mark.parametrize(("wanted", "code"), [("", 3), ("warn", 0)])
def test_an_entry_that_does_not_start_never_passes_unless_asked_for(runner: Runner, wanted: str, code: int) -> None:
    use_all(make_shop(runner.workspace))
    with (runner.workspace / "app.py").open("a") as file:
        file.write("\nraise SystemExit('no settings')\n")
    done = check(runner, {"on-probe-error": wanted})
    assert done.exit_code == code, done.log
    assert json.loads(Path(done.outputs["json"]).read_text())["conclusion"] == "not measured"


@whole
@pytest.mark.parametrize(
    "inputs",
    [
        {"args": "--no-such-option"},
        {"args": "--rule 'unused=off"},
        {"project": "nowhere"},
        {"env": "nowhere"},
        {"limit": "; touch pwned"},
    ],
)
def test_a_wrong_input_is_no_verdict(runner: Runner, inputs: Mapping[str, str]) -> None:
    make_shop(runner.workspace)
    done = check(runner, inputs, event=PULL_REQUEST)
    assert (done.exit_code, "markdown" in done.outputs) == (2, False), done.log
    assert not runner.calls


def fake_footprint(runner: Runner, code: int) -> None:
    """Put something in the place of footprint that prints a command and ends with `code` before it reports."""
    folder = runner.temp / "footprint-tool"
    (folder / "bin").mkdir(parents=True)
    said = "echo '::error title=fake::fake'; echo '::error title=fake::fake' >&2"
    write_program(folder / "bin" / "python", f'#!/bin/sh\n[ "$2" = -c ] && exit\n{said}\nexit {code}\n')
    (folder / "installed").write_text(str(runner.action))


@pytest.mark.parametrize(("code", "told"), [(0, 0), (1, 3), (2, 2), (130, 130)])
def test_a_footprint_that_breaks_is_no_finding(tmp_path: Path, clone: Path, code: int, told: int) -> None:
    runner = make_runner(tmp_path / "machine", clone)
    fake_footprint(runner, code)
    done = check(runner, event=PULL_REQUEST)
    assert (done.exit_code, dict(done.outputs)) == (told, {"exit-code": str(told)})
    assert [found for found in done.commands if "fake" in found] == []
    assert ["no finding" in found for found in done.commands] == ([True] if told == 3 else [])


@whole
def test_inputs_are_words_and_nothing_in_them_is_run(runner: Runner) -> None:
    make_shop(runner.workspace)
    hostile = "$(touch pwned) `touch pwned`; touch pwned *"
    app = runner.workspace / "app.py"
    app.write_text(f"import os, heavy\nassert os.environ['SAID'] == {hostile!r}, os.environ['SAID']\n")
    told = {
        "entry": "\n  \napp.py\n",
        "env": ".venv",
        "limit": "512MiB",
        "args": f"--rule 'unused=off'\n--set 'SAID={hostile}'",
    }
    done = check(runner, told)
    assert done.exit_code == 0, done.log
    assert not list(runner.workspace.rglob("pwned"))


@whole
def test_a_project_in_a_folder_is_shown_from_the_top_of_its_repository(runner: Runner) -> None:
    make_shop(runner.workspace / "head" / "back, 100% end")
    git("init", "--quiet", cwd=runner.workspace / "head")
    done = check(runner, {"project": "head/back, 100% end", "args": "--static"})
    assert [
        found for found in done.commands if found.startswith("::error file=back%2C 100%25 end/requirements.txt,line=3,")
    ]


@whole
def test_a_module_of_the_project_is_not_taken_for_one_of_ours(tmp_path: Path, clone: Path) -> None:
    runner = make_runner(tmp_path / "machine", clone)  # one that installs anew
    use_all(make_shop(runner.workspace))
    hostile = "open('pwned', 'w').close()\nraise SystemExit(0)\n"
    names = ("ensurepip", "venv", "pip", "shlex", "rich", "argparse", "json", "footprint")
    write(runner.workspace, {f"{name}.py": hostile for name in names})
    done = check(runner, {"args": "--static"})
    assert done.exit_code == 0, done.log
    assert not (runner.workspace / "pwned").exists()


@whole
def test_the_python_of_setup_python_is_measured_where_there_is_no_environment(runner: Runner, tmp_path: Path) -> None:
    elsewhere = make_env(tmp_path / "hosted" / "3.x")
    install(site_of(elsewhere), "heavy", {"heavy/__init__.py": b"data = b'x' * (8 << 20)\n"})
    write(runner.workspace, {"requirements.txt": "heavy==1.0\n", "app.py": "import heavy\n"})
    done = check(runner, variables={"pythonLocation": str(elsewhere)})
    report = json.loads(Path(done.outputs["json"]).read_text())
    assert done.exit_code == 0, done.log
    assert report["entries"][0]["anon_bytes"] > 8 << 20
