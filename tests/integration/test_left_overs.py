"""What a started program leaves running ends with it, whatever it did to be forgotten."""

import json
import os
import signal
import subprocess
import sys
import textwrap
import uuid
from pathlib import Path

import pytest

from footprint.config.call_texts import parse_call
from footprint.model.live_readings import LiveRun
from footprint.model.runtime import Statement
from footprint.probe.live_start import LiveOptions, run_live
from footprint.probe.ready import Readiness
from tests.support.command import command_line, plain_environment, wait_for
from tests.support.machine import PATIENCE_S, patiently
from tests.support.probing import entry, failed, inspect, probe, whole, write

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


LOST = "the entry closed the descriptor"
# What a call can do, and what a user reads of it. Each is called by itself, and `after` it another one.
ACTS = {
    "exits at once": ("os._exit(3)", "crashed", "exited with status 3"),
    "leaves": ("sys.exit(3)", "failed", "SystemExit: 3"),
    "raises": ("raise ValueError('no')", "failed", "ValueError: no"),
    "crashes": ("ctypes.string_at(0)", "crashed", "killed by SIGSEGV"),
    "kills the process above": ("os.kill(os.getppid(), 9)\n    time.sleep(9)", "crashed", "killed by SIGKILL"),
    "kills its group": ("os.killpg(0, 9)", "crashed", "killed by SIGKILL"),
    "hangs and ignores its alarm": (
        "ignore()\n    time.sleep(900)",
        "hung",
        "it did not come to an end",
    ),
    "prints megabytes": ("print('x' * (8 << 20), flush=True)", "done", None),
    "closes low descriptors": ("os.closerange(0, 101)", "done", None),
    "closes all descriptors": ("os.closerange(0, 5000)", "undecided", LOST),
    "may write no bytes": (
        "resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))",
        "undecided",
        LOST,
    ),
    "may open no file": ("resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))", "done", None),
    "gets no memory": ("resource.setrlimit(resource.RLIMIT_AS, (1 << 20, 1 << 20))", "done", None),
    "goes elsewhere": ("os.chdir('/')\n    os.umask(0o777)", "done", None),
    "stops itself": ("os.kill(os.getpid(), 19)", "done", None),
    "forks": ("os.fork()", "done", None),
    "leaves a daemon": ("os.fork() or (os.setsid(), os.execv(sys.executable, PROGRAM))", "done", None),
    "starts a program": ("subprocess.Popen(PROGRAM, start_new_session=True)", "done", None),
    "starts threads": ("[threading.Thread(target=time.sleep, args=(900,)).start() for _ in range(5)]", "done", None),
    "listens": ("held.append(socket.create_server(('127.0.0.1', 0)))", "done", None),
}
CALLED = """
import ctypes, os, resource, signal, socket, subprocess, sys, threading, time
PROGRAM = [sys.executable, "-c", "import time; time.sleep(900)", {word!r}]
held = []


def ignore():
    for number in (1, 2, 14, 15):
        signal.signal(number, signal.SIG_IGN)


def after():
    pass


def call():
    {act}
"""


@pytest.mark.parametrize("name", ACTS)
def test_a_call_takes_nothing_with_it_and_leaves_nothing(name: str, word: str, tmp_path: Path) -> None:
    act, outcome, message = ACTS[name]
    project = write(tmp_path, {"main.py": CALLED.format(act=act, word=word)})
    calls = parse_call("main:call"), parse_call("main:after")
    run = whole(probe(HERE, project, entry("main"), calls=calls, first_use_limit_s=3 if outcome == "hung" else 60))
    first, after = run.calls
    assert (first.outcome, first.message and first.message[: len(message or "")]) == (outcome, message)
    assert after.outcome == "done"
    assert processes_of(word) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["__pycache__", "main.py"]


@pytest.mark.parametrize("command", ["audit", "check"])
def test_commands_leave_nothing_of_their_calls(command: str, word: str, tmp_path: Path) -> None:
    acts = ("leaves a daemon", "starts a program", "exits at once", "kills the process above", "listens")
    text = CALLED.format(act="pass", word=word)
    text += "".join(f"\n\ndef f{number}():\n    {ACTS[name][0]}\n" for number, name in enumerate(acts))
    project = write(tmp_path / "p", {"main.py": text, "requirements.txt": ""})
    place = tmp_path / "tmp"
    place.mkdir()
    asked = [each for number in range(len(acts)) for each in ("--call", f"main:f{number}")]
    words: tuple[str | Path, ...] = (command, project, "--entry", "main", "--python", HERE, "-f", "json", *asked)
    done = subprocess.run(
        command_line(words), env=plain_environment(TMPDIR=str(place)), capture_output=True, text=True, check=False
    )
    assert done.returncode in (0, 1), done.stderr
    if command == "audit":
        calls = json.loads(done.stdout)["calls"]
        assert [each["outcome"] for each in calls] == [ACTS[name][1] for name in acts]
    assert processes_of(word) == []
    assert list(place.iterdir()) == []
    assert sorted(path.name for path in project.iterdir()) == ["__pycache__", "main.py", "requirements.txt"]
