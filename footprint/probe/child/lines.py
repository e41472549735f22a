"""The line of the project that runs, told where memory moved or a mark was passed: `s3 = boto3.client("s3")`.

Followed are the bodies of modules and classes of the project, and after `follow_functions` its functions, of which the
outermost that runs counts. What a followed line calls is not followed, so it costs what it costs without us: from
Python 3.12 on sys.monitoring looks at the wanted code alone, before that a trace function takes itself away for as
long as a call takes. A module that may ask for the trace function is left alone, and so is a program that traces itself.
No code is kept: its constants may be large.
"""

import sys
from _thread import get_ident
from os import times
from time import monotonic_ns

STEP_NS = 20000  # what takes less cannot have touched more than some 80 pages: not worth a reading
STEP_PAGES = 4
SLOW_NS = 100000  # what takes less has not made much that is gone again, nor a process: not worth two files
LOADING_NS = 500000  # a module found and read in less is small: its time is not that of the line that asks for it
TURNS_LIMIT = 2000  # turns of a loop; after that its lines are told no more
EVENTS_LIMIT = 100000  # calls that a trace function sees for nothing
OPTIMIZED, GENERATOR = 0x1, 0x220  # a function, no body; one that gives values and goes on
FOREIGN = "-packages/", "/lib/python3"  # an environment in the folder of the project
IMPORTLIB = "<frozen importlib."
IMPORTS = "__import__", "_find_and_load"  # the hooks, by the names that they stand in for
TRACERS = {"settrace", "gettrace"}
# Before 3.10 a frame with a trace function of its own does not know its line: there the locals hold what tells its end.
IN_LOCALS = sys.version_info < (3, 10)
LOOKERS = {"locals", "vars", "dir", "eval", "exec"}

external = sys.modules["_frozen_importlib_external"]
monitoring = getattr(sys, "monitoring", None)
getframe, settrace, gettrace = sys._getframe, sys.settrace, sys.gettrace


class Lines:
    """What is followed. `recorder.place` has the file and the line that run; line 0 where that is not known."""

    limit = True  # what `see_line` says of a line that is told no more

    def __init__(self, recorder, folders):
        self.recorder, self.folders, self.main = recorder, folders, get_ident()
        self.functions = []  # code to follow later
        self.in_functions = False
        self.running = self.top = 0  # the code, by identity, and its furthest line
        self.turns = self.turned_at = 0  # turns since it was there, and that line when they began
        self.due_ns = self.stepped_ns = self.resident = 0  # when a reading is worth it; the last one, and its pages
        self.high, self.children, self.reaped_s = 0, 0, 0.0

    def fail(self, frame):
        """Take note that the import that `frame` runs failed."""

    def is_ours(self, code):
        """Say whether code is of the project."""
        file = code.co_filename
        for folder in self.folders:
            if file.startswith(folder):
                inner, lib = FOREIGN
                return file.find(inner, len(folder) - 1) < 0 and file.find(lib, len(folder) - 1) < 0
        return False

    def begin(self, code):
        """Follow the body of a module that is about to run, and of its classes."""
        took = monotonic_ns() - self.recorder.begun_ns
        if took < LOADING_NS:
            self.stepped_ns += took
        bodies = [code]
        for body in bodies:  # grows
            self.start(body)
            for inner in body.co_consts:
                if type(inner) is type(code):
                    if not inner.co_flags & OPTIMIZED:
                        bodies.append(inner)
                    elif self.in_functions:
                        self.follow_functions([inner])
                    else:
                        self.functions.append(inner)

    def follow_functions(self, found=None):
        """Follow functions, those in them too."""
        self.in_functions = True
        found = found or self.functions
        while found:
            code = found.pop()
            self.start(code)
            found += [inner for inner in code.co_consts if type(inner) is type(code)]

    def see_line(self, code, line):
        """Go on to a line that begins; return `limit` where it has turned so often that it is told no more."""
        if id(code) != self.running:
            if not self.counts(code):
                return None
            self.running, self.top, self.turned_at = id(code), line, 0
        elif line > self.top:
            self.top = line
        else:
            if self.turned_at != self.top:
                self.turned_at, self.turns = self.top, 0
            self.turns += 1
            if self.turns > TURNS_LIMIT:
                return self.limit
        if monotonic_ns() > self.due_ns:
            self.step()
        self.recorder.place = code.co_filename, line
        return None

    def counts(self, code):
        """Say whether code that did not run before is to be told."""
        return True

    def step(self):
        """Tell what the line that is over has added."""
        recorder, now = self.recorder, monotonic_ns()
        took, self.stepped_ns, self.due_ns = now - self.stepped_ns, now, now + STEP_NS
        try:
            reading = recorder.reading()
            resident = int(reading.split(b" ", 2)[1])
            passed = self.find_passed() if took >= SLOW_NS else b""
            if passed or abs(resident - self.resident) >= STEP_PAGES:
                self.resident = resident
                told = "" if recorder.place is recorder.told else recorder.tell_place()
                told = told.encode("utf-8", "backslashreplace")
                recorder.put(told + recorder.mark_bytes + b"r %d\t" % now + reading + passed)
        except (OSError, ValueError, IndexError):
            pass

    def find_passed(self):
        """Return the record of what a slow line did and no reading shows: a new high-water mark, child processes."""
        read_file, before = self.recorder.read_file, (self.high, self.children, self.reaped_s)
        found, high, children = times(), 0, 0
        try:
            high = int(read_file("/proc/self/status").partition(b"VmHWM:")[2].split(None, 1)[0])
            children = len(read_file("/proc/thread-self/children").split())
        except (OSError, IndexError):
            pass  # a kernel that leaves them out; the reading is told all the same
        reaped_s = found[2] + found[3]  # the processor time of those that are over
        self.high, self.children, self.reaped_s = max(high, self.high), children, reaped_s
        is_new = children > before[1] or reaped_s > before[2]
        return self.recorder.mark_bytes + b"v %d %d\n" % (high, is_new) if is_new or high > before[0] else b""

    def return_to(self, frame):
        """Go on with the line that a class stands in."""
        if frame is not None and not frame.f_code.co_flags & OPTIMIZED and self.is_ours(frame.f_code):
            self.recorder.place = frame.f_code.co_filename, frame.f_lineno

    def end(self):
        """Follow nothing more."""
        self.folders = ()


