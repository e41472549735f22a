"""The hooks: every load, every import of what is loaded already, every source compiled for the cache."""

import builtins
import sys
from _thread import get_ident

attribute = object.__getattribute__  # a lazy module loads itself on any ordinary access to an attribute
modules = sys.modules
IMPORTLIB_FILE = "<frozen importlib._bootstrap>"
PENDING_LIMIT = 500

bootstrap = sys.modules["_frozen_importlib"]
bootstrap_external = sys.modules["_frozen_importlib_external"]


def hook_loads(recorder):
    """Replace `_find_and_load`: statements, import_module and C callers all pass through it."""
    original = getattr(bootstrap, "_find_and_load", None)
    if original is None:
        return None
    begin, end, edges, spans = recorder.tell_begin, recorder.end, recorder.edges, recorder.spans
    find_asker = recorder.asker

    def _find_and_load(name, import_, **options):  # 3.15 gives lazy_submodule; none before gives any
        if not recorder.watching:
            return original(name, import_, **options)
        if name in modules:  # importlib.import_module comes here for what is loaded already
            edges((name,))
            return original(name, import_, **options)
        number = spans()
        asker = find_asker(number)
        begin(number, name, asker)
        try:
            module = original(name, import_, **options) if options else original(name, import_)
        except BaseException as error:
            end(number, id(error))
            if recorder.lines:
                recorder.lines.fail(sys._getframe())
            raise
        end(number, 1, None if asker else name)
        if recorder.names_origins:
            recorder.name_origin(name, module)
        return module

    bootstrap._find_and_load = disguise(_find_and_load)
    if passes_self_test(recorder):
        return "find_and_load"
    bootstrap._find_and_load = original
    return None


def hook_edges(recorder):
    """Wrap `builtins.__import__`, the only place that sees an import of what is loaded already."""
    original = builtins.__import__
    pending = recorder.pending

    def __import__(name, globals=None, locals=None, fromlist=(), level=0):  # noqa: N807 - it stands in for it
        module = original(name, globals, locals, fromlist, level)
        if get_ident() == recorder.watching:
            if level or fromlist:
                asked_for(pending, name, globals, fromlist, level, module)
                if len(pending) > PENDING_LIMIT:
                    recorder.edges(())
            elif name != "_io":  # opening any source file asks for that one
                pending[name] = None
        elif recorder.watching and (level or fromlist or name != "_io"):
            names = {}
            asked_for(names, name, globals, fromlist, level, module)
            recorder.edges(names)
        return module

    builtins.__import__ = recorder.import_hook = disguise(__import__)
    recorder.hook_code = __import__.__code__


def asked_for(pending, name, globals, fromlist, level, module):
    """Put into `pending` what a statement asked for."""
    try:
        if level:
            package = globals["__package__"] or globals["__name__"]
            if level > 1:
                package = package.rsplit(".", level - 1)[0]
            name = package + "." + name if name else package
        pending[name] = None
        if fromlist:
            space = attribute(module, "__dict__")
            if "__path__" in space:
                for item in space.get("__all__", ()) if "*" in fromlist else fromlist:
                    item = name + "." + item
                    if item in modules:
                        pending[item] = None
    except (KeyError, TypeError, AttributeError):
        pass


def disguise(function):
    """Give a hook the file name of importlib, so that warnings and tracebacks skip it as they skip importlib."""
    function.__code__ = function.__code__.replace(co_filename=IMPORTLIB_FILE)
    return function


def passes_self_test(recorder):
    """Import a name that is blocked: no file is touched, and the hook must have seen it."""
    name = "_footprint_self_test"
    sys.modules[name] = None
    try:
        __import__(name)
    except ImportError:
        pass
    except TypeError:
        return False  # this interpreter calls `_find_and_load` in another way
    finally:
        del sys.modules[name]
    seen = name in recorder.pending
    recorder.pending.clear()
    return seen


def hook_compiles(recorder):
    """Count sources compiled for the cache (c) and .pyc files really written (w)."""
    loader = bootstrap_external.SourceFileLoader
    if not hasattr(loader, "_cache_bytecode") or not hasattr(bootstrap_external, "_write_atomic"):
        return
    cache_bytecode, write_atomic = loader._cache_bytecode, bootstrap_external._write_atomic

    def _cache_bytecode(self, *arguments):
        recorder.send(b"c\n")
        recorder.compiled = True
        return cache_bytecode(self, *arguments)

    def _write_atomic(*arguments):
        result = write_atomic(*arguments)
        recorder.send(b"w\n")
        return result

    loader._cache_bytecode = disguise(_cache_bytecode)
    bootstrap_external._write_atomic = disguise(_write_atomic)
