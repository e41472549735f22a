"""Newer and older syntax than that of the running interpreter, read alike on every version that footprint runs on."""

import functools
import json
import subprocess
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from tests.support.machine import interpreters, labels, need
from tests.unit.analysis.test_target_tests import BLOCKS, TESTS
from tests.unit.collect.test_scanner import NEWER

ROOT = Path(__file__).parents[2]
VERSIONS = labels(since=10)
CHILD = """
import json, sys
sys.path.insert(0, sys.argv[1])
from footprint.collect.imports.scan.scanner import scan_imports
from footprint.collect.imports.walker import read_imports
def told(found):
    return [[site.line, site.module, list(site.names), site.placement.value, site.function, site.guarded,
             site.form, list(site.bound), site.condition] for site in found.sites]
answer = {}
for name, source in json.load(sys.stdin).items():
    where = dict(path="mod.py", module="pkg.sub.mod", is_package=False)
    answer[name] = [told(read(source.encode(), **where)) for read in (scan_imports, read_imports)]
print(json.dumps(answer))
"""
SOURCES: dict[str, str] = {
    **{f"newer: {name}": dedent(source) for name, (source, _) in NEWER.items()},
    **{f"condition: {name}": f"if {test}:\n    import a\nelse:\n    import b" for name, (test, _, _) in TESTS.items()},
    **{f"block: {name}": source for name, (source, _) in BLOCKS.items()},
    "condition and newer syntax": "type X[T] = list[T]\nif sys.platform == 'win32':\n    import a\nelse:\n    import b",
}


@functools.cache
def answers(label: str) -> dict[str, Any]:
    python = dict(interpreters()).get(label)
    need(python, f"a CPython {label}")
    command = [str(python), "-I", "-B", "-c", CHILD, str(ROOT)]
    done = subprocess.run(command, input=json.dumps(SOURCES), capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def short(site: list[Any]) -> str:
    line, module, names, placement, function, guarded, form, *_ = site
    words = [f"{line} {module}{'(' + ','.join(names) + ')' if names else ''}"]
    if placement != "module" or function:
        words.append(placement + (f":{function}" if function else ""))
    words += ["guarded"] * guarded + [form] * (form not in ("import", "from"))
    return " ".join(words)


@pytest.mark.parametrize("label", VERSIONS)
def test_scanner_says_on_every_version_what_the_table_says(label: str) -> None:
    found = answers(label)
    wrong = {
        name: sites
        for name, (_, expected) in NEWER.items()
        if (sites := ", ".join(short(site) for site in found[f"newer: {name}"][0])) != expected
    }
    assert wrong == {}


@pytest.mark.parametrize("label", VERSIONS)
def test_walker_says_the_same_whether_the_interpreter_can_parse_it_or_not(label: str) -> None:
    found = answers(label)
    assert found.keys() == SOURCES.keys()
    assert {name: pair for name, pair in found.items() if pair[0] != pair[1]} == {}


def test_condition_survives_syntax_that_is_not_parsed() -> None:
    sites = answers(VERSIONS[0])["condition and newer syntax"][1]
    assert [site[-1] for site in sites] == ["sys.platform == 'win32'", "sys.platform != 'win32'"]
