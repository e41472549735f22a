"""What is asked of an application once it is ready: requests without a server, and functions by their names.

Each is done in a fork of its own, on the loop that the lifespan ran on, and then all in a row in one more. What a fork
would share with others is replaced in it: the threads of executors, and descriptors (own_descriptors.py). What compiled
modules is done again, since a server that was deployed has compiled them. first_use.py has the forks.

What grew is done once more to see at which lines, and what is measured has no such look beside it: its few objects kept
up to 3.5 MiB of freed arenas from being given back, of 10 MiB that Django held after a list of 30,000 objects.
"""

import sys
from os import close, dup2, fstat, pread

ENDED = b"s calls "  # the record that a fork writes when all its calls have ended
MOST_HUNG = 2  # that came to no end before any came to one
COMPILED = b"c\n"  # the record of a module that was compiled
SWITCH_S = 1e-4  # so soon a thread that runs lets the one look that watches the memory
LIMIT_SIGNAL = 14  # SIGALRM
LIMIT_S = 30  # of each in a start of its own: gunicorn would end its worker
OWN_TICKS = 2  # of processor time that the look from beside takes at most, in half a second
HIGH = 230  # below what recorder.py takes where there are few
LINES_LOST, LOST_KB = "1", 4096  # how a fork ends where it is not known at which lines it grew, from so much on
BESIDE, TRACED = "beside", "traced"  # how it is seen at which lines a call grows: by a thread; by a trace function


def run(recorder, options, neighbour, first_use, value):
    """Do every call alone, then in a row those that came to an end; leave this process unchanged."""
    if recorder.compiled and not options["last"]:
        return  # this start is done again: what is called may write
    data = recorder.read_file(options["calls"])  # kept: freeing a large block changes how malloc goes on
    orders = sys.modules["marshal"].loads(data)
    calls, limit_s = orders["calls"], float(options["first_use_limit"])
    caller = Caller(recorder, options, neighbour, orders, value)
    if options["calls_here"]:
        run_here(recorder, options, neighbour, first_use, caller, calls)
        return

    if orders["refused"] is not None:
        calls += find_routes(recorder, orders, first_use, neighbour("routes", options)["find"], value)
    row = len(calls)  # the index of all in a row

    def try_calls(index, some):
        shares = options["forks"] and index == (row if row > 1 else 0)

        def fork(look=None, before=None):
            def work(output):
                status = caller.work(output, some, first_use, look, shares)
                if before is not None:
                    copy_records(before, recorder, b"W ")
                return status

            return first_use["try_in_fork"](recorder, limit_s, work, OWN_TICKS if look == BESIDE else 0)

        status, *outputs = try_and_look(recorder, first_use, fork, (BESIDE, TRACED) if index < row else ())
        return first_use["hand_on"](recorder, "a %d" % index, ENDED, status, *outputs)

    def pass_over(index):
        first_use["hand_on"](recorder, "a %d" % index, ENDED, first_use["TIMED_OUT"])

    done = try_each(calls, try_calls, pass_over)
    if len(done) > 1:
        try_calls(row, [call for _, call in done])
    if options["repeat"]:
        neighbour("repeats", options)["run"](recorder, options, neighbour, first_use, caller, done)


def run_here(recorder, options, neighbour, first_use, caller, calls):
    """Do the calls in this process."""
    caller.stops = options["calls_here"] == "limit"
    caller.run_here(calls, min(float(options["first_use_limit"]), LIMIT_S))
    if options["repeat"]:
        neighbour("repeats", options)["run_here"](recorder, options, neighbour, first_use, caller, calls[0])


def try_and_look(recorder, first_use, fork, looks):
    """Return how a fork ended that did calls, its records, and those of another one that saw at which lines it grew."""
    status, output = fork()
    if first_use["holds"](output, recorder.mark_bytes + COMPILED):
        before = output
        status, output = fork(before=before)  # what was made or removed then was so already
        close(before)
    seen, steps = status, []
    for look in looks:
        if seen == LINES_LOST:
            seen, found = fork(look)
            steps, left = ([found], steps) if seen in ("0", "1") else (steps, [found])
            for each in left:
                close(each)
    return (status, output, *steps)


