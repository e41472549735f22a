"""Six real applications read as one fleet: the same audits as one by one. Run by `make test-real`."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.real.cases import load_applications
from tests.real.environments import provide
from tests.support.command import answer, footprint, undated

pytestmark = pytest.mark.real

APPLICATIONS = load_applications()[:6]


def lines_of(folder: Path, *words: str) -> dict[str, dict[str, Any]]:
    tables = []
    for app in APPLICATIONS:
        place = provide(app)
        entry = f"entry = {json.dumps(list(app.entries))}\n" if app.entries else ""
        tables.append(f'[[project]]\nname = "{app.name}"\npath = "{place.source}"\nenv = "{place.venv}"\n{entry}')
    (folder / "repos.toml").write_text("\n".join(tables))
    done = footprint("fleet", folder / "repos.toml", "-f", "jsonl", *words)
    assert done.returncode == 0, done.stderr
    return {line["project"]: line for line in map(json.loads, done.stdout.splitlines())}


def test_six_applications_are_read_as_they_are_one_by_one(tmp_path: Path) -> None:
    found = lines_of(tmp_path, "--no-probe")
    assert sorted(found) == sorted(app.name for app in APPLICATIONS)
    for app in APPLICATIONS:
        place = provide(app)
        words = [word for entry in app.entries for word in ("--entry", entry)]
        alone = answer("audit", "--no-probe", place.source, "--env", place.venv, *words)
        assert undated(found[app.name]["audit"]) == undated(alone), app.name
