"""Places are checked before anything is started, a full disk changes nothing, and a measurement is never lost."""

import json
import resource
import subprocess
import sys
import venv
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.support.canary import look, plant
from tests.support.command import footprint


def small_files() -> None:
    """A disk that is full after a hundred bytes of each file."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, 100))


def on_a_full_disk(*arguments: str | Path, **env: str) -> subprocess.CompletedProcess[str]:
    # Without bytecode: Python puts half of it in place where the disk is full.
    return footprint(*arguments, before=small_files, env={"PYTHONDONTWRITEBYTECODE": "1", **env})


@pytest.fixture(scope="module")
def environment(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("environment") / "venv"
    venv.create(folder, symlinks=True)
    return folder


@pytest.fixture
def static(environment: Path) -> tuple[str, ...]:
    return ("--no-probe", "--env", str(environment))


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    project = tmp_path / "shop"
    project.mkdir()
    (project / "requirements.txt").write_text("")
    (project / "main.py").write_text("open('started', 'w')\n")
    (project / "pyproject.toml").write_bytes(b"[tool.ruff]\r\n# no line end here")
    return project


# What is told before anything is started; {} is a folder.
REFUSED = [
    ("json:/not/there/x.json", "No such file or directory: make the folder /not/there first"),
    ("json:{}", "it is a folder"),
    ("json:{}/main.py/x.json", "Not a directory"),
    ("json:" + "x" * 300, "File name too long"),
    ("markdown:{}/new/", "it names a folder"),
]


@pytest.mark.parametrize(("output", "why"), REFUSED)
def test_a_place_is_refused_before_anything_is_started(shop: Path, output: str, why: str) -> None:
    for command in ("audit", "check", "probe"):
        entry = ("--python", sys.executable, "--entry", "main.py")
        done = footprint(command, shop, *entry, "-o", output.format(shop))
        if output.startswith("markdown") and command == "probe":
            continue
        assert (done.returncode, done.stdout) == (2, "")
        assert why in done.stderr and "cannot write" in done.stderr
    assert not (shop / "started").exists()


def test_other_places_are_refused_before_anything_is_started(shop: Path) -> None:
    entry = ("--python", sys.executable, "--entry", "main.py")
    done = footprint("check", shop, *entry, "--update-baseline", "--baseline", "/not/there/b.json")
    assert done.returncode == 2 and "cannot write the baseline /not/there/b.json" in done.stderr
    (shop / "pyproject.toml").unlink()
    (shop / "pyproject.toml").mkdir()
    assert footprint("init", shop, *entry, "--write").returncode == 2
    assert not (shop / "started").exists()


COMMANDS: list[tuple[Sequence[str], str]] = [
    (("audit", "--no-probe", "-f", "json", "-o", "json:{}/out.json"), "out.json"),
    (("check", "--static", "-f", "json", "-o", "sarif:{}/out.json"), "out.json"),
    (("report", "{}/audit.json", "-f", "json", "-o", "markdown:{}/out.json"), "out.json"),
]


@pytest.mark.parametrize(("words", "name"), COMMANDS)
@pytest.mark.parametrize("old", [b"old\n", None], ids=["old", "new"])
def test_a_full_disk_loses_neither_the_old_file_nor_the_report(
    shop: Path, static: tuple[str, ...], words: Sequence[str], name: str, old: bytes | None
) -> None:
    (shop / "audit.json").write_text(footprint("audit", shop, *static, "-f", "json").stdout)
    if old is not None:
        (shop / name).write_bytes(old)
    before = sorted(path.name for path in shop.iterdir())
    command, *others = (word.format(shop) for word in words)
    project = () if command == "report" else (str(shop), *static[1:])
    done = on_a_full_disk(command, *project, *others)
    assert done.returncode == 2
    assert f"footprint: cannot write {shop / name}: File too large\n" in done.stderr
    assert "schema_version" in json.loads(done.stdout)
    assert sorted(path.name for path in shop.iterdir()) == before
    assert old is None or (shop / name).read_bytes() == old


def test_settings_that_a_full_disk_does_not_take_are_printed(shop: Path, static: tuple[str, ...]) -> None:
    before = {name: found for name, found in look(shop).items() if name != "."}  # a file was made there, and removed
    done = on_a_full_disk("init", shop, *static, "--write")
    assert done.returncode == 2
    assert "[tool.footprint.check]" in done.stdout
    assert done.stderr.endswith(f"footprint: cannot write {shop / 'pyproject.toml'}: File too large\n")
    assert {name: found for name, found in look(shop).items() if name != "."} == before


def test_one_file_that_cannot_be_written_keeps_no_other_from_it(
    shop: Path, static: tuple[str, ...], tmp_path: Path
) -> None:
    outputs = ("-o", "json:/dev/full", "-o", f"json:{tmp_path / 'one.json'}", "-o", "json:-", "-o", "json:/dev/stdout")
    done = footprint("audit", shop, *static, "-f", "json", *outputs)
    assert (done.returncode, done.stderr) == (2, "footprint: cannot write /dev/full: No space left on device\n")
    text = (tmp_path / "one.json").read_text()
    assert done.stdout == text * 3


def test_a_job_summary_that_cannot_be_written_is_as_it_was(shop: Path, static: tuple[str, ...], tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    for old in ("before\n", "long\n" * 100):
        summary.write_text(old)
        check = ("check", str(shop), "--static", *static[1:])
        done = on_a_full_disk(*check, GITHUB_STEP_SUMMARY=str(summary))
        assert f"cannot write the job summary {summary}: File too large" in done.stderr
        assert summary.read_text() == old
    done = footprint(*check, env={"GITHUB_STEP_SUMMARY": "/not/there"})
    assert "cannot write the job summary /not/there: " in done.stderr and done.returncode != 2


def test_what_a_start_puts_in_the_place_is_not_written_through(shop: Path, tmp_path: Path) -> None:
    """A link that the application makes while it is measured leads nowhere."""
    victim = plant(tmp_path / "victim")
    before = look(victim)
    (shop / "out").mkdir()
    (shop / "requirements.txt").write_text("")
    (shop / "main.py").write_text(
        "import os\nos.symlink(os.environ['VICTIM'] + '/kept.txt', 'report.json')\nos.rmdir('out')\n"
        "os.symlink(os.environ['VICTIM'], 'out')\nos.rename('pyproject.toml', 'old.toml')\n"
        "os.symlink(os.environ['VICTIM'] + '/kept.txt', 'pyproject.toml')\n"
    )
    entry = ("--python", sys.executable, "--entry", "main.py", "--set", f"VICTIM={victim}")
    outputs = ("-o", f"json:{shop / 'report.json'}", "-o", f"json:{shop / 'out/r.json'}")
    done = footprint("audit", shop, *entry, *outputs, "-f", "json")
    assert done.returncode == 2 and "by now" in done.stderr and "is not the folder that it was" in done.stderr
    assert json.loads(done.stdout)["entries"]
    assert look(victim) == before
