"""What an interpreter does by itself when it starts: .pth lines and sitecustomize, run as an entry after -S."""

import builtins
import sys


def run(recorder):
    """Run the site module as the start does, a span around whatever is not inside a load: who asked shows by it."""
    __import__("site")
    module = sys.modules["site"]
    watch = SpanWatch(recorder)
    module.exec = watch.run_line
    original, builtins.__import__ = builtins.__import__, watch.import_for(builtins.__import__)
    try:
        module.main()
    finally:
        builtins.__import__ = original
    return module


class SpanWatch:
    """Spans, never one in another."""

    def __init__(self, recorder):
        """Write them with `recorder`."""
        self.recorder = recorder
        self.inside = False

    def run_line(self, line, *spaces):
        """Run a program line of a .pth file, in place of the exec of the site module."""
        frame = sys._getframe(1)
        sitedir = frame.f_locals.get("sitedir")  # lines of namespace packages look for it one frame up
        spaces = spaces or (frame.f_globals, frame.f_locals)
        if self.inside:  # a line that adds a folder with .pth files of its own
            exec(line, *spaces)
            return sitedir
        self.begin("<hook>")
        try:
            exec(line, *spaces)
        finally:
            self.end()
        return sitedir

    def import_for(self, original):
        """Return an import that tells for whom it is where nothing is being loaded."""

        def import_and_tell(name, globals=None, locals=None, fromlist=(), level=0):
            asker = globals.get("__name__") if type(globals) is dict else None
            if self.inside or type(asker) is not str or asker in ("site", "__main__"):
                return original(name, globals, locals, fromlist, level)
            self.begin("<by>" + asker)
            try:
                return original(name, globals, locals, fromlist, level)
            finally:
                self.end()

        return import_and_tell

    def begin(self, name):
        """Begin a span."""
        self.inside = True
        self.number = self.recorder.begin(name)

    def end(self):
        """End it."""
        self.recorder.end(self.number, 1)
        self.inside = False
