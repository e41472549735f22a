"""What a trim and an audit promise of the disk, held against environments that pip really makes; without an index."""

import os
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.support.command import answer
from tests.support.installer import make_filled
from tests.support.projects import site_of, write
from tests.support.wheels import OFFLINE, make_wheel, make_wheels

CPU = "https://download.pytorch.org/whl/cpu"
# As `make_filled` does: where a uv is on the PATH it would fill the new environment, without pip and other bytecode.
_FOLDERS = (folder for folder in os.environ["PATH"].split(os.pathsep) if not Path(folder, "uv").exists())
WITHOUT_UV = {**OFFLINE, "PATH": os.pathsep.join(_FOLDERS)}
SCRIPTS = b"[console_scripts]\nlight = light:main\nlight-again = light:main\n"


def weigh(project: Path, env: Path) -> int:
    disk: dict[str, int] = answer("audit", project, "--env", env, "--no-probe", env=WITHOUT_UV)["disk"]
    return disk["site_apparent_bytes"] + disk["outside_bytes"]


def test_a_new_environment_weighs_what_was_promised(tmp_path: Path) -> None:
    """To the byte, with scripts and bytecode, where its path is as long; else in what the distributions brought."""
    wheels = make_wheels(tmp_path / "wheels")
    script = {"light-1.0.dist-info/entry_points.txt": SCRIPTS, "light.py": b"def main(): pass\n"}
    script |= {"light-1.0.data/scripts/tool.py": b"#!python\nprint(1)\n"}  # which pip compiles
    make_wheel(wheels, "light", script)
    files = {"requirements.txt": "heavy\nlight\nidle\nspare\n", "app.py": "import heavy, light\n"}
    project = write(tmp_path / "p", files)
    env = make_filled(tmp_path / "env-1", wheels, "-r", project / "requirements.txt")
    words = ("--env", env, "--entry", "app", "--write", "--force", "--install-check", "--find-links", wheels)
    promised = answer("trim", project, *words, env=WITHOUT_UV)
    assert {each["distribution"] for each in promised["removals"]} == {"idle", "spare"}
    check = promised["installed"]
    assert check["common_before_bytes"] == check["common_after_bytes"] > 0
    (entry,) = check["entries"]
    assert abs(entry["anon_after_bytes"] - entry["anon_before_bytes"]) < 1 << 19
    assert (project / "requirements.txt").read_text() == "heavy\nlight\n"
    fresh = make_filled(tmp_path / "env-2", wheels, "-r", project / "requirements.txt")
    assert weigh(project, fresh) == promised["environment_bytes"] - promised["disk_bytes"]


LIBRARIES = {
    "nvidia_cublas_cu12": {"nvidia/cublas/lib/libcublas.so.12": b"\0" * 70_001},
    "nvidia_nccl_cu12": {"nvidia/nccl/lib/libnccl.so.2": b"\0" * 30_003, "nvidia/nccl/__init__.py": b""},
    "triton": {"triton/__init__.py": b"x = 1\n"},
}


def weigh_by_hand(site: Path, names: Iterable[str]) -> int:
    """Return the bytes of what RECORD lists of distributions and of their folders, as they lie on the disk.

    As `du` counts; but a folder that several of them share, such as that of a namespace, is nobody's.
    """
    paths: set[Path] = set()
    owners: dict[Path, set[str]] = {}
    for name in names:
        (record,) = site.glob(f"{name}-*.dist-info/RECORD")
        for line in record.read_text().splitlines():
            path = Path(line.split(",")[0])
            paths.add(path)
            for folder in path.parents[:-1]:
                owners.setdefault(folder, set()).add(name)
    paths |= {folder for folder, mine in owners.items() if len(mine) == 1}
    return sum((site / path).stat().st_size for path in paths)


POETRY = '[tool.poetry]\nname = "x"\n[tool.poetry.dependencies]\npython = "^3.11"\ntorch = "1.0"\nidle = "1.0"\n'
PROJECT = '[project]\nname = "x"\nversion = "1"\ndependencies = ["torch==1.0", "idle==1.0"]\n'
BY_PIP = [f"pip: --extra-index-url {CPU}", "pip: torch==1.0+cpu"]
BY_TABLES = [
    'uv: [tool.uv.sources] torch = { index = "pytorch-cpu" }',
    f'uv: [[tool.uv.index]] name = "pytorch-cpu", url = "{CPU}", explicit = true',
    f'Poetry: [[tool.poetry.source]] name = "pytorch-cpu", url = "{CPU}", priority = "explicit"',
    'Poetry: torch = { version = "1.0", source = "pytorch-cpu" }',
]
DECLARED = {
    "pip": ({"requirements.txt": "torch==1.0\nidle==1.0\n"}, BY_PIP),
    "uv": ({"pyproject.toml": PROJECT}, BY_TABLES),
    "Poetry": ({"pyproject.toml": POETRY}, BY_TABLES),
}


@pytest.fixture(scope="module")
def cuda(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """Wheels of a stack with CUDA libraries, and an environment of them."""
    folder = tmp_path_factory.mktemp("cuda")
    wheels = folder / "wheels"
    for name, content in LIBRARIES.items():
        make_wheel(wheels, name, content)
    needs = "".join(f"Requires-Dist: {name.replace('_', '-')}\n" for name in LIBRARIES)
    make_wheel(wheels, "torch", {"torch/__init__.py": b"data = b'x' * (8 << 20)\n"}, needs)
    make_wheel(wheels, "idle", {"idle.py": b""})
    return wheels, make_filled(folder / "env", wheels, "torch", "idle")


@pytest.mark.parametrize("tool", DECLARED)
def test_cuda_wheels_that_nothing_can_use(tmp_path: Path, cuda: tuple[Path, Path], tool: str) -> None:
    """Their bytes to the byte, and what to write."""
    files, steps = DECLARED[tool]
    project = write(tmp_path / "p", {**files, "app.py": "import torch\n", "Dockerfile": "FROM python:3.11-slim\n"})
    found = answer("audit", project, "--env", cuda[1], "--no-probe", env=WITHOUT_UV)
    (lighter,) = [each for each in found["suggestions"] if each["action"] == "replace"]
    assert (lighter["distribution"], lighter["steps"]) == ("torch", steps)
    assert lighter["disk_bytes"] == weigh_by_hand(site_of(cuda[1]), LIBRARIES)


def test_the_rest_of_such_a_stack_is_installed_from_a_folder(tmp_path: Path, cuda: tuple[Path, Path]) -> None:
    wheels, env = cuda
    project = write(tmp_path / "p", {"requirements.txt": "torch==1.0\nidle==1.0\n", "app.py": "import torch\n"})
    words = ("--env", env, "--entry", "app", "--install-check", "--find-links", wheels)
    check = answer("trim", project, *words, env=WITHOUT_UV)["installed"]
    assert (check["came_back"], check["not_installed"], check["new"]) == ([], [], [])
    assert check["common_before_bytes"] == check["common_after_bytes"] > 100_000
    assert [each["failure"] for each in check["entries"]] == [None]
