"""Deploy files of every kind, as templates whose places are filled with commands, sizes and texts of any content."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from string import Template

from benchmarks.fuzz.hostile import chance, damaged, encoded, line, pick, tree
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.place import Place

_COMMANDS: Sequence[str] = (
    "gunicorn main:app -w 4",
    "uvicorn main:app --workers 9999999999999",
    "python main.py",
    "python -m a.b",
    "sh -c 'sh -c \"gunicorn x:y\"'",
    "gunicorn " + "a" * 5000,
    "'unclosed",
    "$(x) && y || z; w | v",
    "celery -A x worker -c " + "9" * 400,
    "uvicorn main:make --factory",
    "gunicorn 'main:make(1, x=2)' -c gunicorn.conf.py",
    "-m",
    "--",
    "env -i A=1 nohup nice -n 5 python -X dev -m main",
)
_SIZES: Sequence[str] = ("512m", "1gb", "-1", "9" * 300, "x", "[]", "1e400g", "nan", ".inf", '""', "{a: b}")

# $command, $quoted and $split are one command in three spellings; $line, $text and $tree are anything.
TEMPLATES: Mapping[str, str] = {
    "Procfile": "web: $command\nworker: $line\n$line",
    "Dockerfile": "FROM $line\nENV A=$line\nWORKDIR ../..\nCMD $split\nENTRYPOINT $line\nHEALTHCHECK CMD x\n",
    "Dockerfile.web": 'FROM x\nWORKDIR $line\nCMD $command\nCMD ["a",\n',
    "docker-compose.yml": (
        "services:\n  web:\n    command: $quoted\n    mem_limit: $size\n"
        "    deploy: {resources: {limits: {memory: $text}}}\n    env_file: [/dev/zero, ../beside/fifo]\n"
        "    build: {context: ../.., dockerfile: $text}\n  a: &a [*a]\n"
    ),
    "render.yaml": "services:\n- type: web\n  plan: $text\n  startCommand: $quoted\n",
    "fly.toml": "[processes]\nweb = $quoted\n[[vm]]\nmemory = $size\n",
    "app.yaml": "entrypoint: $quoted\ninstance_class: $text\nruntime: python\n",
    "railway.json": '{"deploy": {"startCommand": $tree}}',
    "serverless.yml": "functions:\n  f: {handler: $text, memorySize: $size}\n",
    "k8s/deployment.yaml": (
        "kind: Deployment\nspec: {template: {spec: {containers: [{command: $tree,"
        " resources: {limits: {memory: $text}}}]}}}\n"
    ),
    "supervisord.conf": "[program:x]\ncommand=$command\n",
    "vercel.json": '{"builds": $tree, "functions": $tree}',
    "gunicorn.conf.py": "$trace\nworkers = $size\nbind = $text\n",
    "Makefile": "run:\n\t$command\n",
    ".github/workflows/ci.yml": "jobs:\n  x: {steps: [{run: $quoted}]}\n",
    "tox.ini": "[testenv]\ncommands = $command\ndeps = $line\n",
    "start.sh": "#!/bin/sh\n$command\nexec $command\n",
}


def put(random: Random, project: Path, place: Place) -> str:
    """Write up to three of them; now and then one that unfolds without end."""
    for name in {pick(random, tuple(TEMPLATES)): None for _ in range(3)}:
        content = encoded(_fill(random, TEMPLATES[name], place))
        ground.write(project / name, damaged(random, content) if chance(random, 0.25) else content)
    if ground.seldom(random):
        levels = "".join(f"a{level}: &a{level} [*a{level - 1}, *a{level - 1}]\n" for level in range(1, 40))
        ground.write(project / "docker-compose.yml", f"a0: &a0 [x, x]\n{levels}")
    return "deploy files of any content"


def _fill(random: Random, template: str, place: Place) -> str:
    command = pick(random, _COMMANDS) if chance(random, 0.85) else line(random)
    return Template(template).safe_substitute(
        command=command,
        quoted=json.dumps(command),
        split=json.dumps(command.split()) if chance(random, 0.7) else "[1, null]",
        size=pick(random, _SIZES),
        line=line(random),
        text=json.dumps(line(random)),
        tree=json.dumps(tree(random)),
        trace=ground.tracing_lines(place),
    )
