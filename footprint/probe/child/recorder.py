"""Starts one entry in the target interpreter and records what it loads, as it loads.

Run as `python recorder.py fd=7 kind=module target=app.main ...` (footprint/probe/launch.py). Keeps no state that grows: every load is one record, written at once.
A record is RS, a letter, fields, newline; footprint/probe/events.py lists them. A kept descriptor of
/proc/self/statm costs 1.4 us per reading. Before the first reading nothing is imported that the
interpreter does not load itself: this file must weigh as little as it can in the process it measures.
"""

import builtins
import os
import sys
from _thread import get_ident
from time import monotonic_ns, sleep

HIGH_DESCRIPTORS = (1010, 240)  # out of the way of an entry that closes or reuses low numbers
PIPE_LOST = 97  # exit status: the entry closed the descriptor that the records go to
STATUS_FAILED = 96
PENDING_LIMIT = 500
STACK_SLOTS = 65600  # a little over half of 1 MiB, so that the chunk that holds it has as much to spare
IMPORTLIB_FILE = "<frozen importlib._bootstrap>"

bootstrap = sys.modules["_frozen_importlib"]
bootstrap_external = sys.modules["_frozen_importlib_external"]


def keep_high(descriptor, index):
    """Move a descriptor up, each to a place of its own, and keep it from programs that the entry starts."""
    for number in (high + index for high in HIGH_DESCRIPTORS):
        try:
            os.dup2(descriptor, number, False)
        except OSError:
            continue
        os.close(descriptor)
        return number
    os.set_inheritable(descriptor, False)
    return descriptor


class Recorder:
    """Writes records. Closures instead of attributes where a call happens once per import."""

    def __init__(self, output, memory):
        self.output = output
        self.statm = -1
        self.live = True
        self.spans = iter(range(1 << 62)).__next__
        self.pending = {}  # modules that the main thread asked for since its last record
        self.main = get_ident()
        if memory == "statm":
            try:
                self.statm = keep_high(os.open("/proc/self/statm", os.O_RDONLY), 1)
                os.pread(self.statm, 128, 0)
            except OSError:
                self.statm = -1

    def leave_forked_child(self):
        """A forked child must neither write records nor hold the file open."""
        self.live = False
        try:
            os.close(self.output)
        except OSError:
            pass

    def reading(self):
        """Return the line of statm, or an empty one where there is none."""
        return os.pread(self.statm, 128, 0) if self.statm >= 0 else b"\n"

    def send(self, record):
        """Write one record that carries no reading."""
        try:
            if self.live:
                os.write(self.output, record)
        except OSError:
            self.live = False

    def edges(self, names):
        """Keep that the load under way in this thread asked for `names`, until the next record."""
        thread = get_ident()
        if thread == self.main:
            pending = self.pending
            for name in names:
                pending[name] = None
            if len(pending) > PENDING_LIMIT:
                self.send(self.flush_edges())
        else:
            record = "\x1ei %d\t%s\n" % (thread, "\t".join(names))
            self.send(record.encode("utf-8", "backslashreplace"))

    def flush_edges(self):
        """Return the record of the edges seen since the last one; its importer is the load under way."""
        pending = self.pending
        record = ("\x1ei %d\t%s\n" % (self.main, "\t".join(pending))).encode("utf-8", "backslashreplace")
        pending.clear()
        return record

    def begin(self, name):
        """Write that a load begins; return its number."""
        number = self.spans()
        thread = get_ident()
        edges = self.flush_edges() if self.pending and thread == self.main else b""
        head = ("\x1eb %d %d %d %s\t" % (number, thread, monotonic_ns(), name)).encode("utf-8", "backslashreplace")
        try:
            os.write(self.output, edges + head + self.reading())
        except OSError:
            self.live = False
        return number

    def end(self, number, ok):
        """Write that load `number` ended; `ok` is 1, or the identity of what it raised."""
        if not self.live:
            return
        try:
            reading = self.reading()
            head = b"\x1ee %d %d %d\t" % (number, monotonic_ns(), ok)
            edges = self.flush_edges() if self.pending and get_ident() == self.main else b""
            os.write(self.output, edges + head + reading)
        except OSError:
            self.live = False

    def stage(self, name, number=None):
        """Write the reading at the end of a stage, closing span `number` with the same reading."""
        try:
            reading, now = self.reading(), monotonic_ns()
        except OSError:
            self.live = False
            return
        edges = self.flush_edges() if self.pending else b""
        closing = b"" if number is None else b"\x1ee %d %d 1\t%s" % (number, now, reading)
        head = ("\x1es %s %d %d %d\t" % (name, now, len(sys.modules), read_peak())).encode()
        self.send(edges + closing + head + reading)
        if self.statm < 0:
            sleep(0.1)  # the parent reads our memory now


def read_peak():
    """Return the peak RSS in kB, -1 where the kernel does not say."""
    try:
        descriptor = os.open("/proc/self/status", os.O_RDONLY)
        try:
            text = os.read(descriptor, 8192)
        finally:
            os.close(descriptor)
        return int(text.partition(b"VmHWM:")[2].split(None, 1)[0])
    except (OSError, ValueError, IndexError):
        return -1