def try_each(calls, try_calls, pass_over):
    """Return what came to an end, and its place; once it is clear that a fork is not borne, pass over the others."""
    done, hung = [], 0
    for index, call in enumerate(calls):
        if hung >= MOST_HUNG and not done:  # what is left is done in starts of their own
            pass_over(index)
        elif try_calls(index, [call]):
            done.append((index, call))
        else:
            hung += 1
    return done


def find_routes(recorder, orders, first_use, find, value):
    """Return the calls that the routes of the application come to, and tell their paths."""

    def work(output):
        recorder.enter_fork(output)
        recorder.watching = 0
        for path in find(value, frozenset(orders["refused"])):
            recorder.send(("R %s\n" % path).encode("utf-8", "backslashreplace"))
        return 0

    _, output = first_use["try_in_fork"](recorder, 30, work)
    found = b"".join(first_use["read_pieces"](output)).split(recorder.mark_bytes)
    close(output)
    paths = [piece[2:-1] for piece in found if piece.startswith(b"R ")]
    given = {call.get("path") for call in orders["calls"] if call.get("method") == "GET"}
    paths = [path.decode("utf-8", "replace") for path in paths if path.decode("utf-8", "replace") not in given]
    for path in paths:
        recorder.send(("R %s\n" % path).encode())
    return [dict(orders["plain"], path=path) for path in paths]


def copy_records(records, recorder, head):
    """Write those of the records in a file that begin so."""
    data = pread(records, fstat(records).st_size, 0)
    for record in data.split(recorder.mark_bytes):
        if record.startswith(head):
            recorder.send(record)


