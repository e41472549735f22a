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
AGAIN_LIMIT = 2000  # turns of a loop; after that its lines are told no more
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

    def __init__(self, recorder, folders):
        self.recorder, self.folders, self.resident = recorder, folders, 0
        self.stepped_ns, self.high, self.children, self.reaped_s = 0, 0, 0, 0.0
        self.functions = []  # code to follow later
        self.in_functions = False

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
        self.start(code)
        for inner in code.co_consts:
            if type(inner) is type(code):
                if not inner.co_flags & OPTIMIZED:
                    self.begin(inner)
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

    def step(self, now):
        """Tell what the line that is over has added."""
        recorder, took, self.stepped_ns = self.recorder, now - self.stepped_ns, now
        try:
            reading = recorder.reading()
            resident = int(reading.split(b" ", 2)[1])
            passed = self.find_passed() if took >= SLOW_NS else b""
            if passed or abs(resident - self.resident) >= STEP_PAGES:
                self.resident = resident
                told = b"" if recorder.place is recorder.told else recorder.tell_place()
                recorder.put(told + recorder.mark_bytes + b"r %d\t" % now + reading + passed)
        except (OSError, ValueError, IndexError):
            pass

    def find_passed(self):
        """Return the record of what a slow line did and no reading shows: a new high-water mark, child processes."""
        read_file, before = self.recorder.read_file, (self.high, self.children, self.reaped_s)
        found = times()
        high = int(read_file("/proc/self/status").partition(b"VmHWM:")[2].split(None, 1)[0])
        children = len(read_file("/proc/thread-self/children").split())
        reaped_s = found[2] + found[3]  # the processor time of those that are over
        self.high, self.children, self.reaped_s = max(high, self.high), children, reaped_s
        is_new = children > before[1] or reaped_s > before[2]
        return self.recorder.mark_bytes + b"v %d %d\n" % (high, is_new) if is_new or high > before[0] else b""

    def return_to(self, frame):
        """Go on with the line that a class stands in."""
        if frame is not None and not frame.f_code.co_flags & OPTIMIZED and self.is_ours(frame.f_code):
            self.recorder.place = frame.f_code.co_filename, frame.f_lineno


def monitor(recorder, folders, tool):
    """Follow by sys.monitoring: nothing but the wanted code costs anything."""
    lines, main, disable, events = Lines(recorder, folders), get_ident(), monitoring.DISABLE, monitoring.events
    step, base = lines.step, None
    turn = top = again = read_ns = 0
    body = events.LINE | events.PY_RETURN
    function = body | events.PY_YIELD

    def see_line(code, line):
        nonlocal base, turn, top, again, read_ns
        number = id(code)
        if number != turn:
            if get_ident() != main:
                return None
            if code.co_flags & OPTIMIZED:
                if base is None:
                    base = number
                elif base != number:
                    return None
            turn, top, again = number, line, 0
        elif line > top:
            top, again = line, 0
        else:
            again += 1
            if again > AGAIN_LIMIT:
                return disable
        now = monotonic_ns()
        if now - read_ns > STEP_NS:
            read_ns = now
            step(now)
        recorder.place = code.co_filename, line
        return None

    def leave(code, _, value):
        nonlocal base, turn
        if code.co_flags & OPTIMIZED:
            if id(code) != base:
                return
            base, turn = None, 0
        step(monotonic_ns())
        if not code.co_flags & OPTIMIZED and code.co_name != "<module>":
            lines.return_to(getframe(1).f_back)

    def start(code):
        wanted = function if code.co_flags & OPTIMIZED else body
        monitoring.set_local_events(tool, code, wanted)
        if wanted is function:
            monitoring.set_events(tool, events.PY_UNWIND)

    def end():
        monitoring.set_events(tool, 0)
        for event in callbacks:
            monitoring.register_callback(tool, event, None)

    callbacks = {events.LINE: see_line, **dict.fromkeys((events.PY_RETURN, events.PY_YIELD, events.PY_UNWIND), leave)}
    monitoring.use_tool_id(tool, "footprint")
    for event, callback in callbacks.items():
        monitoring.register_callback(tool, event, callback)
    lines.start, lines.end = start, end
    return lines


