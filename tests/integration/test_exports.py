"""Exports of real starts: held against what CPython prints itself, and against what the readers accept."""

import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
from dataclasses import replace
from pathlib import Path

import jsonschema
import pytest

from footprint.report.start import importtime
from footprint.report.start.start_tree import StartTree
from tests.support.command import footprint
from tests.support.installer import kept, require_pinned, uv
from tests.support.machine import need, on_interpreters
from tests.support.probing import entry, probe, whole
from tests.support.projects import make_shop, write
from tests.unit.report.test_exports import read_importtime, weights, widths

PYTHONS = on_interpreters()
PROJECT = {
    "main.py": "import json.tool\nfrom pkg import sub\ntry:\n    import nowhere\nexcept ImportError:\n    pass\n",
    "pkg/__init__.py": "import decimal",
    "pkg/sub.py": "from . import other\nimport csv, colorsys",
    "pkg/other.py": "from .deep import x",
    "pkg/deep.py": "import sched\nx = 1",
}


@pytest.mark.parametrize("python", PYTHONS)
def test_the_text_is_structured_as_cpython_prints_it(python: Path, tmp_path: Path) -> None:
    write(tmp_path, dict(PROJECT))
    run = whole(probe(python, tmp_path, entry("main")))
    after_hooks = tuple(cost for cost in run.costs if cost.stage != "interpreter")  # this machine may have some
    start = StartTree("web", "main", replace(run, costs=after_hooks), {}, {})
    ours = [line[:2] for line in read_importtime(importtime.render(start))]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    command = [str(python), "-X", "importtime", "-c", "import main"]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True)
    theirs = [line[:2] for line in read_importtime(done.stderr)]
    before = max(place for place, (depth, _) in enumerate(theirs[:-1]) if depth == 0)
    assert ours == [line for line in theirs[before + 1 :] if line[1] not in run.preloaded]
    names = [name for _, name in ours]
    wanted = ["sched", "pkg.deep", "pkg.other", "csv", "colorsys", "pkg.sub", "nowhere", "main"]
    assert [name for name in names if name in wanted] == wanted
    assert (4, "sched") in ours


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with two entries; the second fails half-way."""
    project = make_shop(tmp_path_factory.mktemp("shop"))
    return write(project, {"broken.py": "import light\nimport nowhere\n"})


def test_every_format_of_one_entry(shop: Path, tmp_path: Path) -> None:
    names = ("json", "speedscope", "folded", "folded-time", "importtime")
    outputs = [argument for name in names for argument in ("-o", f"{name}:{tmp_path / name}")]
    done = footprint("probe", shop, "--entry", "app", "--tree", *outputs)
    assert done.returncode == 0, done.stderr
    assert re.search(r"(?m)^ +\d+\.\d +8\.\d +\d+ +heavy \[heavy\]$", done.stdout)
    document = json.loads((tmp_path / "speedscope").read_text())
    memory, time = document["profiles"]
    (heavy,) = [number for number, frame in enumerate(document["shared"]["frames"]) if frame["name"] == "heavy"]
    assert document["shared"]["frames"][heavy]["file"] == "heavy/__init__.py"
    opened = [event["frame"] for event in memory["events"] if event["type"] == "O"]
    assert widths(memory)[opened.index(heavy)] >= 8 << 20
    folded = {tuple(stack): weight for stack, weight in weights((tmp_path / "folded").read_text())}
    assert folded["<entry>", "app", "heavy"] >= 8 << 20
    assert sum(folded.values()) == memory["endValue"]
    assert sum(weight for _, weight in weights((tmp_path / "folded-time").read_text())) == time["endValue"]
    assert [line[:2] for line in read_importtime((tmp_path / "importtime").read_text())][-2:] == [
        (0, "app"),
        (0, "light"),
    ]
    (values,) = json.loads((tmp_path / "json").read_text())
    readings = [stage["rss_bytes"] for stage in values["stages"].values() if stage]
    grown = readings[-1] - readings[0]
    if "given back" in memory["name"]:
        assert memory["endValue"] > grown
    else:
        assert memory["endValue"] == grown
    assert not any(str(shop) in (tmp_path / name).read_text() for name in names[1:])


def test_several_entries_fill_one_speedscope_file(shop: Path) -> None:
    done = footprint("probe", shop, "--entry", "app", "--entry", "broken", "-f", "speedscope")
    assert done.returncode == 3
    document = json.loads(done.stdout)
    names = [profile["name"].partition(" (")[0] for profile in document["profiles"]]
    assert names == ["app: RSS", "app: time", "broken: RSS", "broken: time"]
    for profile in document["profiles"]:
        widths(profile)


def test_nothing_measured_is_no_empty_file(shop: Path) -> None:
    done = footprint("probe", shop, "--entry", "app", "--set", "PYTHONHOME=/nowhere", "-f", "speedscope")
    assert (done.returncode, done.stdout) == (3, "")
    assert "nothing to export: " in done.stderr


# What the readers of these formats accept


@pytest.fixture(scope="module")
def exported(shop: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a start in every format."""
    folder = tmp_path_factory.mktemp("exported")
    outputs = [argument for name in ("speedscope", "importtime") for argument in ("-o", f"{name}:{folder / name}")]
    assert footprint("probe", shop, "--entry", "app", *outputs).returncode == 0
    return folder


@pytest.mark.network
def test_speedscope_publishes_a_schema_that_the_file_keeps(exported: Path, tmp_path: Path) -> None:
    npm = shutil.which("npm")
    need(npm, "npm, which fetches the schema that speedscope publishes")
    assert npm is not None
    done = subprocess.run(
        [npm, "pack", "--silent", "speedscope@1.25.0"], cwd=tmp_path, capture_output=True, check=False
    )
    need(done.returncode == 0, "the package index of npm")
    with tarfile.open(tmp_path / "speedscope-1.25.0.tgz") as archive:
        file = archive.extractfile("package/dist/release/file-format-schema.json")
        assert file is not None
        schema = json.loads(file.read())
    document = json.loads((exported / "speedscope").read_text())
    keeps = jsonschema.Draft7Validator(schema).is_valid
    assert keeps(document)
    del document["profiles"][0]["endValue"]
    assert not keeps(document), "the check accepts anything"


@pytest.mark.network
def test_tuna_and_importtime_waterfall_read_the_text(exported: Path) -> None:
    def fill(folder: Path) -> None:
        uv("pip", "install", "--quiet", "--target", folder, "tuna", "importtime-waterfall")
        require_pinned(folder)

    code = """
import json, subprocess, sys
from tuna._import_profile import read_import_profile
import importtime_waterfall
tree = read_import_profile(sys.argv[1])
print(json.dumps([child["text"][0] for child in tree["children"]]))
done = subprocess.CompletedProcess((), 0, stderr=open(sys.argv[1]).read())
importtime_waterfall.best_of = lambda module: done
sys.argv[1:] = ["app", "--include-interpreter-startup"]
importtime_waterfall.main()
"""
    command = [sys.executable, "-c", code, str(exported / "importtime")]
    environment = {**os.environ, "PYTHONPATH": str(kept("readers", fill))}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    tuna, *waterfall = done.stdout.splitlines()
    assert sorted(json.loads(tuna)) == ["app", "light"]
    assert [line.partition(" (")[0] for line in waterfall] == ["app", "  heavy", "light"]
    assert "Didn't recognize" not in done.stderr
