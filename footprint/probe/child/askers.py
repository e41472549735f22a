"""Who asks for a load: the module and line whose code runs, found in the frames.

A function asks while another module loads, or while nothing does; what the standard library imports by a computed name
(importlib.metadata, threading) it does for whoever calls it. Nothing is told where the load under way asks by a
statement of its own, which is the common case.
"""

import builtins
import os
from sys import _getframe as getframe

FRAMES_LIMIT = 200
IMPORTLIB = "<frozen importlib."
LIBRARY = "%s/" % os.path.dirname(os.__file__)


class Askers:
    """Looks at the nearest frames only: in recent interpreters each that is looked at is made."""

    def __init__(self, recorder, own_file):
        """Tell them in the records of `recorder`, which is the file `own_file`."""
        self.recorder, self.method = recorder, type(recorder.begin)
        self.head = recorder.mark + "q %d %d %s\n"
        self.own_folder = os.path.dirname(own_file)
        self.passed = (own_file, self.own_folder + "/metapath.py")

    def record(self, number):
        """Return the record of who asked for load `number`, which begins; empty where nothing is to be told."""
        frame, is_called = getframe(1), False
        hook = frame.f_back
        asker = hook.f_back if hook is not None and hook.f_code is self.recorder.hook_code else None
        if asker is not None and asker.f_code.co_name == "<module>":
            return b""  # a statement of the module that is being loaded: nearly all
        if builtins.__dict__.get("__import__") is not self.recorder.import_hook:
            frame = self.above_wrapper(frame)
        for _ in range(FRAMES_LIMIT):
            if frame is None:
                break
            code = frame.f_code
            file = code.co_filename
            if not file.startswith(IMPORTLIB) and file not in self.passed:
                if file.startswith(self.own_folder) or (code.co_name == "<module>" and not is_called):
                    break
                is_called = True
                if not is_library(file):
                    name = dict.get(frame.f_globals, "__name__")
                    if type(name) is not str:
                        break
                    text = self.head % (number, frame.f_lineno or 0, name.replace("\n", " "))
                    return text.encode("utf-8", "backslashreplace")
            frame = frame.f_back
        return b""

    def above_wrapper(self, frame):
        """Return the frame whose statement came to us through a function that stands in for `__import__`."""
        wrapper = builtins.__dict__.get("__import__")
        wrapper = wrapper.__func__ if type(wrapper) is self.method else wrapper
        if type(wrapper) is not type(is_library):
            return frame
        above, is_inside = frame, True
        for _ in range(FRAMES_LIMIT):
            if above is None or (above.f_code.co_filename.startswith(IMPORTLIB) and not is_inside):
                break
            if above.f_code is wrapper.__code__:
                return above.f_back
            is_inside = is_inside and above.f_code.co_filename.startswith(IMPORTLIB)
            above = above.f_back
        return frame


def is_library(file):
    """Say whether a file is of the standard library."""
    if file.startswith("<frozen "):
        return True
    return file.startswith(LIBRARY) and file.find("-packages", len(LIBRARY)) < 0
