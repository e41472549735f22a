"""An entry that writes among the records, by accident or on purpose: no traceback, and no figure that is not so."""

import sys
import textwrap
from pathlib import Path

import pytest

from footprint.model.runtime import Statement
from footprint.probe import runner
from footprint.units import MIB
from tests.support.probing import costs, entry, failed, left_behind, probe, whole, write
from tests.support.probing import inspect as inspect_python

HERE = Path(sys.executable)

# Written to every descriptor that is open: what a wrong number does, what a dump of something does.
JUNK = (
    b"\x1eu 1 2 99999999999999999999999\n",
    b"\x1eu 0 0 10\n\x1ez\n",
    b"\x1eb 5 1 1 x\t1 99999999999999999999999 1\n\x1es import 5 5 5\t1 1 1\n",
    b"\x1eh none 99999999999999999999 1\n\x1ex exit\t1\tno\tfile:99999999999999999999999999\n",
    b"\x1e" * 1000,
    b"hello",
)

FIND = """
import gc, os, signal, time
for found in gc.get_objects():
    if type(found).__name__ == "Recorder":
        break
ours = b"\\x1e" + found.mark.encode()[1:]
def forge(text):
    os.write(found.output, ours + text + b"\\n")
"""
BALLAST = "x = b'x' * (80 << 20)\n"

# Each has 80 MiB in memory and claims otherwise.
FORGERIES = {
    "its own small readings": BALLAST + "found.reading = lambda: b'3000 2300 1500 1 0 1 0\\n'\n",
    "the end of the import, and out": (
        BALLAST
        + "now = time.monotonic_ns()\nforge(b's import %d 90 9000\\t3000 2300 1500 1 0 1 0' % now)\n"
        + "forge(b'g %d\\t3000 2300 1500 1 0 1 0' % now)\nforge(b'z')\nos._exit(0)\n"
    ),
    "the end of the import, seen": (
        BALLAST
        + "now = time.monotonic_ns()\nforge(b's import %d 90 9000\\t3000 2300 1500 1 0 1 0' % now)\n"
        + "os.kill(os.getpid(), signal.SIGSTOP)\nforge(b'g %d\\t3000 2300 1500 1 0 1 0' % time.monotonic_ns())\n"
        + "forge(b'z')\nos._exit(0)\n"
    ),
    "that nobody looks": BALLAST + "found.stops = False\n",
    "a stage before it": (
        "now = time.monotonic_ns()\nforge(b's import %d 90 9000\\t3000 2300 1500 1 0 1 0' % now)\n"
        "os.kill(os.getpid(), signal.SIGSTOP)\n" + BALLAST
    ),
    "numbers without end": BALLAST + "forge(b'b 9 1 %d x\\t1 ' % time.monotonic_ns() + b'9' * 50 + b' 1')\n",
    "a peak that was set back": (BALLAST + "time.sleep(1)\ndel x\nopen('/proc/self/clear_refs', 'w').write('5')\n"),
    "a peak that was set back, with a load at its height": (
        BALLAST + "import wave\ndel x\nopen('/proc/self/clear_refs', 'w').write('5')\n"
    ),
    "a peak above all that was": BALLAST + "found.stage.__globals__['read_peak'] = lambda: 900_000\n",
    "a peak below what it says it had": BALLAST + "found.stage.__globals__['read_peak'] = lambda: 9_000\n",
    "a fork that nobody started": BALLAST + "forge(b'u 0 0 30')\n",
}


@pytest.mark.parametrize("statements", [(), (Statement("wave"),)])
def test_accidents_on_every_descriptor_change_nothing(statements: tuple[Statement, ...], tmp_path: Path) -> None:
    code = f"""
        import os
        for junk in {JUNK!r}:
            for descriptor in range(3, 1200):
                try:
                    if junk == b"hello":  # over the beginning
                        os.lseek(descriptor, 0, 0)
                    os.write(descriptor, junk)
                except OSError:
                    pass
        import json
    """
    project = write(tmp_path / "p", {"main.py": code})
    run = whole(probe(HERE, project, first_use=statements))
    assert costs(run)["json"].importer == "main"
    assert [use.outcome for use in run.first_uses] == ["imported" for _ in statements]


@pytest.mark.parametrize("hook", ["find_and_load", "none"])
@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in FORGERIES.items()])
def test_what_it_forges_is_no_figure(code: str, hook: str, tmp_path: Path) -> None:
    project = write(tmp_path / "p", {"main.py": FIND + code})
    runtime = probe(HERE, project, hook=hook)
    failure = failed(runtime)
    assert (failure.kind, failure.message.startswith("not trusted: ")) == ("untrusted", True)
    assert (runtime.run, runtime.rss_runs_bytes, runtime.figures) == (None, (), ())


def test_the_figures_are_right_where_only_the_parts_are_forged(tmp_path: Path) -> None:
    """It charges its 80 MiB to another module: the sum is still what was seen from outside."""
    code = textwrap.dedent(FIND) + "number = found.begin('innocent')\n" + BALLAST + "found.end(number, 1)\n"
    run = whole(probe(HERE, write(tmp_path / "p", {"main.py": code})))
    assert run.stages[-1].rss_bytes > 80 * MIB
    assert sum(cost.self_rss_bytes for cost in run.costs) == run.stages[-1].rss_bytes - run.baseline_rss_bytes


LAZY = {
    "it forges": {"main.py": "", "late.py": f"{FIND}{BALLAST}found.reading = lambda: b'3000 2300 1500 1 0 1 0\\n'\n"},
    "nobody tried it": {"main.py": FIND + "forge(b'u 5 0 0')\n", "late.py": ""},
}


@pytest.mark.parametrize("case", LAZY)
def test_a_forged_lazy_import_is_no_figure_either(case: str, tmp_path: Path) -> None:
    runtime = probe(HERE, write(tmp_path / "p", LAZY[case]), first_use=(Statement("late"),))
    assert failed(runtime).kind == "untrusted"


def test_one_bad_run_of_several_distrusts_all(tmp_path: Path) -> None:
    code = "import os\nn = len(os.listdir('.'))\nopen(f'run{n}', 'w').close()\nif n > 3:\n" + textwrap.indent(
        FIND + "found.stops = False\n", "    "
    )
    with left_behind({"runs": 3, "hook": "none"}) as options:
        project = write(tmp_path / "p", {"main.py": code})
        with runner.start(inspect_python(HERE), entry(), project, options) as running:
            runtime = running.result()
    assert (failed(runtime).kind, runtime.figures) == ("untrusted", ())
