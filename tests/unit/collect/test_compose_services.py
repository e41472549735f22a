"""Services as compose files start them: one row per way of saying it, also for what is none of ours."""

from pathlib import Path

import pytest

from footprint.collect.deploy.compose_services import find_projects, read_services
from footprint.errors import UsageError
from tests.support.projects import write

IMAGE = 'FROM python:3.12\nWORKDIR /app\nCOPY . .\nCMD ["uvicorn", "main:app"]\n'
STAGES = f"FROM python:3.12 AS dev\nCMD uvicorn main:app --reload\n{IMAGE.replace('FROM python:3.12', 'FROM dev')}"
HEAD = "services:\n  web:\n"
# files; what is told of the service `web`: folder, command, limit in MiB, variables
CASES = {
    "a command": ("    build: .\n    command: gunicorn main:app\n", ". gunicorn main:app - "),
    "the Dockerfile's": ("    build: ./api\n", "api uvicorn main:app - "),
    "another Dockerfile": ("    build: {context: api, dockerfile: two.Dockerfile}\n", "api python two.py - "),
    "a stage": ("    build: {context: stages, target: dev}\n", "stages uvicorn main:app --reload - "),
    "the last stage": ("    build: ./stages\n", "stages uvicorn main:app - "),
    "a mounted folder": (
        "    image: python:3.12\n    working_dir: /app\n    volumes: ['./api:/app']\n    command: python main.py\n",
        "api python main.py - "),
    "mem_limit": ("    build: api\n    mem_limit: 512m\n", "api uvicorn main:app 512 "),
    "the smaller of two limits": (
        "    build: api\n    mem_limit: 1g\n    deploy: {resources: {limits: {memory: 256m}}}\n",
        "api uvicorn main:app 256 "),
    "variables": ("    build: api\n    environment:\n      - A=1\n      - B=${HOME_MADE:-2}\n      - C=$$x\n",
                  "api uvicorn main:app - A=1 B=2 C=$x"),
    "variables of .env": ("    build: api\n    environment: {A: '${FROM_FILE}', B: '${FROM_FILE:+set}'}\n",
                          "api uvicorn main:app - A=file B=set"),
    "an env file below its own": ("    build: api\n    env_file: [one.env]\n    environment: {A: own}\n",
                                  "api uvicorn main:app - A=own ONE=1"),
    "extends": ("    extends: base\n    mem_limit: 64m\n  base:\n    build: api\n    mem_limit: 1g\n",
                "api uvicorn main:app 64 "),
    "extends of a file": ("    extends: {file: more/base.yaml, service: base}\n", "more/shop python shop.py - F=1"),
    "an anchor": ("    <<: &b {build: api}\n    mem_limit: 1g\n", "api uvicorn main:app 1024 "),
    "an image of others": ("    image: postgres:16\n    mem_limit: 1g\n",
                           "its image, postgres:16, is not made here 1024"),
    "no command anywhere": ("    build: empty\n", "neither it nor its Dockerfile states a command -"),
}  # fmt: skip
FILES = {
    ".env": "FROM_FILE=file\n",
    "one.env": "ONE=1\nA=env\n",
    "api/Dockerfile": IMAGE,
    "api/two.Dockerfile": "FROM python:3.12\nCOPY . .\nCMD python two.py\n",
    "stages/Dockerfile": STAGES,
    "empty/Dockerfile": "FROM python:3.12\n",
    "more/base.yaml": "services:\n  base:\n    build: shop\n    command: python shop.py\n    environment: {F: 1}\n",
    "more/shop/shop.py": "",
}


def told(folder: Path, *texts: str, name: str = "web") -> str:
    write(folder, {**FILES, **{f"compose{number}.yaml": text for number, text in enumerate(texts)}})
    plans = {plan.name: plan for plan in read_services([folder / f"compose{n}.yaml" for n in range(len(texts))])}
    plan = plans[name]
    limit = f"{plan.limit_bytes >> 20}" if plan.limit_bytes else "-"
    if plan.not_ours is not None:
        return f"{plan.not_ours} {limit}"
    variables = " ".join(f"{key}={value}" for key, value in sorted(plan.environment))
    return f"{plan.folder} {plan.command} {limit} {variables}"


@pytest.mark.parametrize("name", CASES)
def test_what_a_service_starts(name: str, tmp_path: Path) -> None:
    text, expected = CASES[name]
    assert told(tmp_path, HEAD + text) == expected


def test_a_later_file_lies_over_an_earlier_one(tmp_path: Path) -> None:
    first = f"{HEAD}    build: api\n    environment: {{A: 1, B: 1}}\n    mem_limit: 1g\n"
    second = f"{HEAD}    command: gunicorn main:app\n    environment: {{B: 2}}\n    mem_limit: 256m\n"
    assert told(tmp_path, first, second) == "api gunicorn main:app 256 A=1 B=2"


def test_profiles_are_taken_where_they_are_asked_for(tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": f"{HEAD}    build: .\n  tool:\n    image: x\n    profiles: [tools]\n"})
    names = [[plan.name for plan in read_services([tmp_path / "compose.yaml"], asked)] for asked in ((), ("tools",))]
    assert names == [["web"], ["web", "tool"]]


@pytest.mark.parametrize("text", ["", "a: 1\n", "services: [\n", "services:\n  - web\n"])
def test_what_is_no_compose_file(text: str, tmp_path: Path) -> None:
    write(tmp_path, {"compose.yaml": text})
    with pytest.raises(UsageError):
        list(read_services([tmp_path / "compose.yaml"]))


def test_the_folders_of_a_monorepo(tmp_path: Path) -> None:
    write(tmp_path, {"a/Procfile": "web: uvicorn main:app\n", "a/main.py": "", "b/Dockerfile": IMAGE, "b/main.py": "",
                     "c/code.py": "", "release.txt": ""})  # fmt: skip
    assert [(plan.name, plan.source) for plan in find_projects(tmp_path)] == [
        ("a", "a/Procfile:1"), ("b", "b/Dockerfile:4")]  # fmt: skip
