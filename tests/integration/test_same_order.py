"""One start, read twice, gives one document: no order in it is that of a set, which every process orders anew."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.support.command import plain_environment
from tests.support.machine import install
from tests.support.projects import make_env, site_of, write

ROOT = Path(__file__).parents[2]
HEAVY = [f"heavy{number}" for number in range(4)]
USES = "".join(f"import {name}\nimport {name}.part\n" for name in HEAVY)
MODULE = f"{USES}\n\ndef work():\n    return {', '.join(f'{name}.part.KEPT' for name in HEAVY)}\n"


def _ask(record: Path, seed: int, *words: str) -> Any:
    """Return the document of one command whose sets are ordered by `seed`."""
    command = [sys.executable, "-m", "tests.support.replayed", str(record), *words]
    env = plain_environment(PYTHONHASHSEED=str(seed), FOOTPRINT_NO_CACHE="1")
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    found = json.loads(done.stdout)
    found.pop("measured", None)
    return found


@pytest.mark.parametrize("command", ["audit", "check"])
def test_the_order_of_sets_is_in_no_document(command: str, tmp_path: Path) -> None:
    files = {f"app/m{number}.py": MODULE for number in range(3)}
    main = "".join(f"import app.m{number}\n" for number in range(3))
    project = write(tmp_path / "project", {"requirements.txt": "\n".join(HEAVY), "main.py": main, **files})
    env = make_env(tmp_path / "env")
    for name in HEAVY:
        part = b"from shared import parts\nKEPT = bytes(range(256)) * (6 << 12)\n"
        install(site_of(env), name, {f"{name}/__init__.py": b"import shared\n", f"{name}/part.py": part})
    install(
        site_of(env), "shared", {"shared/__init__.py": b"", "shared/parts.py": b"KEPT = bytes(range(256)) * 9000\n"}
    )
    words = (command, str(project), "--env", str(env), "--entry", "main", "-f", "json")
    first, *others = (_ask(tmp_path / "record", seed, *words) for seed in (1, 2, 3))
    assert command == "check" or len(first["what_if"]["choices"]) == len(HEAVY)
    assert others == [first, first]
