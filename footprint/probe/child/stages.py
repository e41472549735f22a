"""The stages of a start: import, factory, lifespan; then first use; and the list of what is in memory."""

import os
import sys
from os.path import basename, join

LINES_AT_ONCE = 30  # of files of modules: some kB
STACK_SLOTS = 65600  # a little over half of 1 MiB, so that the chunk that holds it has as much to spare

bootstrap = sys.modules["_frozen_importlib"]
bootstrap_external = sys.modules["_frozen_importlib_external"]


def run(recorder, options, neighbour):
    """Go through the stages; whatever the entry raises comes out of here."""
    widen_stack(run_stages)(recorder, options, neighbour)


def widen_stack(function):
    """Make a function claim a large frame, so that all below it shares one chunk of the frame stack.

    From 3.11 on frames live in chunks of 16 KiB. A frame of ours may push a module's code over the end of
    one, and then each call that the module makes maps and unmaps a chunk: +23,000 page faults and +10 % CPU
    on a real stack. Untouched pages of the large chunk cost no memory.
    """
    if sys.version_info >= (3, 11):
        function.__code__ = function.__code__.replace(co_stacksize=STACK_SLOTS)
    return function


def load_file(path, recorder):
    """Run a script as a module named after it, from source as a launcher would, without a .pyc."""
    name = basename(path).partition(".")[0]
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
        code = loader.source_to_code(loader.get_data(path), path)
        if recorder.lines:
            recorder.lines.begin(code)
        exec(code, module.__dict__)
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


def run_stages(recorder, options, neighbour):
    """Import, resolve, call the factory, run the lifespan: each between two readings."""
    number = recorder.begin("<entry>")
    if options["kind"] == "site":
        value = neighbour("site_start", options)["run"](recorder)
    else:
        if options["before"]:  # the script that serves it, as far as importing it goes
            load_entry(options["before"], options["script"], recorder)
        value = load_entry(options["kind"], options["target"], recorder)
    for part in options["attribute"].split(".") if options["attribute"] else ():
        value = getattr(value, part)
    if recorder.lines:
        recorder.lines.follow_functions()
    if options["call"]:
        recorder.end(number, 1)
        number = recorder.begin("<factory>")
        args, kwargs = eval(options["call"], {"__builtins__": {}})  # literals, checked by the parent
        value = value(*args, **kwargs)
    recorder.stage("import", number)
    if options["lifespan"] and options["attribute"]:
        lifespan = neighbour("lifespan", options)
        style = lifespan["style_of"](value)
        if style:
            number = recorder.begin("<lifespan>")
            outcome, recorder.kept = lifespan["start"](value, style)
            recorder.send(("l %s\n" % outcome).encode())
            recorder.stage("ready", number)
    if recorder.lines:
        recorder.lines.end()
    if options["first_use"] or options["forks"] or options["calls"]:
        try_what_comes_later(recorder, options, neighbour, value)
    if not options["calls"] and (options["attribute"] or "celery" in sys.modules):
        recorder.watching = 0  # everything is measured
        neighbour("candidates", options)["tell"](recorder, value)


def try_what_comes_later(recorder, options, neighbour, value):
    """Run the lazy imports, and what is to be called."""
    if recorder.statm < 0 or not recorder.live or not hasattr(os, "memfd_create"):
        return
    recorder.watching = 0  # what the trying itself needs is no load of the entry's
    first_use = neighbour("first_use", options)
    recorder.watch()
    first_use["run"](recorder, options, neighbour)
    if options["calls"]:
        recorder.watching = 0
        calls = neighbour("calls", options)
        recorder.watch()
        calls["run"](recorder, options, neighbour, first_use, value)


def list_modules(recorder, known=()):
    """Write the file of every module in memory but the `known`, touching no module's own attribute access.

    In small pieces: a process that goes on would use up what is freed here, and seem to grow by less.
    """
    lines = []
    head, folder = recorder.mark + "m ", recorder.folder
    for name in list(sys.modules):  # not the pairs: thousands of tuples would have the collector look at all there is
        if type(name) is not str or name in known or name == "__main__":
            continue
        origin = recorder.find_origin(sys.modules.get(name))
        if origin:
            path = origin if origin.startswith("/") else join(folder, origin)
            lines.append(f"{head}{name}\t{path}".replace("\n", " ") + "\n")
        if len(lines) == LINES_AT_ONCE:
            recorder.put("".join(lines).encode("utf-8", "backslashreplace"))
            lines.clear()
    if not known:
        lines += ["%sy %s\n" % (recorder.mark, name.replace("\n", " ")) for name in waiting_modules()]
    recorder.put("".join(lines).encode("utf-8", "backslashreplace"))


def waiting_modules():
    """Return the modules that the interpreter keeps for their first use: what is an attribute only waits for none."""
    found = []
    for name in sorted(getattr(sys, "lazy_modules", ())):  # 3.15 and later
        parent, _, last = name.rpartition(".")
        try:
            space = object.__getattribute__(sys.modules[parent], "__dict__") if parent in sys.modules else {}
            is_kept = not space or type(space.get(last)).__name__ in ("NoneType", "lazy_import")
        except Exception:  # any object may sit in sys.modules
            continue
        if name not in sys.modules and parent not in found and is_kept and (not space or "__path__" in space):
            found.append(name)
    return found
