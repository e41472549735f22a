"""Collects the garbage of a process of a tuned start when a signal says so, and tells that it is done.

A real-time signal, which servers and applications leave alone: no thread is added to the process, and it does nothing
until the signal comes. Before the process forks it may collect and freeze what it has, as `gc.freeze` is meant to be
used. Standard library only, Python 3.8.
"""

import gc
import os

SIGNAL_OFFSET = 9  # above SIGRTMIN; the first ones are the C library's


def install(folder, freezes):
    """Answer the signal in this process and its forks: a byte more in `folder`/PID each time it has collected.

    `freezes`: collect and freeze before each fork.
    """
    import _signal

    def collect(_number, _frame):
        gc.collect()
        tell("%s/%d" % (folder, os.getpid()))

    def freeze():
        gc.collect()
        gc.freeze()

    _signal.signal(_signal.SIGRTMIN + SIGNAL_OFFSET, collect)
    if freezes:
        os.register_at_fork(before=freeze)


def tell(path):
    """Add a byte to a file of ours, and to nobody else's."""
    descriptor = os.open(path, os.O_CREAT | os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW, 0o600)
    try:
        os.write(descriptor, b".")
    finally:
        os.close(descriptor)
