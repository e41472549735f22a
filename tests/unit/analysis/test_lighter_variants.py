"""When a lighter form of what is installed is offered, what it frees, and what to write; above all when not."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from footprint.analysis.suggest.lighter_variant import suggest_lighter_variants
from footprint.analysis.suggest.suggestion_context import SuggestionContext
from footprint.audit.run import run_audit
from footprint.collect.project_words import find_words
from footprint.config.options import Options
from footprint.knowledge.tables import read_variants
from footprint.model.audit import Audit, DistributionRow, Suggestion, Usage
from tests.support.builders import declared_at, distribution
from tests.support.machine import install
from tests.support.projects import make_env_of, write

VARIANTS, GPU = read_variants()
CPU = "https://download.pytorch.org/whl/cpu"


def suggest(*rows: DistributionRow) -> list[Suggestion]:
    context = SuggestionContext(
        rows=rows,
        startup_uses={},
        module_names={},
        borrowed=frozenset(),
        predict=lambda sites: None,
        predict_removal=lambda names: None,
        variants=VARIANTS,
    )
    return list(suggest_lighter_variants(context))


CLOSURE = ("nvidia-cublas-cu12", "nvidia-nccl-cu12", "sympy", "torch", "triton")
NVIDIA: dict[str, Any] = {"usage": Usage.TRANSITIVE, "required_by": ("torch",)}
TORCH = distribution(
    "torch", Usage.LAZY, version="2.13.0", closure=CLOSURE, declared=(declared_at("torch", line=4),), apparent_bytes=7
)
BLAS = distribution("nvidia-cublas-cu12", **NVIDIA, apparent_bytes=500, outside_bytes=11)
NCCL = distribution("nvidia-nccl-cu12", **NVIDIA, apparent_bytes=200)
TRITON = distribution("triton", **(NVIDIA | {"required_by": ("torch", "nvidia-nccl-cu12")}), apparent_bytes=30)
SYMPY = distribution("sympy", **NVIDIA, apparent_bytes=9)
WHEELS = (BLAS, NCCL, TRITON, SYMPY)


def changed(row: DistributionRow, **changes: Any) -> DistributionRow:
    return replace(row, **changes)


# rows, what cannot be used, its bytes; None: nothing is offered
CASES: dict[str, tuple[tuple[DistributionRow, ...], tuple[str, ...] | None, int | None]] = {
    "torch with its libraries": ((TORCH, *WHEELS), (BLAS.name, NCCL.name, TRITON.name), 741),
    "one of them is required by another": (
        (TORCH, BLAS, changed(NCCL, required_by=("torch", "xgboost")), changed(TRITON, required_by=("torch",)), SYMPY),
        (BLAS.name, TRITON.name),
        541,
    ),
    "what hangs on one that stays, stays": (
        (TORCH, BLAS, NCCL, changed(TRITON, required_by=("other",)), SYMPY),
        (BLAS.name, NCCL.name),
        711,
    ),
    "one is not weighed": ((TORCH, changed(BLAS, apparent_bytes=None)), (BLAS.name,), None),
    "only a requirement of another": ((changed(TORCH, declared=(), usage=Usage.TRANSITIVE), BLAS), (BLAS.name,), 511),
    "noop: the project uses it itself": ((TORCH, changed(BLAS, usage=Usage.STARTUP)), None, None),
    "noop: built for processors": ((changed(TORCH, version="2.13.0+cpu"), SYMPY), None, None),
    "noop: unused, and goes anyway": ((changed(TORCH, usage=Usage.UNUSED), *WHEELS), None, None),
    "noop: not installed": ((changed(TORCH, version=None), *WHEELS), None, None),
    "noop: another's libraries": ((changed(TORCH, closure=("sympy", "torch")), *WHEELS), None, None),
    "the same without windows": ((distribution("opencv-python", Usage.STARTUP),), ("opencv-python",), None),
    "noop: the other is there, too": (
        (distribution("opencv-python", Usage.STARTUP), distribution("opencv-python-headless", Usage.STARTUP)),
        None,
        None,
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_what_is_offered(case: str) -> None:
    rows, names, disk = CASES[case]
    found = suggest(*rows)
    assert [(each.distributions, each.disk_bytes) for each in found] == ([] if names is None else [(names, disk)])
    assert all(each.confidence == "likely" and each.rss_bytes is None for each in found)


UV = (
    'uv: [tool.uv.sources] torch = { index = "pytorch-cpu" }',
    f'uv: [[tool.uv.index]] name = "pytorch-cpu", url = "{CPU}", explicit = true',
    f'Poetry: [[tool.poetry.source]] name = "pytorch-cpu", url = "{CPU}", priority = "explicit"',
    'Poetry: torch = { version = "2.13.0", source = "pytorch-cpu" }',
)
PIP = (f"pip: --extra-index-url {CPU}", "pip: torch==2.13.0+cpu")
# changes of torch, of a library; what to write
STEPS: dict[str, tuple[dict[str, Any], dict[str, Any], tuple[str, ...]]] = {
    "requirements.txt": ({}, {}, PIP),
    "of a CUDA build": ({"version": "2.13.0+cu124"}, {}, PIP),
    "declared nowhere": ({"declared": (), "usage": Usage.TRANSITIVE}, {}, PIP),
    "pyproject.toml": ({"declared": (declared_at("torch", file="api/pyproject.toml"),)}, {}, UV),
    "both": (
        {"declared": (declared_at("torch", file="pyproject.toml"), declared_at("torch", file="requirements.txt"))},
        {},
        (*PIP, *UV),
    ),
    "a frozen file": (
        {},
        {"declared": (declared_at("nvidia-cublas-cu12==1", line=9),)},
        (*PIP, "remove requirements.txt:9"),
    ),
}


@pytest.mark.parametrize("case", STEPS)
def test_what_to_write(case: str) -> None:
    torch, library, steps = STEPS[case]
    (found,) = suggest(changed(TORCH, **torch), changed(BLAS, **library))
    assert found.steps == steps


def test_a_swap_names_the_release_and_a_rewrite_none() -> None:
    (swap,) = suggest(distribution("opencv-python", Usage.STARTUP, version="4.13.0"))
    assert swap.steps == ("opencv-python-headless==4.13.0",)
    (rewrite,) = suggest(distribution("google-generativeai", Usage.STARTUP))
    assert (rewrite.steps, rewrite.effort) == ((), "high")


# The project decides


def audit_of(tmp_path: Path, heavy: Mapping[str, str], files: Mapping[str, str]) -> Audit:
    """Audit a project that imports the first of `heavy`: names with what they require."""
    site = make_env_of(tmp_path / ".venv", "")
    for name, needs in heavy.items():
        metadata = "".join(f"Requires-Dist: {need}\n" for need in needs.split())
        install(site, name, {f"{name.replace('-', '_')}/__init__.py": b"x" * 100}, metadata=metadata)
    first = next(iter(heavy))
    write(tmp_path, {"requirements.txt": f"{first}\n", "app.py": f"import {first.replace('-', '_')}\n", **files})
    options = Options.of(project=tmp_path, python=tmp_path / ".venv/bin/python", probe=False)
    return run_audit(options)


TORCHES = {"torch": "nvidia-nccl-cu12", "nvidia-nccl-cu12": ""}
CODE = "import torch\ndevice = 'cuda'\n"
ASKS = "import torch\ndevice = 'cuda' if torch.cuda.is_available() else 'cpu'\n"
CHROMA = {"chromadb": "", "onnxruntime": ""}
OPENCV = {"opencv-python": ""}
# what is installed, files, is it offered
PROJECTS: dict[str, tuple[Mapping[str, str], Mapping[str, str], bool]] = {
    "no deploy file": (TORCHES, {}, True),
    "a deploy file without a GPU": (TORCHES, {"compose.yaml": "services:\n  web:\n    mem_limit: 512m\n"}, True),
    "code that asks first": (TORCHES, {"app.py": ASKS}, True),
    "a GPU in a comment": (TORCHES, {"compose.yaml": "services:\n  # gpus: all\n  web: {}\n"}, True),
    "a GPU in the documentation": (TORCHES, {"README.md": "docker run --gpus all\n"}, True),
    "only tests use one": (TORCHES, {"tests/test_x.py": CODE}, True),
    "noop: code that wants one": (TORCHES, {"app.py": CODE}, False),
    "noop: compose": (TORCHES, {"compose.yaml": "services:\n  web:\n    gpus: all\n"}, False),
    "noop: compose, reserved": (
        TORCHES,
        {"compose.yaml": "services:\n  w:\n    deploy:\n      resources:\n        reservations:\n"
         "          devices:\n            - driver: nvidia\n"},
        False,
    ),
    "noop: Kubernetes": (TORCHES, {"k8s/web.yaml": "resources:\n  limits:\n    nvidia.com/gpu: 1\n"}, False),
    "noop: a base image": (TORCHES, {"Dockerfile": "FROM nvidia/cuda:12.4.0-base\n"}, False),
    "noop: fly": (TORCHES, {"fly.toml": "[[vm]]\ngpu_kind = \"a10\"\n"}, False),
    "noop: a script": (TORCHES, {"run.sh": "docker run --gpus all image\n"}, False),
    "noop: built without": ({"torch": ""}, {}, False),
    "a library without windows": (OPENCV, {"app.py": "import cv2\ncv2.imread('x')\n"}, True),
    "noop: it opens one": (OPENCV, {"app.py": "import cv2\ncv2.imshow('x', y)\n"}, False),
    "a client": (CHROMA, {"app.py": "import chromadb\ndb = chromadb.HttpClient()\n"}, True),
    "noop: the database is in it": (
        CHROMA,
        {"app.py": "import chromadb\nchromadb.HttpClient()\nchromadb.PersistentClient()\n"},
        False,
    ),
    "noop: nothing is known of its use": (CHROMA, {"app.py": "import chromadb\n"}, False),
}  # fmt: skip


@pytest.mark.parametrize("case", PROJECTS)
def test_the_project_decides(case: str, tmp_path: Path) -> None:
    heavy, files, is_offered = PROJECTS[case]
    if "opencv-python" in heavy:
        files = {"requirements.txt": "opencv-python\n", **files}
    found = [each for each in audit_of(tmp_path, heavy, files).suggestions if each.action == "replace"]
    assert bool(found) == is_offered
    if found and "torch" in heavy:
        site = next((tmp_path / ".venv").glob("lib/*/site-packages"))
        folders = [*site.glob("nvidia_nccl_cu12*")]
        whole = {path for folder in folders for path in (folder, *folder.rglob("*"))}
        assert found[0].disk_bytes == sum(path.stat().st_size for path in whole)


WORDS = {
    "as a word": ("a = imshow(1)\n", True),
    "as an attribute": ("x\ncv2.imshow\n", True),
    "before a comment": ("imshow(1)  # y\n", True),
    "noop: part of another": ("nimshow imshows\n", False),
    "noop: a comment": ("  # imshow\n", False),
}


@pytest.mark.parametrize("case", WORDS)
def test_whether_a_word_stands_there(case: str, tmp_path: Path) -> None:
    text, there = WORDS[case]
    write(tmp_path, {"a.py": text, "b.md": "imshow"})
    assert find_words(tmp_path, ["b.md", "a.py", "missing.py"], {"imshow", "other"}) == ({"imshow"} if there else set())