def trace(recorder, folders):
    """Follow by a trace function, which is there only while a line of ours runs itself."""
    lines, main, followed = Lines(recorder, folders), get_ident(), set()  # bodies that run, by identity
    step, is_ours = lines.step, lines.is_ours
    turn = top = again = read_ns = seen = 0

    class Return:
        """Held by the frame of a call alone, so it goes when the call is over."""

        __slots__ = ()

        def __call__(self, frame, event, value):
            return None

        def __del__(self):
            code = getframe(1).f_code
            if seen >= EVENTS_LIMIT or get_ident() != main:
                return
            if id(code) in followed or (lines.in_functions and is_ours(code)):
                if gettrace() is None:
                    settrace(see_call)
                elif gettrace() is not see_call:
                    recorder.place = code.co_filename, 0

    class Loaded:
        """The same of an import that nothing of ours asks for, while functions are looked for."""

        __slots__ = ()
        __call__ = Return.__call__

        def __del__(self):
            if lines.in_functions and seen < EVENTS_LIMIT and gettrace() is None and get_ident() == main:
                settrace(see_call)

    returned = Return.__del__.__code__, Loaded.__del__.__code__

    def see_call(frame, event, value):
        nonlocal seen
        code, back = frame.f_code, frame.f_back
        if code in returned:  # stepping aside for it would never end
            return None
        if id(code) in followed:
            return see_inside
        if back is not None:
            if id(back.f_code) in followed or (lines.in_functions and is_ours(back.f_code)):
                if not code.co_flags & GENERATOR:
                    settrace(None)
                    if not IN_LOCALS:
                        return Return()
                    if shows_locals(code):
                        recorder.place = back.f_code.co_filename, 0
                    else:
                        frame.f_locals[".footprint"] = Return()
                    return None
            elif lines.in_functions and is_ours(code):
                return see_inside
            elif lines.in_functions and code.co_name in IMPORTS and code.co_filename.startswith(IMPORTLIB):
                settrace(None)
                if not IN_LOCALS:
                    return Loaded()
                frame.f_locals[".footprint"] = Loaded()
                return None
        seen += 1
        if seen > EVENTS_LIMIT:
            settrace(None)
        return None

    def see_inside(frame, event, value):
        nonlocal turn, top, again, read_ns
        code = frame.f_code
        if event == "line":
            line, number = frame.f_lineno, id(code)
            if number != turn:
                turn, top, again = number, line, 0
            elif line > top:
                top, again = line, 0
            else:
                again += 1
                if again > AGAIN_LIMIT:
                    if again > EVENTS_LIMIT:
                        frame.f_trace_lines, recorder.place = False, (code.co_filename, 0)
                    return see_inside
            now = monotonic_ns()
            if now - read_ns > STEP_NS:
                read_ns = now
                step(now)
            recorder.place = code.co_filename, line
        elif event == "return":
            step(monotonic_ns())
            if id(code) not in followed:
                return see_inside
            followed.discard(id(code))
            if code.co_name != "<module>":
                lines.return_to(frame.f_back)
            elif not lines.in_functions and gettrace() is see_call:
                settrace(None)
        return see_inside

    def start(code):
        if not code.co_flags & OPTIMIZED:
            if TRACERS.intersection(code.co_names):
                return
            followed.add(id(code))
        if gettrace() is None and seen < EVENTS_LIMIT:
            settrace(see_call)

    def end():
        nonlocal seen
        seen = EVENTS_LIMIT
        followed.clear()
        if gettrace() is see_call:
            settrace(None)

    def fail(frame):
        """Trace again after an import that failed: what it raised may be kept, and with it the frames."""
        while frame is not None and frame.f_code.co_filename.startswith(IMPORTLIB):
            frame = frame.f_back
        if frame is not None and id(frame.f_code) in followed and gettrace() is None and seen < EVENTS_LIMIT:
            settrace(see_call)

    lines.start, lines.end, lines.fail = start, end, fail
    return lines


def shows_locals(code):
    """Say whether code may look at its own local names, or has none."""
    return not code.co_flags & OPTIMIZED or bool(LOOKERS.intersection(code.co_names))


def install(recorder, folders, disguise):
    """Follow the modules of the project in `folders`, each of which ends in a slash; return what follows them."""
    if monitoring is not None:
        tool = next((number for number in (4, 3) if monitoring.get_tool(number) is None), None)
        if tool is None:
            return None
        lines = monitor(recorder, folders, tool)
    elif sys.implementation.name == "cpython" and gettrace() is None:
        lines = trace(recorder, folders)
    else:
        return None
    loader = external.SourceLoader
    original, executing = loader.get_code, external._LoaderBasics.exec_module.__code__

    def get_code(self, fullname):
        code = original(self, fullname)
        is_run = getframe(1).f_code is executing and recorder.watching and get_ident() == recorder.main
        if is_run and lines.is_ours(code):
            lines.begin(code)
        return code

    loader.get_code = disguise(get_code)
    return lines
