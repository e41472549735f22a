"""The `footprint` command."""

# No `from __future__ import` here: it reads a file, and Ctrl-C would find it at that.
import _signal  # type: ignore[import-not-found]  # what `signal` is made of, without its enumerations: 3 ms
import os
import sys

_is_command = __name__ == "__main__" or [name.rpartition("/")[2] for name in sys.argv[:1]] == ["footprint"]
if _is_command and _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    # Nothing is made yet: until signals are answered the command ends as the kernel ends it, without a traceback.
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)


def run() -> None:
    """Run the command line; `--version` before anything else is imported, the rest with signals answered."""
    is_version = sys.argv[1:2] in (["--version"], ["-V"])
    if is_version and _write_version():
        return
    from footprint import ending

    ending.take_signals()
    code = ending.run(_tell_version if is_version else _work)
    if _is_alone():
        ending.leave(code)
    sys.exit(code)


def _is_alone() -> bool:
    """Whether Python itself called the command: a profiler or a debugger around it wants to hear of the end."""
    around, frame = [], sys._getframe(1).f_back
    while frame is not None:
        around.append(frame.f_code.co_name)
        frame = frame.f_back
    is_ours = around in (["<module>"], ["<module>", "_run_code", "_run_module_as_main"])
    return is_ours and hasattr(sys.modules["__main__"], "__file__") and not sys.flags.inspect


def _write_version() -> bool:
    """Write the version past Python's streams, and say whether that worked."""
    try:
        return sys.stdout is not None and os.write(1, _version().encode(sys.stdout.encoding)) > 0
    except OSError:
        return False


def _tell_version() -> int:
    """Say why the version cannot be written."""
    from footprint.cli.streams import write_through

    def write() -> int:
        sys.stdout.write(_version())
        return 0

    return write_through(write)


def _version() -> str:
    from footprint import __version__

    return f"footprint {__version__}\n"


def _work() -> int:
    import gc

    gc.set_threshold(1_000_000, 50, 100)  # frozen values hold no cycles: looking for some took a tenth of the time
    from footprint.cli.app import main

    try:
        return main()
    finally:
        gc.freeze()  # nor does the end of the interpreter look for some, twice


if __name__ == "__main__":
    run()
