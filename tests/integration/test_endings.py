"""How the command ends whatever happens to it: signals at any moment, and streams that are closed, full or gone.

No test here depends on speed: a signal may come before, during or after anything, and each time one of two things is
right: the command was ended and says so in one line, or it was over and says what it always says.
"""

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support.command import command_line, plain_environment
from tests.support.machine import COVERED, UNCOVERED, marked_processes
from tests.support.projects import make_env, write

SEED = 20_261_128
MOMENTS = 4  # of each command
LINES = {
    signal.SIGINT: (130, "footprint: interrupted\n"),
    signal.SIGTERM: (143, "footprint: ended by SIGTERM\n"),
    signal.SIGHUP: (129, "footprint: ended by SIGHUP, the terminal has gone\n"),
    signal.SIGXCPU: (152, "footprint: ended by SIGXCPU, its limit of processor time is used up\n"),
}
APP = "import json, subprocess, sys\nsubprocess.Popen(['sleep', '300'], start_new_session=True)\n"
COMMANDS = {
    "scan": ("scan", "-f", "json"),
    "audit": ("audit", "-f", "json", "--entry", "app"),
    "check": ("check", "-f", "json", "--entry", "app", "--runs", "1", "--update-baseline"),
}


@dataclass(frozen=True)
class Ended:
    code: int
    stdout: str
    stderr: str


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("endings")
    make_env(folder / ".venv")
    (folder / "tmp").mkdir()
    return write(folder, {"app.py": APP, "requirements.txt": ""})


def answers_signals(pid: int) -> bool:
    """Say whether the first line of ours has run; before it the process is Python's, or not even that."""
    status = Path(f"/proc/{pid}/status").read_text()
    caught = re.search(r"SigCgt:\s*(\w+)", status)
    return caught is not None and bool(int(caught[1], 16) >> (signal.SIGTERM - 1) & 1)


