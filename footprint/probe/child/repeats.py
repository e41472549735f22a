"""A call that is done many times in a fork of its own: what it keeps, read where nothing is in the way.

After some of the calls a fork of that process reads its anonymous memory, has malloc give back what is free, collects
the garbage, and reads again: the floor. So the process that calls goes on as it would. What the figures mean is told by
analysis/cost/repetitions.py. Where they rise the last calls are followed by tracemalloc, in the process itself: a fork
would not have its threads.
"""

import posix as os
from time import monotonic, process_time

FLOORS = 16  # so many are read, spread over all calls
FLOOR_S, LOST_FLOORS = 20, 2  # how long one may take, and how many may be lost
CALLING_SHARE, TRACING_SHARE = 0.6, 0.9  # of the time: calls begin until then, and those that are traced
WARM_CALLS, TRACED_CALLS, FEWEST_TRACED = 8, 16, 4
TRACING_S, TRACING_RATIO = 20, 5  # of processor time at most, or so many times what the calls took
FRAMES, MOST_PLACES = 25, 5
RISING_KB = 2  # a call: from so much on it is worth a trace


def run(recorder, options, neighbour, first_use, caller, calls):
    """Do each of the calls, given with their places, as often as asked for."""
    allocator = neighbour("allocators", options)["Allocator"]()
    repeats = Repeats(recorder, caller, first_use, allocator)
    repeats.repeat_all(calls, int(options["repeat"]), float(options["repeat_limit"]))


def run_here(recorder, options, neighbour, first_use, caller, call):
    """Do a call as often as asked for in this process, which bears what a fork does not."""
    allocator = neighbour("allocators", options)["Allocator"]()
    outside, recorder.output = recorder.output, caller.keep(first_use["make_file"](), 4)
    recorder.watching = 0
    limit_s = float(options["repeat_limit"]) / 2  # the start itself took some of it
    Repeats(recorder, caller, first_use, allocator).run(call, int(options["repeat"]), limit_s)
    recorder.output, output = outside, recorder.output
    first_use["hand_on"](recorder, "O 0", b"D ", "0", output)


