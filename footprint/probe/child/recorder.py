"""Starts one entry in the target interpreter and records what it loads, as it loads.

Run as `python recorder.py fd=7 kind=module target=app.main ...` (footprint/probe/launch.py). Keeps no state
that grows: every load is two records, written at once. A record is RS, the tag of this start, a letter, fields,
newline; footprint/probe/records.py lists them. At the end of a stage it stops itself until its memory has been read
from outside: that needs no descriptor, and no thread of the entry runs on meanwhile. A kept descriptor of /proc/self/statm costs 1.4 us per reading.
Nothing is imported that the interpreter does not load itself: this file must weigh as little as it can.
"""

# What is called while the entry runs is taken by name: the entry may replace what the modules hold.
import builtins
import os
import sys
from _thread import _count as count_threads
from _thread import get_ident
from os import _exit as exit_now
from os import close, dup2, fstat, getpid, getppid, kill, listdir, pread, read, write, writev
from os import open as open_descriptor
from time import monotonic_ns, sleep

HIGH_DESCRIPTORS = (1010, 240)  # out of the way of an entry that closes or reuses low numbers
PIPE_LOST = 97  # exit status: the entry closed the descriptor that the records go to
STATUS_FAILED = 96
PENDING_LIMIT = 500
NO_READING = b"\n"
# Freeing a large block would tell malloc to keep large blocks from now on: an entry that multiplied two matrices of
# 1 MiB held 2.6 MiB more than without us.
PIECE = 1 << 14
SIGSTOP = getattr(sys.modules.get("_signal"), "SIGSTOP", 19)


def keep_high(descriptor, index):
    """Move a descriptor up, each to a place of its own, and keep it from programs that the entry starts."""
    for number in (high + index for high in HIGH_DESCRIPTORS):
        try:
            dup2(descriptor, number, False)
        except OSError:
            continue
        close(descriptor)
        return number
    os.set_inheritable(descriptor, False)
    return descriptor