class Caller:
    """Does calls in this process, and tells what came of them."""

    def __init__(self, recorder, options, neighbour, orders, value):
        self.recorder, self.project = recorder, options["own"].split("\x1e")[-1]
        failure = neighbour("failure", options)
        self.own = neighbour("own_descriptors", options)["OwnDescriptors"](recorder)
        self.describe, self.frames_of = failure["describe"], failure["frames_of"]
        growth = neighbour("growth", options)
        self.growth = growth["Growth"](recorder, keep, self.project)
        self.step_kb = growth["STEP_KB"]
        self.keep = keep
        self.steps = neighbour("line_steps", options)["LineSteps"](recorder, self.growth, self.step_kb)
        self.list_modules = neighbour("stages", options)["list_modules"]
        self.files = neighbour("opened_files", options)["OpenedFiles"](recorder, orders["folders"], keep)
        style = neighbour("lifespan", options)["style_of"](value) if options["attribute"] else None
        answers = neighbour("answers", options)
        kept, bodies = getattr(recorder, "kept", None), neighbour("bodies", options)
        self.answers = answers["Answers"](value, style, kept, self.see, bodies)
        self.revive_executors = answers["revive_executors"]
        self.raised = None
        self.limit_s = 0  # of each call
        self.stops = False  # at a limit, one after the other: what comes of a call is told elsewhere
        self.kinds, self.bodies = {call["kind"] for call in orders["calls"]}, orders["bodies"]

    def see(self, error):
        """Keep what was raised as text: its frames would hold what they have."""
        kind = "exit" if isinstance(error, SystemExit) else "exception"
        places = [place.replace("\t", " ").replace("\n", " ") for place in self.frames_of(error)]
        self.raised = "\t".join([kind, str(id(error)), self.describe(error)] + places)

    def end_after(self, limit_s):
        """End this process when a call takes longer, or when somebody sends the signal, having told where it was."""
        import faulthandler

        faulthandler.register(LIMIT_SIGNAL, 2, all_threads=True, chain=True)
        self.limit_s = limit_s

    def begin_call(self, index):
        """Give a call its time; tell which one it is where that may be the last word."""
        if self.limit_s:
            import _signal

            _signal.setitimer(_signal.ITIMER_REAL, self.limit_s)
        if self.stops:
            self.recorder.send(b"C %d %d\n" % (index, self.growth.read()[1]))

    def leave_parent(self):
        """Take leave of what a fork shares with the process above it."""
        for peer in self.own.take():
            self.recorder.send(("S %s\n" % peer).encode("utf-8", "backslashreplace"))
        self.revive_executors()

    def work(self, output, calls, first_use, look=None, shares=False):
        """Do calls in this fork; return how it ends. `shares`: tell what it wrote to of what it shares."""
        recorder = self.recorder
        first_use["touch_pages"](first_use["os"].getppid())
        output = keep(output, 4)
        records = keep(first_use["make_file"](), 5) if look else output
        recorder.enter_fork(records)
        recorder.stops = recorder.stops and look is None
        self.leave_parent()
        self.prepare(look)
        before = self.read_shares() if shares and look is None else None
        recorder.stage("interpreter")  # where the growth begins, as seen from outside
        self.run(calls, look)
        if look:
            recorder.output = output
            copy_records(records, recorder, b"d ")
        if before is not None:
            self.tell_written(before)
        return self.growth.lost_kb >= (LOST_KB if look else self.step_kb)

    def read_shares(self):
        """Return the kB of anonymous pages that this fork shares with its parent; None where the kernel does not tell.

        Half of each counts in the proportional sum. What is private and dirty is no measure: pages of a file that was
        just written are, too. Source: proc_pid_smaps_rollup(5).
        """
        try:
            lines = self.recorder.read_file("/proc/self/smaps_rollup").splitlines()
            sizes = {words[0]: int(words[1]) for words in map(bytes.split, lines[1:])}
            return 2 * (sizes[b"Anonymous:"] - sizes[b"Pss_Anon:"])
        except (OSError, ValueError, LookupError):
            return None

    def tell_written(self, before):
        """Tell what this fork wrote to of what it shares: by the calls, and once its garbage is collected, too."""
        import gc

        for collect in (bool, gc.collect if gc.isenabled() else bool):
            collect()
            now = self.read_shares()
            if now is not None:
                self.recorder.send(b"o %d\n" % max(before - now, 0))

    def run_here(self, calls, limit_s):
        """Do the calls in this process, which ends when their time is over."""
        self.end_after(limit_s)
        number = self.recorder.begin("<preparing>")
        look = BESIDE if len(calls) == 1 or self.stops else None
        self.prepare(look)
        self.recorder.end(number, 1)
        self.run(calls, look)

    def prepare(self, look=None):
        """Have all that the calls need of ours in memory before the first reading."""
        self.recorder.watching = 0
        self.known = set(sys.modules)
        self.answers.prepare(self.kinds, self.bodies)
        self.files.begin(self.own.held)
        if look == BESIDE:
            sys.setswitchinterval(SWITCH_S)
            self.growth.begin()
        else:
            self.growth.open_status()
            self.growth.level = self.growth.top = self.growth.read()[0]
        self.recorder.watch()

    def run(self, calls, look=None):
        """Do the calls as one span, and tell what came of them once the memory was read."""
        recorder, told = self.recorder, []
        if look == TRACED:
            self.steps.start()
        number = recorder.begin("<call>")
        for index, call in enumerate(calls):
            self.begin_call(index)
            answer = [0, -1, 0]  # status, bytes promised, bytes sent
            self.raised, is_caught = None, True
            for _ in range(call["count"]):
                try:
                    self.answers.do(call, answer)
                except BaseException as error:  # whatever an application may raise
                    self.see(error)
                    is_caught = False
            told.append((answer, self.raised if answer[0] >= 500 or not is_caught else None))
        if look == TRACED:
            self.steps.stop()
        else:
            self.growth.see_rest()
        recorder.stage("calls", number)
        if look == BESIDE:
            self.growth.stop()
        recorder.watching = 0
        for answer, raised in () if self.stops else told:
            recorder.send(b"A %d %d %d\n" % tuple(answer))
            if raised:
                recorder.send(("x %s\n" % raised).encode("utf-8", "backslashreplace"))
        self.files.tell(self.own.find_written())
        self.list_modules(recorder, self.known)


def keep(descriptor, index):
    """Move a descriptor out of the way of an application that closes low numbers."""
    number = HIGH + index
    try:
        fstat(number)
    except OSError:
        try:
            dup2(descriptor, number, False)
        except OSError:
            return descriptor
        close(descriptor)
        return number
    return descriptor  # it is taken