def hook_loads(recorder):
    """Replace `_find_and_load`: statements, import_module and C callers all pass through it."""
    original = getattr(bootstrap, "_find_and_load", None)
    if original is None:
        return None
    modules = sys.modules
    begin, end, edges = recorder.begin, recorder.end, recorder.edges

    def _find_and_load(name, import_):
        if not recorder.live:
            return original(name, import_)
        if name in modules:  # importlib.import_module comes here for what is loaded already
            edges((name,))
            return original(name, import_)
        number = begin(name)
        try:
            module = original(name, import_)
        except BaseException as error:
            end(number, id(error))
            raise
        end(number, 1)
        return module

    bootstrap._find_and_load = disguise(_find_and_load)
    if passes_self_test(recorder):
        return "find_and_load"
    bootstrap._find_and_load = original
    return None


def hook_edges(recorder):
    """Wrap `builtins.__import__`, the only place that sees an import of what is loaded already."""
    original = builtins.__import__
    modules = sys.modules
    attributes = object.__getattribute__  # a lazy module loads itself on any ordinary attribute access

    def asked_for(name, globals, fromlist, level, module):
        try:
            if level:
                package = globals["__package__"] or globals["__name__"]
                if level > 1:
                    package = package.rsplit(".", level - 1)[0]
                name = package + "." + name if name else package
            names = [name]
            if fromlist:
                space = attributes(module, "__dict__")
                if "__path__" in space:
                    for item in space.get("__all__", ()) if "*" in fromlist else fromlist:
                        item = name + "." + item
                        if item in modules:
                            names.append(item)
        except (KeyError, TypeError, AttributeError):
            return
        recorder.edges(names)

    def __import__(name, globals=None, locals=None, fromlist=(), level=0):  # noqa: N807 - it stands in for it
        module = original(name, globals, locals, fromlist, level)
        if recorder.live:
            asked_for(name, globals, fromlist, level, module)
        return module

    builtins.__import__ = disguise(__import__)


def disguise(function):
    """Give a hook the file name of importlib, so that warnings and tracebacks skip it as they skip importlib."""
    function.__code__ = function.__code__.replace(co_filename=IMPORTLIB_FILE)
    return function


def passes_self_test(recorder):
    """Import a name that is blocked: no file is touched, and the hook must have seen it."""
    name = "_footprint_self_test"
    sys.modules[name] = None
    try:
        __import__(name)
    except ImportError:
        pass
    except TypeError:
        return False  # this interpreter calls `_find_and_load` in another way
    finally:
        del sys.modules[name]
    seen = name in recorder.pending
    recorder.pending.clear()
    return seen


def hook_compiles(recorder):
    """Count sources compiled for the cache (c) and .pyc files really written (w)."""
    loader = bootstrap_external.SourceFileLoader
    if not hasattr(loader, "_cache_bytecode") or not hasattr(bootstrap_external, "_write_atomic"):
        return
    cache_bytecode, write_atomic = loader._cache_bytecode, bootstrap_external._write_atomic

    def _cache_bytecode(self, *arguments):
        recorder.send(b"\x1ec\n")
        return cache_bytecode(self, *arguments)

    def _write_atomic(*arguments):
        result = write_atomic(*arguments)
        recorder.send(b"\x1ew\n")
        return result

    loader._cache_bytecode = disguise(_cache_bytecode)
    bootstrap_external._write_atomic = disguise(_write_atomic)


def widen_stack(function):
    """Make a function claim a large frame, so that all below it shares one chunk of the frame stack.

    From 3.11 on frames live in chunks of 16 KiB. A frame of ours may push a module's code over the end of
    one, and then each call that the module makes maps and unmaps a chunk: +23,000 page faults and +10 % CPU
    on a real stack. Untouched pages of the large chunk cost no memory.
    """
    if sys.version_info >= (3, 11):
        function.__code__ = function.__code__.replace(co_stacksize=STACK_SLOTS)
    return function


def neighbour(name, options):
    """Run a file beside this one, which most runs do not need; return its names."""
    path = os.path.join(options["folder"], name + options["suffix"])
    with open(path, "rb") as file:
        data = file.read()
    # importlib has loaded marshal
    code = sys.modules["marshal"].loads(data[16:]) if path.endswith(".pyc") else compile(data, path, "exec")
    space = {"__name__": "_footprint_" + name}
    exec(code, space)
    return space


def load_file(path, recorder):
    """Run a script as a module named after it, from source as a launcher would, without a .pyc."""
    name = os.path.basename(path).partition(".")[0]
    if name in sys.modules:
        name += "_script"
    number = recorder.begin(name)
    try:
        loader = bootstrap_external.SourceFileLoader(name, path)
        spec = bootstrap.ModuleSpec(name, loader, origin=path)
        spec._set_fileattr = True
        module = bootstrap.module_from_spec(spec)
        module.__dict__.pop("__cached__", None)
        sys.modules[name] = module
        exec(loader.source_to_code(loader.get_data(path), path), module.__dict__)
    except BaseException as error:
        recorder.end(number, id(error))
        raise
    recorder.end(number, 1)
    return sys.modules.get(name, module)


