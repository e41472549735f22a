"""Lazy imports between which a deployed variable chooses, really run: only those of its value count."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.support.command import audit_json
from tests.support.machine import install
from tests.support.projects import make_env, site_of, write

MIB = 1 << 20
CODE = """\
import os
PROVIDER = os.getenv("PROVIDER", "alpha")

def client():
    if PROVIDER == "alpha":
        import alpha
        return alpha
    import beta
    return beta

app = object()
"""
ONE = {"Procfile": "web: uvicorn main:app\n"}
IMAGE = 'FROM python:3\nENV PROVIDER={}\nCMD ["uvicorn", "main:app"]\n'
COMPOSE = "services:\n  web:\n    build: .\n    command: uvicorn main:app\n    {}\n"
# Files and options, and the lazy imports that count.
CASES: Mapping[str, tuple[Mapping[str, str], tuple[str, ...], set[str]]] = {
    "render.yaml": (
        {"render.yaml": "services:\n  - type: web\n    startCommand: uvicorn main:app\n    envVars:\n"
         "      - key: PROVIDER\n        value: beta\n"}, (), {"beta"},
    ),
    "an image": ({"Dockerfile": IMAGE.format("alpha")}, (), {"alpha"}),
    "compose": ({"compose.yaml": COMPOSE.format("environment:\n      PROVIDER: beta")}, (), {"beta"}),
    "an env file of compose": (
        {"compose.yaml": COMPOSE.format("env_file: .env"), ".env": "PROVIDER=beta\n"}, (), {"beta"}
    ),
    "compose over its image": (
        {"Dockerfile": IMAGE.format("alpha"), "compose.yaml": COMPOSE.format("environment: [PROVIDER=beta]")},
        ("--entry", "main:app"), {"alpha", "beta"},
    ),
    "fly.toml": (
        {"fly.toml": "[env]\nPROVIDER = 'beta'\n[processes]\nweb = 'uvicorn main:app'\n"}, (), {"beta"}
    ),
    "before the command": ({"Procfile": "web: PROVIDER=beta uvicorn main:app\n"}, (), {"beta"}),
    "of the command that starts what is given": (
        {"Dockerfile": IMAGE.format("alpha")}, ("--entry", "main:app"), {"alpha"}
    ),
    "given": (ONE, ("--set", "PROVIDER=alpha"), {"alpha"}),
    "given over what is stated": ({"Procfile": "web: PROVIDER=beta uvicorn main:app\n"}, ("--set", "PROVIDER=alpha"),
      {"alpha"}),
    "another value takes what is left": (ONE, ("--set", "PROVIDER=other"), {"beta"}),
    "set nowhere: added up": (ONE, (), {"alpha", "beta"}),
    "an env file of one machine says nothing of a host": ({**ONE, ".env": "PROVIDER=beta\n"}, (), {"alpha", "beta"}),
}  # fmt: skip


@pytest.fixture(scope="module")
def env(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = make_env(tmp_path_factory.mktemp("alternatives") / "env")
    for name, mib in (("alpha", 12), ("beta", 25), ("uvicorn", 0)):
        install(site_of(folder), name, {f"{name}.py": b"data = b'x' * (%d << 20)\n" % mib})
    return folder


@pytest.mark.parametrize("name", CASES)
def test_only_what_is_chosen_counts(name: str, env: Path, tmp_path: Path) -> None:
    files, options, expected = CASES[name]
    audit = audit_json(write(tmp_path, {"main.py": CODE, **files}), "--env", env, *options)
    entry = audit["entries"][0]
    assert {use["statement"].split()[1] for use in audit["first_uses"]} == expected
    stages = entry["stages"]
    grown = stages["first_use"]["rss_bytes"] - stages["import"]["rss_bytes"]
    whole = sum({"alpha": 12, "beta": 25}[each] for each in expected)
    assert whole - 0.5 < grown / MIB < whole + 1.5
    told = {note["code"]: note["message"] for note in audit["notes"]}
    if len(expected) == 1:
        (other,) = {"alpha", "beta"} - expected
        assert told["alternatives-chosen"].endswith(f"so lazy imports for other values of it are not counted: {other}")
    else:
        assert "PROVIDER chooses are added up" in told["alternatives-added"]


def test_services_of_one_command_choose_each_for_themselves(env: Path, tmp_path: Path) -> None:
    text = "services:\n" + "".join(
        f"  {name}:\n    build: .\n    command: uvicorn main:app\n    environment: [PROVIDER={name}]\n"
        for name in ("alpha", "beta")
    )
    audit = audit_json(write(tmp_path, {"main.py": CODE, "compose.yaml": text}), "--env", env)
    found = {(use["entry"], use["statement"].split()[1]) for use in audit["first_uses"]}
    assert found == {("alpha", "alpha"), ("beta", "beta")}
