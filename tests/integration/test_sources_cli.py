"""Notebooks, scripts without suffix and ignored files, through the command."""

import json
from pathlib import Path

import pytest

from tests.support.command import audit_json, codes_of, footprint, rows_of
from tests.support.projects import make_env_of, write

NAMES = ("web", "plots", "jobs", "wire", "draft", "idle", "helper")
CELLS = ["%pip install idle\n", "import plots\n", "def f(:\n"]


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    notebook = {
        "cells": [
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": CELLS[:2]},
            {"cell_type": "code", "metadata": {}, "outputs": [], "source": CELLS[2:]},
        ],
        "metadata": {"kernelspec": {"language": "python"}},
        "nbformat": 4,
    }
    folder = write(
        tmp_path_factory.mktemp("sources") / "shop",
        {
            "requirements.txt": "".join(f"{name}==1.0\n" for name in NAMES if name != "helper"),
            "app.py": "import web\nimport shop_pb2\n",
            "shop_pb2.py": "import wire\n",
            "scratch/try.py": "# /// script\n# dependencies = ['helper']\n# ///\nimport draft\n",
            "bin/worker": "#!/usr/bin/env python3\nimport jobs\n",
            "analysis.ipynb": json.dumps(notebook, indent=1),
            ".gitignore": "*_pb2.py\nscratch/\n",
        },
    )
    make_env_of(folder / ".venv", " ".join(NAMES))
    return folder


def test_each_import_counts_where_it_stands(shop: Path) -> None:
    audit = audit_json(shop, "--no-probe", "--entry", "app")
    rows = rows_of(audit)
    found = {name: (rows[name]["usage"], rows[name]["confidence"]) for name in NAMES}
    assert found == {
        "web": ("startup", "certain"),
        "wire": ("startup", "certain"),  # by a generated module that git ignores
        "plots": ("unreached", "cannot tell"),  # notebooks and scripts can be run by themselves
        "jobs": ("unreached", "cannot tell"),
        "draft": ("unused", "likely"),  # only in a file that git ignores
        "idle": ("unused", "likely"),  # `%pip install` in a notebook is no use
        "helper": ("orphan", "certain"),  # declared only by a script that git ignores
    }
    (evidence,) = rows["plots"]["evidence"]
    line = (shop / "analysis.ipynb").read_text().split("\n")[evidence["line"] - 1]
    assert (evidence["path"], line.strip()) == ("analysis.ipynb", r'"import plots\n"')
    assert {"gitignored", "syntax-error"} <= codes_of(audit)
    (ignored,) = (note["message"] for note in audit["notes"] if note["code"] == "gitignored")
    assert ignored.startswith("1 Python file left out because git ignores them: scratch/try.py")
    (broken,) = (note for note in audit["notes"] if note["code"] == "syntax-error")
    assert broken["message"].startswith("cell 2, line 1: ")


def test_ignored_files_are_read_on_demand(shop: Path, tmp_path: Path) -> None:
    rows = rows_of(audit_json(shop, "--no-probe", "--entry", "app", "--no-gitignore"))
    assert (rows["draft"]["usage"], rows["helper"]["usage"]) == ("unreached", "unused")
    assert rows_of(audit_json(shop, "--no-probe", "--entry", "scratch/try.py"))["draft"]["usage"] == "startup"


def test_script_without_suffix_is_an_entry(shop: Path) -> None:
    for entry in ("bin/worker", "./bin/worker"):
        assert rows_of(audit_json(shop, "--entry", entry))["jobs"]["usage"] == "startup"


def test_imports_lists_them_all(shop: Path) -> None:
    done = footprint("imports", shop, "--no-gitignore", "-f", "json")
    assert done.returncode == 0, done.stderr
    found = {use["path"] for use in json.loads(done.stdout)["imports"]}
    assert found == {"analysis.ipynb", "app.py", "bin/worker", "scratch/try.py", "shop_pb2.py"}
