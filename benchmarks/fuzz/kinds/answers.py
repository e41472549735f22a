"""Interpreters that answer anything, or nothing, when they are asked what they are; and start what they like."""

from __future__ import annotations

import json
import sys
from random import Random

from packaging.markers import default_environment

from benchmarks.fuzz.case import Case
from benchmarks.fuzz.hostile import chance, mutated, pick, tree
from benchmarks.fuzz.kinds import ground
from benchmarks.fuzz.kinds.entries import APPLICATION_MAY, ENV_MAY
from benchmarks.fuzz.place import Place

_TRUE_ANSWER = {
    "version": list(sys.version_info[:3]),
    "implementation": "cpython",
    "platform": "linux-x86_64",
    "cache_tag": "cpython-311",
    "libc": "glibc",
    "abi_flags": "",
    "prefix": "/usr",
    "site_dirs": ["/usr/lib/python3/dist-packages"],
    "sys_path": ["/usr/lib/python3.11"],
    "stdlib_names": ["os", "sys", "json"],
    "markers": {name: value for name, value in default_environment().items() if name != "extra"},
}
_BEGIN, _END = "--footprint-begin--", "--footprint-end--"


def make(place: Place, random: Random) -> Case:
    """Return an audit by an interpreter that is none."""
    ground.plain_project(place)
    ground.plain_environment(place.project / ".venv", python=False)
    python = place.project / ".venv/bin/python"
    value = mutated(random, _TRUE_ANSWER) if chance(random, 0.7) else tree(random)
    answer = place.project / "answer.json"
    ground.write(answer, json.dumps(value))
    cat = f"printf '%s' '{_BEGIN}'; cat {answer}; printf '%s' '{_END}'"
    ways = {
        "any answer": cat,
        "any answer, twice": f"{cat}; {cat}",
        "an answer without end": f"printf '%s' '{_BEGIN}'; exec cat /dev/zero",
        "lines without end": "while :; do echo x; done",
        "{}": f"echo '{_BEGIN}{{}}{_END}'",
        "[]": f"echo '{_BEGIN}[]{_END}'",
        "brackets": f"printf '%s' '{_BEGIN}'; head -c 100000 /dev/zero | tr '\\0' '['; printf '%s' '{_END}'",
        "nothing": "exit 0",
        "an exit code": "exit 77",
        "a death": "kill -9 $$",
        "escapes": "printf '\\033[2J\\033]0;x\\007\\n' >&2; exit 1",
        "bytes": f"head -c 5000 /dev/urandom; {cat}; exit 0",
        "an answer, and a daemon": f"{cat}; (setsid sleep 97 >/dev/null 2>&1 &)",
        "an answer, and a daemon that holds the pipe": f"{cat}; (setsid sleep 97 &)",
    }
    name = pick(random, tuple(ways))
    if chance(random, 0.6):
        name = "any answer"
    real = f'exec {ground.BASE} "$@"' if chance(random, 0.5) else "exit 9"
    script = f'#!/bin/sh\ncase "$*" in *footprint-begin*) {ways[name]};; *) {real};; esac\n'
    ground.write(python, script).chmod(0o755)
    kind = pick(random, ("", "audit"))
    asked = (
        ("audit", "--timeout", "2", "--runs", "1"),
        ("audit", "--no-probe", "--ask-python"),
    )
    command, *options = pick(random, asked)
    target = (str(place.project), "--env", str(place.project / ".venv"))
    return Case(
        (command, *target, *options, *(("-f", "json") if kind else ())),
        place.project,
        f"an interpreter that gives {name}",
        static=False,
        json=kind,
        may_change=(*APPLICATION_MAY, *ENV_MAY),
    )
