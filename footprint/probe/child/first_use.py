"""Lazy imports tried for real once the entry is ready: each in a fork of its own, then all of them in one.

One fork is both: it is read when its statement has ended, and goes on with all the others.
What raises is caught, as an application would, and what it left in memory counts: half a package may stay. A fork starts from the memory of the ready process and leaves it as it was; what crashes or hangs there takes
nothing with it. Its records go to a file of its own and come back framed: `u index status length`, then the bytes.
"""

import builtins
import posix as os  # not os itself, nor time.sleep: gevent and others replace their functions
import sys
import warnings
from posix import open as open_descriptor
from time import monotonic

POLL_S = 0.005
LOOK_S = 0.5
IDLE_S = (
    5  # a fork that waits for threads that it has not got never goes on; what hung is tried in a process of its own
)
TIMED_OUT = "timeout"
ENDED = b"s first_use "  # the record that a fork writes when all its statements have ended, by an exception or without
PAGE = os.sysconf("SC_PAGE_SIZE")
PRESENT = 0x80  # bit 63 of an entry of pagemap: the page is in memory
# Small, since what is freed before the first reading is used up by the imports: the pages of torch's library at once
# took 0.7 MiB from the growth of pandas.
PIECE = 1 << 12
PAGES_AT_ONCE = 512
MOST_PIECES = 500  # in one write. Source: writev(2), IOV_MAX


def run(recorder, options, neighbour):
    """Try every statement alone, then together those that came to an end; leave this process unchanged.

    Who goes on with the others is tried after them: the first of whose package nothing is in memory, since that takes
    longest. All others are in the order of the sources.
    """
    waiting = getattr(sys, "lazy_modules", ())  # 3.15 and later
    statements = [read_statement(text, waiting) for text in options["first_use"].split("\x1e") if text]
    tools = {
        "limit_s": float(options["first_use_limit"]),
        "describe": neighbour("failure", options)["describe"],
        "list_modules": neighbour("stages", options)["list_modules"],
    }
    recorder.send(b"n %d\n" % len(statements))
    if options["forks"] and recorder.stops:
        run_worker(recorder, tools["limit_s"])
    if options["first_use_here"]:  # some libraries do not bear a fork, and a rehearsal is of one process
        run_recorded(recorder, [(module, names) for module, names, runs in statements if runs], tools["describe"])
        return
    left = []
    for index, (module, names, runs) in enumerate(statements):
        if not runs or is_loaded(module, names):
            recorder.send(b"k %d\n" % index)
        else:
            left.append((index, (module, names)))
    if not left:
        return
    long = next((each for each in left if each[1][0].partition(".")[0] not in sys.modules), left[0])
    others = [each for each in left if each is not long]
    done = [statement for index, statement in others if run_in_fork(recorder, index, [statement], **tools)]
    done = run_and_go_on(recorder, long, (len(statements) + 1, done), **tools)
    if len(done) > 1:
        run_in_fork(recorder, len(statements), done, **tools)


def run_worker(recorder, limit_s):
    """Have a fork do what every worker comes to, and its memory read before and after."""
    pid = fork()
    if pid == 0:
        try:
            recorder.is_fork = True
            recorder.stop()
            collector = builtins.__import__("gc")
            if collector.isenabled():  # an application may turn it off, or freeze what it has
                collector.collect()
            recorder.stop()
        finally:
            recorder.kill_children("self")
            os._exit(0)
    recorder.send(("j %d %s\n" % (pid, wait(pid, limit_s, recorder))).encode())