class Monitored(Lines):
    """Followed by sys.monitoring: nothing but the wanted code costs anything."""

    limit = getattr(monitoring, "DISABLE", None)

    def __init__(self, recorder, folders, tool):
        Lines.__init__(self, recorder, folders)
        self.tool, self.events = tool, monitoring.events
        self.outermost = 0  # the function of ours that counts
        monitoring.use_tool_id(tool, "footprint")
        self.register(self.see_line, self.leave)

    def register(self, see_line, leave):
        """Call these at each line, and where code is left."""
        monitoring.register_callback(self.tool, self.events.LINE, see_line)
        for event in (self.events.PY_RETURN, self.events.PY_YIELD, self.events.PY_UNWIND):
            monitoring.register_callback(self.tool, event, leave)

    def start(self, code):
        """Follow this code from now on."""
        wanted = self.events.LINE | self.events.PY_RETURN
        if code.co_flags & OPTIMIZED:
            wanted |= self.events.PY_YIELD
            monitoring.set_events(self.tool, self.events.PY_UNWIND)
        monitoring.set_local_events(self.tool, code, wanted)

    def end(self):
        """Follow nothing more."""
        Lines.end(self)
        monitoring.set_events(self.tool, 0)
        self.register(None, None)

    def counts(self, code):
        """Take bodies, and the outermost function, of the main thread."""
        if get_ident() != self.main:
            return False
        if code.co_flags & OPTIMIZED:
            self.outermost = self.outermost or id(code)
            return self.outermost == id(code)
        return True

    def leave(self, code, _, value):
        """Tell the last line, and go back to where a function or a class stands."""
        if code.co_flags & OPTIMIZED:
            if id(code) != self.outermost:
                return
            self.outermost = self.running = 0
        self.step()
        if not code.co_flags & OPTIMIZED and code.co_name != "<module>":
            self.return_to(getframe(1).f_back)


class Return:
    """Held by the frame of a call alone, so it goes when the call is over: then `lines` goes on."""

    __slots__ = ()
    lines = None

    def __call__(self, frame, event, value):
        return None

    def __del__(self):
        lines, code = self.lines, getframe(1).f_code
        if (id(code) in lines.followed or lines.files) and get_ident() == lines.main:
            tracer = gettrace()
            if tracer is None:
                settrace(lines.tracer)
            elif tracer is not lines.tracer and lines.is_ours(code):
                lines.recorder.place = code.co_filename, 0


