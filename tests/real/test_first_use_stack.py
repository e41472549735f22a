"""A backend that imports torch and sentence_transformers at its first request: the verdict on its limit, and its truth.

`benchmarks/bench_first_use.py` makes the application and its environment (1.5 GB) and is the judge of the growth.
"""

import functools
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.real.environments import REPOSITORY
from tests.support.command import audit_json, footprint, plain_environment

pytestmark = pytest.mark.real

LIMIT_MIB = 300
LIMIT_BYTES = LIMIT_MIB << 20
COMES = {"torch", "transformers", "tokenizers", "sentence-transformers"}
LINE = "search.py:2"


def bench(*arguments: str) -> str:
    command = [sys.executable, "benchmarks/bench_first_use.py", *arguments]
    done = subprocess.run(command, cwd=REPOSITORY, env=plain_environment(), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@functools.cache
def place() -> tuple[Path, Path]:
    """Return the environment and the application that starts without torch."""
    environment, application, *_ = (Path(line) for line in bench("--provide").splitlines())
    return environment, application


@functools.cache
def whole_audit() -> dict[str, Any]:
    environment, application = place()
    return audit_json(application, "--env", environment, "--limit", f"{LIMIT_MIB}MiB", "--rehearse")


def test_growth_is_that_of_a_real_process() -> None:
    """Within 3 % of RSS and of anon, for each lazy import and all together, also with torch's threads at the start."""
    bench("--rounds", "2")


def test_words_of_the_verdict() -> None:
    environment, application = place()
    done = footprint("audit", application, "--env", environment, "--limit", f"{LIMIT_MIB}MiB", "--format", "table")
    assert done.returncode == 0, done.stderr
    lines = {line.strip().partition(":")[0]: line.strip() for line in done.stdout.splitlines()}
    assert f"of {LIMIT_MIB}.0 MiB (--limit)" in lines["fits at startup"]
    assert lines["DOES NOT FIT after its lazy imports"].endswith(
        f"; most of it begins at {LINE}: sentence-transformers > transformers > torch"
    )


def test_stages_on_both_sides_of_the_limit() -> None:
    ready, after = whole_audit()["fits"]
    assert (ready["stage"], ready["fits"]) == ("ready", True)
    assert (after["stage"], after["fits"], after["anon_fits"]) == ("first_use", False, False)
    assert f"{after['path']}:{after['line']}" == LINE


def test_what_comes_is_named() -> None:
    heaviest = whole_audit()["first_uses"][0]
    assert f"{heaviest['path']}:{heaviest['line']}" == LINE
    assert heaviest["distributions"] == ["sentence-transformers"]
    assert {item["name"] for item in heaviest["brings"]} >= COMES
    assert heaviest["brings"][0]["name"] == "torch"


def test_rehearsal_stops_it_at_the_limit() -> None:
    (rehearsal,) = whole_audit()["rehearsals"]
    assert (rehearsal["outcome"], rehearsal["stage"]) == ("stopped", "first_use")
    assert LIMIT_BYTES < rehearsal["rss_bytes"] <= LIMIT_BYTES + 10_000_000
    assert f"{rehearsal['path']}:{rehearsal['line']}" == LINE
    assert rehearsal["chain"][0]["module"] == "sentence_transformers"
