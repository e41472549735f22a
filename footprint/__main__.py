"""The `footprint` command."""

# No `from __future__ import` here: it reads a file, and Ctrl-C would find it at that.
import _signal  # type: ignore[import-not-found]  # what `signal` is made of, without its enumerations: 3 ms
import sys

_is_command = __name__ == "__main__" or [name.rpartition("/")[2] for name in sys.argv[:1]] == ["footprint"]
if _is_command and _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:
    # Nothing is made yet: until signals are answered the command ends as the kernel ends it, without a traceback.
    _signal.signal(_signal.SIGINT, _signal.SIG_DFL)

from footprint import ending  # noqa: E402


def run() -> None:
    """Run the command line. Signals are answered from here on, `--version` before anything heavier is imported."""
    ending.take_signals()
    sys.exit(ending.run(_work))


def _work() -> int:
    if sys.argv[1:2] in (["--version"], ["-V"]):
        from footprint.cli.streams import write_through

        return write_through(_print_version)
    import gc

    gc.set_threshold(1_000_000, 50, 100)  # frozen values hold no cycles: looking for some took a tenth of the time
    from footprint.cli.app import main

    try:
        return main()
    finally:
        gc.freeze()  # nor does the end of the interpreter look for some, twice


def _print_version() -> int:
    from footprint import __version__

    sys.stdout.write(f"footprint {__version__}\n")
    return 0


if __name__ == "__main__":
    run()
