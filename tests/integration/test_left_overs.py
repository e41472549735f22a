"""What a started program leaves running ends with it, whatever it did to be forgotten."""

import os
import signal
import subprocess
import sys
import textwrap
import uuid
from pathlib import Path

import pytest

from footprint.model.live_readings import LiveRun
from footprint.model.runtime import Statement
from footprint.probe.live_start import LiveOptions, run_live
from footprint.probe.ready import Readiness
from tests.support.command import command_line, plain_environment, wait_for
from tests.support.machine import PATIENCE_S, patiently
from tests.support.probing import entry, failed, inspect, probe, write

HERE = Path(sys.executable)
SLEEPER = "import sys, time; time.sleep(900)"

# Each starts processes with WORD among their arguments, and without anything else that tells whose they are.
LEAVE = {
    "a shell's session with an environment of its own": """
        subprocess.run(["sh", "-c", f"setsid sleep 900 {WORD} & exit 0"], env={"PATH": os.environ["PATH"]})
        """,
    "a daemon of two forks": """
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                os.chdir("/")
                os.execve(sys.executable, PROGRAM, {})
            os._exit(0)
        os.wait()
        """,
    "a group of its own that ignores every signal": """
        program = [sys.executable, "-c", "import signal\\nfor n in range(1, 65):\\n    try: signal.signal(n, 1)\\n"
                   "    except (OSError, ValueError): pass\\nsignal.pause()", WORD]
        subprocess.Popen(program, env={}, process_group=0) if sys.version_info > (3, 11) else subprocess.Popen(
            program, env={}, preexec_fn=os.setpgrp)
        time.sleep(0.1)
        """,
    "a stopped daemon": """
        process = subprocess.Popen(PROGRAM, env={}, start_new_session=True)
        process.send_signal(19)
        """,
    "one that goes from fork to fork": """
        hop = "import os, sys\\nos.setsid()\\nwhile True:\\n    if os.fork(): os._exit(0)"
        subprocess.Popen([sys.executable, "-c", hop, WORD], env={}, start_new_session=True)
        time.sleep(0.1)
        """,
    "many at once that start more": """
        more = "import os, time\\nfor _ in range(5): os.fork()\\nos.setpgrp()\\ntime.sleep(900)"
        for _ in range(3):
            subprocess.Popen([sys.executable, "-c", more, WORD], env={}, start_new_session=True)
        """,
    "a tree whose middle is gone": """
        middle = f"(setsid sleep 900 {WORD} & setsid sh -c 'sleep 900 {WORD} & exit 0' & exit 0) & exit 0"
        subprocess.run(["sh", "-c", middle], env={"PATH": os.environ["PATH"]})
        """,
    "one whose first thread is over": """
        gone = "import ctypes, threading, time; threading.Thread(target=time.sleep, args=(900,)).start(); "
        gone += "ctypes.CDLL(None).pthread_exit(None)"
        subprocess.Popen([sys.executable, "-c", gone, WORD], env={}, start_new_session=True)
        time.sleep(0.1)
        """,
}  # fmt: skip


IT_IS_UP = """
def is_ours(pid):
    try:
        return WORD.encode() in open(f"/proc/{pid}/cmdline", "rb").read()
    except OSError:
        return False
while not any(is_ours(pid) for pid in os.listdir("/proc") if pid.isdigit()):
    time.sleep(0.02)
"""


def program(code: str, word: str, *, then: str = "") -> str:
    start = f"import os, subprocess, sys, time\nWORD = {word!r}\nPROGRAM = [sys.executable, '-c', {SLEEPER!r}, WORD]\n"
    return start + textwrap.dedent(code) + "\n" + then


def processes_of(word: str) -> list[str]:
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            words = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if any(word in each.decode(errors="replace") for each in words):
            found.append(" ".join(each.decode(errors="replace") for each in words))
    return found


@pytest.fixture
def word() -> str:
    return f"w{uuid.uuid4().hex}"


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in LEAVE.items()])
def test_it_ends_with_a_measured_start(code: str, word: str, tmp_path: Path) -> None:
    project = write(tmp_path / "p", {"main.py": program(code, word)})
    assert probe(HERE, project).failure is None
    assert processes_of(word) == []