def run(shop: Path, args: Sequence[str], after_s: float | None = None, sent: Sequence[signal.Signals] = ()) -> Ended:
    """Run a command, send it signals a while after it answers them, and check that nothing is left."""
    marker = f"footprint-endings-{os.getpid()}-{random.random()}"
    env = plain_environment(**COVERED, FOOTPRINT_TEST_MARKER=marker, TMPDIR=str(shop / "tmp"))
    line = command_line([args[0], str(shop), *args[1:]])
    with subprocess.Popen(line, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        while process.poll() is None and not answers_signals(process.pid):
            time.sleep(0.0005)
        if after_s is not None:
            time.sleep(after_s)
        for number in sent:
            process.send_signal(number)
        stdout, stderr = process.communicate(timeout=120)
    assert marked_processes(marker) == []
    assert list((shop / "tmp").iterdir()) == []
    return Ended(process.returncode, stdout, stderr)


@pytest.fixture(scope="module")
def undisturbed(shop: Path) -> dict[str, tuple[float, Ended]]:
    found: dict[str, tuple[float, Ended]] = {}
    for name, args in COMMANDS.items():
        run(shop, args)
        began = time.monotonic()
        found[name] = (0, run(shop, args))
        found[name] = (time.monotonic() - began, found[name][1])
    return found


def moments() -> Iterator[tuple[str, float, tuple[signal.Signals, ...]]]:
    choose = random.Random(SEED)
    for name in COMMANDS:
        for share in (0.0, *(choose.uniform(0, 1.05) for _ in range(MOMENTS - 1))):
            sent = choose.choice([*LINES])
            yield name, share, (sent, *choose.choices([*LINES], k=choose.randrange(2)))


@pytest.mark.parametrize(("name", "share", "sent"), [*moments()])
def test_a_signal_at_any_moment_ends_it_in_one_line_or_finds_it_over(
    shop: Path, undisturbed: dict[str, tuple[float, Ended]], name: str, share: float, sent: tuple[signal.Signals, ...]
) -> None:
    seconds, whole = undisturbed[name]
    ended = run(shop, COMMANDS[name], share * seconds, sent)
    assert "Traceback" not in ended.stderr
    if ended.code == whole.code:
        assert ended.stderr == whole.stderr and len(ended.stdout) > 100
    else:
        lines = dict(LINES[number] for number in sent)
        assert ended.code in lines
        before = ended.stderr.removesuffix(lines[ended.code])
        assert whole.stderr.startswith(before) and before != ended.stderr  # what it starts, said before it did


STREAMS = [  # as a shell writes it, the exit code, what stands on standard error where that is open
    ("explain FP101 >/dev/full", 2, "footprint: cannot write to standard output: No space left on device\n"),
    ("--help >/dev/full", 2, "footprint: cannot write to standard output: No space left on device\n"),
    ("--version >&-", 2, "footprint: cannot write to standard output: it is closed\n"),
    ("--version >/dev/full", 2, "footprint: cannot write to standard output: No space left on device\n"),
    ("--version 2>&- >/dev/null", 0, ""),
    ("--version <&- >&- 2>&-", 2, ""),
    ("explain FP101 >&-", 2, "footprint: cannot write to standard output: it is closed\n"),
    ("audit /nowhere >&- <&-", 2, "footprint: cannot write to standard output: it is closed\n"),
    ("explain | true", 141, ""),
    ("explain FP101 2>&- >/dev/null", 0, ""),
    ("explain FP999 2>/dev/full", 2, ""),
    ("explain FP101 <&- >&- 2>&-", 2, ""),
    ("report - <&-", 2, "footprint: not an audit written by"),
]


@pytest.mark.parametrize(("words", "code", "said"), STREAMS)
def test_a_stream_that_is_closed_full_or_gone(words: str, code: int, said: str) -> None:
    line = " ".join(command_line(words.split()))
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=plain_environment(**COVERED), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == code, done.stderr
    assert done.stderr.startswith(said) and done.stderr.count("\n") <= 1


@pytest.mark.parametrize("mebibytes", [30, 42, 60, 80])
def test_where_there_is_no_memory_for_us_it_is_said_in_a_line(shop: Path, mebibytes: int) -> None:
    """How much an interpreter takes differs: each of them may be enough, or too little for Python itself."""
    line = " ".join(command_line(["audit", str(shop), "-f", "json", "--no-probe"]))
    done = subprocess.run(
        ["bash", "-c", f"ulimit -v {mebibytes << 10}; exec {line}"],
        env=plain_environment(**UNCOVERED), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
    )  # fmt: skip
    if "Fatal Python error" not in done.stderr and "footprint" in done.stderr + done.stdout:
        assert "Traceback" not in done.stderr
        assert done.returncode in (0, 3)


def test_the_docs_list_the_exit_codes() -> None:
    text = (Path(__file__).parents[2] / "docs/commands.md").read_text()
    assert set(re.findall(r"^\| (\d+) \| .*? \|$", text, re.MULTILINE)) == {
        *("0", "1", "2", "3", "129", "130", "141", "143", "152")
    }


# Stops the command before its first import of ours is over, and tells what Ctrl-C would meet there.
EARLY = (
    "import runpy, signal, sys\n"
    "class Looker:\n"
    "    def find_spec(self, name, path=None, target=None):\n"
    "        if name == 'footprint.ending':\n"
    "            print(repr(signal.getsignal(signal.SIGINT)))\n"
    "sys.meta_path.insert(0, Looker())\n"
    "{}"
)
BEGUN = {
    "by python -m": ("sys.argv = ['x', '--help']\nrunpy.run_module('footprint', run_name='__main__')", "SIG_DFL"),
    "by its script": (
        "sys.argv = ['/bin/footprint', '--help']\nfrom footprint.__main__ import run\nrun()",
        "SIG_DFL",
    ),
    "by somebody else": (
        "sys.argv = ['/bin/pytest']\nimport footprint.__main__, footprint.ending",
        "default_int_handler",
    ),
}


@pytest.mark.parametrize("begun", BEGUN)
def test_before_signals_are_answered_an_interrupt_shows_no_stack(begun: str) -> None:
    code, handler = BEGUN[begun]
    done = subprocess.run(
        [sys.executable, "-c", EARLY.format(code)], env=plain_environment(), capture_output=True, text=True, check=False
    )
    assert handler in done.stdout.splitlines()[0], done.stdout + done.stderr


# What stands around a command and wants to hear of its end: the lines before it, and what is said then.
AROUND = {
    "what was registered for the end": (
        ("-m", "footprint"),
        "import atexit, sys\natexit.register(sys.stderr.write, 'at the end')",
        "at the end",
    ),
    "a thread that is not over": (
        ("-m", "footprint"),
        "import sys, threading, time\n"
        "def wait():\n"
        "    time.sleep(2)\n"
        "    sys.stderr.write('the thread is over')\n"
        "threading.Thread(target=wait).start()",
        "the thread is over",
    ),
    "a profiler": (("-m", "cProfile", "-o", "profile", "-m", "footprint"), "", ""),
    "a program of somebody": (
        ("-c", "import sys; sys.argv = ['/bin/footprint', *sys.argv[1:]]\nfrom footprint.__main__ import run\n"
               "try:\n    run()\nfinally:\n    sys.stderr.write('it goes on')"),
        "",
        "it goes on",
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", AROUND)
def test_the_end_is_told_to_all_who_wait_for_it(name: str, tmp_path: Path) -> None:
    words, before, said = AROUND[name]
    (tmp_path / "sitecustomize.py").write_text(before)
    env = plain_environment(PYTHONPATH=str(tmp_path))
    for asked, code in (("FP101", 0), ("FP000", 2)):
        line = [sys.executable, *words, "explain", asked]
        done = subprocess.run(line, env=env, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert said in done.stderr
        assert done.returncode == (0 if name == "a profiler" else code)
        assert ("FP101" in done.stdout) == (code == 0)
    assert (tmp_path / "profile").exists() == (name == "a profiler")
