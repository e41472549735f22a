"""The example, trimmed and deferred in a copy, then really installed anew: it weighs and takes what was promised.

The new environment comes from wheels packed out of the one that is there: no index is asked, versions are the same.
"""

import shutil
import zipfile
from pathlib import Path

import pytest

from footprint.audit.target import open_target
from footprint.collect.disk.contents import weigh_contents
from footprint.config.options import TargetOptions
from footprint.files.page_cache import forget_pages
from tests.support.command import EXAMPLE, EXAMPLE_ENV, answer
from tests.support.installer import make_filled
from tests.support.machine import need
from tests.support.projects import site_of

MIB = 1 << 20


def pack(env: Path, folder: Path, names: set[str]) -> Path:
    """Return a folder with a wheel of each of these distributions of an environment, without bytecode and scripts."""
    folder.mkdir()
    for info in site_of(env).glob("*.dist-info"):
        name, version = info.name.removesuffix(".dist-info").rsplit("-", 1)
        if name.lower().replace("_", "-") not in names:
            continue
        lines = (info / "WHEEL").read_text().splitlines()
        tags = zip(*(line[5:].split("-") for line in lines if line.startswith("Tag: ")), strict=True)
        tag = "-".join(".".join(dict.fromkeys(part)) for part in tags)  # one of each part, as a wheel's name has them
        rows = [line.rpartition(",")[0].rpartition(",")[0] for line in (info / "RECORD").read_text().splitlines()]
        left = (
            f"{info.name}/INSTALLER",
            f"{info.name}/REQUESTED",
            f"{info.name}/RECORD",
            f"{info.name}/direct_url.json",
        )
        made = info / "entry_points.txt"  # of the scripts that pip makes
        there = {
            path: _packed(path, f"{name}-{version}.data", made.read_text() if made.exists() else "")
            for path in (row.strip('"') for row in rows)
            if not path.endswith(".pyc") and path not in left
        }
        with zipfile.ZipFile(folder / f"{name}-{version}-{tag}.whl", "w") as wheel:
            for path, packed in there.items():
                if packed.startswith(f"{name}-{version}.data/scripts/"):
                    _, _, rest = (info.parent / path).read_bytes().partition(b"\n")
                    wheel.writestr(packed, b"#!python\n" + rest)
                elif packed:
                    wheel.write(info.parent / path, packed)
            names_in = [*filter(None, there.values()), f"{info.name}/RECORD"]
            wheel.writestr(f"{info.name}/RECORD", "".join(f"{path},,\n" for path in names_in))
    return folder


def _packed(path: str, data: str, entry_points: str) -> str:
    """Return where a recorded file lies in a wheel; empty for a script that an installer makes of an entry point."""
    outside = path.removeprefix("../../../")
    if outside == path:
        return path
    if not outside.startswith("bin/"):
        return f"{data}/data/{outside}"
    script = outside.removeprefix("bin/")
    return "" if f"{script} =" in entry_points or f"{script}=" in entry_points else f"{data}/scripts/{script}"


def contents(project: Path, env: Path) -> dict[str, int]:
    target = open_target(TargetOptions(project=project, env=env), starts=False)
    found = weigh_contents(target.interpreter.prefix, target.interpreter.site_dirs, target.there)
    return {name: weight for name, weight in found.items() if name not in ("pip", "setuptools")}


@pytest.mark.slow_check
def test_a_new_environment_has_and_takes_what_was_promised(tmp_path: Path, port: int) -> None:
    need((EXAMPLE_ENV / "bin/python").exists(), "the example's environment: run `make demo` first")
    project = tmp_path / "example"
    shutil.copytree(EXAMPLE, project, ignore=shutil.ignore_patterns(".venv", "__pycache__"))
    given = ("--env", EXAMPLE_ENV, "--write", "--force")
    trimmed, deferred = answer("trim", project, *given), answer("defer", project, *given)
    gone = {name for each in trimmed["removals"] for name in each["distributions"]}
    assert gone and deferred["deferrals"]
    before = contents(project, EXAMPLE_ENV)
    wheels = pack(EXAMPLE_ENV, tmp_path / "wheels", before.keys() - gone)
    env = make_filled(tmp_path / "env", wheels, "-r", project / "requirements.txt")
    after = contents(project, env)
    development = before.keys() - gone - after.keys()  # what only the groups for development hold
    assert after == {name: weight for name, weight in before.items() if name not in gone | development}
    forget_pages(env)
    asked = ["/health", "/export.xlsx?question=salt&count=2", 'POST /search {"text": "rings of Saturn"}']
    live = ("--live", "--set", f"PORT={port}", *(word for each in asked for word in ("--request", each)))
    audit = answer("audit", project, "--env", env, *live)
    assert [note for note in audit["notes"] if note["code"] == "live-request-failed"] == []
    (entry,), (start,) = audit["entries"], deferred["trial"]["starts"]
    assert entry["live_failure"] is None and len(entry["live"]["requests"]) == len(asked)
    assert abs(entry["stages"]["ready"]["rss_bytes"] - start["rss_after_bytes"]) < MIB