@pytest.mark.parametrize("name", ["a daemon of two forks", "one that goes from fork to fork"])
def test_it_ends_with_a_start_that_hangs(name: str, word: str, tmp_path: Path) -> None:
    project = write(tmp_path / "p", {"main.py": program(LEAVE[name], word, then="time.sleep(900)")})
    found, _ = patiently(
        lambda limit_s: probe(HERE, project, timeout_s=limit_s),
        lambda found: found.failure is None or "main" in found.failure.under_way,
        first_s=2,
    )
    failure = failed(found)
    assert failure.kind == "timeout"
    assert processes_of(word) == []


def live(project: Path, *command: str) -> LiveRun:
    options = LiveOptions(timeout_s=PATIENCE_S, stop_s=1, ready=Readiness("log", "the word"))
    return run_live(inspect(HERE), command, project, options)


@pytest.mark.parametrize("code", [pytest.param(code, id=name) for name, code in LEAVE.items()])
def test_it_ends_with_a_live_measurement(code: str, word: str, tmp_path: Path) -> None:
    then = "print('the word', flush=True)\ntime.sleep(900)"
    project = write(tmp_path / "p", {"main.py": program(code, word, then=then)})
    found = live(project, "python", "main.py")
    assert (found.end, found.message) == ("stopped", None)
    assert processes_of(word) == []


def test_what_hid_is_read_live_as_well(word: str, tmp_path: Path) -> None:
    then = "print('the word', flush=True)\ntime.sleep(900)"
    project = write(tmp_path / "p", {"main.py": program(LEAVE["a daemon of two forks"], word, then=IT_IS_UP + then)})
    found = live(project, "python", "main.py")
    assert sum(word in process.command for process in found.readings[-1].processes) == 1
    assert any(word in command for command in found.left_over)


@pytest.mark.parametrize("command", ["audit", "live"])
def test_all_ends_when_footprint_is_killed(command: str, word: str, tmp_path: Path) -> None:
    code = program(LEAVE["a daemon of two forks"], word, then="open('on', 'w').close()\ntime.sleep(900)")
    project = write(tmp_path / "p", {"main.py": code})
    words = {
        "audit": ("probe", project, "--entry", "main", "--python", HERE),
        "live": ("probe", project, "--live", "--python", HERE, "--", "python", "main.py", word),
    }
    arguments = words[command]
    process = subprocess.Popen(
        command_line(arguments),
        env=plain_environment(TMPDIR=str(tmp_path)),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for((project / "on").exists)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    wait_for(lambda: processes_of(word) == [])


def test_nothing_is_reaped_that_is_not_ours(tmp_path: Path) -> None:
    """In a user's pytest the process has children of its own."""
    theirs = subprocess.Popen([sys.executable, "-c", "import sys; sys.exit(7)"])
    running = subprocess.Popen([sys.executable, "-c", SLEEPER])
    try:
        assert probe(HERE, write(tmp_path / "p", {"main.py": "import json"}), entry()).failure is None
        assert theirs.wait() == 7
        assert running.poll() is None
    finally:
        running.kill()
        running.wait()


def test_where_there_is_no_supervisor_it_is_measured_all_the_same_and_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on macOS: the program is our own child."""
    monkeypatch.setattr("footprint.probe.started_program.sys.platform", "elsewhere")
    project = write(tmp_path / "p", {"main.py": "import json", "serve.py": "print('the word', flush=True)\ninput()"})
    runtime = probe(HERE, project, first_use=(Statement("wave"),))
    assert runtime.failure is None
    assert [note.code for note in runtime.notes] == ["left-over-unknown"]
    assert runtime.run is not None
    assert [reading.stage for reading in runtime.run.stages] == ["interpreter", "import", "first_use"]
    hung = probe(HERE, write(tmp_path / "q", {"main.py": "import time\ntime.sleep(900)"}), timeout_s=1.5)
    assert failed(hung).kind == "timeout"
    served = live(
        write(tmp_path / "r", {"serve.py": "import time\nprint('the word', flush=True)\ntime.sleep(900)"}),
        "python",
        "serve.py",
    )
    assert served.end == "stopped"
    assert [note.code for note in served.notes] == ["left-over-unknown"]
