"""The lines of the project at which memory grew, followed by a trace function: for a call of which the look from beside
did not see where.

It is done once more in a fork for that alone: a trace function makes code slower and changes no memory worth a word. A
line that took less than STEP_NS cannot have touched more than some 80 pages, and is read together with the next.
"""

import sys
from _thread import get_ident
from time import monotonic_ns

STEP_NS = 20000


class LineSteps:
    """Follows lines from `start` to `stop`. `growth` knows what is of the project, and how to read the memory."""

    def __init__(self, recorder, growth, step_kb):
        self.recorder, self.growth, self.step_kb = recorder, growth, step_kb
        self.stacks = {}  # of each thread: the places under way, innermost last
        self.ours = {}

    def start(self):
        """Begin with what the process has now."""
        self.level, self.top = self.growth.read()
        self.looked_ns = monotonic_ns()
        threads = sys.modules.get("threading")
        if threads is not None:
            threads.settrace(self.enter)
        sys.settrace(self.enter)

    def stop(self):
        """Follow nothing more."""
        sys.settrace(None)
        threads = sys.modules.get("threading")
        if threads is not None:
            threads.settrace(None)

    def enter(self, frame, event, argument):
        """Take that a function begins or goes on; follow it where it is of the project."""
        name = frame.f_code.co_filename
        path = self.ours.get(name)
        if path is None:
            path = self.ours[name] = self.growth.within(name)
        if not path:
            return None
        stack = self.stacks.setdefault(get_ident(), [])
        self.look(stack)
        stack.append("%s:%d" % (path, frame.f_lineno))

        def follow(frame, event, argument):
            if event == "line":
                self.look(stack)
                stack[-1] = "%s:%d" % (path, frame.f_lineno)
            elif event == "return":
                self.look(stack)
                if stack:
                    stack.pop()
            return follow

        return follow

    def look(self, stack):
        """Write what the line that is over made the process grow by."""
        now = monotonic_ns()
        if now - self.looked_ns < STEP_NS:
            return
        rss, high = self.growth.read()
        if stack and (abs(rss - self.level) >= self.step_kb or high - self.top >= self.step_kb):
            kind = "import" if self.recorder.begun_ns > self.looked_ns else "data"
            record = "d %d %d %d %s\t%s\n" % (now, rss - self.level, high - self.top, kind, stack[-1])
            self.recorder.send(record.encode("utf-8", "backslashreplace"))
            self.level, self.top = rss, high
        self.looked_ns = monotonic_ns()