class Recorder:
    """Writes records, each with one system call; stops for good when the descriptor is gone."""

    # With more than 30 attributes of its own each would be found more slowly.
    is_fork, leaves_forks = False, True
    compiled = False  # a module, for the cache
    names_origins = False  # where a module came from is written when it is loaded, not at the end

    def __init__(self, output, options):
        self.output = output
        self.file = self.identify()
        self.mark = "\x1e" + options["tag"]
        self.mark_bytes = self.mark.encode()
        self.begin_head, self.end_head, self.edges_head = (self.mark + letter for letter in ("b ", "e ", "i "))
        self.stops = bool(options.get("stops"))  # somebody reads our memory then, and lets us go on
        self.statm = -1
        self.live = True  # records can be written
        self.spans = iter(range(1 << 62)).__next__
        self.pending = {}  # modules that the main thread asked for since its last record
        self.fresh = None  # the one that it has loaded since then, by a statement of the load under way
        self.main = get_ident()
        self.main_text = "%d" % self.main  # made once: every load tells it
        self.watching = self.main  # while loads are recorded, else 0
        self.import_hook, self.hook_code = builtins.__import__, None
        self.asker = lambda number: b""  # the record of who asked for a load
        self.place = self.told = None  # file and line of ours that runs, and that the records know of
        self.lines, self.begun_ns = None, 0  # what follows it; when the last load began
        self.kill_children, self.read_file, self.sleep = kill_children, read_file, sleep
        self.find_origin = find_origin
        if options["memory"] == "statm":
            self.open_memory()

    def identify(self):
        """Return what tells the file of the records from any other."""
        try:
            status = fstat(self.output)
        except OSError:
            return None
        return status.st_dev, status.st_ino

    def open_memory(self):
        """Open the memory figures of this very process."""
        try:
            self.statm = keep_high(open_descriptor("/proc/self/statm", os.O_RDONLY), 1)
            pread(self.statm, 128, 0)
        except OSError:
            self.statm = -1

    def enter_fork(self, output):
        """Go on in a fork of our own: read its memory, write to its file."""
        self.output, self.main = output, get_ident()
        self.file, self.main_text = self.identify(), "%d" % self.main
        self.watch()
        self.pending.clear()
        self.is_fork = True
        self.open_memory()

    def leave_forked_child(self):
        """A forked child must neither write records nor hold the file open, unless the fork is our own."""
        if not self.leaves_forks:
            return
        self.lose()
        try:
            close(self.output)
        except OSError:
            pass

    def watch(self):
        """Record loads from now on."""
        self.watching = self.main if self.live else 0

    def lose(self):
        """Write nothing more."""
        self.live, self.watching = False, 0

    def reading(self):
        """Return the line of statm, or an empty one where there is none."""
        return pread(self.statm, 128, 0) if self.statm >= 0 else NO_READING

    def send(self, record):
        """Write one record that carries no reading, given without its mark."""
        self.put(self.mark_bytes + record)

    def put(self, *records):
        """Write whole records, at once."""
        try:
            if self.live:
                writev(self.output, records)
        except OSError:
            self.lose()

    def edges(self, names):
        """Keep that the load under way in this thread asked for `names`, until the next record."""
        thread = get_ident()
        if thread == self.main:
            pending = self.pending
            pending.update(dict.fromkeys(names))
            if len(pending) > PENDING_LIMIT:
                self.put(self.tell_edges().encode("utf-8", "backslashreplace"))
        else:
            record = f"{self.edges_head}{thread}\t" + "\t".join(names).replace("\n", " ") + "\n"
            self.put(record.encode("utf-8", "backslashreplace"))

    def tell_edges(self):
        """Return the record of the edges seen since the last one, as text; their importer is the load under way.

        That it asked for what it has just loaded is in the record of that load.
        """
        pending = self.pending
        pending.pop(self.fresh, None)
        if not pending:
            return ""
        names = "\t".join(pending).replace("\n", " ")
        pending.clear()
        return f"{self.edges_head}{self.main_text}\t{names}\n"

    def tell_place(self):
        """Return the record of the line of ours that runs, as text."""
        self.told = file, line = self.place
        return "%st %d %d %s\n" % (self.mark, self.main, line, file.replace("\n", " "))

    def begin(self, name):
        """Write that a load begins; return its number."""
        number = self.spans()
        self.tell_begin(number, name, self.asker(number))
        return number

    def tell_begin(self, number, name, asker):
        """Write that load `number` begins, with the record of who asked for it."""
        thread, text = get_ident(), ""
        if thread == self.main:
            thread, text, self.fresh = self.main_text, self.tell_edges() if self.pending else "", None
        if self.place is not self.told:
            text += self.tell_place()
        if "\n" in name:
            name = name.replace("\n", " ")
        self.begun_ns = now = monotonic_ns()
        text = f"{text}{self.begin_head}{number} {thread} {now} {name}\t"
        try:
            if self.live:
                reading = pread(self.statm, 128, 0) if self.statm >= 0 else NO_READING
                write(self.output, text.encode("utf-8", "backslashreplace") + reading + asker)
        except OSError:
            self.lose()

    def end(self, number, ok, fresh=None):
        """Write that load `number` ended; `ok` is 1, or the identity of what it raised.

        `fresh`: its name, where a statement of the load around it asked for it.
        """
        if not self.watching:
            return
        try:
            reading = pread(self.statm, 128, 0) if self.statm >= 0 else NO_READING
            now, text = monotonic_ns(), ""
            if get_ident() == self.main:
                text, self.fresh = self.tell_edges() if self.pending else "", fresh
            if self.place is not self.told:
                text += self.tell_place()
            text = f"{text}{self.end_head}{number} {now} {ok}\t"
            write(self.output, text.encode("utf-8", "backslashreplace") + reading)
        except OSError:
            self.lose()

    def name_origin(self, name, module):
        """Write where a module came from."""
        origin = self.find_origin(module)
        if origin:
            path = "%s\t%s/%s" % (name, "" if origin.startswith("/") else self.folder, origin)
            self.send(("m %s\n" % path.replace("\n", " ")).encode("utf-8", "backslashreplace"))

    def stage(self, name, number=None):
        """Write the reading at the end of a stage, closing span `number` with the same reading."""
        try:
            reading, now = self.reading(), monotonic_ns()
        except OSError:
            self.lose()
            return
        if self.identify() != self.file:  # the entry has put something else in its place
            self.lose()
            return
        text = self.tell_edges()
        if self.place is not self.told:
            text += self.tell_place()
        closing = b"" if number is None else f"{self.end_head}{number} {now} 1\t".encode() + reading
        figures = (self.mark, name, now, len(sys.modules), read_peak(), count_threads())
        head = ("%ss %s %d %d %d %d\t" % figures).encode()
        self.put(text.encode("utf-8", "backslashreplace") + closing + head + reading)
        self.wait_for_reader()

    def wait_for_reader(self):
        """Give whoever reads our memory from outside the time to do so, and tell when we go on."""
        if self.stops and self.live:
            self.stop()
            try:
                self.send(b"g %d\t" % monotonic_ns() + self.reading())
            except OSError:
                self.lose()
        elif self.statm < 0 and not self.stops:
            sleep(0.1)

    def stop(self):
        """Wait until somebody lets us go on."""
        if self.stops:
            if self.is_fork:
                kill(getppid(), SIGSTOP)  # the one that is watched
            kill(getpid(), SIGSTOP)


def find_origin(module):
    """Return the file of a module, touching no attribute access of its own; None where there is none."""
    try:
        space = object.__getattribute__(module, "__dict__")
        spec = space.get("__spec__")
        origin = space.get("__file__") or (spec.origin if getattr(spec, "has_location", False) else None)
        return origin if type(origin) is str else None
    except Exception:  # any object may sit in sys.modules
        return None


