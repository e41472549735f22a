"""How a process ended, in words: the same for an entry, a fork and a live command."""

import os
import subprocess
import sys
import threading

import pytest

from footprint import ending
from footprint.probe.memory import system
from footprint.probe.statuses import describe_status, explain_lack

STATUSES = [
    (0, "exited with status 0"),
    (3, "exited with status 3"),
    (128, "exited with status 128"),
    (137, "exited with status 137 (what a shell says of SIGKILL)"),
    (143, "exited with status 143 (what a shell says of SIGTERM)"),
    (255, "exited with status 255"),
    (None, "exited with status None"),
    (-9, "killed by SIGKILL (by the kernel for lack of memory, or by somebody else)"),
    (-11, "killed by SIGSEGV"),
    (-24, "killed by SIGXCPU (its limit of processor time, RLIMIT_CPU, is used up)"),
    (-63, "killed by signal 63"),
]


@pytest.mark.parametrize(("status", "words"), STATUSES)
def test_status(status: int | None, words: str) -> None:
    assert describe_status(status) == words


def test_a_kill_for_processor_time_is_no_lack_of_memory() -> None:
    assert describe_status(-9, cpu_is_used_up=True) == (
        "killed by SIGKILL (its limit of processor time, RLIMIT_CPU, is used up)"
    )
    assert not system().is_cpu_used_up(os.getpid())
    assert not system().is_cpu_used_up(-1)


LACKS = [
    "MemoryError",
    "MemoryError: 3 GiB",
    "numpy._core._exceptions._ArrayMemoryError: Unable to allocate 9 GiB",
    "OSError: [Errno 12] Cannot allocate memory",
]


@pytest.mark.parametrize("message", LACKS)
def test_lack_of_memory_is_said(message: str) -> None:
    assert (
        explain_lack(message) == f"{message} (it got no more memory: of a limit such as RLIMIT_AS, or of the machine)"
    )


@pytest.mark.parametrize("message", ["ValueError: no MemoryError here", "KeyError: 'memory'", ""])
def test_nothing_else_is(message: str) -> None:
    assert explain_lack(message) == message


def test_what_is_held_is_undone_once_by_whoever_comes_first() -> None:
    done: list[int] = []
    held = ending.hold(ending.Held(lambda: done.append(threading.get_ident())))
    threads = [threading.Thread(target=held.undo) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    held.undo()
    assert len(done) == 1


def test_work_gives_its_exit_code_and_a_mistake_of_ours_its_traceback() -> None:
    code = "from footprint import ending\nimport sys\nsys.exit(ending.run(lambda: {}))"
    for work, exit_code, said in (("7", 7, ""), ("sys.exit('x')", 1, ""), ("1 / 0", 1, "ZeroDivisionError")):
        done = subprocess.run(
            [sys.executable, "-c", code.format(work)], capture_output=True, text=True, check=False
        )  # fmt: skip
        assert done.returncode == exit_code and (said in done.stderr if said else done.stderr == "")