def fork():
    """Fork without a warning of threads."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what follows needs none, under a time limit
        return os.fork()


def read_statement(text, waiting):
    """Return ("pkg.mod", ["name", ...], whether it is late) of "pkg.mod US name,name US promise,promise".

    An ordinary import is late where the interpreter keeps one of the promises for its first use.
    """
    module, names, promises = text.split("\x1f")
    runs = not promises or any(name in waiting for name in promises.split(","))
    return module, names.split(",") if names else [], runs


def is_loaded(module, names):
    """Say whether the statement would find all in memory; without touching an attribute, which may load it."""
    found = sys.modules.get(module)
    if found is None:
        return False
    try:
        space = object.__getattribute__(found, "__dict__")
    except Exception:
        return False
    return all(
        type(space[name]).__name__ != "lazy_import" if name in space else module + "." + name in sys.modules
        for name in names
    )


def run_in_fork(recorder, index, statements, limit_s, describe, list_modules):
    """Run the statements in a fork and hand its records on; return whether all came to an end."""

    def work(output):
        return run_here(recorder, [(output, statements)], describe, list_modules)

    return hand_on(recorder, "u %d" % index, ENDED, *try_in_fork(recorder, limit_s, work))


def run_and_go_on(recorder, one, others, limit_s, describe, list_modules):
    """Run a statement in a fork, and in the same one the others; both come with the number of their records.

    Return what is left to be run together: nothing where it went on, else all that came to an end.
    """
    index, statement = one
    last, others = others
    more = make_file()

    def work(output):
        parts = [(output, [statement]), (more, others)]
        return run_here(recorder, parts if others else parts[:1], describe, list_modules)

    status, output = try_in_fork(recorder, limit_s, work, more=more)
    if not os.fstat(more).st_size:
        os.close(more)
        return [statement] * hand_on(recorder, "u %d" % index, ENDED, status, output) + others
    failed = holds(output, recorder.mark_bytes + b"f ")
    hand_on(recorder, "u %d" % index, ENDED, "1" if failed else "0", output)
    hand_on(recorder, "u %d" % last, ENDED, status, more)
    return []


def try_in_fork(recorder, limit_s, work, own_ticks=0, more=None):
    """Fork, have `work` write its records to a file, and wait; return how the fork ended, and the file.

    `own_ticks`: the processor time that we may take in it ourselves from one look to the next. `more`: a second file,
    which gives it as much time again once it writes to that.
    """
    output = make_file()
    recorder.leaves_forks = False
    try:
        pid = fork()
    finally:
        recorder.leaves_forks = True
    if pid == 0:
        status = 1
        try:
            status = work(output)
        finally:
            recorder.kill_children("self")
            os._exit(status)
    return wait(pid, limit_s, recorder, own_ticks, output, more), output


def make_file():
    """Return a new file without a name that is written at its end: two threads wrote over each other at one position.

    The kernel guards the position of what was opened, not of what memfd_create gives.
    """
    made = os.memfd_create("footprint-first-use")
    found = open_descriptor("/proc/self/fd/%d" % made, os.O_RDWR | os.O_APPEND)
    os.close(made)
    return found


def hand_on(recorder, head, ended, status, *outputs):
    """Write the records of a fork, framed, and close its files; return whether it came to its end."""
    is_over = status in ("0", "1") and holds(outputs[0], recorder.mark_bytes + ended)
    pieces = [piece for output in outputs for piece in read_pieces(output)]
    head = "%s%s %s %d\n" % (recorder.mark, head, status, sum(map(len, pieces)))
    recorder.put(head.encode(), *pieces)
    for output in outputs:
        os.close(output)
    return is_over


def holds(output, word):
    """Say whether a word is in a file of records."""
    last = b""
    for piece in read_pieces(output):
        if word in last + piece:
            return True
        last = piece[-len(word) :]
    return False


def read_pieces(output):
    """Yield what a file holds, in pieces: what comes from large blocks is given back in another way from then on."""
    size = os.fstat(output).st_size
    length = max(PIECE, size // MOST_PIECES + 1)
    for place in range(0, size, length):
        yield os.pread(output, length, place)


def run_here(recorder, parts, describe, list_modules):
    """Run the statements of each part in this fork, recorded in a file of its own; return its exit status."""
    touch_pages(os.getppid())
    recorder.enter_fork(parts[0][0])
    before = None
    for output, statements in parts:
        if output != recorder.output:
            recorder.output = output
            recorder.file = recorder.identify()
            recorder.watch()
        recorder.stage("interpreter")  # where the growth begins, as seen from outside
        before = before or set(sys.modules)
        went_well = run_recorded(recorder, statements, describe)
        recorder.watching = 0
        list_modules(recorder, before)
    return 0 if went_well else 1


def run_recorded(recorder, statements, describe):
    """Run the statements as one span that ends the stage; return whether all went well."""
    number = recorder.begin("<first-use>")
    went_well = True
    for module, names in statements:
        try:
            run_statement(module, names)
        except BaseException as error:  # a lazy import may be broken, and often is
            record = "f %s\n" % describe(error)
            recorder.send(record.encode("utf-8", "backslashreplace"))
            went_well = False
    recorder.stage("first_use", number)
    return went_well


def run_statement(module, names):
    """Do what `from module import names` does, or `import module`: names may be submodules or load on access."""
    builtins.__import__(module, {}, {}, names, 0)
    loaded = sys.modules[module]
    for name in names:
        if name != "*" and not hasattr(loaded, name) and module + "." + name not in sys.modules:
            raise ImportError("cannot import name %r from %r" % (name, module))


def wait(pid, limit_s, recorder, own_ticks=0, output=None, more=None):
    """Return the exit status of the fork as text, negative for a signal, `timeout` when it had to be killed.

    One that writes to `output` goes on, also where it takes next to no processor time. It has the time anew once it
    writes to `more`, and goes on with that.
    """
    began = active = looked = monotonic()
    used = written = None
    while True:
        found, status = os.waitpid(pid, os.WNOHANG | os.WUNTRACED)
        if found and os.WIFSTOPPED(status):  # who reads its memory watches this process alone
            recorder.stop()
        elif found:
            return str(-os.WTERMSIG(status) if os.WIFSIGNALED(status) else os.WEXITSTATUS(status))
        now = monotonic()
        if now - looked > LOOK_S:
            looked, before, used = now, used, read_processor_time(pid, recorder)
            active = now if used is None or before is None or used - before > own_ticks else active
            if output is not None and os.fstat(output).st_size != written:
                active, written = now, os.fstat(output).st_size
        if more is not None and os.fstat(more).st_size:
            began, active, output, written, more = now, now, more, None, None
        if now - began > limit_s or now - active > IDLE_S:
            recorder.kill_children(str(pid))
            os.kill(pid, 9)
            os.waitpid(pid, 0)
            return TIMED_OUT
        recorder.sleep(POLL_S)


def read_processor_time(pid, recorder):
    """Return the processor time of a process and of its children in ticks; None where it cannot be read."""
    try:
        return sum(map(int, recorder.read_file("/proc/%d/stat" % pid).rpartition(b")")[2].split()[11:15]))
    except OSError:
        return None


def touch_pages(parent):
    """Map the file pages that the parent has in memory.

    A fork starts without most of them and would count as growth what it merely looks at again: 9 MiB of 87
    on pandas and scikit-learn. Reading through /proc/self/mem maps a page as any access does.
    """
    try:
        pagemap = os.open("/proc/%d/pagemap" % parent, os.O_RDONLY)
        memory = os.open("/proc/self/mem", os.O_RDONLY)
        maps = os.open("/proc/self/maps", os.O_RDONLY)
    except OSError:
        return  # anonymous memory is right all the same
    rest = b""
    while True:
        piece = os.read(maps, PIECE)
        *lines, rest = (rest + piece).split(b"\n")
        for line in lines:
            fields = line.split(None, 5)
            if len(fields) == 6 and fields[4] != b"0" and fields[1].startswith(b"r"):
                first, last = (int(part, 16) for part in fields[0].split(b"-"))
                touch_range(pagemap, memory, first, last)
        if not piece:
            break
    for descriptor in (pagemap, memory, maps):
        os.close(descriptor)


def touch_range(pagemap, memory, first, last):
    """Read a byte of every page between two addresses that the parent has in memory."""
    try:
        for start in range(first, last, PAGES_AT_ONCE * PAGE):
            count = min(PAGES_AT_ONCE, (last - start) // PAGE)
            present = os.pread(pagemap, count * 8, start // PAGE * 8)
            for index in range(7, len(present), 8):
                if present[index] & PRESENT:
                    os.pread(memory, 1, start + index // 8 * PAGE)
    except (OSError, OverflowError):
        return  # a special mapping
