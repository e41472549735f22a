"""Many projects audited at once through the command line: the same audits as one by one, and each failure a row."""

import itertools
import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from footprint.fleet import worker_process
from footprint.fleet.project_list import list_projects
from footprint.fleet.worker_process import ProjectWorker
from footprint.model.fleet_project import FleetOrder
from tests.integration.test_diff_cli import commit, git
from tests.integration.test_static import make_trap
from tests.support.command import (
    EXAMPLE,
    EXAMPLE_ENV,
    answer,
    command_line,
    footprint,
    plain_environment,
    undated,
    wait_for,
)
from tests.support.fleets import NAMES, generated
from tests.support.machine import marked_processes, need
from tests.support.projects import make_env_of, make_shop, write

COUNT = 60


@pytest.fixture(scope="module")
def fleet(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Sixty projects that share an environment, in one work tree."""
    root = tmp_path_factory.mktemp("fleet")
    make_env_of(root / "env", " ".join(NAMES))
    git(root, "init", "-q")
    for number in range(COUNT):
        write(root, generated(Path(f"p{number:02}"), number))
    return root


def lines_of(path: Path) -> dict[str, dict[str, Any]]:
    found = [json.loads(line) for line in path.read_text().splitlines()]
    assert len({line["project"] for line in found}) == len(found)
    return {line["project"]: line for line in found}


def settled(audit: Mapping[str, Any]) -> dict[str, Any]:
    return undated(audit)


def test_sixty_projects_are_audited_as_they_are_one_by_one(fleet: Path, tmp_path: Path) -> None:
    places = [str(fleet / f"p{number:02}") for number in range(COUNT)]
    out = tmp_path / "fleet.jsonl"
    done = footprint("fleet", *places, "--no-probe", "--jobs", "2", "-o", f"jsonl:{out}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "60 projects audited, 0 failed, 0 limits exceeded" in done.stdout
    found = lines_of(out)
    assert sorted(found) == sorted(Path(place).name for place in places)
    for place in places[::12]:
        line = found[Path(place).name]
        assert settled(line["audit"]) == settled(answer("audit", "--no-probe", place))
        assert (line["outcome"], line["path"], line["reason"]) == ("done", place, None)
        assert line["host"] and line["libc"] == line["audit"]["measured"]["machine"]["libc"]


def test_a_real_application_is_started_as_it_is_alone(tmp_path: Path) -> None:
    need(EXAMPLE_ENV.is_dir(), "the example's environment: make demo builds it")
    done = footprint("fleet", EXAMPLE, "--runs", "1", "-f", "jsonl")
    (line,) = map(json.loads, done.stdout.splitlines())
    alone, found = answer("audit", EXAMPLE, "--env", EXAMPLE_ENV, "--runs", "1"), line["audit"]
    uses = [[(row["name"], row["usage"], row["reason"]) for row in each["distributions"]] for each in (alone, found)]
    assert uses[0] == uses[1]
    ready = [each["entries"][0]["stages"]["ready"]["rss_bytes"] for each in (alone, found)]
    assert abs(ready[0] - ready[1]) < 0.03 * ready[0]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_shop(tmp_path_factory.mktemp("shop") / "shop")


def test_starts_take_turns_and_what_fails_is_a_row(shop: Path, tmp_path: Path) -> None:
    """Each start writes when it began and ended; no two of them overlap, of one fleet or of two."""
    marks = tmp_path / "marks"
    marks.mkdir()
    code = "import os, time\nname = f'{os.environ[\"MARKS\"]}/{os.getpid()}'\n"
    code += "a = time.time()\ntime.sleep(0.2)\nopen(name, 'w').write(f'{a} {time.time()}')\n"
    env = shop / ".venv"
    text = ""
    for name in ("a", "b", "c", "d"):
        write(tmp_path / name, {"app.py": code, "requirements.txt": ""})
        text += f'[[project]]\npath = "{name}"\nenv = "{env}"\nentry = "app.py"\n'
    text += '[[project]]\npath = "gone"\n[[project]]\nname = "wrong"\npath = "a"\nentry = "none.py"\n'
    write(tmp_path / "broken", {"pyproject.toml": "[tool.footprint]\nnonsense = 1\n"})
    text += '[[project]]\npath = "broken"\n'
    write(tmp_path, {"repos.toml": text})
    words = ("fleet", tmp_path / "repos.toml", "--jobs", "3", "--runs", "1", "--set", f"MARKS={marks}")
    other = subprocess.Popen(
        command_line([*map(str, words)]), env=plain_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    done = footprint(*words, "-f", "jsonl")
    assert other.wait(120) == 0
    assert done.returncode == 0, done.stderr
    found = {line["project"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert {name for name, line in found.items() if line["outcome"] == "done"} == {"a", "b", "c", "d"}
    assert "is not a folder" in found["gone"]["reason"]
    assert "none.py" in found["wrong"]["reason"] and "nonsense" in found["broken"]["reason"]
    spans = sorted(tuple(map(float, path.read_text().split())) for path in marks.iterdir())
    assert len(spans) >= 8
    assert all(end <= start for (_, end), (start, _) in itertools.pairwise(spans))
    assert done.stderr.startswith(
        "footprint fleet starts the applications of up to 7 projects, one at a time on a machine"
    )


def test_all_that_fail_are_exit_code_3(tmp_path: Path) -> None:
    done = footprint("fleet", "file:///nowhere/at/all")
    assert done.returncode == 3
    assert "FAILED: cannot fetch file:///nowhere/at/all" in done.stdout
    assert footprint("fleet").returncode == footprint("fleet", tmp_path / "none").returncode == 2


def test_an_interrupted_run_keeps_what_is_done_and_is_resumed(shop: Path, tmp_path: Path) -> None:
    """The second project hangs until the first is there; then the run is interrupted, and nothing of it is left."""
    mark = f"mark-{os.getpid()}-{time.monotonic_ns()}"
    write(tmp_path / "quick", {"app.py": "", "requirements.txt": ""})
    slow = f"import time, os\nif not os.path.exists({str(tmp_path / 'go')!r}): time.sleep(300)  # {mark}\n"
    write(tmp_path / "slow", {"app.py": slow, "requirements.txt": ""})
    table = f'env = "{shop / ".venv"}"\nentry = "app.py"\n'
    write(tmp_path, {"repos.toml": "".join(f'[[project]]\npath = "{name}"\n{table}' for name in ("quick", "slow"))})
    out = tmp_path / "out.jsonl"
    words = ["fleet", str(tmp_path / "repos.toml"), "--jobs", "1", "--runs", "1", "-o", f"jsonl:{out}"]
    run = subprocess.Popen(
        command_line(words), env=plain_environment(MARK=mark, TMPDIR=str(tmp_path)), stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    wait_for(lambda: out.is_file() and out.read_text().endswith("\n"))
    time.sleep(1)
    run.send_signal(signal.SIGINT)
    _, said = run.communicate(timeout=60)
    assert run.returncode == 130, said
    assert list(lines_of(out)) == ["quick"]
    wait_for(lambda: not marked_processes(mark), 20)
    assert not [path.name for path in tmp_path.iterdir() if path.name.startswith("footprint-")]
    (tmp_path / "go").touch()
    assert footprint(*words).returncode == 2  # nothing that is done is lost for a flag that was forgotten
    with out.open("a") as file:
        file.write('{"format": 1, "proj')  # as a machine that went down leaves it
    done = footprint(*words, "--resume")
    assert done.returncode == 0, done.stderr
    assert "2 projects audited" in done.stdout and "fleet-line-cut" in done.stdout
    assert [json.loads(line)["project"] for line in out.read_text().splitlines() if line.endswith("}")] == [
        "quick", "slow",
    ]  # fmt: skip


def test_a_worker_that_is_killed_is_a_row_and_the_others_go_on(fleet: Path, tmp_path: Path) -> None:
    """One whose application hangs is killed, as the kernel does where memory is short; its application goes as well."""
    places = [str(fleet / f"p{number:02}") for number in range(1, 5)]
    code = "import os, time\nopen(os.environ['MARK'], 'w').write(str(os.getpid()))\ntime.sleep(300)\n"
    write(tmp_path / "stuck", {"requirements.txt": "heavy\n", "app.py": code})
    write(tmp_path, {"repos.toml": f'[[project]]\npath = "stuck"\nenv = "{fleet}/env"\nentry = "app.py"\n'})
    mark = tmp_path / "mark"
    words = [
        str(tmp_path / "repos.toml"),
        *places,
        "--jobs",
        "2",
        "--runs",
        "1",
        "--set",
        f"MARK={mark}",
        "-f",
        "jsonl",
    ]
    run = subprocess.Popen(
        command_line(["fleet", *words]), env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        text=True,
    )  # fmt: skip
    wait_for(lambda: mark.is_file() and mark.read_text() != "", 60)
    hanging = int(mark.read_text())
    (worker,) = (each for each in children(run.pid) if hanging in below(each))
    os.kill(worker, signal.SIGKILL)
    output, _ = run.communicate(timeout=120)
    found = {line["project"]: line for line in map(json.loads, output.splitlines())}
    assert run.returncode == 0 and len(found) == 5
    assert found["stuck"]["outcome"] == "failed" and "ended by SIGKILL" in found["stuck"]["reason"]
    assert all(found[Path(place).name]["outcome"] == "done" for place in places)
    wait_for(lambda: not Path(f"/proc/{hanging}").exists(), 20)


def test_an_audit_that_is_too_long_for_a_line_is_a_row(fleet: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its worker goes on with the next project."""
    first, second = list_projects([str(fleet / "p01"), str(fleet / "p02")])
    worker = ProjectWorker()
    try:
        monkeypatch.setattr(worker_process, "LINE_BYTES", 1 << 10)
        (line,) = worker.audit(FleetOrder(first, {"probe": False}))
        assert line.values["outcome"] == "failed" and "longer than a line may be" in line.values["reason"]
        monkeypatch.setattr(worker_process, "LINE_BYTES", 1 << 20)
        (line,) = worker.audit(FleetOrder(second, {"probe": False}))
        assert (line.values["project"], line.values["outcome"]) == ("p02", "done")
    finally:
        worker.end()


def children(pid: int) -> list[int]:
    try:
        tasks = list(Path(f"/proc/{pid}/task").iterdir())
        return [int(child) for task in tasks for child in (task / "children").read_text().split()]
    except OSError:
        return []


def below(pid: int) -> Iterator[int]:
    waiting = children(pid)
    while waiting:
        waiting += children(each := waiting.pop())
        yield each


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with five commits, of which three touch requirements; hooks and settings that would tell."""
    folder = tmp_path_factory.mktemp("git") / "pay"
    folder.mkdir()
    git(folder, "init", "-q", "-b", "main")
    commit(folder, requirements_txt="alpha==1.0\n", app_py="import alpha\n")
    commit(folder, app_py="import alpha\nx = 1\n")
    commit(folder, requirements_txt="alpha==1.0\nbeta==2.0\n")
    commit(folder, README="x")
    commit(folder, requirements_txt="beta==2.1\n", app_py="import beta\n")
    for name in ("post-checkout", "post-merge", "reference-transaction"):
        write(folder / ".git/hooks", {name: f"#!/bin/sh\ntouch '{folder.parent}/hook-ran'\n"})
    git(folder, "config", "log.showSignature", "true")
    git(folder, "config", "gpg.program", f"{folder.parent}/gpg")
    write(folder.parent, {"gpg": f"#!/bin/sh\ntouch '{folder.parent}/gpg-ran'\n"})
    return folder


def state(folder: Path) -> dict[str, tuple[int, int, bytes]]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_mtime_ns, path.stat().st_mode, path.read_bytes()) for path in files}


def test_history_is_read_from_commits_that_touched_requirements(repository: Path) -> None:
    before = state(repository)
    for place in (str(repository), f"file://{repository}"):
        done = footprint("fleet", place, "--history", "2", "-f", "jsonl")
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        names = [[row["name"] for row in line["audit"]["distributions"]] for line in lines]
        assert names == [["beta"], ["alpha", "beta"]]
        assert [line["commit"] for line in lines] == [git(repository, "rev-parse", each) for each in ("HEAD", "HEAD~2")]
        assert {(line["source"], line["project"]) for line in lines} == {("commit", "pay")}
        assert all(line["committed_at"] and line["audit"]["environment"]["kind"] != "installed" for line in lines)
        assert all(entry["not_measured"] for line in lines for entry in line["audit"]["entries"])
    assert state(repository) == before
    assert sorted(path.name for path in repository.parent.iterdir()) == ["gpg", "pay"]


def test_the_end_of_a_shallow_clone_touched_nothing(repository: Path, tmp_path: Path) -> None:
    for depth, expected in ((1, []), (3, ["HEAD"]), (4, ["HEAD", "HEAD~2"])):
        place = tmp_path / f"depth{depth}"
        subprocess.run(["git", "clone", "-q", "--depth", str(depth), f"file://{repository}", place], check=True)
        done = footprint("fleet", place, "--history", "9", "-f", "jsonl")
        lines = [json.loads(line) for line in done.stdout.splitlines()]
        names = [line["commit"] for line in lines if line["outcome"] == "done"]
        assert names == [git(repository, "rev-parse", each) for each in expected]
        assert expected or "it is shallow" in lines[0]["reason"]


def test_a_second_beginning_in_a_shallow_clone_touched_its_files(repository: Path, tmp_path: Path) -> None:
    place = tmp_path / "clone"
    subprocess.run(["git", "clone", "-q", "--depth", "1", f"file://{repository}", place], check=True)
    git(place, "checkout", "-q", "--orphan", "second")
    write(place, {"requirements.txt": "gamma==3.0\n"})
    git(place, "add", "requirements.txt")
    git(place, "commit", "-q", "-m", "second")
    git(place, "merge", "-q", "--allow-unrelated-histories", "-X", "ours", "-m", "both", "main")
    done = footprint("fleet", place, "--history", "9", "-f", "jsonl")
    names = [line["commit"] for line in map(json.loads, done.stdout.splitlines()) if line["outcome"] == "done"]
    assert names == [git(place, "rev-parse", "second^1")]


def test_a_clone_is_read_alone_and_nothing_of_it_runs(repository: Path, tmp_path: Path) -> None:
    write(tmp_path, {"repos.toml": f'[[project]]\ngit = "file://{repository}"\nref = "main"\n'})
    done = footprint("fleet", tmp_path / "repos.toml", "-f", "jsonl", env={"TMPDIR": str(tmp_path)})
    assert (done.returncode, done.stderr) == (0, "")  # it starts nothing, so it announces nothing
    (line,) = map(json.loads, done.stdout.splitlines())
    assert line["commit"] == git(repository, "rev-parse", "HEAD") and line["audit"]["project"] == "pay"
    assert line["audit"]["environment"]["kind"] == "declared"
    assert [path.name for path in tmp_path.iterdir()] == ["repos.toml"]
    assert sorted(path.name for path in repository.parent.iterdir()) == ["gpg", "pay"]
    write(tmp_path, {"wrong.toml": f'[[project]]\ngit = "file://{repository}"\nref = "nowhere"\n'})
    done = footprint("fleet", tmp_path / "wrong.toml")
    assert done.returncode == 3 and "nowhere" in done.stdout


NAMES_OF_CLONES = ("..", ".", "a/..", "/", "n" * 300, "\u00fc" * 200, "~", "-x", "pay v1.2")


def test_whatever_a_clone_is_called_its_files_stay_in_our_folder(repository: Path, tmp_path: Path) -> None:
    tables = (f'[[project]]\ngit = "file://{repository}"\nname = {json.dumps(name)}\n' for name in NAMES_OF_CLONES)
    write(tmp_path / "x", {"repos.toml": "".join(tables)})
    place = tmp_path / "x/y/tmp"
    place.mkdir(parents=True)
    done = footprint("fleet", tmp_path / "x/repos.toml", "-f", "jsonl", env={"TMPDIR": str(place)})
    found = {line["project"]: line for line in map(json.loads, done.stdout.splitlines())}
    assert {name: found[name]["reason"] for name in NAMES_OF_CLONES} == dict.fromkeys(NAMES_OF_CLONES)
    assert found["pay v1.2"]["audit"]["project"] == "pay v1.2"
    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*")) == [
        "x", "x/repos.toml", "x/y", "x/y/tmp",
    ]  # fmt: skip


def test_reading_runs_nothing_of_a_project(tmp_path: Path) -> None:
    trap = make_trap(tmp_path)
    done = footprint("fleet", trap.project, "--no-probe", cwd=trap.project)
    assert (done.returncode, done.stderr, trap.ran) == (0, "", []), done.stdout


def test_a_module_of_the_working_folder_is_not_ours(fleet: Path, tmp_path: Path) -> None:
    write(tmp_path, {"json.py": "1 / 0\n", "queue.py": "1 / 0\n"})
    done = footprint("fleet", fleet / "p01", "--no-probe", cwd=tmp_path, started=True)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout


def test_merge_writes_one_file(fleet: Path, tmp_path: Path) -> None:
    for name, numbers in (("a", (1, 2)), ("b", (2, 3))):
        places = [str(fleet / f"p{number:02}") for number in numbers]
        footprint("fleet", *places, "--no-probe", "-o", f"jsonl:{tmp_path / name}.jsonl")
    out = tmp_path / "all.jsonl"
    done = footprint("fleet", "merge", tmp_path / "a.jsonl", tmp_path / "b.jsonl", "-o", f"jsonl:{out}")
    assert (done.returncode, done.stderr) == (0, "")
    assert "3 projects audited" in done.stdout and "p02 (2 lines)" in done.stdout
    assert sorted(lines_of(out)) == ["p01", "p02", "p03"]
    for words in (("merge",), ("merge", tmp_path / "none.jsonl"), ("merge", fleet / "p01/app.py")):
        assert footprint("fleet", *words).returncode == 2
    for flags in ("--history 2", "--resume", "--jobs 2", "--no-probe", "--limit 512MB", "--no-env", "--set A=1"):
        done = footprint("fleet", "merge", tmp_path / "a.jsonl", *flags.split())
        assert done.returncode == 2 and "fleet merge audits nothing" in done.stderr, (flags, done.stderr)
    again = footprint("fleet", "merge", tmp_path / "a.jsonl", "-o", f"jsonl:{out}")
    assert again.returncode == 2 and sorted(lines_of(out)) == ["p01", "p02", "p03"]


def test_a_database_has_the_lines_of_a_run_and_of_what_it_goes_on_from(fleet: Path, tmp_path: Path) -> None:
    out, base = f"jsonl:{tmp_path}/a.jsonl", tmp_path / "fleet.duckdb"
    assert footprint("fleet", fleet / "p01", "--no-probe", "-o", out).returncode == 0
    words = ("fleet", fleet / "p01", fleet / "p02", "--no-probe", "-o", out, "--resume", "-o", f"duckdb:{base}")
    done = footprint(*words)
    assert (done.returncode, done.stderr) == (0, "")
    asked = footprint("ask", "--db", base, "heaviest", "-f", "json")
    assert asked.returncode == 0, asked.stderr
    again = footprint("fleet", "merge", tmp_path / "a.jsonl", "-o", f"duckdb:{tmp_path}/b.duckdb")
    assert again.returncode == 0, again.stderr
    assert json.loads(asked.stdout)["rows"] == json.loads(
        footprint("ask", "--db", tmp_path / "b.duckdb", "heaviest", "-f", "json").stdout
    )["rows"]  # fmt: skip


def test_our_own_output_is_lines_alone(fleet: Path) -> None:
    done = footprint("fleet", fleet / "p01", fleet / "p02", "--no-probe", "-f", "jsonl")
    assert [json.loads(line)["project"] for line in done.stdout.splitlines()] in (["p01", "p02"], ["p02", "p01"])


def test_a_page_and_a_database_are_made_of_all_lines(fleet: Path, tmp_path: Path) -> None:
    lines, page, database = (tmp_path / f"fleet.{name}" for name in ("jsonl", "html", "duckdb"))
    wanted = ("--no-probe", "-o", f"jsonl:{lines}", "-o", f"html:{page}", "-o", f"duckdb:{database}")
    first = footprint("fleet", fleet / "p00", *wanted)
    assert first.returncode == 0, first.stderr
    done = footprint("fleet", fleet / "p00", fleet / "p01", "--resume", *wanted)
    assert done.returncode == 0, done.stderr
    assert {"p00", "p01"} <= set(re.findall(r">(p\d\d)<", page.read_text()))
    count = footprint("ask", "--db", database, "--sql", "SELECT count(*) AS n FROM audits", "-f", "csv")
    assert count.stdout == "n\n2\n", count.stderr
    page.unlink()
    merged = footprint("fleet", "merge", lines, "-o", f"html:{page}")
    assert merged.returncode == 0, merged.stderr
    assert "In short" in page.read_text()


def test_a_page_cannot_be_printed(fleet: Path) -> None:
    done = footprint("fleet", fleet / "p00", "--no-probe", "-o", "html:-")
    assert (done.returncode, done.stdout) == (2, "")
    assert "-o html:FILE" in done.stderr