class Repeats:
    """Repeats calls. `caller` does them, `first_use` has the forks."""

    def __init__(self, recorder, caller, first_use, allocator, clock=monotonic):
        self.recorder, self.caller, self.first_use, self.allocator = recorder, caller, first_use, allocator
        self.clock, self.floors, self.lost, self.calls, self.spent_s = clock, [], 0, 0, 0

    def repeat_all(self, calls, count, limit_s):
        """Do each of the calls `count` times, in a fork of its own; those that come later share what time is left."""
        until = self.clock() + limit_s
        for place, (index, call) in enumerate(calls):
            share_s = max(until - self.clock(), 0) / (len(calls) - place)

            def work(output, call=call, share_s=share_s):
                return self.work(output, call, count, share_s)

            status, output = self.first_use["try_in_fork"](self.recorder, share_s, work)
            self.first_use["hand_on"](self.recorder, "O %d" % index, b"D ", status, output)

    def work(self, output, call, count, limit_s):
        """Do a call `count` times in this fork; return how it ends."""
        recorder = self.recorder
        recorder.enter_fork(self.caller.keep(output, 4))
        recorder.watching = 0
        self.caller.leave_parent()
        self.caller.answers.prepare(self.caller.kinds, self.caller.bodies)
        self.run(call, count, limit_s)
        return 0

    def run(self, call, count, limit_s):
        """Do a call `count` times, or as often as the time allows; half as often again where it may rise by chance."""
        self.pid, self.began = os.getpid(), self.clock()
        self.count, self.until, self.first = count, self.began + limit_s * CALLING_SHARE, None
        how = self.repeat(call, range(1, count + 1))
        if how == b"done" and self.is_rising() and not self.is_steady():
            how = self.repeat(call, range(count + 1, count + count // 2 + 1))
        self.recorder.send(b"D %s %d %d\n" % (how, self.calls, self.spent_s * 1e6))
        if how in (b"done", b"time") and self.is_rising():
            self.trace(call, self.began + limit_s * TRACING_SHARE)

    def repeat(self, call, numbers):
        """Do the calls and read the floors; return in a word why it ends."""
        read_at = self.clock()
        for number in numbers:
            answer, is_raised = self.do(call, number)
            self.first = answer[0] if number == 1 else self.first
            if is_raised or answer[0] != self.first:
                self.tell_failure(answer)
                return b"failed"
            self.calls = number
            now = self.clock()
            is_over = number == numbers[-1] or now > self.until
            is_next = number == 1 or number * FLOORS // self.count > (number - 1) * FLOORS // self.count
            if is_over or is_next or now - read_at > (self.until - self.began) / FLOORS:
                self.read_floor(number, tells_caches=number == 1 or is_over)
                read_at = self.clock()
            if self.lost >= LOST_FLOORS:
                return b"unread"
            if is_over and number < numbers[-1]:
                return b"time"
        return b"done"

    def do(self, call, number):
        """Do one call; return its answer, and whether it raised."""
        caller, answer, is_raised = self.caller, [0, -1, 0], False
        self.recorder.send(b"B %d\n" % number)
        caller.raised, began = None, self.clock()
        caller.begin_call(0)
        try:
            caller.answers.do(call, answer)
        except BaseException as error:  # whatever an application may raise
            caller.see(error)
            is_raised = True
        if os.getpid() != self.pid:
            os._exit(0)  # a process that the call forked, and that came back
        caller.begin_call(0)  # what follows has a time of its own
        self.spent_s += self.clock() - began
        return answer, is_raised

    def tell_failure(self, answer):
        """Tell what a call answered otherwise than the first, or raised."""
        self.recorder.send(b"A %d %d %d\n" % tuple(answer))
        if self.caller.raised:
            self.recorder.send(("x %s\n" % self.caller.raised).encode("utf-8", "backslashreplace"))

    def read_floor(self, number, tells_caches):
        """Have a fork read the memory after a call, and what caches hold."""
        recorder = self.recorder
        before = os.fstat(recorder.output).st_size
        recorder.leaves_forks = False
        try:
            pid = self.first_use["fork"]()
        finally:
            recorder.leaves_forks = True
        if pid == 0:
            try:
                self.tell_floor(number)
                if tells_caches:
                    self.tell_caches(number)
            finally:
                os._exit(0)
        try:
            status = self.first_use["wait"](pid, FLOOR_S, recorder)
        except ChildProcessError:  # the application waits for whatever ends
            status = "0"
        fields = os.pread(recorder.output, 200, before).partition(b"G ")[2].split()
        if status != "0" or len(fields) < 4:
            self.lost += 1
        else:
            self.floors.append((number, int(fields[3])))

    def tell_floor(self, number):
        """Read the memory of this fork in three steps: as it is, with what malloc keeps given back, and collected."""
        self.let_go()
        as_it_is = self.read_memory()
        self.allocator.trim()
        trimmed = self.read_memory() if self.allocator.name else -1
        import gc

        gc.collect()
        self.allocator.trim()
        floor = self.read_memory()
        self.recorder.send(b"G %d %d %d %d %d %d\n" % ((number, as_it_is, trimmed, floor) + self.allocator.count()))

    def tell_caches(self, number):
        """Tell how much each cache of functools holds, and may hold: -1 where it has no limit."""
        import functools
        import gc

        for found in gc.get_objects():
            if type(found) is functools._lru_cache_wrapper:
                _, _, most, count = found.cache_info()
                name = "%s.%s" % (found.__dict__.get("__module__"), found.__dict__.get("__qualname__"))
                if count:
                    record = "U %d %d %d %s\n" % (number, count, -1 if most is None else most, name.replace("\n", " "))
                    self.recorder.send(record.encode("utf-8", "backslashreplace"))

    def let_go(self):
        """Have nothing that is written here reach anybody: what is collected may close files and connections."""
        nothing = os.memfd_create("footprint-nothing")
        for name in os.listdir("/proc/self/fd"):
            if int(name) not in (nothing, self.recorder.output):
                try:
                    os.fstat(int(name))  # not of the listing itself
                    os.dup2(nothing, int(name), False)
                except OSError:
                    pass

    def read_memory(self):
        """Return the kB of anonymous memory that the process cannot do without, in swap too."""
        try:
            text = self.recorder.read_file("/proc/self/smaps_rollup")  # exact, unlike the kernel's counters
            return find_kb(text, b"\nAnonymous:") + find_kb(text, b"\nSwap:") - find_kb(text, b"\nLazyFree:")
        except OSError:
            text = self.recorder.read_file("/proc/self/status")
            return find_kb(text, b"\nRssAnon:") + find_kb(text, b"\nVmSwap:")

    def is_rising(self):
        """Say whether the second half of the floors is worth a trace."""
        later = [each for each in self.floors if 2 * each[0] >= self.calls]
        if len(later) < 2:
            return False
        (first, least), (last, most) = later[0], later[-1]
        return most - least >= RISING_KB * (last - first)

    def is_steady(self):
        """Say whether each of the later floors is above the one before: eight of them never are by chance."""
        later = [kb for number, kb in self.floors if 2 * number >= self.calls]
        return all(before < after for before, after in zip(later, later[1:]))

    def trace(self, call, until):
        """Follow what more calls allocate and keep, and tell how much of it there is, and the lines that made most."""
        import gc
        import tracemalloc

        self.rest_s = process_time() + max(TRACING_S, TRACING_RATIO * self.spent_s)  # a call is up to ten times slower
        tracemalloc.stop()  # where the application follows its own: another depth, and what it has already
        tracemalloc.start(FRAMES)
        self.do_some(call, WARM_CALLS, (self.clock() + until) / 2)
        gc.collect()
        first = tracemalloc.take_snapshot()
        before = tracemalloc.get_traced_memory()[0]
        count = self.do_some(call, TRACED_CALLS, until)
        if count < FEWEST_TRACED:
            return
        gc.collect()
        self.recorder.send(b"T %d %d\n" % (count, tracemalloc.get_traced_memory()[0] - before))
        places = {}
        for change in tracemalloc.take_snapshot().compare_to(first, "traceback"):
            place = self.find_place(change.traceback)
            places[place] = places.get(place, 0) + change.size_diff
        for place in sorted(filter(None, places), key=places.get, reverse=True)[:MOST_PLACES]:
            if places[place] > 0:
                self.recorder.send(("L %d %s\n" % (places[place], place)).encode("utf-8", "backslashreplace"))

    def do_some(self, call, count, until):
        """Do some calls more; return how many there were before one raised, or the time was over."""
        for number in range(count):
            is_over = self.clock() > until or process_time() > self.rest_s
            if is_over or self.do(call, self.calls + 1)[1]:
                return number
        return count

    def find_place(self, frames):
        """Return the innermost line of the project that made something, or else of others; empty for our own."""
        last = frames[-1]
        if last.filename == find_kb.__code__.co_filename:
            return ""
        for frame in reversed(frames):
            path = self.caller.growth.within(frame.filename)
            if path:
                return "%s:%d" % (path, frame.lineno)
        return "%s:%d" % (last.filename.replace("\n", " "), last.lineno)


def find_kb(text, name):
    """Return a figure of a file of the kernel in kB; 0 where it has none."""
    rest = text.partition(name)[2]
    return int(rest.split(None, 1)[0]) if rest else 0