def load_entry(kind, target, recorder):
    """Import the entry; return the module that holds its attribute."""
    if kind == "file":
        return load_file(target, recorder)
    module = bootstrap._gcd_import(target)
    if kind == "-m" and hasattr(module, "__path__"):
        module = bootstrap._gcd_import(target + ".__main__")
    return module


def run_stages(recorder, options):
    """Import, resolve, call the factory, run the lifespan: each between two readings."""
    number = recorder.begin("<entry>")
    value = load_entry(options["kind"], options["target"], recorder)
    for part in options["attribute"].split(".") if options["attribute"] else ():
        value = getattr(value, part)
    if options["call"]:
        recorder.end(number, 1)
        number = recorder.begin("<factory>")
        args, kwargs = eval(options["call"], {"__builtins__": {}})  # literals, checked by the parent
        value = value(*args, **kwargs)
    recorder.stage("import", number)
    if options["lifespan"] and options["attribute"]:
        number = recorder.begin("<lifespan>")
        lifespan = neighbour("lifespan", options)
        style = lifespan["style_of"](value)
        if style:
            outcome, recorder.kept = lifespan["start"](value, style)
            recorder.send(("\x1el %s\n" % outcome).encode())
            recorder.stage("ready", number)
    if options["first_use"]:
        number = recorder.begin("<first-use>")
        for name in options["first_use"].split(","):
            try:
                bootstrap._gcd_import(name)
            except BaseException as error:  # a lazy import may be broken, and often is
                recorder.send(("\x1ef %s\t%r\n" % (name, type(error).__name__)).encode("utf-8", "backslashreplace"))
        recorder.stage("first_use", number)


def list_modules(recorder):
    """Write the file of every module in memory, touching no module's own attribute access."""
    lines = []
    for name, module in list(sys.modules.items()):
        try:
            space = object.__getattribute__(module, "__dict__")
            spec = space.get("__spec__")
            origin = space.get("__file__") or (spec.origin if getattr(spec, "has_location", False) else None)
            if type(name) is str and type(origin) is str:
                path = os.path.join(recorder.folder, origin)
                lines.append("\x1em %s\t%s\n" % (name, path))
        except Exception:  # any object may sit in sys.modules
            continue
    recorder.send("".join(lines).encode("utf-8", "backslashreplace"))


def finish(recorder, status):
    """Write the last records and leave at once: atexit handlers and threads do not run on."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except BaseException:
            pass
    list_modules(recorder)
    recorder.send(b"\x1ez\n")
    os._exit(status if recorder.live else PIPE_LOST)


def set_up(options):
    """Make the process look as the launcher would leave it: path, argv, a harmless __main__."""
    if not getattr(sys.flags, "safe_path", False):
        del sys.path[0]  # the folder of this file
    sys.path.insert(0, options["search"])
    sys.argv[:] = [options["argv0"]]
    main = type(sys)("__main__")
    main.__dict__["__builtins__"] = builtins
    if options["kind"] == "file":
        main.__file__ = options["target"]
    sys.modules["__main__"] = main


def start_recording(options):
    """Take the bare reading, then set the hooks; return the recorder."""
    recorder = Recorder(keep_high(int(options["fd"]), 0), options["memory"])
    recorder.folder = os.getcwd()
    preloaded = "\t".join(sys.modules)
    recorder.stage("interpreter")
    recorder.send(("\x1ep %s\n" % preloaded).encode("utf-8", "backslashreplace"))
    hook = hook_loads(recorder) if options["hook"] == "find_and_load" else None
    if hook is None and options["hook"] != "none":
        hook = neighbour("metapath", options)["install"](recorder)
    if hook:
        hook_edges(recorder)
    hook_compiles(recorder)
    if hasattr(os, "register_at_fork"):
        os.register_at_fork(after_in_child=recorder.leave_forked_child)
    page = os.sysconf("SC_PAGE_SIZE")
    recorder.send(("\x1eh %s %d %d\n" % (hook or "none", page, recorder.main)).encode())
    return recorder


def main():
    """Record one entry from the bare interpreter to its last stage."""
    options = dict(argument.split("=", 1) for argument in sys.argv[1:])
    set_up(options)
    try:
        import faulthandler  # built in; tells where a crash or a hang was

        faulthandler.enable(2, all_threads=False)
    except (ImportError, ValueError, RuntimeError):
        pass
    recorder = start_recording(options)
    try:
        for prelude in options["preludes"].split("\x1e") if options["preludes"] else ():
            name, _, argument = prelude.partition("\x1f")
            neighbour(name, options)["install"](argument)
        widen_stack(run_stages)(recorder, options)
    except BaseException as error:  # an entry may raise anything
        neighbour("failure", options)["report"](recorder, error)
        finish(recorder, STATUS_FAILED)
    finish(recorder, 0)


if __name__ == "__main__":
    main()
