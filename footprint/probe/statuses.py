"""How a process ended, in the same words for all of them: an entry, a fork of it, a live command."""

from __future__ import annotations

import signal

from footprint.late import late_pattern

_BY_SHELL = 128  # what a shell adds to the number of a signal that ended its command
_CPU = "its limit of processor time, RLIMIT_CPU, is used up"
_NO_MEMORY = late_pattern(r"^(?:[\w.]*\.)?_?\w*MemoryError\b|Cannot allocate memory|cannot allocate memory")


def describe_status(status: int | None, *, cpu_is_used_up: bool = False) -> str:
    """Return "killed by SIGSEGV" or "exited with status 3" of an exit status, negative for a signal."""
    if status is not None and status < 0:
        return f"killed by {_signal_name(-status, cpu_is_used_up=cpu_is_used_up)}"
    if status is not None and _BY_SHELL < status < _BY_SHELL + signal.NSIG:
        return f"exited with status {status} (what a shell says of {_bare_name(status - _BY_SHELL)})"
    return f"exited with status {status}"


def _signal_name(number: int, *, cpu_is_used_up: bool) -> str:
    """Return "SIGSEGV" for its number, with what usually sends it where nobody would guess."""
    name = _bare_name(number)
    if name == "SIGXCPU" or (name == "SIGKILL" and cpu_is_used_up):
        return f"{name} ({_CPU})"
    if name == "SIGKILL":
        import resource

        is_limited = resource.getrlimit(resource.RLIMIT_CPU)[0] != resource.RLIM_INFINITY
        time_ = " or of processor time" if is_limited else ""
        return f"{name} (by the kernel for lack of memory{time_}, or by somebody else)"
    return name


def explain_lack(message: str) -> str:
    """Return what an entry raised, saying where it is so that there was no memory to be had."""
    if not _NO_MEMORY.search(message):
        return message
    return f"{message} (it got no more memory: of a limit such as RLIMIT_AS, or of the machine)"


def _bare_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"