class Traced(Lines):
    """Followed by a trace function, which is there only while a line of ours runs itself."""

    def __init__(self, recorder, folders):
        Lines.__init__(self, recorder, folders)
        self.followed, self.files = set(), set()  # bodies that run, by identity; files of functions
        self.seen = 0  # calls that were none of ours
        self.tracer, self.inner = self.see_call, self.see_inside  # a method is another object each time
        self.hold = type("Return", (Return,), {"__slots__": (), "lines": self})

    def start(self, code):
        """Follow this code from now on."""
        if not code.co_flags & OPTIMIZED:
            if TRACERS.intersection(code.co_names):
                return
            self.followed.add(id(code))
        else:
            self.files.add(code.co_filename)
        if gettrace() is None:
            settrace(self.tracer)

    def end(self):
        """Follow nothing more."""
        Lines.end(self)
        self.followed.clear()
        self.files.clear()
        if gettrace() is self.tracer:
            settrace(None)

    def fail(self, frame):
        """Trace again after an import that failed: what it raised may be kept, and with it the frames."""
        while frame is not None and frame.f_code.co_filename.startswith(IMPORTLIB):
            frame = frame.f_back
        if frame is not None and id(frame.f_code) in self.followed and gettrace() is None:
            settrace(self.tracer)

    def see_call(self, frame, event, value):
        """Follow what is ours; step aside for what that calls, and while others import."""
        code, back = frame.f_code, frame.f_back
        if id(code) in self.followed:
            return self.inner
        if code is GONE:  # stepping aside for it would never end
            return None
        if back is not None and (id(back.f_code) in self.followed or back.f_code.co_filename in self.files):
            aside = not code.co_flags & GENERATOR
        elif code.co_filename in self.files:
            return self.inner
        else:
            aside = code.co_name in IMPORTS and self.files and code.co_filename.startswith(IMPORTLIB)
        if aside:
            settrace(None)
            return self.hold_in_locals(frame) if IN_LOCALS else self.hold()
        self.seen += 1
        if self.seen > EVENTS_LIMIT:
            self.recorder.place = self.recorder.place and (self.recorder.place[0], 0)
            self.end()
        return None

    def hold_in_locals(self, frame):
        """Let the end of a call be told where its frame has no place for it; where that would show, it is not."""
        if shows_locals(frame.f_code):
            self.recorder.place = frame.f_back.f_code.co_filename, 0
        else:
            frame.f_locals[".footprint"] = self.hold()

    def see_inside(self, frame, event, value):
        """Go on to a line of ours, or leave."""
        code = frame.f_code
        if event == "line":
            if self.see_line(code, frame.f_lineno) and self.turns > EVENTS_LIMIT:
                frame.f_trace_lines, self.recorder.place = False, (code.co_filename, 0)
        elif event == "return":
            self.step()
            if id(code) in self.followed:
                self.leave(code, frame.f_back)
        return self.inner

    def leave(self, code, back):
        """Follow a body that is over no more, and go back to where a class stands."""
        self.followed.discard(id(code))
        if code.co_name != "<module>":
            self.return_to(back)
        elif not self.in_functions and gettrace() is self.tracer:
            settrace(None)


GONE = Return.__del__.__code__


def shows_locals(code):
    """Say whether code may look at its own local names, or has none."""
    return not code.co_flags & OPTIMIZED or bool(LOOKERS.intersection(code.co_names))


def install(recorder, folders, disguise):
    """Follow the modules of the project in `folders`, each of which ends in a slash; return what follows them."""
    if monitoring is not None:
        tool = next((number for number in (4, 3) if monitoring.get_tool(number) is None), None)
        if tool is None:
            return None
        lines = Monitored(recorder, folders, tool)
    elif sys.implementation.name == "cpython" and gettrace() is None:
        lines = Traced(recorder, folders)
    else:
        return None
    loader = external.SourceLoader
    original, executing = loader.get_code, external._LoaderBasics.exec_module.__code__

    def get_code(self, fullname):
        code = original(self, fullname)
        is_ours = code.co_filename.startswith(folders) and lines.is_ours(code)  # the most telling question first
        if is_ours and getframe(1).f_code is executing and get_ident() == recorder.watching:
            lines.begin(code)
        return code

    loader.get_code = disguise(get_code)
    return lines
