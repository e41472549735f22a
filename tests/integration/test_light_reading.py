"""Functions that nothing calls stay unread by `imports` and `check --static`: what is called is known all the same."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import footprint, undated
from tests.support.projects import write

CHAIN = {
    "app.py": "from first import make\n\nmake()\n",
    # Three files in which the function that is called says nothing of imports.
    "first.py": "import second\n\n\ndef make():\n    second.Maker().run()\n\n\ndef idle():\n    second.never()\n",
    "second.py": (
        "from third import go\n\n\nclass Maker:\n    def __init__(self):\n        go()\n\n"
        "    def run(self):\n        pass\n\n\ndef never():\n    late()\n\n\ndef late():\n    import boto3\n"
    ),
    "third.py": "def go():\n    return load()\n\n\ndef load():\n    import redis\n",
}
# Only another process runs the task, until something of the application calls it.
TASKS = {
    "app.py": "import tasks\nimport views\n",
    "tasks.py": "from celery import shared_task\n\n\n@shared_task\ndef send():\n    import redis\n",
    "views.py": "from tasks import send\n\n\ndef show():\n    send()\n",
}


# Of a few files each is read in full.
MORE = {f"more/m{number}.py": "def f():\n    g()\n" for number in range(20)}


def _project(folder: Path, files: dict[str, str]) -> Path:
    app = "".join(f"import {path.removesuffix('.py').replace('/', '.')}\n" for path in MORE)
    return write(folder, {**files, **MORE, "app.py": files["app.py"] + app})


def _imports(project: Path, kept: Path) -> list[dict[str, Any]]:
    done = footprint(
        "imports", project, "--no-env", "--entry", "app", "--format", "json", env={"FOOTPRINT_CACHE": str(kept)}
    )
    found: list[dict[str, Any]] = json.loads(done.stdout)["imports"]
    return found


def test_calls_are_followed_through_functions_that_were_left_out(tmp_path: Path) -> None:
    project = _project(tmp_path / "project", CHAIN)
    found = _imports(project, tmp_path / "kept")
    assert [(each["module"], each["status"]) for each in found] == [("boto3", "lazy"), ("redis", "startup")]
    assert _imports(project, tmp_path / "kept") == found


@pytest.mark.parametrize("files", [CHAIN, TASKS], ids=["chain", "tasks"])
def test_what_was_read_lightly_is_not_taken_for_the_whole(files: dict[str, str], tmp_path: Path) -> None:
    project = _project(tmp_path / "project", {**files, "requirements.txt": "redis\nboto3\ncelery\n"})
    audit = ("audit", project, "--no-env", "--no-probe", "--entry", "app", "--format", "json")
    first = footprint(*audit, env={"FOOTPRINT_CACHE": str(tmp_path / "fresh")})
    before = _imports(project, tmp_path / "kept")
    then = footprint(*audit, env={"FOOTPRINT_CACHE": str(tmp_path / "kept")})
    assert undated(json.loads(then.stdout)) == undated(json.loads(first.stdout))
    assert _imports(project, tmp_path / "kept") == before