def read_file(path):
    """Return the bytes of a file; not by `open`, which an entry may have replaced."""
    descriptor = open_descriptor(path, os.O_RDONLY)
    try:
        parts = []
        while not parts or parts[-1]:
            parts.append(read(descriptor, PIECE))
        return b"".join(parts)
    finally:
        close(descriptor)


def read_peak():
    """Return the peak RSS in kB, -1 where the kernel does not say."""
    try:
        return int(read_file("/proc/self/status").partition(b"VmHWM:")[2].split(None, 1)[0])
    except (OSError, ValueError, IndexError):
        return -1


def neighbour(name, options):
    """Run a file beside this one, which most runs do not need; return its names."""
    path = "%s/%s%s" % (options["folder"], name, options["suffix"])
    data = read_file(path)
    # importlib has loaded marshal
    code = sys.modules["marshal"].loads(data[16:]) if path.endswith(".pyc") else compile(data, path, "exec")
    space = {"__name__": "_footprint_" + name}
    exec(code, space)
    return space


def finish(recorder, stages, status):
    """Write the last records and leave at once: atexit handlers and threads do not run on."""
    recorder.watching = 0
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    stages["list_modules"](recorder)
    if recorder.live:  # not in a forked child, which would look for its own
        kill_children("self")
    recorder.send(b"z\n")
    exit_now(status if recorder.live else PIPE_LOST)


def kill_children(pid):
    """End what the entry started while it is still known to be ours: its session and environment may be its own."""
    found = [pid]
    for parent in found:  # grows
        try:
            tasks = listdir("/proc/%s/task" % parent)
        except OSError:
            continue
        for task in tasks:
            try:
                found += read_file("/proc/%s/task/%s/children" % (parent, task)).decode().split()
            except OSError:
                continue
    for child in reversed(found[1:]):
        try:
            kill(int(child), 9)
        except OSError:
            pass


def set_up(options):
    """Make the process look as the launcher would leave it: path, argv, a harmless __main__."""
    safe = getattr(sys.flags, "safe_path", False)
    if not safe:
        del sys.path[0]  # the folder of this file
    if options["kind"] == "site":  # the path is as it is before the folder of a script comes first on it
        pass
    elif not safe or options["kind"] == "module":  # servers put their working folder first all the same
        sys.path.insert(0, options["search"])
    if options["also"]:
        sys.path += options["also"].split(os.pathsep)
    sys.argv[:] = [options["argv0"]]
    main = type(sys)("__main__")
    main.__dict__["__builtins__"] = builtins
    if options["main"]:
        main.__file__ = options["main"]
    sys.modules["__main__"] = main


def start_recording(options):
    """Take the bare reading, then set the hooks; return the recorder."""
    recorder = Recorder(keep_high(int(options["fd"]), 0), options)
    recorder.folder = os.getcwd()
    preloaded = "\t".join(sys.modules).replace("\n", " ")
    recorder.stage("interpreter")
    recorder.send(("p %s\n" % preloaded).encode("utf-8", "backslashreplace"))
    recorder.asker = neighbour("askers", options)["Askers"](recorder, Recorder.__init__.__code__.co_filename).record
    hooks = neighbour("hooks", options)
    hook = hooks["hook_loads"](recorder) if options["hook"] == "find_and_load" else None
    if hook is None and options["hook"] != "none":
        hook = neighbour("metapath", options)["install"](recorder)
    if hook:
        hooks["hook_edges"](recorder)
    hooks["hook_compiles"](recorder)
    if hook and options.get("own"):
        folders = tuple(options["own"].split("\x1e"))
        recorder.lines = neighbour("lines", options)["install"](recorder, folders, hooks["disguise"])
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.leave_forked_child)
    page = os.sysconf("SC_PAGE_SIZE")
    recorder.header = ("h %s %d %d\n" % (hook or "none", page, recorder.main)).encode()
    recorder.send(recorder.header)
    return recorder


def main():
    """Record one entry from the bare interpreter to its last stage."""
    options = dict(argument.split("=", 1) for argument in sys.argv[1:])
    set_up(options)
    try:
        import faulthandler  # built in; tells where a crash or a hang was

        without = {"c_stack": False} if sys.version_info >= (3, 14) else {}  # as long as a tail of output may be
        faulthandler.enable(2, all_threads=False, **without)
    except (ImportError, ValueError, RuntimeError):
        pass
    recorder = start_recording(options)
    stages = neighbour("stages", options)
    try:
        stages["run"](recorder, options, neighbour)
    except BaseException as error:  # an entry may raise anything
        recorder.watching = 0
        neighbour("failure", options)["report"](recorder, error)
        finish(recorder, stages, STATUS_FAILED)
    finish(recorder, stages, 0)


if __name__ == "__main__":
    main()
