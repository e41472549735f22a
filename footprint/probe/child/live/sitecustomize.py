"""Run by `site` in every Python process of a live measurement: records what it loads from here on.

Of a start that is tuned nothing is recorded: the collector (child/collector.py) waits for its signal instead.

The folder of this file stands first in PYTHONPATH. It leaves sys.path at once, and the sitecustomize that would
have run without it runs then. Whatever goes wrong here, the application starts as if nothing had been.
"""

import os
import sys
from time import monotonic_ns

VARIABLE = "FOOTPRINT_LIVE"  # folder of the records, folder of the recorder, how its names end, tag, project
TUNED = "FOOTPRINT_TUNE"  # folder to answer in, folder of the recorder, how its names end, "1" to freeze


def open_records(folder):
    """Return the descriptor of a new file for the records of this process."""
    path = "%s/%d.%d" % (folder, os.getpid(), monotonic_ns())
    return os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY | os.O_APPEND, 0o600)


def load(name, code_folder, suffix):
    """Return the names of a file of the child's code, and where it was found."""
    path = "%s/%s%s" % (code_folder, name, suffix)
    with open(path, "rb") as file:
        data = file.read()
    if path.endswith(".pyc") and data[:4] != sys.modules["_frozen_importlib_external"].MAGIC_NUMBER:
        # The command starts another Python than it was compiled for, whose bytecode would crash this one.
        code_folder, suffix = os.path.dirname(os.path.dirname(os.path.abspath(__file__))), ".py"
        path = "%s/%s%s" % (code_folder, name, suffix)
        with open(path, "rb") as file:
            data = file.read()
    code = sys.modules["marshal"].loads(data[16:]) if path.endswith(".pyc") else compile(data, path, "exec")
    space = {"__name__": "_footprint_" + name}
    exec(code, space)
    return space, code_folder, suffix


def start(records, code_folder, suffix, tag, project):
    """Start the recorder in this process and in each that it forks."""
    space, code_folder, suffix = load("recorder", code_folder, suffix)
    options = {"fd": str(open_records(records)), "memory": "statm", "hook": "find_and_load"}
    options["folder"], options["suffix"], options["tag"] = code_folder, suffix, tag
    recorder = space["start_recording"](options)
    recorder.names_origins = True
    recorder.leaves_forks = False

    growth = space["neighbour"]("growth", options)["Growth"](recorder, space["keep_high"], project)

    def go_on_in_fork():
        try:
            recorder.enter_fork(space["keep_high"](open_records(records), 0))
            recorder.stage("interpreter")
            recorder.send(recorder.header)
            growth.begin()
        except OSError:
            recorder.lose()

    os.register_at_fork(before=growth.stop, after_in_parent=growth.start, after_in_child=go_on_in_fork)
    __import__("atexit").register(growth.stop)
    growth.begin()


def run_the_other():
    """Import the sitecustomize that this one stands in front of."""
    here = os.path.dirname(os.path.abspath(__file__))
    sys.path[:] = [path for path in sys.path if os.path.abspath(path or ".") != here]
    sys.path_importer_cache.pop(here, None)
    ours = sys.modules.pop("sitecustomize")
    try:
        import sitecustomize  # noqa: F401, PLW0406
    except ImportError as error:
        if error.name != "sitecustomize":
            raise
    finally:
        sys.modules.setdefault("sitecustomize", ours)  # `site` looks for it when it has run


try:
    if VARIABLE in os.environ:
        start(*os.environ[VARIABLE].split("\x1f"))
    if TUNED in os.environ:
        told, code, end, freezes = os.environ[TUNED].split("\x1f")
        load("collector", code, end)[0]["install"](told, freezes)
except Exception:  # noqa: S110 - a start that is not recorded is better than none
    pass
run_the_other()
