"""Tells the parent what the entry raised; compiled only when it did."""

import sys

FRAMES_LIMIT = 1000
MESSAGE_LIMIT = 2000


def report(recorder, error):
    """Write type, message and frames of an exception, and print it as Python would."""
    kind = "exit" if isinstance(error, SystemExit) else "exception"
    places = [place.replace("\t", " ").replace("\n", " ") for place in frames_of(error)]
    line = "\t".join([kind, str(id(error)), describe(error)] + places)
    recorder.send(("x %s\n" % line).encode("utf-8", "backslashreplace"))
    try:
        import traceback

        traceback.print_exception(type(error), error, error.__traceback__)
    except BaseException:
        pass


def describe(error):
    """Return "type: message" on one line, of an exception whose own methods may raise."""
    name = type(error).__name__
    module = getattr(type(error), "__module__", "builtins")
    if isinstance(module, str) and module not in ("builtins", "__main__", "_footprint_lifespan"):
        name = "%s.%s" % (module, name)
    try:
        text = str(error)
    except BaseException:
        text = "<str() failed>"
    message = "%s: %s" % (name, text) if text else name
    return " ".join(message.split())[:MESSAGE_LIMIT]


def frames_of(error):
    """Return "path:line" outermost first, each once; a SyntaxError adds the place it is about."""
    places = {}
    step = error.__traceback__
    while step is not None and len(places) < FRAMES_LIMIT:
        places["%s:%d" % (step.tb_frame.f_code.co_filename, step.tb_lineno)] = None
        step = step.tb_next
    if isinstance(error, SyntaxError) and error.filename:
        places["%s:%d" % (error.filename, error.lineno or 0)] = None
    return list(places)
